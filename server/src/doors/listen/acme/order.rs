//! One order, from the account to the certificate that is kept (RFC 8555, 7.1 to 7.5).

use super::super::tls::{certified, provider};
use super::super::trust::vouched_for;
use super::failure::{Failure, said};
use super::proof::Proofs;
use super::{Acme, kept};
use crate::doors::listen::leaf::Leaf;
use crate::outward::public;
use chrono::{DateTime, Utc};
use instant_acme::{
    Account, AuthorizationStatus, ChallengeType, Identifier, NewAccount, NewOrder, Order, OrderStatus, RetryPolicy,
};
use std::time::Duration;
use tokio_rustls::rustls::sign::CertifiedKey;

/// How the authority is asked whether it has finished: more and more seldom, or when it says.
const POLLS: RetryPolicy = RetryPolicy::new().timeout(Duration::from_secs(90));

/// Forgets the proofs when an order ends, also when it is given up in the middle.
struct Forgets<'p>(&'p Proofs);

impl Drop for Forgets<'_> {
    fn drop(&mut self) {
        self.0.forget();
    }
}

impl Acme {
    /// Has a certificate made and takes it. Gives until when it is good.
    pub(super) async fn obtain(&self) -> Result<DateTime<Utc>, Failure> {
        let result = self.ordered().await;
        // Whatever it was asked for with the account: the next attempt opens another one.
        if matches!(result, Err(Failure::NoAccount)) {
            self.folder.set_account_aside(self.settings.directory.as_str())?;
        }
        result
    }

    async fn ordered(&self) -> Result<DateTime<Utc>, Failure> {
        let account = self.account().await?;
        let hosts: Vec<_> = self.settings.domains.iter().cloned().map(Identifier::Dns).collect();
        let _forgets = Forgets(&self.proofs);
        let mut order = account.new_order(&NewOrder::new(&hosts)).await?;
        self.prove(&mut order).await?;
        let secret = rcgen::KeyPair::generate()?;
        let chain = self.request(&mut order, &secret).await?;
        self.take(&secret.serialize_pem(), &chain)
    }

    /// The account that is kept, with the contact that is wanted, or a new one.
    async fn account(&self) -> Result<Account, Failure> {
        let directory = self.settings.directory.as_str();
        let contact = self.settings.contact.as_deref();
        let builder = Account::builder_with_http(Box::new(self.line.clone()));
        let strange = |error: serde_json::Error| Failure::Nonsense(error.to_string());
        if let Some(mut known) = self.folder.account(directory)? {
            let account = builder.from_credentials(known.credentials().map_err(strange)?).await?;
            if known.contact.as_deref() != contact {
                let contacts: Vec<&str> = contact.into_iter().collect();
                account.update_contacts(&contacts).await?;
                known.contact = contact.map(str::to_owned);
                self.folder.keep_account(directory, &known)?;
            }
            return Ok(account);
        }
        let contacts: Vec<&str> = contact.into_iter().collect();
        let wanted = NewAccount {
            contact: &contacts,
            // The start is refused without a yes.
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let (account, credentials) = builder.create(&wanted, directory.to_owned(), None).await?;
        let known = kept::Account::new(contact.map(str::to_owned), &credentials).map_err(strange)?;
        self.folder.keep_account(directory, &known)?;
        tracing::info!("the authority opened an account for the bank");
        Ok(account)
    }

    /// Shows the authority that each host is the bank's.
    async fn prove(&self, order: &mut Order) -> Result<(), Failure> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status == AuthorizationStatus::Valid {
                continue;
            }
            let host = authorization.identifier().to_string();
            let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01) else {
                return Err(Failure::NotOffered(host));
            };
            let digest = challenge.key_authorization().digest();
            let digest = digest
                .as_ref()
                .try_into()
                .map_err(|_| Failure::Nonsense("a digest of another length".to_owned()))?;
            self.proofs.put(&host, digest)?;
            challenge.set_ready().await?;
        }
        let polled = order.poll_ready(&POLLS).await;
        match order.state().status {
            OrderStatus::Invalid => Err(refused(order).await),
            _ => polled.map(|_| ()).map_err(Failure::from),
        }
    }

    /// Asks for the certificate: the chain as PEM.
    async fn request(&self, order: &mut Order, secret: &rcgen::KeyPair) -> Result<String, Failure> {
        let mut wanted = rcgen::CertificateParams::new(self.settings.domains.clone())?;
        wanted.distinguished_name = rcgen::DistinguishedName::new();
        let request = wanted.serialize_request(secret)?;
        order.finalize_csr(request.der()).await?;
        Ok(order.poll_certificate(&POLLS).await?)
    }

    /// Keeps the certificate and uses it, unless browsers would not.
    fn take(&self, secret: &str, chain: &str) -> Result<DateTime<Utc>, Failure> {
        let path = self.folder.certificate();
        let made = certified(&path, chain.as_bytes(), &path, secret.as_bytes());
        let until = self.checked(&made.map_err(|error| Failure::Unusable(error.to_string()))?)?;
        let both = format!("{secret}{chain}");
        self.folder.keep_certificate(self.settings.directory.as_str(), &both)?;
        self.keys.look()?;
        Ok(until)
    }

    fn checked(&self, made: &CertifiedKey) -> Result<DateTime<Utc>, Failure> {
        let unusable = |why: &str| Failure::Unusable(why.to_owned());
        let leaf = made.end_entity_cert().ok().and_then(Leaf::of);
        let leaf = leaf.ok_or_else(|| unusable("its dates and names cannot be read"))?;
        let now = self.clock.now();
        if !leaf.is_for(&self.settings.domains) {
            return Err(unusable("it is not for the hosts that were asked for"));
        }
        if now < leaf.from || now >= leaf.until {
            return Err(unusable("it is not good now: is the machine's clock right?"));
        }
        self.trusted(made).map_err(|(host, error)| {
            let why = format!(
                "browsers would not trust it at {host}: {error}. If that is meant, [tls] vouched-by = \"own\" says so"
            );
            Failure::Unusable(why)
        })?;
        Ok(leaf.until)
    }

    /// Whether browsers trust it at every host, where they have to; else the first host where they do not, and why.
    pub(super) fn trusted(&self, made: &CertifiedKey) -> Result<(), (&str, tokio_rustls::rustls::Error)> {
        let now = self.clock.now();
        for host in self.settings.domains.iter().filter(|_| self.public) {
            vouched_for(public(), provider(), &made.cert, host, now).map_err(|error| (host.as_str(), error))?;
        }
        Ok(())
    }
}

/// Why an order was refused: the first host whose proof the authority did not accept.
async fn refused(order: &mut Order) -> Failure {
    let mut authorizations = order.authorizations();
    while let Some(Ok(mut authorization)) = authorizations.next().await {
        let host = authorization.identifier().to_string();
        let Ok(state) = authorization.refresh().await else {
            break;
        };
        let problem = state.challenges.iter().find_map(|challenge| challenge.error.as_ref());
        if let Some(problem) = problem {
            let said = said(problem);
            return Failure::Proof { host, said };
        }
    }
    let said = order.state().error.as_ref().map(said);
    Failure::Refused(said.unwrap_or_else(|| "it said no more than that".to_owned()))
}
