//! The one pipeline. Every operation, from every door, walks through it in this order:
//!
//! 1. caller, 2. access, 3. validation, 4. idempotency, 5. risk, 6. consent, 7. handler.
//!
//! All that an operation changes, its audit line, its outbox rows and its stored answer are one
//! database transaction: together or not at all.

mod access;
mod audit;
mod caller;
mod consent;
mod context;
mod express;
mod idempotency;
mod mandate;
mod refusal;
pub mod security;
mod uses;

pub(crate) use access::Held;
pub use audit::AuditBuffer;
pub(crate) use caller::new_secret;
pub use caller::{Caller, Door, Program, SessionChange, Signed, Staff, TOKEN_PREFIX, Token, Visit, Who};
pub(crate) use consent::{Given, fits};
pub use context::{Context, Desk, Handler, Prepared};
pub use express::{Express, Way};
pub(crate) use mandate::note_look;
pub use refusal::Refusal;

use crate::assistant::{AtWork, Banker};
use crate::identity::Hasher;
use crate::notifications::Mailer;
use crate::{BankSettings, Chance, Clock, Registry};
use bank_contract::{Answer, BankError, ConversationId, CustomerId, Effect, Facts, UserId};
use bank_rules::audit::operation_hash;
use bank_rules::limits::OwnLimits;
use bank_rules::risk::{self, Limits, Movement};
use bank_storage::directory::Directory;
use bank_storage::engine::Engine;
use bank_storage::ledger::SentLimits;
use bank_storage::together::Together;
use bank_storage::tokens::BearerRow;
use bank_storage::vault::Keyed;
use bank_storage::{Database, StorageError, Vault, hallway as store};
use quick_cache::sync::Cache;
use sea_orm::DatabaseConnection;
use std::sync::{Arc, OnceLock, PoisonError, Weak};
use webauthn_rs::Webauthn;

/// Programs whose tokens are kept at hand.
const PROGRAMS_MAX: usize = 50_000;

/// What the engine counts for a movement, so that payments at once cannot fit under a limit together.
fn sent_limits(limits: &Limits, customer: CustomerId, movement: &Movement) -> Result<Option<SentLimits>, BankError> {
    let Movement::Sent { amount, .. } = movement else {
        return Ok(None);
    };
    Ok(Some(SentLimits {
        customer,
        day_max: risk::sent_daily_max(limits, amount.currency())?.minor(),
        hourly_max: i32::try_from(limits.sent_hourly_count_max).unwrap_or(i32::MAX),
    }))
}

/// Tries for an operation whose database transaction met another's.
const TRIES_MAX: u32 = 4;

/// The bank: everything the operations work with.
pub struct Hallway {
    pub(crate) db: Database,
    pub(crate) vault: Vault,
    #[cfg(debug_assertions)]
    first_wall_is_down: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Chance,
    pub(crate) settings: BankSettings,
    pub(crate) webauthn: Webauthn,
    pub(crate) audit: AuditBuffer,
    pub(crate) engine: Engine,
    pub(crate) directory: Directory,
    /// Programs that came lately, by the hash of their token.
    pub(crate) programs: Cache<[u8; 32], Arc<Program>>,
    /// Those that are not at hand are looked up together.
    pub(crate) missing_programs: Together<[u8; 32], (BearerRow, OwnLimits)>,
    pub(crate) uses: uses::TokenUses,
    pub(crate) hasher: Hasher,
    pub(crate) mailer: Option<Arc<dyn Mailer>>,
    pub(crate) assistant: Option<Arc<dyn Banker>>,
    /// Conversations in which a turn is being worked out.
    pub(crate) turns: AtWork<(UserId, ConversationId)>,
    turnstile: OnceLock<Arc<dyn Turnstile>>,
    /// The way back to the bank for what it calls of itself. Leads nowhere until it is [`shared`](Self::shared).
    me: Weak<Hallway>,
    registry: Registry,
}

/// Counts what is asked for inside the bank, by the assistant, as the doors count what comes from outside.
pub trait Turnstile: Send + Sync + 'static {
    /// # Errors
    /// [`BankError::SlowDown`]; nothing was asked.
    fn pass(&self, facts: &Facts, caller: &Caller) -> Result<(), BankError>;
}

/// What a bank is made of.
pub struct Parts {
    pub db: Database,
    /// The keys to what is sealed in it.
    pub vault: Vault,
    pub engine: Engine,
    pub clock: Arc<dyn Clock>,
    pub chance: Chance,
    pub settings: BankSettings,
    pub webauthn: Webauthn,
    /// How mail goes out. None: it stays in the demo's mailbox.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Who talks with customers. None: the bank says that there is no assistant.
    pub assistant: Option<Arc<dyn Banker>>,
}

