//! Numbers and texts, one after the other. What is read is never trusted: each count has a limit, each part must be there.

use super::ArtefactError;

const CUT_OFF: ArtefactError = ArtefactError::Shape("something is missing at the end");
/// In bytes: a name, or a word of an utterance.
const NAME_MAX: usize = 2_048;

#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.raw(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn floats(&mut self, values: &[f32]) {
        for value in values {
            self.raw(&value.to_le_bytes());
        }
    }

    pub(super) fn wholes(&mut self, values: &[i8]) {
        self.0.extend(values.iter().map(|value| value.to_le_bytes()[0]));
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.0
    }
}

pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], ArtefactError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CUT_OFF)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ArtefactError> {
        self.take(N)?.try_into().map_err(|_| CUT_OFF)
    }

    pub(super) fn hash(&mut self) -> Result<[u8; 32], ArtefactError> {
        self.array()
    }

    pub(super) fn byte(&mut self) -> Result<u8, ArtefactError> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn number(&mut self) -> Result<u32, ArtefactError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn count(&mut self, most: usize) -> Result<usize, ArtefactError> {
        let count = self.number()? as usize;
        if count <= most {
            Ok(count)
        } else {
            Err(ArtefactError::Shape("a part is larger than any can be"))
        }
    }

    pub(super) fn text(&mut self) -> Result<String, ArtefactError> {
        let length = self.count(NAME_MAX)?;
        let bytes = self.take(length)?.to_vec();
        String::from_utf8(bytes).map_err(|_| ArtefactError::Shape("a name is not a text"))
    }

    pub(super) fn floats(&mut self, count: usize) -> Result<Vec<f32>, ArtefactError> {
        let bytes = self.take(count * 4)?;
        let values = bytes
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        let values: Vec<f32> = values.collect();
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(ArtefactError::Shape("a number is not finite"))
        }
    }

    pub(super) fn wholes(&mut self, count: usize) -> Result<Vec<i8>, ArtefactError> {
        Ok(self
            .take(count)?
            .iter()
            .map(|byte| i8::from_le_bytes([*byte]))
            .collect())
    }

    pub(super) fn end(&self) -> Result<(), ArtefactError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(ArtefactError::Shape("there is more than belongs to it"))
        }
    }
}
