//! The colours and fonts that a site chooses, as an addition to the style sheet.

use crate::markdown::diagram::{Colour, LEGIBLE};
use crate::site::config::Theme;

/// White, which stands on coloured grounds.
pub(super) const WHITE: Colour = Colour([255; 3]);

/// The colour of a theme for which none is chosen, as `assets/theme/00-colours.css` has it.
const OWN: Colour = Colour([0x1b, 0x58, 0xa8]);

/// The names that `theme.palette` of Material for MkDocs takes, each as a colour that white text is readable
/// on, and one that is readable on a dark page.
const NAMED: [(&str, &str, &str); 21] = [
    ("red", "#c62828", "#ef9a9a"),
    ("pink", "#c2185b", "#f48fb1"),
    ("purple", "#7b1fa2", "#ce93d8"),
    ("deep purple", "#512da8", "#b39ddb"),
    ("indigo", "#3949ab", "#9fa8da"),
    ("blue", "#1565c0", "#90caf9"),
    ("light blue", "#0277bd", "#81d4fa"),
    ("cyan", "#00727f", "#80deea"),
    ("teal", "#00695c", "#80cbc4"),
    ("green", "#2e7d32", "#a5d6a7"),
    ("light green", "#3f7022", "#c5e1a5"),
    ("lime", "#63690f", "#e6ee9c"),
    ("yellow", "#7a5f00", "#fff59d"),
    ("amber", "#8a5a00", "#ffe082"),
    ("orange", "#a84a00", "#ffcc80"),
    ("deep orange", "#bf360c", "#ffab91"),
    ("brown", "#5d4037", "#bcaaa4"),
    ("grey", "#616161", "#bdbdbd"),
    ("blue grey", "#455a64", "#b0bec5"),
    ("black", "#000000", "#e0e0e0"),
    ("white", "#424242", "#ffffff"),
];

/// Rules for what is chosen; empty when nothing is, or when a value is not what it should be.
pub(super) fn style(theme: &Theme) -> String {
    let colour = |name, value: &Option<String>| {
        let (light, dark) = pair(value.as_deref()?)?;
        Some(format!(":root{{{name}:light-dark({light},{dark})}}\n"))
    };
    let font = |name, value: &Option<String>| {
        Some(format!(":root{{{name}:{},var({name}-default)}}\n", fonts(value.as_deref()?)?))
    };
    let rules = [
        colour("--md-primary-fg-color", &theme.primary),
        colour("--md-accent-fg-color", &theme.accent),
        font("--md-text-font-family", &theme.font),
        font("--md-code-font-family", &theme.code_font),
    ];
    rules.into_iter().flatten().collect()
}

/// The chosen colour as a ground for white text, darkened where that could not be read on it.
pub(super) fn ground(primary: Option<&str>) -> Colour {
    let chosen = primary.and_then(pair).and_then(|(light, _)| Colour::read(&light));
    let mut colour = chosen.unwrap_or(OWN);
    while colour.contrast(WHITE) < LEGIBLE {
        colour = colour.mixed(Colour([0; 3]), 25);
    }
    colour
}

/// Names of fonts with commas between them, and nothing that could end the rule they are put into.
fn fonts(value: &str) -> Option<&str> {
    let is_name = |letter: char| letter.is_alphanumeric() || " ,-_\"'".contains(letter);
    let closed = |quote| value.matches(quote).count().is_multiple_of(2);
    (value.chars().all(is_name) && closed('"') && closed('\'') && !value.trim().is_empty())
        .then(|| value.trim())
}

fn pair(value: &str) -> Option<(String, String)> {
    let name = value.replace('-', " ").to_lowercase();
    if let Some((_, light, dark)) = NAMED.iter().find(|(own, ..)| *own == name) {
        return Some((light.to_string(), dark.to_string()));
    }
    let digits = value.strip_prefix('#')?;
    let is_colour = matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    // On a dark page the same hue, lighter: half way to white.
    is_colour.then(|| (value.to_string(), format!("color-mix(in srgb,{value},#fff 50%)")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colours(primary: Option<&str>, accent: Option<&str>) -> String {
        let own = |value: Option<&str>| value.map(str::to_string);
        style(&Theme { primary: own(primary), accent: own(accent), ..Theme::default() })
    }

    #[test]
    fn names_and_hex_values_are_colours_and_nothing_else_gets_in() {
        assert_eq!(colours(Some("blue"), None), ":root{--md-primary-fg-color:light-dark(#1565c0,#90caf9)}\n");
        assert!(colours(None, Some("#0a7")).contains("--md-accent-fg-color:light-dark(#0a7,"));
        assert_eq!(colours(Some("red}body{display:none"), Some("#12345")), "");
    }

    #[test]
    fn a_ground_is_dark_enough_for_white_text() {
        assert_eq!(ground(Some("teal")), Colour([0x00, 0x69, 0x5c]));
        assert_eq!(ground(Some("#048")), Colour([0x00, 0x44, 0x88]));
        assert_eq!((ground(None), ground(Some("no colour"))), (OWN, OWN));
        let css = include_str!("../../assets/theme/00-colours.css");
        assert!(css.contains("--md-primary-fg-color: light-dark(#1b58a8,"), "the theme has another colour");
        let lime = ground(Some("#ffee00"));
        assert!(lime.contrast(WHITE) >= LEGIBLE && lime.0[0] > lime.0[2]);
    }

    #[test]
    fn fonts_stand_before_the_default_ones_and_nothing_else_gets_in() {
        let of = |font: &str| style(&Theme { font: Some(font.to_string()), ..Theme::default() });
        let rule = |fonts: &str| {
            format!(":root{{--md-text-font-family:{fonts},var(--md-text-font-family-default)}}\n")
        };
        assert_eq!(of("\"Source Sans 3\", Inter"), rule("\"Source Sans 3\", Inter"));
        assert_eq!(of("x;}body{display:none"), "");
        assert_eq!(of("\"x"), "");
    }
}
