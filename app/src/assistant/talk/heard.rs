//! What a conversation at the bank tells about what was said here.

use bank_contract::assistant::{ConversationView, MessageView, Part, Said, Speaker};

pub(super) fn hands_over(message: &MessageView) -> bool {
    let handed = |part: &Part| matches!(part, Part::HandedOver { elsewhere: false, .. });
    message.parts.iter().any(handed)
}

pub(super) fn last_number(messages: &[MessageView]) -> u32 {
    messages.last().map_or(0, |message| message.number)
}

/// Whether the bank has kept these words since the last message that is known here.
pub(super) fn has_heard(view: &ConversationView, known: u32, said: &Said) -> bool {
    let Said::Words { text } = said else { return false };
    view.messages.iter().any(|message| {
        let same = |part: &Part| matches!(part, Part::Text { text: kept } if kept == text);
        message.number > known && message.by == Speaker::Customer && message.parts.iter().any(same)
    })
}

/// Takes words that were heard out of the field again, and leaves what was typed after them.
pub(super) fn forget_words(draft: &mut String, said: &Said) {
    if let Said::Words { text } = said
        && let Some(rest) = draft.strip_prefix(text.as_str())
    {
        *draft = rest.trim_start().to_owned();
    }
}
