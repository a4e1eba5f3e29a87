//! What is measured, and what one measurement is.

use crate::cluster::Usage;
use crate::stats::Rate;
use std::fmt;

/// The two numbers of connections that the bank is loaded with.
pub(crate) const FEW: usize = 64;
pub(crate) const MANY: usize = 256;

/// Whom is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Everybody pays everybody.
    Uniform,
    /// Everybody pays one merchant.
    Hot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// pgbench's own TPC-B-like script: the measure of the machine.
    Tpcb,
    /// A statement at a time, as most programs would write a transfer.
    Separate,
    /// The bank's posting function, called from one connection.
    Engine(Shape),
    /// The whole bank over HTTP, with so many connections.
    Http(Shape, usize),
    /// The same with `synchronous_commit=off`: what durability costs.
    HttpAsync,
}

impl Variant {
    /// In the order of a round: the measure of the machine stands between the others.
    pub(crate) const ALL: [Self; 9] = [
        Self::Tpcb,
        Self::Http(Shape::Uniform, FEW),
        Self::Engine(Shape::Uniform),
        Self::Http(Shape::Hot, FEW),
        Self::Separate,
        Self::Http(Shape::Uniform, MANY),
        Self::HttpAsync,
        Self::Http(Shape::Hot, MANY),
        Self::Engine(Shape::Hot),
    ];
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Tpcb => "pgbench TPC-B, 32 clients".to_owned(),
            Self::Separate => "separate statements, 32 connections".to_owned(),
            Self::Engine(Shape::Uniform) => "our engine called directly, batches of 500".to_owned(),
            Self::Engine(Shape::Hot) => "our engine called directly, one hot account".to_owned(),
            Self::Http(Shape::Uniform, connections) => format!("HTTP, {connections} connections"),
            Self::Http(Shape::Hot, connections) => format!("HTTP, {connections} connections, one hot merchant"),
            Self::HttpAsync => format!("HTTP, {MANY} connections, synchronous_commit=off"),
        };
        f.pad(&name)
    }
}

/// One run of one variant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Committed and acknowledged.
    pub(crate) transfers: u64,
    /// Answers of "busy, nothing was moved".
    pub(crate) busy: u64,
    pub(crate) usage: Usage,
    pub(crate) fsyncs: u64,
}

impl Sample {
    pub(crate) fn per_second(&self) -> Rate {
        Rate::per_second(self.transfers, self.usage.elapsed)
    }

    /// PostgreSQL's processor time, in microseconds.
    pub(crate) fn cpu_per_transfer(&self) -> Rate {
        Rate::per(self.usage.cpu_micros, self.transfers)
    }

    pub(crate) fn wal_per_transfer(&self) -> Rate {
        Rate::per(self.usage.wal_bytes, self.transfers)
    }

    pub(crate) fn per_fsync(&self) -> Rate {
        Rate::per(self.transfers, self.fsyncs)
    }
}
