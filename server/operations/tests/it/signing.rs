//! Signatures: over exactly what was shown, by whom it was asked, once, in time; and the proof that is left.

use crate::bank::{Person, TestBank, euro};
use crate::passkey::SoftPasskey;
use bank_contract::accounts::AccountView;
use bank_contract::identity::StartAddingPasskey;
use bank_contract::identity::factors::{StartTotp, TotpSetup};
use bank_contract::pending::{PendingState, PendingView, Proof, ShowPending, ShowProof, Signature};
use bank_contract::tokens::{CreateToken, ListTokens, NewToken};
use bank_contract::transfers::{MoveMoney, Receipt};
use bank_contract::{BankError, Consent, Currency};
use bank_operations::pending::proof::{ProofError, check};
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

struct Scene<'a> {
    anna: Person<'a>,
    key: SoftPasskey,
    ben: Person<'a>,
    from: AccountView,
    to: AccountView,
}

impl<'a> Scene<'a> {
    async fn set(bank: &'a TestBank) -> Self {
        let key = SoftPasskey::new(7);
        let anna = bank.signs_up("Anna Weber", &key).await;
        let ben = bank.signs_up("Ben Okafor", &SoftPasskey::new(8)).await;
        let (from, to) = (anna.has(100_000).await, ben.has(0).await);
        Self {
            anna,
            key,
            ben,
            from,
            to,
        }
    }

    async fn asks(&self, minor: i64) -> PendingView {
        let transfer = self.anna.transfer(&self.from, &self.to, "Ben Okafor", minor);
        self.anna.asks(transfer).await.unwrap()
    }

    async fn arrived(&self) -> i64 {
        self.ben.booked(&self.to).await
    }
}

fn receipt(output: &Value) -> Receipt {
    serde_json::from_value(output.clone()).unwrap()
}

#[tokio::test]
async fn a_payment_is_signed_and_its_proof_holds_for_everybody() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(12_345).await;
    assert_eq!(view.missing, Consent::Sign);
    assert!(view.summary.why.as_deref().unwrap().contains("you sign"));
    let done = scene.anna.signs(&view, &scene.key).await.unwrap();
    assert_eq!(scene.arrived().await, 12_345);

    let entry = receipt(&done.output).entry;
    let proof = scene.anna.does(ShowProof { entry }).await.unwrap().unwrap();
    assert_eq!(proof.entry, Some(entry));
    let checked = check(&proof).unwrap();
    let shown = &checked.document["shown"];
    assert_eq!(shown["amount"], json!({ "amount": "123.45", "currency": "EUR" }));
    assert_eq!(shown["payee_name"], "Ben Okafor");
    assert_eq!(shown["payee_iban"], json!(scene.to.iban));
    assert_eq!(checked.document["operation"], "transfers.submit");
    // The payee has no part in it.
    assert_eq!(scene.ben.does(ShowProof { entry }).await, Ok(None));
    bank.books().await;
}

#[tokio::test]
async fn a_press_alone_does_not_do_where_a_signature_is_asked_for() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    let refused = scene.anna.confirms_with(&view, None).await.unwrap_err();
    assert!(refused.field("signature").is_some());
    assert_eq!(scene.arrived().await, 0);
    assert!(scene.anna.signs(&view, &scene.key).await.is_ok(), "it goes on waiting");
}

#[tokio::test]
async fn a_signature_under_one_request_does_nothing_for_another() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let (small, large) = (scene.asks(5_000).await, scene.asks(90_000).await);
    let signature = scene.anna.signature(&small, &scene.key).await;
    let crossed = scene.anna.confirms_with(&large, Some(signature.clone())).await;
    assert_eq!(crossed, Err(BankError::CeremonyExpired));
    // It is spent by that, for its own request too.
    let late = scene.anna.confirms_with(&small, Some(signature)).await;
    assert_eq!(late, Err(BankError::CeremonyExpired));
    assert_eq!(scene.arrived().await, 0);
}

