//! The operators of conditions.

use crate::kube::{Quantity, duration, wildcard};
use crate::policy::gofmt;
use crate::policy::pattern::{is_range, leaf_matches};
use crate::policy::scope::duration_text;
use crate::policy::semver::Version;
use crate::policy::trouble::Trouble;
use serde_json::Value;
use std::cmp::Ordering;

const NAMES: [&str; 19] = [
    "Equal",
    "Equals",
    "NotEqual",
    "NotEquals",
    "In",
    "NotIn",
    "AnyIn",
    "AllIn",
    "AnyNotIn",
    "AllNotIn",
    "GreaterThan",
    "GreaterThanOrEquals",
    "LessThan",
    "LessThanOrEquals",
    "DurationGreaterThan",
    "DurationGreaterThanOrEquals",
    "DurationLessThan",
    "DurationLessThanOrEquals",
    "",
];

/// Is this the exact name of an operator?
pub(crate) fn is_known(name: &str) -> bool {
    !name.is_empty() && NAMES.contains(&name)
}

/// Does `key OPERATOR value` hold? Values of other types than the operator knows do not.
///
/// # Errors
/// An unknown operator, and lists that crash Kyverno.
pub(crate) fn holds(operator: &str, key: &Value, value: &Value) -> Result<bool, Trouble> {
    Ok(match operator {
        "Equal" | "Equals" => equals(key, value) == Some(true),
        "NotEqual" | "NotEquals" => !key.is_null() && equals(key, value) != Some(true),
        "In" => old_in(key, value)? == Some(true),
        "NotIn" => old_not_in(key, value)? == Some(true),
        "AnyIn" => in_list(key, value, Want::Some) == Some(true),
        "AllIn" => in_list(key, value, Want::Every) == Some(true),
        "AnyNotIn" => in_list(key, value, Want::SomeNot) == Some(true),
        "AllNotIn" => in_list(key, value, Want::None) == Some(true),
        "GreaterThan" => order(key, value).is_some_and(Ordering::is_gt),
        "GreaterThanOrEquals" => order(key, value).is_some_and(Ordering::is_ge),
        "LessThan" => order(key, value).is_some_and(Ordering::is_lt),
        "LessThanOrEquals" => order(key, value).is_some_and(Ordering::is_le),
        "DurationGreaterThan" => durations(key, value).is_some_and(Ordering::is_gt),
        "DurationGreaterThanOrEquals" => durations(key, value).is_some_and(Ordering::is_ge),
        "DurationLessThan" => durations(key, value).is_some_and(Ordering::is_lt),
        "DurationLessThanOrEquals" => durations(key, value).is_some_and(Ordering::is_le),
        other => {
            return Err(Trouble::new(format!("failed to create handler for condition operator {other}")));
        }
    })
}

/// Equality by the type of the key; `None` where the types cannot be compared.
fn equals(key: &Value, value: &Value) -> Option<bool> {
    match key {
        Value::Null => None,
        Value::Bool(flag) => value.as_bool().map(|value| value == *flag),
        Value::Number(number) => match (number.as_i64(), value) {
            (_, Value::Number(value)) => Some(number.as_f64() == value.as_f64()),
            (Some(number), Value::String(text)) => Some(text.parse::<i64>().ok()? == number),
            (None, Value::String(text)) => Some(text.parse::<f64>().ok()? == number.as_f64()?),
            _ => None,
        },
        Value::String(text) => equals_text(text, value),
        Value::Array(_) => value.is_array().then(|| same(key, value)),
        Value::Object(_) => value.is_object().then(|| same(key, value)),
    }
}

/// As durations if one side is one, as quantities if the key is one, else by the wildcard in the value.
fn equals_text(key: &str, value: &Value) -> Option<bool> {
    if let Some((key, value)) = as_durations(&key.into(), value) {
        return Some(key == value);
    }
    let text = value.as_str()?;
    match Quantity::parse(key) {
        Some(left) => {
            let right = Quantity::parse(text)?;
            // Amounts beyond what a quantity holds, such as the modulus of a key, are compared digit by digit.
            let held = left.nanos() == i128::MAX && right.nanos() == i128::MAX;
            Some(if held { key == text } else { left == right })
        }
        None => Some(wildcard::matches(text, key)),
    }
}

/// Deep equality, numbers by their value.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        (one, other) => one == other,
    }
}

