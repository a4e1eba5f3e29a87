//! Something that changes, as the bank understood it, in the middle of the conversation: with the same facts and the same yes as on
//! the review's own page.

use super::talk::Talk;
use crate::api::call;
use crate::design::{Button, ButtonKind, DefinitionList, LinkButton, Notice, NoticeKind, dates, is_free_for};
use crate::errors::{After, form_of};
use crate::identity::Step;
use crate::identity::passkey::Trouble;
use crate::pending::{
    Outcome, Signer, elsewhere, facts, goes_on, heading, may_have_ended, notices, outcome, words_of_asker, yes_words,
};
use crate::transfers::{Late, use_late};
use bank_contract::pending::{CancelPending, PendingState, PendingView};
use bank_contract::transfers::Receipt;
use bank_contract::{Consent, ConversationId, EntryId, PendingId};
use leptos::html;
use leptos::prelude::*;

const NOTHING_MOVED: &str = "Cancelled. No money moved.";

/// A card while it is on the page.
#[derive(Clone, Copy)]
struct Card {
    state: Memo<PendingState>,
    /// The entry that came of a yes given here.
    entry: RwSignal<Option<EntryId>>,
    step: Step,
    signer: Signer,
    talk: Option<Talk>,
    section: NodeRef<html::Section>,
    /// For whoever does not see the card any more when the answer comes.
    late: Late,
}

pub(super) fn card(request: PendingView, talk: Option<Talk>) -> AnyView {
    let (pending, shown) = (request.pending, request.state);
    let this = Card {
        state: Memo::new(move |_| talk.and_then(|talk| talk.state_of(pending)).unwrap_or(shown)),
        entry: RwSignal::new(None),
        step: Step::new(),
        signer: Signer::named("talk-code"),
        talk: talk.filter(|talk| !talk.is_still()),
        section: NodeRef::new(),
        late: use_late(),
    };
    let title = heading(&request.summary);
    let rows = facts(&request.summary);
    let words = words_of_asker(&request.summary, Some(pending));
    let decide = move || match this.state.get() {
        PendingState::Waiting if request.decided_by_other => asked(&request),
        PendingState::Waiting => this.question(request.clone()),
        ended => over(&request, ended, this.entry.get()),
    };
    view! {
        <section class="said-block talk-card" node_ref=this.section tabindex="-1">
            <h4 class="said-title">{title}</h4>
            <DefinitionList rows />
            {words}
            {decide}
        </section>
    }
    .into_any()
}

fn over(request: &PendingView, state: PendingState, entry: Option<EntryId>) -> AnyView {
    let Outcome { kind, title, text } = outcome(request, state);
    view! {
        <Notice kind>
            <p class="notice-title">{title}</p>
            <p>{text}</p>
        </Notice>
        {entry
            .map(|entry| {
                view! {
                    <LinkButton href=format!("/payments/{entry}") kind=ButtonKind::Quiet>
                        "See the receipt"
                    </LinkButton>
                }
            })}
    }
    .into_any()
}

/// Somebody else decides about it: there is nothing to press.
fn asked(request: &PendingView) -> AnyView {
    let text = format!(
        "This is beyond what you may do by yourself. Nothing is sent until they agree. It waits until {}.",
        dates::time(request.expires_at)
    );
    view! {
        <Notice kind=NoticeKind::Pending>
            <p class="notice-title">"The owner was asked"</p>
            <p>{text}</p>
        </Notice>
    }
    .into_any()
}

