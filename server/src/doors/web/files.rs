//! The site's files, and a page of ours for whatever is not there.
//!
//! Leptos has a handler for this that must not be used: it gives a file the headers of whatever page is being
//! rendered on the same thread, and takes them from that page. The page then has no policy of its own, and the file
//! could carry a cookie that was meant for somebody.

use super::watch;
use app::shell::shell;
use axum::extract::Request;
use axum::http::Uri;
use axum::{Router, middleware};
use futures::FutureExt as _;
use leptos::config::LeptosOptions;
use std::convert::Infallible;
use std::future::ready;
use tower::service_fn;
use tower_http::services::ServeDir;

/// Files as they are, compressed beforehand where that was done; otherwise the page that says that nothing lives here.
pub(super) fn or_not_found(options: LeptosOptions, open: impl Fn() + Clone + Send + Sync + 'static) -> Router {
    let (root, watched) = (options.site_root.to_string(), options.clone());
    let nowhere = leptos_axum::render_app_async_with_context(open, move || shell(options.clone()));
    let nowhere = service_fn(move |request| nowhere(request).map(Ok::<_, Infallible>));
    let files = ServeDir::new(root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip()
        .fallback(nowhere);
    let files = Router::new()
        .fallback_service(files)
        .layer(middleware::map_request(hide));
    if watch::is_on() {
        let newest = move |request: Request| ready(watch::newest_style(request, &watched));
        return files.layer(middleware::map_request(newest));
    }
    files
}

async fn hide(mut request: Request) -> Request {
    if is_hidden(request.uri().path()) {
        *request.uri_mut() = Uri::from_static("/hidden");
    }
    request
}

/// Whether a path leads to a file that folders do not show, such as those of a version control: never served, wherever
/// the site may lie.
fn is_hidden(path: &str) -> bool {
    let plain = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/");
    plain.split('/').any(|part| part.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{HeaderValue, StatusCode, header};
    use leptos::prelude::{Owner, provide_context};
    use leptos_axum::ResponseOptions;
    use tower::ServiceExt as _;

    fn site(folder: &std::path::Path) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name("larch")
            .site_root(folder.to_string_lossy().into_owned())
            .build()
    }

    #[tokio::test]
    async fn a_file_takes_nothing_from_a_page_that_is_being_rendered() {
        let folder = std::env::temp_dir().join(format!("larch-files-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("icons.svg"), "<svg/>").unwrap();
        // A page that waits for its data on this thread, with a cookie for whoever asked for it.
        let page = Owner::new_root(None);
        let answer = ResponseOptions::default();
        answer.insert_header(header::SET_COOKIE, HeaderValue::from_static("secret"));
        page.with(|| {
            provide_context(Request::new(Body::empty()).into_parts().0);
            provide_context(answer.clone());
        });
        let file = or_not_found(site(&folder), || {})
            .oneshot(Request::get("/icons.svg").body(Body::empty()).unwrap())
            .await
            .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(file.status(), StatusCode::OK);
        assert!(!file.headers().contains_key(header::SET_COOKIE));
        let kept = answer.0.read().unwrap();
        assert!(kept.headers.contains_key(header::SET_COOKIE), "the page keeps its own");
    }
}
