//! The ways in that a user has, and which of them may go.

use bank_contract::BankError;
use bank_contract::identity::factors::OtherWay;

/// What a user can sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaysIn {
    pub passkeys: u64,
    /// Confirmed.
    pub email: bool,
    pub password: bool,
    /// An app for codes.
    pub codes: bool,
}

impl WaysIn {
    /// Whether somebody can sign in with these: a passkey alone is enough, and the other way needs all its parts.
    pub const fn lead_in(self) -> bool {
        self.passkeys > 0 || (self.email && self.password && self.codes)
    }

    const fn has(self, what: OtherWay) -> bool {
        match what {
            OtherWay::Password => self.password,
            OtherWay::Codes => self.codes,
            OtherWay::Both => self.password || self.codes,
        }
    }

    const fn without(self, what: OtherWay) -> Self {
        match what {
            OtherWay::Password => Self {
                password: false,
                ..self
            },
            OtherWay::Codes => Self { codes: false, ..self },
            OtherWay::Both => Self {
                password: false,
                codes: false,
                ..self
            },
        }
    }

    /// Whether a part of the other way may be turned off.
    ///
    /// # Errors
    /// [`BankError::Invalid`] for the field `what` where there is nothing to turn off, [`BankError::LastWayIn`] where no
    /// complete way in would stay.
    pub fn may_turn_off(self, what: OtherWay) -> Result<(), BankError> {
        if !self.has(what) {
            return Err(BankError::invalid(
                "what",
                "That is not set up, so there is nothing to turn off.",
            ));
        }
        if self.without(what).lead_in() {
            Ok(())
        } else {
            Err(BankError::LastWayIn)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(passkeys: u64, email: bool, password: bool, codes: bool) -> WaysIn {
        WaysIn {
            passkeys,
            email,
            password,
            codes,
        }
    }

    #[test]
    fn a_passkey_leads_in_alone_and_the_other_way_with_all_its_parts_only() {
        for (has, leads) in [
            (ways(0, false, false, false), false),
            (ways(1, false, false, false), true),
            (ways(0, true, true, true), true),
            (ways(0, false, true, true), false),
            (ways(0, true, false, true), false),
            (ways(0, true, true, false), false),
        ] {
            assert_eq!(has.lead_in(), leads, "{has:?}");
        }
    }

    #[test]
    fn what_is_turned_off_leaves_a_complete_way_in_or_stays() {
        use OtherWay::{Both, Codes, Password};
        let (all, sole) = (ways(1, true, true, true), ways(0, true, true, true));
        let nothing = || Err("invalid");
        let last = || Err("last_way_in");
        for (has, what, expected) in [
            (all, Password, Ok(())),
            (all, Codes, Ok(())),
            (all, Both, Ok(())),
            (sole, Password, last()),
            (sole, Codes, last()),
            (sole, Both, last()),
            (ways(2, true, false, true), Password, nothing()),
            (ways(2, true, true, false), Codes, nothing()),
            (ways(2, true, true, false), Both, Ok(())),
            (ways(2, true, false, true), Both, Ok(())),
            (ways(2, true, false, false), Both, nothing()),
            (ways(1, false, true, true), Both, Ok(())),
            // Nobody could sign in as it is, so nothing more goes.
            (ways(0, false, true, true), Password, last()),
        ] {
            let found = has.may_turn_off(what).map_err(|error| error.code());
            assert_eq!(found, expected, "{has:?} {what:?}");
        }
    }
}
