//! One turn: what was said is taken in, the assistant works it out through its own door, and what came of it is kept.

use super::at_work::Taken;
use super::before::Before;
use super::door::AssistantDoor;
use super::views::shown;
use super::{HandOver, Turned, memory};
use crate::hallway::{Context, Desk, Handler, Prepared, Refusal};
use bank_contract::assistant::{Part, Say, Speaker, Turn};
use bank_contract::{BankError, CaseId, ConversationId, Doorway, UserId, text};
use bank_storage::assistant::{self as store, ConversationRow, NewMessage};
use bank_storage::care;
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A turn takes milliseconds; one that takes this long is given up, and nothing of what was said is kept. A request that
/// already waits stays in the customer's list.
const TURN_MAX: Duration = Duration::from_secs(10);
/// Facts that one turn may bring.
const FACTS_OF_TURN_MAX: usize = 5;
/// Characters of what was said first, in the list of conversations.
const TITLE_MAX: usize = 80;
/// Characters of a line of a case's summary.
const LINE_MAX: usize = 500;

/// A turn that was worked out, and is about to be kept.
pub(crate) struct TurnMade {
    conversation: ConversationId,
    is_new: bool,
    /// The turns that had been kept before it.
    turns: i32,
    /// A person helped in the conversation, so there was nothing to say.
    with_person: bool,
    /// What the customer said, as it is shown.
    said: String,
    turned: Turned,
    /// Nobody else works on this conversation meanwhile.
    _taken: Option<Taken<(UserId, ConversationId)>>,
}

impl fmt::Debug for TurnMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TurnMade(…)")
    }
}

fn title(said: &str) -> String {
    let line: String = said
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TITLE_MAX)
        .collect();
    line.trim().to_owned()
}

impl Handler for Say {
    async fn prepare(&self, desk: &Desk<'_>) -> Result<Prepared, Refusal> {
        Desk::check(self)?;
        let signed = desk.signed()?;
        let assistant = desk.bank.assistant.clone().filter(|assistant| assistant.is_ready());
        let assistant = assistant.ok_or(BankError::AssistantOff)?;
        // With the user in it: that somebody else's conversation is being worked on is nobody's business.
        let key = self.conversation.map(|conversation| (signed.user, conversation));
        let taken = match key {
            Some(key) => Some(desk.bank.turns.take(key).ok_or(BankError::StillRunning)?),
            None => None,
        };
        let before = Before::load(desk, self, signed).await?;
        let door = Doorway::new(Arc::new(AssistantDoor::open(desk)?));
        let turning = assistant.turn(&door, before.state, &self.said, &before.situation);
        let turned = tokio::time::timeout(TURN_MAX, turning).await;
        let turned = turned.map_err(|_| BankError::Busy { retry_after_s: 5 })?;
        // Cutting it would lose a card, or what was left out. That is a mistake of whoever worked it out, and is seen.
        if !turned.is_bounded() {
            return Err(BankError::internal("a turn beyond its bounds").into());
        }
        let turn = TurnMade {
            conversation: before.conversation,
            is_new: before.is_new,
            turns: before.turns,
            with_person: before.situation.with_person.is_some(),
            said: before.said,
            turned,
            _taken: taken,
        };
        Ok(Prepared {
            turn: Some(Box::new(turn)),
            ..Prepared::default()
        })
    }

    async fn handle(self, cx: &mut Context<'_>) -> Result<Turn, Refusal> {
        let prepared = cx.prepared()?;
        let made = prepared.turn.as_deref().ok_or_else(|| BankError::internal("turn"))?;
        let user = cx.signed()?.user;
        if made.is_new {
            store::insert(cx.tx, made.conversation, user, &title(&made.said), cx.now).await?;
        }
        let row = store::find_locked(cx.tx, made.conversation).await?;
        let row = row.ok_or(BankError::NotFound)?;
        // Another server may have kept a turn meanwhile, or a person come or gone: this one was worked out over what is no
        // longer so.
        if row.turns != made.turns || row.with_person != made.with_person {
            return Err(BankError::StillRunning.into());
        }
        let case = hand_over(cx, &row, made.turned.hand_over.as_ref()).await?;
        let messages = messages_of(made, case);
        let kept = store::append(cx.tx, &row, messages, cx.now).await?;
        store::keep_state(cx.tx, &row, &made.turned.state).await?;
        keep_in_mind(cx, &made.turned).await?;
        Ok(Turn {
            conversation: row.conversation,
            messages: kept.into_iter().map(|message| shown(cx, message)).collect(),
        })
    }
}

