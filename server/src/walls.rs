//! What the sources may not contain, because no other test could find it: each of these would open a way in.

mod articles_tests;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The files below a folder with one of these endings, with what stands in them before their tests.
fn sources(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.ends_with("tests") && !name.ends_with("target") {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) && !is_test(&name) {
                let text = fs::read_to_string(&path).unwrap();
                let begin = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\npub(crate) mod tests {"];
                let tests = begin.iter().filter_map(|begin| text.find(begin)).min();
                let shipped = &text[..tests.unwrap_or(text.len())];
                found.push((name, shipped.to_owned()));
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

fn is_test(name: &str) -> bool {
    ["tests.rs", "walls.rs"].iter().any(|end| name.ends_with(end)) || name.contains("_tests")
}

/// The server as it is shipped, without what drives and tests it from outside.
fn server() -> Vec<(String, String)> {
    let folders = [
        "server/src",
        "server/rules/src",
        "server/understanding/src",
        "server/assistant/src",
        "server/storage/src",
        "server/operations/src",
        "migrations/src",
    ];
    folders
        .iter()
        .flat_map(|folder| sources(folder, &[".rs", ".sql"]))
        .collect()
}

fn browser() -> Vec<(String, String)> {
    let folders = ["app/src", "app/contract/src", "frontend/src"];
    folders.iter().flat_map(|folder| sources(folder, &[".rs"])).collect()
}

/// Where one of these words stands, but for the files that may have it.
fn found(sources: &[(String, String)], words: &[&str], allowed: &[&str]) -> Vec<String> {
    let has = |text: &str| words.iter().find(|word| text.contains(**word)).copied();
    sources
        .iter()
        .filter(|(name, _)| !allowed.contains(&name.as_str()))
        .filter_map(|(name, text)| has(text).map(|word| format!("{word} in {name}")))
        .collect()
}

const NOTHING: Vec<String> = Vec::new();

#[test]
fn programs_are_started_by_the_private_database_alone_and_never_by_a_shell() {
    let started = ["Command::new", "command_at"];
    let allowed = ["server/src/postgres/programs.rs"];
    assert_eq!(found(&server(), &started, &allowed), NOTHING);
    let shells = ["\"sh\"", "\"bash\"", "/bin/sh", "/bin/bash", "\"-c\", format"];
    assert_eq!(found(&server(), &shells, &[]), NOTHING);
    // What they are given is ours, piece by piece: never one text that has to be taken apart again.
    let programs = fs::read_to_string(root().join(allowed[0])).unwrap();
    assert!(programs.contains(".env_clear()") && programs.contains(".args(arguments)"));
}

#[test]
fn sql_is_never_put_together_from_values() {
    // A role and a lock, both constants of ours: PostgreSQL takes no parameters there.
    let ours = [
        "SET ROLE {role}",
        "pg_advisory_lock({MIGRATION_LOCK})",
        "pg_advisory_unlock({MIGRATION_LOCK})",
    ];
    for (name, text) in server() {
        for statement in text.split("format!(").skip(1) {
            let begins = statement.trim_start_matches(|c: char| c.is_whitespace() || "r#\"".contains(c));
            let verbs = [
                "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "SET ", "CALL ", "ALTER ", "DROP ", "GRANT ",
            ];
            let is_sql = verbs.iter().any(|verb| begins.starts_with(verb));
            let is_ours = ours
                .iter()
                .any(|known| begins.lines().next().is_some_and(|line| line.contains(known)));
            assert!(
                !is_sql || is_ours,
                "{name}: {}",
                begins.lines().next().unwrap_or_default()
            );
        }
        // In the database as well: a function that puts a statement together may name objects, and nothing else.
        for dynamic in text.split("EXECUTE format(").skip(1) {
            let template = dynamic.split(')').next().unwrap_or_default();
            assert!(!template.contains("%s"), "{name}: {template}");
        }
    }
}

#[test]
fn no_page_of_ours_writes_html_or_runs_what_it_was_given() {
    let words = [
        "set_inner_html",
        "insert_adjacent_html",
        "document.write",
        "eval(",
        "Function::new",
        "inline_js",
        "create_contextual_fragment",
        "post_message",
        "set_timeout_with_str",
        "javascript:",
        "dangerously",
    ];
    assert_eq!(found(&browser(), &words, &[]), NOTHING);
    // An empty one, so that the browser leaves the gallery as it is found.
    for (name, text) in browser() {
        for html in text.split("inner_html=").skip(1) {
            assert!(html.starts_with("\"\""), "{name}");
        }
    }
    // No script of ours that a compiler has not made.
    let files = fs::read_dir(root().join("frontend/public")).unwrap();
    for file in files {
        let name = file.unwrap().file_name().to_string_lossy().into_owned();
        assert!(!name.ends_with("js") && !name.ends_with("html"), "{name}");
    }
}

#[test]
fn browsers_keep_when_the_bank_was_asked_and_nothing_else() {
    let stores = [
        "session_storage",
        "indexed_db",
        "IdbFactory",
        "CacheStorage",
        "set_item",
        "local_storage",
    ];
    assert_eq!(found(&browser(), &stores, &["app/src/api.rs"]), NOTHING);
    let api = fs::read_to_string(root().join("app/src/api.rs")).unwrap();
    assert_eq!(api.matches("set_item(").count(), 1);
    assert!(api.contains("set_item(CONTACT, &now.to_string())"));
}

#[test]
fn nothing_of_ours_calls_another_address_but_those_that_the_configuration_names() {
    let calls = [
        "TcpStream::connect",
        "UnixStream::connect",
        "UdpSocket",
        "client::legacy",
        "client::conn",
    ];
    // The log's collector, which is on this machine (the type `Collector` holds no other), and one module for all others
    // that the configuration names: the authority from whom certificates come, and a language model.
    let line = "server/src/outward.rs";
    let allowed = ["server/src/telemetry/shipping.rs", line];
    assert_eq!(found(&server(), &calls, &allowed), NOTHING);
    let made = fs::read_to_string(root().join(line)).unwrap();
    // Closed to others, and plainly to this machine.
    assert_eq!(made.matches("TcpStream::connect").count(), 2);
    let users = [
        "server/src/outward.rs",
        "server/src/doors/listen/acme/line.rs",
        "server/src/assistant/language_model.rs",
    ];
    assert_eq!(found(&server(), &["Outward::trusting"], &users), NOTHING);
    for part in [
        "server",
        "server/operations",
        "server/storage",
        "server/rules",
        "server/understanding",
        "server/assistant",
        "migrations",
        "app",
        "app/contract",
    ] {
        let manifest = fs::read_to_string(root().join(part).join("Cargo.toml")).unwrap();
        let shipped = manifest.split("[dev-dependencies]").next().unwrap();
        for client in ["reqwest", "ureq", "isahc", "surf", "curl", "attohttpc"] {
            assert!(!shipped.contains(client), "{client} in {part}");
        }
        let clients = shipped.matches("\"client\"").count();
        assert_eq!(clients, usize::from(part == "server"), "in {part}");
    }
}

/// The folders of the crates that say of themselves that they have no input or output.
fn pure() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table: toml::Value = toml::from_str(&manifest).unwrap();
    let members = table["workspace"]["members"].as_array().unwrap().iter();
    let says = |folder: &String| {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let table: toml::Value = toml::from_str(&manifest).unwrap();
        let description = table["package"].get("description").and_then(toml::Value::as_str);
        description.is_some_and(|said| said.to_lowercase().contains("no input or output"))
    };
    let folders = members.map(|member| member.as_str().unwrap().to_owned());
    folders.filter(says).collect()
}

#[test]
fn what_only_computes_reaches_no_file_no_network_no_clock_and_no_chance() {
    let pure = pure();
    for folder in ["server/rules", "server/understanding"] {
        assert!(pure.iter().any(|one| one == folder), "{folder} says so");
        let waits = ["async fn", "async move", ".await"];
        assert_eq!(
            found(&sources(&format!("{folder}/src"), &[".rs"]), &waits, &[]),
            NOTHING
        );
    }
    let ways = [
        "std::fs",
        "std::env",
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "UnixStream",
        "std::process",
        "std::time",
        "std::io",
        "std::os",
        "SystemTime",
        "Instant::",
        "Utc::now",
        "Local::now",
        "env::var",
        "OsRng",
        "getrandom",
        "static mut",
    ];
    let allowed = [
        "bank-contract",
        "bank-rules",
        "bank-understanding",
        "chrono",
        "chrono-tz",
        "hex",
        "ndarray",
        "rust_decimal",
        "serde",
        "serde_json",
        "sha2",
        "thiserror",
        "toml",
        "unicode-normalization",
        "uuid",
        "zxcvbn",
    ];
    for folder in pure {
        assert_eq!(found(&sources(&format!("{folder}/src"), &[".rs"]), &ways, &[]), NOTHING);
        let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml")).unwrap();
        let table: toml::Value = toml::from_str(&manifest).unwrap();
        for name in table["dependencies"].as_table().unwrap().keys() {
            assert!(allowed.contains(&name.as_str()), "{folder} knows {name}");
        }
    }
}

#[test]
fn no_weak_hash_and_no_cipher_of_our_own_making_is_used() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table: toml::Value = toml::from_str(&manifest).unwrap();
    let named = table["workspace"]["dependencies"].as_table().unwrap();
    for weak in [
        "md5", "md-5", "md4", "sha1", "sha-1", "des", "rc4", "rc2", "blowfish", "rsa", "openssl", "ecb", "cbc",
    ] {
        assert!(!named.contains_key(weak), "{weak}");
    }
    let words = [
        "Md5",
        "Sha1",
        "md5(",
        "sha1(",
        "StdRng",
        "SmallRng",
        "thread_rng",
        "from_entropy",
    ];
    assert_eq!(found(&server(), &words, &[]), NOTHING);
    // The one place where chance enters the bank asks the system for it.
    let entered = found(&server(), &["OsRng"], &[]);
    assert_eq!(entered, ["OsRng in server/src/bank.rs"]);
}

#[test]
fn no_secret_and_no_default_password_stands_in_the_sources() {
    let words = [
        "PRIVATE KEY-----\\n",
        "BEGIN RSA",
        "AKIA",
        " PASSWORD '",
        "password: \"",
        "secret: \"",
    ];
    let all: Vec<_> = server().into_iter().chain(browser()).collect();
    assert_eq!(
        found(
            &all,
            &words,
            &["app/src/gallery/samples.rs", "app/src/gallery/programs.rs"]
        ),
        NOTHING
    );
    let shipped = fs::read_to_string(root().join("Leptos.toml")).unwrap().to_lowercase();
    for word in ["password", "secret", "token", "://"] {
        let said = shipped.lines().filter(|line| !line.trim_start().starts_with('#'));
        assert_eq!(said.filter(|line| line.contains(word)).count(), 0, "{word}");
    }
}

#[test]
fn no_way_in_asks_a_secret_question() {
    let inputs = sources("app/contract/src/identity", &[".rs"]);
    for (name, text) in inputs {
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("pub ")) {
            let asks = ["question", "answer", "hint", "maiden", "birth"]
                .iter()
                .find(|word| line.contains(**word));
            assert_eq!(asks, None, "{name}: {line}");
        }
    }
}

