//! The real ledger, asked step by step, and compared with the model after each.

use super::steps::{ACCOUNTS, CUSTOMERS, FLOORS, Step, World};
use super::tables::{Balance, LineRow, customer, holds_of, own, usage_of};
use super::words::{Entry, Line, Order, Refusal};
use crate::bank::{TestLedger, holds};
use bank_contract::accounts::EntryKind;
use bank_contract::{Currency, EntryId, HoldId};
use bank_rules::postings::{LedgerAccountId, Posting};
use bank_storage::engine::{Engine, EngineSettings, EngineTask, Job, Posted, Provenance};
use bank_storage::ledger::{self, HoldEnd, LedgerStatus, NewEntry, NewHold, RequestMark, SealedEntry, SentLimits};
use bank_storage::{Acting, StorageResult, bankday};
use futures::future::join_all;
use sea_orm::{FromQueryResult as _, raw_sql};
use std::collections::BTreeMap;
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

pub(super) struct Real {
    engine: Engine,
    task: EngineTask,
    bank: TestLedger,
    accounts: Vec<LedgerAccountId>,
    /// One thread: what is queued together is posted together.
    runtime: Runtime,
}

fn told<T>(answer: StorageResult<T>) -> Result<T, Refusal> {
    answer.map_err(Refusal::from)
}

