//! Paying for somebody else: within the bounds, beyond them, all at once, and never more.

use crate::bank::{Person, TestBank, euro};
use crate::hallway::count_of;
use crate::mandates::{bounds, subjects};
use bank_contract::accounts::{AccountView, ListTransactions};
use bank_contract::compliance::{SealAudit, VerifyAudit};
use bank_contract::limits::{Bounds, Channel, SetLimit};
use bank_contract::mandates::{EndMandate, NarrowMandate, Power, ShowMandate};
use bank_contract::payees::TrustPayee;
use bank_contract::pending::{CancelPending, ConfirmPending, ListPending, PendingState, PendingView, ShowPending};
use bank_contract::transfers::{Deposit, MoveMoney, ReversePayment, ShowReceipt, Withdraw};
use bank_contract::{BankError, MandateId, Money, accounts::ShowAccount};
use bank_operations::{Door, Visit};
use sea_orm::ConnectionTrait as _;

/// Anna lets Dora act, and Ben is paid.
pub(crate) struct Three<'a> {
    pub(crate) anna: Person<'a>,
    pub(crate) dora: Person<'a>,
    ben: Person<'a>,
    hers: AccountView,
    his: AccountView,
    mandate: MandateId,
}

pub(crate) async fn three(bank: &TestBank, minor: i64, power: Power) -> Three<'_> {
    bank.clock_runs(bank_contract::bankday::OpenDay {}).await.unwrap();
    let [anna, dora, ben] = [
        bank.customer("Anna Weber").await,
        bank.customer("Dora Delegate").await,
        bank.customer("Ben Okafor").await,
    ];
    let (hers, his) = (anna.has(minor).await, ben.has(0).await);
    let mandate = anna.lets(&dora, &[hers.account], power).await;
    Three {
        anna,
        dora,
        ben,
        hers,
        his,
        mandate,
    }
}

impl Three<'_> {
    pub(crate) fn pays(&self, minor: i64) -> bank_contract::transfers::SubmitTransfer {
        self.dora.transfer(&self.hers, &self.his, "Ben Okafor", minor)
    }

    async fn spent(&self) -> Option<Money> {
        let mandate = self.mandate;
        self.anna.does(ShowMandate { mandate }).await.unwrap().spent
    }

    pub(crate) async fn balances(&self) -> (i64, i64) {
        (self.anna.booked(&self.hers).await, self.ben.booked(&self.his).await)
    }
}

#[tokio::test]
async fn a_delegate_pays_within_the_bounds_with_their_own_yes_in_the_owners_name() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, bounds(500, Some(900))).await;
    // Even a little, to somebody whom the owner trusts, is signed.
    it.anna
        .agrees(TrustPayee {
            iban: it.his.iban.clone(),
            name: "Ben Okafor".into(),
        })
        .await
        .unwrap();
    let asked = it.dora.asks(it.pays(100)).await.unwrap();
    assert!(!asked.decided_by_other);
    assert!(
        asked
            .summary
            .why
            .as_ref()
            .unwrap()
            .starts_with("You are one of the demo people")
    );
    assert_eq!(it.anna.does(ListPending {}).await.unwrap(), Vec::<PendingView>::new());
    let receipt = it.dora.confirms(&asked).await.unwrap();
    assert_eq!((receipt.account, receipt.amount), (it.hers.account, euro(-100)));
    assert_eq!(
        (receipt.undo_until, receipt.returnable),
        (None, false),
        "the owner takes back"
    );
    assert_eq!(it.balances().await, (9_900, 100));
    assert_eq!(it.spent().await, Some(euro(100)));
    let rows = it.ben.does(ListTransactions::default()).await.unwrap().rows;
    assert_eq!(rows[0].counterparty, "Anna Weber", "whose money it is");
    let rows = it.anna.does(ListTransactions::default()).await.unwrap().rows;
    assert_eq!(
        (rows[0].counterparty.as_str(), rows[0].amount),
        ("Ben Okafor", euro(-100))
    );
    // The owner has not said yes to this payee.
    let owner = bank.database.owner().await;
    assert_eq!(count_of(&owner, "SELECT count(*) FROM paid_payees").await, 0);
    // Both see it, and only the owner undoes it.
    let show = ShowReceipt { entry: receipt.entry };
    assert_eq!(it.dora.does(show).await.unwrap().amount, euro(-100));
    let undo = ReversePayment {
        entry: receipt.entry,
        key: bank.key(),
    };
    assert_eq!(it.dora.does(undo.clone()).await, Err(BankError::BeyondMandate));
    it.anna.does(undo).await.unwrap();
    assert_eq!(it.balances().await, (10_000, 0));
    bank.books().await;
}

