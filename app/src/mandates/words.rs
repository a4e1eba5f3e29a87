//! How mandates are spoken of.

use crate::design::dates;
use bank_contract::limits::Bounds;
use bank_contract::mandates::{MandateState, MandateView, Power, Side};

/// "look", "pay up to €50.00 at a time …", "hold it jointly": what stands behind "may".
pub(super) fn may(power: &Power) -> String {
    match power {
        Power::View => "look".to_owned(),
        Power::Joint => "do all that its owner may".to_owned(),
        Power::Pay(bounds) => pay(bounds),
    }
}

fn pay(bounds: &Bounds) -> String {
    let to = match bounds.payees.len() {
        0 => "anybody".to_owned(),
        1 => "one payee".to_owned(),
        several => format!("{several} payees"),
    };
    let total = bounds.total.map_or_else(String::new, |total| {
        format!(" and {} {}", total.most, total.per.words())
    });
    format!("look, and pay up to {} at a time{total} to {to}", bounds.pay_up_to)
}

/// "All accounts", "Everyday", "Everyday and 2 more".
pub(super) fn which(mandate: &MandateView) -> String {
    if mandate.all_accounts {
        return "All accounts".to_owned();
    }
    match mandate.accounts.as_slice() {
        [] => "No account".to_owned(),
        [only] => only.name.clone(),
        [first, rest @ ..] => format!("{} and {} more", first.name, rest.len()),
    }
}

/// The second line of a row.
pub(super) fn line(mandate: &MandateView) -> String {
    format!("{}: may {}", which(mandate), may(&mandate.power))
}

/// "€120.00 of €900.00 a month is spent"; none where nothing is added up.
pub(super) fn spent(mandate: &MandateView) -> Option<String> {
    let total = mandate.power.bounds()?.total?;
    let spent = mandate.spent?;
    Some(format!("{spent} of {} {} is spent", total.most, total.per.words()))
}

/// What stands beside one that is not simply there.
pub(super) const fn state(mandate: &MandateView) -> Option<&'static str> {
    match (mandate.state, mandate.side) {
        (MandateState::Active, _) => None,
        (MandateState::Offered, Side::Holder) => Some("Offered to you"),
        (MandateState::Offered, Side::Grantor) => Some("Not accepted yet"),
        (MandateState::Expired, _) => Some("Ran out"),
        (MandateState::Revoked | MandateState::Left, _) => Some("Ended"),
    }
}

/// What the page of one mandate is called: who may act for whom, and whether they do.
pub(super) fn title(mandate: &MandateView) -> String {
    let other = &mandate.other;
    let was_taken = mandate.accepted_at.is_some();
    match (mandate.state, mandate.side, was_taken) {
        (MandateState::Offered, Side::Grantor, _) => format!("Offered to {other}"),
        (MandateState::Offered, Side::Holder, _) => format!("{other} lets you act for them"),
        (MandateState::Active, Side::Grantor, _) => format!("{other} acts for you"),
        (MandateState::Active, Side::Holder, _) => format!("You act for {other}"),
        (_, Side::Grantor, true) => format!("{other} acted for you"),
        (_, Side::Holder, true) => format!("You acted for {other}"),
        (_, Side::Grantor, false) => format!("Was offered to {other}"),
        (_, Side::Holder, false) => format!("{other} wanted to let you act for them"),
    }
}

/// What stands over a mandate that has ended; nothing over one that lives.
pub(super) fn ending(mandate: &MandateView) -> Option<&'static str> {
    let was_taken = mandate.accepted_at.is_some();
    Some(match (mandate.state, mandate.side, was_taken) {
        (MandateState::Active | MandateState::Offered, ..) => return None,
        (MandateState::Expired, _, true) => "Its time is over. Nobody can act by it any more.",
        (MandateState::Expired, _, false) => "Nobody accepted it in time. Nobody can act by it.",
        (MandateState::Revoked, Side::Grantor, true) => "You ended it. Nobody can act by it any more.",
        (MandateState::Revoked, Side::Grantor, false) => "You took the offer back. Nobody can act by it.",
        (MandateState::Revoked, Side::Holder, true) => "Its owner ended it. You can no longer act by it.",
        (MandateState::Revoked, Side::Holder, false) => "Its owner took the offer back. You cannot act by it.",
        (MandateState::Left, Side::Grantor, true) => "They left. Nobody can act by it any more.",
        (MandateState::Left, Side::Grantor, false) => "They declined it. Nobody can act by it.",
        (MandateState::Left, Side::Holder, true) => "You left. You can no longer act by it.",
        (MandateState::Left, Side::Holder, false) => "You declined it. You cannot act by it.",
    })
}

