//! How limits are spoken of.

use bank_contract::limits::{Channel, LIMIT_MAX};

/// What was typed, with or without separators.
pub(super) fn read(typed: &str) -> Result<i64, &'static str> {
    let digits: String = typed
        .chars()
        .filter(|c| !matches!(c, ' ' | ',' | '\u{a0}' | '\u{202f}'))
        .collect();
    if digits.is_empty() {
        return Err("Please enter a number.");
    }
    if digits.contains('.') {
        return Err("Please enter a whole number, without cents.");
    }
    let number = digits
        .parse::<i64>()
        .ok()
        .filter(|number| (0..=LIMIT_MAX).contains(number));
    number.ok_or("Please enter a whole number, such as 2,000.")
}

pub(super) const fn title(channel: Channel) -> &'static str {
    match channel {
        Channel::Everything => "Sent to others",
        Channel::Programs => "Sent by programs",
    }
}

pub(super) const fn what(channel: Channel) -> &'static str {
    match channel {
        Channel::Everything => {
            "What may leave your accounts to others in a day, whoever sends it: you, a program, or somebody who acts for you. \
             It counts in each currency by itself. What you move between your own accounts does not count."
        }
        Channel::Programs => {
            "What programs may send in a day by themselves, within what their tokens let them. Beyond it, their payments \
             wait for your signature. What they sent before you set it does not count. It counts in each currency by itself."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them_and_nothing_else_is() {
        for (typed, number) in [("0", 0), ("2000", 2_000), ("2,000", 2_000), (" 10 000 ", 10_000)] {
            assert_eq!(read(typed), Ok(number));
        }
        for bad in ["", "-5", "2.50", "ten", "1e3", "99999999999999999999"] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
