//! The demo people at their browsers: what they do and what they can read.

use crate::StartError;
use bank_assistant::dialogue::{Deed, Payment, SNAPSHOT, Snapshot};
use bank_contract::accounts::{EntryKind, ListTransactions};
use bank_contract::identity::SignInDemo;
use bank_contract::pending::{CancelPending, ConfirmPending, ShowPending};
use bank_contract::transfers::ShowReceipt;
use bank_contract::{Answer, BankError, PageSize, PendingId};
use bank_operations::hallway::Handler;
use bank_operations::{Caller, Door, Hallway, SessionChange, Visit};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) struct Customer {
    visit: Visit,
}

pub(super) fn failed(what: &str, why: &BankError) -> StartError {
    StartError::Other(format!("{what}: {} ({})", why, why.code()))
}

impl Customer {
    pub(super) async fn signs_in(bank: &Hallway, handle: &str) -> Result<Self, StartError> {
        let handle = handle.to_owned();
        let stranger = browser(Caller::Stranger);
        let outcome = bank.run(&stranger, SignInDemo { handle: handle.clone() }).await;
        let outcome = outcome.map_err(|error| failed(&format!("{handle} cannot sign in"), &error))?;
        let Some(SessionChange::Start(token)) = outcome.session else {
            return Err(StartError::Other(format!("{handle} has no session")));
        };
        let caller = bank.caller_of(&token).await?;
        Ok(Self { visit: browser(caller) })
    }

    pub(super) async fn does<O: Handler>(&self, bank: &Hallway, input: O) -> Result<Answer<O::Output>, BankError> {
        Ok(bank.run(&self.visit, input).await?.answer)
    }

    pub(super) async fn asks(&self, bank: &Hallway, operation: &str, input: Value) -> Result<Answer<Value>, BankError> {
        let entry = bank.registry().get(operation).ok_or(BankError::NotFound)?;
        Ok(entry.run_json(bank, &self.visit, input).await?.answer)
    }

    /// A press in place of a signature, as demo people may: on what they see, and nothing else.
    pub(super) async fn confirms(&self, bank: &Hallway, pending: PendingId) -> Result<(), BankError> {
        let view = self.does(bank, ShowPending { pending }).await?.done()?;
        let hash = view.hash;
        self.does(
            bank,
            ConfirmPending {
                pending,
                hash,
                signature: None,
            },
        )
        .await?;
        Ok(())
    }

    pub(super) async fn cancels(&self, bank: &Hallway, pending: PendingId) -> Result<(), BankError> {
        self.does(bank, CancelPending { pending }).await?;
        Ok(())
    }

    /// Does something, with whatever yes it asks for.
    pub(super) async fn gets_done(&self, bank: &Hallway, deed: &Deed) -> Result<(), BankError> {
        match self.asks(bank, &deed.operation, deed.input.clone()).await? {
            Answer::Done(_) => Ok(()),
            Answer::Waits(view) => self.confirms(bank, view.pending).await,
        }
    }

    /// The IBANs on the receipts of all payments that they can read, as a bank in which money is sent shows them.
    pub(super) async fn has_dealt_with(&self, bank: &Hallway) -> Result<Value, StartError> {
        let mut ibans = BTreeSet::new();
        let mut names = BTreeSet::new();
        let mut wanted = ListTransactions {
            size: PageSize::clamped(PageSize::MAX),
            ..ListTransactions::default()
        };
        loop {
            let page = self.does(bank, wanted.clone()).await?.done()?;
            for row in page.rows {
                let Some(entry) = row.entry.filter(|_| row.kind == EntryKind::Transfer) else {
                    continue;
                };
                if names.insert(row.counterparty) {
                    let receipt = self.does(bank, ShowReceipt { entry }).await?.done()?;
                    ibans.extend(receipt.counterparty_iban);
                }
            }
            match page.next {
                Some(after) => wanted.after = Some(after),
                None => return Ok(json!(ibans)),
            }
        }
    }

    /// What they can read of the bank. What is refused is left out.
    pub(super) async fn sees(&self, bank: &Hallway) -> Result<Snapshot, BankError> {
        let mut seen = Snapshot::new();
        for operation in SNAPSHOT {
            match self.asks(bank, operation, json!({})).await {
                Ok(Answer::Done(answer)) => {
                    seen.insert((*operation).to_owned(), answer);
                }
                // A list of operations that names one which does not exist, or asks it for too little, is broken.
                Err(error @ (BankError::NotFound | BankError::Malformed { .. })) => return Err(error),
                Ok(Answer::Waits(_)) | Err(_) => {}
            }
        }
        Ok(seen)
    }
}

pub(super) fn browser(caller: Caller) -> Visit {
    Visit {
        caller,
        door: Door::Browser,
        device: "Firefox on Linux".to_owned(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    }
}

/// What dialogues say of people: `{iban:tiago}` and the like.
pub(super) struct Directory {
    names: BTreeMap<String, String>,
    /// The first account of each, as they see it.
    firsts: BTreeMap<String, Value>,
}

impl Directory {
    pub(super) fn of(names: BTreeMap<String, String>, seen: &BTreeMap<String, Snapshot>) -> Self {
        let first = |snapshot: &Snapshot| snapshot.get("accounts.list")?.pointer("/accounts/0").cloned();
        let firsts = seen
            .iter()
            .filter_map(|(handle, snapshot)| Some((handle.clone(), first(snapshot)?)));
        Self {
            names,
            firsts: firsts.collect(),
        }
    }

    pub(super) fn find(&self, what: &str, whose: &str) -> Option<String> {
        match what {
            "name" => self.names.get(whose).cloned(),
            "iban" | "account" => Some(self.firsts.get(whose)?.get(what)?.as_str()?.to_owned()),
            _ => None,
        }
    }

    /// The input of `transfers.submit` for a payment between two of them.
    pub(super) fn payment(&self, payment: &Payment, key: Uuid) -> Option<Value> {
        let payee = payment.payee_name.clone().or_else(|| self.find("name", &payment.to));
        Some(json!({
            "from": self.find("account", &payment.from)?,
            "payee_name": payee?,
            "payee_iban": self.find("iban", &payment.to)?,
            "amount": { "amount": payment.amount, "currency": "EUR" },
            "reference": payment.reference,
            "key": key,
        }))
    }
}
