//! "20 each to Tom and Anna": one amount, and several people who get as much each.

use crate::orders::{BEFORE, NAME_MAX, ORDERS, is_amount, is_currency, is_no_name};

/// What stands around the amount and the names, and is no part of them.
const AROUND: &[&str] = &["to", "each", "please", "pls"];

/// Each of them as an order of its own, "send 20 to Tom". The amount stands before the names: "pay Tom and Anna 20 each" stays one
/// payment, and that is said above its card. Empty where it is nothing like that, or where one of them is not plain:
/// then nobody is paid by halves of a sentence.
pub(crate) fn each_of(text: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_end_matches(['.', '!', '?', ';', ',']).to_owned();
    let lower = |word: &str| bare(word).to_lowercase();
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let begins = words.iter().position(|word| !BEFORE.contains(&lower(word).as_str()));
    words.drain(..begins.unwrap_or(0));
    let order = match words.first().map(|word| lower(word)) {
        Some(order) if ORDERS.contains(&order.as_str()) => {
            words.remove(0);
            order
        }
        // "20 each to Tom and Anna": only where it begins with how much.
        Some(first) if is_amount(&first) => "send".to_owned(),
        _ => return Vec::new(),
    };
    let is_purpose = |word: &&str| matches!(lower(word).as_str(), "for" | "as" | "with" | "because");
    let rest = words.split_off(words.iter().position(is_purpose).unwrap_or(words.len()));
    if !words.iter().any(|word| lower(word) == "each") {
        return Vec::new();
    }
    let Some(amount) = take_amount(&mut words) else {
        return Vec::new();
    };
    let Some(names) = names(&words) else { return Vec::new() };
    let rest: String = rest.into_iter().flat_map(|word| [" ", word]).collect();
    names
        .iter()
        .map(|name| format!("{order} {amount} to {name}{rest}"))
        .collect()
}

/// Takes the only amount out of the words, with its currency. None where they do not begin with it, or there is more than one.
fn take_amount(words: &mut Vec<&str>) -> Option<String> {
    let plain = |word: &str| word.trim_end_matches([',', '.', '!', '?', ';']).to_owned();
    words.first().filter(|word| is_amount(&plain(word)))?;
    let end = 1 + usize::from(words.get(1).is_some_and(|word| is_currency(&plain(word))));
    let amount: Vec<String> = words.drain(..end).map(plain).collect();
    let more = words
        .iter()
        .any(|word| is_amount(&plain(word)) || is_currency(&plain(word)));
    (!more).then(|| amount.join(" "))
}

/// The names that are left, two or more.
fn names(words: &[&str]) -> Option<Vec<String>> {
    let mut names: Vec<Vec<&str>> = vec![Vec::new()];
    let mut before = "";
    for word in words {
        let ends = word.ends_with(',');
        let bare = word.trim_end_matches(['.', '!', '?', ';', ',']);
        let lower = bare.to_lowercase();
        // "To each of Tom and Anna."
        let of_each = lower == "of" && before == "each";
        before = if lower == "each" { "each" } else { "" };
        if lower == "and" {
            names.push(Vec::new());
            continue;
        }
        if !(of_each || AROUND.contains(&lower.as_str())) {
            let fits = bare == "&" || (bare.chars().any(char::is_alphabetic) && !is_no_name(bare));
            names.last_mut().filter(|_| fits)?.push(bare);
        }
        if ends {
            names.push(Vec::new());
        }
    }
    names.retain(|name| !name.is_empty());
    let whole = names.iter().all(|name| name.len() <= NAME_MAX);
    (names.len() > 1 && whole).then(|| names.iter().map(|name| name.join(" ")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_gets_as_much_each() {
        for text in [
            "20 each to Tom and Anna Weber",
            "send 20 each to Tom and Anna Weber",
            "Please pay 20 each to Tom and Anna Weber.",
            "pay 20 to Tom and Anna Weber each",
            "send 20 to each of Tom and Anna Weber",
        ] {
            let orders = each_of(text);
            let wanted = ["20 to Tom", "20 to Anna Weber"];
            assert_eq!(orders.len(), 2, "{text}: {orders:?}");
            assert!(
                orders.iter().zip(wanted).all(|(order, end)| order.ends_with(end)),
                "{orders:?}"
            );
        }
        assert_eq!(
            each_of("give 12.50 euros each to Tom, Anna and Barley & Thyme for lunch"),
            [
                "give 12.50 euros to Tom for lunch",
                "give 12.50 euros to Anna for lunch",
                "give 12.50 euros to Barley & Thyme for lunch"
            ]
        );
    }

    #[test]
    fn what_is_not_plain_is_not_cut_apart() {
        for text in [
            "how much did I send Tom and Anna each",
            "send 20 to Tom and Anna",
            "send 20 each to Tom",
            "send 20 each to them",
            "send 20 or 30 each to Tom and Anna",
            "pay both of them 20 each",
            "pay Tom and Anna 20 each",
            "send 20 each to my savings and Tom",
            "each",
            "20 each",
            "",
        ] {
            assert!(each_of(text).is_empty(), "{text}: {:?}", each_of(text));
        }
    }
}
