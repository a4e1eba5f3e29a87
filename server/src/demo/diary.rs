//! Turns what a life is made of into intents, day by day. The same day gives the same diary.

use super::calendar;
use super::life::{Amount, Bill, End, Habit, Intent, Mark, Once, WhenShort};
use super::people::Account;
use bank_contract::accounts::EntryKind;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// Prices went up this many months ago.
const RISE_MONTHS_AGO: u32 = 5;

/// Everything the demo draws comes from here, so that all demos of a day are alike.
pub(super) const SEED: [u8; 32] = *b"Larch: a year in five lives, 1.0";

pub(super) struct Diary {
    first: NaiveDate,
    today: NaiveDate,
    chance: ChaCha20Rng,
    intents: Vec<Intent>,
}

impl Diary {
    /// Each life draws from a stream of its own, so that a change to one leaves the others as they are.
    pub(super) fn new(first: NaiveDate, today: NaiveDate, stream: u64) -> Self {
        let mut chance = ChaCha20Rng::from_seed(SEED);
        chance.set_stream(stream);
        Self {
            first,
            today,
            chance,
            intents: Vec::new(),
        }
    }

    pub(super) fn into_intents(self) -> Vec<Intent> {
        self.intents
    }

    pub(super) fn bills(&mut self, mine: Account, bills: &[Bill]) {
        let rise = calendar::months_before(self.today, RISE_MONTHS_AGO);
        for bill in bills {
            for month in calendar::months(self.first, self.today) {
                if !bill.months.is_empty() && !bill.months.contains(&month.month()) {
                    continue;
                }
                let due = calendar::day_of(month, bill.day);
                let day = payday(bill, due);
                if day < self.first {
                    continue;
                }
                let amount = match bill.before_rise {
                    Some(before) if due < rise => Amount::Exactly(before),
                    _ => bill.amount,
                };
                let words = self.fill(bill.words, due);
                let at = self.moment(day, usual_hours(bill.kind));
                self.mean(mine, bill.kind, bill.other, amount, words, at);
            }
        }
    }

    pub(super) fn habits(&mut self, mine: Account, habits: &[Habit]) {
        let (first, today) = (self.first, self.today);
        for habit in habits {
            for date in first.iter_days().take_while(|date| *date <= today) {
                let [odds, ..] = rotated(habit.odds, date);
                if self.chance.random_range(0..1_000) >= odds {
                    continue;
                }
                let other = self.pick(habit.others).unwrap_or(End::CashDesk);
                let words = self.pick(habit.words).unwrap_or_default();
                let words = self.fill(words, date);
                let day = if between_banks(habit.kind) {
                    calendar::following(date)
                } else {
                    date
                };
                let at = self.moment(day, habit.hours);
                self.mean(mine, habit.kind, other, habit.amount, words, at);
                if let Some(intent) = self.intents.last_mut() {
                    intent.when_short = WhenShort::DoneWithout;
                }
            }
        }
    }

    pub(super) fn once(&mut self, mine: Account, events: &[Once]) {
        for event in events {
            let date = calendar::days_before(self.today, event.days_ago);
            // Shops and offices keep the days of banks, so that no story begins on a closed door.
            let day = calendar::following(date);
            let words = self.fill(event.words, date);
            let (hour, minute) = event.time;
            let at = self.at(day, hour, minute);
            self.mean(mine, event.kind, event.other, event.amount, words, at);
            if let Some(intent) = self.intents.last_mut() {
                intent.mark = event.mark;
            }
        }
    }

    /// The receiver of a marked payment sends it back.
    pub(super) fn send_back(
        &mut self,
        mine: Account,
        days_ago: u64,
        time: (u32, u32),
        to: Account,
        mark: &'static str,
    ) {
        let once = Once {
            mark: Some(Mark::SendsBack(mark)),
            ..Once::new(
                days_ago,
                time,
                EntryKind::Reversal,
                End::Ours(to),
                Amount::Exactly(0),
                "",
            )
        };
        self.once(mine, &[once]);
    }

    fn mean(&mut self, mine: Account, kind: EntryKind, other: End, amount: Amount, words: String, at: NaiveDateTime) {
        let (from, to) = if comes_in(kind) {
            (other, End::Ours(mine))
        } else {
            (End::Ours(mine), other)
        };
        let amount = self.draw(amount);
        self.intents.push(Intent {
            at,
            kind,
            from,
            to,
            amount,
            words,
            when_short: WhenShort::Declined,
            mark: None,
        });
    }