#[tokio::test]
async fn what_is_beyond_the_bounds_waits_for_the_owners_yes() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, bounds(500, None)).await;
    let large = it.pays(501);
    let asked = it.dora.asks(large.clone()).await.unwrap();
    assert!(asked.decided_by_other);
    let again = it.dora.asks(large).await.unwrap();
    assert_eq!(again.pending, asked.pending, "the same request is one request");
    // Who asked may look, and decides nothing.
    let pending = asked.pending;
    assert!(it.dora.does(ShowPending { pending }).await.unwrap().decided_by_other);
    let confirm = ConfirmPending {
        pending,
        hash: asked.hash.clone(),
        signature: None,
    };
    assert_eq!(it.dora.does(confirm).await.map(|_| ()), Err(BankError::NotFound));
    assert_eq!(it.dora.does(CancelPending { pending }).await, Err(BankError::NotFound));
    assert_eq!(it.balances().await, (10_000, 0));

    let waiting = it.anna.does(ListPending {}).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(!waiting[0].decided_by_other);
    assert_eq!(waiting[0].summary.asked_by.as_deref(), Some("Dora Delegate"));
    assert!(
        !waiting[0].summary.name_as_typed,
        "the name fits, so it is the bank's and not hers"
    );
    assert!(
        subjects(&it.anna)
            .await
            .contains(&"Somebody asks you for a yes".to_owned())
    );
    it.anna.confirms(&waiting[0]).await.unwrap();
    assert_eq!(it.balances().await, (9_499, 501));
    assert_eq!(
        it.dora.does(ShowPending { pending }).await.unwrap().state,
        PendingState::Done
    );

    let other = it.dora.asks(it.pays(600)).await.unwrap();
    it.anna.does(CancelPending { pending: other.pending }).await.unwrap();
    let shown = it.dora.does(ShowPending { pending: other.pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Cancelled);
    assert_eq!(it.balances().await, (9_499, 501));
    // Nobody can bury the owner in requests.
    for minor in 0..10 {
        it.dora.asks(it.pays(700 + minor)).await.unwrap();
    }
    let refused = it.dora.run(it.pays(800)).await.unwrap_err();
    assert!(
        matches!(
            refused,
            BankError::TooOften {
                most: 10,
                retry_after_s: 900,
                ..
            }
        ),
        "{refused:?}"
    );
    bank.books().await;
}

#[tokio::test]
async fn payees_totals_and_currencies_bind_together() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, Power::View).await;
    let eve = bank.customer("Eve Stranger").await.has(0).await;
    let Power::Pay(plain) = bounds(500, Some(900)) else {
        unreachable!("they are bounds")
    };
    let bound = Power::Pay(Bounds {
        payees: vec![it.his.iban.clone()],
        ..plain
    });
    let mandate = it.anna.lets(&it.dora, &[it.hers.account], bound).await;
    let to_eve = it.dora.transfer(&it.hers, &eve, "Eve Stranger", 1);
    assert!(it.dora.asks(to_eve).await.unwrap().decided_by_other, "another payee");
    for minor in [500, 400] {
        it.dora.agrees(it.pays(minor)).await.unwrap();
    }
    assert!(
        it.dora.asks(it.pays(1)).await.unwrap().decided_by_other,
        "the total is spent"
    );
    let seen = it.dora.does(ShowMandate { mandate }).await.unwrap();
    assert_eq!(seen.spent, Some(euro(900)));
    assert_eq!(it.balances().await, (9_100, 900));
    bank.books().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_at_once_never_pass_the_total() {
    let bank = TestBank::open().await;
    let it = three(&bank, 100_000, bounds(100, Some(1_000))).await;
    let mut asked = Vec::new();
    for _ in 0..16 {
        asked.push(it.dora.asks(it.pays(100)).await.unwrap());
    }
    // Each of them was within the bounds when it was asked for; four yeses come for each at once.
    let yeses = asked.iter().cycle().take(64).map(|view| it.dora.confirms(view));
    let done = futures::future::join_all(yeses).await;
    let paid = done.iter().filter(|result| result.is_ok()).count();
    assert_eq!(paid, 10, "{done:?}");
    assert_eq!(it.balances().await, (99_000, 1_000));
    assert_eq!(it.spent().await, Some(euro(1_000)));
    let refused = |result: &Result<_, BankError>| {
        matches!(
            result,
            Err(BankError::BeyondMandate
                | BankError::NoLongerPending
                | BankError::Busy { .. }
                | BankError::StillRunning)
        )
    };
    assert_eq!(done.iter().filter(|result| refused(result)).count(), 54, "{done:?}");
    bank.books().await;
}

