//! How often, and how much at once, one client, one user or one token may ask. Who asks for more is told when to come
//! back. Nothing of it leaves the memory; the metrics count the refusals, never whose they were.

mod client;
mod keyed;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use client::{Client, Peer};
pub(crate) use keyed::{AtOnce, AtWork};
pub(crate) use table::{Limit, Rate, Rates, TABLE};

use crate::config::DoorSettings;
use bank_contract::assistant::Say;
use bank_contract::payees::TrustPayee;
use bank_contract::transfers::{CheckPayee, SubmitTransfer};
use bank_contract::{Access, Answer, BankError, Effect, Facts, Operation, TokenId, UserId};
use bank_operations::hallway::{Turnstile, security};
use bank_operations::{Caller, Outcome};
use keyed::Keyed;
use metrics::counter;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How often what is kept is looked through.
const SWEEP_EVERY: Duration = Duration::from_mins(1);
/// And at most, when there are very many at once.
const CROWDED_SWEEP_EVERY: Duration = Duration::from_secs(1);

/// Everything that is counted at the doors.
pub(crate) struct Limits {
    pub(crate) hops: u8,
    requests: Keyed<Client>,
    ways_in: Keyed<Client>,
    health: Keyed<Client>,
    programs: Keyed<TokenId>,
    payee_checks: Keyed<UserId>,
    turns: Keyed<UserId>,
    /// Users whose payments taught them too much about others, and until when they are not answered.
    shut: Mutex<HashMap<UserId, Instant>>,
    at_once: AtOnce<Client>,
    swept: Mutex<Instant>,
}

impl Limits {
    pub(crate) fn new(settings: &DoorSettings) -> Self {
        let rates = settings.rates;
        Self {
            hops: settings.trusted_hops,
            requests: Keyed::new(rates.of(Limit::Requests)),
            ways_in: Keyed::new(rates.of(Limit::WaysIn)),
            health: Keyed::new(rates.of(Limit::Health)),
            programs: Keyed::new(rates.of(Limit::Program)),
            payee_checks: Keyed::new(rates.of(Limit::PayeeChecks)),
            turns: Keyed::new(rates.of(Limit::Turns)),
            shut: Mutex::default(),
            at_once: AtOnce::new(settings.at_once_per_client_max),
            swept: Mutex::new(Instant::now()),
        }
    }

    /// Any request at all.
    ///
    /// # Errors
    /// [`BankError::SlowDown`].
    pub(super) fn request(&self, client: Client) -> Result<(), BankError> {
        self.sweep_when_due();
        refused(Limit::Requests, self.requests.take(&client))
    }

    /// One more request at work for this client, for as long as the guard is kept.
    ///
    /// # Errors
    /// [`BankError::SlowDown`].
    pub(super) fn place(&self, client: Client) -> Result<AtWork<Client>, BankError> {
        self.at_once.take(client).ok_or_else(|| {
            count("at-once-per-client");
            BankError::SlowDown { retry_after_s: 1 }
        })
    }

    /// A question to the database from whoever watches the bank.
    ///
    /// # Errors
    /// [`BankError::SlowDown`].
    pub(super) fn health(&self, client: Client) -> Result<(), BankError> {
        refused(Limit::Health, self.health.take(&client))
    }

    /// One operation, before it is run.
    ///
    /// # Errors
    /// [`BankError::SlowDown`]; nothing was asked.
    pub(super) fn operation(&self, facts: &Facts, caller: &Caller, client: Client) -> Result<(), BankError> {
        let taken = self.take_operation(facts, caller, client);
        if taken.is_err() {
            security::turned_away("limits", facts.named.name, "slow_down", caller.user());
        }
        taken
    }

    /// A message of a program that asks for no operation.
    ///
    /// # Errors
    /// [`BankError::SlowDown`].
    pub(super) fn message(&self, caller: &Caller) -> Result<(), BankError> {
        let Caller::Program(program) = caller else {
            return Ok(());
        };
        let taken = refused(Limit::Program, self.programs.take(&program.token));
        if taken.is_err() {
            security::turned_away("limits", "", "slow_down", caller.user());
        }
        taken
    }

    fn take_operation(&self, facts: &Facts, caller: &Caller, client: Client) -> Result<(), BankError> {
        if is_way_in(facts) {
            refused(Limit::WaysIn, self.ways_in.take(&client))?;
        }
        if let Caller::Program(program) = caller {
            refused(Limit::Program, self.programs.take(&program.token))?;
        }
        self.take_of_user(facts, caller)
    }

