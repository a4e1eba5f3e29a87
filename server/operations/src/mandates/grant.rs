//! Offering a mandate.

use super::view::{Told, end_of, view};
use super::{find, my_name};
use crate::hallway::{Context, Handler, Refusal};
use bank_contract::mandates::{GrantMandate, MANDATES_MAX, NewMandate, OFFER_DAYS, Power, Side};
use bank_contract::pending::{Detail, Summary};
use bank_contract::{BankError, Iban, MandateId};
use bank_rules::identity::codes;
use bank_rules::mandates as rules;
use bank_rules::risk::Movement;
use bank_storage::accounts;
use bank_storage::identity::factors::{AddressRow, owner_of_address};
use bank_storage::mandates as store;
use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};

/// The hash that the bank keeps of an offer's code. The code is random, so there is nothing to guess.
pub(super) fn code_hash(typed: &str) -> [u8; 32] {
    const TAG: &[u8] = b"larch mandate code v1\0";
    let mut hasher = Sha256::new();
    hasher.update(TAG);
    hasher.update(codes::read(typed).as_bytes());
    hasher.finalize().into()
}

async fn one_more_fits(cx: &Context<'_>) -> Result<(), Refusal> {
    let given = store::count_given_locked(cx.tx, cx.signed()?.customer, cx.now).await?;
    if given < u64::from(MANDATES_MAX) {
        return Ok(());
    }
    Err(BankError::TooMany {
        what: "mandates at once".into(),
        most: MANDATES_MAX,
    }
    .into())
}

/// Whose address it is, when it is somebody's. The caller is not told.
async fn invited(cx: &Context<'_>, email: Option<&str>) -> Result<Option<AddressRow>, Refusal> {
    let Some(email) = email else { return Ok(None) };
    let found = owner_of_address(cx.tx, &codes::email_key(email)).await?;
    if found
        .as_ref()
        .is_some_and(|row| Some(row.customer()) == cx.who().ok().map(|who| who.customer))
    {
        return Err(BankError::invalid("email", "This is your own address.").into());
    }
    Ok(found)
}

/// What the grantor is told that the holder may do.
fn may(power: &Power) -> String {
    match power {
        Power::View => "see the balance and what happened".to_owned(),
        Power::Joint => "hold it jointly: see all of it, and move its money as you can".to_owned(),
        Power::Pay(bounds) => {
            let whom = if bounds.payees.is_empty() {
                "anybody".to_owned()
            } else {
                let ibans: Vec<String> = bounds.payees.iter().map(Iban::grouped).collect();
                ibans.join(", ")
            };
            let total = bounds.total.map_or_else(String::new, |total| {
                format!(" and {} {}", total.most, total.per.words())
            });
            format!(
                "see the balance and what happened, and pay up to {} at a time{total} to {whom}",
                bounds.pay_up_to
            )
        }
    }
}

impl Handler for GrantMandate {
    async fn movement(&self, cx: &Context<'_>) -> Result<Movement, Refusal> {
        rules::may_end_on(self.until, cx.local(cx.now).date())?;
        invited(cx, self.email.as_deref()).await?;
        one_more_fits(cx).await?;
        Ok(Movement::None)
    }

    async fn summary(&self, cx: &Context<'_>) -> Result<Summary, Refusal> {
        let detail = |name: &str, value: String| Detail {
            name: name.to_owned(),
            value,
        };
        let mut names = Vec::with_capacity(self.accounts.len());
        for account in &self.accounts {
            let row = accounts::find(cx.tx, *account).await?.ok_or(BankError::NotFound)?;
            names.push(row.name().to_owned());
        }
        let which = if names.is_empty() {
            "All of yours, those that you open later included".to_owned()
        } else {
            names.join(", ")
        };
        let to = match &self.email {
            Some(email) => format!("Whoever has confirmed {} at Larch by now", email.trim()),
            None => "Whoever has the code that you get".to_owned(),
        };
        let until = self
            .until
            .map_or_else(|| "You end it".to_owned(), |day| day.to_string());
        let mut warnings = Vec::new();
        if self.power == Power::Joint {
            warnings.push("All the money in this account can then leave it without you.".to_owned());
        }
        Ok(Summary {
            title: format!("Let {} act for you", self.name.trim()),
            when: "Once they have accepted it".to_owned(),
            details: vec![
                detail("They may", may(&self.power)),
                detail("Accounts", which),
                detail("Until", until),
                detail("Offered to", to),
            ],
            warnings,
            ..Summary::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<NewMandate, Refusal> {
        let me = cx.signed()?;
        one_more_fits(cx).await?;
        let invited = invited(cx, self.email.as_deref()).await?;
        let code = self
            .email
            .is_none()
            .then(|| codes::grouped(&codes::base32(&cx.bank.chance.bytes::<10>()), '-'));
        let new = store::NewMandateRow {
            mandate: MandateId(cx.new_id()),
            grantor: me.customer,
            granted_by: me.user,
            name: self.name.trim().to_owned(),
            accounts: self.accounts,
            power: self.power,
            expires_at: self.until.map(|day| end_of(cx, day)),
            offered_to: invited.as_ref().map(AddressRow::user),
            code_hash: code.as_deref().map(code_hash),
            offer_ends_at: cx.now + TimeDelta::days(OFFER_DAYS),
            at: cx.now,
        };
        store::insert(cx.tx, &new).await?;
        cx.tell("mandate.granted", me.customer, json!({ "other": new.name }));
        if let Some(them) = invited {
            let other = my_name(cx).await?;
            cx.tell("mandate.offered", them.customer(), json!({ "other": other }));
        }
        let row = find(cx, new.mandate).await?;
        let told = Told::of(cx, [&row].into_iter()).await?;
        Ok(NewMandate {
            view: view(cx, &row, Side::Grantor, &told, None).await?,
            code,
        })
    }

    /// The code is shown once and kept nowhere.
    fn kept(output: &NewMandate) -> Result<serde_json::Value, BankError> {
        serde_json::to_value(&output.view).map_err(|_| BankError::internal("output"))
    }
}
