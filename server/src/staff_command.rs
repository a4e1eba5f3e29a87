//! The command line's door to who works at the bank.

use crate::StartError;
use crate::command::run;
use crate::telemetry::say;
use bank_contract::StaffId;
use bank_contract::backoffice::{EndStaff, InviteStaff, ListStaff, StaffLine};
use bank_contract::text::one_line;
use bank_operations::Hallway;
use clap::Subcommand;
use url::Url;

#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Make a code with which somebody comes in, once and within half an hour.
    LetIn {
        /// As customers see it beside an answer.
        name: String,
    },
    /// Those who are let in.
    List,
    /// End somebody's session, or their code.
    End { staff: StaffId },
}

impl StaffCommand {
    pub(crate) async fn run(self, bank: &Hallway, origin: &Url) -> Result<(), StartError> {
        match self {
            Self::LetIn { name } => {
                let made = run(bank, InviteStaff { name }).await?;
                let page = origin.join("/staff").map_or_else(|_| "/staff".to_owned(), String::from);
                say(&format!(
                    "The code is {}\nIt works once, at {page}, until {}. Shown only now.",
                    made.code,
                    made.until.format("%H:%M")
                ));
            }
            Self::List => {
                let lines = run(bank, ListStaff {}).await?;
                if lines.is_empty() {
                    say("Nobody who works at the bank is let in.");
                }
                for staff in &lines {
                    say(&line(staff));
                }
            }
            Self::End { staff } => {
                run(bank, EndStaff { staff }).await?;
                say(&format!("{staff} is let in no longer."));
            }
        }
        Ok(())
    }
}

fn line(staff: &StaffLine) -> String {
    let until = staff.until.format("%Y-%m-%d %H:%M");
    let state = match staff.last_seen_at {
        Some(at) => format!("last seen {}, until {until}", at.format("%Y-%m-%d %H:%M")),
        None => format!("has a code until {until}"),
    };
    format!("{}  {}  {state}", staff.staff, one_line(&staff.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_not_come_yet_is_told_apart() {
        let at: chrono::NaiveDateTime = "2026-11-27T09:30:00".parse().unwrap();
        let mut staff = StaffLine {
            staff: StaffId(uuid::Uuid::nil()),
            name: "Jonas".into(),
            invited_at: at,
            last_seen_at: None,
            until: at,
        };
        assert!(
            line(&staff).ends_with("Jonas  has a code until 2026-11-27 09:30"),
            "{}",
            line(&staff)
        );
        staff.last_seen_at = Some(at);
        assert!(line(&staff).contains("last seen 2026-11-27 09:30"));
    }
}
