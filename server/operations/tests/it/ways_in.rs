//! Turning ways in off again, another e-mail address, ending sessions: what asks for a fresh proof, and what is told.

use crate::bank::{Person, TestBank};
use crate::code_signing::{for_it, without_a_passkey};
use crate::factors::{
    App, EMAIL, PASSWORD, first_step, goes_on, mail, mailed, password, second_step, signs_for_email, with_everything,
};
use crate::hallway::{count_of, passkey};
use crate::passkey::SoftPasskey;
use bank_contract::identity::email::{ConfirmEmail, RequestRecovery, SetEmail};
use bank_contract::identity::factors::{FinishTotp, NextStep, OtherWay, ShowFactors, StartTotp, TotpSetup, TurnOff};
use bank_contract::identity::{Password, RemovePasskey, RevokeSession, ShowProfile, SignOutEverywhere};
use bank_contract::notifications::{DeliverNotices, ShowMailbox};
use bank_contract::pending::ConfirmPending;
use bank_contract::{BankError, Consent, PasskeyId};
use bank_operations::{Caller, SessionChange};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

/// A customer of their own with a passkey, and everything of the other way besides.
async fn with_both_ways<'a>(bank: &'a TestBank, key: &SoftPasskey) -> (Person<'a>, App) {
    let person = bank.signs_up("Anna Weber", key).await;
    signs_for_email(&person, EMAIL, key).await;
    let set = person.run(password(PASSWORD)).await.unwrap();
    let person = goes_on(person, &set).await;
    let view = person.asks(StartTotp {}).await.unwrap();
    let setup: TotpSetup = serde_json::from_value(person.signs(&view, key).await.unwrap().output).unwrap();
    let app = App::new(&setup.secret);
    let finish = FinishTotp {
        ceremony: setup.ceremony,
        code: app.code(bank),
        current: None,
    };
    let finished = person.run(finish).await.unwrap();
    let person = goes_on(person, &finished).await;
    bank.wait(TimeDelta::seconds(30));
    (person, app)
}

#[tokio::test]
async fn the_other_way_is_turned_off_with_a_signature_and_leads_in_no_more() {
    let bank = TestBank::open().await;
    let key = SoftPasskey::new(7);
    let (anna, app) = with_both_ways(&bank, &key).await;
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    let view = anna.asks(TurnOff { what: OtherWay::Both }).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(anna.confirms_with(&view, None).await.is_err(), "a press does not do");
    assert!(anna.does(ShowFactors {}).await.unwrap().is_complete());

    let signature = anna.signature(&view, &key).await;
    let confirm = ConfirmPending {
        pending: view.pending,
        hash: view.hash,
        signature: Some(signature),
    };
    let done = anna.run(confirm).await.unwrap();
    assert!(matches!(done.session, Some(SessionChange::Start(_))), "another token");
    let factors = anna.does(ShowFactors {}).await.unwrap();
    assert_eq!((factors.password_set_at, factors.codes_set_at), (None, None));
    assert_eq!(factors.recovery_codes_left, 0);
    assert_eq!(factors.email.as_deref(), Some(EMAIL), "so that the bank can write");
    assert!(
        mail(&anna, "A way to sign in was turned off")
            .await
            .body
            .contains("your password")
    );
    // Not by what was begun before, not by the password, and not by a new one.
    assert_eq!(
        second_step(&bank, ceremony, app.code(&bank)).await,
        Err(BankError::CodeRefused)
    );
    assert_eq!(first_step(&bank, EMAIL, PASSWORD).await, Err(BankError::SignInRefused));
    bank.stranger(RequestRecovery { email: EMAIL.into() }).await.unwrap();
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = anna.does(ShowMailbox {}).await.unwrap();
    assert!(mails.iter().all(|mail| mail.subject != "Your code for a new password"));
}

#[tokio::test]
async fn turning_off_signs_every_other_device_out() {
    let bank = TestBank::open().await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    anna.has_passkey(passkey(Uuid::from_bytes([1; 16]), anna.signed.user))
        .await;
    let laptop = anna.sign_in_again().await;
    anna.agrees(TurnOff {
        what: OtherWay::Password,
    })
    .await
    .unwrap();
    assert_eq!(bank.hallway.caller_of(&laptop.token).await, Ok(Caller::Stranger));
    let factors = anna.does(ShowFactors {}).await.unwrap();
    assert!(factors.password_set_at.is_none() && factors.codes_set_at.is_some());
    let again = TurnOff {
        what: OtherWay::Password,
    };
    let refused = anna.run(again).await.unwrap_err();
    assert!(refused.field("what").is_some(), "{refused:?}");
}

