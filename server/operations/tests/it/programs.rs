//! Programs with tokens: what they may, what waits for their user, and that a request happens once.

use crate::bank::{Person, TestBank, euro};
use bank_contract::accounts::{AccountView, ListAccounts, OpenAccount, Product};
use bank_contract::identity::SignOutEverywhere;
use bank_contract::tokens::{CreateToken, ListTokens, NewToken, RevokeToken, TokenState};
use bank_contract::transfers::{Deposit, MoveMoney, Receipt, ShowReceipt, SubmitTransfer};
use bank_contract::{Answer, BankError, Currency, Money};
use bank_operations::hallway::Handler;
use bank_operations::{Caller, Door, Outcome, Visit};
use chrono::TimeDelta;
use std::sync::Arc;

impl Person<'_> {
    pub(crate) async fn lets_in(&self, pay_up_to: Option<i64>, payees: &[&AccountView]) -> NewToken {
        self.agrees(CreateToken {
            name: "Bookkeeping".into(),
            pay_up_to: pay_up_to.map(euro),
            total: None,
            payees: payees.iter().map(|account| account.iban.clone()).collect(),
            days: 30,
        })
        .await
        .unwrap()
    }
}

impl TestBank {
    /// A request of a program: its token is looked up as the REST door does.
    pub(crate) async fn program<O: Handler>(
        &self,
        token: &NewToken,
        input: O,
    ) -> Result<Outcome<O::Output>, BankError> {
        let moves_money = O::EFFECT == bank_contract::Effect::MovesMoney;
        let caller = self.hallway.program_of(&token.secret, moves_money).await?;
        if caller == Caller::Stranger {
            return Err(BankError::NotSignedIn);
        }
        let visit = Visit {
            caller,
            door: Door::Rest,
            device: String::new(),
            network: String::new(),
            aloud: bank_operations::Aloud::default(),
        };
        self.hallway.run(&visit, input).await
    }

    pub(crate) async fn program_pays(&self, token: &NewToken, input: SubmitTransfer) -> Result<Receipt, BankError> {
        self.program(token, input).await?.answer.done()
    }
}

#[tokio::test]
async fn a_program_pays_within_its_bounds_and_both_sides_see_it() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let token = anna.lets_in(Some(5_000), &[]).await;
    let receipt = bank
        .program_pays(&token, anna.transfer(&from, &to, "Ben Okafor", 5_000))
        .await
        .unwrap();
    assert_eq!(receipt.amount, euro(-5_000));
    assert_eq!(receipt.balance_after, euro(5_000));
    assert_eq!(receipt.counterparty, "Ben Okafor");
    // What the short way answers is what the long way shows.
    assert_eq!(anna.does(ShowReceipt { entry: receipt.entry }).await.unwrap(), receipt);
    assert_eq!((anna.booked(&from).await, ben.booked(&to).await), (5_000, 5_000));
    bank.books().await;
}

#[tokio::test]
async fn beyond_the_amount_or_the_payees_a_payment_waits_for_the_customer() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let other = ben.has(0).await;
    let token = anna.lets_in(Some(2_000), &[&to]).await;
    for beyond in [
        anna.transfer(&from, &to, "Ben Okafor", 2_001),
        anna.transfer(&from, &other, "Ben Okafor", 1),
    ] {
        let outcome = bank.program(&token, beyond.clone()).await.unwrap();
        let Answer::Waits(view) = outcome.answer else {
            panic!("it should have waited")
        };
        assert_eq!(view.summary.asked_by.as_deref(), Some("The program “Bookkeeping”"));
        // Asked again, it is the same request that waits.
        let again = bank.program(&token, beyond.clone()).await.unwrap().answer;
        assert!(matches!(again, Answer::Waits(same) if same.pending == view.pending));
        anna.confirms(&view).await.unwrap();
        // Confirmed, it is done: the program gets the receipt, and nothing moves again.
        let after = bank.program(&token, beyond).await.unwrap();
        assert!(after.replayed && matches!(after.answer, Answer::Done(_)));
    }
    assert_eq!(anna.booked(&from).await, 10_000 - 2_002);
    bank.books().await;
}

