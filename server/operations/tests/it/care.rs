//! A person takes over: the case with everything that they need, their answers, and the silence of the assistant.

use crate::bank::TestBank;
use crate::hallway::count_of;
use crate::row_security_furnished::rows;
use crate::talker::{Told, says};
use bank_contract::assistant::{DeleteConversation, ListConversations, Part, ShowConversation, Speaker};
use bank_contract::care::{AnswerCase, CloseCase, ListCases, Reason, ShowCase};
use bank_contract::notifications::{DeliverNotices, ShowMailbox};
use bank_contract::{BankError, CaseId};
use bank_operations::assistant::{HandOver, Turned};
use bank_storage::Acting;
use chrono::TimeDelta;
use sea_orm::ConnectionTrait as _;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// Hands over for the reason that is said, and is silent while a person helps.
async fn hands_over(told: Told) -> Turned {
    let bank_contract::assistant::Said::Words { text } = &told.said else {
        return says("?");
    };
    let Ok(reason) = serde_json::from_value::<Reason>(serde_json::json!(text)) else {
        return Turned::default();
    };
    let safety = if told.situation.with_person.is_some() {
        "Still here"
    } else {
        "A person comes"
    };
    Turned {
        hand_over: Some(HandOver {
            reason,
            summary: vec!["They wrote:".into(), text.clone()],
        }),
        ..says(safety)
    }
}

fn case_of(turn: &bank_contract::assistant::Turn) -> CaseId {
    let parts = turn.messages.iter().flat_map(|message| &message.parts);
    let mut cases = parts.filter_map(|part| match part {
        Part::HandedOver { case, .. } => Some(*case),
        _ => None,
    });
    cases.next().unwrap()
}

#[tokio::test]
async fn a_person_takes_over_answers_and_closes_and_the_customer_is_told() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(hands_over);
    let turn = anna.says("complaint").await.unwrap();
    let (case, conversation) = (case_of(&turn), turn.conversation);
    assert_eq!(
        turn.messages.last().unwrap().parts,
        [Part::HandedOver {
            case,
            summary: vec!["They wrote:".into(), "complaint".into()],
            elsewhere: false,
        }]
    );
    assert!(anna.does(ListConversations {}).await.unwrap()[0].with_person);
    // Silent now, and what is written goes to the case.
    let more = anna.goes_on(Some(conversation), "Are you there?").await.unwrap();
    assert_eq!(more.messages.len(), 1);

    let [line] = &bank.operator(ListCases::default()).await.unwrap()[..] else {
        panic!("one case")
    };
    assert_eq!(
        (line.case, line.reason, line.waits, line.open),
        (case, Reason::Complaint, true, true)
    );
    let shown = bank.operator(ShowCase { case }).await.unwrap();
    assert_eq!(shown.customer_name, "Anna Weber");
    assert_eq!(shown.summary, ["They wrote:", "complaint"]);
    assert_eq!(shown.messages.len(), 4);

    bank.wait(TimeDelta::minutes(1));
    let answer = AnswerCase {
        case,
        text: "  I am here now.\nWhat happened? ".into(),
    };
    bank.operator(answer).await.unwrap();
    let show = ShowConversation { conversation: None };
    let view = anna.does(show.clone()).await.unwrap().unwrap();
    let last = view.messages.last().unwrap();
    assert_eq!((last.number, last.by), (5, Speaker::Person));
    assert_eq!(last.parts, says("I am here now.\nWhat happened?").messages[0]);
    assert!(!bank.operator(ListCases::default()).await.unwrap()[0].waits);
    anna.goes_on(Some(conversation), "My card").await.unwrap();
    assert!(bank.operator(ListCases::default()).await.unwrap()[0].waits);

    bank.operator(CloseCase { case, seen: None }).await.unwrap();
    assert_eq!(bank.operator(ListCases::default()).await.unwrap(), Vec::new());
    assert!(!anna.does(show).await.unwrap().unwrap().with_person);
    let closed = bank.operator(ShowCase { case }).await.unwrap();
    assert!(!closed.line.open, "what was said there can still be read");
    let late = AnswerCase {
        case,
        text: "Too late".into(),
    };
    assert!(bank.operator(late).await.unwrap_err().field("case").is_some());
    assert!(
        bank.operator(CloseCase { case, seen: None })
            .await
            .unwrap_err()
            .field("case")
            .is_some()
    );

    bank.clock_runs(DeliverNotices {}).await.unwrap();
    let mails = anna.does(ShowMailbox {}).await.unwrap();
    let mut subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["A person helps you", "You have an answer"]);
    assert!(
        mails
            .iter()
            .all(|mail| !mail.body.contains("card") && !mail.body.contains("complaint"))
    );
}

