//! What a turn is told: where the conversation is, what was said or pressed, and who and when it is.

use super::Situation;
use crate::hallway::{Desk, Refusal, Signed};
use bank_contract::assistant::{Choice, Part, Said, Say, Speaker};
use bank_contract::pending::{PendingState, PendingView};
use bank_contract::{BankError, ConversationId, PendingId};
use bank_rules::bankday;
use bank_storage::assistant::{self as store, ConversationRow};
use bank_storage::vault::Keyed;
use bank_storage::{StorageError, Transaction, bankday as days, care, identity as people, pending};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What is there before a turn.
pub(super) struct Before {
    pub(super) conversation: ConversationId,
    pub(super) is_new: bool,
    pub(super) turns: i32,
    pub(super) state: Value,
    pub(super) said: String,
    pub(super) situation: Situation,
}

impl Before {
    pub(super) async fn load(desk: &Desk<'_>, say: &Say, signed: Signed) -> Result<Self, Refusal> {
        let tx = desk.begin().await?;
        let db = desk.bank.vault.over(&tx);
        let before = Self::look(desk, &db, say, signed).await;
        // It was only looked at.
        tx.rollback().await.map_err(StorageError::from)?;
        before
    }

    async fn look(desk: &Desk<'_>, db: &Keyed<'_, Transaction>, say: &Say, signed: Signed) -> Result<Self, Refusal> {
        let row = match say.conversation {
            Some(conversation) => Some(find_own(db, conversation, signed).await?),
            None => None,
        };
        let zone = desk.bank.settings.zone;
        let now = bankday::local(desk.now, zone);
        let (said, chosen) = match &say.said {
            Said::Words { text } => (text.trim().to_owned(), None),
            Said::Chosen { message, choice } => {
                let choice = find_choice(db, row.as_ref(), *message, *choice).await?;
                (choice.label.clone(), Some(choice))
            }
            Said::Settled { pending } => (in_words(&find_settled(desk, db, *pending, signed).await?), None),
        };
        let with_person = match &row {
            Some(row) => care::open_in(db, row.conversation).await?.map(|case| case.case),
            None => None,
        };
        let (conversation, turns) = match &row {
            Some(row) => (row.conversation, row.turns),
            None => (ConversationId(desk.bank.chance.id(desk.now)), 0),
        };
        let name = people::customer_name(db, signed.customer).await?;
        let seed = seed(conversation, turns, signed, &said);
        Ok(Self {
            conversation,
            is_new: row.is_none(),
            turns,
            state: row.map_or(Value::Null, |row| row.state),
            said,
            situation: Situation {
                today: days::business_date(db).await?.unwrap_or_else(|| now.date()),
                now,
                page: say.page.clone(),
                name: name.unwrap_or_default(),
                facts: store::facts_of(db, signed.user).await?,
                chosen,
                with_person,
                conversation: say.conversation,
                seed,
                aloud: desk.visit.aloud.clone(),
            },
        })
    }
}

/// The row security shows nobody else's; that it is asked for as well is the first wall.
async fn find_own(
    db: &Keyed<'_, Transaction>,
    conversation: ConversationId,
    signed: Signed,
) -> Result<ConversationRow, Refusal> {
    let row = store::find(db, conversation).await?;
    Ok(row.filter(|row| row.user == signed.user).ok_or(BankError::NotFound)?)
}

async fn find_choice(
    db: &Keyed<'_, Transaction>,
    row: Option<&ConversationRow>,
    message: u32,
    choice: u16,
) -> Result<Choice, Refusal> {
    let kept = match row {
        Some(row) => store::messages_of(db, row).await?,
        None => Vec::new(),
    };
    let offered = kept
        .into_iter()
        .find(|kept| kept.number == message && kept.by == Speaker::Assistant)
        .into_iter()
        .flat_map(|kept| kept.parts)
        .filter_map(|part| match part {
            Part::Choices { choices } => Some(choices),
            _ => None,
        });
    let chosen = offered.flatten().nth(usize::from(choice));
    Ok(chosen.ok_or_else(|| BankError::invalid("said", "That choice is not there any more."))?)
}

async fn find_settled(
    desk: &Desk<'_>,
    db: &Keyed<'_, Transaction>,
    wanted: PendingId,
    signed: Signed,
) -> Result<PendingView, Refusal> {
    let row = pending::find(db, wanted).await?;
    let row = row.filter(|row| row.user() == signed.user).ok_or(BankError::NotFound)?;
    Ok(row.view(desk.now, desk.bank.settings.zone)?)
}

/// What became of a request, as its customer would say it.
fn in_words(view: &PendingView) -> String {
    let what = match view.state {
        PendingState::Waiting => "Not yet",
        PendingState::Done => "Confirmed",
        PendingState::Cancelled => "Cancelled",
        PendingState::Expired => "Ran out",
        PendingState::Refused => "Confirmed, and refused",
    };
    format!("{what}: {}", view.summary.title)
}

/// The same for the same turn, so that a turn that is worked out again asks for nothing twice. Other words are another turn,
/// also where the one before them was never kept.
fn seed(conversation: ConversationId, turns: i32, signed: Signed, said: &str) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(b"larch turn v2\0");
    hasher.update(signed.user.0.as_bytes());
    hasher.update(conversation.0.as_bytes());
    hasher.update(turns.to_be_bytes());
    hasher.update(said.as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}
