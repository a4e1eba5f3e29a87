use super::super::Config;
use super::super::tests::{SHIPPED, read};
use super::*;
use crate::doors::limits::Limit;

fn refused(text: &str, env: &[(&str, &str)]) -> String {
    read(text, env).unwrap_err().to_string()
}

fn with(table: &str) -> String {
    // A table that stands in the shipped file as well would stand there twice.
    let (name, rest) = table.split_once('\n').unwrap();
    SHIPPED.replacen(&format!("\n{name}\n"), &format!("\n{name}\n{rest}\n"), 1)
}

#[test]
fn the_shipped_file_says_what_is_the_default_anyway() {
    let config = read(SHIPPED, &[]).unwrap();
    assert_eq!(config.doors, DoorSettings::default());
    assert_eq!(
        config.tls,
        TlsSettings {
            mode: Tls::Off,
            redirect: None,
            public: true,
        }
    );
    let doors: toml::Value = toml::from_str(SHIPPED).unwrap();
    for declared in &TABLE {
        assert!(doors["doors"].get(declared.name).is_some(), "{}", declared.name);
    }
}

#[test]
fn every_setting_of_the_doors_has_its_variable() {
    let config = read(
        SHIPPED,
        &[
            ("BANK_DOORS_TRUSTED_HOPS", "2"),
            ("BANK_DOORS_CONNECTIONS_MAX", "11"),
            ("BANK_DOORS_CONNECTIONS_PER_CLIENT_MAX", "12"),
            ("BANK_DOORS_AT_ONCE_PER_CLIENT_MAX", "13"),
            ("BANK_DOORS_REQUESTS", "1 + 2/min"),
            ("BANK_DOORS_WAYS_IN", "3 + 4/min"),
            ("BANK_DOORS_PROGRAM", "5 + 6/min"),
            ("BANK_DOORS_PAYEE_CHECKS", "7 + 8/min"),
            ("BANK_DOORS_HEALTH", "9 + 10/min"),
            ("BANK_DOORS_TURNS", "11 + 12/min"),
        ],
    );
    let doors = config.unwrap().doors;
    let counts = (
        doors.trusted_hops,
        doors.connections_max,
        doors.connections_per_client_max,
    );
    assert_eq!((counts, doors.at_once_per_client_max), ((2, 11, 12), 13));
    for (limit, rate) in [
        (Limit::Requests, "1 + 2/min"),
        (Limit::WaysIn, "3 + 4/min"),
        (Limit::Program, "5 + 6/min"),
        (Limit::PayeeChecks, "7 + 8/min"),
        (Limit::Health, "9 + 10/min"),
        (Limit::Turns, "11 + 12/min"),
    ] {
        assert_eq!(doors.rates.of(limit), rate.parse().unwrap());
    }
}

#[test]
fn a_wrong_setting_of_the_doors_is_named() {
    for (name, value) in [
        ("BANK_DOORS_TRUSTED_HOPS", "9"),
        ("BANK_DOORS_TRUSTED_HOPS", "-1"),
        ("BANK_DOORS_CONNECTIONS_MAX", "0"),
        ("BANK_DOORS_AT_ONCE_PER_CLIENT_MAX", "many"),
        ("BANK_DOORS_REQUESTS", "600"),
        ("BANK_DOORS_HEALTH", "0 + 0/min"),
    ] {
        let line = refused(SHIPPED, &[(name, value)]);
        assert!(line.starts_with(name) && line.contains(value), "{line}");
    }
    let line = refused(&SHIPPED.replace("trusted-hops = 0", "trusted-hops = \"all\""), &[]);
    assert!(line.starts_with("[doors] trusted-hops is \"all\""), "{line}");
    let line = refused(&with("[doors]\nsurprise = 1"), &[]);
    assert!(line.contains("[doors] has no setting \"surprise\""), "{line}");
    let line = refused(&with("[tls]\nsurprise = 1"), &[]);
    assert!(line.starts_with("Leptos.toml"), "{line}");
}

