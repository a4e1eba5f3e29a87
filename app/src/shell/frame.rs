//! What stands around every page: the way around, and the foot with the visitor's own things.

use super::idle::IdleWatch;
use super::{SignOutForm, ThemeSwitch, use_visit};
use crate::assistant::{Palette, PaletteButton, PaletteOpen, Panel};
use crate::design::{Announced, Icon, Mark, Toaster, watch_acts};
use crate::errors::made_once;
use bank_contract::identity::{Me, Visit};
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// How long a page has to show its own heading before the frame looks for one.
const HEADING_WITHIN: Duration = Duration::from_millis(400);

/// How often that is, before the focus is left where it is.
const LOOKS_FOR_HEADING: u8 = 25;

const SIGN_IN: &str = "/sign-in";

#[derive(Clone, Copy)]
struct Place {
    href: &'static str,
    label: &'static str,
    icon: &'static str,
    /// What the paths that belong to it begin with.
    under: &'static [&'static str],
}

const PLACES: [Place; 5] = [
    Place {
        href: "/home",
        label: "Home",
        icon: "house",
        under: &["/home", "/accounts", "/payments"],
    },
    Place {
        href: "/pay",
        label: "Pay",
        icon: "send",
        under: &["/pay"],
    },
    Place {
        href: "/cash",
        label: "Cash desk",
        icon: "cash-stack",
        under: &["/cash"],
    },
    Place {
        href: "/profile",
        label: "Profile",
        icon: "person",
        under: &["/profile", "/mandates"],
    },
    Place {
        href: "/assistant",
        label: "Help",
        icon: "chat-dots",
        under: &["/assistant", "/help"],
    },
];

