//! Payees whom a customer trusts.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::BankError;
use bank_contract::payees::{EndTrust, ListTrusted, TRUSTED_MAX, TrustPayee, TrustedPayee};
use bank_contract::pending::Summary;
use bank_rules::risk::Movement;
use bank_storage::{accounts, payees as store};

impl Handler for TrustPayee {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        let customer = cx.who()?.customer;
        let account = accounts::find_payee(cx.tx, &self.iban).await?;
        let account = account.ok_or(BankError::PayeeUnknown)?;
        if account.customer() == customer {
            return Err(BankError::invalid("iban", "This account is your own: it needs no signature anyway.").into());
        }
        let trusted = store::trusted(cx.tx, customer).await?;
        let one_more = !trusted.iter().any(|payee| payee.iban == self.iban);
        if one_more && trusted.len() >= TRUSTED_MAX as usize {
            return Err(BankError::TooMany {
                what: "trusted payees".into(),
                most: TRUSTED_MAX,
            }
            .into());
        }
        Ok(Movement::None)
    }

    async fn summary(&self, _cx: &Context<'_>) -> Result<Summary, Refusal> {
        let name = self.name.trim().to_owned();
        Ok(Summary {
            title: format!("Trust {name}"),
            payee_name: Some(name),
            payee_iban: Some(self.iban.clone()),
            when: "At once".to_owned(),
            warnings: vec![
                "From now on a press is enough to pay this account, up to your daily limit. Nobody who asks you to do \
                 this on the telephone is from your bank."
                    .to_owned(),
            ],
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<TrustedPayee, Refusal> {
        let (customer, day) = (cx.who()?.customer, cx.business_date().await?);
        Ok(store::trust(cx.tx, customer, &self.iban, self.name.trim(), day).await?)
    }
}

impl Handler for ListTrusted {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<TrustedPayee>, Refusal> {
        Ok(store::trusted(cx.tx, cx.who()?.customer).await?)
    }
}

impl Handler for EndTrust {
    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let trusted = store::trusted(cx.tx, cx.who()?.customer).await?;
        let payee = trusted.into_iter().find(|payee| payee.iban == self.iban);
        let name = payee.ok_or(BankError::NotFound)?.name;
        Ok(Summary {
            title: format!("Trust {name} no longer"),
            payee_name: Some(name),
            payee_iban: Some(self.iban.clone()),
            when: "At once".to_owned(),
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<(), Refusal> {
        Ok(store::end_trust(cx.tx, cx.who()?.customer, &self.iban).await?)
    }
}
