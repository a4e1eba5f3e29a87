//! The conversation itself.

use super::Step;
use crate::say;
use crate::state::Task;
use crate::turn::Turn;

pub(super) fn step(turn: &mut Turn<'_>, task: &Task) -> Step {
    let name = turn.world.now.name.clone();
    let with = [("name", name.as_str())];
    match task.intent.as_str() {
        "talk.greeting" => turn.say("talk.greeting", &with),
        "talk.goodbye" => turn.say("talk.goodbye", &with),
        "talk.thanks" => turn.say("talk.thanks", &with),
        "talk.who-are-you" => turn.say("talk.who-are-you", &with),
        "talk.how-are-you" => turn.say("talk.how-are-you", &with),
        "talk.insult" => turn.say("talk.insult", &with),
        "talk.stop" => turn.say("cancel.nothing", &with),
        "talk.no" if turn.state.answered.is_some() => turn.say("talk.not-that", &with),
        "talk.no" => turn.say("talk.no", &with),
        "talk.yes" => turn.say("talk.yes", &with),
        "talk.repeat" => {
            let last = turn.state.last.clone();
            if last.is_empty() {
                turn.say("talk.nothing-said", &with);
            } else {
                turn.show(last.into_iter().map(say::text).collect());
            }
        }
        _ => {
            let can = ["can.look", "can.pay", "can.safety", "can.help", "can.person"];
            let parts = can.iter().map(|key| say::text(turn.text(key, &with))).collect();
            turn.show(parts);
        }
    }
    Step::Done
}
