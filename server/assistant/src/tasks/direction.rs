//! Which way money went, as far as a text says. By whole words: "total" is no "to", and "forgotten" no "got".

use crate::plain::{is_month, is_weekday, plain, says};

/// As the customer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
}

const IN: &[&str] = &[
    "receive",
    "receives",
    "received",
    "receiving",
    "recieve",
    "recieved",
    "earn",
    "earns",
    "earned",
    "incoming",
    "came in",
    "come in",
    "comes in",
    "coming in",
    "money in",
    "credits",
    "credit i",
    "deposits",
    "i got",
    "ive got",
    "did i get",
    "do i get",
    "get paid",
    "got paid",
    "was i paid",
    "am i paid",
    "i was paid",
    "been paid",
    "paid me",
    "pays me",
    "pay me",
    "paid us",
    "pay us",
    "sent me",
    "sends me",
    "sent us",
    "gave me",
    "paid to me",
    "sent to me",
    "payment to me",
    "payments to me",
    "transfer to me",
    "transfers to me",
    "money to me",
    "came to me",
];

/// What people call money that comes in. "Income tax" goes out, so a verb goes before it; and wages are paid by some.
const EARNINGS: &[&str] = &[
    "earnings",
    "income",
    "incomes",
    "salary",
    "pension",
    "my wage",
    "my wages",
    "my pay",
    "my payroll",
];

const OUT: &[&str] = &[
    "spend",
    "spends",
    "spent",
    "spending",
    "outgoing",
    "outgoings",
    "expense",
    "expenses",
    "expenditure",
    "debits",
    "went out",
    "go out",
    "goes out",
    "going out",
    "gone out",
    "paid out",
    "pay out",
    "money out",
    "i pay",
    "i paid",
    "ive paid",
    "i send",
    "i sent",
    "ive sent",
    "i transfer",
    "i transferred",
    "did i give",
    "i gave",
    "left my account",
    "leaves my account",
    "have i paid",
    "havent i paid",
    "didnt i pay",
    "i havent paid",
    "we pay",
    "we paid",
    "i buy",
    "i bought",
    "i order",
    "i ordered",
    "purchase",
    "purchases",
];

/// They stand between words that belong together: "when was I last paid".
const FILLERS: &[&str] = &[
    "last",
    "latest",
    "most",
    "recently",
    "just",
    "ever",
    "usually",
    "normally",
    "typically",
    "generally",
    "already",
    "all",
    "also",
    "actually",
    "not",
    "really",
    "money",
];

/// What stands behind a "from" that begins a time, and no name.
const TIMES: &[&str] = &[
    "today",
    "yesterday",
    "last",
    "this",
    "now",
    "then",
    "here",
    "next",
    "past",
    "start",
    "beginning",
    "end",
];

/// Which way was said plainly. Nothing where both are spoken of.
pub(super) fn said(text: &str) -> Option<Way> {
    let earnings = says(&plain(text), EARNINGS).then_some(Way::In);
    match (done(text), earnings) {
        (Some(way), Some(other)) if way != other => None,
        (way, earnings) => way.or(earnings),
    }
}

/// Which way was said by what was done: "did I get", "have I spent".
pub(super) fn done(text: &str) -> Option<Way> {
    let whole = plain(text);
    let words: Vec<&str> = whole
        .split_whitespace()
        .filter(|word| !FILLERS.contains(word))
        .collect();
    let short = format!(" {} ", words.join(" "));
    // "Was I paid" has "I paid" in it.
    let passive = says(&short, &["was i paid", "am i paid", "were we paid", "are we paid"]);
    let did_send = says(&short, &["send me", "send us"]) && says(&short, &["did", "does"]);
    let came = says(&whole, IN) || says(&short, IN) || did_send;
    let went = !passive && (says(&whole, OUT) || says(&short, OUT));
    match (came, went) {
        (true, false) => Some(Way::In),
        (false, true) => Some(Way::Out),
        _ => None,
    }
}

