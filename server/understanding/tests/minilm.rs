//! all-MiniLM-L6-v2 itself. Needs its files: `BANK_ASSISTANT_ENCODER=folder cargo nextest run -p bank-understanding
//! --run-ignored only`. `scripts/setup encoder` fetches them.

#![expect(clippy::unwrap_used, reason = "a test")]

use bank_understanding::Embed as _;
use bank_understanding::encoder::{Encoder, MINILM_SHA256};
use std::path::PathBuf;

fn encoder() -> Encoder {
    let folder = PathBuf::from(std::env::var("BANK_ASSISTANT_ENCODER").unwrap());
    let weights = std::fs::read(folder.join("model.safetensors")).unwrap();
    let vocabulary = std::fs::read_to_string(folder.join("vocab.txt")).unwrap();
    Encoder::new(&weights, &vocabulary).unwrap()
}

#[test]
#[ignore = "needs the encoder's files in BANK_ASSISTANT_ENCODER"]
fn tokens_and_embeddings_are_those_of_the_reference() {
    let encoder = encoder();
    assert_eq!(encoder.weights_hash(), MINILM_SHA256);
    let table: [(&str, &[u32], [f32; 6]); 5] = [
        (
            "Where is my card?",
            &[101, 2073, 2003, 2026, 4003, 1029, 102],
            [-0.00834, 0.0224, -0.03802, 0.02981, 0.02761, -0.01333],
        ),
        (
            "I haven't received the €20 refund — Café Zürich, 東京!",
            &[
                101, 1045, 4033, 1005, 1056, 2363, 1996, 1574, 11387, 25416, 8630, 1517, 7668, 10204, 1010, 1879, 1755,
                999, 102,
            ],
            [0.02328, 0.05821, 0.11228, 0.01847, 0.05793, 0.01454],
        ),
        (
            "unfreeze my VISA card…",
            &[101, 4895, 23301, 4371, 2026, 9425, 4003, 1529, 102],
            [0.02039, 0.05813, -0.00727, 0.02878, 0.06343, -0.03402],
        ),
        (
            "¿Dónde está mi dinero? £5.50 (GBP)",
            &[
                101, 1094, 2123, 3207, 9765, 2050, 2771, 15736, 2080, 1029, 27813, 1012, 2753, 1006, 16351, 2361, 1007,
                102,
            ],
            [0.04533, 0.00165, 0.0729, 0.009, -0.05317, -0.0324],
        ),
        (
            "cashback2019 naïve coöperate",
            &[101, 5356, 5963, 11387, 16147, 15743, 17654, 102],
            [-0.11947, -0.0168, -0.05409, -0.03348, -0.05906, 0.02228],
        ),
    ];
    for (text, tokens, expected) in table {
        assert_eq!(encoder.tokens(text), tokens, "{text}");
        let embedding = encoder.embed(text);
        assert_eq!(embedding.len(), 384);
        for (part, wanted) in embedding.iter().zip(expected) {
            assert!((part - wanted).abs() < 5e-5, "{text}: {:?}", &embedding[..6]);
        }
    }
}

#[test]
#[ignore = "needs the encoder's files in BANK_ASSISTANT_ENCODER"]
fn like_meanings_are_nearer_than_like_words() {
    let encoder = encoder();
    let cosine = |one: &str, other: &str| -> f32 {
        let (one, other) = (encoder.embed(one), encoder.embed(other));
        one.iter().zip(other).map(|(a, b)| a * b).sum()
    };
    assert!(
        cosine("my card was stolen", "someone took my debit card")
            > cosine("my card was stolen", "the show was stolen")
    );
    // Hostile lengths end, too.
    assert_eq!(encoder.tokens(&"money ".repeat(5_000)).len(), 128);
    assert_eq!(encoder.embed(&"x".repeat(100_000)).len(), 384);
    assert_eq!(encoder.embed("").len(), 384);
}
