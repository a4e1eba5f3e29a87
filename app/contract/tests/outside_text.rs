//! Every parser of outside text, with what proptest comes up with. The same bodies run under libFuzzer (`fuzz/`).

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on has failed"
)]

#[path = "../../../fuzz/src/contract.rs"]
pub mod bodies;
#[path = "outside_text/samples.rs"]
pub mod samples;

use proptest::prelude::*;
use samples::{AMOUNTS, BODIES, IBANS, bent};

proptest! {
    #[test]
    fn an_iban_that_is_accepted_is_the_same_after_printing(text in prop_oneof![
        any::<String>(),
        "[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 -]{0,40}",
        "\\PC{0,70}",
        bent(IBANS),
    ]) {
        bodies::iban(&text);
    }

    #[test]
    fn an_amount_that_is_accepted_is_the_same_after_printing(text in prop_oneof![
        any::<String>(),
        "[-−]?[0-9., '’\u{202f}]{0,45}",
        "[-−€$£¥]{0,2}[0-9]{0,16}[.,]?[0-9]{0,4}( ?(EUR|JPY|KWD|CHF))?",
        "-?[0-9]{1,4}\\.[0-9]{0,3}0{0,34}[0-9]?",
        bent(AMOUNTS),
    ]) {
        bodies::amount(&text);
    }

    #[test]
    fn no_body_makes_an_operation_panic_and_what_is_read_can_be_written(bytes in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        bent(BODIES).prop_map(String::into_bytes),
    ]) {
        bodies::json_body(&bytes);
    }

    #[test]
    fn only_our_own_marks_pass_for_a_place_in_a_list(
        text in prop_oneof!["[0-9-]{0,60}", any::<String>(), bent(&["1764000000000000-123", "-", "0190"])],
        size in prop_oneof![0..=101_u16, any::<u16>()],
    ) {
        bodies::cursor(&text, size);
    }
}

#[test]
fn the_samples_themselves_are_good() {
    for text in IBANS {
        assert!(bank_contract::Iban::parse(text).is_ok(), "{text}");
        bodies::iban(text);
    }
    for text in AMOUNTS {
        assert!(
            bank_contract::Money::parse(text, bank_contract::Currency::Kwd).is_ok(),
            "{text}"
        );
        bodies::amount(text);
    }
    for body in BODIES {
        assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{body}");
        bodies::json_body(body.as_bytes());
    }
}

#[test]
fn decimals_beyond_the_currencys_are_refused_however_far_behind_they_stand() {
    for zeros in 0..34 {
        bodies::amount(&format!("12.34{}1", "0".repeat(zeros)));
    }
}
