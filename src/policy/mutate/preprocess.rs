//! Anchors of a strategic merge patch, resolved against the object before the patch is merged.

use crate::policy::gofmt;
use crate::policy::pattern::{Anchor, AnchorKind, Outcome, check};
use serde_json::{Map, Value};

/// Why a patch does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unmet {
    /// `(key)`: in a list this concerns one element.
    Condition,
    /// `<(key)`: the whole rule.
    Global,
}

/// Make an ordinary patch of `pattern`: conditions are tested and removed, fields to be added if absent are
/// kept or dropped, and list elements with conditions are written out for every element that meets them.
pub(super) fn resolve(pattern: &mut Value, object: &Value) -> Result<(), Unmet> {
    walk(pattern, Some(object))?;
    if let Value::Object(map) = pattern {
        remove_anchored(map);
    }
    Ok(())
}

fn walk(pattern: &mut Value, object: Option<&Value>) -> Result<(), Unmet> {
    match pattern {
        Value::Object(map) => walk_map(map, object),
        Value::Array(list) if list.first().is_some_and(Value::is_object) => walk_list(list, object),
        _ => Ok(()),
    }
}

fn kind(key: &str) -> Option<AnchorKind> {
    Anchor::parse(key).map(|anchor| anchor.kind)
}

/// `(key)` and `<(key)`.
fn is_condition(key: &str) -> bool {
    matches!(kind(key), Some(AnchorKind::Condition | AnchorKind::Global))
}

/// Those and `+(key)`.
fn is_anchor(key: &str) -> bool {
    is_condition(key) || kind(key) == Some(AnchorKind::AddIfAbsent)
}

fn walk_map(map: &mut Map<String, Value>, object: Option<&Value>) -> Result<(), Unmet> {
    add_if_absent(map, object);
    test(map, object, AnchorKind::Global).map_err(|()| Unmet::Global)?;
    test(map, object, AnchorKind::Condition).map_err(|()| Unmet::Condition)?;
    for (key, value) in map.iter_mut().filter(|(key, _)| !is_anchor(key)) {
        walk(value, object.and_then(|object| object.get(key)))?;
    }
    Ok(())
}

/// How many `+(key)` there were.
fn add_if_absent(map: &mut Map<String, Value>, object: Option<&Value>) -> usize {
    let keys = map.keys().filter(|key| kind(key) == Some(AnchorKind::AddIfAbsent));
    let keys: Vec<String> = keys.cloned().collect();
    for key in &keys {
        let Some((value, anchor)) = map.shift_remove(key).zip(Anchor::parse(key)) else { continue };
        if object.and_then(|object| object.get(anchor.key)).is_none() {
            map.insert(anchor.key.to_string(), value);
        }
    }
    keys.len()
}

/// Do the conditions of this map hold?
fn test(map: &mut Map<String, Value>, object: Option<&Value>, wanted: AnchorKind) -> Result<(), ()> {
    for (key, pattern) in map.iter_mut() {
        let Some(anchor) = Anchor::parse(key).filter(|anchor| anchor.kind == wanted) else { continue };
        let value = object.and_then(|object| object.get(anchor.key)).ok_or(())?;
        if let Value::Object(inner) = pattern
            && add_if_absent(inner, Some(value)) > 0
        {
            continue;
        }
        if check(&scalar_text(value), &scalar_text(pattern)) != Outcome::Pass {
            return Err(());
        }
    }
    Ok(())
}

/// Scalars are compared as they are written in YAML.
fn scalar_text(value: &Value) -> Value {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) | Value::Number(_) => gofmt::json_scalar(value).into(),
        other => other.clone(),
    }
}

fn has_anchors(value: &Value, test: fn(&str) -> bool) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| test(key) || has_anchors(value, test)),
        Value::Array(items) => items.iter().any(|item| has_anchors(item, test)),
        Value::String(text) => is_condition(text),
        _ => false,
    }
}

fn is_global(key: &str) -> bool {
    kind(key) == Some(AnchorKind::Global)
}

/// For every element of the object's list that meets the conditions of a patch element, a copy of the patch
/// element with the element's name is appended.
fn walk_list(list: &mut Vec<Value>, object: Option<&Value>) -> Result<(), Unmet> {
    let actual = object.and_then(Value::as_array);
    for index in 0..list.len() {
        let element = list[index].clone();
        if !has_anchors(&element, is_anchor) {
            continue;
        }
        let global = has_anchors(&element, is_global);
        let (mut passed, mut failed) = (false, false);
        for item in actual.into_iter().flatten() {
            let mut copy = element.clone();
            match walk(&mut copy, Some(item)) {
                Ok(()) if global => passed = true,
                Ok(()) => list.extend(named(copy, item)),
                Err(Unmet::Global) => failed = true,
                Err(Unmet::Condition) => {}
            }
        }
        if (failed && !passed) || (object.is_none() && walk(&mut element.clone(), None) == Err(Unmet::Global))
        {
            return Err(Unmet::Global);
        }
    }
    Ok(())
}

