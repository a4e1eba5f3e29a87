//! What went wrong, in place: nothing that was typed is lost by it, and one press tries again.

use super::talk::{Begun, Talk, Unsaid};
use crate::design::{Button, ButtonKind, LinkButton, Notice, NoticeKind};
use bank_contract::BankError;
use bank_contract::assistant::Said;
use leptos::prelude::*;

/// A turn moves no money: only a card does that, when it is confirmed.
const KEPT: &str = "What you wrote is still here. No message moves money by itself.";

/// What happened and what now, for something that could not be said.
fn words(unsaid: &Unsaid) -> (String, String) {
    let typed = matches!(unsaid.said, Said::Words { .. });
    let title = match &unsaid.error {
        BankError::Unreachable => "The bank cannot be reached at the moment.".into(),
        BankError::StillRunning => "Your last message is still being answered.".into(),
        BankError::NotFound => "This conversation is not there any more.".into(),
        other => other.message(),
    };
    let text = match &unsaid.error {
        BankError::AssistantOff | BankError::NotSignedIn => unsaid.error.next().into(),
        BankError::NotFound if typed => "Send it once more, and it begins a new one.".into(),
        BankError::Invalid { .. } if typed => "Change it, and send it again.".into(),
        _ if typed => KEPT.into(),
        _ => "Try again, or write it in words.".into(),
    };
    (title, text)
}

/// Under the conversation, while something could not be said.
pub(super) fn unsaid(talk: Talk) -> AnyView {
    let note = move || {
        let unsaid = talk.unsaid.get()?;
        let (title, text) = words(&unsaid);
        let off = unsaid.error == BankError::AssistantOff;
        let kind = if off { NoticeKind::Info } else { NoticeKind::Failed };
        Some(view! {
            <Notice kind>
                <p class="notice-title">{title}</p>
                <p>{text}</p>
                <div class="cluster">
                    <Button kind=ButtonKind::Quiet busy=talk.doing.busy() on:click=move |_| talk.again()>
                        "Try again"
                    </Button>
                    {off
                        .then(|| {
                            view! {
                                <LinkButton href="/help" kind=ButtonKind::Quiet>
                                    "Help articles"
                                </LinkButton>
                            }
                        })}
                </div>
            </Notice>
        })
    };
    view! { <div role="alert">{note}</div> }.into_any()
}

/// Under the conversation, while the browser has no network.
pub(super) fn offline(talk: Talk) -> AnyView {
    let note = move || {
        talk.offline.get().then(|| {
            view! {
                <Notice kind=NoticeKind::Pending>
                    <p class="notice-title">"You are offline"</p>
                    <p>"You can read on, and write: it can be sent when the connection is back."</p>
                </Notice>
            }
        })
    };
    view! { <div role="status">{note}</div> }.into_any()
}

/// In place of the conversation, when it could not be brought.
pub(super) fn not_brought(talk: Talk, error: &BankError) -> AnyView {
    let (title, text) = match error {
        BankError::Unreachable => (
            "The bank cannot be reached at the moment.".to_owned(),
            "Your conversation is kept, and comes when the connection is back.",
        ),
        other => (other.message(), other.next()),
    };
    view! {
        <div role="alert">
            <Notice kind=NoticeKind::Failed>
                <p class="notice-title">{title}</p>
                <p>{text}</p>
                <Button
                    kind=ButtonKind::Quiet
                    busy=Signal::derive(move || talk.begun.get() == Begun::OnItsWay)
                    on:click=move |_| {
                        talk.load();
                        talk.to_words();
                    }
                >
                    "Try again"
                </Button>
            </Notice>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bank_contract::PendingId;

    fn typed(error: BankError) -> (String, String) {
        let said = Said::Words {
            text: "pay anna".into(),
        };
        words(&Unsaid { error, said })
    }

    #[test]
    fn a_message_that_was_lost_says_that_nothing_is_lost() {
        let (title, text) = typed(BankError::Unreachable);
        assert!(title.contains("cannot be reached"));
        assert_eq!(text, KEPT);
        assert_eq!(typed(BankError::internal("r-1")).1, KEPT);
    }

    #[test]
    fn a_bank_without_its_assistant_says_where_else_to_go() {
        let (title, text) = typed(BankError::AssistantOff);
        assert!(title.contains("not there at the moment"));
        assert!(text.contains("pages"));
    }

    #[test]
    fn what_is_wrong_with_the_words_is_said_as_the_bank_says_it() {
        let (title, text) = typed(BankError::invalid("said", "That is too long."));
        assert_eq!(title, "That is too long.");
        assert!(text.starts_with("Change it"));
    }

    #[test]
    fn of_what_was_pressed_nothing_is_said_to_be_written() {
        let said = Said::Settled {
            pending: PendingId(uuid::Uuid::nil()),
        };
        let error = BankError::Unreachable;
        assert!(!words(&Unsaid { error, said }).1.contains("wrote"));
    }
}
