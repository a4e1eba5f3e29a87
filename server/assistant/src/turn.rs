//! One turn of a conversation.

use crate::advice::Advises;
use crate::articles::Library;
use crate::command::{Command, asks_whether, decide};
use crate::fill::fill;
use crate::heard::Heard;
use crate::messages::Messages;
use crate::names::Names;
use crate::orders::orders;
use crate::pieces::{behind_stop, list, one_order, pieces};
use crate::renames::renames;
use crate::say;
use crate::sources::is_source;
use crate::state::{Does, Offer, Slot, State, Task};
use crate::tasks::{self, Halt, Step};
use crate::understood::Understands;
use crate::world::World;
use crate::written::reference_at;
use crate::{BREATH_MAX, PARTS_MAX, QUEUE_MAX, STACK_MAX, WORDS_MAX, care, follow, intents, later, namesakes};
use bank_contract::assistant::turn::{HandOver, Situation, Turned};
use bank_contract::assistant::{Part, Said};
use bank_contract::help::{ArticleLine, ArticleView};
use bank_contract::{BankError, Doorway, FactId};
use bank_understanding::extract::{Context, Found, Value as Meaning, extract};
use serde_json::Value;

/// So many words are a name where one is asked for. More can be a cry for help.
const NAME_WORDS_MAX: usize = 3;
/// How plain each thing must be that is said in one breath.
const PLAIN: f32 = 0.5;
/// And in a list of a few words each.
const PLAIN_IN_LIST: f32 = 0.8;

/// Talks with customers.
pub struct Assistant {
    understands: Box<dyn Understands>,
    pub(crate) messages: Messages,
    pub(crate) library: Library,
}

impl Assistant {
    pub fn new(understands: impl Understands, messages: Messages, library: Library) -> Self {
        Self {
            understands: Box::new(understands),
            messages,
            library,
        }
    }

    /// One turn. `state` is what the turn before gave, or null; one that cannot be read begins anew.
    pub async fn turn(&self, bank: &Doorway, state: Value, said: &Said, situation: &Situation) -> Turned {
        self.turn_advised(bank, None, state, said, situation).await
    }

    /// The same, with somebody to ask where it is not sure what was meant.
    pub async fn turn_advised(
        &self,
        bank: &Doorway,
        adviser: Option<&dyn Advises>,
        state: Value,
        said: &Said,
        situation: &Situation,
    ) -> Turned {
        let mut turn = Turn {
            house: self,
            adviser,
            world: World::new(bank, situation),
            state: State::read(state),
            out: Vec::new(),
            hand_over: None,
            remember: Vec::new(),
            forget: Vec::new(),
        };
        match said {
            Said::Words { text } => turn.words(text).await,
            Said::Chosen { .. } => turn.chosen().await,
            Said::Settled { pending } => turn.settled(*pending).await,
        }
        turn.end()
    }

    /// The help's articles: all of them, or those that have to do with some words, best first.
    pub fn articles(&self, about: Option<&str>) -> Vec<ArticleLine> {
        self.library.lines(about)
    }

    pub fn article(&self, slug: &str) -> Option<ArticleView> {
        self.library.view(slug)
    }
}

/// A turn while it is worked out.
pub(crate) struct Turn<'a> {
    pub(crate) house: &'a Assistant,
    pub(crate) adviser: Option<&'a dyn Advises>,
    pub(crate) world: World<'a>,
    pub(crate) state: State,
    pub(crate) out: Vec<Vec<Part>>,
    pub(crate) hand_over: Option<HandOver>,
    pub(crate) remember: Vec<(String, String)>,
    pub(crate) forget: Vec<FactId>,
}

