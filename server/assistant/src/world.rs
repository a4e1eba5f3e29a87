//! What one turn can find out: through the doorway, at most [`CALLS_MAX`] times, everything once.

use crate::{CALLS_MAX, PAGES_MAX};
use bank_contract::accounts::{
    AccountStatus, AccountView, EntryKind, ListAccounts, ListTransactions, TransactionStatus, TransactionView,
};
use bank_contract::assistant::turn::Situation;
use bank_contract::payees::{ListTrusted, TrustedPayee};
use bank_contract::transfers::{Receipt, ShowReceipt};
use bank_contract::{
    AccountId, Answer, BankError, Currency, Doorway, EntryId, IdempotencyKey, Operation, PageSize, PendingId,
};
use chrono::NaiveDate;
use std::collections::HashMap;

pub(crate) struct World<'a> {
    bank: &'a Doorway,
    pub(crate) now: &'a Situation,
    calls: u32,
    keys: u8,
    accounts: Option<Vec<AccountView>>,
    others: Vec<AccountView>,
    trusted: Option<Vec<TrustedPayee>>,
    latest: Option<Rows>,
    receipts: HashMap<EntryId, Receipt>,
    /// What was read last, and what it was asked for by.
    read: Option<(Wished, Rows)>,
}

/// Of which account, and between which days.
type Wished = (Option<AccountId>, NaiveDate, NaiveDate);

/// Payments of a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    /// Newest first.
    pub(crate) rows: Vec<TransactionView>,
    /// There were more than can be read at once: so many were looked at, back to this day.
    pub(crate) cut: Option<Cut>,
}

/// How far back payments were looked at, where not all of a time were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) read: usize,
    pub(crate) since: NaiveDate,
}

/// The page on which something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Account(AccountId),
    Entry(EntryId),
    Pending(PendingId),
    Other,
}

/// What "this" may mean. A page that is none of the bank's means nothing.
pub(crate) fn page(path: Option<&str>) -> Page {
    let path = path.unwrap_or_default().trim_end_matches('/');
    let tail = |root: &str| path.strip_prefix(root);
    if let Some(id) = tail("/accounts/").and_then(|id| id.parse().ok()) {
        Page::Account(id)
    } else if let Some(id) = tail("/payments/").and_then(|id| id.parse().ok()) {
        Page::Entry(id)
    } else if let Some(id) = tail("/pay/").and_then(|id| id.parse().ok()) {
        Page::Pending(id)
    } else {
        Page::Other
    }
}

impl<'a> World<'a> {
    pub(crate) fn new(bank: &'a Doorway, now: &'a Situation) -> Self {
        Self {
            bank,
            now,
            calls: 0,
            keys: 0,
            accounts: None,
            others: Vec::new(),
            trusted: None,
            latest: None,
            receipts: HashMap::new(),
            read: None,
        }
    }

    /// # Errors
    /// The bank's refusal; busy when the turn has asked for too much.
    pub(crate) async fn call<O: Operation>(&mut self, input: O) -> Result<Answer<O::Output>, BankError> {
        self.calls += 1;
        if self.calls > CALLS_MAX {
            return Err(BankError::Busy { retry_after_s: 1 });
        }
        self.bank.call(input).await
    }

    /// Whether the turn has asked for as much as it may.
    pub(crate) fn is_spent(&self) -> bool {
        self.calls >= CALLS_MAX
    }

    /// # Errors
    /// As [`Self::call`]; also where it waits.
    pub(crate) async fn read<O: Operation>(&mut self, input: O) -> Result<O::Output, BankError> {
        self.call(input).await?.done()
    }

