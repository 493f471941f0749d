//! The merge of a strategic merge patch, with new list items in front, as kustomize does it.

use crate::kube::Gvk;
use crate::kube::merge_keys::{self, ListStrategy, pod_spec};
use crate::policy::gofmt;
use serde_json::{Map, Value};

/// `object` with `patch` merged in.
///
/// # Errors
/// A value of another shape than the field has, or a patch that deletes the object itself.
pub(crate) fn apply(object: &Value, patch: &Value, gvk: &Gvk) -> Result<Value, String> {
    let mut merger = Merger { gvk, path: Vec::new() };
    let merged = merger.value(Some(object), patch)?;
    merged.ok_or_else(|| "filter cannot create or delete objects".to_string())
}

struct Merger<'g> {
    gvk: &'g Gvk,
    path: Vec<String>,
}

const DIRECTIVE: &str = "$patch";
/// Fields of Pods and their containers that are texts.
const TEXTS: [&str; 8] = [
    "name",
    "image",
    "value",
    "imagePullPolicy",
    "mountPath",
    "serviceAccountName",
    "priorityClassName",
    "schedulerName",
];

impl Merger<'_> {
    /// The merged value; `None` when the patch deletes it.
    fn value(&mut self, old: Option<&Value>, patch: &Value) -> Result<Option<Value>, String> {
        match (old.filter(|old| !old.is_null()), patch) {
            (_, Value::Null) => Ok(None),
            (Some(Value::Object(old)), Value::Object(patch)) => self.map(Some(old), patch),
            (None, Value::Object(patch)) => self.map(None, patch),
            (Some(Value::Array(old)), Value::Array(patch)) => self.list(old, patch).map(Some),
            (None, Value::Array(patch)) => self.list(&[], patch).map(Some),
            (Some(old), patch) if shape(old) != shape(patch) => {
                let shapes = (shape(old), shape(patch));
                Err(format!(
                    "wrong node kind: expected {} but got {}: node contents:\n{patch}\n",
                    shapes.0, shapes.1
                ))
            }
            (_, patch) => Ok(Some(self.typed(patch))),
        }
    }

    /// A number or boolean in a field that Kubernetes knows as text is written as text.
    fn typed(&self, scalar: &Value) -> Value {
        let text = self.path.last().is_some_and(|last| TEXTS.contains(&last.as_str()));
        match scalar {
            Value::Bool(_) | Value::Number(_) if text && pod_spec(&self.gvk.kind).is_some() => {
                gofmt::json_scalar(scalar).into()
            }
            other => other.clone(),
        }
    }

    fn map(
        &mut self,
        old: Option<&Map<String, Value>>,
        patch: &Map<String, Value>,
    ) -> Result<Option<Value>, String> {
        let mut merged = match patch.get(DIRECTIVE).and_then(Value::as_str) {
            Some("delete") => return Ok(None),
            Some("replace") => Map::new(),
            _ => old.cloned().unwrap_or_default(),
        };
        for (key, wanted) in patch.iter().filter(|(key, _)| *key != DIRECTIVE) {
            self.path.push(key.clone());
            let value = self.value(merged.get(key), wanted);
            self.path.pop();
            match value? {
                Some(value) => drop(merged.insert(key.clone(), value)),
                None => drop(merged.shift_remove(key)),
            }
        }
        Ok(Some(Value::Object(merged)))
    }

    fn list(&mut self, old: &[Value], patch: &[Value]) -> Result<Value, String> {
        let is_directive = |item: &&Value| {
            item.as_object().is_some_and(|map| {
                map.len() == 1 && map.get(DIRECTIVE).and_then(Value::as_str) == Some("replace")
            })
        };
        let replaces = patch.iter().any(|item| is_directive(&item));
        let items: Vec<&Value> = patch.iter().filter(|item| !is_directive(item)).collect();
        let old = if replaces { &[] } else { old };
        match merge_keys::patched(self.gvk, &self.path) {
            ListStrategy::Keys(keys) => self.keyed(old, &items, &keys),
            ListStrategy::Set => {
                let rest = old.iter().filter(|item| !items.contains(item));
                Ok(items.iter().copied().chain(rest).cloned().collect())
            }
            ListStrategy::Replace => items.iter().map(|item| self.fresh(item)).collect(),
        }
    }

    /// An item that the object does not have yet.
    fn fresh(&mut self, item: &Value) -> Result<Value, String> {
        Ok(self.value(None, item)?.unwrap_or(Value::Null))
    }

    /// The patch's items come first, merged with what they match, then the others. An item without its key
    /// makes kustomize lose the items that the object has.
    fn keyed(&mut self, old: &[Value], patch: &[&Value], keys: &[&str]) -> Result<Value, String> {
        let first = keys.first().copied().unwrap_or_default();
        let known = |item: &Value| item.get(first).is_some_and(|value| !value.is_null());
        let old = if patch.iter().all(|item| known(item)) { old } else { &[] };
        let (mut front, mut rest): (Vec<Value>, Vec<Option<Value>>) =
            (Vec::new(), old.iter().cloned().map(Some).collect());
        for item in patch.iter().filter(|item| known(item)) {
            let place = old.iter().position(|other| is_same(other, item, keys));
            let merged = self.value(place.map(|place| &old[place]), item)?;
            match place {
                // With several keys a match keeps its place.
                Some(place) if keys.len() > 1 => rest[place] = merged,
                Some(place) => {
                    rest[place] = None;
                    front.extend(merged);
                }
                None => front.extend(merged),
            }
        }
        Ok(front.into_iter().chain(rest.into_iter().flatten()).collect())
    }
}

/// Do both items have the same values under the keys? A further key that one of them lacks does not count.
fn is_same(one: &Value, other: &Value, keys: &[&str]) -> bool {
    keys.iter().enumerate().all(|(index, key)| match (one.get(key), other.get(key)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => index > 0,
        _ => false,
    })
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "MappingNode",
        Value::Array(_) => "SequenceNode",
        _ => "ScalarNode",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(patch: Value) -> Value {
        let pod = json!({"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b"}], "args": [1]}});
        apply(&pod, &json!({ "spec": patch }), &Gvk::new("v1", "Pod")).unwrap()["spec"].clone()
    }

    #[test]
    fn items_of_the_patch_come_first() {
        let spec = merged(json!({"containers": [{"name": "c"}, {"name": "b", "image": "2"}]}));
        assert_eq!(
            spec["containers"],
            json!([{"name": "c"}, {"name": "b", "image": "2"}, {"name": "a", "image": "1"}])
        );
        assert_eq!(merged(json!({"containers": [{"image": "x"}]}))["containers"], json!([]));
    }

    #[test]
    fn nulls_delete_and_directives_are_obeyed() {
        assert_eq!(merged(json!({"containers": null})), json!({"args": [1]}));
        assert_eq!(merged(json!({"$patch": "replace", "x": 1})), json!({"x": 1}));
        let spec = merged(json!({"containers": [{"name": "a", "$patch": "delete"}], "args": [2, 3]}));
        assert_eq!(spec, json!({"containers": [{"name": "b"}], "args": [2, 3]}));
        assert!(apply(&json!({}), &json!({"$patch": "delete"}), &Gvk::default()).is_err());
    }
}