/// The patch element for one element of the object, found again by its name. Without a name it cannot be.
fn named(mut element: Value, item: &Value) -> Option<Value> {
    let name = item.get("name").filter(|name| !name.is_null() && name.as_str() != Some(""))?;
    if without_anchors(&mut element, true) {
        return None;
    }
    element.as_object_mut()?.insert("name".to_string(), name.clone());
    Some(element)
}

fn remove_anchored(map: &mut Map<String, Value>) {
    let keys: Vec<String> = map.keys().cloned().collect();
    for key in keys {
        if map.get_mut(&key).is_some_and(|value| without_anchors(value, is_condition(&key))) {
            map.shift_remove(&key);
        }
    }
}

/// Remove what was only a condition. True if nothing is left, so that the value itself must go: an empty map
/// also counts as nothing, an empty list does not.
fn without_anchors(value: &mut Value, scalar_goes: bool) -> bool {
    match value {
        Value::Object(map) => map_without_anchors(map),
        Value::Array(list) => list_without_anchors(list),
        _ => scalar_goes,
    }
}

fn map_without_anchors(map: &mut Map<String, Value>) -> bool {
    let conditions: Vec<String> = map.keys().filter(|key| is_condition(key)).cloned().collect();
    let mut kept = false;
    for key in &conditions {
        match map.get_mut(key).is_some_and(|value| without_anchors(value, true)) {
            true => drop(map.shift_remove(key)),
            false => kept = true,
        }
    }
    if kept {
        strip_conditions(map);
    }
    let keys: Vec<String> = map.keys().cloned().collect();
    let mut nothing = true;
    for key in keys {
        match map.get_mut(&key).is_some_and(|value| without_anchors(value, false)) {
            true => drop(map.shift_remove(&key)),
            false => nothing = false,
        }
    }
    nothing
}

fn strip_conditions(map: &mut Map<String, Value>) {
    let entries = std::mem::take(map).into_iter();
    map.extend(entries.map(|(key, value)| match Anchor::parse(&key).filter(|_| is_condition(&key)) {
        Some(anchor) => (anchor.key.to_string(), value),
        None => (key, value),
    }));
}

/// Elements with anchors go. Kyverno removes by the index in the list as it was, although the list shrinks
/// meanwhile; with two such elements this leaves another one, and so does this.
fn list_without_anchors(list: &mut Vec<Value>) -> bool {
    let mut left: Vec<usize> = (0..list.len()).collect();
    for (index, item) in list.iter_mut().enumerate() {
        let goes = has_anchors(item, is_anchor) || without_anchors(item, false);
        if goes && index < left.len() {
            left.remove(index);
        }
    }
    let was_empty = list.is_empty();
    *list = left.into_iter().map(|index| list[index].clone()).collect();
    list.is_empty() && !was_empty
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resolved(mut pattern: Value, object: Value) -> Result<Value, Unmet> {
        resolve(&mut pattern, &object).map(|()| pattern)
    }

    #[test]
    fn elements_are_written_out_by_name() {
        let pattern = json!({"spec": {"containers": [{"(image)": "nginx*", "imagePullPolicy": "Always"}]}});
        let object =
            json!({"spec": {"containers": [{"name": "a", "image": "nginx:1"}, {"name": "b", "image": "x"}]}});
        assert_eq!(
            resolved(pattern, object),
            Ok(json!({"spec": {"containers": [{"imagePullPolicy": "Always", "name": "a"}]}}))
        );
    }

    #[test]
    fn fields_are_added_only_if_absent() {
        let pattern = json!({"metadata": {"labels": {"+(a)": "1", "+(b)": "2"}}});
        assert_eq!(
            resolved(pattern, json!({"metadata": {"labels": {"a": "x"}}})),
            Ok(json!({"metadata": {"labels": {"b": "2"}}}))
        );
    }

    #[test]
    fn an_unmet_condition_ends_it() {
        let pattern = json!({"spec": {"(kind)": "x", "a": 1}});
        assert_eq!(resolved(pattern, json!({"spec": {}})), Err(Unmet::Condition));
    }
}
