//! A user's e-mail address: a code is sent to it, and it is theirs when the code comes back.

use super::{attempts, password, rotate_session};
use crate::hallway::{Context, Desk, Handler, Prepared, Refusal};
use bank_contract::identity::email::{ConfirmEmail, SetEmail};
use bank_contract::identity::factors::NextStep;
use bank_contract::pending::Summary;
use bank_contract::{BankError, CeremonyId, UserId};
use bank_rules::identity::codes;
use bank_storage::StorageError;
use bank_storage::identity as store;
use bank_storage::identity::factors as proofs;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the ceremony of an address serves for.
const PURPOSE: &str = "email";

/// An address that waits for its code, as the ceremony's row keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Mailed {
    pub(super) address: String,
    /// SHA-256, in hexadecimal.
    hash: String,
}

impl Mailed {
    /// A new code for this ceremony, and what is kept of it.
    pub(super) fn new(cx: &Context<'_>, ceremony: CeremonyId, address: &str) -> (String, Self) {
        let code = codes::grouped(&codes::base32(&cx.bank.chance.bytes::<5>()), '-');
        let kept = Self {
            address: address.trim().to_owned(),
            hash: hex::encode(codes::hash(ceremony.0, &code)),
        };
        (code, kept)
    }

    /// Whether this is the code that was sent. Both sides are hashes: how long it takes says nothing.
    pub(super) fn fits(&self, ceremony: CeremonyId, typed: &str) -> bool {
        self.hash == hex::encode(codes::hash(ceremony.0, typed))
    }
}

/// Keeps a ceremony with a code that was mailed.
pub(super) async fn keep(
    cx: &Context<'_>,
    ceremony: CeremonyId,
    purpose: &'static str,
    user: Option<UserId>,
    state: &impl Serialize,
) -> Result<(), Refusal> {
    let new = store::NewCeremony {
        ceremony,
        purpose,
        user,
        state: serde_json::to_value(state).map_err(|_| BankError::internal("ceremony-json"))?,
        expires_at: cx.now + codes::MAILED_LASTS,
    };
    Ok(store::insert_ceremony(cx.tx, new).await?)
}

impl Handler for SetEmail {
    async fn summary(&self, _: &Context<'_>) -> Result<Summary, Refusal> {
        Ok(Summary {
            title: format!("Use the e-mail address {}", self.email.trim()),
            when: "As soon as you enter the code that we send to it".to_owned(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<NextStep, Refusal> {
        let signed = cx.signed()?;
        if proofs::count_ceremonies_locked(cx.tx, signed.user, PURPOSE, cx.now).await? >= codes::MAILED_AT_ONCE_MAX {
            return Err(BankError::TooOften {
                what: "codes by mail in ten minutes".into(),
                most: u32::try_from(codes::MAILED_AT_ONCE_MAX).unwrap_or(u32::MAX),
                retry_after_s: u32::try_from(codes::MAILED_LASTS.num_seconds()).unwrap_or(u32::MAX),
            }
            .into());
        }
        let ceremony = CeremonyId(cx.new_id());
        let (code, mailed) = Mailed::new(cx, ceremony, &self.email);
        keep(cx, ceremony, PURPOSE, Some(signed.user), &mailed).await?;
        let key = codes::email_key(&self.email);
        let owner = proofs::owner_of_address(cx.tx, &key).await?;
        if let Some(owner) = owner.filter(|owner| owner.user() != signed.user) {
            // The one whose address it is reads of it; the one who typed it sees no difference.
            cx.tell("identity.email-taken", owner.customer(), json!({}));
        } else {
            let about = json!({ "code": code, "to": mailed.address });
            cx.tell("identity.email-code", signed.customer, about);
        }
        Ok(NextStep { ceremony })
    }
}

impl Handler for ConfirmEmail {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        password::second_proof(desk, self.password.as_ref(), true).await
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let signed = cx.signed()?;
        password::was_right(cx)?;
        let state = store::take_ceremony(cx.tx, self.ceremony, PURPOSE, Some(signed.user), cx.now)
            .await?
            .ok_or(BankError::CeremonyExpired)?;
        let mailed: Mailed = serde_json::from_value(state).map_err(|_| StorageError::Unreadable("ceremony"))?;
        if !mailed.fits(self.ceremony, self.code.reveal()) {
            return Err(BankError::invalid("code", "That is not the code that we sent.").into());
        }
        let before = proofs::login_of(cx.tx, signed.user)
            .await?
            .and_then(|login| login.address);
        let key = codes::email_key(&mailed.address);
        if !proofs::set_email(cx.tx, signed.user, &mailed.address, &key, cx.now).await? {
            // Somebody else was faster with the same address.
            return Err(BankError::CeremonyExpired.into());
        }
        attempts::take_back(cx, signed.user).await?;
        rotate_session(cx).await?;
        if let Some(before) = before.filter(|before| codes::email_key(before) != key) {
            cx.tell("identity.email-replaced", signed.customer, json!({ "to": before }));
        }
        cx.tell(
            "identity.email-changed",
            signed.customer,
            json!({ "to": mailed.address }),
        );
        Ok(())
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await
    }
}