/// What whoever accepts has to know of what they do with the accounts.
pub(super) const fn acting(power: &Power) -> &'static str {
    match power {
        Power::View => {
            "You see these accounts, and what happened in them. You cannot move their money. The bank writes down that it \
             was you who looked. You can leave at any time."
        }
        Power::Pay(_) => {
            "What you pay from these accounts, you pay for their owner, and the bank writes down that it was you. You sign \
             each payment yourself. Beyond the bounds, the owner is asked. You can leave at any time."
        }
        Power::Joint => {
            "What you do with this account, the bank writes down as yours. You sign each payment yourself. The account stays \
             its owner's, whose name stands on payments. You can leave at any time."
        }
    }
}

/// Whom an offer reaches, and until when: no more than the bank does.
pub(super) fn reach(mandate: &MandateView, by_code: bool) -> String {
    let until = dates::moment(mandate.offer_ends_at);
    if by_code {
        format!("Whoever has it can accept the offer, once, until {until}. Tell it to nobody else.")
    } else {
        format!(
            "If somebody at Larch has confirmed this address by now, we write to them, and they find your offer under \
             “Mandates” until {until}. Whether there is such a person, we do not say. Whoever confirms the address later \
             does not find it: then offer it again."
        )
    }
}

/// Until when it counts.
pub(super) fn until(mandate: &MandateView) -> String {
    match (mandate.until, mandate.side) {
        (Some(day), _) => dates::day(day),
        (None, Side::Grantor) => "Until you end it".to_owned(),
        (None, Side::Holder) => "Until one of you ends it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::limits::{Period, Total};
    use bank_contract::{Currency, MandateId, Money};
    use chrono::NaiveDateTime;

    fn mandate(state: MandateState, side: Side, was_taken: bool) -> MandateView {
        let at = NaiveDateTime::default();
        MandateView {
            mandate: MandateId(uuid::Uuid::nil()),
            side,
            other: "Nils Haddad".into(),
            power: Power::View,
            all_accounts: true,
            accounts: Vec::new(),
            until: None,
            state,
            spent: None,
            offer_ends_at: at,
            created_at: at,
            accepted_at: was_taken.then_some(at),
            last_used_at: None,
        }
    }

    #[test]
    fn a_mandate_is_called_what_it_is_to_its_reader() {
        use MandateState::{Active, Expired, Left, Offered, Revoked};
        for (state, side, was_taken, called, said) in [
            (Offered, Side::Grantor, false, "Offered to Nils Haddad", None),
            (Offered, Side::Holder, false, "Nils Haddad lets you act for them", None),
            (Active, Side::Grantor, true, "Nils Haddad acts for you", None),
            (Active, Side::Holder, true, "You act for Nils Haddad", None),
            (
                Revoked,
                Side::Grantor,
                true,
                "Nils Haddad acted for you",
                Some("You ended it."),
            ),
            (
                Revoked,
                Side::Holder,
                true,
                "You acted for Nils Haddad",
                Some("Its owner ended it."),
            ),
            (
                Left,
                Side::Grantor,
                true,
                "Nils Haddad acted for you",
                Some("They left."),
            ),
            (Left, Side::Holder, true, "You acted for Nils Haddad", Some("You left.")),
            (
                Revoked,
                Side::Grantor,
                false,
                "Was offered to Nils Haddad",
                Some("You took the offer back."),
            ),
            (
                Left,
                Side::Grantor,
                false,
                "Was offered to Nils Haddad",
                Some("They declined it."),
            ),
            (
                Expired,
                Side::Grantor,
                false,
                "Was offered to Nils Haddad",
                Some("Nobody accepted it in time."),
            ),
            (
                Expired,
                Side::Holder,
                false,
                "Nils Haddad wanted to let you act for them",
                Some("Nobody accepted it in time."),
            ),
        ] {
            let mandate = mandate(state, side, was_taken);
            assert_eq!(title(&mandate), called);
            let ending = ending(&mandate);
            assert_eq!(ending.is_some(), said.is_some(), "{state:?}");
            assert!(
                ending.unwrap_or_default().starts_with(said.unwrap_or_default()),
                "{ending:?}"
            );
        }
    }

    #[test]
    fn an_offer_promises_no_more_than_the_bank_does() {
        let offer = mandate(MandateState::Offered, Side::Grantor, false);
        let to_address = reach(&offer, false);
        assert!(to_address.contains("has confirmed this address by now") && to_address.contains("later does not"));
        assert!(reach(&offer, true).contains("once, until 1 Jan 1970, 00:00"));
    }

    #[test]
    fn what_somebody_may_do_is_said_in_full() {
        let euro = |minor| Money::from_minor(minor, Currency::Eur).unwrap();
        let pay = Power::Pay(Bounds {
            pay_up_to: euro(5_000),
            total: Some(Total {
                most: euro(90_000),
                per: Period::Month,
            }),
            payees: Vec::new(),
        });
        for (power, words) in [
            (Power::View, "look"),
            (Power::Joint, "do all that its owner may"),
            (
                pay,
                "look, and pay up to €50.00 at a time and €900.00 a month to anybody",
            ),
        ] {
            assert_eq!(may(&power), words);
        }
    }
}
