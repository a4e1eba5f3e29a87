//! What the assistant understands with: the sentence encoder and the model, from their files; and the commands that
//! train and measure. All of them work without a database.

mod evaluate;

pub(crate) use evaluate::EvaluateCommand;

use crate::StartError;
use crate::config::{AssistantSettings, Config};
use crate::telemetry::say;
use bank_understanding::encoder::MINILM_SHA256;
use bank_understanding::{Corpus, Embed, Encoder, Model, Settings};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The weights of a large encoder are a hundred times smaller than that of a disk.
const WEIGHTS_MAX: u64 = 512 * 1024 * 1024;
const VOCABULARY_MAX: u64 = 16 * 1024 * 1024;
const MODEL_MAX: u64 = 1024 * 1024 * 1024;

/// Which encoder the commands use.
#[derive(Debug, Args)]
struct EncoderChoice {
    /// Leave the sentence encoder out: words alone decide.
    #[arg(long)]
    lexical: bool,
    /// The folder of the sentence encoder; without it, that of the configuration.
    #[arg(long, value_name = "FOLDER")]
    encoder: Option<PathBuf>,
}

/// Learns from the bank's own utterances.
#[derive(Debug, Args)]
pub(crate) struct TrainCommand {
    /// Where the model is written.
    #[arg(long, value_name = "FILE", default_value = "understanding.model")]
    out: PathBuf,
    #[command(flatten)]
    encoder: EncoderChoice,
}

impl TrainCommand {
    pub(crate) fn run(&self) -> Result<(), StartError> {
        let encoder = self.encoder.open()?;
        let corpus = shipped_corpus()?;
        let start = Instant::now();
        let model = learn(&corpus, encoder.as_ref())?;
        let bytes = model.to_bytes();
        write_whole(&self.out, &bytes).map_err(|error| {
            StartError::Other(format!(
                "the model cannot be written to {}: {error}",
                self.out.display()
            ))
        })?;
        say(&format!(
            "Learned {} intents from {} utterances in {:.1} s, {}.",
            corpus.intents.len(),
            corpus.examples.len(),
            start.elapsed().as_secs_f32(),
            with_or_without(encoder.as_ref())
        ));
        say(&format!("{} bytes are in {}.", bytes.len(), self.out.display()));
        Ok(())
    }
}

impl EncoderChoice {
    /// Asked for by name, it has to be there; from the configuration, it is a help that can be missing.
    fn open(&self) -> Result<Option<Encoder>, StartError> {
        if self.lexical {
            return Ok(None);
        }
        match &self.encoder {
            Some(folder) => Ok(Some(open_encoder(folder).map_err(StartError::Other)?)),
            None => Ok(encoder_or_warning(&configured())),
        }
    }
}

/// The assistant's part of the configuration; that of the environment where there is no file.
fn configured() -> AssistantSettings {
    let named = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    Config::read().map_or_else(
        |_| AssistantSettings {
            encoder: named("BANK_ASSISTANT_ENCODER"),
            model: named("BANK_ASSISTANT_MODEL"),
            language_model: None,
        },
        |config| config.assistant,
    )
}

fn with_or_without(encoder: Option<&Encoder>) -> &'static str {
    if encoder.is_some() {
        "with the sentence encoder"
    } else {
        "from words alone"
    }
}

/// The encoder that the settings name. Without one, or with one that cannot be used, the bank works on words alone, and
/// the log says so.
pub(crate) fn encoder_or_warning(settings: &AssistantSettings) -> Option<Encoder> {
    let folder = settings.encoder.as_deref()?;
    match open_encoder(folder) {
        Ok(encoder) => {
            if encoder.weights_hash() != MINILM_SHA256 {
                tracing::warn!(
                    hash = encoder.weights_hash(),
                    "the sentence encoder has other weights than those that the bank was measured with"
                );
            }
            Some(encoder)
        }
        Err(why) => {
            tracing::warn!("the assistant works on words alone: {why}");
            None
        }
    }
}

fn open_encoder(folder: &Path) -> Result<Encoder, String> {
    let unusable = |why: String| format!("the sentence encoder in {} cannot be used: {why}", folder.display());
    let weights = read_bounded(&folder.join("model.safetensors"), WEIGHTS_MAX).map_err(unusable)?;
    let vocabulary = read_bounded(&folder.join("vocab.txt"), VOCABULARY_MAX).map_err(unusable)?;
    let vocabulary = String::from_utf8(vocabulary).map_err(|_| unusable("its vocabulary is not text".to_owned()))?;
    Encoder::new(&weights, &vocabulary).map_err(|error| unusable(error.to_string()))
}

/// Whether there is a model to read.
pub(crate) enum Known {
    Yes(Box<Model>),
    /// None, or one that was learned from other data, in another way, or with another encoder.
    No,
}

/// The model in the file that the settings name, when it was learned from what this binary ships, with these settings
/// and this encoder.
pub(crate) fn known_model(settings: &AssistantSettings, encoder: Option<&Encoder>) -> Result<Known, StartError> {
    let Some(file) = settings.model.as_ref().filter(|file| file.exists()) else {
        return Ok(Known::No);
    };
    let corpus = shipped_corpus()?;
    Ok(match open_model(file, &corpus, encoder) {
        Ok(model) => Known::Yes(Box::new(model)),
        Err(why) => {
            tracing::warn!("the model in {} is not used: {why}", file.display());
            Known::No
        }
    })
}

