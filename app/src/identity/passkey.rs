//! Passkeys in the browser (W3C Web Authentication Level 3): the bank's JSON in, the browser's JSON out.
//! Everything here runs in the browser only.

use bank_contract::BankError;
use leptos::prelude::window;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = js_sys::Object)]
    type PublicKeyCredential;

    #[wasm_bindgen(static_method_of = PublicKeyCredential, js_name = parseCreationOptionsFromJSON, catch)]
    fn parse_creation_options(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(static_method_of = PublicKeyCredential, js_name = parseRequestOptionsFromJSON, catch)]
    fn parse_request_options(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(static_method_of = PublicKeyCredential, js_name = isConditionalMediationAvailable, catch)]
    fn conditional_mediation() -> Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(method, js_name = toJSON, catch)]
    fn to_json(this: &PublicKeyCredential) -> Result<JsValue, JsValue>;
}

/// Why there is no credential.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// This browser has no passkeys, or not the parts of them that we need.
    Unsupported,
    /// The person closed the browser's dialog, or it ran out.
    Cancelled,
    /// We ended it ourselves to begin another.
    Aborted,
    /// This device has a passkey for this login already.
    AlreadyHere,
    /// The address of the page is not the one that passkeys are kept for.
    WrongAddress,
    /// Something else in the browser.
    Failed,
    Refused(BankError),
}

impl From<BankError> for Trouble {
    fn from(error: BankError) -> Self {
        Self::Refused(error)
    }
}

impl Trouble {
    /// What to say about it; nothing when the bank says it itself or when there is nothing to say.
    pub(crate) fn words(&self) -> Option<&'static str> {
        match self {
            Self::Unsupported => Some(
                "This browser cannot use passkeys in the way we need. Use a current version of Chrome, Edge, Firefox \
                 or Safari.",
            ),
            Self::Cancelled => {
                Some("No passkey was used: the request was closed, or it ran out. Nothing is lost. Try again.")
            }
            Self::AlreadyHere => Some("This device has a passkey for you already. Add one on another device instead."),
            Self::WrongAddress => Some(
                "Passkeys only work at the bank's own address, over a secure connection. Check the address at the \
                 top of your browser.",
            ),
            Self::Failed => Some("Your browser could not finish this. Nothing is lost. Try again."),
            Self::Aborted | Self::Refused(_) => None,
        }
    }
}

/// Makes a new passkey.
pub(crate) async fn create(options: &Value) -> Result<Value, Trouble> {
    let public_key = PublicKeyCredential::parse_creation_options(&public_key(options)?).map_err(trouble_of)?;
    let request = js_sys::Object::new();
    set(&request, "publicKey", &public_key)?;
    let promise = window()
        .navigator()
        .credentials()
        .create_with_options(request.unchecked_ref())
        .map_err(trouble_of)?;
    credential(promise).await
}

/// Asks for a passkey in the browser's dialog.
pub(crate) async fn get(options: &Value) -> Result<Value, Trouble> {
    request(options, None).await
}

/// Offers passkeys where the sign-in field fills itself in. Waits until one is chosen or `signal` ends it.
pub(crate) async fn get_by_autofill(options: &Value, signal: &AbortSignal) -> Result<Value, Trouble> {
    request(options, Some(signal)).await
}

async fn request(options: &Value, autofill: Option<&AbortSignal>) -> Result<Value, Trouble> {
    let public_key = PublicKeyCredential::parse_request_options(&public_key(options)?).map_err(trouble_of)?;
    let request = js_sys::Object::new();
    set(&request, "publicKey", &public_key)?;
    if let Some(signal) = autofill {
        set(&request, "mediation", &"conditional".into())?;
        set(&request, "signal", signal)?;
    }
    let promise = window()
        .navigator()
        .credentials()
        .get_with_options(request.unchecked_ref())
        .map_err(trouble_of)?;
    credential(promise).await
}

/// Whether the browser has passkeys at all, in the form that we need.
pub(crate) fn is_supported() -> bool {
    let global = js_sys::global();
    js_sys::Reflect::get(&global, &"PublicKeyCredential".into())
        .and_then(|class| js_sys::Reflect::get(&class, &"parseRequestOptionsFromJSON".into()))
        .is_ok_and(|function| function.is_function())
}

/// Why the browser has none: outside a secure connection browsers hide passkeys altogether.
pub(crate) fn missing() -> Trouble {
    if window().is_secure_context() {
        Trouble::Unsupported
    } else {
        Trouble::WrongAddress
    }
}

/// Whether passkeys can be offered as autofill.
pub(crate) async fn has_autofill() -> bool {
    let Ok(promise) = PublicKeyCredential::conditional_mediation() else {
        return false;
    };
    JsFuture::from(promise).await.is_ok_and(|answer| answer.is_truthy())
}

/// Ends a request that waits, when told to.
pub(crate) fn abort_controller() -> Result<AbortController, Trouble> {
    AbortController::new().map_err(trouble_of)
}

/// The bank wraps its options as `{"publicKey": …}`.
fn public_key(options: &Value) -> Result<JsValue, Trouble> {
    let text = options.get("publicKey").unwrap_or(options).to_string();
    js_sys::JSON::parse(&text).map_err(|_| Trouble::Failed)
}

async fn credential(promise: js_sys::Promise) -> Result<Value, Trouble> {
    let answer = JsFuture::from(promise).await.map_err(trouble_of)?;
    if answer.is_null() || answer.is_undefined() {
        return Err(Trouble::Cancelled);
    }
    let json = answer
        .unchecked_ref::<PublicKeyCredential>()
        .to_json()
        .map_err(trouble_of)?;
    let text = js_sys::JSON::stringify(&json).map_err(trouble_of)?;
    serde_json::from_str(&String::from(text)).map_err(|_| Trouble::Failed)
}

fn set(object: &js_sys::Object, key: &str, value: &JsValue) -> Result<(), Trouble> {
    js_sys::Reflect::set(object, &key.into(), value)
        .map(|_| ())
        .map_err(trouble_of)
}

/// Browsers name their reasons (W3C Web Authentication Level 3, sections 5.1.3 and 5.1.4).
fn trouble_of(error: JsValue) -> Trouble {
    let name = js_sys::Reflect::get(&error, &"name".into())
        .ok()
        .and_then(|name| name.as_string());
    match name.as_deref() {
        Some("NotAllowedError" | "TimeoutError") => Trouble::Cancelled,
        Some("AbortError") => Trouble::Aborted,
        Some("InvalidStateError") => Trouble::AlreadyHere,
        Some("SecurityError") => Trouble::WrongAddress,
        Some("NotSupportedError" | "TypeError" | "ReferenceError") => missing(),
        _ => Trouble::Failed,
    }
}
