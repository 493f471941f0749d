//! Values as text: conversions to string, and `"…".format([…])`.

use super::ast::{Kind, Node};
use super::error::{CompileError, EvalError};
use super::value::{Opaque, Value};
use crate::kube::duration;
use crate::policy::gotime::Time;

/// `string(value)`.
pub(crate) fn string(value: &Value) -> Result<String, EvalError> {
    Ok(match value {
        Value::String(text) => text.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Double(number) => double(*number),
        Value::Bytes(bytes) => String::from_utf8(bytes.to_vec())
            .map_err(|_| EvalError::new("invalid UTF-8 in bytes, cannot convert to string"))?,
        Value::Duration(nanos) => seconds(*nanos),
        Value::Timestamp(time) => timestamp(*time),
        Value::Opaque(opaque) => match opaque.as_ref() {
            Opaque::Ip(address) => address.to_string(),
            Opaque::Cidr(address, length) => format!("{address}/{length}"),
            Opaque::Url(url) => url.text.clone(),
            Opaque::Quantity(quantity) => quantity.to_string(),
            _ => return Err(EvalError::no_overload()),
        },
        _ => return Err(EvalError::no_overload()),
    })
}

/// A key or index for a message.
pub(crate) fn plain(value: &Value) -> String {
    string(value).unwrap_or_else(|_| value.type_name().to_owned())
}

/// A double in the shortest form that Go's `%g` gives: with an exponent below -4 and from 6 on.
pub(crate) fn double(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    if number == 0.0 {
        return if number.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or_default();
    if (-4..6).contains(&power) {
        return format!("{number}");
    }
    let (sign, size) = if power < 0 { ('-', -power) } else { ('+', power) };
    format!("{digits}e{sign}{size:02}")
}

/// A duration in seconds: `5400s`, `1.5s`.
pub(crate) fn seconds(nanos: i64) -> String {
    let (sign, size) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    let (whole, rest) = (size / 1_000_000_000, size % 1_000_000_000);
    match rest {
        0 => format!("{sign}{whole}s"),
        _ => format!("{sign}{whole}.{}s", format!("{rest:09}").trim_end_matches('0')),
    }
}

/// A timestamp in RFC 3339 with as many digits of the second as it needs.
pub(crate) fn timestamp(time: Time) -> String {
    let text = time.rfc3339();
    if time.nanos == 0 {
        return text;
    }
    let digits = format!("{:09}", time.nanos);
    let (head, zone) = text.split_at_checked(19).unwrap_or((&text, ""));
    format!("{head}.{}{zone}", digits.trim_end_matches('0'))
}

/// `template.format(arguments)`.
pub(crate) fn format(template: &str, arguments: &[Value]) -> Result<String, EvalError> {
    let fault = |message: String| EvalError::new(format!("error during formatting: {message}"));
    let mut out = String::new();
    let mut arguments = arguments.iter();
    for part in clauses(template).map_err(fault)? {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Clause(clause, precision) => {
                let value = arguments.next().ok_or_else(|| fault("index out of range".to_owned()))?;
                out.push_str(&formatted(clause, precision, value).map_err(fault)?);
            }
        }
    }
    match arguments.len() {
        0 => Ok(out),
        _ => Err(fault("too many arguments supplied to string.format".to_owned())),
    }
}

/// A piece of a template.
enum Part<'t> {
    Text(&'t str),
    Clause(char, Option<usize>),
}

