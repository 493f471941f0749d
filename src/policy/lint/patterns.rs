//! Patterns: keys that are no anchors, and items that are not compared.

use super::{Found, LintKind, lint, lint_of_key};
use crate::policy::pattern::{Anchor, bare_key};
use serde_json::Value;

pub(super) fn find(rule: &Value, path: &str, found: &mut Found) {
    let validate = &rule["validate"];
    let path = format!("{path}validate/");
    body(validate, &path, found);
}

fn body(body: &Value, path: &str, found: &mut Found) {
    pattern(&body["pattern"], &format!("{path}pattern/"), false, found);
    for (index, one) in body["anyPattern"].as_array().into_iter().flatten().enumerate() {
        pattern(one, &format!("{path}anyPattern/{index}/"), false, found);
    }
    for (index, entry) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        self::body(entry, &format!("{path}foreach/{index}/"), found);
    }
}

/// `wild` says that wildcards have a meaning in keys: those of labels and annotations.
fn pattern(value: &Value, path: &str, wild: bool, found: &mut Found) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}{key}/");
                if Anchor::parse(key).is_none() {
                    name(key, &path, wild, found);
                }
                let in_metadata =
                    matches!(bare_key(key), "labels" | "annotations") && path_is_metadata(&path);
                pattern(value, &path, in_metadata, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}{index}/");
                if index > 0 && item.is_object() && items[0].is_object() {
                    let message = "only the first element of a list of maps is compared, this one never is";
                    let help = "put all fields into one element, or use `anyPattern`";
                    found.push(lint(LintKind::Ignored, &path, message).help(help));
                }
                pattern(item, &path, false, found);
            }
        }
        _ => {}
    }
}

fn path_is_metadata(path: &str) -> bool {
    path.trim_end_matches('/').rsplit('/').nth(1).is_some_and(|parent| bare_key(parent) == "metadata")
}

fn name(key: &str, path: &str, wild: bool, found: &mut Found) {
    let bare = key.trim_matches(|c: char| !c.is_alphanumeric());
    let (message, help) = if key.contains('(') || key.contains(')') {
        let anchors = "they are (), =(), ^(), X(), <() and +()";
        (format!("`{key}` is no anchor, but the name of a field: {anchors}"), format!("=({bare})"))
    } else if key.ends_with('?') && !wild {
        (
            format!("`{key}` is the name of a field: a question mark makes nothing optional"),
            format!("=({bare})"),
        )
    } else if key.contains('*') && !wild {
        let message =
            format!("`{key}` is the name of a field: wildcards in keys count in labels and annotations only");
        found.push(lint_of_key(LintKind::NotAnAnchor, path, message));
        return;
    } else {
        return;
    };
    let one = lint_of_key(LintKind::NotAnAnchor, path, message);
    found.push(one.help(format!("write `{help}` for a field that need not be there")));
}
