//! Logins: how many sessions one may have, and what whoever runs the bank can do when one was stolen.

use crate::bank::TestBank;
use crate::factors::{EMAIL, PASSWORD, first_step, has_email, password, second_step, with_everything};
use bank_contract::identity::email::FinishRecovery;
use bank_contract::identity::email::RequestRecovery;
use bank_contract::identity::operator::{EndSessions, LockUser, UnlockUser};
use bank_contract::identity::{Code, Password, SignInDemo};
use bank_contract::tokens::CreateToken;
use bank_contract::{BankError, UserId};
use bank_operations::hallway::Handler;
use bank_operations::{Caller, SessionChange, Visit};
use chrono::TimeDelta;
use uuid::Uuid;

async fn operator<O: Handler>(bank: &TestBank, input: O) -> Result<O::Output, BankError> {
    let outcome = bank.hallway.run(&Visit::operator(), input).await?;
    outcome.answer.done()
}

#[tokio::test]
async fn a_closed_login_has_no_sessions_no_programs_and_no_way_in_until_it_is_opened() {
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let token = anna
        .agrees(CreateToken {
            name: "Bookkeeping".into(),
            pay_up_to: None,
            total: None,
            payees: Vec::new(),
            days: 30,
        })
        .await
        .unwrap();
    let ben = bank.customer("Ben Okafor").await;
    let user = anna.signed.user;
    assert_eq!(operator(&bank, LockUser { user }).await, Ok(1));
    assert_eq!(bank.hallway.caller_of(&anna.token).await, Ok(Caller::Stranger));
    for engine_checks in [false, true] {
        assert_eq!(
            bank.hallway.program_of(&token.secret, engine_checks).await,
            Ok(Caller::Stranger)
        );
    }
    assert_ne!(
        bank.hallway.caller_of(&ben.token).await,
        Ok(Caller::Stranger),
        "others stay"
    );
    // Every way in: a password with its code, a lost password, and the demo's press.
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(
        second_step(&bank, ceremony, app.code(&bank)).await,
        Err(BankError::Locked)
    );
    let handle = "anna-weber".to_owned();
    assert_eq!(bank.stranger(SignInDemo { handle }).await, Err(BankError::Locked));
    // Who guesses learns nothing of it.
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    let wrong = second_step(&bank, ceremony, Code::new("000000")).await;
    assert_eq!(wrong, Err(BankError::CodeRefused));

    operator(&bank, UnlockUser { user }).await.unwrap();
    bank.wait(TimeDelta::seconds(30));
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    assert_eq!(
        bank.hallway.program_of(&token.secret, false).await,
        Ok(Caller::Stranger),
        "its tokens stay revoked"
    );
}

#[tokio::test]
async fn a_lost_password_opens_no_closed_login() {
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let asked = bank.stranger(RequestRecovery { email: EMAIL.into() }).await.unwrap();
    let mailed = crate::factors::mailed(&anna, "Your code for a new password").await;
    let user = anna.signed.user;
    operator(&bank, LockUser { user }).await.unwrap();
    let finish = FinishRecovery {
        ceremony: asked.ceremony,
        mailed,
        code: app.code(&bank),
        password: Password::new("velvet anchor pickle moss"),
    };
    assert_eq!(bank.stranger(finish).await, Err(BankError::Locked));
    operator(&bank, UnlockUser { user }).await.unwrap();
    first_step(&bank, EMAIL, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_login_that_is_nobodys_is_not_closed_and_customers_close_none() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let nobody = UserId(Uuid::nil());
    assert_eq!(
        operator(&bank, LockUser { user: nobody }).await,
        Err(BankError::NotFound)
    );
    assert_eq!(
        operator(&bank, UnlockUser { user: nobody }).await,
        Err(BankError::NotFound)
    );
    let user = anna.signed.user;
    assert_eq!(anna.does(LockUser { user }).await, Err(BankError::NotAllowed));
    assert_eq!(anna.does(EndSessions { user: None }).await, Err(BankError::NotAllowed));
}

#[tokio::test]
async fn whoever_runs_the_bank_signs_one_out_or_everybody() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let again = anna.sign_in_again().await;
    let one = Some(anna.signed.user);
    assert_eq!(operator(&bank, EndSessions { user: one }).await, Ok(2));
    for person in [&anna, &again] {
        assert_eq!(bank.hallway.caller_of(&person.token).await, Ok(Caller::Stranger));
    }
    assert_ne!(bank.hallway.caller_of(&ben.token).await, Ok(Caller::Stranger));
    assert_eq!(operator(&bank, EndSessions { user: None }).await, Ok(1));
    assert_eq!(bank.hallway.caller_of(&ben.token).await, Ok(Caller::Stranger));
    anna.sign_in_again().await;
}

#[tokio::test]
async fn the_twenty_first_session_ends_the_oldest_and_no_other() {
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let counted = async || {
        let owner = bank.database.owner().await;
        crate::hallway::count_of(&owner, "SELECT count(*) FROM sessions").await
    };
    for _ in 0..19 {
        let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
        second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
        bank.wait(TimeDelta::seconds(30));
    }
    // Nothing has swept what idled, so all of them are there.
    assert_eq!(counted().await, 20);
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    assert_eq!(counted().await, 20);
    let owner = bank.database.owner().await;
    let oldest = format!("SELECT count(*) FROM sessions WHERE id = '{}'", anna.session());
    assert_eq!(crate::hallway::count_of(&owner, &oldest).await, 0);
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let handle = "anna-weber".to_owned();
    let again = anna.run(SignInDemo { handle }).await.unwrap();
    let Some(SessionChange::Start(token)) = again.session else {
        panic!("no session was started")
    };
    assert_ne!(token, anna.token);
    assert_eq!(bank.hallway.caller_of(&anna.token).await, Ok(Caller::Stranger));
    assert_ne!(bank.hallway.caller_of(&token).await, Ok(Caller::Stranger));
}

#[tokio::test]
async fn a_password_does_not_run_out() {
    let bank = TestBank::open().await;
    let (_, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    bank.wait(TimeDelta::days(3_650));
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
}

#[tokio::test]
async fn recovery_codes_have_120_bits_and_are_kept_as_hashes() {
    let bank = TestBank::open().await;
    let (_, _, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let owner = bank.database.owner().await;
    for code in &codes {
        // 24 characters of 5 bits.
        assert_eq!(code.replace('-', "").len(), 24, "{code}");
        let kept = format!(
            "SELECT count(*) FROM recovery_codes r WHERE r::text ILIKE '%{code}%' OR r::text ILIKE '%{}%'",
            code.replace('-', "")
        );
        assert_eq!(crate::hallway::count_of(&owner, &kept).await, 0);
    }
}

#[tokio::test]
async fn an_address_waits_for_its_code_for_ten_minutes() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    has_email(&anna, EMAIL).await;
    anna.does(password(PASSWORD)).await.unwrap();
    let anna = anna.sign_in_again().await;
    let set = bank_contract::identity::email::SetEmail {
        email: "new@example.org".into(),
    };
    let step = anna.agrees(set).await.unwrap();
    let code = crate::factors::mailed(&anna, "Your code for Larch").await;
    bank.wait(TimeDelta::minutes(10));
    let confirm = bank_contract::identity::email::ConfirmEmail {
        ceremony: step.ceremony,
        code,
        password: None,
    };
    let anna = anna.sign_in_again().await;
    assert_eq!(anna.does(confirm).await, Err(BankError::CeremonyExpired));
}
