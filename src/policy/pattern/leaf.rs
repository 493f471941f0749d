//! One value against one scalar of a pattern: `"?*"`, `">=1Gi & <=4Gi"`, `"!*:latest"`, `80`, `null`.

use crate::kube::{Quantity, duration, wildcard};
use crate::policy::gofmt;
use regex::Regex;
use serde_json::{Number, Value};
use std::cmp::Ordering;
use std::sync::LazyLock;

/// Does `value` meet the scalar `pattern`? The pattern's type decides how they are compared.
pub(crate) fn matches(value: &Value, pattern: &Value) -> bool {
    match pattern {
        Value::Bool(wanted) => value.as_bool() == Some(*wanted),
        Value::Number(wanted) => match wanted.as_i64() {
            Some(wanted) => is_integer(value, wanted),
            None => is_float(value, wanted),
        },
        Value::Null => is_nothing(value),
        Value::String(pattern) => is_text(value, pattern),
        Value::Object(_) => value.is_object(),
        Value::Array(_) => false,
    }
}

fn is_integer(value: &Value, wanted: i64) -> bool {
    match value {
        Value::Number(number) => gofmt::whole(number) == Some(wanted),
        Value::String(text) => text.parse() == Ok(wanted),
        _ => false,
    }
}

fn is_float(value: &Value, wanted: &Number) -> bool {
    let wanted = wanted.as_f64();
    match value {
        Value::Number(number) => number.as_f64() == wanted,
        Value::String(text) => text.parse().ok() == wanted,
        _ => false,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// `|` separates alternatives, `&` joins what must hold together.
fn is_text(value: &Value, pattern: &str) -> bool {
    let all = |part: &str| part.split('&').all(|part| meets(value, part.trim_matches(' ')));
    value.as_str() == Some(pattern) || pattern.split('|').any(|part| all(part.trim_matches(' ')))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    More,
    MoreEqual,
    Less,
    LessEqual,
}

const OPERATORS: [(&str, Operator); 5] = [
    (">=", Operator::MoreEqual),
    ("<=", Operator::LessEqual),
    (">", Operator::More),
    ("<", Operator::Less),
    ("!", Operator::NotEqual),
];

/// `1-10`, `1Mi!-5Mi`: two numbers with optional units.
static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^([-+|]?[0-9]+(?:\.[0-9]+)?[A-Za-z]*)(!?)-([-+|]?[0-9]+(?:\.[0-9]+)?[A-Za-z]*)$").ok()
});

/// Is `pattern` a range such as `1-10`, and not an excluded one or an operator?
pub(crate) fn is_range(pattern: &str) -> bool {
    let operated = OPERATORS.iter().any(|(sign, _)| pattern.starts_with(sign));
    let captures = RANGE.as_ref().and_then(|regex| regex.captures(pattern));
    pattern.len() >= 2 && !operated && captures.is_some_and(|range| range[2].is_empty())
}

fn meets(value: &Value, pattern: &str) -> bool {
    if pattern.len() < 2 {
        return compare(value, pattern, Operator::Equal);
    }
    if let Some((sign, operator)) = OPERATORS.iter().find(|(sign, _)| pattern.starts_with(sign)) {
        return compare(value, pattern[sign.len()..].trim(), *operator);
    }
    let Some(range) = RANGE.as_ref().and_then(|regex| regex.captures(pattern)) else {
        return compare(value, pattern.trim(), Operator::Equal);
    };
    match range[2].is_empty() {
        true => {
            compare(value, &range[1], Operator::MoreEqual) && compare(value, &range[3], Operator::LessEqual)
        }
        false => compare(value, &range[1], Operator::Less) || compare(value, &range[3], Operator::More),
    }
}

/// As durations if both are, else as quantities if both are, else as texts.
fn compare(value: &Value, pattern: &str, operator: Operator) -> bool {
    let amount = amount_text(value);
    let durations = || Some(duration::parse(amount.as_deref()?)?.cmp(&duration::parse(pattern)?));
    let quantities = || Some(Quantity::parse(amount.as_deref()?)?.cmp(&Quantity::parse(pattern)?));
    match durations().or_else(quantities) {
        Some(order) => holds(order, operator),
        None => compare_text(value, pattern, operator),
    }
}

fn holds(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::More => order.is_gt(),
        Operator::MoreEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessEqual => order.is_le(),
    }
}

fn compare_text(value: &Value, pattern: &str, operator: Operator) -> bool {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) if number.is_i64() => number.to_string(),
        Value::Number(number) => gofmt::scientific(number.as_f64().unwrap_or_default()),
        _ => return false,
    };
    match operator {
        Operator::Equal => wildcard::matches(pattern, &text),
        Operator::NotEqual => !wildcard::matches(pattern, &text),
        _ => false,
    }
}

/// A value as the text of a duration or quantity; null and absent count as `0`.
fn amount_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("0".to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() => Some(number.to_string()),
        Value::Number(number) => Some(gofmt::fixed(number.as_f64()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operators_ranges_and_alternatives() {
        let fits = [
            (json!("512Mi"), "<=1Gi"),
            (json!("nginx:1.2"), "!*:latest"),
            (json!(5.0), "1-10"),
            (json!(50.0), "1!-10"),
            (json!("b"), "a | b"),
            (json!("3m"), ">1m & <1h"),
            (json!(null), "<5"),
            (json!("1"), "1000m"),
        ];
        assert!(fits.iter().all(|(value, pattern)| matches(value, &json!(pattern))));
        let fails = [(json!(null), "?*"), (json!(80.0), "8?"), (json!(5.0), "1 - 10"), (json!(null), "!x")];
        assert!(fails.iter().all(|(value, pattern)| !matches(value, &json!(pattern))));
    }

    #[test]
    fn the_type_of_the_pattern_decides() {
        assert!(matches(&json!("80"), &json!(80)) && matches(&json!(80.0), &json!(80)));
        assert!(!matches(&json!("true"), &json!(true)) && matches(&json!(true), &json!("true")));
        assert!(matches(&json!(0.0), &json!(null)) && !matches(&json!([]), &json!(null)));
    }
}
