//! Becoming a customer without a passkey: the happy path, each refusal, and what an attacker would try.

use crate::bank::{Person, TestBank};
use crate::factors::{App, EMAIL, PASSWORD, first_step, mail, second_step, with_everything};
use crate::hallway::count_of;
use bank_contract::identity::factors::{NextStep, ShowFactors, TotpSetup};
use bank_contract::identity::sign_up::{
    ChooseSignUpPassword, ConfirmSignUpAddress, FinishSignUpByMail, SignedUp, StartSignUpByMail,
};
use bank_contract::identity::{Code, CustomerKind, Password, ShowProfile};
use bank_contract::notifications::{DeliverNotices, SendMail, ShowMailbox, ShowSignUpMail};
use bank_contract::{BankError, CeremonyId};
use bank_operations::notifications::{Mailer, NotSent, Outgoing};
use bank_operations::{BankSettings, Caller, Door, SessionChange, Visit};
use chrono::TimeDelta;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

const NEW: &str = "zoe@example.org";

fn start(email: &str) -> StartSignUpByMail {
    StartSignUpByMail {
        name: "Zoë Adler".into(),
        kind: CustomerKind::Person,
        email: email.into(),
    }
}

async fn begins(bank: &TestBank, email: &str) -> CeremonyId {
    bank.stranger(start(email)).await.unwrap().ceremony
}

/// The code that was sent for this sign-up, as the demo shows it.
async fn code_of(bank: &TestBank, ceremony: CeremonyId) -> Code {
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = bank.stranger(ShowSignUpMail { ceremony }).await.unwrap();
    let after = mails[0].body.split("Your code is ").nth(1).unwrap();
    Code::new(&after[..9])
}

async fn confirms(bank: &TestBank, ceremony: CeremonyId, code: Code) -> Result<NextStep, BankError> {
    bank.stranger(ConfirmSignUpAddress { ceremony, code }).await
}

async fn chooses(bank: &TestBank, ceremony: CeremonyId, password: &str) -> Result<TotpSetup, BankError> {
    let password = Password::new(password);
    bank.stranger(ChooseSignUpPassword { ceremony, password }).await
}

/// All but the last step.
async fn almost(bank: &TestBank, email: &str) -> TotpSetup {
    let ceremony = begins(bank, email).await;
    let code = code_of(bank, ceremony).await;
    let next = confirms(bank, ceremony, code).await.unwrap();
    chooses(bank, next.ceremony, PASSWORD).await.unwrap()
}

async fn finishes(bank: &TestBank, setup: &TotpSetup, code: Code) -> Result<SignedUp, BankError> {
    let ceremony = setup.ceremony;
    bank.stranger(FinishSignUpByMail { ceremony, code }).await
}

async fn customers(bank: &TestBank) -> i64 {
    count_of(&bank.database.owner().await, "SELECT count(*) FROM customers").await
}

#[tokio::test]
async fn who_has_no_passkey_becomes_a_customer_with_an_address_a_password_and_an_app() {
    let bank = TestBank::open().await;
    let setup = almost(&bank, NEW).await;
    assert_eq!(customers(&bank).await, 0, "nobody is a customer before the last step");
    let app = App::new(&setup.secret);
    let visit = Visit {
        caller: Caller::Stranger,
        door: Door::Browser,
        device: "Test device".into(),
        network: "203.0.113.x".into(),
        aloud: bank_operations::Aloud::default(),
    };
    let finish = FinishSignUpByMail {
        ceremony: setup.ceremony,
        code: app.code(&bank),
    };
    let outcome = bank.hallway.run(&visit, finish.clone()).await.unwrap();
    let Some(SessionChange::Start(token)) = outcome.session.clone() else {
        panic!("no session was started")
    };
    let signed_up = outcome.answer.done().unwrap();
    assert_eq!(signed_up.recovery.codes.len(), 10);
    let zoe: Person<'_> = bank.person("Zoë Adler", token, visit).await;
    let profile = zoe.does(ShowProfile {}).await.unwrap();
    assert_eq!((profile.me.name.as_str(), profile.passkeys.len()), ("Zoë Adler", 0));
    let factors = zoe.does(ShowFactors {}).await.unwrap();
    assert!(factors.is_complete() && !factors.may_turn_off && factors.password_needed);
    assert_eq!(factors.email.as_deref(), Some(NEW));
    assert_eq!(mail(&zoe, "You signed in").await.to.as_deref(), Some(NEW));

    // The same answer does not make a second customer, and the code was spent.
    assert_eq!(bank.stranger(finish).await.err(), Some(BankError::CeremonyExpired));
    assert_eq!(customers(&bank).await, 1);
    let ceremony = first_step(&bank, NEW, PASSWORD).await.unwrap();
    assert_eq!(
        second_step(&bank, ceremony, app.code(&bank)).await,
        Err(BankError::CodeRefused)
    );
    bank.wait(TimeDelta::seconds(30));
    let me = second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    assert_eq!(me.user, signed_up.me.user);
    // A recovery code of the set does as well.
    let ceremony = first_step(&bank, NEW, PASSWORD).await.unwrap();
    let code = Code::new(signed_up.recovery.codes[0].as_str());
    second_step(&bank, ceremony, code).await.unwrap();
}

