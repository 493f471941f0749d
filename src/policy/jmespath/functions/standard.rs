//! The functions of the JMESPath specification.

use super::super::interpreter::{Interpreter, Outcome, equal};
use super::super::text::json_text;
use super::{
    ANY, ARRAY, Argument, Arguments, Array, Function, NUMBER, Numbers, OBJECT, Object, Reference, SORTABLE,
    STRING, SearchError, Strings, Takes, Type, count, double, is_double, text,
};
use serde_json::{Map, Value};
use std::cmp::Ordering;

const REFERENCE: &[Type] = &[Reference];
const SIZED: &[Type] = &[Type::String, Array, Object];
const SEARCHABLE: &[Type] = &[Array, Type::String];
const NUMBERS: &[Type] = &[Numbers];
const STRINGS: &[Type] = &[Strings];
const SORTED: &[Type] = &[Strings, Numbers];

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "abs", takes: Takes::Exactly(&[NUMBER]), call: |_, a| double(a.number(0).abs()) },
    Function { name: "avg", takes: Takes::Exactly(&[NUMBERS]), call: |_, a| avg(a.items(0)) },
    Function { name: "ceil", takes: Takes::Exactly(&[NUMBER]), call: |_, a| double(a.number(0).ceil()) },
    Function { name: "contains", takes: Takes::Exactly(&[SEARCHABLE, ANY]), call: |_, a| contains(a) },
    Function {
        name: "ends_with",
        takes: Takes::Exactly(&[STRING, STRING]),
        call: |_, a| Ok(a.str(0).ends_with(a.str(1)).into()),
    },
    Function { name: "floor", takes: Takes::Exactly(&[NUMBER]), call: |_, a| double(a.number(0).floor()) },
    Function { name: "join", takes: Takes::Exactly(&[STRING, STRINGS]), call: |i, a| join(i, a) },
    Function { name: "keys", takes: Takes::Exactly(&[OBJECT]), call: |_, a| Ok(keys(a.value(0))) },
    Function { name: "length", takes: Takes::Exactly(&[SIZED]), call: |_, a| length(a.value(0)) },
    Function { name: "map", takes: Takes::Exactly(&[REFERENCE, ARRAY]), call: map },
    Function {
        name: "max",
        takes: Takes::Exactly(&[SORTABLE]),
        call: |_, a| Ok(extreme(a, Ordering::Greater)),
    },
    Function {
        name: "max_by",
        takes: Takes::Exactly(&[ARRAY, REFERENCE]),
        call: |i, a| extreme_by(i, a, Ordering::Greater),
    },
    Function { name: "merge", takes: Takes::AtLeast(1), call: |_, a| merge(a) },
    Function { name: "min", takes: Takes::Exactly(&[SORTABLE]), call: |_, a| Ok(extreme(a, Ordering::Less)) },
    Function {
        name: "min_by",
        takes: Takes::Exactly(&[ARRAY, REFERENCE]),
        call: |i, a| extreme_by(i, a, Ordering::Less),
    },
    Function {
        name: "not_null",
        takes: Takes::AtLeast(1),
        call: |_, a| Ok(a.values().find(|value| !value.is_null()).cloned().unwrap_or_default()),
    },
    Function { name: "reverse", takes: Takes::Exactly(&[SEARCHABLE]), call: |_, a| Ok(reverse(a.value(0))) },
    Function { name: "sort", takes: Takes::Exactly(&[SORTED]), call: |_, a| Ok(sort(a.items(0))) },
    Function { name: "sort_by", takes: Takes::Exactly(&[ARRAY, REFERENCE]), call: sort_by },
    Function {
        name: "starts_with",
        takes: Takes::Exactly(&[STRING, STRING]),
        call: |_, a| Ok(a.str(0).starts_with(a.str(1)).into()),
    },
    Function { name: "to_array", takes: Takes::Exactly(&[ANY]), call: |_, a| Ok(to_array(a.value(0))) },
    Function { name: "to_number", takes: Takes::Exactly(&[ANY]), call: |_, a| to_number(a.value(0)) },
    Function { name: "to_string", takes: Takes::Exactly(&[ANY]), call: |_, a| to_string(a.value(0)) },
    Function { name: "type", takes: Takes::Exactly(&[ANY]), call: |_, a| type_of(a) },
    Function { name: "values", takes: Takes::Exactly(&[OBJECT]), call: |_, a| Ok(values(a.value(0))) },
];

fn avg(items: &[Value]) -> Outcome<Value> {
    let total: f64 = items.iter().filter_map(Value::as_f64).sum();
    let length = count(items.len())?.as_f64().unwrap_or_default();
    double(total / length)
}

