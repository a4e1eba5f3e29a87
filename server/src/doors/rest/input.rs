//! An operation's input from a request: the parts of its path, its query or its body, and its key.

use bank_contract::BankError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How deep a body may nest. Ours nest three deep.
const DEPTH_MAX: usize = 8;

/// What the fields of an input are, by its schema.
pub(super) struct Fields(BTreeMap<String, Kind>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Integer,
    Boolean,
    Other,
}

pub(in crate::doors) fn malformed(message: impl Into<String>) -> BankError {
    BankError::Malformed {
        message: message.into(),
    }
}

impl Fields {
    /// From the JSON Schema of an object, and what finds the types that it refers to.
    pub(super) fn of(schema: &Value, resolve: &dyn Fn(&Value) -> Value) -> Self {
        let properties = schema.get("properties").and_then(Value::as_object);
        let fields = properties.into_iter().flatten();
        Self(
            fields
                .map(|(name, field)| (name.clone(), kind(field, resolve)))
                .collect(),
        )
    }

    /// A text from a path or a query, as the field wants it.
    fn typed(&self, name: &str, text: &str) -> Result<Value, BankError> {
        let kind = self
            .0
            .get(name)
            .ok_or_else(|| malformed(format!("there is no field {name:?}.")))?;
        match kind {
            Kind::Integer => {
                let number: i64 = text
                    .parse()
                    .map_err(|_| malformed(format!("{name} must be a whole number.")))?;
                Ok(Value::from(number))
            }
            Kind::Boolean => {
                let yes: bool = text
                    .parse()
                    .map_err(|_| malformed(format!("{name} must be true or false.")))?;
                Ok(Value::from(yes))
            }
            Kind::Other => Ok(Value::from(text)),
        }
    }

    /// From texts, each field once.
    pub(super) fn read_texts<'a>(
        &self,
        texts: impl Iterator<Item = (std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)>,
        into: &mut Map<String, Value>,
    ) -> Result<(), BankError> {
        for (name, text) in texts {
            let value = self.typed(&name, &text)?;
            if into.insert(name.clone().into_owned(), value).is_some() {
                return Err(malformed(format!("{name} stands there twice.")));
            }
        }
        Ok(())
    }

    /// From a body of JSON.
    pub(super) fn read_body(&self, bytes: &[u8], into: &mut Map<String, Value>) -> Result<(), BankError> {
        check_depth(bytes, DEPTH_MAX)?;
        let body: Value = serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        let Value::Object(members) = body else {
            return Err(malformed("the body must be an object."));
        };
        for (name, value) in members {
            if name == "key" || !self.0.contains_key(&name) {
                return Err(malformed(format!("there is no field {name:?}.")));
            }
            if into.insert(name.clone(), value).is_some() {
                return Err(malformed(format!("{name} stands in the path already.")));
            }
        }
        Ok(())
    }
}

fn kind(field: &Value, resolve: &dyn Fn(&Value) -> Value) -> Kind {
    let field = match field.get("anyOf").and_then(Value::as_array) {
        Some(choices) => resolve(choices.first().unwrap_or(field)),
        None => resolve(field),
    };
    match field.get("type") {
        Some(Value::String(name)) => kind_of(name),
        Some(Value::Array(names)) => {
            let mut kinds = names.iter().filter_map(Value::as_str).map(kind_of);
            kinds.find(|kind| *kind != Kind::Other).unwrap_or(Kind::Other)
        }
        _ => Kind::Other,
    }
}

fn kind_of(name: &str) -> Kind {
    match name {
        "integer" => Kind::Integer,
        "boolean" => Kind::Boolean,
        _ => Kind::Other,
    }
}

/// What nests deeper than so much is refused before it is parsed.
///
/// # Errors
/// [`BankError::Malformed`].
pub(in crate::doors) fn check_depth(bytes: &[u8], most: usize) -> Result<(), BankError> {
    if depth(bytes) > most {
        return Err(malformed("it nests too deep."));
    }
    Ok(())
}

/// How deep arrays and objects nest, without reading them: what is too deep is not parsed at all.
fn depth(bytes: &[u8]) -> usize {
    let (mut deep, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        if quoted {
            (quoted, escaped) = (*byte != b'"' || escaped, *byte == b'\\' && !escaped);
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => {
                deep += 1;
                deepest = deepest.max(deep);
            }
            b'}' | b']' => deep = deep.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields() -> Fields {
        let schema = json!({ "properties": {
            "account": { "type": "string" }, "size": { "$ref": "#/size" }, "after": { "type": ["string", "null"] },
            "amount": { "$ref": "#/money" }
        } });
        Fields::of(&schema, &|field| match field.get("$ref").and_then(Value::as_str) {
            Some("#/size") => json!({ "type": "integer" }),
            Some(_) => json!({ "type": "object" }),
            None => field.clone(),
        })
    }

    fn query(text: &str) -> Result<Value, BankError> {
        let mut into = Map::new();
        fields().read_texts(url::form_urlencoded::parse(text.as_bytes()), &mut into)?;
        Ok(Value::Object(into))
    }

    #[test]
    fn a_query_is_read_by_the_schema() {
        assert_eq!(
            query("size=30&after=1-2").unwrap(),
            json!({ "size": 30, "after": "1-2" })
        );
        for bad in ["size=x", "unknown=1", "size=1&size=2", "size=99999999999999999999"] {
            assert!(matches!(query(bad), Err(BankError::Malformed { .. })), "{bad}");
        }
    }

    #[test]
    fn a_body_is_an_object_with_known_fields_and_without_a_key() {
        let body = |text: &str| {
            let mut into = Map::new();
            fields()
                .read_body(text.as_bytes(), &mut into)
                .map(|()| Value::Object(into))
        };
        assert!(body(r#"{"account":"a","amount":{"amount":"1","currency":"EUR"}}"#).is_ok());
        for bad in [
            "",
            "[]",
            "1",
            r#"{"key":"x"}"#,
            r#"{"other":1}"#,
            r#"{"account":"#,
            "\u{0}",
        ] {
            assert!(matches!(body(bad), Err(BankError::Malformed { .. })), "{bad}");
        }
        let deep = format!(r#"{{"amount":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(body(&deep).unwrap_err().message().contains("deep"));
    }

    #[test]
    fn brackets_in_texts_are_no_depth() {
        assert_eq!(depth(br#"{"a":"[[[[\"[[[[","b":[]}"#), 2);
    }
}
