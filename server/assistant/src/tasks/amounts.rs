//! What an amount is in. "Send 50" from an account in dollars means dollars of it; "send 50 euros" never does.

use super::Halt;
use super::more::All;
use super::need::{offer, with_before};
use crate::say;
use crate::state::{Does, Slot, Task};
use crate::turn::Turn;
use bank_contract::accounts::AccountView;
use bank_contract::{Currency, Money};

/// As many units of another currency; none where it does not have so many decimals.
pub(crate) fn as_many(money: Money, currency: Currency) -> Option<Money> {
    Money::from_decimal(money.to_decimal(), currency).ok()
}

impl Turn<'_> {
    /// The amount as the account has it. Where the customer named another currency, another account is asked for.
    pub(super) async fn amount_at(
        &mut self,
        task: &mut Task,
        account: &AccountView,
        slot: Slot,
        key: &str,
    ) -> Result<Money, Halt> {
        let amount = self.need_amount(task, "pay.how-much")?;
        let currency = account.booked.currency();
        if amount.currency() == currency {
            return Ok(amount);
        }
        if !task.slots.amount_stated() {
            task.slots.amount = as_many(amount, currency);
            return match task.slots.amount {
                Some(money) => Ok(money),
                None => Err(self.ask_for(
                    Slot::Amount,
                    "amount.decimals",
                    &[("currency", currency.code())],
                    Vec::new(),
                )),
            };
        }
        let with = [
            ("account", account.name.as_str()),
            ("other", currency.code()),
            ("currency", amount.currency().code()),
        ];
        let said = say::text(self.text("pay.other-currency", &with));
        let taken = match slot {
            Slot::ToAccount => task.slots.account,
            _ => task.slots.to_account,
        };
        let accounts = self.world.accounts().await?;
        let fitting = accounts
            .iter()
            .filter(|account| account.booked.currency() == amount.currency() && Some(account.account) != taken);
        let offered: Vec<_> = fitting
            .map(|account| match slot {
                Slot::ToAccount => offer(account, Does::ToAccount(account.account)),
                _ => offer(account, Does::Account(account.account)),
            })
            .collect();
        if offered.is_empty() {
            return Err(Halt::Said(vec![said]));
        }
        match slot {
            Slot::ToAccount => task.slots.to_account = None,
            _ => task.slots.account = None,
        }
        Err(with_before(
            self.ask_which(slot, key, offered, All::ACCOUNTS),
            vec![said],
        ))
    }

    /// That there is no account in the currency that was named, where that is so.
    pub(super) async fn has_currency(&mut self, task: &Task) -> Result<(), Halt> {
        let Some(amount) = task.slots.amount.filter(|_| task.slots.amount_stated()) else {
            return Ok(());
        };
        let mut all = self.world.accounts().await?;
        all.extend(self.world.others().await?);
        let currency = amount.currency();
        if all.iter().any(|account| account.booked.currency() == currency) {
            return Ok(());
        }
        Err(self.told("pay.currency", &[("currency", currency.code())]))
    }

    /// Where a currency was named: the accounts in it are those that can be meant.
    pub(super) async fn only_in_currency(&mut self, task: &mut Task, key: &str) -> Result<(), Halt> {
        let Some(amount) = task.slots.amount.filter(|_| task.slots.amount_stated()) else {
            return Ok(());
        };
        if task.slots.account.is_some() {
            return Ok(());
        }
        let accounts = self.world.accounts().await?;
        let others = self.world.others().await?;
        let fitting: Vec<&AccountView> = accounts
            .iter()
            .filter(|account| account.booked.currency() == amount.currency())
            .collect();
        match fitting.as_slice() {
            _ if accounts.is_empty() && !others.is_empty() => Ok(()),
            [] => Err(self.told("pay.currency", &[("currency", amount.currency().code())])),
            [only] => {
                task.slots.account = Some(only.account);
                Ok(())
            }
            // All of them: whoever asks next offers just these.
            all if all.len() == accounts.len() => Ok(()),
            all => {
                let here = match self.world.page() {
                    crate::world::Page::Account(here) => all.iter().find(|account| account.account == here),
                    _ => None,
                };
                if let Some(here) = here {
                    task.slots.account = Some(here.account);
                    return Ok(());
                }
                let offered = all.iter().map(|account| offer(account, Does::Account(account.account)));
                Err(self.ask_which(Slot::Account, key, offered.collect(), All::ACCOUNTS))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_units_are_as_many_in_any_currency_that_has_the_decimals() {
        let money = |minor, currency| Money::from_minor(minor, currency).unwrap();
        let fifty = money(5_000, Currency::Eur);
        assert_eq!(as_many(fifty, Currency::Usd), Some(money(5_000, Currency::Usd)));
        assert_eq!(as_many(fifty, Currency::Jpy), Some(money(50, Currency::Jpy)));
        assert_eq!(as_many(fifty, Currency::Kwd), Some(money(50_000, Currency::Kwd)));
        assert_eq!(as_many(money(1_250, Currency::Eur), Currency::Jpy), None);
    }
}
