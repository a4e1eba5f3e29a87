//! The WASM entry: takes over the page that the server rendered.

use app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's own script once the WASM is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
    // For whoever has to know that the page answers now, such as a browser test.
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("data-awake", "true");
    }
}