#[test]
fn tls_needs_both_files_and_an_https_origin() {
    let files = [
        ("BANK_TLS_MODE", "files"),
        ("BANK_TLS_CERTIFICATE", "/c.pem"),
        ("BANK_TLS_KEY", "/k.pem"),
        ("BANK_ORIGIN", "https://bank.example"),
        ("BANK_TLS_REDIRECT_ADDR", "0.0.0.0:80"),
        ("BANK_DEMO", "off"),
    ];
    let config: Config = read(SHIPPED, &files).unwrap();
    assert_eq!(
        config.tls.mode,
        Tls::Files {
            certificate: "/c.pem".into(),
            key: "/k.pem".into()
        }
    );
    assert_eq!(config.tls.redirect, Some("0.0.0.0:80".parse().unwrap()));
    assert_eq!(config.tls.asked_at(&config.origin), Some("bank.example"));
    let own = read(SHIPPED, &[&files[..], &[("BANK_TLS_VOUCHED_BY", "own")]].concat()).unwrap();
    assert_eq!(own.tls.asked_at(&own.origin), None);
    let made = read(SHIPPED, &[("BANK_TLS_MODE", "self-made"), ("BANK_DATA_DIR", "/d")]).unwrap();
    assert_eq!(
        made.tls.mode,
        Tls::SelfMade {
            folder: "/d/tls".into()
        }
    );
    assert_eq!(made.origin.as_str(), "https://localhost:3000/");
    for (env, name) in [
        (&files[..1], "[tls] mode"),
        (&files[..2], "[tls] mode"),
        (&[("BANK_TLS_MODE", "on")][..], "[tls] mode"),
        (&[("BANK_TLS_REDIRECT_ADDR", "80")], "[tls] redirect-addr"),
        (&[("BANK_TLS_VOUCHED_BY", "me")], "[tls] vouched-by"),
        (&[("BANK_TLS_REDIRECT_ADDR", "0.0.0.0:80")], "BANK_ORIGIN"),
        (
            &[("BANK_TLS_MODE", "self-made"), ("BANK_ORIGIN", "http://localhost:3000")],
            "BANK_ORIGIN",
        ),
        (
            &[("BANK_TLS_MODE", "self-made"), ("BANK_ORIGIN", "https://bank.example")],
            "[tls] mode",
        ),
    ] {
        let line = refused(SHIPPED, env);
        assert!(line.starts_with(name), "{line}");
    }
}

#[test]
fn metrics_that_others_can_reach_need_a_secret_which_is_never_printed() {
    let secret = "a-secret-of-twenty-one";
    let outside = ("BANK_METRICS_ADDR", "0.0.0.0:9464");
    for near in ["127.0.0.1:9464", "[::1]:9464", "[::ffff:127.0.0.1]:9464"] {
        assert!(read(SHIPPED, &[("BANK_METRICS_ADDR", near)]).is_ok(), "{near}");
    }
    for far in ["0.0.0.0:9464", "[::]:9464", "192.0.2.1:9464"] {
        let line = refused(SHIPPED, &[("BANK_METRICS_ADDR", far)]);
        assert!(line.starts_with("BANK_METRICS_ADDR") && !line.contains('\n'), "{line}");
    }
    let line = refused(SHIPPED, &[outside, ("BANK_METRICS_TOKEN", secret)]);
    assert!(
        line.starts_with("BANK_METRICS_ADDR") && line.contains("[tls]"),
        "{line}"
    );
    let closed = ("BANK_TLS_MODE", "self-made");
    let config = read(SHIPPED, &[closed, outside, ("BANK_METRICS_TOKEN", secret)]).unwrap();
    assert!(!format!("{config:?}").contains(secret));
    assert_eq!(config.metrics.unwrap().token, Some(Secret(secret.into())));
    for weak in ["short", "with spaces in between it"] {
        let line = refused(SHIPPED, &[outside, ("BANK_METRICS_TOKEN", weak)]);
        assert!(line.starts_with("BANK_METRICS_TOKEN") && !line.contains(weak), "{line}");
    }
    let file = std::env::temp_dir().join(format!("larch-metrics-token-{}", std::process::id()));
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    let named = ("BANK_METRICS_TOKEN_FILE", file.to_str().unwrap());
    let config = read(SHIPPED, &[closed, outside, named]).unwrap();
    assert_eq!(config.metrics.unwrap().token, Some(Secret(secret.into())));
    std::fs::remove_file(&file).unwrap();
    assert!(refused(SHIPPED, &[outside, named]).starts_with("BANK_METRICS_TOKEN_FILE"));
}
