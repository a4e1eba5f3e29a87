//! Good texts, and ways to bend them.

use proptest::prelude::*;
use proptest::sample::Index;

pub const IBANS: &[&str] = &[
    "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432",
    "fr14 2004 1010 0505 0001 3m02 606",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "NO93-8601-1117-947",
];

pub const AMOUNTS: &[&str] = &[
    "12.50",
    "1,234.56",
    "1.234,56",
    "1 234,56",
    "KWD 0.125",
    "12.50 KWD",
    "−3.10",
    "1000000000.00",
    "0.000",
];

/// One of each kind of input that programs may send, and some that only pages send.
pub const BODIES: &[&str] = &[
    r#"{"from":"0190b8a0-0000-7000-8000-000000000001","payee_name":"Ben Okafor","payee_iban":"DE89 3704 0044 0532 0130 00","amount":{"amount":"12.34","currency":"EUR"},"reference":"Dinner","key":"0190b8a0-0000-7000-8000-000000000002"}"#,
    r#"{"from":"0190b8a0-0000-7000-8000-000000000001","to":"0190b8a0-0000-7000-8000-000000000003","amount":{"amount":"-0.00","currency":"USD"},"key":"0190b8a0-0000-7000-8000-000000000002"}"#,
    r#"{"iban":"GB82WEST12345698765432","name":"Zoë Müller-O’Neill"}"#,
    r#"{"account":"0190b8a0-0000-7000-8000-000000000001","after":"1764000000000000-123","size":30}"#,
    r#"{"account":null,"after":null}"#,
    r#"{"name":"Bookkeeping","pay_up_to":{"amount":"5","currency":"JPY"},"payees":["DE89370400440532013000"],"days":90}"#,
    r#"{"account":"0190b8a0-0000-7000-8000-000000000001","at":"2026-11-23T12:00:00"}"#,
    r#"{"number":"2000","currency":"KWD","from":"2026-01-01","to":"2026-12-31"}"#,
    r#"{"pending":"0190b8a0-0000-7000-8000-000000000001","hash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}"#,
    r#"{"name":"Everyday","product":"savings","currency":"CHF"}"#,
    r#"{"handle":"anna"}"#,
];

/// A place and what is done there.
#[derive(Clone, Debug)]
enum Bend {
    Insert(Index, char),
    Replace(Index, char),
    Remove(Index),
    Double(Index, Index),
    Cut(Index),
}

fn bend() -> impl Strategy<Value = Bend> {
    let odd = || {
        prop_oneof![
            proptest::sample::select(vec![
                '0', '9', '-', '.', ',', '"', '{', '}', '[', ']', ':', '\\', ' ', '\0', 'e', '−', '\u{202e}'
            ]),
            any::<char>(),
        ]
    };
    prop_oneof![
        (any::<Index>(), odd()).prop_map(|(at, c)| Bend::Insert(at, c)),
        (any::<Index>(), odd()).prop_map(|(at, c)| Bend::Replace(at, c)),
        any::<Index>().prop_map(Bend::Remove),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Bend::Double(from, to)),
        any::<Index>().prop_map(Bend::Cut),
    ]
}

fn apply(text: &mut Vec<char>, bend: &Bend) {
    let place = |index: &Index| index.index(text.len().max(1));
    match bend {
        Bend::Insert(at, c) => text.insert(place(at), *c),
        Bend::Replace(at, c) => {
            let at = place(at);
            text.splice(at..text.len().min(at + 1), [*c]);
        }
        Bend::Remove(at) => {
            let at = place(at);
            text.drain(at..text.len().min(at + 1));
        }
        Bend::Double(from, to) => {
            let (from, to) = (place(from), place(to));
            let piece = text[from.min(to)..from.max(to)].to_vec();
            text.splice(to..to, piece);
        }
        Bend::Cut(at) => text.truncate(place(at)),
    }
}

/// A sample with a few things done to it, or none.
pub fn bent(samples: &'static [&'static str]) -> impl Strategy<Value = String> {
    (
        proptest::sample::select(samples),
        proptest::collection::vec(bend(), 0..5),
    )
        .prop_map(|(sample, bends)| {
            let mut text: Vec<char> = sample.chars().collect();
            for bend in &bends {
                apply(&mut text, bend);
            }
            text.into_iter().collect()
        })
}