    fn draw(&mut self, amount: Amount) -> Amount {
        match amount {
            Amount::Between(least, most) => {
                let mut one = || self.chance.random_range(least..=most);
                Amount::Exactly(one().min(one()))
            }
            Amount::OneOf(prices) => Amount::Exactly(self.pick(prices).unwrap_or(0)),
            other => other,
        }
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        if from.is_empty() {
            return None;
        }
        from.get(self.chance.random_range(0..from.len())).copied()
    }

    fn fill(&mut self, words: &str, date: NaiveDate) -> String {
        if !words.contains('{') {
            return words.to_owned();
        }
        words
            .replace("{month}", &date.format("%B %Y").to_string())
            .replace("{quarter}", &calendar::quarter(date))
            .replace("{nr}", &self.chance.random_range(10_000..100_000).to_string())
    }

    fn moment(&mut self, day: NaiveDate, (first, last): (u32, u32)) -> NaiveDateTime {
        let hour = self.chance.random_range(first..=last);
        let minute = self.chance.random_range(0..60);
        self.at(day, hour, minute)
    }

    fn at(&mut self, day: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
        let second = self.chance.random_range(0..60);
        day.and_time(NaiveTime::from_hms_opt(hour, minute, second).unwrap_or_default())
    }
}

/// The odds with the date's own day of the week first.
fn rotated(mut odds: [u32; 7], date: NaiveDate) -> [u32; 7] {
    let day = date.weekday().num_days_from_monday();
    odds.rotate_left(usize::try_from(day).unwrap_or_default());
    odds
}

/// Whether money of this kind comes to the one who tells of it.
const fn comes_in(kind: EntryKind) -> bool {
    matches!(
        kind,
        EntryKind::Incoming | EntryKind::Deposit | EntryKind::Refund | EntryKind::Interest
    )
}

const fn between_banks(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Incoming | EntryKind::Outgoing | EntryKind::DirectDebit)
}

/// Orders and debits wait for a day when banks work. Cards and interest do not.
fn payday(bill: &Bill, due: NaiveDate) -> NaiveDate {
    match bill.kind {
        EntryKind::CardPayment | EntryKind::Interest => due,
        _ if bill.early => calendar::preceding(due),
        _ => calendar::following(due),
    }
}

/// When things that nobody presses a button for happen: money comes in before it goes out.
const fn usual_hours(kind: EntryKind) -> (u32, u32) {
    match kind {
        EntryKind::Incoming => (4, 5),
        EntryKind::DirectDebit => (6, 6),
        EntryKind::CardPayment => (7, 9),
        EntryKind::Interest => (23, 23),
        _ => (7, 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_bill_waits_for_the_banks_and_names_the_month_it_is_for() {
        let mut diary = Diary::new(date("2026-10-20"), date("2026-11-30"), 1);
        let rent = Bill::new(
            1,
            EntryKind::Outgoing,
            End::Outside("Landlord"),
            Amount::Exactly(5),
            "Rent {month}",
        );
        diary.bills(Account::Anna, &[rent]);
        let told: Vec<_> = diary.into_intents();
        assert_eq!(told.len(), 1, "October’s came before the first day");
        assert_eq!(told[0].at.date(), date("2026-11-02"));
        assert_eq!(told[0].words, "Rent November 2026");
    }

    #[test]
    fn odds_belong_to_days_of_the_week() {
        let mut diary = Diary::new(date("2026-11-02"), date("2026-11-29"), 1);
        let sunday = [0, 0, 0, 0, 0, 0, 1_000];
        diary.habits(
            Account::Anna,
            &[Habit::card(
                sunday,
                (9, 10),
                &[End::Outside("Bakery")],
                Amount::Between(1, 9),
            )],
        );
        let told = diary.into_intents();
        assert_eq!(told.len(), 4);
        assert!(told.iter().all(|intent| intent.at.weekday() == chrono::Weekday::Sun));
    }

    #[test]
    fn prices_go_up_once() {
        let mut diary = Diary::new(date("2026-01-01"), date("2026-11-23"), 1);
        let films = Bill::new(
            2,
            EntryKind::CardPayment,
            End::Outside("Films"),
            Amount::Exactly(1_199),
            "",
        );
        diary.bills(Account::Anna, &[films.risen_from(999)]);
        let paid: Vec<_> = diary.into_intents().iter().map(|intent| intent.amount).collect();
        assert_eq!(paid.iter().filter(|amount| **amount == Amount::Exactly(999)).count(), 6);
        assert_eq!(
            paid.iter().filter(|amount| **amount == Amount::Exactly(1_199)).count(),
            5
        );
        assert_eq!(paid[5..7], [Amount::Exactly(999), Amount::Exactly(1_199)]);
    }
}
