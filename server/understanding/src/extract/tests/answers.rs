//! Yes, no and stop, and what takes them back: a yes that was none moves money.

use super::*;

/// The cues that are likelier than this, by their place in the text.
fn heard(text: &str, least: f32) -> Vec<Cue> {
    let found = all(text).into_iter().filter(|one| one.score >= least);
    found
        .filter_map(|one| match one.value {
            Value::Cue(cue) => Some(cue),
            _ => None,
        })
        .collect()
}

#[test]
fn a_negation_turns_a_yes_and_a_stop_into_a_no() {
    for text in [
        "don't do it",
        "Don’t do it!",
        "don`t do it",
        "don´t do it",
        "do not do it",
        "please don't do that",
        "don't go ahead",
        "do not confirm",
        "never do it",
        "not ok",
        "not right",
        "that's not right",
        "that isn't right",
        "that is not correct",
        "of course not",
        "absolutely not",
        "i don't",
        "I do not",
        "I don't confirm",
        "i dont think so",
        "rather not",
        "better not",
        "not now",
        "not yet please",
        "no, don't do it",
        "don't cancel",
        "do not cancel it",
        "please don't stop",
        "no, don't cancel it",
        "never",
        "no way",
        "not to do it",
    ] {
        assert_eq!(heard(text, 0.51).first(), Some(&Cue::No), "{text}: {:?}", all(text));
        let others = [Cue::Yes, Cue::Cancel];
        let other = heard(text, 0.51).into_iter().find(|cue| others.contains(cue));
        assert_eq!(other, None, "{text}: {:?}", all(text));
    }
}

#[test]
fn a_negation_further_away_reaches_over_a_few_words_but_over_no_mark() {
    for (text, expected) in [
        ("i don't want you to cancel", None),
        ("i do not want to confirm", None),
        ("don't worry, go ahead", Some(Cue::Yes)),
        ("no problem, go ahead", Some(Cue::Yes)),
        ("why not", Some(Cue::Yes)),
        ("not that, cancel", Some(Cue::Cancel)),
        ("don't. cancel", Some(Cue::Cancel)),
        ("never mind", Some(Cue::Cancel)),
    ] {
        let acts = heard(text, 0.51)
            .into_iter()
            .find(|cue| matches!(cue, Cue::Yes | Cue::Cancel));
        assert_eq!(acts, expected, "{text}: {:?}", all(text));
    }
}

#[test]
fn no_yes_is_heard_in_a_question_a_doubt_or_beside_a_no() {
    for text in [
        "is that right?",
        "sure?",
        "ok?",
        "not sure",
        "I'm not sure",
        "i don't know",
        "no, go ahead",
        "yes, no",
        "do it tomorrow",
        "do it for anna",
        "how do i do it",
        "right hand",
    ] {
        assert!(!heard(text, 0.9).contains(&Cue::Yes), "{text}: {:?}", all(text));
    }
    for text in ["not sure", "I'm not sure", "i don't know", "don't worry"] {
        assert_eq!(heard(text, 0.3), [], "{text}");
    }
    assert!(!heard("leave it 50", 0.9).contains(&Cue::Cancel));
}

#[test]
fn what_is_not_meant_is_a_correction_only_where_it_begins() {
    assert_eq!(heard("not to anna, to ben", 0.6), [Cue::Correction]);
    assert_eq!(heard("not 50, 60", 0.6), [Cue::Correction]);
    assert!(!heard("i asked you not to pay anna", 0.6).contains(&Cue::Correction));
}
