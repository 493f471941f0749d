//! `++ctrl+alt+del++`: what is written on the keys.

/// Names of keys, their class without `key-`, and what is written on them. Other names of one or more words are
/// written as they are, each word with a capital.
const KEYS: &[(&str, &str, &str)] = &[
    ("alt", "alt", "Alt"),
    ("altgr", "alt-graph", "AltGr"),
    ("ampersand", "ampersand", "&"),
    ("apostrophe", "apostrophe", "'"),
    ("arrow-down", "arrow-down", "Down"),
    ("arrow-left", "arrow-left", "Left"),
    ("arrow-right", "arrow-right", "Right"),
    ("arrow-up", "arrow-up", "Up"),
    ("asterisk", "asterisk", "*"),
    ("at", "at", "@"),
    ("backslash", "backslash", "\\"),
    ("backspace", "backspace", "Backspace"),
    ("backtick", "grave", "`"),
    ("bar", "bar", "|"),
    ("bksp", "backspace", "Backspace"),
    ("brace-left", "brace-left", "{"),
    ("brace-right", "brace-right", "}"),
    ("bracket-left", "bracket-left", "["),
    ("bracket-right", "bracket-right", "]"),
    ("break", "break", "Break"),
    ("capital", "caps-lock", "Caps Lock"),
    ("caps", "caps-lock", "Caps Lock"),
    ("caps-lock", "caps-lock", "Caps Lock"),
    ("cmd", "command", "Cmd"),
    ("colon", "colon", ":"),
    ("comma", "comma", ","),
    ("command", "command", "Cmd"),
    ("context-menu", "context-menu", "Menu"),
    ("control", "control", "Ctrl"),
    ("ctrl", "control", "Ctrl"),
    ("del", "delete", "Del"),
    ("delete", "delete", "Del"),
    ("dot", "period", "."),
    ("down", "arrow-down", "Down"),
    ("end", "end", "End"),
    ("enter", "enter", "Enter"),
    ("equal", "equal", "="),
    ("esc", "escape", "Esc"),
    ("escape", "escape", "Esc"),
    ("exclam", "exclam", "!"),
    ("fn", "function", "Fn"),
    ("function", "function", "Fn"),
    ("grave", "grave", "`"),
    ("hash", "hash", "#"),
    ("home", "home", "Home"),
    ("hyphen", "minus", "-"),
    ("ins", "insert", "Ins"),
    ("insert", "insert", "Ins"),
    ("left", "arrow-left", "Left"),
    ("menu", "context-menu", "Menu"),
    ("meta", "meta", "Meta"),
    ("minus", "minus", "-"),
    ("opt", "option", "Option"),
    ("option", "option", "Option"),
    ("page-down", "page-down", "Page Down"),
    ("page-up", "page-up", "Page Up"),
    ("pause", "pause", "Pause"),
    ("percent", "percent", "%"),
    ("period", "period", "."),
    ("pg-dn", "page-down", "Page Down"),
    ("pg-up", "page-up", "Page Up"),
    ("pipe", "bar", "|"),
    ("plus", "plus", "+"),
    ("print", "print-screen", "Print Screen"),
    ("print-screen", "print-screen", "Print Screen"),
    ("question", "question", "?"),
    ("return", "enter", "Enter"),
    ("right", "arrow-right", "Right"),
    ("semicolon", "semicolon", ";"),
    ("shift", "shift", "Shift"),
    ("slash", "slash", "/"),
    ("space", "space", "Space"),
    ("super", "super", "Super"),
    ("tab", "tab", "Tab"),
    ("tilde", "tilde", "~"),
    ("underscore", "underscore", "_"),
    ("up", "arrow-up", "Up"),
    ("win", "windows", "Win"),
    ("windows", "windows", "Win"),
];

/// A key as written between the plus signs: its class, and what is written on it. A key in quotes has no class
/// and shows what stands between them.
pub(super) fn key(written: &str) -> (Option<String>, String) {
    let quotes = |c| matches!(c, '"' | '\'');
    if let Some(text) = written.strip_prefix(quotes).and_then(|text| text.strip_suffix(quotes)) {
        return (None, text.to_string());
    }
    let name = written.trim().to_ascii_lowercase().replace('_', "-");
    let known = KEYS.binary_search_by_key(&name.as_str(), |(name, _, _)| name).ok();
    match known.and_then(|index| KEYS.get(index)) {
        Some((_, class, label)) => (Some(format!("key-{class}")), (*label).to_string()),
        None => (Some(format!("key-{name}")), name.split('-').map(capitalised).collect::<Vec<_>>().join(" ")),
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_a_class_and_a_label() {
        let pair = |class: &str, label: &str| (Some(class.to_string()), label.to_string());
        assert!(KEYS.is_sorted());
        assert_eq!(key("ctrl"), pair("key-control", "Ctrl"));
        assert_eq!(key("page-up"), pair("key-page-up", "Page Up"));
        assert_eq!(key("up"), pair("key-arrow-up", "Up"));
        assert_eq!(key("a"), pair("key-a", "A"));
        assert_eq!(key("f12"), pair("key-f12", "F12"));
        assert_eq!(key("\"My Key\""), (None, "My Key".to_string()));
    }
}
