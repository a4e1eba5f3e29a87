//! What was filled in, so that it can be filled in again: from an address ("Pay again"), or
//! from this tab's memory when somebody comes back from the review to change something.

use leptos::prelude::window;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

const STORAGE_KEY: &str = "larch-payment";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    /// The account's id.
    pub(super) from: String,
    /// The id of an own account; empty when somebody else is paid.
    pub(super) to: String,
    pub(super) name: String,
    pub(super) iban: String,
    pub(super) amount: String,
    pub(super) reference: String,
}

impl Draft {
    pub(super) fn from_query(query: &ParamsMap) -> Self {
        let get = |key| query.get(key).unwrap_or_default();
        Self {
            from: get("from"),
            to: get("to"),
            name: get("name"),
            iban: get("iban"),
            amount: get("amount"),
            reference: get("reference"),
        }
    }

    /// The address of the form with this in it.
    pub(super) fn address(&self) -> String {
        let fields = [
            ("from", &self.from),
            ("to", &self.to),
            ("name", &self.name),
            ("iban", &self.iban),
            ("amount", &self.amount),
            ("reference", &self.reference),
        ];
        let mut out = String::from("/pay");
        let mut mark = '?';
        for (key, value) in fields {
            if !value.is_empty() {
                // Writing into a string cannot fail.
                _ = write!(out, "{mark}{key}={}", escaped(value));
                mark = '&';
            }
        }
        out
    }

    /// Nothing but perhaps the account to pay from.
    pub(super) fn is_blank(&self) -> bool {
        let Self {
            to,
            name,
            iban,
            amount,
            reference,
            ..
        } = self;
        [to, name, iban, amount, reference].iter().all(|field| field.is_empty())
    }

    /// Remembers this in the tab, until it is decided. In the browser only.
    pub(super) fn keep(&self) {
        let Ok(text) = serde_json::to_string(self) else { return };
        if let Some(storage) = storage() {
            // A full or forbidden storage only means typing it again.
            _ = storage.set_item(STORAGE_KEY, &text);
        }
    }

    /// What was kept, once.
    pub(super) fn take() -> Option<Self> {
        let text = storage()?.get_item(STORAGE_KEY).ok()??;
        Self::forget();
        serde_json::from_str(&text).ok()
    }

    pub(super) fn forget() {
        if let Some(storage) = storage() {
            _ = storage.remove_item(STORAGE_KEY);
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3); the same on both sides.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_every_character_and_leaves_out_what_is_empty() {
        let draft = Draft {
            name: "Zoë & Co".into(),
            amount: "12.50".into(),
            ..Draft::default()
        };
        assert_eq!(draft.address(), "/pay?name=Zo%C3%AB%20%26%20Co&amount=12.50");
        assert_eq!(Draft::default().address(), "/pay");
    }

    #[test]
    fn an_account_alone_is_a_blank_form() {
        let mut draft = Draft {
            from: "1".into(),
            ..Draft::default()
        };
        assert!(draft.is_blank());
        draft.amount = "1".into();
        assert!(!draft.is_blank());
    }
}
