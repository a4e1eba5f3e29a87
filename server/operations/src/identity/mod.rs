//! Signing up, signing in, passkeys and sessions.

pub(crate) mod attempts;
mod email;
mod hashing;
mod operator;
mod passkeys;
mod password;
mod profile;
mod recovery;
mod sign_in;
mod sign_up;
mod sign_up_by_mail;
pub(crate) mod totp;
mod turn_off;
pub(crate) mod webauthn;

pub use hashing::Hasher;
pub use webauthn::relying_party;

use crate::hallway::{Context, Handler, Refusal, SessionChange, Token};
use bank_contract::identity::factors::KeepAlive;
use bank_contract::identity::{DemoPeople, DemoPerson, Me, SweepSessions, Visit, WhoAmI};
use bank_contract::{BankError, UserId};
use bank_rules::identity::tries::FORGOTTEN_AFTER;
use bank_rules::identity::{Proof, SESSIONS_MAX};
use bank_storage::acting;
use bank_storage::identity as store;
use bank_storage::identity::{factors, tries};
use serde_json::json;

/// From here on the database transaction works for this user: what they bring as proof can be looked at, and when it is
/// wrong, all of it is undone. The session that this browser had before ends.
async fn become_user(cx: &Context<'_>, user: UserId) -> Result<(), Refusal> {
    end_session_before(cx).await?;
    Ok(acting::become_user(cx.tx, user).await?)
}

async fn end_session_before(cx: &Context<'_>) -> Result<(), Refusal> {
    if let Ok(before) = cx.signed() {
        store::end_session(cx.tx, before.session).await?;
    }
    Ok(())
}

/// Starts a session for the user whom the database transaction works for, and hands its token to the door. The user is
/// told of it.
///
/// # Errors
/// [`BankError::Locked`] when the login is closed: whoever comes here has proven to be its owner.
async fn start_session(cx: &mut Context<'_>, user: UserId, proof: Proof) -> Result<(), Refusal> {
    if store::is_locked(cx.tx, user).await? {
        return Err(BankError::Locked.into());
    }
    if proof != Proof::Demo {
        let about = json!({ "device": whence(cx) });
        let customer = me(cx, user).await?.customer;
        cx.tell("identity.signed-in", customer, about);
    }
    let token = Token::from_bytes(cx.bank.chance.bytes());
    let session = store::Session {
        id: cx.new_id(),
        token_hash: token.hash().to_vec(),
        user_id: user.0,
        device: device(cx),
        network: network(cx),
        started_at: cx.now,
        last_seen_at: cx.now,
        ends_at: cx.now + cx.bank.settings.sessions.absolute,
        proven_by: proof.code().to_owned(),
    };
    store::insert_session(cx.tx, session).await?;
    // Everybody is the demo people: one visitor would sign the others out.
    if proof != Proof::Demo {
        store::end_oldest_sessions(cx.tx, user, SESSIONS_MAX).await?;
    }
    cx.signed_in = Some((user, proof));
    cx.change_session(SessionChange::Start(token));
    Ok(())
}

/// Gives this session another token, because it may more than before. The one before is dead.
async fn rotate_session(cx: &mut Context<'_>) -> Result<(), Refusal> {
    let token = Token::from_bytes(cx.bank.chance.bytes());
    factors::rotate_session(cx.tx, cx.signed()?.session, &token.hash()).await?;
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

/// The network of the visit, when it is known.
pub(super) fn network(cx: &Context<'_>) -> Option<String> {
    Some(cx.visit.network.clone()).filter(|network| !network.is_empty())
}

/// "Firefox on Linux, from 203.0.113.x".
fn whence(cx: &Context<'_>) -> String {
    match network(cx) {
        Some(network) => format!("{}, from {network}", device(cx)),
        None => device(cx),
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
            idle_s: u32::try_from(cx.bank.settings.sessions.idle.num_seconds()).unwrap_or(u32::MAX),
            language_model: cx
                .bank
                .assistant
                .as_ref()
                .is_some_and(|assistant| assistant.asks_a_language_model()),
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
        let swept = store::sweep(cx.tx, seen_before, cx.now).await?;
        let forgotten = tries::sweep(cx.tx, cx.now - FORGOTTEN_AFTER).await?;
        Ok(swept + forgotten)
    }
}

impl Handler for KeepAlive {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::note_session_seen(cx.tx, cx.signed()?.session, cx.now).await?)
    }
}
