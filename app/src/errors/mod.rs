//! What is shown when something is missing, still on its way, or refused; the same in every slice.

mod doing;
mod fields;
mod pages;
mod waiting;

pub(crate) use doing::{After, Asked, Doing};
pub(crate) use fields::{Fields, focus_first_wrong, form_of};
pub use pages::{ErrorPage, NotFoundPage};
pub use waiting::made_once;
pub(crate) use waiting::{retry_of, set_status, waiting, waiting_page};

use std::sync::Arc;

/// Sets the HTTP status of the page that is being rendered. The server provides it; the browser has none.
#[derive(Clone)]
pub struct SetStatus(pub Arc<dyn Fn(u16) + Send + Sync>);
