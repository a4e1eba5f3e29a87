//! The log's second way out: each line as JSON to a collector on this machine, which keeps it where the server cannot
//! change it. Logging never waits for the collector: what does not fit into the queue is left out, and counted.

use metrics::counter;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait for the collector: some megabytes.
const QUEUE: usize = 10_000;
/// How long one line may take to be handed over, and a connection to be made.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the process waits for the collector when it ends.
const AT_THE_END: Duration = Duration::from_secs(2);
/// Between two tries to reach the collector.
const PAUSE: Duration = Duration::from_secs(1);

/// Where the lines go. On this machine only: what leaves it, leaves it by the collector, which has keys of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Collector {
    Socket(PathBuf),
    Loopback(SocketAddr),
}

/// Why lines cannot be sent there.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("BANK_LOG_SEND must be unix:/path/of/a/socket, or tcp://127.0.0.1:port of this machine")]
pub(crate) struct NotACollector;

impl FromStr for Collector {
    type Err = NotACollector;

    fn from_str(text: &str) -> Result<Self, NotACollector> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return if path.is_absolute() {
                Ok(Self::Socket(path))
            } else {
                Err(NotACollector)
            };
        }
        let address = text.strip_prefix("tcp://").ok_or(NotACollector)?;
        let address: SocketAddr = address.parse().map_err(|_| NotACollector)?;
        if address.ip().is_loopback() && address.port() != 0 {
            Ok(Self::Loopback(address))
        } else {
            Err(NotACollector)
        }
    }
}

impl Collector {
    fn connect(&self) -> io::Result<Connection> {
        Ok(match self {
            Self::Socket(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_write_timeout(Some(PATIENCE))?;
                Connection::Socket(stream)
            }
            Self::Loopback(address) => {
                let stream = TcpStream::connect_timeout(address, PATIENCE)?;
                stream.set_write_timeout(Some(PATIENCE))?;
                Connection::Loopback(stream)
            }
        })
    }
}

enum Connection {
    Socket(UnixStream),
    Loopback(TcpStream),
}

impl Connection {
    /// Sends one line.
    ///
    /// # Errors
    /// When it was not taken whole. TCP takes a line for a collector that has gone already, and loses it: so it is asked first.
    fn send(&mut self, line: &[u8]) -> io::Result<()> {
        match self {
            Self::Socket(stream) => stream.write_all(line),
            Self::Loopback(stream) => {
                stream.set_nonblocking(true)?;
                let heard = stream.peek(&mut [0]);
                stream.set_nonblocking(false)?;
                match heard {
                    Ok(0) => Err(io::ErrorKind::ConnectionReset.into()),
                    Err(error) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
                    _ => stream.write_all(line),
                }
            }
        }
    }
}

/// Takes the log's lines, each whole, and hands them to a thread of its own.
#[derive(Clone)]
pub(super) struct Shipper {
    lines: SyncSender<Vec<u8>>,
    /// Lines that the collector has not got yet.
    waiting: Arc<AtomicUsize>,
}

impl Shipper {
    /// Starts the thread. It ends with the process: see [`Self::finish`].
    ///
    /// # Errors
    /// When the machine has no thread for it.
    pub(super) fn start(collector: Collector) -> io::Result<Self> {
        let (lines, queue) = sync_channel(QUEUE);
        let waiting = Arc::new(AtomicUsize::new(0));
        std::thread::Builder::new().name("log-sender".to_owned()).spawn({
            let waiting = waiting.clone();
            move || ship(&collector, &queue, &waiting)
        })?;
        Ok(Self { lines, waiting })
    }

