//! The door as a program meets it.

use super::super::limits::Limits;
use super::router;
use crate::config::DoorSettings;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use bank_contract::accounts::{AccountView, OpenAccount, Product};
use bank_contract::identity::CustomerKind;
use bank_contract::pending::ConfirmPending;
use bank_contract::tokens::{CreateToken, NewToken};
use bank_contract::transfers::Deposit;
use bank_contract::{Currency, CustomerId, IdempotencyKey, Money, SessionId, UserId};
use bank_operations::assistant::Banker;
use bank_operations::hallway::Handler;
use bank_operations::{BankSettings, Caller, Chance, Clock, Door, Hallway, Parts, Signed, Visit};
use bank_storage::engine::{Engine, EngineSettings};
use bank_storage::vault::{MasterKey, MasterKeys, Vault};
use bank_storage::{Acting, Database, DatabaseSettings, identity};
use bank_testkit::TestDatabase;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;
use uuid::Uuid;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        "2026-11-23T11:00:00Z".parse().unwrap()
    }
}

/// A bank with a customer who has let two programs in, and somebody to pay.
pub(in crate::doors) struct World {
    pub(in crate::doors) bank: Arc<Hallway>,
    router: Router,
    pub(in crate::doors) token: NewToken,
    pub(in crate::doors) reading: NewToken,
    pub(in crate::doors) from: AccountView,
    pub(in crate::doors) to: AccountView,
    /// The customer, in the browser.
    pub(in crate::doors) anna: Visit,
    pub(in crate::doors) database: TestDatabase,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

async fn does<O: Handler>(bank: &Hallway, visit: &Visit, input: O) -> O::Output {
    let view = match bank.run(visit, input).await.unwrap().answer {
        bank_contract::Answer::Done(output) => return output,
        bank_contract::Answer::Waits(view) => view,
    };
    let confirm = ConfirmPending {
        pending: view.pending,
        hash: view.hash,
        signature: None,
    };
    let confirmed = bank.run(visit, confirm).await.unwrap().answer.done().unwrap();
    serde_json::from_value(confirmed.output).unwrap()
}

async fn customer(bank: &Hallway, chance: &Chance, name: &str) -> Visit {
    let (user, customer) = (UserId(chance.id(Noon.now())), CustomerId(chance.id(Noon.now())));
    let new = identity::NewCustomer {
        customer,
        user,
        name: name.into(),
        kind: CustomerKind::Person,
        since: Noon.now().date_naive(),
        // One of the demo people, so that a press takes the place of a signature.
        demo: Some((name.to_lowercase().replace(' ', "-"), "In a test".into())),
    };
    let tx = bank.database().begin(Acting::customer(user, customer)).await.unwrap();
    identity::insert_customer(&bank.vault().over(&tx), &new, Noon.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let session = SessionId(Uuid::nil());
    Visit {
        caller: Caller::Customer(Signed {
            user,
            customer,
            session,
        }),
        door: Door::Browser,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    }
}

impl World {
    pub(in crate::doors) async fn new() -> Self {
        Self::with(None).await
    }

    /// One in which somebody talks with customers.
    pub(in crate::doors) async fn with(assistant: Option<Arc<dyn Banker>>) -> Self {
        let database = TestDatabase::new().await;
        let connection = DatabaseSettings {
            url: database.app_url(),
            role: None,
            connections_max: 4,
            acquire_max: Duration::from_secs(10),
        };
        let (engine, _) = Engine::start(&connection, EngineSettings::default()).await.unwrap();
        let chance = Chance::from_seed([5; 32]);
        let db = Database::connect(&connection).await.unwrap();
        let key = MasterKey::from_bytes(&[9; 32].into());
        let bank = Hallway::new(Parts {
            vault: Vault::open(db.reader(), MasterKeys::only(key), [4; 32]).await.unwrap(),
            db,
            engine,
            clock: Arc::new(Noon),
            chance: chance.clone(),
            settings: BankSettings {
                demo: true,
                ..BankSettings::default()
            },
            webauthn: bank_operations::identity::relying_party(&"http://localhost:3000".parse().unwrap()).unwrap(),
            mailer: None,
            assistant,
        })
        .shared();
        let anna = customer(&bank, &chance, "Anna Weber").await;
        let ben = customer(&bank, &chance, "Ben Okafor").await;
        let open = OpenAccount {
            name: "Everyday".into(),
            product: Product::Current,
            currency: Currency::Eur,
        };
        let (from, to) = (does(&bank, &anna, open.clone()).await, does(&bank, &ben, open).await);
        let hundred = Money::from_minor(10_000, Currency::Eur).unwrap();
        let deposit = Deposit {
            account: from.account,
            amount: hundred,
            key: IdempotencyKey(Uuid::nil()),
        };
        does(&bank, &anna, deposit).await;
        let create = |pay_up_to| CreateToken {
            name: "Test".into(),
            pay_up_to,
            total: None,
            payees: Vec::new(),
            days: 1,
        };
        let most = Money::from_minor(2_000, Currency::Eur).unwrap();
        Self {
            token: does(&bank, &anna, create(Some(most))).await,
            reading: does(&bank, &anna, create(None)).await,
            router: router(bank.clone(), Arc::new(Limits::new(&DoorSettings::default()))),
            bank,
            from,
            to,
            anna,
            database,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", self.reading.secret));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, key: Option<&str>, media_type: &str, body: String) -> Answer {
        let mut request = Request::post("/api/v1/transfers")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token.secret))
            .header(header::CONTENT_TYPE, media_type);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(in crate::doors) fn transfer(&self, amount: &str) -> Value {
        json!({ "from": self.from.account, "payee_name": "Ben Okafor", "payee_iban": self.to.iban,
                "amount": { "amount": amount, "currency": "EUR" }, "reference": "Test" })
    }

    async fn pay(&self, key: u128, amount: &str) -> Answer {
        let key = Uuid::from_u128(key).to_string();
        self.post(Some(&key), "application/json", self.transfer(amount).to_string())
            .await
    }
}

fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), &answer.body["code"]),
        (status, &json!(code)),
        "{}",
        answer.body
    );
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    assert!(answer.body["detail"].as_str().is_some_and(|text| !text.is_empty()));
}

