//! What a certificate says of itself: for how long it is good, and for which hosts.

use chrono::{DateTime, Utc};
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The dates and names of a certificate (RFC 5280, 4.1.2.5 and 4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) from: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
    /// In small letters.
    pub(super) names: Vec<String>,
}

impl Leaf {
    /// Nothing when it is no certificate, or one with dates that nobody can count to.
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let (_, read) = X509Certificate::from_der(certificate).ok()?;
        let validity = read.validity();
        let names = read.subject_alternative_name().ok()?;
        let names = names.map_or(&[][..], |names| &names.value.general_names);
        Some(Self {
            from: DateTime::from_timestamp(validity.not_before.timestamp(), 0)?,
            until: DateTime::from_timestamp(validity.not_after.timestamp(), 0)?,
            names: names
                .iter()
                .filter_map(|name| match name {
                    GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
                    _ => None,
                })
                .collect(),
        })
    }

    /// Whether it names all of these hosts.
    pub(super) fn is_for(&self, hosts: &[String]) -> bool {
        hosts.iter().all(|host| self.names.contains(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_names_are_read_and_what_is_no_certificate_is_nothing() {
        let key = rcgen::KeyPair::generate().unwrap();
        let names = ["Bank.example", "www.bank.example", "192.0.2.1"].map(str::to_owned);
        let mut wanted = rcgen::CertificateParams::new(names).unwrap();
        wanted.not_before = rcgen::date_time_ymd(2026, 11, 1);
        wanted.not_after = rcgen::date_time_ymd(2027, 1, 30);
        let made = wanted.self_signed(&key).unwrap();
        let leaf = Leaf::of(made.der()).unwrap();
        assert_eq!(leaf.from.to_rfc3339(), "2026-11-01T00:00:00+00:00");
        assert_eq!(leaf.until.to_rfc3339(), "2027-01-30T00:00:00+00:00");
        assert_eq!(leaf.names, ["bank.example", "www.bank.example"]);
        let hosts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(leaf.is_for(&hosts(&["www.bank.example", "bank.example"])));
        assert!(!leaf.is_for(&hosts(&["bank.example", "evil.example"])));
        assert_eq!(Leaf::of(&CertificateDer::from(vec![0x30, 0x00])), None);
    }
}
