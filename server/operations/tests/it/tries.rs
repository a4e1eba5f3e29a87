//! Wrong tries in a row: counted before they are judged, over all doors together, and closing the way for longer
//! each time.

use crate::bank::TestBank;
use crate::factors::{EMAIL, PASSWORD, first_step, second_step, with_everything};
use bank_contract::BankError;
use bank_contract::identity::Code;
use bank_contract::identity::factors::RenewRecoveryCodes;
use chrono::TimeDelta;

#[tokio::test]
async fn the_block_grows_and_success_ends_it() {
    let bank = TestBank::open().await;
    let (anna, app, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let wrong = async || first_step(&bank, EMAIL, "wrong wrong").await;
    for _ in 0..5 {
        assert_eq!(wrong().await, Err(BankError::SignInRefused));
    }
    for seconds in [60, 300, 900, 3_600] {
        assert_eq!(wrong().await, Err(BankError::Blocked { retry_after_s: seconds }));
        bank.wait(TimeDelta::seconds(i64::from(seconds) - 1));
        assert_eq!(wrong().await, Err(BankError::Blocked { retry_after_s: 1 }));
        bank.wait(TimeDelta::seconds(1));
        assert_eq!(wrong().await, Err(BankError::SignInRefused), "one try after each block");
    }
    bank.wait(TimeDelta::hours(4));
    // The password alone does not begin the count anew.
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    assert_eq!(
        second_step(&bank, ceremony, Code::new("000000")).await,
        Err(BankError::CodeRefused)
    );
    assert!(matches!(
        wrong().await,
        Err(BankError::Blocked { retry_after_s: 43_200 })
    ));
    bank.wait(TimeDelta::hours(12));
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    second_step(&bank, ceremony, app.code(&bank)).await.unwrap();
    for _ in 0..5 {
        assert_eq!(
            wrong().await,
            Err(BankError::SignInRefused),
            "counted from nothing again"
        );
    }
    let _ = anna;
}

#[tokio::test]
async fn of_many_guesses_at_once_five_are_judged() {
    let bank = TestBank::open().await;
    let (_, _, _) = with_everything(&bank, "Anna Weber", EMAIL).await;
    for email in [EMAIL, "nobody@example.org"] {
        let before = bank.hallway.password_runs();
        let guesses = (0..24).map(|n| {
            let bank = &bank;
            async move { first_step(bank, email, &format!("wrong {n}")).await }
        });
        let results = futures::future::join_all(guesses).await;
        let judged = results
            .iter()
            .filter(|result| **result == Err(BankError::SignInRefused))
            .count();
        assert_eq!(judged, 5, "{email} {results:?}");
        assert!(results.iter().all(Result::is_err));
        assert_eq!(bank.hallway.password_runs(), before + 5);
    }
}

#[tokio::test]
async fn guesses_at_codes_are_counted_over_all_doors_together() {
    let bank = TestBank::open().await;
    let (anna, app, codes) = with_everything(&bank, "Anna Weber", EMAIL).await;
    let ceremony = first_step(&bank, EMAIL, PASSWORD).await.unwrap();
    let wrong = || Code::new("000000");
    for _ in 0..2 {
        assert_eq!(second_step(&bank, ceremony, wrong()).await, Err(BankError::CodeRefused));
    }
    let recovery = Code::new("AAAA-AAAA-AAAA-AAAA");
    assert_eq!(
        second_step(&bank, ceremony, recovery).await,
        Err(BankError::CodeRefused)
    );
    assert!(anna.does(RenewRecoveryCodes { code: wrong() }).await.is_err());
    assert_eq!(
        first_step(&bank, EMAIL, "wrong wrong").await,
        Err(BankError::SignInRefused)
    );
    let blocked = BankError::Blocked { retry_after_s: 60 };
    for code in [app.code(&bank), Code::new(codes[0].as_str())] {
        assert_eq!(second_step(&bank, ceremony, code).await, Err(blocked.clone()));
    }
    let renew = RenewRecoveryCodes { code: app.code(&bank) };
    assert_eq!(anna.does(renew).await.unwrap_err(), blocked);
}