/// What an operation gave, and what the door has to do with the session.
#[derive(Debug)]
pub struct Outcome<T> {
    pub answer: Answer<T>,
    pub session: Option<SessionChange>,
    /// The answer had been given before, to the same key.
    pub replayed: bool,
}

/// An operation on its way, with its canonical form.
pub(crate) struct Request<'a, O> {
    pub(crate) input: &'a O,
    pub(crate) json: serde_json::Value,
    pub(crate) hash: [u8; 32],
}

impl<'a, O: Handler> Request<'a, O> {
    pub(crate) fn new(input: &'a O) -> Result<Self, BankError> {
        let mut json = serde_json::to_value(input).map_err(|_| BankError::internal("input"))?;
        if let Some(fields) = json.as_object_mut() {
            fields.retain(|field, _| !O::SECRETS.contains(&field.as_str()));
        }
        let hash = operation_hash(O::NAMED.name, &json);
        Ok(Self { input, json, hash })
    }
}

impl Hallway {
    pub fn new(parts: Parts) -> Self {
        Self {
            db: parts.db,
            vault: parts.vault,
            #[cfg(debug_assertions)]
            first_wall_is_down: false,
            clock: parts.clock,
            chance: parts.chance,
            settings: parts.settings,
            webauthn: parts.webauthn,
            audit: AuditBuffer::default(),
            engine: parts.engine,
            directory: Directory::default(),
            programs: Cache::new(PROGRAMS_MAX),
            missing_programs: Together::default(),
            uses: uses::TokenUses::default(),
            hasher: Hasher::start(),
            mailer: parts.mailer,
            assistant: parts.assistant,
            turns: AtWork::default(),
            turnstile: OnceLock::new(),
            me: Weak::new(),
            registry: Registry::complete(),
        }
    }

    /// The bank as its doors share it. The assistant's own door leads back to it.
    #[must_use]
    pub fn shared(self) -> Arc<Self> {
        Arc::new_cyclic(|me| Self { me: me.clone(), ..self })
    }

    /// Puts what counts before the assistant's door. Only the first one counts.
    pub fn stand_behind(&self, turnstile: Arc<dyn Turnstile>) {
        let _ = self.turnstile.set(turnstile);
    }

    pub(crate) fn turnstile(&self) -> Option<&dyn Turnstile> {
        self.turnstile.get().map(AsRef::as_ref)
    }

    pub(crate) fn me(&self) -> Option<Arc<Self>> {
        self.me.upgrade()
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// How often a password was hashed or compared: the same for everybody who tries.
    pub fn password_runs(&self) -> u64 {
        self.hasher.runs()
    }

    pub fn settings(&self) -> &BankSettings {
        &self.settings
    }

    pub fn database(&self) -> &Database {
        &self.db
    }

    /// The keys to what is sealed in the database.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The database for reading, with the keys to what is sealed in it.
    pub fn reader(&self) -> Keyed<'_, DatabaseConnection> {
        self.vault.over(self.db.reader())
    }

    /// Walks an operation through the hallway.
    ///
    /// # Errors
    /// The bank's refusal: nothing has changed then, but for what the refusal itself leaves behind
    /// (its audit line, and a decline that the customer sees).
    pub async fn run<O: Handler>(&self, visit: &Visit, input: O) -> Result<Outcome<O::Output>, BankError> {
        let request = Request::new(&input)?;
        if let Some(outcome) = self.short_way(visit, &request).await {
            return outcome;
        }
        // Apart, because it is large: whoever takes the short way does not carry it along.
        Box::pin(self.long_way(visit, &request)).await
    }

    /// With a database transaction of its own.
    async fn long_way<O: Handler>(
        &self,
        visit: &Visit,
        request: &Request<'_, O>,
    ) -> Result<Outcome<O::Output>, BankError> {
        let prepared = match self.before(visit, request).await {
            Ok(prepared) => prepared,
            Err(refusal) => {
                let error = refusal.into_bank_error();
                self.note_refusal(visit, request, &error, None).await;
                return Err(error);
            }
        };
        let mut tries = 0;
        let result = loop {
            tries += 1;
            match self.attempt(visit, request, &prepared).await {
                Err(refusal) if refusal.is_worth_another_try() && tries < TRIES_MAX => {
                    tracing::info!(
                        operation = O::NAMED.name,
                        tries,
                        "database transactions met; trying again"
                    );
                }
                other => break other.map_err(Refusal::into_bank_error),
            }
        };
        if let Err(error) = &result {
            self.note_refusal(visit, request, error, Some(&prepared)).await;
        }
        result
    }

