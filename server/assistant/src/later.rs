//! Whether something is asked for on a later day, or again and again. The bank does neither yet, and it must never be done at
//! once as if that had been asked for: what is noted here is said above the question and above the card.

use crate::fill::LIKELY;
use crate::plain::is_weekday;
use crate::state::{Slots, Span};
use crate::written::reference_at;
use bank_understanding::extract::{Found, Value};
use chrono::NaiveDate;

/// Tasks that do something, which could be meant for later.
fn does(intent: &str) -> bool {
    matches!(
        intent,
        "transfers.submit"
            | "transfers.move"
            | "transfers.deposit"
            | "transfers.withdraw"
            | "transfers.repeat"
            | "transfers.reverse"
            | "limits.set"
    )
}

/// Notes what a text says of it. A correction can take it back: "no, today", "just once".
pub(crate) fn fill(intent: &str, slots: &mut Slots, said: &str, found: &[Found], today: NaiveDate, over: bool) {
    if !does(intent) {
        return;
    }
    let words = words(said);
    let days = days(said, found);
    let past = matches!(intent, "transfers.repeat" | "transfers.reverse");
    let later = days.iter().any(|day| day.is_later(said, today, past)) || says_later(&words) || says_clock(said);
    // A limit is one of a day, of every day.
    let repeats = intent != "limits.set" && repeats(&words);
    if over
        && !later
        && days
            .iter()
            .any(|day| day.readings.iter().all(|span| span.from == today))
    {
        slots.when.later = false;
    }
    if over && !repeats && words.iter().any(|word| word == "once") {
        slots.when.repeats = false;
    }
    slots.when.later |= later;
    slots.when.repeats |= repeats;
    if slots.when.later && slots.span.is_some_and(|span| span.from > today) {
        slots.span = None;
    }
}

