//! The bank as the app sees it: hand over an operation, get its answer.

use crate::{Answer, BankError, Operation};
use std::{any::Any, future::Future, pin::Pin, sync::Arc};

pub type BankFuture<T> = Pin<Box<dyn Future<Output = Result<T, BankError>> + Send>>;

/// What the server puts behind the pages. Types are erased here so that the app needs no server crate.
pub trait Bank: Send + Sync + 'static {
    /// Takes an operation by its name and its boxed input, and gives the boxed `Answer<Output>`.
    fn call(&self, operation: &'static str, input: Box<dyn Any + Send>) -> BankFuture<Box<dyn Any + Send>>;
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
        let answer = self.0.call(O::NAMED.name, Box::new(input)).await?;
        match answer.downcast::<Answer<O::Output>>() {
            Ok(answer) => Ok(*answer),
            Err(_) => Err(BankError::internal("types")),
        }
    }
}
