//! The safetensors format: the length of a JSON head, the head, then the numbers of all tensors.

use serde_json::Value;

/// A head that describes some hundred tensors is smaller.
const HEAD_MAX: usize = 10 * 1024 * 1024;

/// What is wrong with a file of weights.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TensorsError {
    #[error("this is not a safetensors file")]
    NotTensors,
    #[error("{0} is missing")]
    Missing(String),
    #[error("{0} is not of 32-bit floats")]
    Kind(String),
    #[error("{0} has another shape than its place")]
    Shape(String),
    #[error("{0} has numbers that are not finite")]
    NotFinite(String),
}

/// A file whose head was read.
pub(super) struct Tensors<'a> {
    head: Value,
    body: &'a [u8],
}

impl<'a> Tensors<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self, TensorsError> {
        let (length, rest) = file.split_first_chunk::<8>().ok_or(TensorsError::NotTensors)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| TensorsError::NotTensors)?;
        if length > HEAD_MAX {
            return Err(TensorsError::NotTensors);
        }
        let (head, body) = rest.split_at_checked(length).ok_or(TensorsError::NotTensors)?;
        let head: Value = serde_json::from_slice(head).map_err(|_| TensorsError::NotTensors)?;
        Ok(Self { head, body })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.head.get(name).is_some()
    }

    /// Rows and columns of a table.
    pub(super) fn shape(&self, name: &str) -> Result<(usize, usize), TensorsError> {
        match self.dimensions(name)?[..] {
            [rows, columns] if rows > 0 && columns > 0 => Ok((rows, columns)),
            _ => Err(TensorsError::Shape(name.to_owned())),
        }
    }

    /// The numbers of a tensor of this shape, row by row.
    pub(super) fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, TensorsError> {
        let wrong = || TensorsError::Shape(name.to_owned());
        if self.dimensions(name)? != shape {
            return Err(wrong());
        }
        let tensor = self.tensor(name)?;
        if tensor.get("dtype").and_then(Value::as_str) != Some("F32") {
            return Err(TensorsError::Kind(name.to_owned()));
        }
        let offset = |at: usize| {
            let place = tensor.get("data_offsets").and_then(|offsets| offsets.get(at));
            place
                .and_then(Value::as_u64)
                .and_then(|place| usize::try_from(place).ok())
        };
        let (from, until) = offset(0).zip(offset(1)).ok_or_else(wrong)?;
        let bytes = self.body.get(from..until).ok_or_else(wrong)?;
        let count = shape
            .iter()
            .try_fold(4_usize, |size, one| size.checked_mul(*one))
            .ok_or_else(wrong)?;
        if bytes.len() != count {
            return Err(wrong());
        }
        let four = bytes.chunks_exact(4);
        let numbers: Vec<f32> = four.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        if numbers.iter().all(|number| number.is_finite()) {
            Ok(numbers)
        } else {
            Err(TensorsError::NotFinite(name.to_owned()))
        }
    }

    fn tensor(&self, name: &str) -> Result<&Value, TensorsError> {
        self.head
            .get(name)
            .ok_or_else(|| TensorsError::Missing(name.to_owned()))
    }

    fn dimensions(&self, name: &str) -> Result<Vec<usize>, TensorsError> {
        let shape = self.tensor(name)?.get("shape").and_then(Value::as_array);
        let sizes = shape.map(|sizes| {
            let whole = |size: &Value| size.as_u64().and_then(|size| usize::try_from(size).ok());
            sizes.iter().filter_map(whole).collect()
        });
        sizes.ok_or_else(|| TensorsError::Shape(name.to_owned()))
    }
}
