//! Codes of an app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds, one step of grace on each side),
//! and the recovery codes that stand in for them. Each serves once.

use super::{attempts, rotate_session};
use crate::hallway::{Context, Desk, Handler, Prepared, Refusal};
use bank_contract::identity::Code;
use bank_contract::identity::factors::{
    FinishTotp, QrView, RECOVERY_CODES, RecoveryCodes, RenewRecoveryCodes, StartTotp, TotpSetup,
};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{BankError, CeremonyId, UserId};
use bank_rules::identity::{codes, is_fresh};
use bank_storage::StorageError;
use bank_storage::identity as store;
use bank_storage::identity::factors as proofs;
use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::{Value, json};
use std::fmt::Write as _;
use totp_rs::{Builder, Totp};

/// What the ceremony of an app's setup serves for.
const PURPOSE: &str = "add_totp";
const DIGITS: usize = 6;

fn app(secret: &[u8]) -> Result<Totp, BankError> {
    let built = Builder::new()
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret)
        .build();
    built.map_err(|_| BankError::internal("totp"))
}

/// The step that a code belongs to, when it is one of this moment.
pub(super) fn step_of(secret: &[u8], code: &str, cx: &Context<'_>) -> Result<Option<i64>, BankError> {
    let now = u64::try_from(cx.now.timestamp()).map_err(|_| BankError::internal("totp-time"))?;
    let step = app(secret)?.check(code, now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Checks a code of a user's app now, and spends its step: true once, also for many at once. Whoever calls it
/// has counted the try before ([`attempts::begin`]).
pub(crate) async fn spend(cx: &Context<'_>, user: UserId, code: &Code) -> Result<bool, Refusal> {
    let Some(secret) = proofs::totp_secret(cx.tx, user).await? else {
        return Ok(false);
    };
    let code = codes::read(code.reveal());
    if code.len() != DIGITS {
        return Ok(false);
    }
    match step_of(&secret, &code, cx)? {
        Some(step) => Ok(proofs::spend_step(cx.tx, user, step).await?),
        None => Ok(false),
    }
}

/// A code of the app, or a recovery code in its place. The user is told of a recovery code.
pub(crate) async fn spend_either(cx: &mut Context<'_>, user: UserId, code: &Code) -> Result<bool, Refusal> {
    if spend(cx, user, code).await? {
        return Ok(true);
    }
    let hash = codes::hash(user.0, code.reveal());
    if !proofs::spend_recovery_code(cx.tx, user, &hash, cx.now).await? {
        return Ok(false);
    }
    if let Some(login) = proofs::login_of(cx.tx, user).await? {
        let left = login.recovery_left.to_string();
        cx.tell("identity.recovery-code-used", login.customer(), json!({ "left": left }));
    }
    Ok(true)
}

/// Ten new codes: the hashes are kept, and the codes are shown this once.
pub(super) async fn new_codes(cx: &Context<'_>, user: UserId) -> Result<RecoveryCodes, Refusal> {
    let made: Vec<String> = (0..RECOVERY_CODES)
        .map(|_| codes::grouped(&codes::base32(&cx.bank.chance.bytes::<15>()), '-'))
        .collect();
    let hashes = made.iter().map(|code| codes::hash(user.0, code).to_vec()).collect();
    proofs::set_recovery_codes(cx.tx, user, hashes).await?;
    Ok(RecoveryCodes { codes: made })
}

/// What an app reads (the key URI format that apps share). The bank's name and the customer's stand in the app.
fn uri(secret: &str, name: &str) -> String {
    let mut plain = url::form_urlencoded::Serializer::new(String::new());
    plain.append_pair("secret", secret);
    plain.append_pair("issuer", "Larch");
    plain.append_pair("algorithm", "SHA1");
    plain.append_pair("digits", "6");
    plain.append_pair("period", "30");
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let name = name.replace('+', "%20");
    format!("otpauth://totp/Larch:{name}?{}", plain.finish())
}

fn qr(text: &str) -> Result<QrView, BankError> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| BankError::internal("qr"))?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                // Writing to a text does not fail.
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
    }
    Ok(QrView {
        size: u16::try_from(code.size()).unwrap_or(u16::MAX),
        path,
    })
}

/// What an app needs to make codes for somebody of this name.
pub(super) fn setup(ceremony: CeremonyId, secret: &[u8], name: &str) -> Result<TotpSetup, BankError> {
    let text = codes::base32(secret);
    Ok(TotpSetup {
        ceremony,
        qr: qr(&uri(&text, name))?,
        secret: codes::grouped(&text, ' '),
    })
}

