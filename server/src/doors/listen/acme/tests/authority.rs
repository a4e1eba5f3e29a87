//! An authority of our own on this machine, for the tests. It believes nothing: it checks nonces, signatures, accounts
//! and orders, connects back to the bank for the proof, and signs what the bank asked for with its own root.

use super::jws::{self, Key, Signed};
use super::look_for_proof;
use crate::bank::MachineClock;
use crate::doors::listen::tests::Folder;
use crate::doors::listen::tls::{self, Keys};
use crate::doors::listen::{Manner, serve};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use bank_operations::Clock as _;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How it behaves, beside what the RFC asks for.
pub(super) struct Manners {
    /// So many signed requests get `badNonce`, whatever their nonce.
    pub(super) bad_nonces: usize,
    /// New orders are too many, with this `Retry-After`.
    pub(super) limited: Option<&'static str>,
    /// Every answer has this `Retry-After`.
    pub(super) waits: Option<&'static str>,
    pub(super) refuses_contacts: bool,
    /// A proxy says so, with a page.
    pub(super) down: bool,
    pub(super) offers: &'static str,
    /// Whom certificates are for, instead of whom they were asked for.
    pub(super) gives_for: Option<&'static str>,
    /// Seconds before and after now for which certificates are good.
    pub(super) good_s: (u64, u64),
    /// Answers are larger than anybody would read.
    pub(super) floods: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            bad_nonces: 0,
            limited: None,
            waits: None,
            refuses_contacts: false,
            down: false,
            offers: "tls-alpn-01",
            gives_for: None,
            good_s: (3_600, 3_600),
            floods: false,
        }
    }
}

struct Account {
    key: Key,
    contact: Value,
    gone: bool,
}

struct Order {
    account: usize,
    hosts: Vec<String>,
    /// Each host's status, and why it is what it is.
    proofs: Vec<(&'static str, String)>,
    certificate: Option<String>,
}

impl Order {
    fn status(&self) -> &'static str {
        match &self.certificate {
            Some(_) => "valid",
            None if self.proofs.iter().any(|(status, _)| *status == "invalid") => "invalid",
            None if self.proofs.iter().all(|(status, _)| *status == "valid") => "ready",
            None => "pending",
        }
    }
}

#[derive(Default)]
struct Books {
    manners: Manners,
    bank: Option<SocketAddr>,
    nonces: HashSet<String>,
    given: u64,
    accounts: Vec<Account>,
    orders: Vec<Order>,
    asked: Vec<String>,
}

struct Office {
    base: String,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    books: Mutex<Books>,
}

