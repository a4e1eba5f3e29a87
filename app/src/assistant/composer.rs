//! Where one writes to the assistant.

use super::dictation::Dictation;
use super::talk::Talk;
use crate::design::{Icon, keep_in_step};
use bank_contract::assistant::WORDS_MAX;
use leptos::html;
use leptos::prelude::*;

const LISTENING: &str = "Listening. Your browser may send what you say to its maker to turn it into words.";
/// From here on it is said how much room is left.
const NEARLY_FULL: usize = WORDS_MAX - 150;

/// What is said of the room that is left, once it matters.
fn room(length: usize) -> Option<String> {
    if length < NEARLY_FULL {
        return None;
    }
    Some(match WORDS_MAX.checked_sub(length) {
        Some(1) => "1 character left".into(),
        Some(left) => format!("{left} characters left"),
        None => format!("{} too many: {WORDS_MAX} characters at most", length - WORDS_MAX),
    })
}

/// What a screen reader says of it: when a step is reached, and not with every letter.
fn room_aloud(length: usize) -> Option<String> {
    match WORDS_MAX.checked_sub(length) {
        None => Some(format!("Too long: {WORDS_MAX} characters at most")),
        Some(left) => {
            let step = [10, 50, WORDS_MAX - NEARLY_FULL]
                .into_iter()
                .find(|step| left <= *step)?;
            Some(format!("{step} characters left"))
        }
    }
}

/// What stands below the field, and what a screen reader says of it.
fn notes(
    length: Memo<usize>,
    listening: RwSignal<bool>,
    unheard: RwSignal<Option<&'static str>>,
) -> (Memo<Option<String>>, Memo<Option<String>>) {
    let or = move |room: fn(usize) -> Option<String>| {
        Memo::new(move |_| {
            let heard = listening.get().then_some(LISTENING).or(unheard.get());
            heard.map(str::to_owned).or_else(|| room(length.get()))
        })
    };
    (or(room), or(room_aloud))
}

pub(super) fn composer(talk: Talk) -> AnyView {
    let length = Memo::new(move |_| talk.draft.with(|draft| draft.trim().chars().count()));
    let too_long = move || length.get() > WORDS_MAX;
    let listening = RwSignal::new(false);
    let unheard = RwSignal::new(None::<&'static str>);
    let field = NodeRef::<html::Textarea>::new();
    keep_in_step(field, talk.draft);
    let send = move || {
        if !too_long() {
            unheard.set(None);
            talk.send();
            talk.to_words();
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // While a word is being put together, Enter belongs to the keyboard.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let no_send = move || (talk.sending.with(Option::is_some) || too_long() || length.get() == 0).then_some("true");
    let (note, aloud) = notes(length, listening, unheard);
    let note_id = format!("{}-note", talk.name());
    view! {
        <form class="composer" method="dialog" on:submit=on_submit>
            <div class="composer-field">
                <label class="visually-hidden" for=talk.words_id()>
                    "Write to Larch"
                </label>
                <textarea
                    id=talk.words_id()
                    class="composer-words"
                    node_ref=field
                    rows="1"
                    placeholder="Ask, or say what to do"
                    autocomplete="off"
                    enterkeyhint="send"
                    aria-describedby=note_id.clone()
                    aria-invalid=move || too_long().then_some("true")
                    on:input=move |event| {
                        unheard.set(None);
                        talk.draft.set(event_target_value(&event));
                    }
                    on:keydown=on_key
                ></textarea>
                <Dictation draft=talk.draft listening unheard />
                <button
                    type="submit"
                    class="icon-button composer-send"
                    aria-label="Send"
                    title="Send"
                    aria-disabled=no_send
                >
                    <Icon name="arrow-up-circle-fill" />
                </button>
            </div>
            <p id=note_id class="field-hint composer-note" class:composer-over=too_long>
                {move || note.get()}
            </p>
            <p class="visually-hidden" role="status">
                {move || aloud.get()}
            </p>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_reader_hears_of_it_at_some_steps_only() {
        assert_eq!(room_aloud(0), None);
        let heard: std::collections::BTreeSet<_> = (0..=WORDS_MAX + 50).filter_map(room_aloud).collect();
        assert_eq!(heard.len(), 4, "{heard:?}");
    }

    #[test]
    fn the_room_that_is_left_is_said_only_once_it_matters() {
        assert_eq!(room(0), None);
        assert_eq!(room(NEARLY_FULL).as_deref(), Some("150 characters left"));
        assert_eq!(room(WORDS_MAX - 1).as_deref(), Some("1 character left"));
        assert_eq!(room(WORDS_MAX).as_deref(), Some("0 characters left"));
        assert_eq!(
            room(WORDS_MAX + 7).as_deref(),
            Some("7 too many: 1000 characters at most")
        );
    }
}
