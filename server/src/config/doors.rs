//! The tables `[doors]` and `[tls]`: how much is let in, past which proxies, and whether the line is closed to others.

mod acme;

pub(crate) use acme::AcmeSettings;

use super::{ConfigError, Secret, parse_address};
use crate::doors::limits::{Rate, Rates, TABLE};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

/// How much is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DoorSettings {
    /// How many proxies of our own stand in front.
    pub(crate) trusted_hops: u8,
    pub(crate) connections_max: usize,
    pub(crate) connections_per_client_max: usize,
    pub(crate) at_once_per_client_max: usize,
    pub(crate) rates: Rates,
}

impl Default for DoorSettings {
    fn default() -> Self {
        Self {
            trusted_hops: 0,
            connections_max: 4_096,
            connections_per_client_max: 256,
            at_once_per_client_max: 128,
            rates: Rates::default(),
        }
    }
}

/// As it is written. The keys are looked up one by one, so that each has its variable and its own clear line.
#[derive(Debug, Default, Deserialize)]
pub(super) struct WrittenDoors(BTreeMap<String, toml::Value>);

const HOPS: &str = "trusted-hops";
const CONNECTIONS: &str = "connections-max";
const CONNECTIONS_PER_CLIENT: &str = "connections-per-client-max";
const AT_ONCE: &str = "at-once-per-client-max";

impl WrittenDoors {
    pub(super) fn settings(&self, env: Env<'_>) -> Result<DoorSettings, ConfigError> {
        let counts = [HOPS, CONNECTIONS, CONNECTIONS_PER_CLIENT, AT_ONCE];
        let known = |key: &&String| counts.contains(&key.as_str()) || TABLE.iter().any(|limit| limit.name == **key);
        if let Some(stranger) = self.0.keys().find(|key| !known(key)) {
            return Err(ConfigError::Unreadable(format!("[doors] has no setting {stranger:?}")));
        }
        let shipped = DoorSettings::default();
        let most = 1_000_000;
        let mut rates = shipped.rates;
        for declared in &TABLE {
            let Some((name, value)) = self.find(declared.name, declared.setting, declared.env, env) else {
                continue;
            };
            let wanted = "it must be so many at once and then so many a minute, such as \"600 + 6000/min\"";
            rates.0[declared.limit as usize] =
                value
                    .parse::<Rate>()
                    .map_err(|()| ConfigError::Wrong { name, value, wanted })?;
        }
        Ok(DoorSettings {
            trusted_hops: match self.find(HOPS, "[doors] trusted-hops", "BANK_DOORS_TRUSTED_HOPS", env) {
                None => shipped.trusted_hops,
                Some((name, value)) => number(name, value, 0, 8, "it must be a number of proxies from 0 to 8")?,
            },
            connections_max: match self.find(
                CONNECTIONS,
                "[doors] connections-max",
                "BANK_DOORS_CONNECTIONS_MAX",
                env,
            ) {
                None => shipped.connections_max,
                Some((name, value)) => number(name, value, 1, most, COUNT)?,
            },
            connections_per_client_max: match self.find(
                CONNECTIONS_PER_CLIENT,
                "[doors] connections-per-client-max",
                "BANK_DOORS_CONNECTIONS_PER_CLIENT_MAX",
                env,
            ) {
                None => shipped.connections_per_client_max,
                Some((name, value)) => number(name, value, 1, most, COUNT)?,
            },
            at_once_per_client_max: match self.find(
                AT_ONCE,
                "[doors] at-once-per-client-max",
                "BANK_DOORS_AT_ONCE_PER_CLIENT_MAX",
                env,
            ) {
                None => shipped.at_once_per_client_max,
                Some((name, value)) => number(name, value, 1, most, COUNT)?,
            },
            rates,
        })
    }

    /// What is said of a setting, and the name under which it was said. The environment wins.
    fn find(
        &self,
        key: &str,
        setting: &'static str,
        variable: &'static str,
        env: Env<'_>,
    ) -> Option<(&'static str, String)> {
        if let Some(value) = env(variable) {
            return Some((variable, value));
        }
        let text = match self.0.get(key)? {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some((setting, text))
    }
}

const COUNT: &str = "it must be a whole number from 1 to 1,000,000";

fn number<T: TryFrom<usize>>(
    name: &'static str,
    value: String,
    least: usize,
    most: usize,
    wanted: &'static str,
) -> Result<T, ConfigError> {
    let read = value.parse().ok().filter(|number| (least..=most).contains(number));
    match read.and_then(|number| T::try_from(number).ok()) {
        Some(number) => Ok(number),
        None => Err(ConfigError::Wrong { name, value, wanted }),
    }
}

/// Who closes the line to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// A proxy in front, or nobody.
    Off,
    /// We, with a certificate from somewhere else.
    Files { certificate: PathBuf, key: PathBuf },
    /// We, with a certificate that we have made by an authority, and renewed.
    Acme(AcmeSettings),
    /// We, with a certificate for `localhost` that we make ourselves and keep in this folder.
    SelfMade { folder: PathBuf },
}

/// How the line is closed, and where whoever still comes without is sent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsSettings {
    pub(crate) mode: Tls,
    pub(crate) redirect: Option<SocketAddr>,
    /// Whether the certificate has to be one that browsers trust.
    public: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct WrittenTls {
    mode: Option<String>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    redirect_addr: Option<String>,
    vouched_by: Option<String>,
    acme: acme::WrittenAcme,
}

