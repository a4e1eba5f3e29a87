//! Limits that customers set themselves, and totals of what programs may send.

use crate::bank::{Person, TestBank, euro};
use crate::factors::mail;
use crate::passkey::SoftPasskey;
use bank_contract::accounts::AccountView;
use bank_contract::bankday::OpenDay;
use bank_contract::limits::{Channel, LimitView, Period, Rise, SetLimit, ShowLimits, Total};
use bank_contract::tokens::{CreateToken, ListTokens, NewToken};
use bank_contract::{Answer, BankError, Consent};
use bank_rules::limits::COOL_OFF;
use chrono::TimeDelta;

const fn set(channel: Channel, daily_max: i64) -> SetLimit {
    SetLimit { channel, daily_max }
}

async fn limit(person: &Person<'_>, channel: Channel) -> LimitView {
    let limits = person.does(ShowLimits {}).await.unwrap();
    limits.into_iter().find(|limit| limit.channel == channel).unwrap()
}

struct Scene<'a> {
    anna: Person<'a>,
    ben: Person<'a>,
    from: AccountView,
    to: AccountView,
}

impl<'a> Scene<'a> {
    async fn set(bank: &'a TestBank) -> Self {
        bank.clock_runs(OpenDay {}).await.unwrap();
        let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
        let (from, to) = (anna.has(1_000_000).await, ben.has(0).await);
        Self { anna, ben, from, to }
    }

    async fn lets_in(&self, pay_up_to: i64, total: Option<(i64, Period)>) -> NewToken {
        let create = CreateToken {
            name: "Rent".into(),
            pay_up_to: Some(euro(pay_up_to)),
            total: total.map(|(most, per)| Total { most: euro(most), per }),
            payees: Vec::new(),
            days: 90,
        };
        self.anna.agrees(create).await.unwrap()
    }

    /// A program's payment: done, or waiting for its user.
    async fn pays(&self, token: &NewToken, minor: i64) -> Result<bool, BankError> {
        let transfer = self.anna.transfer(&self.from, &self.to, "Ben Okafor", minor);
        let outcome = self.anna.bank.program(token, transfer).await?;
        Ok(matches!(outcome.answer, Answer::Done(_)))
    }

    async fn arrived(&self) -> i64 {
        self.ben.booked(&self.to).await
    }
}

/// The bank opens another day, and those who are signed in come again.
async fn days_later(bank: &TestBank, days: i64) {
    bank.wait(TimeDelta::days(days));
    bank.clock_runs(OpenDay {}).await.unwrap();
}

#[tokio::test]
async fn a_lower_limit_counts_at_once_for_every_door() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let token = scene.lets_in(100_000, None).await;
    assert_eq!(scene.pays(&token, 30_000).await, Ok(true));
    let set_to = scene.anna.does(set(Channel::Everything, 500)).await.unwrap();
    assert_eq!((set_to.daily_max, set_to.rise), (500, None));
    // What was sent before counts, and the program's token was at hand.
    let over = scene.pays(&token, 20_001).await;
    assert_eq!(
        over,
        Err(BankError::LimitExceeded {
            limit: euro(50_000),
            left: euro(20_000)
        })
    );
    let browser = scene
        .anna
        .asks(scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 20_001))
        .await;
    assert!(matches!(browser, Err(BankError::LimitExceeded { .. })));
    assert_eq!(scene.pays(&token, 20_000).await, Ok(true));
    assert_eq!(scene.arrived().await, 50_000);
    assert!(
        mail(&scene.anna, "A limit of yours was lowered")
            .await
            .body
            .contains("Less money")
    );
    // Nobody else's limit has changed.
    assert_eq!(limit(&scene.ben, Channel::Everything).await.daily_max, 10_000);
}

#[tokio::test]
async fn a_payment_that_waits_meets_the_limit_that_counts_when_it_runs() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene
        .anna
        .asks(scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 60_000))
        .await
        .unwrap();
    scene.anna.does(set(Channel::Everything, 500)).await.unwrap();
    assert!(matches!(
        scene.anna.confirms(&view).await,
        Err(BankError::LimitExceeded { .. })
    ));
    assert_eq!(scene.arrived().await, 0);
}

#[tokio::test]
async fn a_higher_limit_takes_a_signature_and_counts_later() {
    let bank = TestBank::open().await;
    let key = SoftPasskey::new(7);
    let anna = bank.signs_up("Anna Weber", &key).await;
    let view = anna.asks(set(Channel::Everything, 20_000)).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(
        anna.confirms_with(&view, None).await.is_err(),
        "the session alone does not do"
    );
    assert_eq!(limit(&anna, Channel::Everything).await.rise, None);
    anna.signs(&view, &key).await.unwrap();
    let rising = limit(&anna, Channel::Everything).await;
    assert_eq!(rising.daily_max, 10_000, "not yet");
    assert_eq!(rising.rise.map(|rise: Rise| rise.daily_max), Some(20_000));
}

#[tokio::test]
async fn a_rise_is_called_off_by_lowering_and_begins_anew_by_raising_again() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let anna = &scene.anna;
    anna.agrees(set(Channel::Everything, 20_000)).await.unwrap();
    bank.wait(TimeDelta::minutes(4));
    anna.does(set(Channel::Everything, 10_000)).await.unwrap();
    assert_eq!(limit(anna, Channel::Everything).await.rise, None);
    anna.agrees(set(Channel::Everything, 20_000)).await.unwrap();
    bank.wait(TimeDelta::minutes(4));
    let again = anna.agrees(set(Channel::Everything, 15_000)).await.unwrap();
    let from = again.rise.unwrap().from;
    bank.wait(COOL_OFF - TimeDelta::seconds(1));
    let anna = anna.sign_in_again().await;
    let still = limit(&anna, Channel::Everything).await;
    assert_eq!(
        (still.daily_max, still.rise.map(|rise| rise.from)),
        (10_000, Some(from))
    );
    bank.wait(TimeDelta::seconds(1));
    let risen = limit(&anna, Channel::Everything).await;
    assert_eq!((risen.daily_max, risen.rise), (15_000, None));
}

