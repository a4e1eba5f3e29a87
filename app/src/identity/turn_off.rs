//! Turning the password or the app for codes off again.

use crate::api::ask;
use crate::design::{Button, ButtonKind, use_toasts};
use crate::errors::{After, Doing};
use crate::pending::Asking;
use bank_contract::identity::factors::{FactorsView, OtherWay, TurnOff};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// What can be turned off from the page of one part: it, and both when both are there.
fn offered(part: OtherWay, factors: &FactorsView) -> Vec<(OtherWay, &'static str)> {
    let (password, codes) = (factors.password_set_at.is_some(), factors.codes_set_at.is_some());
    let mut offers = Vec::new();
    if part == OtherWay::Password && password {
        offers.push((part, "Turn the password off"));
    }
    if part == OtherWay::Codes && codes {
        offers.push((part, "Turn the app off"));
    }
    if !offers.is_empty() && password && codes {
        offers.push((OtherWay::Both, "Turn both off"));
    }
    offers
}

/// Below the form of a part that is set. Nothing where it is not.
#[component]
pub(crate) fn TurnOffSection(part: OtherWay, factors: FactorsView) -> impl IntoView {
    let offers = offered(part, &factors);
    let (doing, asking, toasts) = (Doing::new(), Asking::new(), use_toasts());
    let navigate = use_navigate();
    asking.on_done(move |()| {
        toasts.say("It is turned off. Every other device is signed out.");
        navigate("/profile", NavigateOptions::default());
    });
    let button = move |(what, label): (OtherWay, &'static str)| {
        let on_click = move |_| {
            doing.clear();
            doing.start(async move { asking.take(ask(TurnOff { what }).await?, |()| Ok(After::Stay)) });
        };
        view! {
            <Button kind=ButtonKind::Quiet busy=doing.busy() on:click=on_click>
                {label}
            </Button>
        }
    };
    let may = factors.may_turn_off;
    (!offers.is_empty()).then(|| {
        let content = if may {
            view! {
                <p class="muted">
                    "You sign in with your passkeys as before. What is turned off can be set up again at any time."
                </p>
                {doing.note()}
                <div class="form-actions">{offers.into_iter().map(button).collect_view()}</div>
            }
            .into_any()
        } else {
            view! {
                <p class="muted">
                    "You have no passkey, so this is how you sign in, and it cannot be turned off. Add a passkey in your \
                     profile first."
                </p>
            }
            .into_any()
        };
        view! {
            <section class="section">
                <h2>"Turn it off"</h2>
                {content}
            </section>
            {asking.dialog("Is it you who turns it off?")}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;

    #[test]
    fn only_what_is_set_can_be_turned_off_and_both_only_together() {
        let at = Some(NaiveDateTime::default());
        let with = |password: bool, codes: bool| FactorsView {
            email: None,
            password_set_at: at.filter(|_| password),
            codes_set_at: at.filter(|_| codes),
            recovery_codes_left: 0,
            proof_needed: false,
            password_needed: false,
            may_turn_off: true,
        };
        let whats = |part, factors: &FactorsView| {
            offered(part, factors)
                .into_iter()
                .map(|(what, _)| what)
                .collect::<Vec<_>>()
        };
        assert_eq!(whats(OtherWay::Password, &with(false, true)), []);
        assert_eq!(whats(OtherWay::Password, &with(true, false)), [OtherWay::Password]);
        assert_eq!(
            whats(OtherWay::Codes, &with(true, true)),
            [OtherWay::Codes, OtherWay::Both]
        );
        assert_eq!(whats(OtherWay::Codes, &with(true, false)), []);
    }
}
