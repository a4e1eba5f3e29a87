//! "From my savings", said to an open card: the account that money leaves is corrected, without a "no" before it.

use crate::fill::LIKELY;
use crate::names::{Names, Thing};
use crate::plain::plain;
use bank_understanding::extract::{Found, Value};

/// Words that can stand around it, and say nothing else.
const AROUND: &[&str] = &[
    "no", "please", "pls", "ok", "okay", "and", "but", "actually", "rather", "better", "instead", "then", "just",
    "out", "of", "from", "my", "our", "the", "account", "one", "it", "that", "this",
];
/// They are about the card where "it" stands there as well. "Send money from America" is an order of its own.
const ABOUT_IT: &[&str] = &["take", "pay", "send", "move", "make", "do"];

/// Whether a text names one own account that money is to leave, and nothing besides.
pub(crate) fn is_source(text: &str, found: &[Found], names: &Names) -> bool {
    let mut hits = found
        .iter()
        .filter(|one| one.score >= LIKELY)
        .filter_map(|one| match one.value {
            Value::Named(at) => Some((&one.span, names.things.get(at))),
            _ => None,
        });
    let (Some((span, Some(Thing::Account(_)))), None) = (hits.next(), hits.next()) else {
        return false;
    };
    let words = |part: Option<&str>| plain(part.unwrap_or_default());
    let (before, behind) = (words(text.get(..span.start)), words(text.get(span.end..)));
    let bare = before.trim_end();
    let bare = [" my", " our", " the"]
        .iter()
        .find_map(|whose| bare.strip_suffix(whose))
        .unwrap_or(bare);
    let rest = format!("{before}{behind}");
    let it = ["it", "that", "this"]
        .iter()
        .any(|it| rest.contains(&format!(" {it} ")));
    let around = |word: &str| AROUND.contains(&word) || (it && ABOUT_IT.contains(&word));
    let leaves = bare.ends_with(" from") || bare.ends_with(" out of");
    leaves && !text.contains('?') && rest.split_whitespace().all(around)
}
