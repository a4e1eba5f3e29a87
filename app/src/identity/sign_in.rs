//! Signing in: by autofill where the browser offers passkeys in a field, and by a button everywhere.

use super::demo::DemoPeopleList;
use super::next::safe_path;
use super::passkey::{self, Trouble};
use super::step::Step;
use super::strangers::for_strangers;
use crate::api::call;
use crate::design::{Button, PageHead, TextField};
use crate::errors::{Asked, Fields, form_of};
use crate::shell::{Inside, leave_for, use_inside};
use bank_contract::BankError;
use bank_contract::identity::{FinishSignIn, Me, StartSignIn, Visit};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_router::location::Url;
use web_sys::{AbortController, AbortSignal, SubmitEvent};

#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let next = Signal::derive(move || safe_path(query.with(|query| query.get("next"))));
    view! {
        <Title text="Sign in" />
        {for_strangers(
            move || next.get_untracked(),
            move |visit| view! { <SignIn visit next /> }.into_any(),
        )}
    }
}

#[component]
fn SignIn(visit: Visit, next: Signal<String>) -> impl IntoView {
    let autofill = Autofill::new(use_inside());
    let step = Step::new();
    autofill.offer_while_mounted(step, next);
    // Nothing is read from it: it is the place where the browser offers its passkeys.
    let field = RwSignal::new(String::new());
    let fields = Fields::new(Vec::new());
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if step.busy().get_untracked() {
            return;
        }
        autofill.stop();
        step.clear();
        let (next, asked) = (next.get_untracked(), step.asked());
        step.submit(fields, form_of(&event), async move {
            let result = sign_in_here(&asked).await.map(|_| autofill.inside.go(&next, &asked));
            if result.is_err() {
                autofill.restart();
            }
            result
        });
    };
    view! {
        <div class="stack-lg">
            <PageHead title="Sign in" back="/" />
            <form class="form" method="dialog" novalidate on:submit=on_submit>
                {move || autofill.available.get().then(|| view! {
                    <TextField
                        label="Your passkey"
                        name="username"
                        value=field
                        autocomplete="username webauthn"
                        hint="Press here, and your browser offers the passkeys it keeps for Larch."
                    />
                })}
                {step.note()}
                <div class="form-actions">
                    <Button submit=true busy=step.busy()>"Sign in with a passkey"</Button>
                </div>
            </form>
            <p class="section">
                "No passkey at hand? "
                <a href=move || format!("/sign-in/password?next={}", Url::escape(&next.get()))>"Sign in another way"</a>
            </p>
            <p>"New here? " <a href="/sign-up">"Open an account"</a></p>
            {visit.demo.then(|| view! {
                <section class="section" aria-labelledby="demo-heading">
                    <h2 id="demo-heading">"Or step in as one of the demo people"</h2>
                    <p>"They are made up, and so is their money."</p>
                    <DemoPeopleList next />
                </section>
            })}
        </div>
    }
}

/// Signs in with a passkey and stays on the page. Whoever has left it before they are asked for their passkey does not.
pub(crate) async fn sign_in_here(asked: &Asked) -> Result<Me, Trouble> {
    if !passkey::is_supported() {
        return Err(passkey::missing());
    }
    let ceremony = call(StartSignIn {}).await?;
    if asked.is_left() {
        return Err(Trouble::Aborted);
    }
    let credential = passkey::get(&ceremony.options).await?;
    let me = call(FinishSignIn {
        ceremony: ceremony.ceremony,
        credential,
    })
    .await?;
    Ok(me)
}

/// The offer of passkeys in the field. A browser has one request for a passkey at a time, so this
/// one is ended before the button begins another.
#[derive(Clone, Copy)]
struct Autofill {
    available: RwSignal<bool>,
    /// Which offer is open; none while the button has the browser's attention.
    round: RwSignal<Option<u32>>,
    inside: Inside,
}

impl Autofill {
    fn new(inside: Inside) -> Self {
        Self {
            available: RwSignal::new(false),
            round: RwSignal::new(Some(0)),
            inside,
        }
    }

    fn stop(self) {
        self.round.set(None);
    }

    fn restart(self) {
        self.round
            .try_update(|round| *round = Some(round.map_or(0, |round| round.wrapping_add(1))));
    }

    /// Opens an offer for every round, and ends it with the round or with the page.
    fn offer_while_mounted(self, step: Step, next: Signal<String>) {
        Effect::new(move |_| {
            if self.round.get().is_none() || !passkey::is_supported() {
                return;
            }
            let Ok(controller) = passkey::abort_controller() else {
                return;
            };
            let signal = controller.signal();
            let controller = StoredValue::new_local(controller);
            on_cleanup(move || _ = controller.try_with_value(AbortController::abort));
            spawn_local(async move { self.offer(step, next, signal).await });
        });
    }

    async fn offer(self, step: Step, next: Signal<String>, signal: AbortSignal) {
        if !passkey::has_autofill().await || signal.aborted() {
            return;
        }
        self.available.try_set(true);
        match wait_for_choice(&signal).await {
            // The page was left before the answer came.
            Ok(()) if signal.aborted() => self.inside.stay(),
            Ok(()) => leave_for(&next.try_get_untracked().unwrap_or_else(|| safe_path(None))),
            Err(Trouble::Aborted) => {}
            Err(trouble) => {
                // The page was open for longer than an offer lasts, or the passkey was not one of
                // ours: the next choice needs a new offer. Other trouble would only come again.
                let again = matches!(
                    trouble,
                    Trouble::Refused(BankError::CeremonyExpired | BankError::PasskeyRefused)
                );
                step.say(trouble);
                if again {
                    self.restart();
                }
            }
        }
    }
}

async fn wait_for_choice(signal: &AbortSignal) -> Result<(), Trouble> {
    // Nobody has asked for anything yet, so a refusal here is not worth a word.
    let ceremony = call(StartSignIn {}).await.map_err(|_| Trouble::Aborted)?;
    let credential = passkey::get_by_autofill(&ceremony.options, signal).await?;
    call(FinishSignIn {
        ceremony: ceremony.ceremony,
        credential,
    })
    .await?;
    Ok(())
}
