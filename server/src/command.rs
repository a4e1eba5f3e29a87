//! The command line's door to the bank's own books: operations like any other, called as the operator.

use crate::StartError;
use crate::telemetry::say;
use bank_contract::identity::operator::{EndSessions, LockUser, UnlockUser};
use bank_contract::ledger::{CheckBooks, ClosePeriod, ReconcileAccount, ShowTrialBalance};
use bank_contract::pending::Proof;
use bank_contract::{Currency, Money, UserId};
use bank_operations::hallway::Handler;
use bank_operations::pending::proof;
use bank_operations::{Hallway, Visit};
use chrono::NaiveDate;
use clap::Subcommand;
use std::path::Path;

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Add the whole journal up and compare it with the balances. Fails when anything is off.
    Check,
    /// What the bank has and owes, by the chart of accounts.
    TrialBalance {
        /// At the end of this day; now, without it.
        #[arg(long)]
        as_of: Option<NaiveDate>,
    },
    /// Prove an account of the chart over some days.
    Reconcile {
        /// Its number, such as 2000.
        number: String,
        currency: Currency,
        from: NaiveDate,
        to: NaiveDate,
    },
    /// Close the books up to the end of a day that is past. They do not open again.
    ClosePeriod { until: NaiveDate },
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// Close a login: its sessions end, its programs are shut out, nobody signs in with it.
    Lock { user: UserId },
    /// Open a closed login again.
    Unlock { user: UserId },
    /// Sign one user out everywhere, or everybody.
    EndSessions {
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        user: Option<UserId>,
        /// Everybody.
        #[arg(long)]
        all: bool,
    },
}

impl UsersCommand {
    pub(crate) async fn run(self, bank: &Hallway) -> Result<(), StartError> {
        match self {
            Self::Lock { user } => {
                let ended = run(bank, LockUser { user }).await?;
                say(&format!("The login {user} is closed. Sessions that ended: {ended}."));
            }
            Self::Unlock { user } => {
                run(bank, UnlockUser { user }).await?;
                say(&format!("The login {user} is open again. Its tokens stay revoked."));
            }
            Self::EndSessions { user, .. } => {
                let ended = run(bank, EndSessions { user }).await?;
                say(&format!("Sessions that ended: {ended}."));
            }
        }
        Ok(())
    }
}

pub(crate) async fn run<O: Handler>(bank: &Hallway, input: O) -> Result<O::Output, StartError> {
    let outcome = bank.run(&Visit::operator(), input).await?;
    Ok(outcome.answer.done()?)
}

impl LedgerCommand {
    pub(crate) async fn run(self, bank: &Hallway) -> Result<(), StartError> {
        match self {
            Self::Check => check(bank).await,
            Self::TrialBalance { as_of } => trial_balance(bank, as_of).await,
            Self::Reconcile {
                number,
                currency,
                from,
                to,
            } => {
                let input = ReconcileAccount {
                    number,
                    currency,
                    from,
                    to,
                };
                reconcile(bank, input).await
            }
            Self::ClosePeriod { until } => {
                let day = run(bank, ClosePeriod { until }).await?;
                say(&format!("The books are closed up to {day}."));
                Ok(())
            }
        }
    }
}

async fn check(bank: &Hallway) -> Result<(), StartError> {
    let books = run(bank, CheckBooks {}).await?;
    say(&format!("{} entries, {} postings", books.entries, books.postings));
    for sum in &books.sums {
        say(&format!("sum of all postings in {}: {sum}", sum.currency()));
    }
    say(&format!("accounts off: {}", books.accounts_off));
    say(&format!("postings off: {}", books.postings_off));
    if books.holds() {
        say("The books balance.");
        Ok(())
    } else {
        Err(StartError::Other("the books do not balance".to_owned()))
    }
}

async fn trial_balance(bank: &Hallway, as_of: Option<NaiveDate>) -> Result<(), StartError> {
    let balance = run(bank, ShowTrialBalance { as_of }).await?;
    say(&format!("Trial balance of {}", balance.as_of));
    let shown = |money: Money| {
        if money.minor() == 0 {
            String::new()
        } else {
            money.to_string()
        }
    };
    for currency in Currency::ALL {
        let rows: Vec<_> = balance
            .rows
            .iter()
            .filter(|row| row.debit.currency() == *currency)
            .collect();
        if rows.iter().all(|row| row.debit.minor() == 0 && row.credit.minor() == 0) {
            continue;
        }
        say(&format!(
            "\n{:<5} {:<34} {:>8} {:>20} {:>20}",
            currency.code(),
            "",
            "accounts",
            "debit",
            "credit"
        ));
        for row in &rows {
            let (debit, credit) = (shown(row.debit), shown(row.credit));
            say(&format!(
                "{:<5} {:<34} {:>8} {debit:>20} {credit:>20}",
                row.number, row.name, row.accounts
            ));
        }
        let total = |pick: fn(&&bank_contract::ledger::TrialRow) -> Money| {
            let sum = rows
                .iter()
                .map(pick)
                .try_fold(Money::zero(*currency), Money::checked_add);
            sum.map_or_else(|error| error.to_string(), |sum| sum.to_string())
        };
        let (debit, credit) = (total(|row| row.debit), total(|row| row.credit));
        say(&format!("{:<5} {:<34} {:>8} {debit:>20} {credit:>20}", "", "Total", ""));
    }
    Ok(())
}

async fn reconcile(bank: &Hallway, input: ReconcileAccount) -> Result<(), StartError> {
    let (from, to) = (input.from, input.to);
    let proof = run(bank, input).await?;
    say(&format!("{} {}, {from} to {to}", proof.number, proof.name));
    for (name, money) in [
        ("opening", Some(proof.opening)),
        ("debits", Some(proof.debits)),
        ("credits", Some(proof.credits)),
        ("closing", Some(proof.closing)),
        ("held below", proof.held_below),
    ] {
        if let Some(money) = money {
            say(&format!("{name:<12} {:>20}", money.to_string()));
        }
    }
    say(&format!("{:<12} {:>20}", "postings", proof.postings));
    if proof.agrees {
        say("It agrees.");
        Ok(())
    } else {
        Err(StartError::Other(
            "the account does not agree with its postings".to_owned(),
        ))
    }
}

/// A proof has some thousand bytes.
const PROOF_MAX: u64 = 1024 * 1024;

/// Reads a proof, and nothing else: no configuration, no database.
pub(crate) fn verify_proof(file: &Path) -> Result<(), StartError> {
    let unreadable = |why: &dyn std::fmt::Display| StartError::Other(format!("the proof cannot be read: {why}"));
    let length = std::fs::metadata(file).map_err(|error| unreadable(&error))?.len();
    if length > PROOF_MAX {
        return Err(unreadable(&"it is too large to be one"));
    }
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(&error))?;
    let read: Proof = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
    let checked = proof::check(&read).map_err(|error| StartError::Other(format!("this proves nothing: {error}")))?;
    say("The signature holds. What was signed:");
    say(&serde_json::to_string_pretty(&checked.document).map_err(|error| unreadable(&error))?);
    say(&format!("Made for: {}", read.origin));
    say(&format!("By the key: {}", checked.key_thumbprint));
    say("Whose key that is, the proof cannot tell: docs/PROOFS.md says what it proves and what not.");
    Ok(())
}
