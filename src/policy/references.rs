//! References: `$(path)` in a text, replaced by the text of another field of the same document.
//!
//! The path is absolute, or begins at the field itself: `$(<=./../../limits/memory)`. An operator in front of it stands
//! in front of the result. Anchors of keys do not count.

use super::pattern::bare_key;
use super::trouble::Trouble;
use regex::{Captures, Regex};
use serde_json::Value;
use std::sync::LazyLock;

/// A reference with the character before it, which must not be a backslash.
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(^|[^\\])\$\((.[^ ]*)\)").ok());
const OPERATORS: [&str; 5] = [">=", "<=", ">", "<", "!"];

/// `document` with its references replaced; the same when it has none.
///
/// # Errors
/// With the path of the field: a reference that leads nowhere, or to something other than a text.
pub(crate) fn resolve(document: &Value) -> Result<Value, (String, Trouble)> {
    match has_any(document) {
        true => walk(document, document, ""),
        false => Ok(document.clone()),
    }
}

fn has_any(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("$("),
        Value::Array(items) => items.iter().any(has_any),
        Value::Object(map) => map.values().any(has_any),
        _ => false,
    }
}

fn walk(value: &Value, root: &Value, path: &str) -> Result<Value, (String, Trouble)> {
    match value {
        Value::String(text) => {
            let found = text_of(text, root, path);
            found.map(Value::String).map_err(|trouble| (format!("{path}/"), trouble))
        }
        Value::Array(items) => {
            let each = items.iter().enumerate().map(|(at, item)| walk(item, root, &format!("{path}/{at}")));
            Ok(Value::Array(each.collect::<Result<_, _>>()?))
        }
        Value::Object(map) => {
            let of_key = |key: &String, value| walk(value, root, &format!("{path}/{key}"));
            let each = map.iter().map(|(key, value)| of_key(key, value).map(|value| (key.clone(), value)));
            Ok(Value::Object(each.collect::<Result<_, _>>()?))
        }
        other => Ok(other.clone()),
    }
}

fn text_of(text: &str, root: &Value, path: &str) -> Result<String, Trouble> {
    let Some(regex) = REFERENCE.as_ref() else { return Err(Trouble::unsupported("references $(…)")) };
    let mut failed = None;
    let replaced =
        regex.replace_all(text, |captures: &Captures| match referenced(&captures[2], root, path) {
            Ok(found) => format!("{}{found}", &captures[1]),
            Err(trouble) => {
                failed.get_or_insert(trouble);
                String::new()
            }
        });
    match failed {
        Some(trouble) => Err(trouble),
        None => Ok(replaced.replace("\\$(", "$(")),
    }
}

/// The text that a reference stands for.
fn referenced(reference: &str, root: &Value, path: &str) -> Result<String, Trouble> {
    let operator = OPERATORS.into_iter().find(|one| reference.starts_with(one)).unwrap_or_default();
    let wanted = &reference[operator.len()..];
    let nowhere = |what: &str| Trouble::new(format!("the reference $({reference}) at path {path} {what}"));
    if wanted.is_empty() {
        return Err(nowhere("has no path"));
    }
    let steps = joined(path, wanted);
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match leaf(root, &steps) {
        Some(Value::String(found)) => Ok(format!("{operator}{found}")),
        Some(Value::Bool(_) | Value::Number(_)) => Err(nowhere("is no text")),
        _ => Err(nowhere("leads nowhere")),
    }
}

/// The steps from the root: `..` goes up, and a path that does not begin with a slash begins at the field.
fn joined(path: &str, wanted: &str) -> Vec<String> {
    let from = if wanted.starts_with('/') { "" } else { path };
    let mut steps = Vec::new();
    for step in from.split('/').map(bare_key).chain(wanted.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step.to_string()),
        }
    }
    steps
}

/// The field at the end of the steps, whatever the anchors of its keys.
fn leaf<'v>(value: &'v Value, steps: &[&str]) -> Option<&'v Value> {
    let [first, rest @ ..] = steps else { return Some(value) };
    let below = match value {
        Value::Object(map) => map.iter().find(|(key, _)| bare_key(key) == *first).map(|(_, value)| value),
        Value::Array(items) => first.parse::<usize>().ok().and_then(|index| items.get(index)),
        _ => None,
    };
    leaf(below?, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reference_stands_for_the_text_of_another_field() {
        let pattern =
            json!({"c": [{"=(r)": {"limits": {"m": "1Gi"}, "requests": {"m": "$(<=./../../limits/m)"}}}]});
        let found = resolve(&pattern).unwrap();
        assert_eq!(found["c"][0]["=(r)"]["requests"]["m"], json!("<=1Gi"));
        assert_eq!(resolve(&json!({"a": "x", "b": "$(/a) $(./../a)"})).unwrap()["b"], json!("x x"));
        assert_eq!(resolve(&json!({"a": "\\$(b)"})).unwrap()["a"], json!("$(b)"));
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_told_with_its_field() {
        let (path, trouble) = resolve(&json!({"a": {"b": "$(x)"}})).unwrap_err();
        assert_eq!(path, "/a/b/");
        assert!(trouble.message.contains("leads nowhere"), "{trouble:?}");
    }
}
