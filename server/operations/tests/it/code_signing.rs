//! Codes of an app as signatures: for who has no passkey, for one request each, and less far.

use crate::bank::{Person, TestBank};
use crate::factors::{App, EMAIL, PASSWORD, goes_on, mail, password, signs_for_email};
use crate::passkey::SoftPasskey;
use bank_contract::accounts::AccountView;
use bank_contract::identity::factors::{FinishTotp, StartTotp, TotpSetup};
use bank_contract::identity::{
    Ceremony, Code, FinishAddingPasskey, Password, RemovePasskey, ShowProfile, StartAddingPasskey,
};
use bank_contract::payees::TrustPayee;
use bank_contract::pending::{Confirmed, PendingState, PendingView, ShowPending, ShowProof, Signature};
use bank_contract::tokens::CreateToken;
use bank_contract::transfers::Receipt;
use bank_contract::{BankError, Consent};
use bank_storage::vault::field;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

/// Anna has a password and an app and removed her passkey; Ben is whom she pays.
struct Scene<'a> {
    anna: Person<'a>,
    app: App,
    ben: Person<'a>,
    from: AccountView,
    to: AccountView,
}

pub(crate) async fn without_a_passkey<'a>(bank: &'a TestBank, name: &str, seed: u8) -> (Person<'a>, App) {
    let key = SoftPasskey::new(seed);
    let person = bank.signs_up(name, &key).await;
    signs_for_email(&person, EMAIL, &key).await;
    let set = person.run(password(PASSWORD)).await.unwrap();
    let person = goes_on(person, &set).await;
    let view = person.asks(StartTotp {}).await.unwrap();
    let setup: TotpSetup = serde_json::from_value(person.signs(&view, &key).await.unwrap().output).unwrap();
    let app = App::new(&setup.secret);
    let finish = FinishTotp {
        ceremony: setup.ceremony,
        code: app.code(bank),
        current: None,
    };
    let finished = person.run(finish).await.unwrap();
    let person = goes_on(person, &finished).await;
    let passkey = person.does(ShowProfile {}).await.unwrap().passkeys[0].passkey;
    let view = person.asks(RemovePasskey { passkey }).await.unwrap();
    person.signs(&view, &key).await.unwrap();
    bank.wait(TimeDelta::seconds(30));
    (person, app)
}

impl<'a> Scene<'a> {
    async fn set(bank: &'a TestBank) -> Self {
        let (anna, app) = without_a_passkey(bank, "Anna Weber", 7).await;
        let ben = bank.signs_up("Ben Okafor", &SoftPasskey::new(8)).await;
        let (from, to) = (anna.has(500_000).await, ben.has(0).await);
        Self {
            anna,
            app,
            ben,
            from,
            to,
        }
    }

    async fn asks(&self, minor: i64) -> PendingView {
        let transfer = self.anna.transfer(&self.from, &self.to, "Ben Okafor", minor);
        self.anna.asks(transfer).await.unwrap()
    }

    async fn signs(&self, view: &PendingView, code: Code) -> Result<Confirmed, BankError> {
        self.anna.confirms_with(view, Some(for_it(view, code))).await
    }

    /// Waits for the app's next code, and signs with it.
    async fn signs_next(&self, view: &PendingView) -> Result<Confirmed, BankError> {
        self.anna.bank.wait(TimeDelta::seconds(30));
        self.signs(view, self.app.code(self.anna.bank)).await
    }

    async fn arrived(&self) -> i64 {
        self.ben.booked(&self.to).await
    }

    async fn state(&self, view: &PendingView) -> PendingState {
        let pending = view.pending;
        self.anna.does(ShowPending { pending }).await.unwrap().state
    }
}

pub(crate) fn for_it(view: &PendingView, code: Code) -> Signature {
    Signature::Code {
        code,
        short_code: view.summary.short_code.clone().unwrap_or_default(),
    }
}

#[tokio::test]
async fn who_has_no_passkey_signs_a_payment_with_a_code_for_it() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(12_345).await;
    assert_eq!(view.missing, Consent::Sign);
    assert_eq!(view.summary.short_code.as_deref().map(str::len), Some(9));
    assert!(
        scene.anna.confirms_with(&view, None).await.is_err(),
        "a press does not do"
    );
    let done = scene.signs(&view, scene.app.code(&bank)).await.unwrap();
    assert_eq!(scene.arrived().await, 12_345);
    let entry = serde_json::from_value::<Receipt>(done.output).unwrap().entry;
    // It is kept with the entry, but nobody else could check it: so it is no proof to take away.
    assert_eq!(scene.anna.does(ShowProof { entry }).await, Ok(None));
    let owner = bank.database.owner().await;
    let kept = format!("SELECT document FROM code_signatures WHERE entry_id = '{entry}' AND amount = 12345");
    let kept = Statement::from_string(DbBackend::Postgres, kept);
    let document: Vec<u8> = owner
        .query_one_raw(kept)
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index(0)
        .unwrap();
    // Sealed, and what is in it is what was signed.
    let key = bank.vault.of_user(&owner, scene.anna.signed.user).await.unwrap();
    let document = key
        .open_text(field::CODE_DOCUMENT, view.pending.0.as_bytes(), &document)
        .unwrap();
    assert!(document.contains("123.45"), "{document}");
    for sql in [
        "UPDATE code_signatures SET amount = 1",
        "DELETE FROM code_signatures",
        "TRUNCATE code_signatures",
    ] {
        assert!(owner.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    bank.books().await;
}

#[tokio::test]
async fn a_code_signs_once_and_only_the_request_that_it_was_given_to() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let (one, other) = (scene.asks(5_000).await, scene.asks(6_000).await);
    assert_ne!(one.summary.short_code, other.summary.short_code);
    let crossed = scene
        .anna
        .confirms_with(&other, Some(for_it(&one, scene.app.code(&bank))))
        .await;
    assert!(crossed.unwrap_err().field("signature").is_some());
    assert_eq!(scene.arrived().await, 0);
    // The code went with the wrong request, and it is used up by that.
    let late = scene.signs(&one, scene.app.code(&bank)).await;
    assert!(late.unwrap_err().field("code").is_some());
    scene.signs_next(&one).await.unwrap();
    let again = scene.asks(7_000).await;
    let replayed = scene.signs(&again, scene.app.code(&bank)).await;
    assert!(replayed.unwrap_err().field("code").is_some());
    assert_eq!(scene.arrived().await, 5_000);
}

