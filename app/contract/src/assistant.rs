//! The assistant: conversations in which customers get done, explained or handed on whatever they ask for.
//!
//! What it says is made of [`Part`]s, a closed list. Text is text: the browser never reads markup, addresses or anything to press out of
//! it. What can be pressed is a [`Choice`], a [`Place`] of this bank, or a request that waits ([`PendingView`]).

pub mod turn;

use crate::accounts::{AccountView, TransactionView};
use crate::pending::PendingView;
use crate::transfers::Receipt;
use crate::{
    Access, AccountId, BankError, CaseId, ConversationId, Effect, EntryId, FactId, Money, Named, Object, Operation,
    PendingId, named, text,
};
use chrono::{NaiveDate, NaiveDateTime};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Longest text of a customer, in characters.
pub const WORDS_MAX: usize = 1_000;
/// Messages of a conversation that are kept and shown; older ones go.
pub const MESSAGES_MAX: usize = 200;
/// Things that the assistant remembers of one user.
pub const FACTS_MAX: usize = 50;

/// What the customer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Typed or dictated.
    Words { text: String },
    /// Pressed one of the choices of a message.
    Chosen { message: u32, choice: u16 },
    /// Dealt with the request of a card: confirmed, signed or cancelled it. What became of it the bank looks up.
    Settled { pending: PendingId },
}

/// Who a message is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Customer,
    Assistant,
    /// Somebody who works at the bank.
    Person,
}

/// A page of the bank. The only links there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Home,
    Account(AccountId),
    Entry(EntryId),
    Pending(PendingId),
    OpenAccount,
    Pay,
    Move,
    Cash,
    Profile,
    Password,
    Totp,
    Email,
    Recovery,
    Passkeys,
    Programs,
    Limits,
    Payees,
    Mandates,
    Mailbox,
    /// An article of the help, by its slug.
    Help(String),
}

/// Something to press in place of typing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    pub label: String,
    /// More about it, such as an IBAN beside a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A line of figures, with where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Figure {
    pub label: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A piece of what is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Plain text.
    Text {
        text: String,
    },
    /// Who of the bank wrote the message, by the name that the bank knows them by.
    Signed {
        name: String,
    },
    /// Figures from the customer's own data. The first one is the answer, the others are what it is made of.
    Figures {
        title: String,
        figures: Vec<Figure>,
    },
    Accounts {
        accounts: Vec<AccountView>,
    },
    Transactions {
        rows: Vec<TransactionView>,
        /// There are more than these.
        more: bool,
    },
    Receipt {
        receipt: Box<Receipt>,
    },
    /// Something that changes, as the bank understood it: to be confirmed or signed, or left.
    Card {
        pending: Box<PendingView>,
    },
    Choices {
        choices: Vec<Choice>,
    },
    Link {
        label: String,
        place: Place,
    },
    /// What an article of the help says, word by word.
    Article {
        slug: String,
        title: String,
        quote: String,
    },
    /// A person takes over, with everything that they need.
    HandedOver {
        case: CaseId,
        summary: Vec<String>,
        /// It was added to a case that is open in another conversation, and is answered there.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        elsewhere: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageView {
    /// From 1, within the conversation.
    pub number: u32,
    pub by: Speaker,
    /// Bank-local time.
    pub at: NaiveDateTime,
    pub parts: Vec<Part>,
}

/// What came of one turn: the customer's own message first, then the answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Turn {
    pub conversation: ConversationId,
    pub messages: Vec<MessageView>,
}

/// A turn line by line, for whoever reads along: messages as they are made, and at the end the turn as the bank has kept it,
/// or why it has not. Without such an end, nobody knows what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnLine {
    /// Not kept yet: nothing of it can be pressed, and it may all have been for nothing.
    Meanwhile(Vec<Part>),
    Done(Turn),
    Refused(BankError),
}

