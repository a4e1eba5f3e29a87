//! Becoming a customer without a passkey, in four steps. What was proven so far is in the ceremony, sealed; the customer is
//! made with the last step, whole or not at all.

use super::email::{Mailed, keep};
use super::{attempts, end_session_before, me, start_session, totp};
use crate::hallway::{Context, Desk, Handler, Prepared, Refusal};
use bank_contract::identity::CustomerKind;
use bank_contract::identity::factors::{NextStep, TotpSetup};
use bank_contract::identity::sign_up::{
    ChooseSignUpPassword, ConfirmSignUpAddress, FinishSignUpByMail, SignedUp, StartSignUpByMail,
};
use bank_contract::{BankError, CeremonyId, CustomerId, UserId};
use bank_rules::identity::{Proof, codes, passwords};
use bank_storage::identity as store;
use bank_storage::identity::factors as proofs;
use bank_storage::{Acting, StorageError, acting};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// What the ceremony before each of the later steps serves for.
const ADDRESS: &str = "sign_up_address";
const PASSWORD: &str = "sign_up_password";
const APP: &str = "sign_up_app";

/// Who wants to become a customer.
#[derive(Clone, Serialize, Deserialize)]
struct Applicant {
    name: String,
    kind: CustomerKind,
}

/// An address that waits for its code.
#[derive(Serialize, Deserialize)]
struct Asked {
    applicant: Applicant,
    mailed: Mailed,
}

/// An address that is theirs.
#[derive(Serialize, Deserialize)]
struct Confirmed {
    applicant: Applicant,
    address: String,
}

/// All but the code of the app.
#[derive(Serialize, Deserialize)]
struct Almost {
    applicant: Applicant,
    address: String,
    /// The password's hash.
    phc: String,
    /// The app's, in hexadecimal.
    secret: String,
}

fn written<S: Serialize>(state: &S) -> Result<Value, BankError> {
    serde_json::to_value(state).map_err(|_| BankError::internal("ceremony-json"))
}

fn read<S: DeserializeOwned>(state: Value) -> Result<S, Refusal> {
    Ok(serde_json::from_value(state).map_err(|_| StorageError::Unreadable("ceremony"))?)
}

async fn begin<S: Serialize>(cx: &Context<'_>, purpose: &'static str, state: &S) -> Result<CeremonyId, Refusal> {
    let ceremony = CeremonyId(cx.new_id());
    let new = store::NewCeremony {
        ceremony,
        purpose,
        user: None,
        state: written(state)?,
        expires_at: cx.now + codes::SETUP_LASTS,
    };
    store::insert_ceremony(cx.tx, new).await?;
    Ok(ceremony)
}

/// What the step before has left. Taken for good only when this step is done: a refusal puts it back.
async fn take<S: DeserializeOwned>(
    cx: &Context<'_>,
    ceremony: CeremonyId,
    purpose: &'static str,
) -> Result<S, Refusal> {
    let state = store::take_ceremony(cx.tx, ceremony, purpose, None, cx.now)
        .await?
        .ok_or(BankError::CeremonyExpired)?;
    read(state)
}

/// Counts a try of a code for this ceremony, which is all that is known of who tries.
async fn count_try(desk: &Desk<'_>, ceremony: CeremonyId) -> Result<Prepared, Refusal> {
    attempts::begin_as_stranger(desk.bank, &ceremony.to_string()).await?;
    Ok(Prepared {
        counted: true,
        ..Prepared::default()
    })
}

impl Handler for StartSignUpByMail {
    /// Nobody's mailbox is filled: after five mails to an address the next ones wait, with us or not.
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let subject = format!("sign-up {}", codes::email_key(&self.email));
        match attempts::begin_as_stranger(desk.bank, &subject).await {
            Err(Refusal::Bank(BankError::Blocked { retry_after_s })) => {
                Err(BankError::SlowDown { retry_after_s }.into())
            }
            counted => counted.map(|()| Prepared::default()),
        }
    }

    /// Nothing is looked up here, so nothing can be told apart: who the mail is for is found when it is delivered.
    async fn handle(self, cx: &mut Context<'_>) -> Result<NextStep, Refusal> {
        let ceremony = CeremonyId(cx.new_id());
        let (code, mailed) = Mailed::new(cx, ceremony, &self.email);
        let about = json!({ "code": code, "to": self.email.trim(), "ceremony": ceremony });
        let asked = Asked {
            applicant: Applicant {
                name: self.name.trim().to_owned(),
                kind: self.kind,
            },
            mailed,
        };
        keep(cx, ceremony, ADDRESS, None, &written(&asked)?).await?;
        cx.tell("identity.sign-up-code", CustomerId(Uuid::nil()), about);
        Ok(NextStep { ceremony })
    }
}

