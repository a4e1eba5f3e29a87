//! A bank for one test, and the people in it.

use crate::talker::Talker;
use bank_contract::accounts::{AccountView, OpenAccount, Product};
use bank_contract::assistant::{Said, Say, Turn};
use bank_contract::identity::Code;
use bank_contract::identity::CustomerKind;
use bank_contract::mandates::{AcceptMandate, GrantMandate, Power};
use bank_contract::transfers::{Deposit, Receipt, SubmitTransfer};
use bank_contract::{
    AccountId, Answer, BankError, ConversationId, Currency, CustomerId, IdempotencyKey, MandateId, Money, SessionId,
    UserId, ledger::BooksCheck, pending::PendingView,
};
use bank_operations::assistant::Banker;
use bank_operations::hallway::{Handler, Token};
use bank_operations::notifications::Mailer;
use bank_operations::{
    BankSettings, Caller, Chance, Clock, Door, Hallway, Outcome, Parts, SessionChange, Signed, Visit,
};
use bank_rules::postings::{Internal, LedgerAccountId};
use bank_storage::engine::{Engine, EngineSettings};
use bank_storage::vault::{Keyed, MasterKey, MasterKeys, Vault};
use bank_storage::{Acting, Database, DatabaseSettings, Transaction, identity as people};
use bank_testkit::TestDatabase;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// A clock that stands until it is moved.
pub(crate) struct TestClock(Mutex<DateTime<Utc>>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

pub(crate) struct TestBank {
    pub(crate) hallway: Arc<Hallway>,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) chance: Chance,
    pub(crate) database: TestDatabase,
    /// Who talks with its customers.
    pub(crate) talker: Arc<Talker>,
}

pub(crate) fn masters() -> MasterKeys {
    MasterKeys::only(MasterKey::from_bytes(&[9; 32].into()))
}

pub(crate) const NOON: &str = "2026-11-23T11:00:00Z";

impl TestBank {
    pub(crate) async fn open() -> Self {
        Self::with(BankSettings {
            demo: true,
            ..BankSettings::default()
        })
        .await
    }

    /// A demo bank in a database whose owner is no superuser.
    pub(crate) async fn owned_by_nobody_special() -> Self {
        let demo = BankSettings {
            demo: true,
            ..BankSettings::default()
        };
        Self::over(TestDatabase::with_plain_owner().await, demo).await
    }

    pub(crate) async fn with(settings: BankSettings) -> Self {
        Self::over(TestDatabase::new().await, settings).await
    }

    async fn over(database: TestDatabase, settings: BankSettings) -> Self {
        let clock = Arc::new(TestClock(Mutex::new(NOON.parse().unwrap())));
        let chance = Chance::from_seed([3; 32]);
        let talker = Arc::new(Talker::default());
        let assistant: Option<Arc<dyn Banker>> = Some(talker.clone());
        let hallway = Self::hallway(&database, clock.clone(), chance.clone(), settings, None, assistant).await;
        Self {
            talker,
            vault: hallway.vault().clone(),
            hallway: hallway.shared(),
            clock,
            chance,
            database,
        }
    }

    /// Another server over the same database, with other settings and without an assistant.
    pub(crate) async fn again_with(&self, settings: BankSettings) -> Hallway {
        let (clock, chance) = (self.clock.clone(), self.chance.clone());
        Self::hallway(&self.database, clock, chance, settings, None, None).await
    }

    /// Another server over the same database, whose access step does not ask whose an object is.
    #[expect(clippy::disallowed_methods, reason = "the wall behind it is what is tried")]
    pub(crate) async fn without_first_wall(&self) -> Hallway {
        let settings = self.hallway.settings().clone();
        let (clock, chance) = (self.clock.clone(), self.chance.clone());
        let talker: Option<Arc<dyn Banker>> = Some(self.talker.clone());
        let whole = Self::hallway(&self.database, clock, chance, settings, None, talker);
        whole.await.without_first_wall()
    }

