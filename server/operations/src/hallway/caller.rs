//! Step 1, the caller: who is at which door.

use super::{Hallway, Refusal};
use bank_contract::limits::Total;
use bank_contract::tokens::TokenState;
use bank_contract::{BankError, CustomerId, Iban, Money, SessionId, TokenId, UserId};
use bank_rules::identity as rules;
use bank_rules::limits::OwnLimits;
use bank_storage::{Acting, identity as store, tokens};
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
    /// The most that one payment may be without asking; absent when it may only read.
    pub pay_up_to: Option<Money>,
    /// What it may pay all together.
    pub total: Option<Total>,
    /// Whom it may pay without asking; everybody when empty.
    pub payees: Vec<Iban>,
    /// What its customer has set, as it was when the token was looked up.
    pub own: OwnLimits,
    expires_at: DateTime<Utc>,
    looked_up: DateTime<Utc>,
}

impl Program {
    /// Whether a payment is within what the user has let the program do.
    pub fn may_pay(&self, amount: Money, payee: Option<&Iban>) -> bool {
        let within = self
            .pay_up_to
            .is_some_and(|most| most.currency() == amount.currency() && amount.minor() <= most.minor());
        within && (self.payees.is_empty() || payee.is_none_or(|iban| self.payees.contains(iban)))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    Stranger,
    Customer(Signed),
    Program(Arc<Program>),
    Clock,
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
            Self::Stranger | Self::Clock | Self::Operator => None,
        }
    }

    pub fn user(&self) -> Option<UserId> {
        self.who().map(|who| who.user)
    }

    /// For whom the database is to work: its row security goes by this.
    pub fn acting(&self) -> Acting {
        match self {
            Self::Stranger => Acting::STRANGER,
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
    Clock,
    Command,
}

impl Door {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Rest => "rest",
            Self::Clock => "clock",
            Self::Command => "command",
        }
    }
}

/// One request: who, by which door, from which device.
#[derive(Clone, Debug)]
pub struct Visit {
    pub caller: Caller,
    pub door: Door,
    /// "Firefox on Windows"; empty when nobody said.
    pub device: String,
}

impl Visit {
    pub fn clock() -> Self {
        Self {
            caller: Caller::Clock,
            door: Door::Clock,
            device: String::new(),
        }
    }

    pub fn operator() -> Self {
        Self {
            caller: Caller::Operator,
            door: Door::Command,
            device: String::new(),
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
            pay_up_to: row.pay_up_to()?,
            total: row.total()?,
            own,
            payees: row.payees()?,
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
