//! A QR code. It is dark on light in both themes: cameras do not read the reverse.

use leptos::prelude::*;

/// Squares of light around it, as the standard asks (ISO/IEC 18004).
const QUIET: u16 = 4;

#[component]
pub fn Qr(
    /// Squares on each side.
    size: u16,
    /// The dark squares, as the path of an SVG.
    path: String,
    /// What it leads to, for whoever cannot see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let whole = size + 2 * QUIET;
    view! {
        <svg class="qr" role="img" aria-label=label viewBox=format!("-{QUIET} -{QUIET} {whole} {whole}")>
            <path d=path />
        </svg>
    }
}
