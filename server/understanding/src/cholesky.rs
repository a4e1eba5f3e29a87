//! Solves large symmetric systems: Cholesky's factorisation by tiles (Buttari et al., "A class of parallel tiled linear
//! algebra algorithms for multicore architectures", 2009). Only what lies on and below the diagonal is kept.

use crate::work::shared_out;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis, s};

/// Rows and columns of a tile: what a core keeps near itself while it multiplies.
const TILE: usize = 256;
/// So many columns of a right side are solved at once.
const COLUMNS: usize = 32;
/// What a pivot is at least: of a smaller one, rounding has left nothing that could be told from zero.
const PIVOT_MIN: f32 = 1e-6;

/// The matrix has no factor: it is not positive definite, or has what is no number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotDefinite;

/// The lower half of a symmetric matrix of `size × size`, and then its factor.
pub(crate) struct Symmetric {
    size: usize,
    /// Row by row: tile `(i, j)`, with `j <= i`, stands at `i·(i + 1)/2 + j`.
    tiles: Vec<Array2<f32>>,
}

/// A lower triangular factor L, with L·Lᵀ the matrix that it is of.
pub(crate) struct Factor {
    lower: Symmetric,
    threads: usize,
}

impl Symmetric {
    /// Made tile by tile, of ranges of rows and of columns; `make` gives a matrix of that many.
    pub(crate) fn from_tiles(
        size: usize,
        threads: usize,
        make: impl Fn(std::ops::Range<usize>, std::ops::Range<usize>) -> Array2<f32> + Sync,
    ) -> Self {
        let count = size.div_ceil(TILE);
        let places: Vec<(usize, usize)> = (0..count).flat_map(|i| (0..=i).map(move |j| (i, j))).collect();
        let range = |tile: usize| tile * TILE..((tile + 1) * TILE).min(size);
        let tiles = shared_out(places.into_iter(), threads, |(i, j)| make(range(i), range(j)));
        Self { size, tiles }
    }

    /// Factorises in place.
    ///
    /// # Errors
    /// The matrix is not positive definite.
    pub(crate) fn factor(mut self, threads: usize) -> Result<Factor, NotDefinite> {
        let count = self.size.div_ceil(TILE);
        for step in 0..count {
            let inverse = factor_tile(&mut self.tiles[place(step, step)])?;
            let below: Vec<Array2<f32>> = (step + 1..count)
                .map(|i| std::mem::take(&mut self.tiles[place(i, step)]))
                .collect();
            let solved = shared_out(below.iter(), threads, |tile| tile.dot(&inverse.t()));
            let rest = self.tiles[place(step, step) + 1..].iter_mut().zip(places_after(step));
            let rest: Vec<_> = rest.filter(|(_, (i, j))| *i > step && *j > step).collect();
            shared_out(rest.into_iter(), threads, |(tile, (i, j))| {
                let (left, right) = (&solved[i - step - 1], &solved[j - step - 1]);
                general_mat_mul(-1.0, left, &right.t(), 1.0, tile);
            });
            for (i, tile) in (step + 1..count).zip(solved) {
                self.tiles[place(i, step)] = tile;
            }
        }
        Ok(Factor { lower: self, threads })
    }
}

impl Factor {
    /// What the matrix would have to be multiplied with to give `right` (`size × any`).
    pub(crate) fn solve(&self, right: &Array2<f32>) -> Array2<f32> {
        let chunks: Vec<ArrayView2<'_, f32>> = right.axis_chunks_iter(Axis(1), COLUMNS).collect();
        let solved = shared_out(chunks.into_iter(), self.threads, |chunk| self.solve_columns(chunk));
        let mut all = Array2::zeros(right.raw_dim());
        for (mut to, from) in all.axis_chunks_iter_mut(Axis(1), COLUMNS).zip(&solved) {
            to.assign(from);
        }
        all
    }

    fn solve_columns(&self, right: ArrayView2<'_, f32>) -> Array2<f32> {
        let count = self.lower.size.div_ceil(TILE);
        let mut parts: Vec<Array2<f32>> = right
            .axis_chunks_iter(Axis(0), TILE)
            .map(|part| part.as_standard_layout().into_owned())
            .collect();
        let tile = |i: usize, j: usize| &self.lower.tiles[place(i, j)];
        for i in 0..count {
            let (known, rest) = parts.split_at_mut(i);
            for (j, part) in known.iter().enumerate() {
                general_mat_mul(-1.0, tile(i, j), part, 1.0, &mut rest[0]);
            }
            forward(tile(i, i), &mut rest[0]);
        }
        for i in (0..count).rev() {
            let (open, known) = parts.split_at_mut(i + 1);
            for (j, part) in (i + 1..count).zip(known.iter()) {
                general_mat_mul(-1.0, &tile(j, i).t(), part, 1.0, &mut open[i]);
            }
            backward(tile(i, i), &mut open[i]);
        }
        let mut solved = Array2::zeros(right.raw_dim());
        for (mut to, from) in solved.axis_chunks_iter_mut(Axis(0), TILE).zip(&parts) {
            to.assign(from);
        }
        solved
    }
}

