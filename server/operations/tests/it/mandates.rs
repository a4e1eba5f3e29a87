//! Mandates between people: offering, accepting, narrowing, ending, and what either side sees of it.

use crate::bank::{Person, TestBank, euro};
use bank_contract::accounts::{AccountView, ListAccounts, ListTransactions, RenameAccount, ShowAccount, Standing};
use bank_contract::identity::Code;
use bank_contract::identity::operator::{LockUser, UnlockUser};
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::mandates::{
    AcceptMandate, EndMandate, ExpireMandates, GrantMandate, ListMandates, MANDATES_MAX, MandateState, MandateView,
    NarrowMandate, NewMandate, Power, ShowMandate, ShowOffer, Side,
};
use bank_contract::notifications::{DeliverNotices, ShowMailbox};
use bank_contract::transfers::Withdraw;
use bank_contract::{AccountId, BankError, Consent};
use bank_operations::Visit;
use chrono::TimeDelta;

fn grant(power: Power, accounts: &[&AccountView]) -> GrantMandate {
    GrantMandate {
        name: "My sister".into(),
        email: None,
        accounts: accounts.iter().map(|account| account.account).collect(),
        power,
        until: None,
    }
}

pub(crate) fn bounds(pay_up_to: i64, total: Option<i64>) -> Power {
    Power::Pay(Bounds {
        pay_up_to: euro(pay_up_to),
        total: total.map(|minor| Total {
            most: euro(minor),
            per: Period::Month,
        }),
        payees: Vec::new(),
    })
}

fn take(new: &NewMandate) -> AcceptMandate {
    AcceptMandate {
        mandate: new.view.mandate,
        code: new.code.clone().map(Code::new),
    }
}

/// The subjects of what a person was written, oldest first.
pub(crate) async fn subjects(person: &Person<'_>) -> Vec<String> {
    person.bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mut mails = person.does(ShowMailbox {}).await.unwrap();
    mails.reverse();
    mails.into_iter().map(|mail| mail.subject).collect()
}

async fn listed(person: &Person<'_>) -> (Vec<MandateView>, Vec<MandateView>) {
    let views = person.does(ListMandates {}).await.unwrap();
    (views.given, views.held)
}

