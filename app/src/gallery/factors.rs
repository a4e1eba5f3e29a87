//! The ways in beside passkeys, in every state, and a mail of the bank.

use super::Shown;
use super::samples::today;
use crate::design::{CodeField, PasswordField, Qr};
use crate::identity::{FactorsRows, MailList, RecoveryCodeList, TurnOffSection};
use bank_contract::identity::factors::{FactorsView, OtherWay};
use bank_contract::notifications::MailView;
use leptos::prelude::*;

fn problem(message: &str) -> Signal<Option<String>> {
    Signal::stored(Some(message.to_owned()))
}

#[component]
pub(super) fn SecretFields() -> impl IntoView {
    let text = |value: &str| RwSignal::new(value.to_owned());
    view! {
        <Shown name="Secret fields">
            <form class="form">
                <PasswordField
                    label="New password"
                    name="g-password"
                    value=text("")
                    hint="15 characters or more."
                    autocomplete="new-password"
                />
                <PasswordField
                    label="Password"
                    name="g-password-wrong"
                    value=text("short")
                    error=problem("Please use 15 characters or more.")
                    autocomplete="current-password"
                />
                <CodeField label="Code of your app" name="g-code" value=text("") digits=true />
                <CodeField
                    label="Code of the mail"
                    name="g-code-wrong"
                    value=text("ABCD-EFGH")
                    error=problem("That is not the code that we sent.")
                />
            </form>
        </Shown>
        <Shown name="A QR code">
            <Qr size=5 path="M0 0h5v5h-5z M1 1v3h3v-3z".into() label="A square" />
        </Shown>
        <Shown name="Recovery codes, shown once">
            <RecoveryCodeList codes=vec!["ABCD-EFGH-IJKL-MNOP".to_owned(); 10] />
        </Shown>
    }
}

#[component]
pub(super) fn Ways() -> impl IntoView {
    let at = today().and_time(chrono::NaiveTime::default());
    let factors = FactorsView {
        email: Some("a.very.long.name.of.somebody@a-long-domain.example.org".to_owned()),
        password_set_at: Some(at),
        codes_set_at: Some(at),
        recovery_codes_left: 9,
        proof_needed: true,
        password_needed: false,
        may_turn_off: true,
    };
    let sole = FactorsView {
        may_turn_off: false,
        ..factors.clone()
    };
    let ready = factors.clone();
    let mails = vec![MailView {
        subject: "You signed in".to_owned(),
        body: "Hello Anna,\n\nSomebody signed in to your account: Firefox on Linux.\n\nLarch".to_owned(),
        to: Some("anna@example.org".to_owned()),
        at,
    }];
    view! {
        <Shown name="Ways in">
            <FactorsRows factors demo=true />
        </Shown>
        <Shown name="Turning a way in off">
            <TurnOffSection part=OtherWay::Password factors=ready />
        </Shown>
        <Shown name="Turning off the only way in">
            <TurnOffSection part=OtherWay::Codes factors=sole />
        </Shown>
        <Shown name="Mails">
            <MailList mails />
        </Shown>
    }
}
