use super::heard::{forget_words, has_heard};
use super::*;
use bank_contract::PendingId;
use bank_contract::assistant::{Choice, Speaker};
use bank_contract::pending::{PendingState, PendingView, Summary};

fn message(number: u32, by: Speaker, text: &str) -> MessageView {
    MessageView {
        number,
        by,
        at: chrono::NaiveDateTime::default(),
        parts: vec![Part::Text { text: text.into() }],
    }
}

fn words(text: &str) -> Said {
    Said::Words { text: text.into() }
}

fn view(messages: Vec<MessageView>) -> ConversationView {
    ConversationView {
        conversation: ConversationId(uuid::Uuid::nil()),
        begun_at: chrono::NaiveDateTime::default(),
        rating: None,
        with_person: false,
        messages,
    }
}

fn turn(messages: Vec<MessageView>) -> Turn {
    Turn {
        conversation: ConversationId(uuid::Uuid::nil()),
        messages,
    }
}

fn card(pending: PendingId, title: &str) -> Part {
    let summary = Summary {
        title: title.into(),
        ..Summary::default()
    };
    Part::Card {
        pending: Box::new(PendingView {
            pending,
            operation: "transfers.submit".into(),
            summary,
            missing: bank_contract::Consent::Confirm,
            state: PendingState::Waiting,
            expires_at: chrono::NaiveDateTime::default(),
            hash: String::new(),
            decided_by_other: false,
        }),
    }
}

#[test]
fn a_view_that_was_asked_for_before_an_answer_does_not_take_it_away() {
    Owner::new().with(|| {
        let talk = Talk::new();
        let old = vec![message(1, Speaker::Customer, "hello")];
        talk.messages.set(old.clone());
        let known = talk.known();
        talk.add(turn(vec![message(2, Speaker::Assistant, "Good day.")]));
        talk.hear_news(view(old.clone()), known);
        assert_eq!(talk.messages.with_untracked(Vec::len), 2);
        let known = talk.known();
        talk.decided(PendingId(uuid::Uuid::nil()), PendingState::Done);
        talk.hear_news(view(old.clone()), known);
        assert_eq!(talk.messages.with_untracked(Vec::len), 2);
        let mut newer = talk.messages.get_untracked();
        newer.push(message(3, Speaker::Person, "This is Jonas."));
        talk.hear_news(view(newer), talk.known());
        assert_eq!(talk.messages.with_untracked(Vec::len), 3);
    });
}

#[test]
fn what_is_tried_again_is_not_said_in_another_conversation_nor_shown_there() {
    Owner::new().with(|| {
        let talk = Talk::new();
        talk.begun.set(Begun::Here);
        talk.keep(words("my limits"), BankError::Unreachable);
        let known = talk.known();
        talk.leave();
        talk.messages.set(vec![message(1, Speaker::Customer, "another one")]);
        let heard = view(vec![message(1, Speaker::Customer, "my limits")]);
        talk.tried(words("my limits"), Some(heard), known, 0);
        talk.tried(words("my limits"), None, known, 0);
        assert_eq!(talk.messages.with_untracked(Vec::len), 1);
        assert_eq!(talk.draft.get_untracked(), "my limits");
        assert!(talk.sending.with_untracked(Option::is_none));
    });
}

#[test]
fn what_was_lost_and_heard_is_shown_and_not_said_again() {
    Owner::new().with(|| {
        let talk = Talk::new();
        talk.begun.set(Begun::Here);
        talk.keep(words("my limits"), BankError::Unreachable);
        let heard = view(vec![message(1, Speaker::Customer, "my limits")]);
        talk.tried(words("my limits"), Some(heard), talk.known(), 0);
        assert_eq!(talk.messages.with_untracked(Vec::len), 1);
        assert_eq!(talk.draft.get_untracked(), "");
        assert!(talk.unsaid.with_untracked(Option::is_none));
    });
}

