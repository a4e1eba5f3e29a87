//! Signing in and out.

use super::{become_user, me, start_session, webauthn};
use crate::hallway::{Context, Handler, Refusal, SessionChange};
use bank_contract::BankError;
use bank_contract::identity::{
    Ceremony, FinishSignIn, Me, RevokeSession, SignInDemo, SignOut, SignOutEverywhere, StartSignIn,
};
use bank_rules::identity::Proof;
use bank_storage::identity as store;
use serde_json::json;

impl Handler for StartSignIn {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Ceremony, Refusal> {
        webauthn::begin_sign_in(cx).await
    }
}

impl Handler for FinishSignIn {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Me, Refusal> {
        let user = webauthn::end_sign_in(cx, self.ceremony, self.credential).await?;
        start_session(cx, user, Proof::Passkey).await?;
        me(cx, user).await
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        webauthn::spend(cx, self.ceremony, why).await
    }
}

impl Handler for SignInDemo {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Me, Refusal> {
        if !cx.bank.settings.demo {
            return Err(BankError::DemoOff.into());
        }
        let me = store::find_demo_user(cx.tx, &self.handle)
            .await?
            .ok_or(BankError::NotFound)?;
        become_user(cx, me.user).await?;
        start_session(cx, me.user, Proof::Demo).await?;
        Ok(me)
    }
}

impl Handler for SignOut {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        store::end_session(cx.tx, cx.signed()?.session).await?;
        cx.change_session(SessionChange::End);
        Ok(())
    }
}

impl Handler for SignOutEverywhere {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        let ended = store::end_sessions_of(cx.tx, cx.signed()?.user).await?;
        cx.change_session(SessionChange::End);
        cx.tell("identity.signed-out-everywhere", cx.signed()?.customer, json!({}));
        Ok(ended)
    }
}

impl Handler for RevokeSession {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        store::end_session(cx.tx, self.session).await?;
        if cx.signed()?.session == self.session {
            cx.change_session(SessionChange::End);
        }
        Ok(())
    }
}
