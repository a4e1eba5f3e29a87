//! What waits for a press.

use super::{Books, Boxed, input, waits};
use bank_contract::accounts::*;
use bank_contract::identity::*;
use bank_contract::limits::SetLimit;
use bank_contract::mandates::EndMandate;
use bank_contract::payees::*;
use bank_contract::pending::*;
use bank_contract::tokens::RevokeToken;
use bank_contract::transfers::*;
use bank_contract::*;

pub(super) fn answer(books: &mut Books, operation: &str, boxed: Boxed) -> Result<Boxed, BankError> {
    match operation {
        "transfers.submit" => {
            let wanted = input::<SubmitTransfer>(boxed);
            books.from = Some(wanted.from.0.as_u128());
            let title = format!(
                "Send {} to {} at {}",
                wanted.amount, wanted.payee_name, wanted.payee_iban
            );
            waits::<SubmitTransfer>(books.wait(operation, title, Some(wanted.amount)))
        }
        "transfers.move" => {
            let wanted = input::<MoveMoney>(boxed);
            let title = format!(
                "Move {} from {} to {}",
                wanted.amount,
                wanted.from.0.as_u128(),
                wanted.to.0.as_u128()
            );
            waits::<MoveMoney>(books.wait(operation, title, Some(wanted.amount)))
        }
        "transfers.deposit" => {
            let wanted = input::<Deposit>(boxed);
            waits::<Deposit>(books.wait(operation, format!("Pay in {}", wanted.amount), Some(wanted.amount)))
        }
        "transfers.withdraw" => {
            let wanted = input::<Withdraw>(boxed);
            waits::<Withdraw>(books.wait(operation, format!("Take out {}", wanted.amount), Some(wanted.amount)))
        }
        "transfers.reverse" => waits::<ReversePayment>(books.wait(operation, "Send back".into(), None)),
        "accounts.open" => {
            let wanted = input::<OpenAccount>(boxed);
            waits::<OpenAccount>(books.wait(operation, format!("Open {} {:?}", wanted.name, wanted.product), None))
        }
        "accounts.rename" => {
            let wanted = input::<RenameAccount>(boxed);
            waits::<RenameAccount>(books.wait(operation, format!("Call it {}", wanted.name), None))
        }
        "payees.trust" => {
            let wanted = input::<TrustPayee>(boxed);
            waits::<TrustPayee>(books.wait(operation, format!("Trust {} {}", wanted.name, wanted.iban), None))
        }
        "payees.end-trust" => waits::<EndTrust>(books.wait(operation, "End trust".into(), None)),
        "limits.set" => {
            let wanted = input::<SetLimit>(boxed);
            waits::<SetLimit>(books.wait(operation, format!("Limit {}", wanted.daily_max), None))
        }
        "pending.cancel" => {
            let wanted = input::<CancelPending>(boxed).pending;
            books.cancel(wanted)
        }
        "mandates.end" => waits::<EndMandate>(books.wait(operation, "End it".into(), None)),
        "tokens.revoke" => waits::<RevokeToken>(books.wait(operation, "Shut out".into(), None)),
        "identity.sign-out" => waits::<SignOut>(books.wait(operation, "Sign out".into(), None)),
        "identity.sign-out-everywhere" => {
            waits::<SignOutEverywhere>(books.wait(operation, "Sign out everywhere".into(), None))
        }
        "identity.revoke-session" => waits::<RevokeSession>(books.wait(operation, "Sign out a device".into(), None)),
        "identity.rename-passkey" => {
            let wanted = input::<RenamePasskey>(boxed);
            waits::<RenamePasskey>(books.wait(operation, format!("Call it {}", wanted.name), None))
        }
        "identity.remove-passkey" => waits::<RemovePasskey>(books.wait(operation, "Remove a passkey".into(), None)),
        // Confirming, ceremonies and secrets are refused through the assistant's door.
        _ => Err(BankError::NotAllowed),
    }
}
