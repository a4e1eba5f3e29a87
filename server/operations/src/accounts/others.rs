//! Accounts of others that the caller holds a mandate for.

use crate::hallway::{Caller, Context, Held, Refusal, note_look};
use bank_contract::accounts::{AccountView, Standing};
use bank_contract::mandates::{MandateState, Power};
use bank_contract::{BankError, MandateId};
use bank_storage::accounts as store;
use bank_storage::mandates::{self, MandateRow};
use std::collections::HashSet;

fn of_power(power: &Power, owner: String, mandate: MandateId) -> Standing {
    match power {
        Power::View => Standing::Viewer { owner, mandate },
        Power::Pay(_) => Standing::Delegate { owner, mandate },
        Power::Joint => Standing::Joint { owner, mandate },
    }
}

/// How the caller stands to the account that the access step has found.
pub(super) async fn standing(cx: &Context<'_>) -> Result<Standing, Refusal> {
    let Some(Held {
        mandate,
        grantor,
        power,
        ..
    }) = &cx.held
    else {
        return Ok(Standing::Owner);
    };
    let owner = mandates::people(cx.tx).await?.remove(grantor).unwrap_or_default();
    Ok(of_power(power, owner, *mandate))
}

/// The joint ones first, then those to pay from, then those to look at.
const fn rank(power: &Power) -> u8 {
    match power {
        Power::Joint => 0,
        Power::Pay(_) => 1,
        Power::View => 2,
    }
}

/// All of them, each with the strongest mandate that the caller holds for it.
pub(super) async fn list(cx: &Context<'_>) -> Result<Vec<AccountView>, Refusal> {
    let Caller::Customer(signed) = cx.visit.caller else {
        return Ok(Vec::new());
    };
    let mut living: Vec<(MandateRow, Power)> = Vec::new();
    for row in mandates::held_by(cx.tx, signed.user, cx.now).await? {
        if row.state(cx.now)? == MandateState::Active {
            let power = row.power()?;
            living.push((row, power));
        }
    }
    if living.is_empty() {
        return Ok(Vec::new());
    }
    living.sort_by_key(|(_, power)| rank(power));
    let people = mandates::people(cx.tx).await?;
    let (mut views, mut seen) = (Vec::new(), HashSet::new());
    for row in store::held(cx.tx, signed.customer).await? {
        let covering = living
            .iter()
            .find(|(mandate, _)| mandate.covers(row.customer(), row.account()));
        // One whose time is over, and is not written down yet.
        let Some((mandate, power)) = covering else { continue };
        if seen.insert(mandate.mandate()) {
            note_look(cx, mandate.mandate(), mandate.last_used_at()).await?;
        }
        let owner = people
            .get(&row.customer())
            .cloned()
            .ok_or(BankError::internal("owner"))?;
        views.push(AccountView {
            standing: of_power(power, owner, mandate.mandate()),
            ..row.view()?
        });
    }
    Ok(views)
}
