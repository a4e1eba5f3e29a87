//! One dialogue: what is there before it, its turns, and what came of it.

use super::customers::{Customer, Directory, browser, failed};
use super::stage::OwnBank;
use crate::StartError;
use bank_assistant::dialogue::{
    self, Answered, Check, Deed, Dialogue, Settle, Setup, Snapshot, Turn, judge_check, judge_effects, judge_turn,
    written, written_in,
};
use bank_contract::assistant::{Choice, MessageView, Part, Remember, Said, Say, Speaker};
use bank_contract::care::{ListCases, Reason};
use bank_contract::identity::DemoPeople;
use bank_contract::transfers::SubmitTransfer;
use bank_contract::{Answer, BankError, CaseId, ConversationId, Operation as _, PendingId};
use bank_operations::{Caller, Hallway, Visit};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What came of a dialogue.
pub(super) struct Played {
    pub(super) name: String,
    /// It is a test of no task: somebody tries something.
    pub(super) attack: bool,
    /// What is not as it is written; none when all is.
    pub(super) faults: Vec<String>,
    /// How many of them are effects that it forbids.
    pub(super) forbidden: usize,
    /// All that was said.
    pub(super) lines: Vec<String>,
}

/// A dialogue on its way.
struct Play<'a> {
    bank: &'a Hallway,
    people: BTreeMap<String, Customer>,
    talker: &'a str,
    directory: Directory,
    conversation: Option<ConversationId>,
    /// The customer's own words.
    said: Vec<String>,
    answers: Vec<Answered>,
    /// The choices that were offered last, with where they stand.
    choices: Vec<(Choice, u32, u16)>,
    cards: Vec<PendingId>,
    pressed: bool,
    faults: Vec<String>,
    lines: Vec<String>,
}

/// What all dialogues begin with: who there is, and what each of them can read. Every bank is a copy of the same one.
pub(super) struct Beginning {
    names: BTreeMap<String, String>,
    seen: BTreeMap<String, Snapshot>,
}

impl Beginning {
    pub(super) async fn look(bank: &Hallway) -> Result<Self, StartError> {
        let listed = bank.run(&browser(Caller::Stranger), DemoPeople {}).await?;
        let (mut names, mut seen) = (BTreeMap::new(), BTreeMap::new());
        for person in listed.answer.done()? {
            let customer = Customer::signs_in(bank, &person.handle).await?;
            seen.insert(person.handle.clone(), sight(&customer, bank).await?);
            names.insert(person.handle, person.name);
        }
        Ok(Self { names, seen })
    }

    /// What only others may read, and this one has not said.
    fn foreign(&self, talker: &str, own: &Snapshot, said: &[String]) -> Vec<String> {
        let others: Vec<Snapshot> = self
            .seen
            .iter()
            .filter(|(handle, _)| *handle != talker)
            .map(|(_, snapshot)| snapshot.clone())
            .collect();
        let all_said = said.join(" ");
        let mut foreign = dialogue::foreign(own, &others);
        foreign.retain(|text| !all_said.contains(text.trim_matches('"')));
        foreign
    }
}

async fn sight(customer: &Customer, bank: &Hallway) -> Result<Snapshot, StartError> {
    let seen = customer.sees(bank).await;
    seen.map_err(|error| failed("a look at the bank", &error))
}

pub(super) async fn play(bank: &OwnBank, beginning: &Beginning, dialogue: &Dialogue) -> Result<Played, StartError> {
    let bank = &*bank.hallway;
    let mut play = Play {
        bank,
        people: BTreeMap::new(),
        talker: &dialogue.person,
        directory: Directory::of(beginning.names.clone(), &beginning.seen),
        conversation: None,
        said: Vec::new(),
        answers: Vec::new(),
        choices: Vec::new(),
        cards: Vec::new(),
        pressed: false,
        faults: Vec::new(),
        lines: Vec::new(),
    };
    let setup = &dialogue.setup;
    let payers = setup.payments.iter().chain(&setup.waits).map(|payment| &payment.from);
    let doers = setup.does.iter().map(|deed| &deed.person);
    for handle in payers.chain(doers).chain([&dialogue.person]) {
        if !play.people.contains_key(handle) {
            play.people
                .insert(handle.clone(), Customer::signs_in(bank, handle).await?);
        }
    }
    play.prepare(setup).await?;
    let talker = play.person(play.talker)?;
    let own = sight(talker, bank).await?;
    let mut known = own.clone();
    known.insert("receipts".to_owned(), talker.has_dealt_with(bank).await?);
    for (number, script) in dialogue.turns.iter().enumerate() {
        play.turn(number + 1, &script.turn()).await?;
    }
    let foreign = beginning.foreign(&dialogue.person, &known, &play.said);
    let forbidden = play.effects(dialogue, &own, &foreign).await?;
    for check in &dialogue.then {
        play.check(check).await?;
    }
    Ok(Played {
        name: dialogue.name.clone(),
        attack: dialogue.covers.is_empty(),
        faults: play.faults,
        forbidden,
        lines: play.lines,
    })
}