#[tokio::test]
async fn a_reading_token_reads_and_nothing_else() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let reading = anna.lets_in(None, &[]).await;
    let paying = anna.lets_in(Some(5_000), &[]).await;
    assert_eq!(
        bank.program(&reading, ListAccounts {})
            .await
            .unwrap()
            .answer
            .done()
            .unwrap()
            .accounts
            .len(),
        1
    );
    let refused = bank
        .program_pays(&reading, anna.transfer(&from, &to, "Ben Okafor", 1))
        .await;
    assert_eq!(refused.unwrap_err(), BankError::NotAllowed);
    let open = OpenAccount {
        name: "More".into(),
        product: Product::Current,
        currency: Currency::Eur,
    };
    let deposit = Deposit {
        account: from.account,
        amount: euro(1),
        key: bank.key(),
    };
    for token in [&reading, &paying] {
        assert_eq!(
            bank.program(token, open.clone()).await.unwrap_err(),
            BankError::NotAllowed
        );
        assert_eq!(
            bank.program(token, deposit.clone()).await.unwrap_err(),
            BankError::NotAllowed
        );
        assert_eq!(
            bank.program(token, SignOutEverywhere {}).await.unwrap_err(),
            BankError::NotAllowed
        );
        assert_eq!(
            bank.program(token, ListTokens {}).await.unwrap_err(),
            BankError::NotAllowed
        );
    }
    bank.books().await;
}

#[tokio::test]
async fn a_token_ends_when_it_is_revoked_or_expires_and_for_payments_at_once() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let (revoked, expiring) = (anna.lets_in(Some(100), &[]).await, anna.lets_in(Some(100), &[]).await);
    for token in [&revoked, &expiring] {
        bank.program_pays(token, anna.transfer(&from, &to, "Ben Okafor", 1))
            .await
            .unwrap();
    }
    // Another server revokes it, so this one still has it at hand: the engine sees that it has ended.
    let elsewhere = bank.again_with(bank.hallway.settings().clone()).await;
    elsewhere
        .run(
            &anna.visit,
            RevokeToken {
                token: revoked.view.token,
            },
        )
        .await
        .unwrap();
    bank.wait(TimeDelta::seconds(10));
    let refused = bank
        .program_pays(&revoked, anna.transfer(&from, &to, "Ben Okafor", 1))
        .await;
    assert_eq!(refused.unwrap_err(), BankError::NotSignedIn);
    assert_eq!(
        bank.program(&revoked, ListAccounts {}).await.unwrap_err(),
        BankError::NotSignedIn
    );
    bank.program_pays(&expiring, anna.transfer(&from, &to, "Ben Okafor", 1))
        .await
        .unwrap();
    bank.wait(TimeDelta::days(30));
    let refused = bank
        .program_pays(&expiring, anna.transfer(&from, &to, "Ben Okafor", 1))
        .await;
    assert_eq!(refused.unwrap_err(), BankError::NotSignedIn);
    assert_eq!(ben.sign_in_again().await.booked(&to).await, 3);
    bank.books().await;
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_through_every_door() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let token = anna.lets_in(Some(5_000), &[]).await;
    let transfer = anna.transfer(&from, &to, "Ben Okafor", 700);
    let first = bank.program(&token, transfer.clone()).await.unwrap();
    assert!(!first.replayed);
    bank.wait(TimeDelta::minutes(2));
    let again = bank.program(&token, transfer.clone()).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.answer.done().unwrap(), first.answer.done().unwrap());
    // The user sends it in the browser, with the key that their program used.
    let browser = anna.run(transfer.clone()).await.unwrap();
    assert!(browser.replayed, "the same user's same request");
    let other = SubmitTransfer {
        amount: euro(701),
        ..transfer
    };
    assert_eq!(
        bank.program(&token, other.clone()).await.unwrap_err(),
        BankError::KeyReused
    );
    assert_eq!(anna.run(other).await.unwrap_err(), BankError::KeyReused);
    assert_eq!(anna.booked(&from).await, 9_300);
    bank.books().await;
}

