//! Listening: connections are taken in, counted, and closed again when nothing comes of them.

mod acme;
mod connection;
mod leaf;
mod pulse;
mod redirect;
#[cfg(test)]
mod tests;
pub(crate) mod tls;
mod trust;

use super::limits::{AtOnce, Client, count};
use crate::StartError;
use crate::config::{Config, DoorSettings, Tls};
use acme::Acme;
use axum::Router;
use bank_operations::{Chance, Clock};
use chrono::Datelike as _;
use connection::Timings;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tls::Keys;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use url::Url;

/// How long nobody is let in after the system could not, such as when it has no files left to open.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);
/// Files that the process needs besides its connections, and then some.
const OTHER_FILES: u64 = 512;

/// How connections are taken in.
#[derive(Clone)]
pub(crate) struct Manner {
    pub(crate) connections_max: usize,
    /// Absent behind a proxy: all connections are its.
    pub(crate) per_client_max: Option<usize>,
    timings: Timings,
}

impl Manner {
    pub(crate) fn of(settings: &DoorSettings) -> Self {
        Self {
            connections_max: settings.connections_max,
            per_client_max: (settings.trusted_hops == 0).then_some(settings.connections_per_client_max),
            timings: Timings::default(),
        }
    }
}

/// What there is at the front, before the bank behind it is open: addresses that are ours, and keys that fit.
pub(crate) struct Front {
    listener: TcpListener,
    redirect: Option<(TcpListener, Url)>,
    tls: Option<Secured>,
    manner: Manner,
}

/// What closes the line to others.
struct Secured {
    keys: Arc<Keys>,
    acceptor: TlsAcceptor,
    /// Who has certificates made, where nobody else brings them.
    acme: Option<Acme>,
}

impl Secured {
    fn with(keys: Keys) -> Result<Self, StartError> {
        let keys = Arc::new(keys);
        Ok(Self {
            acceptor: tls::acceptor(&keys)?,
            keys,
            acme: None,
        })
    }

    fn find(config: &Config, clock: Arc<dyn Clock>, chance: Chance) -> Result<Option<Self>, StartError> {
        let now = clock.now();
        let asked = config.tls.asked_at(&config.origin);
        Ok(Some(match &config.tls.mode {
            Tls::Off => return Ok(None),
            Tls::Files { certificate, key } => {
                let keys = Keys::read(certificate, key)?;
                Self::with(match asked {
                    Some(host) => keys.trusted_at(host, now)?,
                    None => keys,
                })?
            }
            Tls::SelfMade { folder } => Self::with(Keys::self_made(folder, now.year())?)?,
            Tls::Acme(settings) => {
                let acme = Acme::new(settings.clone(), asked.is_some(), clock, chance)?;
                Self {
                    keys: acme.keys(),
                    acceptor: acme.acceptor()?,
                    acme: Some(acme),
                }
            }
        }))
    }
}

impl Front {
    /// Takes the addresses, and reads the certificate.
    ///
    /// # Errors
    /// When an address is taken, or a certificate or its key is missing, wrong or not trusted.
    pub(crate) async fn take(config: &Config, clock: Arc<dyn Clock>, chance: Chance) -> Result<Self, StartError> {
        let tls = Secured::find(config, clock, chance)?;
        let redirect = match config.tls.redirect {
            Some(address) => Some((bind(address).await?, config.origin.clone())),
            None => None,
        };
        make_room_for(config.doors.connections_max);
        Ok(Self {
            listener: bind(config.leptos.site_addr).await?,
            redirect,
            tls,
            manner: Manner::of(&config.doors),
        })
    }

    /// What closes the line, for whatever else is opened beside the bank.
    pub(crate) fn acceptor(&self) -> Option<TlsAcceptor> {
        self.tls.as_ref().map(|tls| tls.acceptor.clone())
    }

    /// Lets everybody in until it is told to stop, and gives back when the last request is answered.
    pub(crate) async fn open(self, router: Router, stop: impl Future<Output = ()>) {
        let (tell, told) = watch::channel(false);
        let mut beside: Vec<JoinHandle<()>> = Vec::new();
        if let Some((listener, origin)) = self.redirect {
            let (router, manner) = (redirect::router(&origin), self.manner.clone());
            beside.push(tokio::spawn(serve(listener, router, None, manner, told.clone())));
        }
        let acceptor = self.tls.map(|tls| {
            beside.push(tokio::spawn(tls.keys.renew_until(told.clone())));
            if let Some(acme) = tls.acme {
                beside.push(tokio::spawn(acme.run_until(told.clone())));
            }
            tls.acceptor
        });
        let served = serve(self.listener, router, acceptor, self.manner, told);
        tokio::pin!(served);
        tokio::select! {
            () = &mut served => {}
            () = stop => {
                let _ = tell.send(true);
                served.await;
            }
        }
        for task in beside {
            if let Err(error) = task.await {
                tracing::error!(%error, "what stands beside the door ended badly");
            }
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|cause| StartError::Listen { address, cause })
}

/// Lets the process open as many files as there may be connections, as far as the system lets it.
fn make_room_for(connections: usize) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = OTHER_FILES.saturating_add(connections as u64);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return;
    }
    let current = Some(maximum.map_or(wanted, |maximum| maximum.min(wanted)));
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current, maximum }) {
        tracing::warn!(%error, "the number of open files stays low, and with it that of connections");
    }
    if current.is_some_and(|current| current < wanted) {
        tracing::warn!(
            connections,
            "the system lets us open fewer files than there may be connections"
        );
    }
}

/// Serves one listener until it is told to stop. Then nobody else comes in, and who is in is answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    acceptor: Option<TlsAcceptor>,
    manner: Manner,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(manner.connections_max));
    let clients = manner.per_client_max.map(AtOnce::new);
    let mut connections = JoinSet::new();
    while !*stop.borrow() {
        // Without a place, the next one waits in the system's own queue.
        let place = tokio::select! {
            _ = stop.changed() => break,
            place = places.clone().acquire_owned() => place,
        };
        let accepted = tokio::select! {
            _ = stop.changed() => break,
            accepted = listener.accept() => accepted,
        };
        while connections.try_join_next().is_some() {}
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) if is_the_clients(&error) => continue,
            Err(error) => {
                tracing::error!(%error, "no connection can be taken in at the moment");
                tokio::time::sleep(ACCEPT_AGAIN).await;
                continue;
            }
        };
        let Ok(seat) = clients.as_ref().map_or(Ok(None), |clients| {
            clients.take(Client::at(peer.ip())).map(Some).ok_or(())
        }) else {
            count("connections-per-client");
            continue;
        };
        let served = connection::run(
            stream,
            peer.ip(),
            acceptor.clone(),
            router.clone(),
            manner.timings,
            stop.clone(),
        );
        connections.spawn(async move {
            served.await;
            drop((seat, place));
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The client had gone before it was let in.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
