//! Becoming a customer without a passkey: a name, an e-mail address, its code. The password and the app come after
//! ([`secrets`](super::sign_up_secrets)). One question at a time; what was typed stays when a step is refused.

use super::next::HOME;
use super::sign_up_secrets::{ChooseApp, ChoosePassword};
use super::strangers::for_strangers;
use crate::accounts::Choice;
use crate::api::call;
use crate::design::{Button, ButtonKind, CodeField, Notice, PageHead, TextField, focus_heading};
use crate::errors::{After, Doing, Fields, form_of};
use crate::identity::MailList;
use bank_contract::CeremonyId;
use bank_contract::identity::factors::{RecoveryCodes, TotpSetup};
use bank_contract::identity::sign_up::{ConfirmSignUpAddress, StartSignUpByMail};
use bank_contract::identity::{Code, CustomerKind, StartSignUp, Visit};
use bank_contract::notifications::{MailView, ShowSignUpMail};
use leptos::prelude::*;
use leptos_meta::Title;
use wasm_bindgen::JsCast;
use web_sys::SubmitEvent;

const BUSINESS: &str = "business";

/// Where somebody is on the way.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum At {
    Name,
    Email,
    /// A code is on its way to the address.
    Code(CeremonyId),
    Password(CeremonyId),
    App(TotpSetup),
    /// A customer: these are shown this once.
    Done(RecoveryCodes),
}

impl At {
    const fn title(&self) -> &'static str {
        match self {
            Self::Name => "Open an account without a passkey",
            Self::Email => "Your e-mail address",
            Self::Code(_) => "The code of the mail",
            Self::Password(_) => "Your password",
            Self::App(_) => "An app for codes",
            Self::Done(_) => "Your account is open",
        }
    }

    /// Which of the five questions it is.
    const fn number(&self) -> Option<u8> {
        match self {
            Self::Name => Some(1),
            Self::Email => Some(2),
            Self::Code(_) => Some(3),
            Self::Password(_) => Some(4),
            Self::App(_) => Some(5),
            Self::Done(_) => None,
        }
    }
}

/// What was typed, for as long as the page is there.
#[derive(Clone, Copy)]
struct Typed {
    kind: RwSignal<String>,
    name: RwSignal<String>,
    email: RwSignal<String>,
}

impl Typed {
    fn kind(self) -> CustomerKind {
        if self.kind.with_untracked(|kind| kind == BUSINESS) {
            CustomerKind::Business
        } else {
            CustomerKind::Person
        }
    }
}

#[component]
pub fn SignUpByMailPage() -> impl IntoView {
    view! {
        <Title text="Open an account without a passkey" />
        {for_strangers(|| HOME.to_owned(), |visit| view! { <Steps visit /> }.into_any())}
    }
}

#[component]
fn Steps(visit: Visit) -> impl IntoView {
    let at = RwSignal::new(At::Name);
    let typed = Typed {
        kind: RwSignal::new("person".to_owned()),
        name: RwSignal::new(String::new()),
        email: RwSignal::new(String::new()),
    };
    let demo = visit.demo;
    // The address stays the same, so nothing else leads to the heading of the next question.
    Effect::new(move |before: Option<()>| {
        at.track();
        if before.is_some() {
            request_animation_frame(|| {
                let heading = document().query_selector("main h1").ok().flatten();
                if let Some(heading) = heading.and_then(|heading| heading.dyn_into().ok()) {
                    focus_heading(&heading);
                }
            });
        }
    });
    let content = move || {
        let now = at.get();
        let head = match &now {
            At::Name => view! { <PageHead title=now.title() back="/sign-up" /> }.into_any(),
            _ => view! { <PageHead title=now.title() /> }.into_any(),
        };
        let number = now
            .number()
            .map(|number| view! { <p class="muted">{format!("Step {number} of 5")}</p> });
        let step = match now {
            At::Name => name_step(at, typed),
            At::Email => email_step(at, typed),
            At::Code(ceremony) => view! { <CodeStep at email=typed.email ceremony demo /> }.into_any(),
            At::Password(ceremony) => view! { <ChoosePassword at ceremony email=typed.email /> }.into_any(),
            At::App(setup) => view! { <ChooseApp at setup /> }.into_any(),
            At::Done(codes) => super::sign_up_secrets::done(codes),
        };
        view! {
            {head}
            {number}
            {step}
        }
    };
    view! { <div class="stack-lg">{content}</div> }
}

