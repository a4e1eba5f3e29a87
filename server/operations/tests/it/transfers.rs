//! Moving money: the happy path, then every refusal, then many at once.

use crate::bank::{TestBank, euro};
use bank_contract::accounts::{EntryKind, ListTransactions};
use bank_contract::pending::{PendingState, ShowPending};
use bank_contract::transfers::{CheckPayee, Deposit, MoveMoney, PayeeMatch, ShowReceipt, SubmitTransfer, Withdraw};
use bank_contract::{Answer, BankError, Consent, Currency, Money};
use bank_operations::BankSettings;
use bank_rules::risk::Limits;
use chrono::TimeDelta;

#[tokio::test]
async fn a_transfer_is_reviewed_confirmed_and_seen_by_both() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);

    let view = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 2_550)).await.unwrap();
    assert_eq!(view.missing, Consent::Confirm);
    assert_eq!(view.summary.title, "Send €25.50 to Ben Okafor");
    assert_eq!(view.summary.payee_iban.as_ref(), Some(&to.iban));
    assert_eq!(view.summary.fee, Some(euro(0)));
    assert!(view.summary.warnings[0].contains("not paid this account before"));
    assert_eq!(anna.booked(&from).await, 10_000, "nothing moves before the yes");

    let receipt = anna.confirms(&view).await.unwrap();
    assert_eq!(receipt.amount, euro(-2_550));
    assert_eq!(receipt.counterparty, "Ben Okafor");
    assert_eq!(receipt.counterparty_iban.as_ref(), Some(&to.iban));
    assert_eq!(receipt.balance_after, euro(7_450));
    assert_eq!((anna.booked(&from).await, ben.booked(&to).await), (7_450, 2_550));

    let seen = ben
        .does(ListTransactions {
            account: Some(to.account),
            ..Default::default()
        })
        .await
        .unwrap();
    assert_eq!(seen.rows.len(), 1);
    assert_eq!(
        (seen.rows[0].counterparty.as_str(), seen.rows[0].amount),
        ("Anna Weber", euro(2_550))
    );
    assert_eq!(seen.rows[0].reference, "Dinner");
    let theirs = ben.does(ShowReceipt { entry: receipt.entry }).await.unwrap();
    assert!(theirs.returnable && theirs.amount == euro(2_550));
    bank.books().await;
}

#[tokio::test]
async fn a_second_payment_to_the_same_account_is_not_called_new() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let first = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 100)).await.unwrap();
    anna.confirms(&first).await.unwrap();
    let second = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 100)).await.unwrap();
    assert!(second.summary.warnings.is_empty());
}

#[tokio::test]
async fn a_name_that_does_not_fit_is_pointed_out_before_the_yes() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let near = anna.asks(anna.transfer(&from, &to, "Ben Okafur", 100)).await.unwrap();
    assert!(
        near.summary
            .warnings
            .iter()
            .any(|w| w == "The account belongs to Ben Okafor. The name given was Ben Okafur.")
    );
    let far = anna.asks(anna.transfer(&from, &to, "City Police", 100)).await.unwrap();
    assert_eq!((near.summary.name_as_typed, far.summary.name_as_typed), (false, true));
    assert!(
        far.summary
            .warnings
            .iter()
            .any(|w| w.contains("does not fit this account") && !w.contains("Okafor"))
    );

    let paid = anna.confirms(&far).await.unwrap();
    assert_eq!(
        paid.counterparty, "City Police",
        "a cent does not buy the holder's name"
    );
    let paid = anna.confirms(&near).await.unwrap();
    assert_eq!(paid.counterparty, "Ben Okafor");

    let check = |name: &str| CheckPayee {
        iban: to.iban.clone(),
        name: name.into(),
    };
    assert_eq!(anna.does(check("Ben Okafor")).await, Ok(PayeeMatch::Full));
    assert_eq!(
        anna.does(check("Ben Okafo")).await,
        Ok(PayeeMatch::Close("Ben Okafor".into()))
    );
    assert_eq!(anna.does(check("Somebody Else")).await, Ok(PayeeMatch::None));
}

