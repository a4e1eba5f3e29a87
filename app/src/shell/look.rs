//! Looking for news, but only for whoever is there: in a tab that is seen, and for two minutes after the last key or press.
//! A session that nobody uses must be able to end.

use leptos::ev;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How often that is done for somebody who does nothing: two minutes.
const LOOKS_MAX: u32 = 12;

/// Looks again and again, until the reactive owner ends.
pub(crate) fn look_while_used(look: impl Fn() + 'static) {
    let left = StoredValue::new(LOOKS_MAX);
    let look = move || {
        let hidden = js_sys::Reflect::get(&document(), &"hidden".into()).is_ok_and(|hidden| hidden.is_truthy());
        let looks = left.try_get_value().unwrap_or_default();
        if !hidden && looks > 0 {
            left.set_value(looks - 1);
            look();
        }
    };
    let typed = window_event_listener(ev::keydown, move |_| left.set_value(LOOKS_MAX));
    let pressed = window_event_listener(ev::pointerdown, move |_| left.set_value(LOOKS_MAX));
    let watch = StoredValue::new_local(set_interval_with_handle(look, LOOK_EVERY).ok());
    on_cleanup(move || {
        typed.remove();
        pressed.remove();
        _ = watch.try_with_value(|watch| watch.as_ref().map(IntervalHandle::clear));
    });
}

/// Does something when nobody has pressed or typed anything for this long.
pub(crate) fn when_unused(most: Duration, then: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        let minutes = StoredValue::new(0_u64);
        let then = then.clone();
        let look = move || {
            let unused = minutes.try_get_value().unwrap_or_default() + 1;
            minutes.set_value(unused);
            if Duration::from_mins(unused) >= most {
                then();
            }
        };
        let typed = window_event_listener(ev::keydown, move |_| minutes.set_value(0));
        let pressed = window_event_listener(ev::pointerdown, move |_| minutes.set_value(0));
        let watch = StoredValue::new_local(set_interval_with_handle(look, Duration::from_mins(1)).ok());
        on_cleanup(move || {
            typed.remove();
            pressed.remove();
            _ = watch.try_with_value(|watch| watch.as_ref().map(IntervalHandle::clear));
        });
    });
}