#[tokio::test]
async fn a_payment_is_done_once_and_the_answer_to_its_key_is_marked() {
    let world = World::new().await;
    let first = world.pay(1, "12.50").await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(
        first.body["balance_after"],
        json!({ "amount": "87.50", "currency": "EUR" })
    );
    assert!(!first.headers.contains_key("idempotency-replayed"));
    let again = world.pay(1, "12.50").await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    is_problem(&world.pay(1, "12.51").await, 409, "key_reused");
    let page = world
        .get(&format!("/api/v1/accounts/{}/transactions?size=1", world.from.account))
        .await;
    assert_eq!(page.body["rows"][0]["entry"], first.body["entry"]);
    assert_eq!(page.body["rows"].as_array().map(Vec::len), Some(1));
    let next = page.body["next"].as_str().unwrap();
    let rest = world
        .get(&format!(
            "/api/v1/accounts/{}/transactions?after={next}",
            world.from.account
        ))
        .await;
    assert_eq!(rest.body["rows"][0]["kind"], "deposit");
}

#[tokio::test]
async fn beyond_the_bounds_it_waits_where_the_answer_says() {
    let world = World::new().await;
    let waits = world.pay(2, "20.01").await;
    assert_eq!(waits.status, 202, "{}", waits.body);
    let place = waits.headers[header::LOCATION].to_str().unwrap().to_owned();
    let shown = world.get(&place).await;
    assert_eq!((shown.status.as_u16(), &shown.body["state"]), (200, &json!("waiting")));
    assert_eq!(
        shown.body["summary"]["amount"],
        json!({ "amount": "20.01", "currency": "EUR" })
    );
    let accounts = world.get("/api/v1/accounts").await;
    assert_eq!(
        accounts.body["accounts"][0]["booked"]["amount"], "100.00",
        "nothing has moved"
    );
}

