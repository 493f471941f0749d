//! Conditions: their operators, and values that a request never has.

use super::rule::Found;
use crate::policy::conditions::is_operator;
use serde_json::Value;

/// Every condition of the rule, wherever it stands.
pub(super) fn refusals(value: &Value, path: &str, found: &mut Found) {
    walk(value, path, false, found);
}

fn walk(value: &Value, path: &str, in_foreach: bool, found: &mut Found) {
    let Value::Object(map) = value else {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            walk(item, &format!("{path}{index}/"), in_foreach, found);
        }
        return;
    };
    for (key, value) in map {
        let path = format!("{path}{key}/");
        match key.as_str() {
            "preconditions" | "conditions" => each_condition(value, &path, in_foreach, found),
            "pattern" | "anyPattern" | "patchStrategicMerge" | "data" | "match" | "exclude" => {}
            _ => walk(value, &path, in_foreach || key == "foreach", found),
        }
    }
}

fn each_condition(value: &Value, path: &str, in_foreach: bool, found: &mut Found) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_condition(item, &format!("{path}{index}/"), in_foreach, found);
            }
        }
        Value::Object(map) if map.contains_key("any") || map.contains_key("all") => {
            for list in ["any", "all"] {
                each_condition(&value[list], &format!("{path}{list}/"), in_foreach, found);
            }
        }
        Value::Object(_) => condition(value, path, in_foreach, found),
        _ => {}
    }
}

/// Inside of `foreach` Kyverno looks at the operators only.
fn condition(value: &Value, path: &str, in_foreach: bool, found: &mut Found) {
    let operator = value["operator"].as_str().unwrap_or_default();
    if !in_foreach && ["key", "operator", "value"].iter().any(|key| value[*key].is_null()) {
        found.push((path.to_string(), "a condition has key, operator and value".to_string()));
    } else if !is_operator(operator) {
        found.push((format!("{path}operator/"), format!("`{operator}` is no operator")));
    } else if !in_foreach && is_operation(&value["key"]) {
        operations(&value["value"], &format!("{path}value/"), found);
    }
}

fn is_operation(key: &Value) -> bool {
    key.as_str().is_some_and(|key| key.replace(' ', "") == "{{request.operation}}")
}

/// What `request.operation` can be.
fn operations(value: &Value, path: &str, found: &mut Found) {
    const KNOWN: [&str; 4] = ["CREATE", "UPDATE", "DELETE", "CONNECT"];
    match value {
        Value::String(text) if text.starts_with("{{") && text.ends_with("}}") => {}
        Value::String(text) if KNOWN.contains(&text.as_str()) => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                operations(item, &format!("{path}{index}/"), found);
            }
        }
        other => {
            let shown = other.as_str().map_or_else(|| other.to_string(), str::to_string);
            let reason = format!("`{shown}` is no operation: they are {}", KNOWN.join(", "));
            found.push((path.to_string(), reason));
        }
    }
}
