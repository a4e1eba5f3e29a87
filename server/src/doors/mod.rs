//! The doors: ways from the outside into the one hallway.

pub(crate) mod web;