#[tokio::test]
async fn a_wrong_code_ends_nothing_and_five_close_the_way() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    for _ in 0..5 {
        let wrong = scene.signs(&view, Code::new("000000")).await.unwrap_err();
        assert!(wrong.field("code").is_some());
        assert_eq!(scene.state(&view).await, PendingState::Waiting);
    }
    let right = scene.signs(&view, scene.app.code(&bank)).await;
    assert_eq!(right, Err(BankError::Blocked { retry_after_s: 60 }));
    assert_eq!(scene.state(&view).await, PendingState::Waiting);
    assert!(
        mail(&scene.anna, "Too many wrong tries")
            .await
            .body
            .contains("five times")
    );
    bank.wait(TimeDelta::seconds(60));
    scene.signs(&view, scene.app.code(&bank)).await.unwrap();
}

#[tokio::test]
async fn of_many_at_once_with_one_code_one_pays() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let mut views = Vec::new();
    for minor in [5_001, 5_002, 5_003, 5_004] {
        views.push(scene.asks(minor).await);
    }
    let code = scene.app.code(&bank);
    let results = futures::future::join_all(views.iter().map(|view| scene.signs(view, code.clone()))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
}

#[tokio::test]
async fn codes_sign_a_tenth_of_a_days_limit_and_no_more() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    // 1,000.00 EUR. Two of 600.00 are each below it, and not together.
    let (one, other) = (scene.asks(60_000).await, scene.asks(60_001).await);
    assert!(other.summary.short_code.is_some());
    scene.signs(&one, scene.app.code(&bank)).await.unwrap();
    let refused = scene.signs_next(&other).await;
    assert!(matches!(refused, Err(BankError::LimitExceeded { left, .. }) if left.minor() == 40_000));
    // The next one is not even offered a code, and no passkey is there.
    let view = scene.asks(40_001).await;
    assert_eq!(view.summary.short_code, None);
    assert!(view.summary.why.as_ref().unwrap().contains("add one in your profile"));
    let forced = Signature::Code {
        code: scene.app.code_at(&bank, 1),
        short_code: String::new(),
    };
    let forced = scene.anna.confirms_with(&view, Some(forced)).await;
    assert!(forced.unwrap_err().field("signature").is_some());
    let last = scene.asks(40_000).await;
    bank.wait(TimeDelta::seconds(30));
    scene.signs_next(&last).await.unwrap();
    assert_eq!(scene.arrived().await, 100_000);
}

#[tokio::test]
async fn codes_open_no_way_around_their_limit() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let trust = TrustPayee {
        name: "Ben Okafor".into(),
        iban: scene.to.iban.clone(),
    };
    let token = CreateToken {
        name: "Shop".into(),
        pay_up_to: Some(crate::bank::euro(100_000)),
        total: None,
        payees: Vec::new(),
        days: 30,
    };
    for view in [
        scene.anna.asks(trust).await.unwrap(),
        scene.anna.asks(token).await.unwrap(),
    ] {
        assert_eq!(
            (view.missing, view.summary.short_code.as_ref()),
            (Consent::Sign, None),
            "{}",
            view.operation
        );
        assert!(scene.anna.begins_to_sign(&view).await.is_err());
    }
}

#[tokio::test]
async fn a_first_passkey_is_signed_for_with_a_code_and_then_takes_its_place() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.anna.asks(StartAddingPasskey {}).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(
        scene.anna.confirms_with(&view, None).await.is_err(),
        "the session alone does not do"
    );
    let done = scene.signs(&view, scene.app.code(&bank)).await.unwrap();
    let begun: Ceremony = serde_json::from_value(done.output).unwrap();
    let key = SoftPasskey::new(9);
    let credential = key.create(&begun.options);
    let finish = |password: Option<&str>| FinishAddingPasskey {
        ceremony: begun.ceremony,
        credential: credential.clone(),
        name: "Phone".into(),
        password: password.map(Password::new),
    };
    // A code alone is one proof, and a passkey signs everything from then on.
    for wrong in [None, Some("not my password")] {
        let refused = scene.anna.does(finish(wrong)).await.unwrap_err();
        assert!(refused.field("password").is_some(), "{refused:?}");
    }
    let added = scene.anna.run(finish(Some(PASSWORD))).await.unwrap();
    let anna = goes_on(scene.anna, &added).await;
    let transfer = anna.transfer(&scene.from, &scene.to, "Ben Okafor", 5_000);
    let view = anna.asks(transfer).await.unwrap();
    assert_eq!(view.summary.short_code, None);
    bank.wait(TimeDelta::seconds(30));
    let code = Signature::Code {
        code: scene.app.code(&bank),
        short_code: String::new(),
    };
    assert!(anna.confirms_with(&view, Some(code)).await.is_err());
    anna.asks(anna.transfer(&scene.from, &scene.to, "Ben Okafor", 5_000))
        .await
        .unwrap();
}
