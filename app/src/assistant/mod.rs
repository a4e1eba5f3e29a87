//! The assistant: a panel beside every page on wide screens, a page of its own on phones, and a palette that is opened from the
//! keyboard and takes the same sentences.

mod aloud;
mod bar;
mod card;
mod composer;
mod conversation;
mod dictation;
mod memory;
mod message;
mod page;
mod palette;
mod panel;
mod past;
mod places;
mod talk;
mod trouble;

pub(crate) use aloud::in_words;
pub(crate) use bar::head;
pub(crate) use conversation::content;
pub(crate) use memory::facts;
pub(crate) use message::shown as shown_message;
pub use page::AssistantPage;
pub(crate) use palette::{Palette, PaletteButton, PaletteOpen, offers_view};
pub(crate) use panel::Panel;
pub(crate) use past::lines;
pub(crate) use talk::{Standing, Talk, provide_talk};
