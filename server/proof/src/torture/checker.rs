//! Compares what the clients were told with what is in the books.

use super::journal::{Event, Line, Order};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A journal entry of the bank, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) entry: Uuid,
    pub(crate) reference: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) cents: i64,
}

impl Posted {
    fn is(&self, order: &Order) -> bool {
        (self.from, self.to, self.cents) == (order.from, order.to, order.cents)
    }
}

/// How many orders ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) acknowledged: u64,
    pub(crate) refused: u64,
    /// Nobody said what became of them; none of these is a finding by itself.
    pub(crate) unknown: u64,
    /// Of those, how many did happen.
    pub(crate) unknown_there: u64,
    /// Acknowledged, and not in the books.
    pub(crate) lost: u64,
    /// In the books more than once, or acknowledged as two entries.
    pub(crate) duplicated: u64,
    /// Refused, and in the books all the same.
    pub(crate) refused_there: u64,
    /// In the books with another account, amount or entry than was acknowledged.
    pub(crate) altered: u64,
    /// In the books, and never asked for.
    pub(crate) strangers: u64,
}

impl Verdict {
    /// Whether every promise was kept.
    pub(crate) fn is_faithful(&self) -> bool {
        let broken = [
            self.lost,
            self.duplicated,
            self.refused_there,
            self.altered,
            self.strangers,
        ];
        broken.iter().sum::<u64>() == 0
    }
}

/// What is known of one order at the end.
#[derive(Debug)]
struct Fate<'a> {
    order: &'a Order,
    acknowledged: HashSet<Uuid>,
    refused: bool,
}

fn fates(lines: &[Line]) -> HashMap<Uuid, Fate<'_>> {
    let mut fates: HashMap<Uuid, Fate<'_>> = HashMap::new();
    for line in lines {
        let fate = fates.entry(line.order.key).or_insert_with(|| Fate {
            order: &line.order,
            acknowledged: HashSet::new(),
            refused: false,
        });
        match &line.event {
            Event::Ok(entry) => drop(fate.acknowledged.insert(*entry)),
            Event::Fail(_) => fate.refused = true,
            Event::Invoke | Event::Unknown(_) => {}
        }
    }
    fates
}

fn count(of: usize) -> u64 {
    of as u64
}

/// `lines` is a whole journal, `posted` all entries with a reference of its kind.
pub(crate) fn check(lines: &[Line], posted: &[Posted]) -> Verdict {
    let mut verdict = Verdict::default();
    let mut there: HashMap<&str, Vec<&Posted>> = HashMap::new();
    for one in posted {
        there.entry(one.reference.as_str()).or_default().push(one);
    }
    for fate in fates(lines).values() {
        let found = there.remove(fate.order.reference.as_str()).unwrap_or_default();
        verdict.duplicated += count(found.len().saturating_sub(1));
        verdict.altered += count(found.iter().filter(|one| !one.is(fate.order)).count());
        if !fate.acknowledged.is_empty() {
            verdict.acknowledged += 1;
            verdict.lost += u64::from(found.is_empty());
            verdict.duplicated += count(fate.acknowledged.len() - 1);
            verdict.altered += count(
                found
                    .iter()
                    .filter(|one| !fate.acknowledged.contains(&one.entry))
                    .count(),
            );
        } else if fate.refused {
            verdict.refused += 1;
            verdict.refused_there += count(found.len());
        } else {
            verdict.unknown += 1;
            verdict.unknown_there += u64::from(!found.is_empty());
        }
    }
    verdict.strangers = count(there.values().map(Vec::len).sum());
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(number: u128) -> Order {
        Order {
            key: Uuid::from_u128(number),
            reference: format!("t-{number}"),
            from: 1,
            to: 2,
            cents: 100,
        }
    }

    fn entry(number: u128) -> Uuid {
        Uuid::from_u128(1_000 + number)
    }

    fn line(number: u128, event: Event) -> Line {
        Line {
            order: order(number),
            event,
        }
    }

    fn asked(number: u128, event: Event) -> Vec<Line> {
        vec![line(number, Event::Invoke), line(number, event)]
    }

    fn ok(number: u128) -> Vec<Line> {
        asked(number, Event::Ok(entry(number)))
    }

    fn posted(number: u128) -> Posted {
        let order = order(number);
        Posted {
            entry: entry(number),
            reference: order.reference,
            from: order.from,
            to: order.to,
            cents: order.cents,
        }
    }

    #[test]
    fn what_was_promised_and_is_there_is_fine() {
        let lines = [
            ok(1),
            asked(2, Event::Fail("insufficient_funds".to_owned())),
            asked(3, Event::Unknown("cut".to_owned())),
            asked(4, Event::Unknown("cut".to_owned())),
        ]
        .concat();
        let verdict = check(&lines, &[posted(1), posted(4)]);
        let expected = Verdict {
            acknowledged: 1,
            refused: 1,
            unknown: 2,
            unknown_there: 1,
            ..Verdict::default()
        };
        assert_eq!(verdict, expected);
        assert!(verdict.is_faithful());
    }

    #[test]
    fn an_acknowledged_transfer_that_is_gone_is_found() {
        let verdict = check(&[ok(1), ok(2)].concat(), &[posted(2)]);
        assert_eq!((verdict.acknowledged, verdict.lost), (2, 1));
        assert!(!verdict.is_faithful());
    }

    #[test]
    fn a_transfer_that_is_there_twice_is_found() {
        let again = Posted {
            entry: entry(7),
            ..posted(1)
        };
        let verdict = check(&ok(1), &[posted(1), again.clone()]);
        assert_eq!(verdict.duplicated, 1);
        assert!(!verdict.is_faithful());
        let unknown = asked(1, Event::Unknown("cut".to_owned()));
        assert_eq!(check(&unknown, &[posted(1), again]).duplicated, 1);
    }

    #[test]
    fn one_key_that_was_acknowledged_as_two_entries_is_found() {
        let lines = [ok(1), vec![line(1, Event::Ok(entry(9)))]].concat();
        assert_eq!(check(&lines, &[posted(1)]).duplicated, 1);
    }

    #[test]
    fn a_refused_transfer_that_is_there_is_found() {
        let verdict = check(&asked(1, Event::Fail("busy".to_owned())), &[posted(1)]);
        assert_eq!((verdict.refused, verdict.refused_there), (1, 1));
        assert!(!verdict.is_faithful());
    }

    #[test]
    fn another_amount_another_entry_and_a_stranger_are_found() {
        let dearer = Posted {
            cents: 101,
            ..posted(1)
        };
        assert_eq!(check(&ok(1), &[dearer]).altered, 1);
        let other = Posted {
            entry: entry(8),
            ..posted(1)
        };
        assert_eq!(check(&ok(1), &[other]).altered, 1);
        assert_eq!(check(&[], &[posted(1)]).strangers, 1);
    }

    #[test]
    fn an_unknown_that_is_asked_again_and_acknowledged_counts_once() {
        let lines = [
            asked(1, Event::Unknown("cut".to_owned())),
            vec![line(1, Event::Ok(entry(1)))],
        ]
        .concat();
        let verdict = check(&lines, &[posted(1)]);
        assert_eq!((verdict.acknowledged, verdict.unknown), (1, 0));
        assert!(verdict.is_faithful());
    }
}