#[tokio::test]
async fn a_signature_counts_once_even_from_many_at_once() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    let signature = scene.anna.signature(&view, &scene.key).await;
    let tries = (0..8).map(|_| scene.anna.confirms_with(&view, Some(signature.clone())));
    let results = futures::future::join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(scene.arrived().await, 5_000);
    // And not for the same payment asked anew.
    let again = scene.asks(5_000).await;
    let replayed = scene.anna.confirms_with(&again, Some(signature)).await;
    assert_eq!(replayed, Err(BankError::CeremonyExpired));
    assert_eq!(scene.arrived().await, 5_000);
}

#[tokio::test]
async fn a_signature_is_made_within_five_minutes() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    let signature = scene.anna.signature(&view, &scene.key).await;
    bank.wait(TimeDelta::minutes(5));
    let late = scene.anna.confirms_with(&view, Some(signature)).await;
    assert_eq!(late, Err(BankError::CeremonyExpired));
    assert!(scene.anna.signs(&view, &scene.key).await.is_ok());
}

#[tokio::test]
async fn nobody_signs_for_somebody_else() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    // Another's passkey, for one's own ceremony.
    let stolen = scene.anna.signs(&view, &SoftPasskey::new(8)).await;
    assert_eq!(stolen, Err(BankError::PasskeyRefused));
    // Another's ceremony, for another's request.
    let signature = scene.anna.signature(&view, &scene.key).await;
    let theirs = scene.ben.confirms_with(&view, Some(signature.clone())).await;
    assert_eq!(theirs, Err(BankError::NotFound));
    assert_eq!(scene.ben.begins_to_sign(&view).await.unwrap_err(), BankError::NotFound);
    // A foreign try spends nothing of it.
    assert!(scene.anna.confirms_with(&view, Some(signature)).await.is_ok());
    assert_eq!(scene.arrived().await, 5_000);
}

#[tokio::test]
async fn any_changed_byte_is_refused() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    for part in ["authenticatorData", "clientDataJSON", "signature"] {
        let Signature::Passkey {
            ceremony,
            mut credential,
        } = scene.anna.signature(&view, &scene.key).await
        else {
            panic!("it should be a passkey's")
        };
        let text = credential["response"][part].as_str().unwrap().to_owned();
        let middle = text.len() / 2;
        let other = if &text[middle..=middle] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &text[..middle], &text[middle + 1..]);
        credential["response"][part] = json!(changed);
        let changed = Some(Signature::Passkey { ceremony, credential });
        let refused = scene.anna.confirms_with(&view, changed).await;
        assert_eq!(refused, Err(BankError::PasskeyRefused), "{part}");
    }
    for credential in [json!({}), json!(null), json!("x")] {
        let (ceremony, _) = scene.anna.begins_to_sign(&view).await.unwrap();
        let nonsense = Some(Signature::Passkey { ceremony, credential });
        assert_eq!(
            scene.anna.confirms_with(&view, nonsense).await,
            Err(BankError::PasskeyRefused)
        );
    }
    assert_eq!(scene.arrived().await, 0);
}

#[tokio::test]
async fn a_signature_for_another_address_or_without_its_owner_is_refused() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    let elsewhere = SoftPasskey {
        origin: "https://larch.example.net".into(),
        ..scene.key.clone()
    };
    let other_party = SoftPasskey {
        relying_party: "example.net".into(),
        ..scene.key.clone()
    };
    for passkey in [elsewhere, other_party, scene.key.clone().careless()] {
        let refused = scene.anna.signs(&view, &passkey).await;
        assert_eq!(refused, Err(BankError::PasskeyRefused));
    }
    assert_eq!(scene.arrived().await, 0);
}

#[tokio::test]
async fn what_was_signed_and_then_refused_has_ended_and_its_signature_with_it() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let (one, two) = (scene.asks(80_000).await, scene.asks(80_000).await);
    let late = scene.anna.signature(&two, &scene.key).await;
    scene.anna.signs(&one, &scene.key).await.unwrap();
    let refused = scene.anna.confirms_with(&two, Some(late)).await;
    assert!(matches!(refused, Err(BankError::InsufficientFunds { .. })));
    let shown = scene.anna.does(ShowPending { pending: two.pending }).await.unwrap();
    assert_eq!(shown.state, PendingState::Refused);
    assert_eq!(scene.arrived().await, 80_000);
}

