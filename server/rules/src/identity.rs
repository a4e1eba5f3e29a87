//! How long things that prove an identity last.

pub mod codes;
pub mod network;
pub mod passwords;
pub mod tries;
pub mod ways;

use chrono::{DateTime, TimeDelta, Utc};

/// Passkeys that one user may have.
pub const PASSKEYS_MAX: u32 = 20;

/// Sessions that one user may have at once; one more ends the oldest.
pub const SESSIONS_MAX: u32 = 20;

/// A passkey ceremony must be answered within this time.
pub const CEREMONY_LASTS: TimeDelta = TimeDelta::minutes(5);

/// `last_seen_at` is written at most this often, so that reading pages does not write rows.
pub const SEEN_EVERY: TimeDelta = TimeDelta::seconds(10);

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without any request.
    pub idle: TimeDelta,
    /// Whatever happens.
    pub absolute: TimeDelta,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            idle: TimeDelta::minutes(5),
            absolute: TimeDelta::hours(24),
        }
    }
}

/// A session ends at the earlier of both limits; the instant itself counts as ended.
pub fn session_alive(
    limits: SessionLimits,
    last_seen: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> bool {
    now < ends_at && now < last_seen + limits.idle
}

/// How a session was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Passkey,
    Password,
    Demo,
}

impl Proof {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Password => "password",
            Self::Demo => "demo",
        }
    }
}

/// A sign-in with a passkey is proof enough for changing the other ways in, for this long.
pub const FRESH_FOR: TimeDelta = TimeDelta::minutes(10);

/// Whether a session was begun with a passkey a moment ago.
pub fn is_fresh(proven_by: &str, started_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    proven_by == Proof::Passkey.code() && now - started_at < FRESH_FOR
}

/// The last passkey may go only when there is another way to sign in.
pub const fn may_remove_passkey(count: u64, other_way: bool) -> bool {
    count > 1 || (count == 1 && other_way)
}

/// "Firefox on Windows", from a User-Agent header: enough to recognise one's own device.
pub fn device_name(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ];
    let find = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|row| row.1)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_or_old_and_at_the_very_instant() {
        let limits = SessionLimits::default();
        let start: DateTime<Utc> = "2026-11-23T10:00:00Z".parse().unwrap();
        let ends = start + limits.absolute;
        let second = TimeDelta::seconds(1);
        assert!(session_alive(limits, start, ends, start + limits.idle - second));
        assert!(!session_alive(limits, start, ends, start + limits.idle));
        assert!(session_alive(limits, ends - second, ends, ends - second));
        assert!(!session_alive(limits, ends - second, ends, ends));
    }

    #[test]
    fn only_a_passkey_a_moment_ago_is_fresh() {
        let start: DateTime<Utc> = "2026-11-23T10:00:00Z".parse().unwrap();
        let second = TimeDelta::seconds(1);
        assert!(is_fresh("passkey", start, start + FRESH_FOR - second));
        assert!(!is_fresh("passkey", start, start + FRESH_FOR));
        assert!(!is_fresh("password", start, start));
        assert!(!is_fresh("demo", start, start));
    }

    #[test]
    fn the_last_passkey_goes_only_when_there_is_another_way() {
        for (count, other_way, may) in [(2, false, true), (1, false, false), (1, true, true), (0, true, false)] {
            assert_eq!(may_remove_passkey(count, other_way), may, "{count} {other_way}");
        }
    }

    #[test]
    fn devices_are_named_as_their_owners_would() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0",
                "Edge on Windows",
            ),
            ("", "Unknown device"),
        ] {
            assert_eq!(device_name(agent), name);
        }
    }
}
