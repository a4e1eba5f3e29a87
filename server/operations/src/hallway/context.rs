//! What a handler works with, and what a handler is.

use super::express::{Express, Way};
use super::{Caller, Hallway, Held, Refusal, SessionChange, Signed, Visit, Who};
use crate::assistant::TurnMade;
use bank_contract::accounts::EntryKind;
use bank_contract::pending::Summary;
use bank_contract::{BankError, CustomerId, EntryId, Operation, UserId};
use bank_rules::bankday;
use bank_rules::identity::Proof;
use bank_rules::postings::Posting;
use bank_rules::risk::Movement;
use bank_storage::hallway::Notice;
use bank_storage::ledger::{self, NewEntry, RequestMark, SentLimits};
use bank_storage::vault::Keyed;
use bank_storage::{Transaction, bankday as day_store};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// One operation at work: the bank, its open database transaction, and the caller.
pub struct Context<'a> {
    pub(crate) bank: &'a Hallway,
    /// The open database transaction, with the keys to what is sealed.
    pub(crate) tx: &'a Keyed<'a, Transaction>,
    pub(crate) visit: &'a Visit,
    /// One moment for the whole operation.
    pub(crate) now: DateTime<Utc>,
    /// The mandate that the caller acts by, where the objects are somebody else's: the access step has found it.
    pub(crate) held: Option<Held>,
    session: Option<SessionChange>,
    notices: Vec<Notice>,
    /// Whose programs have to be looked up anew, once this is done.
    pub(super) forgotten: Option<CustomerId>,
    /// The request at work, for the first entry that it makes.
    pub(super) request: Mutex<Option<RequestMark>>,
    /// What the risk step found, for the engine to count.
    pub(super) limits: Option<SentLimits>,
    /// The entries that were made so far.
    posted: Mutex<Vec<EntryId>>,
    /// See [`Handler::prepare`].
    pub(crate) prepared: Option<&'a Prepared>,
    /// Who has signed in by this operation, for the log.
    pub(crate) signed_in: Option<(UserId, Proof)>,
}

/// What an operation brings from before its database transaction.
#[derive(Debug, Default)]
pub struct Prepared {
    /// Whose proof was looked at. None where there is no such user.
    pub(crate) user: Option<UserId>,
    /// Whether the proof was right.
    pub(crate) proven: bool,
    /// Whether a try was counted for it.
    pub(crate) counted: bool,
    /// The hash of a new password.
    pub(crate) hash: Option<String>,
    /// A hash that was made with parameters of before, and the one of the same password with today's.
    pub(crate) renewed: Option<(String, String)>,
    /// For whom it was tried, where that is somebody else: for the line of its refusal.
    pub(crate) acted_for: Mutex<Option<CustomerId>>,
    /// What the assistant made of what was said.
    pub(crate) turn: Option<Box<TurnMade>>,
}

/// What there is before the database transaction.
pub struct Desk<'a> {
    pub(crate) bank: &'a Hallway,
    pub(crate) visit: &'a Visit,
    pub(crate) now: DateTime<Utc>,
}

impl Desk<'_> {
    /// The contract's own validation, ahead of its step.
    pub(crate) fn check(input: &impl garde::Validate<Context = ()>) -> Result<(), BankError> {
        input.validate().map_err(BankError::from)
    }

    pub(crate) fn signed(&self) -> Result<Signed, BankError> {
        signed(self.visit)
    }

    /// A database transaction to look at what is the caller's.
    pub(crate) async fn begin(&self) -> Result<Transaction, Refusal> {
        Ok(self.bank.db.begin(self.visit.caller.acting()).await?)
    }
}

fn signed(visit: &Visit) -> Result<Signed, BankError> {
    match visit.caller {
        Caller::Customer(signed) => Ok(signed),
        _ => Err(BankError::NotSignedIn),
    }
}

/// An operation's handler, beside the slice's other ones. The hallway calls its parts in order.
pub trait Handler: Operation {
    /// What takes long, or has to count even when the rest is refused: it runs once, before the other steps, and no
    /// database transaction is open meanwhile. It validates what it uses ([`Desk::check`]).
    fn prepare(&self, _desk: &Desk<'_>) -> impl Future<Output = Result<Prepared, Refusal>> + Send {
        async { Ok(Prepared::default()) }
    }

    /// What moves, for the risk step. Refuses early what cannot be done anyway.
    fn movement(&self, _cx: &Context<'_>) -> impl Future<Output = Result<Movement, Refusal>> + Send {
        async { Ok(Movement::None) }
    }

    /// What the customer is asked to agree to. Needed where consent can be.
    fn summary(&self, _cx: &Context<'_>) -> impl Future<Output = Result<Summary, Refusal>> + Send {
        async { Err(BankError::internal("summary").into()) }
    }

    /// Whether it does nothing but take back what the assistant asked for, so that the assistant needs no yes for it.
    fn takes_back(&self, _cx: &Context<'_>) -> impl Future<Output = Result<bool, Refusal>> + Send {
        async { Ok(false) }
    }

