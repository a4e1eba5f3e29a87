//! Becoming a customer: a name, and a passkey. Nothing is kept of a sign-up that was not finished,
//! but for its ceremony, which is swept.

use super::{end_session_before, me, start_session, webauthn};
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::identity::{Ceremony, CustomerKind, FinishSignUp, Me, StartSignUp};
use bank_contract::{BankError, CustomerId, UserId};
use bank_rules::identity::Proof;
use bank_storage::{Acting, acting, identity as store};
use serde::{Deserialize, Serialize};

/// Name of the first passkey, until its owner gives it another.
const FIRST_PASSKEY: &str = "My passkey";

#[derive(Serialize, Deserialize)]
struct Applicant {
    name: String,
    kind: CustomerKind,
}

impl Handler for StartSignUp {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Ceremony, Refusal> {
        let user = UserId(cx.new_id());
        let name = self.name.trim().to_owned();
        let applicant = Applicant {
            name: name.clone(),
            kind: self.kind,
        };
        webauthn::begin_registration(cx, webauthn::purpose::SIGN_UP, user, None, &name, applicant, &[]).await
    }
}

impl Handler for FinishSignUp {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Me, Refusal> {
        let purpose = webauthn::purpose::SIGN_UP;
        let (state, passkey) =
            webauthn::end_registration::<Applicant>(cx, self.ceremony, purpose, None, self.credential, FIRST_PASSKEY)
                .await?;
        let new = store::NewCustomer {
            customer: CustomerId(cx.new_id()),
            user: state.user,
            name: state.details.name,
            kind: state.details.kind,
            since: cx.business_date().await?,
            demo: None,
        };
        end_session_before(cx).await?;
        acting::switch(cx.tx, Acting::customer(new.user, new.customer)).await?;
        store::insert_customer(cx.tx, &new, cx.now).await?;
        store::insert_passkey(cx.tx, passkey).await?;
        start_session(cx, state.user, Proof::Passkey).await?;
        me(cx, state.user).await
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        webauthn::spend(cx, self.ceremony, why).await
    }
}
