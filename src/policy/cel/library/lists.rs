//! Lists and sets.

use super::super::error::EvalError;
use super::super::eval::{Evaluator, Outcome, index_value};
use super::super::value::Value;
use super::{Table, int, items, maybe};
use std::cmp::Ordering;

pub(super) const FUNCTIONS: Table = &[
    ("list(A).slice(int, int) -> list(A)", |_, v| slice(items(v, 0), int(v, 1), int(v, 2))),
    ("list(list(A)).flatten() -> list(A)", |_, v| Ok(flatten(items(v, 0), 1))),
    ("list(dyn).flatten() -> list(dyn)", |_, v| Ok(flatten(items(v, 0), 1))),
    ("list(dyn).flatten(int) -> list(dyn)", |_, v| match int(v, 1) {
        depth if depth < 0 => Err(EvalError::new("level must be non-negative")),
        depth => Ok(flatten(items(v, 0), depth)),
    }),
    ("list(A).sort() -> list(A)", |_, v| {
        sort_pairs(items(v, 0).iter().map(|item| (item.clone(), item.clone())).collect())
    }),
    ("list(A).distinct() -> list(A)", |e, v| distinct(e, items(v, 0))),
    ("list(A).reverse() -> list(A)", |_, v| Ok(Value::list(items(v, 0).iter().rev().cloned()))),
    ("lists.range(int) -> list(int)", |e, v| range(e, int(v, 0))),
    ("list(A).first() -> optional(A)", |_, v| Ok(maybe(items(v, 0).first().cloned()))),
    ("list(A).last() -> optional(A)", |_, v| Ok(maybe(items(v, 0).last().cloned()))),
    ("list(int).sum() -> int", |_, v| sum(items(v, 0))),
    ("list(uint).sum() -> uint", |_, v| sum(items(v, 0))),
    ("list(double).sum() -> double", |_, v| sum(items(v, 0))),
    ("list(duration).sum() -> duration", |_, v| sum(items(v, 0))),
    ("list(A).min() -> A", |_, v| extreme(items(v, 0), "min", Ordering::Less)),
    ("list(A).max() -> A", |_, v| extreme(items(v, 0), "max", Ordering::Greater)),
    ("list(A).isSorted() -> bool", |_, v| is_sorted(items(v, 0))),
    ("list(A).indexOf(A) -> int", |_, v| {
        Ok(position(items(v, 0).iter().position(|item| item.equals(&v[1]))))
    }),
    ("list(A).lastIndexOf(A) -> int", |_, v| {
        Ok(position(items(v, 0).iter().rposition(|item| item.equals(&v[1]))))
    }),
    ("sets.contains(list(A), list(A)) -> bool", |e, v| {
        pairs(e, v)?;
        Ok(covers(items(v, 0), items(v, 1)).into())
    }),
    ("sets.equivalent(list(A), list(A)) -> bool", |e, v| {
        pairs(e, v)?;
        Ok((covers(items(v, 0), items(v, 1)) && covers(items(v, 1), items(v, 0))).into())
    }),
    ("sets.intersects(list(A), list(A)) -> bool", |e, v| {
        pairs(e, v)?;
        Ok(items(v, 0).iter().any(|item| has(items(v, 1), item)).into())
    }),
];

/// Pays for comparing every element of one list with every element of the other.
fn pairs(evaluator: &Evaluator<'_>, values: &[Value]) -> Result<(), EvalError> {
    evaluator.spend(items(values, 0).len().saturating_mul(items(values, 1).len()))
}

fn has(list: &[Value], wanted: &Value) -> bool {
    list.iter().any(|item| item.equals(wanted))
}

fn covers(list: &[Value], wanted: &[Value]) -> bool {
    wanted.iter().all(|item| has(list, item))
}

fn position(found: Option<usize>) -> Value {
    found.map_or(Value::Int(-1), index_value)
}

fn slice(list: &[Value], start: i64, end: i64) -> Outcome {
    let bounds = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let part = bounds.and_then(|(start, end)| list.get(start..end));
    let part = part.ok_or_else(|| {
        EvalError::new(format!("cannot slice({start}, {end}), the list has {} elements", list.len()))
    })?;
    Ok(Value::list(part.iter().cloned()))
}

/// `list` with up to `depth` levels of nested lists opened. The depth of a value is bounded by the expression's.
fn flatten(list: &[Value], depth: i64) -> Value {
    Value::list(list.iter().flat_map(|item| match item {
        Value::List(inner) if depth > 0 => match flatten(inner, depth - 1) {
            Value::List(flat) => flat.to_vec(),
            other => vec![other],
        },
        other => vec![other.clone()],
    }))
}

fn distinct(evaluator: &Evaluator<'_>, list: &[Value]) -> Outcome {
    evaluator.spend(list.len().saturating_mul(list.len()))?;
    let mut kept: Vec<Value> = Vec::new();
    for item in list {
        if !has(&kept, item) {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(kept))
}

fn range(evaluator: &Evaluator<'_>, size: i64) -> Outcome {
    let size = usize::try_from(size)
        .map_err(|_| EvalError::new(format!("lists.range: size must be non-negative, got {size}")))?;
    evaluator.spend(size)?;
    Ok(Value::list((0..size).map(index_value)))
}

/// The second values in the order of the first, which must be of one sortable type.
pub(crate) fn sort_pairs(mut pairs: Vec<(Value, Value)>) -> Outcome {
    if let Some((first, _)) = pairs.first() {
        if pairs.iter().any(|(key, _)| key.type_name() != first.type_name()) {
            return Err(EvalError::new("list elements must have the same type"));
        }
        if first.compare(first).is_none() && first.as_double().is_none() {
            return Err(EvalError::new("list elements must be comparable"));
        }
    }
    pairs.sort_by(|(a, _), (b, _)| a.compare(b).unwrap_or(Ordering::Equal));
    Ok(Value::list(pairs.into_iter().map(|(_, value)| value)))
}

fn sum(list: &[Value]) -> Outcome {
    let mut total = match list.first() {
        None | Some(Value::Int(_)) => Value::Int(0),
        Some(Value::Uint(_)) => Value::Uint(0),
        Some(Value::Double(_)) => Value::Double(0.0),
        Some(Value::Duration(_)) => Value::Duration(0),
        Some(_) => return Err(EvalError::no_overload()),
    };
    let overflow = || EvalError::new("integer overflow");
    for item in list {
        total = match (&total, item) {
            (Value::Int(a), Value::Int(b)) => Value::Int(a.checked_add(*b).ok_or_else(overflow)?),
            (Value::Uint(a), Value::Uint(b)) => Value::Uint(a.checked_add(*b).ok_or_else(overflow)?),
            (Value::Double(a), Value::Double(b)) => Value::Double(a + b),
            (Value::Duration(a), Value::Duration(b)) => {
                Value::Duration(a.checked_add(*b).ok_or_else(overflow)?)
            }
            _ => return Err(EvalError::no_overload()),
        };
    }
    Ok(total)
}

fn extreme(list: &[Value], name: &str, wanted: Ordering) -> Outcome {
    let mut best = list.first().ok_or_else(|| EvalError::new(format!("{name} called on empty list")))?;
    for item in list {
        let order = item.compare(best).ok_or_else(EvalError::no_overload)?;
        if order == wanted {
            best = item;
        }
    }
    Ok(best.clone())
}

fn is_sorted(list: &[Value]) -> Outcome {
    for pair in list.windows(2) {
        if pair[0].compare(&pair[1]).ok_or_else(EvalError::no_overload)?.is_gt() {
            return Ok(false.into());
        }
    }
    Ok(true.into())
}
