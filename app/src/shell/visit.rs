//! Who is visiting: asked once for each page load, and shared by everything on the page.

use crate::api::call;
use crate::errors::{After, Asked};
use bank_contract::BankError;
use bank_contract::identity::{Visit, WhoAmI};
use leptos::prelude::*;

type VisitResource = Resource<Result<Visit, BankError>>;

#[derive(Clone, Copy)]
struct SharedVisit(VisitResource);

fn ask_for_visit() -> VisitResource {
    Resource::new_blocking(|| (), |()| call(WhoAmI {}))
}

pub(crate) fn provide_visit() {
    provide_context(SharedVisit(ask_for_visit()));
}

/// The facts of the visit. Refetch it after something changed who is signed in.
pub fn use_visit() -> VisitResource {
    use_context::<SharedVisit>().map_or_else(ask_for_visit, |shared| shared.0)
}

/// Where somebody goes who has just signed in. Whoever has gone elsewhere before the answer came stays there, and what stands
/// around the page learns who they are.
#[derive(Clone, Copy)]
pub(crate) struct Inside(VisitResource);

pub(crate) fn use_inside() -> Inside {
    Inside(use_visit())
}

impl Inside {
    pub(crate) fn go(self, path: &str, asked: &Asked) -> After {
        if asked.is_left() {
            self.stay();
            return After::Stay;
        }
        leave_for(path);
        After::Leave
    }

    pub(crate) fn stay(self) {
        self.0.refetch();
    }
}

/// Loads a page afresh. For when the visit itself changed (signing in or out): nothing that was
/// fetched before may be shown after.
pub fn leave_for(path: &str) {
    // Refused only for a text that is no address, and every path here is one of ours.
    _ = window().location().set_href(path);
}
