//! Every limit on how often something may be asked, with its reason.

use std::num::NonZeroU32;
use std::str::FromStr;

/// So many at once, and then so many a minute. Written "600 + 6000/min".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) burst: NonZeroU32,
    pub(crate) per_minute: NonZeroU32,
}

impl Rate {
    const fn of(burst: u32, per_minute: u32) -> Self {
        match (NonZeroU32::new(burst), NonZeroU32::new(per_minute)) {
            (Some(burst), Some(per_minute)) => Self { burst, per_minute },
            _ => panic!("a rate of nothing"),
        }
    }
}

impl FromStr for Rate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (burst, rest) = text.split_once('+').ok_or(())?;
        let per_minute = rest.trim().strip_suffix("/min").ok_or(())?;
        let number = |text: &str| text.trim().parse::<NonZeroU32>().map_err(|_| ());
        Ok(Self {
            burst: number(burst)?,
            per_minute: number(per_minute)?,
        })
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Requests,
    WaysIn,
    Program,
    PayeeChecks,
    Health,
    Turns,
}

/// A limit as it is declared: its setting, how much is let in as shipped, and why so much.
pub(crate) struct Declared {
    pub(crate) limit: Limit,
    /// The key in `[doors]`, and the name in the metrics.
    pub(crate) name: &'static str,
    pub(crate) setting: &'static str,
    pub(crate) env: &'static str,
    pub(crate) shipped: Rate,
}

macro_rules! declared {
    ($limit:ident, $name:literal, $env:literal, $burst:literal, $per_minute:literal) => {
        Declared {
            limit: Limit::$limit,
            name: $name,
            setting: concat!("[doors] ", $name),
            env: concat!("BANK_DOORS_", $env),
            shipped: Rate::of($burst, $per_minute),
        }
    };
}

pub(crate) const TABLE: [Declared; 6] = [
    // Everything from one client's address, files too. A page that is loaded for the first time asks for about
    // twenty things, and a household or a small office shares one address.
    declared!(Requests, "requests", "REQUESTS", 600, 6_000),
    // Beginning or finishing to sign in or up, and beginning to add a passkey, from one client's address. Each writes
    // rows for strangers, and whatever can be guessed is guessed here. A sign-in takes two.
    declared!(WaysIn, "ways-in", "WAYS_IN", 40, 20),
    // Requests with one token. A program that pays a payroll is let through; one in a loop is not.
    declared!(Program, "program", "PROGRAM", 300, 3_000),
    // Names and IBANs that one user may try, by whatever door: without an end, our customers could be found out.
    declared!(PayeeChecks, "payee-checks", "PAYEE_CHECKS", 60, 20),
    // Whether the bank is ready, asked from one address: each asks the database.
    declared!(Health, "health", "HEALTH", 20, 120),
    // What one user may say to the assistant, by whatever door. Nobody types faster, and a turn is many questions to the
    // database.
    declared!(Turns, "turns", "TURNS", 30, 30),
];

/// How much of everything is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rates(pub(crate) [Rate; TABLE.len()]);

impl Default for Rates {
    fn default() -> Self {
        Self(TABLE.map(|declared| declared.shipped))
    }
}

impl Rates {
    pub(crate) fn of(&self, limit: Limit) -> Rate {
        self.0[limit as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_stands_where_it_is_looked_for() {
        for (place, declared) in TABLE.iter().enumerate() {
            assert_eq!(declared.limit as usize, place, "{}", declared.name);
            let env = declared.name.to_uppercase().replace('-', "_");
            assert_eq!(declared.env, format!("BANK_DOORS_{env}"));
        }
    }

    #[test]
    fn a_rate_is_read_as_it_is_written_and_none_is_never_a_rate() {
        assert_eq!("600 + 6000/min".parse(), Ok(Rate::of(600, 6_000)));
        assert_eq!("5+1/min".parse(), Ok(Rate::of(5, 1)));
        for wrong in [
            "",
            "5",
            "5 + 1",
            "0 + 1/min",
            "1 + 0/min",
            "-1 + 1/min",
            "5 + 1/s",
            "a + b/min",
            "1 + 1.5/min",
        ] {
            assert_eq!(wrong.parse::<Rate>(), Err(()), "{wrong}");
        }
    }
}