fn words(said: &str) -> Vec<String> {
    said.to_lowercase()
        .replace(['\'', '’'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Some words, and the days that they can mean.
struct Days {
    at: std::ops::Range<usize>,
    readings: Vec<Span>,
}

/// The days of a text, without those of a reference: "Tickets for Friday" says what it is for.
fn days(said: &str, found: &[Found]) -> Vec<Days> {
    let until = reference_at(said).unwrap_or(said.len());
    let mut all: Vec<Days> = Vec::new();
    for one in found.iter().filter(|one| one.score >= LIKELY && one.span.start < until) {
        let Value::Days { from, until } = one.value else {
            continue;
        };
        let span = Span { from, until };
        match all.iter_mut().find(|days| days.at == one.span) {
            Some(days) => days.readings.push(span),
            None => all.push(Days {
                at: one.span.clone(),
                readings: vec![span],
            }),
        }
    }
    all
}

impl Days {
    /// `past`: the days may as well tell which payment of the past it is about.
    fn is_later(&self, said: &str, today: NaiveDate, past: bool) -> bool {
        let ahead = self.readings.iter().any(|span| span.from > today);
        let behind = self.readings.iter().any(|span| span.from <= today);
        if !ahead || !behind {
            return ahead;
        }
        // "On Friday" and "in March" can be gone or to come.
        let said_of = |text: Option<&str>| words(text.unwrap_or_default());
        let before = said_of(said.get(..self.at.start));
        let first = said_of(said.get(self.at.clone())).first().cloned().unwrap_or_default();
        let before = before.last().map(String::as_str).unwrap_or_default();
        if past || matches!(before, "of" | "since") {
            return false;
        }
        let one_day = self.readings.iter().all(|span| span.from == span.until);
        let led = |word: &str| {
            matches!(
                word,
                "in" | "by" | "until" | "till" | "next" | "during" | "from" | "starting"
            )
        };
        one_day || led(&first) || led(before)
    }
}

/// One word each, or several that stand together.
const LATER: &[&str] = &[
    "later",
    "tonight",
    "payday",
    "this evening",
    "in the evening",
    "in the morning",
    "in the afternoon",
    "after my",
    "after i",
    "after the",
    "at noon",
    "at midnight",
    "o clock",
    "oclock",
    "after work",
    "when my",
    "when i get",
    "when i have",
    "when i am",
    "once my",
    "once i",
    "as soon as my",
    "as soon as i",
    "as soon as the",
    "if my",
    "if i have",
    "if there is",
];

fn says_later(words: &[String]) -> bool {
    let text = format!(" {} ", words.join(" "));
    let soon = words.windows(3).any(|three| {
        let hours = |word: &String| matches!(word.as_str(), "hour" | "hours" | "minutes");
        three[0] == "in" && (hours(&three[2]) || hours(&three[1]))
    });
    let clock = words.iter().any(|word| {
        let digits = word.trim_end_matches("pm");
        digits.len() < word.len() && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    });
    soon || clock || LATER.iter().any(|later| text.contains(&format!(" {later} ")))
}

/// "At 18:00".
fn says_clock(said: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_clock = |word: &str| {
        let word = word.trim_end_matches(['.', ',', '?', '!']);
        word.split_once([':', '.'])
            .is_some_and(|(hour, minute)| digits(hour) && digits(minute) && minute.len() == 2)
    };
    // "8am", "9 am"
    let half = |word: &str| {
        let word = word.replace(['.', ',', '?', '!'], "").to_ascii_lowercase();
        matches!(word.as_str(), "am" | "pm")
    };
    let half_of_day = |word: &str| {
        let lower = word.trim_end_matches(['.', ',', '?', '!']).to_ascii_lowercase();
        let hour = lower.strip_suffix("am").or(lower.strip_suffix("pm"));
        hour.is_some_and(digits)
    };
    let words: Vec<&str> = said.split_whitespace().collect();
    words
        .windows(2)
        .any(|two| two[0].eq_ignore_ascii_case("at") && (is_clock(two[1]) || half_of_day(two[1])))
        || words
            .windows(3)
            .any(|three| three[0].eq_ignore_ascii_case("at") && digits(three[1]) && half(three[2]))
}

const REPEATS: &[&str] = &[
    "daily",
    "weekly",
    "monthly",
    "yearly",
    "annually",
    "quarterly",
    "fortnightly",
    "biweekly",
    "recurring",
    "regularly",
    "repeatedly",
    "automatically",
    "standing order",
    "instalments",
    "installments",
    "from now on",
    "until further notice",
    "once a day",
    "once a week",
    "once a month",
    "once a year",
    "twice a week",
    "twice a month",
];
const TIMES: &[&str] = &[
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "quarter",
    "fortnight",
    "weekend",
    "morning",
    "evening",
    "night",
    "payday",
    "weekday",
];
/// Before "a month" that tells how long, and not how often.
const NO_TIMES: &[&str] = &[
    "in", "within", "for", "after", "over", "half", "of", "than", "about", "with",
];
/// Between "every" and the time.
const WHICH: &[&str] = &[
    "other", "single", "second", "third", "few", "two", "three", "four", "six", "first", "last",
];

/// Whether something is to happen again and again: "every month", "each Friday", "10 euros a week".
fn repeats(words: &[String]) -> bool {
    let text = format!(" {} ", words.join(" "));
    if REPEATS.iter().any(|repeats| text.contains(&format!(" {repeats} "))) {
        return true;
    }
    let is = |at: usize, of: &[&str]| words.get(at).is_some_and(|word| of.contains(&word.as_str()));
    let time = |at: usize| is(at, TIMES) || words.get(at).is_some_and(|word| is_weekday(word));
    let ordinal = |at: usize| {
        words.get(at).is_some_and(|word| {
            let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            digits.len() < word.len() && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        })
    };
    let number = |at: usize| {
        words
            .get(at)
            .is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()))
    };
    // "5 euros twice", "20 euros three times".
    let twice = words.last().is_some_and(|word| word == "twice");
    twice
        || (0..words.len()).any(|at| {
            let times = is(at, &["times"])
                && at
                    .checked_sub(1)
                    .is_some_and(|before| number(before) || is(before, WHICH));
            if times {
                return true;
            }
            let every = is(at, &["every", "each"]);
            let counted = is(at + 1, WHICH) || ordinal(at + 1) || number(at + 1);
            if every {
                return time(at + 1) || ordinal(at + 1) || (counted && time(at + 2));
            }
            // "10 euros a week", "50 per month"; "on Fridays".
            let a = is(at, &["a", "per"]) && is(at + 1, &["day", "week", "month", "year"]);
            let of_amount = at.checked_sub(1).is_some_and(|before| {
                number(before) || bank_understanding::extract::currency_word(&words[before]).is_some()
            });
            // "20 to Tom a month", "20 to Tom once per week": of an amount that was said before.
            let of_before = (0..at).any(number)
                && (is(at, &["per"]) || !at.checked_sub(1).is_some_and(|before| is(before, NO_TIMES)));
            (a && (of_amount || of_before) && !is(at + 2, &["ago", "later", "from"]))
                || (is(at, &["on"])
                    && words
                        .get(at + 1)
                        .is_some_and(|word| word.ends_with("days") && is_weekday(word)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::Currency;
    use bank_understanding::extract::{Context, extract};

    fn noted(intent: &str, texts: &[&str]) -> (bool, bool) {
        // A Thursday.
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let context = Context {
            today,
            currency: Currency::Eur,
            known: &[],
        };
        let mut slots = Slots::default();
        for (at, text) in texts.iter().enumerate() {
            fill(intent, &mut slots, text, &extract(text, &context), today, at > 0);
        }
        (slots.when.later, slots.when.repeats)
    }

    #[test]
    fn a_later_day_is_noted() {
        for said in [
            "pay Anna 50 next Friday",
            "pay Anna 50 tomorrow",
            "send 20 to Tom in two weeks",
            "send 20 to Tom on the 1st",
            "send 20 to Tom on Friday",
            "send 20 to Tom on 3 December",
            "send 20 to Tom in december",
            "send 20 to Tom at the end of the month",
            "send 20 to Tom tonight",
            "send 20 to Tom later",
            "pay Tom 20 at 6pm",
            "pay Tom 20 at 18:00",
            "pay Tom 20 at 8am",
            "pay Tom 20 at 9 am",
            "pay Tom 20 in the evening",
            "pay Tom 20 after my holiday",
            "pay Tom 20 in an hour",
            "pay Tom 20 when my salary is there",
            "20 to Tom next month",
        ] {
            assert_eq!(noted("transfers.submit", &[said]), (true, false), "{said}");
        }
    }

    #[test]
    fn what_is_to_be_repeated_is_noted() {
        for said in [
            "send 20 to Tom every month",
            "send 20 to Tom monthly",
            "a standing order of 20 to Tom",
            "give Tom 10 euros a week",
            "send 20 euros to Tom per month",
            "send 20 euros to Tom once per month",
            "send 20 euros to Tom a month",
            "send 50 per month to Tom",
            "send 20 to Tom every second week",
            "send 20 to Tom every 2 weeks",
            "send 20 to Tom on Fridays",
            "send Tom 20 euros three times",
            "send Tom 20 euros twice",
        ] {
            assert!(noted("transfers.submit", &[said]).1, "{said}");
        }
        assert_eq!(noted("transfers.submit", &["send 20 to Tom each Friday"]), (true, true));
        assert!(noted("transfers.submit", &["send 20 to Tom every 1st of the month"]).1);
    }

    #[test]
    fn what_is_meant_for_now_is_no_later_day() {
        for said in [
            "send 20 to Tom",
            "send 20 to Tom today",
            "send 20 to Tom now please",
            "send 20 to Tom with the reference Tickets for Friday",
            "pay Immo Nord 890 for the november rent",
            "send 20 to Tom for last friday",
            "pay the invoice of 3 November, 20 euros to Tom",
            "send Tom 20, he paid for me yesterday",
            "send 20 each to Tom and Anna",
            "Tom paid me twice, send him 20",
            "send Tom the 20 from a week ago",
            "send 20 to Tom, as soon as possible",
        ] {
            assert_eq!(noted("transfers.submit", &[said]), (false, false), "{said}");
        }
        assert_eq!(
            noted("transfers.repeat", &["pay again what I paid on Friday"]),
            (false, false)
        );
        assert_eq!(noted("money.spent", &["what did I spend every month"]), (false, false));
    }

    #[test]
    fn a_correction_takes_it_back() {
        let later = "send 20 to Tom tomorrow";
        assert_eq!(noted("transfers.submit", &[later, "no, today"]), (false, false));
        assert_eq!(
            noted("transfers.submit", &["send 20 to Tom", "no, on Monday"]),
            (true, false)
        );
        assert_eq!(
            noted("transfers.submit", &["send 20 to Tom every month", "no, just once"]),
            (false, false)
        );
    }
}
