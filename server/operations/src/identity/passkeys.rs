//! A customer's passkeys: one more, another name, one fewer, but never none.

use super::{attempts, me, password, webauthn};
use crate::hallway::{Context, Desk, Handler, Prepared, Refusal};
use bank_contract::identity::{
    Ceremony, FinishAddingPasskey, PasskeyView, RemovePasskey, RenamePasskey, StartAddingPasskey,
};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{BankError, PasskeyId};
use bank_rules::identity::{PASSKEYS_MAX, may_remove_passkey};
use bank_rules::risk::Movement;
use bank_storage::identity as store;
use bank_storage::identity::factors;
use serde_json::json;

pub(super) fn view(cx: &Context<'_>, row: store::Passkey) -> PasskeyView {
    PasskeyView {
        passkey: PasskeyId(row.id),
        name: row.name,
        added_at: cx.local(row.added_at),
        last_used_at: row.last_used_at.map(|at| cx.local(at)),
        last_used_from: row.last_used_from,
        synced: row.synced,
    }
}

fn one_more_fits(count: usize) -> Result<(), BankError> {
    if count < PASSKEYS_MAX as usize {
        Ok(())
    } else {
        Err(BankError::TooMany {
            what: "passkeys".into(),
            most: PASSKEYS_MAX,
        })
    }
}

impl Handler for StartAddingPasskey {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        one_more_fits(store::passkeys_of(cx.tx, cx.signed()?.user).await?.len())?;
        Ok(Movement::None)
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        Ok(Summary {
            title: "Add another passkey".to_owned(),
            when: "At once".to_owned(),
            details: vec![Detail::new("On", super::device(cx))],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Ceremony, Refusal> {
        let user = cx.signed()?.user;
        let existing = store::passkeys_of(cx.tx, user).await?;
        one_more_fits(existing.len())?;
        let name = me(cx, user).await?.name;
        let purpose = webauthn::purpose::ADD_PASSKEY;
        webauthn::begin_registration(cx, purpose, user, Some(user), &name, (), &existing).await
    }
}

impl Handler for FinishAddingPasskey {
    /// A first passkey signs everything from then on, so a code of the app alone does not make one.
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        password::second_proof(desk, self.password.as_ref(), false).await
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<PasskeyView, Refusal> {
        let user = cx.signed()?.user;
        password::was_right(cx)?;
        let purpose = webauthn::purpose::ADD_PASSKEY;
        let (_, passkey) =
            webauthn::end_registration::<()>(cx, self.ceremony, purpose, Some(user), self.credential, &self.name)
                .await?;
        let count = store::count_passkeys_locked(cx.tx, user).await?;
        one_more_fits(usize::try_from(count).unwrap_or(usize::MAX))?;
        store::insert_passkey(cx.tx, passkey.clone()).await?;
        if cx.prepared()?.counted {
            attempts::take_back(cx, user).await?;
        }
        super::rotate_session(cx).await?;
        let about = json!({ "passkey": passkey.name });
        cx.tell("identity.passkey-added", cx.signed()?.customer, about);
        Ok(view(cx, passkey))
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await?;
        webauthn::spend(cx, self.ceremony, why).await
    }
}

impl Handler for RenamePasskey {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let passkeys = store::passkeys_of(cx.tx, cx.signed()?.user).await?;
        let renamed = passkeys.into_iter().find(|row| row.id == self.passkey.0);
        let name = renamed.ok_or(BankError::NotFound)?.name;
        Ok(Summary {
            title: format!("Rename the passkey “{name}”"),
            when: "At once".to_owned(),
            details: vec![Detail::new("New name", self.name.trim())],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::rename_passkey(cx.tx, cx.signed()?.user, self.passkey, self.name.trim()).await?)
    }
}

/// Never the last way in: without it its owner could not sign in again.
async fn another_way_stays(cx: &Context<'_>) -> Result<(), Refusal> {
    let user = cx.signed()?.user;
    let count = store::count_passkeys_locked(cx.tx, user).await?;
    let login = factors::login_of(cx.tx, user).await?;
    if may_remove_passkey(count, login.is_some_and(|login| login.is_complete())) {
        Ok(())
    } else {
        Err(BankError::LastPasskey.into())
    }
}

impl Handler for RemovePasskey {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        another_way_stays(cx).await?;
        Ok(Movement::None)
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let passkeys = store::passkeys_of(cx.tx, cx.signed()?.user).await?;
        let doomed = passkeys.into_iter().find(|row| row.id == self.passkey.0);
        let name = doomed.ok_or(BankError::NotFound)?.name;
        Ok(Summary {
            title: format!("Remove the passkey “{name}”"),
            when: "At once".to_owned(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        another_way_stays(cx).await?;
        let signed = cx.signed()?;
        let passkeys = store::passkeys_of(cx.tx, signed.user).await?;
        let name = passkeys
            .into_iter()
            .find(|row| row.id == self.passkey.0)
            .map(|row| row.name);
        store::delete_passkey(cx.tx, self.passkey).await?;
        cx.tell("identity.passkey-removed", signed.customer, json!({ "passkey": name }));
        Ok(())
    }
}