impl Card {
    fn question(self, request: PendingView) -> AnyView {
        // What is shown once, or goes on with its own page, is agreed to there.
        let here = elsewhere(&request.operation).is_none();
        let onward = goes_on(&request);
        let code = self.signer.field(&request).filter(|_| here);
        let warnings = notices(&request.summary);
        let why = request
            .summary
            .why
            .clone()
            .map(|why| view! { <p class="muted">{why}</p> });
        let expiry = format!(
            "Nothing happens until you {}. This waits until {}.",
            if !here {
                "go on with it"
            } else if request.missing == Consent::Sign {
                "sign"
            } else {
                "confirm"
            },
            dates::time(request.expires_at)
        );
        let pressed_yes = RwSignal::new(true);
        let busy = move |yes: bool| Signal::derive(move || self.step.busy().get() && pressed_yes.get() == yes);
        let yes = here.then(|| {
            let label = yes_words(&request);
            view! {
                <Button submit=true busy=busy(true)>
                    {label}
                </Button>
            }
        });
        let no = if request.summary.asked_by.is_none() {
            "Cancel"
        } else {
            "Say no"
        };
        let (pending, what) = (request.pending, StoredValue::new(heading(&request.summary)));
        let on_yes = move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            pressed_yes.set(true);
            self.agree(request.clone(), &event);
        };
        let on_no = move |_| {
            if self.talk.is_none() || self.step.busy().get_untracked() {
                return;
            }
            pressed_yes.set(false);
            self.refuse(pending, what.get_value());
        };
        view! {
            <form class="form" method="dialog" novalidate on:submit=on_yes>
                {warnings}
                {why}
                <p class="muted">{expiry}</p>
                {onward}
                {code}
                {self.step.note()}
                <div class="form-actions">
                    {yes}
                    <Button kind=ButtonKind::Quiet busy=busy(false) on:click=on_no>
                        {no}
                    </Button>
                </div>
            </form>
        }
        .into_any()
    }

    fn refuse(self, pending: PendingId, what: String) {
        let (conversation, asked) = (self.conversation(), self.step.asked_anywhere());
        self.step.start(async move {
            let answer = call(CancelPending { pending }).await;
            if asked.is_left() {
                self.late
                    .cancelled(&what, pending, answer.clone().map(|()| NOTHING_MOVED));
            }
            self.told(answer.map_err(Trouble::from))?;
            self.settle(pending, PendingState::Cancelled, conversation);
            Ok(After::Stay)
        });
    }

    fn agree(self, request: PendingView, event: &web_sys::SubmitEvent) {
        if self.talk.is_none() {
            return;
        }
        let (pending, conversation) = (request.pending, self.conversation());
        let (what, asked) = (heading(&request.summary), self.step.asked_anywhere());
        self.signer.fields.clear();
        self.step.submit(self.signer.fields, form_of(event), async move {
            let answer = self.told(self.signer.agree(request, &asked).await);
            if asked.is_left() {
                self.late.confirmed(&what, pending, answer.clone());
            }
            let confirmed = answer?;
            let receipt = serde_json::from_value::<Receipt>(confirmed.output);
            self.entry.try_set(receipt.ok().map(|receipt| receipt.entry));
            self.settle(pending, PendingState::Done, conversation);
            Ok(After::Stay)
        });
    }

    /// What the bank refused may have ended the request, so the conversation is looked at again.
    fn told<T>(self, answer: Result<T, Trouble>) -> Result<T, Trouble> {
        if let (Err(Trouble::Refused(error)), Some(talk)) = (&answer, self.talk)
            && may_have_ended(error)
        {
            talk.look();
        }
        answer
    }

    /// The conversation that it stands in, when the bank keeps it.
    fn conversation(self) -> Option<ConversationId> {
        self.talk.and_then(Talk::kept)
    }

    /// It was decided here: the card says so, keeps the focus, and the assistant hears of it in the card's own conversation.
    /// Whoever has gone elsewhere by then is left alone.
    fn settle(self, pending: PendingId, ended: PendingState, conversation: Option<ConversationId>) {
        request_animation_frame(move || {
            let section = self.section.try_get_untracked().flatten();
            if let Some(section) = section.filter(|section| is_free_for(section)) {
                // The pressed button is gone.
                _ = section.focus();
            }
        });
        self.late.balances.have_changed();
        if let Some(talk) = self.talk {
            talk.decided(pending, ended);
            talk.settled(pending, conversation);
        }
    }
}