#[tokio::test]
async fn the_only_way_in_is_not_turned_off() {
    let bank = TestBank::open().await;
    let (anna, _) = without_a_passkey(&bank, "Anna Weber", 7).await;
    for what in [OtherWay::Password, OtherWay::Codes, OtherWay::Both] {
        let refused = anna.run(TurnOff { what }).await.err();
        assert_eq!(refused, Some(BankError::LastWayIn), "{what:?}");
    }
    assert!(anna.does(ShowFactors {}).await.unwrap().is_complete());
}

#[tokio::test]
async fn the_last_passkey_and_the_other_way_do_not_both_go_at_once() {
    let bank = TestBank::open().await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let id = Uuid::from_bytes([1; 16]);
    anna.has_passkey(passkey(id, anna.signed.user)).await;
    let passkey = PasskeyId(id);
    let one = anna.asks(RemovePasskey { passkey }).await.unwrap();
    let two = anna.asks(TurnOff { what: OtherWay::Codes }).await.unwrap();
    let (first, second) = futures::join!(anna.confirms_with(&one, None), anna.confirms_with(&two, None));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let lost = first.err().or(second.err());
    assert!(
        matches!(lost, Some(BankError::LastPasskey | BankError::LastWayIn)),
        "{lost:?}"
    );
}

#[tokio::test]
async fn another_address_needs_a_signature_and_whoever_has_only_the_session_gets_none() {
    let bank = TestBank::open().await;
    let key = SoftPasskey::new(7);
    let anna = bank.signs_up("Anna Weber", &key).await;
    signs_for_email(&anna, EMAIL, &key).await;
    let thief = || SetEmail {
        email: "thief@example.org".into(),
    };
    let view = anna.asks(thief()).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(anna.confirms_with(&view, None).await.is_err());
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = anna.does(ShowMailbox {}).await.unwrap();
    let to_thief = mails
        .iter()
        .filter(|mail| mail.to.as_deref() == Some("thief@example.org"));
    assert_eq!(to_thief.count(), 0, "no code has gone out");
    assert_eq!(anna.does(ShowFactors {}).await.unwrap().email.as_deref(), Some(EMAIL));
}

#[tokio::test]
async fn without_a_passkey_another_address_needs_the_app_and_the_password() {
    let bank = TestBank::open().await;
    let (anna, app) = without_a_passkey(&bank, "Anna Weber", 7).await;
    let email = "new@example.org";
    let view = anna.asks(SetEmail { email: email.into() }).await.unwrap();
    assert!(view.summary.short_code.is_some(), "a code of the app signs it");
    let signed = anna
        .confirms_with(&view, Some(for_it(&view, app.code(&bank))))
        .await
        .unwrap();
    let step: NextStep = serde_json::from_value(signed.output).unwrap();
    let code = mailed(&anna, "Your code for Larch").await;
    let confirm = |password: Option<&str>| ConfirmEmail {
        ceremony: step.ceremony,
        code: code.clone(),
        password: password.map(Password::new),
    };
    for wrong in [None, Some("not my password")] {
        let refused = anna.does(confirm(wrong)).await.unwrap_err();
        assert!(refused.field("password").is_some(), "{refused:?}");
    }
    let done = anna.run(confirm(Some(PASSWORD))).await.unwrap();
    assert!(matches!(done.session, Some(SessionChange::Start(_))), "another token");
    assert_eq!(anna.does(ShowFactors {}).await.unwrap().email.as_deref(), Some(email));
    let told = mail(&anna, "Your e-mail address was changed").await;
    assert_eq!(told.to.as_deref(), Some(EMAIL), "the old one is told");
}

#[tokio::test]
async fn one_device_is_signed_out_with_a_signature_and_all_of_them_at_once_without() {
    let bank = TestBank::open().await;
    let key = SoftPasskey::new(7);
    let phone = bank.signs_up("Anna Weber", &key).await;
    let session = phone.session();
    let view = phone.asks(RevokeSession { session }).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(phone.confirms_with(&view, None).await.is_err());
    assert_eq!(phone.does(ShowProfile {}).await.unwrap().sessions.len(), 1);
    phone.signs(&view, &key).await.unwrap();
    assert_eq!(bank.hallway.caller_of(&phone.token).await, Ok(Caller::Stranger));

    let ben = bank.signs_up("Ben Okafor", &SoftPasskey::new(8)).await;
    assert_eq!(ben.does(SignOutEverywhere {}).await, Ok(1), "nothing is asked");
    assert_eq!(bank.hallway.caller_of(&ben.token).await, Ok(Caller::Stranger));
}

