//! The canonical form of whatever comes from outside, with what proptest comes up with. The same bodies run under
//! libFuzzer (`fuzz/`).

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on has failed"
)]

#[path = "../../../fuzz/src/rules.rs"]
pub mod bodies;
#[path = "../../../app/contract/tests/outside_text/samples.rs"]
pub mod samples;

use bank_rules::audit::canonical;
use proptest::prelude::*;
use samples::{BODIES, bent};
use serde_json::Value;

/// Any JSON with whole numbers, some levels deep.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn the_canonical_form_of_an_operation_does_not_change_by_being_read(bytes in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        bent(BODIES).prop_map(String::into_bytes),
    ]) {
        bodies::canonical_body(&bytes);
        bodies::canonical_json(&bytes);
    }

    #[test]
    fn the_canonical_form_is_json_and_says_the_same(value in json()) {
        let text = canonical(&value);
        prop_assert_eq!(&serde_json::from_str::<Value>(&text).expect("it is JSON"), &value);
        bodies::canonical_json(text.as_bytes());
        // White space and the order of keys make no difference.
        let pretty = serde_json::to_string_pretty(&value).expect("it is written");
        let read: Value = serde_json::from_str(&pretty).expect("it is read");
        prop_assert_eq!(canonical(&read), text);
    }
}

#[test]
fn the_samples_themselves_have_a_canonical_form() {
    for body in BODIES {
        bodies::canonical_body(body.as_bytes());
        bodies::canonical_json(body.as_bytes());
    }
}
