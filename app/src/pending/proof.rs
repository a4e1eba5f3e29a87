//! The signature under a payment, for the customer to keep.

use crate::api::call;
use bank_contract::EntryId;
use bank_contract::pending::{Proof, ShowProof};
use leptos::prelude::*;
use std::fmt::Write as _;

/// A link that saves the proof as a file; nothing where there is none. It works before the page is awake.
#[component]
pub(crate) fn ProofOffer(entry: EntryId) -> impl IntoView {
    let proof = Resource::new_blocking(|| (), move |()| call(ShowProof { entry }));
    let offer = move || {
        Suspend::new(async move {
            // A proof that cannot be had is not worth an alarm on a receipt: it is still there later.
            let proof = proof.await.ok().flatten()?;
            let (href, name) = (address(&proof)?, format!("larch-proof-{entry}.json"));
            Some(view! {
                <a class="button button-quiet" href=href download=name>
                    "Save the proof of your signature"
                </a>
            })
        })
    };
    view! { <Transition>{offer}</Transition> }
}

/// The file itself as an address (RFC 2397).
fn address(proof: &Proof) -> Option<String> {
    let text = serde_json::to_string_pretty(proof).ok()?;
    let mut out = String::from("data:application/json;charset=utf-8,");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Some(out)
}