    /// Another key for each wish of a turn, and the same ones when the turn is worked out again.
    pub(crate) fn key(&mut self) -> IdempotencyKey {
        self.keys = self.keys.wrapping_add(1);
        let mut bytes = self.now.seed;
        bytes[15] ^= self.keys;
        IdempotencyKey(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    pub(crate) fn page(&self) -> Page {
        page(self.now.page.as_deref())
    }

    /// Their own that are open.
    ///
    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn accounts(&mut self) -> Result<Vec<AccountView>, BankError> {
        if self.accounts.is_none() {
            let view = self.read(ListAccounts {}).await?;
            let open = |account: &AccountView| account.status == AccountStatus::Open;
            self.accounts = Some(view.accounts.into_iter().filter(open).collect());
            self.others = view.of_others.into_iter().filter(open).collect();
        }
        Ok(self.accounts.clone().unwrap_or_default())
    }

    /// Those of others that they hold a mandate for, and that are open.
    ///
    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn others(&mut self) -> Result<Vec<AccountView>, BankError> {
        self.accounts().await?;
        Ok(self.others.clone())
    }

    /// Of amounts that name no currency.
    pub(crate) async fn currency(&mut self) -> Currency {
        let accounts = self.accounts().await.unwrap_or_default();
        let here = match self.page() {
            Page::Account(id) => accounts.iter().find(|account| account.account == id),
            _ => None,
        };
        here.or(accounts.first())
            .map_or(Currency::Eur, |account| account.booked.currency())
    }

    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn trusted(&mut self) -> Result<Vec<TrustedPayee>, BankError> {
        if self.trusted.is_none() {
            self.trusted = Some(self.read(ListTrusted {}).await?);
        }
        Ok(self.trusted.clone().unwrap_or_default())
    }

    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn receipt(&mut self, entry: EntryId) -> Result<Receipt, BankError> {
        if let Some(known) = self.receipts.get(&entry) {
            return Ok(known.clone());
        }
        let receipt = self.read(ShowReceipt { entry }).await?;
        self.receipts.insert(entry, receipt.clone());
        Ok(receipt)
    }

    /// The latest 200 payments over all accounts: what names are known from.
    ///
    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn latest(&mut self) -> Result<Vec<TransactionView>, BankError> {
        Ok(self.latest_rows().await?.rows)
    }

    /// The same, and whether there are older ones.
    ///
    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn latest_rows(&mut self) -> Result<Rows, BankError> {
        if self.latest.is_none() {
            self.latest = Some(self.pages(None, NaiveDate::MIN, 2).await?);
        }
        Ok(self.latest.clone().unwrap_or_default())
    }

    /// The payments since a day. Those that came later than `until` are left out.
    ///
    /// # Errors
    /// The bank's refusal.
    pub(crate) async fn rows(
        &mut self,
        account: Option<AccountId>,
        from: NaiveDate,
        until: NaiveDate,
    ) -> Result<Rows, BankError> {
        let wished = (account, from, until);
        if let Some((_, rows)) = self.read.as_ref().filter(|(before, _)| *before == wished) {
            return Ok(rows.clone());
        }
        // Some calls are kept for what else the turn has to ask for.
        let left = usize::try_from(CALLS_MAX.saturating_sub(self.calls + 4)).unwrap_or(0);
        let mut found = self.pages(account, from, PAGES_MAX.min(left)).await?;
        found.rows.retain(|row| row.booked_on >= from && row.booked_on <= until);
        self.read = Some((wished, found.clone()));
        Ok(found)
    }

    async fn pages(&mut self, account: Option<AccountId>, from: NaiveDate, most: usize) -> Result<Rows, BankError> {
        let mut found = Rows::default();
        let mut after = None;
        for _ in 0..most {
            let list = ListTransactions {
                account,
                after,
                size: PageSize::clamped(PageSize::MAX),
            };
            let page = self.read(list).await?;
            let older = page.rows.last().is_some_and(|row| row.booked_on < from);
            found.rows.extend(page.rows);
            after = page.next;
            if after.is_none() || older {
                return Ok(found);
            }
        }
        let since = found.rows.last().map_or(self.now.today, |row| row.booked_on);
        found.cut = Some(Cut {
            read: found.rows.len(),
            since,
        });
        Ok(found)
    }
}

/// Without what moved between the customer's own accounts, what was declined, and what was taken back.
pub(crate) fn real(rows: &[TransactionView]) -> Vec<TransactionView> {
    let mut times: HashMap<EntryId, u32> = HashMap::new();
    for entry in rows.iter().filter_map(|row| row.entry) {
        *times.entry(entry).or_default() += 1;
    }
    let counts = |row: &&TransactionView| {
        row.status == TransactionStatus::Booked
            && !row.reversed
            && row.kind != EntryKind::Reversal
            && row.entry.is_some_and(|entry| times.get(&entry) == Some(&1))
    };
    rows.iter().filter(counts).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_is_read_from_the_banks_own_pages_only() {
        let id = "0190a4d2-0000-7000-8000-000000000001";
        assert_eq!(
            page(Some(&format!("/accounts/{id}"))),
            Page::Account(id.parse().unwrap())
        );
        assert_eq!(
            page(Some(&format!("/payments/{id}/"))),
            Page::Entry(id.parse().unwrap())
        );
        assert_eq!(page(Some(&format!("/pay/{id}"))), Page::Pending(id.parse().unwrap()));
        for other in [
            "/accounts/new",
            "/accounts/x",
            "https://evil.example/accounts/1",
            "",
            "/home",
        ] {
            assert_eq!(page(Some(other)), Page::Other, "{other}");
        }
        assert_eq!(page(None), Page::Other);
    }
}