#[tokio::test]
async fn who_has_no_token_or_too_small_a_one_is_refused() {
    let world = World::new().await;
    let stranger = world
        .send(Request::get("/api/v1/accounts").body(Body::empty()).unwrap())
        .await;
    is_problem(&stranger, 401, "not_signed_in");
    assert_eq!(stranger.headers[header::WWW_AUTHENTICATE], "Bearer");
    for wrong in [
        "Bearer",
        "Bearer larch_",
        "Basic YTpi",
        "Bearer larch_zz",
        &format!("Bearer larch_{}", "0".repeat(64)),
    ] {
        let request = Request::get("/api/v1/accounts").header(header::AUTHORIZATION, wrong);
        is_problem(
            &world.send(request.body(Body::empty()).unwrap()).await,
            401,
            "not_signed_in",
        );
    }
    let request = Request::post("/api/v1/transfers")
        .header(header::AUTHORIZATION, format!("Bearer {}", world.reading.secret))
        .header(header::CONTENT_TYPE, "application/json")
        .header("Idempotency-Key", Uuid::nil().to_string());
    let body = Body::from(world.transfer("1.00").to_string());
    is_problem(&world.send(request.body(body).unwrap()).await, 403, "not_allowed");
    is_problem(
        &world.get(&format!("/api/v1/accounts/{}", world.to.account)).await,
        404,
        "not_found",
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_before_anything_happens() {
    let world = World::new().await;
    let (key, json) = (Uuid::nil().to_string(), "application/json");
    let good = world.transfer("1.00").to_string();
    is_problem(&world.post(None, json, good.clone()).await, 400, "malformed");
    is_problem(
        &world.post(Some("not-a-uuid"), json, good.clone()).await,
        400,
        "malformed",
    );
    is_problem(
        &world.post(Some(&key), "text/plain", good.clone()).await,
        415,
        "unsupported_media_type",
    );
    let large = format!("{good}{}", " ".repeat(20_000));
    is_problem(&world.post(Some(&key), json, large).await, 413, "too_large");
    let mut unknown = world.transfer("1.00");
    unknown["tip"] = json!("1.00");
    let number = good.replace("\"1.00\"", "1.00");
    for body in [
        unknown.to_string(),
        number,
        "[".repeat(5_000),
        "{}".into(),
        String::new(),
        "\u{feff}{}".into(),
    ] {
        is_problem(&world.post(Some(&key), json, body).await, 400, "malformed");
    }
    is_problem(&world.pay(3, "0.00").await, 422, "invalid");
    assert_eq!(world.pay(4, "20.00").await.status, 201, "what is right is still taken");
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_are_refused_in_the_same_words() {
    let world = World::new().await;
    is_problem(&world.get("/api/v1/nothing").await, 404, "not_found");
    is_problem(&world.get("/api/v1/accounts/not-a-uuid").await, 400, "malformed");
    is_problem(&world.get("/api/v1/accounts?unknown=1").await, 400, "malformed");
    let wrong = world.get("/api/v1/transfers").await;
    is_problem(&wrong, 405, "method_not_allowed");
    assert_eq!(wrong.headers[header::ALLOW], "POST");
}

#[tokio::test]
async fn the_description_has_every_operation_of_the_door_and_refers_to_nothing_missing() {
    let world = World::new().await;
    let document = world.get("/api/v1/openapi.json").await.body;
    for entry in world.bank.registry().all() {
        let Some(rest) = entry.facts.rest else { continue };
        let described = document["paths"][rest.path].as_object().unwrap();
        assert!(
            described
                .values()
                .any(|operation| operation["operationId"] == entry.facts.named.name)
        );
    }
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
    let page = world.send(Request::get("/api/docs").body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, 200);
    assert!(
        page.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap()
            .contains("'sha256-")
    );
}
