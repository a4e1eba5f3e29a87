//! Where a request that is no payment belongs. Some can be agreed to anywhere; others are the first step of something that
//! only their own page can go on with, or bring what is shown once: a yes given elsewhere would be a yes to nothing.

use crate::design::{LinkButton, Notice};
use bank_contract::Operation;
use bank_contract::identity::email::SetEmail;
use bank_contract::identity::factors::{StartTotp, TurnOff};
use bank_contract::identity::{RemovePasskey, RevokeSession, StartAddingPasskey};
use bank_contract::limits::SetLimit;
use bank_contract::mandates::GrantMandate;
use bank_contract::payees::TrustPayee;
use bank_contract::pending::PendingView;
use bank_contract::tokens::CreateToken;
use leptos::prelude::*;

/// A page, as it is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) href: &'static str,
    pub(crate) name: &'static str,
    /// It goes on there and nowhere else.
    pub(crate) only_there: bool,
}

const fn anywhere(href: &'static str, name: &'static str) -> Place {
    Place {
        href,
        name,
        only_there: false,
    }
}

const fn only(href: &'static str, name: &'static str) -> Place {
    Place {
        href,
        name,
        only_there: true,
    }
}

/// None for payments, which have their review.
pub(crate) fn place(operation: &str) -> Option<Place> {
    let is = |name: &str| operation == name;
    Some(if is(StartTotp::NAMED.name) {
        only("/profile/codes", "An app for codes")
    } else if is(StartAddingPasskey::NAMED.name) {
        only("/profile", "Profile, passkeys")
    } else if is(SetEmail::NAMED.name) {
        only("/profile/email", "Your e-mail address")
    } else if is(CreateToken::NAMED.name) {
        only("/profile/tokens/new", "Let a program in")
    } else if is(GrantMandate::NAMED.name) {
        only("/mandates/new", "Let somebody act for you")
    } else if [
        SetLimit::NAMED.name,
        TrustPayee::NAMED.name,
        RemovePasskey::NAMED.name,
        RevokeSession::NAMED.name,
        TurnOff::NAMED.name,
    ]
    .contains(&operation)
    {
        anywhere("/profile", "Profile")
    } else {
        return None;
    })
}

/// The page that it has to be gone on with, where a yes anywhere else would be lost.
pub(crate) fn elsewhere(operation: &str) -> Option<Place> {
    place(operation).filter(|place| place.only_there)
}

/// The way to the page that has to go on with it, where a yes here would be lost.
pub(crate) fn goes_on(request: &PendingView) -> Option<AnyView> {
    let place = elsewhere(&request.operation)?;
    Some(
        view! {
            <Notice>"This goes on where it began. Ask for it there once more, and you are asked for your yes."</Notice>
            <div class="form-actions">
                <LinkButton href=place.href>{place.name}</LinkButton>
            </div>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::each_operation;
    use bank_contract::transfers::{MoveMoney, SubmitTransfer, Withdraw};
    use bank_contract::{Consent, Effect};

    #[test]
    fn whatever_waits_and_is_no_payment_has_a_page_of_its_own() {
        macro_rules! waiting {
            ($($operation:ty,)+) => {
                vec![$((
                    <$operation as Operation>::NAMED.name,
                    <$operation as Operation>::CONSENT != Consent::None
                        && <$operation as Operation>::EFFECT != Effect::MovesMoney,
                )),+]
            };
        }
        let waits: Vec<_> = each_operation!(waiting)
            .into_iter()
            .filter(|(_, waits)| *waits)
            .collect();
        assert!(waits.len() > 5, "{waits:?}");
        for (name, _) in waits {
            assert!(place(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_is_shown_once_or_goes_on_is_finished_on_its_own_page_and_a_payment_on_its_review() {
        for name in [
            StartTotp::NAMED.name,
            StartAddingPasskey::NAMED.name,
            SetEmail::NAMED.name,
            CreateToken::NAMED.name,
            GrantMandate::NAMED.name,
        ] {
            assert!(elsewhere(name).is_some(), "{name}");
        }
        for name in [SetLimit::NAMED.name, TrustPayee::NAMED.name, RemovePasskey::NAMED.name] {
            assert!(place(name).is_some() && elsewhere(name).is_none(), "{name}");
        }
        for name in [SubmitTransfer::NAMED.name, MoveMoney::NAMED.name, Withdraw::NAMED.name] {
            assert_eq!(place(name), None, "{name}");
        }
    }
}