fn place(i: usize, j: usize) -> usize {
    i * (i + 1) / 2 + j
}

/// Where the tiles after the diagonal one of a step stand.
fn places_after(step: usize) -> impl Iterator<Item = (usize, usize)> {
    (step + 1..).flat_map(|i| (0..=i).map(move |j| (i, j)))
}

/// Makes a tile on the diagonal its own factor, and gives the inverse of that.
fn factor_tile(tile: &mut Array2<f32>) -> Result<Array2<f32>, NotDefinite> {
    let size = tile.nrows();
    for i in 0..size {
        for j in 0..=i {
            let sum = tile[[i, j]] - dot(tile.slice(s![i, ..j]), tile.slice(s![j, ..j]));
            tile[[i, j]] = if i != j {
                sum / tile[[j, j]]
            } else if sum.is_finite() && sum >= PIVOT_MIN {
                sum.sqrt()
            } else {
                return Err(NotDefinite);
            };
        }
        tile.slice_mut(s![i, i + 1..]).fill(0.0);
    }
    let mut inverse = Array2::eye(size);
    forward(tile, &mut inverse);
    Ok(inverse)
}

/// Solves `lower · x = right` in place.
fn forward(lower: &Array2<f32>, right: &mut Array2<f32>) {
    for i in 0..lower.nrows() {
        let (known, mut rest) = right.view_mut().split_at(Axis(0), i);
        let mut row = rest.row_mut(0);
        for (factor, other) in lower.row(i).iter().zip(known.rows()) {
            row.scaled_add(-factor, &other);
        }
        row /= lower[[i, i]];
    }
}

/// Solves `lowerᵀ · x = right` in place.
fn backward(lower: &Array2<f32>, right: &mut Array2<f32>) {
    for i in (0..lower.nrows()).rev() {
        let (mut open, known) = right.view_mut().split_at(Axis(0), i + 1);
        let mut row = open.row_mut(i);
        for (factor, other) in lower.slice(s![i + 1.., i]).iter().zip(known.rows()) {
            row.scaled_add(-factor, &other);
        }
        row /= lower[[i, i]];
    }
}

fn dot(one: ArrayView1<'_, f32>, other: ArrayView1<'_, f32>) -> f32 {
    one.dot(&other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Near ones are alike, and each is most like itself.
    fn number(i: usize, j: usize) -> f32 {
        let apart = f32::from(u16::try_from(i.abs_diff(j)).unwrap());
        (-apart / 50.0).exp() + if i == j { 0.1 } else { 0.0 }
    }

    fn matrix(size: usize, threads: usize) -> Symmetric {
        Symmetric::from_tiles(size, threads, |rows, columns| {
            Array2::from_shape_fn((rows.len(), columns.len()), |(i, j)| {
                number(rows.start + i, columns.start + j)
            })
        })
    }

    #[test]
    fn what_is_solved_gives_the_right_side_back() {
        for size in [1, 3, TILE, TILE + 1, 2 * TILE + 37] {
            let right = Array2::from_shape_fn((size, COLUMNS + 3), |(i, j)| if (i + j) % 3 == 0 { 1.0 } else { 0.0 });
            let solved = matrix(size, 1).factor(1).unwrap().solve(&right);
            let whole = Array2::from_shape_fn((size, size), |(i, j)| number(i, j));
            let off = (whole.dot(&solved) - &right).fold(0.0_f32, |most, part| most.max(part.abs()));
            assert!(off < 1e-2, "{size}: {off}");
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let right = Array2::from_shape_fn((600, 40), |(i, j)| if i % 40 == j { 1.0 } else { 0.0 });
        let solved = matrix(600, 1).factor(1).unwrap().solve(&right);
        assert_eq!(solved, matrix(600, 3).factor(3).unwrap().solve(&right));
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_is_refused() {
        let changed = |size: usize, at: usize, own: f32| {
            Symmetric::from_tiles(size, 1, |rows, columns| {
                Array2::from_shape_fn((rows.len(), columns.len()), |(i, j)| {
                    let (i, j) = (rows.start + i, columns.start + j);
                    if i == j && i == at { own } else { number(i, j) }
                })
            })
        };
        for (size, at) in [(1, 0), (3, 1), (TILE + 1, TILE), (2 * TILE + 37, TILE + 5)] {
            for own in [-1.0, 0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                assert!(changed(size, at, own).factor(2).is_err(), "{size} {at} {own}");
            }
            assert!(changed(size, at, 2.0).factor(2).is_ok(), "{size} {at}");
        }
        // Two that are the same cannot be told apart.
        let same = Symmetric::from_tiles(2, 1, |_, _| Array2::ones((2, 2)));
        assert_eq!(same.factor(1).err(), Some(NotDefinite));
    }
}