#[test]
fn what_was_heard_takes_back_its_own_failure_and_no_other() {
    Owner::new().with(|| {
        let talk = Talk::new();
        talk.begun.set(Begun::Here);
        talk.keep(words("my limits"), BankError::Unreachable);
        let known = talk.known();
        talk.draft.set(String::new());
        talk.keep(words("my payees"), BankError::Busy { retry_after_s: 1 });
        let heard = view(vec![message(1, Speaker::Customer, "my limits")]);
        talk.tried(words("my limits"), Some(heard), known, 0);
        let unsaid = talk.unsaid.get_untracked().unwrap();
        assert_eq!(unsaid.said, words("my payees"));
        assert_eq!(talk.draft.get_untracked(), "my payees");
    });
}

#[test]
fn what_became_of_a_request_turns_nobody_away_from_what_they_look_at() {
    Owner::new().with(|| {
        let talk = Talk::new();
        talk.begun.set(Begun::Here);
        talk.sending.set(Some(Sending {
            said: words("hello"),
            long: false,
            heard: Vec::new(),
        }));
        talk.side.set(Side::Past);
        talk.say(Said::Settled {
            pending: PendingId(uuid::Uuid::nil()),
        });
        assert_eq!(talk.side.get_untracked(), Side::Past);
        assert_eq!(talk.queue.with_untracked(|queue| queue.later.len()), 1);
        talk.say(words("hello again"));
        assert_eq!(talk.side.get_untracked(), Side::Talk);
    });
}

#[test]
fn words_were_heard_when_the_bank_has_kept_them_since() {
    let view = ConversationView {
        conversation: ConversationId(uuid::Uuid::nil()),
        begun_at: chrono::NaiveDateTime::default(),
        rating: None,
        with_person: false,
        messages: vec![
            message(1, Speaker::Customer, "my balance"),
            message(2, Speaker::Assistant, "my limits"),
            message(3, Speaker::Customer, "my limits"),
        ],
    };
    assert!(has_heard(&view, 2, &words("my limits")));
    assert!(!has_heard(&view, 3, &words("my limits")), "that was known before");
    assert!(!has_heard(&view, 0, &words("my payees")));
    assert!(!has_heard(&view, 2, &Said::Chosen { message: 2, choice: 0 }));
}

#[test]
fn what_was_pressed_was_heard_when_the_bank_has_kept_what_it_is_called() {
    let mut offered = message(1, Speaker::Assistant, "Which account?");
    let choice = |label: &str| Choice {
        label: label.into(),
        hint: None,
    };
    offered.parts.push(Part::Choices {
        choices: vec![choice("Everyday"), choice("Savings")],
    });
    let kept = view(vec![offered, message(2, Speaker::Customer, "Savings")]);
    let chosen = |choice: u16| Said::Chosen { message: 1, choice };
    assert!(has_heard(&kept, 1, &chosen(1)));
    assert!(!has_heard(&kept, 1, &chosen(0)));
    assert!(!has_heard(&kept, 1, &chosen(2)));
    assert!(!has_heard(&kept, 2, &chosen(1)), "that was known before");
}

#[test]
fn what_became_of_a_request_was_heard_when_the_bank_has_kept_it() {
    let pending = PendingId(uuid::Uuid::nil());
    let mut said = message(1, Speaker::Assistant, "Please look at it closely.");
    said.parts.push(card(pending, "Send €20.00 to Anna"));
    let settled = Said::Settled { pending };
    let kept = view(vec![
        said.clone(),
        message(2, Speaker::Customer, "Confirmed: Send €20.00 to Anna"),
    ]);
    assert!(has_heard(&kept, 1, &settled));
    assert!(!has_heard(&kept, 2, &settled), "that was known before");
    assert!(!has_heard(
        &view(vec![
            said,
            message(2, Speaker::Customer, "Confirmed: Send €20.00 to Ben")
        ]),
        1,
        &settled
    ));
}

