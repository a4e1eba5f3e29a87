//! Signing in with an e-mail address, a password and a code; setting the password.

use super::{attempts, become_user, hashing, me, rotate_session, start_session, totp};
use crate::hallway::{Context, Desk, Handler, Prepared, Refusal};
use bank_contract::identity::factors::{
    FactorsView, FinishPasswordSignIn, NextStep, SetPassword, ShowFactors, StartPasswordSignIn,
};
use bank_contract::identity::{Me, Password};
use bank_contract::{BankError, CeremonyId, CustomerId, UserId};
use bank_rules::identity::{Proof, codes, is_fresh, passwords};
use bank_storage::identity as store;
use bank_storage::identity::factors as proofs;
use bank_storage::{Acting, Sealing, StorageError, acting};
use serde_json::{Value, json};
use uuid::Uuid;

/// What the ceremony between password and code serves for.
const PURPOSE: &str = "second_step";

/// The ways in of whoever has an address. Where nobody has it, the same is asked about nobody.
async fn login_of(desk: &Desk<'_>, owner: Option<proofs::AddressRow>) -> Result<Option<proofs::LoginRow>, Refusal> {
    let nobody = (UserId(Uuid::nil()), CustomerId(Uuid::nil()));
    let (user, customer) = owner.map_or(nobody, |owner| (owner.user(), owner.customer()));
    let tx = desk.bank.db.begin(Acting::customer(user, customer)).await?;
    let login = proofs::login_of(&desk.bank.vault.over(&tx), user).await?;
    tx.rollback().await.map_err(StorageError::from)?;
    Ok(login)
}

