//! What people see: the pages, their parts, and the way from them to the bank.

pub mod api;
