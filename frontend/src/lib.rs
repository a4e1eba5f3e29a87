//! The WASM entry: takes over the page that the server rendered.

use app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's own script once the WASM is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
