//! Several things that are said in one breath, cut apart.

use crate::orders::ORDERS;

/// Between things that are said in one breath.
const JOINTS: &[&str] = &[
    " and then ",
    " then also ",
    ", then ",
    " after that ",
    " and also ",
    "; ",
    ". ",
    "? ",
    "! ",
    " and show ",
    " and tell ",
    " and what ",
    " and how ",
    " and send ",
    " and pay ",
    " and move ",
    " and open ",
    " and list ",
    " and cancel ",
];

/// Cuts a text where something else may begin; at most so many pieces. Words that begin the next piece stay with it.
pub(crate) fn pieces(text: &str, most: usize) -> Vec<String> {
    // Places found here are used in the text: other letters may have another length in lower case.
    let lower = text.to_ascii_lowercase();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for joint in JOINTS {
        let keeps = joint
            .strip_prefix(" and ")
            .is_some_and(|rest| !matches!(rest, "then " | "also "));
        for (at, _) in lower.match_indices(joint) {
            let next = if keeps { at + " and ".len() } else { at + joint.len() };
            // A sentence's mark belongs to what it closes.
            let mark = usize::from(joint.starts_with(['.', '?', '!']));
            cuts.push((at + mark, next));
        }
    }
    cuts.sort_unstable();
    let mut found = Vec::new();
    let mut from = 0;
    for (at, next) in cuts {
        if at > from && found.len() + 1 < most {
            found.push(text[from..at].trim().to_owned());
            from = next;
        }
    }
    found.push(text.get(from..).unwrap_or_default().trim().to_owned());
    found.retain(|piece| piece.chars().any(char::is_alphanumeric));
    found
}

/// What is said to leave something, as a sentence of its own.
const STOPS: &[&str] = &[
    "never mind",
    "nevermind",
    "forget it",
    "forget that",
    "stop",
    "stop it",
    "cancel",
    "cancel it",
    "cancel that",
    "leave it",
    "not now",
];

/// "Never mind. What is my balance?": what stands behind the stop.
pub(crate) fn behind_stop(text: &str) -> Option<&str> {
    let (first, rest) = text.split_once(['.', '!', ';', '\n'])?;
    let first = first.trim().trim_end_matches(" please").to_lowercase();
    let rest = rest.trim();
    (STOPS.contains(&first.as_str()) && rest.split_whitespace().count() > 1).then_some(rest)
}

/// "Show my limits, my IBAN and my balance": what stands in a list.
pub(crate) fn list(text: &str, most: usize) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for joint in [", and ", ", ", " and "] {
        for (at, _) in lower.match_indices(joint) {
            let next = at + joint.len();
            if !cuts.iter().any(|(from, until)| at < *until && next > *from) {
                cuts.push((at, next));
            }
        }
    }
    cuts.sort_unstable();
    if cuts.is_empty() || cuts.len() >= most {
        return Vec::new();
    }
    let ends = cuts.iter().map(|(at, _)| *at).chain([text.len()]);
    let begins = [0].into_iter().chain(cuts.iter().map(|(_, next)| *next));
    let pieces = begins.zip(ends).filter_map(|(from, until)| text.get(from..until));
    pieces.map(|piece| piece.trim().to_owned()).collect()
}

/// "Send 20 to Tom and 30 to Anna": the order stands once and counts for each. Empty where it is nothing like that.
pub(crate) fn one_order(text: &str, most: usize) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let first = |order: &&&str| lower.split_whitespace().take(4).any(|word| word == **order);
    let Some(order) = ORDERS.iter().chain(&["move"]).find(first) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut from = 0;
    let mut joints: Vec<(usize, usize)> = Vec::new();
    for joint in [", and ", " and ", ", "] {
        let found = lower.match_indices(joint).map(|(at, joint)| (at, at + joint.len()));
        for (at, next) in found {
            if !joints.iter().any(|(_, known)| *known == next) {
                joints.push((at, next));
            }
        }
    }
    joints.sort_unstable();
    for (at, next) in joints {
        let begins = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '€' | '£' | '$'));
        let whole = |piece: &str| piece.contains(" to ") && piece.chars().any(|c| c.is_ascii_digit());
        if found.len() + 1 < most && begins(&lower[next..]) && whole(&lower[from..at]) && whole(&lower[next..]) {
            found.push(&text[from..at]);
            from = next;
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    found.push(&text[from..]);
    let mut pieces = vec![found.remove(0).trim().to_owned()];
    pieces.extend(found.into_iter().map(|rest| format!("{order} {}", rest.trim())));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_in_one_breath_are_cut_apart() {
        assert_eq!(
            pieces("send 20 to Tom and then show my limits", 5),
            ["send 20 to Tom", "show my limits"]
        );
        assert_eq!(
            pieces("What is my balance? And who am I", 5),
            ["What is my balance?", "And who am I"]
        );
        assert_eq!(pieces("pay 12.50 to Ben and Jerry", 5), ["pay 12.50 to Ben and Jerry"]);
        assert_eq!(
            pieces("show my limits and send 5 to Tom", 5),
            ["show my limits", "send 5 to Tom"]
        );
        assert_eq!(pieces("a. b. c. d. e. f. g", 3).len(), 3);
    }

    #[test]
    fn letters_whose_lower_case_has_another_length_are_cut_where_they_stand() {
        for (text, wanted) in [
            ("\u{212A} and show \u{130}\u{130}", ["\u{212A}", "show \u{130}\u{130}"]),
            ("\u{130} and then \u{212A}", ["\u{130}", "\u{212A}"]),
        ] {
            assert_eq!(pieces(text, 5), wanted, "{text}");
        }
        assert_eq!(
            one_order("send 5 to \u{212A}\u{130}\u{130} and 6 to \u{130}", 5),
            ["send 5 to \u{212A}\u{130}\u{130}", "send 6 to \u{130}"]
        );
    }

    #[test]
    fn what_stands_behind_a_stop_is_looked_at_by_itself() {
        assert_eq!(
            behind_stop("Never mind. What is my balance?"),
            Some("What is my balance?")
        );
        assert_eq!(behind_stop("Stop! Show my limits"), Some("Show my limits"));
        for text in ["stop", "Stop.", "never mind", "send 5. to Tom", "No. 60"] {
            assert_eq!(behind_stop(text), None, "{text}");
        }
    }

    #[test]
    fn an_order_counts_for_each_amount_behind_it() {
        assert_eq!(
            one_order("please send 20 euros to Tom and 30 to Anna Weber", 5),
            ["please send 20 euros to Tom", "send 30 to Anna Weber"]
        );
        for text in [
            "send 20 to Ben and Jerry",
            "send 20 to Tom and 3 friends",
            "how much did I pay on the 3rd and 4 days before",
            "20 to Tom and 30 to Anna",
        ] {
            assert!(one_order(text, 5).is_empty(), "{text}");
        }
    }
}