    /// Another server over the same database, with a way out for mail.
    pub(crate) async fn again_with_mail(&self, mailer: Arc<dyn Mailer>) -> Hallway {
        let settings = self.hallway.settings().clone();
        Self::hallway(
            &self.database,
            self.clock.clone(),
            self.chance.clone(),
            settings,
            Some(mailer),
            None,
        )
        .await
    }

    async fn hallway(
        db: &TestDatabase,
        clock: Arc<TestClock>,
        chance: Chance,
        settings: BankSettings,
        mailer: Option<Arc<dyn Mailer>>,
        assistant: Option<Arc<dyn Banker>>,
    ) -> Hallway {
        let connection = DatabaseSettings {
            url: db.app_url(),
            role: None,
            connections_max: 8,
            acquire_max: Duration::from_secs(10),
        };
        let db = Database::connect(&connection).await.unwrap();
        let vault = Vault::open(db.reader(), masters(), chance.bytes()).await.unwrap();
        let (engine, _) = Engine::start(&connection, EngineSettings::default()).await.unwrap();
        let origin = "http://localhost:3000".parse().unwrap();
        Hallway::new(Parts {
            db,
            vault,
            engine,
            clock,
            chance,
            settings,
            webauthn: bank_operations::identity::relying_party(&origin).unwrap(),
            mailer,
            assistant,
        })
    }

    /// A database transaction with the keys to what is sealed.
    pub(crate) fn keyed<'a>(&'a self, tx: &'a Transaction) -> Keyed<'a, Transaction> {
        self.vault.over(tx)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn wait(&self, time: TimeDelta) {
        *self.clock.0.lock().unwrap() += time;
    }

    pub(crate) fn key(&self) -> IdempotencyKey {
        IdempotencyKey(Uuid::from_bytes(self.chance.bytes()))
    }

    /// A customer with a session, as signing up leaves them.
    pub(crate) async fn customer(&self, name: &str) -> Person<'_> {
        let (user, customer) = (
            UserId(self.chance.id(self.clock.now())),
            CustomerId(self.chance.id(self.clock.now())),
        );
        let new = people::NewCustomer {
            customer,
            user,
            name: name.into(),
            kind: CustomerKind::Person,
            since: self.clock.now().date_naive(),
            demo: Some((name.to_lowercase().replace(' ', "-"), format!("{name} in a test"))),
        };
        let tx = self
            .hallway
            .database()
            .begin(Acting::customer(user, customer))
            .await
            .unwrap();
        people::insert_customer(&self.keyed(&tx), &new, self.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.sign_in(name, user, customer).await
    }

    /// Signs in one more time, from another device.
    pub(crate) async fn sign_in(&self, name: &str, user: UserId, customer: CustomerId) -> Person<'_> {
        let handle = name.to_lowercase().replace(' ', "-");
        let visit = Visit {
            caller: Caller::Stranger,
            door: Door::Browser,
            device: "Test device".into(),
            network: "203.0.113.x".into(),
            aloud: bank_operations::Aloud::default(),
        };
        let outcome = self
            .hallway
            .run(&visit, bank_contract::identity::SignInDemo { handle })
            .await
            .expect("demo people sign in");
        let Some(SessionChange::Start(token)) = outcome.session else {
            panic!("no session was started")
        };
        let person = self.person(name, token, visit).await;
        assert_eq!((person.signed.user, person.signed.customer), (user, customer));
        person
    }

