//! The five lives, each told as data in a file of its own. Their tables are laid out by hand: to be
//! read, a bill or a habit has to stand on a line or two.

mod anna;
mod barley;
mod heron;
mod mirela;
mod tiago;

use super::calendar;
use super::diary::Diary;
use super::life::{Amount, End, Intent, WhenShort};
use super::people::{Account, Who};
use bank_contract::accounts::EntryKind;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use std::collections::BTreeMap;

/// Customers for a little longer than the year that everybody looks back on.
const MONTHS: u32 = 13;

/// The moment a person signed up, on the bank's wall clock: a morning on which banks work. No two
/// share it, so that they are always listed in the same order.
pub(super) fn joined(who: Who, today: NaiveDate) -> NaiveDateTime {
    let first = calendar::months_before(today, MONTHS);
    let day = calendar::following(calendar::days_after(first, who.person().joined_after_days));
    let before = Who::ALL.into_iter().take_while(|other| *other != who);
    let opening = day.and_time(NaiveTime::from_hms_opt(8, 34, 12).unwrap_or_default());
    before.fold(opening, |at, _| at + TimeDelta::minutes(23))
}

/// When each account was opened: one after the other, in the minutes after its owner signed up.
pub(super) fn opened(today: NaiveDate) -> BTreeMap<Account, NaiveDateTime> {
    let of = |who: Who| {
        let minutes = [4, 6, 9, 11];
        who.accounts()
            .zip(minutes)
            .map(move |(account, after)| (account, joined(who, today) + TimeDelta::minutes(after)))
    };
    Who::ALL.into_iter().flat_map(of).collect()
}

type Life = fn(&mut Diary);

/// What all five mean to do, from the day after they joined until tonight; not in order.
pub(super) fn told(today: NaiveDate) -> Vec<Intent> {
    let lives: [(Who, u64, Life); 5] = [
        (Who::Anna, 1, anna::live),
        (Who::Tiago, 2, tiago::live),
        (Who::Mirela, 3, mirela::live),
        (Who::Barley, 4, barley::live),
        (Who::Heron, 5, heron::live),
    ];
    let mut intents = moved_in(today);
    for (who, stream, live) in lives {
        // The first day went by with moving in.
        let first = calendar::days_after(joined(who, today).date(), 1);
        let mut diary = Diary::new(first, today, stream);
        live(&mut diary);
        intents.extend(diary.into_intents());
    }
    intents
}

/// The money that everybody brings along from the bank they were at before.
fn moved_in(today: NaiveDate) -> Vec<Intent> {
    opened(today)
        .into_iter()
        .map(|(account, opened)| {
            let terms = account.terms();
            Intent {
                at: opened + TimeDelta::minutes(47),
                kind: EntryKind::Incoming,
                from: End::Outside(terms.owner.person().name),
                to: End::Ours(account),
                amount: Amount::Exactly(terms.brought),
                words: "From my account at my old bank".to_owned(),
                when_short: WhenShort::Declined,
                mark: None,
            }
        })
        .collect()
}
