//! What somebody would be let do, as it is filled in.

use crate::errors::Fields;
use crate::limits::Reach;
use bank_contract::accounts::AccountView;
use bank_contract::limits::Bounds;
use bank_contract::mandates::{self, GrantMandate, Power};
use bank_contract::{AccountId, Currency, text};
use chrono::{Datelike as _, Months, NaiveDate};
use leptos::prelude::*;

pub(super) const VIEW: &str = "view";
pub(super) const PAY: &str = "pay";
pub(super) const JOINT: &str = "joint";
pub(super) const CODE: &str = "code";
pub(super) const EMAIL: &str = "email";
/// A life until a day that is chosen.
pub(super) const DAY: &str = "day";
const OPEN: &str = "open";

/// How long it may count, with its label.
pub(super) const LIVES: [(&str, &str); 6] = [
    (OPEN, "Until I end it"),
    ("1", "A month"),
    ("3", "Three months"),
    ("12", "A year"),
    ("year", "Until the end of this year"),
    (DAY, "Until a day that I choose"),
];

/// The last day of a life that begins today.
fn last_day(life: &str, today: NaiveDate) -> Option<NaiveDate> {
    match life {
        "year" => NaiveDate::from_ymd_opt(today.year(), 12, 31),
        months => today.checked_add_months(Months::new(months.parse().ok()?)),
    }
}

/// The day in a field for one, whether it is any good or not.
pub(super) fn read_day(typed: &str) -> Result<NaiveDate, &'static str> {
    typed.parse().map_err(|_| "Choose a day that there is.")
}

/// What is wrong stands beside its field.
struct Said;

#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) name: RwSignal<String>,
    pub(super) to: RwSignal<String>,
    pub(super) email: RwSignal<String>,
    /// The ids of those that are chosen, with spaces between; all of them when there are none.
    accounts: RwSignal<String>,
    pub(super) may: RwSignal<String>,
    pub(super) reach: Reach,
    pub(super) life: RwSignal<String>,
    pub(super) day: RwSignal<String>,
    pub(super) fields: Fields,
    all: StoredValue<Vec<AccountView>>,
    pub(super) today: NaiveDate,
}

