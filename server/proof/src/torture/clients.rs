//! The clients: each has one connection, writes down what it is about to ask, asks, and writes down the answer.

use super::journal::{Event, Order};
use super::traffic::{Placed, Traffic};
use crate::client::{Answer, Connection, TRANSFERS, transfer};
use crate::error::ProofResult;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Between two tries to reach a bank that does not answer.
const PAUSE: Duration = Duration::from_millis(25);

/// What an answer means, or its absence.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done(Uuid),
    /// Nothing moved, and nothing ever will for this key's request.
    Refused(String),
    /// This request moved nothing; an earlier one with its key may have.
    Busy,
    Unsure(String),
}

/// Reads an answer as the bank's documentation says it is meant.
fn judge(answer: &Answer) -> Outcome {
    let json = answer.json();
    let code = json["code"].as_str().unwrap_or("").to_owned();
    match (answer.status, code.as_str()) {
        (201, _) => {
            let entry = json["entry"].as_str().and_then(|entry| entry.parse().ok());
            entry.map_or_else(
                || Outcome::Unsure("an answer without an entry".to_owned()),
                Outcome::Done,
            )
        }
        (503, "busy") | (429, _) => Outcome::Busy,
        (409, "still_running") => Outcome::Unsure(code),
        (202, _) => Outcome::Refused("waits for a yes".to_owned()),
        (400..=499, _) => Outcome::Refused(code),
        (status, _) => Outcome::Unsure(format!("{status} {code}")),
    }
}

#[derive(Debug)]
struct Client {
    traffic: Arc<Traffic>,
    connection: Option<Connection>,
    cut: watch::Receiver<u64>,
    chance: ChaCha8Rng,
}

/// Clients that go on until the traffic ends.
pub(crate) fn spawn(tasks: &mut JoinSet<ProofResult<()>>, traffic: &Arc<Traffic>, count: u64, seed: u64) {
    for number in 0..count {
        let mut client = Client::new(traffic, seed << 16 | number);
        tasks.spawn(async move {
            while client.traffic.is_running() {
                client.serve_one().await?;
            }
            Ok(())
        });
    }
}

