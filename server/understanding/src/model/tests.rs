//! Learned from a few utterances, with an encoder made of three words.

use super::*;
use crate::Corpus;

const CARDS: [&str; 8] = [
    "freeze my card",
    "please lock my card",
    "i want to freeze the card",
    "stop my card now",
    "can you block the card",
    "lock the card please",
    "my card must be frozen",
    "put a stop on my card",
];
const MONEY: [&str; 8] = [
    "send money to anna",
    "pay anna twenty euros",
    "transfer money to ben",
    "i want to pay ben",
    "wire ten euros to anna",
    "make a payment to ben",
    "can you send ben money",
    "please transfer to anna",
];
const OUTSIDE: [&str; 6] = [
    "how tall is a giraffe",
    "who won the football match",
    "tell me a recipe for soup",
    "what is the weather like",
    "translate tree into french",
    "how far away is the moon",
];

fn corpus() -> Corpus {
    let cards = CARDS.iter().map(|text| ((*text).to_owned(), "cards.freeze".to_owned()));
    let money = MONEY
        .iter()
        .map(|text| ((*text).to_owned(), "transfers.submit".to_owned()));
    let outside = OUTSIDE.iter().map(|text| (*text).to_owned()).collect();
    Corpus::from_labelled(cards.chain(money).collect(), outside).unwrap()
}

fn settings() -> Settings {
    Settings {
        folds: 2,
        examples_min: 1,
        ..Settings::default()
    }
}

/// Knows cards, money and nothing else.
struct ThreeWords(u8);

impl Embed for ThreeWords {
    fn fingerprint(&self) -> [u8; 32] {
        [self.0; 32]
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        let has = |words: &[&str]| {
            if words.iter().any(|word| text.contains(word)) {
                1.0
            } else {
                0.0
            }
        };
        let mut vector = vec![
            has(&["card", "freeze", "frozen", "plastic"]),
            has(&["pay", "money", "transfer", "euro", "dough"]),
            0.3,
        ];
        crate::semantic::to_unit(&mut vector);
        vector
    }
}

#[test]
fn what_was_learned_is_understood() {
    let model = Model::train(&corpus(), None, &settings()).unwrap();
    for (text, intent) in [
        ("freeze my card", "cards.freeze"),
        ("plaese freze my crad", "cards.freeze"),
        ("send anna 20 euros", "transfers.submit"),
    ] {
        let found = model.predict(text, None);
        assert_eq!(found.ranked[0].intent, intent, "{text}: {found:?}");
        assert!(!found.rejected && !found.joined, "{text}: {found:?}");
        let sum: f32 = found.ranked.iter().map(|one| one.score).sum();
        assert!((sum - 1.0).abs() < 1e-4);
    }
}

#[test]
fn what_is_far_from_everything_is_rejected_and_still_ranked() {
    let model = Model::train(&corpus(), None, &settings()).unwrap();
    for text in ["zebra quux", "how tall is a mountain", "", "🦒🦒🦒"] {
        let found = model.predict(text, None);
        assert!(found.rejected, "{text}: {found:?}");
        assert_eq!(found.ranked.len(), 2);
    }
}

#[test]
fn the_encoder_understands_words_that_were_never_learned() {
    let model = Model::train(&corpus(), Some(&ThreeWords(1)), &settings()).unwrap();
    let found = model.predict("dough", Some(&ThreeWords(1)));
    assert_eq!(found.ranked[0].intent, "transfers.submit");
    assert!(found.joined);
    let found = model.predict("plastic", Some(&ThreeWords(1)));
    assert_eq!(found.ranked[0].intent, "cards.freeze");
    assert!(model.predict("giraffe", Some(&ThreeWords(1))).rejected);
}

#[test]
fn a_model_with_an_encoder_works_on_words_alone_when_there_is_none() {
    let model = Model::train(&corpus(), Some(&ThreeWords(1)), &settings()).unwrap();
    let without = Model::train(&corpus(), None, &settings()).unwrap();
    let found = model.predict("lock my card", None);
    assert!(!found.joined);
    assert_eq!(found, without.predict("lock my card", None));
}

#[test]
fn an_encoder_that_does_not_fit_is_named_and_never_used() {
    let model = Model::train(&corpus(), Some(&ThreeWords(1)), &settings()).unwrap();
    let without = Model::train(&corpus(), None, &settings()).unwrap();
    assert_eq!(model.check_encoder(&ThreeWords(1)), Ok(()));
    assert_eq!(model.check_encoder(&ThreeWords(2)), Err(EncoderMismatch::Another));
    assert_eq!(
        without.check_encoder(&ThreeWords(1)),
        Err(EncoderMismatch::LearnedWithout)
    );
    assert!(!model.predict("freeze my card", Some(&ThreeWords(2))).joined);
    assert!(!without.predict("freeze my card", Some(&ThreeWords(1))).joined);
}

