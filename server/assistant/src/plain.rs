//! A text without its marks, for rules that look for phrases, and the words that all of them know.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Lower case, one space between words and around all, nothing but letters and digits.
pub(crate) fn plain(text: &str) -> String {
    let bare = text.to_lowercase().replace(['\'', '’'], "");
    let words: Vec<&str> = bare
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    format!(" {} ", words.join(" "))
}

/// The words of a text in lower case: what stands between marks, so that "Tom's" is two.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether one of the phrases stands in a [`plain`] text.
pub(crate) fn says(plain: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| plain.contains(&format!(" {phrase} ")))
}

/// "march", in lower case.
pub(crate) fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
}

/// "monday" or "mondays", in lower case.
pub(crate) fn is_weekday(word: &str) -> bool {
    WEEKDAYS.contains(&word) || word.strip_suffix('s').is_some_and(|day| WEEKDAYS.contains(&day))
}
