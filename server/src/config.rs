//! Configuration: Leptos.toml, then the environment. A wrong value stops the start with one clear line.

mod assistant;
mod doors;
mod keys;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use assistant::{AssistantSettings, LanguageModelSettings};
pub(crate) use doors::{AcmeSettings, DoorSettings, Metrics, Tls, TlsSettings};
pub(crate) use keys::{KeySettings, KeySource};

use bank_contract::limits::LIMIT_MAX;
use bank_operations::BankSettings;
use bank_rules::identity::SessionLimits;
use bank_rules::risk::Limits;
use chrono::TimeDelta;
use leptos::config::{LeptosOptions, get_configuration};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

const FILE: &str = "Leptos.toml";

#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("Leptos.toml was not found in {0}: start the server in the folder that has it")]
    NoFile(String),
    #[error("Leptos.toml cannot be read: {0}")]
    Unreadable(String),
    #[error("{name} is {value:?}, but {wanted}")]
    Wrong {
        name: &'static str,
        value: String,
        wanted: &'static str,
    },
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// A private PostgreSQL of our own, with its data below this folder.
    Private { data_dir: PathBuf },
    /// A server that somebody else runs. The URLs carry passwords: [`Secret`] keeps them out of the log.
    Given { owner: Secret, app: Option<Secret> },
}

/// A text that cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) leptos: LeptosOptions,
    pub(crate) bank: BankSettings,
    pub(crate) origin: Url,
    pub(crate) database: Where,
    /// What opens what is sealed in it.
    pub(crate) keys: KeySettings,
    pub(crate) connections_max: u32,
    /// Where reports on business days are written.
    pub(crate) reports_dir: PathBuf,
    /// How mail goes out; absent when it does not.
    pub(crate) mail: Option<Mail>,
    /// Where Prometheus reads; nowhere unless it is set.
    pub(crate) metrics: Option<Metrics>,
    pub(crate) doors: DoorSettings,
    pub(crate) tls: TlsSettings,
    /// What the assistant understands with.
    pub(crate) assistant: AssistantSettings,
    /// Developers see `/gallery`; nobody else does.
    pub(crate) development: bool,
}

/// A way out for mail. The URL can carry a password.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) smtp_url: Secret,
    pub(crate) from: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct WrittenMail {
    from: Option<String>,
}

