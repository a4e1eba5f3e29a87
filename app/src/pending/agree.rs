//! The yes itself: a press, or a signature with a passkey over exactly what was shown.

use crate::api::call;
use crate::identity::passkey::{self, Trouble};
use bank_contract::pending::{ConfirmPending, Confirmed, Signature, StartSigning};
use bank_contract::{Consent, PendingId};

/// Agrees to what waits. In the browser only.
pub(crate) async fn agree(pending: PendingId, hash: String, missing: Consent) -> Result<Confirmed, Trouble> {
    let signature = if missing == Consent::Sign {
        Some(sign(pending, hash.clone()).await?)
    } else {
        None
    };
    let confirm = ConfirmPending {
        pending,
        hash,
        signature,
    };
    Ok(call(confirm).await?)
}

async fn sign(pending: PendingId, hash: String) -> Result<Signature, Trouble> {
    if !passkey::is_supported() {
        return Err(passkey::missing());
    }
    let begun = call(StartSigning { pending, hash }).await?;
    let credential = passkey::get(&begun.options).await?;
    Ok(Signature::Passkey {
        ceremony: begun.ceremony,
        credential,
    })
}
