use super::super::calendar;
use super::super::life::End;
use super::super::people::Account;
use super::super::till::{Event, Outcome};
use super::{Plan, plan};
use bank_contract::accounts::EntryKind;
use bank_contract::text;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

fn now() -> DateTime<Utc> {
    "2026-11-23T16:30:00Z".parse().unwrap()
}

/// Years that end on afternoons all through two years: on every day of the week and in months of
/// every length, over a leap day and both changes of the clocks.
static MANY: LazyLock<Vec<Plan>> = LazyLock::new(|| {
    let first: DateTime<Utc> = "2026-11-01T16:30:00Z".parse().unwrap();
    let ends = (0..40).map(|n| first + TimeDelta::days(n * 19));
    ends.map(|now| plan(now, Berlin)).collect()
});

/// Balances after every event, by account.
fn balances(events: &[Event]) -> BTreeMap<Account, Vec<i64>> {
    let mut all: BTreeMap<Account, Vec<i64>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.outcome != Outcome::Declined) {
        for (end, amount) in [(event.from, -event.amount), (event.to, event.amount)] {
            if let End::Ours(account) = end {
                let history = all.entry(account).or_default();
                history.push(history.last().unwrap_or(&0) + amount);
            }
        }
    }
    all
}

#[test]
fn events_are_in_the_order_of_time_and_none_lies_ahead() {
    for plan in MANY.iter() {
        assert!(plan.events.is_sorted_by_key(|event| event.at));
        assert!(plan.events.last().unwrap().on <= plan.today);
        for event in &plan.events {
            assert_eq!(event.on, event.at.with_timezone(&Berlin).date_naive());
        }
    }
}

#[test]
fn the_same_day_gives_the_same_year_and_a_later_hour_only_adds_to_it() {
    let early = plan(now(), Berlin).events;
    assert_eq!(early, plan(now(), Berlin).events);
    assert!(early.last().unwrap().at <= now());
    let late = plan(now() + TimeDelta::hours(5), Berlin).events;
    assert!(late.len() > early.len());
    assert_eq!(late[..early.len()], early);
}

#[test]
fn no_balance_falls_below_zero_and_none_ends_absurd() {
    for plan in MANY.iter() {
        let histories = balances(&plan.events);
        assert_eq!(histories.len(), Account::ALL.len());
        for (account, history) in histories {
            assert!(
                history.iter().all(|balance| *balance >= 0),
                "{account:?} on {}",
                plan.today
            );
            let last = *history.last().unwrap();
            let most = if matches!(account, Account::Heron | Account::HeronReserve) {
                6_500_000
            } else {
                3_000_000
            };
            assert!(
                (2_000..most).contains(&last),
                "{account:?} has {last} on {}",
                plan.today
            );
        }
    }
}

#[test]
fn exactly_one_payment_is_declined_and_it_is_the_laptop() {
    for plan in MANY.iter() {
        let (events, now) = (&plan.events, plan.today);
        let declined: Vec<_> = events.iter().filter(|e| e.outcome == Outcome::Declined).collect();
        assert_eq!(declined.len(), 1, "{declined:#?} on {now}");
        assert_eq!(declined[0].from, End::Ours(Account::Tiago));
        let bought = events
            .iter()
            .find(|e| e.outcome == Outcome::Booked && e.reference == declined[0].reference);
        assert_eq!(bought.unwrap().amount, declined[0].amount);
    }
}

#[test]
fn one_payment_is_sent_back_whole() {
    for plan in MANY.iter() {
        let events = &plan.events;
        let mut back = events.iter().filter_map(|event| match event.outcome {
            Outcome::SendsBack(place) => Some((&events[place], event)),
            _ => None,
        });
        let (first, second) = back.next().unwrap();
        assert_eq!((first.kind, second.kind), (EntryKind::Transfer, EntryKind::Reversal));
        assert_eq!(
            (first.from, first.to, first.amount),
            (second.to, second.from, second.amount)
        );
        assert!(first.at < second.at && back.next().is_none());
    }
}

