//! `++ctrl+alt+del++`: what is written on the keys.

/// What is written on keys, by their names. On others it is the name, each word with a capital.
const LABELS: &[(&str, &str)] = &[
    ("alt-graph", "AltGr"),
    ("ampersand", "&"),
    ("apostrophe", "'"),
    ("arrow-down", "Down"),
    ("arrow-left", "Left"),
    ("arrow-right", "Right"),
    ("arrow-up", "Up"),
    ("asterisk", "*"),
    ("at", "@"),
    ("backslash", "\\"),
    ("backtab", "Back Tab"),
    ("bar", "|"),
    ("brace-left", "{"),
    ("brace-right", "}"),
    ("bracket-left", "["),
    ("bracket-right", "]"),
    ("colon", ":"),
    ("comma", ","),
    ("command", "Cmd"),
    ("context-menu", "Menu"),
    ("control", "Ctrl"),
    ("delete", "Del"),
    ("double-quote", "\""),
    ("equal", "="),
    ("escape", "Esc"),
    ("exclam", "!"),
    ("function", "Fn"),
    ("grave", "`"),
    ("greater", ">"),
    ("hash", "#"),
    ("insert", "Ins"),
    ("left-control", "Left Ctrl"),
    ("left-windows", "Left Win"),
    ("less", "<"),
    ("media-next-track", "Next Track"),
    ("media-pause", "Pause"),
    ("media-play", "Play"),
    ("media-play-pause", "Play/Pause"),
    ("media-prev-track", "Previous Track"),
    ("media-stop", "Stop"),
    ("minus", "-"),
    ("num-asterisk", "Num *"),
    ("num-delete", "Num Del"),
    ("num-equal", "Num ="),
    ("num-minus", "Num -"),
    ("num-plus", "Num +"),
    ("num-separator", "Num ."),
    ("num-slash", "Num /"),
    ("num0", "Num 0"),
    ("num1", "Num 1"),
    ("num2", "Num 2"),
    ("num3", "Num 3"),
    ("num4", "Num 4"),
    ("num5", "Num 5"),
    ("num6", "Num 6"),
    ("num7", "Num 7"),
    ("num8", "Num 8"),
    ("num9", "Num 9"),
    ("percent", "%"),
    ("period", "."),
    ("plus", "+"),
    ("question", "?"),
    ("right-control", "Right Ctrl"),
    ("right-windows", "Right Win"),
    ("semicolon", ";"),
    ("single-quote", "'"),
    ("slash", "/"),
    ("tilde", "~"),
    ("underscore", "_"),
    ("volume-mute", "Mute"),
    ("windows", "Win"),
    ("x-button1", "X Button 1"),
    ("x-button2", "X Button 2"),
];