async fn email(person: &Person<'_>, address: &str) {
    crate::factors::has_email(person, address).await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, from the offer to the end")]
async fn who_is_let_look_sees_exactly_what_was_granted_until_it_is_ended() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let (shown, hidden) = (anna.has(5_000).await, anna.has(700).await);
    let waits = anna.asks(grant(Power::View, &[&shown])).await.unwrap();
    assert_eq!(waits.missing, Consent::Confirm, "a demo person presses");
    assert!(waits.summary.why.unwrap().contains("demo people"), "others sign");
    let new: NewMandate = anna.agrees(grant(Power::View, &[&shown])).await.unwrap();
    let code = Code::new(new.code.clone().unwrap());

    // Before anything is accepted, Ben sees what it would be, and nothing of the account itself.
    let offer = ben.does(ShowOffer { code: code.clone() }).await.unwrap();
    assert_eq!(
        (offer.other.as_str(), offer.state),
        ("Anna Weber", MandateState::Offered)
    );
    assert_eq!(
        (offer.side, &offer.power, offer.until),
        (Side::Holder, &Power::View, None)
    );
    assert_eq!(offer.accounts.len(), 1);
    assert_eq!(offer.accounts[0].iban, shown.iban);
    let show = |account: &AccountView| ShowAccount {
        account: account.account,
    };
    assert_eq!(ben.does(show(&shown)).await, Err(BankError::NotFound));
    let taken = ben.does(take(&new)).await.unwrap();
    assert_eq!(
        (taken.state, taken.other.as_str()),
        (MandateState::Active, "Anna Weber")
    );

    let view = ben.does(ListAccounts {}).await.unwrap();
    assert!(
        view.accounts.is_empty() && view.totals.is_empty(),
        "it is not his money"
    );
    assert_eq!(view.of_others.len(), 1);
    let theirs = &view.of_others[0];
    assert_eq!((theirs.account, theirs.booked), (shown.account, euro(5_000)));
    let standing = Standing::Viewer {
        owner: "Anna Weber".into(),
        mandate: new.view.mandate,
    };
    assert_eq!(theirs.standing, standing);
    assert_eq!(ben.does(show(&shown)).await.unwrap().standing, standing);
    let history = |account: &AccountView| ListTransactions {
        account: Some(account.account),
        ..ListTransactions::default()
    };
    assert_eq!(ben.does(history(&shown)).await.unwrap().rows.len(), 1);
    assert_eq!(ben.does(show(&hidden)).await, Err(BankError::NotFound));
    assert_eq!(ben.does(history(&hidden)).await, Err(BankError::NotFound));
    let all = ben.does(ListTransactions::default()).await.unwrap();
    assert!(all.rows.is_empty(), "his own feed is his own");
    let rename = RenameAccount {
        account: shown.account,
        name: "Mine".into(),
    };
    assert_eq!(ben.does(rename).await, Err(BankError::OwnerOnly));

    let (given, _) = listed(&anna).await;
    assert_eq!(given.len(), 1);
    assert_eq!(
        (given[0].other.as_str(), given[0].state),
        ("Ben Okafor", MandateState::Active)
    );
    assert!(given[0].last_used_at.is_some());
    let mandate = new.view.mandate;
    anna.does(EndMandate { mandate }).await.unwrap();
    anna.does(EndMandate { mandate }).await.unwrap();
    assert_eq!(ben.does(show(&shown)).await, Err(BankError::NotFound));
    assert!(ben.does(ListAccounts {}).await.unwrap().of_others.is_empty());
    let (_, held) = listed(&ben).await;
    assert_eq!((held.len(), held[0].state), (1, MandateState::Revoked));
    assert!(
        held[0].accounts.is_empty(),
        "what they were called is not told any more"
    );
    let told = subjects(&anna).await;
    for subject in [
        "You offered somebody a mandate",
        "A mandate was accepted",
        "A mandate has ended",
    ] {
        assert_eq!(
            told.iter().filter(|it| *it == subject).count(),
            1,
            "{subject}: {told:?}"
        );
    }
    let told = subjects(&ben).await;
    for subject in ["You can act for somebody", "A mandate has ended"] {
        assert!(told.iter().any(|it| it == subject), "{subject}: {told:?}");
    }
}

#[tokio::test]
async fn an_offer_to_an_address_is_for_its_owner_and_tells_nobody_whether_there_is_one() {
    let bank = TestBank::open().await;
    let [anna, ben, eve] = [
        bank.customer("Anna Weber").await,
        bank.customer("Ben Okafor").await,
        bank.customer("Eve Stranger").await,
    ];
    anna.has(100).await;
    email(&anna, "anna@example.org").await;
    email(&ben, "ben@example.org").await;
    let to = |address: &str| GrantMandate {
        email: Some(address.into()),
        ..grant(Power::View, &[])
    };
    let own = anna.run(to(" ANNA@example.org ")).await.unwrap_err();
    assert!(own.field("email").is_some(), "{own:?}");
    let new = anna.agrees(to("Ben@Example.org")).await.unwrap();
    let nobody = anna.agrees(to("nobody@example.org")).await.unwrap();
    assert_eq!((&new.code, &nobody.code), (&None, &None));
    assert_eq!(
        (&new.view.other, new.view.state),
        (&nobody.view.other, nobody.view.state)
    );

    let (_, held) = listed(&ben).await;
    assert_eq!((held.len(), held[0].state), (1, MandateState::Offered));
    assert!(listed(&eve).await.1.is_empty());
    assert_eq!(eve.does(take(&new)).await, Err(BankError::NotFound));
    assert!(ben.does(ListAccounts {}).await.unwrap().of_others.is_empty(), "not yet");
    assert!(
        subjects(&ben)
            .await
            .contains(&"Somebody lets you act for them".to_owned())
    );
    ben.does(take(&new)).await.unwrap();
    assert_eq!(ben.does(take(&new)).await, Err(BankError::NoLongerPending));
    assert_eq!(ben.does(ListAccounts {}).await.unwrap().of_others.len(), 1);
    // Accounts that are opened later are among all of them.
    anna.has(1).await;
    assert_eq!(ben.does(ListAccounts {}).await.unwrap().of_others.len(), 2);
}