fn clauses(template: &str) -> Result<Vec<Part<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('%') {
        parts.push(Part::Text(text));
        if let Some(after) = after.strip_prefix('%') {
            parts.push(Part::Text("%"));
            rest = after;
            continue;
        }
        let (precision, after) = match after.strip_prefix('.') {
            Some(digits) => {
                let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
                let precision = digits[..end].parse().ok().filter(|digits| *digits <= 100);
                (Some(precision.ok_or("precision is not a small number")?), &digits[end..])
            }
            None => (None, after),
        };
        let clause = after.chars().next().ok_or("unexpected end of string")?;
        if !"sdfexXbo".contains(clause) {
            return Err(format!("unrecognized formatting clause \"{clause}\""));
        }
        parts.push(Part::Clause(clause, precision));
        rest = &after[clause.len_utf8()..];
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

fn formatted(clause: char, precision: Option<usize>, value: &Value) -> Result<String, String> {
    let wrong = |wanted: &str| Err(format!("{wanted}, was given {}", value.type_name()));
    match (clause, value) {
        ('s', _) => displayed(value, true),
        ('d', Value::Int(number)) => Ok(number.to_string()),
        ('d', Value::Uint(number)) => Ok(number.to_string()),
        ('d', _) => wrong("decimal clause can only be used on integers"),
        ('f', _) => match value.as_double().filter(|_| matches!(value, Value::Double(_))) {
            Some(number) => Ok(format!("{number:.*}", precision.unwrap_or(6))),
            None => wrong("fixed-point clause can only be used on doubles"),
        },
        ('e', Value::Double(number)) => Ok(scientific(*number)),
        ('e', _) => wrong("scientific clause can only be used on doubles"),
        ('b', Value::Bool(flag)) => Ok(u8::from(*flag).to_string()),
        ('x', Value::String(text)) => Ok(text.bytes().map(|byte| format!("{byte:02x}")).collect()),
        ('X', Value::String(text)) => Ok(text.bytes().map(|byte| format!("{byte:02X}")).collect()),
        ('x', Value::Bytes(bytes)) => Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        ('X', Value::Bytes(bytes)) => Ok(bytes.iter().map(|byte| format!("{byte:02X}")).collect()),
        (_, Value::Int(number)) => {
            let sign = if *number < 0 { "-" } else { "" };
            Ok(format!("{sign}{}", radix(clause, number.unsigned_abs())))
        }
        (_, Value::Uint(number)) => Ok(radix(clause, *number)),
        _ => wrong("only integers, strings and bytes can be formatted so"),
    }
}

fn radix(clause: char, number: u64) -> String {
    match clause {
        'x' => format!("{number:x}"),
        'X' => format!("{number:X}"),
        'o' => format!("{number:o}"),
        _ => format!("{number:b}"),
    }
}

/// Scientific notation with six digits and a raised exponent, whatever precision was asked for.
fn scientific(number: f64) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let text = format!("{number:.6e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, power) = power.strip_prefix('-').map_or(("", power), |power| ("⁻", power));
    let raised: String = format!("{power:0>2}")
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(|digit| RAISED[digit as usize])
        .collect();
    format!("{digits}×10{sign}{raised}")
}

/// `%s`: texts are quoted and doubles have six digits inside of lists and maps, but not at the top.
fn displayed(value: &Value, top: bool) -> Result<String, String> {
    Ok(match value {
        Value::Null => "null".to_owned(),
        Value::String(text) if top => text.to_string(),
        Value::String(text) => quoted(text),
        Value::Double(number) if !top => format!("{number:.6}"),
        Value::Bytes(bytes) => {
            String::from_utf8(bytes.to_vec()).map_err(|_| "the bytes are not valid UTF-8".to_owned())?
        }
        Value::Type(name) => name.to_string(),
        Value::List(items) => {
            let items: Result<Vec<String>, String> =
                items.iter().map(|item| displayed(item, false)).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Map(map) => {
            let mut entries = Vec::new();
            for (key, value) in map.iter() {
                entries.push(format!("{}:{}", displayed(&key.to_value(), false)?, displayed(value, false)?));
            }
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Bool(_)
        | Value::Int(_)
        | Value::Uint(_)
        | Value::Double(_)
        | Value::Duration(_)
        | Value::Timestamp(_) => string(value).map_err(|error| error.to_string())?,
        other => {
            return Err(format!(
                "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given {}",
                other.type_name()
            ));
        }
    })
}

/// A text in quotes with its escapes, as `strings.quote` and `%s` write it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What can be said about `template.format([…])` before evaluation: the number of arguments, and the types of literals.
pub(crate) fn check_format(template: &Node, arguments: &Node) -> Result<(), CompileError> {
    let (Kind::Literal(Value::String(text)), Kind::List(items)) = (&template.kind, &arguments.kind) else {
        return Ok(());
    };
    let parts = clauses(text).map_err(|message| CompileError::new(message, template.span.clone()))?;
    let clauses: Vec<_> = parts
        .iter()
        .filter_map(|part| if let Part::Clause(c, p) = part { Some((*c, *p)) } else { None })
        .collect();
    if clauses.len() > items.len() {
        let message = format!("index {} out of range", items.len());
        return Err(CompileError::new(message, arguments.span.clone()));
    }
    if clauses.len() < items.len() {
        let message = format!(
            "too many arguments supplied to string.format (expected {}, got {})",
            clauses.len(),
            items.len()
        );
        return Err(CompileError::new(message, arguments.span.clone()));
    }
    for ((clause, precision), item) in clauses.into_iter().zip(items) {
        if let Kind::Literal(value) = &item.node.kind {
            let result = formatted(clause, precision, value);
            result.map_err(|message| {
                CompileError::new(format!("error during formatting: {message}"), item.node.span.clone())
            })?;
        }
    }
    Ok(())
}

/// Duration text of a value under `duration(text)`.
pub(crate) fn read_duration(text: &str) -> Result<Value, EvalError> {
    duration::parse(text)
        .map(Value::Duration)
        .ok_or_else(|| EvalError::new(format!("invalid duration argument: {}", quoted(text))))
}

/// Reads RFC 3339 under `timestamp(text)`, between the years 1 and 9999.
pub(crate) fn read_timestamp(text: &str) -> Result<Value, EvalError> {
    let time = Time::parse_rfc3339(text)
        .map_err(|_| EvalError::new(format!("invalid timestamp argument: {}", quoted(text))))?;
    if !(1..=9999).contains(&time.civil().year) {
        return Err(EvalError::new("timestamp overflow"));
    }
    Ok(Value::Timestamp(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_have_the_form_of_go() {
        let texts: Vec<String> =
            [1.0, 0.1, 1e21, 1e-7, 8080.0, 1e6, 9.007199254740992e15, -0.0].map(double).into();
        assert_eq!(texts, ["1", "0.1", "1e+21", "1e-07", "8080", "1e+06", "9.007199254740992e+15", "-0"]);
    }

    #[test]
    fn format_prints_nested_values_in_its_own_way() {
        let list = Value::list([Value::Double(1.0), "x".into()]);
        assert_eq!(format("%s", &[list]).as_deref(), Ok("[1.000000, \"x\"]"));
        assert_eq!(format("%e", &[Value::Double(1234.5)]).as_deref(), Ok("1.234500×10⁰³"));
        assert!(format("%d", &[Value::Double(1.0)]).is_err());
    }
}