    /// What comes before the database transaction, for whoever may call at all.
    async fn before<O: Handler>(&self, visit: &Visit, request: &Request<'_, O>) -> Result<Prepared, Refusal> {
        access::may_call(visit, &Facts::of::<O>())?;
        let desk = Desk {
            bank: self,
            visit,
            now: self.clock.now(),
        };
        request.input.prepare(&desk).await
    }

    async fn attempt<O: Handler>(
        &self,
        visit: &Visit,
        request: &Request<'_, O>,
        prepared: &Prepared,
    ) -> Result<Outcome<O::Output>, Refusal> {
        let tx = self.db.begin(visit.caller.acting_in(O::ACCESS)).await?;
        let keyed = self.vault.over(&tx);
        let mut cx = Context::new(self, &keyed, visit);
        cx.prepared = Some(prepared);
        let answer = self.walk(&mut cx, request, Given::Nothing).await;
        let (answer, replayed) = match answer {
            Ok(done) => done,
            Err(refusal) => {
                *prepared.acted_for.lock().unwrap_or_else(PoisonError::into_inner) = cx.acts_for();
                // Dropping a transaction rolls it back as well, but only when its connection is next used.
                drop(cx);
                tx.rollback().await.map_err(bank_storage::StorageError::from)?;
                return Err(refusal);
            }
        };
        let outcome = if matches!(answer, Answer::Waits(_)) {
            "waits"
        } else {
            "done"
        };
        self.note(&mut cx, request, outcome).await?;
        let (session, forgotten, signed_in) = (cx.take_session_change(), cx.forgotten, cx.signed_in);
        drop(cx);
        tx.commit().await.map_err(bank_storage::StorageError::from)?;
        if let Some(customer) = forgotten {
            self.programs.retain(|_, program| program.customer != customer);
        }
        security::done(visit, &Facts::of::<O>(), outcome);
        if let Some((user, proof)) = signed_in {
            security::signed_in(visit, user, proof);
        }
        Ok(Outcome {
            answer,
            session,
            replayed,
        })
    }

    /// Steps 2 to 7, inside a database transaction that the caller owns.
    pub(crate) async fn walk<O: Handler>(
        &self,
        cx: &mut Context<'_>,
        request: &Request<'_, O>,
        given: Given,
    ) -> Result<(Answer<O::Output>, bool), Refusal> {
        let walked = self.steps(cx, request, given).await;
        match walked {
            // How much an owner has sent, and may, is not told to whoever acts for them.
            Err(
                Refusal::Bank(BankError::LimitExceeded { .. }) | Refusal::Storage(StorageError::TooManyPayments { .. }),
            ) if cx.held.is_some() => Err(BankError::OwnersLimit.into()),
            Err(Refusal::Bank(BankError::TooOften { ref what, .. }))
                if cx.held.is_some() && what == "payments an hour" =>
            {
                Err(Refusal::Bank(BankError::OwnersLimit))
            }
            other => other,
        }
    }

    async fn steps<O: Handler>(
        &self,
        cx: &mut Context<'_>,
        request: &Request<'_, O>,
        given: Given,
    ) -> Result<(Answer<O::Output>, bool), Refusal> {
        let input = request.input;
        access::is_still_let_in(cx).await?;
        access::may_touch(cx, &input.objects()).await?;
        input.validate().map_err(BankError::from)?;
        let key = idempotency::claim(cx, request).await?;
        if let Some(stored) = idempotency::stored_answer(cx, request, key.as_ref()).await? {
            return Ok((Answer::Done(stored), true));
        }
        let movement = input.movement(cx).await?;
        let own = self.own_limits(cx, &movement).await?;
        let limits = own.within(&self.settings.limits);
        let mut verdict = risk::assess(&limits, &movement)?;
        if cx.held.is_some() {
            verdict = verdict.for_another(&movement);
        }
        cx.limits = match cx.who() {
            Ok(who) => sent_limits(&limits, who.customer, &movement)?,
            Err(_) => None,
        };
        if let Some(asked) = consent::with_grantor(cx, request).await? {
            // Its owner decides about it: nobody pays it besides.
            if given > Given::Nothing {
                return Err(BankError::NoLongerPending.into());
            }
            return Ok((Answer::Waits(Box::new(asked)), false));
        }
        let mandate = mandate::find(cx, &movement, own, O::EFFECT).await?;
        if mandate.beyond {
            // Nothing is put before an owner that the customer has only said, and not seen.
            if given > Given::Nothing || cx.visit.door == Door::Assistant {
                return Err(BankError::BeyondMandate.into());
            }
            let waits = consent::ask_grantor(cx, request, &verdict).await?;
            return Ok((Answer::Waits(Box::new(waits)), false));
        }
        let given = given.max(mandate.given);
        if let Some(waits) = consent::ask(cx, request, &movement, &verdict, given).await? {
            return Ok((Answer::Waits(Box::new(waits)), false));
        }
        let output = input.clone().handle(cx).await?;
        consent::count(cx, &movement, &verdict, given).await?;
        mandate.count(cx, &movement).await?;
        idempotency::keep(cx, request, key.as_ref(), &output).await?;
        Ok((Answer::Done(output), false))
    }

