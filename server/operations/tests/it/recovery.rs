//! E-mail addresses, the way back in by mail, and what people are told.

use crate::bank::TestBank;
use crate::factors::{EMAIL, PASSWORD, first_step, has_email, mail, mailed, with_everything};
use crate::hallway::count_of;
use bank_contract::identity::email::{ConfirmEmail, FinishRecovery, RequestRecovery, SetEmail};
use bank_contract::identity::factors::{KeepAlive, ShowFactors};
use bank_contract::identity::{Code, Password, RemovePasskey, SignOutEverywhere};
use bank_contract::notifications::{DeliverNotices, SendMail, ShowMailbox};
use bank_contract::tokens::CreateToken;
use bank_contract::{BankError, CeremonyId, PasskeyId};
use bank_operations::notifications::{Mailer, NotSent, Outgoing};
use bank_operations::{BankSettings, Caller, Visit};
use chrono::TimeDelta;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

const NEW: &str = "velvet anchor pickle moss";

async fn asks(bank: &TestBank, email: &str) -> CeremonyId {
    bank.stranger(RequestRecovery { email: email.into() })
        .await
        .unwrap()
        .ceremony
}

fn finish(ceremony: CeremonyId, mailed: Code, code: Code) -> FinishRecovery {
    FinishRecovery {
        ceremony,
        mailed,
        code,
        password: Password::new(NEW),
    }
}

#[tokio::test]
async fn a_lost_password_is_set_anew_with_two_proofs() {
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ceremony = asks(&bank, EMAIL).await;
    let code = mailed(&anna, "Your code for a new password").await;
    let me = bank
        .stranger(finish(ceremony, code.clone(), app.code(&bank)))
        .await
        .unwrap();
    assert_eq!(me.user, anna.signed.user);
    assert_eq!(
        bank.hallway.caller_of(&anna.token).await,
        Ok(Caller::Stranger),
        "every session has ended"
    );
    assert_eq!(first_step(&bank, EMAIL, PASSWORD).await, Err(BankError::SignInRefused));
    first_step(&bank, EMAIL, NEW).await.unwrap();
    let again = finish(ceremony, code, app.code_at(&bank, 1));
    assert_eq!(
        bank.stranger(again).await,
        Err(BankError::CeremonyExpired),
        "it serves once"
    );
    mail(&anna, "Your password was recovered").await;
}

