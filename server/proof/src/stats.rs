//! The arithmetic of measurements. Only here are floats used: they are shown, never booked.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates and ratios of measurements, with three digits that mean anything"
)]

use std::fmt;
use std::time::Duration;

/// A measured number: per second, per transfer, or a ratio. Prints with a precision that fits its size.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) struct Rate(f64);

impl Rate {
    /// `count` for each of `of`; zero of nothing is zero.
    pub(crate) fn per(count: u64, of: u64) -> Self {
        if of == 0 {
            return Self(0.0);
        }
        Self(count as f64 / of as f64)
    }

    /// `count` per second.
    pub(crate) fn per_second(count: u64, elapsed: Duration) -> Self {
        let seconds = elapsed.as_secs_f64();
        if seconds > 0.0 {
            Self(count as f64 / seconds)
        } else {
            Self(0.0)
        }
    }

    /// Microseconds as milliseconds.
    pub(crate) fn millis(micros: u64) -> Self {
        Self::per(micros, 1_000)
    }

    /// This rate as a multiple of another; zero when the other is zero.
    pub(crate) fn over(self, other: Self) -> Self {
        if other.0 > 0.0 {
            Self(self.0 / other.0)
        } else {
            Self(0.0)
        }
    }

    pub(crate) fn is_positive(self) -> bool {
        self.0 > 0.0
    }

    /// The time between two events when half as many are due per second; an hour when there is no rate.
    pub(crate) fn gap_at_half(self) -> Duration {
        if self.0 > 0.001 {
            Duration::from_secs_f64(2.0 / self.0)
        } else {
            Duration::from_hours(1)
        }
    }

    /// The larger of two.
    pub(crate) fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = match self.0 {
            large if large >= 1_000.0 => 0,
            middle if middle >= 100.0 => 1,
            small if small >= 0.1 => 2,
            _ => 4,
        };
        f.pad(&format!("{:.precision$}", self.0))
    }
}

/// The median; between the two middle ones when their number is even; zero of nothing.
pub(crate) fn median(values: impl IntoIterator<Item = Rate>) -> Rate {
    let mut sorted: Vec<f64> = values.into_iter().map(|rate| rate.0).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle.wrapping_sub(1)), sorted.get(middle)) {
        (Some(below), Some(above)) if sorted.len().is_multiple_of(2) => Rate(f64::midpoint(*below, *above)),
        (_, Some(one)) => Rate(*one),
        _ => Rate(0.0),
    }
}

/// The nearest-rank percentile, in thousandths (990 is p99), of values in ascending order; zero of nothing.
pub(crate) fn percentile(sorted: &[u64], per_mille: usize) -> u64 {
    let rank = (sorted.len() * per_mille).div_ceil(1_000);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

/// Microseconds, for lists of latencies.
pub(crate) fn micros(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_one_or_between_the_two_middle_ones() {
        let rates = |values: &[u64]| values.iter().map(|v| Rate::per(*v, 1)).collect::<Vec<_>>();
        assert_eq!(median(rates(&[9, 1, 5])), Rate(5.0));
        assert_eq!(median(rates(&[4, 1])), Rate(2.5));
        assert_eq!(median(rates(&[])), Rate(0.0));
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let sorted: Vec<u64> = (1..=1_000).collect();
        assert_eq!(percentile(&sorted, 500), 500);
        assert_eq!(percentile(&sorted, 990), 990);
        assert_eq!(percentile(&sorted, 999), 999);
        assert_eq!(percentile(&[7], 999), 7);
        assert_eq!(percentile(&[], 500), 0);
    }

    #[test]
    fn rates_print_with_the_precision_that_they_have() {
        assert_eq!(Rate::per(12_345, 10).to_string(), "1234");
        assert_eq!(Rate::per(10, 3).to_string(), "3.33");
        assert_eq!(Rate::per(1, 300).to_string(), "0.0033");
        assert_eq!(format!("{:>6}", Rate::per(5, 2)), "  2.50");
    }

    #[test]
    fn nothing_is_not_divided_by() {
        assert_eq!(Rate::per(3, 0), Rate(0.0));
        assert_eq!(Rate::per(3, 1).over(Rate(0.0)), Rate(0.0));
        assert_eq!(Rate(1_000.0).gap_at_half(), Duration::from_millis(2));
    }
}
