//! The parts that pages are made of. Their looks are in `style/`; every one of them, in every
//! state, is on the gallery page.

mod amount_input;
mod button;
mod copy;
mod date_field;
pub mod dates;
mod dialog;
mod feed;
mod fields;
mod focus;
mod head;
mod iban_field;
mod icon;
mod lists;
mod money;
mod notice;
mod qr;
mod secret_fields;
mod states;
mod table;
mod toast;

pub use amount_input::AmountInput;
pub use button::{Button, ButtonKind, LinkButton};
pub use copy::CopyButton;
pub use date_field::DateField;
pub use dialog::Dialog;
pub use feed::Feed;
pub use fields::{SelectField, TextArea, TextField};
pub use head::PageHead;
pub use iban_field::IbanField;
pub use icon::{Icon, Mark};
pub use lists::{ActionRow, DefinitionList};
pub use money::Money;
pub use notice::{Badge, Notice, NoticeKind};
pub use qr::Qr;
pub use secret_fields::{CodeField, PasswordField};
pub use states::{EmptyState, ErrorNote, Skeleton};
pub use table::{Column, DataTable};
pub use toast::{Toaster, Toasts, provide_toasts, use_toasts};

pub(crate) use fields::{Filled, keep_in_step, keep_ticked};
pub(crate) use focus::{Focused, is_free_for, keep_focus, watch_acts};
pub(crate) use head::{Announced, focus_heading};
pub(crate) use states::moved_in_words;
