//! A whole life is lived with planted words, and then none of them is in a dump of the database or in the log.

use crate::bank::{Person, TestBank, euro};
use crate::factors::{App, goes_on, password, signs_for_email};
use crate::passkey::SoftPasskey;
use bank_contract::BankError;
use bank_contract::accounts::{AccountView, ListTransactions, OpenAccount, Product, RenameAccount, TransactionStatus};
use bank_contract::identity::email::RequestRecovery;
use bank_contract::identity::factors::{FinishTotp, StartTotp, TotpSetup};
use bank_contract::identity::{RenamePasskey, ShowProfile};
use bank_contract::notifications::{DeliverNotices, ShowMailbox};
use bank_contract::payees::{ListTrusted, TrustPayee};
use bank_contract::tokens::{CreateToken, ListTokens, NewToken};
use bank_contract::transfers::SubmitTransfer;
use bank_contract::{Currency, Cursor};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::ConnectionTrait as _;
use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// All of it in one place, as whoever steals a copy would have it.
fn dump(bank: &TestBank) -> String {
    let newest = "ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1";
    let found = Command::new("sh").args(["-c", newest]).output().unwrap();
    let folder = String::from_utf8(found.stdout).unwrap();
    let program = if folder.trim().is_empty() {
        "pg_dump".to_owned()
    } else {
        format!("{}/pg_dump", folder.trim())
    };
    let dumped = Command::new(program).arg(bank.database.owner_url()).output().unwrap();
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    String::from_utf8(dumped.stdout).unwrap().to_lowercase()
}

/// The forms in which a text could stand in a dump: as it is, as the bytes of a column, and in base64 wherever it begins.
fn forms(planted: &str) -> Vec<String> {
    let mut forms = vec![planted.to_lowercase(), hex::encode(planted)];
    for before in 0..3 {
        let padded = ["_".repeat(before).as_bytes(), planted.as_bytes()].concat();
        let encoded = STANDARD.encode(padded);
        // What does not depend on what stands around it.
        let from = [0, 2, 3][before];
        let to = encoded.trim_end_matches('=').len() - 2;
        forms.push(encoded[from..to].to_lowercase());
    }
    forms
}

fn is_in(text: &str, planted: &str) -> bool {
    forms(planted).iter().any(|form| text.contains(form.as_str()))
}

/// Everything that was said in this thread, however quietly.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).to_lowercase()
    }
}

const NAME: &str = "Quillon Marsupia";
const OTHER: &str = "Ysolde Barnacle";
const EMAIL: &str = "Quillon.Marsupia@Walrus.Example";
const PLANTED: [&str; 18] = [
    NAME,
    OTHER,
    EMAIL,
    "Zirconium jar",
    "Marzipan tin",
    "Kestrel lantern",
    "Ocelot umbrella",
    "Heliotrope fund",
    "Walnut gramophone",
    "Periwinkle ledger",
    "Obsidian keyring",
    "Brother Thistle",
    "Quince typewriter",
    "Too much marmalade",
    "Test device",
    "203.0.113.x",
    "Quokka umbrella",
    "c@walrus.example",
];

struct Life<'a> {
    me: Person<'a>,
    key: SoftPasskey,
    from: AccountView,
    to: AccountView,
}

