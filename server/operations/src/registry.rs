//! Every operation with its handler, for doors that know it by its name only.
//!
//! Made from the contract's catalogue: an operation without a handler does not compile.

use crate::hallway::{Context, Given, Hallway, Handler, Outcome, Refusal, Request, Visit, security};
use bank_contract::{Answer, BankError, Facts, Object};
use schemars::{Schema, SchemaGenerator};
use serde_json::Value;
use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type RunBoxed =
    for<'a> fn(&'a Hallway, &'a Visit, Box<dyn Any + Send>) -> Boxed<'a, Result<Outcome<BoxedAnswer>, BankError>>;
type RunJson = for<'a> fn(&'a Hallway, &'a Visit, Value) -> Boxed<'a, Result<Outcome<Value>, BankError>>;
type Resume = for<'a, 'b> fn(&'a mut Context<'b>, Value, Given) -> Boxed<'a, Result<Resumed, Refusal>>;

/// An `Answer<Output>` of a type that only the caller knows.
pub type BoxedAnswer = Box<dyn Any + Send>;

/// What came of an operation that had waited.
pub(crate) struct Resumed {
    pub(crate) output: Value,
    /// The same without what is shown only once.
    pub(crate) kept: Value,
}

/// One operation, its types erased.
#[derive(Clone, Copy)]
pub struct Entry {
    pub facts: Facts,
    run_boxed: RunBoxed,
    run_json: RunJson,
    resume: Resume,
    objects: fn(Value) -> Result<Vec<Object>, BankError>,
    schemas: fn(&mut SchemaGenerator) -> (Schema, Schema),
}

impl Entry {
    fn of<O: Handler>() -> Self {
        Self {
            facts: Facts::of::<O>(),
            run_boxed: run_boxed::<O>,
            run_json: run_json::<O>,
            resume: resume::<O>,
            objects: objects::<O>,
            schemas: schemas::<O>,
        }
    }

    /// Runs it with a boxed input; the answer inside is a boxed `Answer<Output>`.
    ///
    /// # Errors
    /// The bank's refusal.
    pub async fn run_boxed(
        &self,
        bank: &Hallway,
        visit: &Visit,
        input: Box<dyn Any + Send>,
    ) -> Result<Outcome<BoxedAnswer>, BankError> {
        (self.run_boxed)(bank, visit, input).await
    }

    /// Runs it with JSON on both sides.
    ///
    /// # Errors
    /// The bank's refusal; [`BankError::Malformed`] when the input is not its input.
    pub async fn run_json(&self, bank: &Hallway, visit: &Visit, input: Value) -> Result<Outcome<Value>, BankError> {
        (self.run_json)(bank, visit, input).await
    }

    /// The objects that an input names: the hallway asks for the caller's relation to each.
    ///
    /// # Errors
    /// [`BankError::Malformed`] when the input is not its input.
    pub fn objects(&self, input: Value) -> Result<Vec<Object>, BankError> {
        (self.objects)(input)
    }

    /// The JSON Schemas of its input and its output.
    pub fn schemas(&self, generator: &mut SchemaGenerator) -> (Schema, Schema) {
        (self.schemas)(generator)
    }

    /// Goes on with an operation that waited, inside the database transaction that gave the consent.
    pub(crate) async fn resume(&self, cx: &mut Context<'_>, input: Value, given: Given) -> Result<Resumed, Refusal> {
        (self.resume)(cx, input, given).await
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry")
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

fn run_boxed<'a, O: Handler>(
    bank: &'a Hallway,
    visit: &'a Visit,
    input: Box<dyn Any + Send>,
) -> Boxed<'a, Result<Outcome<BoxedAnswer>, BankError>> {
    Box::pin(async move {
        let input = input.downcast::<O>().map_err(|_| BankError::internal("types"))?;
        let outcome = bank.run(visit, *input).await?;
        let answer: BoxedAnswer = Box::new(outcome.answer);
        Ok(Outcome {
            answer: Answer::Done(answer),
            session: outcome.session,
            replayed: outcome.replayed,
        })
    })
}

fn parsed<O: Handler>(input: Value) -> Result<O, BankError> {
    serde_json::from_value(input).map_err(|error| BankError::Malformed {
        message: error.to_string(),
    })
}

fn schemas<O: Handler>(generator: &mut SchemaGenerator) -> (Schema, Schema) {
    (generator.subschema_for::<O>(), generator.subschema_for::<O::Output>())
}

fn objects<O: Handler>(input: Value) -> Result<Vec<Object>, BankError> {
    Ok(parsed::<O>(input)?.objects())
}

fn run_json<'a, O: Handler>(
    bank: &'a Hallway,
    visit: &'a Visit,
    input: Value,
) -> Boxed<'a, Result<Outcome<Value>, BankError>> {
    Box::pin(async move {
        let told = |error: &BankError| security::refused(visit, &Facts::of::<O>(), false, error, None);
        let input: O = parsed(input).inspect_err(told)?;
        let outcome = bank.run(visit, input).await?;
        let answer = match outcome.answer {
            Answer::Done(output) => Answer::Done(to_json(&output)?),
            Answer::Waits(view) => Answer::Waits(view),
        };
        Ok(Outcome {
            answer,
            session: outcome.session,
            replayed: outcome.replayed,
        })
    })
}

fn resume<'a, O: Handler>(cx: &'a mut Context<'_>, input: Value, given: Given) -> Boxed<'a, Result<Resumed, Refusal>> {
    Box::pin(async move {
        let input: O = serde_json::from_value(input).map_err(|_| BankError::internal("pending-input"))?;
        let request = Request::new(&input)?;
        let bank = cx.bank;
        match bank.walk(cx, &request, given).await? {
            (Answer::Done(output), _) => Ok(Resumed {
                output: to_json(&output)?,
                kept: O::kept(&output)?,
            }),
            // More is needed now than when it began to wait.
            (Answer::Waits(_), _) => Err(BankError::SignatureNeeded.into()),
        }
    })
}

fn to_json<T: serde::Serialize>(output: &T) -> Result<Value, BankError> {
    serde_json::to_value(output).map_err(|_| BankError::internal("output"))
}

/// All operations, by name.
#[derive(Debug)]
pub struct Registry(BTreeMap<&'static str, Entry>);

impl Registry {
    pub fn complete() -> Self {
        macro_rules! entries {
            ($($operation:ty,)+) => { [$(Entry::of::<$operation>()),+] };
        }
        let entries = bank_contract::each_operation!(entries);
        Self(
            entries
                .into_iter()
                .map(|entry| (entry.facts.named.name, entry))
                .collect(),
        )
    }

    pub fn get(&self, operation: &str) -> Option<&Entry> {
        self.0.get(operation)
    }

    pub fn all(&self) -> impl Iterator<Item = &Entry> {
        self.0.values()
    }
}
