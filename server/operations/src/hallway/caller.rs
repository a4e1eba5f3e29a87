//! Step 1, the caller: who is at which door.

use super::{Hallway, Refusal};
use crate::assistant::Aloud;
use crate::backoffice::{is_alive, is_news};
use bank_contract::limits::Bounds;
use bank_contract::tokens::TokenState;
use bank_contract::{Access, BankError, CustomerId, Iban, Money, SessionId, StaffId, TokenId, UserId};
use bank_rules::identity as rules;
use bank_rules::limits::{OwnLimits, admits};
use bank_storage::{Acting, backoffice, identity as store, tokens};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// A signed-in customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    pub user: UserId,
    pub customer: CustomerId,
    pub session: SessionId,
}

/// A program that acts for a user, with a token of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub token: TokenId,
    pub user: UserId,
    pub customer: CustomerId,
    /// What it may pay without asking; absent when it may only read.
    pub bounds: Option<Bounds>,
    /// What its customer has set, as it was when the token was looked up.
    pub own: OwnLimits,
    expires_at: DateTime<Utc>,
    looked_up: DateTime<Utc>,
}

impl Program {
    /// Whether a payment is within what the user has let the program do.
    pub fn may_pay(&self, amount: Money, payee: Option<&Iban>) -> bool {
        self.bounds.as_ref().is_some_and(|bounds| admits(bounds, amount, payee))
    }
}

/// Somebody who works at the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    pub staff: StaffId,
    /// As customers see it.
    pub name: String,
    pub ends_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    Stranger,
    Customer(Signed),
    Program(Arc<Program>),
    Clock,
    /// Somebody who works at the bank, in the browser.
    Staff(Arc<Staff>),
    /// Whoever runs the server, at its command line.
    Operator,
}

/// The user behind a caller, and whom they act for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    pub user: UserId,
    pub customer: CustomerId,
}

impl Caller {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Customer(_) => "customer",
            Self::Program(_) => "program",
            Self::Clock => "clock",
            Self::Staff(_) => "staff",
            Self::Operator => "operator",
        }
    }

    /// The user, when there is one behind it.
    pub fn who(&self) -> Option<Who> {
        match self {
            Self::Customer(signed) => Some(Who {
                user: signed.user,
                customer: signed.customer,
            }),
            Self::Program(program) => Some(Who {
                user: program.user,
                customer: program.customer,
            }),
            Self::Stranger | Self::Clock | Self::Staff(_) | Self::Operator => None,
        }
    }

    pub fn user(&self) -> Option<UserId> {
        self.who().map(|who| who.user)
    }

    /// Whose id stands in the audit: the user's, or that of somebody who works at the bank.
    pub fn audited(&self) -> Option<UserId> {
        match self {
            Self::Staff(staff) => Some(UserId(staff.staff.0)),
            _ => self.user(),
        }
    }

    /// As [`Self::acting`], in an operation of this access: for customers who wait, staff see what the operator sees.
    pub(super) fn acting_in(&self, access: Access) -> Acting {
        match self {
            Self::Staff(_) if access == Access::Staff => Acting::OPERATOR,
            _ => self.acting(),
        }
    }

    /// For whom the database is to work: its row security goes by this.
    pub fn acting(&self) -> Acting {
        match self {
            // Beside what is theirs ([`Self::acting_in`]), staff are as strangers.
            Self::Stranger | Self::Staff(_) => Acting::STRANGER,
            Self::Customer(signed) => Acting::customer(signed.user, signed.customer),
            Self::Program(program) => Acting::program(program.user, program.customer),
            Self::Clock => Acting::CLOCK,
            Self::Operator => Acting::OPERATOR,
        }
    }
}

/// Which door a caller came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Browser,
    Rest,
    /// Programs again, as tools of the Model Context Protocol: what they may do is the same as by REST.
    Mcp,
    Clock,
    Command,
    /// The assistant's own, for the customer who talks with it. What comes through it reads, or waits for a yes that is
    /// given at another door.
    Assistant,
}

impl Door {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Rest => "rest",
            Self::Mcp => "mcp",
            Self::Clock => "clock",
            Self::Command => "command",
            Self::Assistant => "assistant",
        }
    }
}

/// One request: who, by which door, from which device and network.
#[derive(Clone, Debug)]
pub struct Visit {
    pub caller: Caller,
    pub door: Door,
    /// "Firefox on Windows"; empty when nobody said.
    pub device: String,
    /// "203.0.113.x": the network it comes from, never the whole address; empty when it is not known or of no concern.
    pub network: String,
    /// Who hears what is said before the answer is there. Nobody, but for a turn of the assistant.
    pub aloud: Aloud,
}

impl Visit {
    pub fn clock() -> Self {
        Self {
            caller: Caller::Clock,
            door: Door::Clock,
            device: String::new(),
            network: String::new(),
            aloud: Aloud::default(),
        }
    }

    pub fn operator() -> Self {
        Self {
            caller: Caller::Operator,
            door: Door::Command,
            device: String::new(),
            network: String::new(),
            aloud: Aloud::default(),
        }
    }
}

/// What a token's secret begins with, so that a leaked one is recognised.
pub const TOKEN_PREFIX: &str = "larch_";

