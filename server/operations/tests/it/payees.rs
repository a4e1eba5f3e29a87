//! Payees whom a customer trusts: put on the list with a signature, paid with a press.

use crate::bank::TestBank;
use crate::passkey::SoftPasskey;
use bank_contract::payees::{EndTrust, ListTrusted, TrustPayee};
use bank_contract::{BankError, Consent};

#[tokio::test]
async fn trust_is_signed_and_ends_at_once() {
    let bank = TestBank::open().await;
    let key = SoftPasskey::new(7);
    let anna = bank.signs_up("Anna Weber", &key).await;
    let ben = bank.signs_up("Ben Okafor", &SoftPasskey::new(8)).await;
    let (from, to) = (anna.has(500_000).await, ben.has(0).await);
    let trust = |name: &str| TrustPayee {
        iban: to.iban.clone(),
        name: name.into(),
    };
    let view = anna.asks(trust("Ben")).await.unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert!(anna.confirms_with(&view, None).await.is_err());
    assert!(anna.does(ListTrusted {}).await.unwrap().is_empty());
    anna.signs(&view, &key).await.unwrap();

    let view = anna
        .asks(anna.transfer(&from, &to, "Ben Okafor", 100_000))
        .await
        .unwrap();
    assert_eq!(view.missing, Consent::Confirm);
    assert!(view.summary.why.as_deref().unwrap().contains("trust"));
    anna.confirms_with(&view, None).await.unwrap();

    // Twice is once, under the newer name.
    let view = anna.asks(trust("Brother")).await.unwrap();
    anna.signs(&view, &key).await.unwrap();
    let trusted = anna.does(ListTrusted {}).await.unwrap();
    assert_eq!(trusted.len(), 1);
    assert_eq!(trusted[0].name, "Brother");
    assert!(ben.does(ListTrusted {}).await.unwrap().is_empty(), "it is Anna's list");

    anna.does(EndTrust { iban: to.iban.clone() }).await.unwrap();
    let view = anna
        .asks(anna.transfer(&from, &to, "Ben Okafor", 100_000))
        .await
        .unwrap();
    assert_eq!(view.missing, Consent::Sign);
    assert_eq!(ben.booked(&to).await, 100_000);
}

#[tokio::test]
async fn trust_that_ends_before_the_press_leaves_the_payment_to_be_signed() {
    let bank = TestBank::open().await;
    let key = SoftPasskey::new(7);
    let anna = bank.signs_up("Anna Weber", &key).await;
    let ben = bank.signs_up("Ben Okafor", &SoftPasskey::new(8)).await;
    let (from, to) = (anna.has(500_000).await, ben.has(0).await);
    let trust = TrustPayee {
        iban: to.iban.clone(),
        name: "Ben".into(),
    };
    let view = anna.asks(trust).await.unwrap();
    anna.signs(&view, &key).await.unwrap();
    let view = anna
        .asks(anna.transfer(&from, &to, "Ben Okafor", 100_000))
        .await
        .unwrap();
    anna.does(EndTrust { iban: to.iban.clone() }).await.unwrap();
    assert_eq!(anna.confirms_with(&view, None).await, Err(BankError::SignatureNeeded));
    assert_eq!(ben.booked(&to).await, 0);
}

#[tokio::test]
async fn only_somebody_elses_account_here_can_be_trusted() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let own = anna.has(0).await;
    let trust = |iban: &bank_contract::Iban| TrustPayee {
        iban: iban.clone(),
        name: "Somebody".into(),
    };
    assert!(anna.asks(trust(&own.iban)).await.unwrap_err().field("iban").is_some());
    let nowhere = "DE89370400440532013000".parse().unwrap();
    assert_eq!(anna.asks(trust(&nowhere)).await.unwrap_err(), BankError::PayeeUnknown);
}