#[tokio::test]
async fn an_address_that_is_with_us_looks_no_different_and_its_owner_is_told() {
    let bank = TestBank::open().await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let owner = bank.database.owner().await;
    let rows = async || {
        let sql = "SELECT (SELECT count(*) FROM outbox) * 1000 \
                   + (SELECT count(*) FROM ceremonies WHERE purpose = 'sign_up_address')";
        count_of(&owner, sql).await
    };
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mut seen = rows().await;
    let before = bank.hallway.password_runs();
    let mut begun = Vec::new();
    for email in [EMAIL, NEW] {
        begun.push(begins(&bank, email).await);
        let now = rows().await;
        assert_eq!(now - seen, 1_001, "{email}: the same rows");
        seen = now;
    }
    assert_eq!(bank.hallway.password_runs(), before, "the same work");
    // Guessing is refused alike, and closes alike.
    for ceremony in &begun {
        for _ in 0..5 {
            let refused = confirms(&bank, *ceremony, Code::new("AAAA-AAAA")).await.unwrap_err();
            assert!(refused.field("code").is_some(), "{refused:?}");
        }
        assert_eq!(
            confirms(&bank, *ceremony, Code::new("AAAA-AAAA")).await,
            Err(BankError::Blocked { retry_after_s: 60 })
        );
    }
    let told = mail(&anna, "You are with us already").await;
    assert_eq!(told.to.as_deref(), Some(EMAIL));
    let shown = bank.stranger(ShowSignUpMail { ceremony: begun[0] }).await.unwrap();
    assert!(shown.is_empty(), "the owner's mail is the owner's");
}

#[tokio::test]
async fn nothing_is_lost_by_a_wrong_code_or_a_weak_password() {
    let bank = TestBank::open().await;
    let ceremony = begins(&bank, NEW).await;
    let code = code_of(&bank, ceremony).await;
    let wrong = confirms(&bank, ceremony, Code::new("AAAA-AAAA")).await.unwrap_err();
    assert!(wrong.field("code").is_some());
    let next = confirms(&bank, ceremony, code.clone()).await.unwrap();
    assert_eq!(
        confirms(&bank, ceremony, code).await,
        Err(BankError::CeremonyExpired),
        "the code serves once"
    );
    for weak in ["short", "password1", "zoe@example.org", "Zoë Adler"] {
        let refused = chooses(&bank, next.ceremony, weak).await.unwrap_err();
        assert!(refused.field("password").is_some(), "{weak} {refused:?}");
    }
    let setup = chooses(&bank, next.ceremony, PASSWORD).await.unwrap();
    let app = App::new(&setup.secret);
    for wrong in [Code::new("000000"), app.code_at(&bank, 4)] {
        let refused = finishes(&bank, &setup, wrong).await.unwrap_err();
        assert!(refused.field("code").is_some(), "{refused:?}");
    }
    finishes(&bank, &setup, app.code(&bank)).await.unwrap();
}