#[tokio::test]
async fn no_limit_passes_the_banks() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let refused = scene.anna.run(set(Channel::Everything, 50_001)).await.unwrap_err();
    assert_eq!(refused.field("daily_max"), Some("This can be 50,000 at most."));
    scene.anna.asks(set(Channel::Everything, 50_000)).await.unwrap();
    let refused = scene.anna.run(set(Channel::Programs, 10_001)).await.unwrap_err();
    assert!(
        refused.field("daily_max").is_some(),
        "programs never have more than everything"
    );
}

#[tokio::test]
async fn programs_have_a_limit_of_their_own_and_beyond_it_their_payments_wait() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let (one, other) = (scene.lets_in(100_000, None).await, scene.lets_in(100_000, None).await);
    scene.anna.does(set(Channel::Programs, 100)).await.unwrap();
    assert_eq!(scene.pays(&one, 6_000).await, Ok(true));
    assert_eq!(scene.pays(&other, 4_001).await, Ok(false), "all programs together");
    assert_eq!(scene.pays(&other, 4_000).await, Ok(true));
    assert_eq!(scene.pays(&one, 1).await, Ok(false));
    assert_eq!(scene.arrived().await, 10_000);
    // The customer's own payments are not among that, and the next day begins anew.
    scene
        .anna
        .agrees(scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 50_000))
        .await
        .unwrap();
    days_later(&bank, 1).await;
    assert_eq!(scene.pays(&one, 10_000).await, Ok(true));
    bank.books().await;
}

#[tokio::test]
async fn a_program_pays_up_to_its_total_and_begins_anew_with_the_month() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let token = scene.lets_in(50_000, Some((90_000, Period::Month))).await;
    for minor in [50_000, 40_000] {
        assert_eq!(scene.pays(&token, minor).await, Ok(true));
    }
    assert_eq!(scene.pays(&token, 1).await, Ok(false), "the landlord has had his rent");
    let shown = scene.anna.does(ListTokens {}).await.unwrap();
    assert_eq!(shown[0].total.map(|total| total.most), Some(euro(90_000)));
    assert_eq!(shown[0].spent, Some(euro(90_000)));
    days_later(&bank, 31).await;
    assert_eq!(scene.pays(&token, 50_000).await, Ok(true));
    let anna = scene.anna.sign_in_again().await;
    let shown = anna.does(ListTokens {}).await.unwrap();
    assert_eq!(shown[0].spent, Some(euro(50_000)));
    bank.books().await;
}

#[tokio::test]
async fn what_the_user_signs_for_a_program_is_not_taken_from_its_total() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let token = scene.lets_in(50_000, Some((60_000, Period::Ever))).await;
    let beyond = scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 55_000);
    let Answer::Waits(view) = bank.program(&token, beyond).await.unwrap().answer else {
        panic!("it should have waited")
    };
    scene.anna.confirms(&view).await.unwrap();
    assert_eq!(scene.anna.does(ListTokens {}).await.unwrap()[0].spent, Some(euro(0)));
    assert_eq!(scene.pays(&token, 50_000).await, Ok(true));
    assert_eq!(scene.pays(&token, 10_001).await, Ok(false));
}

#[tokio::test]
async fn of_many_payments_at_once_no_more_than_the_total_goes_out() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let token = scene.lets_in(10_000, Some((50_000, Period::Day))).await;
    scene.anna.does(set(Channel::Programs, 800)).await.unwrap();
    let results = futures::future::join_all((0..24).map(|_| scene.pays(&token, 10_000))).await;
    let done = results.iter().filter(|result| **result == Ok(true)).count();
    assert_eq!(done, 5, "{results:?}");
    assert_eq!(scene.arrived().await, 50_000);
    bank.books().await;
}

#[tokio::test]
async fn asked_again_with_the_same_key_a_payment_is_counted_once() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let token = scene.lets_in(50_000, Some((90_000, Period::Month))).await;
    let transfer = scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 40_000);
    for replayed in [false, true] {
        let outcome = bank.program(&token, transfer.clone()).await.unwrap();
        assert_eq!(
            (outcome.replayed, matches!(outcome.answer, Answer::Done(_))),
            (replayed, true)
        );
    }
    assert_eq!(
        scene.anna.does(ListTokens {}).await.unwrap()[0].spent,
        Some(euro(40_000))
    );
    assert_eq!(scene.arrived().await, 40_000);
}

#[tokio::test]
async fn whom_a_program_paid_by_its_total_is_still_new_to_its_user() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let token = scene.lets_in(50_000, Some((90_000, Period::Month))).await;
    assert_eq!(scene.pays(&token, 1_000).await, Ok(true));
    let transfer = scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 1_000);
    let view = scene.anna.asks(transfer).await.unwrap();
    assert!(
        view.summary
            .warnings
            .iter()
            .any(|warning| warning.contains("not paid this account before"))
    );
    // With her own yes he is known, also where a program had begun it.
    scene.anna.confirms(&view).await.unwrap();
    let transfer = scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 1_001);
    assert!(scene.anna.asks(transfer).await.unwrap().summary.warnings.is_empty());
}
