//! Light, dark, or as the device says. The choice lives in a cookie, so that the server already
//! sends the right page and nothing flashes.

use crate::design::{Filled, Icon};
use leptos::html;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

pub(super) const LIGHT_COLOUR_ID: &str = "theme-colour-light";
pub(super) const DARK_COLOUR_ID: &str = "theme-colour-dark";

/// The colours of the page in `style/_tokens.scss`, for the browser's own frame.
const PAPER_LIGHT: &str = "#faf7f1";
const PAPER_DARK: &str = "#101512";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Theme {
    Light,
    Dark,
    /// As the device says.
    #[default]
    Auto,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Light, Self::Auto, Self::Dark];

    /// As in the cookie `__Host-theme` and in the attribute `data-bs-theme`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Auto => "auto",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Auto => "As on this device",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Light => "sun",
            Self::Dark => "moon",
            Self::Auto => "circle-half",
        }
    }

    pub(super) const fn colour_when_light(self) -> &'static str {
        match self {
            Self::Dark => PAPER_DARK,
            Self::Light | Self::Auto => PAPER_LIGHT,
        }
    }

    pub(super) const fn colour_when_dark(self) -> &'static str {
        match self {
            Self::Light => PAPER_LIGHT,
            Self::Dark | Self::Auto => PAPER_DARK,
        }
    }
}

/// The colour of the browser's own frame under one preference of the device.
pub(super) fn frame_colour(id: &'static str, media: &'static str, colour: &'static str) -> impl IntoView {
    html::meta()
        .id(id)
        .name("theme-color")
        .content(colour)
        .attr("media", media)
}

/// Reads the cookie's value. Whatever is not a theme means the default.
impl FromStr for Theme {
    type Err = std::convert::Infallible;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Ok(Self::ALL
            .into_iter()
            .find(|theme| theme.code() == code)
            .unwrap_or_default())
    }
}

/// The visitor's choice. The server puts it in the context, from the cookie `__Host-theme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ThemeChoice(pub Theme);

#[derive(Clone, Copy)]
struct SharedTheme(RwSignal<Theme>);

/// Carries the server's choice over to the browser.
pub(crate) fn provide_theme() {
    let choice = SharedValue::new(|| use_context::<ThemeChoice>().unwrap_or_default().0);
    provide_context(SharedTheme(RwSignal::new(choice.into_inner())));
}

fn apply(theme: Theme) {
    let document = document();
    if let Some(root) = document.document_element() {
        // A constant name and value: never refused.
        _ = root.set_attribute("data-bs-theme", theme.code());
    }
    for (id, colour) in [
        (LIGHT_COLOUR_ID, theme.colour_when_light()),
        (DARK_COLOUR_ID, theme.colour_when_dark()),
    ] {
        if let Some(meta) = document.get_element_by_id(id) {
            _ = meta.set_attribute("content", colour);
        }
    }
    let cookie = cookie(theme);
    // Without cookies the choice lasts until the page is left.
    _ = js_sys::Reflect::set(&document, &"cookie".into(), &cookie.into());
}

/// `__Host-`: no other host and no open line can set it. Browsers treat `localhost` as secure.
fn cookie(theme: Theme) -> String {
    format!(
        "__Host-theme={}; Path=/; Max-Age=31536000; SameSite=Lax; Secure",
        theme.code()
    )
}

fn choose(current: RwSignal<Theme>, theme: Theme) {
    current.set(theme);
    apply(theme);
}

/// What was chosen before the page was awake wins over what the server knew.
fn keep_in_step(group: NodeRef<html::Fieldset>, current: RwSignal<Theme>) {
    let first = current.get_untracked();
    Effect::new(move |seen: Option<bool>| {
        let wanted = current.get();
        let Some(group) = group.get() else {
            return seen.unwrap_or_default();
        };
        let pressed = Theme::ALL.into_iter().find(|theme| theme.code() == group.filled());
        match pressed.filter(|pressed| seen != Some(true) && *pressed != first) {
            Some(pressed) if pressed != wanted => choose(current, pressed),
            _ => group.fill(wanted.code()),
        }
        true
    });
}

/// Chooses the theme, at once and for next time. `name` tells several of them on a page apart.
#[component]
pub fn ThemeSwitch(#[prop(default = "theme")] name: &'static str) -> impl IntoView {
    let current = use_context::<SharedTheme>().map_or_else(|| RwSignal::new(Theme::Auto), |shared| shared.0);
    let group = NodeRef::<html::Fieldset>::new();
    keep_in_step(group, current);
    let choice = move |theme: Theme| {
        view! {
            <label class="segment" title=theme.label()>
                <input
                    type="radio"
                    class="segment-input"
                    name=name
                    value=theme.code()
                    checked=current.get_untracked() == theme
                    autocomplete="off"
                    on:change=move |_| choose(current, theme)
                />
                <Icon name=theme.icon() />
                <span class="visually-hidden">{theme.label()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="segments theme-switch" node_ref=group>
            <legend class="visually-hidden">"Light or dark"</legend>
            {Theme::ALL.map(choice).collect_view()}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_read_and_anything_else_means_auto() {
        for theme in Theme::ALL {
            assert_eq!(theme.code().parse(), Ok(theme));
        }
        assert_eq!("Dark; x".parse(), Ok(Theme::Auto));
        assert_eq!("".parse(), Ok(Theme::Auto));
    }

    #[test]
    fn the_cookie_is_set_for_this_host_alone_and_over_closed_lines() {
        let cookie = cookie(Theme::Dark);
        assert!(
            cookie.starts_with("__Host-theme=dark; Path=/;") && cookie.ends_with("; Secure"),
            "{cookie}"
        );
        assert!(
            cookie.contains("SameSite=Lax") && !cookie.contains("Domain"),
            "{cookie}"
        );
    }
}
