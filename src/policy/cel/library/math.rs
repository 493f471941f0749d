//! `math`, which only Kyverno's own policies have.

use super::super::error::EvalError;
use super::super::eval::Outcome;
use super::super::value::Value;
use super::{Table, int, items, number};
use std::cmp::Ordering;

pub(super) const FUNCTIONS: Table = &[
    ("math.round(double) -> double", |_, v| Ok(number(v, 0).round().into())),
    ("math.round(double, int) -> double", |_, v| round(number(v, 0), int(v, 1))),
    ("math.ceil(double) -> double", |_, v| Ok(number(v, 0).ceil().into())),
    ("math.floor(double) -> double", |_, v| Ok(number(v, 0).floor().into())),
    ("math.trunc(double) -> double", |_, v| Ok(number(v, 0).trunc().into())),
    ("math.sqrt(double|int|uint) -> double", |_, v| Ok(number(v, 0).sqrt().into())),
    ("math.isNaN(double) -> bool", |_, v| Ok(number(v, 0).is_nan().into())),
    ("math.isInf(double) -> bool", |_, v| Ok(number(v, 0).is_infinite().into())),
    ("math.isFinite(double) -> bool", |_, v| Ok(number(v, 0).is_finite().into())),
    ("math.abs(double|int|uint) -> T", |_, v| abs(&v[0])),
    ("math.sign(double|int|uint) -> T", |_, v| Ok(sign(&v[0]))),
    ("math.greatest(double|int|uint) -> T", |_, v| Ok(v[0].clone())),
    ("math.least(double|int|uint) -> T", |_, v| Ok(v[0].clone())),
    ("math.greatest(list(A)) -> A", |_, v| extreme(items(v, 0), "greatest", Ordering::Greater)),
    ("math.least(list(A)) -> A", |_, v| extreme(items(v, 0), "least", Ordering::Less)),
    ("math.greatest(int, int) -> int", |_, v| extreme(v, "greatest", Ordering::Greater)),
    ("math.greatest(uint, uint) -> uint", |_, v| extreme(v, "greatest", Ordering::Greater)),
    ("math.greatest(double, double) -> double", |_, v| extreme(v, "greatest", Ordering::Greater)),
    ("math.greatest(int|uint|double, int|uint|double) -> dyn", |_, v| {
        extreme(v, "greatest", Ordering::Greater)
    }),
    ("math.least(int, int) -> int", |_, v| extreme(v, "least", Ordering::Less)),
    ("math.least(uint, uint) -> uint", |_, v| extreme(v, "least", Ordering::Less)),
    ("math.least(double, double) -> double", |_, v| extreme(v, "least", Ordering::Less)),
    ("math.least(int|uint|double, int|uint|double) -> dyn", |_, v| extreme(v, "least", Ordering::Less)),
    ("math.bitAnd(int, int) -> int", |_, v| Ok((int(v, 0) & int(v, 1)).into())),
    ("math.bitAnd(uint, uint) -> uint", |_, v| uints(v, |a, b| a & b)),
    ("math.bitOr(int, int) -> int", |_, v| Ok((int(v, 0) | int(v, 1)).into())),
    ("math.bitOr(uint, uint) -> uint", |_, v| uints(v, |a, b| a | b)),
    ("math.bitXor(int, int) -> int", |_, v| Ok((int(v, 0) ^ int(v, 1)).into())),
    ("math.bitXor(uint, uint) -> uint", |_, v| uints(v, |a, b| a ^ b)),
    ("math.bitNot(int) -> int", |_, v| Ok((!int(v, 0)).into())),
    ("math.bitNot(uint) -> uint", |_, v| uints(&[v[0].clone(), Value::Uint(0)], |a, _| !a)),
    ("math.bitShiftLeft(int|uint, int) -> T", |_, v| shift(&v[0], int(v, 1), "math.bitShiftLeft()", true)),
    ("math.bitShiftRight(int|uint, int) -> T", |_, v| shift(&v[0], int(v, 1), "math.bitShiftRight()", false)),
];

/// Rounded to `places` digits, halves away from zero.
fn round(value: f64, places: i64) -> Outcome {
    let places = i32::try_from(places).map_err(|_| EvalError::new("precision is out of range"))?;
    let scale = 10_f64.powi(places);
    Ok(((value * scale).round() / scale).into())
}

fn abs(value: &Value) -> Outcome {
    match value {
        Value::Int(number) => {
            number.checked_abs().map(Value::Int).ok_or_else(|| EvalError::new("integer overflow"))
        }
        Value::Double(number) => Ok(number.abs().into()),
        other => Ok(other.clone()),
    }
}

fn sign(value: &Value) -> Value {
    match value {
        Value::Int(number) => Value::Int(number.signum()),
        Value::Uint(number) => Value::Uint(u64::from(*number > 0)),
        Value::Double(number) if *number == 0.0 || number.is_nan() => Value::Double(*number),
        Value::Double(number) => Value::Double(number.signum()),
        other => other.clone(),
    }
}

fn extreme(values: &[Value], name: &str, wanted: Ordering) -> Outcome {
    let mut best =
        values.first().ok_or_else(|| EvalError::new(format!("math.{name}() called with an empty list")))?;
    for value in values {
        if value.as_double().is_none() {
            return Err(EvalError::no_overload());
        }
        if value.compare_numbers(best) == Some(wanted) {
            best = value;
        }
    }
    Ok(best.clone())
}

fn uints(values: &[Value], operation: fn(u64, u64) -> u64) -> Outcome {
    match (&values[0], &values[1]) {
        (Value::Uint(a), Value::Uint(b)) => Ok(Value::Uint(operation(*a, *b))),
        _ => Err(EvalError::no_overload()),
    }
}

#[expect(clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "bits are shifted, not amounts")]
fn shift(value: &Value, by: i64, name: &str, left: bool) -> Outcome {
    let by = u32::try_from(by).map_err(|_| EvalError::new(format!("{name} negative offset: {by}")))?;
    let bits = match value {
        Value::Int(number) => *number as u64,
        Value::Uint(number) => *number,
        _ => return Err(EvalError::no_overload()),
    };
    let bits = if left { bits.checked_shl(by) } else { bits.checked_shr(by) }.unwrap_or_default();
    Ok(if matches!(value, Value::Int(_)) { Value::Int(bits as i64) } else { Value::Uint(bits) })
}