impl Real {
    pub(super) fn open() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (bank, engine, task, accounts) = runtime.block_on(async {
            let bank = TestLedger::open().await;
            let (engine, task) = Engine::start(&bank.settings(), EngineSettings::default())
                .await
                .unwrap();
            let mut accounts = Vec::new();
            for (currency, floor) in FLOORS {
                accounts.push(bank.account(*currency, *floor).await);
            }
            for code in ["cash", "fees", "position"] {
                for currency in [Currency::Eur, Currency::Usd] {
                    accounts.push(own(&bank.owner, code, currency).await);
                }
            }
            assert_eq!(accounts.len(), ACCOUNTS);
            (bank, engine, task, accounts)
        });
        Self {
            engine,
            task,
            bank,
            accounts,
            runtime,
        }
    }

    pub(super) fn close(self) {
        self.runtime.block_on(async {
            drop(self.engine);
            self.task.ended().await;
            self.bank.db.clone().close().await.unwrap();
        });
    }

    pub(super) fn take(&self, step: &Step) {
        self.runtime.block_on(self.do_take(step));
    }

    pub(super) fn compare(&self, world: &World) {
        self.runtime.block_on(self.do_compare(world));
    }

    async fn do_take(&self, step: &Step) {
        let db = self.bank.db.reader();
        match step {
            Step::Nothing => {}
            Step::Batch(orders, expected) => {
                let posts = orders.iter().map(|order| self.engine.post(self.job(order)));
                let answers: Vec<Result<Posted, Refusal>> = join_all(posts).await.into_iter().map(told).collect();
                assert_eq!(&answers, expected, "{orders:#?}");
            }
            Step::Single(order, expected) => {
                let tx = self.bank.db.begin(Acting::CLOCK).await.unwrap();
                let answer = told(ledger::post(&self.bank.vault.over(&tx), &self.entry(order)).await);
                if answer.is_ok() {
                    tx.commit().await.unwrap();
                } else {
                    tx.rollback().await.unwrap();
                }
                assert_eq!(&answer, expected, "{order:#?}");
            }
            Step::PlaceHold {
                id,
                account,
                amount,
                at,
                until,
                told: expected,
            } => {
                let hold = NewHold {
                    hold: HoldId(*id),
                    account: self.account(*account),
                    amount: *amount,
                    reason: "Test".into(),
                    at: *at,
                    until: *until,
                };
                assert_eq!(&told(ledger::place_hold(db, &hold).await), expected, "{hold:?}");
            }
            Step::EndHold(id, how, at, expected) => {
                assert_eq!(
                    &told(ledger::end_hold(db, HoldId(*id), *how, *at).await),
                    expected,
                    "{how:?}"
                );
            }
            Step::Capture(id, amount, order, expected) => {
                assert_eq!(&self.capture(*id, *amount, order).await, expected, "{order:#?}");
            }
            Step::ExpireHolds(now, expected) => {
                assert_eq!(&ledger::expire_holds(db, *now).await.unwrap(), expected);
            }
            Step::SetStatus(account, status, expected) => {
                let answer = told(ledger::set_status(db, self.account(*account), *status).await);
                assert_eq!(&answer, expected, "{status:?}");
            }
            Step::ClosePeriod(day, expected) => {
                assert_eq!(&told(ledger::close_until(db, *day).await), expected, "{day}");
            }
            Step::OpenDay(day) => bankday::open(db, *day).await.unwrap(),
            Step::LookBack(account, moment, expected) => {
                let booked = ledger::balance_at(&self.bank.owner, self.account(*account), *moment)
                    .await
                    .unwrap();
                assert_eq!(booked, *expected, "account {account} at {moment}");
            }
        }
    }

    async fn capture(&self, id: Uuid, amount: i64, order: &Order) -> Result<i64, Refusal> {
        let tx = self.bank.db.begin(Acting::CLOCK).await.unwrap();
        let ended = ledger::end_hold(&tx, HoldId(id), HoldEnd::Captured(amount), order.at).await;
        let answer = match ended {
            Ok(()) => ledger::post(&self.bank.vault.over(&tx), &self.entry(order)).await,
            Err(error) => Err(error),
        };
        if answer.is_ok() {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
        told(answer)
    }

    fn account(&self, place: usize) -> LedgerAccountId {
        self.accounts.get(place).copied().unwrap_or(LedgerAccountId(999_999))
    }

    fn job(&self, order: &Order) -> Job {
        Job {
            entry: SealedEntry::wordless(self.entry(order)).unwrap(),
            token: None,
            audit: Some(Provenance {
                door: "rest",
                caller: "customer",
            }),
        }
    }

    fn entry(&self, order: &Order) -> NewEntry {
        let posting = |line: &Line| Posting {
            account: self.account(line.account),
            owner: None,
            amount: line.amount,
            currency: line.currency,
            counterparty: String::new(),
            counterparty_iban: None,
        };
        NewEntry {
            entry: order.entry,
            kind: if order.reverses.is_some() {
                EntryKind::Reversal
            } else {
                EntryKind::Transfer
            },
            booking_date: order.booking,
            value_date: order.value,
            at: order.at,
            reference: String::new(),
            operation: "test",
            caller: None,
            reverses: order.reverses,
            request: order.key.map(|(key, hash)| RequestMark { key, hash: [hash; 32] }),
            limits: order.limits.map(|limits| SentLimits {
                customer: customer(limits.customer),
                day_max: limits.day_max,
                hourly_max: limits.hourly_max,
            }),
            postings: order.lines.iter().map(posting).collect(),
        }
    }

    async fn do_compare(&self, world: &World) {
        let db = &self.bank.owner;
        let balances: BTreeMap<i64, Balance> = Balance::all(db).await;
        for (place, (expected, id)) in world.ledger.accounts.iter().zip(&self.accounts).enumerate() {
            let real = &balances[&id.0];
            let status = match expected.status {
                LedgerStatus::Open => "open",
                LedgerStatus::Blocked => "blocked",
                LedgerStatus::Closed => "closed",
            };
            let given = (real.booked, real.held, real.status.as_str());
            assert_eq!(
                given,
                (expected.booked, expected.held, status),
                "account {place} of {CUSTOMERS} and the bank's"
            );
        }
        self.compare_entries(world).await;
        assert_eq!(holds_of(db, &self.accounts).await, world.ledger.holds);
        assert_eq!(usage_of(db).await, world.ledger.usage);
        let books = ledger::check_books(db).await.unwrap();
        assert!(holds(&books), "{books:?}");
        assert_eq!(books.entries, world.ledger.entries.len() as u64);
    }

    /// What the last step was about stands in the journal as the model has it; what was refused is not there.
    async fn compare_entries(&self, world: &World) {
        let orders: Vec<&Order> = match &world.step {
            Step::Batch(orders, _) => orders.iter().collect(),
            Step::Single(order, _) | Step::Capture(_, _, order, _) => vec![order],
            _ => return,
        };
        let ids: Vec<Uuid> = orders.iter().map(|order| order.entry.0).collect();
        let statement = raw_sql!(
            Postgres,
            r"SELECT e.id, e.booking_date, e.value_date, e.created_at, e.reverses, p.ledger_account_id, p.amount,
                     p.balance_after, p.at
              FROM journal_entries e JOIN postings p ON p.entry_id = e.id WHERE e.id = ANY ({ids}) ORDER BY e.id, p.line"
        );
        let rows = LineRow::find_by_statement(statement)
            .all(&self.bank.owner)
            .await
            .unwrap();
        let entries = ids.iter().filter_map(|id| world.ledger.entries.get(&EntryId(*id)));
        let expected: BTreeMap<Uuid, Vec<LineRow>> =
            entries.map(|entry| (entry.order.entry.0, self.rows(entry))).collect();
        assert_eq!(rows, expected.into_values().flatten().collect::<Vec<_>>());
    }

    fn rows(&self, entry: &Entry) -> Vec<LineRow> {
        let lines = entry.order.lines.iter().zip(&entry.after);
        lines
            .map(|(line, after)| LineRow {
                id: entry.order.entry.0,
                booking_date: entry.booking,
                value_date: entry.value,
                created_at: entry.at,
                reverses: entry.order.reverses.map(|entry| entry.0),
                ledger_account_id: self.account(line.account).0,
                amount: line.amount,
                balance_after: *after,
                at: entry.at,
            })
            .collect()
    }
}
