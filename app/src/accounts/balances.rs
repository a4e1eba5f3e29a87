//! Balances that are shown while money moves elsewhere: by a card beside the page, or by an answer that came late.

use leptos::prelude::*;

/// Counts how often money has moved outside of the pages that show it: they ask for it anew then.
#[derive(Clone, Copy)]
pub(crate) struct Balances(RwSignal<u32>);

impl Balances {
    pub(crate) fn have_changed(self) {
        self.0.update(|count| *count = count.wrapping_add(1));
    }

    /// What pages ask with: another count is another question.
    pub(super) fn count(self) -> u32 {
        self.0.get()
    }
}

pub(crate) fn provide_balances() {
    provide_context(Balances(RwSignal::new(0)));
}

/// Outside of the app, nobody shows any.
pub(crate) fn use_balances() -> Balances {
    use_context::<Balances>().unwrap_or_else(|| Balances(RwSignal::new(0)))
}
