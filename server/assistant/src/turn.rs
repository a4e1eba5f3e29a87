//! One turn of a conversation.

use crate::advice::Advises;
use crate::articles::Library;
use crate::command::{Command, decide};
use crate::fill::fill;
use crate::heard::Heard;
use crate::messages::Messages;
use crate::names::Names;
use crate::pieces::behind_stop;
use crate::say;
use crate::sources::is_source;
use crate::state::{Does, Slot, State, Task};
use crate::tasks;
use crate::understood::Understands;
use crate::world::World;
use crate::written::reference_at;
use crate::{PARTS_MAX, STACK_MAX, WORDS_MAX, care, follow, later, namesakes};
use bank_contract::assistant::turn::{HandOver, MESSAGES_OF_TURN_MAX, Situation, Turned};
use bank_contract::assistant::{Part, Said};
use bank_contract::help::{ArticleLine, ArticleView};
use bank_contract::{BankError, Doorway, FactId};
use bank_understanding::extract::{Context, Found, Value as Meaning, extract};
use serde_json::Value;

/// So many words are a name where one is asked for. More can be a cry for help.
const NAME_WORDS_MAX: usize = 3;

/// Talks with customers.
pub struct Assistant {
    pub(crate) understands: Box<dyn Understands>,
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
            left: Vec::new(),
            hand_over: None,
            remember: Vec::new(),
            forget: Vec::new(),
        };
        turn.done_grows_old();
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
    /// Messages: [`MESSAGES_OF_TURN_MAX`] at most.
    pub(crate) out: Vec<Vec<Part>>,
    /// What finds no place in this turn. It is named before the turn ends.
    pub(crate) left: Vec<Task>,
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
            debug_assert!(self.out.len() < MESSAGES_OF_TURN_MAX, "a message too many");
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

    async fn obey(&mut self, command: Command, text: &str, found: &[Found], names: &Names) {
        if !matches!(command, Command::Clarify(_) | Command::Unclear) {
            self.state.unclear = 0;
        }
        let done = self.state.just_done.take();
        if command.begins_nothing() {
            self.state.just_done.clone_from(&done);
        }
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
                if done.is_none() && self.means_card(&task) {
                    return self.cancel().await;
                }
                match done.as_ref().and_then(|done| self.mean_done(&mut task, done)) {
                    Some(other) => self.show(other),
                    None => self.begin(task),
                }
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
            Command::LeftOut(text) => self.left.push(Task::new("talk.which", &text)),
            Command::TooLate => self.say("done.already", &[("what", &done.unwrap_or_default().title)]),
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
}

/// "cards.virtual-not-working": "virtual not working".
fn in_words(intent: &str) -> String {
    intent
        .split_once('.')
        .map_or(intent, |(_, name)| name)
        .replace('-', " ")
}

/// Whether it moves money, maybe with a reference.
pub(crate) fn pays(intent: &str) -> bool {
    matches!(
        intent,
        "transfers.submit" | "transfers.move" | "transfers.deposit" | "transfers.withdraw" | "transfers.repeat"
    )
}