#[test]
fn a_new_conversation_is_taken_up_when_it_began_with_what_was_lost() {
    Owner::new().with(|| {
        let talk = Talk::new();
        let lost = view(vec![
            message(1, Speaker::Customer, "pay anna"),
            message(2, Speaker::Assistant, "How much?"),
        ]);
        assert!(talk.may_have_begun(&lost, &words("pay anna")));
        assert!(!talk.may_have_begun(&lost, &words("pay ben")));
        let further = view(vec![
            message(1, Speaker::Customer, "hello"),
            message(3, Speaker::Customer, "pay anna"),
        ]);
        assert!(!talk.may_have_begun(&further, &words("pay anna")));
        talk.show(lost.clone());
        talk.leave();
        assert!(!talk.may_have_begun(&lost, &words("pay anna")), "that was there before");
    });
}

#[test]
fn what_was_typed_after_the_words_stays_in_the_field() {
    let mut draft = "pay anna\nand ben".to_owned();
    forget_words(&mut draft, &words("pay anna"));
    assert_eq!(draft, "and ben");
    forget_words(&mut draft, &words("pay carla"));
    assert_eq!(draft, "and ben");
    draft = "pay annabel".to_owned();
    forget_words(&mut draft, &words("pay anna"));
    assert_eq!(draft, "pay annabel", "that is somebody else");
}

#[test]
fn words_that_were_not_said_stand_in_the_field_again() {
    let owner = Owner::new();
    owner.with(|| {
        let talk = Talk::new();
        talk.keep(words("pay anna"), BankError::Unreachable);
        assert_eq!(talk.draft.get_untracked(), "pay anna");
        talk.draft.set("and ben".into());
        talk.keep(words("pay anna"), BankError::Busy { retry_after_s: 1 });
        assert_eq!(talk.draft.get_untracked(), "pay anna\nand ben");
        let unsaid = talk.unsaid.get_untracked().unwrap();
        assert_eq!(unsaid.error, BankError::Busy { retry_after_s: 1 });
    });
}

#[test]
fn an_answer_is_added_and_said_aloud_once() {
    let owner = Owner::new();
    owner.with(|| {
        let talk = Talk::new();
        talk.messages.set(vec![message(1, Speaker::Customer, "hello")]);
        talk.add(Turn {
            conversation: ConversationId(uuid::Uuid::nil()),
            messages: vec![
                message(2, Speaker::Customer, "my limits"),
                message(3, Speaker::Assistant, "10,000 a day."),
            ],
        });
        assert_eq!(talk.messages.with_untracked(Vec::len), 3);
        assert_eq!(talk.aloud.get_untracked(), "Larch: 10,000 a day.");
        assert!(!talk.standing.get_untracked().with_person);
    });
}

#[test]
fn a_request_that_was_decided_is_no_question_any_more_wherever_it_stands() {
    let pending = PendingId(uuid::Uuid::nil());
    let card = card(pending, "");
    let owner = Owner::new();
    owner.with(|| {
        let talk = Talk::new();
        let mut said = message(1, Speaker::Assistant, "Please look at it closely.");
        said.parts.push(card);
        talk.messages.set(vec![said]);
        assert_eq!(talk.state_of(pending), Some(PendingState::Waiting));
        talk.decided(PendingId(uuid::Uuid::max()), PendingState::Cancelled);
        assert_eq!(talk.state_of(pending), Some(PendingState::Waiting));
        talk.decided(pending, PendingState::Done);
        assert_eq!(talk.state_of(pending), Some(PendingState::Done));
    });
}

#[test]
fn the_conversation_itself_is_no_page_to_talk_about() {
    let owner = Owner::new();
    owner.with(|| {
        let talk = Talk::new();
        talk.come_to("/payments/1");
        talk.come_to(PAGE);
        assert_eq!(talk.about.get_untracked().as_deref(), Some("/payments/1"));
    });
}
