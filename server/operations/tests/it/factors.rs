//! Passwords, codes and recovery codes: the happy path, each refusal, and what an attacker would try.

use crate::bank::{Person, TestBank};
use crate::hallway::count_of;
use crate::passkey::SoftPasskey;
use bank_contract::identity::email::{ConfirmEmail, SetEmail};
use bank_contract::identity::factors::{
    FinishPasswordSignIn, FinishTotp, NextStep, RenewRecoveryCodes, SetPassword, ShowFactors, StartPasswordSignIn,
    StartTotp,
};
use bank_contract::identity::{Code, Me, Password};
use bank_contract::notifications::{DeliverNotices, MailView, ShowMailbox};
use bank_contract::{BankError, CeremonyId};
use bank_operations::{Caller, Outcome, SessionChange};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;

pub(crate) const PASSWORD: &str = "kettle orbit mango tin";
pub(crate) const EMAIL: &str = "anna@example.org";

/// The app on somebody's phone.
pub(crate) struct App(totp_rs::Totp);

impl App {
    /// From what the bank showed.
    pub(crate) fn new(shown: &str) -> Self {
        let secret = totp_rs::Secret::try_from_base32(shown.replace(' ', "")).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret).build().unwrap())
    }

    pub(crate) fn code(&self, bank: &TestBank) -> Code {
        self.code_at(bank, 0)
    }

    /// The code of so many steps from now.
    pub(crate) fn code_at(&self, bank: &TestBank, steps: i64) -> Code {
        let at = bank.now().timestamp() + steps * 30;
        Code::new(self.0.generate(at.unsigned_abs()).to_string())
    }
}

/// The newest mail to somebody, with a subject that begins like this.
pub(crate) async fn mail(person: &Person<'_>, subject: &str) -> MailView {
    person.bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = person.does(ShowMailbox {}).await.unwrap();
    let found = mails.into_iter().find(|mail| mail.subject.starts_with(subject));
    found.unwrap_or_else(|| panic!("no mail “{subject}”"))
}

/// The code in the newest mail of its kind.
pub(crate) async fn mailed(person: &Person<'_>, subject: &str) -> Code {
    let mail = mail(person, subject).await;
    let after = mail.body.split("Your code is ").nth(1).unwrap();
    Code::new(&after[..9])
}

pub(crate) async fn has_email(person: &Person<'_>, email: &str) {
    let step = person.agrees(SetEmail { email: email.into() }).await.unwrap();
    confirms_email(person, step.ceremony).await;
}

/// As [`has_email`], for who has a passkey to sign with.
pub(crate) async fn signs_for_email(person: &Person<'_>, email: &str, key: &SoftPasskey) {
    let view = person.asks(SetEmail { email: email.into() }).await.unwrap();
    let step: NextStep = serde_json::from_value(person.signs(&view, key).await.unwrap().output).unwrap();
    confirms_email(person, step.ceremony).await;
}

async fn confirms_email(person: &Person<'_>, ceremony: CeremonyId) {
    let code = mailed(person, "Your code for Larch").await;
    person
        .does(ConfirmEmail {
            ceremony,
            code,
            password: None,
        })
        .await
        .unwrap();
}

pub(crate) fn password(text: &str) -> SetPassword {
    SetPassword {
        password: Password::new(text),
        current: None,
    }
}

/// After a rise of rights: the same person with the token that the session has now.
pub(crate) async fn goes_on<'a, T>(person: Person<'a>, outcome: &Outcome<T>) -> Person<'a> {
    let Some(SessionChange::Start(token)) = &outcome.session else {
        panic!("the session has no new token")
    };
    let bank = person.bank;
    assert_eq!(
        bank.hallway.caller_of(&person.token).await,
        Ok(Caller::Stranger),
        "the old token is dead"
    );
    assert_eq!(
        bank.hallway.caller_of(token).await,
        Ok(person.visit.caller.clone()),
        "the session goes on"
    );
    Person {
        token: token.clone(),
        ..person
    }
}

