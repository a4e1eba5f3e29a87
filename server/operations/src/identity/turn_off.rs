//! Turning the password or the app for codes off again, signed with a passkey: one has to be there to sign in with.

use super::rotate_session;
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::BankError;
use bank_contract::identity::factors::{OtherWay, TurnOff};
use bank_contract::pending::Summary;
use bank_rules::identity::ways::WaysIn;
use bank_rules::risk::Movement;
use bank_storage::identity as store;
use bank_storage::identity::factors as proofs;
use serde_json::json;

/// As customers read it.
const fn named(what: OtherWay) -> &'static str {
    match what {
        OtherWay::Password => "your password",
        OtherWay::Codes => "your app for codes, with its recovery codes",
        OtherWay::Both => "your password and your app for codes, with its recovery codes",
    }
}

/// The caller's ways in, which nobody else changes until the database transaction ends.
pub(super) async fn ways_in_locked(cx: &Context<'_>) -> Result<WaysIn, Refusal> {
    let user = cx.signed()?.user;
    let passkeys = store::count_passkeys_locked(cx.tx, user).await?;
    let login = proofs::login_of(cx.tx, user).await?.ok_or(BankError::NotSignedIn)?;
    Ok(WaysIn {
        passkeys,
        email: login.address.is_some(),
        password: login.phc.is_some(),
        codes: login.codes_set_at.is_some(),
    })
}

impl Handler for TurnOff {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        ways_in_locked(cx).await?.may_turn_off(self.what)?;
        Ok(Movement::None)
    }

    async fn summary(&self, _: &Context<'_>) -> Result<Summary, Refusal> {
        Ok(Summary {
            title: format!("Turn off {}", named(self.what)),
            when: "At once".to_owned(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        ways_in_locked(cx).await?.may_turn_off(self.what)?;
        let signed = cx.signed()?;
        if self.what != OtherWay::Codes {
            proofs::delete_password(cx.tx, signed.user).await?;
        }
        if self.what != OtherWay::Password {
            proofs::delete_totp(cx.tx, signed.user).await?;
        }
        proofs::end_other_sessions(cx.tx, signed.user, signed.session).await?;
        rotate_session(cx).await?;
        cx.tell(
            "identity.turned-off",
            signed.customer,
            json!({ "what": named(self.what) }),
        );
        Ok(())
    }
}
