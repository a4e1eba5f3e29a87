//! Talks with customers.
//!
//! What they say becomes [commands](command), the commands work on a stack of tasks, and the tasks call operations through a
//! [`Doorway`](bank_contract::Doorway), as the customer. So access, limits, consent and audit are those of every other door.
//! There is no input or output of its own here, no clock and no randomness: they come in with the [`Situation`].
//!
//! Text of others (payees' names, references) is only ever shown. What can be pressed is kept in the state as an
//! [`Offer`](state::Offer), and a press that does not fit one does nothing.

#![expect(
    clippy::float_arithmetic,
    reason = "how likely something is, is no money: nothing is booked with it"
)]

mod advice;
mod articles;
mod breath;
mod called;
mod care;
mod command;
mod files {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}
pub mod dialogue;
mod each;
mod fill;
mod follow;
mod heard;
pub mod intents;
mod later;
mod messages;
mod names;
mod namesakes;
mod orders;
mod pieces;
mod plain;
mod presses;
mod pronouns;
mod renames;
mod replies;
mod say;
mod sought;
mod sources;
mod state;
mod tasks;
mod turn;
mod understood;
mod vague;
mod work;
mod world;
mod written;

pub use advice::{Advice, Advises, Wish, wishes};
pub use articles::Library;
pub use bank_contract::assistant::turn::{HandOver, Situation, Turned};
pub use messages::{Messages, MessagesError};
pub use state::State;
pub use turn::Assistant;
pub use understood::{Learned, Understands, Understood};

/// Longest text that is read, in characters.
pub const WORDS_MAX: usize = bank_contract::assistant::WORDS_MAX;
/// Tasks that can lie on top of each other.
pub const STACK_MAX: usize = 5;
/// Tasks that can wait for their turn.
pub const QUEUE_MAX: usize = 5;
/// Things said in one breath that are looked at one by one. Those that find no place, and those behind them, are named.
pub(crate) const BREATH_MAX: usize = 2 * QUEUE_MAX;
/// Operations that one turn may ask for.
pub const CALLS_MAX: u32 = 50;
/// Parts of one message.
pub const PARTS_MAX: usize = bank_contract::assistant::turn::PARTS_OF_MESSAGE_MAX;
/// Pages of payments that one turn reads, of 100 rows each.
pub const PAGES_MAX: usize = 20;
/// Choices offered at once.
pub const CHOICES_MAX: usize = 6;
