//! The bank as the app sees it: hand over an operation, get its answer.

use crate::assistant::turn::Aloud;
use crate::{Answer, BankError, Operation};
use std::{any::Any, future::Future, pin::Pin, sync::Arc};

pub type BankFuture<T> = Pin<Box<dyn Future<Output = Result<T, BankError>> + Send>>;

/// What the server puts behind the pages. Types are erased here so that the app needs no server crate.
pub trait Bank: Send + Sync + 'static {
    /// Takes an operation by its name and its boxed input, and gives the boxed `Answer<Output>`.
    fn call(&self, operation: &'static str, input: Box<dyn Any + Send>) -> BankFuture<Box<dyn Any + Send>>;

    /// The same, with somebody who hears what is said before the answer is there. Few operations say anything, and a bank
    /// need not pass it on.
    fn call_aloud(
        &self,
        operation: &'static str,
        input: Box<dyn Any + Send>,
        _aloud: Aloud,
    ) -> BankFuture<Box<dyn Any + Send>> {
        self.call(operation, input)
    }
}

/// The way into the bank for one request: it knows who is calling.
#[derive(Clone)]
pub struct Doorway(Arc<dyn Bank>);

impl Doorway {
    pub fn new(bank: Arc<dyn Bank>) -> Self {
        Self(bank)
    }

    /// # Errors
    /// The bank's refusal.
    pub async fn call<O: Operation>(&self, input: O) -> Result<Answer<O::Output>, BankError> {
        answered::<O>(self.0.call(O::NAMED.name, Box::new(input)).await?)
    }

    /// [`call`](Self::call), with somebody who hears what is said meanwhile.
    ///
    /// # Errors
    /// The bank's refusal. What was heard before it counts for nothing.
    pub async fn call_aloud<O: Operation>(&self, input: O, aloud: Aloud) -> Result<Answer<O::Output>, BankError> {
        answered::<O>(self.0.call_aloud(O::NAMED.name, Box::new(input), aloud).await?)
    }
}

fn answered<O: Operation>(answer: Box<dyn Any + Send>) -> Result<Answer<O::Output>, BankError> {
    match answer.downcast::<Answer<O::Output>>() {
        Ok(answer) => Ok(*answer),
        Err(_) => Err(BankError::internal("types")),
    }
}
