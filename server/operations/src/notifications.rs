//! Telling people: notices leave the outbox as mails, and mails leave the bank where it has a way to send.

use crate::hallway::{Context, Handler, Refusal};
use bank_contract::notifications::{DeliverNotices, MailView, SendMail, ShowMailbox, ShowSignUpMail};
use bank_contract::{BankError, CeremonyId};
use bank_rules::identity::codes;
use bank_rules::letters::{self, Letter};
use bank_storage::identity::factors::owner_of_address;
use bank_storage::notifications as store;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::future::Future;
use std::pin::Pin;

/// Notices made into mails at once.
const NOTICES_AT_ONCE: u64 = 200;
/// Notices that are nobody's and are passed over at once.
const NOBODYS_AT_ONCE: u64 = 20_000;
/// Mails sent at once: they are sent one after the other.
const MAILS_AT_ONCE: u64 = 10;
/// Mails that the demo's mailbox shows.
const SHOWN: u64 = 30;
/// After so many failures a mail is given up.
const FAILURES_MAX: i32 = 8;
/// How long a mail is kept after it is done with.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// And one to somebody who is no customer, sent or not: its code is worth nothing any more.
const KEPT_FOR_APPLICANTS: TimeDelta = TimeDelta::hours(1);

/// A mail on its way out.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// A mail can carry a code.
impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outgoing(…)")
    }
}

/// Why a mail did not go out. It names neither the receiver nor the words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotSent(pub String);

/// Sends mail. It must come to an end by itself within seconds.
pub trait Mailer: Send + Sync + 'static {
    fn send<'a>(&'a self, mail: &'a Outgoing) -> Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send + 'a>>;
}

/// When to try again after so many failures: after 30 seconds, then twice as long each time.
fn next_try(failures: i32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let doubled = u32::try_from(failures).ok().filter(|_| failures < FAILURES_MAX)?;
    Some(now + TimeDelta::seconds(30_i64 << doubled.saturating_sub(1)))
}

impl Handler for DeliverNotices {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        store::pass_over(cx.tx, NOBODYS_AT_ONCE).await?;
        let taken = store::take(cx.tx, NOTICES_AT_ONCE).await?;
        let count = taken.len() as u64;
        for notice in taken {
            deliver(cx, notice).await?;
        }
        store::sweep(cx.tx, cx.now - KEPT_FOR, cx.now - KEPT_FOR_APPLICANTS).await?;
        Ok(count)
    }
}

async fn deliver(cx: &Context<'_>, notice: store::NoticeRow) -> Result<(), Refusal> {
    let Some((ceremony, address)) = applicant(&notice) else {
        return write_to_customer(cx, &notice).await;
    };
    match owner_of_address(cx.tx, &codes::email_key(&address)).await? {
        // Its owner reads of it, and the code is told to nobody.
        Some(owner) => {
            let known = store::NoticeRow {
                topic: "identity.sign-up-known".to_owned(),
                customer: owner.customer(),
                payload: json!({}),
                at: notice.at,
            };
            write_to_customer(cx, &known).await
        }
        None => write_to_applicant(cx, &notice, ceremony, address).await,
    }
}

/// Writes to each user of the customer, or to the one address that the notice names.
async fn write_to_customer(cx: &Context<'_>, notice: &store::NoticeRow) -> Result<(), Refusal> {
    for receiver in store::receivers(cx.tx, notice.customer).await? {
        let Some(Letter { subject, body }) = letters::letter(&notice.topic, &receiver.name, &notice.payload) else {
            return Ok(());
        };
        let named = notice.payload.get("to").and_then(serde_json::Value::as_str);
        let address = named.map(str::to_owned).or_else(|| receiver.address.clone());
        let goes_out = cx.bank.mailer.is_some() && address.is_some();
        // Where it can neither go out nor be read in the demo, there is nobody to keep it for.
        if !goes_out && !cx.bank.settings.demo {
            continue;
        }
        let new = store::NewMail {
            id: cx.new_id(),
            of: store::MailOf::User(receiver.user()),
            address,
            topic: notice.topic.clone(),
            subject,
            body,
            at: notice.at,
            goes_out,
        };
        store::insert(cx.tx, &new).await?;
    }
    Ok(())
}