/// How well it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    Good,
    Bad,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationView {
    pub conversation: ConversationId,
    /// Bank-local time.
    pub begun_at: NaiveDateTime,
    pub rating: Option<Rating>,
    /// A person has been asked to help and has not closed the case.
    pub with_person: bool,
    pub messages: Vec<MessageView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationLine {
    pub conversation: ConversationId,
    pub begun_at: NaiveDateTime,
    pub last_at: NaiveDateTime,
    /// What the customer said first.
    pub title: String,
    pub with_person: bool,
}

/// Something that the assistant remembers: "by Mum I mean Anna Weber".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactView {
    pub fact: FactId,
    /// "Mum"
    pub word: String,
    /// "Anna Weber"
    pub meaning: String,
    pub since: NaiveDate,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde calls")]
fn well_said(said: &Said, context: &()) -> garde::Result {
    let Said::Words { text } = said else { return Ok(()) };
    let length = text.trim().chars().count();
    if length == 0 {
        return Err(garde::Error::new("Please write something."));
    }
    if length > WORDS_MAX {
        return Err(garde::Error::new(format!(
            "That is too long to take in at once: {WORDS_MAX} characters at most."
        )));
    }
    // Several lines are fine here.
    let line: String = text.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
    text::printable(&line, context)
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::ref_option,
    reason = "the signature that garde calls"
)]
fn well_known(page: &Option<String>, context: &()) -> garde::Result {
    let Some(page) = page else { return Ok(()) };
    if page.chars().count() > 100 {
        return Err(garde::Error::new("That page is not known."));
    }
    text::printable(page, context)
}

/// One turn. Whatever the assistant does for it, it does as the customer, through the same hallway.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Say {
    /// Absent to begin a new conversation.
    #[garde(skip)]
    #[serde(default)]
    pub conversation: Option<ConversationId>,
    #[garde(custom(well_said))]
    pub said: Said,
    /// The page on which it was said, such as `/accounts/{id}`: what "this" may mean.
    #[garde(custom(well_known))]
    #[serde(default)]
    pub page: Option<String>,
}

impl Operation for Say {
    type Output = Turn;
    const NAMED: Named = named!("assistant.say");
    const HELP: &'static str = "Say something to the assistant.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    /// Conversations are kept sealed; no hash of them stands in the audit.
    const SECRETS: &'static [&'static str] = &["said"];

    fn objects(&self) -> Vec<Object> {
        self.conversation.map(Object::Conversation).into_iter().collect()
    }
}

/// A conversation, or the latest one; nothing when there is none.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowConversation {
    #[serde(default)]
    pub conversation: Option<ConversationId>,
}

impl Operation for ShowConversation {
    type Output = Option<ConversationView>;
    const NAMED: Named = named!("assistant.show");
    const HELP: &'static str = "Show a conversation with the assistant.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;

    fn objects(&self) -> Vec<Object> {
        self.conversation.map(Object::Conversation).into_iter().collect()
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListConversations {}

impl Operation for ListConversations {
    /// Newest first, 50 at most.
    type Output = Vec<ConversationLine>;
    const NAMED: Named = named!("assistant.list");
    const HELP: &'static str = "List your conversations with the assistant.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

/// A conversation as plain text, to keep.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ExportConversation {
    pub conversation: ConversationId,
}

impl Operation for ExportConversation {
    type Output = String;
    const NAMED: Named = named!("assistant.export");
    const HELP: &'static str = "Keep a conversation with the assistant as plain text.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Conversation(self.conversation)]
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct DeleteConversation {
    pub conversation: ConversationId,
}

impl Operation for DeleteConversation {
    type Output = ();
    const NAMED: Named = named!("assistant.delete");
    const HELP: &'static str = "Delete a conversation with the assistant.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Conversation(self.conversation)]
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct RateConversation {
    pub conversation: ConversationId,
    pub rating: Rating,
}

impl Operation for RateConversation {
    type Output = ();
    const NAMED: Named = named!("assistant.rate");
    const HELP: &'static str = "Say how well the assistant did.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Conversation(self.conversation)]
    }
}

/// What the assistant remembers.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListFacts {}

impl Operation for ListFacts {
    type Output = Vec<FactView>;
    const NAMED: Named = named!("assistant.show-memory");
    const HELP: &'static str = "Show what the assistant remembers of you.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Reads;
}

/// Remembers what a word of the customer's means. The same word again is a new meaning.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remember {
    #[garde(custom(text::name))]
    pub word: String,
    #[garde(custom(text::name))]
    pub meaning: String,
}

impl Operation for Remember {
    type Output = FactView;
    const NAMED: Named = named!("assistant.remember");
    const HELP: &'static str = "Tell the assistant what a word of yours means.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["word", "meaning"];
}

/// Forgets one thing.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct Forget {
    pub fact: FactId,
}

impl Operation for Forget {
    type Output = ();
    const NAMED: Named = named!("assistant.forget");
    const HELP: &'static str = "Make the assistant forget something.";
    const ACCESS: Access = Access::Customer;
    const EFFECT: Effect = Effect::Changes;

    fn objects(&self) -> Vec<Object> {
        vec![Object::Fact(self.fact)]
    }
}
