//! Values as Go prints them, because the texts end up in messages and comparisons.

use serde_json::Value;
use std::fmt::Write;

/// `value` as Go's `encoding/json` writes it: keys sorted, `<`, `>` and `&` escaped, `1e+21` for large numbers.
pub fn json_text(value: &Value) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => {
            out.push_str(&number.as_f64().map_or_else(|| number.to_string(), json_number))
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// A double as Go's JSON prints it.
pub(crate) fn json_number(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        return match text.split_once('e') {
            Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
            // Go's JSON shortens e-09 to e-9, and Rust writes it so.
            _ => text,
        };
    }
    plain_number(number)
}

/// A double without an exponent: `1`, `0.25`, `100000000000000000000`.
pub(crate) fn plain_number(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { format!("{number}") }
}

/// A value as Go's `%v` prints it, for the texts of type errors.
pub(crate) fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), go_number),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(go_text).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let mut entries: Vec<_> =
                map.iter().map(|(key, item)| format!("{key}:{}", go_text(item))).collect();
            entries.sort();
            format!("map[{}]", entries.join(" "))
        }
    }
}

/// A double as `%v` prints it: the exponent has at least two digits and starts at 21.
pub(crate) fn go_number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-4..1e21).contains(&size) {
        return plain_number(number);
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, power)) => {
            let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
            format!("{digits}e{sign}{power:0>2}")
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_printed_as_go_prints_them() {
        let texts: Vec<String> =
            [1.0, -0.5, 1e20, 1e21, 1e-7, 1.5e300].into_iter().map(json_number).collect();
        assert_eq!(texts, ["1", "-0.5", "100000000000000000000", "1e+21", "1e-7", "1.5e+300"]);
        assert_eq!((go_number(1e-9), go_number(1e21)), ("1e-09".to_owned(), "1e+21".to_owned()));
    }

    #[test]
    fn json_is_sorted_and_escaped_for_html() {
        assert_eq!(
            json_text(&json!({"b": "<&>", "a": [1.0, null]})),
            r#"{"a":[1,null],"b":"\u003c\u0026\u003e"}"#
        );
    }
}