#[tokio::test]
async fn no_step_is_left_out_and_each_runs_out() {
    let bank = TestBank::open().await;
    let ceremony = begins(&bank, NEW).await;
    // A ceremony of one step answers no other.
    assert_eq!(
        chooses(&bank, ceremony, PASSWORD).await.err(),
        Some(BankError::CeremonyExpired)
    );
    let finish = FinishSignUpByMail {
        ceremony,
        code: Code::new("123456"),
    };
    assert_eq!(bank.stranger(finish).await.err(), Some(BankError::CeremonyExpired));
    let code = code_of(&bank, ceremony).await;
    bank.wait(TimeDelta::minutes(10));
    assert_eq!(confirms(&bank, ceremony, code).await, Err(BankError::CeremonyExpired));
    let setup = almost(&bank, NEW).await;
    bank.wait(TimeDelta::minutes(15));
    let code = App::new(&setup.secret).code(&bank);
    assert_eq!(
        finishes(&bank, &setup, code).await.err(),
        Some(BankError::CeremonyExpired)
    );
    assert_eq!(customers(&bank).await, 0);
}

#[tokio::test]
async fn two_who_finish_with_one_address_at_once_do_not_both_get_it() {
    let bank = TestBank::open().await;
    let (one, two) = (almost(&bank, NEW).await, almost(&bank, " ZOE@example.org").await);
    let codes = [&one, &two].map(|setup| App::new(&setup.secret).code(&bank));
    let [first, second] = codes;
    let (a, b) = futures::join!(finishes(&bank, &one, first), finishes(&bank, &two, second));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    let lost = a.err().or(b.err());
    assert_eq!(lost, Some(BankError::CeremonyExpired));
    assert_eq!(customers(&bank).await, 1, "nothing of the other is left");
}

#[tokio::test]
async fn one_finish_from_many_at_once_makes_one_customer() {
    let bank = TestBank::open().await;
    let setup = almost(&bank, NEW).await;
    let app = App::new(&setup.secret);
    let all = (0..4).map(|_| finishes(&bank, &setup, app.code(&bank)));
    let results = futures::future::join_all(all).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(customers(&bank).await, 1);
}

#[tokio::test]
async fn nobodys_mailbox_is_filled_and_with_us_or_not_is_no_difference() {
    let bank = TestBank::open().await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    for email in [EMAIL, NEW] {
        for _ in 0..5 {
            begins(&bank, email).await;
        }
        assert_eq!(
            bank.stranger(start(&email.to_uppercase())).await.err(),
            Some(BankError::SlowDown { retry_after_s: 60 }),
            "{email}"
        );
    }
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = anna.does(ShowMailbox {}).await.unwrap();
    let told = mails.iter().filter(|mail| mail.subject == "You are with us already");
    assert_eq!(told.count(), 5);
}

/// Keeps what was sent.
#[derive(Default)]
struct Postbox(Mutex<Vec<Outgoing>>);

impl Mailer for Postbox {
    fn send<'a>(&'a self, mail: &'a Outgoing) -> Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send + 'a>> {
        self.0.lock().unwrap().push(mail.clone());
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn the_mail_goes_to_the_address_without_the_words_that_were_typed_and_is_soon_forgotten() {
    let bank = TestBank::with(BankSettings::default()).await;
    let postbox = Arc::new(Postbox::default());
    let server = bank.again_with_mail(postbox.clone()).await;
    let spam = StartSignUpByMail {
        name: "You have won, call 555".into(),
        ..start("victim@example.org")
    };
    let ceremony = bank.stranger(spam).await.unwrap().ceremony;
    server.run(&Visit::clock(), DeliverNotices {}).await.unwrap();
    server.run(&Visit::clock(), SendMail {}).await.unwrap();
    let sent = postbox.0.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to, "victim@example.org");
    assert!(!sent[0].body.contains("won") && sent[0].body.contains("Your code is "));
    assert_eq!(
        bank.stranger(ShowSignUpMail { ceremony }).await.err(),
        Some(BankError::DemoOff),
        "outside the demo only the mailbox has it"
    );
    let owner = bank.database.owner().await;
    let kept = "SELECT count(*) FROM mails WHERE user_id IS NULL";
    assert_eq!(count_of(&owner, kept).await, 1);
    bank.wait(TimeDelta::minutes(61));
    server.run(&Visit::clock(), DeliverNotices {}).await.unwrap();
    assert_eq!(count_of(&owner, kept).await, 0);
}
