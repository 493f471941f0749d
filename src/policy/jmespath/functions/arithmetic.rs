//! Arithmetic on numbers, quantities and durations.
//!
//! A text is read as a quantity first and as a duration only if it is none; so `'30m'` is a quantity.

use super::super::interpreter::Outcome;
use super::{ANY, ARRAY, Arguments, Function, NUMBER, SearchError, Takes, double, is_double, text};
use crate::kube::{Quantity, duration};
use serde_json::Value;

const TWO: Takes = Takes::Exactly(&[ANY, ANY]);
const NANO: f64 = 1e9;

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "add", takes: TWO, call: |_, a| binary("add", a, add) },
    Function { name: "subtract", takes: TWO, call: |_, a| binary("subtract", a, subtract) },
    Function { name: "multiply", takes: TWO, call: |_, a| binary("multiply", a, multiply) },
    Function { name: "divide", takes: TWO, call: |_, a| binary("divide", a, divide) },
    Function { name: "modulo", takes: TWO, call: |_, a| binary("modulo", a, modulo) },
    Function { name: "sum", takes: Takes::Exactly(&[ARRAY]), call: |_, a| sum(a.items(0)) },
    Function { name: "round", takes: Takes::Exactly(&[NUMBER, NUMBER]), call: |_, a| round(a) },
];

/// One side of an operation.
#[derive(Clone, Copy)]
enum Operand {
    Scalar(f64),
    Quantity(Quantity),
    /// In nanoseconds.
    Duration(i64),
}

use Operand::{Duration, Scalar};

type Operation = fn(Operand, Operand) -> Result<Operand, &'static str>;

const MISMATCH: &str = "Types mismatch";
const ZERO: &str = "Zero divisor passed";
const NOT_WHOLE: &str = "Non-integer argument(s) passed for modulo";
const TOO_LARGE: &str = "the result is too large";

fn binary(name: &str, arguments: &Arguments<'_>, operation: Operation) -> Outcome<Value> {
    apply(name, arguments.value(0), arguments.value(1), operation)
}

fn apply(name: &str, left: &Value, right: &Value, operation: Operation) -> Outcome<Value> {
    let operand = |value| operand(value).ok_or_else(|| SearchError::function(name, "invalid operand"));
    let result = operation(operand(left)?, operand(right)?);
    match result.map_err(|message| SearchError::function(name, message))? {
        Scalar(number) => double(number),
        Operand::Quantity(quantity) => text(quantity.to_string()),
        Duration(nanos) => text(duration::format(nanos)),
    }
}

fn operand(value: &Value) -> Option<Operand> {
    match value {
        Value::Number(number) if is_double(value) => number.as_f64().map(Scalar),
        Value::String(text) => match Quantity::parse(text) {
            Some(quantity) => Some(Operand::Quantity(quantity)),
            None => duration::parse(text).map(Duration),
        },
        _ => None,
    }
}

fn add(left: Operand, right: Operand) -> Result<Operand, &'static str> {
    match (left, right) {
        (Scalar(a), Scalar(b)) => Ok(Scalar(a + b)),
        (Operand::Quantity(a), Operand::Quantity(b)) => quantity(a.nanos().checked_add(b.nanos()), a),
        (Duration(a), Duration(b)) => Ok(Duration(a.wrapping_add(b))),
        _ => Err(MISMATCH),
    }
}

fn subtract(left: Operand, right: Operand) -> Result<Operand, &'static str> {
    match (left, right) {
        (Scalar(a), Scalar(b)) => Ok(Scalar(a - b)),
        (Operand::Quantity(a), Operand::Quantity(b)) => quantity(a.nanos().checked_sub(b.nanos()), a),
        (Duration(a), Duration(b)) => Ok(Duration(a.wrapping_sub(b))),
        _ => Err(MISMATCH),
    }
}

fn multiply(left: Operand, right: Operand) -> Result<Operand, &'static str> {
    match (left, right) {
        (Scalar(a), Scalar(b)) => Ok(Scalar(a * b)),
        (Operand::Quantity(a), Scalar(b)) | (Scalar(b), Operand::Quantity(a)) => scale(a, b),
        (Duration(a), Scalar(b)) | (Scalar(b), Duration(a)) => Ok(nanoseconds(seconds(a) * b)),
        _ => Err(MISMATCH),
    }
}

