//! What a conversation at the bank tells about what was said here.

use bank_contract::PendingId;
use bank_contract::assistant::{ConversationView, MessageView, Part, Said, Speaker};

pub(super) fn hands_over(message: &MessageView) -> bool {
    let handed = |part: &Part| matches!(part, Part::HandedOver { elsewhere: false, .. });
    message.parts.iter().any(handed)
}

pub(super) fn last_number(messages: &[MessageView]) -> u32 {
    messages.last().map_or(0, |message| message.number)
}

/// Whether the bank has kept this since the last message that is known here.
pub(super) fn has_heard(view: &ConversationView, known: u32, said: &Said) -> bool {
    let is_it = |text: &str| match said {
        Said::Words { text: said } => text == said,
        Said::Chosen { message, choice } => label(view, *message, *choice) == Some(text),
        // What became of it stands before what it was.
        Said::Settled { pending } => title(view, *pending).is_some_and(|title| text.ends_with(&format!(": {title}"))),
    };
    let theirs = |message: &&MessageView| message.number > known && message.by == Speaker::Customer;
    let mut parts = view.messages.iter().filter(theirs).flat_map(|message| &message.parts);
    parts.any(|part| matches!(part, Part::Text { text } if is_it(text)))
}

/// Whether a conversation began with this.
pub(super) fn began_with(view: &ConversationView, said: &Said) -> bool {
    let Said::Words { text: said } = said else { return false };
    let first = view.messages.first().filter(|message| message.number == 1);
    first.is_some_and(|first| {
        let same = |part: &Part| matches!(part, Part::Text { text } if text == said);
        first.by == Speaker::Customer && first.parts.iter().any(same)
    })
}

/// What is pressed, as the bank keeps it among what was said.
fn label(view: &ConversationView, message: u32, choice: u16) -> Option<&str> {
    let offered = view.messages.iter().find(|kept| kept.number == message)?;
    let choices = offered.parts.iter().filter_map(|part| match part {
        Part::Choices { choices } => Some(choices),
        _ => None,
    });
    let chosen = choices.flatten().nth(usize::from(choice))?;
    Some(&chosen.label)
}

/// What a request of the conversation was about.
fn title(view: &ConversationView, wanted: PendingId) -> Option<&str> {
    let mut parts = view.messages.iter().flat_map(|message| &message.parts);
    parts.find_map(|part| match part {
        Part::Card { pending } if pending.pending == wanted => Some(pending.summary.title.as_str()),
        _ => None,
    })
}

/// What was typed after these words. None where the field begins with something else.
pub(super) fn typed_after<'a>(draft: &'a str, said: &Said) -> Option<&'a str> {
    let Said::Words { text } = said else { return None };
    let rest = draft.trim_start().strip_prefix(text.as_str())?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}

/// Takes words that were heard out of the field again, and leaves what was typed after them.
pub(super) fn forget_words(draft: &mut String, said: &Said) {
    if let Some(rest) = typed_after(draft, said) {
        *draft = rest.to_owned();
    }
}
