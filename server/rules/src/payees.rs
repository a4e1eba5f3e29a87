//! Does a name belong to the holder of an account? (Verification of payee, regulation (EU) 2024/886.)

use bank_contract::transfers::PayeeMatch;

/// Words that say what a business is, not which one.
const LEGAL_FORMS: [&str; 12] = [
    "gmbh", "ag", "kg", "ug", "ltd", "limited", "inc", "llc", "sa", "sarl", "bv", "ev",
];
const TITLES: [&str; 6] = ["mr", "mrs", "ms", "dr", "prof", "herr"];

/// Longest name compared, in characters, so that the work stays bounded.
const COMPARED_MAX: usize = 140;

/// Compares what the payer typed with the holder's name. Case, accents, order of words, titles and
/// legal forms do not matter; a slip of one letter in five, or a missing middle name, is close.
pub fn compare(typed: &str, holder: &str) -> PayeeMatch {
    let (typed, held) = (words(typed), words(holder));
    if typed.is_empty() || held.is_empty() {
        return PayeeMatch::None;
    }
    if sorted(&typed) == sorted(&held) {
        return PayeeMatch::Full;
    }
    let (joined, held_joined) = (typed.join(" "), held.join(" "));
    let slips = edits(&joined, &held_joined);
    let allowed = (held_joined.chars().count() / 5).clamp(1, 3);
    if slips <= allowed || initials_fit(&typed, &held) || misses_middle(&typed, &held) {
        return PayeeMatch::Close(holder.to_owned());
    }
    PayeeMatch::None
}

fn words(name: &str) -> Vec<String> {
    let folded: String = name
        .chars()
        .take(COMPARED_MAX)
        .flat_map(char::to_lowercase)
        .flat_map(fold)
        .collect();
    let all = || {
        folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    let telling: Vec<String> = all()
        .filter(|word| !LEGAL_FORMS.contains(word) && !TITLES.contains(word))
        .map(str::to_owned)
        .collect();
    if telling.is_empty() {
        all().map(str::to_owned).collect()
    } else {
        telling
    }
}

/// Letters with accents as people type them without.
fn fold(c: char) -> impl Iterator<Item = char> {
    let text = match c {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'ś' | 'š' => "s",
        'ù' | 'ú' | 'û' => "u",
        'ý' | 'ÿ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        '\'' | '’' | '.' => "",
        _ => return Folded::One(Some(c)),
    };
    Folded::Text(text.chars())
}

enum Folded {
    One(Option<char>),
    Text(std::str::Chars<'static>),
}

impl Iterator for Folded {
    type Item = char;
    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(c) => c.take(),
            Self::Text(chars) => chars.next(),
        }
    }
}

fn sorted(words: &[String]) -> Vec<&String> {
    let mut words: Vec<&String> = words.iter().collect();
    words.sort_unstable();
    words
}

/// "A Weber" for "Anna Weber".
fn initials_fit(typed: &[String], held: &[String]) -> bool {
    typed.len() == held.len()
        && typed.len() > 1
        && typed.last() == held.last()
        && typed
            .iter()
            .zip(held)
            .all(|(t, h)| t == h || (t.chars().count() == 1 && h.starts_with(t.as_str())))
}

/// "Anna Weber" for "Anna Maria Weber": first and last fit, and nothing typed is foreign.
fn misses_middle(typed: &[String], held: &[String]) -> bool {
    typed.len() > 1
        && held.len() > typed.len()
        && typed.first() == held.first()
        && typed.last() == held.last()
        && typed.iter().all(|word| held.contains(word))
}

/// Levenshtein distance, in characters (V. I. Levenshtein, 1966).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_same_name_fits_however_it_is_written() {
        for (typed, holder) in [
            ("anna weber", "Anna Weber"),
            ("Weber, Anna", "Anna Weber"),
            ("Dr. Anna Weber", "Anna Weber"),
            ("Juergen Mueller", "Jürgen Müller"),
            ("OBrien", "O’Brien"),
            ("Fern and Finch", "Fern and Finch GmbH"),
        ] {
            assert_eq!(compare(typed, holder), PayeeMatch::Full, "{typed}");
        }
    }

    #[test]
    fn a_near_name_tells_the_right_one() {
        for (typed, holder) in [
            ("Ana Weber", "Anna Weber"),
            ("Anna Webber", "Anna Weber"),
            ("A. Weber", "Anna Weber"),
            ("Anna Weber", "Anna Maria Weber"),
        ] {
            assert_eq!(compare(typed, holder), PayeeMatch::Close(holder.into()), "{typed}");
        }
    }

    #[test]
    fn another_name_tells_nothing_about_the_holder() {
        for typed in ["Ben Okafor", "Weber", "Anna", "Anna Schmidt", "?", ""] {
            assert_eq!(compare(typed, "Anna Weber"), PayeeMatch::None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_name_always_fits_itself(name in "[A-Za-zäöüßéñ]{2,20}( [A-Za-z]{2,20}){0,3}") {
            prop_assert_eq!(compare(&name, &name), PayeeMatch::Full);
        }

        #[test]
        fn no_text_makes_it_panic(a in ".{0,80}", b in ".{0,80}") {
            let _ = compare(&a, &b);
        }
    }
}
