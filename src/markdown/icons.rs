//! Drawings for the icons that pages use most. They are our own, in the spirit of the sets whose names they
//! answer to; a shortcode that is not here stays text, and the page still says what was meant.

/// Names without set, style and size, and the paths of the drawing, in a box of 24 by 24.
const ICONS: &[(&str, &str)] = &[
    ("account", "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 20v-2c0-2.5 4-4 8-4s8 1.5 8 4v2z"),
    ("alert", "M12 3 1.5 21h21zm-1 7h2v5h-2zm0 7h2v2h-2z"),
    ("alert-circle", "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1 5h2v7h-2zm0 9h2v2h-2z"),
    ("arrow-down", "M11 4h2v12l5-5 1.4 1.4L12 20l-7.4-7.6L6 11l5 5z"),
    ("arrow-left", "M20 11v2H8l5 5-1.4 1.4L4 12l7.6-7.4L13 6l-5 5z"),
    ("arrow-right", "M4 11v2h12l-5 5 1.4 1.4L20 12l-7.6-7.4L11 6l5 5z"),
    ("arrow-up", "M11 20h2V8l5 5 1.4-1.4L12 4l-7.4 7.6L6 13l5-5z"),
    ("book", "M5 3h13a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H5zm3 3v2h8V6zm0 4v2h8v-2z"),
    ("check", "M9.5 17.2 4.3 12l-1.5 1.5 6.7 6.7L21.2 8.5 19.7 7z"),
    ("check-circle", "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1.5 14.4L6 11.9l1.5-1.5 3 3 6-6L18 8.9z"),
    ("clock", "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1 4h2v5.6l3.7 3.7-1.4 1.4-4.3-4.3z"),
    ("close", "M5.4 4 4 5.4 10.6 12 4 18.6 5.4 20l6.6-6.6 6.6 6.6 1.4-1.4-6.6-6.6L20 5.4 18.6 4 12 10.6z"),
    (
        "close-circle",
        "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zM8.4 7 12 10.6 15.6 7 17 8.4 13.4 12l3.6 3.6-1.4 1.4-3.6-3.6L8.4 17 7 15.6l3.6-3.6L7 8.4z",
    ),
    ("download", "M11 3h2v9l4-4 1.4 1.4L12 16 5.6 9.4 7 8l4 4zM4 18h16v2H4z"),
    ("file", "M5 2h9l5 5v15H5zm8 2v5h5z"),
    ("folder", "M2 5h8l2 2h10v13H2z"),
    (
        "git",
        "M7 3a3 3 0 0 0-1 5.8v6.4a3 3 0 1 0 2 0V13c1 .6 2 1 4 1h1.2a3 3 0 1 0 0-2H12c-2.5 0-3.6-1-3.9-3.3A3 3 0 0 0 7 3z",
    ),
    ("heart", "M12 21 3.5 12.5a5.5 5.5 0 0 1 8.5-7 5.5 5.5 0 0 1 8.5 7z"),
    ("information", "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1 5h2v2h-2zm0 4h2v6h-2z"),
    ("lightbulb", "M12 2a7 7 0 0 0-4 12.7V17h8v-2.3A7 7 0 0 0 12 2zM8 18h8v2H8zm2 3h4v1h-4z"),
    (
        "link",
        "M7 7h4v2H7a3 3 0 0 0 0 6h4v2H7A5 5 0 0 1 7 7zm6 0h4a5 5 0 0 1 0 10h-4v-2h4a3 3 0 0 0 0-6h-4zm-5 4h8v2H8z",
    ),
    ("lock", "M12 2a5 5 0 0 0-5 5v3H5v12h14V10h-2V7a5 5 0 0 0-5-5zm0 2a3 3 0 0 1 3 3v3H9V7a3 3 0 0 1 3-3z"),
    (
        "magnify",
        "M10 3a7 7 0 1 0 4.2 12.6L19.6 21 21 19.6l-5.4-5.4A7 7 0 0 0 10 3zm0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
    ),
    ("minus", "M4 11h16v2H4z"),
    ("open-in-new", "M4 4h7v2H6v12h12v-5h2v7H4zm10 0h6v6h-2V7.4l-7.3 7.3-1.4-1.4L16.6 6H14z"),
    ("plus", "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z"),
    (
        "question",
        "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 4a4 4 0 0 1 4 4c0 2-3 2.6-3 4v1h-2v-1c0-2.5 3-3 3-4a2 2 0 0 0-4 0H8a4 4 0 0 1 4-4zm-1 10h2v2h-2z",
    ),
    (
        "rss",
        "M4 4a16 16 0 0 1 16 16h-3A13 13 0 0 0 4 7zm0 6a10 10 0 0 1 10 10h-3a7 7 0 0 0-7-7zm2.2 5.6a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z",
    ),
    ("shield", "M12 2 4 5v6c0 5 3.4 9.3 8 11 4.6-1.7 8-6 8-11V5z"),
    ("star", "m12 2 3 6.6 7.1.8-5.3 4.8 1.5 7L12 17.6l-6.3 3.6 1.5-7L1.9 9.4 9 8.6z"),
    ("tag", "M3 3h9l9 9-9 9-9-9zm4 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"),
    (
        "wrench",
        "M21 6.5a5.5 5.5 0 0 1-7.3 5.2L7 18.4A2 2 0 1 1 5.6 17l6.7-6.7A5.5 5.5 0 0 1 19 3.5l-3 3 1.5 1.5 3-3z",
    ),
];

