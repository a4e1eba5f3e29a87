//! Security events: what whoever watches the bank has to know, as lines of the log with fields, and never with
//! anything personal: ids of users, names of operations, codes. What happened to money stands in the audit chain.

use super::Visit;
use bank_contract::{Access, BankError, Effect, Facts, UserId};
use bank_rules::identity::Proof;

/// The target of all security events, for whoever sorts the log. The macros want it as a literal.
pub const TARGET: &str = "larch::security";

/// What kind of attempt a refusal ended. None where the bank itself could not: that is no attempt, and logged elsewhere.
const fn class(error: &BankError, with_secrets: bool) -> Option<&'static str> {
    Some(match error {
        BankError::PasskeyRefused
        | BankError::CeremonyExpired
        | BankError::SignInRefused
        | BankError::CodeRefused
        | BankError::Blocked { .. } => "authentication",
        // A wrong password or code beside its field.
        BankError::Invalid { .. } if with_secrets => "authentication",
        BankError::NotSignedIn
        | BankError::NotAllowed
        | BankError::NotFound
        | BankError::ViewOnly
        | BankError::OwnerOnly
        | BankError::BeyondMandate
        | BankError::Locked
        | BankError::DemoOff => "access",
        BankError::Invalid { .. } | BankError::Malformed { .. } => "validation",
        BankError::LimitExceeded { .. }
        | BankError::OwnersLimit
        | BankError::TooMany { .. }
        | BankError::TooOften { .. }
        | BankError::SlowDown { .. } => "limit",
        BankError::InsufficientFunds { .. }
        | BankError::AccountClosed
        | BankError::AccountBlocked
        | BankError::PeriodClosed
        | BankError::CurrencyMismatch
        | BankError::PayeeUnknown
        | BankError::SameAccount
        | BankError::KeyReused
        | BankError::ConsentNeeded
        | BankError::SignatureNeeded
        | BankError::NoLongerPending
        | BankError::AlreadyReversed
        | BankError::TooLateToUndo
        | BankError::MovedOn
        | BankError::LastPasskey
        | BankError::LastWayIn => "business",
        BankError::StillRunning
        | BankError::Busy { .. }
        | BankError::Unreachable
        | BankError::AssistantOff
        | BankError::Unsettled
        | BankError::Internal { .. } => return None,
    })
}

/// Whether what was done belongs into the log as well: who may come in, what may leave, and what the operator did.
fn is_told(facts: &Facts) -> bool {
    let (slice, _) = facts.named.name.split_once('.').unwrap_or_default();
    let about_access = matches!(
        slice,
        "identity" | "tokens" | "mandates" | "payees" | "limits" | "pending" | "backoffice"
    );
    facts.effect != Effect::Reads
        && (matches!(facts.access, Access::Operator | Access::Staff) || (about_access && facts.access != Access::Clock))
}

/// An operation was done.
pub(super) fn done(visit: &Visit, facts: &Facts, outcome: &'static str) {
    if is_told(facts) {
        tracing::info!(
            target: "larch::security",
            event = "done",
            operation = facts.named.name,
            outcome,
            door = visit.door.code(),
            caller = visit.caller.code(),
            user = visit.caller.audited().map(display),
            "a security operation"
        );
    }
}

/// Somebody has signed in, with the factor that proved who they are.
pub(super) fn signed_in(visit: &Visit, user: UserId, proof: Proof) {
    tracing::info!(
        target: "larch::security",
        event = "signed_in",
        proof = proof.code(),
        door = visit.door.code(),
        user = %user,
        "somebody signed in"
    );
}

/// An operation was refused. `about` is whose proof was looked at, where there is such a user.
pub(crate) fn refused(visit: &Visit, facts: &Facts, with_secrets: bool, error: &BankError, about: Option<UserId>) {
    // What is said to the assistant is left out of the audit's hashes as well, and is no proof of anything.
    let of_proofs = matches!(facts.slice(), "identity" | "pending");
    let Some(class) = class(error, with_secrets && of_proofs) else {
        return;
    };
    tracing::info!(
        target: "larch::security",
        event = "refused",
        class,
        code = error.code(),
        operation = facts.named.name,
        door = visit.door.code(),
        caller = visit.caller.code(),
        user = visit.caller.user().map(display),
        about = about.map(display),
        "an attempt was refused"
    );
}

/// A door turned a request away before the hallway. `operation` is one of ours or empty, never what was sent.
pub fn turned_away(door: &'static str, operation: &'static str, code: &'static str, user: Option<UserId>) {
    tracing::info!(
        target: "larch::security",
        event = "turned_away",
        code,
        operation,
        door,
        user = user.map(display),
        "a request was turned away"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::identity::{RevokeSession, SweepSessions, WhoAmI};
    use bank_contract::ledger::ClosePeriod;
    use bank_contract::limits::SetLimit;

    #[test]
    fn a_wrong_secret_is_an_attempt_to_come_in_and_a_fault_of_ours_is_none() {
        let invalid = BankError::invalid("current", "x");
        for (error, with_secrets, expected) in [
            (&BankError::SignInRefused, true, Some("authentication")),
            (&invalid, true, Some("authentication")),
            (&invalid, false, Some("validation")),
            (&BankError::NotFound, false, Some("access")),
            (&BankError::internal("L1-1"), false, None),
            (&BankError::Busy { retry_after_s: 1 }, false, None),
        ] {
            assert_eq!(class(error, with_secrets), expected, "{error:?}");
        }
    }

    #[test]
    fn what_changes_who_may_come_in_is_told_and_reading_and_the_clock_are_not() {
        assert!(is_told(&Facts::of::<SetLimit>()), "and how much may leave");
        assert!(is_told(&Facts::of::<RevokeSession>()) && is_told(&Facts::of::<ClosePeriod>()));
        assert!(!is_told(&Facts::of::<WhoAmI>()) && !is_told(&Facts::of::<SweepSessions>()));
    }
}