#[tokio::test]
async fn who_may_look_pays_nothing_and_is_told_so() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, Power::View).await;
    assert_eq!(it.dora.run(it.pays(1)).await.unwrap_err(), BankError::ViewOnly);
    let (account, amount, key) = (it.hers.account, euro(1), bank.key());
    assert_eq!(
        it.dora.run(Withdraw { account, amount, key }).await.unwrap_err(),
        BankError::ViewOnly
    );
    assert_eq!(
        it.dora.run(Deposit { account, amount, key }).await.unwrap_err(),
        BankError::ViewOnly
    );
    assert_eq!(it.balances().await, (10_000, 0));
    bank.books().await;
}

#[tokio::test]
async fn a_joint_holder_does_what_the_owner_may_until_either_ends_it() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, Power::Joint).await;
    let receipt = it.dora.agrees(it.pays(4_000)).await.unwrap();
    assert!(receipt.undo_until.is_some());
    let undo = ReversePayment {
        entry: receipt.entry,
        key: bank.key(),
    };
    it.dora.does(undo).await.unwrap();
    assert_eq!(it.balances().await, (10_000, 0));
    let (account, amount) = (it.hers.account, euro(200));
    it.dora
        .agrees(Withdraw {
            account,
            amount,
            key: bank.key(),
        })
        .await
        .unwrap();
    it.dora
        .does(Deposit {
            account,
            amount: euro(50),
            key: bank.key(),
        })
        .await
        .unwrap();
    assert_eq!(it.balances().await, (9_850, 0));
    // What Ben sends back to the joint account comes back to it.
    let sent = it.dora.agrees(it.pays(100)).await.unwrap();
    let returned = ReversePayment {
        entry: sent.entry,
        key: bank.key(),
    };
    it.ben.does(returned).await.unwrap();
    assert_eq!(it.balances().await, (9_850, 0));
    it.dora.does(EndMandate { mandate: it.mandate }).await.unwrap();
    assert_eq!(it.dora.run(it.pays(1)).await.unwrap_err(), BankError::NotFound);
    bank.books().await;
}

#[tokio::test]
async fn a_joint_holder_signs_what_goes_back_and_the_owner_only_says_so() {
    let bank = TestBank::open().await;
    let it = three(&bank, 0, Power::Joint).await;
    let his = it.ben.has(2_000).await;
    let mut came = Vec::new();
    for _ in 0..2 {
        let pays = it.ben.transfer(&his, &it.hers, "Anna Weber", 1_000);
        came.push(it.ben.agrees(pays).await.unwrap());
    }
    let returned = |of: usize| ReversePayment {
        entry: came[of].entry,
        key: bank.key(),
    };
    // Whoever has nothing but the holder's session moves nothing by it.
    let waits = it.dora.asks(returned(0)).await.unwrap();
    assert!(!waits.decided_by_other, "it is the holder's to sign");
    assert_eq!(it.anna.booked(&it.hers).await, 2_000);
    it.dora.confirms(&waits).await.unwrap();
    assert_eq!(it.anna.booked(&it.hers).await, 1_000);
    it.anna.does(returned(1)).await.unwrap();
    assert_eq!(it.anna.booked(&it.hers).await, 0);
    assert_eq!(it.ben.booked(&his).await, 2_000);
    bank.books().await;
}

#[tokio::test]
async fn what_ends_or_narrows_before_the_yes_stops_the_payment() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, bounds(500, None)).await;
    let (first, second) = (
        it.dora.asks(it.pays(300)).await.unwrap(),
        it.dora.asks(it.pays(200)).await.unwrap(),
    );
    let mandate = it.mandate;
    it.anna
        .does(NarrowMandate {
            mandate,
            pay_up_to: Some(euro(299)),
            total: None,
            until: None,
        })
        .await
        .unwrap();
    assert_eq!(it.dora.confirms(&first).await, Err(BankError::BeyondMandate));
    let shown = it.dora.does(ShowPending { pending: first.pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Refused);
    it.anna.does(EndMandate { mandate }).await.unwrap();
    assert_eq!(it.dora.confirms(&second).await, Err(BankError::NotFound));
    assert_eq!(it.balances().await, (10_000, 0));
    let declines = "SELECT count(*) FROM declines";
    assert_eq!(count_of(&bank.database.owner().await, declines).await, 0);
    bank.books().await;
}