#[tokio::test]
async fn small_payments_to_somebody_known_go_by_a_press_until_one_has_to_be_signed() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    // Somebody new is signed, however little it is.
    let first = scene.asks(100).await;
    assert_eq!(first.missing, Consent::Sign);
    scene.anna.signs(&first, &scene.key).await.unwrap();
    for _ in 0..3 {
        let small = scene.asks(3_000).await;
        assert_eq!(small.missing, Consent::Confirm);
        assert!(small.summary.why.unwrap().contains("press is enough"));
        scene.anna.confirms_with(&scene.asks(1).await, None).await.unwrap();
    }
    let bound = TestBank::open().await;
    let scene = Scene::set(&bound).await;
    scene.anna.signs(&scene.asks(100).await, &scene.key).await.unwrap();
    for _ in 0..3 {
        scene.anna.confirms_with(&scene.asks(3_000).await, None).await.unwrap();
    }
    // 90.00 went unsigned: 10.00 more fits, and a cent more does not.
    assert_eq!(scene.asks(1_000).await.missing, Consent::Confirm);
    let beyond = scene.asks(1_001).await;
    assert_eq!(beyond.missing, Consent::Sign);
    scene.anna.signs(&beyond, &scene.key).await.unwrap();
    assert_eq!(
        scene.asks(3_000).await.missing,
        Consent::Confirm,
        "counting begins anew"
    );
}

#[tokio::test]
async fn small_payments_at_once_cannot_fit_under_a_bound_together() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    scene.anna.signs(&scene.asks(100).await, &scene.key).await.unwrap();
    let mut views = Vec::new();
    for _ in 0..8 {
        views.push(scene.asks(2_000).await);
    }
    let presses = views.iter().map(|view| scene.anna.confirms_with(view, None));
    let results = futures::future::join_all(presses).await;
    let done = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(done, 5, "{results:?}");
    for result in results.into_iter().filter(Result::is_err) {
        assert_eq!(result.unwrap_err(), BankError::SignatureNeeded);
    }
    assert_eq!(scene.arrived().await, 100 + 5 * 2_000);
}

#[tokio::test]
async fn between_own_accounts_a_press_is_enough() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let savings = scene.anna.opens(Currency::Eur).await;
    let moved = scene.anna.asks(MoveMoney {
        from: scene.from.account,
        to: savings.account,
        amount: euro(90_000),
        reference: String::new(),
        key: bank.key(),
    });
    let view = moved.await.unwrap();
    assert_eq!(view.missing, Consent::Confirm);
    assert!(view.summary.why.as_deref().unwrap().contains("stays with you"));
    assert!(scene.anna.confirms_with(&view, None).await.is_ok());
}

#[tokio::test]
async fn letting_a_program_in_is_signed_and_its_secret_is_kept_nowhere() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let create = CreateToken {
        name: "Bookkeeping".into(),
        pay_up_to: Some(euro(5_000)),
        total: None,
        payees: Vec::new(),
        days: 30,
    };
    let view = scene.anna.asks(create).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(scene.anna.confirms_with(&view, None).await.is_err());
    assert!(scene.anna.does(ListTokens {}).await.unwrap().is_empty());
    let done = scene.anna.signs(&view, &scene.key).await.unwrap();
    let token: NewToken = serde_json::from_value(done.output).unwrap();
    let transfer = scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 5_000);
    assert!(bank.program_pays(&token, transfer).await.is_ok());
    let owner = bank.database.owner().await;
    for table in [
        "pending_operations",
        "signatures",
        "api_tokens",
        "audit_lines",
        "outbox",
    ] {
        let sql = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%{}%'", token.secret);
        assert_eq!(crate::hallway::count_of(&owner, &sql).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_payment_beyond_a_programs_bounds_is_signed_by_its_user() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let create = CreateToken {
        name: "Shop".into(),
        pay_up_to: Some(euro(1_000)),
        total: None,
        payees: Vec::new(),
        days: 30,
    };
    let view = scene.anna.asks(create).await.unwrap();
    let done = scene.anna.signs(&view, &scene.key).await.unwrap();
    let token: NewToken = serde_json::from_value(done.output).unwrap();
    let transfer = scene.anna.transfer(&scene.from, &scene.to, "Ben Okafor", 5_000);
    let waits = bank.program(&token, transfer).await.unwrap().answer;
    let bank_contract::Answer::Waits(view) = waits else {
        panic!("it should have waited")
    };
    assert_eq!(view.missing, Consent::Sign);
    scene.anna.signs(&view, &scene.key).await.unwrap();
    assert_eq!(scene.arrived().await, 5_000);
}

#[tokio::test]
async fn a_second_passkey_needs_the_first_ones_signature() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.anna.asks(StartAddingPasskey {}).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(scene.anna.confirms_with(&view, None).await.is_err());
    let done = scene.anna.signs(&view, &scene.key).await.unwrap();
    let begun: bank_contract::identity::Ceremony = serde_json::from_value(done.output).unwrap();
    let second = SoftPasskey::new(9);
    let finish = bank_contract::identity::FinishAddingPasskey {
        ceremony: begun.ceremony,
        credential: second.create(&begun.options),
        name: "Phone".into(),
        password: None,
    };
    scene.anna.does(finish).await.unwrap();
    let view = scene.asks(5_000).await;
    assert!(scene.anna.signs(&view, &second).await.is_ok(), "either of them signs");
}