#[tokio::test]
async fn a_code_is_taken_once_by_somebody_else_and_within_a_week() {
    let bank = TestBank::open().await;
    let [anna, ben, eve] = [
        bank.customer("Anna Weber").await,
        bank.customer("Ben Okafor").await,
        bank.customer("Eve Stranger").await,
    ];
    let account = anna.has(100).await;
    let new = anna.agrees(grant(Power::View, &[&account])).await.unwrap();
    let own = anna.does(take(&new)).await.unwrap_err();
    assert!(own.field("mandate").is_some(), "{own:?}");
    let wrong = AcceptMandate {
        code: Some(Code::new("AAAA-AAAA-AAAA-AAAA")),
        ..take(&new)
    };
    assert!(eve.does(wrong).await.unwrap_err().field("code").is_some());
    // The code of one offer does not open another.
    let other = anna.agrees(grant(Power::Joint, &[&account])).await.unwrap();
    let crossed = AcceptMandate {
        mandate: other.view.mandate,
        ..take(&new)
    };
    assert!(eve.does(crossed).await.unwrap_err().field("code").is_some());
    let (first, second) = futures::join!(ben.does(take(&new)), eve.does(take(&new)));
    assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
    bank.wait(TimeDelta::days(7));
    assert!(eve.does(take(&other)).await.unwrap_err().field("code").is_some());
    assert_eq!(bank.clock_runs(ExpireMandates {}).await, Ok(1));
    let kept = "SELECT count(*) FROM pending_operations";
    assert!(crate::hallway::count_of(&bank.database.owner().await, kept).await > 0);
}

#[tokio::test]
async fn a_mandate_is_made_narrower_by_its_grantor_and_never_wider() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let account = anna.has(100).await.account;
    let today = bank.now().date_naive();
    let last = today + TimeDelta::days(30);
    let mandate = anna
        .lets_until(&ben, &[account], bounds(500, Some(900)), Some(last))
        .await;
    let narrow = NarrowMandate {
        mandate,
        pay_up_to: Some(euro(400)),
        total: None,
        until: Some(last - TimeDelta::days(1)),
    };
    assert_eq!(
        ben.does(narrow.clone()).await,
        Err(BankError::NotFound),
        "not the holder's"
    );
    let narrower = anna.does(narrow.clone()).await.unwrap();
    assert_eq!(narrower.power, bounds(400, Some(900)));
    assert_eq!(narrower.until, Some(last - TimeDelta::days(1)));
    for (wider, field) in [
        (
            NarrowMandate {
                pay_up_to: Some(euro(401)),
                ..narrow.clone()
            },
            "pay_up_to",
        ),
        (
            NarrowMandate {
                until: Some(last),
                ..narrow.clone()
            },
            "until",
        ),
    ] {
        let refused = anna.does(wider).await.unwrap_err();
        assert!(refused.field(field).is_some(), "{refused:?}");
    }
    let seen = ben.does(ShowMandate { mandate }).await.unwrap();
    assert_eq!(seen.power, bounds(400, Some(900)));
    for person in [&anna, &ben] {
        assert!(
            subjects(person)
                .await
                .contains(&"A mandate was made narrower".to_owned())
        );
    }
}