/// A problem document (RFC 8555, 6.7).
pub(super) struct Problem(pub(super) u16, pub(super) &'static str, pub(super) String);

type Answered = Result<(u16, Option<String>, Value), Problem>;

fn problem<T>(kind: &'static str, detail: &str) -> Result<T, Problem> {
    Err(Problem(400, kind, detail.to_owned()))
}

pub(super) struct Authority {
    office: Arc<Office>,
    /// Its root, as PEM.
    pub(super) root: PathBuf,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
    _folder: Folder,
}

impl Authority {
    pub(super) async fn open() -> Self {
        let folder = Folder::new();
        let key = rcgen::KeyPair::generate().unwrap();
        let mut wanted = rcgen::CertificateParams::default();
        wanted.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let root = folder.file("root.pem");
        fs::write(&root, wanted.self_signed(&key).unwrap().pem()).unwrap();
        let issuer = rcgen::Issuer::new(wanted, key);
        let own = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&own, &issuer).unwrap();
        let both = folder.file("own.pem");
        tls::write(&both, &(own.serialize_pem() + &certificate.pem())).unwrap();
        let acceptor = tls::acceptor(&Arc::new(Keys::read(&both, &both).unwrap())).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let office = Arc::new(Office {
            base: format!("https://localhost:{}", listener.local_addr().unwrap().port()),
            issuer,
            books: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(office.clone());
        let manner = Manner::of(&crate::config::DoorSettings::default());
        let (stop, stopped) = watch::channel(false);
        Self {
            office,
            root,
            stop,
            served: tokio::spawn(serve(listener, router, Some(acceptor), manner, stopped)),
            _folder: folder,
        }
    }

    pub(super) fn directory(&self) -> String {
        format!("{}/directory", self.office.base)
    }

    pub(super) fn behave(&self, change: impl FnOnce(&mut Manners)) {
        change(&mut self.office.books.lock().unwrap().manners);
    }

    /// Where it looks for the bank, whatever the host.
    pub(super) fn finds_bank_at(&self, address: SocketAddr) {
        self.office.books.lock().unwrap().bank = Some(address);
    }

    pub(super) fn forgets_accounts(&self) {
        let mut books = self.office.books.lock().unwrap();
        for account in &mut books.accounts {
            account.gone = true;
        }
    }

    /// How often this was asked for.
    pub(super) fn asked(&self, path: &str) -> usize {
        let books = self.office.books.lock().unwrap();
        books.asked.iter().filter(|asked| *asked == path).count()
    }

    pub(super) fn contacts(&self) -> Vec<Value> {
        let books = self.office.books.lock().unwrap();
        books.accounts.iter().map(|account| account.contact.clone()).collect()
    }

    pub(super) fn given(&self) -> usize {
        let books = self.office.books.lock().unwrap();
        books.orders.iter().filter(|order| order.certificate.is_some()).count()
    }

    pub(super) async fn close(self) {
        self.stop.send(true).unwrap();
        self.served.await.unwrap();
    }
}

async fn answer(
    State(office): State<Arc<Office>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (nonce, limited, waits) = {
        let mut books = office.books.lock().unwrap();
        books.asked.push(uri.path().to_owned());
        if books.manners.down {
            return (StatusCode::SERVICE_UNAVAILABLE, "<h1>Be back soon</h1>").into_response();
        }
        if books.manners.floods {
            return vec![b' '; 1 << 20].into_response();
        }
        books.given += 1;
        let nonce = format!("nonce-{}", books.given);
        books.nonces.insert(nonce.clone());
        (nonce, books.manners.limited, books.manners.waits)
    };
    let mut response = match (method, uri.path()) {
        (Method::GET, "/directory") => axum::Json(office.directory()).into_response(),
        (Method::HEAD, "/nonce") => StatusCode::OK.into_response(),
        (Method::POST, path) if path.starts_with("/certificate/") => office.certificate(path, &headers, &body),
        (Method::POST, path) => written(office.signed(path, &headers, &body)),
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    let refused = response.status() == StatusCode::TOO_MANY_REQUESTS;
    if let Some(wait) = limited.filter(|_| refused).or(waits) {
        let wait = HeaderValue::from_static(wait);
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    let nonce = HeaderValue::try_from(nonce).unwrap();
    response.headers_mut().insert("replay-nonce", nonce);
    response
}

fn written(answered: Answered) -> Response {
    match answered {
        Ok((status, None, body)) => (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response(),
        Ok((status, Some(place), body)) => {
            let headers = [(header::LOCATION, place)];
            (StatusCode::from_u16(status).unwrap(), headers, axum::Json(body)).into_response()
        }
        Err(Problem(status, kind, detail)) => {
            let body = json!({ "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": detail });
            let headers = [(header::CONTENT_TYPE, "application/problem+json")];
            (StatusCode::from_u16(status).unwrap(), headers, body.to_string()).into_response()
        }
    }
}

impl Office {
    fn directory(&self) -> Value {
        let at = |path: &str| format!("{}/{path}", self.base);
        json!({
            "newNonce": at("nonce"), "newAccount": at("account"), "newOrder": at("order"),
            "revokeCert": at("revoke"), "keyChange": at("change"),
        })
    }

    /// Opens a signed request. Its nonce is used up, whatever comes of it.
    fn open(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<Signed, Problem> {
        let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        if kind != Some(b"application/jose+json") {
            return problem("malformed", "the media type is another one");
        }
        let known = |id: &str| {
            let number = id
                .strip_prefix(&format!("{}/account/", self.base))?
                .parse::<usize>()
                .ok()?;
            let books = self.books.lock().unwrap();
            let account = books.accounts.get(number).filter(|account| !account.gone)?;
            Some((number, account.key.clone()))
        };
        let signed = jws::open(body, &format!("{}{path}", self.base), known)?;
        let mut books = self.books.lock().unwrap();
        let fresh = books.nonces.remove(&signed.nonce);
        if !fresh || books.manners.bad_nonces > 0 {
            books.manners.bad_nonces = books.manners.bad_nonces.saturating_sub(1);
            return problem("badNonce", "take the new one");
        }
        Ok(signed)
    }

    fn signed(self: &Arc<Self>, path: &str, headers: &HeaderMap, body: &[u8]) -> Answered {
        let signed = self.open(path, headers, body)?;
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        if parts[..] == ["account"] {
            return self.new_account(signed);
        }
        let Some(account) = signed.account else {
            return problem("malformed", "only a new account comes with its key");
        };
        match parts[..] {
            ["account", _] => {
                let mut books = self.books.lock().unwrap();
                books.accounts[account].contact = signed.payload["contact"].clone();
                Ok((200, None, json!({ "status": "valid" })))
            }
            ["order"] => self.new_order(account, &signed.payload),
            ["order", number] => self.with_order(account, number, |order, at| Ok((200, None, shown(order, at)))),
            ["authorization", number, host] => {
                let offers = self.books.lock().unwrap().manners.offers;
                self.with_order(account, number, |order, at| {
                    Ok((200, None, authorization(order, at, host.parse().unwrap(), offers)))
                })
            }
            ["challenge", number, host] => self.challenge(account, number, host),
            ["finalize", number] => {
                let gives_for = self.books.lock().unwrap().manners.gives_for;
                let good_s = self.books.lock().unwrap().manners.good_s;
                self.with_order(account, number, |order, at| {
                    if order.status() != "ready" {
                        return problem("orderNotReady", order.status());
                    }
                    order.certificate = Some(self.issue(&signed.payload, &order.hosts, gives_for, good_s)?);
                    Ok((200, None, shown(order, at)))
                })
            }
            _ => Err(Problem(404, "malformed", "there is nothing here".to_owned())),
        }
    }

    fn new_account(&self, signed: Signed) -> Answered {
        if signed.account.is_some() || signed.payload["termsOfServiceAgreed"] != true {
            return problem("malformed", "it wants a key, and a yes to the terms");
        }
        let mut books = self.books.lock().unwrap();
        let contact = signed.payload["contact"].clone();
        if books.manners.refuses_contacts && contact.as_array().is_some_and(|contact| !contact.is_empty()) {
            return problem("invalidContact", "nobody\r\nreads there");
        }
        books.accounts.push(Account {
            key: signed.key,
            contact,
            gone: false,
        });
        let place = format!("{}/account/{}", self.base, books.accounts.len() - 1);
        Ok((201, Some(place), json!({ "status": "valid" })))
    }

    fn new_order(&self, account: usize, payload: &Value) -> Answered {
        let mut books = self.books.lock().unwrap();
        if books.manners.limited.is_some() {
            return Err(Problem(429, "rateLimited", "too many orders".to_owned()));
        }
        let named = payload["identifiers"].as_array().cloned().unwrap_or_default();
        let hosts: Vec<String> = named
            .iter()
            .filter(|named| named["type"] == "dns")
            .filter_map(|named| named["value"].as_str().map(str::to_owned))
            .collect();
        if hosts.is_empty() {
            return problem("malformed", "for whom?");
        }
        let number = books.orders.len();
        let order = Order {
            account,
            proofs: vec![("pending", String::new()); hosts.len()],
            hosts,
            certificate: None,
        };
        let body = shown(&order, &format!("{}/%/{number}", self.base));
        books.orders.push(order);
        Ok((201, Some(format!("{}/order/{number}", self.base)), body))
    }

    fn with_order(&self, account: usize, number: &str, change: impl FnOnce(&mut Order, &str) -> Answered) -> Answered {
        let mut books = self.books.lock().unwrap();
        let order = number
            .parse::<usize>()
            .ok()
            .and_then(|number| books.orders.get_mut(number));
        match order {
            Some(order) if order.account == account => change(order, &format!("{}/%/{number}", self.base)),
            _ => Err(Problem(403, "unauthorized", "that is somebody else's".to_owned())),
        }
    }

    fn challenge(self: &Arc<Self>, account: usize, number: &str, host: &str) -> Answered {
        let (bank, thumb) = {
            let books = self.books.lock().unwrap();
            (books.bank, books.accounts[account].key.thumb.clone())
        };
        let (index, which): (usize, usize) = (number.parse().unwrap(), host.parse().unwrap());
        self.with_order(account, number, |order, at| {
            let token = format!("token-{which}-of-{at}");
            let digest = Sha256::digest(format!("{token}.{thumb}"));
            order.proofs[which].0 = "processing";
            let (office, name) = (self.clone(), order.hosts[which].clone());
            tokio::spawn(async move {
                let seen = look_for_proof(bank.unwrap(), &name, &digest).await;
                let mut books = office.books.lock().unwrap();
                books.orders[index].proofs[which] = match seen {
                    Ok(()) => ("valid", String::new()),
                    Err(why) => ("invalid", why),
                };
            });
            let place = format!("{}/{which}", at.replace('%', "challenge"));
            let body = json!({ "type": "tls-alpn-01", "url": place, "token": token, "status": "processing" });
            Ok((200, None, body))
        })
    }

    /// Signs a request for exactly these hosts, whose key is shown to be in the hands of whoever made it.
    fn issue(
        &self,
        payload: &Value,
        hosts: &[String],
        gives_for: Option<&str>,
        (before_s, after_s): (u64, u64),
    ) -> Result<String, Problem> {
        let refused = |detail: &str| Problem(400, "badCSR", detail.to_owned());
        let text = payload["csr"].as_str().ok_or_else(|| refused("none"))?;
        let der = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| refused("no base64"))?;
        let request = rcgen::CertificateSigningRequestParams::from_der(&der.into());
        let mut request = request.map_err(|error| refused(&error.to_string()))?;
        let wanted: HashSet<String> = (request.params.subject_alt_names.iter())
            .map(|name| match name {
                rcgen::SanType::DnsName(name) => name.as_str().to_owned(),
                other => format!("{other:?}"),
            })
            .collect();
        if wanted != hosts.iter().cloned().collect() {
            return Err(refused("it is for others than the order"));
        }
        let now = u64::try_from(MachineClock.now().timestamp()).unwrap();
        let moment = |seconds| rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds);
        request.params.not_before = moment(now - before_s);
        request.params.not_after = moment(now + after_s);
        if let Some(other) = gives_for {
            let name = other.try_into().unwrap();
            request.params.subject_alt_names = vec![rcgen::SanType::DnsName(name)];
        }
        Ok(request.signed_by(&self.issuer).unwrap().pem())
    }

    /// As PEM, to its owner.
    fn certificate(self: &Arc<Self>, path: &str, headers: &HeaderMap, body: &[u8]) -> Response {
        let number = path.trim_start_matches("/certificate/");
        let found = self.open(path, headers, body).and_then(|signed| match signed.account {
            Some(account) => self.with_order(account, number, |order, _| {
                let chain = order.certificate.clone().unwrap_or_default();
                Ok((200, None, Value::String(chain)))
            }),
            None => problem("malformed", "who asks?"),
        });
        match found {
            Ok((_, _, Value::String(chain))) => {
                let headers = [(header::CONTENT_TYPE, "application/pem-certificate-chain")];
                (headers, chain).into_response()
            }
            other => written(other),
        }
    }
}

/// An order as it is shown (RFC 8555, 7.1.3). `at` has a place for the kind of thing.
fn shown(order: &Order, at: &str) -> Value {
    let hosts = 0..order.hosts.len();
    let mut body = json!({
        "status": order.status(),
        "identifiers": order.hosts.iter().map(|host| json!({ "type": "dns", "value": host })).collect::<Vec<_>>(),
        "authorizations": hosts.map(|host| format!("{}/{host}", at.replace('%', "authorization"))).collect::<Vec<_>>(),
        "finalize": at.replace('%', "finalize"),
    });
    if order.certificate.is_some() {
        body["certificate"] = at.replace('%', "certificate").into();
    }
    body
}

/// One host of an order, with its one challenge (RFC 8555, 7.1.4).
fn authorization(order: &Order, at: &str, host: usize, offers: &str) -> Value {
    let (status, why) = &order.proofs[host];
    let mut challenge = json!({
        "type": offers, "status": status,
        "url": format!("{}/{host}", at.replace('%', "challenge")), "token": format!("token-{host}-of-{at}"),
    });
    if *status == "invalid" {
        challenge["error"] = json!({ "type": "urn:ietf:params:acme:error:connection", "detail": why });
    }
    let status = if *status == "processing" { "pending" } else { status };
    json!({
        "identifier": { "type": "dns", "value": order.hosts[host] }, "status": status, "challenges": [challenge],
    })
}