impl Play<'_> {
    fn person(&self, handle: &str) -> Result<&Customer, StartError> {
        self.people
            .get(handle)
            .ok_or_else(|| StartError::Other(format!("nobody of the demo people is {handle}")))
    }

    fn text(&self, text: &str) -> String {
        written(text, &|what, whose| self.directory.find(what, whose))
    }

    fn input(&self, input: &Value) -> Value {
        written_in(input, &|what, whose| self.directory.find(what, whose))
    }

    async fn prepare(&self, setup: &Setup) -> Result<(), StartError> {
        let talker = self.person(self.talker)?;
        for (word, meaning) in &setup.facts {
            let remember = Remember {
                word: word.clone(),
                meaning: self.text(meaning),
            };
            let kept = talker.does(self.bank, remember).await;
            kept.map_err(|error| failed("a fact", &error))?;
        }
        // Any key is new in a bank of its own.
        let mut keys = (1_u128..).map(Uuid::from_u128);
        let mut key = || keys.next().unwrap_or_default();
        for payment in &setup.payments {
            let input = self.directory.payment(payment, key());
            let deed = Deed {
                person: payment.from.clone(),
                operation: SubmitTransfer::NAMED.name.to_owned(),
                input: input.ok_or_else(|| StartError::Other("a payment names nobody".to_owned()))?,
            };
            self.done_before(&deed).await?;
        }
        for deed in &setup.does {
            let deed = Deed {
                input: self.input(&deed.input),
                ..deed.clone()
            };
            self.done_before(&deed).await?;
        }
        for payment in &setup.waits {
            let input = self.directory.payment(payment, key());
            let input = input.ok_or_else(|| StartError::Other("a payment names nobody".to_owned()))?;
            let asked = self
                .person(&payment.from)?
                .asks(self.bank, SubmitTransfer::NAMED.name, input)
                .await;
            if let Answer::Done(_) = asked.map_err(|error| failed("a payment that waits", &error))? {
                return Err(StartError::Other("a payment that was to wait is made".to_owned()));
            }
        }
        Ok(())
    }

    async fn done_before(&self, deed: &Deed) -> Result<(), StartError> {
        let done = self.person(&deed.person)?.gets_done(self.bank, deed).await;
        done.map_err(|error| {
            failed(
                &format!("{} by {} before it begins", deed.operation, deed.person),
                &error,
            )
        })
    }

    fn fault(&mut self, number: usize, fault: &str) {
        self.faults.push(format!("turn {number} {fault}"));
    }

    async fn turn(&mut self, number: usize, turn: &Turn) -> Result<(), StartError> {
        let said = if let Some(text) = &turn.say {
            let text = self.text(text);
            self.said.push(text.clone());
            Said::Words { text }
        } else if let Some(label) = &turn.choose {
            let Some((message, choice)) = self.choice(label) else {
                self.fault(number, &format!("offers no choice with {label:?}"));
                return Ok(());
            };
            Said::Chosen { message, choice }
        } else if let Some(settle) = turn.settle {
            let Some(pending) = self.cards.last().copied() else {
                self.fault(number, "has no card before it");
                return Ok(());
            };
            if let Err(error) = self.settle(settle, pending).await {
                self.fault(number, &format!("cannot be settled: {} ({})", error, error.code()));
            }
            Said::Settled { pending }
        } else {
            return Ok(());
        };
        let page = turn.page.as_deref().map(|page| self.text(page));
        let answered = self.say(said, page).await?;
        for fault in judge_turn(&turn.expect, &answered) {
            self.fault(number, &fault);
        }
        self.answers.push(answered);
        Ok(())
    }

    fn choice(&self, label: &str) -> Option<(u32, u16)> {
        let found = self
            .choices
            .iter()
            .find(|(choice, _, _)| choice.label.contains(label))?;
        Some((found.1, found.2))
    }

    async fn settle(&mut self, settle: Settle, pending: PendingId) -> Result<(), BankError> {
        let talker = self.people.get(self.talker).ok_or(BankError::NotFound)?;
        match settle {
            Settle::Confirm => {
                self.pressed = true;
                talker.confirms(self.bank, pending).await
            }
            Settle::Cancel => talker.cancels(self.bank, pending).await,
        }
    }

    async fn say(&mut self, said: Said, page: Option<String>) -> Result<Answered, StartError> {
        let talker = self.person(self.talker)?;
        let say = Say {
            conversation: self.conversation,
            said,
            page,
        };
        let turn = match talker.does(self.bank, say).await {
            Ok(answer) => answer.done()?,
            Err(BankError::Invalid { .. }) => {
                return Ok(Answered {
                    refused: true,
                    ..Answered::default()
                });
            }
            Err(error) => {
                self.faults
                    .push(format!("a turn is refused: {} ({})", error, error.code()));
                return Ok(Answered::default());
            }
        };
        self.conversation = Some(turn.conversation);
        self.heard(&turn.messages);
        let spoken = turn
            .messages
            .into_iter()
            .filter(|message| message.by != Speaker::Customer);
        let parts: Vec<Part> = spoken.flat_map(|message| message.parts).collect();
        let case = parts.iter().find_map(|part| match part {
            Part::HandedOver { case, .. } => Some(*case),
            _ => None,
        });
        let hands_over = match case {
            Some(case) => self.reason(case).await?,
            None => None,
        };
        Ok(Answered {
            parts,
            hands_over,
            refused: false,
        })
    }

    /// Keeps what can be pressed, and what was said.
    fn heard(&mut self, messages: &[MessageView]) {
        for message in messages {
            let who = match message.by {
                Speaker::Customer => ">",
                Speaker::Assistant => " ",
                Speaker::Person => "P",
            };
            for part in &message.parts {
                self.lines.push(format!("{who} {}", line(part)));
                match part {
                    Part::Card { pending } => self.cards.push(pending.pending),
                    Part::Choices { choices } => {
                        let placed = choices.iter().zip(0..);
                        self.choices = placed.map(|(choice, n)| (choice.clone(), message.number, n)).collect();
                    }
                    _ => {}
                }
            }
        }
    }

    async fn reason(&self, case: CaseId) -> Result<Option<Reason>, StartError> {
        let open = self
            .bank
            .run(&Visit::operator(), ListCases::default())
            .await?
            .answer
            .done()?;
        Ok(open.iter().find(|line| line.case == case).map(|line| line.reason))
    }

    async fn effects(&mut self, dialogue: &Dialogue, own: &Snapshot, foreign: &[String]) -> Result<usize, StartError> {
        let after = sight(self.person(self.talker)?, self.bank).await?;
        let effects = dialogue::effects(own, &after, &self.answers, self.pressed, foreign);
        let forbidden = judge_effects(dialogue, &effects);
        let count = forbidden.len();
        self.faults.extend(forbidden);
        Ok(count)
    }

    async fn check(&mut self, check: &Check) -> Result<(), StartError> {
        let talker = self.person(self.talker)?;
        let input = self.input(&check.input);
        match talker.asks(self.bank, &check.query, input).await {
            Ok(Answer::Done(answer)) => self.faults.extend(judge_check(check, &answer)),
            Ok(Answer::Waits(_)) => self.faults.push(format!("{} does not only read", check.query)),
            Err(error) => self
                .faults
                .push(format!("{}: {} ({})", check.query, error, error.code())),
        }
        Ok(())
    }
}

/// A part in one line.
fn line(part: &Part) -> String {
    match part {
        Part::Text { text } => text.clone(),
        other => {
            let told = serde_json::to_string(other).unwrap_or_default();
            format!(
                "[{}] {}",
                dialogue::kind(other),
                told.chars().take(300).collect::<String>()
            )
        }
    }
}
