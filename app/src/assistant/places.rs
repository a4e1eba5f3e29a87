//! The pages that the assistant may lead to: a closed list, so no text can make a link.

use bank_contract::assistant::Place;

/// The conversation as a page of its own.
pub(super) const PAGE: &str = "/assistant";
const MAILBOX: &str = "/mailbox";
const CASH: &str = "/cash";

pub(super) fn href(place: &Place) -> String {
    let fixed = match place {
        Place::Account(account) => return format!("/accounts/{account}"),
        Place::Entry(entry) => return format!("/payments/{entry}"),
        Place::Pending(pending) => return format!("/pay/{pending}"),
        Place::Help(slug) if is_slug(slug) => return format!("/help/{slug}"),
        Place::Help(_) => "/help",
        Place::Home => "/home",
        Place::OpenAccount => "/accounts/new",
        Place::Pay => "/pay",
        Place::Move => "/pay?between=own",
        Place::Cash => CASH,
        Place::Profile => "/profile",
        Place::Passkeys => "/profile#passkeys-heading",
        Place::Programs => "/profile#programs-heading",
        Place::Limits => "/profile#limits-heading",
        Place::Payees => "/profile#trusted-heading",
        Place::Mandates => "/mandates",
        Place::Password => "/profile/password",
        Place::Totp => "/profile/codes",
        Place::Email => "/profile/email",
        Place::Recovery => "/profile/recovery-codes",
        Place::Mailbox => MAILBOX,
    };
    fixed.to_owned()
}

/// Small letters, digits and hyphens.
fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// What the palette jumps to: a name, other words for it, and where it is.
pub(super) const PAGES: [(&str, &str, &str); 19] = [
    ("Home", "accounts balance overview", "/home"),
    ("Pay somebody", "send transfer money", "/pay"),
    ("Between my accounts", "move savings own", "/pay?between=own"),
    ("Cash desk", "deposit withdraw cash", CASH),
    ("Open an account", "new savings current", "/accounts/new"),
    ("Profile", "settings sessions devices look", "/profile"),
    ("Passkeys", "sign in devices", "/profile#passkeys-heading"),
    ("Limits", "daily amount most", "/profile#limits-heading"),
    ("Payees you trust", "trusted", "/profile#trusted-heading"),
    ("Programs", "token api apps", "/profile#programs-heading"),
    ("Mandates", "who may act shared access", "/mandates"),
    ("Password", "sign in change", "/profile/password"),
    ("App for codes", "authenticator totp two factor", "/profile/codes"),
    ("Recovery codes", "backup", "/profile/recovery-codes"),
    ("E-mail address", "mail contact", "/profile/email"),
    ("Let a program in", "token api", "/profile/tokens/new"),
    ("Mailbox", "mails notices", MAILBOX),
    ("Help", "articles questions", "/help"),
    ("Assistant", "chat ask care person", PAGE),
];

/// The pages whose names have all of the words, those that begin with them first.
pub(super) fn pages_for(typed: &str, demo: bool) -> Vec<(&'static str, &'static str)> {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let mut found: Vec<(bool, &str, &str)> = PAGES
        .iter()
        .filter_map(|(name, also, href)| {
            let all = format!("{} {also}", name.to_lowercase());
            let has = |word: &&str| all.split_whitespace().any(|part| part.starts_with(word));
            let first = name.to_lowercase().starts_with(typed.trim());
            let there = demo || !matches!(*href, MAILBOX | CASH);
            (there && words.iter().all(has)).then_some((!first, *name, *href))
        })
        .collect();
    found.sort_by_key(|(late, ..)| *late);
    found.into_iter().map(|(_, name, href)| (name, href)).collect()
}

/// What one may want to ask on a page.
pub(super) fn suggestions(path: &str) -> [&'static str; 3] {
    if path.starts_with("/payments/") {
        [
            "What is this payment?",
            "Can I still take it back?",
            "Why was it not signed?",
        ]
    } else if path.starts_with("/pay") {
        [
            "How long does a payment take?",
            "What is my daily limit?",
            "What does the name check mean?",
        ]
    } else if path.starts_with("/profile") {
        ["Where am I signed in?", "How do passkeys work?", "Who may act for me?"]
    } else if path.starts_with("/accounts/") {
        [
            "What did I spend this month?",
            "What is my IBAN?",
            "Rename this account",
        ]
    } else {
        [
            "What did I spend this month?",
            "Send money to somebody",
            "Show my limits",
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_with_a_strange_name_leads_to_the_help_and_nowhere_else() {
        for slug in ["", "../profile", "a b", "x?y", "//evil.example", "Ä", "a%2f"] {
            assert_eq!(href(&Place::Help(slug.into())), "/help", "{slug:?}");
        }
        assert_eq!(href(&Place::Help("help-passkeys".into())), "/help/help-passkeys");
    }

    #[test]
    fn a_list_of_the_profile_is_led_to_by_its_own_heading() {
        assert_eq!(href(&Place::Payees), "/profile#trusted-heading");
        assert_eq!(href(&Place::Mandates), "/mandates");
    }

    #[test]
    fn every_page_has_something_to_ask() {
        for path in [
            "",
            "/home",
            "/pay",
            "/pay/1",
            "/payments/1",
            "/accounts/1",
            "/profile/codes",
            "/cash",
        ] {
            assert!(suggestions(path).iter().all(|text| !text.is_empty()), "{path}");
        }
        assert_ne!(suggestions("/pay/1"), suggestions("/payments/1"));
    }

    #[test]
    fn the_palette_finds_pages_by_any_of_their_words() {
        let names = |typed: &str| {
            pages_for(typed, true)
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("pass"), ["Passkeys", "Password"]);
        assert_eq!(names("send"), ["Pay somebody"]);
        assert_eq!(names("authent"), ["App for codes"]);
        assert_eq!(names("").len(), PAGES.len());
        assert!(names("send 20 to anna").is_empty());
    }

    #[test]
    fn what_only_the_demo_has_is_found_in_the_demo_only() {
        for typed in ["mailbox", "cash"] {
            assert!(!pages_for(typed, true).is_empty(), "{typed}");
            assert!(pages_for(typed, false).is_empty(), "{typed}");
        }
    }
}
