//! The journal of the clients: what was asked and what was answered, on disk before it counts, and kept where
//! the bank cannot reach it. Only such a journal can show that an acknowledged transfer is gone: what is left
//! in the bank's own books balances without it.
//!
//! One line per event, its fields parted by tabs: event, key, reference, from, to, cents, detail. Accounts are
//! the numbers of ledger accounts. The detail is the entry of an `ok`, the code of a `fail`, the cause of an
//! `unknown`.

use crate::error::{ProofError, ProofResult};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// A transfer that a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) key: Uuid,
    /// Unique among all orders: it stands in the journal entry, whoever answers what.
    pub(crate) reference: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) cents: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Is about to be sent.
    Invoke,
    /// Was acknowledged, as this entry.
    Ok(Uuid),
    /// Was refused: nothing moved.
    Fail(String),
    /// Nobody said what became of it.
    Unknown(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) order: Order,
    pub(crate) event: Event,
}

impl Line {
    fn write(order: &Order, event: &Event) -> String {
        let (name, detail) = match event {
            Event::Invoke => ("invoke", String::new()),
            Event::Ok(entry) => ("ok", entry.to_string()),
            Event::Fail(code) => ("fail", one_line(code)),
            Event::Unknown(cause) => ("unknown", one_line(cause)),
        };
        let Order {
            key,
            reference,
            from,
            to,
            cents,
        } = order;
        format!("{name}\t{key}\t{reference}\t{from}\t{to}\t{cents}\t{detail}\n")
    }

    /// None when it is not a line of ours.
    fn read(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, key, reference, from, to, cents, detail] = fields[..] else {
            return None;
        };
        let event = match name {
            "invoke" => Event::Invoke,
            "ok" => Event::Ok(detail.parse().ok()?),
            "fail" => Event::Fail(detail.to_owned()),
            "unknown" => Event::Unknown(detail.to_owned()),
            _ => return None,
        };
        let order = Order {
            key: key.parse().ok()?,
            reference: reference.to_owned(),
            from: from.parse().ok()?,
            to: to.parse().ok()?,
            cents: cents.parse().ok()?,
        };
        Some(Self { order, event })
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

/// Reads a journal from disk.
///
/// # Errors
/// When it cannot be read, or has a line that is none.
pub(crate) fn read(path: &Path) -> ProofResult<Vec<Line>> {
    let text = std::fs::read_to_string(path).map_err(ProofError::system("the journal cannot be read"))?;
    let line =
        |line: &str| Line::read(line).ok_or_else(|| ProofError::Other(format!("not a line of the journal: {line}")));
    text.lines().map(line).collect()
}

type Written = (String, oneshot::Sender<()>);

/// Writes lines, and says of each when it is on disk. Lines that come together are synced together.
#[derive(Debug)]
pub(crate) struct Journal {
    queue: mpsc::UnboundedSender<Written>,
}

impl Journal {
    pub(crate) fn create(path: &Path) -> ProofResult<Self> {
        let file = File::create_new(path).map_err(ProofError::system("the journal cannot be made"))?;
        // Everybody who writes waits, so the queue is never longer than there are clients.
        let (queue, lines) = mpsc::unbounded_channel();
        std::thread::spawn(move || keep(file, lines));
        Ok(Self { queue })
    }

    /// Returns when the line is on disk.
    ///
    /// # Errors
    /// When the disk does not take it: nothing that happens afterwards would count.
    pub(crate) async fn write(&self, order: &Order, event: &Event) -> ProofResult<()> {
        let (done, wait) = oneshot::channel();
        let lost = || ProofError::Other("the journal could not be written".to_owned());
        self.queue.send((Line::write(order, event), done)).map_err(|_| lost())?;
        wait.await.map_err(|_| lost())
    }
}

/// Ends with the last writer, or with the first error, which all who wait then see.
fn keep(mut file: File, mut lines: mpsc::UnboundedReceiver<Written>) {
    while let Some((mut text, first)) = lines.blocking_recv() {
        let mut waiting = vec![first];
        while let Ok((more, done)) = lines.try_recv() {
            text.push_str(&more);
            waiting.push(done);
        }
        if file.write_all(text.as_bytes()).and_then(|()| file.sync_data()).is_err() {
            return;
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    fn order(number: u128) -> Order {
        Order {
            key: Uuid::from_u128(number),
            reference: format!("t-{number}"),
            from: 5,
            to: 6,
            cents: 120,
        }
    }

    #[tokio::test]
    async fn what_was_written_is_read_back() {
        let folder = Folder::new("journal").unwrap();
        let path = folder.path().join("journal.tsv");
        let journal = Journal::create(&path).unwrap();
        let events = [
            Event::Invoke,
            Event::Unknown("cut\tin\nthe middle".to_owned()),
            Event::Ok(Uuid::from_u128(9)),
            Event::Fail("busy".to_owned()),
        ];
        for event in &events {
            journal.write(&order(1), event).await.unwrap();
        }
        let lines = read(&path).unwrap();
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.order == order(1)));
        assert_eq!(lines[2].event, events[2]);
        assert_eq!(lines[1].event, Event::Unknown("cut in the middle".to_owned()));
    }

    #[test]
    fn what_is_no_line_is_not_read_as_one() {
        assert_eq!(Line::read("ok\tnot a key"), None);
        let torn = &Line::write(&order(1), &Event::Ok(Uuid::from_u128(9)))[..60];
        assert_eq!(Line::read(torn), None);
    }
}