#[test]
fn every_account_has_a_year_and_every_person_has_every_month() {
    let plan = plan(now(), Berlin);
    let year_ago = calendar::months_before(plan.today, 12);
    for account in [
        Account::Anna,
        Account::Tiago,
        Account::Mirela,
        Account::Barley,
        Account::Heron,
    ] {
        let of: Vec<_> = plan
            .events
            .iter()
            .filter(|e| e.from == End::Ours(account) || e.to == End::Ours(account))
            .collect();
        let months: BTreeSet<_> = of.iter().map(|e| (e.on.year(), e.on.month())).collect();
        assert!(of[0].on <= year_ago && months.len() >= 13, "{account:?}");
        assert!(of.len() > 250, "{account:?} has {}", of.len());
    }
    assert!((2_500..4_000).contains(&plan.events.len()), "{}", plan.events.len());
}

#[test]
fn subscriptions_went_up_about_five_months_ago() {
    let plan = plan(now(), Berlin);
    let paid: Vec<(NaiveDate, i64)> = plan
        .events
        .iter()
        .filter(|e| e.from == End::Ours(Account::Anna) && e.to == End::Outside("Streamwell"))
        .map(|e| (e.on, e.amount))
        .collect();
    let rise = paid.iter().position(|(_, amount)| *amount == 1_199).unwrap();
    assert!(paid[..rise].iter().all(|(_, amount)| *amount == 999) && rise >= 6);
    assert!(paid[rise..].iter().all(|(_, amount)| *amount == 1_199));
    assert!((4..=6).contains(&(paid.len() - rise)));
}

#[test]
fn every_kind_of_entry_but_a_fee_is_there() {
    let kinds: HashSet<_> = plan(now(), Berlin)
        .events
        .iter()
        .map(|event| event.kind.code())
        .collect();
    for kind in EntryKind::ALL.iter().filter(|kind| **kind != EntryKind::Fee) {
        assert!(kinds.contains(kind.code()), "{kind:?}");
    }
}

#[test]
fn nothing_is_refunded_before_it_is_paid() {
    for plan in MANY.iter() {
        for (place, refund) in plan.events.iter().enumerate() {
            let paid = |e: &Event| e.from == refund.to && e.to == refund.from && e.amount >= refund.amount;
            let found = || plan.events[..place].iter().any(paid);
            assert!(refund.kind != EntryKind::Refund || found(), "{refund:?}");
        }
    }
}

#[test]
fn interest_is_what_the_balances_earned() {
    let events = plan(now(), Berlin).events;
    let paid: Vec<_> = events
        .iter()
        .filter(|e| e.kind == EntryKind::Interest && e.to == End::Ours(Account::AnnaSavings))
        .collect();
    assert_eq!(paid.len(), 4);
    let (from, until) = (paid[0].on, paid[1].on);
    let ours = |e: &&Event| e.outcome == Outcome::Booked && e.on < until;
    let mut minor_days = 0;
    for day in from.iter_days().take_while(|day| *day < until) {
        minor_days += events
            .iter()
            .filter(ours)
            .filter(|e| e.on <= day)
            .map(|e| match (e.from, e.to) {
                (End::Ours(Account::AnnaSavings), _) => -e.amount,
                (_, End::Ours(Account::AnnaSavings)) => e.amount,
                _ => 0,
            })
            .sum::<i64>();
    }
    assert_eq!(paid[1].amount, (minor_days * 175 * 2 + 3_650_000) / 7_300_000);
}

#[test]
fn orders_between_banks_settle_on_days_when_banks_work() {
    for plan in MANY.iter() {
        for event in &plan.events {
            if matches!(
                event.kind,
                EntryKind::Incoming | EntryKind::Outgoing | EntryKind::DirectDebit
            ) {
                assert_eq!(event.on, calendar::following(event.on), "{event:?}");
            }
        }
    }
}

#[test]
fn what_customers_read_is_plain_text_of_the_right_length() {
    for event in plan(now(), Berlin).events {
        assert!(text::reference(&event.reference, &()).is_ok(), "{}", event.reference);
        assert!(!event.reference.contains('{'), "{}", event.reference);
        for end in [event.from, event.to] {
            if let End::Outside(name) = end {
                assert!(text::name(name, &()).is_ok(), "{name}");
            }
        }
    }
}