#[tokio::test]
async fn ending_and_paying_at_once_pays_whole_or_not_at_all() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, bounds(500, None)).await;
    let mut paid = 0;
    for _ in 0..6 {
        let mandate = it.anna.lets(&it.dora, &[it.hers.account], bounds(500, None)).await;
        let asked = it.dora.asks(it.pays(100)).await.unwrap();
        let (end, done) = futures::join!(it.anna.does(EndMandate { mandate }), it.dora.confirms(&asked));
        end.unwrap();
        // The one from before covers it as well, so what is refused is refused for the newest alone.
        match done {
            Ok(_) => paid += 100,
            Err(BankError::NotFound | BankError::Busy { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
        assert_eq!(it.balances().await, (10_000 - paid, paid));
    }
    bank.books().await;
}

#[tokio::test]
async fn the_owners_own_limits_count_and_are_not_told() {
    let bank = TestBank::open().await;
    let it = three(&bank, 1_000_000, Power::Joint).await;
    it.anna
        .does(SetLimit {
            channel: Channel::Everything,
            daily_max: 50,
        })
        .await
        .unwrap();
    it.anna
        .agrees(it.anna.transfer(&it.hers, &it.his, "Ben Okafor", 3_000))
        .await
        .unwrap();
    assert_eq!(it.dora.run(it.pays(2_001)).await.unwrap_err(), BankError::OwnersLimit);
    it.dora.agrees(it.pays(2_000)).await.unwrap();
    assert_eq!(it.dora.run(it.pays(1)).await.unwrap_err(), BankError::OwnersLimit);
    let refused = it.anna.run(it.anna.transfer(&it.hers, &it.his, "Ben Okafor", 1)).await;
    assert!(
        matches!(refused.unwrap_err(), BankError::LimitExceeded { .. }),
        "it counted for the owner"
    );
    // Dora's own payments have her own limits.
    let own = it.dora.has(100_000).await;
    assert!(
        it.dora
            .run(it.dora.transfer(&own, &it.his, "Ben Okafor", 5_001))
            .await
            .is_ok()
    );
    bank.books().await;
}

#[tokio::test]
async fn a_holders_program_is_a_strangers_there_and_money_is_not_moved_between_owners() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, Power::Joint).await;
    let token = it.dora.lets_in(Some(500), &[]).await;
    let visit = Visit {
        caller: bank.hallway.program_of(&token.secret, true).await.unwrap(),
        door: Door::Rest,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    };
    let paid = bank.hallway.run(&visit, it.pays(1)).await;
    assert_eq!(paid.unwrap_err(), BankError::NotFound);
    let account = it.hers.account;
    let shown = bank.hallway.run(&visit, ShowAccount { account }).await;
    assert_eq!(shown.unwrap_err(), BankError::NotFound);
    let listed = bank.hallway.run(&visit, bank_contract::accounts::ListAccounts {}).await;
    assert!(listed.unwrap().answer.done().unwrap().of_others.is_empty());
    let mine = it.dora.has(0).await;
    let across = MoveMoney {
        from: account,
        to: mine.account,
        amount: euro(1),
        reference: String::new(),
        key: bank.key(),
    };
    assert!(it.dora.run(across).await.unwrap_err().field("to").is_some());
    assert_eq!(it.balances().await, (10_000, 0));
}

#[tokio::test]
async fn the_audit_says_who_acted_for_whom_and_the_chain_vouches_for_it() {
    let bank = TestBank::open().await;
    let it = three(&bank, 10_000, bounds(500, None)).await;
    let asked = it.dora.asks(it.pays(100)).await.unwrap();
    it.dora.confirms(&asked).await.unwrap();
    it.dora.asks(it.pays(900)).await.unwrap();
    it.dora
        .does(ShowAccount {
            account: it.hers.account,
        })
        .await
        .unwrap();
    let key = bank.key();
    let (entry, amount) = (it.hers.account, euro(1));
    let refused = it.dora.run(Deposit {
        account: entry,
        amount,
        key,
    });
    assert_eq!(refused.await.unwrap_err(), BankError::BeyondMandate);
    bank.hallway.flush_audit().await.unwrap();
    let owner = bank.database.owner().await;
    let (user, customer) = (it.dora.signed.user, it.anna.signed.customer);
    for (operation, lines) in [
        ("transfers.submit", 2),
        ("pending.confirm", 1),
        ("accounts.show", 1),
        ("transfers.deposit", 1),
    ] {
        let sql = format!(
            "SELECT count(*) FROM audit_lines WHERE user_id = '{user}' AND for_customer = '{customer}' \
             AND operation = '{operation}'"
        );
        assert_eq!(count_of(&owner, &sql).await, lines, "{operation}");
    }
    bank.clock_runs(SealAudit {}).await.unwrap();
    assert_eq!(bank.clock_runs(VerifyAudit {}).await.unwrap().broken_at, None);
    owner
        .execute_unprepared("ALTER TABLE audit_lines DISABLE TRIGGER USER")
        .await
        .unwrap();
    owner
        .execute_unprepared("UPDATE audit_lines SET for_customer = NULL WHERE operation = 'pending.confirm'")
        .await
        .unwrap();
    assert!(bank.clock_runs(VerifyAudit {}).await.unwrap().broken_at.is_some());
}
