//! Operators, conversions, time and optional values.

use super::super::error::EvalError;
use super::super::eval::{Evaluator, Outcome};
use super::super::text::{read_duration, read_timestamp, string};
use super::super::value::Value;
use super::{Table, items, maybe, pattern, text};
use crate::policy::gotime::{Civil, Time};
use crate::source::time::offset_in;
use std::cmp::Ordering;
use std::sync::Arc;

pub(super) const FUNCTIONS: Table = &[
    ("!_(bool) -> bool", |_, v| Ok(matches!(v[0], Value::Bool(false)).into())),
    ("-_(int|double) -> T", |_, v| negate(&v[0])),
    ("_==_(A, A) -> bool", |_, v| Ok(v[0].equals(&v[1]).into())),
    ("_!=_(A, A) -> bool", |_, v| Ok((!v[0].equals(&v[1])).into())),
    ("_<_(int|uint|double, int|uint|double) -> bool", |_, v| ordered(v, Ordering::is_lt)),
    ("_<=_(int|uint|double, int|uint|double) -> bool", |_, v| ordered(v, Ordering::is_le)),
    ("_>_(int|uint|double, int|uint|double) -> bool", |_, v| ordered(v, Ordering::is_gt)),
    ("_>=_(int|uint|double, int|uint|double) -> bool", |_, v| ordered(v, Ordering::is_ge)),
    ("_<_(string, string) -> bool", |_, v| ordered(v, Ordering::is_lt)),
    ("_<=_(string, string) -> bool", |_, v| ordered(v, Ordering::is_le)),
    ("_>_(string, string) -> bool", |_, v| ordered(v, Ordering::is_gt)),
    ("_>=_(string, string) -> bool", |_, v| ordered(v, Ordering::is_ge)),
    ("_<_(bool, bool) -> bool", |_, v| ordered(v, Ordering::is_lt)),
    ("_<=_(bool, bool) -> bool", |_, v| ordered(v, Ordering::is_le)),
    ("_>_(bool, bool) -> bool", |_, v| ordered(v, Ordering::is_gt)),
    ("_>=_(bool, bool) -> bool", |_, v| ordered(v, Ordering::is_ge)),
    ("_<_(bytes, bytes) -> bool", |_, v| ordered(v, Ordering::is_lt)),
    ("_<=_(bytes, bytes) -> bool", |_, v| ordered(v, Ordering::is_le)),
    ("_>_(bytes, bytes) -> bool", |_, v| ordered(v, Ordering::is_gt)),
    ("_>=_(bytes, bytes) -> bool", |_, v| ordered(v, Ordering::is_ge)),
    ("_<_(timestamp, timestamp) -> bool", |_, v| ordered(v, Ordering::is_lt)),
    ("_<=_(timestamp, timestamp) -> bool", |_, v| ordered(v, Ordering::is_le)),
    ("_>_(timestamp, timestamp) -> bool", |_, v| ordered(v, Ordering::is_gt)),
    ("_>=_(timestamp, timestamp) -> bool", |_, v| ordered(v, Ordering::is_ge)),
    ("_<_(duration, duration) -> bool", |_, v| ordered(v, Ordering::is_lt)),
    ("_<=_(duration, duration) -> bool", |_, v| ordered(v, Ordering::is_le)),
    ("_>_(duration, duration) -> bool", |_, v| ordered(v, Ordering::is_gt)),
    ("_>=_(duration, duration) -> bool", |_, v| ordered(v, Ordering::is_ge)),
    ("_+_(int, int) -> int", |_, v| add(v)),
    ("_+_(uint, uint) -> uint", |_, v| add(v)),
    ("_+_(double, double) -> double", |_, v| add(v)),
    ("_+_(string, string) -> string", |_, v| add(v)),
    ("_+_(bytes, bytes) -> bytes", |_, v| add(v)),
    ("_+_(list(A), list(A)) -> list(A)", |e, v| {
        e.spend(items(v, 0).len() + items(v, 1).len())?;
        add(v)
    }),
    ("_+_(duration, duration) -> duration", |_, v| add(v)),
    ("_+_(timestamp, duration) -> timestamp", |_, v| add(v)),
    ("_+_(duration, timestamp) -> timestamp", |_, v| add(&[v[1].clone(), v[0].clone()])),
    ("_-_(int, int) -> int", |_, v| subtract(v)),
    ("_-_(uint, uint) -> uint", |_, v| subtract(v)),
    ("_-_(double, double) -> double", |_, v| subtract(v)),
    ("_-_(duration, duration) -> duration", |_, v| subtract(v)),
    ("_-_(timestamp, duration) -> timestamp", |_, v| subtract(v)),
    ("_-_(timestamp, timestamp) -> duration", |_, v| subtract(v)),
    ("_*_(int, int) -> int", |_, v| multiply(v)),
    ("_*_(uint, uint) -> uint", |_, v| multiply(v)),
    ("_*_(double, double) -> double", |_, v| multiply(v)),
    ("_/_(int, int) -> int", |_, v| divide(v)),
    ("_/_(uint, uint) -> uint", |_, v| divide(v)),
    ("_/_(double, double) -> double", |_, v| divide(v)),
    ("_%_(int, int) -> int", |_, v| modulo(v)),
    ("_%_(uint, uint) -> uint", |_, v| modulo(v)),
    ("@in(A, list(A)) -> bool", |e, v| {
        e.spend(items(v, 1).len())?;
        Ok(items(v, 1).iter().any(|item| item.equals(&v[0])).into())
    }),
    ("@in(A, map(A, B)) -> bool", |_, v| Ok(in_map(&v[0], &v[1]))),
    ("size(string) -> int", |_, v| size(&v[0])),
    ("size(bytes) -> int", |_, v| size(&v[0])),
    ("size(list(A)) -> int", |_, v| size(&v[0])),
    ("size(map(A, B)) -> int", |_, v| size(&v[0])),
    ("string.size() -> int", |_, v| size(&v[0])),
    ("bytes.size() -> int", |_, v| size(&v[0])),
    ("list(A).size() -> int", |_, v| size(&v[0])),
    ("map(A, B).size() -> int", |_, v| size(&v[0])),
    ("dyn(A) -> dyn", |_, v| Ok(v[0].clone())),
    ("type(A) -> type", |_, v| Ok(Value::Type(v[0].type_name().into()))),
    ("bool(bool|string) -> bool", |_, v| convert("bool", &v[0])),
    ("bytes(bytes|string) -> bytes", |_, v| convert("bytes", &v[0])),
    ("double(double|int|uint|string) -> double", |_, v| convert("double", &v[0])),
    ("int(int|uint|double|string|timestamp|duration) -> int", |_, v| convert("int", &v[0])),
    ("uint(uint|int|double|string) -> uint", |_, v| convert("uint", &v[0])),
    ("string(string|bool|bytes|double|duration|int|timestamp|uint|IP|CIDR) -> string", |_, v| {
        convert("string", &v[0])
    }),
    ("duration(duration|string|int) -> duration", |_, v| convert("duration", &v[0])),
    ("timestamp(timestamp|string|int) -> timestamp", |_, v| convert("timestamp", &v[0])),
    ("string.matches(string) -> bool", |e, v| matches(e, v)),
    ("matches(string, string) -> bool", |e, v| matches(e, v)),
    ("timestamp.getFullYear() -> int", |_, v| part(v, |at| at.year)),
    ("timestamp.getMonth() -> int", |_, v| part(v, |at| i64::from(at.month) - 1)),
    ("timestamp.getDate() -> int", |_, v| part(v, |at| at.day.into())),
    ("timestamp.getDayOfMonth() -> int", |_, v| part(v, |at| i64::from(at.day) - 1)),
    ("timestamp.getDayOfWeek() -> int", |_, v| part(v, |at| at.weekday.into())),
    ("timestamp.getDayOfYear() -> int", |_, v| day_of_year(v)),
    ("timestamp.getHours() -> int", |_, v| part(v, |at| at.hour.into())),
    ("timestamp.getMinutes() -> int", |_, v| part(v, |at| at.minute.into())),
    ("timestamp.getSeconds() -> int", |_, v| part(v, |at| at.second.into())),
    ("timestamp.getMilliseconds() -> int", |_, v| Ok(milliseconds(&v[0]))),
    ("timestamp.getFullYear(string) -> int", |_, v| part(v, |at| at.year)),
    ("timestamp.getMonth(string) -> int", |_, v| part(v, |at| i64::from(at.month) - 1)),
    ("timestamp.getDate(string) -> int", |_, v| part(v, |at| at.day.into())),
    ("timestamp.getDayOfMonth(string) -> int", |_, v| part(v, |at| i64::from(at.day) - 1)),
    ("timestamp.getDayOfWeek(string) -> int", |_, v| part(v, |at| at.weekday.into())),
    ("timestamp.getDayOfYear(string) -> int", |_, v| day_of_year(v)),
    ("timestamp.getHours(string) -> int", |_, v| part(v, |at| at.hour.into())),
    ("timestamp.getMinutes(string) -> int", |_, v| part(v, |at| at.minute.into())),
    ("timestamp.getSeconds(string) -> int", |_, v| part(v, |at| at.second.into())),
    ("timestamp.getMilliseconds(string) -> int", |_, v| Ok(milliseconds(&v[0]))),
    ("duration.getHours() -> int", |_, v| Ok(span(&v[0], 3_600_000_000_000))),
    ("duration.getMinutes() -> int", |_, v| Ok(span(&v[0], 60_000_000_000))),
    ("duration.getSeconds() -> int", |_, v| Ok(span(&v[0], 1_000_000_000))),
    ("duration.getMilliseconds() -> int", |_, v| Ok(span(&v[0], 1_000_000))),
    ("optional.of(A) -> optional(A)", |_, v| Ok(Value::some(v[0].clone()))),
    ("optional.ofNonZeroValue(A) -> optional(A)", |_, v| {
        Ok(maybe(Some(v[0].clone()).filter(|value| !value.is_zero())))
    }),
    ("optional.none() -> optional(A)", |_, _| Ok(Value::Optional(None))),
    ("optional(A).hasValue() -> bool", |_, v| Ok((!matches!(v[0], Value::Optional(None))).into())),
    ("optional(A).value() -> A", |_, v| {
        inner(&v[0]).ok_or_else(|| EvalError::new("optional.none() dereference"))
    }),
    ("optional(A).or(optional(A)) -> optional(A)", |_, v| Ok(v[usize::from(inner(&v[0]).is_none())].clone())),
    ("optional(A).orValue(A) -> A", |_, v| Ok(inner(&v[0]).unwrap_or_else(|| v[1].clone()))),
    // Kyverno lets `orValue` be called on what is no optional; it is that value.
    ("A.orValue(B) -> A", |_, v| Ok(v[0].clone())),
    ("optional.unwrap(list(optional(A))) -> list(A)", |_, v| Ok(unwrap(v))),
    ("list(optional(A)).unwrapOpt() -> list(A)", |_, v| Ok(unwrap(v))),
];

