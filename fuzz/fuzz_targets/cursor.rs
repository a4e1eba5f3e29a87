#![no_main]

libfuzzer_sys::fuzz_target!(|query: (&str, u16)| larch_fuzz::contract::cursor(query.0, query.1));
