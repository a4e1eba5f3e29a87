//! The files of the training data. UTF-8; `#` begins a comment; empty lines count for nothing.

use super::CorpusError;

/// An utterance is a question, not a page.
const UTTERANCE_MAX_CHARS: usize = 400;
const NAME_MAX: usize = 64;

/// How an intent is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Starts or answers by the operation of the same name.
    Task,
    /// Answered from the customer's own data.
    Read,
    /// Answered by an article of the same name.
    Help,
    /// About something that the bank does not offer.
    Absent,
    /// Goes to a person at once.
    Care,
    /// Part of the conversation itself.
    Talk,
}

/// A line of the catalogue of intents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    pub name: String,
    pub kind: Kind,
    /// What the customer wants, in one sentence.
    pub sentence: String,
}

/// Reads `[intent.name]` sections of one utterance a line: `(utterance, intent)`, in the file's order. A section may come
/// again, here or in another file.
///
/// # Errors
/// A malformed section, an utterance outside of one, one that is too long, or twice in the same section.
pub fn parse_utterances(file: &str, text: &str) -> Result<Vec<(String, String)>, CorpusError> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut intent: Option<String> = None;
    for (line, content) in content_lines(text) {
        let wrong = |what: String| wrong(file, line, what);
        if content.starts_with('[') {
            let name = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let name = name.filter(|name| is_name(name)).ok_or_else(|| {
                wrong(format!(
                    "{content:?} is not a section: write [intent.name], with a-z, 0-9, points and hyphens"
                ))
            })?;
            intent = Some(name.to_owned());
            continue;
        }
        let Some(intent) = &intent else {
            return Err(wrong(format!("{content:?} stands before the first [intent.name]")));
        };
        check_utterance(content).map_err(wrong)?;
        let pair = (content.to_owned(), intent.clone());
        if found
            .iter()
            .rev()
            .take_while(|(_, other)| other == intent)
            .any(|other| *other == pair)
        {
            return Err(wrong(format!("{content:?} stands twice under [{intent}]")));
        }
        found.push(pair);
    }
    Ok(found)
}

/// Reads one utterance a line.
///
/// # Errors
/// One that is too long, or looks like a section.
pub fn parse_lines(file: &str, text: &str) -> Result<Vec<String>, CorpusError> {
    content_lines(text)
        .map(|(line, content)| {
            if content.starts_with('[') {
                return Err(wrong(file, line, "there are no sections in this file".to_owned()));
            }
            check_utterance(content).map_err(|what| wrong(file, line, what))?;
            Ok(content.to_owned())
        })
        .collect()
}

/// Reads `name | kind | one sentence`.
///
/// # Errors
/// Another number of parts, an unknown kind, a name that is none or stands twice.
pub fn parse_catalogue(file: &str, text: &str) -> Result<Vec<CatalogueEntry>, CorpusError> {
    let mut entries: Vec<CatalogueEntry> = Vec::new();
    for (line, content) in content_lines(text) {
        let wrong = |what: String| wrong(file, line, what);
        let parts: Vec<&str> = content.splitn(3, '|').map(str::trim).collect();
        let [name, kind, sentence] = parts[..] else {
            return Err(wrong("write: name | kind | one sentence".to_owned()));
        };
        if !is_name(name) {
            return Err(wrong(format!("{name:?} is not the name of an intent")));
        }
        if entries.iter().any(|entry| entry.name == name) {
            return Err(wrong(format!("{name} stands twice")));
        }
        if sentence.is_empty() {
            return Err(wrong(format!("{name} has no sentence")));
        }
        let kind = match kind {
            "task" => Kind::Task,
            "read" => Kind::Read,
            "help" => Kind::Help,
            "absent" => Kind::Absent,
            "care" => Kind::Care,
            "talk" => Kind::Talk,
            other => {
                return Err(wrong(format!(
                    "{other:?} is not a kind: task, read, help, absent, care or talk"
                )));
            }
        };
        entries.push(CatalogueEntry {
            name: name.to_owned(),
            kind,
            sentence: sentence.to_owned(),
        });
    }
    Ok(entries)
}

fn wrong(file: &str, line: usize, what: String) -> CorpusError {
    CorpusError {
        file: file.to_owned(),
        line,
        what,
    }
}

/// Lines that say something, trimmed, with their number.
fn content_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = text.lines().map(str::trim).enumerate();
    numbered
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && name.len() <= NAME_MAX && name.chars().all(allowed)
}

fn check_utterance(content: &str) -> Result<(), String> {
    let length = content.chars().count();
    if length > UTTERANCE_MAX_CHARS {
        return Err(format!(
            "{length} characters; an utterance has {UTTERANCE_MAX_CHARS} at most"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_comments_and_repeated_sections_are_read() {
        let text = "\u{feff}# about cards\n[cards.freeze]\nfreeze my card\n\n  lock it  \n[talk.hello]\nhi\n[cards.freeze]\nstop my card\n";
        let pairs = parse_utterances("cards.txt", text).unwrap();
        let found: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(text, intent)| (text.as_str(), intent.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("freeze my card", "cards.freeze"),
                ("lock it", "cards.freeze"),
                ("hi", "talk.hello"),
                ("stop my card", "cards.freeze")
            ]
        );
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let long = "x".repeat(401);
        for (text, line, what) in [
            ("hello".to_owned(), 1, "before the first"),
            ("[cards freeze]\nx".to_owned(), 1, "not a section"),
            ("[]".to_owned(), 1, "not a section"),
            ("[a.b\nx".to_owned(), 1, "not a section"),
            ("[a]\nx\n\nx".to_owned(), 4, "stands twice"),
            (format!("[a]\n{long}"), 2, "401 characters"),
        ] {
            let error = parse_utterances("f.txt", &text).unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(
                error.to_string().contains(what) && error.to_string().starts_with("f.txt, line"),
                "{error}"
            );
        }
    }

    #[test]
    fn the_catalogue_refuses_what_it_does_not_know() {
        let good = parse_catalogue("c", "a.b | task | Do it.\nc | talk | Say | it.").unwrap();
        assert_eq!(good[1].sentence, "Say | it.");
        assert_eq!(good[0].kind, Kind::Task);
        for (text, what) in [
            ("a.b | task", "name | kind"),
            ("A | task | x", "not the name"),
            ("a | magic | x", "not a kind"),
            ("a | task | ", "no sentence"),
            ("a | task | x\na | read | y", "stands twice"),
        ] {
            let error = parse_catalogue("c", text).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }

    #[test]
    fn lines_out_of_scope_have_no_sections() {
        assert_eq!(parse_lines("o", "# far\nhow tall is a giraffe\n").unwrap().len(), 1);
        assert!(parse_lines("o", "[a]\nx").is_err());
    }
}