impl WrittenMail {
    /// The environment says where, and wins over who.
    fn with(self, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Mail>, ConfigError> {
        let Some(url) = env("BANK_MAIL_SMTP_URL") else {
            return Ok(None);
        };
        let secured = Url::parse(&url).is_ok_and(|url| {
            let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            let required = url
                .query_pairs()
                .any(|(key, value)| key == "tls" && value == "required");
            url.scheme() == "smtps" || (url.scheme() == "smtp" && (here || required))
        });
        if !secured {
            return Err(ConfigError::Wrong {
                name: "BANK_MAIL_SMTP_URL",
                value: "…".to_owned(),
                wanted: "it must be smtps://…, or smtp://…?tls=required (smtp:// alone for this machine only)",
            });
        }
        let from = env("BANK_MAIL_FROM").or(self.from).ok_or(ConfigError::Wrong {
            name: "[mail] from",
            value: String::new(),
            wanted: "it must say who mails come from, when BANK_MAIL_SMTP_URL is set",
        })?;
        Ok(Some(Mail {
            smtp_url: Secret(url),
            from,
        }))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Written {
    bank: WrittenBank,
    database: WrittenDatabase,
    #[serde(default)]
    limits: WrittenLimits,
    #[serde(default)]
    sessions: WrittenSessions,
    #[serde(default)]
    doors: doors::WrittenDoors,
    #[serde(default)]
    tls: doors::WrittenTls,
    mail: WrittenMail,
    #[serde(default)]
    assistant: assistant::WrittenAssistant,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WrittenBank {
    time_zone: String,
    demo: bool,
    origin: Option<String>,
    reports_dir: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WrittenDatabase {
    data_dir: PathBuf,
    connections_max: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct WrittenLimits {
    sent_daily_max: i64,
    sent_daily_ceiling: i64,
    sent_hourly_count_max: u32,
    withdraw_confirm_over: i64,
    deposit_max: i64,
}

impl Default for WrittenLimits {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            sent_daily_max: limits.sent_daily_max,
            sent_daily_ceiling: limits.sent_daily_ceiling,
            sent_hourly_count_max: limits.sent_hourly_count_max,
            withdraw_confirm_over: limits.withdraw_confirm_over,
            deposit_max: limits.deposit_max,
        }
    }
}

impl WrittenLimits {
    /// The environment wins.
    fn with(mut self, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        if let Some(value) = env("BANK_LIMITS_SENT_DAILY_MAX") {
            self.sent_daily_max = parse_number("BANK_LIMITS_SENT_DAILY_MAX", value)?;
        }
        if let Some(value) = env("BANK_LIMITS_SENT_DAILY_CEILING") {
            self.sent_daily_ceiling = parse_number("BANK_LIMITS_SENT_DAILY_CEILING", value)?;
        }
        if let Some(value) = env("BANK_LIMITS_SENT_HOURLY_COUNT_MAX") {
            self.sent_hourly_count_max = parse_number("BANK_LIMITS_SENT_HOURLY_COUNT_MAX", value)?;
        }
        Ok(self)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct WrittenSessions {
    idle_min: u16,
    absolute_min: u16,
}

impl Default for WrittenSessions {
    fn default() -> Self {
        Self {
            idle_min: 5,
            absolute_min: 1440,
        }
    }
}

impl Config {
    /// Reads Leptos.toml in the working folder, and the environment.
    pub(crate) fn read() -> Result<Self, ConfigError> {
        Self::read_with(&environment)
    }

    /// A demo bank with its private database in a folder of its own, whatever the environment says of another bank.
    pub(crate) fn of_a_demo_in(folder: &Path) -> Result<Self, ConfigError> {
        Self::read_with(&|name| match name {
            "BANK_DATA_DIR" => Some(folder.display().to_string()),
            "BANK_DEMO" => Some("on".to_owned()),
            // With its understanding a bank differs from no other, and it takes a while to learn.
            "BANK_ASSISTANT_ENCODER" | "BANK_ASSISTANT_MODEL" | "BANK_POSTGRES_BIN" => environment(name),
            _ => None,
        })
    }

    fn read_with(env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(FILE).map_err(|_| ConfigError::NoFile(working_folder()))?;
        let leptos = get_configuration(Some(FILE)).map_err(|error| ConfigError::Unreadable(error.to_string()))?;
        Self::from_parts(&text, leptos.leptos_options, env)
    }

    fn from_parts(
        text: &str,
        mut leptos: LeptosOptions,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let written: Written = toml::from_str(text).map_err(|error| ConfigError::Unreadable(error.to_string()))?;
        if let Some(address) = env("BANK_ADDR") {
            leptos.site_addr = parse_address("BANK_ADDR", address)?;
        }
        if let Some(root) = env("BANK_SITE_ROOT") {
            leptos.site_root = root.into();
        }
        let said = env("BANK_DEMO")
            .map(|value| parse_switch("BANK_DEMO", value))
            .transpose()?;
        let development = match env("BANK_DEVELOPMENT") {
            Some(value) => parse_switch("BANK_DEVELOPMENT", value)?,
            None => leptos.env == leptos::config::Env::DEV && cfg!(debug_assertions),
        };
        let data_dir = env("BANK_DATA_DIR").map_or(written.database.data_dir, PathBuf::from);
        let reports_dir = env("BANK_REPORTS_DIR").map(PathBuf::from).or(written.bank.reports_dir);
        let reports_dir = reports_dir.unwrap_or_else(|| data_dir.join("reports"));
        let mut tls = written.tls.settings(&data_dir, env)?;
        let origin = env("BANK_ORIGIN").or(written.bank.origin);
        let origin = origin.unwrap_or_else(|| format!("{}://localhost:{}", tls.scheme(), leptos.site_addr.port()));
        let origin = parse_origin(origin)?;
        tls.fits(&origin)?;
        let demo = demo(said, written.bank.demo, &origin)?;
        let database = match database_url("DATABASE_URL", env)? {
            Some(owner) => Where::Given {
                owner,
                app: database_url("BANK_APP_DATABASE_URL", env)?,
            },
            None => Where::Private {
                data_dir: data_dir.clone(),
            },
        };
        Ok(Self {
            bank: settings(
                written.limits.with(env)?,
                &written.sessions,
                &written.bank.time_zone,
                demo,
            )?,
            metrics: Metrics::read(env, &tls)?,
            doors: written.doors.settings(env)?,
            tls,
            origin,
            keys: KeySettings::read(&database, env)?,
            database,
            connections_max: written.database.connections_max.clamp(2, 100),
            mail: written.mail.with(env)?,
            assistant: written.assistant.settings(&data_dir, env)?,
            development,
            reports_dir,
            leptos,
        })
    }
}

/// What is set, and is something.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn settings(
    limits: WrittenLimits,
    sessions: &WrittenSessions,
    time_zone: &str,
    demo: bool,
) -> Result<BankSettings, ConfigError> {
    let zone = time_zone.parse().map_err(|_| ConfigError::Wrong {
        name: "[bank] time-zone",
        value: time_zone.to_owned(),
        wanted: "it must be a name such as Europe/Berlin",
    })?;
    let positive = [
        limits.sent_daily_max,
        limits.sent_daily_ceiling,
        limits.withdraw_confirm_over,
        limits.deposit_max,
    ];
    // Above this, a limit in minor units would be more than the bank can count to.
    if positive.iter().any(|limit| !(1..=LIMIT_MAX).contains(limit)) {
        return Err(ConfigError::Wrong {
            name: "[limits]",
            value: format!("{positive:?}"),
            wanted: "each limit must be between 1 and 10,000,000,000",
        });
    }
    if limits.sent_hourly_count_max == 0 {
        return Err(ConfigError::Wrong {
            name: "[limits] sent-hourly-count-max",
            value: "0".to_owned(),
            wanted: "it must be a whole number above zero",
        });
    }
    if sessions.idle_min == 0 || sessions.absolute_min < sessions.idle_min {
        return Err(ConfigError::Wrong {
            name: "[sessions]",
            value: format!("idle {}, absolute {}", sessions.idle_min, sessions.absolute_min),
            wanted: "idle must be at least a minute, and absolute no shorter than idle",
        });
    }
    Ok(BankSettings {
        zone,
        demo,
        limits: Limits {
            sent_daily_max: limits.sent_daily_max,
            sent_daily_ceiling: limits.sent_daily_ceiling.max(limits.sent_daily_max),
            sent_hourly_count_max: limits.sent_hourly_count_max,
            withdraw_confirm_over: limits.withdraw_confirm_over,
            deposit_max: limits.deposit_max,
        },
        sessions: SessionLimits {
            idle: TimeDelta::minutes(sessions.idle_min.into()),
            absolute: TimeDelta::minutes(sessions.absolute_min.into()),
        },
        ..BankSettings::default()
    })
}

/// Everybody can be the demo people. Beyond one's own machine that has to be said in the environment, not found in a
/// file that came along.
fn demo(said: Option<bool>, written: bool, origin: &Url) -> Result<bool, ConfigError> {
    match said {
        Some(demo) => Ok(demo),
        None if written && origin.host_str() != Some("localhost") => Err(ConfigError::Wrong {
            name: "[bank] demo",
            value: "true".to_owned(),
            wanted: "where others can reach the bank, BANK_DEMO has to say whether it is on or off",
        }),
        None => Ok(written),
    }
}

/// A database elsewhere: how far its line is to be trusted has to be said, since otherwise a line in the clear would do.
fn database_url(name: &'static str, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Secret>, ConfigError> {
    let Some(text) = env(name) else { return Ok(None) };
    let said = Url::parse(&text).is_ok_and(|url| {
        let find = |key: &str| {
            let mut pairs = url.query_pairs();
            pairs.find_map(|(name, value)| (name == key).then(|| value.into_owned()))
        };
        let host = find("host")
            .or_else(|| url.host_str().map(str::to_owned))
            .unwrap_or_default();
        let near = matches!(&*host, "" | "localhost" | "127.0.0.1" | "[::1]") || host.starts_with('/');
        let mode = find("sslmode").or_else(|| find("ssl-mode"));
        near || mode.is_some_and(|mode| ["verify-full", "verify-ca", "disable"].contains(&&*mode))
    });
    if said {
        return Ok(Some(Secret(text)));
    }
    Err(ConfigError::Wrong {
        name,
        value: "…".to_owned(),
        wanted: "for a database on another machine it must say sslmode=verify-full (or verify-ca; disable only on a line \
                 that is closed to others anyway)",
    })
}

fn working_folder() -> String {
    std::env::current_dir().map_or_else(|_| "this folder".to_owned(), |dir| dir.display().to_string())
}

fn parse_address(name: &'static str, value: String) -> Result<SocketAddr, ConfigError> {
    let wanted = "it must be an address and a port, such as 127.0.0.1:3000";
    value.parse().map_err(|_| ConfigError::Wrong { name, value, wanted })
}

fn parse_number<T: std::str::FromStr>(name: &'static str, value: String) -> Result<T, ConfigError> {
    value.parse().map_err(|_| ConfigError::Wrong {
        name,
        value,
        wanted: "it must be a whole number above zero",
    })
}

fn parse_switch(name: &'static str, value: String) -> Result<bool, ConfigError> {
    match value.as_str() {
        "1" | "true" | "on" | "yes" => Ok(true),
        "0" | "false" | "off" | "no" => Ok(false),
        _ => Err(ConfigError::Wrong {
            name,
            value,
            wanted: "it must be on or off",
        }),
    }
}

fn parse_origin(value: String) -> Result<Url, ConfigError> {
    let wanted = "it must be an https address without a path (http only for localhost)";
    let parsed = Url::parse(&value).ok().filter(|url| {
        let local = matches!(url.host_str(), Some("localhost"));
        url.host_str().is_some() && url.path() == "/" && (url.scheme() == "https" || (url.scheme() == "http" && local))
    });
    parsed.ok_or(ConfigError::Wrong {
        name: "BANK_ORIGIN",
        value,
        wanted,
    })
}
