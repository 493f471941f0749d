//! Keys by their names.

use serde_json::{Value, json};

/// A key with those that are held beside it.
#[derive(Debug)]
pub(super) struct Key {
    key: String,
    code: String,
    number: u32,
    text: Option<String>,
    held: u32,
}

/// Keys that write nothing, with the numbers that Windows gave them.
const NAMED: &[(&str, u32)] = &[
    ("Backspace", 8),
    ("Tab", 9),
    ("Enter", 13),
    ("Escape", 27),
    ("End", 35),
    ("Home", 36),
    ("ArrowLeft", 37),
    ("ArrowUp", 38),
    ("ArrowRight", 39),
    ("ArrowDown", 40),
    ("Delete", 46),
];

impl Key {
    /// `Tab`, `Shift+Tab`, `Control+k`, `a`, `/`.
    pub(super) fn of(keys: &str) -> Key {
        let (held, key) = match keys.rsplit_once('+') {
            Some((held, key)) if !held.is_empty() && !key.is_empty() => (held, key),
            _ => ("", keys),
        };
        let held = held.split('+').map(modifier).sum();
        match NAMED.iter().find(|(name, _)| *name == key) {
            Some((name, number)) => Key {
                key: (*name).to_string(),
                code: (*name).to_string(),
                number: *number,
                text: (*name == "Enter").then(|| "\r".to_string()),
                held,
            },
            None => Key::letter(key, held),
        }
    }

    fn letter(key: &str, held: u32) -> Key {
        let letter = key.chars().next().expect("a key");
        let code = match letter {
            ' ' => "Space".to_string(),
            '/' => "Slash".to_string(),
            '0'..='9' => format!("Digit{letter}"),
            _ => format!("Key{}", letter.to_ascii_uppercase()),
        };
        let number = if letter == '/' { 191 } else { letter.to_ascii_uppercase() as u32 };
        // With Control or Alt a letter is a command, and writes nothing.
        let text = (held & 0b0111 == 0).then(|| key.to_string());
        Key { key: key.to_string(), code, number, text, held }
    }

    /// The event of the key going down or up.
    pub(super) fn event(&self, down: bool) -> Value {
        let kind = match (down, &self.text) {
            (true, Some(_)) => "keyDown",
            (true, None) => "rawKeyDown",
            (false, _) => "keyUp",
        };
        let mut event = json!({
            "type": kind, "key": self.key, "code": self.code,
            "windowsVirtualKeyCode": self.number, "modifiers": self.held,
        });
        if let (true, Some(text)) = (down, &self.text) {
            event["text"] = text.as_str().into();
        }
        event
    }
}

fn modifier(name: &str) -> u32 {
    match name {
        "Alt" => 1,
        "Control" => 2,
        "Meta" => 4,
        "Shift" => 8,
        _ => 0,
    }
}
