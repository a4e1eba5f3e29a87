//! Sessions and who may use them. Passkeys themselves are tried in a real browser, in end2end.

use crate::bank::TestBank;
use bank_contract::identity::{
    CustomerKind, DemoPeople, FinishSignIn, FinishSignUp, RemovePasskey, RevokeSession, ShowProfile, SignInDemo,
    SignOut, SignOutEverywhere, StartAddingPasskey, StartSignIn, StartSignUp, SweepSessions, WhoAmI,
};
use bank_contract::pending::ConfirmPending;
use bank_contract::{BankError, CeremonyId, PasskeyId};
use bank_operations::{BankSettings, Caller, SessionChange};
use bank_storage::identity as store;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test]
async fn a_session_ends_after_idling_and_lives_on_while_used() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    for _ in 0..3 {
        bank.wait(TimeDelta::minutes(4));
        assert!(matches!(
            bank.hallway.caller_of(&anna.token).await,
            Ok(Caller::Customer(_))
        ));
    }
    bank.wait(TimeDelta::minutes(5));
    assert_eq!(bank.hallway.caller_of(&anna.token).await, Ok(Caller::Stranger));
}

#[tokio::test]
async fn a_session_ends_after_a_day_however_busy() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    for _ in 0..359 {
        bank.wait(TimeDelta::minutes(4));
        assert!(matches!(
            bank.hallway.caller_of(&anna.token).await,
            Ok(Caller::Customer(_))
        ));
    }
    bank.wait(TimeDelta::minutes(4));
    assert_eq!(bank.hallway.caller_of(&anna.token).await, Ok(Caller::Stranger));
    assert_eq!(bank.clock_runs(SweepSessions {}).await, Ok(1));
}

#[tokio::test]
async fn signing_out_ends_this_session_or_all_of_them() {
    let bank = TestBank::open().await;
    let phone = bank.customer("Anna Weber").await;
    let laptop = bank
        .sign_in("Anna Weber", phone.signed.user, phone.signed.customer)
        .await;
    let tablet = bank
        .sign_in("Anna Weber", phone.signed.user, phone.signed.customer)
        .await;
    let gone = async |token| bank.hallway.caller_of(token).await == Ok(Caller::Stranger);

    let outcome = phone.run(SignOut {}).await.unwrap();
    assert_eq!(outcome.session, Some(SessionChange::End));
    assert!(gone(&phone.token).await && !gone(&laptop.token).await);

    let other = laptop
        .asks(RevokeSession {
            session: tablet.session(),
        })
        .await
        .unwrap();
    assert_eq!(
        bank.hallway.caller_of(&tablet.token).await,
        Ok(tablet.visit.caller.clone()),
        "nothing ends before it is signed"
    );
    let confirm = ConfirmPending {
        pending: other.pending,
        hash: other.hash,
        signature: None,
    };
    let ended = laptop.run(confirm).await.unwrap();
    assert_eq!(ended.session, None, "one's own cookie stays");
    assert!(gone(&tablet.token).await && !gone(&laptop.token).await);

    assert_eq!(laptop.does(SignOutEverywhere {}).await, Ok(1));
    assert!(gone(&laptop.token).await);
}

#[tokio::test]
async fn the_profile_shows_where_one_is_signed_in() {
    let bank = TestBank::open().await;
    let phone = bank.customer("Anna Weber").await;
    bank.sign_in("Anna Weber", phone.signed.user, phone.signed.customer)
        .await;
    let profile = phone.does(ShowProfile {}).await.unwrap();
    assert_eq!(profile.me.name, "Anna Weber");
    assert_eq!(profile.sessions.len(), 2);
    assert_eq!(profile.sessions.iter().filter(|session| session.this_one).count(), 1);
    assert!(profile.sessions.iter().all(|session| session.device == "Test device"));
    let networks = profile.sessions.iter().map(|session| session.network.as_deref());
    assert!(networks.into_iter().all(|network| network == Some("203.0.113.x")));
}

#[tokio::test]
async fn tokens_are_kept_as_hashes_only() {
    use sea_orm::ConnectionTrait as _;
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let owner = bank.database.owner().await;
    let sql = format!(
        "SELECT 1 FROM sessions s WHERE s::text LIKE '%{0}%' OR encode(s.token_hash, 'hex') = '{0}'",
        anna.token.reveal()
    );
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, sql);
    assert!(owner.query_one_raw(statement).await.unwrap().is_none());
}

