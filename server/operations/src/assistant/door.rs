//! The assistant's own door into the hallway. It goes in as the customer who talks with it, and its name stands in the
//! audit; what it may ask for, and that whatever changes waits for a yes, is the hallway's business.

use crate::hallway::{Caller, Desk, Door, Hallway, Visit};
use bank_contract::{Answer, Bank, BankError, BankFuture};
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Operations that one turn may ask for.
const CALLS_MAX: u32 = 60;

pub(super) struct AssistantDoor {
    bank: Arc<Hallway>,
    visit: Visit,
    calls: AtomicU32,
}

impl AssistantDoor {
    /// # Errors
    /// [`BankError::NotSignedIn`] for whoever is no customer.
    pub(super) fn open(desk: &Desk<'_>) -> Result<Self, BankError> {
        desk.signed()?;
        Ok(Self {
            bank: desk.bank.me().ok_or_else(|| BankError::internal("door"))?,
            visit: Visit {
                door: Door::Assistant,
                ..desk.visit.clone()
            },
            calls: AtomicU32::new(0),
        })
    }
}

fn count(bank: &Hallway, operation: &str, caller: &Caller) -> Result<(), BankError> {
    let entry = bank.registry().get(operation).ok_or(BankError::NotFound)?;
    bank.turnstile()
        .map_or(Ok(()), |turnstile| turnstile.pass(&entry.facts, caller))
}

impl Bank for AssistantDoor {
    fn call(&self, operation: &'static str, input: Box<dyn Any + Send>) -> BankFuture<Box<dyn Any + Send>> {
        let (bank, visit) = (self.bank.clone(), self.visit.clone());
        let too_many = self.calls.fetch_add(1, Ordering::Relaxed) >= CALLS_MAX;
        Box::pin(async move {
            if too_many {
                return Err(BankError::Busy { retry_after_s: 1 });
            }
            count(&bank, operation, &visit.caller)?;
            let entry = *bank.registry().get(operation).ok_or(BankError::NotFound)?;
            // A session is neither begun nor ended by what only reads or waits.
            match entry.run_boxed(&bank, &visit, input).await?.answer {
                Answer::Done(answer) => Ok(answer),
                Answer::Waits(_) => Err(BankError::internal("types")),
            }
        })
    }
}