#[test]
fn the_same_data_and_settings_give_the_same_bytes_on_any_number_of_threads() {
    let bytes = |settings: &Settings| {
        Model::train(&corpus(), Some(&ThreeWords(1)), settings)
            .unwrap()
            .to_bytes()
    };
    let one = bytes(&settings());
    assert_eq!(one, bytes(&settings()));
    assert_eq!(
        one,
        bytes(&Settings {
            threads: 3,
            ..settings()
        })
    );
    assert_ne!(one, bytes(&Settings { seed: 2, ..settings() }));
}

#[test]
fn a_model_is_the_same_after_writing_and_reading() {
    for encoder in [None, Some(&ThreeWords(1) as &dyn Embed)] {
        let model = Model::train(&corpus(), encoder, &settings()).unwrap();
        let read = Model::from_bytes(&model.to_bytes()).unwrap();
        assert_eq!(read, model);
        assert_eq!(
            read.predict("send money", encoder),
            model.predict("send money", encoder)
        );
        assert!(Model::from_bytes_for(&model.to_bytes(), &corpus()).is_ok());
    }
}

#[test]
fn a_wrong_file_is_refused_with_its_reason() {
    use ArtefactError::{Data, Hash, NotAModel, Version};
    let good = Model::train(&corpus(), None, &settings()).unwrap().to_bytes();
    assert_eq!(Model::from_bytes(b"").unwrap_err(), NotAModel);
    assert_eq!(Model::from_bytes(&[0; 100]).unwrap_err(), NotAModel);
    let mut changed = good.clone();
    changed[8] = 9;
    assert_eq!(Model::from_bytes(&changed).unwrap_err(), Version { found: 9 });
    assert_eq!(Model::from_bytes(&good[..good.len() - 1]).unwrap_err(), Hash);
    let mut changed = good.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert_eq!(Model::from_bytes(&changed).unwrap_err(), Hash);
    let other = corpus().only(|at| at != 3);
    assert_eq!(Model::from_bytes_for(&good, &other).unwrap_err(), Data);
}

#[test]
fn a_file_with_a_right_hash_and_a_wrong_body_is_refused_and_never_panics() {
    use sha2::{Digest as _, Sha256};
    let good = Model::train(&corpus(), Some(&ThreeWords(1)), &settings())
        .unwrap()
        .to_bytes();
    let signed = |body: &[u8]| {
        let mut file = good[..12].to_vec();
        file.extend_from_slice(&Sha256::digest(body));
        file.extend_from_slice(body);
        file
    };
    let body = &good[44..];
    assert!(Model::from_bytes(&signed(body)).is_ok());
    for length in (0..body.len()).step_by(97) {
        let refused = Model::from_bytes(&signed(&body[..length]));
        assert!(matches!(refused, Err(ArtefactError::Shape(_))), "cut at {length}");
    }
    let mut longer = body.to_vec();
    longer.push(0);
    assert!(matches!(
        Model::from_bytes(&signed(&longer)),
        Err(ArtefactError::Shape(_))
    ));
    for at in (64..body.len()).step_by(61) {
        let mut changed = body.to_vec();
        changed[at] = 0xff;
        if let Ok(model) = Model::from_bytes(&signed(&changed)) {
            let _ = model.predict("freeze my card", Some(&ThreeWords(1)));
        }
    }
}

#[test]
fn what_cannot_be_learned_is_refused() {
    let one = Corpus::from_labelled(vec![("a".to_owned(), "x".to_owned())], vec![]).unwrap();
    assert_eq!(
        Model::train(&one, None, &settings()).unwrap_err(),
        TrainError::TooFewIntents
    );
    let few = corpus().only(|at| at < 9);
    let error = Model::train(&few, None, &settings()).unwrap_err();
    assert!(matches!(error, TrainError::TooFewExamples { count: 1, .. }), "{error}");
    let folds = Settings { folds: 1, ..settings() };
    assert_eq!(Model::train(&corpus(), None, &folds).unwrap_err(), TrainError::Folds(1));
}

/// One that has learned nothing of numbers: it knows cards and money, and gives this instead when a text has a 7 in it.
struct Odd(Vec<f32>);

impl Embed for Odd {
    fn fingerprint(&self) -> [u8; 32] {
        [1; 32]
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        if text.contains('7') {
            self.0.clone()
        } else {
            ThreeWords(1).embed(text)
        }
    }
}

