//! Who may send a payment back, and until when.

use bank_contract::{BankError, accounts::EntryKind};
use chrono::{DateTime, TimeDelta, Utc};

/// The sender is told that a payment can be taken back this long.
pub const UNDO_WITHIN: TimeDelta = TimeDelta::seconds(10);

/// And so much longer it is done: a press at the last second is still on its way here then.
pub const UNDO_GRACE: TimeDelta = TimeDelta::seconds(3);

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
        (EntryKind::Transfer, Side::Sender) if now < made_at + UNDO_WITHIN + UNDO_GRACE => Ok(()),
        (EntryKind::Transfer, Side::Sender) => Err(BankError::TooLateToUndo),
        _ => Err(BankError::NotAllowed),
    }
}

/// How many seconds of the time that the sender is told of are left, begun ones included. None when it is over.
pub fn undo_left_s(made_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<u32> {
    let left = (made_at + UNDO_WITHIN - now).min(UNDO_WITHIN).num_milliseconds();
    let seconds = left.saturating_add(999).div_euclid(1_000);
    u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn the_sender_has_ten_seconds_and_some_grace_and_the_receiver_any_time() {
        let check = |side, now| may_reverse(EntryKind::Transfer, side, false, at(0), at(now));
        for good in [0, 9, 10, 12] {
            assert_eq!(check(Side::Sender, good), Ok(()), "{good}");
        }
        assert_eq!(check(Side::Sender, 13), Err(BankError::TooLateToUndo));
        assert_eq!(check(Side::Receiver, 1_000_000), Ok(()));
    }

    #[test]
    fn what_is_told_of_the_time_that_is_left_knows_of_no_grace() {
        let left = |ms| undo_left_s(at(0), DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms));
        for (ms, expected) in [
            (0, Some(10)),
            (1, Some(10)),
            (1_000, Some(9)),
            (9_000, Some(1)),
            (9_999, Some(1)),
            (10_000, None),
            (25_000, None),
            // Another server's clock may be a little behind.
            (-400, Some(10)),
        ] {
            assert_eq!(left(ms), expected, "{ms}");
        }
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