    /// Waits at the end of the process until the collector has everything, but not for long.
    pub(super) fn finish(&self) {
        let begun = Instant::now();
        while self.waiting.load(Ordering::Acquire) > 0 && begun.elapsed() < AT_THE_END {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Sends line by line, in their order. A line that was not taken whole is sent again over the next connection.
fn ship(collector: &Collector, queue: &Receiver<Vec<u8>>, waiting: &AtomicUsize) {
    let mut open: Option<Connection> = None;
    while let Ok(line) = queue.recv() {
        loop {
            let sent = match open.as_mut() {
                Some(stream) => stream.send(&line),
                None => collector.connect().and_then(|mut stream| {
                    let sent = stream.send(&line);
                    open = Some(stream);
                    sent
                }),
            };
            if sent.is_ok() {
                waiting.fetch_sub(1, Ordering::Release);
                break;
            }
            // Not said in the log, which would only fill the queue with it.
            counter!("larch_log_send_failures_total").increment(1);
            open = None;
            std::thread::sleep(PAUSE);
        }
    }
}

impl MakeWriter<'_> for Shipper {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Write for Shipper {
    /// Takes an event whole, as the log hands it over.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        if self.lines.try_send(event.to_vec()).is_err() {
            self.waiting.fetch_sub(1, Ordering::Release);
            counter!("larch_log_lines_unsent_total").increment(1);
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead as _, BufReader};
    use std::os::unix::net::UnixListener;
    use tracing_subscriber::EnvFilter;

    /// A socket of this test's own, where nobody listens yet.
    fn socket(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("larch-{name}-{}.sock", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    fn lines_from(listener: &UnixListener, count: usize) -> Vec<serde_json::Value> {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let lines = BufReader::new(stream).lines().take(count);
        lines
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn lines_are_sent_to_a_collector_on_this_machine_and_nowhere_else() {
        for (text, expected) in [
            (
                "unix:/run/collector.sock",
                Some(Collector::Socket("/run/collector.sock".into())),
            ),
            (
                "tcp://127.0.0.1:5140",
                Some(Collector::Loopback("127.0.0.1:5140".parse().unwrap())),
            ),
            (
                "tcp://[::1]:5140",
                Some(Collector::Loopback("[::1]:5140".parse().unwrap())),
            ),
            ("tcp://192.0.2.1:5140", None),
            ("tcp://0.0.0.0:5140", None),
            ("tcp://127.0.0.1:0", None),
            ("tcp://localhost:5140", None),
            ("udp://127.0.0.1:5140", None),
            ("unix:collector.sock", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }

    #[test]
    fn the_log_reaches_the_collector_as_json_also_when_it_comes_late() {
        let path = socket("late");
        let shipper = Shipper::start(Collector::Socket(path.clone())).unwrap();
        let log = super::super::log(false, EnvFilter::new("info"), io::sink, Some(shipper));
        let _guard = tracing::subscriber::set_default(log);
        tracing::error!(reference = "L1-1", "the first\nline");
        tracing::debug!("nobody asked for this one");
        let listener = UnixListener::bind(&path).unwrap();
        tracing::info!(target: "larch::security", event = "refused", "an attempt was refused");
        let lines = lines_from(&listener, 2);
        assert_eq!(lines[0]["fields"]["message"], "the first\nline");
        assert_eq!(lines[0]["fields"]["reference"], "L1-1");
        assert_eq!(lines[1]["target"], "larch::security");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_collector_that_starts_again_gets_the_next_line_and_the_last_one_is_waited_for() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let collector = Collector::Loopback(listener.local_addr().unwrap());
        let mut shipper = Shipper::start(collector).unwrap();
        let mut next = |line: &str| {
            shipper.write_all(format!("{line}\n").as_bytes()).unwrap();
            let (stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            let mut heard = String::new();
            BufReader::new(stream).read_line(&mut heard).unwrap();
            assert_eq!(heard.trim_end(), line);
            // The collector goes away here, while nothing is said.
        };
        for line in ["one", "two", "three"] {
            next(line);
        }
        shipper.finish();
        assert_eq!(shipper.waiting.load(Ordering::Acquire), 0);
    }

    #[test]
    fn logging_never_waits_for_a_collector_that_does_not_answer() {
        let mut shipper = Shipper::start(Collector::Socket(socket("absent"))).unwrap();
        let begun = Instant::now();
        for _ in 0..3 * QUEUE {
            assert_eq!(shipper.write(b"{}\n").unwrap(), 3);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}
