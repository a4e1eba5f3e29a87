//! The key that keeps a wish from being carried out twice.

use bank_contract::{BankError, IdempotencyKey, Moved};
use leptos::prelude::*;
use uuid::Builder;

/// One key for one wish. It stays the same until the bank has answered for certain, so that asking
/// again after a lost connection cannot move the money twice; after that the next wish gets its own.
#[derive(Clone, Copy)]
pub(super) struct WishKey(StoredValue<Option<IdempotencyKey>>);

impl WishKey {
    pub(super) fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// The key of the wish at hand. In the browser only.
    pub(super) fn get(self) -> Result<IdempotencyKey, BankError> {
        if let Some(key) = self.0.try_get_value().flatten() {
            return Ok(key);
        }
        let key = random().ok_or_else(|| BankError::internal("no-randomness"))?;
        self.0.try_set_value(Some(key));
        Ok(key)
    }

    /// Hears the bank's answer.
    pub(super) fn settle<T>(self, answer: &Result<T, BankError>) {
        let uncertain = matches!(answer, Err(error) if error.moved() == Moved::Unknown);
        if !uncertain {
            self.0.try_set_value(None);
        }
    }
}

/// From the browser's own source of randomness, which also works where `randomUUID` is hidden.
fn random() -> Option<IdempotencyKey> {
    let mut bytes = [0; 16];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes))
        .ok()?;
    Some(IdempotencyKey(Builder::from_random_bytes(bytes).into_uuid()))
}