fn divide(left: Operand, right: Operand) -> Result<Operand, &'static str> {
    if is_zero(right) && !matches!((left, right), (Scalar(_), Operand::Quantity(_) | Duration(_))) {
        let same = std::mem::discriminant(&left) == std::mem::discriminant(&right);
        return Err(if same || matches!(right, Scalar(_)) { ZERO } else { MISMATCH });
    }
    match (left, right) {
        (Scalar(a), Scalar(b)) => Ok(Scalar(a / b)),
        (Operand::Quantity(a), Operand::Quantity(b)) => Ok(Scalar(approximate(a) / approximate(b))),
        (Operand::Quantity(a), Scalar(b)) => {
            let divisor = scalar_nanos(b)?;
            quantity(a.nanos().checked_mul(1_000_000_000).map(|nanos| nanos / divisor), a)
        }
        (Duration(a), Duration(b)) => Ok(Scalar(seconds(a) / seconds(b))),
        (Duration(a), Scalar(b)) => Ok(nanoseconds(seconds(a) / b)),
        _ => Err(MISMATCH),
    }
}

fn modulo(left: Operand, right: Operand) -> Result<Operand, &'static str> {
    match (left, right) {
        (Scalar(a), Scalar(b)) => {
            let (a, b) = (whole(a)?, whole(b)?);
            #[expect(clippy::cast_precision_loss, reason = "Go converts back in the same way")]
            a.checked_rem(b).map(|rest| Scalar(rest as f64)).ok_or(ZERO)
        }
        (Operand::Quantity(a), Operand::Quantity(b)) => {
            let rest = whole_units(a)?.checked_rem(whole_units(b)?).ok_or(ZERO)?;
            quantity(Some(i128::from(rest) * 1_000_000_000), a)
        }
        (Duration(a), Duration(b)) => a.checked_rem(b).map(Duration).ok_or(ZERO),
        _ => Err(MISMATCH),
    }
}

fn is_zero(operand: Operand) -> bool {
    match operand {
        Scalar(number) => number == 0.0,
        Operand::Quantity(quantity) => quantity.nanos() == 0,
        Duration(nanos) => nanos == 0,
    }
}

/// A quantity in the notation of `like`.
fn quantity(nanos: Option<i128>, like: Quantity) -> Result<Operand, &'static str> {
    let nanos = nanos.ok_or(TOO_LARGE)?;
    Ok(Operand::Quantity(Quantity::from_nanos(nanos, like.format())))
}

fn scale(quantity_: Quantity, factor: f64) -> Result<Operand, &'static str> {
    if let Ok(factor) = whole(factor) {
        return quantity(quantity_.nanos().checked_mul(factor.into()), quantity_);
    }
    let product = quantity_.nanos().checked_mul(scalar_nanos(factor)?).ok_or(TOO_LARGE)?;
    quantity(Some(product / 1_000_000_000), quantity_)
}

/// A number as billionths, read from its decimal form.
fn scalar_nanos(number: f64) -> Result<i128, &'static str> {
    Quantity::parse(&number.to_string()).map(Quantity::nanos).filter(|nanos| *nanos != 0).ok_or(TOO_LARGE)
}

#[expect(clippy::cast_precision_loss, reason = "Kyverno divides approximations as well")]
fn approximate(quantity: Quantity) -> f64 {
    match quantity.nanos() % 1_000_000_000 {
        0 => (quantity.nanos() / 1_000_000_000) as f64,
        _ => quantity.nanos() as f64 / NANO,
    }
}

/// The seconds of a duration as Go computes them: whole and fraction apart.
#[expect(clippy::cast_precision_loss, reason = "so does Go")]
fn seconds(nanos: i64) -> f64 {
    (nanos / 1_000_000_000) as f64 + (nanos % 1_000_000_000) as f64 / NANO
}

#[expect(clippy::cast_possible_truncation, reason = "saturates where Go overflows")]
fn nanoseconds(seconds: f64) -> Operand {
    Duration((seconds * NANO) as i64)
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(number: f64) -> Result<i64, &'static str> {
    if number.fract() == 0.0 && number.abs() < 9.2e18 { Ok(number as i64) } else { Err(NOT_WHOLE) }
}

fn whole_units(quantity: Quantity) -> Result<i64, &'static str> {
    if quantity.nanos() % 1_000_000_000 != 0 {
        return Err(NOT_WHOLE);
    }
    i64::try_from(quantity.nanos() / 1_000_000_000).map_err(|_| NOT_WHOLE)
}

fn sum(items: &[Value]) -> Outcome<Value> {
    let mut items = items.iter();
    let first = items.next().ok_or_else(|| SearchError::function("sum", "at least one element is needed"))?;
    items.try_fold(first.clone(), |total, item| apply("sum", &total, item, add))
}

fn round(arguments: &Arguments<'_>) -> Outcome<Value> {
    let (number, places) = (arguments.number(0), arguments.number(1));
    if places.fract() != 0.0 {
        return Err(SearchError::function("round", "Non-integer argument(s) passed for round off"));
    }
    if places < 0.0 {
        return Err(SearchError::function("round", "Negative argument passed for round off"));
    }
    let scale = 10_f64.powf(places);
    double((number * scale).round() / scale)
}
