//! The way from a page to the bank: every operation is a server function, made here once for all.
//!
//! [`ask`] and [`call`] are for code. [`Call`] is for forms that work before the page is awake
//! (`ServerAction::<Call<SignOut>>`, `ActionForm`): its fields are the operation's own, flat.

mod aloud;

pub(crate) use aloud::say_aloud;
pub use aloud::{Lines, SayAloud};

use bank_contract::{Access, Answer, BankError, Doorway, Operation};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::client::browser::BrowserClient;
use server_fn::codec::{Json, JsonEncoding, PostUrl};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use server_fn::{Http, ServerFn};
use std::cell::Cell;

#[cfg(feature = "ssr")]
type Server = server_fn::axum::AxumServerFnBackend;
#[cfg(not(feature = "ssr"))]
type Server = server_fn::mock::BrowserMockServer;

/// An operation posted as a form with flat fields.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Call<O>(pub O);

/// The twin of [`Call`] for inputs with structure: posted as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallJson<O>(pub O);

/// The bank's refusal on its way through a server function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refused(pub BankError);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromServerFnError for Refused {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Deserialization(message) | ServerFnErrorErr::Args(message) if cfg!(feature = "ssr") => {
                BankError::Malformed { message }
            }
            ServerFnErrorErr::MissingArg(field) => BankError::invalid(&field, "This is missing."),
            // In the browser: no answer, or one that is not the bank's.
            _ if cfg!(not(feature = "ssr")) => BankError::Unreachable,
            _ => BankError::internal("server-function"),
        })
    }
}

macro_rules! server_function {
    ($wrapper:ident, $path:ident, $encoding:ty) => {
        impl<O: Operation> ServerFn for $wrapper<O> {
            const PATH: &'static str = O::NAMED.$path;
            type Client = BrowserClient;
            type Server = Server;
            type Protocol = Http<$encoding, Json>;
            type Output = Answer<O::Output>;
            type Error = Refused;
            type InputStreamError = Refused;
            type OutputStreamError = Refused;

            async fn run_body(self) -> Result<Self::Output, Refused> {
                let door = use_context::<Doorway>().ok_or_else(|| Refused(BankError::internal("no-door")))?;
                door.call(self.0).await.map_err(Refused)
            }
        }
    };
}

server_function!(Call, form_path, PostUrl);
server_function!(CallJson, json_path, Json);

/// Hands an operation to the bank: directly while rendering on the server, over HTTP in the browser.
///
/// # Errors
/// The bank's refusal, or [`BankError::Unreachable`] when no answer came.
pub async fn ask<O: Operation>(operation: O) -> Result<Answer<O::Output>, BankError> {
    let call = CallJson(operation);
    if cfg!(feature = "ssr") {
        return call.run_body().await.map_err(|refused| refused.0);
    }
    let answer = call.run_on_client().await.map_err(|refused| refused.0);
    heard_of::<O, _>(&answer);
    answer
}

/// Only an answer to a customer says that the session is alive. In the browser only.
fn heard_of<O: Operation, T>(answer: &Result<T, BankError>) {
    let alive = !matches!(answer, Err(BankError::NotSignedIn | BankError::Unreachable));
    if O::ACCESS == Access::Customer && alive {
        note_contact();
    }
}

/// [`ask`] for operations that need no consent.
///
/// # Errors
/// As [`ask`].
pub async fn call<O: Operation>(operation: O) -> Result<O::Output, BankError> {
    ask(operation).await?.done()
}

/// Where the browser keeps when the bank last heard of it: all tabs share one session.
const CONTACT: &str = "larch-contact";

thread_local! {
    static LAST_CONTACT_MS: Cell<u64> = const { Cell::new(0) };
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// The browser's clock, in milliseconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "browsers give whole milliseconds, as a float"
)]
pub(crate) fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// The bank has just heard of this browser. In the browser only.
pub(crate) fn note_contact() {
    let now = now_ms();
    LAST_CONTACT_MS.set(now);
    if let Some(storage) = storage() {
        // Without room for it, this tab still knows by itself.
        _ = storage.set_item(CONTACT, &now.to_string());
    }
}

/// When the bank last heard of this browser, in milliseconds since 1970. In the browser only.
pub(crate) fn last_contact_ms() -> u64 {
    let kept = storage().and_then(|storage| storage.get_item(CONTACT).ok().flatten());
    // A time that is yet to come is nobody's contact: the clock was set back.
    let kept = kept.and_then(|text| text.parse().ok()).filter(|kept| *kept <= now_ms());
    LAST_CONTACT_MS.get().max(kept.unwrap_or(0))
}