#[tokio::test]
async fn one_key_from_64_requests_at_once_moves_money_once() {
    let bank = Arc::new(TestBank::open().await);
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let token = anna.lets_in(Some(5_000), &[]).await;
    let transfer = anna.transfer(&from, &to, "Ben Okafor", 100);
    let tries = futures::future::join_all((0..64).map(|_| bank.program(&token, transfer.clone()))).await;
    let mut entries: Vec<_> = tries
        .into_iter()
        .filter_map(|outcome| match outcome {
            Ok(outcome) => Some(outcome.answer.done().unwrap().entry),
            Err(BankError::StillRunning) => None,
            Err(other) => panic!("{other:?}"),
        })
        .collect();
    entries.dedup();
    assert_eq!(entries.len(), 1);
    assert_eq!(ben.booked(&to).await, 100);
    bank.books().await;
}

#[tokio::test]
async fn what_cannot_be_paid_is_refused_with_its_own_code_and_leaves_its_audit_line() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(1_000).await, ben.has(0).await);
    let dollars = ben.opens(Currency::Usd).await;
    let token = anna.lets_in(Some(100_000), &[]).await;
    let good = anna.transfer(&from, &to, "Ben Okafor", 1);
    let stranger = "DE02120300000000202051".parse().unwrap();
    for (bad, why) in [
        (
            SubmitTransfer {
                amount: euro(1_001),
                ..good.clone()
            },
            BankError::InsufficientFunds { available: euro(1_000) },
        ),
        (
            SubmitTransfer {
                payee_iban: stranger,
                ..good.clone()
            },
            BankError::PayeeUnknown,
        ),
        (
            SubmitTransfer {
                payee_iban: from.iban.clone(),
                ..good.clone()
            },
            BankError::SameAccount,
        ),
        (
            SubmitTransfer {
                payee_iban: dollars.iban.clone(),
                ..good.clone()
            },
            BankError::CurrencyMismatch,
        ),
        (
            SubmitTransfer {
                from: to.account,
                payee_iban: from.iban.clone(),
                ..good.clone()
            },
            BankError::NotFound,
        ),
    ] {
        let key = bank.key();
        let refused = bank.program(&token, SubmitTransfer { key, ..bad }).await.unwrap_err();
        assert_eq!(refused, why);
    }
    let zero = SubmitTransfer {
        amount: Money::zero(Currency::Eur),
        key: bank.key(),
        ..good
    };
    assert!(matches!(
        bank.program(&token, zero).await,
        Err(BankError::Invalid { .. })
    ));
    left_their_lines(&bank).await;
    bank.books().await;
}

async fn left_their_lines(bank: &TestBank) {
    let owner = bank.database.owner().await;
    let sql = "SELECT count(*) FROM audit_lines WHERE operation = 'transfers.submit' AND door = 'rest'";
    assert_eq!(
        crate::hallway::count_of(&owner, sql).await,
        5,
        "one by one, before the engine"
    );
    let sql = "SELECT count(*) FROM audit_bundles WHERE outcomes @> '{insufficient_funds}'";
    assert_eq!(
        crate::hallway::count_of(&owner, sql).await,
        1,
        "with the engine's batch"
    );
}

#[tokio::test]
async fn a_program_moves_between_its_users_accounts_and_not_between_others() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to, foreign) = (anna.has(1_000).await, anna.has(0).await, ben.has(50).await);
    let token = anna.lets_in(Some(500), &[]).await;
    let movement = MoveMoney {
        from: from.account,
        to: to.account,
        amount: euro(400),
        reference: String::new(),
        key: bank.key(),
    };
    let receipt = bank
        .program(&token, movement.clone())
        .await
        .unwrap()
        .answer
        .done()
        .unwrap();
    assert_eq!(anna.does(ShowReceipt { entry: receipt.entry }).await.unwrap(), receipt);
    for (from, to) in [(foreign.account, to.account), (from.account, foreign.account)] {
        let key = bank.key();
        let refused = bank
            .program(
                &token,
                MoveMoney {
                    from,
                    to,
                    key,
                    ..movement.clone()
                },
            )
            .await;
        assert_eq!(refused.unwrap_err(), BankError::NotFound);
    }
    bank.books().await;
}

