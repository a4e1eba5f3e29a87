//! Signing up, signing in, passkeys and sessions.

mod passkeys;
mod profile;
mod sign_in;
mod sign_up;
pub(crate) mod webauthn;

pub use webauthn::relying_party;

use crate::hallway::{Context, Handler, Refusal, SessionChange, Token};
use bank_contract::identity::{DemoPeople, DemoPerson, Me, SweepSessions, Visit, WhoAmI};
use bank_contract::{BankError, UserId};
use bank_storage::identity as store;

/// Starts a session for a user and hands its token to the door.
async fn start_session(cx: &mut Context<'_>, user: UserId) -> Result<(), Refusal> {
    let token = Token::from_bytes(cx.bank.chance.bytes());
    let session = store::Session {
        id: cx.new_id(),
        token_hash: token.hash().to_vec(),
        user_id: user.0,
        device: device(cx),
        started_at: cx.now,
        last_seen_at: cx.now,
        ends_at: cx.now + cx.bank.settings.sessions.absolute,
    };
    store::insert_session(cx.tx, session).await?;
    cx.change_session(SessionChange::Start(token));
    Ok(())
}

fn device(cx: &Context<'_>) -> String {
    if cx.visit.device.is_empty() {
        "Unknown device".to_owned()
    } else {
        cx.visit.device.clone()
    }
}

async fn me(cx: &Context<'_>, user: UserId) -> Result<Me, Refusal> {
    let (me, _) = store::find_user(cx.tx, user).await?.ok_or(BankError::NotSignedIn)?;
    Ok(me)
}

impl Handler for WhoAmI {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Visit, Refusal> {
        let me = match cx.visit.caller.user() {
            Some(user) => Some(me(cx, user).await?),
            None => None,
        };
        Ok(Visit {
            me,
            demo: cx.bank.settings.demo,
            business_date: cx.business_date().await?,
        })
    }
}

impl Handler for DemoPeople {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<DemoPerson>, Refusal> {
        if cx.bank.settings.demo {
            Ok(store::demo_people(cx.tx).await?)
        } else {
            Ok(Vec::new())
        }
    }
}

impl Handler for SweepSessions {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        let seen_before = cx.now - cx.bank.settings.sessions.idle;
        Ok(store::sweep(cx.tx, seen_before, cx.now).await?)
    }
}
