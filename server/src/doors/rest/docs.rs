//! The description as a page to read: plain HTML from our own server, with our own style sheet and no script.

use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

const POLICY: &str = "default-src 'none'; style-src 'sha256-STYLE'; base-uri 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("docs.css");

/// The page with its policy.
#[derive(Clone)]
pub(super) struct Page {
    html: String,
    policy: String,
}

pub(super) fn answer(page: Page) -> impl IntoResponse {
    let headers: [(HeaderName, String); 2] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, page.policy),
    ];
    (headers, page.html)
}

pub(super) fn page(document: &Value) -> Page {
    let mut html = String::from("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>For your programs · Larch</title>");
    let _ = write!(html, "<style>{STYLE}</style></head><body><main>");
    html.push_str(INTRODUCTION);
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            write_operation(&mut html, document, path, method, operation);
        }
    }
    html.push_str("<h2>Refusals</h2><p>Every refusal has a stable <code>code</code> (RFC 9457).</p><dl>");
    for (code, words) in refusals() {
        let _ = write!(
            html,
            "<dt id=\"{code}\"><code>{code}</code></dt><dd>{}</dd>",
            escaped(&words)
        );
    }
    html.push_str("</dl></main></body></html>");
    Page {
        policy: POLICY.replace("STYLE", &style_hash()),
        html,
    }
}

const INTRODUCTION: &str = "<p><a href=\"/\">Larch</a></p><h1>For your programs</h1>\
<p>Let a program in under <a href=\"/profile\">Profile, Programs</a>. You get a token, once. The program sends it with every \
request:</p><pre><code>Authorization: Bearer larch_…</code></pre>\
<p>Where money moves, it also sends a key of its own choice, a UUID: <code>Idempotency-Key</code>. The same key never moves \
money twice, so after a lost answer it just asks again. A payment beyond what you allowed is answered with 202 and waits \
for your yes.</p><p>Lists come in pages: hand back <code>next</code> as <code>after</code>. The same as data: \
<a href=\"/api/v1/openapi.json\">openapi.json</a>. For agents that speak the Model Context Protocol, the same stands at \
<code>/mcp</code> as tools. This bank is a demonstration: its money is not real.</p>";

/// The digest that lets exactly this style through (CSP level 3, hash source).
fn style_hash() -> String {
    STANDARD.encode(Sha256::digest(STYLE.as_bytes()))
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn write_operation(html: &mut String, document: &Value, path: &str, method: &str, operation: &Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let summary = operation["summary"].as_str().unwrap_or_default();
    let _ = write!(
        html,
        "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\"><span>{}</span> /api/v1{}</h2><p>{}</p>",
        method.to_uppercase(),
        escaped(path),
        escaped(summary)
    );
    let mut rows = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        rows.push((
            name.to_owned(),
            place.to_owned(),
            parameter["required"] == true,
            described(document, &parameter["schema"]),
        ));
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    for (name, schema) in members(&body["properties"]) {
        let required = body["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|other| other == name.as_str()));
        rows.push((name.clone(), "body".to_owned(), required, described(document, schema)));
    }
    if !rows.is_empty() {
        html.push_str("<table><thead><tr><th>Field</th><th>In</th><th>What it is</th></tr></thead><tbody>");
        for (name, place, required, what) in rows {
            let need = if required { "" } else { " (optional)" };
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}{need}</td></tr>",
                escaped(&name),
                escaped(&place),
                escaped(&what)
            );
        }
        html.push_str("</tbody></table>");
    }
    let answers: Vec<&str> = members(&operation["responses"])
        .map(|(status, _)| status.as_str())
        .collect();
    let _ = write!(html, "<p class=\"quiet\">Answers: {}</p></section>", answers.join(", "));
}

/// A line on a field: its own words, or those of the type that it refers to, or its type.
fn described(document: &Value, schema: &Value) -> String {
    if let Some(words) = schema["description"].as_str() {
        return words.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    }
    let reference = schema["$ref"].as_str().or_else(|| schema["anyOf"][0]["$ref"].as_str());
    let name = reference.and_then(|text| text.rsplit('/').next());
    match name {
        Some(name) => {
            let words = document["components"]["schemas"][name]["description"]
                .as_str()
                .unwrap_or(name);
            words.split("\n\n").next().unwrap_or_default().replace('\n', " ")
        }
        None => schema["format"]
            .as_str()
            .or(schema["type"].as_str())
            .unwrap_or("a value")
            .to_owned(),
    }
}

/// Codes that programs meet, with what they say.
fn refusals() -> Vec<(&'static str, String)> {
    use bank_contract::{BankError, Currency, Money};
    let some = Money::zero(Currency::Eur);
    [
        BankError::NotSignedIn,
        BankError::NotAllowed,
        BankError::NotFound,
        BankError::Malformed { message: "…".into() },
        BankError::Invalid { problems: Vec::new() },
        BankError::InsufficientFunds { available: some },
        BankError::LimitExceeded {
            limit: some,
            left: some,
        },
        BankError::TooOften {
            what: "payments an hour".into(),
            most: 30,
            retry_after_s: 1_800,
        },
        BankError::AccountClosed,
        BankError::AccountBlocked,
        BankError::CurrencyMismatch,
        BankError::PayeeUnknown,
        BankError::SameAccount,
        BankError::KeyReused,
        BankError::StillRunning,
        BankError::Busy { retry_after_s: 1 },
        BankError::SlowDown { retry_after_s: 5 },
        BankError::Unsettled,
        BankError::internal("L1-1"),
    ]
    .into_iter()
    .map(|error| {
        (
            error.code(),
            format!("{} {} {}", error.status(), error.message(), error.next()),
        )
    })
    .collect()
}