#[tokio::test]
async fn the_most_urgent_comes_first_and_a_case_becomes_more_urgent_but_never_less() {
    let bank = TestBank::open().await;
    bank.talker.does(hands_over);
    let mut people = Vec::new();
    for (name, reason) in [
        ("Anna Weber", "person"),
        ("Ben Okafor", "complaint"),
        ("Cleo Martin", "fraud-in-progress"),
        ("Dina Rossi", "complaint"),
    ] {
        let person = bank.customer(name).await;
        bank.wait(TimeDelta::seconds(1));
        let turn = person.says(reason).await.unwrap();
        people.push((person, turn.conversation, case_of(&turn)));
    }
    let order = async || -> Vec<CaseId> {
        let lines = bank.operator(ListCases::default()).await.unwrap();
        lines.into_iter().map(|line| line.case).collect()
    };
    let case = |who: usize| people[who].2;
    assert_eq!(order().await, [case(2), case(1), case(3), case(0)]);
    // She says more, and it is one case still.
    let (anna, conversation, _) = &people[0];
    let again = anna.goes_on(Some(*conversation), "crisis").await.unwrap();
    assert_eq!(again.messages.len(), 2, "what is about safety is still said");
    anna.goes_on(Some(*conversation), "not-understood").await.unwrap();
    assert_eq!(order().await, [case(0), case(2), case(1), case(3)]);
    let shown = bank.operator(ShowCase { case: case(0) }).await.unwrap();
    assert_eq!(shown.line.reason, Reason::Crisis);
    assert_eq!(shown.summary, ["They wrote:", "person", "crisis", "not-understood"]);
}

#[tokio::test]
async fn a_conversation_with_an_open_case_is_neither_deleted_nor_let_go_and_afterwards_all_of_it_is() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(hands_over);
    let turn = anna.says("vulnerable").await.unwrap();
    let conversation = turn.conversation;
    let refused = anna.does(DeleteConversation { conversation }).await.unwrap_err();
    assert!(refused.field("conversation").is_some());
    for _ in 0..51 {
        bank.wait(TimeDelta::seconds(1));
        anna.says("Hello").await.unwrap();
    }
    let show = || ShowConversation {
        conversation: Some(conversation),
    };
    assert!(anna.does(show()).await.unwrap().unwrap().with_person);
    bank.operator(CloseCase {
        case: case_of(&turn),
        seen: None,
    })
    .await
    .unwrap();
    anna.does(DeleteConversation { conversation }).await.unwrap();
    let owner = bank.database.owner().await;
    assert_eq!(count_of(&owner, "SELECT count(*) FROM cases").await, 0);
    let gone = ShowCase { case: case_of(&turn) };
    assert_eq!(bank.operator(gone).await, Err(BankError::NotFound));
}

