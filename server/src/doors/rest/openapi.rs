//! The door's description, OpenAPI 3.1, made from the operations themselves.

use bank_contract::{Effect, Method};
use bank_operations::Entry;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{Schema, transform::RestrictFormats};
use serde_json::{Map, Value, json};

/// What is said of texts besides their type. Other formats are not in JSON Schema, and clients do not know them.
const FORMATS: &[&str] = &["uuid", "date"];

/// One for a whole document, so that a type is described once.
pub(super) fn generator() -> SchemaGenerator {
    generator_with("/components/schemas")
}

/// One for a document that keeps its types at this place.
pub(in crate::doors) fn generator_with(place: &'static str) -> SchemaGenerator {
    let mut formats = RestrictFormats::default();
    // A part of a document does not say which JSON Schema it is of.
    formats.infer_from_meta_schema = false;
    formats
        .allowed_formats
        .extend(FORMATS.iter().map(|format| (*format).into()));
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = place.into();
        settings.meta_schema = None;
        settings.transforms.push(Box::new(formats));
    });
    settings.into_generator()
}

/// A schema's own object, also when it is a reference into the generator.
pub(super) fn resolved(value: &Value, generator: &SchemaGenerator) -> Value {
    let name = value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.rsplit('/').next());
    match name.and_then(|name| generator.definitions().get(name)) {
        Some(found) => found.clone(),
        None => value.clone(),
    }
}

pub(super) fn document(entries: &[Entry]) -> Value {
    let mut generator = generator();
    let mut paths: Map<String, Value> = Map::new();
    for entry in entries {
        let Some(rest) = entry.facts.rest else { continue };
        let method = match rest.method {
            Method::Get => "get",
            Method::Post => "post",
        };
        let path = paths.entry(rest.path.to_owned()).or_insert_with(|| json!({}));
        path[method] = operation(entry, rest.path, rest.method, &mut generator);
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Larch",
            "version": "1",
            "description": "Your accounts, for your programs. Let one in under Profile, Programs. This bank is a demonstration: its money is not real."
        },
        "servers": [{ "url": super::ROOT }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }
        }
    })
}

fn operation(entry: &Entry, path: &str, method: Method, generator: &mut SchemaGenerator) -> Value {
    let facts = entry.facts;
    let (input, output) = entry.schemas(generator);
    let input = resolved(input.as_value(), generator);
    let in_path = |name: &str| path.contains(&format!("{{{name}}}"));
    let mut parameters = Vec::new();
    let mut body = Map::new();
    let properties = input
        .get("properties")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let required = required(&input);
    for (name, schema) in properties {
        if in_path(&name) {
            parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": never_null(&schema) }));
        } else if name == "key" {
            parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": true,
                "description": "Chosen by you: the same key never moves money twice.",
                "schema": { "type": "string", "format": "uuid" }
            }));
        } else if method == Method::Get {
            let needed = required.contains(&name);
            parameters.push(json!({ "name": name, "in": "query", "required": needed, "schema": never_null(&schema) }));
        } else {
            body.insert(name, schema);
        }
    }
    let mut described = json!({
        "operationId": facts.named.name,
        "summary": facts.help,
        "tags": [facts.slice()],
        "parameters": parameters,
        "responses": responses(facts.effect, method, &output)
    });
    if method == Method::Post {
        let required: Vec<&String> = required.iter().filter(|name| body.contains_key(*name)).collect();
        let schema =
            json!({ "type": "object", "properties": body, "required": required, "additionalProperties": false });
        described["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    described
}

/// What stands in a path or a query is there or left out: it cannot be null.
fn never_null(schema: &Value) -> Value {
    let choices = schema.get("anyOf").and_then(Value::as_array);
    let something = |choice: &&Value| choice.get("type").and_then(Value::as_str) != Some("null");
    let found = choices.and_then(|choices| choices.iter().find(something));
    found.unwrap_or(schema).clone()
}

fn required(input: &Value) -> Vec<String> {
    let names = input.get("required").and_then(Value::as_array);
    names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn responses(effect: Effect, method: Method, output: &Schema) -> Value {
    let content = json!({ "application/json": { "schema": output } });
    let mut responses = Map::new();
    if effect == Effect::MovesMoney {
        responses.insert(
            "201".into(),
            json!({
                "description": "Done. The same key again gives the same answer, marked by a header.",
                "headers": { "Idempotency-Replayed": { "schema": { "type": "string", "enum": ["true"] } } },
                "content": content
            }),
        );
        responses.insert(
            "202".into(),
            json!({
                "description": "Beyond the token's bounds: it waits for the customer's yes. Nothing has moved.",
                "headers": { "Location": { "schema": { "type": "string" } } },
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/PendingView" } } }
            }),
        );
    } else {
        responses.insert("200".into(), json!({ "description": "Done.", "content": content }));
    }
    let problem = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
    let mut refusal = |status: &str, words: &str| {
        responses.insert(status.into(), json!({ "description": words, "content": problem }));
    };
    refusal("400", "It cannot be read.");
    refusal("401", "The token is missing, unknown, expired or revoked.");
    refusal("403", "The token does not allow this.");
    refusal("404", "It is not there, or not yours.");
    refusal("422", "It is refused, and the code says why. Nothing has moved.");
    refusal(
        "429",
        "Too much in a short time: nothing was done. Try again after Retry-After.",
    );
    refusal("503", "Busy: nothing was done. Try again after Retry-After.");
    if effect == Effect::MovesMoney {
        refusal(
            "409",
            "The key was used for something else, or the same request is still at work.",
        );
        refusal(
            "504",
            "Not known yet whether it happened. Send exactly the same again: it cannot happen twice.",
        );
    }
    refusal(
        "500",
        "Something went wrong on our side: it is not known whether anything happened.",
    );
    if method == Method::Post {
        refusal("408", "The body took too long to arrive. Nothing was done.");
        refusal("413", "The body is too large.");
        refusal("415", "The body is not JSON.");
    }
    Value::Object(responses)
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "A refusal (RFC 9457). `code` is stable; some codes carry more members, such as `available`.",
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": "string" },
            "detail": { "type": "string" },
            "money_moved": { "type": ["string", "null"], "enum": ["no", "unknown", null] }
        },
        "required": ["type", "title", "status", "code", "detail"]
    })
}