/// The hash that the bank keeps of a token's secret. None when it cannot be one of ours.
fn secret_hash(secret: &str) -> Option<[u8; 32]> {
    let digits = secret.strip_prefix(TOKEN_PREFIX)?;
    Token::read(digits)?;
    Some(Sha256::digest(secret.as_bytes()).into())
}

/// Makes a token's secret of 256 random bits, and gives the hash to keep.
pub(crate) fn new_secret(bytes: [u8; 32]) -> (String, [u8; 32]) {
    let secret = format!("{TOKEN_PREFIX}{}", hex::encode(bytes));
    let hash = Sha256::digest(secret.as_bytes()).into();
    (secret, hash)
}

/// A session's secret. It cannot be printed; the database keeps its hash only.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// 256 bits, in hexadecimal.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(hex::encode(bytes))
    }

    /// From a cookie. None when it cannot be one of ours.
    pub fn read(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }

    /// For the cookie, and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// SHA-256 is enough here: the token is random, so there is nothing to guess.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What a door must do with the session after an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionChange {
    Start(Token),
    End,
    /// Of somebody who works at the bank: beside a customer's, in the same browser.
    StartStaff(Token),
    EndStaff,
}

impl Hallway {
    /// Whom a session token belongs to. A token that is unknown, idle too long or too old is a stranger's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn caller_of(&self, token: &Token) -> Result<Caller, bank_contract::BankError> {
        self.find_caller(token).await.map_err(Refusal::of_look)
    }

    async fn find_caller(&self, token: &Token) -> Result<Caller, Refusal> {
        let Some(row) = store::find_session(self.db.reader(), &token.hash()).await? else {
            return Ok(Caller::Stranger);
        };
        let now = self.clock.now();
        if !rules::session_alive(self.settings.sessions, row.last_seen_at, row.ends_at, now) {
            return Ok(Caller::Stranger);
        }
        let session = SessionId(row.id);
        if now - row.last_seen_at >= rules::SEEN_EVERY {
            store::note_session_seen(self.db.reader(), session, now).await?;
        }
        Ok(Caller::Customer(Signed {
            user: row.user(),
            customer: row.customer(),
            session,
        }))
    }

    /// Whose session this is of those who work at the bank. A token that is unknown, idle too long or too old is a
    /// stranger's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn staff_of(&self, token: &Token) -> Result<Caller, BankError> {
        self.find_staff(token).await.map_err(Refusal::of_look)
    }

    async fn find_staff(&self, token: &Token) -> Result<Caller, Refusal> {
        let now = self.clock.now();
        let found = backoffice::find(self.db.reader(), &token.hash()).await?;
        let Some(session) = found.filter(|row| is_alive(row.last_seen_at, row.ends_at, now)) else {
            return Ok(Caller::Stranger);
        };
        if is_news(session.last_seen_at, now) {
            backoffice::note_seen(self.db.reader(), session.staff(), now).await?;
        }
        Ok(Caller::Staff(Arc::new(Staff {
            staff: session.staff(),
            name: session.name,
            ends_at: session.ends_at,
        })))
    }

    /// Whom a token's secret lets in. One that is unknown, revoked or expired is a stranger's.
    ///
    /// With `engine_checks`, what was looked up a moment ago is good enough: the posting engine sees for itself
    /// that the token is alive.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn program_of(&self, secret: &str, engine_checks: bool) -> Result<Caller, BankError> {
        self.find_program(secret, engine_checks).await.map_err(Refusal::of_look)
    }

    async fn find_program(&self, secret: &str, engine_checks: bool) -> Result<Caller, Refusal> {
        /// Beyond this, a token is looked up again in any case, and its use is noted.
        const FRESH: TimeDelta = TimeDelta::seconds(60);
        let Some(hash) = secret_hash(secret) else {
            return Ok(Caller::Stranger);
        };
        let now = self.clock.now();
        if engine_checks
            && let Some(program) = self.programs.get(&hash)
            && now - program.looked_up < FRESH
            && program.expires_at > now
        {
            return Ok(Caller::Program(program));
        }
        let db = self.db.clone();
        let asked = self.missing_programs.find(hash, move |hashes| {
            let db = db.clone();
            async move { tokens::find_by_hashes(db.reader(), hashes, now).await }
        });
        let Some((row, own)) = asked.await?.filter(|(row, _)| row.state(now) == TokenState::Active) else {
            self.programs.remove(&hash);
            return Ok(Caller::Stranger);
        };
        if row.last_used_at().is_none_or(|at| now - at >= FRESH) {
            self.uses.push(row.token(), now);
        }
        let program = Arc::new(Program {
            token: row.token(),
            user: row.user(),
            customer: row.customer(),
            bounds: row.bounds()?,
            own,
            expires_at: row.expires_at(),
            looked_up: now,
        });
        self.programs.insert(hash, program.clone());
        Ok(Caller::Program(program))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_cannot_be_printed_and_survives_its_cookie() {
        let token = Token::from_bytes([171; 32]);
        assert!(!format!("{token:?}").contains("ab"));
        assert_eq!(Token::read(token.reveal()), Some(token));
        for bad in ["", "xyz", &"g".repeat(64), &"a".repeat(63)] {
            assert_eq!(Token::read(bad), None);
        }
    }
}
