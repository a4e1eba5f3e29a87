//! Transfers: to somebody, and between one's own accounts.

use super::express::{self, same_currency};
use super::{covered, may_receive, party, payees, receipt, usable};
use crate::accounts;
use crate::hallway::{Caller, Context, Express, Handler, Refusal, Way};
use bank_contract::accounts::EntryKind;
use bank_contract::pending::Summary;
use bank_contract::transfers::{MoveMoney, PayeeMatch, Receipt, SubmitTransfer};
use bank_contract::{BankError, CustomerId, EntryId, Money, Operation};
use bank_rules::payees::compare;
use bank_rules::postings::movement;
use bank_rules::risk::Movement;
use bank_rules::sca::Unsigned;
use bank_storage::{identity as people, mandates, payees as known, signatures, transfers as store};

/// Money is there at once: both accounts are here.
const AT_ONCE: &str = "At once";

/// What the payer may call the payee: the holder's name once they nearly knew it, and only what they
/// wrote themselves otherwise. A payment of a cent must not tell whose account it is.
fn known_as(typed: &str, holder: &str) -> String {
    match compare(typed, holder) {
        PayeeMatch::Full | PayeeMatch::Close(_) => holder.to_owned(),
        PayeeMatch::None => typed.to_owned(),
    }
}

/// What the customer paid without a signature since their last one. A program's payments are not among that: they
/// are within its token's bounds, or its user decides.
async fn unsigned(cx: &Context<'_>) -> Result<Unsigned, Refusal> {
    match cx.visit.caller {
        // Whoever acts for another signs always.
        _ if cx.held.is_some() => Ok(Unsigned::default()),
        Caller::Customer(signed) => Ok(signatures::unsigned_locked(cx.tx, signed.user).await?),
        _ => Ok(Unsigned::default()),
    }
}

/// Who the payee reads as the sender: whose account it is, whoever acts for them.
async fn owner_name(cx: &Context<'_>, owner: CustomerId) -> Result<String, Refusal> {
    let name = if cx.held.is_some() {
        mandates::people(cx.tx).await?.remove(&owner)
    } else {
        people::customer_name(cx.tx, owner).await?
    };
    Ok(name.ok_or(BankError::NotFound)?)
}

