//! Conditions: operators that mean nothing for their operands.

use super::{Found, LintKind, lint};
use crate::policy::{jmespath, variables};
use serde_json::Value;

/// Operators that compare numbers, quantities, durations and versions.
const ORDERING: [&str; 4] = ["GreaterThan", "GreaterThanOrEquals", "LessThan", "LessThanOrEquals"];

/// Every condition of the rule, wherever it stands.
pub(super) fn find(value: &Value, path: &str, found: &mut Found) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find(item, &format!("{path}{index}/"), found);
            }
        }
        Value::Object(map) => {
            order_of_lists(value, path, found);
            for (key, value) in map {
                find(value, &format!("{path}{key}/"), found);
            }
        }
        _ => {}
    }
}

fn order_of_lists(condition: &Value, path: &str, found: &mut Found) {
    let (Some(key), Some(operator)) = (condition["key"].as_str(), condition["operator"].as_str()) else {
        return;
    };
    let is_whole = key.starts_with("{{") && key.ends_with("}}");
    if !ORDERING.contains(&operator) || !is_whole {
        return;
    }
    let [expression] = &variables::expressions(key)[..] else { return };
    if jmespath::parse(expression).is_ok_and(|expression| expression.gives_list()) {
        let message = format!("`{operator}` is never true for a list");
        let help = "look at the items one by one with `foreach`";
        found.push(lint(LintKind::NeverTrue, &format!("{path}key/"), message).help(help));
    }
}