/// Other names of the same drawings.
const ALIASES: &[(&str, &str)] = &[
    ("alert-octagon", "alert-circle"),
    ("alert-outline", "alert"),
    ("arrow-right-circle", "arrow-right"),
    ("bug", "alert-circle"),
    ("check-bold", "check"),
    ("circle-check", "check-circle"),
    ("circle-info", "information"),
    ("circle-xmark", "close-circle"),
    ("clock-fast", "clock"),
    ("clock-outline", "clock"),
    ("github", "git"),
    ("gitlab", "git"),
    ("git-branch", "git"),
    ("help", "question"),
    ("help-circle", "question"),
    ("info", "information"),
    ("information-outline", "information"),
    ("link-external", "open-in-new"),
    ("mark-github", "git"),
    ("lightbulb-on", "lightbulb"),
    ("search", "magnify"),
    ("shield-check", "shield"),
    ("shield-lock", "shield"),
    ("source-branch", "git"),
    ("tools", "wrench"),
    ("triangle-exclamation", "alert"),
    ("user", "account"),
    ("x", "close"),
    ("xmark", "close"),
];

/// What stands in front of an icon's own name.
const SETS: &[&str] = &[
    "material-",
    "octicons-",
    "fontawesome-solid-",
    "fontawesome-regular-",
    "fontawesome-brands-",
    "simple-",
];

/// The drawing of an icon, as an `<svg>` element that takes the colour and size of the text around it. The name
/// is that of a shortcode (`material-check`) or of a setting (`material/check`); `None` when there is none.
pub fn icon(name: &str) -> Option<String> {
    let path = path(name)?;
    Some(format!(
        "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\" fill=\"currentColor\" \
         fill-rule=\"evenodd\"><path d=\"{path}\"></path></svg>"
    ))
}

fn path(name: &str) -> Option<&'static str> {
    let name = name.replace('/', "-");
    let bare = SETS.iter().find_map(|set| name.strip_prefix(set))?;
    let sized = ["-16", "-24", "-outline"].iter().find_map(|size| bare.strip_suffix(size)).unwrap_or(bare);
    let drawn = ALIASES.iter().find(|(alias, _)| *alias == sized).map_or(sized, |(_, drawn)| drawn);
    ICONS.iter().find(|(own, _)| *own == drawn).map(|(_, path)| *path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_answers_to_the_names_of_several_sets() {
        let check = icon("material-check");
        assert!(check.as_ref().is_some_and(|svg| svg.starts_with("<svg ")));
        assert_eq!(icon("octicons-check-24"), check);
        assert_eq!(icon("fontawesome/solid/check"), check);
        assert!(icon("fontawesome/brands/github").is_some());
        assert_eq!(icon("material-no-such-thing"), None);
        assert_eq!(icon("check"), None);
    }

    #[test]
    fn every_alias_leads_to_a_drawing() {
        for (alias, drawn) in ALIASES {
            assert!(ICONS.iter().any(|(name, _)| name == drawn), "{alias} -> {drawn}");
        }
        assert!(ICONS.is_sorted_by_key(|(name, _)| name));
    }
}
