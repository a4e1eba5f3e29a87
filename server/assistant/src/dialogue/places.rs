//! What stands in a dialogue for something of a demo person.

use serde_json::Value;

/// Puts in what `{iban:tiago}` and the like stand for: `find` is asked for `iban` of `tiago`. What it does not know stays as
/// it is.
pub fn written(text: &str, find: &impl Fn(&str, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let found = rest.find('}').and_then(|close| {
            let (what, whose) = rest[1..close].split_once(':')?;
            Some((close, find(what, whose)?))
        });
        if let Some((close, value)) = found {
            out.push_str(&value);
            rest = &rest[close + 1..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The same in all texts of an operation's input.
pub fn written_in(input: &Value, find: &impl Fn(&str, &str) -> Option<String>) -> Value {
    match input {
        Value::String(text) => Value::String(written(text, find)),
        Value::Array(all) => all.iter().map(|one| written_in(one, find)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), written_in(value, find)))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn find(what: &str, whose: &str) -> Option<String> {
        (what == "iban" && whose == "tiago").then(|| "DE1".to_owned())
    }

    #[test]
    fn what_is_known_is_put_in_and_the_rest_stays() {
        for (text, wanted) in [
            ("pay {iban:tiago} now", "pay DE1 now"),
            ("{iban:tiago}{iban:tiago}", "DE1DE1"),
            ("{iban:nobody} {{7*7}} {", "{iban:nobody} {{7*7}} {"),
            ("{ {iban:tiago}", "{ DE1"),
            ("", ""),
        ] {
            assert_eq!(written(text, &find), wanted, "{text}");
        }
        assert_eq!(
            written_in(&json!({"a": ["{iban:tiago}", 1], "b": {"c": null}}), &find),
            json!({"a": ["DE1", 1], "b": {"c": null}})
        );
    }
}
