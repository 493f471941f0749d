//! JSON patches as Kyverno applies them. Rules of the older kinds create paths and forgive the removal of what
//! is not there; MutatingPolicy does neither. Negative indices count from the end in both.

use crate::kube::to_json;
use crate::policy::gofmt;
use crate::source::yaml;
use serde_json::{Map, Value};

/// `object` under the patch that `text` writes, in JSON or YAML.
///
/// # Errors
/// A text that is no patch, or an operation that does not apply.
pub(super) fn apply_text(object: &Value, text: &str) -> Result<Value, String> {
    apply(object, &read(text)?, Style::Rule).map_err(|failure| match failure {
        Failure::Test(message) | Failure::Other(message) => message,
    })
}

/// Whose patch it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `patchesJson6902` of a mutate rule.
    Rule,
    /// `jsonPatch` of a MutatingPolicy.
    Cel,
}

/// Why a patch does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A `test` that does not hold.
    Test(String),
    /// An operation on what is not there.
    Other(String),
}

/// `object` after all operations.
///
/// # Errors
/// The first operation that does not apply.
pub(crate) fn apply(object: &Value, operations: &[Value], style: Style) -> Result<Value, Failure> {
    let mut patched = object.clone();
    for operation in operations {
        let path = operation["path"].as_str().unwrap_or_default();
        if style == Style::Cel && !path.is_empty() && !path.starts_with('/') {
            continue;
        }
        let done = match (style, operation["op"].as_str()) {
            (Style::Cel, Some("add")) if parent(&mut patched, path).is_none() && !path.is_empty() => {
                Err(format!("add operation does not apply: doc is missing path: \"{path}\": missing value"))
            }
            (Style::Cel, Some("remove")) if find(&patched, path).is_none() => Err(format!(
                "error in remove for path: '{path}': unable to remove nonexistent key: missing value"
            )),
            (Style::Cel, Some("replace")) => {
                let value = operation["value"].clone();
                match find(&patched, path).is_some() {
                    true => replace(&mut patched, path, value),
                    false => add(&mut patched, path, value),
                }
            }
            (_, Some("test")) => {
                let found = find(&patched, path).unwrap_or(&Value::Null);
                match found == &operation["value"] {
                    true => Ok(()),
                    false => return Err(Failure::Test(format!("testing value {path} failed: test failed"))),
                }
            }
            _ => apply_one(&mut patched, operation),
        };
        done.map_err(Failure::Other)?;
    }
    Ok(patched)
}

/// The operations that `text` writes.
///
/// # Errors
/// When it is no list of operations.
pub(crate) fn read(text: &str) -> Result<Vec<Value>, String> {
    let documents =
        yaml::parse(text).map_err(|error| format!("failed to read the patch: {}", error.message))?;
    match documents.first().map(to_json) {
        Some(Value::Array(operations)) => Ok(operations.iter().map(gofmt::with_floats).collect()),
        _ => Err("the patch is not a list of operations".to_string()),
    }
}

fn apply_one(object: &mut Value, operation: &Value) -> Result<(), String> {
    let text = |key: &str| operation[key].as_str().unwrap_or_default();
    let (path, value) = (text("path"), || operation["value"].clone());
    match text("op") {
        "add" => add(object, path, value()),
        "remove" => {
            remove(object, path);
            Ok(())
        }
        "replace" => replace(object, path, value()),
        "move" => {
            let moved = remove(object, text("from"));
            add(object, path, moved.ok_or_else(|| missing("move", text("from")))?)
        }
        "copy" => {
            let copied = find(object, text("from")).cloned();
            add(object, path, copied.ok_or_else(|| missing("copy", text("from")))?)
        }
        other => Err(format!("unexpected kind of operation: {other}")),
    }
}

fn missing(what: &str, path: &str) -> String {
    let key = path.rsplit('/').next().unwrap_or_default();
    format!("error in {what} for path: '{key}': unable to get nonexistent key: {key}: missing value")
}

/// The steps of a pointer; the document itself has none.
fn steps(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(unescaped).collect()
}

