//! Images without a tag, which are the latest ones.

use super::{Found, LintKind, lint};
use crate::policy::pattern::bare_key;
use serde_json::Value;

/// `!*:latest` with no other pattern that asks for a tag or a digest.
pub(super) fn find<'a>(rules: impl Iterator<Item = (usize, &'a Value)>, found: &mut Found) {
    let mut images = Vec::new();
    for (index, rule) in rules {
        walk(&rule["validate"], &format!("/spec/rules/{index}/validate/"), false, &mut images);
    }
    let asks = |text: &str| text.contains("*:*") || text.contains('@') || text.contains(":?*");
    if images.iter().any(|(_, text)| asks(text)) {
        return;
    }
    for (path, _) in images.iter().filter(|(_, text)| text.trim() == "!*:latest") {
        let message = "an image without a tag passes `!*:latest`, and its tag is `latest`";
        found.push(lint(LintKind::Admits, path, message).help("ask for a tag as well: `!*:latest & *:*`"));
    }
}

fn walk<'a>(value: &'a Value, path: &str, of_image: bool, images: &mut Vec<(String, &'a str)>) {
    match value {
        Value::String(text) if of_image => images.push((path.to_string(), text)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{path}{index}/"), of_image, images);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                walk(value, &format!("{path}{key}/"), bare_key(key) == "image", images);
            }
        }
        _ => {}
    }
}