impl Handler for StartPasswordSignIn {
    /// The same steps and the same work for everybody: a try is counted, and one hash is computed.
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let key = codes::email_key(&self.email);
        let owner = proofs::owner_of_address(&desk.bank.reader(), &key).await?;
        match owner {
            Some(owner) => attempts::begin(desk.bank, owner.user()).await?,
            None => attempts::begin_as_stranger(desk.bank, &key).await?,
        }
        let login = login_of(desk, owner).await?;
        let phc = login.as_ref().and_then(|login| login.phc.as_deref());
        let fits = desk.bank.hasher.fits(&self.password, phc).await?;
        let proven = fits && login.as_ref().is_some_and(proofs::LoginRow::is_complete);
        // Only now is the password at hand to be hashed anew, when the parameters have changed since.
        let old = phc.filter(|phc| proven && hashing::is_outdated(phc));
        let renewed = match old {
            Some(old) => {
                // A courtesy: where there is no room for it, they are let in all the same, and it is made another time.
                let hash = desk.bank.hasher.hash(&self.password, desk.bank.chance.bytes()).await;
                hash.ok().map(|hash| (old.to_owned(), hash))
            }
            None => None,
        };
        Ok(Prepared {
            proven,
            user: login.map(|login| login.user()),
            counted: true,
            renewed,
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<NextStep, Refusal> {
        let prepared = cx.prepared()?;
        let user = prepared.user.filter(|_| prepared.proven);
        let user = user.ok_or(BankError::SignInRefused)?;
        acting::become_user(cx.tx, user).await?;
        if let Some((before, hash)) = &prepared.renewed {
            proofs::renew_hash(cx.tx, user, before, hash).await?;
        }
        let ceremony = CeremonyId(cx.new_id());
        let new = store::NewCeremony {
            ceremony,
            purpose: PURPOSE,
            user: Some(user),
            state: Value::Null,
            expires_at: cx.now + codes::SECOND_STEP_WITHIN,
        };
        store::insert_ceremony(cx.tx, new).await?;
        attempts::take_back(cx, user).await?;
        Ok(NextStep { ceremony })
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await
    }
}

impl Handler for FinishPasswordSignIn {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let begun = proofs::peek_ceremony(&desk.bank.reader(), self.ceremony, PURPOSE, desk.now).await?;
        let user = begun.and_then(|(user, _)| user).ok_or(BankError::CeremonyExpired)?;
        attempts::begin(desk.bank, user).await?;
        Ok(Prepared {
            user: Some(user),
            counted: true,
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Me, Refusal> {
        let user = cx.prepared()?.user.ok_or(BankError::CeremonyExpired)?;
        store::take_ceremony(cx.tx, self.ceremony, PURPOSE, Some(user), cx.now)
            .await?
            .ok_or(BankError::CeremonyExpired)?;
        become_user(cx, user).await?;
        let login = proofs::login_of(cx.tx, user).await?;
        // A part of it may have been turned off since the password was right.
        let complete = login.is_some_and(|login| login.is_complete());
        if !complete || !totp::spend_either(cx, user, &self.code).await? {
            return Err(BankError::CodeRefused.into());
        }
        attempts::forget(cx, user).await?;
        start_session(cx, user, Proof::Password).await?;
        me(cx, user).await
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await
    }
}

/// Whether what changes the ways in asks for the password besides a signature: there is no passkey to sign with, and a code
/// of the app alone is one proof where such a login has two.
async fn asks_second_proof(db: &impl Sealing, login: &proofs::LoginRow) -> Result<bool, Refusal> {
    Ok(login.phc.is_some()
        && store::passkeys_of(db, login.user()).await?.is_empty()
        && !store::is_demo_person(db, login.user()).await?)
}

/// For `prepare` of what changes the ways in: looks at the password where it is asked for, and counts the try. With
/// `counts`, a try is counted in any case.
///
/// # Errors
/// [`BankError::Invalid`] with the field `password` where it is missing. Whether it is right, [`was_right`] says.
pub(super) async fn second_proof(
    desk: &Desk<'_>,
    password: Option<&Password>,
    counts: bool,
) -> Result<Prepared, Refusal> {
    let user = desk.signed()?.user;
    let tx = desk.begin().await?;
    let db = desk.bank.vault.over(&tx);
    let login = proofs::login_of(&db, user).await?.ok_or(BankError::NotSignedIn)?;
    let asks = asks_second_proof(&db, &login).await?;
    tx.rollback().await.map_err(StorageError::from)?;
    if asks && password.is_none() {
        return Err(BankError::invalid("password", "Please enter your password, too.").into());
    }
    let counted = asks || counts;
    if counted {
        attempts::begin(desk.bank, user).await?;
    }
    let proven = match password {
        Some(password) if asks => desk.bank.hasher.fits(password, login.phc.as_deref()).await?,
        _ => true,
    };
    Ok(Prepared {
        user: Some(user),
        proven,
        counted,
        ..Prepared::default()
    })
}

/// # Errors
/// [`BankError::Invalid`] with the field `password` where the one that [`second_proof`] looked at was wrong.
pub(super) fn was_right(cx: &Context<'_>) -> Result<(), BankError> {
    if cx.prepared()?.proven {
        Ok(())
    } else {
        Err(BankError::invalid("password", "That is not your password."))
    }
}

/// What a password must not be made of.
pub(super) fn about(login: &proofs::LoginRow) -> Vec<&str> {
    let mut about = vec![login.name.as_str()];
    about.extend(login.address.as_deref());
    about
}

impl Handler for SetPassword {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let signed = desk.signed()?;
        let tx = desk.begin().await?;
        let login = proofs::login_of(&desk.bank.vault.over(&tx), signed.user).await?;
        let begun = proofs::session_begun(&tx, signed.session).await?;
        tx.rollback().await.map_err(StorageError::from)?;
        let login = login.ok_or(BankError::NotSignedIn)?;
        let normal = passwords::normal(self.password.reveal());
        passwords::may_set(&normal, login.codes_set_at.is_some(), &about(&login))?;
        let fresh = begun.is_some_and(|begun| is_fresh(&begun.proven_by, begun.started_at, desk.now));
        let asks = login.phc.is_some() && !fresh;
        let mut proven = true;
        if asks {
            let Some(current) = &self.current else {
                return Err(BankError::invalid("current", "Please enter the password that you have now.").into());
            };
            attempts::begin(desk.bank, signed.user).await?;
            proven = desk.bank.hasher.fits(current, login.phc.as_deref()).await?;
        }
        let hash = if proven {
            Some(desk.bank.hasher.hash(&self.password, desk.bank.chance.bytes()).await?)
        } else {
            None
        };
        Ok(Prepared {
            user: Some(signed.user),
            proven,
            counted: asks,
            hash,
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        let signed = cx.signed()?;
        let prepared = cx.prepared()?;
        let Some(hash) = &prepared.hash else {
            return Err(BankError::invalid("current", "That is not the password that you have now.").into());
        };
        proofs::set_password(cx.tx, signed.user, hash, cx.now).await?;
        if prepared.counted {
            attempts::take_back(cx, signed.user).await?;
        }
        proofs::end_other_sessions(cx.tx, signed.user, signed.session).await?;
        rotate_session(cx).await?;
        cx.tell("identity.password-set", signed.customer, json!({}));
        Ok(())
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await
    }
}

impl Handler for ShowFactors {
    async fn handle(self, cx: &mut Context<'_>) -> Result<FactorsView, Refusal> {
        let login = proofs::login_of(cx.tx, cx.signed()?.user)
            .await?
            .ok_or(BankError::NotSignedIn)?;
        Ok(FactorsView {
            password_set_at: login.password_set_at.map(|at| cx.local(at)),
            codes_set_at: login.codes_set_at.map(|at| cx.local(at)),
            recovery_codes_left: u32::try_from(login.recovery_left).unwrap_or(0),
            proof_needed: !totp::session_is_fresh(cx).await?,
            password_needed: asks_second_proof(cx.tx, &login).await?,
            may_turn_off: !store::passkeys_of(cx.tx, login.user()).await?.is_empty(),
            email: login.address,
        })
    }
}
