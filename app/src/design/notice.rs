//! Things to know: in a line of their own, or as a mark on something else.

use super::Icon;
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NoticeKind {
    #[default]
    Info,
    Pending,
    Failed,
    Good,
}

impl NoticeKind {
    const fn icon(self) -> &'static str {
        match self {
            Self::Info => "info-circle",
            Self::Pending => "clock",
            Self::Failed => "exclamation-circle",
            Self::Good => "check-circle",
        }
    }

    const fn tone(self) -> &'static str {
        match self {
            Self::Info => "tone-info",
            Self::Pending => "tone-pending",
            Self::Failed => "tone-failed",
            Self::Good => "tone-good",
        }
    }
}

#[component]
pub fn Notice(#[prop(optional)] kind: NoticeKind, children: Children) -> impl IntoView {
    view! {
        <div class=format!("notice {}", kind.tone())>
            <Icon name=kind.icon() />
            <div class="notice-text">{children()}</div>
        </div>
    }
}

/// A state in a word or two. The word says it; the colour only helps.
#[component]
pub fn Badge(#[prop(optional)] kind: NoticeKind, #[prop(into)] text: String) -> impl IntoView {
    view! { <span class=format!("badge-mark {}", kind.tone())>{text}</span> }
}
