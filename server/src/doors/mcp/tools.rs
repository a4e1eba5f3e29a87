//! The tools, made from what the operations declare of themselves: those that have a place at the REST door, and no others.

use super::super::rest::generator_with;
use bank_contract::pending::PendingView;
use bank_contract::{Effect, Facts};
use bank_operations::{Caller, Entry, Registry};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a schema keeps the types that it refers to.
const DEFINITIONS: &str = "/$defs";
const REFERENCE: &str = "#/$defs/";

/// Told of every tool that moves money, because agents do not always read the instructions.
const MONEY: &str = "Moves money: give a key of your own, a new UUID, and the same one with every try of the same payment. \
Beyond what the token may do, the answer has the state waits: nothing has moved then, and the customer has to sign it in \
the app.";

/// An operation as a tool.
pub(super) struct Offered {
    pub(super) entry: Entry,
    tool: Tool,
}

impl Offered {
    fn of(entry: Entry) -> Self {
        let facts = entry.facts;
        let moves_money = facts.effect == Effect::MovesMoney;
        let description = if moves_money {
            format!("{} {MONEY}", facts.help)
        } else {
            facts.help.to_owned()
        };
        let tool = Tool::new(name(&facts), description, Arc::new(input(&entry)))
            .with_raw_output_schema(Arc::new(output(&entry, moves_money)))
            .with_annotations(annotations(facts.effect));
        Self { entry, tool }
    }

    /// Whether its input has such a field.
    pub(super) fn has(&self, field: &str) -> bool {
        let fields = self.tool.input_schema.get("properties").and_then(Value::as_object);
        fields.is_some_and(|fields| fields.contains_key(field))
    }
}

/// All of them, by the names that agents know.
pub(super) struct Tools(BTreeMap<String, Offered>);

impl Tools {
    pub(super) fn of(registry: &Registry) -> Self {
        let entries = registry.all().filter(|entry| entry.facts.rest.is_some());
        Self(entries.map(|entry| (name(&entry.facts), Offered::of(*entry))).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Offered> {
        self.0.get(name)
    }

    /// What a token is shown: one that may only read is not shown how money is moved. The hallway refuses it besides.
    pub(super) fn for_caller(&self, caller: &Caller) -> Vec<Tool> {
        let pays = matches!(caller, Caller::Program(program) if program.bounds.is_some());
        let shown = |offered: &&Offered| pays || offered.entry.facts.effect == Effect::Reads;
        self.0
            .values()
            .filter(shown)
            .map(|offered| offered.tool.clone())
            .collect()
    }
}

/// `transfers.check-payee` is called `transfers_check_payee`: all agents take letters and underscores.
fn name(facts: &Facts) -> String {
    facts.named.name.replace(['.', '-'], "_")
}

/// Hints, for whoever asks a person before a tool is called. Nothing here reaches beyond the bank.
fn annotations(effect: Effect) -> ToolAnnotations {
    let hints = ToolAnnotations::new().open_world(false);
    match effect {
        Effect::Reads => hints.read_only(true).destructive(false).idempotent(true),
        // By its key: the same call again changes nothing more.
        Effect::MovesMoney => hints.read_only(false).destructive(true).idempotent(true),
        Effect::Changes => hints.read_only(false).destructive(true).idempotent(false),
    }
}

fn input(entry: &Entry) -> JsonObject {
    let mut generator = generator_with(DEFINITIONS);
    let (input, _) = entry.schemas(&mut generator);
    let definitions = generator.take_definitions(true);
    let own = reference(input.as_value()).and_then(|name| definitions.get(name));
    let mut root = own.unwrap_or(input.as_value()).as_object().cloned().unwrap_or_default();
    root.insert("type".into(), json!("object"));
    root.entry("properties").or_insert_with(|| json!({}));
    root.insert("additionalProperties".into(), json!(false));
    complete(root, definitions)
}

/// The same frame for every tool, so that an agent has to learn it once.
fn output(entry: &Entry, moves_money: bool) -> JsonObject {
    let mut generator = generator_with(DEFINITIONS);
    let (_, answer) = entry.schemas(&mut generator);
    let mut states = vec!["done", "refused"];
    let mut properties = json!({
        "answer": answer,
        "replayed": { "type": "boolean", "description": "It was done before, by the same key." },
        "code": { "type": "string", "description": "Why it was refused. Codes do not change." },
        "detail": { "type": "string" },
        "money_moved": { "type": ["string", "null"], "enum": ["no", "unknown", null] },
        "retry_after_s": { "type": "integer" }
    });
    if moves_money {
        states.extend(["waits", "over"]);
        properties["says"] = json!({ "type": "string" });
        properties["page"] = json!({ "type": "string", "description": "Where the customer signs it, in the app." });
        properties["pending"] = json!(generator.subschema_for::<PendingView>());
    }
    properties["state"] = json!({ "type": "string", "enum": states });
    let root = [
        ("type", json!("object")),
        ("properties", properties),
        ("required", json!(["state"])),
    ];
    let root = root.into_iter().map(|(name, value)| (name.to_owned(), value));
    complete(root.collect(), generator.take_definitions(true))
}

/// A schema with the types that it refers to, and no others: every tool travels to every agent.
fn complete(mut root: JsonObject, definitions: JsonObject) -> JsonObject {
    let mut needed = BTreeSet::new();
    let mut open: Vec<String> = root.values().flat_map(references).collect();
    while let Some(name) = open.pop() {
        if let Some(found) = definitions.get(&name)
            && needed.insert(name)
        {
            open.extend(references(found));
        }
    }
    if !needed.is_empty() {
        let kept = definitions.into_iter().filter(|(name, _)| needed.contains(name));
        root.insert("$defs".into(), Value::Object(kept.collect()));
    }
    root
}

/// The name of the type that a schema is.
fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(REFERENCE)
}

/// The names of the types that a schema refers to.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => {
            let own = reference(schema).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools() -> Vec<(Entry, Tool)> {
        let tools = Tools::of(&Registry::complete());
        tools
            .0
            .into_values()
            .map(|offered| (offered.entry, offered.tool))
            .collect()
    }

