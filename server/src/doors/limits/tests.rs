use super::*;
use bank_contract::{CustomerId, SessionId};
use bank_operations::{Registry, Signed};
use metrics_exporter_prometheus::PrometheusBuilder;
use uuid::Uuid;

fn limits(rates: &[(Limit, &str)]) -> Limits {
    let mut settings = DoorSettings::default();
    for (limit, rate) in rates {
        settings.rates.0[*limit as usize] = rate.parse().unwrap();
    }
    Limits::new(&settings)
}

fn client(text: &str) -> Client {
    Client::at(text.parse().unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_next_request_is_refused_with_the_seconds_after_which_it_is_let_in() {
    let limits = limits(&[(Limit::Requests, "2 + 40/min")]);
    let (anna, ben) = (client("192.0.2.1"), client("192.0.2.2"));
    assert_eq!(limits.request(anna), Ok(()));
    assert_eq!(limits.request(anna), Ok(()));
    let refused = limits.request(anna).unwrap_err();
    assert_eq!(
        refused,
        BankError::SlowDown { retry_after_s: 2 },
        "1.5 seconds, and never too early"
    );
    assert_eq!(limits.request(ben), Ok(()));
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(limits.request(anna), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_network_that_changes_its_address_for_every_request_is_one_client() {
    let limits = limits(&[(Limit::Requests, "3 + 1/min")]);
    let let_in = (0..10).filter(|last| limits.request(client(&format!("2001:db8::{last}"))).is_ok());
    assert_eq!(let_in.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_clients_are_forgotten_when_they_are_as_good_as_new() {
    let limits = limits(&[(Limit::Requests, "5 + 60/min")]);
    for number in 0..10_000_u32 {
        let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + number);
        assert_eq!(limits.request(Client::at(address.into())), Ok(()));
    }
    assert_eq!(limits.requests.len(), 10_000);
    tokio::time::advance(Duration::from_mins(2)).await;
    // The sweep is made by whoever comes next, who is then the only one.
    assert_eq!(limits.request(client("192.0.2.1")), Ok(()));
    assert_eq!(limits.requests.len(), 1);
}

#[test]
fn as_many_are_at_work_as_may_be_and_a_refusal_leaves_nothing_behind() {
    let settings = DoorSettings {
        at_once_per_client_max: 2,
        ..DoorSettings::default()
    };
    let limits = Limits::new(&settings);
    let anna = client("192.0.2.1");
    let (first, _second) = (limits.place(anna).unwrap(), limits.place(anna).unwrap());
    assert_eq!(limits.place(anna).err(), Some(BankError::SlowDown { retry_after_s: 1 }));
    assert!(limits.place(client("192.0.2.2")).is_ok());
    drop(first);
    assert!(limits.place(anna).is_ok());
}

#[test]
fn every_way_in_is_counted_and_what_a_customer_does_with_a_session_is_not() {
    let registry = Registry::complete();
    for entry in registry.all() {
        let facts = &entry.facts;
        let name = facts.named.name;
        let expected = match name {
            "identity.start-adding-passkey" => true,
            "identity.who-am-i" | "identity.demo-people" | "identity.sign-out" | "transfers.submit" => false,
            _ if facts.access == Access::Public && facts.effect == Effect::Changes => true,
            _ => continue,
        };
        assert_eq!(is_way_in(facts), expected, "{name}");
    }
    for name in [
        "identity.start-sign-in",
        "identity.finish-sign-in",
        "identity.start-sign-up",
        "identity.sign-in-demo",
    ] {
        assert!(is_way_in(&registry.get(name).unwrap().facts), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn strangers_may_begin_so_many_ways_in_and_still_read() {
    let limits = limits(&[(Limit::WaysIn, "2 + 1/min")]);
    let registry = Registry::complete();
    let ask = |name: &str| {
        let facts = registry.get(name).unwrap().facts;
        limits.operation(&facts, &Caller::Stranger, client("192.0.2.1"))
    };
    assert_eq!(ask("identity.start-sign-in"), Ok(()));
    assert_eq!(ask("identity.finish-sign-in"), Ok(()));
    assert_eq!(
        ask("identity.start-sign-up"),
        Err(BankError::SlowDown { retry_after_s: 60 })
    );
    assert_eq!(ask("identity.who-am-i"), Ok(()));
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!(ask("identity.sign-in-demo"), Ok(()));
}

fn customer(number: u128) -> Caller {
    Caller::Customer(Signed {
        user: UserId(Uuid::from_u128(number)),
        customer: CustomerId(Uuid::from_u128(number)),
        session: SessionId(Uuid::from_u128(number)),
    })
}

#[tokio::test(start_paused = true)]
async fn a_customer_checks_so_many_payees_from_wherever_they_come_and_can_still_read() {
    let limits = limits(&[(Limit::PayeeChecks, "3 + 1/min")]);
    let registry = Registry::complete();
    let ask = |number, name: &str, address: &str| {
        let facts = registry.get(name).unwrap().facts;
        limits.operation(&facts, &customer(number), client(address))
    };
    assert_eq!(ask(1, "transfers.check-payee", "192.0.2.1"), Ok(()));
    assert_eq!(ask(1, "transfers.check-payee", "192.0.2.2"), Ok(()));
    assert_eq!(
        ask(1, "transfers.submit", "192.0.2.3"),
        Ok(()),
        "what is submitted is shown with its payee"
    );
    for name in ["transfers.check-payee", "transfers.submit", "payees.trust"] {
        assert_eq!(
            ask(1, name, "192.0.2.4"),
            Err(BankError::SlowDown { retry_after_s: 60 })
        );
    }
    for name in [
        "accounts.list",
        "transfers.move",
        "pending.confirm",
        "identity.sign-out",
    ] {
        assert_eq!(ask(1, name, "192.0.2.4"), Ok(()), "{name}");
    }
    assert_eq!(
        ask(2, "transfers.check-payee", "192.0.2.4"),
        Ok(()),
        "others are not touched"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_said_to_the_assistant_is_counted_and_what_it_asks_for_counts_as_its_customers() {
    let limits = limits(&[(Limit::Turns, "2 + 1/min"), (Limit::PayeeChecks, "2 + 1/min")]);
    let registry = Registry::complete();
    let facts = |name: &str| registry.get(name).unwrap().facts;
    let says = |number, address: &str| limits.operation(&facts("assistant.say"), &customer(number), client(address));
    let later = Err(BankError::SlowDown { retry_after_s: 60 });
    assert_eq!(says(1, "192.0.2.1"), Ok(()));
    assert_eq!(says(1, "192.0.2.2"), Ok(()));
    assert_eq!(says(1, "192.0.2.3"), later);
    assert_eq!(says(2, "192.0.2.3"), Ok(()), "others are not touched");
    let asks = |name: &str| limits.pass(&facts(name), &customer(1));
    assert_eq!(asks("transfers.check-payee"), Ok(()));
    let typed = facts("transfers.check-payee");
    assert_eq!(limits.operation(&typed, &customer(1), client("192.0.2.1")), Ok(()));
    assert_eq!(asks("transfers.submit"), later, "both ways lead to the same names");
    assert_eq!(asks("accounts.list"), Ok(()));
}

#[test]
fn refusals_are_counted_by_their_limit_and_never_by_who_was_refused() {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let limits = limits(&[(Limit::Requests, "1 + 1/min")]);
        for _ in 0..3 {
            let _ = limits.request(client("192.0.2.1"));
        }
    });
    let figures = recorder.handle().render();
    assert!(
        figures.contains("larch_refused_total{limit=\"requests\"} 2"),
        "{figures}"
    );
    assert!(!figures.contains("192.0.2"), "{figures}");
}
