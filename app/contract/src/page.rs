//! Lists are read in pages, by a cursor that stays right while new rows arrive.

use serde::{Deserialize, Serialize};

/// Where a list goes on. Opaque: callers hand back what they were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Cursor(pub String);

/// Rows wanted at once, 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u16", into = "u16")]
#[cfg_attr(feature = "schema", schemars(with = "u16"))]
pub struct PageSize(u16);

impl PageSize {
    pub const MAX: u16 = 100;

    /// The nearest allowed size.
    pub fn clamped(rows: u16) -> Self {
        Self(rows.clamp(1, Self::MAX))
    }

    pub fn rows(self) -> u16 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(30)
    }
}

impl TryFrom<u16> for PageSize {
    type Error = String;
    fn try_from(rows: u16) -> Result<Self, Self::Error> {
        if (1..=Self::MAX).contains(&rows) {
            Ok(Self(rows))
        } else {
            Err(format!("A page has 1 to {} rows.", Self::MAX))
        }
    }
}

impl From<PageSize> for u16 {
    fn from(size: PageSize) -> Self {
        size.0
    }
}

/// One page, newest first; `next` is absent on the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            next: None,
        }
    }
}