/// "The last payment from Tom": what stands behind "from" is somebody, and neither a time nor an account of the customer's.
/// It is no more than a hint: some say "from" of the shop where they paid.
pub(super) fn from_somebody(text: &str, own_account: bool) -> bool {
    let whole = plain(text);
    let mut words = whole.split_whitespace().skip_while(|word| *word != "from").skip(1);
    let next = words.find(|word| !matches!(*word, "my" | "the" | "our" | "a" | "an"));
    next.is_some_and(|word| {
        let time = is_time(word) || word.starts_with(|c: char| c.is_ascii_digit());
        !time && !own_account
    })
}

fn is_time(word: &str) -> bool {
    TIMES.contains(&word) || is_month(word) || is_weekday(word)
}

/// Which way the one payment went that is asked for: said plainly, or the customer's own where it is "my last payment".
pub(super) fn of_one(text: &str) -> Option<Way> {
    let mine = [
        "my last payment",
        "my last transfer",
        "my latest payment",
        "my latest transfer",
    ];
    said(text).or_else(|| says(&plain(text), &mine).then_some(Way::Out))
}

/// Whether money that moved like this went that way. It did, where no way was said.
pub(super) fn goes(way: Option<Way>, amount: bank_contract::Money) -> bool {
    way.is_none_or(|way| amount.is_positive() == (way == Way::In))
}

/// Units of time behind which "last" speaks of when, and not of which.
const UNITS: &[&str] = &[
    "day", "days", "week", "weeks", "weekend", "month", "months", "quarter", "year", "years", "night", "time", "few",
    "couple", "two", "three", "four", "five", "six", "seven", "ten", "twelve", "spring", "summer", "autumn", "winter",
];

/// Whether the newest is meant: "my last payment", and not "of last week".
pub(crate) fn newest(text: &str) -> bool {
    let whole = plain(text);
    let words: Vec<&str> = whole.split_whitespace().collect();
    let last = words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let number = next.starts_with(|c: char| c.is_ascii_digit());
        *word == "last" && !UNITS.contains(&next) && !is_time(next) && !number
    });
    let other = [
        "latest",
        "newest",
        "most recent",
        "just made",
        "just sent",
        "just paid",
        "just did",
        "just transferred",
        "just went",
        "a moment ago",
        "a second ago",
        "a minute ago",
    ];
    last || says(&whole, &other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_read_from_whole_words() {
        for text in [
            "how much came in last month",
            "what do I earn per month on average",
            "did Tom pay me more than last month?",
            "when was I last paid?",
            "when did I last get paid",
            "largest incoming payment",
            "when did Tom last send me money?",
            "has Tom paid me back",
        ] {
            assert_eq!(said(text), Some(Way::In), "{text}");
        }
        for text in [
            "how much did I spend in total",
            "when did I last pay Tom?",
            "what is my biggest outgoing payment",
            "have I paid more for rent",
            "how much have I sent to Tom",
        ] {
            assert_eq!(said(text), Some(Way::Out), "{text}");
        }
        for text in [
            "my forgotten total",
            "largest payment of the year",
            "send me my biggest payments",
            "the last payment with Tom",
            "did I spend more than I earned",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
        assert_eq!(done("how much did I get from Tom"), Some(Way::In));
        assert_eq!(done("how much on income tax last year"), None);
        assert_eq!(said("the largest wages that were paid"), None);
        assert_eq!(said("are my wages there"), Some(Way::In));
    }

    #[test]
    fn from_somebody_is_neither_a_time_nor_an_account() {
        assert!(from_somebody("the last payment from Tom", false));
        assert!(from_somebody("the latest amount from the insurance", false));
        for text in [
            "payments from March",
            "payments from the 3rd",
            "payments from last week",
            "fromage",
        ] {
            assert!(!from_somebody(text, false), "{text}");
        }
        assert!(!from_somebody("the last payment from my savings", true));
    }

    #[test]
    fn the_last_payment_is_the_newest_and_last_week_is_a_time() {
        for text in [
            "undo my last payment",
            "undo the payment I just made",
            "Take back my latest transfer.",
            "the transfer from a minute ago",
            "revers the last one",
        ] {
            assert!(newest(text), "{text}");
        }
        for text in [
            "undo the payment of last week",
            "undo the payment of last friday",
            "my last 3 payments",
            "the blast payment",
            "undo the payment to Tom",
        ] {
            assert!(!newest(text), "{text}");
        }
    }
}
