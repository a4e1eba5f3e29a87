//! Step 2, access: denied unless a rule allows it. What belongs to somebody else does not exist.

use super::{Caller, Context, Door, Hallway, Program, Refusal, Visit};
use bank_contract::mandates::Power;
use bank_contract::pending::ConfirmPending;
use bank_contract::tokens::TokenState;
use bank_contract::{
    Access, BankError, CustomerId, Effect, Facts, MandateId, Object, Operation as _, Relation, UserId,
};
use bank_storage::{hallway as store, mandates, tokens};
use chrono::{DateTime, Utc};

/// The operation's own rule.
pub(super) fn may_call(visit: &Visit, facts: &Facts) -> Result<(), BankError> {
    if visit.door == Door::Assistant {
        may_come_with_the_assistant(&visit.caller, facts)?;
    }
    match (facts.access, &visit.caller) {
        (Access::Public, Caller::Stranger | Caller::Customer(_) | Caller::Staff(_))
        | (Access::Customer, Caller::Customer(_))
        | (Access::Clock, Caller::Clock | Caller::Operator)
        | (Access::Staff, Caller::Staff(_) | Caller::Operator)
        | (Access::Operator, Caller::Operator) => Ok(()),
        (Access::Customer, Caller::Program(program)) => may_be_left_to(program, facts),
        (Access::Customer, Caller::Stranger) => Err(BankError::NotSignedIn),
        _ => Err(BankError::NotAllowed),
    }
}

/// The assistant works for a customer who talks with it, and for nobody else.
fn may_come_with_the_assistant(caller: &Caller, facts: &Facts) -> Result<(), BankError> {
    match caller {
        Caller::Customer(_) if may_be_asked_for(facts) => Ok(()),
        Caller::Stranger => Err(BankError::NotSignedIn),
        _ => Err(BankError::NotAllowed),
    }
}

/// What the assistant may ask for in its customer's name. Never a yes, a secret, a step of a ceremony, or itself: these
/// are given in the browser, and a text that talks the assistant into them gets nowhere.
fn may_be_asked_for(facts: &Facts) -> bool {
    let (slice, verb) = facts.named.name.split_once('.').unwrap_or_default();
    let ceremony = verb.starts_with("start-") || verb.starts_with("finish-");
    let a_yes = facts.named.name == ConfirmPending::NAMED.name;
    let a_strangers = facts.access == Access::Public && facts.effect != Effect::Reads;
    !(ceremony || a_yes || a_strangers || facts.has_secrets || slice == "assistant")
}

/// A program reads what has a place in the REST door, and pays when its token says so.
fn may_be_left_to(program: &Program, facts: &Facts) -> Result<(), BankError> {
    let may = facts.rest.is_some()
        && match facts.effect {
            Effect::Reads => true,
            Effect::MovesMoney => program.bounds.is_some(),
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

/// The caller's relation to each object that the input names: their own, or somebody's whose mandate they hold. From then
/// on the context works for whoever the objects belong to.
pub(super) async fn may_touch(cx: &mut Context<'_>, objects: &[Object]) -> Result<(), Refusal> {
    let asks = cx.bank.asks_whose();
    let mut own = false;
    cx.held = None;
    for object in objects {
        let Some(who) = cx.visit.caller.who() else {
            return Err(BankError::NotFound.into());
        };
        if store::is_theirs(cx.tx, *object, who.user, who.customer).await? {
            own = true;
            continue;
        }
        match Held::over(cx, *object, who.user).await? {
            Some(found) => {
                if cx.acts_for().is_some_and(|other| other != found.grantor) {
                    return Err(two_owners().into());
                }
                let reaches = may(&found.power, *object);
                // First for whom it is, so that a refusal is written down with it.
                cx.held.get_or_insert(found);
                if asks {
                    reaches?;
                }
            }
            None if asks => return Err(BankError::NotFound.into()),
            None => {}
        }
    }
    if own && cx.held.is_some() {
        return Err(two_owners().into());
    }
    Ok(())
}

fn two_owners() -> BankError {
    BankError::invalid(
        "to",
        "These accounts are not of one owner. Send the money as a payment instead.",
    )
}

/// What a mandate lets its holder do with an object of its grantor's.
fn may(power: &Power, object: Object) -> Result<(), BankError> {
    let (relation, is_entry) = match object {
        Object::Account(_, relation) => (relation, false),
        Object::Entry(_, relation) => (relation, true),
        _ => return Err(BankError::NotFound),
    };
    match (relation, power) {
        (Relation::Operate, Power::View) => Err(BankError::ViewOnly),
        // A delegate pays; what was paid is taken back by the owner.
        (Relation::Operate, Power::Pay(_)) if is_entry => Err(BankError::BeyondMandate),
        (Relation::View | Relation::Operate, _) => Ok(()),
        (Relation::Own, _) => Err(BankError::OwnerOnly),
    }
}

/// A mandate that the caller acts by.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) mandate: MandateId,
    /// Whose the accounts are.
    pub(crate) grantor: CustomerId,
    pub(crate) power: Power,
    pub(super) last_used_at: Option<DateTime<Utc>>,
}

impl Held {
    /// Only people hold mandates: a program acts for its own customer alone.
    async fn over(cx: &Context<'_>, object: Object, user: UserId) -> Result<Option<Self>, Refusal> {
        if !matches!(cx.visit.caller, Caller::Customer(_)) {
            return Ok(None);
        }
        let row = match object {
            Object::Account(account, _) => mandates::over_account(cx.tx, account, user, cx.now).await?,
            Object::Entry(entry, _) => mandates::over_entry(cx.tx, entry, user, cx.now).await?,
            _ => None,
        };
        row.map(|row| {
            Ok(Self {
                mandate: row.mandate(),
                grantor: row.grantor(),
                power: row.power()?,
                last_used_at: row.last_used_at(),
            })
        })
        .transpose()
    }
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
    use bank_contract::limits::Bounds;
    use bank_contract::{AccountId, EntryId, Money, SessionId};
    use bank_contract::{accounts::ListAccounts, bankday::OpenDay, identity::WhoAmI, ledger::ClosePeriod};
    use uuid::Uuid;

    fn visit(caller: Caller) -> Visit {
        Visit {
            caller,
            door: Door::Browser,
            device: String::new(),
            network: String::new(),
            aloud: crate::Aloud::default(),
        }
    }

    #[test]
    fn a_mandate_reaches_as_far_as_its_power_and_never_to_what_is_the_owners_alone() {
        use Relation::{Operate, Own, View};
        let pay = Power::Pay(Bounds {
            pay_up_to: Money::zero(bank_contract::Currency::Eur),
            total: None,
            payees: Vec::new(),
        });
        let account = |relation| Object::Account(AccountId(Uuid::nil()), relation);
        let entry = |relation| Object::Entry(EntryId(Uuid::nil()), relation);
        for (power, object, expected) in [
            (&Power::View, account(View), Ok(())),
            (&Power::View, account(Operate), Err(BankError::ViewOnly)),
            (&Power::View, entry(Operate), Err(BankError::ViewOnly)),
            (&pay, account(Operate), Ok(())),
            (&pay, entry(View), Ok(())),
            (&pay, entry(Operate), Err(BankError::BeyondMandate)),
            (&Power::Joint, entry(Operate), Ok(())),
            (&Power::Joint, account(Own), Err(BankError::OwnerOnly)),
            (
                &Power::Joint,
                Object::Token(bank_contract::TokenId(Uuid::nil())),
                Err(BankError::NotFound),
            ),
        ] {
            assert_eq!(may(power, object), expected, "{power:?} {object:?}");
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
