//! Kinds of payments: people ask for them, and the bank has none. A figure for one of them would be a wrong one, so it is said.

use crate::plain::words;
use crate::say;
use crate::state::Task;
use crate::turn::Turn;
use bank_contract::BankError;
use bank_contract::assistant::Part;

/// What people call kinds of payments, in the order of the alphabet. One stands beside many where it says as much: "a grocery
/// payment", but no "book" or "game".
const KINDS: &[&str] = &[
    "beauty",
    "bill",
    "bills",
    "books",
    "cafe",
    "cafes",
    "café",
    "cafés",
    "childcare",
    "cinema",
    "cinemas",
    "clothes",
    "clothing",
    "coffee",
    "coffees",
    "cosmetics",
    "dining",
    "drinks",
    "eating",
    "electricity",
    "entertainment",
    "food",
    "fuel",
    "fun",
    "furniture",
    "games",
    "gas",
    "gift",
    "gifts",
    "groceries",
    "grocery",
    "hairdresser",
    "hairdressers",
    "health",
    "heating",
    "hobbies",
    "hobby",
    "holiday",
    "holidays",
    "household",
    "insurance",
    "insurances",
    "kids",
    "leisure",
    "lunch",
    "lunches",
    "medicine",
    "medicines",
    "mortgage",
    "mortgages",
    "petrol",
    "pets",
    "pharmacies",
    "pharmacy",
    "pub",
    "pubs",
    "rent",
    "rents",
    "restaurant",
    "restaurants",
    "salaries",
    "salary",
    "shopping",
    "sport",
    "subscription",
    "subscriptions",
    "supermarket",
    "supermarkets",
    "takeaway",
    "takeaways",
    "tax",
    "taxi",
    "taxis",
    "transport",
    "travel",
    "travels",
    "utilities",
    "utility",
    "wage",
    "wages",
];

fn is_kind(word: &str) -> bool {
    KINDS.binary_search(&word).is_ok()
}

/// "Groceries", but not "Quillfeather Books": whether a name is one of kinds alone.
pub(crate) fn only_kinds(name: &str) -> bool {
    let is_number = |word: &String| word.chars().all(|c| c.is_ascii_digit());
    let mut words = words(name);
    words.retain(|word| !is_number(word));
    !words.is_empty() && words.iter().all(|word| is_kind(word))
}

/// Whether a text names a kind of payments. What an account is called is none.
fn names_a_kind(text: &str, accounts: &[String]) -> bool {
    let called: Vec<String> = accounts.iter().flat_map(|name| words(name)).collect();
    words(text).iter().any(|word| is_kind(word) && !called.contains(word))
}

/// The kind of payments that is named in a text, as a word that may stand in their references.
pub(super) fn kind_in(text: &str) -> Option<String> {
    words(text).into_iter().find(|word| is_kind(word))
}

/// Says that there are no kinds, where one was asked for. A shop or a person is something that can be asked for, unless it is
/// the kind itself that was taken for one: "at restaurants".
pub(super) async fn no_kinds(turn: &mut Turn<'_>, task: &Task) -> Result<Option<Part>, BankError> {
    let slots = &task.slots;
    let somebody = slots
        .payee
        .as_ref()
        .is_some_and(|payee| payee.sure || payee.iban.is_some() || !only_kinds(&payee.name));
    if somebody || slots.sought.is_some() || !slots.candidates.is_empty() {
        return Ok(None);
    }
    let own = turn.world.accounts().await?;
    let others = turn.world.others().await?;
    let accounts: Vec<String> = own.into_iter().chain(others).map(|account| account.name).collect();
    let named = names_a_kind(&task.text, &accounts);
    Ok(named.then(|| say::text(turn.text("sum.no-kinds", &[]))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_in_order_so_that_they_are_found() {
        assert!(KINDS.is_sorted());
        assert!(KINDS.iter().all(|kind| is_kind(kind)));
    }

    #[test]
    fn kinds_are_whole_words_one_or_many() {
        for text in [
            "how much on groceries",
            "my grocery spending",
            "what do I spend at a restaurant on average?",
            "Restaurants, last month",
            "largest bill of the year",
        ] {
            assert!(names_a_kind(text, &[]), "{text}");
        }
        for text in [
            "how much did I spend in total",
            "my current rental",
            "foodie",
            "how much did I pay Gasper",
        ] {
            assert!(!names_a_kind(text, &[]), "{text}");
        }
    }

    #[test]
    fn a_number_beside_a_kind_makes_no_name_of_it() {
        assert!(only_kinds("Groceries 24") && only_kinds("bills"));
        assert!(!only_kinds("24") && !only_kinds("Quillfeather Books"));
    }

    #[test]
    fn what_an_account_is_called_is_no_kind() {
        let accounts = ["Holidays and rainy days".to_owned()];
        assert!(!names_a_kind("how much went into Holidays", &accounts));
        assert!(names_a_kind("how much went into Holidays", &[]));
    }
}