#[test]
fn nothing_of_ours_is_unsafe() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table: toml::Value = toml::from_str(&manifest).unwrap();
    assert_eq!(
        table["workspace"]["lints"]["rust"]["unsafe_code"].as_str(),
        Some("deny")
    );
    for member in table["workspace"]["members"].as_array().unwrap() {
        let member = root().join(member.as_str().unwrap()).join("Cargo.toml");
        let manifest: toml::Value = toml::from_str(&fs::read_to_string(&member).unwrap()).unwrap();
        assert_eq!(
            manifest["lints"]["workspace"].as_bool(),
            Some(true),
            "{}",
            member.display()
        );
    }
    let all: Vec<_> = server().into_iter().chain(browser()).collect();
    assert_eq!(found(&all, &["unsafe {", "allow(unsafe_code"], &[]), NOTHING);
}

#[test]
fn nothing_is_printed_past_the_log() {
    let words = ["println!(", "eprintln!(", "print!(", "dbg!(", "File::create", "syslog"];
    assert_eq!(found(&server(), &words, &[]), NOTHING);
    // To whoever started the server, and to the log.
    let said = found(&server(), &["io::stdout()", "io::stderr"], &[]);
    assert_eq!(said, ["io::stdout() in server/src/telemetry.rs"]);
}