/// Both sides in nanoseconds, if at least one is the text of a duration other than `0` and the other one such
/// a text or a number of seconds.
fn as_durations(key: &Value, value: &Value) -> Option<(i64, i64)> {
    let (left, right) = (duration_text(key), duration_text(value));
    if left.is_none() && right.is_none() {
        return None;
    }
    Some((left.or_else(|| seconds(key))?, right.or_else(|| seconds(value))?))
}

/// A number of seconds in nanoseconds. What does not fit wraps around, as in Go.
fn seconds(value: &Value) -> Option<i64> {
    const LIMIT: f64 = 9.2e18;
    let number = value.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "within 64 bits")]
    let whole = if number.abs() < LIMIT { number as i64 } else { i64::MIN };
    Some(whole.wrapping_mul(1_000_000_000))
}

/// As durations, quantities, numbers or versions.
fn order(key: &Value, value: &Value) -> Option<Ordering> {
    if !matches!(key, Value::Number(_) | Value::String(_)) {
        return None;
    }
    if let Some((key, value)) = as_durations(key, value) {
        return Some(key.cmp(&value));
    }
    let quantity = |value: &Value| Quantity::parse(value.as_str()?);
    if let (Some(key), Some(value)) = (quantity(key), quantity(value)) {
        return Some(key.cmp(&value));
    }
    let number = |value: &Value| match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    };
    if let Some(key) = number(key) {
        return match as_durations(&key.into(), value) {
            Some((key, value)) => Some(key.cmp(&value)),
            None => key.partial_cmp(&number(value)?),
        };
    }
    Some(Version::parse(key.as_str()?)?.compare(&Version::parse(value.as_str()?)?))
}