#[tokio::test]
async fn the_mail_alone_or_the_app_alone_opens_nothing() {
    let bank = TestBank::open().await;
    let (anna, app, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ceremony = asks(&bank, EMAIL).await;
    let code = mailed(&anna, "Your code for a new password").await;
    let wrong = || Code::new("AAAA-AAAA");
    for (mail_code, second) in [(code.clone(), Code::new("000000")), (wrong(), app.code(&bank))] {
        assert_eq!(
            bank.stranger(finish(ceremony, mail_code, second)).await,
            Err(BankError::CodeRefused)
        );
    }
    // The code of the app was not spent by the wrong try, and a recovery code does as well.
    bank.stranger(finish(ceremony, code, Code::new(codes[0].as_str())))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_code_that_went_to_an_address_of_before_recovers_nothing() {
    let bank = TestBank::open().await;
    let (anna, app, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ceremony = asks(&bank, EMAIL).await;
    let code = mailed(&anna, "Your code for a new password").await;
    has_email(&anna, "new@example.org").await;
    for second in [app.code(&bank), Code::new(codes[0].as_str())] {
        let late = bank.stranger(finish(ceremony, code.clone(), second)).await;
        assert_eq!(late, Err(BankError::CodeRefused));
    }
}

#[tokio::test]
async fn asking_says_nothing_and_writes_the_same_for_everybody() {
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let owner = bank.database.owner().await;
    let rows = async || {
        let sql =
            "SELECT (SELECT count(*) FROM outbox) * 1000 + (SELECT count(*) FROM ceremonies WHERE purpose = 'recover')";
        count_of(&owner, sql).await
    };
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mut seen = rows().await;
    for email in [EMAIL, "nobody@example.org"] {
        asks(&bank, email).await;
        let now = rows().await;
        assert_eq!(now - seen, 1_001, "{email}");
        seen = now;
    }
    let nobodys = asks(&bank, "nobody@example.org").await;
    let before = bank.hallway.password_runs();
    let answer = finish(nobodys, Code::new("AAAA-AAAA"), app.code(&bank));
    assert_eq!(bank.stranger(answer).await, Err(BankError::CodeRefused));
    assert_eq!(bank.hallway.password_runs(), before + 1);
    let annas = asks(&bank, EMAIL).await;
    let answer = finish(annas, Code::new("AAAA-AAAA"), app.code(&bank));
    assert_eq!(bank.stranger(answer).await, Err(BankError::CodeRefused));
    assert_eq!(bank.hallway.password_runs(), before + 2, "the same work");
    // Nobody can fill a mailbox: three codes at once.
    for _ in 0..5 {
        asks(&bank, EMAIL).await;
    }
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = anna.does(ShowMailbox {}).await.unwrap();
    let asked = mails
        .iter()
        .filter(|mail| mail.subject == "Your code for a new password");
    assert_eq!(asked.count(), 3);
}

#[tokio::test]
async fn a_recovery_code_of_the_mail_is_its_owners_and_runs_out() {
    let bank = TestBank::open().await;
    let (anna, annas_app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let (eve, eves_app, _) = with_everything(&bank, "Eve Stranger", "eve@example.org").await;
    let annas = asks(&bank, EMAIL).await;
    asks(&bank, "eve@example.org").await;
    let eves_code = mailed(&eve, "Your code for a new password").await;
    let mixed = finish(annas, eves_code, eves_app.code(&bank));
    assert_eq!(bank.stranger(mixed).await, Err(BankError::CodeRefused));
    let code = mailed(&anna, "Your code for a new password").await;
    let stolen = finish(annas, code.clone(), eves_app.code(&bank));
    assert_eq!(
        bank.stranger(stolen).await,
        Err(BankError::CodeRefused),
        "the second proof is Anna's own"
    );
    bank.wait(TimeDelta::minutes(10));
    let late = finish(annas, code, annas_app.code(&bank));
    assert_eq!(bank.stranger(late).await, Err(BankError::CeremonyExpired));
}

#[tokio::test]
async fn a_recovered_password_keeps_the_rules_and_the_proofs_are_not_lost() {
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ceremony = asks(&bank, EMAIL).await;
    let code = mailed(&anna, "Your code for a new password").await;
    for bad in ["short", "password1", "AnnaWeber2026"] {
        let bad = FinishRecovery {
            password: Password::new(bad),
            ..finish(ceremony, code.clone(), app.code(&bank))
        };
        assert!(bank.stranger(bad).await.unwrap_err().field("password").is_some());
    }
    bank.stranger(finish(ceremony, code, app.code(&bank))).await.unwrap();
}

#[tokio::test]
async fn an_address_is_confirmed_by_its_code_and_the_old_one_is_told() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let step = anna.agrees(SetEmail { email: EMAIL.into() }).await.unwrap();
    let wrong = ConfirmEmail {
        ceremony: step.ceremony,
        code: Code::new("AAAA-AAAA"),
        password: None,
    };
    assert!(anna.does(wrong).await.unwrap_err().field("code").is_some());
    assert_eq!(anna.does(ShowFactors {}).await.unwrap().email, None);
    let code = mailed(&anna, "Your code for Larch").await;
    let right = ConfirmEmail {
        ceremony: step.ceremony,
        code,
        password: None,
    };
    anna.does(right.clone()).await.unwrap();
    assert_eq!(anna.does(right).await, Err(BankError::CeremonyExpired));
    // So that the next code is the newest mail.
    bank.wait(TimeDelta::seconds(1));
    has_email(&anna, "new@example.org").await;
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = anna.does(ShowMailbox {}).await.unwrap();
    let told = |subject: &str| -> Vec<_> {
        let of_it = mails.iter().filter(|mail| mail.subject == subject);
        of_it.filter_map(|mail| mail.to.clone()).collect()
    };
    assert_eq!(
        told("Your e-mail address was confirmed"),
        ["new@example.org", EMAIL],
        "the new one, each time"
    );
    assert_eq!(
        told("Your e-mail address was changed"),
        [EMAIL],
        "and the old one, with what to do"
    );
    let old = mails
        .iter()
        .find(|mail| mail.subject == "Your e-mail address was changed");
    assert!(old.unwrap().body.contains("put your address back"));
}

#[tokio::test]
async fn an_address_that_is_anothers_stays_theirs_and_looks_no_different() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    has_email(&anna, EMAIL).await;
    let eve = bank.customer("Eve Stranger").await;
    let step = eve
        .agrees(SetEmail {
            email: "ANNA@example.org".into(),
        })
        .await
        .unwrap();
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    assert!(
        eve.does(ShowMailbox {}).await.unwrap().is_empty(),
        "no code for who does not own it"
    );
    mail(&anna, "This address is with us already").await;
    let guess = ConfirmEmail {
        ceremony: step.ceremony,
        code: Code::new("AAAA-AAAA"),
        password: None,
    };
    assert!(eve.does(guess).await.unwrap_err().field("code").is_some());
    // Anna's code, even where Eve could read it, is for Anna's own ceremony.
    let annas = anna
        .agrees(SetEmail {
            email: "a2@example.org".into(),
        })
        .await
        .unwrap();
    let code = mailed(&anna, "Your code for Larch").await;
    let foreign = ConfirmEmail {
        ceremony: annas.ceremony,
        code,
        password: None,
    };
    assert_eq!(eve.does(foreign).await, Err(BankError::CeremonyExpired));
    for _ in 0..2 {
        eve.agrees(SetEmail {
            email: "eve@example.org".into(),
        })
        .await
        .unwrap();
    }
    let more = eve
        .agrees(SetEmail {
            email: "eve@example.org".into(),
        })
        .await;
    assert!(
        matches!(
            more,
            Err(BankError::TooOften {
                most: 3,
                retry_after_s: 600,
                ..
            })
        ),
        "{more:?}"
    );
}

#[tokio::test]
async fn two_who_confirm_one_address_at_once_do_not_both_get_it() {
    let bank = TestBank::open().await;
    let (anna, eve) = (bank.customer("Anna Weber").await, bank.customer("Eve Stranger").await);
    let mut confirms = Vec::new();
    for person in [&anna, &eve] {
        let step = person.agrees(SetEmail { email: EMAIL.into() }).await.unwrap();
        let code = mailed(person, "Your code for Larch").await;
        confirms.push(ConfirmEmail {
            ceremony: step.ceremony,
            code,
            password: None,
        });
    }
    let (one, two) = (confirms.remove(0), confirms.remove(0));
    let (first, second) = futures::join!(anna.does(one), eve.does(two));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
}

#[tokio::test]
async fn people_are_told_at_once_of_what_others_must_not_do_unseen() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let token = CreateToken {
        name: "Bookkeeping".into(),
        pay_up_to: None,
        total: None,
        payees: Vec::new(),
        days: 30,
    };
    anna.agrees(token).await.unwrap();
    mail(&anna, "A program was let in").await;
    let again = anna.sign_in_again().await;
    anna.does(SignOutEverywhere {}).await.unwrap();
    let _ = again;
    let anna = anna.sign_in_again().await;
    mail(&anna, "You are signed out everywhere").await;
}

#[tokio::test]
async fn the_last_passkey_goes_when_there_is_another_way_in() {
    let bank = TestBank::open().await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ben = bank.customer("Ben Okafor").await;
    let id = |n: u8| PasskeyId(uuid::Uuid::from_bytes([n; 16]));
    for (n, person) in [(1, &anna), (2, &ben)] {
        let passkey = bank_storage::identity::Passkey {
            id: id(n).0,
            user_id: person.signed.user.0,
            credential_id: vec![n],
            credential: serde_json::json!({}),
            name: "Phone".into(),
            synced: false,
            added_at: bank.now(),
            last_used_at: None,
            last_used_from: None,
        };
        person.has_passkey(passkey).await;
    }
    assert_eq!(
        ben.does(RemovePasskey { passkey: id(2) }).await,
        Err(BankError::LastPasskey)
    );
    anna.agrees(RemovePasskey { passkey: id(1) }).await.unwrap();
    assert!(mail(&anna, "A passkey was removed").await.body.contains("Phone"));
}

#[tokio::test]
async fn a_session_is_kept_alive_by_who_is_still_there() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    for _ in 0..3 {
        bank.wait(TimeDelta::seconds(299));
        anna.does(KeepAlive {}).await.unwrap();
        let alive = bank.hallway.caller_of(&anna.token).await;
        assert!(matches!(alive, Ok(Caller::Customer(_))));
    }
    bank.wait(TimeDelta::minutes(5));
    assert_eq!(bank.hallway.caller_of(&anna.token).await, Ok(Caller::Stranger));
}