#[tokio::test]
async fn a_signed_out_device_is_told_of_and_so_is_where_somebody_signed_in_from() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let laptop = anna.sign_in_again().await;
    let session = laptop.session();
    anna.agrees(RevokeSession { session }).await.unwrap();
    assert!(
        mail(&anna, "A device was signed out")
            .await
            .body
            .contains("Test device")
    );
    bank.signs_up("Ben Okafor", &SoftPasskey::new(8)).await;
    let (carl, app, _) = with_everything(&bank, "Carl Stein", "carl@example.org").await;
    let ceremony = first_step(&bank, "carl@example.org", PASSWORD).await.unwrap();
    let finish = bank_contract::identity::factors::FinishPasswordSignIn {
        ceremony,
        code: app.code(&bank),
    };
    let elsewhere = bank_operations::Visit {
        caller: Caller::Stranger,
        network: "198.51.100.x".into(),
        aloud: bank_operations::Aloud::default(),
        ..carl.visit.clone()
    };
    bank.hallway.run(&elsewhere, finish).await.unwrap();
    let told = mail(&carl, "You signed in").await.body;
    assert!(told.contains("Test device, from 198.51.100.x"), "{told}");
}

#[tokio::test]
async fn where_a_session_and_a_passkey_were_used_is_shown_to_their_owner_and_sealed() {
    let bank = TestBank::open().await;
    let key = SoftPasskey::new(7);
    let anna = bank.signs_up("Anna Weber", &key).await;
    assert_eq!(
        anna.does(ShowProfile {}).await.unwrap().passkeys[0].last_used_from,
        None
    );
    signs_for_email(&anna, EMAIL, &key).await;
    let profile = anna.does(ShowProfile {}).await.unwrap();
    assert_eq!(profile.passkeys[0].last_used_from.as_deref(), Some("203.0.113.x"));
    assert_eq!(profile.sessions[0].network.as_deref(), Some("203.0.113.x"));
    let owner = bank.database.owner().await;
    let there = "SELECT (SELECT count(*) FROM sessions WHERE network IS NOT NULL) \
                 + (SELECT count(*) FROM passkeys WHERE last_used_from IS NOT NULL)";
    assert_eq!(count_of(&owner, there).await, 2);
    let plain = "SELECT count(*) FROM sessions s, passkeys p WHERE encode(s.network, 'escape') LIKE '%203%' \
                 OR encode(p.last_used_from, 'escape') LIKE '%203.0%'";
    assert_eq!(count_of(&owner, plain).await, 0);
    // Moved to another row, it does not open.
    owner
        .execute_unprepared("UPDATE sessions SET network = (SELECT last_used_from FROM passkeys)")
        .await
        .unwrap();
    assert!(matches!(
        anna.does(ShowProfile {}).await,
        Err(BankError::Internal { .. })
    ));
}

#[tokio::test]
async fn a_password_hashed_with_parameters_of_before_is_hashed_anew_at_the_next_sign_in() {
    use argon2::password_hash::{PasswordHasher as _, SaltString};
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let owner = bank.database.owner().await;
    let weak = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        argon2::Params::new(8 * 1024, 1, 1, None).unwrap(),
    );
    let salt = SaltString::encode_b64(&[7; 16]).unwrap();
    let old = weak.hash_password(PASSWORD.as_bytes(), &salt).unwrap().to_string();
    let user = anna.signed.user;
    let sql = format!("UPDATE passwords SET phc = '{old}' WHERE user_id = '{user}'");
    owner.execute_unprepared(&sql).await.unwrap();
    let todays = "SELECT count(*) FROM passwords WHERE phc LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'";

    assert_eq!(
        first_step(&bank, EMAIL, "not this one").await,
        Err(BankError::SignInRefused)
    );
    assert_eq!(count_of(&owner, todays).await, 0, "a wrong password changes nothing");
    let before = bank.hallway.password_runs();
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(bank.hallway.password_runs(), before + 2);
    assert_eq!(count_of(&owner, todays).await, 1);
    second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    let before = bank.hallway.password_runs();
    first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(bank.hallway.password_runs(), before + 1, "once is enough");
}
