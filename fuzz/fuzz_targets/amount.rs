#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| larch_fuzz::contract::amount(text));