impl<'a> Life<'a> {
    async fn begins(bank: &'a TestBank) -> Self {
        let key = SoftPasskey::new(7);
        let me = bank.signs_up(NAME, &key).await;
        let other = bank.signs_up(OTHER, &SoftPasskey::new(8)).await;
        let opens = async |person: &Person<'_>, name: &str| {
            let wanted = OpenAccount {
                name: name.into(),
                product: Product::Current,
                currency: Currency::Eur,
            };
            person.does(wanted).await.unwrap()
        };
        let (from, to) = (
            opens(&me, "Zirconium jar").await,
            opens(&other, "Heliotrope fund").await,
        );
        me.deposits(&from, 500_000).await;
        Self { me, key, from, to }
    }

    fn pays(&self, minor: i64, reference: &str) -> SubmitTransfer {
        SubmitTransfer {
            reference: reference.into(),
            ..self.me.transfer(&self.from, &self.to, OTHER, minor)
        }
    }

    /// An address, a password, an app, and a code to a new address that is never typed.
    async fn has_another_way_in(self, bank: &TestBank) -> (Self, TotpSetup) {
        signs_for_email(&self.me, EMAIL, &self.key).await;
        let set = self.me.run(password("kettle orbit mango tin")).await.unwrap();
        let me = goes_on(self.me, &set).await;
        let view = me.asks(StartTotp {}).await.unwrap();
        let done = me.signs(&view, &self.key).await.unwrap();
        let setup: TotpSetup = serde_json::from_value(done.output).unwrap();
        let finish = FinishTotp {
            ceremony: setup.ceremony,
            code: App::new(&setup.secret).code(bank),
            current: None,
        };
        let finished = me.run(finish).await.unwrap();
        let me = goes_on(me, &finished).await;
        let life = Self { me, ..self };
        bank.stranger(RequestRecovery { email: EMAIL.into() }).await.unwrap();
        // And somebody who never comes back.
        let applicant = bank_contract::identity::sign_up::StartSignUpByMail {
            name: "Quokka umbrella".into(),
            kind: bank_contract::identity::CustomerKind::Person,
            email: "c@walrus.example".into(),
        };
        bank.stranger(applicant).await.unwrap();
        (life, setup)
    }

    /// Payments: signed, by a program, waiting, declined.
    async fn pays_in_every_way(&self, bank: &TestBank) -> NewToken {
        let Self { me, key, .. } = self;
        let view = me.asks(self.pays(12_345, "Kestrel lantern")).await.unwrap();
        me.signs(&view, key).await.unwrap();
        let create = CreateToken {
            name: "Periwinkle ledger".into(),
            pay_up_to: Some(euro(5_000)),
            total: None,
            payees: Vec::new(),
            days: 30,
        };
        let view = me.asks(create).await.unwrap();
        let token: NewToken = serde_json::from_value(me.signs(&view, key).await.unwrap().output).unwrap();
        bank.program_pays(&token, self.pays(1_000, "Ocelot umbrella"))
            .await
            .unwrap();
        me.asks(self.pays(2_000, "Walnut gramophone")).await.unwrap();
        // Said yes to, and then the money is gone.
        let doomed = me.asks(self.pays(480_000, "Too much marmalade")).await.unwrap();
        bank.program_pays(&token, self.pays(5_000, "Quince typewriter"))
            .await
            .unwrap();
        bank.program_pays(&token, self.pays(5_000, "Quince typewriter"))
            .await
            .unwrap();
        let refused = me.signs(&doomed, key).await.unwrap_err();
        assert!(matches!(refused, BankError::InsufficientFunds { .. }), "{refused:?}");
        token
    }

    async fn gives_names(&self) {
        let Self { me, key, .. } = self;
        let profile = me.does(ShowProfile {}).await.unwrap();
        let rename = RenamePasskey {
            passkey: profile.passkeys[0].passkey,
            name: "Obsidian keyring".into(),
        };
        me.does(rename).await.unwrap();
        let rename = RenameAccount {
            account: self.from.account,
            name: "Marzipan tin".into(),
        };
        me.does(rename).await.unwrap();
        let trust = TrustPayee {
            iban: self.to.iban.clone(),
            name: "Brother Thistle".into(),
        };
        let view = me.asks(trust).await.unwrap();
        me.signs(&view, key).await.unwrap();
    }

    /// The bank itself reads everything.
    async fn reads_it_all(&self) {
        let me = &self.me;
        let all = ListTransactions {
            account: None,
            after: None::<Cursor>,
            size: bank_contract::PageSize::default(),
        };
        let page = me.does(all).await.unwrap();
        for reference in ["Kestrel lantern", "Ocelot umbrella", "Quince typewriter"] {
            let row = page.rows.iter().find(|row| row.reference == reference).unwrap();
            assert_eq!(row.counterparty, OTHER);
        }
        let declined = page.rows.iter().find(|row| row.status == TransactionStatus::Declined);
        assert_eq!(declined.unwrap().reference, "Too much marmalade");
        assert_eq!(me.does(ListTrusted {}).await.unwrap()[0].name, "Brother Thistle");
        assert_eq!(me.does(ListTokens {}).await.unwrap()[0].name, "Periwinkle ledger");
        let profile = me.does(ShowProfile {}).await.unwrap();
        assert_eq!(
            (profile.me.name.as_str(), profile.passkeys[0].name.as_str()),
            (NAME, "Obsidian keyring")
        );
        let mails = me.does(ShowMailbox {}).await.unwrap();
        assert!(mails.iter().any(|mail| mail.body.contains(NAME)));
        assert!(mails.iter().any(|mail| mail.to.as_deref() == Some(EMAIL)));
    }
}

