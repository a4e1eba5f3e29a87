//! What the configuration takes and what it refuses, in its own words.

use super::*;

pub(super) const SHIPPED: &str = include_str!("../../../Leptos.toml");

fn options() -> LeptosOptions {
    LeptosOptions::builder().output_name("larch").build()
}

pub(super) fn read(text: &str, env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let env = |name: &str| {
        env.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    };
    Config::from_parts(text, options(), &env)
}

/// The shipped configuration, with these variables.
pub(crate) fn shipped_with(env: &[(&str, &str)]) -> Config {
    try_shipped_with(env).unwrap()
}

pub(crate) fn try_shipped_with(env: &[(&str, &str)]) -> Result<Config, ConfigError> {
    read(SHIPPED, env)
}

#[test]
fn the_shipped_file_is_right_and_private() {
    let config = read(SHIPPED, &[]).unwrap();
    assert!(config.bank.demo);
    assert_eq!(config.origin.as_str(), "http://localhost:3000/");
    assert_eq!(config.database, Where::Private { data_dir: "var".into() });
}

#[test]
fn the_environment_wins_and_passwords_cannot_be_printed() {
    let config = read(
        SHIPPED,
        &[
            ("BANK_ADDR", "0.0.0.0:8080"),
            ("BANK_DEMO", "off"),
            ("BANK_ORIGIN", "https://bank.example"),
            ("DATABASE_URL", "postgres://u:hunter2@db/larch?sslmode=verify-full"),
            ("BANK_MAIL_SMTP_URL", "smtps://u:hunter2@mail.example"),
            ("BANK_MAIL_FROM", "Larch <bank@larch.example>"),
        ],
    )
    .unwrap();
    assert!(!config.bank.demo);
    assert_eq!(config.leptos.site_addr.port(), 8080);
    assert_eq!(config.origin.host_str(), Some("bank.example"));
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_wrong_value_stops_the_start_with_its_name() {
    for (env, name) in [
        (("BANK_ADDR", "somewhere"), "BANK_ADDR"),
        (("BANK_DEMO", "perhaps"), "BANK_DEMO"),
        (("BANK_ORIGIN", "http://bank.example"), "BANK_ORIGIN"),
        (("BANK_ORIGIN", "https://bank.example/path"), "BANK_ORIGIN"),
        (("BANK_MAIL_SMTP_URL", "smtp://mail.example"), "BANK_MAIL_SMTP_URL"),
        (("BANK_MAIL_SMTP_URL", "smtps://mail.example"), "[mail] from"),
        (("BANK_ORIGIN", "https://bank.example"), "[bank] demo"),
    ] {
        let error = read(SHIPPED, &[env]).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
    for (from, to, name) in [
        ("Europe/Berlin", "Atlantis", "[bank] time-zone"),
        ("idle-min = 5", "idle-min = 0", "[sessions]"),
        ("deposit-max = 10000", "deposit-max = -1", "[limits]"),
        ("demo = true", "demo = true\nsurprise = 1", "Leptos.toml"),
    ] {
        let error = read(&SHIPPED.replace(from, to), &[]).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
}

#[test]
fn a_database_elsewhere_is_asked_for_its_certificate_or_refused() {
    for good in [
        "postgres://u:hunter2@localhost/larch",
        "postgres://u@localhost/larch?host=%2Fvar%2Frun",
        "postgres://u@[::1]:5432/larch",
        "postgres://u:hunter2@db.example/larch?sslmode=verify-full",
        "postgres://u:hunter2@db.example/larch?sslmode=disable",
    ] {
        assert!(read(SHIPPED, &[("DATABASE_URL", good)]).is_ok(), "{good}");
    }
    let near = ("DATABASE_URL", "postgres://u@localhost/larch");
    for bad in [
        "postgres://u:hunter2@db.example/larch",
        "postgres://u:hunter2@db.example/larch?sslmode=prefer",
        "postgres://u:hunter2@localhost/larch?host=db.example",
        "not a url with hunter2",
    ] {
        let owner = read(SHIPPED, &[("DATABASE_URL", bad)]).unwrap_err().to_string();
        let app = read(SHIPPED, &[near, ("BANK_APP_DATABASE_URL", bad)])
            .unwrap_err()
            .to_string();
        assert!(
            owner.starts_with("DATABASE_URL") && !owner.contains("hunter2"),
            "{owner}"
        );
        assert!(
            app.starts_with("BANK_APP_DATABASE_URL") && !app.contains("hunter2"),
            "{app}"
        );
    }
}

#[test]
fn demo_people_whom_everybody_can_be_are_let_in_from_afar_only_when_that_is_said() {
    let afar = ("BANK_ORIGIN", "https://bank.example");
    assert!(read(SHIPPED, &[]).unwrap().bank.demo, "at localhost the file is enough");
    let error = read(SHIPPED, &[afar]).unwrap_err().to_string();
    assert!(error.contains("BANK_DEMO"), "{error}");
    for (said, demo) in [("on", true), ("off", false)] {
        assert_eq!(read(SHIPPED, &[afar, ("BANK_DEMO", said)]).unwrap().bank.demo, demo);
    }
}

#[test]
fn both_files_say_the_same_about_the_site() {
    let cargo: toml::Value = toml::from_str(include_str!("../../../Cargo.toml")).unwrap();
    let build = &cargo["workspace"]["metadata"]["leptos"][0];
    let file: toml::Value = toml::from_str(SHIPPED).unwrap();
    let run = file["package"]["metadata"]["leptos"].as_table().unwrap();
    for (key, value) in run {
        assert_eq!(build.get(key), Some(value), "{key}");
    }
}
