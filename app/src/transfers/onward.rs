//! Where a payment goes from the form: to its review when it waits, to its receipt when it is done.

use bank_contract::transfers::Receipt;
use bank_contract::{Answer, EntryId};

pub(super) fn onward(answer: &Answer<Receipt>) -> String {
    match answer {
        Answer::Waits(request) => format!("/pay/{}", request.pending),
        Answer::Done(receipt) => done(receipt.entry),
    }
}

/// The receipt, as it is shown right after the payment.
pub(super) fn done(entry: EntryId) -> String {
    format!("/payments/{entry}?done=1")
}
