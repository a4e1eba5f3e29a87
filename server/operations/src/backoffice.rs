//! People who work at the bank: a code from whoever runs the server becomes a session in the browser.

use crate::hallway::{Caller, Context, Handler, Refusal, SessionChange, Token};
use bank_contract::backoffice::{
    EndStaff, EnterAsStaff, Invitation, InviteStaff, LeaveAsStaff, ListStaff, ShowStaff, StaffLine, StaffView,
};
use bank_contract::{BankError, StaffId};
use bank_rules::identity as rules;
use bank_storage::backoffice as store;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

/// How long a code can be used.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(30);
/// A working day. Then another code is asked for.
const SESSION_LIFE: TimeDelta = TimeDelta::hours(10);
/// Without a request, a session ends.
pub(crate) const IDLE: TimeDelta = TimeDelta::minutes(30);

/// What is typed in: groups of letters and digits, whatever stands between them.
fn code_hash(code: &str) -> [u8; 32] {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::digest(code.to_ascii_lowercase().as_bytes()).into()
}

/// 100 random bits, to be read and typed.
fn new_code(bytes: &[u8; 32]) -> String {
    let digits = hex::encode(&bytes[..13]);
    let groups: Vec<&str> = (0..5).map(|at| &digits[at * 5..at * 5 + 5]).collect();
    groups.join("-")
}

impl Handler for InviteStaff {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Invitation, Refusal> {
        let (staff, code) = (StaffId(cx.new_id()), new_code(&cx.bank.chance.bytes()));
        let until = cx.now + CODE_LIFE;
        store::invite(cx.tx, (staff, self.name.trim()), &code_hash(&code), cx.now, until).await?;
        Ok(Invitation {
            staff,
            code,
            until: cx.local(until),
        })
    }
}

impl Handler for ListStaff {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<StaffLine>, Refusal> {
        let rows = store::all(cx.tx, cx.now - IDLE, cx.now).await?;
        let line = |row: &store::StaffRow| StaffLine {
            staff: row.staff(),
            name: row.name.clone(),
            invited_at: cx.local(row.invited_at),
            last_seen_at: row.last_seen_at.map(|at| cx.local(at)),
            until: cx.local(row.ends_at.unwrap_or(row.code_ends_at)),
        };
        Ok(rows.iter().map(line).collect())
    }
}

impl Handler for EndStaff {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        if store::end(cx.tx, self.staff, cx.now).await? {
            Ok(())
        } else {
            Err(BankError::NotFound.into())
        }
    }
}

impl Handler for EnterAsStaff {
    async fn handle(self, cx: &mut Context<'_>) -> Result<StaffView, Refusal> {
        let token = Token::from_bytes(cx.bank.chance.bytes());
        let until = cx.now + SESSION_LIFE;
        let entered = store::enter(cx.tx, &code_hash(&self.code), &token.hash(), cx.now, until).await?;
        let Some((_, name)) = entered else {
            let why = "This code is not known. It may be mistyped, used already, or older than half an hour.";
            return Err(BankError::invalid("code", why).into());
        };
        cx.change_session(SessionChange::StartStaff(token));
        Ok(StaffView {
            name,
            until: cx.local(until),
        })
    }
}

impl Handler for ShowStaff {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Option<StaffView>, Refusal> {
        // The command line has no name.
        let Caller::Staff(staff) = &cx.visit.caller else {
            return Ok(None);
        };
        Ok(Some(StaffView {
            name: staff.name.clone(),
            until: cx.local(staff.ends_at),
        }))
    }
}

impl Handler for LeaveAsStaff {
    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        if let Caller::Staff(staff) = &cx.visit.caller {
            store::end(cx.tx, staff.staff, cx.now).await?;
            cx.change_session(SessionChange::EndStaff);
        }
        Ok(())
    }
}

/// Whether a session goes on.
pub(crate) fn is_alive(last_seen_at: DateTime<Utc>, ends_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < ends_at && now - last_seen_at < IDLE
}

/// Whether it is time to note that a session was used.
pub(crate) fn is_news(last_seen_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - last_seen_at >= rules::SEEN_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_typed_with_or_without_its_hyphens() {
        let code = new_code(&[0xa7; 32]);
        assert_eq!(code, "a7a7a-7a7a7-a7a7a-7a7a7-a7a7a");
        for typed in ["A7A7A 7A7A7 A7A7A 7A7A7 A7A7A", " a7a7a7a7a7a7a7a7a7a7a7a7a\n"] {
            assert_eq!(code_hash(typed), code_hash(&code), "{typed:?}");
        }
        assert_ne!(code_hash("a7a7a"), code_hash(&code));
    }
}
