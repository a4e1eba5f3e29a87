//! What consent is given to and what the audit chain vouches for is the same after it was written and read again.

use bank_contract::Operation;
use bank_rules::audit::{canonical, operation_hash};
use serde_json::Value;

/// A body in the shape of any operation: its canonical form does not change by being read.
pub fn canonical_body(bytes: &[u8]) {
    macro_rules! each {
        ($($operation:ty,)+) => { $(canonical_of::<$operation>(bytes);)+ };
    }
    bank_contract::each_operation!(each);
}

fn canonical_of<O: Operation>(bytes: &[u8]) {
    let Ok(input) = serde_json::from_slice::<O>(bytes) else {
        return;
    };
    let value = serde_json::to_value(&input).expect("an input is written");
    // Floats are nowhere but in what a browser's passkey may add, and that is hashed by nobody.
    if !is_whole(&value) {
        return;
    }
    let text = canonical(&value);
    let again: O = serde_json::from_str(&text).expect("the canonical form is read");
    let again = serde_json::to_value(&again).expect("an input is written");
    assert_eq!(canonical(&again), text, "{}", O::NAMED.name);
    assert_eq!(
        operation_hash(O::NAMED.name, &again),
        operation_hash(O::NAMED.name, &value)
    );
}

/// Any JSON with whole numbers.
pub fn canonical_json(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    if !is_whole(&value) {
        return;
    }
    let text = canonical(&value);
    let again: Value = serde_json::from_str(&text).expect("the canonical form is read");
    assert_eq!(again, value);
    assert_eq!(canonical(&again), text);
}

fn is_whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(items) => items.iter().all(is_whole),
        Value::Object(members) => members.values().all(is_whole),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}