#[tokio::test]
async fn demo_people_are_there_only_while_the_demo_is_on() {
    let bank = TestBank::with(BankSettings {
        demo: false,
        ..BankSettings::default()
    })
    .await;
    assert_eq!(bank.stranger(DemoPeople {}).await, Ok(Vec::new()));
    assert_eq!(
        bank.stranger(SignInDemo { handle: "anna".into() }).await,
        Err(BankError::DemoOff)
    );
    assert!(!bank.stranger(WhoAmI {}).await.unwrap().demo);

    let bank = TestBank::open().await;
    bank.customer("Anna Weber").await;
    assert_eq!(bank.stranger(DemoPeople {}).await.unwrap().len(), 1);
    assert_eq!(
        bank.stranger(SignInDemo {
            handle: "nobody".into()
        })
        .await,
        Err(BankError::NotFound)
    );
}

#[tokio::test]
async fn a_new_passkey_is_asked_to_be_discoverable_and_to_verify_its_user() {
    let bank = TestBank::open().await;
    let begun = bank
        .stranger(StartSignUp {
            name: "Clara".into(),
            kind: CustomerKind::default(),
        })
        .await
        .unwrap();
    let options = &begun.options["publicKey"];
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["rp"]["id"], "localhost");
    // ECDSA over P-256 and P-384 (RFC 9053): no RSA, whose keys are short here, and no SHA-1, which is -65535.
    let algorithms = options["pubKeyCredParams"].as_array().unwrap();
    assert!(!algorithms.is_empty());
    for algorithm in algorithms {
        assert!([-7, -35].contains(&algorithm["alg"].as_i64().unwrap()), "{algorithm}");
    }
    let begun = bank.stranger(StartSignIn {}).await.unwrap();
    assert_eq!(begun.options["publicKey"]["userVerification"], "required");
    assert_eq!(begun.options["publicKey"]["allowCredentials"], json!([]));
}

/// What a browser would send, but signed by nobody.
fn forged() -> serde_json::Value {
    json!({ "id": "AAAA", "rawId": "AAAA", "type": "public-key", "extensions": {},
            "response": { "clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA",
                          "attestationObject": "AAAA", "userHandle": "AAAAAAAAAAAAAAAAAAAAAA" } })
}

async fn clara_signs_up(bank: &TestBank) -> CeremonyId {
    let start = StartSignUp {
        name: "Clara".into(),
        kind: CustomerKind::default(),
    };
    bank.stranger(start).await.unwrap().ceremony
}

#[tokio::test]
async fn a_forged_credential_is_refused() {
    let bank = TestBank::open().await;
    let begun = bank.stranger(StartSignIn {}).await.unwrap();
    let answer = FinishSignIn {
        ceremony: begun.ceremony,
        credential: forged(),
    };
    assert_eq!(bank.stranger(answer).await, Err(BankError::PasskeyRefused));
    for credential in [forged(), json!({}), json!(null), json!("x")] {
        let ceremony = clara_signs_up(&bank).await;
        let answer = || FinishSignUp {
            ceremony,
            credential: credential.clone(),
        };
        assert_eq!(bank.stranger(answer()).await, Err(BankError::PasskeyRefused));
        // Every try needs a new ceremony.
        assert_eq!(bank.stranger(answer()).await, Err(BankError::CeremonyExpired));
    }
}

#[tokio::test]
async fn a_ceremony_serves_its_own_purpose_in_time() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let sign_in = bank.stranger(StartSignIn {}).await.unwrap().ceremony;
    let adding = anna.agrees(StartAddingPasskey {}).await.unwrap().ceremony;
    let finish = |ceremony| FinishSignUp {
        ceremony,
        credential: forged(),
    };
    for ceremony in [sign_in, adding, CeremonyId(uuid::Uuid::nil())] {
        assert_eq!(bank.stranger(finish(ceremony)).await, Err(BankError::CeremonyExpired));
    }
    let own = bank
        .stranger(StartSignUp {
            name: "Clara".into(),
            kind: CustomerKind::default(),
        })
        .await
        .unwrap()
        .ceremony;
    bank.wait(TimeDelta::minutes(5));
    assert_eq!(bank.stranger(finish(own)).await, Err(BankError::CeremonyExpired));
}

#[tokio::test]
async fn the_last_passkey_stays_even_when_two_are_removed_at_once() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let add = async |id: u8| {
        let passkey = store::Passkey {
            id: uuid::Uuid::from_bytes([id; 16]),
            user_id: anna.signed.user.0,
            credential_id: vec![id],
            credential: json!({}),
            name: format!("Key {id}"),
            synced: false,
            added_at: crate::bank::NOON.parse().unwrap(),
            last_used_at: None,
            last_used_from: None,
        };
        anna.has_passkey(passkey).await;
        PasskeyId(uuid::Uuid::from_bytes([id; 16]))
    };
    let (one, two) = (add(1).await, add(2).await);
    let (first, second) = futures::join!(
        anna.agrees(RemovePasskey { passkey: one }),
        anna.agrees(RemovePasskey { passkey: two })
    );
    let results = [first, second];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.contains(&Err(BankError::LastPasskey)));
}