/// Who wants to become a customer, and has given this address.
fn applicant(notice: &store::NoticeRow) -> Option<(CeremonyId, String)> {
    let ceremony = notice.payload.get("ceremony").filter(|_| notice.customer.0.is_nil())?;
    let address = notice.payload.get("to")?.as_str()?;
    Some((serde_json::from_value(ceremony.clone()).ok()?, address.to_owned()))
}

/// Writes to an address that nobody has proven to be theirs: without the name that was typed, which could be any words.
async fn write_to_applicant(
    cx: &Context<'_>,
    notice: &store::NoticeRow,
    ceremony: CeremonyId,
    address: String,
) -> Result<(), Refusal> {
    let Some(Letter { subject, body }) = letters::letter(&notice.topic, "there", &notice.payload) else {
        return Ok(());
    };
    let goes_out = cx.bank.mailer.is_some();
    if !goes_out && !cx.bank.settings.demo {
        return Ok(());
    }
    let new = store::NewMail {
        id: cx.new_id(),
        of: store::MailOf::Applicant(ceremony),
        address: Some(address),
        topic: notice.topic.clone(),
        subject,
        body,
        at: notice.at,
        goes_out,
    };
    Ok(store::insert(cx.tx, &new).await?)
}

impl Handler for SendMail {
    async fn handle(self, cx: &mut Context<'_>) -> Result<u64, Refusal> {
        let Some(mailer) = cx.bank.mailer.clone() else {
            return Ok(0);
        };
        let mut sent = 0;
        for mail in store::due(cx.tx, MAILS_AT_ONCE, cx.now).await? {
            let outgoing = Outgoing {
                to: mail.address.unwrap_or_default(),
                subject: mail.subject,
                body: mail.body,
            };
            match mailer.send(&outgoing).await {
                Ok(()) => {
                    store::note_sent(cx.tx, mail.id, cx.bank.settings.demo).await?;
                    sent += 1;
                }
                Err(error) => {
                    let again = next_try(mail.failures + 1, cx.now);
                    let given_up = again.is_none();
                    tracing::warn!(mail = %mail.id, failures = mail.failures + 1, given_up, %error, "a mail was not sent");
                    store::note_failed(cx.tx, mail.id, again).await?;
                }
            }
        }
        Ok(sent)
    }
}

impl Handler for ShowMailbox {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<MailView>, Refusal> {
        if !cx.bank.settings.demo {
            return Err(BankError::DemoOff.into());
        }
        let mails = store::of_user(cx.tx, cx.signed()?.user, SHOWN).await?;
        Ok(views(cx, mails))
    }
}

fn views(cx: &Context<'_>, mails: Vec<store::MailRow>) -> Vec<MailView> {
    let views = mails.into_iter().map(|mail| MailView {
        subject: mail.subject,
        body: mail.body,
        to: mail.address,
        at: cx.local(mail.at),
    });
    views.collect()
}

impl Handler for ShowSignUpMail {
    async fn handle(self, cx: &mut Context<'_>) -> Result<Vec<MailView>, Refusal> {
        if !cx.bank.settings.demo {
            return Err(BankError::DemoOff.into());
        }
        let mails = store::of_ceremony(cx.tx, self.ceremony).await?;
        Ok(views(cx, mails))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_again_with_growing_pauses_and_then_given_up() {
        let now = DateTime::<Utc>::default();
        let pauses: Vec<Option<i64>> = (1..=FAILURES_MAX)
            .map(|failures| next_try(failures, now).map(|at| (at - now).num_seconds()))
            .collect();
        let some = [30, 60, 120, 240, 480, 960, 1_920].map(Some);
        assert_eq!(pauses[..7], some);
        assert_eq!(pauses[7], None);
    }
}