/// A way out that keeps what went out, and refuses as often as it is told.
#[derive(Default)]
struct Post {
    sent: Mutex<Vec<Outgoing>>,
    refuse: Mutex<u32>,
}

impl Mailer for Post {
    fn send<'a>(&'a self, mail: &'a Outgoing) -> Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send + 'a>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let mut refuse = self.refuse.lock().unwrap();
            if *refuse > 0 {
                *refuse -= 1;
                return Err(NotSent("not now".into()));
            }
            self.sent.lock().unwrap().push(mail.clone());
            Ok(())
        })
    }
}

#[tokio::test]
async fn two_deliverers_send_each_notice_once() {
    let bank = TestBank::open().await;
    let post = Arc::new(Post::default());
    let one = bank.again_with_mail(post.clone()).await;
    let two = bank.again_with_mail(post.clone()).await;
    let (anna, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    for n in 0..30 {
        let token = CreateToken {
            name: format!("Program {n}"),
            pay_up_to: None,
            total: None,
            payees: Vec::new(),
            days: 30,
        };
        let made = anna.agrees(token).await.unwrap();
        anna.does(bank_contract::tokens::RevokeToken { token: made.view.token })
            .await
            .unwrap();
    }
    let clock = Visit::clock();
    for _ in 0..8 {
        let deliveries = [&one, &two].map(|bank| bank.run(&clock, DeliverNotices {}));
        assert!(futures::future::join_all(deliveries).await.iter().all(Result::is_ok));
        let sendings = [&one, &two, &one].map(|bank| bank.run(&clock, SendMail {}));
        assert!(futures::future::join_all(sendings).await.iter().all(Result::is_ok));
    }
    let sent = post.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 30);
    assert!(
        sent.iter()
            .all(|mail| mail.to == EMAIL && mail.subject == "A program was let in")
    );
    let owner = bank.database.owner().await;
    assert_eq!(count_of(&owner, "SELECT count(*) FROM outbox").await, 0);
}