impl Place {
    fn holds(&self, path: &str) -> bool {
        self.under.iter().any(|start| {
            path.strip_prefix(start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// The frame. Its parts follow the visit; the page inside does not start again when the visit is
/// asked for anew.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let path = use_location().pathname;
    let announced = Announced::new(path.get_untracked());
    provide_context(announced);
    lead_focus(path, announced);
    provide_context(PaletteOpen(RwSignal::new(false)));
    view! {
        <a class="skip" href="#main" on:click=skip>
            "Skip to content"
        </a>
        <Transition>
            {with_visit(|visit| {
                let me = visit.and_then(|visit| visit.me);
                top(me.is_some())
            })}
        </Transition>
        <main id="main" tabindex="-1">
            {children()}
        </main>
        <Transition>{with_visit(foot)}</Transition>
        <Transition>{with_visit(helper)}</Transition>
        <Transition>{with_visit(watch)}</Transition>
        <Toaster />
    }
}

/// The router takes the links of the page over, and it scrolls without moving the focus.
fn skip(event: ev::MouseEvent) {
    let main = document().get_element_by_id("main");
    if let Some(main) = main.and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok()) {
        event.prevent_default();
        _ = main.focus();
    }
}

/// Draws with the visit as soon as it is known, and again when it changes.
fn with_visit(draw: fn(Option<Visit>) -> AnyView) -> impl Fn() -> Suspend<AnyView> + Clone + Send + 'static {
    let visit = use_visit();
    move || {
        Suspend::new(async move {
            made_once().await;
            draw(visit.await.ok())
        })
    }
}

/// After a change of page inside the app, brings the focus to its heading. Most pages do it
/// themselves, the moment the heading is there (see `PageHead`); this is for the others.
fn lead_focus(path: Memo<String>, announced: Announced) {
    Effect::new(move |_| watch_acts(move || announced.is_acted_upon()));
    Effect::new(move |seen: Option<()>| {
        let opened = path.get();
        if seen.is_some() {
            announced.opens();
            look_for_heading(path, opened, announced, LOOKS_FOR_HEADING);
        }
    });
}

/// A page that is still waiting for its data has no heading yet: what is not there is not announced, and is looked for again.
fn look_for_heading(path: Memo<String>, opened: String, announced: Announced, looks: u8) {
    let look = move || {
        if !announced.is_new(&opened) || path.try_get_untracked().as_ref() != Some(&opened) {
            return;
        }
        let heading = document().query_selector("main h1").ok().flatten();
        match heading.and_then(|heading| heading.dyn_into().ok()) {
            Some(heading) => announced.bring(opened, heading),
            None if looks > 1 => look_for_heading(path, opened, announced, looks - 1),
            None => {}
        }
    };
    set_timeout(look, HEADING_WITHIN);
}

fn top(signed_in: bool) -> AnyView {
    let home = if signed_in { "/home" } else { "/" };
    let path = use_location().pathname;
    let staffs = move || path.with(|path| path == "/staff" || path.starts_with("/staff/"));
    let sign_in = move || path.with(|path| path != SIGN_IN) && !staffs();
    // The staff's pages know nothing of a customer who is signed in as well: other pages are asked for afresh.
    let rel = move || staffs().then_some("external");
    view! {
        <header class="top">
            <a class="brand" href=home rel=rel>
                <Mark />
                "Larch"
            </a>
            {(!signed_in)
                .then(|| {
                    view! {
                        <nav class="top-nav" aria-label="Main">
                            <a href="/help" rel=rel>"Help"</a>
                            {move || sign_in().then(|| view! { <a href=SIGN_IN>"Sign in"</a> })}
                        </nav>
                    }
                })}
            {signed_in.then(|| view! { <PaletteButton /> })}
        </header>
        {signed_in.then(places)}
    }
    .into_any()
}

fn places() -> impl IntoView {
    let path = use_location().pathname;
    let place = move |place: Place| {
        let here = move || path.with(|path| place.holds(path)).then_some("page");
        view! {
            <li>
                <a class="place" href=place.href aria-current=here>
                    <Icon name=place.icon />
                    <span>{place.label}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav class="places" aria-label="Main">
            <ul>{PLACES.map(place).collect_view()}</ul>
        </nav>
    }
}

/// The assistant and the palette are for customers.
fn helper(visit: Option<Visit>) -> AnyView {
    let Some(visit) = visit.filter(|visit| visit.me.is_some()) else {
        return ().into_any();
    };
    view! {
        <Panel language_model=visit.language_model />
        <Palette demo=visit.demo />
    }
    .into_any()
}

/// Strangers have no session that could end.
fn watch(visit: Option<Visit>) -> AnyView {
    let Some(visit) = visit else { return ().into_any() };
    let idle_s = visit.idle_s;
    match visit.me {
        Some(me) => view! { <IdleWatch me idle_s /> }.into_any(),
        None => ().into_any(),
    }
}

fn foot(visit: Option<Visit>) -> AnyView {
    let demo = visit.as_ref().is_some_and(|visit| visit.demo);
    let me = visit.and_then(|visit| visit.me);
    view! {
        <footer class="foot">
            {me.map(person)} <ThemeSwitch />
            {demo
                .then(|| {
                    view! { <p class="foot-note">"Demo bank: the money here is not real."</p> }
                })}
        </footer>
    }
    .into_any()
}

fn person(me: Me) -> impl IntoView {
    view! {
        <div class="foot-person">
            <a class="foot-name" href="/profile">
                {me.name}
            </a>
            <SignOutForm />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_belongs_to_one_place_at_most() {
        let places = |path: &str| -> Vec<&str> {
            PLACES
                .iter()
                .filter(|place| place.holds(path))
                .map(|place| place.label)
                .collect()
        };
        assert_eq!(places("/accounts/new"), ["Home"]);
        assert_eq!(places("/pay/1"), ["Pay"]);
        assert_eq!(places("/payments/1"), ["Home"]);
        assert_eq!(places("/assistant"), ["Help"]);
        assert_eq!(places("/help/help-passkeys"), ["Help"]);
        assert_eq!(places("/sign-in"), [""; 0]);
    }
}