impl WrittenTls {
    pub(super) fn settings(self, data_dir: &Path, env: Env<'_>) -> Result<TlsSettings, ConfigError> {
        let path = |variable: &str, written: Option<PathBuf>| env(variable).map(PathBuf::from).or(written);
        let certificate = path("BANK_TLS_CERTIFICATE", self.certificate);
        let key = path("BANK_TLS_KEY", self.key);
        let mode = env("BANK_TLS_MODE").or(self.mode).unwrap_or_else(|| "off".to_owned());
        let mode = match (mode.as_str(), certificate, key) {
            ("off", _, _) => Tls::Off,
            ("files", Some(certificate), Some(key)) => Tls::Files { certificate, key },
            ("acme", _, _) => Tls::Acme(self.acme.settings(data_dir, env)?),
            ("self-made", _, _) => Tls::SelfMade {
                folder: data_dir.join("tls"),
            },
            (given, _, _) => {
                return Err(ConfigError::Wrong {
                    name: "[tls] mode",
                    value: given.to_owned(),
                    wanted: "it must be off, self-made, acme, or files together with a certificate and a key",
                });
            }
        };
        let redirect = env("BANK_TLS_REDIRECT_ADDR").or(self.redirect_addr);
        let redirect = redirect
            .map(|value| parse_address("[tls] redirect-addr", value))
            .transpose()?;
        let vouched_by = env("BANK_TLS_VOUCHED_BY").or(self.vouched_by);
        let public = match vouched_by.as_deref() {
            None | Some("public") => true,
            Some("own") => false,
            Some(given) => {
                return Err(ConfigError::Wrong {
                    name: "[tls] vouched-by",
                    value: given.to_owned(),
                    wanted: "it must be public, or own for an authority that only you trust",
                });
            }
        };
        Ok(TlsSettings { mode, redirect, public })
    }
}

impl TlsSettings {
    /// The host at which browsers have to trust the certificate; none on one's own machine, or where nobody asks.
    pub(crate) fn asked_at<'o>(&self, origin: &'o Url) -> Option<&'o str> {
        origin.host_str().filter(|host| self.public && *host != "localhost")
    }

    /// The scheme of the origin when none is given.
    pub(super) fn scheme(&self) -> &'static str {
        if self.mode == Tls::Off { "http" } else { "https" }
    }

    /// Behind TLS of our own, and where plain requests are sent on, the origin has to be an https one. A certificate
    /// that we have made is for it.
    pub(super) fn fits(&mut self, origin: &Url) -> Result<(), ConfigError> {
        let near = origin.host_str() == Some("localhost");
        if matches!(self.mode, Tls::SelfMade { .. }) && !near {
            return Err(ConfigError::Wrong {
                name: "[tls] mode",
                value: "self-made".to_owned(),
                wanted: "a certificate that nobody vouches for is for localhost only",
            });
        }
        if origin.scheme() != "https" && (self.mode != Tls::Off || self.redirect.is_some()) {
            return Err(ConfigError::Wrong {
                name: "BANK_ORIGIN",
                value: origin.to_string(),
                wanted: "with [tls] mode or redirect-addr it must be an https address",
            });
        }
        match &mut self.mode {
            Tls::Acme(settings) => settings.at(origin),
            _ => Ok(()),
        }
    }
}

/// Where Prometheus reads, and what it has to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Metrics {
    pub(crate) address: SocketAddr,
    pub(crate) token: Option<Secret>,
}

/// Shorter than this, a secret can be guessed.
const SECRET_MIN: usize = 16;

impl Metrics {
    pub(super) fn read(env: Env<'_>, tls: &TlsSettings) -> Result<Option<Self>, ConfigError> {
        let Some(value) = env("BANK_METRICS_ADDR") else {
            return Ok(None);
        };
        let address = parse_address("BANK_METRICS_ADDR", value.clone())?;
        let token = Self::token(env)?;
        let wrong = |wanted: &'static str| ConfigError::Wrong {
            name: "BANK_METRICS_ADDR",
            value,
            wanted,
        };
        if !address.ip().to_canonical().is_loopback() {
            if token.is_none() {
                return Err(wrong(
                    "an address that others can reach needs a secret in BANK_METRICS_TOKEN or BANK_METRICS_TOKEN_FILE",
                ));
            }
            if tls.mode == Tls::Off {
                return Err(wrong(
                    "an address that others can reach needs [tls], or the secret would be read on the way",
                ));
            }
        }
        Ok(Some(Self { address, token }))
    }

    fn token(env: Env<'_>) -> Result<Option<Secret>, ConfigError> {
        let (name, secret) = match (env("BANK_METRICS_TOKEN"), env("BANK_METRICS_TOKEN_FILE")) {
            (Some(secret), _) => ("BANK_METRICS_TOKEN", secret),
            (None, Some(file)) => {
                let name = "BANK_METRICS_TOKEN_FILE";
                let read = std::fs::read_to_string(&file).map_err(|_| ConfigError::Wrong {
                    name,
                    value: file,
                    wanted: "there is no file there that can be read",
                })?;
                (name, read.trim().to_owned())
            }
            (None, None) => return Ok(None),
        };
        if secret.len() < SECRET_MIN || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::Wrong {
                name,
                value: "…".to_owned(),
                wanted: "it must be a secret of at least 16 letters, digits and signs, without spaces",
            });
        }
        Ok(Some(Secret(secret)))
    }
}

#[cfg(test)]
mod tests;
