//! The table `[tls.acme]`: the authority that the bank has its certificates from, by itself (RFC 8555).

use super::super::{ConfigError, parse_switch};
use super::Env;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use url::Url;

/// Names in one certificate; the largest authorities take a hundred.
const DOMAINS_MAX: usize = 100;
/// Longest name of a host (RFC 1035, 2.3.4), and longest address of mail (RFC 5321, 4.5.3.1), in bytes.
const NAME_MAX: usize = 253;
const CONTACT_MAX: usize = 254;

const DIRECTORY: &str = "[tls.acme] directory";
const CONTACT: &str = "[tls.acme] contact";
const DOMAINS: &str = "[tls.acme] domains";
const TERMS: &str = "[tls.acme] terms-agreed";

/// Whom certificates come from, for which names, and where they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AcmeSettings {
    /// Where the authority begins: an https address.
    pub(crate) directory: Url,
    /// Whom the authority writes to: a `mailto:` address.
    pub(crate) contact: Option<String>,
    /// Names of hosts in small letters, at least one, each once, the host of the origin among them.
    pub(crate) domains: Vec<String>,
    /// Where the account's key and the certificate are kept.
    pub(crate) folder: PathBuf,
    /// A PEM file with whom the authority's own line is trusted by. Absent: whom browsers trust.
    pub(crate) root: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct WrittenAcme {
    directory: Option<String>,
    contact: Option<String>,
    domains: Option<Vec<String>>,
    folder: Option<PathBuf>,
    root: Option<PathBuf>,
    terms_agreed: Option<bool>,
}

impl WrittenAcme {
    /// Without names, until the origin is known: see [`AcmeSettings::at`].
    pub(super) fn settings(self, data_dir: &Path, env: Env<'_>) -> Result<AcmeSettings, ConfigError> {
        let directory = env("BANK_TLS_ACME_DIRECTORY").or(self.directory);
        let directory = parse_directory(directory.unwrap_or_default())?;
        let agreed = match env("BANK_TLS_ACME_TERMS_AGREED") {
            Some(value) => parse_switch("BANK_TLS_ACME_TERMS_AGREED", value)?,
            None => self.terms_agreed.unwrap_or(false),
        };
        if !agreed {
            return Err(ConfigError::Wrong {
                name: TERMS,
                value: "false".to_owned(),
                wanted: "the authority gives certificates only to who has read its terms of service and agrees to them",
            });
        }
        let contact = env("BANK_TLS_ACME_CONTACT").or(self.contact);
        let domains = env("BANK_TLS_ACME_DOMAINS").map_or(self.domains.unwrap_or_default(), |value| {
            value.split(',').map(|name| name.trim().to_owned()).collect()
        });
        let folder = env("BANK_TLS_ACME_FOLDER").map(PathBuf::from).or(self.folder);
        Ok(AcmeSettings {
            directory,
            contact: contact.map(parse_contact).transpose()?,
            domains: parse_domains(domains)?,
            folder: folder.unwrap_or_else(|| data_dir.join("acme")),
            root: env("BANK_TLS_ACME_ROOT").map(PathBuf::from).or(self.root),
        })
    }
}

impl AcmeSettings {
    /// With the host of the origin when no other names are wanted.
    pub(super) fn at(&mut self, origin: &Url) -> Result<(), ConfigError> {
        let host = origin.host_str().unwrap_or_default();
        if self.domains.is_empty() {
            self.domains = parse_domains(vec![host.to_owned()])?;
        }
        if self.domains.iter().any(|name| name == host) {
            return Ok(());
        }
        Err(ConfigError::Wrong {
            name: DOMAINS,
            value: self.domains.join(","),
            wanted: "the host of BANK_ORIGIN must be one of them",
        })
    }
}

fn parse_directory(value: String) -> Result<Url, ConfigError> {
    let parsed = Url::parse(&value).ok().filter(|url| {
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        url.scheme() == "https" && url.host_str().is_some() && bare
    });
    parsed.ok_or(ConfigError::Wrong {
        name: DIRECTORY,
        value,
        wanted: "it must be the https address of the authority's directory",
    })
}

/// One address, without the fields that a `mailto:` could have (RFC 8555, 7.3).
fn parse_contact(value: String) -> Result<String, ConfigError> {
    let address = value.strip_prefix("mailto:").unwrap_or(&value);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$&'*+-/=^_`{|}~@".contains(&byte);
    let good = address.len() <= CONTACT_MAX
        && address.bytes().all(plain)
        && address
            .split_once('@')
            .is_some_and(|(who, host)| !who.is_empty() && is_host(&host.to_ascii_lowercase()));
    if good {
        return Ok(format!("mailto:{address}"));
    }
    Err(ConfigError::Wrong {
        name: CONTACT,
        value,
        wanted: "it must be one address of mail, such as mailto:operations@bank.example",
    })
}

fn parse_domains(written: Vec<String>) -> Result<Vec<String>, ConfigError> {
    let mut domains = Vec::new();
    for name in &written {
        let name = name.to_ascii_lowercase();
        if !is_host(&name) || domains.len() >= DOMAINS_MAX {
            return Err(ConfigError::Wrong {
                name: DOMAINS,
                value: written.join(","),
                wanted: "they must be at most 100 names of hosts: no addresses, no stars, other alphabets as xn--…",
            });
        }
        if !domains.contains(&name) {
            domains.push(name);
        }
    }
    Ok(domains)
}

