//! JSON merge patches, RFC 7396: `kubectl patch --type merge`, `--overrides`.

use serde_json::{Map, Value};

/// Change `target` as `patch` says: maps are merged, `null` takes a field away, everything else is replaced.
pub fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(object) = target else { return };
    for (key, value) in patch {
        match value {
            // What stays keeps its order.
            Value::Null => {
                object.shift_remove(&key);
            }
            value => merge(object.entry(key).or_insert(Value::Null), value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn maps_are_merged_and_null_takes_away() {
        let mut target = json!({"a": {"b": 1, "c": 2}, "d": [1]});
        merge(&mut target, json!({"a": {"b": null, "e": {"f": null, "g": 3}}, "d": [2]}));
        assert_eq!(target, json!({"a": {"c": 2, "e": {"g": 3}}, "d": [2]}));
    }
}