/// The customer's own message, and the answers to it.
fn messages_of(made: &TurnMade, case: Option<Opened>) -> Vec<NewMessage> {
    let own = NewMessage {
        by: Speaker::Customer,
        parts: vec![Part::Text {
            text: made.said.clone(),
        }],
    };
    let answers = made.turned.messages.iter().filter(|parts| !parts.is_empty());
    let mut answers: Vec<NewMessage> = answers
        .map(|parts| NewMessage {
            by: Speaker::Assistant,
            parts: parts.clone(),
        })
        .collect();
    if let Some(Opened {
        case,
        summary,
        elsewhere,
    }) = case
    {
        answers.push(NewMessage {
            by: Speaker::Assistant,
            parts: vec![Part::HandedOver {
                case,
                summary,
                elsewhere,
            }],
        });
    }
    let mut messages = vec![own];
    messages.append(&mut answers);
    messages
}

/// What goes into a case's summary: bounded, whatever was said.
fn lines(summary: &[String]) -> Vec<String> {
    let short = |line: &String| line.chars().take(LINE_MAX).collect();
    summary.iter().take(care::SUMMARY_MAX).map(short).collect()
}

/// Adds to a case that is open what came to light. What was first and what is newest stays, whatever there is between.
async fn add(cx: &Context<'_>, open: &care::CaseRow, wanted: Option<&HandOver>) -> Result<(), Refusal> {
    let mut summary = open.summary.clone();
    let known = |line: &String| open.summary.contains(line);
    let more = wanted.map_or_else(Vec::new, |over| lines(&over.summary));
    summary.extend(more.into_iter().filter(|line| !known(line)));
    if let Some(excess) = summary.len().checked_sub(care::SUMMARY_MAX) {
        let from = (care::SUMMARY_MAX / 2).min(summary.len());
        summary.drain(from..from + excess);
    }
    let reason = wanted.map_or(open.reason, |over| over.reason.min(open.reason));
    if care::add(cx.tx, open, reason, &summary, cx.now).await? {
        Ok(())
    } else {
        // It was closed meanwhile: once more, and a new one is opened.
        Err(BankError::StillRunning.into())
    }
}

/// A case that this conversation has not had.
struct Opened {
    case: CaseId,
    summary: Vec<String>,
    /// It is open in another one.
    elsewhere: bool,
}

/// Opens a case where a person has to take over, and adds to the one that is open. Who has as many as there may be gets
/// no further one: it is added to their newest.
async fn hand_over(
    cx: &mut Context<'_>,
    row: &ConversationRow,
    wanted: Option<&HandOver>,
) -> Result<Option<Opened>, Refusal> {
    if let Some(open) = care::open_in(cx.tx, row.conversation).await? {
        add(cx, &open, wanted).await?;
        return Ok(None);
    }
    let Some(over) = wanted else { return Ok(None) };
    if let Some(open) = care::newest_of_many(cx.tx, row.user).await? {
        add(cx, &open, wanted).await?;
        return Ok(Some(Opened {
            case: open.case,
            summary: lines(&over.summary),
            elsewhere: true,
        }));
    }
    let (case, summary) = (CaseId(cx.new_id()), lines(&over.summary));
    care::insert(cx.tx, case, (row.conversation, row.user), over.reason, &summary, cx.now).await?;
    let customer = cx.signed()?.customer;
    cx.tell("care.case-opened", customer, json!({}));
    Ok(Some(Opened {
        case,
        summary,
        elsewhere: false,
    }))
}

/// Keeps what the turn is to be remembered for. When there is no room for more, what is known stays.
async fn keep_in_mind(cx: &Context<'_>, turned: &Turned) -> Result<(), Refusal> {
    let user = cx.signed()?.user;
    for fact in turned.forget.iter().take(FACTS_OF_TURN_MAX) {
        store::forget(cx.tx, *fact).await?;
    }
    let well_formed = |text: &str| text::name(text, &()).is_ok();
    let new = turned
        .remember
        .iter()
        .filter(|(word, meaning)| well_formed(word) && well_formed(meaning));
    for (word, meaning) in new.take(FACTS_OF_TURN_MAX) {
        match memory::remember(cx, user, word, meaning).await {
            Ok(_) | Err(Refusal::Bank(BankError::TooMany { .. })) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