#[tokio::test]
async fn tokens_are_listed_without_their_secret_and_kept_as_hashes() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let token = anna.lets_in(Some(2_500), &[]).await;
    assert!(token.secret.starts_with("larch_") && token.secret.len() == 70);
    assert!(token.secret.ends_with(&token.view.hint));
    let listed = anna.does(ListTokens {}).await.unwrap();
    assert_eq!(listed[0].pay_up_to, Some(euro(2_500)));
    assert_eq!(listed[0].state, TokenState::Active);
    let owner = bank.database.owner().await;
    let leaks = format!(
        "SELECT count(*) FROM api_tokens t WHERE t::text LIKE '%{}%'",
        &token.secret[6..40]
    );
    assert_eq!(crate::hallway::count_of(&owner, &leaks).await, 0);
    let eve = bank.customer("Eve Stranger").await;
    let foreign = eve
        .does(RevokeToken {
            token: token.view.token,
        })
        .await;
    assert_eq!(foreign.unwrap_err(), BankError::NotFound);
    for _ in 1..20 {
        anna.lets_in(None, &[]).await;
    }
    let one_more = CreateToken {
        name: "x".into(),
        pay_up_to: None,
        total: None,
        payees: Vec::new(),
        days: 1,
    };
    assert!(matches!(
        anna.does(one_more).await,
        Err(BankError::TooMany { most: 20, .. })
    ));
}

#[tokio::test]
async fn when_a_token_was_used_is_written_by_the_clock_and_not_on_the_way() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let (used, other) = (anna.lets_in(Some(5_000), &[]).await, anna.lets_in(None, &[]).await);
    for cents in 1..=3 {
        bank.program_pays(&used, anna.transfer(&from, &to, "Ben Okafor", cents))
            .await
            .unwrap();
    }
    let last_used = async |token: &NewToken| {
        let tokens = anna.does(ListTokens {}).await.unwrap();
        let found = tokens.into_iter().find(|view| view.token == token.view.token);
        found.unwrap().last_used_at
    };
    assert_eq!(last_used(&used).await, None);
    bank.clock_runs(bank_contract::compliance::SealAudit {}).await.unwrap();
    let first = last_used(&used).await;
    assert!(first.is_some());
    assert_eq!(last_used(&other).await, None);
    // Later use is noted later; an earlier one does not take its place.
    bank.wait(TimeDelta::seconds(90));
    bank.program_pays(&used, anna.transfer(&from, &to, "Ben Okafor", 4))
        .await
        .unwrap();
    bank.clock_runs(bank_contract::compliance::SealAudit {}).await.unwrap();
    assert!(last_used(&used).await > first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_programs_that_come_for_the_first_time_at_once_are_each_themselves() {
    let bank = TestBank::open().await;
    let ben = bank.customer("Ben Okafor").await;
    let to = ben.has(0).await;
    let mut payers = Vec::new();
    for number in 0..12 {
        let payer = bank.customer(&format!("Payer {number}")).await;
        let (from, token) = (payer.has(100).await, payer.lets_in(Some(100), &[]).await);
        payers.push((payer, from, token));
    }
    let pays = payers.iter().enumerate().map(|(number, (payer, from, token))| {
        let cents = 1 + i64::try_from(number).unwrap();
        bank.program_pays(token, payer.transfer(from, &to, "Ben Okafor", cents))
    });
    let stranger = NewToken {
        secret: payers[0].2.secret.replace(|digit: char| digit.is_ascii_digit(), "a"),
        ..payers[0].2.clone()
    };
    let (receipts, refused) = tokio::join!(
        futures::future::join_all(pays),
        bank.program_pays(&stranger, payers[0].0.transfer(&payers[0].1, &to, "Ben Okafor", 1))
    );
    assert_eq!(refused.unwrap_err(), BankError::NotSignedIn);
    for (number, (receipt, (payer, from, _))) in receipts.into_iter().zip(&payers).enumerate() {
        let cents = 1 + i64::try_from(number).unwrap();
        assert_eq!(receipt.unwrap().amount, euro(-cents));
        assert_eq!(payer.booked(from).await, 100 - cents);
    }
    assert_eq!(ben.booked(&to).await, (1..=12).sum::<i64>());
    bank.books().await;
}
