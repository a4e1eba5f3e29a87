//! What was measured, as a table for people, as lines for programs, and as a section of the documentation.

use super::Sizes;
use super::feed::Feed;
use super::load::Latencies;
use super::variants::{FEW, MANY, Sample, Shape, Variant};
use crate::error::{ProofError, ProofResult};
use crate::say::{note, say};
use crate::stats::{Rate, median};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

const DOCUMENT: &str = "docs/PERFORMANCE.md";
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

#[derive(Debug)]
pub(crate) struct Report {
    sizes: Sizes,
    about: String,
    samples: Vec<(Variant, Sample)>,
    pub(crate) latency: Option<Latencies>,
    pub(crate) feed: Option<Feed>,
    pub(crate) took: Duration,
}

impl Report {
    pub(crate) fn new(sizes: Sizes, about: String) -> Self {
        Self {
            sizes,
            about,
            samples: Vec::new(),
            latency: None,
            feed: None,
            took: Duration::ZERO,
        }
    }

    pub(crate) fn add(&mut self, variant: Variant, sample: Sample) {
        self.samples.push((variant, sample));
    }

    fn samples_of(&self, variant: Variant) -> impl Iterator<Item = &Sample> {
        self.samples
            .iter()
            .filter(move |(of, _)| *of == variant)
            .map(|(_, sample)| sample)
    }

    fn median(&self, variant: Variant, of: fn(&Sample) -> Rate) -> Rate {
        median(self.samples_of(variant).map(of))
    }

    fn per_second(&self, variant: Variant) -> Rate {
        self.median(variant, Sample::per_second)
    }

    /// The faster of the two numbers of connections.
    fn best(&self, shape: Shape) -> Variant {
        let (few, many) = (Variant::Http(shape, FEW), Variant::Http(shape, MANY));
        if self.per_second(few) > self.per_second(many) {
            few
        } else {
            many
        }
    }

    /// The highest rate over HTTP, everybody paying everybody.
    ///
    /// # Errors
    /// [`ProofError::NoRate`] when it is zero.
    pub(crate) fn peak(&self) -> ProofResult<Rate> {
        let rate = self.per_second(self.best(Shape::Uniform));
        if rate.is_positive() {
            return Ok(rate);
        }
        Err(ProofError::NoRate {
            what: "the rate over HTTP",
            rate,
        })
    }

    /// The table and what stands below it, in Markdown, which is readable as it is.
    fn section(&self) -> ProofResult<String> {
        let mut text = format!(
            "{}. {} rounds, {} s for each variant in each round, {} accounts, pgbench scale {}. Medians.\n\n",
            self.about,
            self.sizes.rounds,
            self.sizes.run.as_secs(),
            self.sizes.accounts,
            self.sizes.scale
        );
        text.push_str(&self.table());
        text.push('\n');
        for line in self.notes()? {
            let _ = writeln!(text, "- {line}");
        }
        Ok(text)
    }

    fn table(&self) -> String {
        let mut text = String::from(
            "| Variant                                        | per s | ÷ TPC-B | CPU µs | WAL bytes | per fsync | busy | rounds, per s |\n\
             |------------------------------------------------|------:|--------:|-------:|----------:|----------:|-----:|---------------|\n",
        );
        let tpcb = self.per_second(Variant::Tpcb);
        for variant in Variant::ALL {
            let rounds: Vec<String> = self
                .samples_of(variant)
                .map(|sample| sample.per_second().to_string())
                .collect();
            let busy: u64 = self.samples_of(variant).map(|sample| sample.busy).sum();
            let _ = writeln!(
                text,
                "| {variant:<46} | {:>5} | {:>7} | {:>6} | {:>9} | {:>9} | {busy:>4} | {} |",
                self.per_second(variant),
                self.per_second(variant).over(tpcb),
                self.median(variant, Sample::cpu_per_transfer),
                self.median(variant, Sample::wal_per_transfer),
                self.median(variant, Sample::per_fsync),
                rounds.join(", "),
            );
        }
        text
    }

