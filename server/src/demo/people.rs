//! Who lives in the demo bank, and which accounts they have.

use bank_contract::accounts::Product;
use bank_contract::identity::CustomerKind;
use bank_contract::limits::{Bounds, Period, Total};
use bank_contract::mandates::Power;
use bank_contract::{Currency, Money};

/// The demo's customers, in the order in which the welcome page shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Who {
    Anna,
    Tiago,
    Mirela,
    Barley,
    Heron,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    /// What one signs in with.
    pub(super) handle: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: CustomerKind,
    /// A line about their life, to choose by; 90 characters at most.
    pub(super) about: &'static str,
    /// They did not all walk in on the same day.
    pub(super) joined_after_days: u64,
}

impl Who {
    pub(super) const ALL: [Self; 5] = [Self::Anna, Self::Tiago, Self::Mirela, Self::Barley, Self::Heron];

    pub(super) const fn person(self) -> Person {
        match self {
            Self::Anna => Person {
                handle: "anna",
                name: "Anna Brandvik",
                kind: CustomerKind::Person,
                about: "Designer with two children: salary, day care, groceries, a bicycle she saved for.",
                joined_after_days: 0,
            },
            Self::Tiago => Person {
                handle: "tiago",
                name: "Tiago Belmonte",
                kind: CustomerKind::Person,
                about: "Student and barista: a grant, wages, a rented room, and a card payment declined.",
                joined_after_days: 2,
            },
            Self::Mirela => Person {
                handle: "mirela",
                name: "Mirela Dragan",
                kind: CustomerKind::Person,
                about: "Translator near retirement: invoices, a pension, a lodger’s rent, some dollars.",
                joined_after_days: 3,
            },
            Self::Barley => Person {
                handle: "barley",
                name: "Barley & Thyme Café",
                kind: CustomerKind::Business,
                about: "Café and grocer: daily card takings, suppliers, wages, money set aside for tax.",
                joined_after_days: 7,
            },
            Self::Heron => Person {
                handle: "heron",
                name: "Pike & Heron Design",
                kind: CustomerKind::Business,
                about: "Design studio and employer: client invoices, payroll, and an invoice paid twice.",
                joined_after_days: 8,
            },
        }
    }

    pub(super) fn accounts(self) -> impl Iterator<Item = Account> {
        Account::ALL
            .into_iter()
            .filter(move |account| account.terms().owner == self)
    }
}

/// The demo's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Account {
    Anna,
    AnnaSavings,
    Tiago,
    TiagoSavings,
    Mirela,
    MirelaSavings,
    MirelaDollars,
    Barley,
    BarleyReserve,
    Heron,
    HeronReserve,
}

/// How an account is opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) owner: Who,
    pub(super) name: &'static str,
    pub(super) product: Product,
    pub(super) currency: Currency,
    /// Fixed, so that the same people have the same IBANs in every demo; drawn like all others.
    pub(super) number: u64,
    /// What its owner brings along from another bank, in minor units.
    pub(super) brought: i64,
}

impl Terms {
    const fn new(owner: Who, name: &'static str, number: u64, brought: i64) -> Self {
        Self {
            owner,
            name,
            product: Product::Current,
            currency: Currency::Eur,
            number,
            brought,
        }
    }

    const fn savings(self) -> Self {
        Self {
            product: Product::Savings,
            ..self
        }
    }

    const fn dollars(self) -> Self {
        Self {
            currency: Currency::Usd,
            ..self
        }
    }
}

impl Account {
    pub(super) const ALL: [Self; 11] = [
        Self::Anna,
        Self::AnnaSavings,
        Self::Tiago,
        Self::TiagoSavings,
        Self::Mirela,
        Self::MirelaSavings,
        Self::MirelaDollars,
        Self::Barley,
        Self::BarleyReserve,
        Self::Heron,
        Self::HeronReserve,
    ];

    pub(super) const fn terms(self) -> Terms {
        match self {
            Self::Anna => Terms::new(Who::Anna, "Family account", 4_417_203_958, 331_417),
            Self::AnnaSavings => Terms::new(Who::Anna, "Holidays and rainy days", 4_417_203_966, 487_500).savings(),
            Self::Tiago => Terms::new(Who::Tiago, "Everyday", 8_051_664_217, 89_320),
            Self::TiagoSavings => Terms::new(Who::Tiago, "For later", 8_051_664_225, 61_000).savings(),
            Self::Mirela => Terms::new(Who::Mirela, "Household", 2_936_480_571, 412_055),
            Self::MirelaSavings => Terms::new(Who::Mirela, "Nest egg", 2_936_480_589, 893_000).savings(),
            Self::MirelaDollars => Terms::new(Who::Mirela, "Dollars", 2_936_480_597, 168_040).dollars(),
            Self::Barley => Terms::new(Who::Barley, "Shop account", 6_720_915_344, 948_036),
            Self::BarleyReserve => Terms::new(Who::Barley, "Set aside for tax", 6_720_915_352, 300_000).savings(),
            Self::Heron => Terms::new(Who::Heron, "Studio account", 1_588_347_092, 2_635_080),
            Self::HeronReserve => Terms::new(Who::Heron, "Reserve", 1_588_347_100, 1_000_000).savings(),
        }
    }
}

/// What one of them lets another do.
pub(super) struct Agreement {
    pub(super) owner: Who,
    pub(super) holder: Who,
    pub(super) account: Account,
    pub(super) power: Power,
}

/// Two neighbours who help each other: one saves along for the holidays, the other does the shopping.
pub(super) fn agreements() -> Vec<Agreement> {
    let euro = |minor| Money::from_minor(minor, Currency::Eur).unwrap_or(Money::zero(Currency::Eur));
    vec![
        Agreement {
            owner: Who::Anna,
            holder: Who::Mirela,
            account: Account::AnnaSavings,
            power: Power::Joint,
        },
        Agreement {
            owner: Who::Mirela,
            holder: Who::Anna,
            account: Account::Mirela,
            power: Power::Pay(Bounds {
                pay_up_to: euro(10_000),
                total: Some(Total {
                    most: euro(30_000),
                    per: Period::Month,
                }),
                payees: Vec::new(),
            }),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::text;

    #[test]
    fn everybody_has_a_short_handle_a_line_about_them_and_a_current_account() {
        for who in Who::ALL {
            let person = who.person();
            assert!(person.handle.len() <= 8 && person.handle.chars().all(|c| c.is_ascii_lowercase()));
            assert!(person.about.chars().count() <= 90, "{}", person.about);
            assert!(text::name(person.name, &()).is_ok());
            assert!(who.accounts().any(|a| a.terms().product == Product::Current));
        }
    }

    #[test]
    fn every_account_has_its_own_valid_iban() {
        let ibans: std::collections::HashSet<_> = Account::ALL
            .iter()
            .map(|account| bank_rules::accounts::iban(account.terms().number).unwrap())
            .collect();
        assert_eq!(ibans.len(), Account::ALL.len());
    }
}
