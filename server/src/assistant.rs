//! The assistant in its place: what it understands with is read or learned, and what it does goes through the bank's door.

mod language_model;

use crate::StartError;
use crate::config::AssistantSettings;
use crate::understanding::{Known, encoder_or_warning, keep, known_model, learned_model};
use bank_assistant::{Advice, Advises, Assistant, Learned, Library, Messages, Understands, Understood};
use bank_contract::Doorway;
use bank_contract::assistant::Said;
use bank_contract::help::{ArticleLine, ArticleView};
use bank_operations::Clock;
use bank_operations::assistant::{Banker, Situation, Turned, Turning};
use bank_understanding::{Embed, Model};
use language_model::LanguageModel;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::{Semaphore, SemaphorePermit};

type Weights = Arc<dyn Embed + Send + Sync>;

/// Understanding is computing, up to a tenth of a second of it with the encoder: other requests do not wait behind it.
struct Aside(Learned);

impl Understands for Aside {
    fn understand(&self, text: &str) -> Understood {
        tokio::task::block_in_place(|| self.0.understand(text))
    }
}

/// The assistant as the bank knows it: its articles at once, its talk when there is something to understand with. That can
/// become better while it talks.
struct Talks {
    library: Library,
    talk: RwLock<Option<Arc<Assistant>>>,
    /// As many turns are worked out at once as there are processors; others wait for theirs.
    turns: Semaphore,
    /// Who is asked where the bank is not sure, if somebody is.
    language_model: Option<LanguageModel>,
}

/// Asks, and lets others have the turn's processor meanwhile.
struct Meanwhile<'t> {
    turns: &'t Semaphore,
    held: Mutex<Option<SemaphorePermit<'t>>>,
    language_model: &'t LanguageModel,
}

impl<'t> Meanwhile<'t> {
    fn held(&self) -> MutexGuard<'_, Option<SemaphorePermit<'t>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Advises for Meanwhile<'_> {
    fn advise<'a>(&'a self, masked: &'a str) -> Advice<'a> {
        Box::pin(async move {
            drop(self.held().take());
            let place = self.language_model.advise(masked).await;
            // It is closed with the bank only.
            let again = self.turns.acquire().await.ok();
            *self.held() = again;
            place
        })
    }
}

impl Talks {
    fn now(&self) -> Option<Arc<Assistant>> {
        self.talk.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn becomes(&self, better: Assistant) {
        *self.talk.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(better));
    }
}

impl Banker for Talks {
    fn is_ready(&self) -> bool {
        self.now().is_some()
    }

    fn asks_a_language_model(&self) -> bool {
        self.language_model.is_some()
    }

    fn turn<'a>(&'a self, bank: &'a Doorway, state: Value, said: &'a Said, situation: &'a Situation) -> Turning<'a> {
        let assistant = self.now();
        Box::pin(async move {
            // Nobody is let in to one that is not ready.
            let Some(assistant) = assistant else {
                return Turned::default();
            };
            let Ok(turn) = self.turns.acquire().await else {
                return Turned::default();
            };
            let Some(language_model) = &self.language_model else {
                let _held = turn;
                return assistant.turn(bank, state, said, situation).await;
            };
            let adviser = Meanwhile {
                turns: &self.turns,
                held: Mutex::new(Some(turn)),
                language_model,
            };
            let turn = assistant.turn_advised(bank, Some(&adviser), state, said, situation);
            turn.await
        })
    }

    fn articles(&self, about: Option<&str>) -> Vec<ArticleLine> {
        self.library.lines(about)
    }

    fn article(&self, slug: &str) -> Option<ArticleView> {
        self.library.view(slug)
    }
}

/// Opens it, and makes it ready meanwhile: a model that fits is read, which takes a moment. Without one, words alone are
/// learned, which takes half a minute, and then what the sentence encoder adds. The bank waits for none of it.
///
/// # Errors
/// When what ships with the bank cannot be read, which a test would have found.
pub(crate) fn open(settings: &AssistantSettings, clock: Arc<dyn Clock>) -> Result<Arc<dyn Banker>, StartError> {
    let talks = shut(settings, clock)?;
    let (settings, opened) = (settings.clone(), talks.clone());
    std::thread::spawn(move || {
        if let Err(error) = make_ready(&settings, &talks) {
            tracing::error!("nobody can talk with the assistant: {error}");
        }
    });
    Ok(opened)
}

/// The same, ready: for whoever has to talk with it at once.
///
/// # Errors
/// When it cannot be made ready.
pub(crate) async fn open_ready(
    settings: &AssistantSettings,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Banker>, StartError> {
    let talks = shut(settings, clock)?;
    let (settings, opened) = (settings.clone(), talks.clone());
    let ready = tokio::task::spawn_blocking(move || make_ready(&settings, &talks)).await;
    ready.map_err(|error| not_ready(&error))??;
    Ok(opened)
}

fn shut(settings: &AssistantSettings, clock: Arc<dyn Clock>) -> Result<Arc<Talks>, StartError> {
    let language_model = settings.language_model.clone();
    Ok(Arc::new(Talks {
        language_model: language_model
            .map(|settings| LanguageModel::new(settings, clock))
            .transpose()?,
        library: library()?,
        talk: RwLock::new(None),
        turns: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
    }))
}

fn not_ready(why: &dyn std::fmt::Display) -> StartError {
    StartError::Other(format!("the assistant could not be made ready: {why}"))
}

fn library() -> Result<Library, StartError> {
    Library::shipped().map_err(|error| not_ready(&error))
}

fn assistant(model: Model, encoder: Option<Weights>) -> Result<Assistant, StartError> {
    let learned = Aside(Learned {
        model: Arc::new(model),
        encoder,
    });
    let messages = Messages::english().map_err(|error| not_ready(&error))?;
    Ok(Assistant::new(learned, messages, library()?))
}

fn make_ready(settings: &AssistantSettings, talks: &Talks) -> Result<(), StartError> {
    let encoder = encoder_or_warning(settings).map(Arc::new);
    if let Known::Yes(model) = known_model(settings, encoder.as_deref())? {
        talks.becomes(assistant(*model, encoder.map(|encoder| encoder as Weights))?);
        return Ok(());
    }
    let words = match known_model(settings, None)? {
        Known::Yes(words) => *words,
        Known::No => {
            let words = learned_model(None)?;
            keep(settings, &words);
            words
        }
    };
    talks.becomes(assistant(words, None)?);
    if let Some(encoder) = encoder {
        let better = learned_model(Some(&encoder))?;
        keep(settings, &better);
        talks.becomes(assistant(better, Some(encoder))?);
        tracing::info!("the assistant understands with its sentence encoder now");
    }
    Ok(())
}