    /// What the caller's customer has set, where it matters.
    async fn own_limits(&self, cx: &Context<'_>, movement: &Movement) -> Result<OwnLimits, Refusal> {
        if let (Some(grantor), Movement::Sent { .. }) = (cx.acts_for(), movement) {
            return Ok(bank_storage::limits::of_grantor(cx.tx, grantor, cx.now).await?);
        }
        match (cx.visit.caller.who(), movement) {
            (Some(who), Movement::Sent { .. }) => Ok(bank_storage::limits::own(cx.tx, who.customer, cx.now).await?),
            _ => Ok(OwnLimits::default()),
        }
    }

    /// The audit line of what was done, and what somebody must be told.
    async fn note<O: Handler>(
        &self,
        cx: &mut Context<'_>,
        request: &Request<'_, O>,
        outcome: &'static str,
    ) -> Result<(), Refusal> {
        let line = audit::line(cx.visit, O::NAMED.name, outcome, request.hash, cx.now, cx.acts_for());
        if O::EFFECT == Effect::Reads {
            self.audit.push(line);
        } else {
            store::write_audit(cx.tx, &[line]).await?;
        }
        let notices = cx.take_notices();
        store::write_outbox(cx.tx, &notices, cx.now).await?;
        Ok(())
    }

    /// A refusal leaves its line too, and whatever the operation keeps of it.
    async fn note_refusal<O: Handler>(
        &self,
        visit: &Visit,
        request: &Request<'_, O>,
        error: &BankError,
        prepared: Option<&Prepared>,
    ) {
        let about = prepared.and_then(|prepared| prepared.user);
        security::refused(visit, &Facts::of::<O>(), !O::SECRETS.is_empty(), error, about);
        let acted_for = prepared.and_then(|it| *it.acted_for.lock().unwrap_or_else(PoisonError::into_inner));
        let line = audit::line(
            visit,
            O::NAMED.name,
            error.code(),
            request.hash,
            self.clock.now(),
            acted_for,
        );
        // Who is told to come back must be told at once, not after waiting for the database as well.
        if O::EFFECT == Effect::Reads || matches!(error, BankError::Busy { .. } | BankError::Unsettled) {
            self.audit.push(line);
            return;
        }
        let written = async {
            let tx = self.db.begin(visit.caller.acting_in(O::ACCESS)).await?;
            let keyed = self.vault.over(&tx);
            store::write_audit(&keyed, &[line]).await?;
            let mut cx = Context::new(self, &keyed, visit);
            cx.prepared = prepared;
            request.input.refused(&mut cx, error).await?;
            let notices = cx.take_notices();
            store::write_outbox(&keyed, &notices, cx.now).await?;
            drop(cx);
            tx.commit().await.map_err(bank_storage::StorageError::from)?;
            Ok::<(), Refusal>(())
        };
        if let Err(refusal) = written.await {
            let shown = refusal.into_bank_error();
            tracing::error!(
                operation = O::NAMED.name,
                code = shown.code(),
                "the trace of a refusal was not written"
            );
        }
    }

    /// Writes down what is kept back: audit lines of reading, and when tokens were used. The clock calls it, and the
    /// stop of the server.
    ///
    /// # Errors
    /// When the database does not take them; they stay in their buffers.
    pub async fn flush_audit(&self) -> Result<(), BankError> {
        let (lines, uses) = (self.audit.flush(&self.db).await, self.uses.flush(&self.db).await);
        lines.and(uses).map_err(|error| Refusal::from(error).into_bank_error())
    }
}
