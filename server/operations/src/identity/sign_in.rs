//! Signing in and out.

use super::{become_user, me, start_session, webauthn};
use crate::hallway::{Context, Handler, Refusal, SessionChange};
use bank_contract::identity::{
    Ceremony, FinishSignIn, Me, RevokeSession, SignInDemo, SignOut, SignOutEverywhere, StartSignIn,
};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{BankError, SessionId};
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
    async fn summary(&self, _cx: &Context<'_>) -> Result<Summary, Refusal> {
        Ok(Summary {
            title: "Sign out here".to_owned(),
            when: "At once".to_owned(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        store::end_session(cx.tx, cx.signed()?.session).await?;
        cx.change_session(SessionChange::End);
        Ok(())
    }
}

impl Handler for SignOutEverywhere {
    async fn summary(&self, _cx: &Context<'_>) -> Result<Summary, Refusal> {
        Ok(Summary {
            title: "Sign out everywhere".to_owned(),
            when: "At once, on this device too".to_owned(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        let ended = store::end_sessions_of(cx.tx, cx.signed()?.user).await?;
        cx.change_session(SessionChange::End);
        cx.tell("identity.signed-out-everywhere", cx.signed()?.customer, json!({}));
        Ok(ended)
    }
}

/// What a session's owner calls it.
async fn device_of(cx: &Context<'_>, session: SessionId) -> Result<String, Refusal> {
    let seen_after = cx.now - cx.bank.settings.sessions.idle;
    let sessions = store::sessions_of(cx.tx, cx.signed()?.user, seen_after, cx.now).await?;
    let found = sessions.into_iter().find(|row| row.id == session.0);
    Ok(found.ok_or(BankError::NotFound)?.device)
}

impl Handler for RevokeSession {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let device = device_of(cx, self.session).await?;
        let here = if self.session == cx.signed()?.session {
            vec![Detail::new("Mind", "this is the device that you are using now")]
        } else {
            Vec::new()
        };
        Ok(Summary {
            title: format!("Sign out {device}"),
            when: "At once".to_owned(),
            details: here,
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let device = device_of(cx, self.session).await?;
        let signed = cx.signed()?;
        store::end_session(cx.tx, self.session).await?;
        if signed.session == self.session {
            cx.change_session(SessionChange::End);
        }
        cx.tell("identity.session-ended", signed.customer, json!({ "device": device }));
        Ok(())
    }
}
