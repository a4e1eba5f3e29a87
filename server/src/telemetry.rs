//! The log, and the few lines that are said to whoever started the server.

mod shipping;

use bank_operations::hallway::security;
use metrics::counter;
use shipping::{Collector, NotACollector, Shipper};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

/// Security events that are logged in a second. Whoever attacks must not fill the disk as well.
const EVENTS_A_SECOND: u32 = 200;

/// `BANK_LOG` chooses what is logged (`info`, `bank_operations=debug`, …), `BANK_LOG_FORMAT=json` how.
/// `BANK_LOG_SEND` names a collector on this machine that gets it as well, always as JSON.
///
/// # Errors
/// For a collector that lines cannot be sent to.
pub(crate) fn start() -> Result<Log, String> {
    let filter = EnvFilter::try_from_env("BANK_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let json = std::env::var("BANK_LOG_FORMAT").is_ok_and(|format| format == "json");
    let shipper = match std::env::var("BANK_LOG_SEND") {
        Ok(collector) if !collector.is_empty() => {
            let collector: Collector = collector.parse().map_err(|error: NotACollector| error.to_string())?;
            Some(Shipper::start(collector).map_err(|error| format!("the log cannot be sent: {error}"))?)
        }
        _ => None,
    };
    // A second start in one process keeps the first log.
    let _ = log(json, filter, io::stderr, shipper.clone()).try_init();
    Ok(Log(shipper))
}

/// The log of this process.
pub(crate) struct Log(Option<Shipper>);

impl Log {
    /// At the end of the process: the last lines go out, too.
    pub(crate) fn finish(self) {
        if let Some(shipper) = self.0 {
            shipper.finish();
        }
    }
}

/// The log: one line for each event, with the time in UTC.
fn log<W>(json: bool, filter: EnvFilter, writer: W, shipper: Option<Shipper>) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    if json {
        // JSON escapes by itself whatever could end a line.
        let log = log.json().with_writer(writer).finish();
        let sent = |shipper| tracing_subscriber::fmt::layer().json().with_writer(shipper);
        Box::new(log.with(shipper.map(sent)).with(Calm::default()))
    } else {
        let log = log.with_target(false).with_writer(OneLine(writer));
        let sent = |shipper| tracing_subscriber::fmt::layer().json().with_writer(shipper);
        Box::new(log.finish().with(shipper.map(sent)).with(Calm::default()))
    }
}

/// Keeps an event on its line: what could end it, hide in it or move the cursor is written out.
struct OneLine<W>(W);

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for OneLine<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        Line(self.0.make_writer())
    }
}

struct Line<W>(W);

impl<W: Write> Write for Line<W> {
    /// Takes an event whole, as the log hands it over.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let (line, end) = text.strip_suffix('\n').map_or((&*text, ""), |line| (line, "\n"));
        let mut out = String::with_capacity(text.len());
        for c in line.chars() {
            if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                out.extend(c.escape_unicode());
            } else {
                out.push(c);
            }
        }
        out.push_str(end);
        self.0.write_all(out.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Leaves security events out when there are too many in a second, and counts what was left out.
#[derive(Default)]
struct Calm(Mutex<Option<(Instant, u32)>>);

impl Calm {
    fn lets(&self, now: Instant) -> bool {
        let mut second = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = second.filter(|(begun, _)| now.saturating_duration_since(*begun) < Duration::from_secs(1));
        let (begun, count) = begun.unwrap_or((now, 0));
        *second = Some((begun, count.saturating_add(1)));
        count < EVENTS_A_SECOND
    }
}

/// A library of the agents' door writes out what it is sent and answers. That is customers' business: it is not
/// listened to, whatever `BANK_LOG` says. What there is to know of the door is told by the bank itself.
fn writes_out_what_it_reads(target: &str) -> bool {
    target == "rmcp" || target.starts_with("rmcp::")
}

impl<S: Subscriber> Layer<S> for Calm {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        !writes_out_what_it_reads(metadata.target())
    }

    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        if event.metadata().target() != security::TARGET || self.lets(Instant::now()) {
            return true;
        }
        counter!("larch_security_events_dropped_total").increment(1);
        false
    }
}