impl Handler for ConfirmSignUpAddress {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        count_try(desk, self.ceremony).await
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<NextStep, Refusal> {
        let asked: Asked = take(cx, self.ceremony, ADDRESS).await?;
        if !asked.mailed.fits(self.ceremony, self.code.reveal()) {
            return Err(BankError::invalid("code", "That is not the code that we sent.").into());
        }
        let confirmed = Confirmed {
            applicant: asked.applicant,
            address: asked.mailed.address,
        };
        let ceremony = begin(cx, PASSWORD, &confirmed).await?;
        Ok(NextStep { ceremony })
    }
}

impl Handler for ChooseSignUpPassword {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let begun = proofs::peek_ceremony(&desk.bank.reader(), self.ceremony, PASSWORD, desk.now).await?;
        let (_, state) = begun.ok_or(BankError::CeremonyExpired)?;
        let confirmed: Confirmed = read(state)?;
        let about = [confirmed.applicant.name.as_str(), confirmed.address.as_str()];
        // The app's code stands beside it from the first sign-in on.
        passwords::may_set(&passwords::normal(self.password.reveal()), true, &about)?;
        let hash = desk.bank.hasher.hash(&self.password, desk.bank.chance.bytes()).await?;
        Ok(Prepared {
            hash: Some(hash),
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<TotpSetup, Refusal> {
        let confirmed: Confirmed = take(cx, self.ceremony, PASSWORD).await?;
        let phc = cx.prepared()?.hash.clone().ok_or(BankError::internal("prepared"))?;
        let secret: [u8; 20] = cx.bank.chance.bytes();
        let name = confirmed.applicant.name.clone();
        let almost = Almost {
            applicant: confirmed.applicant,
            address: confirmed.address,
            phc,
            secret: hex::encode(secret),
        };
        let ceremony = begin(cx, APP, &almost).await?;
        Ok(totp::setup(ceremony, &secret, &name)?)
    }
}

impl Handler for FinishSignUpByMail {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        count_try(desk, self.ceremony).await
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<SignedUp, Refusal> {
        let almost: Almost = take(cx, self.ceremony, APP).await?;
        let secret = hex::decode(&almost.secret).map_err(|_| StorageError::Unreadable("ceremony"))?;
        let step = totp::step_of(&secret, &codes::read(self.code.reveal()), cx)?;
        let step = step.ok_or_else(|| BankError::invalid("code", "That is not the code that the app shows now."))?;
        let user = UserId(cx.new_id());
        let new = store::NewCustomer {
            customer: CustomerId(cx.new_id()),
            user,
            name: almost.applicant.name,
            kind: almost.applicant.kind,
            since: cx.business_date().await?,
            demo: None,
        };
        end_session_before(cx).await?;
        acting::switch(cx.tx, Acting::customer(new.user, new.customer)).await?;
        store::insert_customer(cx.tx, &new, cx.now).await?;
        let key = codes::email_key(&almost.address);
        if !proofs::set_email(cx.tx, user, &almost.address, &key, cx.now).await? {
            // Somebody else was faster with the same address, which both have proven to read.
            return Err(BankError::CeremonyExpired.into());
        }
        proofs::set_password(cx.tx, user, &almost.phc, cx.now).await?;
        proofs::set_totp(cx.tx, user, &secret, step, cx.now).await?;
        let recovery = totp::new_codes(cx, user).await?;
        start_session(cx, user, Proof::Password).await?;
        let me = me(cx, user).await?;
        Ok(SignedUp { me, recovery })
    }
}