#[tokio::test]
async fn what_cannot_be_paid_is_refused_before_anybody_is_asked() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let dollars = anna.opens(Currency::Usd).await;
    let base = anna.transfer(&from, &to, "Ben Okafor", 100);

    let too_much = SubmitTransfer {
        amount: euro(10_001),
        ..base.clone()
    };
    assert_eq!(
        anna.does(too_much).await,
        Err(BankError::InsufficientFunds {
            available: euro(10_000)
        })
    );
    for amount in [euro(0), euro(-1)] {
        let error = anna.does(SubmitTransfer { amount, ..base.clone() }).await.unwrap_err();
        assert_eq!(error.field("amount"), Some("The amount must be more than zero."));
    }
    let elsewhere = "DE89370400440532013000".parse().unwrap();
    assert_eq!(
        anna.does(SubmitTransfer {
            payee_iban: elsewhere,
            ..base.clone()
        })
        .await,
        Err(BankError::PayeeUnknown)
    );
    let to_itself = SubmitTransfer {
        payee_iban: from.iban.clone(),
        ..base.clone()
    };
    assert_eq!(anna.does(to_itself).await, Err(BankError::SameAccount));
    let other_currency = SubmitTransfer {
        from: dollars.account,
        ..base.clone()
    };
    assert_eq!(anna.does(other_currency).await, Err(BankError::CurrencyMismatch));
    let long = SubmitTransfer {
        reference: "x".repeat(141),
        ..base.clone()
    };
    assert!(anna.does(long).await.unwrap_err().field("reference").is_some());
    let nameless = SubmitTransfer {
        payee_name: "  ".into(),
        ..base
    };
    assert!(anna.does(nameless).await.unwrap_err().field("payee_name").is_some());
    assert_eq!(anna.booked(&from).await, 10_000);
    bank.books().await;
}

#[tokio::test]
async fn the_daily_limit_counts_what_was_sent_and_ends_with_the_day() {
    let limits = Limits {
        sent_daily_max: 100,
        ..Limits::default()
    };
    let bank = TestBank::with(BankSettings {
        demo: true,
        limits,
        ..BankSettings::default()
    })
    .await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(50_000).await, ben.has(0).await);
    let send = async |minor| match anna.asks(anna.transfer(&from, &to, "Ben Okafor", minor)).await {
        Ok(view) => anna.confirms(&view).await.map(|_| ()),
        Err(error) => Err(error),
    };
    assert_eq!(send(6_000).await, Ok(()));
    assert_eq!(
        send(4_001).await,
        Err(BankError::LimitExceeded {
            limit: euro(10_000),
            left: euro(4_000)
        })
    );
    assert_eq!(send(4_000).await, Ok(()));
    // To oneself there is no limit.
    let second = anna.opens(Currency::Eur).await;
    let own = anna
        .asks(anna.transfer(&from, &second, "Anna Weber", 20_000))
        .await
        .unwrap();
    anna.confirms(&own).await.unwrap();
    bank.wait(TimeDelta::hours(13));
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let anna = bank.sign_in("Anna Weber", anna.signed.user, anna.signed.customer).await;
    let view = anna
        .asks(anna.transfer(&from, &to, "Ben Okafor", 10_000))
        .await
        .unwrap();
    assert!(anna.confirms(&view).await.is_ok());
}

#[tokio::test]
async fn money_moves_between_own_accounts() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let (from, to) = (anna.has(10_000).await, anna.opens(Currency::Eur).await);
    let go = |amount| MoveMoney {
        from: from.account,
        to: to.account,
        amount,
        reference: String::new(),
        key: bank.key(),
    };
    let view = anna.asks(go(euro(4_000))).await.unwrap();
    assert_eq!(view.summary.title, "Move €40.00 to Everyday");
    anna.confirms(&view).await.unwrap();
    assert_eq!((anna.booked(&from).await, anna.booked(&to).await), (6_000, 4_000));
    assert_eq!(
        anna.does(go(euro(6_001))).await,
        Err(BankError::InsufficientFunds { available: euro(6_000) })
    );
    let same = MoveMoney {
        to: from.account,
        ..go(euro(1))
    };
    assert_eq!(anna.does(same).await, Err(BankError::SameAccount));
    bank.books().await;
}