fn contains(arguments: &Arguments<'_>) -> Outcome<Value> {
    let wanted = arguments.value(1);
    if let Value::String(text) = arguments.value(0) {
        return Ok(wanted.as_str().is_some_and(|wanted| text.contains(wanted)).into());
    }
    for item in arguments.items(0) {
        // Go cannot compare two maps or two lists and crashes; here that is an error.
        if (item.is_object() && wanted.is_object()) || (item.is_array() && wanted.is_array()) {
            return Err(SearchError::evaluation("contains cannot compare maps or lists"));
        }
        if equal(item, wanted) {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

fn join(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>) -> Outcome<Value> {
    let parts: Vec<&str> = arguments.items(1).iter().filter_map(Value::as_str).collect();
    interpreter.spend(arguments.str(0).len().saturating_mul(parts.len()) / 32)?;
    text(parts.join(arguments.str(0)))
}

fn keys(value: &Value) -> Value {
    value.as_object().map(|map| map.keys().map(|key| Value::from(key.as_str())).collect()).unwrap_or_default()
}

fn values(value: &Value) -> Value {
    value.as_object().map(|map| map.values().cloned().collect()).unwrap_or_default()
}

fn length(value: &Value) -> Outcome<Value> {
    count(match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    })
}

fn map(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>) -> Outcome<Value> {
    keyed(interpreter, arguments, 0, 1).map(Value::Array)
}

/// The value of the reference at `reference` for every item of the list at `list`.
fn keyed(
    interpreter: &Interpreter<'_>,
    arguments: &Arguments<'_>,
    reference: usize,
    list: usize,
) -> Outcome<Vec<Value>> {
    let Some(node) = arguments.reference(reference) else { return Ok(Vec::new()) };
    arguments.items(list).iter().map(|item| interpreter.value_or_null(node, item)).collect()
}

/// The order of two numbers or two texts.
fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::String(left), Value::String(right)) => left.cmp(right),
        _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
    }
}

fn extreme(arguments: &Arguments<'_>, wanted: Ordering) -> Value {
    let better = |best: &&Value, item: &&Value| order(item, best) == wanted;
    let mut items = arguments.items(0).iter();
    let first = items.next();
    items
        .fold(first, |best, item| match best {
            Some(best) if better(&best, &item) => Some(item),
            best => best,
        })
        .cloned()
        .unwrap_or_default()
}

fn extreme_by(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>, wanted: Ordering) -> Outcome<Value> {
    let keys = sort_keys(keyed(interpreter, arguments, 1, 0)?)?;
    let mut best = 0;
    for (index, key) in keys.iter().enumerate() {
        if order(key, &keys[best]) == wanted {
            best = index;
        }
    }
    Ok(arguments.items(0).get(best).cloned().unwrap_or_default())
}

fn sort_by(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>) -> Outcome<Value> {
    let keys = sort_keys(keyed(interpreter, arguments, 1, 0)?)?;
    let mut pairs: Vec<_> = keys.iter().zip(arguments.items(0)).collect();
    pairs.sort_by(|(left, _), (right, _)| order(left, right));
    Ok(pairs.into_iter().map(|(_, item)| item.clone()).collect())
}

/// Keys to sort by: all numbers or all texts.
fn sort_keys(keys: Vec<Value>) -> Outcome<Vec<Value>> {
    if keys.iter().all(is_double) || keys.iter().all(Value::is_string) {
        return Ok(keys);
    }
    Err(SearchError::evaluation("invalid type, must be number of string"))
}

fn sort(items: &[Value]) -> Value {
    let mut items = items.to_vec();
    items.sort_by(order);
    Value::Array(items)
}

fn merge(arguments: &Arguments<'_>) -> Outcome<Value> {
    let mut merged = Map::new();
    for value in arguments.values() {
        // Kyverno crashes here.
        let map = value.as_object().ok_or_else(|| SearchError::evaluation("merge takes only maps"))?;
        merged.extend(map.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Ok(Value::Object(merged))
}

fn reverse(value: &Value) -> Value {
    match value {
        Value::String(text) => text.chars().rev().collect::<String>().into(),
        Value::Array(items) => items.iter().rev().cloned().collect(),
        _ => Value::Null,
    }
}

fn to_array(value: &Value) -> Value {
    if value.is_array() { value.clone() } else { Value::Array(vec![value.clone()]) }
}

fn to_number(value: &Value) -> Outcome<Value> {
    match value {
        Value::Number(_) => Ok(value.clone()),
        Value::String(text) => parse_float(text).map_or(Ok(Value::Null), double),
        _ => Ok(Value::Null),
    }
}

/// A number as Go's `ParseFloat` reads it: no spaces, `_` between digits, `inf` and `nan`.
fn parse_float(text: &str) -> Option<f64> {
    let lone = |at: usize| {
        let digit =
            |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
        !digit(at.checked_sub(1)) || !digit(Some(at + 1))
    };
    if text.match_indices('_').any(|(at, _)| lone(at)) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

fn to_string(value: &Value) -> Outcome<Value> {
    match value {
        Value::String(_) => Ok(value.clone()),
        other => text(json_text(other)),
    }
}

fn type_of(arguments: &Arguments<'_>) -> Outcome<Value> {
    let unknown = || Err(SearchError::evaluation("unknown type"));
    if matches!(arguments.all.first(), Some(Argument::Reference(_))) {
        return unknown();
    }
    match arguments.value(0) {
        Value::Null => text("null"),
        Value::Bool(_) => text("boolean"),
        Value::Number(number) if number.is_f64() => text("number"),
        Value::Number(_) => unknown(),
        Value::String(_) => text("string"),
        Value::Array(_) => text("array"),
        Value::Object(_) => text("object"),
    }
}
