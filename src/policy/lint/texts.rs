//! Regular expressions where only the wildcards `*` and `?` have a meaning.

use super::{Found, LintKind, lint};
use serde_json::Value;

pub(super) fn find(rule: &Value, path: &str, found: &mut Found) {
    for key in ["match", "exclude"] {
        names(&rule[key], &format!("{path}{key}/"), found);
    }
    body(&rule["validate"], &format!("{path}validate/"), found);
    conditions(rule, path, found);
    for (index, entry) in rule["verifyImages"].as_array().into_iter().flatten().enumerate() {
        for key in ["imageReferences", "skipImageReferences"] {
            every(&entry[key], &format!("{path}verifyImages/{index}/{key}/"), found);
        }
    }
}

/// The wildcards of `match` and `exclude`.
fn names(block: &Value, path: &str, found: &mut Found) {
    for list in ["any", "all"] {
        for (index, one) in block[list].as_array().into_iter().flatten().enumerate() {
            names(one, &format!("{path}{list}/{index}/"), found);
        }
    }
    for key in ["name", "names", "namespaces"] {
        every(&block["resources"][key], &format!("{path}resources/{key}/"), found);
    }
}

fn body(body: &Value, path: &str, found: &mut Found) {
    for key in ["pattern", "anyPattern"] {
        every(&body[key], &format!("{path}{key}/"), found);
    }
    for (index, entry) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        self::body(entry, &format!("{path}foreach/{index}/"), found);
    }
}

/// The values of conditions whose operators know wildcards.
fn conditions(value: &Value, path: &str, found: &mut Found) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                conditions(item, &format!("{path}{index}/"), found);
            }
        }
        Value::Object(map) => {
            let operator = map.get("operator").and_then(Value::as_str).unwrap_or_default();
            let wild = operator.contains("Equal") || operator.ends_with("In");
            if let (true, true, Some(value)) = (wild, map.contains_key("key"), map.get("value")) {
                every(value, &format!("{path}value/"), found);
                return;
            }
            for (key, value) in
                map.iter().filter(|(key, _)| !matches!(key.as_str(), "pattern" | "anyPattern"))
            {
                conditions(value, &format!("{path}{key}/"), found);
            }
        }
        _ => {}
    }
}

fn every(value: &Value, path: &str, found: &mut Found) {
    match value {
        Value::String(text) if looks_like_regex(text) => {
            let message =
                "this is compared as text with the wildcards `*` and `?`, not as a regular expression";
            let help = "use wildcards, or `regex_match` in a condition";
            found.push(lint(LintKind::NotARegex, path, message).help(help));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                every(item, &format!("{path}{index}/"), found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                every(value, &format!("{path}{key}/"), found);
            }
        }
        _ => {}
    }
}

/// Signs that no name, image or number has, but regular expressions have.
fn looks_like_regex(text: &str) -> bool {
    let text = text.trim();
    if text.contains("{{") {
        return false;
    }
    let pieces = ["\\.", "\\d", "\\w", "\\s", "\\/", "[a-z", "[A-Z", "[0-9", "[^", "(?:", ".+", "/.*", "(.*"];
    let ends = (text.len() > 1 && text.ends_with('$')) || (text.starts_with('^') && text.len() > 1);
    let choice = text.starts_with('(') && text.contains('|') && text.contains(')');
    ends || choice || text.starts_with(".*") || pieces.iter().any(|piece| text.contains(piece))
}
