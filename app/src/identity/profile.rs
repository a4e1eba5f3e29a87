//! The profile: who is signed in, with which passkeys, where, which programs act for them, and how
//! the app looks.

use super::factors::FactorsSections;
use super::passkeys::Passkeys;
use super::sessions::Sessions;
use crate::api::call;
use crate::design::{ActionRow, DefinitionList, PageHead, dates};
use crate::errors::{retry_of, waiting};
use crate::limits::Limits;
use crate::payees::Trusted;
use crate::shell::{ThemeSwitch, use_visit};
use crate::tokens::Programs;
use bank_contract::identity::{CustomerKind, Profile, ShowProfile};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn ProfilePage() -> impl IntoView {
    let profile = Resource::new_blocking(|| (), |()| call(ShowProfile {}));
    let again = retry_of(move || profile.refetch());
    let passkeys = Passkeys::new(again);
    let sessions = Sessions::new(again);
    let trusted = Trusted::new();
    let programs = Programs::new();
    let limits = Limits::new();
    let visit = use_visit();
    // Whether this is the demo says whether there is a mailbox.
    let ways_in = waiting(3, retry_of(move || visit.refetch()), move || async move {
        let demo = visit.await?.demo;
        Ok(view! { <FactorsSections demo /> }.into_any())
    });
    let content = waiting(6, again, move || async move {
        let profile = profile.await?;
        let sole_passkey = profile.passkeys.len() == 1 && !profile.me.demo_person && !profile.other_way;
        Ok(view! {
            {about(&profile)}
            {passkeys.list(profile.passkeys, sole_passkey, profile.me.demo_person)}
            {sessions.list(profile.sessions)}
        }
        .into_any())
    });
    view! {
        <Title text="Profile" />
        <div>
            <PageHead title="Profile" />
            {content}
            {ways_in}
            {limits.section()}
            {trusted.section()}
            <section class="section" aria-labelledby="mandates-heading">
                <h2 id="mandates-heading">"Mandates"</h2>
                <ul class="rows">
                    <li>
                        <ActionRow
                            href="/mandates"
                            title="Who may act for you"
                            text="And what you may do for others"
                            icon="people"
                        />
                    </li>
                </ul>
            </section>
            {programs.section()}
            <section class="section" aria-labelledby="look-heading">
                <h2 id="look-heading">"How Larch looks"</h2>
                <p class="muted">"Light, dark, or as your device says. This device remembers it."</p>
                <ThemeSwitch name="profile-theme" />
            </section>
            {passkeys.dialogs()}
            {sessions.dialog()}
            {programs.dialog()}
        </div>
    }
}

fn about(profile: &Profile) -> AnyView {
    let me = &profile.me;
    let kind = match (me.kind, me.demo_person) {
        (_, true) => "One of the demo people",
        (CustomerKind::Person, false) => "Personal customer",
        (CustomerKind::Business, false) => "Business customer",
    };
    let rows = vec![
        ("Name".to_owned(), me.name.clone().into_any()),
        ("Customer".to_owned(), kind.into_any()),
        (
            "With Larch since".to_owned(),
            dates::day(profile.member_since).into_any(),
        ),
    ];
    view! { <DefinitionList rows /> }.into_any()
}