    #[test]
    fn there_is_a_tool_for_every_operation_of_the_rest_door_and_for_no_other() {
        let registry = Registry::complete();
        let expected: BTreeSet<&str> = registry
            .all()
            .filter(|entry| entry.facts.rest.is_some())
            .map(|entry| entry.facts.named.name)
            .collect();
        let found: BTreeSet<&str> = tools().iter().map(|(entry, _)| entry.facts.named.name).collect();
        assert_eq!(found, expected, "two of them may have one name");
        assert!(found.contains("transfers.submit") && !found.contains("pending.confirm"));
    }

    #[test]
    fn names_are_what_every_agent_takes_and_hints_are_what_the_operation_does() {
        for (entry, tool) in tools() {
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            assert!(tool.name.len() <= 64 && tool.name.chars().all(plain), "{}", tool.name);
            assert!(tool.description.as_deref().unwrap().starts_with(entry.facts.help));
            let hints = tool.annotations.unwrap();
            let reads = entry.facts.effect == Effect::Reads;
            assert_eq!(
                (
                    hints.read_only_hint,
                    hints.destructive_hint,
                    hints.idempotent_hint,
                    hints.open_world_hint
                ),
                (Some(reads), Some(!reads), Some(true), Some(false)),
                "{}",
                tool.name
            );
        }
    }

    #[test]
    fn a_key_is_asked_for_exactly_where_money_moves() {
        for (entry, tool) in tools() {
            let required = tool.input_schema.get("required").and_then(Value::as_array);
            let has_key = required.is_some_and(|names| names.contains(&json!("key")));
            assert_eq!(has_key, entry.facts.effect == Effect::MovesMoney, "{}", tool.name);
        }
    }

    #[test]
    fn schemas_stand_alone_and_take_nothing_that_is_not_theirs() {
        for (_, tool) in tools() {
            assert_eq!(tool.input_schema["additionalProperties"], false, "{}", tool.name);
            for schema in [&tool.input_schema, tool.output_schema.as_ref().unwrap()] {
                assert_eq!(schema["type"], "object", "{}", tool.name);
                let text = Value::Object((**schema).clone()).to_string();
                assert!(!text.contains("/components/"), "{text}");
                let referred: BTreeSet<String> = references(&Value::Object((**schema).clone())).into_iter().collect();
                let kept: BTreeSet<String> = schema
                    .get("$defs")
                    .and_then(Value::as_object)
                    .into_iter()
                    .flat_map(|kept| kept.keys().cloned())
                    .collect();
                assert_eq!(referred, kept, "{}", tool.name);
            }
        }
    }
}
