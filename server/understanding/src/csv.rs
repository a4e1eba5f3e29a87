//! Comma-separated values (RFC 4180), as far as data sets of questions need them.

/// A line with another number of fields than the head, or a quote that never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    #[error("there is no head with the columns {0} and {1}")]
    Head(&'static str, &'static str),
    #[error("record {record} has {found} fields instead of {wanted}")]
    Fields { record: usize, found: usize, wanted: usize },
    #[error("a quote in record {record} never ends")]
    Quote { record: usize },
}

/// Reads two columns by their names in the first record, in the order of the file.
///
/// # Errors
/// See [`CsvError`]; records are counted from 1, the head being the first.
pub fn two_columns(text: &str, first: &'static str, second: &'static str) -> Result<Vec<(String, String)>, CsvError> {
    let mut records = records(text)?.into_iter();
    let head = records.next().unwrap_or_default();
    let place = |name: &str| head.iter().position(|column| column.trim() == name);
    let (Some(left), Some(right)) = (place(first), place(second)) else {
        return Err(CsvError::Head(first, second));
    };
    records
        .enumerate()
        .map(|(at, mut record)| {
            if record.len() != head.len() {
                return Err(CsvError::Fields {
                    record: at + 2,
                    found: record.len(),
                    wanted: head.len(),
                });
            }
            Ok((std::mem::take(&mut record[left]), std::mem::take(&mut record[right])))
        })
        .collect()
}

/// One record as a line.
pub fn record(fields: &[&str]) -> String {
    let quoted: Vec<String> = fields
        .iter()
        .map(|field| {
            if field.contains(['"', ',', '\n', '\r']) {
                format!("\"{}\"", field.replace('"', "\"\""))
            } else {
                (*field).to_owned()
            }
        })
        .collect();
    format!("{}\n", quoted.join(","))
}

fn records(text: &str) -> Result<Vec<Vec<String>>, CsvError> {
    let mut records = vec![];
    let mut fields = vec![];
    let mut field = String::new();
    let mut quoted = false;
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut fields));
            }
            other => field.push(other),
        }
    }
    if quoted {
        return Err(CsvError::Quote {
            record: records.len() + 1,
        });
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        records.push(fields);
    }
    records.retain(|record| record.len() > 1 || record.iter().any(|field| !field.is_empty()));
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_line_breaks_are_read_and_written_alike() {
        let text = "text,category\r\n\"a, \"\"b\"\"\nc\",x\nplain,y";
        let read = two_columns(text, "text", "category").unwrap();
        assert_eq!(read[0], ("a, \"b\"\nc".to_owned(), "x".to_owned()));
        assert_eq!(read[1], ("plain".to_owned(), "y".to_owned()));
        let written = record(&["text", "category"]) + &record(&[&read[0].0, &read[0].1]);
        assert_eq!(two_columns(&written, "text", "category").unwrap(), read[..1]);
    }

    #[test]
    fn columns_are_found_by_name() {
        let read = two_columns("id,category,text\n1,x,hello\n", "text", "category").unwrap();
        assert_eq!(read, [("hello".to_owned(), "x".to_owned())]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (text, error) in [
            ("", CsvError::Head("text", "category")),
            ("text,label\na,b", CsvError::Head("text", "category")),
            (
                "text,category\na",
                CsvError::Fields {
                    record: 2,
                    found: 1,
                    wanted: 2,
                },
            ),
            ("text,category\n\"a,b\n", CsvError::Quote { record: 2 }),
        ] {
            assert_eq!(two_columns(text, "text", "category"), Err(error), "{text}");
        }
    }
}
