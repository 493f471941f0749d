//! Conditions: operators that mean nothing for their operands.

use super::{Found, LintKind, lint};
use crate::kube::{Quantity, duration};
use crate::policy::semver::Version;
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
            lists(value, path, found);
            order_of_words(value, path, found);
            for (key, value) in map {
                find(value, &format!("{path}{key}/"), found);
            }
        }
        _ => {}
    }
}

fn lists(condition: &Value, path: &str, found: &mut Found) {
    let (Some(key), Some(operator)) = (condition["key"].as_str(), condition["operator"].as_str()) else {
        return;
    };
    let is_whole = key.starts_with("{{") && key.ends_with("}}");
    let orders = ORDERING.contains(&operator);
    if !is_whole || !(orders || (is_equality(operator) && is_single(&condition["value"]))) {
        return;
    }
    let [expression] = &variables::expressions(key)[..] else { return };
    if jmespath::parse(expression).is_ok_and(|expression| expression.gives_list()) {
        let (message, help) = match orders {
            true => ("is never true for a list", "look at the items one by one with `foreach`"),
            false => ("does not look into a list", "write `AnyIn`, `AllIn`, `AnyNotIn` or `AllNotIn`"),
        };
        let message = format!("`{operator}` {message}");
        found.push(lint(LintKind::NeverTrue, &format!("{path}key/"), message).help(help));
    }
}

fn is_equality(operator: &str) -> bool {
    matches!(operator, "Equal" | "Equals" | "NotEqual" | "NotEquals")
}

/// A value that is written out and is no list.
fn is_single(value: &Value) -> bool {
    match value {
        Value::String(text) => is_written_out(text),
        value => value.is_number() || value.is_boolean(),
    }
}

fn is_written_out(text: &str) -> bool {
    !text.contains("{{") && !text.contains("$(")
}

/// A word that has no order.
fn order_of_words(condition: &Value, path: &str, found: &mut Found) {
    let (Some(operator), Some(value)) = (condition["operator"].as_str(), condition["value"].as_str()) else {
        return;
    };
    let has_order = value.parse::<f64>().is_ok()
        || Quantity::parse(value).is_some()
        || duration::parse(value).is_some()
        || Version::parse(value).is_some();
    if ORDERING.contains(&operator) && !condition["key"].is_null() && is_written_out(value) && !has_order {
        let message = format!("`{operator}` is never true for the text `{value}`");
        let help = "numbers, quantities, durations and versions have an order";
        found.push(lint(LintKind::NeverTrue, &format!("{path}value/"), message).help(help));
    }
}
