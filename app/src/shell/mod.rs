//! The document around the pages, and what every page has: the way around, who is visiting,
//! the theme, and signing out.

mod frame;
mod guard;
mod idle;
mod look;
mod sign_out;
mod theme;
mod visit;

pub use frame::Frame;
pub use guard::Protected;
pub use sign_out::SignOutForm;
pub use theme::{Theme, ThemeChoice, ThemeSwitch};
pub use visit::{leave_for, use_visit};

pub(crate) use look::{look_while_used, when_unused};
pub(crate) use theme::provide_theme;
pub(crate) use visit::{Inside, provide_visit, use_inside};

use crate::App;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags};

/// With a hash in its name, so that it can be kept for long. Under `cargo leptos watch` it is changed while the page is
/// open, and the page is told its plain name.
fn style_sheet(options: &LeptosOptions) -> AnyView {
    if std::env::var_os("LEPTOS_WATCH").is_none() {
        return view! { <HashedStylesheet options=options.clone() /> }.into_any();
    }
    let href = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! { <link rel="stylesheet" href=href /> }.into_any()
}

/// The whole document, as the server sends it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<ThemeChoice>().unwrap_or_default().0;
    view! {
        <!DOCTYPE html>
        <html lang="en" data-bs-theme=theme.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="description" content="Larch is a calm, exact bank for your everyday money." />
                {theme::frame_colour(theme::LIGHT_COLOUR_ID, "(prefers-color-scheme: light)", theme.colour_when_light())}
                {theme::frame_colour(theme::DARK_COLOUR_ID, "(prefers-color-scheme: dark)", theme.colour_when_dark())}
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/icons/larch-192.png" />
                {style_sheet(&options)}
                <AutoReload options=options.clone() />
                <HydrationScripts options=options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
