//! Who may send a payment back, and until when.

use bank_contract::{BankError, accounts::EntryKind};
use chrono::{DateTime, TimeDelta, Utc};

/// The sender can take a payment back this long.
pub const UNDO_WITHIN: TimeDelta = TimeDelta::seconds(10);

/// The caller's side of the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Sender,
    Receiver,
}

/// # Errors
/// [`BankError::AlreadyReversed`], [`BankError::TooLateToUndo`], or [`BankError::NotAllowed`] for
/// entries that are not payments between customers.
pub fn may_reverse(
    kind: EntryKind,
    side: Side,
    reversed: bool,
    made_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), BankError> {
    if reversed {
        return Err(BankError::AlreadyReversed);
    }
    match (kind, side) {
        (EntryKind::Transfer, Side::Receiver) => Ok(()),
        (EntryKind::Transfer, Side::Sender) if now < made_at + UNDO_WITHIN => Ok(()),
        (EntryKind::Transfer, Side::Sender) => Err(BankError::TooLateToUndo),
        _ => Err(BankError::NotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn the_sender_has_ten_seconds_and_the_receiver_any_time() {
        let check = |side, now| may_reverse(EntryKind::Transfer, side, false, at(0), at(now));
        assert_eq!(check(Side::Sender, 9), Ok(()));
        assert_eq!(check(Side::Sender, 10), Err(BankError::TooLateToUndo));
        assert_eq!(check(Side::Receiver, 1_000_000), Ok(()));
    }

    #[test]
    fn nothing_is_reversed_twice_and_only_transfers_are() {
        assert_eq!(
            may_reverse(EntryKind::Transfer, Side::Receiver, true, at(0), at(1)),
            Err(BankError::AlreadyReversed)
        );
        for kind in EntryKind::ALL.iter().filter(|kind| **kind != EntryKind::Transfer) {
            assert_eq!(
                may_reverse(*kind, Side::Receiver, false, at(0), at(1)),
                Err(BankError::NotAllowed),
                "{kind:?}"
            );
        }
    }
}
