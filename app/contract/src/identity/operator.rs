//! What whoever runs the bank can do about a login, by the command line.

use crate::{Access, Effect, Named, Operation, UserId, named};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Closes a login: its sessions end, its programs are shut out for good, and nobody signs in with it.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct LockUser {
    pub user: UserId,
}

impl Operation for LockUser {
    /// How many sessions have ended.
    type Output = u64;
    const NAMED: Named = named!("identity.lock-user");
    const HELP: &'static str = "Close a login, and end its sessions and tokens.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Changes;
}

/// Opens a closed login again. Its tokens stay revoked.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct UnlockUser {
    pub user: UserId,
}

impl Operation for UnlockUser {
    type Output = ();
    const NAMED: Named = named!("identity.unlock-user");
    const HELP: &'static str = "Open a closed login again.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Changes;
}

/// Signs one user out everywhere, or everybody. Gives how many sessions have ended.
#[derive(Clone, Debug, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[garde(allow_unvalidated)]
pub struct EndSessions {
    /// Everybody, when nobody is named.
    pub user: Option<UserId>,
}

impl Operation for EndSessions {
    type Output = u64;
    const NAMED: Named = named!("identity.end-sessions");
    const HELP: &'static str = "Sign one user out everywhere, or everybody.";
    const ACCESS: Access = Access::Operator;
    const EFFECT: Effect = Effect::Changes;
}
