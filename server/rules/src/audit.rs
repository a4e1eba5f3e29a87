//! Canonical operations, and the chain of audit lines over them.

use serde_json::Value;
use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// What the first link vouches for.
pub const GENESIS: Hash = [0; 32];

/// Says what the bytes are for, so that a hash made for one purpose never serves another.
const OPERATION_TAG: &[u8] = b"larch operation v1\0";
const LINK_TAG: &[u8] = b"larch audit link v1\0";

/// JSON with its keys in order and no white space (the shape of RFC 8785; our numbers are whole).
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                write_canonical(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// The hash of an operation: its name and its canonical input. This is what consent is given to.
pub fn operation_hash(name: &str, input: &Value) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(OPERATION_TAG);
    hasher.update(name.as_bytes());
    hasher.update([0]);
    hasher.update(canonical(input).as_bytes());
    hasher.finalize().into()
}

/// One audit line as the chain reads it.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: i64,
    /// Microseconds since 1970, as the database keeps them.
    pub at_us: i64,
    pub door: String,
    pub caller: String,
    pub user: Option<String>,
    pub operation: String,
    pub outcome: String,
    pub input_hash: Vec<u8>,
    /// Whose accounts the user acted on, where they were not the user's own.
    pub for_customer: Option<String>,
}

/// Stands before for whom it was, where it was for somebody else: a line without it links as it always did.
const FOR_TAG: &[u8] = b"for\0";

/// The link over a line and the link before it. Every field carries its length, so that nothing can
/// be moved from one to the next.
pub fn link(before: &Hash, line: &Line) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(LINK_TAG);
    hasher.update(before);
    hasher.update(line.id.to_be_bytes());
    hasher.update(line.at_us.to_be_bytes());
    let user = line.user.as_deref().unwrap_or_default();
    for field in [&line.door, &line.caller, user, &line.operation, &line.outcome] as [&str; 5] {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.update(&line.input_hash);
    if let Some(customer) = &line.for_customer {
        hasher.update(FOR_TAG);
        hasher.update((customer.len() as u64).to_be_bytes());
        hasher.update(customer.as_bytes());
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line() -> Line {
        Line {
            id: 7,
            at_us: 1,
            door: "web".into(),
            caller: "customer".into(),
            user: None,
            operation: "transfers.submit".into(),
            outcome: "done".into(),
            input_hash: vec![1; 32],
            for_customer: None,
        }
    }

    #[test]
    fn the_order_of_keys_does_not_matter_and_every_value_does() {
        let one: Value = serde_json::from_str(r#"{"b":[1,{"y":"\"","x":null}],"a":"é"}"#).unwrap();
        assert_eq!(canonical(&one), r#"{"a":"é","b":[1,{"x":null,"y":"\""}]}"#);
        let hash = operation_hash("a.b", &one);
        assert_ne!(hash, operation_hash("a.c", &one));
        assert_ne!(
            hash,
            operation_hash("a.b", &json!({"a": "e", "b": [1, {"x": null, "y": "\""}]}))
        );
    }

    #[test]
    fn every_field_of_a_line_is_vouched_for() {
        let whole = link(&GENESIS, &line());
        let changes: [fn(&mut Line); 9] = [
            |l| l.id += 1,
            |l| l.at_us += 1,
            |l| l.door.push('x'),
            |l| l.caller.push('x'),
            |l| l.user = Some("u".into()),
            |l| l.operation.push('x'),
            |l| l.outcome.push('x'),
            |l| l.input_hash[31] ^= 1,
            |l| l.for_customer = Some(String::new()),
        ];
        for edit in changes {
            let mut other = line();
            edit(&mut other);
            assert_ne!(whole, link(&GENESIS, &other));
        }
        assert_ne!(whole, link(&whole, &line()));
    }

    #[test]
    fn text_cannot_move_from_one_field_to_the_next() {
        let mut left = line();
        left.door = "webc".into();
        left.caller = "ustomer".into();
        assert_ne!(link(&GENESIS, &line()), link(&GENESIS, &left));
    }
}
