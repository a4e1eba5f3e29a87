//! What the bank tells people: mails about what happened to their login.

use crate::{Access, CeremonyId, Effect, Named, Operation, named};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A mail as its receiver reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailView {
    pub subject: String,
    pub body: String,
    pub to: Option<String>,
    pub at: NaiveDateTime,
}

/// A mail can carry a code.
impl fmt::Debug for MailView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailView")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// What the demo bank sent to the caller, newest first: it may have no way to send real mail.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowMailbox {}

impl Operation for ShowMailbox {
    type Output = Vec<MailView>;
    const NAMED: Named = named!("notifications.show-mailbox");
    const HELP: &'static str = "Show the mails that the demo bank sent you.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

/// What the demo bank wrote to whoever began this sign-up. Of an address that is with us already nothing is shown here:
/// that mail is its owner's.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowSignUpMail {
    pub ceremony: CeremonyId,
}

impl Operation for ShowSignUpMail {
    type Output = Vec<MailView>;
    const NAMED: Named = named!("notifications.show-sign-up-mail");
    const HELP: &'static str = "Show the mail that the demo bank sent for a sign-up.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Reads;
}

/// Makes mails of what waits in the outbox. Gives how many notices left it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliverNotices {}

impl Operation for DeliverNotices {
    type Output = u64;
    const NAMED: Named = named!("notifications.deliver");
    const HELP: &'static str = "Make mails of what people must be told.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}

/// Sends the mails that are due, where the bank has a way to send. Gives how many were sent.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendMail {}

impl Operation for SendMail {
    type Output = u64;
    const NAMED: Named = named!("notifications.send-mail");
    const HELP: &'static str = "Send the mails that are due.";
    const ACCESS: Access = Access::Clock;
    const EFFECT: Effect = Effect::Changes;
}