/// A line for a person, on standard output.
pub(crate) fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody may be reading any more; that is no reason to stop.
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::Arc;
    use tracing::subscriber::DefaultGuard;

    /// What is logged on this thread while it is kept.
    pub(crate) struct Captured {
        written: Arc<Mutex<Vec<u8>>>,
        _guard: DefaultGuard,
    }

    #[derive(Clone)]
    struct Pen(Arc<Mutex<Vec<u8>>>);

    impl Write for Pen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Captured {
        pub(crate) fn begin(json: bool) -> Self {
            Self::with(json, "info,sqlx=warn")
        }

        pub(crate) fn with(json: bool, filter: &str) -> Self {
            let written = Arc::new(Mutex::new(Vec::new()));
            let pen = Pen(written.clone());
            let log = log(json, EnvFilter::new(filter), move || pen.clone(), None);
            Self {
                written,
                _guard: tracing::subscriber::set_default(log),
            }
        }

        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.written.lock().unwrap().clone()).unwrap()
        }

        /// The fields of all security events, oldest first.
        pub(crate) fn security(&self) -> Vec<serde_json::Value> {
            let text = self.text();
            let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
            lines
                .filter(|line: &serde_json::Value| line["target"] == security::TARGET)
                .collect()
        }
    }

    #[test]
    fn whatever_is_logged_stays_on_its_own_line() {
        let evil = "x\n2026-11-23T11:00:00Z  INFO all is well\r\u{1b}[2J\u{202e}\u{2028}\u{85}";
        let captured = Captured::begin(false);
        tracing::error!(reference = evil, error = %evil, "{evil}");
        let text = captured.text();
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        let line = text.trim_end_matches('\n');
        assert!(
            !line
                .chars()
                .any(|c| c.is_control() || c == '\u{202e}' || c == '\u{2028}'),
            "{line}"
        );
        assert!(line.contains("ERROR") && line.contains("\\u{a}"), "{line}");
        drop(captured);
        let captured = Captured::begin(true);
        tracing::error!(reference = evil, error = %evil, "{evil}");
        let text = captured.text();
        assert_eq!(text.lines().count(), 1, "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["fields"]["reference"], evil);
    }

    #[test]
    fn what_a_library_writes_out_of_the_agents_messages_is_never_logged() {
        let captured = Captured::with(true, "trace,rmcp=trace");
        let span = tracing::info_span!(target: "rmcp::service", "serve", message = "DE00 private");
        let _inside = span.enter();
        tracing::error!(target: "rmcp::service", "DE00 private");
        tracing::info!(target: "rmcp", "DE00 private");
        tracing::info!("heard");
        let text = captured.text();
        assert!(text.contains("heard") && !text.contains("private"), "{text}");
    }

    #[test]
    fn every_line_says_when_in_utc_how_grave_and_from_where() {
        let captured = Captured::begin(true);
        security::turned_away("gate", "", "too_large", None);
        let line = &captured.security()[0];
        let at = line["timestamp"].as_str().unwrap();
        assert!(
            at.ends_with('Z') && at.parse::<chrono::DateTime<chrono::Utc>>().is_ok(),
            "{at}"
        );
        assert_eq!(
            (&line["level"], &line["fields"]["door"]),
            (&"INFO".into(), &"gate".into())
        );
        assert_eq!(line["fields"]["code"], "too_large");
        drop(captured);
        let captured = Captured::begin(false);
        security::turned_away("gate", "", "too_large", None);
        let text = captured.text();
        let (at, _) = text.split_once(' ').unwrap();
        assert!(
            at.ends_with('Z') && at.parse::<chrono::DateTime<chrono::Utc>>().is_ok(),
            "{text}"
        );
    }

    #[test]
    fn a_flood_of_events_fills_no_disk_and_hides_no_error() {
        let calm = Calm::default();
        let now = Instant::now();
        let most = EVENTS_A_SECOND as usize;
        assert_eq!((0..1_000).filter(|_| calm.lets(now)).count(), most);
        assert!(!calm.lets(now + Duration::from_millis(999)));
        assert!(calm.lets(now + Duration::from_secs(1)));
        let captured = Captured::begin(true);
        for _ in 0..3 * most {
            security::turned_away("gate", "", "too_large", None);
        }
        tracing::error!("the database refused");
        assert!(captured.security().len() < 3 * most);
        assert!(captured.text().contains("the database refused"));
    }
}