impl Handler for StartTotp {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        Ok(Summary {
            title: "Set up an app for codes".to_owned(),
            when: "At once".to_owned(),
            details: vec![Detail {
                name: "On".to_owned(),
                value: super::device(cx),
            }],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<TotpSetup, Refusal> {
        let user = cx.signed()?.user;
        let name = super::me(cx, user).await?.name;
        let secret: [u8; 20] = cx.bank.chance.bytes();
        let ceremony = CeremonyId(cx.new_id());
        let new = store::NewCeremony {
            ceremony,
            purpose: PURPOSE,
            user: Some(user),
            state: json!(hex::encode(secret)),
            expires_at: cx.now + codes::SETUP_LASTS,
        };
        store::insert_ceremony(cx.tx, new).await?;
        Ok(setup(ceremony, &secret, &name)?)
    }

    /// The app's key is shown once and kept with the ceremony only.
    fn kept(output: &TotpSetup) -> Result<Value, BankError> {
        Ok(json!({ "ceremony": output.ceremony }))
    }
}

/// Whether the session itself is proof enough.
pub(super) async fn session_is_fresh(cx: &Context<'_>) -> Result<bool, Refusal> {
    let begun = proofs::session_begun(cx.tx, cx.signed()?.session).await?;
    Ok(begun.is_some_and(|begun| is_fresh(&begun.proven_by, begun.started_at, cx.now)))
}

impl Handler for FinishTotp {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let user = desk.signed()?.user;
        let counted = self.current.is_some();
        if counted {
            attempts::begin(desk.bank, user).await?;
        }
        Ok(Prepared {
            user: Some(user),
            counted,
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<RecoveryCodes, Refusal> {
        let signed = cx.signed()?;
        let user = signed.user;
        let state: Value = store::take_ceremony(cx.tx, self.ceremony, PURPOSE, Some(user), cx.now)
            .await?
            .ok_or(BankError::CeremonyExpired)?;
        let secret = state.as_str().and_then(|text| hex::decode(text).ok());
        let secret = secret.ok_or(StorageError::Unreadable("ceremony"))?;
        let login = proofs::login_of(cx.tx, user).await?.ok_or(BankError::NotSignedIn)?;
        if login.codes_set_at.is_some() && !session_is_fresh(cx).await? {
            let Some(current) = &self.current else {
                return Err(BankError::invalid("current", "Please enter a code of the app that you have now.").into());
            };
            if !spend_either(cx, user, current).await? {
                return Err(BankError::invalid("current", "That code is not right, or it was used before.").into());
            }
        }
        let step = step_of(&secret, &codes::read(self.code.reveal()), cx)?;
        let step = step.ok_or_else(|| BankError::invalid("code", "That is not the code that the app shows now."))?;
        proofs::set_totp(cx.tx, user, &secret, step, cx.now).await?;
        let made = new_codes(cx, user).await?;
        if cx.prepared()?.counted {
            attempts::take_back(cx, user).await?;
        }
        rotate_session(cx).await?;
        cx.tell("identity.codes-set", signed.customer, json!({}));
        Ok(made)
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await
    }
}

impl Handler for RenewRecoveryCodes {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let user = desk.signed()?.user;
        attempts::begin(desk.bank, user).await?;
        Ok(Prepared {
            user: Some(user),
            counted: true,
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<RecoveryCodes, Refusal> {
        let signed = cx.signed()?;
        if !spend(cx, signed.user, &self.code).await? {
            return Err(
                BankError::invalid("code", "That is not the code that the app shows now, or it was used.").into(),
            );
        }
        let made = new_codes(cx, signed.user).await?;
        attempts::take_back(cx, signed.user).await?;
        cx.tell("identity.recovery-codes-renewed", signed.customer, json!({}));
        Ok(made)
    }

    async fn refused(&self, cx: &mut Context<'_>, why: &BankError) -> Result<(), Refusal> {
        attempts::tell_block(cx, why).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, in six digits.
        let totp = app(b"12345678901234567890").unwrap();
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(totp.check(code, time), Some(time / 30));
            assert_eq!(totp.check(code, time + 30), Some(time / 30), "one step of grace");
            assert_eq!(totp.check(code, time + 60), None);
        }
    }

    #[test]
    fn an_app_reads_the_name_the_bank_and_the_secret() {
        let text = uri("ABCD", "Zoë O’Neill");
        assert_eq!(
            text,
            "otpauth://totp/Larch:Zo%C3%AB%20O%E2%80%99Neill?secret=ABCD&issuer=Larch&algorithm=SHA1&digits=6&period=30"
        );
        let drawn = qr(&text).unwrap();
        assert!(drawn.size >= 21 && drawn.path.starts_with("M0 0h1v1h-1z"));
        assert!(drawn.path.chars().all(|c| c.is_ascii_digit() || "Mhvz- ".contains(c)));
    }
}