    /// Does it.
    fn handle(self, cx: &mut Context<'_>) -> impl Future<Output = Result<Self::Output, Refusal>> + Send;

    /// The same as one job of the posting engine, where a program calls what needs no more yes. None: it goes the
    /// long way, through a database transaction of its own.
    fn express(&self, _way: &Way<'_>) -> impl Future<Output = Result<Option<Express<Self>>, Refusal>> + Send {
        async { Ok(None) }
    }

    /// The answer that was given when this entry was made, for whoever asks again with the same key.
    fn posted_before(
        &self,
        _cx: &Context<'_>,
        _entry: EntryId,
    ) -> impl Future<Output = Result<Self::Output, Refusal>> + Send {
        async { Err(BankError::KeyReused.into()) }
    }

    /// What is kept of the answer where it was waited for: all of it, but for what is shown only once.
    fn kept(output: &Self::Output) -> Result<serde_json::Value, BankError> {
        serde_json::to_value(output).map_err(|_| BankError::internal("output"))
    }

    /// Keeps a trace of a refusal, in a database transaction of its own.
    fn refused(&self, _cx: &mut Context<'_>, _why: &BankError) -> impl Future<Output = Result<(), Refusal>> + Send {
        async { Ok(()) }
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(bank: &'a Hallway, tx: &'a Keyed<'a, Transaction>, visit: &'a Visit) -> Self {
        Self {
            bank,
            tx,
            visit,
            now: bank.clock.now(),
            held: None,
            session: None,
            notices: Vec::new(),
            forgotten: None,
            request: Mutex::new(None),
            limits: None,
            posted: Mutex::new(Vec::new()),
            prepared: None,
            signed_in: None,
        }
    }

    /// What [`Handler::prepare`] brought.
    pub(crate) fn prepared(&self) -> Result<&'a Prepared, BankError> {
        self.prepared.ok_or_else(|| BankError::internal("prepared"))
    }

    /// The signed-in customer. The access step has seen to it that there is one.
    pub(crate) fn signed(&self) -> Result<Signed, BankError> {
        signed(self.visit)
    }

    /// The user behind the caller, signed in or by a program, and whom they act for: themselves, or who granted them the
    /// mandate that they act by.
    pub(crate) fn who(&self) -> Result<Who, BankError> {
        let who = self.visit.caller.who().ok_or(BankError::NotSignedIn)?;
        Ok(match &self.held {
            Some(held) => Who {
                customer: held.grantor,
                ..who
            },
            None => who,
        })
    }

    /// Whom the user acts for, where it is somebody else.
    pub(crate) fn acts_for(&self) -> Option<CustomerId> {
        self.held.as_ref().map(|held| held.grantor)
    }

    pub(crate) fn new_id(&self) -> Uuid {
        self.bank.chance.id(self.now)
    }

    /// The wall clock at the bank.
    pub(crate) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        bankday::local(at, self.bank.settings.zone)
    }

    /// The bank's date. Before the first day is opened, the date that would be.
    pub(crate) async fn business_date(&self) -> Result<NaiveDate, Refusal> {
        let open = day_store::business_date(self.tx).await?;
        Ok(open.unwrap_or_else(|| self.local(self.now).date()))
    }

    /// The first entry that was made, when one was.
    pub(crate) fn first_posted(&self) -> Option<EntryId> {
        self.posted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .first()
            .copied()
    }

    pub(crate) fn change_session(&mut self, change: SessionChange) {
        self.session = Some(change);
    }

    pub(super) fn take_session_change(&mut self) -> Option<SessionChange> {
        self.session.take()
    }

    /// What is kept at hand of a customer's programs is not true any more.
    pub(crate) fn forget_programs(&mut self, customer: CustomerId) {
        self.forgotten = Some(customer);
    }

    /// Puts a notice into the outbox, with the operation or not at all.
    pub(crate) fn tell(&mut self, topic: &'static str, customer: CustomerId, payload: serde_json::Value) {
        self.notices.push(Notice {
            topic,
            customer,
            payload,
        });
    }

    pub(super) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Posts an entry of today and gives its id.
    ///
    /// # Errors
    /// [`BankError::InsufficientFunds`] and the other refusals of the posting engine.
    pub(crate) async fn post(
        &self,
        kind: EntryKind,
        operation: &'static str,
        reference: &str,
        reverses: Option<EntryId>,
        postings: Vec<Posting>,
    ) -> Result<EntryId, Refusal> {
        let date = self.business_date().await?;
        let currency = postings.first().map(|posting| posting.currency);
        let entry = NewEntry {
            entry: EntryId(self.new_id()),
            kind,
            booking_date: Some(date),
            value_date: Some(date),
            at: self.now,
            reference: reference.trim().to_owned(),
            operation,
            caller: self.visit.caller.user(),
            reverses,
            request: self.request.lock().unwrap_or_else(PoisonError::into_inner).take(),
            limits: self.limits,
            postings,
        };
        match (ledger::post(self.tx, &entry).await, currency) {
            (Ok(_), _) => {
                self.posted
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(entry.entry);
                Ok(entry.entry)
            }
            (Err(error), Some(currency)) => Err(Refusal::of_posting(error, currency, self.limits)),
            (Err(error), None) => Err(error.into()),
        }
    }
}