#[tokio::test]
async fn whoever_helps_sees_the_conversations_of_cases_only_and_nobody_poses_as_a_person() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    bank.talker.does(hands_over);
    anna.says("Private").await.unwrap();
    let case = case_of(&ben.says("person").await.unwrap());
    let seen = async |acting, table: &str| {
        let tx = bank.hallway.database().begin(acting).await.unwrap();
        rows(&tx, table).await
    };
    for table in ["conversations", "conversation_messages", "cases"] {
        let helper = seen(Acting::OPERATOR, table).await;
        assert!(!helper.is_empty(), "{table}");
        let his = ben.signed.user.to_string();
        assert!(helper.iter().all(|row| row.contains(&his)), "{table}");
        assert!(seen(Acting::CLOCK, table).await.is_empty(), "{table}");
    }
    assert!(seen(Acting::OPERATOR, "assistant_facts").await.is_empty());
    // A customer's database transaction cannot write in a person's name, and a person's not in a customer's.
    let pose = |by: &str| {
        format!(
            "INSERT INTO conversation_messages SELECT conversation_id, user_id, 99, '{by}', at, parts \
             FROM conversation_messages WHERE number = 1"
        )
    };
    for (acting, by) in [
        (ben.acting(), "person"),
        (Acting::OPERATOR, "customer"),
        (Acting::OPERATOR, "assistant"),
    ] {
        let tx = bank.hallway.database().begin(acting).await.unwrap();
        let refused = tx.execute_unprepared(&pose(by)).await.unwrap_err().to_string();
        assert!(refused.contains("row-level security"), "{by}: {refused}");
    }
    // Nor after the case is closed.
    bank.operator(CloseCase { case, seen: None }).await.unwrap();
    let tx = bank.hallway.database().begin(Acting::OPERATOR).await.unwrap();
    let refused = tx.execute_unprepared(&pose("person")).await.unwrap_err().to_string();
    assert!(refused.contains("row-level security"), "{refused}");
}

#[tokio::test]
async fn an_answer_has_words_a_case_is_there_and_customers_have_no_part_in_it() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let case = CaseId(Uuid::nil());
    let answer = |text: &str| AnswerCase {
        case,
        text: text.into(),
    };
    for bad in ["", "  ", &"x".repeat(2_001)] {
        assert!(bank.operator(answer(bad)).await.unwrap_err().field("text").is_some());
    }
    assert_eq!(bank.operator(answer("Hello")).await, Err(BankError::NotFound));
    assert_eq!(bank.operator(ShowCase { case }).await, Err(BankError::NotFound));
    assert_eq!(
        bank.operator(CloseCase { case, seen: None }).await,
        Err(BankError::NotFound)
    );
    assert_eq!(anna.does(ListCases::default()).await, Err(BankError::NotAllowed));
    assert_eq!(anna.does(answer("Hello")).await, Err(BankError::NotAllowed));
}

#[tokio::test]
async fn the_assistant_is_told_that_a_person_helps_and_when_they_are_done() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    let seen: Arc<Mutex<Vec<Option<CaseId>>>> = Arc::default();
    let keeps = seen.clone();
    bank.talker.does(move |told: Told| {
        keeps.lock().unwrap().push(told.situation.with_person);
        hands_over(told)
    });
    let turn = anna.says("person").await.unwrap();
    let (case, conversation) = (case_of(&turn), Some(turn.conversation));
    anna.goes_on(conversation, "One").await.unwrap();
    bank.operator(CloseCase { case, seen: None }).await.unwrap();
    anna.goes_on(conversation, "Two").await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [None, Some(case), None]);
    // It can be handed over again, as another case.
    let again = anna.goes_on(conversation, "person").await.unwrap();
    assert_ne!(case_of(&again), case);
}

#[tokio::test]
async fn nobody_has_more_than_three_cases_open_and_a_further_one_is_added_to_the_newest() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    bank.talker.does(hands_over);
    let mut cases = Vec::new();
    for reason in ["person", "complaint", "person", "fraud-in-progress", "crisis"] {
        bank.wait(TimeDelta::seconds(1));
        cases.push(case_of(&anna.says(reason).await.unwrap()));
    }
    assert_eq!(cases[3..], [cases[2], cases[2]], "no further one");
    let show = ShowConversation { conversation: None };
    let fifth = anna.does(show).await.unwrap().unwrap();
    assert!(!fifth.with_person, "it is answered in the third");
    let told = fifth.messages.last().unwrap().parts.last().unwrap();
    assert!(matches!(told, Part::HandedOver { case, elsewhere: true, .. } if *case == cases[2]));
    let his = case_of(&ben.says("gambling").await.unwrap());
    let open = bank.operator(ListCases::default()).await.unwrap();
    let lines: Vec<(CaseId, Reason)> = open.iter().map(|line| (line.case, line.reason)).collect();
    assert_eq!(
        lines,
        [
            (cases[2], Reason::Crisis),
            (his, Reason::Gambling),
            (cases[1], Reason::Complaint),
            (cases[0], Reason::Person)
        ]
    );
    let summary = bank.operator(ShowCase { case: cases[2] }).await.unwrap().summary;
    assert!(summary.contains(&"fraud-in-progress".to_owned()) && summary.contains(&"crisis".to_owned()));
    bank.operator(CloseCase {
        case: cases[2],
        seen: None,
    })
    .await
    .unwrap();
    assert_ne!(case_of(&anna.says("person").await.unwrap()), cases[2]);
}

