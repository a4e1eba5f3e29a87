//! People who work at the bank: how they come in, what they may do, and how that ends.

use crate::bank::TestBank;
use crate::hallway::count_of;
use crate::talker::says;
use bank_contract::accounts::ListAccounts;
use bank_contract::assistant::{Part, ShowConversation};
use bank_contract::backoffice::{EndStaff, EnterAsStaff, InviteStaff, LeaveAsStaff, ListStaff, ShowStaff};
use bank_contract::care::{AnswerCase, CloseCase, ListCases, Reason, ShowCase};
use bank_contract::identity::WhoAmI;
use bank_contract::{BankError, StaffId};
use bank_operations::assistant::{HandOver, Turned};
use bank_operations::hallway::{Handler, Token};
use bank_operations::{Caller, Door, SessionChange, Visit};
use chrono::TimeDelta;
use uuid::Uuid;

async fn does<O: Handler>(bank: &TestBank, visit: &Visit, input: O) -> Result<O::Output, BankError> {
    bank.hallway
        .run(visit, input)
        .await
        .and_then(|outcome| outcome.answer.done())
}

fn browser() -> Visit {
    Visit {
        caller: Caller::Stranger,
        door: Door::Browser,
        device: String::new(),
        network: String::new(),
        aloud: bank_operations::Aloud::default(),
    }
}

/// The token that a code becomes.
async fn enters(bank: &TestBank, code: &str) -> Result<Token, BankError> {
    let enter = EnterAsStaff { code: code.into() };
    match bank.hallway.run(&browser(), enter).await?.session {
        Some(SessionChange::StartStaff(token)) => Ok(token),
        other => panic!("{other:?}"),
    }
}

async fn hands_over(_: crate::talker::Told) -> Turned {
    Turned {
        hand_over: Some(HandOver {
            reason: Reason::Complaint,
            summary: vec!["It was slow".into()],
        }),
        ..says("A person comes")
    }
}

#[tokio::test]
async fn somebody_who_works_here_answers_by_name_and_sees_cases_only() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    bank.talker.does(hands_over);
    anna.says("This was slow").await.unwrap();
    let jonas = bank.staff("Jonas").await;
    let me = does(&bank, &jonas, ShowStaff {}).await.unwrap().unwrap();
    assert_eq!(me.name, "Jonas");
    let case = does(&bank, &jonas, ListCases::default()).await.unwrap()[0].case;
    let shown = does(&bank, &jonas, ShowCase { case }).await.unwrap();
    assert_eq!(shown.customer_name, "Anna Weber");
    let answer = AnswerCase {
        case,
        text: "I am sorry.".into(),
    };
    does(&bank, &jonas, answer).await.unwrap();
    let view = anna
        .does(ShowConversation { conversation: None })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        view.messages.last().unwrap().parts,
        [
            Part::Signed { name: "Jonas".into() },
            Part::Text {
                text: "I am sorry.".into()
            }
        ]
    );
    does(&bank, &jonas, CloseCase { case, seen: None }).await.unwrap();
    // Nothing of the operator's, and nothing of a customer's.
    let invite = InviteStaff { name: "Eve".into() };
    assert_eq!(does(&bank, &jonas, invite).await.unwrap_err(), BankError::NotAllowed);
    let accounts = does(&bank, &jonas, ListAccounts {}).await;
    assert_eq!(accounts.unwrap_err(), BankError::NotAllowed);
    assert_eq!(does(&bank, &jonas, WhoAmI {}).await.unwrap().me, None);
    // The audit knows who it was.
    let Caller::Staff(staff) = &jonas.caller else { panic!() };
    bank.hallway.flush_audit().await.unwrap();
    let sql = format!(
        "SELECT count(*) FROM audit_lines WHERE caller = 'staff' AND operation LIKE 'care.%' AND user_id = '{}'",
        staff.staff
    );
    assert_eq!(count_of(&bank.database.owner().await, &sql).await, 4);
}