#[test]
fn what_an_encoder_makes_that_is_no_vector_of_its_own_is_never_listened_to() {
    let model = Model::train(&corpus(), Some(&ThreeWords(1)), &settings()).unwrap();
    for odd in [
        vec![f32::NAN; 3],
        vec![0.1, f32::INFINITY, 0.1],
        vec![],
        vec![0.5; 2],
        vec![0.5; 300],
    ] {
        let encoder = Odd(odd.clone());
        let found = model.predict("freeze my 7 card", Some(&encoder));
        assert!(!found.joined, "{odd:?}");
        assert_eq!(found, model.predict("freeze my 7 card", None));
        let corpus = Corpus::from_labelled(
            (0..8)
                .map(|n| (format!("card number {n}"), format!("intent-{}", n % 2)))
                .collect(),
            vec![],
        );
        let refused = Model::train(&corpus.unwrap(), Some(&encoder), &settings());
        assert_eq!(refused.unwrap_err(), TrainError::Encoder, "{odd:?}");
    }
    let outside = Corpus {
        out_of_scope: vec!["what is 7".to_owned()],
        ..corpus()
    };
    let refused = Model::train(&outside, Some(&Odd(vec![f32::NAN; 3])), &settings());
    assert_eq!(refused.unwrap_err(), TrainError::Encoder);
}

/// One that gives finite numbers, and no vector of length 1.
struct Huge;

impl Embed for Huge {
    fn fingerprint(&self) -> [u8; 32] {
        [2; 32]
    }

    fn embed(&self, text: &str) -> Vec<f32> {
        ThreeWords(1).embed(text).iter().map(|part| part * 1e18).collect()
    }
}

#[test]
fn what_cannot_be_told_apart_is_refused_and_not_learned_as_nonsense() {
    let refused = Model::train(&corpus(), Some(&Huge), &settings());
    assert_eq!(refused.unwrap_err(), TrainError::Likeness);
    let no_ridge = Settings {
        ridge: 0.0,
        ..settings()
    };
    let refused = Model::train(&corpus(), Some(&ThreeWords(1)), &no_ridge);
    assert_eq!(refused.unwrap_err(), TrainError::Likeness);
}

/// Every number of a model that is no whole one, one of each kind, by its place.
fn floats(model: &mut Model) -> Vec<&mut f32> {
    let joined = model.joined.as_mut().map(|(_, judge)| judge).unwrap();
    let semantic = model.parts.semantic.as_mut().unwrap();
    let vocabulary = &mut model.parts.lexical.vocabulary;
    vec![
        &mut model.lexical.weights[0],
        &mut model.lexical.gate.weights[1],
        &mut model.lexical.gate.threshold,
        &mut joined.weights[1],
        &mut joined.gate.weights[0],
        &mut joined.gate.threshold,
        &mut vocabulary.idf[0],
        &mut vocabulary.idf_unknown,
        &mut vocabulary.letters,
        &mut model.parts.lexical.linear.bias[0],
        &mut model.parts.lexical.linear.scales[0],
        &mut semantic.memory.scales[0],
        &mut semantic.weights[0],
        &mut semantic.fade,
    ]
}

#[test]
fn a_file_in_which_a_number_is_none_is_refused_whichever_it_is() {
    let good = Model::train(&corpus(), Some(&ThreeWords(1)), &settings()).unwrap();
    let count = floats(&mut good.clone()).len();
    for place in 0..count {
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut changed = good.clone();
            *floats(&mut changed)[place] = odd;
            let refused = Model::from_bytes(&changed.to_bytes());
            assert_eq!(
                refused.err(),
                Some(ArtefactError::Shape("a number is not finite")),
                "{place}"
            );
        }
    }
}

#[test]
fn numbers_out_of_all_proportion_lead_to_a_rejection_and_never_to_an_arbitrary_answer() {
    let good = Model::train(&corpus(), Some(&ThreeWords(1)), &settings()).unwrap();
    let count = floats(&mut good.clone()).len();
    for place in 0..count {
        for huge in [f32::MAX, f32::MIN] {
            let mut changed = good.clone();
            *floats(&mut changed)[place] = huge;
            let Ok(model) = Model::from_bytes(&changed.to_bytes()) else {
                continue;
            };
            for encoder in [None, Some(&ThreeWords(1) as &dyn Embed)] {
                for text in ["freeze my card", "send money to anna", "giraffe", ""] {
                    let found = model.predict(text, encoder);
                    assert!(found.acceptance.is_finite());
                    assert!(
                        found.ranked.iter().all(|one| one.score.is_finite()),
                        "{place} {found:?}"
                    );
                    let sum: f32 = found.ranked.iter().map(|one| one.score).sum();
                    assert!(found.rejected || (sum - 1.0).abs() < 1e-4, "{place} {found:?}");
                }
            }
        }
    }
}
