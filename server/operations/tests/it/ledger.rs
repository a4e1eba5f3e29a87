//! Holds end once, and the posting engine refuses what does not balance.

use crate::bank::TestBank;
use bank_contract::accounts::EntryKind;
use bank_contract::{Currency, EntryId, HoldId};
use bank_rules::postings::{Internal, LedgerAccountId, Leg, Party, Posting, exchange, movement};
use bank_storage::ledger::{
    HoldEnd, LedgerStatus, NewEntry, NewHold, end_hold, internal, place_hold, post, set_status,
};
use bank_storage::{Acting, StorageError};
use chrono::{DateTime, TimeDelta, Utc};

async fn ledger_account(bank: &TestBank, minor: i64) -> LedgerAccountId {
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(minor).await;
    bank.ledger_account(&account).await
}

fn now() -> DateTime<Utc> {
    crate::bank::NOON.parse().unwrap()
}

fn entry(bank: &TestBank, postings: Vec<Posting>) -> NewEntry {
    NewEntry {
        entry: EntryId(bank.chance.id(now())),
        kind: EntryKind::CardPayment,
        booking_date: Some(now().date_naive()),
        value_date: None,
        at: now(),
        reference: String::new(),
        operation: "test",
        caller: None,
        reverses: None,
        request: None,
        limits: None,
        postings,
    }
}

#[tokio::test]
async fn a_hold_is_captured_or_released_once() {
    let bank = TestBank::open().await;
    let account = ledger_account(&bank, 1_000).await;
    let db = bank.hallway.database();
    let place = async |amount| {
        let hold = HoldId(bank.chance.id(now()));
        let until = now() + TimeDelta::hours(1);
        let new = NewHold {
            hold,
            account,
            amount,
            reason: "Fuel".into(),
            at: now(),
            until,
        };
        place_hold(db.reader(), &new).await.map(|()| hold)
    };
    let first = place(600).await.unwrap();
    assert!(matches!(
        place(401).await,
        Err(StorageError::InsufficientFunds { available: 400 })
    ));
    let second = place(400).await.unwrap();
    end_hold(db.reader(), second, HoldEnd::Released, now()).await.unwrap();

    // Captured: the hold ends and its money is posted, in one database transaction.
    let tx = db.begin(Acting::CLOCK).await.unwrap();
    let keyed = bank.keyed(&tx);
    let shop = Party {
        account: internal(&tx, Internal::Clearing, Currency::Eur).await.unwrap(),
        owner: None,
        name: "Fuel".into(),
        iban: None,
    };
    let holder = Party {
        account,
        owner: None,
        name: "Anna".into(),
        iban: None,
    };
    end_hold(&tx, first, HoldEnd::Captured(600), now()).await.unwrap();
    post(&keyed, &entry(&bank, movement(&holder, &shop, 600, Currency::Eur)))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    for hold in [first, second] {
        for how in [HoldEnd::Captured(1), HoldEnd::Released] {
            let again = end_hold(db.reader(), hold, how, now()).await;
            assert!(matches!(again, Err(StorageError::HoldEnded)), "{again:?}");
        }
    }
    bank.books().await;
}

#[tokio::test]
async fn the_engine_refuses_what_does_not_fit() {
    let bank = TestBank::open().await;
    let account = ledger_account(&bank, 1_000).await;
    let db = &bank.hallway.reader();
    let cash = bank.internal(Internal::Cash, Currency::Eur).await;
    let side = |account, amount, currency| Posting {
        account,
        owner: None,
        amount,
        currency,
        counterparty: String::new(),
        counterparty_iban: None,
    };
    let eur = Currency::Eur;
    let unbalanced = vec![side(account, -5, eur), side(cash, 4, eur)];
    assert!(post(db, &entry(&bank, unbalanced)).await.is_err());
    let strange_currency = vec![side(account, -5, Currency::Usd), side(cash, 5, Currency::Usd)];
    assert!(matches!(
        post(db, &entry(&bank, strange_currency)).await,
        Err(StorageError::CurrencyMismatch)
    ));
    let unknown = vec![side(LedgerAccountId(999_999), -5, eur), side(cash, 5, eur)];
    assert!(matches!(
        post(db, &entry(&bank, unknown)).await,
        Err(StorageError::AccountUnknown)
    ));
    let too_much = vec![side(account, -1_001, eur), side(cash, 1_001, eur)];
    let refused = post(db, &entry(&bank, too_much)).await;
    assert!(
        matches!(refused, Err(StorageError::InsufficientFunds { available: 1_000 })),
        "{refused:?}"
    );
    bank.books().await;
}

