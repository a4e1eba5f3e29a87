//! A small BERT whose answers were computed apart from this code; and the real one, where it is at hand.

use super::*;
use serde_json::{Map, json};

const WIDTH: usize = 32;
const WIDE: usize = 64;
const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nmy\ncard\n##s\n?";

/// Tensor number `n` has `sin(0.37·i + n) · 0.5` at place `i`; scales of norms have 1 more.
fn small() -> Vec<u8> {
    let mut shapes: Vec<(String, Vec<usize>)> = vec![
        ("embeddings.word_embeddings.weight".to_owned(), vec![8, WIDTH]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![128, WIDTH]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, WIDTH]),
        ("embeddings.LayerNorm.weight".to_owned(), vec![WIDTH]),
        ("embeddings.LayerNorm.bias".to_owned(), vec![WIDTH]),
    ];
    for layer in 0..2 {
        for (part, rows, columns) in [
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", WIDE, WIDTH),
            ("output.dense", WIDTH, WIDE),
        ] {
            shapes.push((format!("encoder.layer.{layer}.{part}.weight"), vec![rows, columns]));
            shapes.push((format!("encoder.layer.{layer}.{part}.bias"), vec![rows]));
        }
        for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
            shapes.push((format!("encoder.layer.{layer}.{part}.weight"), vec![WIDTH]));
            shapes.push((format!("encoder.layer.{layer}.{part}.bias"), vec![WIDTH]));
        }
    }
    let mut head = Map::new();
    let mut body = Vec::new();
    for (number, (name, shape)) in shapes.iter().enumerate() {
        let from = body.len();
        let plus = if name.ends_with("LayerNorm.weight") { 1.0 } else { 0.0 };
        for place in 0..shape.iter().product::<usize>() {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                reason = "small numbers"
            )]
            let value = ((0.37 * place as f64 + number as f64).sin() * 0.5 + plus) as f32;
            body.extend_from_slice(&value.to_le_bytes());
        }
        head.insert(
            name.clone(),
            json!({ "dtype": "F32", "shape": shape, "data_offsets": [from, body.len()] }),
        );
    }
    file(&head, &body)
}

fn file(head: &Map<String, serde_json::Value>, body: &[u8]) -> Vec<u8> {
    let head = serde_json::to_vec(head).unwrap();
    let mut file = (head.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(&head);
    file.extend_from_slice(body);
    file
}

#[test]
fn a_small_bert_gives_what_was_computed_apart() {
    let encoder = Encoder::new(&small(), VOCABULARY).unwrap();
    assert_eq!(encoder.tokens("My cards?"), [2, 4, 5, 6, 7, 3]);
    let embedding = encoder.embed("My cards?");
    let expected: [f32; 8] = SMALL_EXPECTED;
    for (part, wanted) in embedding.iter().zip(expected) {
        assert!((part - wanted).abs() < 2e-5, "{embedding:?}");
    }
    let length: f32 = embedding.iter().map(|part| part * part).sum();
    assert!((length - 1.0).abs() < 1e-5);
}

/// By a plain forward pass in 64 bits, written in another language.
const SMALL_EXPECTED: [f32; 8] = [
    -0.124_349, 0.141_534, 0.066_212, -0.095_292, -0.071_217, 0.088_744, 0.080_818, -0.177_573,
];

#[test]
fn weights_of_another_kind_are_refused_by_name() {
    let good = small();
    let refused = |file: &[u8]| Encoder::new(file, VOCABULARY).unwrap_err().to_string();
    assert!(refused(b"").contains("not a safetensors file"));
    assert!(refused(&[0xff; 64]).contains("not a safetensors file"));
    assert!(refused(&good[..good.len() - 4]).contains("shape"));
    let text = String::from_utf8_lossy(&good).into_owned();
    assert!(text.contains("encoder.layer.1.output.dense.bias"));
    let renamed = replaced(
        &good,
        "encoder.layer.1.output.dense.bias",
        "encoder.layer.1.output.dense.bios",
    );
    assert!(refused(&renamed).contains("encoder.layer.1.output.dense.bias is missing"));
    let halved = replaced(&good, "\"F32\"", "\"F16\"");
    assert!(refused(&halved).contains("32-bit"));
    let mut infinite = good.clone();
    let last = infinite.len() - 4;
    infinite[last..].copy_from_slice(&f32::INFINITY.to_le_bytes());
    assert!(refused(&infinite).contains("not finite"));
    let apart = Encoder::new(&good, &format!("{VOCABULARY}\nmore")).unwrap_err();
    assert_eq!(apart, EncoderError::Apart { words: 9, known: 8 });
    // As many different pieces as there are weights, and a number that none of them has.
    let twice = VOCABULARY.replace("card\n", "card\ncard\n");
    let twice = Encoder::new(&good, &twice).unwrap_err();
    assert_eq!(twice, EncoderError::Vocabulary(VocabularyError::Twice(7)));
}

/// Puts a text of the same length in the place of another one.
fn replaced(file: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = file
        .windows(old.len())
        .position(|window| window == old.as_bytes())
        .unwrap();
    let mut changed = file.to_vec();
    changed[at..at + old.len()].copy_from_slice(new.as_bytes());
    changed
}

#[test]
fn another_vocabulary_or_other_weights_have_another_fingerprint() {
    let one = Encoder::new(&small(), VOCABULARY).unwrap().fingerprint();
    let mut changed = small();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert_ne!(one, Encoder::new(&changed, VOCABULARY).unwrap().fingerprint());
    let other = VOCABULARY.replace("card", "cord");
    assert_ne!(one, Encoder::new(&small(), &other).unwrap().fingerprint());
}

#[test]
fn texts_that_are_read_together_do_not_look_at_each_other() {
    let encoder = Encoder::new(&small(), VOCABULARY).unwrap();
    let texts = ["my card", "cards?", "", "my my my my card"];
    for (text, together) in texts.iter().zip(encoder.embed_all(&texts)) {
        let alone = encoder.embed(text);
        let near = together
            .iter()
            .zip(&alone)
            .all(|(one, other)| (one - other).abs() < 1e-5);
        assert!(near, "{text}");
    }
    assert!(encoder.embed_all(&[]).is_empty());
}