    /// Whoever has this session.
    pub(crate) async fn person(&self, name: &str, token: Token, visit: Visit) -> Person<'_> {
        let caller = self.hallway.caller_of(&token).await.unwrap();
        let Caller::Customer(signed) = caller else {
            panic!("the session is nobody's")
        };
        Person {
            bank: self,
            signed,
            token,
            visit: Visit { caller, ..visit },
            name: name.to_owned(),
        }
    }

    pub(crate) async fn stranger<O: Handler>(&self, input: O) -> Result<O::Output, BankError> {
        let visit = Visit {
            caller: Caller::Stranger,
            door: Door::Browser,
            device: String::new(),
            network: String::new(),
            aloud: bank_operations::Aloud::default(),
        };
        self.hallway
            .run(&visit, input)
            .await
            .and_then(|outcome| outcome.answer.done())
    }

    /// As whoever runs the server.
    pub(crate) async fn operator<O: Handler>(&self, input: O) -> Result<O::Output, BankError> {
        self.hallway
            .run(&Visit::operator(), input)
            .await
            .and_then(|outcome| outcome.answer.done())
    }

    /// Somebody who works at the bank and has come in.
    pub(crate) async fn staff(&self, name: &str) -> Visit {
        let invite = bank_contract::backoffice::InviteStaff { name: name.into() };
        let code = self.operator(invite).await.unwrap().code;
        let visit = Visit {
            caller: Caller::Stranger,
            door: Door::Browser,
            device: "Test device".into(),
            network: "203.0.113.x".into(),
            aloud: bank_operations::Aloud::default(),
        };
        let enter = bank_contract::backoffice::EnterAsStaff { code };
        let outcome = self.hallway.run(&visit, enter).await.unwrap();
        let Some(SessionChange::StartStaff(token)) = outcome.session else {
            panic!("no session was started")
        };
        let caller = self.hallway.staff_of(&token).await.unwrap();
        assert!(matches!(caller, Caller::Staff(_)));
        Visit { caller, ..visit }
    }

    pub(crate) async fn clock_runs<O: Handler>(&self, input: O) -> Result<O::Output, BankError> {
        self.hallway
            .run(&Visit::clock(), input)
            .await
            .and_then(|outcome| outcome.answer.done())
    }

    /// Where an account stands in the ledger.
    pub(crate) async fn ledger_account(&self, account: &AccountView) -> LedgerAccountId {
        let owner = self.database.owner().await;
        let row = bank_storage::accounts::find(&self.vault.over(&owner), account.account)
            .await
            .unwrap();
        row.unwrap().ledger_account()
    }

    /// One of the bank's own accounts.
    pub(crate) async fn internal(&self, account: Internal, currency: Currency) -> LedgerAccountId {
        let owner = self.database.owner().await;
        bank_storage::ledger::internal(&owner, account, currency).await.unwrap()
    }

    /// The books balance, whatever happened.
    pub(crate) async fn books(&self) -> BooksCheck {
        let books = self.clock_runs(bank_contract::ledger::CheckBooks {}).await.unwrap();
        assert!(books.holds(), "{books:?}");
        books
    }
}

/// Somebody with a session.
pub(crate) struct Person<'a> {
    pub(crate) bank: &'a TestBank,
    pub(crate) signed: Signed,
    pub(crate) token: Token,
    pub(crate) visit: Visit,
    pub(crate) name: String,
}

