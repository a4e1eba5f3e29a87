//! What whoever runs the bank does about a login.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::BankError;
use bank_contract::identity::operator::{EndSessions, LockUser, UnlockUser};
use bank_storage::{identity as store, tokens};

impl Handler for LockUser {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        if !store::set_locked(cx.tx, self.user, Some(cx.now)).await? {
            return Err(BankError::NotFound.into());
        }
        tokens::revoke_all(cx.tx, self.user, cx.now).await?;
        Ok(store::end_sessions_of(cx.tx, self.user).await?)
    }
}

impl Handler for UnlockUser {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        if store::set_locked(cx.tx, self.user, None).await? {
            Ok(())
        } else {
            Err(BankError::NotFound.into())
        }
    }
}

impl Handler for EndSessions {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        Ok(match self.user {
            Some(user) => store::end_sessions_of(cx.tx, user).await?,
            None => store::end_all_sessions(cx.tx).await?,
        })
    }
}
