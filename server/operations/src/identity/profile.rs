//! What a customer sees of their own identity.

use super::passkeys;
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::identity::{Profile, SessionView, ShowProfile};
use bank_contract::{BankError, SessionId};
use bank_storage::identity as store;
use bank_storage::identity::factors;

impl Handler for ShowProfile {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Profile, Refusal> {
        let signed = cx.signed()?;
        let (me, member_since) = store::find_user(cx.tx, signed.user)
            .await?
            .ok_or(BankError::NotSignedIn)?;
        let passkeys = store::passkeys_of(cx.tx, signed.user).await?;
        let login = factors::login_of(cx.tx, signed.user).await?;
        let seen_after = cx.now - cx.bank.settings.sessions.idle;
        let sessions = store::sessions_of(cx.tx, signed.user, seen_after, cx.now).await?;
        let sessions = sessions
            .into_iter()
            .map(|row| SessionView {
                session: SessionId(row.id),
                device: row.device,
                network: row.network,
                started_at: cx.local(row.started_at),
                last_seen_at: cx.local(row.last_seen_at),
                this_one: row.id == signed.session.0,
            })
            .collect();
        let passkeys = passkeys.into_iter().map(|row| passkeys::view(cx, row)).collect();
        Ok(Profile {
            me,
            member_since,
            passkeys,
            other_way: login.is_some_and(|login| login.is_complete()),
            sessions,
        })
    }
}