#[tokio::test]
async fn a_code_works_once_and_for_half_an_hour() {
    let bank = TestBank::open().await;
    let invite = || InviteStaff { name: "Jonas".into() };
    let made = bank.operator(invite()).await.unwrap();
    let typed = made.code.to_uppercase().replace('-', " ");
    enters(&bank, &typed).await.unwrap();
    let known = enters(&bank, &made.code).await.unwrap_err();
    assert!(known.field("code").is_some(), "{known:?}");
    for code in ["", "-----", "0", &made.code[..20], &"a".repeat(500)] {
        assert!(enters(&bank, code).await.unwrap_err().field("code").is_some(), "{code}");
    }
    let late = bank.operator(invite()).await.unwrap();
    bank.wait(TimeDelta::minutes(30));
    assert!(enters(&bank, &late.code).await.is_err());
    let taken_back = bank.operator(invite()).await.unwrap();
    bank.operator(EndStaff {
        staff: taken_back.staff,
    })
    .await
    .unwrap();
    assert!(enters(&bank, &taken_back.code).await.is_err());
    let unknown = EndStaff {
        staff: StaffId(Uuid::nil()),
    };
    assert_eq!(bank.operator(unknown).await.unwrap_err(), BankError::NotFound);
    for name in ["", "  ", &"x".repeat(200)] {
        assert!(
            bank.operator(InviteStaff { name: name.into() }).await.is_err(),
            "{name:?}"
        );
    }
}

#[tokio::test]
async fn of_two_who_type_one_code_one_comes_in() {
    let bank = TestBank::open().await;
    for _ in 0..5 {
        let code = bank.operator(InviteStaff { name: "Jonas".into() }).await.unwrap().code;
        let (one, other) = futures::future::join(enters(&bank, &code), enters(&bank, &code)).await;
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_left_idle_ended_or_over() {
    let bank = TestBank::open().await;
    let is_in = async |token: &Token| matches!(bank.hallway.staff_of(token).await.unwrap(), Caller::Staff(_));
    let comes = async || {
        let made = bank.operator(InviteStaff { name: "Jonas".into() }).await.unwrap();
        (enters(&bank, &made.code).await.unwrap(), made.staff)
    };
    // Left.
    let (token, _) = comes().await;
    let visit = Visit {
        caller: bank.hallway.staff_of(&token).await.unwrap(),
        ..browser()
    };
    let left = bank.hallway.run(&visit, LeaveAsStaff {}).await.unwrap();
    assert_eq!(left.session, Some(SessionChange::EndStaff));
    assert!(!is_in(&token).await);
    // Ended by whoever runs the server.
    let (token, staff) = comes().await;
    assert_eq!(bank.operator(ListStaff {}).await.unwrap().len(), 1);
    bank.operator(EndStaff { staff }).await.unwrap();
    assert!(!is_in(&token).await);
    assert_eq!(bank.operator(ListStaff {}).await.unwrap(), Vec::new());
    // Idle.
    let (token, _) = comes().await;
    bank.wait(TimeDelta::minutes(29));
    assert!(is_in(&token).await);
    bank.wait(TimeDelta::minutes(29));
    assert!(is_in(&token).await, "it was used meanwhile");
    bank.wait(TimeDelta::minutes(30));
    assert!(!is_in(&token).await);
    // Over, however busy.
    let (token, _) = comes().await;
    for _ in 0..29 {
        bank.wait(TimeDelta::minutes(20));
        assert!(is_in(&token).await);
    }
    bank.wait(TimeDelta::minutes(20));
    assert!(!is_in(&token).await);
}

#[tokio::test]
async fn a_customers_token_is_no_staffs_and_the_other_way_round() {
    let bank = TestBank::open().await;
    let anna = bank.customer("Anna Weber").await;
    assert_eq!(bank.hallway.staff_of(&anna.token).await.unwrap(), Caller::Stranger);
    let code = bank.operator(InviteStaff { name: "Jonas".into() }).await.unwrap().code;
    let token = enters(&bank, &code).await.unwrap();
    assert_eq!(bank.hallway.caller_of(&token).await.unwrap(), Caller::Stranger);
    // A customer cannot read who works here, whatever they ask.
    let seen = crate::row_security_furnished::rows(
        &bank
            .hallway
            .database()
            .begin(bank_storage::Acting::customer(anna.signed.user, anna.signed.customer))
            .await
            .unwrap(),
        "staff",
    )
    .await;
    assert!(seen.is_empty(), "{seen:?}");
}
