//! Checks on free text that several operations share. The messages are read by customers.

/// Longest reference on a payment, in characters (ISO 20022 `Max140Text`).
pub const REFERENCE_MAX: usize = 140;
/// Longest name of a person, a business, an account or a passkey, in characters.
pub const NAME_MAX: usize = 70;

/// Text on one line, without characters that hide or reorder other text.
///
/// # Errors
/// A message for the customer.
pub fn printable(text: &str, _context: &()) -> garde::Result {
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(hides) {
        return Err(garde::Error::new("Please use plain text on one line."));
    }
    Ok(())
}

/// Whether what comes behind it can stand on a new line, on whatever it is shown.
pub const fn breaks_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A text of several lines on one.
pub fn one_line(text: &str) -> String {
    let lines = text.split(breaks_line).map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// A name: printable, with something to read in it.
///
/// # Errors
/// A message for the customer.
pub fn name(text: &str, context: &()) -> garde::Result {
    let length = text.trim().chars().count();
    if length == 0 {
        return Err(garde::Error::new("Please enter a name."));
    }
    if length > NAME_MAX {
        return Err(garde::Error::new(format!(
            "That name is too long: {NAME_MAX} characters at most."
        )));
    }
    printable(text, context)
}

/// A payment reference: printable, at most [`REFERENCE_MAX`] characters; may be empty.
///
/// # Errors
/// A message for the customer.
pub fn reference(text: &str, context: &()) -> garde::Result {
    if text.chars().count() > REFERENCE_MAX {
        return Err(garde::Error::new(format!(
            "That reference is too long: {REFERENCE_MAX} characters at most."
        )));
    }
    printable(text, context)
}

/// An amount that can be moved: above zero.
///
/// # Errors
/// A message for the customer.
pub fn above_zero(amount: &crate::Money, _context: &()) -> garde::Result {
    if amount.is_positive() {
        Ok(())
    } else {
        Err(garde::Error::new("The amount must be more than zero."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_references_have_limits_and_no_hidden_characters() {
        assert!(name("Zoë Müller-O’Neill 李", &()).is_ok());
        for bad in ["", "   ", "a\nb", "a\u{2028}b", "pay\u{202e}eur", &"x".repeat(71)] {
            assert!(name(bad, &()).is_err(), "{bad:?}");
        }
        assert!(reference("", &()).is_ok());
        assert!(reference(&"é".repeat(140), &()).is_ok());
        assert!(reference(&"é".repeat(141), &()).is_err());
        assert!(reference("two\nlines", &()).is_err());
    }

    #[test]
    fn whatever_begins_a_new_line_becomes_a_space() {
        assert_eq!(
            one_line("one\r\n\ntwo\rthree\u{2028}four\u{85} five\n"),
            "one two three four five"
        );
        assert_eq!(one_line("as it was"), "as it was");
    }
}