/// Other names of keys.
const ALIASES: &[(&str, &str)] = &[
    ("add", "num-plus"),
    ("altgr", "alt-graph"),
    ("apps", "context-menu"),
    ("back", "backspace"),
    ("backtick", "grave"),
    ("bksp", "backspace"),
    ("bktab", "backtab"),
    ("cancel", "break"),
    ("capital", "caps-lock"),
    ("caps", "caps-lock"),
    ("close-brace", "brace-right"),
    ("close-bracket", "bracket-right"),
    ("clr", "clear"),
    ("cmd", "command"),
    ("cplk", "caps-lock"),
    ("ctrl", "control"),
    ("dblquote", "double-quote"),
    ("decimal", "num-separator"),
    ("del", "delete"),
    ("divide", "num-slash"),
    ("dot", "period"),
    ("down", "arrow-down"),
    ("esc", "escape"),
    ("exclamation", "exclam"),
    ("favorites", "browser-favorites"),
    ("fn", "function"),
    ("forward", "browser-forward"),
    ("grave-accent", "grave"),
    ("greater-than", "greater"),
    ("gt", "greater"),
    ("hyphen", "minus"),
    ("ins", "insert"),
    ("lalt", "left-alt"),
    ("launch-mail", "mail"),
    ("launch-media", "media"),
    ("lbutton", "left-button"),
    ("lcmd", "left-command"),
    ("lcommand", "left-command"),
    ("lcontrol", "left-control"),
    ("lctrl", "left-control"),
    ("left", "arrow-left"),
    ("left-cmd", "left-command"),
    ("left-ctrl", "left-control"),
    ("left-opt", "left-option"),
    ("left-win", "left-windows"),
    ("less-than", "less"),
    ("lmeta", "left-meta"),
    ("lopt", "left-option"),
    ("loption", "left-option"),
    ("lshift", "left-shift"),
    ("lsuper", "left-super"),
    ("lt", "less"),
    ("lwin", "left-windows"),
    ("lwindows", "left-windows"),
    ("mbutton", "middle-button"),
    ("menu", "context-menu"),
    ("multiply", "num-asterisk"),
    ("mute", "volume-mute"),
    ("next", "page-down"),
    ("next-track", "media-next-track"),
    ("num-del", "num-delete"),
    ("numlk", "num-lock"),
    ("open-brace", "brace-left"),
    ("open-bracket", "bracket-left"),
    ("opt", "option"),
    ("page-dn", "page-down"),
    ("pause", "media-pause"),
    ("pg-dn", "page-down"),
    ("pg-up", "page-up"),
    ("pipe", "bar"),
    ("play", "media-play"),
    ("play-pause", "media-play-pause"),
    ("prev-track", "media-prev-track"),
    ("prior", "page-up"),
    ("prtsc", "print-screen"),
    ("question-mark", "question"),
    ("ralt", "right-alt"),
    ("rbutton", "right-button"),
    ("rcmd", "right-command"),
    ("rcommand", "right-command"),
    ("rcontrol", "right-control"),
    ("rctrl", "right-control"),
    ("refresh", "browser-refresh"),
    ("return", "enter"),
    ("right", "arrow-right"),
    ("right-cmd", "right-command"),
    ("right-ctrl", "right-control"),
    ("right-opt", "right-option"),
    ("right-win", "right-windows"),
    ("rmeta", "right-meta"),
    ("ropt", "right-option"),
    ("roption", "right-option"),
    ("rshift", "right-shift"),
    ("rsuper", "right-super"),
    ("rwin", "right-windows"),
    ("rwindows", "right-windows"),
    ("scroll", "scroll-lock"),
    ("search", "browser-search"),
    ("separator", "num-separator"),
    ("spc", "space"),
    ("stop", "media-stop"),
    ("subtract", "num-minus"),
    ("tabulator", "tab"),
    ("up", "arrow-up"),
    ("vol-down", "volume-down"),
    ("vol-mute", "volume-mute"),
    ("vol-up", "volume-up"),
    ("win", "windows"),
    ("xbutton1", "x-button1"),
    ("xbutton2", "x-button2"),
];

/// A key as written between the plus signs: its class, and what is written on it. A key in quotes has no class
/// and shows what stands between them.
pub(super) fn key(written: &str) -> (Option<String>, String) {
    let quotes = |c| matches!(c, '"' | '\'');
    if let Some(text) = written.strip_prefix(quotes).and_then(|text| text.strip_suffix(quotes)) {
        return (None, text.to_string());
    }
    let name = written.trim().to_ascii_lowercase().replace('_', "-");
    let name = of(ALIASES, &name).map_or(name.as_str(), |name| name);
    let label = of(LABELS, name).map(str::to_string);
    let label = label.unwrap_or_else(|| name.split('-').map(capitalised).collect::<Vec<_>>().join(" "));
    (Some(format!("key-{name}")), label)
}

/// The value of `name` in a sorted table.
fn of(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let index = table.binary_search_by_key(&name, |(name, _)| name).ok()?;
    table.get(index).map(|(_, value)| *value)
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
        assert!(LABELS.is_sorted() && ALIASES.is_sorted());
        assert!(ALIASES.iter().all(|(_, name)| of(ALIASES, name).is_none()));
        assert_eq!(key("ctrl"), pair("key-control", "Ctrl"));
        assert_eq!(key("page-up"), pair("key-page-up", "Page Up"));
        assert_eq!(key("up"), pair("key-arrow-up", "Up"));
        assert_eq!(key("a"), pair("key-a", "A"));
        assert_eq!(key("f12"), pair("key-f12", "F12"));
        assert_eq!(key("rctrl"), pair("key-right-control", "Right Ctrl"));
        assert_eq!(key("num1"), pair("key-num1", "Num 1"));
        assert_eq!(key("prtsc"), pair("key-print-screen", "Print Screen"));
        assert_eq!(key("\"My Key\""), (None, "My Key".to_string()));
    }
}
