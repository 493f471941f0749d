//! Changes to JSON values that hold for any input.

use serde_json::{Map, Value};

/// The map that `value` is, or is made into.
pub(crate) fn as_map(value: &mut Value) -> Option<&mut Map<String, Value>> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

/// Put `new` at a path of keys; what stands in the way is replaced by maps.
pub(crate) fn set<K: AsRef<str>>(value: &mut Value, path: &[K], new: Value) {
    let mut slot = value;
    for key in path {
        let Some(map) = as_map(slot) else { return };
        slot = map.entry(key.as_ref()).or_insert(Value::Null);
    }
    *slot = new;
}

/// The value at a path of keys, made null if it is not there.
pub(crate) fn slot<'v>(value: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |slot, key| Some(as_map(slot)?.entry(key.as_str()).or_insert(Value::Null)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_are_made_whatever_was_there() {
        let mut value = json!("text");
        set(&mut value, &["a", "b"], json!(1));
        set(&mut value, &["a", "b", "c"], json!(2));
        assert_eq!(value, json!({"a": {"b": {"c": 2}}}));
    }
}
