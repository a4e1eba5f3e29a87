//! Certificates that the bank has made by an authority, and renewed in time (ACME, RFC 8555).
//!
//! One task asks, after the doors are open. Whatever goes wrong there is said in the log and counted, and the certificate
//! that is there is shown on. Until there is a first one, the line is refused to everybody but the authority, who looks
//! for the proof: a certificate that nobody vouches for would only teach customers to press warnings away.

mod failure;
mod kept;
mod line;
mod order;
mod pace;
mod proof;
#[cfg(test)]
mod tests;

pub(super) use proof::ACME_TLS;

use super::tls::{self, Keys, TlsError};
use crate::config::AcmeSettings;
use bank_operations::{Chance, Clock};
use chrono::{DateTime, Utc};
use failure::Failure;
use kept::Folder;
use line::Line;
use metrics::counter;
use pace::{Due, Pace, due, pause};
use proof::{Proofs, Shown};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

/// Who has certificates made.
pub(super) struct Acme {
    settings: AcmeSettings,
    /// Whether browsers have to trust what the authority gives.
    public: bool,
    folder: Folder,
    keys: Arc<Keys>,
    proofs: Arc<Proofs>,
    line: Line,
    clock: Arc<dyn Clock>,
    chance: Chance,
    pace: Pace,
}

/// How often it went wrong in a row, and when the authority may be asked again.
#[derive(Default)]
struct Turn {
    failures: u32,
    again: Option<Instant>,
}

impl Acme {
    /// Opens the folder and reads what is kept there. Nobody is asked yet.
    ///
    /// # Errors
    /// When the folder cannot be used or is open to others, or a file in it or the authority's root is not what it should be.
    pub(super) fn new(
        settings: AcmeSettings,
        public: bool,
        clock: Arc<dyn Clock>,
        chance: Chance,
    ) -> Result<Self, TlsError> {
        let folder = Folder::open(&settings.folder)?;
        let keys = Arc::new(Keys::kept(&folder.certificate())?);
        let line = Line::trusting(settings.root.as_deref(), clock.clone())?;
        Ok(Self {
            settings,
            public,
            folder,
            keys,
            proofs: Arc::default(),
            line,
            clock,
            chance,
            pace: Pace::default(),
        })
    }

    pub(super) fn keys(&self) -> Arc<Keys> {
        self.keys.clone()
    }

    /// What closes the line: with the certificate, or with a proof for the authority.
    ///
    /// # Errors
    /// Never with the provider that is built in.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        let shown = Shown::new(self.keys.clone(), self.proofs.clone());
        tls::acceptor_showing(Arc::new(shown), &[ACME_TLS])
    }

    /// Looks again and again whether a certificate has to be made, and has it made.
    pub(super) async fn run_until(self, mut stop: watch::Receiver<bool>) {
        let mut turn = Turn::default();
        self.announce();
        loop {
            if self.may_ask(&turn) {
                let attempt = tokio::time::timeout(self.pace.attempt_max, self.obtain());
                let result = tokio::select! {
                    _ = stop.wait_for(|stopped| *stopped) => return,
                    result = attempt => result.unwrap_or(Err(Failure::Late)),
                };
                turn = self.after(turn.failures, result);
            }
            tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => return,
                () = tokio::time::sleep(self.pace.look) => {}
            }
        }
    }

    /// Whether one has to be made, and it is not too soon after the last time.
    fn may_ask(&self, turn: &Turn) -> bool {
        let from_here = self.folder.authority().as_deref() == Some(self.settings.directory.as_str());
        // One of before that browsers do not trust is as good as none, once they have to.
        let trusted = self.keys.held().is_some_and(|held| self.trusted(&held).is_ok());
        let held = self.keys.leaf().filter(|_| from_here && trusted);
        due(held.as_ref(), &self.settings.domains, self.clock.now()) == Due::Now
            && turn.again.is_none_or(|again| again <= Instant::now())
    }

    fn announce(&self) {
        for outcome in failure::OUTCOMES {
            counter!("larch_acme_orders_total", "outcome" => *outcome).absolute(0);
        }
        if let Some(leaf) = self.keys.leaf() {
            tracing::info!(until = %leaf.until, "the certificate of before is used");
        } else {
            tracing::warn!("there is no certificate yet: the line is refused until an authority has given one");
        }
    }

    /// What was reached is said and counted, and how long to wait is found.
    fn after(&self, failures: u32, result: Result<DateTime<Utc>, Failure>) -> Turn {
        let asked = self.line.asked_to_wait();
        let failure = match result {
            Ok(until) => {
                counter!("larch_acme_orders_total", "outcome" => failure::DONE).increment(1);
                tracing::info!(%until, "the authority gave a new certificate, which is used from now on");
                self.keys.show_expiry();
                return Turn {
                    failures: 0,
                    again: Some(Instant::now() + pause(until, self.clock.now())),
                };
            }
            Err(failure) => failure,
        };
        counter!("larch_acme_orders_total", "outcome" => failure.outcome()).increment(1);
        let wait = self.pace.wait(failures, asked, &self.chance);
        self.complain(&failure, wait);
        Turn {
            failures: failures.saturating_add(1),
            again: Some(Instant::now() + wait),
        }
    }

    fn complain(&self, failure: &Failure, wait: Duration) {
        let again_in_s = wait.as_secs();
        let outcome = failure.outcome();
        match self.keys.leaf() {
            Some(leaf) if leaf.until > self.clock.now() => {
                tracing::error!(outcome, error = %failure, again_in_s, until = %leaf.until,
                    "no new certificate: the old one is used on");
            }
            Some(leaf) => tracing::error!(outcome, error = %failure, again_in_s, until = %leaf.until,
                "no new certificate, and the old one has expired: browsers refuse the bank"),
            None => tracing::error!(outcome, error = %failure, again_in_s,
                "no certificate yet: the line is refused to everybody"),
        }
    }
}