#[tokio::test]
async fn a_summary_keeps_what_was_first_and_what_is_newest() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(|told: Told| async move {
        let bank_contract::assistant::Said::Words { text } = told.said else {
            return says("?");
        };
        let summary = (0..30).map(|line| format!("{text} {line}")).collect();
        let reason = Reason::Complaint;
        Turned {
            hand_over: Some(HandOver { reason, summary }),
            ..says("A person comes")
        }
    });
    let turn = anna.says("first").await.unwrap();
    for said in ["second", "third", "fourth"] {
        anna.goes_on(Some(turn.conversation), said).await.unwrap();
    }
    let summary = bank.operator(ShowCase { case: case_of(&turn) }).await.unwrap().summary;
    assert_eq!(summary.len(), 60);
    assert_eq!((summary[0].as_str(), summary[59].as_str()), ("first 0", "fourth 29"));
}

#[tokio::test]
async fn what_is_said_after_a_case_is_between_the_customer_and_the_assistant_again() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(hands_over);
    let turn = anna.says("complaint").await.unwrap();
    let case = case_of(&turn);
    let seen = async || {
        let shown = bank.operator(ShowCase { case }).await.unwrap().messages.len();
        let tx = bank.hallway.database().begin(Acting::OPERATOR).await.unwrap();
        (shown, rows(&tx, "conversation_messages").await.len())
    };
    let open = seen().await;
    assert_eq!(open, (turn.messages.len(), turn.messages.len()));
    bank.wait(TimeDelta::seconds(1));
    bank.operator(CloseCase { case, seen: None }).await.unwrap();
    bank.wait(TimeDelta::seconds(1));
    anna.goes_on(Some(turn.conversation), "Just for you").await.unwrap();
    assert_eq!(seen().await, open, "neither in what is shown nor past it");
}

#[tokio::test]
async fn a_case_is_not_closed_over_what_its_closer_has_not_seen() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(hands_over);
    let turn = anna.says("complaint").await.unwrap();
    let case = case_of(&turn);
    let newest = async || {
        let shown = bank.operator(ShowCase { case }).await.unwrap();
        shown.messages.last().map(|message| message.number)
    };
    let seen = newest().await;
    anna.goes_on(Some(turn.conversation), "I cannot go on").await.unwrap();
    let refused = bank.operator(CloseCase { case, seen }).await.unwrap_err();
    assert!(refused.field("seen").is_some(), "{refused:?}");
    assert!(bank.operator(ListCases::default()).await.unwrap()[0].waits);
    // A person's own answer is no reason to look again.
    let seen = newest().await;
    let text = "I am here.".to_owned();
    bank.operator(AnswerCase { case, text }).await.unwrap();
    bank.operator(CloseCase { case, seen }).await.unwrap();
    assert_eq!(bank.operator(ListCases::default()).await.unwrap(), Vec::new());
}

#[tokio::test]
async fn whoever_waits_is_listed_before_the_more_urgent_who_have_been_answered() {
    let bank = TestBank::open().await;
    let (anna, ben) = (bank.customer("Anna Weber").await, bank.customer("Ben Okafor").await);
    bank.talker.does(hands_over);
    let urgent = case_of(&anna.says("crisis").await.unwrap());
    let waits = case_of(&ben.says("complaint").await.unwrap());
    let text = "I am here.".to_owned();
    bank.operator(AnswerCase { case: urgent, text }).await.unwrap();
    let listed = async |most| {
        let lines = bank.operator(ListCases { most }).await.unwrap();
        lines.into_iter().map(|line| line.case).collect::<Vec<_>>()
    };
    assert_eq!(listed(2).await, [waits, urgent]);
    assert_eq!(listed(1).await, [waits]);
    for most in [0, 1_001] {
        let refused = bank.operator(ListCases { most }).await.unwrap_err();
        assert!(refused.field("most").is_some());
    }
}
