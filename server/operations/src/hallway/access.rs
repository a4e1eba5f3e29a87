//! Step 2, access: denied unless a rule allows it. What belongs to somebody else does not exist.

use super::{Caller, Context, Refusal, Visit};
use bank_contract::{Access, BankError, Facts, Object};
use bank_storage::hallway as store;

/// The operation's own rule.
pub(super) fn may_call(visit: &Visit, facts: &Facts) -> Result<(), BankError> {
    match (facts.access, visit.caller) {
        (Access::Public, Caller::Stranger | Caller::Customer(_))
        | (Access::Customer, Caller::Customer(_))
        | (Access::Clock, Caller::Clock) => Ok(()),
        (Access::Customer, Caller::Stranger) => Err(BankError::NotSignedIn),
        (Access::Public | Access::Customer, Caller::Clock) | (Access::Clock, _) => Err(BankError::NotAllowed),
    }
}

/// The caller's relation to each object that the input names.
pub(super) async fn may_touch(cx: &Context<'_>, objects: &[Object]) -> Result<(), Refusal> {
    for object in objects {
        let theirs = match cx.visit.caller {
            Caller::Customer(signed) => store::is_theirs(cx.tx, *object, signed.user, signed.customer).await?,
            Caller::Stranger | Caller::Clock => false,
        };
        if !theirs {
            return Err(BankError::NotFound.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hallway::{Door, Signed};
    use bank_contract::{CustomerId, SessionId, UserId};
    use bank_contract::{accounts::ListAccounts, bankday::OpenDay, identity::WhoAmI};
    use uuid::Uuid;

    fn visit(caller: Caller) -> Visit {
        Visit {
            caller,
            door: Door::Browser,
            device: String::new(),
        }
    }

    #[test]
    fn only_those_whom_the_rule_names_may_call() {
        let nil = Uuid::nil();
        let customer = Caller::Customer(Signed {
            user: UserId(nil),
            customer: CustomerId(nil),
            session: SessionId(nil),
        });
        let (public, signed, clock) = (
            Facts::of::<WhoAmI>(),
            Facts::of::<ListAccounts>(),
            Facts::of::<OpenDay>(),
        );
        for (caller, facts, expected) in [
            (Caller::Stranger, &public, Ok(())),
            (Caller::Stranger, &signed, Err(BankError::NotSignedIn)),
            (Caller::Stranger, &clock, Err(BankError::NotAllowed)),
            (customer, &public, Ok(())),
            (customer, &signed, Ok(())),
            (customer, &clock, Err(BankError::NotAllowed)),
            (Caller::Clock, &public, Err(BankError::NotAllowed)),
            (Caller::Clock, &signed, Err(BankError::NotAllowed)),
            (Caller::Clock, &clock, Ok(())),
        ] {
            assert_eq!(
                may_call(&visit(caller), facts),
                expected,
                "{caller:?} {}",
                facts.named.name
            );
        }
    }
}