impl Turn<'_> {
    pub(crate) fn text(&self, key: &str, with: &[(&str, &str)]) -> String {
        self.house.messages.say(key, with)
    }

    /// A message of one sentence.
    pub(crate) fn say(&mut self, key: &str, with: &[(&str, &str)]) {
        let text = say::text(self.text(key, with));
        self.show(vec![text]);
    }

    /// A message. Whoever listens hears it at once.
    pub(crate) fn show(&mut self, mut parts: Vec<Part>) {
        if !parts.is_empty() {
            parts.truncate(PARTS_MAX);
            self.world.now.aloud.say(&parts);
            self.out.push(parts);
        }
    }

    pub(crate) fn with_person(&self) -> bool {
        self.world.now.with_person.is_some()
    }

    /// Something is begun, or waits at a card.
    fn is_at_work(&self) -> bool {
        !self.state.stack.is_empty() || self.state.carded.is_some()
    }

    /// A short answer to what something shall be called is a name, whatever it sounds like: "Bills", "Money worries".
    fn takes_as_name(&self, text: &str) -> bool {
        let asked = self.state.asking().is_some_and(|(_, slot)| slot == Slot::Name)
            && self
                .state
                .asking()
                .is_some_and(|(task, _)| task.intent != "assistant.remember");
        asked && text.split_whitespace().count() <= NAME_WORDS_MAX
    }

    fn end(mut self) -> Turned {
        let mut last = Vec::new();
        for part in self.out.iter().flatten() {
            if let Part::Text { text } = part {
                last.push(text.clone());
            }
        }
        if !last.is_empty() {
            last.truncate(4);
            self.state.last = last;
        }
        Turned {
            state: self.state.write(),
            messages: self.out,
            hand_over: self.hand_over,
            remember: self.remember,
            forget: self.forget,
        }
    }

    async fn words(&mut self, text: &str) {
        let text: String = text.trim().chars().take(WORDS_MAX).collect();
        let understood = self.house.understands.understand(&text);
        self.state.heard.push(text.chars().take(200).collect());
        if self.state.heard.len() > 5 {
            self.state.heard.remove(0);
        }
        let reason = if self.takes_as_name(&text) {
            care::sign(&text).or_else(|| care::danger(&understood))
        } else if follow::is_bare(&text) {
            care::sign(&text)
        } else {
            care::reason(&text, &understood)
        };
        if let Some(reason) = reason {
            tasks::care::hand_over(self, reason).await;
            return;
        }
        // Only a safe step that was pressed, and asks for something, is still talked about.
        if self.with_person() && self.state.asking().is_none() {
            return;
        }
        let (text, understood) = match behind_stop(&text) {
            Some(rest) if self.is_at_work() => {
                self.cancel().await;
                (rest.to_owned(), self.house.understands.understand(rest))
            }
            _ => (text, understood),
        };
        let names = match Names::load(&mut self.world).await {
            Ok(names) => names,
            Err(error) => return self.refused(&error),
        };
        let found = self.find(&text, &names).await;
        if !self.with_person() && self.follows(&text, &found, &names).await {
            return self.go_on().await;
        }
        let heard = Heard {
            text: &text,
            understood: &understood,
            found: &found,
            is_source: is_source(&text, &found, &names),
        };
        let mut commands = decide(&self.state, &heard);
        if self.state.asking().is_none()
            && let Some(meant) = follow::of_a_name(&commands, &heard, &names)
        {
            commands = vec![meant];
        }
        let answers = |command: &Command| {
            matches!(
                command,
                Command::Fill | Command::Pick(_) | Command::PickSame | Command::Cancel
            )
        };
        if self.with_person() && !commands.iter().all(answers) {
            return;
        }
        if matches!(
            commands.as_slice(),
            [Command::Start { .. } | Command::Clarify(_) | Command::Talk(_)]
        ) {
            commands = self.in_a_row(&text, &found, &names).unwrap_or(commands);
        }
        commands = self.advised(commands, &text, &found).await;
        for command in commands {
            self.obey(command, &text, &found, &names).await;
        }
        self.go_on().await;
    }

    pub(crate) async fn find(&mut self, text: &str, names: &Names) -> Vec<Found> {
        let context = Context {
            today: self.world.now.today,
            currency: self.world.currency().await,
            known: &names.known,
        };
        let found = extract(text, &context);
        let meant = |one: &&Found| match one.value {
            Meaning::Named(at) => !namesakes::is_other(text, one, &names.known[at], &found),
            _ => true,
        };
        found.iter().filter(meant).cloned().collect()
    }

    /// Takes over what a text says. What is there is overwritten only in a correction.
    pub(crate) fn fill(&self, task: &mut Task, text: &str, found: &[Found], names: &Names, over: bool) {
        // What stands in a reference is for whoever reads it there.
        let order: Vec<Found>;
        let found = match reference_at(text).filter(|_| pays(&task.intent)) {
            Some(until) => {
                order = found.iter().filter(|one| one.span.start < until).cloned().collect();
                order.as_slice()
            }
            None => found,
        };
        fill(task, text, found, names, over);
        later::fill(&task.intent, &mut task.slots, text, found, self.world.now.today, over);
    }

    /// Several things in one breath: each piece must be understood by itself.
    fn in_a_row(&self, text: &str, found: &[Found], names: &Names) -> Option<Vec<Command>> {
        if asks_whether(text) {
            return None;
        }
        let renamed = renames(text, found, names, BREATH_MAX);
        if !renamed.is_empty() {
            let rename = |text| Command::Start {
                intent: "accounts.rename".to_owned(),
                text,
            };
            return Some(renamed.into_iter().map(rename).collect());
        }
        let ways: [fn(&str, usize) -> Vec<String>; 3] = [pieces, one_order, orders];
        let cut = ways.iter().map(|cut| cut(text, BREATH_MAX));
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
        let all = self.each(list(text, BREATH_MAX), PLAIN_IN_LIST)?;
        all.iter().all(shows).then_some(all)
    }

    fn each(&self, pieces: Vec<String>, least: f32) -> Option<Vec<Command>> {
        let mut commands: Vec<Command> = Vec::new();
        for piece in pieces {
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
        (commands.len() > 1).then_some(commands)
    }

    async fn obey(&mut self, command: Command, text: &str, found: &[Found], names: &Names) {
        if !matches!(command, Command::Clarify(_) | Command::Unclear) {
            self.state.unclear = 0;
        }
        let done = self.state.done.take();
        match command {
            Command::Start { intent, text: about } => {
                let mut task = Task::new(&intent, &about);
                if about == text {
                    self.fill(&mut task, text, found, names, false);
                } else {
                    let piece = self.find(&about, names).await;
                    self.fill(&mut task, &about, &piece, names, false);
                    // "20 to Tom and 30 to Anna every month": the end counts for both.
                    later::fill(&task.intent, &mut task.slots, text, found, self.world.now.today, false);
                }
                self.mean_person(&mut task);
                if done.is_some() {
                    self.mean_done(&mut task);
                }
                self.begin(task);
            }
            Command::Fill => self.fill_open(text, found, names),
            Command::Correct => self.correct(text, found, names).await,
            Command::Pick(at) => {
                let offer = self.state.offered.get(at).cloned();
                if let Some(offer) = offer {
                    self.take(offer.does).await;
                }
            }
            Command::PickSame => self.ask_place(),
            Command::PickNone => self.take(Does::Nothing).await,
            Command::Clarify(intents) => self.clarify(&intents, text),
            Command::Cancel => self.cancel_or_end(text).await,
            Command::YesToCard => self.remind().await,
            Command::Talk(intent) => {
                let mut task = Task::new(&intent, text);
                self.fill(&mut task, text, found, names, false);
                self.begin(task);
            }
            Command::TooLate => self.say("done.already", &[("what", &done.unwrap_or_default())]),
            Command::Bare => self.say("unclear.bare", &[]),
            Command::Unclear => self.unclear(),
        }
    }

    /// The newest lies on top; what is too deep is dropped from below.
    pub(crate) fn begin(&mut self, task: Task) {
        self.state.offered.clear();
        // What was begun in this same turn goes first.
        let fresh = self.state.stack.last().is_some_and(|top| top.asking.is_none());
        if fresh {
            // How many of them have to wait turns out when they are worked on.
            self.state.queue.push(task);
            return;
        }
        if self.state.stack.len() >= STACK_MAX {
            let oldest = self.state.stack.remove(0);
            self.say("stack.full", &[("what", &self.words_of(&oldest))]);
        }
        self.state.stack.push(task);
    }

    pub(crate) fn refused(&mut self, error: &BankError) {
        let nothing = self.text("nothing.moved", &[]);
        self.show(vec![say::text(say::refusal(error, &nothing))]);
    }

    /// What an intent is about, as something to choose or to come back to.
    pub(crate) fn title(&self, intent: &str) -> String {
        let key = format!("title.{intent}");
        if self.house.messages.has(&key) {
            return self.text(&key, &[]);
        }
        match self.house.library.of_intent(intent) {
            Some(article) => article.title.clone(),
            None => self.text("title.other", &[("what", &in_words(intent))]),
        }
    }

    /// Works on what is on the stack until a question is open or nothing is left.
    pub(crate) async fn go_on(&mut self) {
        for _ in 0..2 * (STACK_MAX + BREATH_MAX + 1) {
            if self.hand_over.is_some() || !self.state.offered.is_empty() {
                break;
            }
            let Some(mut task) = self.state.stack.pop() else {
                if self.state.queue.is_empty() {
                    break;
                }
                let next = self.state.queue.remove(0);
                self.state.stack.push(next);
                continue;
            };
            if task.asking == Some(Slot::Which) {
                continue;
            }
            if task.asking.take().is_some() {
                let what = self.title(&task.intent);
                self.say("back", &[("what", &what)]);
            }
            match tasks::step(self, &mut task).await {
                Ok(Step::Done) => self.keep_answered(&task, false),
                Ok(Step::Card(pending)) => {
                    self.keep_answered(&task, true);
                    task.pending = Some(pending);
                    self.state.carded = Some(task);
                }
                Err(Halt::Ask { slot, parts, offered }) => {
                    // What is open stands last.
                    self.bound_queue();
                    return self.ask(task, slot, parts, offered);
                }
                Err(Halt::Said(parts)) => {
                    self.keep_answered(&task, false);
                    self.show(parts);
                }
                Err(Halt::Bank(error)) => self.refused(&error),
            }
        }
        self.bound_queue();
    }

    /// Only so many wait for a later turn. What has no place is named.
    fn bound_queue(&mut self) {
        let kept = self.state.queue.len().min(QUEUE_MAX);
        for task in self.state.queue.split_off(kept) {
            self.say_left_out(&task);
        }
    }

    fn ask(&mut self, mut task: Task, slot: Slot, mut parts: Vec<Part>, offered: Vec<Offer>) {
        task.asked += 1;
        if task.asked > 6 {
            // It leads nowhere.
            self.offer_person();
            return;
        }
        task.asking = Some(slot);
        if !offered.is_empty() {
            parts.push(say::choices(&offered));
        }
        self.state.offered = offered;
        self.state.stack.push(task);
        self.show(parts);
    }
}

/// Whether it only shows something.
fn shows(command: &Command) -> bool {
    matches!(command, Command::Start { intent, .. } if intents::shows(intent))
}

/// "cards.virtual-not-working": "virtual not working".
fn in_words(intent: &str) -> String {
    intent
        .split_once('.')
        .map_or(intent, |(_, name)| name)
        .replace('-', " ")
}

/// Whether it moves money, maybe with a reference.
fn pays(intent: &str) -> bool {
    matches!(
        intent,
        "transfers.submit" | "transfers.move" | "transfers.deposit" | "transfers.withdraw" | "transfers.repeat"
    )
}
