#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    larch_fuzz::contract::json_body(bytes);
    larch_fuzz::rules::canonical_body(bytes);
    larch_fuzz::rules::canonical_json(bytes);
});