/// Learns from what this binary ships: half a minute; with an encoder, a minute or two.
pub(crate) fn learned_model(encoder: Option<&Encoder>) -> Result<Model, StartError> {
    learn(&shipped_corpus()?, encoder)
}

/// Keeps a model for the next start, where there is a place for it. Without one, the next start learns again.
pub(crate) fn keep(settings: &AssistantSettings, model: &Model) {
    let Some(file) = &settings.model else { return };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), fs::create_dir_all);
    if let Err(error) = made.and_then(|()| write_whole(file, &model.to_bytes())) {
        tracing::warn!("the model is not kept in {}: {error}", file.display());
    }
}

/// A model that was read, or is learned now.
fn shipped_model(settings: &AssistantSettings, encoder: Option<&Encoder>) -> Result<Model, StartError> {
    match known_model(settings, encoder)? {
        Known::Yes(model) => Ok(*model),
        Known::No => learned_model(encoder),
    }
}

fn open_model(file: &Path, corpus: &Corpus, encoder: Option<&Encoder>) -> Result<Model, String> {
    let bytes = read_bounded(file, MODEL_MAX)?;
    let model = Model::from_bytes_for(&bytes, corpus).map_err(|error| error.to_string())?;
    if *model.settings_hash() != Settings::default().hash() {
        return Err("it was learned with other settings: train it again".to_owned());
    }
    if let Some(encoder) = encoder {
        model.check_encoder(encoder).map_err(|error| error.to_string())?;
    }
    Ok(model)
}

fn learn(corpus: &Corpus, encoder: Option<&Encoder>) -> Result<Model, StartError> {
    let encoder = encoder.map(|encoder| encoder as &dyn Embed);
    Model::train(corpus, encoder, &settings())
        .map_err(|error| StartError::Other(format!("nothing was learned: {error}")))
}

/// The defaults, on all of the machine's processors.
fn settings() -> Settings {
    Settings {
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        ..Settings::default()
    }
}

fn shipped_corpus() -> Result<Corpus, StartError> {
    Corpus::shipped().map_err(|error| StartError::Other(format!("the utterances cannot be read: {error}")))
}

fn read_bounded(file: &Path, most: u64) -> Result<Vec<u8>, String> {
    let unreadable = |why: &dyn std::fmt::Display| format!("{} cannot be read: {why}", file.display());
    let length = fs::metadata(file).map_err(|error| unreadable(&error))?.len();
    if length > most {
        return Err(unreadable(&"it is too large"));
    }
    fs::read(file).map_err(|error| unreadable(&error))
}

/// Whole or not at all: a server may be about to read it.
fn write_whole(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    fs::write(&draft, bytes)?;
    fs::rename(&draft, file).inspect_err(|_| {
        let _ = fs::remove_file(&draft);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoder_that_is_not_there_is_a_reason_and_no_stop() {
        let settings = AssistantSettings {
            encoder: Some(PathBuf::from("/nowhere/at/all")),
            ..AssistantSettings::default()
        };
        assert!(encoder_or_warning(&settings).is_none());
        let why = open_encoder(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(why.contains("model.safetensors cannot be read"), "{why}");
        let named = EncoderChoice {
            lexical: false,
            encoder: settings.encoder,
        };
        assert!(named.open().is_err(), "what was asked for by name has to be there");
    }

    #[test]
    fn a_model_is_kept_for_the_next_start_and_a_wrong_one_is_not_read() {
        let folder = std::env::temp_dir().join(format!("larch-kept-{}", std::process::id()));
        let settings = AssistantSettings {
            model: Some(folder.join("understanding.model")),
            ..AssistantSettings::default()
        };
        assert!(matches!(known_model(&settings, None).unwrap(), Known::No));
        keep(&settings, &learned_model(None).unwrap());
        assert!(matches!(known_model(&settings, None).unwrap(), Known::Yes(_)));
        fs::write(folder.join("understanding.model"), b"LARCHMND and then something else").unwrap();
        assert!(matches!(known_model(&settings, None).unwrap(), Known::No));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_model_of_other_data_is_not_used() {
        let pairs = |word: &str| {
            let pairs = (0..8).map(|n| (format!("{word} number {n}"), format!("intent-{}", n % 2)));
            Corpus::from_labelled(pairs.collect(), vec![]).unwrap()
        };
        let (one, other) = (pairs("card"), pairs("money"));
        let file = std::env::temp_dir().join(format!("larch-model-{}", std::process::id()));
        write_whole(&file, &learn(&one, None).unwrap().to_bytes()).unwrap();
        assert!(open_model(&file, &one, None).is_ok());
        let why = open_model(&file, &other, None).unwrap_err();
        assert!(why.contains("other data"), "{why}");
        fs::write(&file, b"LARCHMND").unwrap();
        assert!(open_model(&file, &one, None).is_err());
        fs::remove_file(&file).unwrap();
    }
}
