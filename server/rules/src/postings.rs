//! Which postings an event makes. Pure: ledger accounts in, balanced postings out.
//!
//! A posting's amount is positive for a credit and negative for a debit, in minor units. A
//! customer's account is a liability of the bank: a credit is money in.

use bank_contract::{Currency, CustomerId};

/// A ledger account's number in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LedgerAccountId(pub i64);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub account: LedgerAccountId,
    /// Whose account it is; absent for the bank's own.
    pub owner: Option<CustomerId>,
    pub amount: i64,
    pub currency: Currency,
    /// Who is on the other side, as the account's holder reads it.
    pub counterparty: String,
    pub counterparty_iban: Option<String>,
}

/// Who stands at one end of a movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub account: LedgerAccountId,
    /// Absent for the bank itself.
    pub owner: Option<CustomerId>,
    pub name: String,
    pub iban: Option<String>,
}

/// Internal accounts, by the code they have in the chart of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Internal {
    Cash,
    Clearing,
    Fees,
    Interest,
    /// What the bank holds of a currency against the others.
    Position,
}

impl Internal {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Clearing => "clearing",
            Self::Fees => "fees",
            Self::Interest => "interest",
            Self::Position => "position",
        }
    }
}

/// Money goes from one account to another. `amount` is above zero.
///
/// A transfer debits the payer and credits the payee; cash paid in debits the cash desk and credits
/// the account (the bank owes more, and holds more notes); cash taken out is the other way round.
pub fn movement(from: &Party, to: &Party, amount: i64, currency: Currency) -> Vec<Posting> {
    let side = |here: &Party, there: &Party, amount| Posting {
        account: here.account,
        owner: here.owner,
        amount,
        currency,
        counterparty: there.name.clone(),
        counterparty_iban: there.iban.clone(),
    };
    vec![side(from, to, -amount), side(to, from, amount)]
}

/// One side of an exchange: whose account, the bank's position in its currency, and how much, above zero.
#[derive(Clone, Copy, Debug)]
pub struct Leg<'a> {
    pub party: &'a Party,
    pub position: &'a Party,
    pub amount: i64,
    pub currency: Currency,
}

/// Money leaves an account in one currency and reaches one in another, each against the bank's position in that
/// currency: the entry balances in both by itself, and what the bank holds of each stands in the positions.
pub fn exchange(sold: Leg<'_>, bought: Leg<'_>) -> Vec<Posting> {
    let mut postings = movement(sold.party, sold.position, sold.amount, sold.currency);
    postings.extend(movement(bought.position, bought.party, bought.amount, bought.currency));
    postings
}

/// The mirror image: what was moved moves back.
pub fn reversed(postings: &[Posting]) -> Vec<Posting> {
    postings
        .iter()
        .map(|posting| Posting {
            amount: -posting.amount,
            ..posting.clone()
        })
        .collect()
}

/// Whom a posting's words belong to: whose account it is, and for one of the bank's own the first customer in the entry.
pub fn reader(posting: &Posting, entry: &[Posting]) -> Option<CustomerId> {
    posting.owner.or_else(|| entry.iter().find_map(|other| other.owner))
}

/// An entry has at least two postings and sums to zero in each currency.
pub fn balances(postings: &[Posting]) -> bool {
    postings.len() >= 2
        && Currency::ALL.iter().all(|currency| {
            let of_currency = postings.iter().filter(|posting| posting.currency == *currency);
            of_currency.map(|posting| i128::from(posting.amount)).sum::<i128>() == 0
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn party(account: i64, name: &str) -> Party {
        Party {
            account: LedgerAccountId(account),
            owner: None,
            name: name.into(),
            iban: None,
        }
    }

    #[test]
    fn each_side_reads_the_other_sides_name() {
        let postings = movement(&party(1, "Anna"), &party(2, "Ben"), 500, Currency::Eur);
        assert_eq!((postings[0].amount, postings[0].counterparty.as_str()), (-500, "Ben"));
        assert_eq!((postings[1].amount, postings[1].counterparty.as_str()), (500, "Anna"));
    }

    #[test]
    fn words_belong_to_the_accounts_holder_and_the_banks_own_to_the_customer_of_the_entry() {
        let customer = CustomerId(uuid::Uuid::from_u128(7));
        let anna = Party {
            owner: Some(customer),
            ..party(1, "Anna")
        };
        let postings = movement(&party(2, "Cash desk"), &anna, 500, Currency::Eur);
        assert_eq!(postings[0].owner, None);
        assert_eq!(reader(&postings[0], &postings), Some(customer));
        assert_eq!(reader(&postings[1], &postings), Some(customer));
        let inside = movement(&party(2, "Fees"), &party(3, "Interest"), 500, Currency::Eur);
        assert_eq!(reader(&inside[0], &inside), None);
    }

    proptest! {
        #[test]
        fn every_movement_balances_and_so_does_its_reversal(amount in 1..=bank_contract::money::MINOR_MAX) {
            let postings = movement(&party(1, "a"), &party(2, "b"), amount, Currency::Kwd);
            prop_assert!(balances(&postings));
            prop_assert!(balances(&reversed(&postings)));
            prop_assert_eq!(reversed(&reversed(&postings)), postings);
        }
    }

    proptest! {
        #[test]
        fn every_exchange_balances_in_both_currencies_and_shows_in_the_positions(
            sold in 1..=bank_contract::money::MINOR_MAX, bought in 1..=bank_contract::money::MINOR_MAX,
        ) {
            let (from, to) = (party(1, "Euro"), party(2, "Dollar"));
            let (euro, dollar) = (party(3, "EUR"), party(4, "USD"));
            let postings = exchange(
                Leg { party: &from, position: &euro, amount: sold, currency: Currency::Eur },
                Leg { party: &to, position: &dollar, amount: bought, currency: Currency::Usd },
            );
            prop_assert!(balances(&postings) && balances(&reversed(&postings)));
            let of = |account| postings.iter().filter(|line| line.account.0 == account).map(|line| line.amount).sum::<i64>();
            prop_assert_eq!((of(1), of(2), of(3), of(4)), (-sold, bought, sold, -bought));
        }
    }

    #[test]
    fn one_posting_or_two_currencies_do_not_balance() {
        let mut postings = movement(&party(1, "a"), &party(2, "b"), 5, Currency::Eur);
        postings[1].currency = Currency::Usd;
        assert!(!balances(&postings));
        assert!(!balances(&postings[..1]));
    }
}
