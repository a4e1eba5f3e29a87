//! Cases in words.

use crate::design::NoticeKind;
use bank_contract::care::{CaseLine, Reason};

/// Why a person was asked for, as staff read it.
pub(super) const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Crisis => "In a crisis: may be in danger",
        Reason::FraudInProgress => "Fraud that is going on now",
        Reason::AccountTakeover => "Somebody else is in their account",
        Reason::Scammed => "Paid somebody who deceived them",
        Reason::Abuse => "Somebody near controls their money",
        Reason::Vulnerable => "Needs help with banking",
        Reason::Bereavement => "Somebody has died",
        Reason::Gambling => "Gambling harms them",
        Reason::MoneyWorries => "Worried about money",
        Reason::Complaint => "A complaint",
        Reason::Person => "Asked for a person",
        Reason::NotUnderstood => "Was not understood",
    }
}

/// Whether nobody should wait for these.
pub(super) const fn is_urgent(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Crisis | Reason::FraudInProgress | Reason::AccountTakeover | Reason::Scammed | Reason::Abuse
    )
}

/// Whose turn it is.
pub(super) const fn turn(line: &CaseLine) -> (NoticeKind, &'static str) {
    match (line.open, line.waits, is_urgent(line.reason)) {
        (false, ..) => (NoticeKind::Info, "Closed"),
        (true, true, true) => (NoticeKind::Failed, "Waits, urgent"),
        (true, true, false) => (NoticeKind::Pending, "Waits"),
        (true, false, _) => (NoticeKind::Info, "Answered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::CaseId;

    #[test]
    fn whoever_waits_and_is_in_danger_stands_out() {
        let line = |reason, open, waits| CaseLine {
            case: CaseId(uuid::Uuid::nil()),
            reason,
            opened_at: chrono::NaiveDateTime::default(),
            last_at: chrono::NaiveDateTime::default(),
            waits,
            open,
        };
        assert_eq!(turn(&line(Reason::FraudInProgress, true, true)).1, "Waits, urgent");
        assert_eq!(turn(&line(Reason::Complaint, true, true)).1, "Waits");
        assert_eq!(turn(&line(Reason::Crisis, true, false)).1, "Answered");
        assert_eq!(turn(&line(Reason::Crisis, false, true)).1, "Closed");
    }
}
