//! Several things that are said in one breath: each piece must be understood by itself.

use crate::command::{Command, asks_whether};
use crate::each::each_of;
use crate::intents;
use crate::names::Names;
use crate::orders::orders;
use crate::pieces::{list, one_order, pieces};
use crate::renames::renames;
use crate::turn::{Turn, pays};
use crate::{BREATH_MAX, WORDS_MAX};
use bank_understanding::extract::{Found, Value as Meaning};

/// So many pieces a text is cut into, at most: each has a letter or more.
const PIECES_MAX: usize = WORDS_MAX;
/// How plain each thing must be that is said in one breath.
const PLAIN: f32 = 0.5;
/// And in a list of a few words each.
const PLAIN_IN_LIST: f32 = 0.8;

impl Turn<'_> {
    /// What is to be done one after the other; none where it is not plainly several things. Of more than [`BREATH_MAX`], the
    /// rest is left out with its words.
    pub(crate) fn in_a_row(&self, text: &str, found: &[Found], names: &Names) -> Option<Vec<Command>> {
        if asks_whether(text) {
            return None;
        }
        let renamed = renames(text, found, names, PIECES_MAX);
        if !renamed.is_empty() {
            let rename = |(at, text)| match at {
                0..BREATH_MAX => Command::Start {
                    intent: "accounts.rename".to_owned(),
                    text,
                },
                _ => Command::LeftOut(text),
            };
            return Some(renamed.into_iter().enumerate().map(rename).collect());
        }
        let ways: [fn(&str, usize) -> Vec<String>; 3] = [pieces, one_order, orders];
        let cut = ways.iter().map(|cut| in_shares(cut(text, PIECES_MAX)));
        cut.filter(|pieces| pieces.len() > 1)
            .find_map(|pieces| self.each(pieces, PLAIN))
            .or_else(|| self.in_a_list(text, found))
    }

    /// Things that are only shown, a few words each. Whom and when they are about is seen in the whole question.
    fn in_a_list(&self, text: &str, found: &[Found]) -> Option<Vec<Command>> {
        let about = |one: &Found| {
            matches!(
                one.value,
                Meaning::Named(_) | Meaning::Days { .. } | Meaning::Amount { .. }
            )
        };
        if found.iter().any(about) {
            return None;
        }
        let all = self.each(list(text, PIECES_MAX), PLAIN_IN_LIST)?;
        all.iter().all(shows).then_some(all)
    }

    fn each(&self, pieces: Vec<String>, least: f32) -> Option<Vec<Command>> {
        let mut commands: Vec<Command> = Vec::new();
        let mut pieces = pieces.into_iter();
        // Those that only greet or thank are looked at as well, so they are counted too.
        let mut looks = 2 * BREATH_MAX;
        while commands.len() < BREATH_MAX && looks > 0 {
            let Some(piece) = pieces.next() else { break };
            looks -= 1;
            let understood = self.house.understands.understand(&piece);
            let (intent, score) = understood.best()?;
            if intents::kind(intent) == intents::Kind::Talk {
                continue;
            }
            let wonders = intents::kind(intent) == intents::Kind::Task && asks_whether(&piece);
            if understood.rejected || score < least || wonders {
                return None;
            }
            let again = |command: &Command| matches!(command, Command::Start { intent: known, .. } if known == intent);
            // "20 to Tom, and the same to Anna" repeats what is ordered here, and nothing of the past.
            let orders = |command: &Command| matches!(command, Command::Start { intent, .. } if pays(intent));
            if intent == "transfers.repeat" && commands.iter().any(orders) {
                return None;
            }
            if commands.iter().any(again) && !matches!(intent, "transfers.submit" | "transfers.move") {
                return None;
            }
            commands.push(Command::Start {
                intent: intent.to_owned(),
                text: piece,
            });
        }
        if commands.len() < 2 {
            return None;
        }
        commands.extend(pieces.map(Command::LeftOut));
        Some(commands)
    }
}

/// "20 each to Tom and Anna" is an order for each of them.
fn in_shares(pieces: Vec<String>) -> Vec<String> {
    let shares = |piece: String| {
        let each = each_of(&piece);
        if each.is_empty() { vec![piece] } else { each }
    };
    pieces.into_iter().flat_map(shares).collect()
}

/// Whether it only shows something.
fn shows(command: &Command) -> bool {
    match command {
        Command::Start { intent, .. } => intents::shows(intent),
        Command::LeftOut(_) => true,
        _ => false,
    }
}