impl Handler for SubmitTransfer {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        let from = accounts::find(cx, self.from).await?;
        let payee = payees::find(cx, &self.payee_iban).await?;
        if payee.account() == from.account() {
            return Err(BankError::SameAccount.into());
        }
        usable(&from, self.amount)?;
        may_receive(&payee, self.amount)?;
        covered(&from, self.amount)?;
        if payee.customer() == from.customer() {
            return Ok(Movement::Own { amount: self.amount });
        }
        let currency = self.amount.currency();
        let day = cx.business_date().await?;
        let (owner, to) = (from.customer(), &self.payee_iban);
        let acting = cx.acts_for().is_some();
        let sent = if acting {
            store::sent_of_grantor(cx.tx, owner, currency.code(), day, cx.now).await?
        } else {
            store::sent(cx.tx, owner, currency.code(), to, day, cx.now).await?
        };
        let sent_today = Money::from_minor(sent.today, currency).map_err(|_| BankError::internal("sent"))?;
        Ok(Movement::Sent {
            amount: self.amount,
            payee: self.payee_iban.clone(),
            sent_today,
            sent_last_hour: sent.last_hour,
            hour_left_s: sent.hour_left_s,
            // Whom the owner has paid, and whom they trust, is the owner's knowledge: nothing is said of it here.
            payee_is_new: !acting && !sent.paid_before,
            payee_is_trusted: !acting && known::is_trusted(cx.tx, owner, to).await?,
            unsigned: unsigned(cx).await?,
        })
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let from = accounts::find(cx, self.from).await?;
        let payee = payees::find(cx, &self.payee_iban).await?;
        let typed = self.payee_name.trim();
        let name = known_as(typed, payee.holder());
        let fit = compare(typed, payee.holder());
        let name_as_typed = fit == PayeeMatch::None;
        // Who typed the name may not be who reads this.
        let warning = match fit {
            PayeeMatch::Full => None,
            PayeeMatch::Close(holder) => Some(format!("The account belongs to {holder}. The name given was {typed}.")),
            PayeeMatch::None => Some(format!(
                "The name {typed} does not fit this account. Somebody may be trying to mislead you: check with the \
                 person you want to pay before you go on."
            )),
        };
        Ok(Summary {
            title: format!("Send {} to {name}", self.amount),
            amount: Some(self.amount),
            payee_name: Some(name),
            name_as_typed,
            payee_iban: Some(self.payee_iban.clone()),
            from_account: Some(from.name().to_owned()),
            reference: Some(self.reference.trim().to_owned()).filter(|text| !text.is_empty()),
            when: AT_ONCE.to_owned(),
            fee: Some(Money::zero(self.amount.currency())),
            warnings: warning.into_iter().collect(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Receipt, Refusal> {
        let signed = cx.who()?;
        let from = accounts::find(cx, self.from).await?;
        let payee = payees::find(cx, &self.payee_iban).await?;
        let sender = owner_name(cx, signed.customer).await?;
        let postings = movement(
            &party(&from, sender),
            &payee.party(known_as(self.payee_name.trim(), payee.holder())),
            self.amount.minor(),
            self.amount.currency(),
        );
        let entry = cx
            .post(EntryKind::Transfer, Self::NAMED.name, &self.reference, None, postings)
            .await?;
        // A program's bounds are no yes to this payee, and somebody else's signature is not the owner's.
        let said_yes = matches!(cx.visit.caller, Caller::Customer(_)) && cx.held.is_none();
        if said_yes && payee.customer() != signed.customer {
            store::note_payee(cx.tx, signed.customer, &self.payee_iban).await?;
        }
        receipt::load(cx, entry).await
    }

    async fn express(&self, way: &Way<'_>) -> Result<Option<Express<Self>>, Refusal> {
        let from = way.account(self.from).await?;
        let payee = way.iban(&self.payee_iban).await?;
        if payee.account == from.account {
            return Err(BankError::SameAccount.into());
        }
        same_currency(&from, &payee, self.amount)?;
        let movement = if payee.customer == from.customer {
            Movement::Own { amount: self.amount }
        } else {
            Movement::Sent {
                amount: self.amount,
                payee: self.payee_iban.clone(),
                sent_today: Money::zero(self.amount.currency()),
                sent_last_hour: 0,
                hour_left_s: 0,
                payee_is_new: false,
                payee_is_trusted: false,
                unsigned: Unsigned::default(),
            }
        };
        let name = known_as(self.payee_name.trim(), &payee.holder);
        Ok(Some(express::movement(
            (&from, from.holder.clone()),
            (&payee, name),
            self.amount,
            &self.reference,
            movement,
        )))
    }

    async fn posted_before(&self, cx: &Context<'_>, entry: EntryId) -> Result<Receipt, Refusal> {
        receipt::as_given(cx, entry).await
    }
}

impl Handler for MoveMoney {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        if self.from == self.to {
            return Err(BankError::SameAccount.into());
        }
        let from = accounts::find(cx, self.from).await?;
        let to = accounts::find(cx, self.to).await?;
        if from.customer() != to.customer() {
            return Err(BankError::NotFound.into());
        }
        usable(&from, self.amount)?;
        usable(&to, self.amount)?;
        covered(&from, self.amount)?;
        Ok(Movement::Own { amount: self.amount })
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let from = accounts::find(cx, self.from).await?;
        let to = accounts::find(cx, self.to).await?.view()?;
        Ok(Summary {
            title: format!("Move {} to {}", self.amount, to.name),
            amount: Some(self.amount),
            payee_name: Some(to.name),
            payee_iban: Some(to.iban),
            from_account: Some(from.name().to_owned()),
            reference: Some(self.reference.trim().to_owned()).filter(|text| !text.is_empty()),
            when: AT_ONCE.to_owned(),
            fee: Some(Money::zero(self.amount.currency())),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Receipt, Refusal> {
        let from = accounts::find(cx, self.from).await?;
        let to = accounts::find(cx, self.to).await?;
        // Between one's own accounts, each side reads the other account's name.
        let (from_party, to_party) = (party(&from, from.name().to_owned()), party(&to, to.name().to_owned()));
        let postings = movement(&from_party, &to_party, self.amount.minor(), self.amount.currency());
        let entry = cx
            .post(EntryKind::Transfer, Self::NAMED.name, &self.reference, None, postings)
            .await?;
        receipt::load(cx, entry).await
    }

    async fn express(&self, way: &Way<'_>) -> Result<Option<Express<Self>>, Refusal> {
        if self.from == self.to {
            return Err(BankError::SameAccount.into());
        }
        let (from, to) = (way.account(self.from).await?, way.account(self.to).await?);
        same_currency(&from, &to, self.amount)?;
        Ok(Some(express::movement(
            (&from, from.name.clone()),
            (&to, to.name.clone()),
            self.amount,
            &self.reference,
            Movement::Own { amount: self.amount },
        )))
    }

    async fn posted_before(&self, cx: &Context<'_>, entry: EntryId) -> Result<Receipt, Refusal> {
        receipt::as_given(cx, entry).await
    }
}
