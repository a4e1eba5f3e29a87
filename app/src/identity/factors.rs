//! In the profile: the e-mail address, and the ways to sign in without a passkey.

use crate::api::call;
use crate::design::{ActionRow, Badge, NoticeKind, dates};
use crate::errors::{retry_of, waiting};
use bank_contract::BankError;
use bank_contract::identity::factors::{FactorsView, ShowFactors};
use leptos::prelude::*;

pub(super) type Factors = Resource<Result<FactorsView, BankError>>;

pub(super) fn ask_for_factors() -> Factors {
    Resource::new_blocking(|| (), |()| call(ShowFactors {}))
}

/// The two sections of the profile. `demo`: what the bank sends can be read in its mailbox.
#[component]
pub(super) fn FactorsSections(demo: bool) -> impl IntoView {
    let factors = ask_for_factors();
    waiting(3, retry_of(move || factors.refetch()), move || async move {
        let factors = factors.await?;
        Ok(view! { <FactorsRows factors demo /> }.into_any())
    })
}

#[component]
pub(crate) fn FactorsRows(factors: FactorsView, demo: bool) -> impl IntoView {
    let complete = factors.is_complete();
    let missing = missing(&factors);
    let FactorsView {
        email,
        password_set_at,
        codes_set_at,
        recovery_codes_left,
        ..
    } = factors;
    let has_email = email.is_some();
    let email_text = email.unwrap_or_else(|| "None yet: nobody can write to you when something happens".to_owned());
    let password_text =
        password_set_at.map_or_else(|| "Not set".to_owned(), |at| format!("Set on {}", dates::moment(at)));
    let codes_text = codes_set_at.map_or_else(
        || "Not set up".to_owned(),
        |at| format!("Set up on {}", dates::moment(at)),
    );
    view! {
        <section class="section" aria-labelledby="email-heading">
            <h2 id="email-heading">"E-mail"</h2>
            <p class="muted">"We write to you when somebody signs in or changes how one can sign in. Never with a link."</p>
            <div class="rows">
                <ActionRow href="/profile/email" icon="envelope" title="E-mail address" text=email_text>
                    {state(has_email)}
                </ActionRow>
                {demo
                    .then(|| {
                        view! {
                            <ActionRow
                                href="/mailbox"
                                icon="inbox"
                                title="Mailbox of the demo"
                                text="What the bank sent you, to be read here"
                            />
                        }
                    })}
            </div>
        </section>
        <section class="section" aria-labelledby="codes-heading">
            <h2 id="codes-heading">"Password and codes"</h2>
            <p class="muted">
                "For when no passkey is at hand: your e-mail address, a password, and a code from an app on your phone."
            </p>
            <p class="muted">{if complete { "You can sign in this way.".to_owned() } else { missing }}</p>
            <div class="rows">
                <ActionRow href="/profile/password" icon="key" title="Password" text=password_text>
                    {state(password_set_at.is_some())}
                </ActionRow>
                <ActionRow href="/profile/codes" icon="phone" title="App for codes" text=codes_text>
                    {state(codes_set_at.is_some())}
                </ActionRow>
                {codes_set_at
                    .map(|_| {
                        view! {
                            <ActionRow
                                href="/profile/recovery-codes"
                                icon="list-ol"
                                title="Recovery codes"
                                text=format!("{recovery_codes_left} left: each stands in for a code of the app once")
                            />
                        }
                    })}
            </div>
        </section>
    }
}

fn state(there: bool) -> AnyView {
    if there {
        view! { <Badge kind=NoticeKind::Good text="Ready" /> }.into_any()
    } else {
        view! { <Badge text="Missing" /> }.into_any()
    }
}

/// "To sign in this way you still need a password and an app for codes."
fn missing(factors: &FactorsView) -> String {
    let parts = [
        (factors.email.is_none(), "an e-mail address"),
        (factors.password_set_at.is_none(), "a password"),
        (factors.codes_set_at.is_none(), "an app for codes"),
    ];
    let missing: Vec<&str> = parts.iter().filter(|(is, _)| *is).map(|(_, name)| *name).collect();
    let list = match missing.as_slice() {
        [] => return String::new(),
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        more => more.join(", "),
    };
    format!("To sign in this way you still need {list}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;

    #[test]
    fn what_is_missing_is_named() {
        let mut factors = FactorsView {
            email: None,
            password_set_at: None,
            codes_set_at: None,
            recovery_codes_left: 0,
            proof_needed: false,
            password_needed: false,
            may_turn_off: true,
        };
        assert_eq!(
            missing(&factors),
            "To sign in this way you still need an e-mail address, a password, an app for codes."
        );
        factors.email = Some("anna@example.org".into());
        assert!(missing(&factors).ends_with("a password and an app for codes."));
        factors.password_set_at = Some(NaiveDateTime::default());
        assert!(missing(&factors).ends_with("need an app for codes."));
        factors.codes_set_at = Some(NaiveDateTime::default());
        assert_eq!(missing(&factors), "");
    }
}
