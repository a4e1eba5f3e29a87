//! Somebody in the assistant's place who does what a test tells them.

use bank_contract::Doorway;
use bank_contract::assistant::{Part, Said};
use bank_contract::help::{ArticleLine, ArticleView};
use bank_operations::assistant::{Banker, Situation, Turned, Turning};
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// One turn, with all that the assistant is given.
pub(crate) struct Told {
    pub(crate) bank: Doorway,
    pub(crate) state: Value,
    pub(crate) said: Said,
    pub(crate) situation: Situation,
}

type Script = Arc<dyn Fn(Told) -> Pin<Box<dyn Future<Output = Turned> + Send>> + Send + Sync>;

/// Says back what it hears, until it is told something else.
#[derive(Default)]
pub(crate) struct Talker(Mutex<Option<Script>>);

impl Talker {
    pub(crate) fn does<F: Future<Output = Turned> + Send + 'static>(
        &self,
        script: impl Fn(Told) -> F + Send + Sync + 'static,
    ) {
        *self.0.lock().unwrap() = Some(Arc::new(move |told| Box::pin(script(told))));
    }
}

pub(crate) fn text(text: impl Into<String>) -> Part {
    Part::Text { text: text.into() }
}

/// A turn that only says something.
pub(crate) fn says(words: impl Into<String>) -> Turned {
    Turned {
        messages: vec![vec![text(words)]],
        ..Turned::default()
    }
}

fn echo(told: &Told) -> Turned {
    let heard = match &told.said {
        Said::Words { text } => text.clone(),
        _ => told
            .situation
            .chosen
            .as_ref()
            .map(|choice| choice.label.clone())
            .unwrap_or_default(),
    };
    Turned {
        state: json!({ "turns": told.state["turns"].as_i64().unwrap_or(0) + 1 }),
        ..says(format!("I heard: {heard}"))
    }
}

impl Banker for Talker {
    fn turn<'a>(&'a self, bank: &'a Doorway, state: Value, said: &'a Said, situation: &'a Situation) -> Turning<'a> {
        let told = Told {
            bank: bank.clone(),
            state,
            said: said.clone(),
            situation: situation.clone(),
        };
        let script = self.0.lock().unwrap().clone();
        Box::pin(async move {
            match script {
                Some(script) => script(told).await,
                None => echo(&told),
            }
        })
    }

    fn articles(&self, about: Option<&str>) -> Vec<ArticleLine> {
        let line = ArticleLine {
            slug: "fees".into(),
            title: "What costs what".into(),
            topic: "Money".into(),
        };
        Some(line).filter(|_| about != Some("nothing")).into_iter().collect()
    }

    fn article(&self, slug: &str) -> Option<ArticleView> {
        (slug == "fees").then(|| ArticleView {
            slug: slug.into(),
            title: "What costs what".into(),
            topic: "Money".into(),
            paragraphs: vec!["Nothing costs anything.".into()],
            related: Vec::new(),
        })
    }
}