#[tokio::test]
async fn nothing_that_was_planted_in_a_whole_life_is_in_a_dump_or_in_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let bank = TestBank::open().await;
    let (life, setup) = Life::begins(&bank).await.has_another_way_in(&bank).await;
    bank.wait(chrono::TimeDelta::seconds(60));
    let token = life.pays_in_every_way(&bank).await;
    life.gives_names().await;
    bank.clock_runs(DeliverNotices {}).await.unwrap();
    life.reads_it_all().await;
    // A notice that waits, and what was signed for it.
    let waits = life
        .me
        .asks(bank_contract::identity::email::SetEmail {
            email: "b@walrus.example".into(),
        })
        .await
        .unwrap();
    life.me.signs(&waits, &life.key).await.unwrap();
    tracing::error!("a control: Ermine trombone");

    let secret = setup.secret.replace(' ', "");
    let tx = bank.hallway.database().begin(life.me.acting()).await.unwrap();
    let kept = bank_storage::identity::factors::totp_secret(&bank.keyed(&tx), life.me.signed.user).await;
    let bytes = kept.unwrap().unwrap();
    let mut planted: Vec<&str> = PLANTED.to_vec();
    planted.extend([secret.as_str(), token.secret.as_str(), "b@walrus.example"]);
    let (dump, log) = (dump(&bank), log.text());
    assert!(
        dump.contains("journal_entries") && dump.len() > 100_000,
        "{}",
        dump.len()
    );
    for planted in planted {
        assert!(!is_in(&dump, planted), "in the dump: {planted}");
        assert!(!is_in(&log, planted), "in the log: {planted}");
    }
    assert!(!dump.contains(&hex::encode(&*bytes)), "the app’s secret");
    // The search finds what is there: what stays in the plain, and the control in the log.
    assert!(is_in(&dump, life.to.iban.as_str()));
    assert!(is_in(&log, "Ermine trombone"));
    bank.books().await;
}

#[tokio::test]
async fn the_search_would_have_found_it_in_every_form() {
    let bank = TestBank::open().await;
    assert!(!is_in(&dump(&bank), NAME));
    let owner = bank.database.owner().await;
    let encoded = STANDARD.encode(format!("x{NAME}y"));
    let shifted = STANDARD.encode(format!("xy{NAME}"));
    for value in [
        format!("'{NAME}'"),
        format!("'says {}'", NAME.to_uppercase()),
        format!("'\"{NAME}\"'"),
        format!("convert_to('to {NAME}', 'UTF8')::text"),
        format!("'{encoded}'"),
        format!("'{shifted}'"),
    ] {
        let sql = format!("DROP TABLE IF EXISTS control; CREATE TABLE control AS SELECT {value} AS value");
        owner.execute_unprepared(&sql).await.unwrap();
        assert!(is_in(&dump(&bank), NAME), "{value}");
    }
}
