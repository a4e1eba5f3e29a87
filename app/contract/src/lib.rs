//! The bank's vocabulary, shared by the browser and the server.
//!
//! Everything the bank can do is an [`Operation`]: a plain struct with a few constants,
//! declared here once and reached through many doors. [`each_operation!`] lists them all.

mod bank;
mod catalogue;
pub mod currency;
pub mod error;
pub mod iban;
pub mod ids;
pub mod money;
pub mod operation;
pub mod page;
pub mod text;

pub mod accounts;
pub mod assistant;
pub mod backoffice;
pub mod bankday;
pub mod care;
pub mod compliance;
pub mod help;
pub mod identity;
pub mod ledger;
pub mod limits;
pub mod mandates;
pub mod notifications;
pub mod payees;
pub mod pending;
pub mod tokens;
pub mod transfers;

pub use bank::{Bank, BankFuture, Doorway};
pub use currency::Currency;
pub use error::{BankError, FieldProblem, Moved};
pub use iban::Iban;
pub use ids::{
    AccountId, CaseId, CeremonyId, ConversationId, CustomerId, EntryId, FactId, HoldId, IdempotencyKey, MandateId,
    PasskeyId, PendingId, SessionId, StaffId, TokenId, UserId,
};
pub use money::{Money, MoneyError};
pub use operation::{
    Access, Answer, Consent, Described, Effect, Facts, Method, Named, Object, Operation, Relation, Rest,
};
pub use page::{Cursor, Page, PageSize};