impl Person<'_> {
    pub(crate) async fn run<O: Handler>(&self, input: O) -> Result<Outcome<O::Output>, BankError> {
        self.bank.hallway.run(&self.visit, input).await
    }

    /// For operations that need no consent.
    pub(crate) async fn does<O: Handler>(&self, input: O) -> Result<O::Output, BankError> {
        self.run(input).await.and_then(|outcome| outcome.answer.done())
    }

    /// For operations that wait for a yes.
    pub(crate) async fn asks<O: Handler>(&self, input: O) -> Result<PendingView, BankError> {
        match self.run(input).await?.answer {
            Answer::Waits(view) => Ok(*view),
            Answer::Done(_) => panic!("it should have waited for a yes"),
        }
    }

    pub(crate) async fn confirms(&self, view: &PendingView) -> Result<Receipt, BankError> {
        let confirm = bank_contract::pending::ConfirmPending {
            pending: view.pending,
            hash: view.hash.clone(),
            signature: None,
        };
        let confirmed = self.does(confirm).await?;
        Ok(serde_json::from_value(confirmed.output).unwrap())
    }

    /// For operations that wait for a yes, and get it.
    pub(crate) async fn agrees<O: Handler>(&self, input: O) -> Result<O::Output, BankError> {
        let view = self.asks(input).await?;
        let confirm = bank_contract::pending::ConfirmPending {
            pending: view.pending,
            hash: view.hash,
            signature: None,
        };
        let confirmed = self.does(confirm).await?;
        Ok(serde_json::from_value(confirmed.output).unwrap())
    }

    /// Offers a mandate by a code, which the other one takes.
    pub(crate) async fn lets(&self, other: &Person<'_>, accounts: &[AccountId], power: Power) -> MandateId {
        self.lets_until(other, accounts, power, None).await
    }

    pub(crate) async fn lets_until(
        &self,
        other: &Person<'_>,
        accounts: &[AccountId],
        power: Power,
        until: Option<NaiveDate>,
    ) -> MandateId {
        let offered = self
            .agrees(GrantMandate {
                name: other.name.clone(),
                email: None,
                accounts: accounts.to_vec(),
                power,
                until,
            })
            .await
            .unwrap();
        let mandate = offered.view.mandate;
        let code = offered.code.map(Code::new);
        other.does(AcceptMandate { mandate, code }).await.unwrap();
        mandate
    }

    pub(crate) async fn opens(&self, currency: Currency) -> AccountView {
        self.does(OpenAccount {
            name: "Everyday".into(),
            product: Product::Current,
            currency,
        })
        .await
        .unwrap()
    }

    pub(crate) async fn deposits(&self, account: &AccountView, minor: i64) -> Receipt {
        let amount = Money::from_minor(minor, account.booked.currency()).unwrap();
        self.does(Deposit {
            account: account.account,
            amount,
            key: self.bank.key(),
        })
        .await
        .unwrap()
    }

    /// An account with money in it.
    pub(crate) async fn has(&self, minor: i64) -> AccountView {
        let account = self.opens(Currency::Eur).await;
        if minor > 0 {
            self.deposits(&account, minor).await;
        }
        account
    }

    /// Begins a conversation with the assistant.
    pub(crate) async fn says(&self, text: &str) -> Result<Turn, BankError> {
        self.goes_on(None, text).await
    }

    pub(crate) async fn goes_on(&self, conversation: Option<ConversationId>, text: &str) -> Result<Turn, BankError> {
        let said = Said::Words { text: text.into() };
        self.does(Say {
            conversation,
            said,
            page: None,
        })
        .await
    }

    pub(crate) fn transfer(
        &self,
        from: &AccountView,
        to: &AccountView,
        payee_name: &str,
        minor: i64,
    ) -> SubmitTransfer {
        SubmitTransfer {
            from: from.account,
            payee_name: payee_name.into(),
            payee_iban: to.iban.clone(),
            amount: Money::from_minor(minor, from.booked.currency()).unwrap(),
            reference: "Dinner".into(),
            key: self.bank.key(),
        }
    }

    pub(crate) async fn booked(&self, account: &AccountView) -> i64 {
        let shown = self
            .does(bank_contract::accounts::ShowAccount {
                account: account.account,
            })
            .await
            .unwrap();
        shown.booked.minor()
    }

    /// What the database is told when they call.
    pub(crate) fn acting(&self) -> Acting {
        self.visit.caller.acting()
    }

    /// A passkey that no authenticator has.
    pub(crate) async fn has_passkey(&self, row: people::Passkey) {
        let tx = self.bank.hallway.database().begin(self.acting()).await.unwrap();
        people::insert_passkey(&self.bank.keyed(&tx), row).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// After the session has run out.
    pub(crate) async fn sign_in_again(&self) -> Self {
        self.bank
            .sign_in(&self.name, self.signed.user, self.signed.customer)
            .await
    }

    pub(crate) fn session(&self) -> SessionId {
        self.signed.session
    }
}

pub(crate) fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Eur).unwrap()
}