    /// What one user may ask for, by whatever door.
    fn take_of_user(&self, facts: &Facts, caller: &Caller) -> Result<(), BankError> {
        let Some(user) = caller.user() else { return Ok(()) };
        let name = facts.named.name;
        if name == Say::NAMED.name {
            return refused(Limit::Turns, self.turns.take(&user));
        }
        let submits = name == SubmitTransfer::NAMED.name;
        // What a customer submits is shown to them with what the bank knows of the payee. A program's payment is a check
        // only when it comes to nothing: see `learned`.
        let asks = [CheckPayee::NAMED.name, TrustPayee::NAMED.name].contains(&name);
        if asks || (submits && matches!(caller, Caller::Customer(_))) {
            return refused(Limit::PayeeChecks, self.payee_checks.take(&user));
        }
        if submits {
            return refused(Limit::PayeeChecks, self.is_shut(user));
        }
        Ok(())
    }

    /// What a program's payment came to: when it waits or is refused in its substance, nobody was paid, and it told
    /// something about a payee as a check does.
    pub(super) fn learned<T>(&self, facts: &Facts, caller: &Caller, outcome: &Result<Outcome<T>, BankError>) {
        let Caller::Program(program) = caller else { return };
        let told = match outcome {
            Ok(outcome) => matches!(outcome.answer, Answer::Waits(_)),
            // Also where the hour is full: whoever has no account here is refused for that before.
            Err(error) => error.status() == 422 || matches!(error, BankError::TooOften { .. }),
        };
        if !told || facts.named.name != SubmitTransfer::NAMED.name {
            return;
        }
        if let Err(wait) = self.payee_checks.take(&program.user) {
            let until = Instant::now() + wait;
            let mut shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
            shut.insert(program.user, until);
        }
    }

    fn is_shut(&self, user: UserId) -> Result<(), Duration> {
        let shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
        let left = shut
            .get(&user)
            .map(|until| until.saturating_duration_since(Instant::now()));
        match left {
            Some(left) if !left.is_zero() => Err(left),
            _ => Ok(()),
        }
    }

    fn sweep_when_due(&self) {
        let crowded = self.requests.is_crowded() || self.ways_in.is_crowded();
        let every = if crowded { CROWDED_SWEEP_EVERY } else { SWEEP_EVERY };
        {
            // Whoever comes while another sweeps goes on.
            let Ok(mut swept) = self.swept.try_lock() else { return };
            if swept.elapsed() < every {
                return;
            }
            *swept = Instant::now();
        }
        self.requests.sweep();
        self.ways_in.sweep();
        self.health.sweep();
        self.programs.sweep();
        self.payee_checks.sweep();
        self.turns.sweep();
        let mut shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
        shut.retain(|_, until| *until > Instant::now());
    }
}

/// What the assistant asks for is counted as what its customer asks for.
impl Turnstile for Limits {
    fn pass(&self, facts: &Facts, caller: &Caller) -> Result<(), BankError> {
        let taken = self.take_of_user(facts, caller);
        if taken.is_err() {
            security::turned_away("limits", facts.named.name, "slow_down", caller.user());
        }
        taken
    }
}

/// What a stranger can do that leaves something behind, and what begins a ceremony. It follows from the declaration, so
/// that a new way in is counted from its first day.
fn is_way_in(facts: &Facts) -> bool {
    let strangers = facts.access == Access::Public && facts.effect != Effect::Reads;
    strangers || facts.named.name.starts_with("identity.start-")
}

fn refused(limit: Limit, taken: Result<(), Duration>) -> Result<(), BankError> {
    taken.map_err(|wait| {
        let name = TABLE[limit as usize].name;
        if matches!(limit, Limit::Requests | Limit::Health) {
            count(name);
        } else {
            // Whose operation it was, and which, is said by the caller.
            counter!("larch_refused_total", "limit" => name).increment(1);
        }
        // Whole seconds, and never too early.
        let seconds = wait.as_millis().div_ceil(1_000).max(1);
        BankError::SlowDown {
            retry_after_s: u32::try_from(seconds).unwrap_or(u32::MAX),
        }
    })
}

/// Counts a refusal by its limit, for whoever watches, and says so in the log.
pub(super) fn count(limit: &'static str) {
    security::turned_away("limits", "", limit, None);
    counter!("larch_refused_total", "limit" => limit).increment(1);
}