#[tokio::test]
async fn a_mail_that_is_refused_goes_later_and_is_given_up_in_the_end() {
    let bank = TestBank::open().await;
    let post = Arc::new(Post::default());
    let out = bank.again_with_mail(post.clone()).await;
    let anna = bank.customer("Anna Weber").await;
    has_email(&anna, EMAIL).await;
    let clock = Visit::clock();
    out.run(&clock, DeliverNotices {}).await.unwrap();
    *post.refuse.lock().unwrap() = 2;
    let sends = async || out.run(&clock, SendMail {}).await.unwrap().answer.done().unwrap();
    for (wait, sent) in [(0, 0), (29, 0), (1, 0), (59, 0), (1, 1)] {
        bank.wait(TimeDelta::seconds(wait));
        assert_eq!(sends().await, sent, "after {wait} s");
    }
    *post.refuse.lock().unwrap() = u32::MAX;
    let anna = anna.sign_in_again().await;
    let step = anna
        .agrees(SetEmail {
            email: "b@example.org".into(),
        })
        .await
        .unwrap();
    let _ = step;
    out.run(&clock, DeliverNotices {}).await.unwrap();
    for _ in 0..12 {
        sends().await;
        bank.wait(TimeDelta::hours(1));
    }
    let owner = bank.database.owner().await;
    assert_eq!(
        count_of(
            &owner,
            "SELECT count(*) FROM mails WHERE state = 'given_up' AND body IS NULL"
        )
        .await,
        1
    );
    assert_eq!(count_of(&owner, "SELECT max(failures)::bigint FROM mails").await, 8);
}

#[tokio::test]
async fn without_the_demo_there_is_no_mailbox_and_no_mail_is_kept_for_one() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    anna.agrees(SetEmail { email: EMAIL.into() }).await.unwrap();
    let real = bank
        .again_with(BankSettings {
            demo: false,
            ..BankSettings::default()
        })
        .await;
    real.run(&Visit::clock(), DeliverNotices {}).await.unwrap();
    let owner = bank.database.owner().await;
    assert_eq!(count_of(&owner, "SELECT count(*) FROM mails").await, 0);
    let shown = real.run(&anna.visit, ShowMailbox {}).await;
    assert_eq!(shown.unwrap_err(), BankError::DemoOff);
}

#[tokio::test]
async fn a_letter_does_not_wait_behind_what_is_nobodys() {
    use sea_orm::ConnectionTrait as _;
    let bank = TestBank::open().await;
    let owner = bank.database.owner().await;
    let many =
        "INSERT INTO outbox (topic, payload, at) SELECT 'entries.posted', '{}', now() FROM generate_series(1, 1000)";
    owner.execute_unprepared(many).await.unwrap();
    let anna = bank.customer("Anna Weber").await;
    anna.does(SignOutEverywhere {}).await.unwrap();
    let anna = anna.sign_in_again().await;
    // Once is enough.
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let box_ = anna.does(bank_contract::notifications::ShowMailbox {}).await.unwrap();
    assert!(box_.iter().any(|mail| mail.subject == "You are signed out everywhere"));
    assert_eq!(crate::hallway::count_of(&owner, "SELECT count(*) FROM outbox").await, 0);
}
