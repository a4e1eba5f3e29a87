//! Lists the articles and the dialogues, so that another one is a new file and nothing else.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let mut code = String::new();
    for (name, folder, ending) in [("ARTICLES", "articles", "md"), ("DIALOGUES", "dialogues", "json")] {
        write_list(&mut code, name, &Path::new(&root).join(folder), ending)?;
    }
    for (name, file) in [("ABSENT", "messages/absent.toml"), ("CARE", "messages/care.toml")] {
        let path = Path::new(&root).join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = if path.exists() {
            format!("include_str!({:?})", path.display().to_string())
        } else {
            "\"\"".to_owned()
        };
        writeln!(code, "pub(super) const {name}: &str = {text};").map_err(io::Error::other)?;
    }
    let out = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("files.rs");
    fs::write(out, code)
}

fn write_list(code: &mut String, name: &str, folder: &Path, ending: &str) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == ending) {
                paths.push(path);
            }
        }
    }
    // The order of a folder is the file system's.
    paths.sort();
    writeln!(code, "pub(super) const {name}: &[(&str, &str)] = &[").map_err(io::Error::other)?;
    for path in paths {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        writeln!(code, "    ({stem:?}, include_str!({:?})),", path.display().to_string()).map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    Ok(())
}
