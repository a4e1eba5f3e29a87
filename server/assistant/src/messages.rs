//! What the assistant says, by keys. The words are data: another language is another file.

use std::collections::BTreeMap;

const ENGLISH: &str = include_str!("../messages/en.toml");

/// Sentences by their keys, with `{name}` where something is put in.
#[derive(Clone, Debug)]
pub struct Messages(BTreeMap<String, String>);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessagesError {
    #[error("the messages cannot be read: {0}")]
    Malformed(String),
}

impl Messages {
    /// # Errors
    /// A mistake in the file; a test keeps that out of the binary.
    pub fn english() -> Result<Self, MessagesError> {
        Self::read(ENGLISH)
    }

    /// # Errors
    /// What is no table of strings.
    pub fn read(text: &str) -> Result<Self, MessagesError> {
        toml::from_str(text)
            .map(Self)
            .map_err(|error| MessagesError::Malformed(error.message().to_owned()))
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// A sentence, with what belongs into it. What is put in is not read again: a name may look like a placeholder.
    pub fn say(&self, key: &str, with: &[(&str, &str)]) -> String {
        let Some(sentence) = self.0.get(key) else {
            return key.to_owned();
        };
        let mut out = String::with_capacity(sentence.len() + 32);
        let mut rest = sentence.as_str();
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else { break };
            let name = &rest[open + 1..open + close];
            let value = with
                .iter()
                .find(|(known, _)| *known == name)
                .map_or("", |(_, value)| value);
            out.push_str(value);
            rest = &rest[open + close + 1..];
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_read_again() {
        let messages = Messages::read("a = \"Hello {name}, {amount}.\"").unwrap();
        assert_eq!(
            messages.say("a", &[("name", "{amount}"), ("amount", "€5")]),
            "Hello {amount}, €5."
        );
        assert_eq!(messages.say("a", &[]), "Hello , .");
    }
}