fn inner(value: &Value) -> Option<Value> {
    match value {
        Value::Optional(inner) => inner.as_deref().cloned(),
        _ => None,
    }
}

fn unwrap(values: &[Value]) -> Value {
    Value::list(items(values, 0).iter().filter_map(inner))
}

fn ordered(values: &[Value], wanted: fn(Ordering) -> bool) -> Outcome {
    Ok(values[0].compare(&values[1]).is_some_and(wanted).into())
}

fn overflow(kind: &str) -> EvalError {
    EvalError::new(format!("{kind} overflow"))
}

fn checked_int(number: Option<i64>) -> Outcome {
    number.map(Value::Int).ok_or_else(|| overflow("integer"))
}

fn checked_uint(number: Option<u64>) -> Outcome {
    number.map(Value::Uint).ok_or_else(|| overflow("unsigned integer"))
}

fn checked_duration(nanos: Option<i64>) -> Outcome {
    nanos.map(Value::Duration).ok_or_else(|| overflow("duration"))
}

fn negate(value: &Value) -> Outcome {
    match value {
        Value::Int(number) => checked_int(number.checked_neg()),
        Value::Double(number) => Ok(Value::Double(-number)),
        _ => Err(EvalError::no_overload()),
    }
}

fn add(values: &[Value]) -> Outcome {
    match (&values[0], &values[1]) {
        (Value::Int(a), Value::Int(b)) => checked_int(a.checked_add(*b)),
        (Value::Uint(a), Value::Uint(b)) => checked_uint(a.checked_add(*b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a + b)),
        (Value::String(a), Value::String(b)) => Ok(format!("{a}{b}").into()),
        (Value::Bytes(a), Value::Bytes(b)) => Ok(Value::Bytes(a.iter().chain(b.iter()).copied().collect())),
        (Value::List(a), Value::List(b)) => Ok(Value::list(a.iter().chain(b.iter()).cloned())),
        (Value::Duration(a), Value::Duration(b)) => checked_duration(a.checked_add(*b)),
        (Value::Timestamp(a), Value::Duration(b)) => Ok(Value::Timestamp(a.plus(*b))),
        _ => Err(EvalError::no_overload()),
    }
}

