//! Expected objects against those that rules made.

use crate::policy::gofmt;
use serde_json::{Map, Value};

/// Are the objects equal, apart from empty values and the labels that Kyverno adds to generated objects? The
/// order of keys does not matter, that of lists does.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    tidy(&gofmt::with_floats(one)) == tidy(&gofmt::with_floats(other))
}

/// Group, kind, namespace and name.
pub(super) fn is_about(one: &Value, other: &Value) -> bool {
    let namespace = |object: &Value| match object["metadata"]["namespace"].as_str().unwrap_or_default() {
        "default" => String::new(),
        other => other.to_string(),
    };
    one["apiVersion"] == other["apiVersion"]
        && one["kind"] == other["kind"]
        && one["metadata"]["name"] == other["metadata"]["name"]
        && namespace(one) == namespace(other)
}

/// Nulls, empty maps and empty lists are left out, all the way down.
fn tidy(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(map) => {
            let own = |key: &str| {
                key.starts_with("generate.kyverno.io/")
                    || key == "app.kubernetes.io/managed-by"
                    || key == "namespace"
            };
            let mut left: Vec<(String, Value)> = map
                .iter()
                .filter(|(key, value)| {
                    !own(key) || (*key == "namespace" && value.as_str() != Some("default"))
                })
                .filter_map(|(key, value)| Some((key.clone(), tidy(value)?)))
                .collect();
            left.sort_by(|(one, _), (other, _)| one.cmp(other));
            let left: Map<String, Value> = left.into_iter().collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
        Value::Array(items) => {
            let left: Vec<Value> = items.iter().filter_map(tidy).collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn empty_values_do_not_count() {
        assert!(same(&json!({"a": 1, "b": {}, "c": null}), &json!({"a": 1.0, "d": []})));
        assert!(!same(&json!({"a": [1, 2]}), &json!({"a": [2, 1]})));
    }
}
