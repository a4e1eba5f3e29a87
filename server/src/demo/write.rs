//! Writes a plan into the bank, through the same doors to storage that operations use.

use super::calendar::to_utc;
use super::diary::SEED;
use super::life::End;
use super::people::{Account, Agreement, Who, agreements};
use super::plan::Plan;
use super::till::{Event, NOT_ENOUGH, Outcome};
use bank_contract::accounts::EntryKind;
use bank_contract::mandates::OFFER_DAYS;
use bank_contract::{AccountId, Currency, CustomerId, EntryId, Iban, MandateId, UserId};
use bank_rules::postings::{Internal, LedgerAccountId, Party, Posting, movement, reversed};
use bank_storage::accounts::{NewAccount, NewDecline};
use bank_storage::identity::{self, NewCustomer};
use bank_storage::ledger::{self, NewEntry};
use bank_storage::mandates::{self, NewMandateRow};
use bank_storage::vault::Keyed;
use bank_storage::{Acting, StorageError, StorageResult, Transaction, accounts, acting};
use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Where the demo's other banks are: a clearing area that does not exist, so that none of their
/// accounts can be a real one.
const OTHER_BANKS: (&str, &str) = ("DE", "99990002");

/// An account that has been opened.
struct Opened {
    id: AccountId,
    customer: CustomerId,
    ledger: LedgerAccountId,
    iban: Iban,
}

/// Who has moved in.
#[derive(Clone, Copy)]
struct Resident {
    user: UserId,
    customer: CustomerId,
    since: DateTime<Utc>,
}

impl Resident {
    const fn acting(self) -> Acting {
        Acting::customer(self.user, self.customer)
    }
}

