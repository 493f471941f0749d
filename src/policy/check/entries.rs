//! Context entries.

use super::rule::Found;
use crate::policy::{jmespath, variables};
use serde_json::Value;

/// Names that the request itself has.
const TAKEN: [&str; 6] =
    ["images", "request", "serviceAccountName", "serviceAccountNamespace", "element", "elementIndex"];
const SOURCES: [&str; 5] = ["configMap", "apiCall", "imageRegistry", "globalReference", "variable"];

/// What is wrong with the context of `rule`, which stands at `path`.
pub(super) fn refusals(rule: &Value, path: &str, found: &mut Found) {
    let asserts = !rule["validate"]["assert"].is_null();
    for (index, entry) in rule["context"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}context/{index}/");
        name(entry, asserts, &path, found);
        let written: Vec<&str> = SOURCES.into_iter().filter(|key| !entry[*key].is_null()).collect();
        match written.as_slice() {
            [source] => body(source, &entry[*source], &format!("{path}{source}/"), found),
            _ => found.push((path, format!("an entry has exactly one of {}", SOURCES.join(", ")))),
        }
    }
}

fn name(entry: &Value, asserts: bool, path: &str, found: &mut Found) {
    let name = entry["name"].as_str().unwrap_or_default();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let own = |taken: &&str| name == *taken || name.starts_with(&format!("{taken}."));
    let reason = if name.is_empty() {
        "an entry needs a name".to_string()
    } else if let Some(taken) = TAKEN.into_iter().find(own) {
        format!("the name conflicts with `{taken}`, which every rule has")
    } else if asserts && !name.chars().all(word) {
        "beside `assert` a name is one word".to_string()
    } else {
        return;
    };
    found.push((format!("{path}name/"), reason));
}

fn body(source: &str, body: &Value, path: &str, found: &mut Found) {
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let mut refuse = |field: &str, reason: &str| found.push((format!("{path}{field}"), reason.to_string()));
    match source {
        "configMap" if text("name").is_empty() => refuse("", "a configMap needs a name"),
        "configMap" if text("namespace").is_empty() => refuse("", "a configMap needs a namespace"),
        "imageRegistry" if text("reference").is_empty() => refuse("", "an imageRegistry needs a reference"),
        "apiCall" if !text("urlPath").is_empty() && !body["service"].is_null() => {
            refuse("urlPath/", "a call of a service has no urlPath");
        }
        "variable" if body["value"].is_null() && text("jmesPath").is_empty() => {
            refuse("", "a variable has a value or a jmesPath");
        }
        "variable" if !body["default"].is_null() && text("jmesPath").is_empty() => {
            refuse("default/", "a default stands for what a jmesPath does not find, and there is none");
        }
        _ => {}
    }
    let query = text("jmesPath");
    // With variables inside it is not known yet.
    if !query.is_empty()
        && variables::expressions(query).is_empty()
        && let Err(error) = jmespath::parse(query)
    {
        refuse("jmesPath/", &format!("failed to parse the JMESPath: {error}"));
    }
}
