//! The short way: a program's payment that needs no more yes goes through the same steps as everything
//! else, and then rides in a batch of the posting engine with its idempotency, its limits and its audit
//! line, instead of holding a database transaction of its own.

use super::{Context, Hallway, Handler, Outcome, Program, Refusal, Request, Visit, access, idempotency, mandate};
use bank_contract::accounts::EntryKind;
use bank_contract::{AccountId, Answer, BankError, CustomerId, Effect, EntryId, Facts, Iban, Object, Operation};
use bank_rules::postings::Posting;
use bank_rules::risk::{self, Movement};
use bank_storage::StorageError;
use bank_storage::directory::Place;
use bank_storage::engine::{Job, Posted, Provenance};
use bank_storage::ledger::{NewEntry, SealedEntry};
use bank_storage::vault::DataKey;
use chrono::{DateTime, NaiveDateTime, Utc};
use std::sync::Arc;

/// What an operation needs to know on the short way: no database transaction, only facts that hardly change.
pub struct Way<'a> {
    bank: &'a Hallway,
    program: &'a Program,
    now: DateTime<Utc>,
}

impl Way<'_> {
    /// An account that the operation names. Whose it is has been checked for those among its objects.
    pub(crate) async fn account(&self, account: AccountId) -> Result<Arc<Place>, Refusal> {
        let place = self
            .bank
            .directory
            .account(&self.bank.db, &self.bank.vault, account, self.now)
            .await?;
        Ok(place.ok_or(BankError::NotFound)?)
    }

    pub(crate) async fn iban(&self, iban: &Iban) -> Result<Arc<Place>, Refusal> {
        let place = self
            .bank
            .directory
            .iban(&self.bank.db, &self.bank.vault, iban, self.now)
            .await?;
        Ok(place.ok_or(BankError::PayeeUnknown)?)
    }

    pub(crate) const fn customer(&self) -> CustomerId {
        self.program.customer
    }

    /// The wall clock at the bank.
    pub(crate) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        bank_rules::bankday::local(at, self.bank.settings.zone)
    }
}

/// Turns what the engine says into the operation's answer.
type Answering<O> = Box<dyn FnOnce(&Way<'_>, Posted) -> Result<<O as Operation>::Output, BankError> + Send>;

/// An operation as one journal entry.
pub struct Express<O: Operation> {
    pub(crate) kind: EntryKind,
    pub(crate) reference: String,
    /// What the risk step weighs.
    pub(crate) movement: Movement,
    /// The first one is the side that asked.
    pub(crate) postings: Vec<Posting>,
    /// What the words of each posting are sealed with.
    pub(crate) keys: Vec<DataKey>,
    pub(crate) answer: Answering<O>,
}

impl Hallway {
    /// None when the operation has to go the long way.
    pub(super) async fn short_way<O: Handler>(
        &self,
        visit: &Visit,
        request: &Request<'_, O>,
    ) -> Option<Result<Outcome<O::Output>, BankError>> {
        let super::Caller::Program(program) = &visit.caller else {
            return None;
        };
        if O::EFFECT != Effect::MovesMoney {
            return None;
        }
        match self.ride(visit, program, request).await {
            Ok(Some(outcome)) => Some(Ok(outcome)),
            Ok(None) => None,
            Err((refusal, noted)) => {
                let error = refusal.into_bank_error();
                if noted {
                    super::security::refused(visit, &Facts::of::<O>(), false, &error, None);
                } else {
                    // Apart, as everything that is rare here: what a future may ever hold is moved with it.
                    Box::pin(self.note_refusal(visit, request, &error, None)).await;
                }
                Some(Err(error))
            }
        }
    }

    /// A refusal comes with whether the engine has written its audit line already.
    async fn ride<O: Handler>(
        &self,
        visit: &Visit,
        program: &Program,
        request: &Request<'_, O>,
    ) -> Result<Option<Outcome<O::Output>>, (Refusal, bool)> {
        let way = Way {
            bank: self,
            program,
            now: self.clock.now(),
        };
        let before = |refusal: Refusal| (refusal, false);
        let Some((job, answer)) = self.prepare(visit, &way, request).await.map_err(before)? else {
            return Ok(None);
        };
        let entry = job.entry.as_entry();
        let (currency, limits) = (entry.postings.first().map(|first| first.currency), entry.limits);
        let (answer, replayed) = match self.engine.post(job).await {
            Ok(posted) => (answer(&way, posted).map_err(|error| (error.into(), true))?, false),
            Err(StorageError::PostedBefore(entry)) => (
                Box::pin(self.answer_again(visit, request, entry))
                    .await
                    .map_err(|refusal| (refusal, true))?,
                true,
            ),
            Err(error) => {
                // What the engine has judged stands in its batch's bundle; anything else has left no line yet.
                let noted = error.is_verdict();
                let refusal = match currency {
                    Some(currency) => Refusal::of_posting(error, currency, limits),
                    None => error.into(),
                };
                return Err((refusal, noted));
            }
        };
        Ok(Some(Outcome {
            answer: Answer::Done(answer),
            session: None,
            replayed,
        }))
    }

    /// Access, validation, risk and consent, in their order, and the job that is left to do.
    async fn prepare<O: Handler>(
        &self,
        visit: &Visit,
        way: &Way<'_>,
        request: &Request<'_, O>,
    ) -> Result<Option<(Job, Answering<O>)>, Refusal> {
        let input = request.input;
        access::may_call(visit, &Facts::of::<O>())?;
        for object in input.objects() {
            let Object::Account(account, _) = object else {
                return Ok(None);
            };
            if way.account(account).await?.customer != way.customer() && self.asks_whose() {
                return Err(BankError::NotFound.into());
            }
        }
        input.validate().map_err(BankError::from)?;
        let Some(express) = input.express(way).await? else {
            return Ok(None);
        };
        let limits = way.program.own.within(&self.settings.limits);
        let verdict = risk::assess(&limits, &express.movement)?;
        let needed = O::CONSENT.max(verdict.consent);
        if needed > mandate::for_one(visit, &express.movement).reaches()
            || mandate::adds_up(way.program, &express.movement, &self.settings.limits)
        {
            return Ok(None);
        }
        let mark = idempotency::mark::<O>(visit, request)?.ok_or(BankError::internal("no-key"))?;
        let entry = NewEntry {
            entry: EntryId(self.chance.id(way.now)),
            kind: express.kind,
            booking_date: None,
            value_date: None,
            at: way.now,
            reference: express.reference,
            operation: O::NAMED.name,
            caller: visit.caller.user(),
            reverses: None,
            request: Some(mark),
            limits: super::sent_limits(&limits, way.customer(), &express.movement)?,
            postings: express.postings,
        };
        let job = Job {
            entry: SealedEntry::new(entry, &express.keys)?,
            token: Some(way.program.token),
            audit: Some(Provenance {
                door: visit.door.code(),
                caller: visit.caller.code(),
            }),
        };
        Ok(Some((job, express.answer)))
    }

    /// The answer that was given to this request before.
    async fn answer_again<O: Handler>(
        &self,
        visit: &Visit,
        request: &Request<'_, O>,
        entry: EntryId,
    ) -> Result<O::Output, Refusal> {
        let tx = self.db.begin(visit.caller.acting()).await?;
        let keyed = self.vault.over(&tx);
        let cx = Context::new(self, &keyed, visit);
        let answer = request.input.posted_before(&cx, entry).await;
        drop(cx);
        tx.rollback().await.map_err(StorageError::from)?;
        answer
    }
}
