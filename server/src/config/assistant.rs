//! What the assistant understands with. All of it is optional: the bank works without.

use super::{ConfigError, Secret};
use crate::outward::numbered_here;
use axum::http::Uri;
use axum::http::uri::Scheme;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Clone, Debug, Default)]
pub(crate) struct AssistantSettings {
    /// The folder of a sentence encoder: `model.safetensors` and `vocab.txt`.
    pub(crate) encoder: Option<PathBuf>,
    /// What `larch train --out` wrote, or the bank itself at an earlier start.
    pub(crate) model: Option<PathBuf>,
    /// Who is asked where the bank is not sure what was meant; nobody unless it is set.
    pub(crate) language_model: Option<LanguageModelSettings>,
}

/// An endpoint that speaks `POST …/chat/completions`, as `OpenAI` has published it.
#[derive(Clone, Debug)]
pub(crate) struct LanguageModelSettings {
    /// Of the endpoint itself, with its path.
    pub(crate) url: Uri,
    pub(crate) name: String,
    /// What it knows the bank by.
    pub(crate) key: Option<Secret>,
    /// How long a customer waits for it at most.
    pub(crate) patience: Duration,
    /// Questions a day, of all customers together.
    pub(crate) questions_daily_max: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct WrittenAssistant {
    encoder: Option<PathBuf>,
    model: Option<PathBuf>,
    language_model: WrittenLanguageModel,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct WrittenLanguageModel {
    url: Option<String>,
    name: Option<String>,
    patience_ms: Option<u64>,
    questions_daily_max: Option<u32>,
}

type Env<'e> = &'e dyn Fn(&str) -> Option<String>;

impl WrittenAssistant {
    /// The environment wins. Where no model is named, what is learned is kept among the bank's data.
    ///
    /// # Errors
    /// What is set and cannot be used.
    pub(super) fn settings(self, data_dir: &Path, env: Env<'_>) -> Result<AssistantSettings, ConfigError> {
        let model = env("BANK_ASSISTANT_MODEL").map(PathBuf::from).or(self.model);
        Ok(AssistantSettings {
            encoder: env("BANK_ASSISTANT_ENCODER").map(PathBuf::from).or(self.encoder),
            model: Some(model.unwrap_or_else(|| data_dir.join("understanding.model"))),
            language_model: self.language_model.settings(env)?,
        })
    }
}

/// A turn has ten seconds in all, and goes on by itself when no answer came.
const PATIENCE_MAX_MS: u64 = 5_000;

impl WrittenLanguageModel {
    fn settings(self, env: Env<'_>) -> Result<Option<LanguageModelSettings>, ConfigError> {
        let Some(written) = env("BANK_LANGUAGE_MODEL_URL").or(self.url) else {
            return Ok(None);
        };
        let url = endpoint(&written).ok_or(ConfigError::Wrong {
            name: "[assistant.language-model] url",
            // It can carry a secret.
            value: "…".to_owned(),
            wanted: "it must be https://host/v1 or the like, without a user or a query (http:// only to 127.0.0.1 or [::1])",
        })?;
        let name = env("BANK_LANGUAGE_MODEL_NAME").or(self.name);
        let name = name.ok_or(ConfigError::Wrong {
            name: "[assistant.language-model] name",
            value: String::new(),
            wanted: "it must say which model is asked, when a url is set",
        })?;
        let patience_ms = self.patience_ms.unwrap_or(2_500);
        if !(100..=PATIENCE_MAX_MS).contains(&patience_ms) {
            return Err(ConfigError::Wrong {
                name: "[assistant.language-model] patience-ms",
                value: patience_ms.to_string(),
                wanted: "it must be between 100 and 5000",
            });
        }
        Ok(Some(LanguageModelSettings {
            url,
            name,
            key: env("BANK_LANGUAGE_MODEL_KEY").map(Secret),
            patience: Duration::from_millis(patience_ms),
            questions_daily_max: self.questions_daily_max.unwrap_or(1_000),
        }))
    }
}

/// The address that is asked, where it is one that may be.
fn endpoint(written: &str) -> Option<Uri> {
    let url: Uri = format!("{}/chat/completions", written.trim_end_matches('/'))
        .parse()
        .ok()?;
    let authority = url.authority()?;
    let plain = url.scheme() == Some(&Scheme::HTTP) && numbered_here(authority).is_some();
    let allowed = url.scheme() == Some(&Scheme::HTTPS) || plain;
    (allowed && url.query().is_none() && !authority.as_str().contains('@')).then_some(url)
}

#[cfg(test)]
mod tests {
    use crate::config::tests::{shipped_with, try_shipped_with};
    use std::path::Path;
    use std::time::Duration;

    #[test]
    fn without_a_word_there_is_no_encoder_and_the_environment_names_one() {
        assert_eq!(shipped_with(&[]).assistant.encoder, None);
        let named = shipped_with(&[("BANK_ASSISTANT_ENCODER", "/srv/encoder")]);
        assert_eq!(named.assistant.encoder.as_deref(), Some(Path::new("/srv/encoder")));
    }

    #[test]
    fn what_is_learned_is_kept_among_the_banks_data_or_where_it_was_said() {
        let model = |env: &[(&str, &str)]| shipped_with(env).assistant.model.unwrap();
        assert_eq!(model(&[]), Path::new("var/understanding.model"));
        assert_eq!(
            model(&[("BANK_DATA_DIR", "/srv/bank")]),
            Path::new("/srv/bank/understanding.model")
        );
        assert_eq!(model(&[("BANK_ASSISTANT_MODEL", "/srv/m")]), Path::new("/srv/m"));
    }

    #[test]
    fn nobody_is_asked_unless_a_language_model_is_named() {
        assert!(shipped_with(&[]).assistant.language_model.is_none());
        assert!(
            shipped_with(&[("BANK_LANGUAGE_MODEL_KEY", "k")])
                .assistant
                .language_model
                .is_none()
        );
        let named = shipped_with(&[
            ("BANK_LANGUAGE_MODEL_URL", "https://models.example/v1/"),
            ("BANK_LANGUAGE_MODEL_NAME", "small"),
            ("BANK_LANGUAGE_MODEL_KEY", "s3cret"),
        ]);
        let settings = named.assistant.language_model.unwrap();
        assert_eq!(settings.url, "https://models.example/v1/chat/completions");
        assert_eq!(settings.patience, Duration::from_millis(2_500));
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn a_language_model_that_others_could_listen_to_is_refused() {
        for url in [
            "http://models.example/v1",
            "http://localhost:1234/v1",
            "https://user:pass@models.example/v1",
            "https://models.example/v1?key=s3cret",
            "models.example",
            "ftp://127.0.0.1/v1",
        ] {
            let named = [("BANK_LANGUAGE_MODEL_URL", url), ("BANK_LANGUAGE_MODEL_NAME", "small")];
            let refused = try_shipped_with(&named).unwrap_err().to_string();
            assert!(
                refused.contains("language-model") && !refused.contains("s3cret"),
                "{refused}"
            );
        }
        let here = [
            ("BANK_LANGUAGE_MODEL_URL", "http://127.0.0.1:1234/v1"),
            ("BANK_LANGUAGE_MODEL_NAME", "small"),
        ];
        assert!(try_shipped_with(&here).is_ok());
        let nameless = [("BANK_LANGUAGE_MODEL_URL", "https://models.example/v1")];
        assert!(try_shipped_with(&nameless).is_err());
    }
}