/// An e-mail address, a password, an app, and ten recovery codes.
pub(crate) async fn with_everything<'a>(bank: &'a TestBank, name: &str, email: &str) -> (Person<'a>, App, Vec<String>) {
    let person = bank.customer(name).await;
    has_email(&person, email).await;
    let set = person.run(password(PASSWORD)).await.unwrap();
    let person = goes_on(person, &set).await;
    let setup = person.agrees(StartTotp {}).await.unwrap();
    let app = App::new(&setup.secret);
    let finish = FinishTotp {
        ceremony: setup.ceremony,
        code: app.code(bank),
        current: None,
    };
    let finished = person.run(finish).await.unwrap();
    let person = goes_on(person, &finished).await;
    let codes = finished.answer.done().unwrap().codes;
    // So that the next code of the app is another one.
    bank.wait(TimeDelta::seconds(30));
    (person, app, codes)
}

pub(crate) async fn first_step(bank: &TestBank, email: &str, password: &str) -> Result<CeremonyId, BankError> {
    let start = StartPasswordSignIn {
        email: email.into(),
        password: Password::new(password),
    };
    bank.stranger(start).await.map(|step| step.ceremony)
}

pub(crate) async fn second_step(bank: &TestBank, ceremony: CeremonyId, code: Code) -> Result<Me, BankError> {
    bank.stranger(FinishPasswordSignIn { ceremony, code }).await
}

