//! Step 2, access: denied unless a rule allows it. What belongs to somebody else does not exist.

use super::{Caller, Context, Hallway, Program, Refusal, Visit};
use bank_contract::tokens::TokenState;
use bank_contract::{Access, BankError, Effect, Facts, Object};
use bank_storage::{hallway as store, tokens};

/// The operation's own rule.
pub(super) fn may_call(visit: &Visit, facts: &Facts) -> Result<(), BankError> {
    match (facts.access, &visit.caller) {
        (Access::Public, Caller::Stranger | Caller::Customer(_))
        | (Access::Customer, Caller::Customer(_))
        | (Access::Clock, Caller::Clock | Caller::Operator)
        | (Access::Operator, Caller::Operator) => Ok(()),
        (Access::Customer, Caller::Program(program)) => may_be_left_to(program, facts),
        (Access::Customer, Caller::Stranger) => Err(BankError::NotSignedIn),
        _ => Err(BankError::NotAllowed),
    }
}

/// A program reads what has a place in the REST door, and pays when its token says so.
fn may_be_left_to(program: &Program, facts: &Facts) -> Result<(), BankError> {
    let may = facts.rest.is_some()
        && match facts.effect {
            Effect::Reads => true,
            Effect::MovesMoney => program.pay_up_to.is_some(),
            Effect::Changes => false,
        };
    if may { Ok(()) } else { Err(BankError::NotAllowed) }
}

/// A program's token may have ended since it was looked up.
pub(super) async fn is_still_let_in(cx: &Context<'_>) -> Result<(), Refusal> {
    let Caller::Program(program) = &cx.visit.caller else {
        return Ok(());
    };
    match tokens::find(cx.tx, program.token).await? {
        Some(row) if row.state(cx.now) == TokenState::Active => Ok(()),
        _ => Err(BankError::NotSignedIn.into()),
    }
}

/// The caller's relation to each object that the input names.
pub(super) async fn may_touch(cx: &Context<'_>, objects: &[Object]) -> Result<(), Refusal> {
    if !cx.bank.asks_whose() {
        return Ok(());
    }
    for object in objects {
        let theirs = match cx.visit.caller.who() {
            Some(who) => store::is_theirs(cx.tx, *object, who.user, who.customer).await?,
            None => false,
        };
        if !theirs {
            return Err(BankError::NotFound.into());
        }
    }
    Ok(())
}

impl Hallway {
    /// Whether the access step asks whose an object is. It does; see [`Self::without_first_wall`].
    #[cfg(debug_assertions)]
    pub(super) const fn asks_whose(&self) -> bool {
        !self.first_wall_is_down
    }

    #[cfg(not(debug_assertions))]
    #[expect(clippy::unused_self, reason = "the twin of the one that tests change")]
    pub(super) const fn asks_whose(&self) -> bool {
        true
    }

    /// A hallway whose access step does not ask whose an object is, for the tests of the wall behind it. It is not in
    /// what is built for release, and `clippy.toml` bans it but for those tests.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn without_first_wall(self) -> Self {
        Self {
            first_wall_is_down: true,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hallway::{Door, Signed};
    use bank_contract::{CustomerId, SessionId, UserId};
    use bank_contract::{accounts::ListAccounts, bankday::OpenDay, identity::WhoAmI, ledger::ClosePeriod};
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
        let (public, signed) = (Facts::of::<WhoAmI>(), Facts::of::<ListAccounts>());
        let (clock, operator) = (Facts::of::<OpenDay>(), Facts::of::<ClosePeriod>());
        for (caller, facts, expected) in [
            (Caller::Stranger, &public, Ok(())),
            (Caller::Stranger, &signed, Err(BankError::NotSignedIn)),
            (Caller::Stranger, &clock, Err(BankError::NotAllowed)),
            (customer.clone(), &public, Ok(())),
            (customer.clone(), &signed, Ok(())),
            (customer, &clock, Err(BankError::NotAllowed)),
            (Caller::Clock, &public, Err(BankError::NotAllowed)),
            (Caller::Clock, &signed, Err(BankError::NotAllowed)),
            (Caller::Clock, &clock, Ok(())),
            (Caller::Clock, &operator, Err(BankError::NotAllowed)),
            (Caller::Operator, &operator, Ok(())),
            (Caller::Operator, &clock, Ok(())),
            (Caller::Operator, &signed, Err(BankError::NotAllowed)),
        ] {
            assert_eq!(
                may_call(&visit(caller.clone()), facts),
                expected,
                "{caller:?} {}",
                facts.named.name
            );
        }
    }
}
