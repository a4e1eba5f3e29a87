//! What became of a request, and what may have ended one.

use crate::design::NoticeKind;
use bank_contract::BankError;
use bank_contract::pending::{PendingState, PendingView};

/// What became of a request, in words.
pub(crate) struct Outcome {
    pub(crate) kind: NoticeKind,
    pub(crate) title: &'static str,
    pub(crate) text: String,
}

/// What became of a request that waits no longer, whether money moved, and who decided.
pub(crate) fn outcome(request: &PendingView, state: PendingState) -> Outcome {
    let (you, by_you) = if request.decided_by_other {
        ("The owner", false)
    } else {
        ("You", true)
    };
    // Through the assistant, whatever changes waits: most of it moves none.
    let pays = request.summary.amount.is_some() && request.operation.starts_with("transfers.");
    let (kind, title, text) = match state {
        PendingState::Waiting | PendingState::Done => (
            NoticeKind::Good,
            "This is done",
            match (pays, by_you) {
                (true, true) => {
                    "You agreed to it, and the money moved. You find it among your transactions.".to_owned()
                }
                (true, false) => "The owner agreed to it, and the money moved.".to_owned(),
                (false, _) => format!("{you} agreed to it. No money moved by it."),
            },
        ),
        PendingState::Cancelled => (
            NoticeKind::Info,
            if by_you {
                "You cancelled this"
            } else {
                "The owner said no"
            },
            "Nothing was changed. No money moved.".to_owned(),
        ),
        PendingState::Expired => (
            NoticeKind::Pending,
            "This ran out of time",
            "There was no yes in time, so it ended by itself. No money moved.".to_owned(),
        ),
        PendingState::Refused => (
            NoticeKind::Failed,
            "This could not be done",
            format!("{you} agreed to it, but it was refused when it ran. No money moved."),
        ),
    };
    Outcome { kind, title, text }
}

/// Whether a refusal may have ended the request. A wrong code ends nothing, what never arrived neither, and what is asked for once more later.
pub(crate) fn may_have_ended(error: &BankError) -> bool {
    let waits = matches!(
        error,
        BankError::Unreachable
            | BankError::Busy { .. }
            | BankError::SlowDown { .. }
            | BankError::TooOften { .. }
            | BankError::Blocked { .. }
    );
    !waits && error.field("code").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::payees::TrustPayee;
    use bank_contract::pending::Summary;
    use bank_contract::transfers::SubmitTransfer;
    use bank_contract::{Consent, Currency, Money, Operation, PendingId};
    use chrono::NaiveDateTime;

    fn request(operation: &str, state: PendingState, decided_by_other: bool) -> PendingView {
        PendingView {
            pending: PendingId(uuid::Uuid::nil()),
            operation: operation.into(),
            summary: Summary {
                amount: (operation == SubmitTransfer::NAMED.name).then_some(Money::zero(Currency::Eur)),
                ..Summary::default()
            },
            missing: Consent::Sign,
            state,
            expires_at: NaiveDateTime::default(),
            hash: String::new(),
            decided_by_other,
        }
    }

    #[test]
    fn it_is_said_who_decided_and_whether_money_moved() {
        let (pays, trusts) = (SubmitTransfer::NAMED.name, TrustPayee::NAMED.name);
        for (operation, state, other, title, text) in [
            (
                pays,
                PendingState::Done,
                false,
                "This is done",
                "You agreed to it, and the money moved.",
            ),
            (
                pays,
                PendingState::Done,
                true,
                "This is done",
                "The owner agreed to it, and the money moved.",
            ),
            (
                trusts,
                PendingState::Done,
                false,
                "This is done",
                "No money moved by it.",
            ),
            (
                "accounts.rename",
                PendingState::Done,
                false,
                "This is done",
                "No money moved by it.",
            ),
            (
                pays,
                PendingState::Cancelled,
                false,
                "You cancelled this",
                "No money moved.",
            ),
            (
                pays,
                PendingState::Cancelled,
                true,
                "The owner said no",
                "No money moved.",
            ),
            (
                pays,
                PendingState::Expired,
                true,
                "This ran out of time",
                "No money moved.",
            ),
            (
                pays,
                PendingState::Refused,
                true,
                "This could not be done",
                "The owner agreed to it, but",
            ),
        ] {
            let said = outcome(&request(operation, state, other), state);
            assert_eq!(said.title, title, "{state:?}");
            assert!(said.text.contains(text), "{}", said.text);
        }
    }

    #[test]
    fn what_can_be_tried_again_later_leaves_the_review_as_it_is() {
        let often = BankError::TooOften {
            what: "payments an hour".into(),
            most: 30,
            retry_after_s: 60,
        };
        for waits in [
            often,
            BankError::Unreachable,
            BankError::Busy { retry_after_s: 1 },
            BankError::SlowDown { retry_after_s: 1 },
            BankError::Blocked { retry_after_s: 60 },
            BankError::invalid("code", "That is not the code."),
        ] {
            assert!(!may_have_ended(&waits), "{waits:?}");
        }
        for ended in [
            BankError::NoLongerPending,
            BankError::BeyondMandate,
            BankError::AccountClosed,
        ] {
            assert!(may_have_ended(&ended), "{ended:?}");
        }
    }
}
