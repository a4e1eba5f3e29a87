//! What was filled in, so that it can be filled in again: from the receipt of a payment ("Pay again"), or from this
//! page's memory when somebody comes back from the review to change something. Never from an address and never in the
//! browser's stores: both outlive the visit, and others read them.

use bank_contract::transfers::Receipt;
use leptos_router::params::ParamsMap;
use std::cell::RefCell;

thread_local! {
    /// In the browser only: there is one visitor, and one thread.
    static KEPT: RefCell<Option<Draft>> = const { RefCell::new(None) };
}

/// Which form a draft was filled in with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Pay,
    Own,
    /// Cash that is taken out. What is paid in does not wait for a yes.
    CashOut,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) form: Form,
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
    /// An address names accounts by their ids, and nothing else of a payment.
    pub(super) fn from_query(query: &ParamsMap) -> Self {
        let get = |key| query.get(key).unwrap_or_default();
        Self {
            from: get("from"),
            to: get("to"),
            ..Self::default()
        }
    }

    /// Cash out of an account.
    pub(super) fn cash_out(from: String, amount: String) -> Self {
        Self {
            form: Form::CashOut,
            from,
            amount,
            ..Self::default()
        }
    }

    /// Between the customer's own accounts.
    pub(super) fn own(from: String, to: String, amount: String, reference: String) -> Self {
        Self {
            form: Form::Own,
            from,
            to,
            amount,
            reference,
            ..Self::default()
        }
    }

    /// Whether it was filled in with this form: no other takes it up.
    pub(super) fn is_for(&self, form: Form) -> bool {
        self.form == form
    }

    /// The same payment once more. None when it did not go to somebody.
    pub(super) fn again(receipt: &Receipt) -> Option<Self> {
        let iban = super::receipt::payee(receipt)?;
        Some(Self {
            from: receipt.account.to_string(),
            name: receipt.counterparty.clone(),
            iban: iban.as_str().to_owned(),
            amount: receipt.amount.abs().plain(),
            reference: receipt.reference.clone(),
            ..Self::default()
        })
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

    /// Remembers this until it is decided, or the page is left. In the browser only.
    pub(super) fn keep(self) {
        KEPT.set(Some(self));
    }

    /// What was kept, once.
    pub(super) fn take() -> Option<Self> {
        KEPT.take()
    }

    pub(super) fn forget() {
        KEPT.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_accounts_and_nothing_of_a_payment() {
        let mut query = ParamsMap::new();
        for name in ["from", "to", "name", "iban", "amount", "reference"] {
            query.insert(name, name.to_owned());
        }
        let draft = Draft::from_query(&query);
        assert_eq!((draft.from.as_str(), draft.to.as_str()), ("from", "to"));
        assert!(
            draft.name.is_empty() && draft.iban.is_empty() && draft.amount.is_empty() && draft.reference.is_empty()
        );
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

    #[test]
    fn a_draft_goes_back_to_its_own_form_and_to_no_other() {
        let cash = Draft::cash_out("1".into(), "600".into());
        let own = Draft::own("1".into(), "2".into(), "5".into(), String::new());
        for (draft, form) in [(cash, Form::CashOut), (own, Form::Own), (Draft::default(), Form::Pay)] {
            for other in [Form::Pay, Form::Own, Form::CashOut] {
                assert_eq!(draft.is_for(other), other == form, "{other:?}");
            }
        }
    }

    #[test]
    fn what_was_kept_is_taken_once_and_can_be_forgotten() {
        let draft = Draft {
            amount: "1".into(),
            ..Draft::default()
        };
        draft.clone().keep();
        assert_eq!(Draft::take(), Some(draft.clone()));
        assert_eq!(Draft::take(), None);
        draft.keep();
        Draft::forget();
        assert_eq!(Draft::take(), None);
    }
}
