//! Reports on business days, and what they are good for: a chain that was written anew is found.

use crate::bank::TestBank;
use bank_contract::BankError;
use bank_contract::bankday::{MakeReport, OpenDay, ShowReport};
use bank_contract::compliance::{CompareHead, VerifyAudit};
use bank_operations::Visit;
use bank_operations::hallway::Handler;
use bank_rules::bankday::report_hash;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;

async fn operator<O: Handler>(bank: &TestBank, input: O) -> Result<O::Output, BankError> {
    bank.hallway
        .run(&Visit::operator(), input)
        .await
        .and_then(|outcome| outcome.answer.done())
}

/// Another business date begins.
async fn next_day(bank: &TestBank) {
    bank.wait(TimeDelta::days(1));
    bank.clock_runs(OpenDay {}).await.unwrap();
}

#[tokio::test]
async fn a_day_that_has_ended_is_reported_on_once() {
    let bank = TestBank::open().await;
    bank.clock_runs(OpenDay {}).await.unwrap();
    assert_eq!(bank.clock_runs(MakeReport {}).await, Ok(None), "nothing has ended yet");
    let anna = bank.customer("Anna Weber").await;
    anna.has(1_000).await;
    next_day(&bank).await;
    let made = futures::future::join_all((0..4).map(|_| bank.clock_runs(MakeReport {}))).await;
    let mut made: Vec<_> = made.into_iter().filter_map(|report| report.ok().flatten()).collect();
    assert_eq!(made.len(), 1, "however many servers ask");
    let report = made.remove(0);
    assert!(report.audit_holds && report.books.holds() && report.audit_length > 0);
    assert_eq!((report.books.entries, report.before.clone()), (1, None));
    assert_eq!(report_hash(&report), Some(report.hash.clone()));
    assert_eq!(
        operator(&bank, ShowReport { date: None }).await,
        Ok(Some(report.clone()))
    );

    next_day(&bank).await;
    let second = bank.clock_runs(MakeReport {}).await.unwrap().unwrap();
    assert_eq!(second.before, Some(report.hash));
    assert!(second.date > report.date && second.audit_length > report.audit_length);
    let date = Some(report.date);
    assert_eq!(
        operator(&bank, ShowReport { date })
            .await
            .unwrap()
            .map(|report| report.date),
        date
    );
}

#[tokio::test]
async fn a_report_is_not_changed_and_a_change_would_show() {
    let bank = TestBank::open().await;
    bank.clock_runs(OpenDay {}).await.unwrap();
    next_day(&bank).await;
    let mut report = bank.clock_runs(MakeReport {}).await.unwrap().unwrap();
    let owner = bank.database.owner().await;
    for sql in [
        "UPDATE day_reports SET report = '{}'",
        "DELETE FROM day_reports",
        "TRUNCATE day_reports",
    ] {
        assert!(owner.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    report.audit_length += 1;
    assert_ne!(report_hash(&report), Some(report.hash.clone()));
}

#[tokio::test]
async fn a_chain_that_was_written_anew_holds_by_itself_and_not_beside_the_report() {
    let bank = TestBank::open().await;
    bank.clock_runs(OpenDay {}).await.unwrap();
    let anna = bank.customer("Anna Weber").await;
    anna.has(1_000).await;
    next_day(&bank).await;
    let report = bank.clock_runs(MakeReport {}).await.unwrap().unwrap();
    let head = || CompareHead {
        length: report.audit_length,
        head: report.audit_head.clone(),
    };
    assert_eq!(operator(&bank, head()).await, Ok(true));
    let further = CompareHead {
        length: report.audit_length + 1_000,
        ..head()
    };
    assert_eq!(operator(&bank, further).await, Ok(false));

    // Whoever is the owner takes a line away and chains the rest anew, with the bank's own hand.
    let owner = bank.database.owner().await;
    owner
        .execute_unprepared(
            "ALTER TABLE audit_lines DISABLE TRIGGER USER; ALTER TABLE audit_chain DISABLE TRIGGER USER;
             DELETE FROM audit_chain; UPDATE audit_lines SET outcome = 'x' WHERE id = (SELECT min(id) FROM audit_lines)",
        )
        .await
        .unwrap();
    bank.clock_runs(bank_contract::compliance::SealAudit {}).await.unwrap();
    assert!(
        bank.clock_runs(VerifyAudit {}).await.unwrap().holds(),
        "by itself it is in order"
    );
    assert_eq!(operator(&bank, head()).await, Ok(false));
}