/// So many clients at once with a few orders each, beside those that are there anyway.
pub(crate) async fn flood(traffic: &Arc<Traffic>, count: u64, orders: u32, seed: u64) -> ProofResult<()> {
    let mut tasks: JoinSet<ProofResult<()>> = JoinSet::new();
    for number in 0..count {
        let mut client = Client::new(traffic, seed << 16 | number);
        tasks.spawn(async move {
            for _ in 0..orders {
                client.serve_one().await?;
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

impl Client {
    fn new(traffic: &Arc<Traffic>, seed: u64) -> Self {
        Self {
            connection: None,
            cut: traffic.cut.subscribe(),
            chance: ChaCha8Rng::seed_from_u64(seed),
            traffic: traffic.clone(),
        }
    }

    /// One order from its beginning to its end, or a pause when the bank cannot be reached.
    async fn serve_one(&mut self) -> ProofResult<()> {
        if !self.connect().await {
            tokio::time::sleep(PAUSE).await;
            return Ok(());
        }
        let placed = self.traffic.place(&mut self.chance);
        let ask_again = self.chance.random();
        let traffic = self.traffic.clone();
        traffic.journal.write(&placed.order, &Event::Invoke).await?;
        match self.attempt(&placed).await {
            Outcome::Unsure(cause) => {
                traffic.journal.write(&placed.order, &Event::Unknown(cause)).await?;
                if ask_again { self.settle(&placed).await } else { Ok(()) }
            }
            Outcome::Busy => {
                traffic.counts.busy.fetch_add(1, Ordering::Relaxed);
                traffic
                    .journal
                    .write(&placed.order, &Event::Fail("busy".to_owned()))
                    .await
            }
            Outcome::Done(entry) => traffic.journal.write(&placed.order, &Event::Ok(entry)).await,
            Outcome::Refused(code) => traffic.journal.write(&placed.order, &Event::Fail(code)).await,
        }
    }

    /// Asks with the same key until there is an answer that says what became of it.
    async fn settle(&mut self, placed: &Placed) -> ProofResult<()> {
        let traffic = self.traffic.clone();
        while traffic.may_ask_again() {
            tokio::time::sleep(PAUSE).await;
            if !self.connect().await {
                continue;
            }
            match self.attempt(placed).await {
                Outcome::Done(entry) => return traffic.journal.write(&placed.order, &Event::Ok(entry)).await,
                Outcome::Refused(code) => return traffic.journal.write(&placed.order, &Event::Fail(code)).await,
                Outcome::Busy | Outcome::Unsure(_) => {}
            }
        }
        traffic.counts.unsettled.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn connect(&mut self) -> bool {
        if self.connection.as_ref().is_none_or(Connection::is_closed) {
            self.connection = Connection::open(self.traffic.address).await.ok();
        }
        self.connection.is_some()
    }

    /// Sends the request once. The connection is kept only when a whole answer came over it.
    async fn attempt(&mut self, placed: &Placed) -> Outcome {
        let Some(mut connection) = self.connection.take() else {
            return Outcome::Unsure("no connection".to_owned());
        };
        self.cut.mark_unchanged();
        let bearer = &self.traffic.people.holders[placed.holder].bearer;
        let request = transfer(bearer, placed.order.key, placed.body.clone());
        let answer = tokio::select! {
            answer = connection.send(request) => answer,
            _ = self.cut.changed() => return Outcome::Unsure("cut".to_owned()),
        };
        match answer {
            Ok(answer) => {
                self.connection = Some(connection);
                if answer.replayed && answer.status == 201 {
                    self.traffic.counts.replayed.fetch_add(1, Ordering::Relaxed);
                }
                judge(&answer)
            }
            Err(error) => Outcome::Unsure(error.to_string()),
        }
    }
}

/// Sends a request up to its middle and hangs up: that cannot have moved anything.
pub(crate) async fn half_request(traffic: &Traffic, chance: &mut ChaCha8Rng) -> ProofResult<()> {
    let Ok(mut stream) = TcpStream::connect(traffic.address).await else {
        return Ok(());
    };
    let placed = traffic.place(chance);
    traffic.journal.write(&placed.order, &Event::Invoke).await?;
    let text = as_text(traffic, &placed, &placed.order);
    let _ = stream
        .write_all(&text.as_bytes()[..text.len() - placed.body.len() / 2])
        .await;
    drop(stream);
    traffic
        .journal
        .write(&placed.order, &Event::Fail("cut in its middle".to_owned()))
        .await
}

fn as_text(traffic: &Traffic, placed: &Placed, order: &Order) -> String {
    let bearer = traffic.people.holders[placed.holder]
        .bearer
        .to_str()
        .unwrap_or_default();
    format!(
        "POST {TRANSFERS} HTTP/1.1\r\nhost: {}\r\nauthorization: {bearer}\r\nidempotency-key: {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        traffic.address,
        order.key,
        placed.body.len(),
        placed.body
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::body::Bytes;

    fn answer(status: u16, body: &'static str) -> Answer {
        Answer {
            status,
            replayed: false,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn answers_mean_what_the_bank_says_they_mean() {
        let entry = "00000000-0000-0000-0000-000000000007";
        let done = answer(201, r#"{"entry":"00000000-0000-0000-0000-000000000007"}"#);
        assert_eq!(judge(&done), Outcome::Done(entry.parse().unwrap()));
        assert!(matches!(judge(&answer(201, "{}")), Outcome::Unsure(_)));
        assert_eq!(judge(&answer(503, r#"{"code":"busy"}"#)), Outcome::Busy);
        assert!(matches!(
            judge(&answer(503, r#"{"code":"unreachable"}"#)),
            Outcome::Unsure(_)
        ));
        assert!(matches!(
            judge(&answer(504, r#"{"code":"unsettled"}"#)),
            Outcome::Unsure(_)
        ));
        assert!(matches!(judge(&answer(500, "")), Outcome::Unsure(_)));
        assert!(matches!(
            judge(&answer(409, r#"{"code":"still_running"}"#)),
            Outcome::Unsure(_)
        ));
        let poor = answer(422, r#"{"code":"insufficient_funds"}"#);
        assert_eq!(judge(&poor), Outcome::Refused("insufficient_funds".to_owned()));
    }
}
