//! Where to go after signing in. The address comes from outside, so only paths of our own are taken.

pub(super) const HOME: &str = "/home";

/// The path in `?next=`, or home when it is not one of ours: browsers read `//` and `/\` as
/// another host, and drop tabs and line ends before they look.
pub(super) fn safe_path(next: Option<String>) -> String {
    next.filter(|path| is_ours(path)).unwrap_or_else(|| HOME.to_owned())
}

fn is_ours(path: &str) -> bool {
    let plain = path.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    plain && path.starts_with('/') && !path.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_are_followed() {
        for ours in ["/home", "/accounts/1?x=%20y", "/"] {
            assert_eq!(safe_path(Some(ours.into())), ours);
        }
        for foreign in [
            "",
            "home",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
        ] {
            assert_eq!(safe_path(Some(foreign.into())), HOME, "{foreign:?}");
        }
        assert_eq!(safe_path(None), HOME);
    }
}