#[tokio::test]
async fn whoever_has_only_the_session_opens_no_other_way_in() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.anna.asks(StartTotp {}).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(scene.anna.confirms_with(&view, None).await.is_err());
    let done = scene.anna.signs(&view, &scene.key).await.unwrap();
    let setup: TotpSetup = serde_json::from_value(done.output).unwrap();
    // The app's key is nowhere but with its ceremony.
    let owner = bank.database.owner().await;
    let kept = bank_storage::pending::find(&bank.vault.over(&owner), view.pending).await;
    let output = kept.unwrap().unwrap().output().unwrap().to_string();
    assert!(output.contains(&setup.ceremony.to_string()), "{output}");
    assert!(!output.contains(setup.secret.as_str()), "{output}");
}

#[tokio::test]
async fn a_proof_with_any_part_changed_proves_nothing() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(12_345).await;
    let done = scene.anna.signs(&view, &scene.key).await.unwrap();
    let entry = receipt(&done.output).entry;
    let proof = scene.anna.does(ShowProof { entry }).await.unwrap().unwrap();
    let with = |edit: fn(&mut Proof)| {
        let mut changed = proof.clone();
        edit(&mut changed);
        check(&changed).unwrap_err()
    };
    assert_eq!(with(|p| p.format.push('x')), ProofError::Form);
    assert_eq!(
        with(|p| p.document = p.document.replace("123.45", "923.45")),
        ProofError::OtherDocument
    );
    assert_eq!(with(|p| p.document.push(' ')), ProofError::Document);
    assert_eq!(
        with(|p| p.nonce = p.nonce.replace(|c| c != '0', "1")),
        ProofError::OtherDocument
    );
    assert_eq!(with(|p| p.nonce.truncate(62)), ProofError::Form);
    assert_eq!(
        with(|p| p.origin = "http://localhost:3001".into()),
        ProofError::OtherOrigin
    );
    assert_eq!(
        with(|p| p.relying_party = "example.net".into()),
        ProofError::OtherOrigin
    );
    assert_eq!(with(|p| p.public_key["kty"] = json!("oct")), ProofError::Key);
    assert_eq!(
        with(|p| {
            let x = p.public_key["y"].clone();
            p.public_key["x"] = x;
        }),
        ProofError::Signature
    );
    assert_eq!(
        with(|p| p.client_data = p.client_data[4..].to_owned()),
        ProofError::Form
    );
    assert_eq!(
        with(|p| {
            let other = if &p.signature[40..=40] == "A" { "B" } else { "A" };
            p.signature.replace_range(40..=40, other);
        }),
        ProofError::Signature
    );
}

#[tokio::test]
async fn the_database_itself_keeps_signatures_as_they_were_given() {
    let bank = TestBank::open().await;
    let scene = Scene::set(&bank).await;
    let view = scene.asks(5_000).await;
    scene.anna.signs(&view, &scene.key).await.unwrap();
    let owner = bank.database.owner().await;
    for sql in [
        "UPDATE signatures SET proof = '{}'",
        "DELETE FROM signatures",
        "TRUNCATE signatures",
    ] {
        assert!(owner.execute_unprepared(sql).await.is_err(), "{sql}");
    }
}
