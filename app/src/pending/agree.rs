//! The yes itself: a press, a signature with a passkey over exactly what was shown, or a code of an app for it.

use crate::api::call;
use crate::design::CodeField;
use crate::errors::{Asked, Fields};
use crate::identity::passkey::{self, Trouble};
use bank_contract::identity::Code;
use bank_contract::pending::{ConfirmPending, Confirmed, PendingView, Signature, StartSigning};
use bank_contract::{BankError, Consent, PendingId};
use leptos::prelude::*;

/// What a yes needs besides the press. It lives beside the page's content, like the work that it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Signer {
    code: RwSignal<String>,
    pub(crate) fields: Fields,
    /// What the field for the code is called on the page.
    name: &'static str,
}

impl Signer {
    pub(crate) fn new() -> Self {
        let code = RwSignal::new(String::new());
        Self {
            code,
            fields: Fields::new(vec![("code", code)]),
            name: "code",
        }
    }

    /// For a place that can stand beside another one where something is signed: two fields of a page need two names.
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, ..Self::new() }
    }

    pub(crate) fn clear(self) {
        self.code.set(String::new());
        self.fields.clear();
    }

    /// The field for the code, where one signs.
    pub(crate) fn field(self, request: &PendingView) -> Option<AnyView> {
        let short_code = request.summary.short_code.clone()?;
        let hint = format!("The six digits that it shows now. They sign the request {short_code} and no other.");
        Some(
            view! {
                <CodeField
                    label="Code of your app"
                    name=self.name
                    value=self.code
                    error=self.fields.error("code")
                    hint
                    digits=true
                />
            }
            .into_any(),
        )
    }

    /// Agrees to what waits. Whoever has left before they are asked for their passkey has not agreed. In the browser only.
    pub(crate) async fn agree(self, request: PendingView, asked: &Asked) -> Result<Confirmed, Trouble> {
        let (pending, hash) = (request.pending, request.hash);
        let signature = match (request.missing, request.summary.short_code) {
            (Consent::Sign, Some(short_code)) => Some(self.by_code(short_code)?),
            (Consent::Sign, None) => Some(by_passkey(pending, hash.clone(), asked).await?),
            _ => None,
        };
        let confirm = ConfirmPending {
            pending,
            hash,
            signature,
        };
        Ok(call(confirm).await?)
    }

    fn by_code(self, short_code: String) -> Result<Signature, BankError> {
        let typed = self.code.try_get_untracked().unwrap_or_default();
        if typed.trim().is_empty() {
            return Err(BankError::invalid(
                "code",
                "Please enter the code that your app shows now.",
            ));
        }
        Ok(Signature::Code {
            code: Code::new(typed),
            short_code,
        })
    }
}

async fn by_passkey(pending: PendingId, hash: String, asked: &Asked) -> Result<Signature, Trouble> {
    if !passkey::is_supported() {
        return Err(passkey::missing());
    }
    let begun = call(StartSigning { pending, hash }).await?;
    if asked.is_left() {
        return Err(Trouble::Aborted);
    }
    let credential = passkey::get(&begun.options).await?;
    Ok(Signature::Passkey {
        ceremony: begun.ceremony,
        credential,
    })
}

/// What a signature is called where nothing more particular is said.
pub(crate) fn yes_words(request: &PendingView) -> &'static str {
    match (request.missing, &request.summary.short_code) {
        (Consent::Sign, Some(_)) => "Sign with the code",
        (Consent::Sign, None) => "Sign with your passkey",
        _ => "Confirm",
    }
}