fn subtract(values: &[Value]) -> Outcome {
    match (&values[0], &values[1]) {
        (Value::Int(a), Value::Int(b)) => checked_int(a.checked_sub(*b)),
        (Value::Uint(a), Value::Uint(b)) => checked_uint(a.checked_sub(*b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a - b)),
        (Value::Duration(a), Value::Duration(b)) => checked_duration(a.checked_sub(*b)),
        (Value::Timestamp(a), Value::Duration(b)) => Ok(Value::Timestamp(a.plus(b.saturating_neg()))),
        (Value::Timestamp(a), Value::Timestamp(b)) => Ok(Value::Duration(a.since(*b))),
        _ => Err(EvalError::no_overload()),
    }
}

fn multiply(values: &[Value]) -> Outcome {
    match (&values[0], &values[1]) {
        (Value::Int(a), Value::Int(b)) => checked_int(a.checked_mul(*b)),
        (Value::Uint(a), Value::Uint(b)) => checked_uint(a.checked_mul(*b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a * b)),
        _ => Err(EvalError::no_overload()),
    }
}

fn divide(values: &[Value]) -> Outcome {
    match (&values[0], &values[1]) {
        (_, Value::Int(0) | Value::Uint(0)) => Err(EvalError::new("division by zero")),
        (Value::Int(a), Value::Int(b)) => checked_int(a.checked_div(*b)),
        (Value::Uint(a), Value::Uint(b)) => checked_uint(a.checked_div(*b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a / b)),
        _ => Err(EvalError::no_overload()),
    }
}

