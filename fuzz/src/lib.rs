//! What must hold for every text from outside, as plain functions: the fuzz targets call them with what libFuzzer
//! comes up with, and the tests of bank-contract and bank-rules (`tests/outside_text.rs`) with what proptest does.

pub mod contract;
pub mod rules;