#[tokio::test]
async fn a_holder_leaves_and_a_last_day_passes() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let account = anna.has(100).await.account;
    let left = anna.lets(&ben, &[account], Power::Joint).await;
    ben.does(EndMandate { mandate: left }).await.unwrap();
    assert_eq!(ben.does(ShowAccount { account }).await, Err(BankError::NotFound));
    let shown = anna.does(ShowMandate { mandate: left }).await.unwrap();
    assert_eq!(shown.state, MandateState::Left);

    let today = bank.now().date_naive();
    for early in [today - TimeDelta::days(1), today] {
        let past = GrantMandate {
            until: Some(early),
            ..grant(Power::View, &[])
        };
        assert!(anna.run(past).await.unwrap_err().field("until").is_some(), "{early}");
    }
    let last = today + TimeDelta::days(1);
    let mandate = anna.lets_until(&ben, &[account], Power::View, Some(last)).await;
    bank.wait(TimeDelta::days(1));
    assert!(ben.does(ShowAccount { account }).await.is_ok(), "the last day counts");
    bank.wait(TimeDelta::hours(13));
    // The session is older than it may be by now, which is not what is tried here.
    let gone = ben.does(ShowAccount { account }).await;
    assert_eq!(
        gone,
        Err(BankError::NotFound),
        "at once, before the clock has written it down"
    );
    assert!(ben.does(ListAccounts {}).await.unwrap().of_others.is_empty());
    assert_eq!(bank.clock_runs(ExpireMandates {}).await, Ok(1));
    assert_eq!(bank.clock_runs(ExpireMandates {}).await, Ok(0));
    let shown = ben.does(ShowMandate { mandate }).await.unwrap();
    assert_eq!(shown.state, MandateState::Expired);
    assert!(subjects(&ben).await.contains(&"A mandate has ended".to_owned()));
}

#[tokio::test]
async fn nobody_gives_more_mandates_than_can_be_kept_in_sight() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    for _ in 0..MANDATES_MAX {
        anna.agrees(grant(Power::View, &[])).await.unwrap();
    }
    let refused = anna.run(grant(Power::View, &[])).await.unwrap_err();
    assert!(
        matches!(refused, BankError::TooMany { most: MANDATES_MAX, .. }),
        "{refused:?}"
    );
    bank.wait(TimeDelta::days(7));
    assert!(anna.run(grant(Power::View, &[])).await.is_ok(), "offers run out");
}

#[tokio::test]
async fn only_ones_own_accounts_can_be_granted_on() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let hers = anna.has(100).await;
    anna.lets(&ben, &[hers.account], Power::Joint).await;
    assert_eq!(
        ben.run(grant(Power::View, &[&hers])).await.unwrap_err(),
        BankError::OwnerOnly
    );
    let other = bank.customer("Eve Stranger").await.has(1).await;
    assert_eq!(
        ben.run(grant(Power::View, &[&other])).await.unwrap_err(),
        BankError::NotFound
    );
    // And all of one's own are only one's own.
    let eve = bank.customer("Fay Former").await;
    ben.lets(&eve, &[] as &[AccountId], Power::View).await;
    assert!(eve.does(ListAccounts {}).await.unwrap().of_others.is_empty());
}

#[tokio::test]
async fn nobody_acts_for_whose_login_is_closed() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    let account = anna.has(1_000).await.account;
    anna.lets(&ben, &[account], Power::Joint).await;
    let user = anna.signed.user;
    let operator = Visit::operator();
    bank.hallway.run(&operator, LockUser { user }).await.unwrap();
    assert_eq!(ben.does(ShowAccount { account }).await, Err(BankError::NotFound));
    let take = Withdraw {
        account,
        amount: euro(1),
        key: bank.key(),
    };
    assert_eq!(ben.run(take).await.unwrap_err(), BankError::NotFound);
    assert!(ben.does(ListAccounts {}).await.unwrap().of_others.is_empty());
    bank.hallway.run(&operator, UnlockUser { user }).await.unwrap();
    assert!(ben.does(ShowAccount { account }).await.is_ok());
}
