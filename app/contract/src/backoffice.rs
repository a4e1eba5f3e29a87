//! People who work at the bank: whoever runs the server lets them in, and in the browser they help customers.

use crate::{Access, Effect, Named, Operation, StaffId, named, text};
use chrono::NaiveDateTime;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A code for the first and only use, made for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    pub staff: StaffId,
    /// Shown once; the bank keeps a hash.
    pub code: String,
    /// Bank-local time.
    pub until: NaiveDateTime,
}

/// Somebody who works at the bank, while they are let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StaffLine {
    pub staff: StaffId,
    pub name: String,
    /// Bank-local time.
    pub invited_at: NaiveDateTime,
    /// When they were seen last; nothing before the code is used.
    pub last_seen_at: Option<NaiveDateTime>,
    /// When the session, or the code that is not used yet, ends by itself.
    pub until: NaiveDateTime,
}

/// As whom somebody works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StaffView {
    /// As customers see it.
    pub name: String,
    /// Bank-local time: when the session ends whatever happens.
    pub until: NaiveDateTime,
}

/// Makes a code with which somebody comes in.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteStaff {
    #[garde(custom(text::name))]
    pub name: String,
}

impl Operation for InviteStaff {
    type Output = Invitation;
    const NAMED: Named = named!("backoffice.invite-staff");
    const HELP: &'static str = "Make a code with which somebody who works at the bank comes in.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Changes;
}

/// Those who are let in, or could come in with a code.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListStaff {}

impl Operation for ListStaff {
    type Output = Vec<StaffLine>;
    const NAMED: Named = named!("backoffice.list-staff");
    const HELP: &'static str = "List the people who work at the bank and are let in.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Reads;
}

/// Ends somebody's session, or the code that they have not used.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct EndStaff {
    pub staff: StaffId,
}

impl Operation for EndStaff {
    type Output = ();
    const NAMED: Named = named!("backoffice.end-staff");
    const HELP: &'static str = "Let somebody who works at the bank in no longer.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Changes;
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde calls")]
fn typed(code: &str, _context: &()) -> garde::Result {
    match code.trim().chars().count() {
        0 => Err(garde::Error::new("Please enter your code.")),
        1..=100 => Ok(()),
        _ => Err(garde::Error::new("A code has 25 letters and digits.")),
    }
}

/// Comes in with a code. It is used up by that.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnterAsStaff {
    #[garde(custom(typed))]
    pub code: String,
}

impl Operation for EnterAsStaff {
    type Output = StaffView;
    const NAMED: Named = named!("backoffice.enter");
    const HELP: &'static str = "Come in as somebody who works at the bank.";
    const ACCESS: Access = Access::Public;
    const EFFECT: Effect = Effect::Changes;
    const SECRETS: &'static [&'static str] = &["code"];
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowStaff {}

impl Operation for ShowStaff {
    type Output = Option<StaffView>;
    const NAMED: Named = named!("backoffice.who-am-i");
    const HELP: &'static str = "Show as whom you work.";
    const ACCESS: Access = Access::Staff;
    const EFFECT: Effect = Effect::Reads;
}

#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeaveAsStaff {}

impl Operation for LeaveAsStaff {
    type Output = ();
    const NAMED: Named = named!("backoffice.leave");
    const HELP: &'static str = "End your session as somebody who works at the bank.";
    const ACCESS: Access = Access::Staff;
    const EFFECT: Effect = Effect::Changes;
}
