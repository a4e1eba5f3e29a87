use super::*;
use bank_contract::PendingId;
use bank_contract::assistant::Speaker;
use bank_contract::pending::PendingState;

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
fn what_was_typed_after_the_words_stays_in_the_field() {
    let mut draft = "pay anna\nand ben".to_owned();
    forget_words(&mut draft, &words("pay anna"));
    assert_eq!(draft, "and ben");
    forget_words(&mut draft, &words("pay carla"));
    assert_eq!(draft, "and ben");
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
    use bank_contract::pending::{PendingView, Summary};
    let pending = PendingId(uuid::Uuid::nil());
    let card = Part::Card {
        pending: Box::new(PendingView {
            pending,
            operation: "transfers.submit".into(),
            summary: Summary::default(),
            missing: bank_contract::Consent::Confirm,
            state: PendingState::Waiting,
            expires_at: chrono::NaiveDateTime::default(),
            hash: String::new(),
            decided_by_other: false,
        }),
    };
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
