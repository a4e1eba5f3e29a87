//! What people see: the pages, their parts, and the way from them to the bank.
// The type of a page spells out all of its parts, and is deep.
#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "the component macro makes an inner function public that nobody can name"
)]

pub mod accounts;
pub mod api;
pub mod assistant;
pub mod backoffice;
pub mod design;
pub mod errors;
pub mod gallery;
pub mod help;
pub mod identity;
pub mod limits;
pub mod mandates;
pub mod payees;
pub mod pending;
pub mod shell;
pub mod tokens;
pub mod transfers;
pub mod welcome;

pub use shell::{Theme, ThemeChoice};

use crate::accounts::{AccountPage, HomePage, OpenAccountPage};
use crate::assistant::AssistantPage;
use crate::backoffice::{CasePage, StaffPage};
use crate::errors::NotFoundPage;
use crate::gallery::GalleryPage;
use crate::help::{ArticlePage, HelpPage};
use crate::identity::{
    CodesPage, EmailPage, MailboxPage, PasswordPage, PasswordSignInPage, ProfilePage, RecoverPage, RecoveryCodesPage,
    SignInPage, SignUpByMailPage, SignUpPage,
};
use crate::limits::LimitPage;
use crate::mandates::{MandatePage, MandatesPage, NewMandatePage, OfferPage};
use crate::shell::{Frame, Protected};
use crate::tokens::NewTokenPage;
use crate::transfers::{CashPage, PayPage, ReceiptPage, ReviewPage};
use crate::welcome::WelcomePage;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

const NAME: &str = "Larch";

/// Put in the context by the server while developing: shows what customers have no use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Development(pub bool);

/// Everything inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    design::provide_toasts();
    shell::provide_theme();
    shell::provide_visit();
    accounts::provide_balances();
    assistant::provide_talk();
    // The browser cannot know where the page came from, so the server's answer travels with it.
    let development = SharedValue::new(|| use_context::<Development>().unwrap_or_default().0);
    provide_context(Development(development.into_inner()));
    view! {
        <Title text=NAME formatter=full_title />
        <Router>
            <Frame>
                <Pages />
            </Frame>
        </Router>
    }
}

fn full_title(page: String) -> String {
    if page == NAME {
        page
    } else {
        format!("{page} · {NAME}")
    }
}

/// A page for customers only.
fn customers(page: fn() -> AnyView) -> AnyView {
    view! { <Protected>{page()}</Protected> }.into_any()
}

/// Every address of the app. Pages are sent whole, so that they work before they are awake.
#[component]
fn Pages() -> impl IntoView {
    let whole = SsrMode::Async;
    view! {
        <FlatRoutes fallback=|| view! { <NotFoundPage /> }.into_any()>
            <Route path=path!("/") view=|| view! { <WelcomePage /> }.into_any() ssr=whole.clone() />
            <Route path=path!("/sign-up") view=|| view! { <SignUpPage /> }.into_any() ssr=whole.clone() />
            <Route
                path=path!("/sign-up/without-passkey")
                view=|| view! { <SignUpByMailPage /> }.into_any()
                ssr=whole.clone()
            />
            <Route path=path!("/sign-in") view=|| view! { <SignInPage /> }.into_any() ssr=whole.clone() />
            <Route
                path=path!("/sign-in/password")
                view=|| view! { <PasswordSignInPage /> }.into_any()
                ssr=whole.clone()
            />
            <Route path=path!("/recover") view=|| view! { <RecoverPage /> }.into_any() ssr=whole.clone() />
            <Route
                path=path!("/profile/email")
                view=|| customers(|| view! { <EmailPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/profile/password")
                view=|| customers(|| view! { <PasswordPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/profile/codes")
                view=|| customers(|| view! { <CodesPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/profile/recovery-codes")
                view=|| customers(|| view! { <RecoveryCodesPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/mailbox")
                view=|| customers(|| view! { <MailboxPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/home")
                view=|| customers(|| view! { <HomePage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/accounts/new")
                view=|| customers(|| view! { <OpenAccountPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/accounts/:account")
                view=|| customers(|| view! { <AccountPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/pay")
                view=|| customers(|| view! { <PayPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/pay/:pending")
                view=|| customers(|| view! { <ReviewPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/payments/:entry")
                view=|| customers(|| view! { <ReceiptPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/cash")
                view=|| customers(|| view! { <CashPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/profile")
                view=|| customers(|| view! { <ProfilePage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/profile/tokens/new")
                view=|| customers(|| view! { <NewTokenPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/profile/limits/:channel")
                view=|| customers(|| view! { <LimitPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/mandates")
                view=|| customers(|| view! { <MandatesPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/mandates/new")
                view=|| customers(|| view! { <NewMandatePage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/mandates/code")
                view=|| customers(|| view! { <OfferPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/mandates/:mandate")
                view=|| customers(|| view! { <MandatePage /> }.into_any())
                ssr=whole.clone()
            />
            <Route
                path=path!("/assistant")
                view=|| customers(|| view! { <AssistantPage /> }.into_any())
                ssr=whole.clone()
            />
            <Route path=path!("/staff") view=|| view! { <StaffPage /> }.into_any() ssr=whole.clone() />
            <Route path=path!("/staff/cases/:case") view=|| view! { <CasePage /> }.into_any() ssr=whole.clone() />
            <Route path=path!("/help") view=|| view! { <HelpPage /> }.into_any() ssr=whole.clone() />
            <Route path=path!("/help/:slug") view=|| view! { <ArticlePage /> }.into_any() ssr=whole.clone() />
            <Route path=path!("/gallery") view=|| view! { <GalleryPage /> }.into_any() ssr=whole />
        </FlatRoutes>
    }
}
