//! The command as it is typed, on small files.

use super::*;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: EvaluateCommand,
}

/// Two intents that their words tell apart, as a file.
fn questions(name: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("larch-{name}-{}.csv", std::process::id()));
    let mut text = csv::record(&["text", "category"]);
    for n in 0..12 {
        text += &csv::record(&[&format!("freeze card, number {n}, please"), "card"]);
        text += &csv::record(&[&format!("send money to friend {n} now"), "money"]);
    }
    std::fs::write(&file, text).unwrap();
    file
}

fn command(arguments: &[&str]) -> IntentsCommand {
    let line = Line::try_parse_from(["x", "intents"].iter().chain(arguments)).map_err(|error| error.to_string());
    match line.unwrap().command {
        EvaluateCommand::Intents(wanted) => wanted,
        EvaluateCommand::Dialogues(_) => panic!("intents were asked for"),
    }
}

#[test]
fn what_is_learned_from_a_file_answers_it() {
    let file = questions("evaluate");
    let path = file.to_str().unwrap();
    for arguments in [
        vec!["--lexical", "--train", path, "--test", path],
        vec!["--lexical", "--train", path, "--folds", "3"],
        vec!["--lexical", "--train", path, "--test", path, "--typos", "5"],
    ] {
        let wanted = command(&arguments);
        let asked = wanted.ask(None).unwrap();
        assert_eq!(asked.len(), 24);
        let answers: Vec<Answer> = asked.iter().map(|one| one.answer.clone()).collect();
        assert!(figures(&answers).accuracy > 0.9, "{arguments:?}");
    }
    std::fs::remove_file(file).unwrap();
}

#[test]
fn predictions_and_json_are_read_by_machines() {
    let file = questions("predictions");
    let path = file.to_str().unwrap();
    let out = file.with_extension("out");
    let wanted = command(&[
        "--lexical",
        "--json",
        "--train",
        path,
        "--test",
        path,
        "--predictions",
        out.to_str().unwrap(),
    ]);
    wanted.run().unwrap();
    let written = std::fs::read_to_string(&out).unwrap();
    let predicted = csv::two_columns(&written, "text", "predicted").unwrap();
    assert_eq!(
        predicted[0],
        ("freeze card, number 0, please".to_owned(), "card".to_owned())
    );
    let report = wanted.report(&Figures::default(), &[], false).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["encoder"], false);
    std::fs::remove_file(file).unwrap();
    std::fs::remove_file(out).unwrap();
}

#[test]
fn a_file_without_its_columns_and_no_question_at_all_are_refused() {
    let file = std::env::temp_dir().join(format!("larch-columns-{}.csv", std::process::id()));
    std::fs::write(&file, "a,b\n1,2\n").unwrap();
    let path = file.to_str().unwrap();
    let error = command(&["--lexical", "--train", path, "--test", path])
        .run()
        .unwrap_err()
        .to_string();
    assert!(error.contains("text and category"), "{error}");
    std::fs::remove_file(file).unwrap();
    assert!(Line::try_parse_from(["x", "intents"]).is_err());
    assert!(Line::try_parse_from(["x", "intents", "--folds", "1"]).is_err());
}
