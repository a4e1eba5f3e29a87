//! Step 1, the caller: who is at which door.

use super::{Hallway, Refusal};
use bank_contract::{CustomerId, SessionId, UserId};
use bank_rules::identity as rules;
use bank_storage::identity as store;
use sha2::{Digest, Sha256};
use std::fmt;

/// A signed-in customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    pub user: UserId,
    pub customer: CustomerId,
    pub session: SessionId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Stranger,
    Customer(Signed),
    Clock,
}

impl Caller {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Customer(_) => "customer",
            Self::Clock => "clock",
        }
    }

    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Customer(signed) => Some(signed.user),
            Self::Stranger | Self::Clock => None,
        }
    }
}

/// Which door a caller came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Browser,
    Clock,
}

impl Door {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Clock => "clock",
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
        self.find_caller(token).await.map_err(Refusal::into_bank_error)
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