/// The key that a step of a pointer means.
pub(crate) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The step of a pointer that means `key`.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The index that a step means in a list of `length` items.
fn index(step: &str, length: usize) -> Option<usize> {
    let number: i64 = step.parse().ok()?;
    let length = i64::try_from(length).ok()?;
    let index = if number < 0 { number + length } else { number };
    usize::try_from(index).ok().filter(|_| index < length)
}

fn find<'v>(object: &'v Value, path: &str) -> Option<&'v Value> {
    steps(path).iter().try_fold(object, |value, step| match value {
        Value::Array(items) => items.get(index(step, items.len())?),
        other => other.get(step),
    })
}

fn step_into<'v>(value: &'v mut Value, step: &str) -> Option<&'v mut Value> {
    match value {
        Value::Array(items) => {
            let index = index(step, items.len())?;
            items.get_mut(index)
        }
        other => other.get_mut(step),
    }
}

fn parent<'v>(object: &'v mut Value, path: &str) -> Option<(&'v mut Value, String)> {
    let mut steps = steps(path);
    let last = steps.pop()?;
    let parent = steps.iter().try_fold(object, |value, step| step_into(value, step))?;
    Some((parent, last))
}

/// Parents that are not there are made: lists where an index or `-` follows, else maps.
fn add(object: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let steps = steps(path);
    let Some((last, parents)) = steps.split_last() else {
        *object = value;
        return Ok(());
    };
    let fails = || format!("add operation does not apply: doc is missing path: \"{path}\": missing value");
    let mut slot = object;
    for (at, step) in parents.iter().enumerate() {
        if !slot.is_array() && slot.get(step).is_none_or(Value::is_null) {
            let next = parents.get(at + 1).unwrap_or(last);
            let list = next == "-" || next.parse::<i64>().is_ok();
            let made = if list { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
            slot.as_object_mut().ok_or_else(fails)?.insert(step.clone(), made);
        }
        slot = step_into(slot, step).ok_or_else(fails)?;
    }
    match slot {
        Value::Object(map) => {
            map.insert(last.clone(), value);
            Ok(())
        }
        Value::Array(items) if last == "-" => {
            items.push(value);
            Ok(())
        }
        Value::Array(items) => {
            let at = index(last, items.len() + 1).ok_or_else(fails)?;
            items.insert(at, value);
            Ok(())
        }
        _ => Err(fails()),
    }
}

fn remove(object: &mut Value, path: &str) -> Option<Value> {
    let (parent, last) = parent(object, path)?;
    match parent {
        Value::Object(map) => map.shift_remove(&last),
        Value::Array(items) => index(&last, items.len()).map(|at| items.remove(at)),
        _ => None,
    }
}

fn replace(object: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let place = parent(object, path).and_then(|(parent, last)| match parent {
        Value::Array(items) => {
            let at = index(&last, items.len())?;
            items.get_mut(at)
        }
        other => other.get_mut(&last),
    });
    let place = place.ok_or_else(|| {
        format!("replace operation does not apply: doc is missing key: {path}: missing value")
    })?;
    *place = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patched(text: &str) -> Result<Value, String> {
        apply_text(&json!({"l": [1.0, 2.0, 3.0], "m": {"k": "v"}}), text)
    }

    #[test]
    fn paths_are_created_and_negative_indices_count_from_the_end() {
        assert_eq!(patched("[{op: add, path: /new/-, value: 1}]").unwrap()["new"], json!([1.0]));
        assert_eq!(patched("[{op: add, path: /l/-1, value: 9}]").unwrap()["l"], json!([1.0, 2.0, 3.0, 9.0]));
        assert_eq!(patched("[{op: remove, path: /l/-1}]").unwrap()["l"], json!([1.0, 2.0]));
        assert!(patched("[{op: remove, path: /nope/x}]").is_ok());
    }

    #[test]
    fn what_does_not_apply_is_an_error() {
        assert!(patched("[{op: replace, path: /nope, value: 1}]").is_err());
        assert!(patched("[{op: test, path: /m/k, value: w}]").is_err());
        assert!(patched("[{op: add, path: /l/9, value: 1}]").is_err());
        assert!(patched("not a patch").is_err() && patched("[{op: move, path: /a, from: /nope}]").is_err());
    }
}
