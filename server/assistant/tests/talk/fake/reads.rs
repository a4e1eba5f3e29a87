//! What is answered at once.

use super::people::{accounts, mandates, me, others, profile, receipt};
use super::{Books, Boxed, done, eur, input, now, today};
use bank_assistant::dialogue::Snapshot;
use bank_contract::accounts::*;
use bank_contract::identity::Visit;
use bank_contract::identity::factors::{FactorsView, KeepAlive};
use bank_contract::ledger::{PastBalance, ShowBalanceAt};
use bank_contract::limits::{Channel, LimitView};
use bank_contract::notifications::{MailView, ShowMailbox};
use bank_contract::pending::*;
use bank_contract::transfers::*;
use bank_contract::*;
use serde_json::json;

fn limits() -> Vec<LimitView> {
    vec![LimitView {
        channel: Channel::Everything,
        daily_max: 5_000,
        bank_max: 10_000,
        rise: None,
    }]
}

fn factors() -> FactorsView {
    FactorsView {
        email: None,
        password_set_at: None,
        codes_set_at: None,
        recovery_codes_left: 0,
        proof_needed: false,
        password_needed: false,
        may_turn_off: false,
    }
}

fn mails() -> Vec<MailView> {
    vec![MailView {
        subject: "A new device".into(),
        body: "Your code is 123456".into(),
        to: None,
        at: now(),
    }]
}

fn waiting(books: &Books) -> Vec<PendingView> {
    let waits = |view: &&PendingView| view.state == PendingState::Waiting;
    books.waiting.iter().filter(waits).cloned().collect()
}

/// What a dialogue's effects are found in.
pub(super) fn snapshot(books: &Books) -> Snapshot {
    let own = accounts(books);
    [
        (
            "accounts.list",
            json!({"accounts": own, "of_others": others(books), "totals": [eur(818_917 - books.sent)]}),
        ),
        ("accounts.transactions", json!({"rows": books.rows})),
        ("payees.list-trusted", json!(books.trusted)),
        ("limits.show", json!(limits())),
        ("tokens.list", json!(books.tokens)),
        ("pending.list", json!(waiting(books))),
        ("identity.show-profile", json!(profile())),
        ("identity.show-factors", json!(factors())),
        ("mandates.list", json!(mandates())),
        ("notifications.show-mailbox", json!(mails())),
    ]
    .into_iter()
    .map(|(name, answer)| (name.to_owned(), answer))
    .collect()
}

/// A page of the rows, newest first. A cursor is how many came before.
fn listed(books: &Books, list: ListTransactions) -> Page<TransactionView> {
    let mine = |row: &&TransactionView| list.account.is_none_or(|account| account == row.account);
    let rows: Vec<&TransactionView> = books.rows.iter().filter(mine).collect();
    let from = list.after.map_or(0, |cursor| cursor.0.parse::<usize>().unwrap());
    let until = rows.len().min(from + usize::from(list.size.rows()));
    Page {
        rows: rows[from..until].iter().map(|row| (*row).clone()).collect(),
        next: (until < rows.len()).then(|| Cursor(until.to_string())),
    }
}

/// Gives the input back where it is no read.
pub(super) fn answer(books: &Books, operation: &str, boxed: Boxed) -> Result<Result<Boxed, BankError>, Boxed> {
    Ok(match operation {
        "accounts.list" => done(AccountsView {
            accounts: accounts(books),
            totals: vec![eur(818_917 - books.sent)],
            of_others: others(books),
            business_date: today(),
        }),
        "accounts.show" => {
            let wanted = input::<ShowAccount>(boxed).account;
            accounts(books)
                .into_iter()
                .chain(others(books))
                .find(|one| one.account == wanted)
                .map_or(Err(BankError::NotFound), done)
        }
        "accounts.transactions" => done(listed(books, input::<ListTransactions>(boxed))),
        "ledger.balance-at" => {
            let ask = input::<ShowBalanceAt>(boxed);
            done(PastBalance {
                account: ask.account,
                at: ask.at,
                booked: eur(200_000),
            })
        }
        "transfers.receipt" => {
            let wanted = input::<ShowReceipt>(boxed).entry;
            let row = books.rows.iter().find(|row| row.entry == Some(wanted));
            row.map_or(Err(BankError::NotFound), |row| done(receipt(books, row)))
        }
        "transfers.check-payee" => {
            let check = input::<CheckPayee>(boxed);
            let fits = books.iban_of(&check.name).as_ref() == Some(&check.iban);
            done(if fits { PayeeMatch::Full } else { PayeeMatch::None })
        }
        "payees.list-trusted" => done(books.trusted.clone()),
        "limits.show" => done(limits()),
        "pending.list" => done(waiting(books)),
        "pending.show" => {
            let wanted = input::<ShowPending>(boxed).pending;
            let view = books.waiting.iter().find(|view| view.pending == wanted).cloned();
            view.map_or(Err(BankError::NotFound), done)
        }
        "pending.show-proof" => done(None::<Proof>),
        "mandates.list" => done(mandates()),
        "tokens.list" => done(books.tokens.clone()),
        "identity.who-am-i" => done(visit()),
        "identity.show-profile" => done(profile()),
        "identity.show-factors" => done(factors()),
        "identity.keep-alive" => {
            input::<KeepAlive>(boxed);
            done(())
        }
        "notifications.show-mailbox" => {
            input::<ShowMailbox>(boxed);
            done(mails())
        }
        _ => return Err(boxed),
    })
}

fn visit() -> Visit {
    Visit {
        me: Some(me()),
        demo: true,
        business_date: today(),
        idle_s: 600,
        language_model: false,
    }
}