fn modulo(values: &[Value]) -> Outcome {
    match (&values[0], &values[1]) {
        (_, Value::Int(0) | Value::Uint(0)) => Err(EvalError::new("modulus by zero")),
        (Value::Int(a), Value::Int(b)) => checked_int(a.checked_rem(*b)),
        (Value::Uint(a), Value::Uint(b)) => checked_uint(a.checked_rem(*b)),
        _ => Err(EvalError::no_overload()),
    }
}

fn in_map(key: &Value, map: &Value) -> Value {
    match map {
        Value::Map(map) | Value::Struct(_, map) => Value::get(map, key).is_some().into(),
        _ => false.into(),
    }
}

fn size(value: &Value) -> Outcome {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(items) => items.len(),
        Value::Map(map) | Value::Struct(_, map) => map.len(),
        _ => return Err(EvalError::no_overload()),
    };
    Ok(super::super::eval::index_value(size))
}

fn matches(evaluator: &Evaluator<'_>, values: &[Value]) -> Outcome {
    let regex = pattern(evaluator, text(values, 1))?;
    Ok(regex.is_match(text(values, 0)).into())
}

/// The conversion called `name`.
pub(super) fn convert(name: &str, value: &Value) -> Outcome {
    match name {
        "bool" => to_bool(value),
        "bytes" => match value {
            Value::Bytes(_) => Ok(value.clone()),
            Value::String(text) => Ok(Value::Bytes(Arc::from(text.as_bytes()))),
            _ => Err(EvalError::no_overload()),
        },
        "double" => to_double(value),
        "int" => to_int(value),
        "uint" => to_uint(value),
        "string" => string(value).map(Value::from),
        "duration" => match value {
            Value::Duration(_) => Ok(value.clone()),
            Value::Int(nanos) => Ok(Value::Duration(*nanos)),
            Value::String(text) => read_duration(text),
            _ => Err(EvalError::no_overload()),
        },
        _ => match value {
            Value::Timestamp(_) => Ok(value.clone()),
            Value::Int(seconds) => Ok(Value::Timestamp(Time::from_unix(*seconds))),
            Value::String(text) => read_timestamp(text),
            _ => Err(EvalError::no_overload()),
        },
    }
}

fn unreadable(text: &str, kind: &str) -> EvalError {
    EvalError::new(format!("type conversion error from string to {kind}: {text:?} cannot be converted"))
}

fn to_bool(value: &Value) -> Outcome {
    match value {
        Value::Bool(_) => Ok(value.clone()),
        Value::String(text) => match text.as_ref() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true.into()),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false.into()),
            _ => Err(unreadable(text, "bool")),
        },
        _ => Err(EvalError::no_overload()),
    }
}