fn name_step(at: RwSignal<At>, typed: Typed) -> AnyView {
    let fields = Fields::new(vec![("name", typed.name)]);
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        fields.clear();
        let start = StartSignUp {
            name: typed.name.get_untracked().trim().to_owned(),
            kind: typed.kind(),
        };
        // Only the name is looked at: nothing is sent before there is an address.
        if fields.check(&start, form_of(&event).as_ref()) {
            at.set(At::Email);
        }
    };
    let hint = Signal::derive(move || {
        let whose = if typed.kind.with(|kind| kind == BUSINESS) {
            "The name of the business"
        } else {
            "Your first and last name"
        };
        format!("{whose}, as people see it when you pay them.")
    });
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <p class="muted">
                "You sign in with your e-mail address, a password, and a code from an app on your phone. A passkey is \
                 quicker and safer: you can add one at any time."
            </p>
            <Choice
                legend="Who is the account for?"
                name="kind"
                value=typed.kind
                options=vec![("person", "Me"), (BUSINESS, "A business")]
            />
            <TextField
                label="Name"
                name="name"
                value=typed.name
                hint
                error=fields.error("name")
                autocomplete="name"
                maxlength=70
            />
            <div class="form-actions">
                <Button submit=true>"Go on"</Button>
            </div>
        </form>
    }
    .into_any()
}

fn email_step(at: RwSignal<At>, typed: Typed) -> AnyView {
    let fields = Fields::new(vec![("email", typed.email)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let start = StartSignUpByMail {
            name: typed.name.get_untracked().trim().to_owned(),
            kind: typed.kind(),
            email: typed.email.get_untracked().trim().to_owned(),
        };
        fields.clear();
        doing.clear();
        if fields.check(&start, form.as_ref()) {
            doing.submit(fields, form, async move {
                let step = call(start).await?;
                at.try_set(At::Code(step.ceremony));
                Ok(After::Leave)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <TextField
                label="E-mail address"
                name="email"
                value=typed.email
                error=fields.error("email")
                hint="We send a code to it. Later we write when somebody signs in, never with a link."
                autocomplete="email"
                maxlength=254
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Send the code"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| at.set(At::Name)>
                    "Back"
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn CodeStep(at: RwSignal<At>, email: RwSignal<String>, ceremony: CeremonyId, demo: bool) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let fields = Fields::new(vec![("code", code)]);
    let doing = Doing::new();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = form_of(&event);
        let confirm = ConfirmSignUpAddress {
            ceremony,
            code: Code::new(code.get_untracked()),
        };
        fields.clear();
        doing.clear();
        if fields.check(&confirm, form.as_ref()) {
            doing.submit(fields, form, async move {
                let step = call(confirm).await?;
                at.try_set(At::Password(step.ceremony));
                Ok(After::Leave)
            });
        }
    };
    view! {
        <form class="form" method="dialog" novalidate on:submit=on_submit>
            <Notice>
                {format!("A mail is on its way to {}. If you are with us already, it says so.", email.get_untracked().trim())}
            </Notice>
            <CodeField
                label="Code of the mail"
                name="code"
                value=code
                error=fields.error("code")
                hint="Eight characters, such as ABCD-EFGH. It is good for ten minutes."
            />
            {doing.note()}
            <div class="form-actions">
                <Button submit=true busy=doing.busy()>
                    "Confirm"
                </Button>
                <Button kind=ButtonKind::Quiet on:click=move |_| at.set(At::Email)>
                    "Use another address, or send another code"
                </Button>
            </div>
        </form>
        {demo.then(|| view! { <DemoMail ceremony /> })}
    }
}

/// The demo may have no way to send mail, so what it wrote can be read here.
#[component]
fn DemoMail(ceremony: CeremonyId) -> impl IntoView {
    let mails = RwSignal::new(None::<Vec<MailView>>);
    let doing = Doing::new();
    let on_look = move |_| {
        doing.start(async move {
            let found = call(ShowSignUpMail { ceremony }).await?;
            mails.try_set(Some(found));
            Ok(After::Stay)
        });
    };
    let found = move || {
        mails.get().map(|mails| {
            if mails.is_empty() {
                view! {
                    <p class="muted">
                        "Nothing has come in yet. A mail takes a few seconds; one to a customer of ours is in their own mailbox."
                    </p>
                }
                .into_any()
            } else {
                view! { <MailList mails /> }.into_any()
            }
        })
    };
    view! {
        <section class="section" aria-labelledby="demo-mail">
            <h2 id="demo-mail">"Mailbox of the demo"</h2>
            <p class="muted">"A real bank would only send the mail. In the demo you can read it here."</p>
            {doing.note()}
            <div class="form-actions">
                <Button kind=ButtonKind::Quiet busy=doing.busy() on:click=on_look>
                    "Show the mail"
                </Button>
            </div>
            <div role="status">{found}</div>
        </section>
    }
}