fn durations(key: &Value, value: &Value) -> Option<Ordering> {
    let read = |value: &Value| match value {
        Value::String(text) => duration::parse(text),
        other => seconds(other),
    };
    Some(read(key)?.cmp(&read(value)?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    /// Some key is in the list.
    Some,
    /// Every key is.
    Every,
    /// Some key is not.
    SomeNot,
    /// No key is.
    None,
}

impl Want {
    fn is_negative(self) -> bool {
        matches!(self, Want::SomeNot | Want::None)
    }

    /// The verdict over one answer a key: is it in the list?
    fn over(self, mut answers: impl Iterator<Item = bool>) -> bool {
        match self {
            Want::Some => answers.any(|found| found),
            Want::Every => answers.all(|found| found),
            Want::SomeNot => answers.any(|found| !found),
            Want::None => answers.all(|found| !found),
        }
    }
}

/// The newer list operators. `None` where the types cannot be compared.
fn in_list(key: &Value, value: &Value, want: Want) -> Option<bool> {
    match key {
        Value::Array(keys) => keys_in(&keys.iter().map(gofmt::display).collect::<Vec<_>>(), value, want),
        Value::String(_) | Value::Number(_) | Value::Bool(_) => {
            key_in(&gofmt::display(key), value).map(|found| found != want.is_negative())
        }
        _ => None,
    }
}

/// Wildcards work in both directions.
fn alike(one: &str, other: &str) -> bool {
    wildcard::matches(one, other) || wildcard::matches(other, one)
}

fn key_in(key: &str, value: &Value) -> Option<bool> {
    match value {
        Value::Array(items) => Some(items.iter().any(|item| alike(&gofmt::display(item), key))),
        Value::String(text) if wildcard::matches(text, key) => Some(true),
        Value::String(text) if is_range(text) => Some(leaf_matches(&key.into(), value)),
        Value::String(text) => Some(listed(text)?.iter().any(|item| item == key)),
        _ => None,
    }
}

fn keys_in(keys: &[String], value: &Value, want: Want) -> Option<bool> {
    let among =
        |items: &[String]| want.over(keys.iter().map(|key| items.iter().any(|item| alike(key, item))));
    match value {
        Value::Array(items) => Some(among(&items.iter().map(gofmt::display).collect::<Vec<_>>())),
        Value::Number(_) | Value::Bool(_) if matches!(want, Want::Some | Want::SomeNot) => {
            Some(among(&[gofmt::display(value)]))
        }
        Value::String(text) if keys == [text.clone()] => Some(!want.is_negative()),
        Value::String(text) if is_range(text) && want == Want::SomeNot => {
            let outside = text.replacen('-', "!-", 1).into();
            Some(keys.iter().any(|key| leaf_matches(&key.as_str().into(), &outside)))
        }
        Value::String(text) if is_range(text) => {
            Some(want.over(keys.iter().map(|key| leaf_matches(&key.as_str().into(), value))))
        }
        Value::String(text) => Some(among(&listed(text)?)),
        _ => None,
    }
}

/// The texts of a JSON list in `text`, or `text` itself where it is no JSON. Other JSON is no list.
fn listed(text: &str) -> Option<Vec<String>> {
    match serde_json::from_str::<Value>(text) {
        Err(_) => Some(vec![text.to_string()]),
        Ok(_) => json_list(text),
    }
}

/// The texts of a JSON list in `text`.
fn json_list(text: &str) -> Option<Vec<String>> {
    match serde_json::from_str::<Value>(text).ok()? {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items
            .iter()
            .map(|item| match item {
                Value::Null => Some(String::new()),
                item => item.as_str().map(str::to_string),
            })
            .collect(),
        _ => None,
    }
}

/// The old `In`: exact texts for list keys, wildcards for a single one.
fn old_in(key: &Value, value: &Value) -> Result<Option<bool>, Trouble> {
    let Value::Array(keys) = key else { return Ok(old_key_in(key, value)) };
    let keys = only_texts(keys)?;
    Ok(old_items(&keys, value).map(|items| match items {
        Items::Same => true,
        Items::List(items) => keys.iter().all(|key| items.contains(key)),
    }))
}

/// The old `NotIn`: some key is not in the list; and, oddly, a single key that equals the text.
fn old_not_in(key: &Value, value: &Value) -> Result<Option<bool>, Trouble> {
    let Value::Array(keys) = key else { return Ok(old_key_in(key, value).map(|found| !found)) };
    let keys = only_texts(keys)?;
    Ok(old_items(&keys, value).map(|items| match items {
        Items::Same => true,
        Items::List(items) => keys.iter().any(|key| !items.contains(key)),
    }))
}

fn old_key_in(key: &Value, value: &Value) -> Option<bool> {
    if !matches!(key, Value::String(_) | Value::Number(_) | Value::Bool(_)) {
        return None;
    }
    let key = gofmt::display(key);
    match value {
        Value::Array(items) => Some(items.iter().any(|item| alike(&gofmt::display(item), &key))),
        Value::String(text) if wildcard::matches(text, &key) => Some(true),
        Value::String(text) => Some(json_list(text)?.contains(&key)),
        _ => None,
    }
}

fn only_texts(keys: &[Value]) -> Result<Vec<String>, Trouble> {
    let texts: Option<Vec<String>> = keys.iter().map(|key| key.as_str().map(str::to_string)).collect();
    texts.ok_or_else(|| Trouble::new("In and NotIn compare lists of text only; Kyverno crashes on this key"))
}

enum Items {
    /// The one key is the text itself.
    Same,
    List(Vec<String>),
}

fn old_items(keys: &[String], value: &Value) -> Option<Items> {
    match value {
        Value::Array(items) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| item.as_str().map(str::to_string)).collect();
            texts.map(Items::List)
        }
        Value::String(text) if keys == [text.clone()] => Some(Items::Same),
        Value::String(text) => json_list(text).map(Items::List),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn test(key: Value, operator: &str, value: Value) -> bool {
        holds(operator, &key, &value).unwrap()
    }

    #[test]
    fn equality_follows_the_key() {
        assert!(test(json!("1h"), "Equals", json!(3600.0)) && test(json!("1Gi"), "Equals", json!("1024Mi")));
        assert!(test(json!("abc"), "Equals", json!("a*")) && !test(json!("a*"), "Equals", json!("abc")));
        assert!(test(json!(5.0), "NotEquals", json!("x")) && !test(json!(null), "NotEquals", json!("x")));
    }

    #[test]
    fn lists_know_ranges_and_wildcards() {
        assert!(
            test(json!(["a", "b"]), "AnyIn", json!(["b*"]))
                && !test(json!(["a", "b"]), "AllIn", json!(["b"]))
        );
        assert!(
            test(json!(5.0), "AnyIn", json!("1-10")) && test(json!([5.0, 50.0]), "AnyNotIn", json!("1-10"))
        );
        assert!(test(json!([]), "AllIn", json!([])) && !test(json!([]), "AnyNotIn", json!([])));
        assert!(holds("In", &json!([1]), &json!(["1"])).is_err());
    }

    #[test]
    fn order_compares_like_with_like() {
        assert!(
            test(json!("2Gi"), "GreaterThan", json!("1Gi")) && test(json!("30m"), "LessThan", json!("1h"))
        );
        assert!(
            !test(json!(3600.0), "GreaterThan", json!("500m"))
                && test(json!("1.2.0"), "LessThan", json!("1.10.0"))
        );
        assert!(holds("greaterthan", &json!(1), &json!(2)).is_err());
    }
}
