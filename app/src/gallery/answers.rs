//! What the assistant's answers are made of, one of each.

use super::Shown;
use super::samples::{self, LONG_NAME, euro};
use super::talks::{messages, text};
use crate::assistant::shown_message;
use bank_contract::accounts::{AccountStatus, AccountView, EntryKind, Product, Standing};
use bank_contract::assistant::{Figure, MessageView, Part, Place, Speaker};
use bank_contract::transfers::Receipt;
use bank_contract::{AccountId, EntryId, Iban};
use leptos::prelude::*;

/// A text as somebody may send it who wants to be pressed.
const HOSTILE: &str = "<a href=\"https://evil.example\">Press here</a> [or here](https://evil.example) **now** \
                       <script>alert(1)</script>";

fn account(name: &str, minor: i64) -> Option<AccountView> {
    Some(AccountView {
        account: AccountId(uuid::Uuid::nil()),
        name: name.into(),
        product: Product::Current,
        status: AccountStatus::Open,
        iban: Iban::parse("DE89370400440532013000").ok()?,
        booked: euro(minor),
        held: euro(0),
        available: euro(minor),
        opened_on: samples::today(),
        standing: Standing::Owner,
    })
}

fn receipt() -> Receipt {
    Receipt {
        entry: EntryId(uuid::Uuid::nil()),
        kind: EntryKind::Transfer,
        account: AccountId(uuid::Uuid::nil()),
        account_name: "Main account".into(),
        counterparty: "Anna Weber".into(),
        counterparty_iban: None,
        reference: "Concert tickets".into(),
        amount: euro(-6_400),
        fee: euro(0),
        balance_after: euro(214_843),
        booked_on: samples::today(),
        value_on: samples::today(),
        at: samples::today().and_hms_opt(9, 5, 0).unwrap_or_default(),
        undo_until: None,
        undo_s: 0,
        reversed: false,
        returnable: false,
    }
}

fn figures() -> Part {
    let figure = |label: &str, minor: i64, place: Option<Place>| Figure {
        label: label.into(),
        money: Some(euro(minor)),
        value: None,
        place,
    };
    let entry = || Some(Place::Entry(EntryId(uuid::Uuid::nil())));
    Part::Figures {
        title: "Paid out, 1 to 16 November".into(),
        figures: vec![
            figure("Sum of 3 payments", -19_879, Some(Place::Home)),
            figure("Bäckerei Lindner", -480, entry()),
            figure("Anna Weber", -6_400, entry()),
            figure(LONG_NAME, -12_999, entry()),
        ],
    }
}

fn all() -> Vec<MessageView> {
    let rows = samples::transactions().into_iter().take(3).collect();
    let answers = vec![
        vec![
            text("Here is what you asked for.\nIt is from your own accounts."),
            figures(),
        ],
        vec![Part::Accounts {
            accounts: [("Main account", 214_363), (LONG_NAME, 10_000_000_000)]
                .into_iter()
                .filter_map(|(name, minor)| account(name, minor))
                .collect(),
        }],
        vec![Part::Transactions { rows, more: true }],
        vec![Part::Receipt {
            receipt: Box::new(receipt()),
        }],
        vec![
            text("You set your password on its own page. Never write a password here."),
            Part::Link {
                label: "Password".into(),
                place: Place::Password,
            },
        ],
        vec![Part::Article {
            slug: "transfer-timing".into(),
            title: "How long a payment takes".into(),
            quote: "It arrives at once. As soon as you have signed or confirmed, the money is in the payee's account."
                .into(),
        }],
        vec![text(HOSTILE)],
    ];
    let mut said = vec![(
        Speaker::Customer,
        vec![text(
            "Show me everything, please, and take as many lines for it as you need.",
        )],
    )];
    said.extend(answers.into_iter().map(|parts| (Speaker::Assistant, parts)));
    messages(said)
}

#[component]
pub(super) fn Answers() -> impl IntoView {
    let shown = all().into_iter().map(|message| shown_message(message, None));
    view! {
        <Shown name="Answers">
            <div class="talk-column">{shown.collect_view()}</div>
        </Shown>
    }
}
