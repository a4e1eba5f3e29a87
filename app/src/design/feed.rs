//! What happened in an account, day by day.

use super::{Badge, Icon, Money, NoticeKind, dates};
use bank_contract::accounts::{EntryKind, TransactionStatus, TransactionView};
use chrono::NaiveDate;
use leptos::prelude::*;

/// The rows of one day, and what they come to in each currency.
#[derive(Debug, PartialEq)]
struct Day {
    date: NaiveDate,
    sums: Vec<bank_contract::Money>,
    rows: Vec<TransactionView>,
}

fn by_day(rows: Vec<TransactionView>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for row in rows {
        match days.last_mut() {
            Some(day) if day.date == row.booked_on => day.rows.push(row),
            _ => days.push(Day {
                date: row.booked_on,
                sums: Vec::new(),
                rows: vec![row],
            }),
        }
    }
    for day in &mut days {
        day.sums = sums(&day.rows);
    }
    days
}

/// Adds up what is booked. The sum of a single row would only repeat it.
fn sums(rows: &[TransactionView]) -> Vec<bank_contract::Money> {
    let booked = || rows.iter().filter(|row| row.status == TransactionStatus::Booked);
    if booked().count() < 2 {
        return Vec::new();
    }
    let mut sums: Vec<bank_contract::Money> = Vec::new();
    for row in booked() {
        match sums.iter_mut().find(|sum| sum.currency() == row.amount.currency()) {
            // A sum beyond what the bank can hold cannot come from real rows; it would stop growing.
            Some(sum) => *sum = sum.checked_add(row.amount).unwrap_or(*sum),
            None => sums.push(row.amount),
        }
    }
    sums
}

/// Groups by day: "Today", "Yesterday", "Monday 16 November". Rows come newest first, as the bank
/// gives them.
#[component]
pub fn Feed(
    #[prop(into)] rows: Signal<Vec<TransactionView>>,
    today: NaiveDate,
    /// Shows the account's balance after each row.
    #[prop(optional)]
    show_balance: bool,
    /// Stands under a heading of its own, so that the days are headings of the third level.
    #[prop(optional)]
    nested: bool,
) -> impl IntoView {
    let day = move |day: Day| {
        let heading = dates::day_heading(day.date, today);
        let sums = day
            .sums
            .into_iter()
            .map(|sum| view! { <Money value=sum signed=true /> })
            .collect_view();
        let rows = day
            .rows
            .into_iter()
            .map(|row| view! { <li>{feed_row(row, show_balance)}</li> })
            .collect_view();
        view! {
            <section class="feed-day">
                <header class="feed-head">
                    {if nested {
                        view! { <h3 class="feed-date">{heading}</h3> }.into_any()
                    } else {
                        view! { <h2 class="feed-date">{heading}</h2> }.into_any()
                    }} <span class="feed-sum">{sums}</span>
                </header>
                <ul class="feed-rows">{rows}</ul>
            </section>
        }
    };
    view! { <div class="feed">{move || by_day(rows.get()).into_iter().map(day).collect_view()}</div> }
}

fn feed_row(row: TransactionView, show_balance: bool) -> AnyView {
    let declined = row.status == TransactionStatus::Declined;
    let link = row.entry.map(|entry| format!("/payments/{entry}"));
    let incoming = row.amount.is_positive() && !declined;
    let balance = row.balance_after.filter(|_| show_balance);
    let content = view! {
        <span class="feed-face" class:feed-face-in=incoming aria-hidden="true">
            {face(&row)}
        </span>
        <span class="feed-text">
            <span class="feed-name">{row.counterparty.clone()}</span>
            <span class="feed-note">{note(&row)}</span>
        </span>
        <span class="feed-end">
            <span class="feed-amount" class:feed-void=declined>
                <Money value=row.amount signed=true />
            </span>
            {declined.then(|| view! { <Badge kind=NoticeKind::Failed text="Declined" /> })}
            {row.reversed.then(|| view! { <Badge text="Sent back" /> })}
            {balance
                .map(|balance| {
                    view! {
                        <span class="feed-balance">
                            <span class="visually-hidden">"Balance after it: "</span>
                            <Money value=balance />
                        </span>
                    }
                })}
        </span>
    };
    match link {
        Some(href) => view! {
            <a class="feed-row" href=href>
                {content}
            </a>
        }
        .into_any(),
        None => view! { <div class="feed-row">{content}</div> }.into_any(),
    }
}

/// People and shops show their initials; the bank's own events show a drawing.
fn face(row: &TransactionView) -> AnyView {
    let name = match row.kind {
        EntryKind::Deposit => "cash-coin",
        EntryKind::Withdrawal => "cash-stack",
        EntryKind::Interest => "percent",
        EntryKind::Fee => "receipt",
        EntryKind::Reversal => "arrow-return-left",
        EntryKind::Refund => "arrow-counterclockwise",
        _ => return initials(&row.counterparty).into_any(),
    };
    view! { <Icon name=name /> }.into_any()
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

/// The second line: why it was declined, else what it was for, else what it was; and when.
fn note(row: &TransactionView) -> String {
    let what = match &row.note {
        Some(note) => note.as_str(),
        None if row.reference.is_empty() => row.kind.label(),
        None => row.reference.as_str(),
    };
    format!("{} · {what}", dates::time(row.at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::{AccountId, Currency};

    fn row(date: &str, minor: i64, status: TransactionStatus) -> TransactionView {
        let booked_on: NaiveDate = date.parse().unwrap_or_default();
        TransactionView {
            entry: None,
            account: AccountId(uuid::Uuid::nil()),
            kind: EntryKind::Transfer,
            status,
            counterparty: "Anna Weber".into(),
            reference: String::new(),
            amount: bank_contract::Money::from_minor(minor, Currency::Eur)
                .unwrap_or(bank_contract::Money::zero(Currency::Eur)),
            balance_after: None,
            booked_on,
            at: booked_on.and_hms_opt(9, 30, 0).unwrap_or_default(),
            reversed: false,
            note: None,
        }
    }

    #[test]
    fn days_add_up_what_is_booked_and_leave_out_what_was_declined() {
        use TransactionStatus::{Booked, Declined};
        let days = by_day(vec![
            row("2026-11-16", -500, Booked),
            row("2026-11-16", -9900, Declined),
            row("2026-11-16", 1200, Booked),
            row("2026-11-15", -100, Booked),
        ]);
        let sums: Vec<Vec<i64>> = days
            .iter()
            .map(|day| day.sums.iter().map(|sum| sum.minor()).collect())
            .collect();
        assert_eq!(sums, [vec![700], vec![]]);
    }

    #[test]
    fn a_row_says_when_and_what_for() {
        let mut this = row("2026-11-16", -500, TransactionStatus::Booked);
        assert_eq!(note(&this), "09:30 · Transfer");
        this.reference = "Lunch".into();
        assert_eq!(note(&this), "09:30 · Lunch");
        this.note = Some("Not enough money".into());
        assert_eq!(note(&this), "09:30 · Not enough money");
    }

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(initials("Anna Maria Weber"), "AM");
        assert_eq!(initials("“Bäckerei” Lindner"), "BL");
        assert_eq!(initials("···"), "");
    }
}
