use super::{people, seed};
use bank_storage::accounts::{self, HistoryOf};
use bank_storage::vault::{MasterKey, MasterKeys, Vault};
use bank_storage::{Acting, Database, DatabaseSettings, bankday, identity, ledger};
use bank_testkit::TestDatabase;
use chrono::{DateTime, Utc};
use chrono_tz::Europe::Berlin;

#[tokio::test]
async fn seeding_happens_once_and_leaves_the_books_in_order() {
    let test = TestDatabase::new().await;
    let settings = DatabaseSettings {
        url: test.app_url(),
        role: None,
        connections_max: 4,
        acquire_max: std::time::Duration::from_secs(10),
    };
    let db = Database::connect(&settings).await.unwrap();
    let key = MasterKey::from_bytes(&[9; 32].into());
    let vault = Vault::open(db.reader(), MasterKeys::only(key), [4; 32]).await.unwrap();
    let (vault, reader) = (&vault, vault.over(db.reader()));
    let now: DateTime<Utc> = "2026-11-23T16:30:00Z".parse().unwrap();

    // Two servers that start at the same moment.
    let (one, other) = tokio::join!(seed(&db, vault, now, Berlin), seed(&db, vault, now, Berlin));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.already_there, other.already_there);
    assert_eq!((one.people, other.people), (5, 5));
    let again = seed(&db, vault, now, Berlin).await.unwrap();
    assert!(again.already_there && again.entries == 0);

    let owner = test.owner().await;
    let books = ledger::check_books(&owner).await.unwrap();
    assert_eq!(books.entries, one.entries + other.entries);
    assert_eq!(books.accounts_off, 0);
    assert!(books.sums.iter().all(|(_, sum)| *sum == 0));
    let date = bankday::business_date(db.reader()).await.unwrap();
    assert_eq!(date, Some("2026-11-23".parse().unwrap()));

    let handles: Vec<_> = people(&db, vault)
        .await
        .unwrap()
        .into_iter()
        .map(|p| p.handle)
        .collect();
    assert_eq!(handles, ["anna", "tiago", "mirela", "barley", "heron"]);
    let (mut declined, mut reversed) = (0, 0);
    for handle in &handles {
        let me = identity::find_demo_user(&reader, handle).await.unwrap().unwrap();
        let tx = db.begin(Acting::customer(me.user, me.customer)).await.unwrap();
        let keyed = vault.over(&tx);
        let held = accounts::held(&keyed, me.customer).await.unwrap().len();
        assert_eq!(
            held,
            usize::from(matches!(handle.as_str(), "anna" | "mirela")),
            "{handle}"
        );
        let of = HistoryOf::Customer(me.customer);
        let rows = accounts::posted(&keyed, of, None, 5_000, Berlin).await.unwrap();
        assert!(rows.is_sorted_by(|newer, older| newer.at >= older.at), "{handle}");
        reversed += rows.iter().filter(|row| row.view.reversed).count();
        let refused = accounts::declined(&keyed, of, None, None, Berlin).await.unwrap();
        declined += refused.len();
        tx.rollback().await.unwrap();
    }
    // The one payment that was sent back is seen from both of its sides.
    assert_eq!((declined, reversed), (1, 2));
    db.close().await.unwrap();
}
