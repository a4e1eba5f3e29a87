//! What stands where a list will be, is not, or could not be had.

use super::{Button, ButtonKind, Icon, keep_focus};
use bank_contract::{BankError, Moved};
use leptos::prelude::*;

/// The outline of a list that is on its way.
#[component]
pub fn Skeleton(rows: usize) -> impl IntoView {
    let row = || {
        view! {
            <div class="skeleton-row">
                <span class="skeleton-dot"></span>
                <span class="skeleton-lines">
                    <span class="skeleton-line"></span>
                    <span class="skeleton-line"></span>
                </span>
                <span class="skeleton-line skeleton-sum"></span>
            </div>
        }
    };
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading"</span>
            <div aria-hidden="true">{(0..rows).map(|_| row()).collect_view()}</div>
        </div>
    }
}

/// Nothing is there yet: says so, and offers the one thing to do about it.
#[component]
pub fn EmptyState(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon">
                <Icon name=icon />
            </span>
            <p class="empty-title">{title}</p>
            <p class="empty-text">{text}</p>
            {children.map(|children| view! { <div class="empty-action">{children()}</div> })}
        </div>
    }
}

pub(crate) const fn moved_in_words(moved: Moved) -> Option<&'static str> {
    match moved {
        Moved::Nothing => Some("No money moved."),
        Moved::Unknown => Some("We do not know yet whether money moved."),
        Moved::NotConcerned => None,
    }
}

/// A refusal: what happened, whether money moved, and what to do next.
#[component]
pub fn ErrorNote(error: BankError, #[prop(optional, into)] retry: Option<Callback<()>>) -> impl IntoView {
    let moved = moved_in_words(error.moved());
    let again = move |retry: Callback<()>| {
        keep_focus();
        retry.run(());
    };
    view! {
        <div class="notice tone-failed" role="alert">
            <Icon name="exclamation-circle" />
            <div class="notice-text">
                <p class="notice-title">{error.message()}</p>
                <p>{moved.map(|moved| format!("{moved} "))} {error.next()}</p>
                {retry
                    .map(|retry| {
                        view! {
                            <Button kind=ButtonKind::Quiet on:click=move |_| again(retry)>
                                "Try again"
                            </Button>
                        }
                    })}
            </div>
        </div>
    }
}