/// A name in small letters. One that ends in a number is an address (RFC 3986, 3.2.2, and what browsers make of it).
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= NAME_MAX && name.split('.').all(label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{SHIPPED, read};
    use super::*;
    use crate::config::Tls;

    fn refused(text: &str, env: &[(&str, &str)]) -> String {
        read(text, env).unwrap_err().to_string()
    }

    const ASKED: &[(&str, &str)] = &[
        ("BANK_TLS_MODE", "acme"),
        ("BANK_TLS_ACME_DIRECTORY", "https://ca.example/directory"),
        ("BANK_TLS_ACME_TERMS_AGREED", "on"),
        ("BANK_ORIGIN", "https://bank.example"),
        ("BANK_DEMO", "off"),
        ("BANK_DATA_DIR", "/d"),
    ];

    /// What is asked for when some of it is said otherwise.
    fn asked<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let kept = ASKED
            .iter()
            .filter(|(name, _)| other.iter().all(|(said, _)| said != name));
        kept.chain(other).copied().collect()
    }

    fn acme(env: &[(&str, &str)]) -> AcmeSettings {
        match read(SHIPPED, env).unwrap().tls.mode {
            Tls::Acme(settings) => settings,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_directory_and_a_yes_to_the_terms_are_enough() {
        let settings = acme(ASKED);
        assert_eq!(settings.directory.as_str(), "https://ca.example/directory");
        assert_eq!(settings.domains, ["bank.example"], "the host of the origin");
        assert_eq!(settings.folder, Path::new("/d/acme"));
        assert_eq!((settings.contact, settings.root), (None, None));
    }

    #[test]
    fn everything_can_be_said_in_the_environment_and_in_the_file() {
        let said = acme(&asked(&[
            ("BANK_TLS_ACME_CONTACT", "Operations@bank.example"),
            ("BANK_TLS_ACME_DOMAINS", "www.bank.example, Bank.Example,bank.example"),
            ("BANK_TLS_ACME_FOLDER", "/f"),
            ("BANK_TLS_ACME_ROOT", "/r.pem"),
        ]));
        assert_eq!(said.contact.as_deref(), Some("mailto:Operations@bank.example"));
        assert_eq!(said.domains, ["www.bank.example", "bank.example"]);
        assert_eq!((said.folder, said.root), ("/f".into(), Some("/r.pem".into())));
        let table = "[tls.acme]\ndirectory = \"https://ca.example/file\"\ncontact = \"mailto:a@b.example\"\n\
                     domains = [\"bank.example\"]\nfolder = \"/g\"\nroot = \"/s.pem\"\nterms-agreed = true\n";
        let text = SHIPPED.replace("mode = \"off\"", "mode = \"acme\"") + table;
        let env = [("BANK_ORIGIN", "https://bank.example"), ("BANK_DEMO", "off")];
        let Tls::Acme(written) = read(&text, &env).unwrap().tls.mode else {
            panic!("another mode");
        };
        assert_eq!(written.directory.as_str(), "https://ca.example/file");
        assert_eq!((written.folder, written.root), ("/g".into(), Some("/s.pem".into())));
    }

    #[test]
    fn a_wrong_setting_stops_the_start_in_one_line_with_its_name() {
        let long = format!("a@{}", "b.".repeat(200) + "example");
        let many = (0..101).map(|n| format!("h{n}.example")).collect::<Vec<_>>().join(",");
        for (name, value, said) in [
            ("BANK_TLS_ACME_DIRECTORY", "", DIRECTORY),
            ("BANK_TLS_ACME_DIRECTORY", "ca.example", DIRECTORY),
            ("BANK_TLS_ACME_DIRECTORY", "http://ca.example/directory", DIRECTORY),
            ("BANK_TLS_ACME_DIRECTORY", "https://user@ca.example/", DIRECTORY),
            ("BANK_TLS_ACME_TERMS_AGREED", "", TERMS),
            ("BANK_TLS_ACME_TERMS_AGREED", "off", TERMS),
            ("BANK_TLS_ACME_TERMS_AGREED", "perhaps", "BANK_TLS_ACME_TERMS_AGREED"),
            ("BANK_TLS_ACME_CONTACT", "somebody", CONTACT),
            ("BANK_TLS_ACME_CONTACT", "tel:+49123", CONTACT),
            ("BANK_TLS_ACME_CONTACT", "a@b.example,c@d.example", CONTACT),
            ("BANK_TLS_ACME_CONTACT", "mailto:a@b.example?subject=x", CONTACT),
            ("BANK_TLS_ACME_CONTACT", "a@b.example\nc", CONTACT),
            ("BANK_TLS_ACME_CONTACT", &long, CONTACT),
            ("BANK_TLS_ACME_DOMAINS", "www.bank.example", DOMAINS),
            ("BANK_TLS_ACME_DOMAINS", "bank.example,*.bank.example", DOMAINS),
            ("BANK_TLS_ACME_DOMAINS", "bank.example,192.0.2.1", DOMAINS),
            ("BANK_TLS_ACME_DOMAINS", "bank.example,,", DOMAINS),
            ("BANK_TLS_ACME_DOMAINS", "bank.example,-a.example", DOMAINS),
            ("BANK_TLS_ACME_DOMAINS", "bank.example,bänk.example", DOMAINS),
            ("BANK_TLS_ACME_DOMAINS", &many, DOMAINS),
            ("BANK_ORIGIN", "https://192.0.2.1", DOMAINS),
            ("BANK_ORIGIN", "http://localhost:3000", "BANK_ORIGIN"),
        ] {
            let env = asked(&[(name, value)]);
            let env: Vec<_> = env.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            let line = refused(SHIPPED, &env);
            assert!(line.starts_with(said) && !line.contains('\n'), "{name}={value}: {line}");
        }
        let stranger = format!("{SHIPPED}[tls.acme]\nsurprise = 1\n");
        assert!(refused(&stranger, &[]).starts_with("Leptos.toml"));
    }
}