    fn notes(&self) -> ProofResult<Vec<String>> {
        let mut notes = Vec::new();
        if let Some(latency) = &self.latency {
            let millis = |per_mille| Rate::millis(latency.percentile(per_mille));
            notes.push(format!(
                "Open loop at half of the peak ({} per s due, {} sent, {} busy): p50 {} ms, p99 {} ms, p99.9 {} ms from the moment each was due.",
                Rate::per_second(1, latency.gap),
                latency.transfers(),
                latency.busy,
                millis(500),
                millis(990),
                millis(999),
            ));
        }
        if let Some(feed) = self.feed {
            notes.push(format!(
                "First page of a feed, p99: {} ms; with ten times the accounts and history {} ms. Balance: {} ms and {} ms.",
                feed.page.small, feed.page.large, feed.balance.small, feed.balance.large
            ));
        }
        let ratios: Vec<String> = self
            .keys()?
            .into_iter()
            .map(|(key, value)| format!("`{key}: {value}`"))
            .collect();
        notes.push(format!("As lines: {}.", ratios.join(", ")));
        notes.push(format!("The whole run took {} s.", self.took.as_secs()));
        Ok(notes)
    }

    fn keys(&self) -> ProofResult<Vec<(&'static str, Rate)>> {
        let tpcb = self.per_second(Variant::Tpcb);
        let uniform = self.best(Shape::Uniform);
        let hot = self.per_second(self.best(Shape::Hot));
        let peak = self.peak()?;
        let many = self.per_second(Variant::Http(Shape::Uniform, MANY));
        let cpu = |variant| self.median(variant, Sample::cpu_per_transfer);
        let mut keys = vec![
            ("http_uniform_over_tpcb", peak.over(tpcb)),
            ("http_hot_over_uniform", hot.over(peak)),
            ("durable_over_async", many.over(self.per_second(Variant::HttpAsync))),
            ("pg_cpu_over_tpcb", cpu(uniform).over(cpu(Variant::Tpcb))),
            ("wal_bytes_per_transfer", self.median(uniform, Sample::wal_per_transfer)),
            ("transfers_per_fsync", self.median(uniform, Sample::per_fsync)),
        ];
        if let Some(latency) = &self.latency {
            let millis = |per_mille| Rate::millis(latency.percentile(per_mille));
            keys.push(("p50_half_peak_ms", millis(500)));
            keys.push(("p99_half_peak_ms", millis(990)));
            keys.push(("p999_half_peak_ms", millis(999)));
        }
        if let Some(feed) = self.feed {
            keys.push(("feed_p99_10x_over_1x", feed.ratio()));
        }
        keys.push((
            "engine_over_tpcb",
            self.per_second(Variant::Engine(Shape::Uniform)).over(tpcb),
        ));
        keys.push(("separate_over_tpcb", self.per_second(Variant::Separate).over(tpcb)));
        keys.push(("tpcb_tps", tpcb));
        keys.push(("http_uniform_tps", peak));
        keys.push(("http_hot_tps", hot));
        Ok(keys)
    }

    pub(crate) fn print(&self) -> ProofResult<()> {
        say("");
        say(self.section()?);
        Ok(())
    }

    /// The last lines of the output: `key: value`.
    pub(crate) fn print_keys(&self) -> ProofResult<()> {
        for (key, value) in self.keys()? {
            say(format!("{key}: {value}"));
        }
        Ok(())
    }

    /// Puts the section between its marks in the documentation, and leaves the rest of the file alone.
    pub(crate) fn write_down(&self, root: &Path) -> ProofResult<()> {
        let path = root.join(DOCUMENT);
        let text = std::fs::read_to_string(&path).map_err(ProofError::system("docs/PERFORMANCE.md cannot be read"))?;
        let Some(text) = replaced(&text, &self.section()?) else {
            note(format!(
                "{DOCUMENT} has no place for what was measured; it was left alone"
            ));
            return Ok(());
        };
        std::fs::write(&path, text).map_err(ProofError::system("docs/PERFORMANCE.md cannot be written"))
    }
}

/// The text with another section between the marks. None when it does not have both, in order.
fn replaced(text: &str, section: &str) -> Option<String> {
    let begin = text.find(BEGIN)? + BEGIN.len();
    let end = begin + text.get(begin..)?.find(END)?;
    Some(format!(
        "{}\n\n{}\n{}",
        &text[..begin],
        section.trim_end(),
        text.get(end..)?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = format!("above\n{BEGIN}\nold\n{END}\nbelow\n");
        let new = replaced(&text, "new\n").unwrap();
        assert_eq!(new, format!("above\n{BEGIN}\n\nnew\n{END}\nbelow\n"));
        assert_eq!(replaced("no marks", "new"), None);
        assert_eq!(replaced(&format!("{END}{BEGIN}"), "new"), None);
    }
}
