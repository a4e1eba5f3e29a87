//! Lists the files of utterances, so that a new group is a new file and nothing else.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let data = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("data");
    println!("cargo::rerun-if-changed={}", data.display());
    let mut groups = Vec::new();
    for entry in fs::read_dir(data.join("intents"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            groups.push(path);
        }
    }
    // The order of a folder is the file system's; what is learned must not depend on it.
    groups.sort();
    let mut code = String::from("pub(super) const GROUPS: &[(&str, &str)] = &[\n");
    for path in groups {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        writeln!(code, "    ({name:?}, include_str!({:?})),", path.display().to_string()).map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("groups.rs");
    fs::write(out, code)
}
