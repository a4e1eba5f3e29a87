use super::*;
use crate::state::{Offer, Payee};
use crate::understood::Understood;

fn understood(ranked: &[(&str, f32)], rejected: bool) -> Understood {
    Understood {
        ranked: ranked
            .iter()
            .map(|(intent, score)| ((*intent).to_owned(), *score))
            .collect(),
        rejected,
    }
}

fn first(state: &State, text: &str, understood: &Understood) -> Command {
    let known = [];
    let found = bank_understanding::extract::extract(
        text,
        &bank_understanding::extract::Context {
            today: chrono::NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(),
            currency: bank_contract::Currency::Eur,
            known: &known,
        },
    );
    let heard = Heard {
        text,
        understood,
        found: &found,
        is_source: false,
    };
    decide(state, &heard).remove(0)
}

fn asking(slot: Slot) -> State {
    let mut task = Task::new("transfers.submit", "send money to Tom");
    task.asking = Some(slot);
    State {
        stack: vec![task],
        ..State::default()
    }
}

#[test]
fn an_amount_answers_the_question_for_one() {
    let state = asking(Slot::Amount);
    for text in ["60", "60 euros please", "it's 12.50"] {
        assert_eq!(
            first(&state, text, &understood(&[("talk.yes", 0.3)], true)),
            Command::Fill,
            "{text}"
        );
    }
}

#[test]
fn a_question_in_the_middle_is_a_digression() {
    let state = asking(Slot::Amount);
    let asked = understood(&[("accounts.list", 0.9)], false);
    assert!(matches!(
        first(&state, "how much money do I have?", &asked),
        Command::Start { intent, .. } if intent == "accounts.list"
    ));
}

#[test]
fn stopping_leaves_what_was_begun() {
    for text in ["cancel", "never mind", "stop"] {
        assert_eq!(
            first(
                &asking(Slot::Amount),
                text,
                &understood(&[("pending.cancel", 0.9)], false)
            ),
            Command::Cancel
        );
    }
}

#[test]
fn a_card_is_corrected_and_never_confirmed_in_words() {
    let state = State {
        carded: Some(Task::new("transfers.submit", "")),
        ..State::default()
    };
    assert_eq!(
        first(&state, "no, 60", &understood(&[("talk.no", 0.9)], false)),
        Command::Correct
    );
    assert_eq!(
        first(&state, "yes, do it", &understood(&[("talk.yes", 0.9)], false)),
        Command::YesToCard
    );
    assert_eq!(
        first(&state, "no", &understood(&[("talk.no", 0.9)], false)),
        Command::Cancel
    );
}

#[test]
fn what_was_offered_is_chosen_by_number_or_name() {
    let offer = |label: &str| Offer {
        label: label.into(),
        hint: None,
        does: Does::Nothing,
    };
    let state = State {
        offered: vec![offer("Household"), offer("Nest egg")],
        ..asking(Slot::Account)
    };
    let nothing = understood(&[("talk.yes", 0.2)], true);
    assert_eq!(first(&state, "the second one", &nothing), Command::Pick(1));
    assert_eq!(first(&state, "household", &nothing), Command::Pick(0));
    assert_eq!(first(&state, "1", &nothing), Command::Pick(0));
}

#[test]
fn a_name_that_several_have_or_that_a_stranger_gave_themselves_chooses_nobody() {
    let offer = |label: &str, does: Does| Offer {
        label: label.into(),
        hint: None,
        does,
    };
    let payee = |sure: bool| {
        Does::Payee(Payee {
            name: "Tom".into(),
            iban: None,
            sure,
        })
    };
    let nothing = understood(&[("talk.yes", 0.2)], true);
    let offering = |offered: Vec<Offer>| State {
        offered,
        ..asking(Slot::Payee)
    };
    let known = offering(vec![offer("Tom", payee(true))]);
    assert_eq!(first(&known, "tom", &nothing), Command::Pick(0));
    let stranger = offering(vec![offer("Tom", payee(false))]);
    assert_eq!(first(&stranger, "tom", &nothing), Command::Fill);
    assert_eq!(first(&stranger, "the first one", &nothing), Command::Pick(0));
    let both = offering(vec![offer("Tom", payee(true)), offer("tom", payee(false))]);
    assert_eq!(first(&both, "Tom", &nothing), Command::PickSame);
    let twice = offering(vec![offer("Tom", payee(true)), offer("Tom", payee(true))]);
    assert_eq!(first(&twice, "Tom", &nothing), Command::Pick(0));
}

#[test]
fn an_amount_alone_is_for_nothing_and_whoever_wonders_has_not_asked() {
    let sure = understood(&[("transfers.submit", 0.9)], false);
    for text in ["60 euros", "€60", "60", "$12.50!"] {
        assert_eq!(first(&State::default(), text, &sure), Command::Bare, "{text}");
    }
    assert!(matches!(
        first(&State::default(), "60 euros to Tom", &sure),
        Command::Start { .. }
    ));
    for text in ["Shall I send 100 to Tom?", "should I pay this"] {
        let asked_back = Command::Clarify(vec!["transfers.submit".into()]);
        assert_eq!(first(&State::default(), text, &sure), asked_back, "{text}");
    }
}

#[test]
fn what_is_to_be_kept_is_not_cancelled() {
    let meant = understood(&[("pending.cancel", 0.9)], false);
    let carded = State {
        carded: Some(Task::new("transfers.submit", "")),
        ..State::default()
    };
    for text in ["don't cancel it", "please do not cancel the payment to Tom"] {
        assert_eq!(first(&carded, text, &meant), Command::YesToCard, "{text}");
        let told = Command::Talk("talk.no".into());
        assert_eq!(first(&State::default(), text, &meant), told, "{text}");
    }
    assert_eq!(first(&carded, "cancel it", &meant), Command::Cancel);
}

#[test]
fn a_no_is_no_name() {
    let no = understood(&[("talk.no", 0.9)], false);
    assert_eq!(first(&asking(Slot::Name), "no", &no), Command::Cancel);
    assert_eq!(first(&asking(Slot::Name), "Rainy days", &no), Command::Fill);
}

#[test]
fn what_is_not_understood_is_asked_back_with_what_it_might_be() {
    let near = understood(&[("limits.show", 0.3), ("limits.set", 0.25), ("talk.yes", 0.2)], true);
    assert_eq!(
        first(&State::default(), "my limit thing", &near),
        Command::Clarify(vec!["limits.show".into(), "limits.set".into()])
    );
}
