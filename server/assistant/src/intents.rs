//! What the assistant can be asked, by kind.

use bank_contract::care::Reason;

/// How an intent is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Task,
    Read,
    Help,
    Absent,
    Care,
    Talk,
}

/// Operations of customers that are no task of their own, and what they are part of.
pub const PART_OF: &[(&str, &str)] = &[
    (
        "identity.turn-off",
        "the tasks are called identity.remove-password and identity.remove-totp, on their pages",
    ),
    ("assistant.say", "the conversation itself"),
    ("assistant.show", "the panel shows the conversation"),
    ("assistant.list", "the panel lists conversations"),
    (
        "identity.finish-adding-passkey",
        "the second step of identity.start-adding-passkey, made by the browser",
    ),
    (
        "identity.finish-totp",
        "the second step of identity.start-totp, on its page",
    ),
    (
        "pending.start-signing",
        "the first step of a signature, made by the browser at the card",
    ),
    ("mandates.show", "part of mandates.list"),
    (
        "mandates.show-offer",
        "part of mandates.accept: the code is secret and goes into its page",
    ),
    (
        "mandates.narrow",
        "part of mandates.revoke: both are on the mandate's page",
    ),
    ("mandates.end", "the task is called mandates.revoke"),
];

const READS: &[&str] = &[
    "accounts.iban",
    "money.spent",
    "money.received",
    "money.largest",
    "money.last-payment",
    "money.compare",
    "money.average",
    "money.explain",
];

const HELP_ELSEWHERE: &[&str] = &[
    "topup.by-transfer",
    "transfer.incoming-missing",
    "transfer.not-arrived",
    "transfer.timing",
    "transfer.pending",
    "transfer.declined",
    "transfer.failed",
    "transfer.payee-not-allowed",
    "transfer.cancel",
    "transfer.fee",
    "transfer.receiving",
    "person.age",
    "person.countries",
];

/// The kind of an intent, by its name: as in the catalogue, which a test compares.
pub fn kind(intent: &str) -> Kind {
    let slice = intent.split('.').next().unwrap_or_default();
    match slice {
        _ if READS.contains(&intent) => Kind::Read,
        _ if HELP_ELSEWHERE.contains(&intent) => Kind::Help,
        "help" => Kind::Help,
        "care" => Kind::Care,
        "talk" => Kind::Talk,
        "absent" | "cards" | "cash" | "topup" | "exchange" | "person" | "transfer" => Kind::Absent,
        _ => Kind::Task,
    }
}

/// Whether somebody or their money may be in danger at this moment.
pub(crate) fn is_danger(intent: &str) -> bool {
    matches!(
        reason(intent),
        Some(Reason::Crisis | Reason::FraudInProgress | Reason::AccountTakeover | Reason::Scammed | Reason::Abuse)
    )
}

/// Whether it only shows something of the customer's.
pub(crate) fn shows(intent: &str) -> bool {
    let task = matches!(
        intent,
        "accounts.list"
            | "accounts.show"
            | "accounts.transactions"
            | "ledger.balance-at"
            | "transfers.receipt"
            | "transfers.check-payee"
            | "payees.list-trusted"
            | "limits.show"
            | "pending.list"
            | "pending.show"
            | "pending.show-proof"
            | "tokens.list"
            | "mandates.list"
            | "identity.who-am-i"
            | "identity.show-profile"
            | "identity.show-factors"
            | "notifications.show-mailbox"
            | "assistant.show-memory"
    );
    task || kind(intent) == Kind::Read
}

/// Why a person is asked for.
pub fn reason(intent: &str) -> Option<Reason> {
    Some(match intent {
        "care.fraud-in-progress" => Reason::FraudInProgress,
        "care.scammed" => Reason::Scammed,
        "care.account-takeover" => Reason::AccountTakeover,
        "care.money-worries" => Reason::MoneyWorries,
        "care.crisis" => Reason::Crisis,
        "care.vulnerable" => Reason::Vulnerable,
        "care.abuse" => Reason::Abuse,
        "care.gambling" => Reason::Gambling,
        "care.bereavement" => Reason::Bereavement,
        "care.complaint" => Reason::Complaint,
        "care.person" => Reason::Person,
        _ => return None,
    })
}