#[tokio::test]
async fn who_has_no_passkey_signs_in_with_a_password_and_a_code() {
    let bank = TestBank::open().await;
    let (anna, app, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    assert_eq!(codes.len(), 10);
    let factors = anna.does(ShowFactors {}).await.unwrap();
    assert!(factors.is_complete());
    assert_eq!(factors.recovery_codes_left, 10);

    let ceremony = first_step(&bank, " Anna@Example.org ", PASSWORD).await.unwrap();
    let me = second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    assert_eq!(me.user, anna.signed.user);
    let told = mail(&anna, "You signed in").await;
    assert_eq!(told.to.as_deref(), Some(EMAIL));
    assert_eq!(
        second_step(&bank, ceremony, app.code_at(&bank, 1)).await,
        Err(BankError::CeremonyExpired),
        "the first step serves once"
    );
}

#[tokio::test]
async fn nobody_learns_which_addresses_are_with_us() {
    let bank = TestBank::open().await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    // Ben has a password and no app, so he cannot sign in with it; nobody is told that either.
    let ben = bank.customer("Ben Okafor").await;
    has_email(&ben, "ben@example.org").await;
    ben.does(password(PASSWORD)).await.unwrap();
    for (email, password) in [
        (EMAIL, "something else entirely"),
        ("nobody@example.org", PASSWORD),
        ("ben@example.org", PASSWORD),
    ] {
        let before = bank.hallway.password_runs();
        assert_eq!(
            first_step(&bank, email, password).await,
            Err(BankError::SignInRefused),
            "{email}"
        );
        assert_eq!(bank.hallway.password_runs(), before + 1, "{email}: the same work");
    }
    // Blocked alike as well: four more for each, and the sixth is not looked at.
    for email in [EMAIL, "nobody@example.org"] {
        for _ in 0..4 {
            assert_eq!(
                first_step(&bank, email, "wrong wrong").await,
                Err(BankError::SignInRefused)
            );
        }
        let before = bank.hallway.password_runs();
        assert_eq!(
            first_step(&bank, email, PASSWORD).await,
            Err(BankError::Blocked { retry_after_s: 60 }),
            "{email}"
        );
        assert_eq!(
            bank.hallway.password_runs(),
            before,
            "{email}: nothing is computed while blocked"
        );
    }
    assert!(mail(&anna, "Too many wrong tries").await.body.contains("five times"));
}

#[tokio::test]
async fn a_code_of_the_app_serves_once_and_none_before_it_after() {
    let bank = TestBank::open().await;
    let (_, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    bank.wait(TimeDelta::seconds(60));
    let code = app.code(&bank);
    let before = app.code_at(&bank, -1);
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    second_step(&bank, ceremony, code.clone()).await.unwrap();
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    for code in [code, before] {
        assert_eq!(second_step(&bank, ceremony, code).await, Err(BankError::CodeRefused));
    }
    second_step(&bank, ceremony, app.code_at(&bank, 1)).await.unwrap();
}

#[tokio::test]
async fn one_code_from_many_at_once_wins_once() {
    let bank = TestBank::open().await;
    let (_, app, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    for code in [app.code(&bank), Code::new(codes[0].as_str())] {
        let mut begun = Vec::new();
        for _ in 0..4 {
            begun.push(first_step(&bank, EMAIL, PASSWORD).await.unwrap());
        }
        let tries = begun
            .into_iter()
            .map(|ceremony| second_step(&bank, ceremony, code.clone()));
        let results = futures::future::join_all(tries).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        bank.wait(TimeDelta::days(3));
    }
}

#[tokio::test]
async fn a_recovery_code_stands_in_for_the_app_once() {
    let bank = TestBank::open().await;
    let (anna, _, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    let typed = codes[3].to_lowercase().replace('-', " ");
    second_step(&bank, ceremony, Code::new(typed)).await.unwrap();
    assert!(
        mail(&anna, "A recovery code was used")
            .await
            .body
            .contains("Codes left: 9")
    );
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    let again = Code::new(codes[3].as_str());
    assert_eq!(second_step(&bank, ceremony, again).await, Err(BankError::CodeRefused));
    assert_eq!(anna.does(ShowFactors {}).await.unwrap().recovery_codes_left, 9);
}

#[tokio::test]
async fn a_new_set_of_recovery_codes_makes_the_old_one_worthless() {
    let bank = TestBank::open().await;
    let (anna, app, old) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let renew = RenewRecoveryCodes { code: app.code(&bank) };
    let new = anna.does(renew).await.unwrap().codes;
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !old.contains(code)));
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    let before = Code::new(old[0].as_str());
    assert_eq!(second_step(&bank, ceremony, before).await, Err(BankError::CodeRefused));
    second_step(&bank, ceremony, Code::new(new[0].as_str())).await.unwrap();
    mail(&anna, "You have new recovery codes").await;
}

#[tokio::test]
async fn anothers_codes_are_worth_nothing() {
    let bank = TestBank::open().await;
    let (_, _, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let (_, app, _) = with_everything(&bank, "Eve Stranger", "eve@example.org").await;
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(
        second_step(&bank, ceremony, app.code(&bank)).await,
        Err(BankError::CodeRefused)
    );
    let ceremony = first_step(&bank, "eve@example.org", PASSWORD).await.unwrap();
    let annas = Code::new(codes[0].as_str());
    assert_eq!(second_step(&bank, ceremony, annas).await, Err(BankError::CodeRefused));
}

#[tokio::test]
async fn a_password_is_long_enough_for_what_stands_beside_it() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    for bad in ["tQ9-vole", "password", "annaweberannaweber", "aaaaaaaaaaaaaaaa"] {
        let refused = anna.does(password(bad)).await.unwrap_err();
        assert!(refused.field("password").is_some(), "{bad} {refused:?}");
    }
    let (eve, _, _) = with_everything(&bank, "Eve Stranger", "eve@example.org").await;
    let short = |current: &str| SetPassword {
        password: Password::new("tQ9-vole"),
        current: Some(Password::new(current)),
    };
    let refused = eve.does(short("not this one")).await.unwrap_err();
    assert!(refused.field("current").is_some(), "{refused:?}");
    assert!(
        eve.does(password("tQ9-vole"))
            .await
            .unwrap_err()
            .field("current")
            .is_some()
    );
    eve.does(short(PASSWORD)).await.unwrap();
    assert_eq!(
        first_step(&bank, "eve@example.org", PASSWORD).await,
        Err(BankError::SignInRefused)
    );
    first_step(&bank, "eve@example.org", "tQ9-vole").await.unwrap();
}

#[tokio::test]
async fn a_new_password_signs_every_other_device_out() {
    let bank = TestBank::open().await;
    let phone = bank.customer("Anna Weber").await;
    let laptop = bank
        .sign_in("Anna Weber", phone.signed.user, phone.signed.customer)
        .await;
    let set = phone.run(password(PASSWORD)).await.unwrap();
    assert_eq!(bank.hallway.caller_of(&laptop.token).await, Ok(Caller::Stranger));
    let phone = goes_on(phone, &set).await;
    mail(&phone, "Your password was set").await;
}

#[tokio::test]
async fn another_app_needs_a_code_of_the_one_before() {
    let bank = TestBank::open().await;
    let (anna, app, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let setup = anna.agrees(StartTotp {}).await.unwrap();
    let new = App::new(&setup.secret);
    let finish = |current: Option<Code>| FinishTotp {
        ceremony: setup.ceremony,
        code: new.code(&bank),
        current,
    };
    for current in [None, Some(Code::new("000000")), Some(new.code(&bank))] {
        let refused = anna.does(finish(current)).await.unwrap_err();
        assert!(refused.field("current").is_some(), "{refused:?}");
    }
    // The app before goes on until then.
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    anna.does(finish(Some(Code::new(codes[0].as_str())))).await.unwrap();
    bank.wait(TimeDelta::seconds(60));
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(
        second_step(&bank, ceremony, app.code(&bank)).await,
        Err(BankError::CodeRefused)
    );
    second_step(&bank, ceremony, new.code(&bank)).await.unwrap();
}

#[tokio::test]
async fn an_app_counts_only_after_a_right_code_of_it_and_its_setup_is_its_owners() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let eve = bank.customer("Eve Stranger").await;
    let setup = anna.agrees(StartTotp {}).await.unwrap();
    let app = App::new(&setup.secret);
    let finish = |code: Code| FinishTotp {
        ceremony: setup.ceremony,
        code,
        current: None,
    };
    assert!(
        anna.does(finish(Code::new("000000")))
            .await
            .unwrap_err()
            .field("code")
            .is_some()
    );
    assert_eq!(anna.does(ShowFactors {}).await.unwrap().codes_set_at, None);
    assert_eq!(eve.does(finish(app.code(&bank))).await, Err(BankError::CeremonyExpired));
    anna.does(finish(app.code(&bank))).await.unwrap();
    assert_eq!(
        anna.does(finish(app.code_at(&bank, 1))).await,
        Err(BankError::CeremonyExpired)
    );

    let late = eve.agrees(StartTotp {}).await.unwrap();
    bank.wait(TimeDelta::minutes(4));
    eve.does(ShowFactors {}).await.unwrap();
    bank.wait(TimeDelta::minutes(11));
    let finish = FinishTotp {
        ceremony: late.ceremony,
        code: App::new(&late.secret).code(&bank),
        current: None,
    };
    assert_eq!(eve.does(finish).await, Err(BankError::CeremonyExpired));
}

#[tokio::test]
async fn nothing_that_was_typed_in_secret_is_kept() {
    let bank = TestBank::open().await;
    let (_, _, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    second_step(&bank, ceremony, Code::new(codes[0].as_str()))
        .await
        .unwrap();
    let owner = bank.database.owner().await;
    for table in [
        "passwords",
        "recovery_codes",
        "tries",
        "outbox",
        "mails",
        "ceremonies",
        "audit_lines",
    ] {
        let sql = format!(
            "SELECT count(*) FROM {table} t WHERE t::text LIKE '%{PASSWORD}%' OR t::text LIKE '%{}%'",
            codes[0]
        );
        assert_eq!(count_of(&owner, &sql).await, 0, "{table}");
    }
    // Not even as the hash of an input that could be guessed at: the same line whatever the password was.
    let _ = first_step(&bank, EMAIL, "wrong one").await;
    let _ = first_step(&bank, "nobody@example.org", "wrong two").await;
    let sql = "SELECT count(DISTINCT input_hash) FROM audit_lines WHERE operation = 'identity.start-password-sign-in'";
    assert_eq!(count_of(&owner, sql).await, 1);
}

#[tokio::test]
async fn the_database_itself_spends_steps_and_codes_once() {
    let bank = TestBank::open().await;
    let (_, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let owner = bank.database.owner().await;
    for (sql, code) in [
        ("UPDATE totp_secrets SET last_step = last_step", "LI001"),
        ("UPDATE totp_secrets SET last_step = last_step - 1", "LI001"),
        (
            "UPDATE recovery_codes SET used_at = now(); UPDATE recovery_codes SET used_at = NULL",
            "LI002",
        ),
    ] {
        let refused = owner.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("used"), "{code} {refused}");
    }
}
