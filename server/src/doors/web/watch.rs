//! Under `cargo leptos watch` the style sheet is changed while pages are open. It is then written without a hash in its
//! name, beside the hashed one of the last whole build, and the page is told that plain name: so pages name it plainly
//! there (`app::shell`), and get whichever was written last.

use axum::extract::Request;
use axum::http::Uri;
use leptos::config::LeptosOptions;
use std::path::Path;

/// Set by `cargo leptos watch`, for the server that it starts.
const WATCHED: &str = "LEPTOS_WATCH";

pub(super) fn is_on() -> bool {
    std::env::var_os(WATCHED).is_some()
}

/// Leads the plain name of the style sheet to the file that was written last.
pub(super) fn newest_style(mut request: Request, options: &LeptosOptions) -> Request {
    let plain = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    if request.uri().path() == plain {
        let folder = Path::new(options.site_root.as_ref()).join(options.site_pkg_dir.as_ref());
        let newest = newest(&folder, &options.output_name);
        if let Some(uri) = newest.and_then(|name| format!("/{}/{name}", options.site_pkg_dir).parse::<Uri>().ok()) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The style sheet of that name, with a hash or without, that was written last.
fn newest(folder: &Path, name: &str) -> Option<String> {
    let files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let styles = files.filter_map(|file| {
        let called = file.file_name().into_string().ok()?;
        let ours =
            called.starts_with(&format!("{name}.")) && Path::new(&called).extension().is_some_and(|end| end == "css");
        Some((file.metadata().ok()?.modified().ok()?, called)).filter(|_| ours)
    });
    styles.max().map(|(_, called)| called)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    #[test]
    fn the_style_sheet_that_was_written_last_is_the_one() {
        let folder = std::env::temp_dir().join(format!("larch-watch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, age_s: u64| {
            let file = std::fs::File::create(folder.join(name)).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 - age_s))
                .unwrap();
        };
        write("larch.older.css", 20);
        write("larch.newer.css", 10);
        write("larch.wasm", 0);
        write("other.css", 0);
        assert_eq!(newest(&folder, "larch").as_deref(), Some("larch.newer.css"));
        write("larch.css", 5);
        assert_eq!(newest(&folder, "larch").as_deref(), Some("larch.css"));
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(newest(&folder, "larch"), None);
    }
}