fn to_double(value: &Value) -> Outcome {
    match value {
        Value::String(text) => {
            let number: f64 = text.parse().map_err(|_| unreadable(text, "double"))?;
            // A number too large for a double is refused; the word for infinity is not.
            let too_large = number.is_infinite() && text.contains(|c: char| c.is_ascii_digit());
            if too_large { Err(unreadable(text, "double")) } else { Ok(Value::Double(number)) }
        }
        number => number.as_double().map(Value::Double).ok_or_else(EvalError::no_overload),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn to_int(value: &Value) -> Outcome {
    match value {
        Value::Int(_) => Ok(value.clone()),
        Value::Uint(number) => checked_int(i64::try_from(*number).ok()),
        Value::Double(number) if number.abs() < 9.223_372_036_854_775e18 => Ok(Value::Int(*number as i64)),
        Value::Double(_) => Err(overflow("integer")),
        Value::String(text) => text.parse().map(Value::Int).map_err(|_| unreadable(text, "int")),
        Value::Timestamp(time) => Ok(Value::Int(time.seconds)),
        Value::Duration(nanos) => Ok(Value::Int(*nanos)),
        _ => Err(EvalError::no_overload()),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn to_uint(value: &Value) -> Outcome {
    match value {
        Value::Uint(_) => Ok(value.clone()),
        Value::Int(number) => checked_uint(u64::try_from(*number).ok()),
        Value::Double(number) if (0.0..1.844_674_407_370_955_2e19).contains(number) => {
            Ok(Value::Uint(*number as u64))
        }
        Value::Double(_) => Err(overflow("unsigned integer")),
        Value::String(text) => text.parse().map(Value::Uint).map_err(|_| unreadable(text, "uint")),
        _ => Err(EvalError::no_overload()),
    }
}

/// The time of the receiver in UTC or in the zone of the second argument.
fn time(values: &[Value]) -> Result<Time, EvalError> {
    let Value::Timestamp(time) = values[0] else { return Err(EvalError::no_overload()) };
    let Some(zone) = values.get(1).and_then(Value::as_str) else { return Ok(time.utc()) };
    Ok(Time { offset: offset(zone, time.seconds)?, ..time })
}

/// A fixed offset such as `+02:00`, or what clocks in a named zone show at that moment.
fn offset(zone: &str, seconds: i64) -> Result<i32, EvalError> {
    if matches!(zone, "UTC" | "" | "GMT") {
        return Ok(0);
    }
    let (sign, digits) = match zone.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, zone.strip_prefix('+').unwrap_or(zone)),
    };
    let parts = digits
        .split_once(':')
        .and_then(|(hours, minutes)| Some((hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?)));
    match parts {
        Some((hours, minutes)) => Ok(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)),
        None if zone == "Local" => {
            Err(EvalError::unsupported("the time zone Local", "it is that of the machine"))
        }
        None => offset_in(zone, seconds).ok_or_else(|| EvalError::new(format!("unknown time zone {zone}"))),
    }
}

fn part(values: &[Value], take: fn(Civil) -> i64) -> Outcome {
    Ok(Value::Int(take(time(values)?.civil())))
}

fn day_of_year(values: &[Value]) -> Outcome {
    let time = time(values)?;
    let first = Time::parse("2006", &format!("{:04}", time.civil().year)).map_err(EvalError::Error)?;
    Ok(Value::Int((time.seconds + i64::from(time.offset) - first.seconds).div_euclid(86_400)))
}

fn milliseconds(value: &Value) -> Value {
    match value {
        Value::Timestamp(time) => Value::Int((time.nanos / 1_000_000).into()),
        _ => Value::Null,
    }
}

fn span(value: &Value, unit: i64) -> Value {
    match value {
        Value::Duration(nanos) => Value::Int(nanos / unit),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::cel::{Environment, Value, Variables, compile};

    #[test]
    fn parts_of_a_time_follow_the_zone() {
        let hour = |zone: &str, month: &str| {
            let text = format!("timestamp('2024-{month}-10T12:34:56Z').getHours('{zone}')");
            match compile(&text, &Environment::kubernetes()).unwrap().evaluate(&Variables::default()) {
                Ok(Value::Int(hour)) => Ok(hour),
                other => Err(format!("{other:?}")),
            }
        };
        assert_eq!((hour("America/New_York", "01"), hour("America/New_York", "07")), (Ok(7), Ok(8)));
        assert_eq!((hour("Europe/Berlin", "07"), hour("-02:30", "07")), (Ok(14), Ok(10)));
        assert!(hour("america/new_york", "07").unwrap_err().contains("unknown time zone"));
        assert!(hour("Local", "07").unwrap_err().contains("Unsupported"));
    }
}
