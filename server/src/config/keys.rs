//! Where master keys come from: the environment, or a file that it names.

use super::{ConfigError, Secret, Where};
use std::path::PathBuf;

/// Where a master key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// In the environment. It cannot be printed.
    Text(Secret),
    File(PathBuf),
    /// Beside the private database: made there with it, and never again.
    Beside(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeySettings {
    /// None: nobody said, and there is no private database that it could lie beside.
    pub(crate) current: Option<KeySource>,
    /// What takes its place, while keys are rotated.
    pub(crate) next: Option<KeySource>,
}

impl KeySettings {
    pub(super) fn read(database: &Where, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let current = named(env, "BANK_MASTER_KEY", "BANK_MASTER_KEY_FILE")?;
        let beside = match database {
            Where::Private { data_dir } => Some(KeySource::Beside(data_dir.join("master.key"))),
            Where::Given { .. } => None,
        };
        Ok(Self {
            current: current.or(beside),
            next: named(env, "BANK_NEW_MASTER_KEY", "BANK_NEW_MASTER_KEY_FILE")?,
        })
    }
}

fn named(
    env: &dyn Fn(&str) -> Option<String>,
    text: &'static str,
    file: &'static str,
) -> Result<Option<KeySource>, ConfigError> {
    match (env(text), env(file)) {
        (Some(_), Some(_)) => Err(ConfigError::Wrong {
            name: text,
            value: "…".to_owned(),
            wanted: "the file for it is set, too: one of them has to go",
        }),
        (Some(key), None) => Ok(Some(KeySource::Text(Secret(key)))),
        (None, Some(path)) => Ok(Some(KeySource::File(path.into()))),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SHIPPED, read};
    use super::*;

    #[test]
    fn a_key_comes_from_the_environment_or_a_file_or_lies_beside_the_private_database() {
        let keys = |env: &[(&str, &str)]| read(SHIPPED, env).unwrap().keys;
        assert_eq!(keys(&[]).current, Some(KeySource::Beside("var/master.key".into())));
        let given = ("DATABASE_URL", "postgres://u@localhost/larch");
        assert_eq!(keys(&[given]).current, None);
        let file = ("BANK_MASTER_KEY_FILE", "/run/secrets/key");
        assert_eq!(
            keys(&[given, file]).current,
            Some(KeySource::File("/run/secrets/key".into()))
        );
        let both = keys(&[("BANK_MASTER_KEY", "hunter2"), ("BANK_NEW_MASTER_KEY_FILE", "new.key")]);
        assert_eq!(both.next, Some(KeySource::File("new.key".into())));
        assert!(!format!("{both:?}").contains("hunter2"));
        let twice = read(SHIPPED, &[("BANK_MASTER_KEY", "hunter2"), file])
            .unwrap_err()
            .to_string();
        assert!(
            twice.starts_with("BANK_MASTER_KEY") && !twice.contains("hunter2"),
            "{twice}"
        );
    }
}
