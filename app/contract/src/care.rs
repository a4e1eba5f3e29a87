//! Care by people: cases that the assistant has handed over, with their conversations.

use crate::assistant::MessageView;
use crate::{Access, CaseId, Effect, Named, Operation, named};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Longest answer of a person, in characters.
pub const ANSWER_MAX: usize = 2_000;

/// Why a person was asked for; the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    Crisis,
    FraudInProgress,
    AccountTakeover,
    Scammed,
    Abuse,
    Vulnerable,
    Bereavement,
    Gambling,
    MoneyWorries,
    Complaint,
    /// They asked for one.
    Person,
    /// The assistant could not help.
    NotUnderstood,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseLine {
    pub case: CaseId,
    pub reason: Reason,
    /// Bank-local time.
    pub opened_at: NaiveDateTime,
    /// When the customer or a person last wrote.
    pub last_at: NaiveDateTime,
    /// The customer wrote last.
    pub waits: bool,
    pub open: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CaseView {
    pub line: CaseLine,
    pub customer_name: String,
    /// What there is to know, in lines.
    pub summary: Vec<String>,
    pub messages: Vec<MessageView>,
}

/// How many open cases are listed, unless more are wanted.
pub const LISTED: u32 = 100;

/// The most that are listed.
pub const LISTED_MAX: u32 = 1_000;

/// Open cases: those that wait first, then the most urgent and the oldest.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListCases {
    /// How many, at most.
    #[garde(range(min = 1, max = LISTED_MAX))]
    pub most: u32,
}

impl Default for ListCases {
    fn default() -> Self {
        Self { most: LISTED }
    }
}

impl Operation for ListCases {
    type Output = Vec<CaseLine>;
    const NAMED: Named = named!("care.list-cases");
    const HELP: &'static str = "List the customers who wait for a person.";
    const ACCESS: Access = Access::Staff;
    const EFFECT: Effect = Effect::Reads;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct ShowCase {
    pub case: CaseId,
}

impl Operation for ShowCase {
    type Output = CaseView;
    const NAMED: Named = named!("care.show-case");
    const HELP: &'static str = "Show a case with its conversation.";
    const ACCESS: Access = Access::Staff;
    const EFFECT: Effect = Effect::Reads;
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde calls")]
fn answer(text: &str, _context: &()) -> garde::Result {
    let length = text.trim().chars().count();
    if (1..=ANSWER_MAX).contains(&length) {
        Ok(())
    } else {
        Err(garde::Error::new(format!(
            "An answer has 1 to {ANSWER_MAX} characters."
        )))
    }
}

/// Answers in the customer's conversation.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnswerCase {
    #[garde(skip)]
    pub case: CaseId,
    #[garde(custom(answer))]
    pub text: String,
}

impl Operation for AnswerCase {
    type Output = ();
    const NAMED: Named = named!("care.answer-case");
    const HELP: &'static str = "Answer a customer in their conversation.";
    const ACCESS: Access = Access::Staff;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["text"];
}

/// Closes a case: the assistant answers again.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct CloseCase {
    pub case: CaseId,
    /// The number of the newest message that was seen: what came after it keeps the case open.
    #[serde(default)]
    pub seen: Option<u32>,
}

impl Operation for CloseCase {
    type Output = ();
    const NAMED: Named = named!("care.close-case");
    const HELP: &'static str = "Close a case.";
    const ACCESS: Access = Access::Staff;
    const EFFECT: Effect = Effect::Changes;
}
