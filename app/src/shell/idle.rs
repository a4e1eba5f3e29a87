//! A session ends when nothing is asked for a while. A minute before, the page says so; when it has
//! ended, the page stays as it is, under a sheet, until somebody signs in again; but not for long, since nobody may
//! be there any more, and what it shows is still in the browser.

use crate::api::{call, last_contact_ms, note_contact, now_ms};
use crate::design::{Button, ButtonKind, Notice, NoticeKind};
use crate::errors::{After, Doing};
use crate::identity::{Trouble, sign_in_here};
use crate::shell::leave_for;
use bank_contract::identity::Me;
use bank_contract::identity::factors::KeepAlive;
use leptos::html;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;

/// How long before the end it is said.
const WARNING_S: u32 = 60;
/// The bank notes the last request to within so many seconds, so a session may end that much earlier.
const GRACE_S: u32 = 10;
/// How long what was typed waits under the sheet, in seconds. Then the page is left, and with it all that it showed.
const WAITS_S: u32 = 600;
const LOOK_EVERY: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Idle {
    No,
    /// So many seconds are left.
    Soon(u32),
    Ended,
    /// Nobody came back.
    Left,
}

/// What a page says after so many seconds without a request.
fn idle_after(silent_s: u32, idle_s: u32) -> Idle {
    let lasts = idle_s.saturating_sub(GRACE_S).max(1);
    match lasts.checked_sub(silent_s) {
        _ if silent_s >= lasts.saturating_add(WAITS_S) => Idle::Left,
        None | Some(0) => Idle::Ended,
        Some(left) if left <= WARNING_S => Idle::Soon(left),
        Some(_) => Idle::No,
    }
}

/// Watches over the session of whoever is signed in. Runs in the browser only.
#[component]
pub(super) fn IdleWatch(me: Me, idle_s: u32) -> impl IntoView {
    let idle = RwSignal::new(Idle::No);
    Effect::new(move |_| {
        note_contact();
        let look = move || {
            let silent_s = now_ms().saturating_sub(last_contact_ms()) / 1_000;
            let now = idle_after(u32::try_from(silent_s).unwrap_or(u32::MAX), idle_s);
            if idle.try_get_untracked().is_some_and(|before| before != now) {
                idle.try_set(now);
                if now == Idle::Left {
                    leave_for("/sign-in");
                }
            }
        };
        if let Ok(watch) = set_interval_with_handle(look, LOOK_EVERY) {
            let watch = StoredValue::new_local(watch);
            on_cleanup(move || _ = watch.try_with_value(IntervalHandle::clear));
        }
    });
    let sheet = NodeRef::<html::Dialog>::new();
    let shown = Memo::new(move |_| idle.get() != Idle::No);
    Effect::new(move |_| {
        let (Some(sheet), shown) = (sheet.get(), shown.get()) else {
            return;
        };
        if shown && !sheet.open() {
            // It is in the page and closed, so there is nothing to refuse.
            _ = sheet.show_modal();
        } else if !shown && sheet.open() {
            sheet.close();
        }
    });
    let ended = Memo::new(move |_| matches!(idle.get(), Idle::Ended | Idle::Left));
    let me = StoredValue::new(me);
    // Escape says "I am here" before the end, and nothing after it.
    let on_cancel = move |event: leptos::ev::Event| {
        event.prevent_default();
    };
    let content = move || {
        if !shown.get() {
            return ().into_any();
        }
        if ended.get() { again(me) } else { stay(idle) }
    };
    view! {
        <dialog
            class="dialog"
            class:dialog-veiled=ended
            node_ref=sheet
            aria-labelledby="idle-heading"
            on:cancel=on_cancel
            on:close=move |_| reopen(sheet, shown)
        >
            <div class="dialog-sheet">{content}</div>
        </dialog>
    }
}

/// Browsers close a dialog on a second Escape whatever the page says.
fn reopen(sheet: NodeRef<html::Dialog>, shown: Memo<bool>) {
    if shown.try_get_untracked() == Some(true)
        && let Some(sheet) = sheet.try_get_untracked().flatten()
    {
        _ = sheet.show_modal();
    }
}

fn stay(idle: RwSignal<Idle>) -> AnyView {
    let doing = Doing::new();
    let left = move || match idle.get() {
        Idle::Soon(left) => format!("{left} seconds"),
        Idle::No | Idle::Ended | Idle::Left => "a moment".to_owned(),
    };
    let on_click = move |_| {
        doing.start(async move {
            call(KeepAlive {}).await?;
            idle.try_set(Idle::No);
            Ok(After::Stay)
        });
    };
    view! {
        <h2 id="idle-heading">"Are you still there?"</h2>
        <p>
            "You will be signed out in " <span class="figure">{left}</span>
            ", because nothing has been asked for a while. What you typed stays."
        </p>
        {doing.note()}
        <div class="form-actions">
            <Button busy=doing.busy() on:click=on_click>
                "Stay signed in"
            </Button>
        </div>
    }
    .into_any()
}

fn again(me: StoredValue<Me>) -> AnyView {
    let doing = Doing::new();
    let trouble = RwSignal::new(None::<&'static str>);
    let on_click = move |_| {
        trouble.set(None);
        let asked = doing.asked_anywhere();
        doing.start(async move {
            match sign_in_here(&asked).await {
                Ok(now) if me.try_with_value(|me| me.user == now.user) == Some(true) => {
                    note_contact();
                    Ok(After::Stay)
                }
                // Somebody else: nothing of the page before is theirs.
                Ok(_) => {
                    leave_for("/home");
                    Ok(After::Leave)
                }
                Err(Trouble::Refused(error)) => Err(error),
                Err(other) => {
                    trouble.try_set(other.words());
                    Ok(After::Stay)
                }
            }
        });
    };
    view! {
        <h2 id="idle-heading">"You are signed out"</h2>
        <p>"Nothing was asked for a while. Your page waits behind this for ten minutes, with what you typed. Sign in again to go on."</p>
        <div role="status">
            {move || trouble.get().map(|words| view! { <Notice kind=NoticeKind::Pending>{words}</Notice> })}
        </div>
        {doing.note()}
        <div class="form-actions">
            <Button busy=doing.busy() on:click=on_click>
                "Sign in with a passkey"
            </Button>
            <Button kind=ButtonKind::Quiet on:click=move |_| leave_for("/sign-in")>
                "Leave this page"
            </Button>
        </div>
        <p class="muted">
            "No passkey? " <a href="/sign-in/password" rel="external" target="_blank">"Sign in with a password"</a>
            " (opens in a new tab), and come back here."
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_a_minute_before_the_end_and_never_too_late() {
        for (silent, expected) in [
            (0, Idle::No),
            (229, Idle::No),
            (230, Idle::Soon(60)),
            (289, Idle::Soon(1)),
            (290, Idle::Ended),
            (889, Idle::Ended),
            (890, Idle::Left),
            (100_000, Idle::Left),
        ] {
            assert_eq!(idle_after(silent, 300), expected, "{silent}");
        }
        assert_eq!(idle_after(0, 60), Idle::Soon(50));
        assert_eq!(idle_after(0, 5), Idle::Soon(1));
    }
}