fn ids(chosen: &str) -> Vec<AccountId> {
    chosen.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

impl Wish {
    pub(super) fn new(all: Vec<AccountView>, today: NaiveDate) -> Self {
        let text = |first: &str| RwSignal::new(first.to_owned());
        let (name, email, day) = (text(""), text(""), text(""));
        let (power, life, accounts) = (text(VIEW), text(OPEN), text(""));
        let reach = Reach::new();
        let mut fields = vec![
            ("name", name),
            ("email", email),
            ("accounts", accounts),
            ("power", power),
            ("until", life),
            ("until_day", day),
        ];
        fields.extend(reach.fields());
        Self {
            name,
            to: text(CODE),
            email,
            accounts,
            may: power,
            reach,
            life,
            day,
            fields: Fields::new(fields),
            all: StoredValue::new(all),
            today,
        }
    }

    pub(super) fn choices(self) -> Vec<AccountView> {
        self.all.get_value()
    }

    pub(super) fn is(what: RwSignal<String>, value: &str) -> bool {
        what.with(|it| it == value)
    }

    pub(super) fn has_chosen(self, account: AccountId) -> bool {
        self.accounts.with(|chosen| ids(chosen).contains(&account))
    }

    pub(super) fn has_chosen_none(self) -> bool {
        self.accounts.with(|chosen| ids(chosen).is_empty())
    }

    /// Chooses an account, or no longer.
    pub(super) fn flip(self, account: AccountId) {
        self.accounts.update(|chosen| {
            let mut list = ids(chosen);
            if list.contains(&account) {
                list.retain(|other| *other != account);
            } else {
                list.push(account);
            }
            let list: Vec<String> = list.iter().map(AccountId::to_string).collect();
            *chosen = list.join(" ");
        });
    }

    /// The bounds are in the currency of the first account that is chosen.
    pub(super) fn currency(self) -> Currency {
        let chosen = self.accounts.with(|chosen| ids(chosen));
        self.all.with_value(|all| {
            let first = all
                .iter()
                .find(|account| chosen.is_empty() || chosen.contains(&account.account));
            first.map_or(Currency::Eur, |account| account.booked.currency())
        })
    }

    /// Reads all fields, so that all that is wrong is said at once.
    pub(super) fn read(self) -> Option<GrantMandate> {
        let fields = self.fields;
        let name = self.name.get_untracked().trim().to_owned();
        let named = fields.read("name", text::name(&name, &()));
        let email = untrack(move || Self::is(self.to, EMAIL)).then(|| self.email.get_untracked());
        let addressed = email.as_deref().map_or(Some(()), |email| {
            fields.read("email", bank_contract::identity::email::email(email, &()))
        });
        let accounts = self.accounts.with_untracked(|chosen| ids(chosen));
        let power = self.power(&accounts);
        let until = self.until();
        named.and(addressed)?;
        Some(GrantMandate {
            name,
            email,
            accounts,
            power: power?,
            until: until.ok()?,
        })
    }

    fn power(self, accounts: &[AccountId]) -> Option<Power> {
        match self.may.get_untracked().as_str() {
            JOINT if accounts.is_empty() => {
                self.fields
                    .refuse("accounts", "Say which account the two of you are to hold.");
                None
            }
            JOINT => Some(Power::Joint),
            PAY => self.bounds().map(Power::Pay),
            _ => Some(Power::View),
        }
    }

    /// What is filled in about paying counts only while they may pay.
    fn bounds(self) -> Option<Bounds> {
        self.reach.read(self.fields, untrack(move || self.currency()))
    }

    /// The last day; none for as long as nobody ends it.
    fn until(self) -> Result<Option<NaiveDate>, Said> {
        let good = |day: NaiveDate| mandates::last_day(day, self.today).map(|()| day);
        let day = match self.life.get_untracked().as_str() {
            OPEN => return Ok(None),
            DAY => {
                let day = read_day(&self.day.get_untracked()).and_then(good);
                self.fields.read("until_day", day)
            }
            life => {
                let day = last_day(life, self.today).ok_or("Choose how long.").and_then(good);
                self.fields.read("until", day)
            }
        };
        day.map(Some).ok_or(Said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_life_ends_on_a_day_that_people_expect() {
        let today = day("2026-01-31");
        for (life, last) in [
            ("open", None),
            ("1", Some(day("2026-02-28"))),
            ("12", Some(day("2027-01-31"))),
            ("year", Some(day("2026-12-31"))),
        ] {
            assert_eq!(last_day(life, today), last, "{life}");
        }
    }

    #[test]
    fn days_are_read_or_it_is_said_why_not() {
        assert_eq!(read_day("2026-12-31"), Ok(day("2026-12-31")));
        for bad in ["", "2026-02-30", "tomorrow", "31.12.2026"] {
            assert!(read_day(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once_beside_its_field_and_nothing_is_lost() {
        Owner::new().with(|| {
            let wish = Wish::new(Vec::new(), day("2026-11-27"));
            wish.may.set(PAY.to_owned());
            wish.reach.most.set("0".to_owned());
            wish.reach.total.set("lots".to_owned());
            wish.to.set(EMAIL.to_owned());
            wish.email.set("nobody".to_owned());
            wish.life.set(DAY.to_owned());
            wish.day.set("2026-11-27".to_owned());
            let (_, payee) = wish.reach.payees.fields().remove(0);
            payee.set("DE89 3704 0044 0532 0130 01".to_owned());
            assert!(wish.read().is_none());
            for (field, words) in [
                ("name", "Please enter a name."),
                ("pay_up_to", "The amount must be more than zero."),
                ("total", "not an amount"),
                ("until_day", "That is today."),
                ("payees", "check digits"),
            ] {
                let said = wish.fields.error(field).get_untracked().unwrap_or_default();
                assert!(said.contains(words), "{field}: {said}");
            }
            assert!(wish.fields.error("email").get_untracked().is_some());
            assert_eq!(
                (
                    wish.reach.most.get_untracked().as_str(),
                    wish.reach.total.get_untracked().as_str()
                ),
                ("0", "lots")
            );

            wish.may.set(JOINT.to_owned());
            wish.fields.clear();
            assert!(wish.read().is_none());
            assert!(wish.fields.error("accounts").get_untracked().is_some());
            assert!(
                wish.fields.error("pay_up_to").get_untracked().is_none(),
                "not asked now"
            );
        });
    }

    #[test]
    fn what_is_right_is_granted_until_the_day_that_was_chosen() {
        Owner::new().with(|| {
            let wish = Wish::new(Vec::new(), day("2026-11-27"));
            wish.name.set(" My sister ".to_owned());
            wish.may.set(PAY.to_owned());
            wish.reach.most.set("50".to_owned());
            wish.life.set(DAY.to_owned());
            wish.day.set("2026-11-28".to_owned());
            let grant = wish.read().unwrap();
            assert_eq!(
                (grant.name.as_str(), grant.until),
                ("My sister", Some(day("2026-11-28")))
            );
            let bounds = grant.power.bounds().unwrap();
            assert_eq!(
                (bounds.pay_up_to.minor(), bounds.total, bounds.payees.len()),
                (5_000, None, 0)
            );
        });
    }
}