#[tokio::test]
async fn several_postings_to_one_account_keep_its_running_balance() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let account = anna.has(1_000).await;
    let account = bank.ledger_account(&account).await;
    let db = &bank.hallway.reader();
    let fees = bank.internal(Internal::Fees, Currency::Eur).await;
    let cash = bank.internal(Internal::Cash, Currency::Eur).await;
    let side = |here, amount| Posting {
        account: here,
        // The bank’s own lines belong to the customer of the entry, but are nobody’s accounts.
        owner: (here == account).then_some(anna.signed.customer),
        amount,
        currency: Currency::Eur,
        counterparty: "Zugspitze".into(),
        counterparty_iban: None,
    };
    let new = entry(
        &bank,
        vec![side(account, -300), side(cash, 300), side(account, -5), side(fees, 5)],
    );
    post(db, &new).await.unwrap();
    let tx = bank.hallway.database().begin(Acting::CLOCK).await.unwrap();
    let rows = bank_storage::ledger::postings_of(&bank.keyed(&tx), new.entry)
        .await
        .unwrap();
    assert_eq!(rows, new.postings);
    bank.books().await;
}

#[tokio::test]
async fn an_exchange_goes_through_the_positions_and_both_currencies_balance() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let (euro, dollar) = (anna.has(10_000).await, anna.opens(Currency::Usd).await);
    let db = &bank.hallway.reader();
    let party = async |account: &bank_contract::accounts::AccountView| Party {
        account: bank.ledger_account(account).await,
        owner: Some(anna.signed.customer),
        name: account.name.clone(),
        iban: None,
    };
    let position = async |currency| Party {
        account: bank.internal(Internal::Position, currency).await,
        owner: None,
        name: "Larch".into(),
        iban: None,
    };
    let (from, to) = (party(&euro).await, party(&dollar).await);
    let (sold, bought) = (position(Currency::Eur).await, position(Currency::Usd).await);
    let leg = |party, position, amount, currency| Leg {
        party,
        position,
        amount,
        currency,
    };
    let postings = exchange(
        leg(&from, &sold, 5_000, Currency::Eur),
        leg(&to, &bought, 5_400, Currency::Usd),
    );
    post(db, &entry(&bank, postings)).await.unwrap();
    assert_eq!((anna.booked(&euro).await, anna.booked(&dollar).await), (5_000, 5_400));
    let books = bank.books().await;
    assert_eq!(books.sums.len(), 2);
}

#[tokio::test]
async fn what_is_captured_in_part_is_released_for_the_rest() {
    let bank = TestBank::open().await;
    let account = ledger_account(&bank, 1_000).await;
    let db = &bank.hallway.reader();
    let hold = HoldId(bank.chance.id(now()));
    let new = NewHold {
        hold,
        account,
        amount: 800,
        reason: "Hotel".into(),
        at: now(),
        until: now() + TimeDelta::days(7),
    };
    place_hold(db, &new).await.unwrap();
    let more = end_hold(db, hold, HoldEnd::Captured(801), now()).await;
    assert!(
        matches!(more, Err(StorageError::HoldTooSmall { held: 800 })),
        "{more:?}"
    );
    end_hold(db, hold, HoldEnd::Captured(300), now()).await.unwrap();
    // Nothing is held any more: all of it can be held again.
    let again = NewHold {
        hold: HoldId(bank.chance.id(now())),
        amount: 1_000,
        ..new
    };
    place_hold(db, &again).await.unwrap();
    bank.books().await;
}

#[tokio::test]
async fn a_blocked_account_takes_money_and_gives_none_and_a_closed_one_does_neither() {
    let bank = TestBank::open().await;
    let account = ledger_account(&bank, 1_000).await;
    let db = &bank.hallway.reader();
    let cash = bank.internal(Internal::Cash, Currency::Eur).await;
    let party = |account| Party {
        account,
        owner: None,
        name: String::new(),
        iban: None,
    };
    let out = |amount| movement(&party(account), &party(cash), amount, Currency::Eur);
    let into = |amount| movement(&party(cash), &party(account), amount, Currency::Eur);
    set_status(db, account, LedgerStatus::Blocked).await.unwrap();
    assert!(matches!(
        post(db, &entry(&bank, out(1))).await,
        Err(StorageError::AccountBlocked)
    ));
    post(db, &entry(&bank, into(500))).await.unwrap();
    assert!(matches!(
        set_status(db, account, LedgerStatus::Closed).await,
        Err(StorageError::NotEmpty { booked: 1_500 })
    ));
    set_status(db, account, LedgerStatus::Open).await.unwrap();
    post(db, &entry(&bank, out(1_500))).await.unwrap();
    set_status(db, account, LedgerStatus::Closed).await.unwrap();
    for postings in [out(1), into(1)] {
        assert!(matches!(
            post(db, &entry(&bank, postings)).await,
            Err(StorageError::AccountClosed)
        ));
    }
    assert!(matches!(
        set_status(db, account, LedgerStatus::Open).await,
        Err(StorageError::AccountClosed)
    ));
    bank.books().await;
}
