//! Moving money: to others, between one's own accounts, and over the cash desk. Everything that
//! leaves an account is shown as the bank understood it before it goes.

mod cash;
mod draft;
mod ended;
mod key;
mod late;
mod onward;
mod own_form;
mod pay;
mod pay_form;
mod payee_check;
mod purse;
mod receipt;
mod review;
mod take_back;

pub(crate) use late::{Late, use_late};

pub use cash::CashPage;
pub use pay::PayPage;
pub use receipt::ReceiptPage;
pub use review::ReviewPage;
