//! The way back in for who has lost the password: a code by mail, and the second proof besides. The
//! second proof is never left out.

use super::email::{Mailed, keep};
use super::{attempts, become_user, me, password, start_session, totp};
use crate::hallway::{Context, Desk, Handler, Prepared, Refusal};
use bank_contract::identity::Me;
use bank_contract::identity::email::{FinishRecovery, RequestRecovery};
use bank_contract::identity::factors::NextStep;
use bank_contract::{BankError, CeremonyId, CustomerId, UserId};
use bank_rules::identity::{Proof, codes, passwords};
use bank_storage::identity as store;
use bank_storage::identity::factors as proofs;
use bank_storage::{StorageError, acting};
use serde_json::json;
use uuid::Uuid;

/// What the ceremony of a recovery serves for.
const PURPOSE: &str = "recover";

impl Handler for RequestRecovery {
    /// The same rows are written for everybody, known or not.
    async fn handle(self, cx: &mut Context<'_>) -> Result<NextStep, Refusal> {
        let owner = proofs::owner_of_address(cx.tx, &codes::email_key(&self.email)).await?;
        let user = owner.map(|owner| owner.user());
        // Also where there is nobody, so that it costs the same.
        acting::become_user(cx.tx, user.unwrap_or(UserId(Uuid::nil()))).await?;
        let ceremony = CeremonyId(cx.new_id());
        let (code, mailed) = Mailed::new(cx, ceremony, &self.email);
        // Who has turned the password off does not get in by a new one.
        let login = proofs::login_of(cx.tx, user.unwrap_or(UserId(Uuid::nil()))).await?;
        let owner = owner.filter(|_| login.is_some_and(|login| login.is_complete()));
        let waiting = match user {
            Some(user) => proofs::count_ceremonies_locked(cx.tx, user, PURPOSE, cx.now).await?,
            None => 0,
        };
        keep(cx, ceremony, PURPOSE, user, &mailed).await?;
        let about = json!({ "code": code });
        match owner {
            Some(owner) if waiting < codes::MAILED_AT_ONCE_MAX => {
                cx.tell("identity.recovery-asked", owner.customer(), about);
            }
            // Nobody is written to about it.
            _ => cx.tell("identity.recovery-nobody", CustomerId(Uuid::nil()), about),
        }
        Ok(NextStep { ceremony })
    }
}

impl Handler for FinishRecovery {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        // Without the words about its owner, which would say that there is one.
        passwords::may_set(&passwords::normal(self.password.reveal()), true, &[])?;
        let begun = proofs::peek_ceremony(&desk.bank.reader(), self.ceremony, PURPOSE, desk.now).await?;
        let (user, _) = begun.ok_or(BankError::CeremonyExpired)?;
        match user {
            Some(user) => attempts::begin(desk.bank, user).await?,
            None => attempts::begin_as_stranger(desk.bank, &self.ceremony.to_string()).await?,
        }
        let hash = desk.bank.hasher.hash(&self.password, desk.bank.chance.bytes()).await?;
        Ok(Prepared {
            user,
            counted: true,
            hash: Some(hash),
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Me, Refusal> {
        let prepared = cx.prepared()?;
        let state = store::take_ceremony(cx.tx, self.ceremony, PURPOSE, prepared.user, cx.now)
            .await?
            .ok_or(BankError::CeremonyExpired)?;
        let mailed: Mailed = serde_json::from_value(state).map_err(|_| StorageError::Unreadable("ceremony"))?;
        // One answer for a wrong mail code, a wrong second code and nobody: none of them is told apart.
        let fits = mailed.fits(self.ceremony, self.mailed.reveal());
        let (true, Some(user), Some(hash)) = (fits, prepared.user, &prepared.hash) else {
            return Err(BankError::CodeRefused.into());
        };
        become_user(cx, user).await?;
        let login = proofs::login_of(cx.tx, user).await?.ok_or(BankError::CodeRefused)?;
        // The address may be another one since: whoever reads the mails of the old one has no say any more.
        let still_theirs = login.address.as_deref().map(codes::email_key) == Some(codes::email_key(&mailed.address));
        if !still_theirs || !login.is_complete() || !totp::spend_either(cx, user, &self.code).await? {
            return Err(BankError::CodeRefused.into());
        }
        let normal = passwords::normal(self.password.reveal());
        passwords::may_set(&normal, login.codes_set_at.is_some(), &password::about(&login))?;
        proofs::set_password(cx.tx, user, hash, cx.now).await?;
        attempts::forget(cx, user).await?;
        store::end_sessions_of(cx.tx, user).await?;
        start_session(cx, user, Proof::Password).await?;
        cx.tell("identity.recovered", login.customer(), json!({}));
        me(cx, user).await
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await
    }
}
