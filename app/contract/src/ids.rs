//! Names of things. Each kind of id is its own type, so that one cannot stand in for another.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A person or a business that has accounts.
    CustomerId;
    /// A login. It acts for one customer.
    UserId;
    /// A place for money, with an IBAN.
    AccountId;
    /// A balanced record in the journal.
    EntryId;
    /// Money set aside until it is captured or released.
    HoldId;
    /// A passkey registered with the bank.
    PasskeyId;
    /// A signed-in browser.
    SessionId;
    /// A passkey ceremony that has begun and not ended.
    CeremonyId;
    /// A token with which a program acts for a user.
    TokenId;
    /// What a customer lets another person do with some of their accounts.
    MandateId;
    /// An operation that waits for something.
    PendingId;
    /// A conversation with the assistant.
    ConversationId;
    /// Something that the assistant remembers.
    FactId;
    /// A conversation that a person has been asked into.
    CaseId;
    /// Somebody who works at the bank, from an invitation to the end of the session.
    StaffId;
    /// Chosen by the caller: the same key never moves money twice.
    IdempotencyKey;
}
