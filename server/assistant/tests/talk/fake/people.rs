//! The customer, and the others whom they know.

use super::{Books, CURRENT, SAVINGS, eur, iban, id, now, today};
use bank_contract::accounts::*;
use bank_contract::identity::*;
use bank_contract::mandates::{MandateState, MandateView, MandatesView, NamedAccount, Power, Side};
use bank_contract::tokens::{TokenState, TokenView};
use bank_contract::transfers::Receipt;
use bank_contract::*;

/// Mirela's, which this customer may look at.
pub(crate) const HOUSEHOLD: u128 = 3;

/// A demo person's name and first IBAN, by their handle.
pub(crate) fn known(handle: &str) -> (&'static str, Iban) {
    let name = match handle {
        "tiago" => "Tiago Belmonte",
        "mirela" => "Mirela Dragan",
        "barley" => "Barley & Thyme Café",
        "heron" => "Pike & Heron Design",
        "anna" => return ("Anna Brandvik", iban(1)),
        other => panic!("no {other}"),
    };
    (name, iban_of(name).unwrap())
}

pub(super) fn iban_of(name: &str) -> Option<Iban> {
    Some(match name {
        "Tiago Belmonte" => iban(11),
        "Mirela Dragan" => iban(12),
        "Immo Nord" => iban(13),
        "Tom" => iban(14),
        "Anna Weber" => iban(15),
        "Barley & Thyme Café" => iban(16),
        "Pike & Heron Design" => iban(17),
        "Eve" => iban(66),
        "Holidays and rainy days" => iban(2),
        "Family account" => iban(1),
        _ => return None,
    })
}

pub(super) fn euros(amount: &str) -> Money {
    let (whole, cents) = amount.split_once('.').unwrap_or((amount, "00"));
    eur(whole.parse::<i64>().unwrap() * 100 + cents.parse::<i64>().unwrap())
}

pub(super) fn account(number: u128, name: &str, product: Product, minor: i64) -> AccountView {
    AccountView {
        account: AccountId(id(number)),
        name: name.into(),
        product,
        status: AccountStatus::Open,
        iban: iban(u64::try_from(number).unwrap()),
        booked: eur(minor),
        held: eur(0),
        available: eur(minor),
        opened_on: today(),
        standing: Standing::Owner,
    }
}

/// Their own two.
pub(super) fn accounts(books: &Books) -> Vec<AccountView> {
    let sent = books.sent;
    let mut own = vec![
        account(CURRENT, &books.account_name, Product::Current, 331_417 - sent),
        account(SAVINGS, "Holidays and rainy days", Product::Savings, 487_500),
    ];
    own.extend(books.more.iter().cloned());
    own
}

/// One more of their own, in another currency.
pub(super) fn account_in(currency: Currency, number: u128, name: &str) -> AccountView {
    let money = |minor| Money::from_minor(minor, currency).unwrap();
    AccountView {
        booked: money(90_000),
        held: money(0),
        available: money(90_000),
        ..account(number, name, Product::Current, 0)
    }
}

pub(super) fn others(books: &Books) -> Vec<AccountView> {
    let standing = Standing::Viewer {
        owner: "Mirela Dragan".into(),
        mandate: MandateId(id(51)),
    };
    let household = account(HOUSEHOLD, &books.lent_name, Product::Current, 40_000);
    vec![AccountView {
        standing,
        iban: iban(12),
        ..household
    }]
}

/// The customer may look at Mirela's account, and lets nobody do anything.
pub(super) fn mandates() -> MandatesView {
    MandatesView {
        given: Vec::new(),
        held: vec![MandateView {
            mandate: MandateId(id(51)),
            side: Side::Holder,
            other: "Mirela Dragan".into(),
            power: Power::View,
            all_accounts: false,
            accounts: vec![NamedAccount {
                account: AccountId(id(HOUSEHOLD)),
                name: "Household".into(),
                iban: iban(12),
            }],
            until: None,
            state: MandateState::Active,
            spent: None,
            offer_ends_at: now(),
            created_at: now(),
            accepted_at: Some(now()),
            last_used_at: None,
        }],
    }
}

pub(super) fn me() -> Me {
    Me {
        user: UserId(id(7)),
        customer: CustomerId(id(8)),
        name: "Anna Brandvik".into(),
        kind: CustomerKind::Person,
        demo_person: true,
    }
}

pub(super) fn receipt(books: &Books, row: &TransactionView) -> Receipt {
    Receipt {
        entry: row.entry.unwrap(),
        kind: row.kind,
        account: row.account,
        account_name: books.account_name.clone(),
        counterparty: row.counterparty.clone(),
        counterparty_iban: books.iban_of(&row.counterparty),
        reference: row.reference.clone(),
        amount: row.amount,
        fee: eur(0),
        balance_after: eur(1),
        booked_on: row.booked_on,
        value_on: row.booked_on,
        at: row.at,
        undo_until: None,
        undo_s: 0,
        reversed: row.reversed,
        returnable: row.amount.is_positive(),
    }
}

pub(super) fn profile() -> Profile {
    let passkey = |number, name: &str| PasskeyView {
        passkey: PasskeyId(id(number)),
        name: name.into(),
        added_at: now(),
        last_used_at: None,
        last_used_from: None,
        synced: false,
    };
    let session = |number, device: &str, this_one| SessionView {
        session: SessionId(id(number)),
        device: device.into(),
        network: None,
        started_at: now(),
        last_seen_at: now(),
        this_one,
    };
    Profile {
        me: me(),
        member_since: today(),
        passkeys: vec![passkey(21, "Phone"), passkey(22, "Laptop")],
        other_way: false,
        sessions: vec![
            session(31, "Firefox on Linux", true),
            session(32, "Safari on iPhone", false),
        ],
    }
}

pub(super) fn token(name: &str) -> TokenView {
    TokenView {
        token: TokenId(id(41 + name.len() as u128)),
        name: name.into(),
        hint: "abcd".into(),
        state: TokenState::Active,
        pay_up_to: None,
        total: None,
        spent: None,
        payees: Vec::new(),
        created_at: now(),
        expires_at: now(),
        last_used_at: None,
    }
}
