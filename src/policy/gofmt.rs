//! Values as Go prints them. Kyverno compares and reports numbers in these forms, so they decide verdicts.

use serde_json::Value;

/// A value as `%v` prints it: `<nil>`, `80`, `map[a:1 b:x]`, `[1 2]`.
pub(crate) fn display(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.to_string(),
            None => float(number.as_f64().unwrap_or_default()),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(display).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| key.as_str());
            let pairs: Vec<_> =
                pairs.iter().map(|(key, value)| format!("{key}:{}", display(value))).collect();
            format!("map[{}]", pairs.join(" "))
        }
    }
}

/// A float as `%v` prints it: shortest form, with an exponent from 1e+06 on and below 0.0001.
pub(crate) fn float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return exponent(value, 'e');
    }
    format!("{value}")
}

/// A float in shortest scientific form: `8.08E+03`.
pub(crate) fn scientific(value: f64) -> String {
    exponent(value, 'E')
}

/// A float with six decimals, as `%f` prints it.
pub(crate) fn fixed(value: f64) -> String {
    format!("{value:.6}")
}

fn exponent(value: f64, letter: char) -> String {
    let text = format!("{value:e}");
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = power.strip_prefix('-').map_or(('+', power), |digits| ('-', digits));
    format!("{mantissa}{letter}{sign}{digits:0>2}")
}

/// The name of a value's Go type, as error texts of Kyverno show it.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "int64",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// Whole numbers become floats, as in every resource that Kyverno's command line reads.
pub(crate) fn with_floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.iter().map(with_floats).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), with_floats(value))).collect())
        }
        other => other.clone(),
    }
}

/// The whole number that `number` is, if it is one and fits 64 bits.
pub(crate) fn whole(number: &serde_json::Number) -> Option<i64> {
    const EXACT: f64 = 9.2e18;
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    let value = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < EXACT)?;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 64 bits")]
    Some(value as i64)
}

/// Floats without a fraction become whole numbers again, as JSON prints them.
pub(crate) fn with_integers(value: &Value) -> Value {
    match value {
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        Value::Array(items) => items.iter().map(with_integers).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), with_integers(value))).collect())
        }
        other => other.clone(),
    }
}

/// A boolean or number as JSON and YAML write it.
pub(crate) fn json_scalar(value: &Value) -> String {
    match value {
        Value::Number(number) => whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_have_their_three_forms() {
        assert_eq!(
            (float(80.0), scientific(80.0), fixed(80.0)),
            ("80".into(), "8E+01".into(), "80.000000".into())
        );
        assert_eq!((float(1e6), float(1.5), float(0.00001)), ("1e+06".into(), "1.5".into(), "1e-05".into()));
        assert_eq!(
            (scientific(8080.0), scientific(0.0), scientific(0.25)),
            ("8.08E+03".into(), "0E+00".into(), "2.5E-01".into())
        );
    }

    #[test]
    fn values_are_printed_as_go_prints_them() {
        assert_eq!(display(&json!({"b": [1, "x"], "a": null})), "map[a:<nil> b:[1 x]]");
        assert_eq!(with_floats(&json!({"a": [1, 2.5]})), json!({"a": [1.0, 2.5]}));
    }
}