#[tokio::test]
async fn cash_comes_in_and_goes_out_without_a_question_up_to_the_limit() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(100_000).await;
    let out = |amount| Withdraw {
        account: account.account,
        amount,
        key: bank.key(),
    };
    let receipt = anna.does(out(euro(50_000))).await.unwrap();
    assert_eq!((receipt.kind, receipt.amount), (EntryKind::Withdrawal, euro(-50_000)));
    let again = anna
        .does(Deposit {
            account: account.account,
            amount: euro(25),
            key: bank.key(),
        })
        .await
        .unwrap();
    assert_eq!((again.kind, again.balance_after), (EntryKind::Deposit, euro(50_025)));
    assert_eq!(anna.booked(&account).await, 50_025);
    bank.books().await;
}

#[tokio::test]
async fn a_large_withdrawal_waits_for_a_yes() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(100_000).await;
    let large = Withdraw {
        account: account.account,
        amount: euro(50_001),
        key: bank.key(),
    };
    let view = anna.asks(large).await.unwrap();
    assert_eq!(view.summary.title, "Take out €500.01 in cash");
    anna.confirms(&view).await.unwrap();
    assert_eq!(anna.booked(&account).await, 49_999);
    let too_much = Withdraw {
        account: account.account,
        amount: euro(50_000),
        key: bank.key(),
    };
    assert_eq!(
        anna.does(too_much).await,
        Err(BankError::InsufficientFunds {
            available: euro(49_999)
        })
    );
    let too_rich = Deposit {
        account: account.account,
        amount: euro(1_000_001),
        key: bank.key(),
    };
    let refused = anna.does(too_rich).await.unwrap_err();
    assert_eq!(
        refused.field("amount"),
        Some("At once, €10,000.00 at most can be paid in.")
    );
}

#[tokio::test]
async fn money_gone_between_review_and_yes_ends_the_request_and_shows_as_declined() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (from, to) = (anna.has(10_000).await, ben.has(0).await);
    let view = anna.asks(anna.transfer(&from, &to, "Ben Okafor", 8_000)).await.unwrap();
    anna.does(Withdraw {
        account: from.account,
        amount: euro(5_000),
        key: bank.key(),
    })
    .await
    .unwrap();
    assert_eq!(
        anna.confirms(&view).await,
        Err(BankError::InsufficientFunds { available: euro(5_000) })
    );
    let shown = anna.does(ShowPending { pending: view.pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Refused);
    let rows = anna
        .does(ListTransactions {
            account: Some(from.account),
            ..Default::default()
        })
        .await
        .unwrap()
        .rows;
    let declined = rows.iter().find(|row| row.entry.is_none()).unwrap();
    assert_eq!(
        (declined.counterparty.as_str(), declined.amount),
        ("Ben Okafor", euro(-8_000))
    );
    assert!(declined.note.as_deref().unwrap().contains("not enough money"));
    assert_eq!(ben.booked(&to).await, 0);
}

#[tokio::test]
async fn other_currencies_keep_their_own_decimals() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    for currency in [Currency::Jpy, Currency::Kwd] {
        let (from, to) = (anna.opens(currency).await, ben.opens(currency).await);
        let amount = Money::from_minor(1_234, currency).unwrap();
        anna.does(Deposit {
            account: from.account,
            amount,
            key: bank.key(),
        })
        .await
        .unwrap();
        let outcome = anna.run(anna.transfer(&from, &to, "Ben Okafor", 1_234)).await.unwrap();
        let Answer::Waits(view) = outcome.answer else {
            panic!("it should wait")
        };
        anna.confirms(&view).await.unwrap();
        assert_eq!(ben.booked(&to).await, 1_234);
    }
    bank.books().await;
}

#[tokio::test]
async fn there_is_no_cash_desk_without_the_demo() {
    use bank_operations::Caller;
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(1_000).await;
    let real = bank.again_with(BankSettings::default()).await;
    let visit = bank_operations::Visit {
        caller: Caller::Customer(anna.signed),
        ..anna.visit.clone()
    };
    let (deposit, withdraw) = (
        Deposit {
            account: account.account,
            amount: euro(1),
            key: bank.key(),
        },
        Withdraw {
            account: account.account,
            amount: euro(1),
            key: bank.key(),
        },
    );
    assert_eq!(real.run(&visit, deposit).await.err(), Some(BankError::DemoOff));
    assert_eq!(real.run(&visit, withdraw).await.err(), Some(BankError::DemoOff));
}