pub(super) struct Writer<'a> {
    tx: &'a Keyed<'a, Transaction>,
    plan: &'a Plan,
    /// The first stream; the lives have the others.
    chance: ChaCha20Rng,
    residents: BTreeMap<Who, Resident>,
    opened: BTreeMap<Account, Opened>,
    internal: BTreeMap<(&'static str, Currency), LedgerAccountId>,
    /// The entry of each event so far; declined ones have none.
    entries: Vec<Option<EntryId>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(tx: &'a Keyed<'a, Transaction>, plan: &'a Plan) -> Self {
        Self {
            tx,
            plan,
            chance: ChaCha20Rng::from_seed(SEED),
            residents: BTreeMap::new(),
            opened: BTreeMap::new(),
            internal: BTreeMap::new(),
            entries: Vec::with_capacity(plan.events.len()),
        }
    }

    /// Writes everything and gives how many entries were posted.
    ///
    /// # Errors
    /// [`StorageError::Duplicate`] when the demo's people are there already.
    pub(super) async fn write(mut self) -> StorageResult<u64> {
        self.find_internal_accounts().await?;
        for who in Who::ALL {
            self.move_in(who).await?;
        }
        for agreement in agreements() {
            self.agree(agreement).await?;
        }
        let plan = self.plan;
        for event in &plan.events {
            let entry = match event.outcome {
                Outcome::Declined => {
                    self.decline(event).await?;
                    None
                }
                Outcome::Booked => Some(self.post(event, None, self.postings(event)?).await?),
                Outcome::SendsBack(place) => Some(self.send_back(event, place).await?),
            };
            self.entries.push(entry);
        }
        Ok(self.entries.iter().flatten().map(|_| 1).sum())
    }

    async fn find_internal_accounts(&mut self) -> StorageResult<()> {
        for account in [Internal::Cash, Internal::Clearing, Internal::Interest] {
            for currency in [Currency::Eur, Currency::Usd] {
                let id = ledger::internal(self.tx, account, currency).await?;
                self.internal.insert((account.code(), currency), id);
            }
        }
        Ok(())
    }

    async fn move_in(&mut self, who: Who) -> StorageResult<()> {
        let person = who.person();
        let Some(joined) = self.plan.joined.get(&who) else {
            return Ok(());
        };
        let at = to_utc(*joined, self.plan.zone);
        let customer = CustomerId(self.id(at));
        let new = NewCustomer {
            customer,
            user: UserId(self.id(at)),
            name: person.name.to_owned(),
            kind: person.kind,
            since: joined.date(),
            demo: Some((person.handle.to_owned(), person.about.to_owned())),
        };
        let resident = Resident {
            user: new.user,
            customer,
            since: at,
        };
        self.residents.insert(who, resident);
        // Rows are written for whose they are, and the bank goes on as itself.
        acting::switch(self.tx, resident.acting()).await?;
        identity::insert_customer(self.tx, &new, at).await?;
        for account in who.accounts() {
            self.open(account, customer).await?;
        }
        acting::switch(self.tx, Acting::OPERATOR).await
    }

    /// One lets another act, and the other accepts it.
    async fn agree(&mut self, agreement: Agreement) -> StorageResult<()> {
        let people = (
            self.residents.get(&agreement.owner),
            self.residents.get(&agreement.holder),
        );
        let ((Some(owner), Some(holder)), Some(opened)) = (people, self.opened.get(&agreement.account)) else {
            return Ok(());
        };
        let (owner, holder, account) = (*owner, *holder, opened.id);
        let at = owner.since.max(holder.since);
        let new = NewMandateRow {
            mandate: MandateId(self.id(at)),
            grantor: owner.customer,
            granted_by: owner.user,
            name: agreement.holder.person().name.to_owned(),
            accounts: vec![account],
            power: agreement.power,
            expires_at: None,
            offered_to: Some(holder.user),
            code_hash: None,
            offer_ends_at: at + TimeDelta::days(OFFER_DAYS),
            at,
        };
        acting::switch(self.tx, owner.acting()).await?;
        mandates::insert(self.tx, &new).await?;
        acting::switch(self.tx, holder.acting()).await?;
        if !mandates::accept(self.tx, new.mandate, None, at).await? {
            return Err(StorageError::Unreadable("demo mandate"));
        }
        acting::switch(self.tx, Acting::OPERATOR).await
    }

    async fn open(&mut self, account: Account, customer: CustomerId) -> StorageResult<()> {
        let terms = account.terms();
        let Some(opened) = self.plan.opened.get(&account) else {
            return Ok(());
        };
        let at = to_utc(*opened, self.plan.zone);
        let iban = bank_rules::accounts::iban(terms.number).map_err(|_| StorageError::Unreadable("account number"))?;
        let ledger = ledger::open_customer_account(self.tx, terms.product, terms.currency, 0).await?;
        let id = AccountId(self.id(at));
        let new = NewAccount {
            account: id,
            customer,
            ledger_account: ledger,
            iban: iban.clone(),
            name: terms.name.to_owned(),
            product: terms.product,
            currency: terms.currency,
            opened_on: opened.date(),
            at,
        };
        accounts::insert(self.tx, &new).await?;
        let opened = Opened {
            id,
            customer,
            ledger,
            iban,
        };
        self.opened.insert(account, opened);
        Ok(())
    }

    async fn post(
        &mut self,
        event: &Event,
        reverses: Option<EntryId>,
        postings: Vec<Posting>,
    ) -> StorageResult<EntryId> {
        let entry = EntryId(self.id(event.at));
        let new = NewEntry {
            entry,
            kind: event.kind,
            booking_date: Some(event.on),
            value_date: Some(event.on),
            at: event.at,
            reference: event.reference.clone(),
            operation: "demo.seed",
            caller: None,
            reverses,
            request: None,
            limits: None,
            postings,
        };
        ledger::post(self.tx, &new).await?;
        Ok(entry)
    }

    async fn send_back(&mut self, event: &Event, place: usize) -> StorageResult<EntryId> {
        let first = self.entries.get(place).copied().flatten();
        let first = first.ok_or(StorageError::Unreadable("payment to send back"))?;
        let postings = reversed(&ledger::postings_of(self.tx, first).await?);
        self.post(event, Some(first), postings).await
    }

    async fn decline(&self, event: &Event) -> StorageResult<()> {
        let End::Ours(account) = event.from else {
            return Ok(());
        };
        let opened = self.account(account)?;
        let new = NewDecline {
            customer: opened.customer,
            account: opened.id,
            kind: event.kind,
            amount: -event.amount,
            counterparty: self.party(event.to, event.from, event)?.name,
            reference: event.reference.clone(),
            reason: NOT_ENOUGH.to_owned(),
            booking_date: event.on,
            at: event.at,
        };
        let resident = self.residents.get(&account.terms().owner).copied();
        let resident = resident.ok_or(StorageError::Unreadable("demo person"))?;
        acting::switch(self.tx, resident.acting()).await?;
        accounts::insert_decline(self.tx, &new).await?;
        acting::switch(self.tx, Acting::OPERATOR).await
    }

    fn postings(&self, event: &Event) -> StorageResult<Vec<Posting>> {
        let from = self.party(event.from, event.to, event)?;
        let to = self.party(event.to, event.from, event)?;
        Ok(movement(&from, &to, event.amount, currency(event)))
    }

    /// One end of an event, as the other end reads it.
    fn party(&self, end: End, other: End, event: &Event) -> StorageResult<Party> {
        match end {
            End::Ours(account) => {
                let terms = account.terms();
                // Between one's own accounts, each side reads the other account's name.
                let own = matches!(other, End::Ours(other) if other.terms().owner == terms.owner);
                let name = if own { terms.name } else { terms.owner.person().name };
                let opened = self.account(account)?;
                Ok(Party {
                    account: opened.ledger,
                    owner: Some(opened.customer),
                    name: name.to_owned(),
                    // A card payment tells neither side an account number.
                    iban: (event.kind != EntryKind::CardPayment).then(|| opened.iban.as_str().to_owned()),
                })
            }
            End::Outside(name) => Ok(Party {
                account: self.internal(Internal::Clearing, event)?,
                owner: None,
                name: name.to_owned(),
                iban: has_iban(event.kind).then(|| elsewhere(name)).transpose()?,
            }),
            End::CashDesk => self.bank(Internal::Cash, "Larch cash desk", event),
            End::Bank => self.bank(Internal::Interest, "Larch", event),
        }
    }

    fn bank(&self, account: Internal, name: &str, event: &Event) -> StorageResult<Party> {
        Ok(Party {
            account: self.internal(account, event)?,
            owner: None,
            name: name.to_owned(),
            iban: None,
        })
    }

    fn internal(&self, account: Internal, event: &Event) -> StorageResult<LedgerAccountId> {
        let found = self.internal.get(&(account.code(), currency(event))).copied();
        found.ok_or(StorageError::Unreadable("chart of accounts"))
    }

    fn account(&self, account: Account) -> StorageResult<&Opened> {
        self.opened
            .get(&account)
            .ok_or(StorageError::Unreadable("demo account"))
    }

    /// A version 7 UUID (RFC 9562) of the time at which it would have been made.
    fn id(&mut self, at: DateTime<Utc>) -> Uuid {
        let mut random = [0; 10];
        self.chance.fill_bytes(&mut random);
        let at_ms = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(at_ms, &random).into_uuid()
    }
}

/// The currency of the account that takes part.
fn currency(event: &Event) -> Currency {
    match (event.from, event.to) {
        (End::Ours(account), _) | (_, End::Ours(account)) => account.terms().currency,
        _ => Currency::Eur,
    }
}

/// Orders between banks name an account; cards and cash do not.
const fn has_iban(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Incoming | EntryKind::Outgoing | EntryKind::DirectDebit)
}

/// The IBAN of somebody at another bank: always the same for the same name (FNV-1a, 64 bits).
fn elsewhere(name: &str) -> StorageResult<String> {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let (country, bank) = OTHER_BANKS;
    let number = hash % bank_rules::accounts::NUMBERS;
    Iban::from_parts(country, &format!("{bank}{number:010}"))
        .map(|iban| iban.as_str().to_owned())
        .map_err(|_| StorageError::Unreadable("iban"))
}
