//! What an operation is: the one declaration from which every door is made.

use crate::{
    AccountId, ConversationId, EntryId, FactId, IdempotencyKey, MandateId, PasskeyId, PendingId, SessionId, TokenId,
    pending::PendingView,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Who may call an operation at all. The relation to each object is checked besides (see [`Object`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// A signed-in customer.
    Customer,
    /// The bank's own clock, and whoever runs the server, at its command line. Never a customer.
    Clock,
    /// Somebody who works at the bank, in the browser; and whoever runs the server, at its command line.
    Staff,
    /// Whoever runs the server, at its command line.
    Operator,
}

/// What an operation does to the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Reads,
    Changes,
    /// Needs an idempotency key: see [`Operation::idempotency_key`].
    MovesMoney,
}

/// What must be there before an operation runs. Ordered: risk may raise it, nothing lowers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    None,
    /// The customer sees the whole operation as the bank understood it, and says yes.
    Confirm,
    /// Their yes is a signature over exactly that, made with something only they have.
    Sign,
}

/// How close the caller must be to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    View,
    /// Its money may be moved: by the owner, by joint holders, and by delegates within their bounds.
    Operate,
    /// Only whoever it belongs to.
    Own,
}

/// An object named in an input. A foreign one is "not found", whatever the input says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    Account(AccountId, Relation),
    Entry(EntryId, Relation),
    Passkey(PasskeyId),
    Session(SessionId),
    Pending(PendingId, Relation),
    Token(TokenId),
    Mandate(MandateId, Relation),
    Conversation(ConversationId),
    Fact(FactId),
}

/// An operation's names, all from one literal: use [`named!`](crate::named).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// `slice.verb-object`, such as `transfers.submit`.
    pub name: &'static str,
    /// Where the browser posts a form with flat fields.
    pub form_path: &'static str,
    /// Where the browser posts JSON, for inputs with structure.
    pub json_path: &'static str,
}

/// How programs call an operation: `POST /api/v1/transfers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    pub method: Method,
    /// Below `/api/v1`. A part in braces is a field of the input, such as `/accounts/{account}`.
    pub path: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The rest of the input comes from the query.
    Get,
    /// The rest of the input comes from the body, but for the key, which is the header `Idempotency-Key`.
    Post,
}

impl Rest {
    pub const fn get(path: &'static str) -> Self {
        Self {
            method: Method::Get,
            path,
        }
    }

    pub const fn post(path: &'static str) -> Self {
        Self {
            method: Method::Post,
            path,
        }
    }
}

/// What the doors that describe themselves need to know of a type: its JSON Schema.
#[cfg(feature = "schema")]
pub trait Described: schemars::JsonSchema {}
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Described for T {}
#[cfg(not(feature = "schema"))]
pub trait Described {}
#[cfg(not(feature = "schema"))]
impl<T> Described for T {}

/// Makes a [`Named`] from the operation's name.
#[macro_export]
macro_rules! named {
    ($name:literal) => {
        $crate::Named {
            name: $name,
            form_path: concat!("/api/call/", $name),
            json_path: concat!("/api/call-json/", $name),
        }
    };
}

/// Something the bank can do: the struct is its input.
pub trait Operation:
    Serialize
    + DeserializeOwned
    + Described
    + garde::Validate<Context = ()>
    + Clone
    + std::fmt::Debug
    + Send
    + Sync
    + 'static
{
    type Output: Serialize + DeserializeOwned + Described + Clone + Send + Sync + 'static;

    const NAMED: Named;
    /// One sentence, in the customer's words.
    const HELP: &'static str;
    const ACCESS: Access;
    const EFFECT: Effect;
    const CONSENT: Consent = Consent::None;
    /// Absent where programs have no business: what a session does to itself, ceremonies of the browser.
    const REST: Option<Rest> = None;
    /// Fields that are left out of the canonical input, so that not even a hash of them is kept.
    const SECRETS: &'static [&'static str] = &[];

    /// The objects that the input names. The hallway checks each one before anything else reads it.
    fn objects(&self) -> Vec<Object> {
        Vec::new()
    }

    /// Present exactly where money moves.
    fn idempotency_key(&self) -> Option<IdempotencyKey> {
        None
    }
}

/// An operation's constants, as data.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub named: Named,
    pub help: &'static str,
    pub access: Access,
    pub effect: Effect,
    pub consent: Consent,
    pub rest: Option<Rest>,
    /// It carries something that not even a hash is kept of.
    pub has_secrets: bool,
}

impl Facts {
    pub const fn of<O: Operation>() -> Self {
        Self {
            named: O::NAMED,
            help: O::HELP,
            access: O::ACCESS,
            effect: O::EFFECT,
            consent: O::CONSENT,
            rest: O::REST,
            has_secrets: !O::SECRETS.is_empty(),
        }
    }

    /// The slice that the operation belongs to: what stands before the point.
    pub fn slice(&self) -> &'static str {
        self.named.name.split('.').next().unwrap_or_default()
    }
}

/// An operation is done, or waits for something the customer still has to give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    Done(T),
    Waits(Box<PendingView>),
}

impl<T> Answer<T> {
    /// The result of an operation that asks for no consent.
    ///
    /// # Errors
    /// [`BankError::ConsentNeeded`](crate::BankError) when it waits after all.
    pub fn done(self) -> Result<T, crate::BankError> {
        match self {
            Self::Done(output) => Ok(output),
            Self::Waits(_) => Err(crate::BankError::ConsentNeeded),
        }
    }
}
