//! The evaluation of a tree.
//!
//! Values of the input are borrowed for as long as nothing has to be built. In what is built, a number of integer kind
//! is a Go `int`, which Kyverno's number functions refuse (only `compare` makes one); all others are doubles.

use super::ast::{Comparator, Kind, Node};
use super::functions::{self, Argument};
use super::{Env, SearchError};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::cell::Cell;

/// Nodes visited and values built in one search.
const MAX_STEPS: usize = 2_000_000;

/// What a node gives: a value, or for `&…` the node itself.
pub(crate) enum Term<'v> {
    Value(Cow<'v, Value>),
    Reference(&'v Node),
}

pub(crate) type Outcome<T> = Result<T, SearchError>;

/// One search: the environment and what is left of its steps.
pub(crate) struct Interpreter<'e> {
    pub(crate) env: &'e Env,
    steps: Cell<usize>,
}

/// The value of `root` in `input`.
pub(crate) fn search(root: &Node, input: &Value, env: &Env) -> Outcome<Value> {
    let interpreter = Interpreter { env, steps: Cell::new(MAX_STEPS) };
    let mut value = interpreter.value(root, input)?;
    make_whole(&mut value);
    Ok(value)
}

impl<'e> Interpreter<'e> {
    /// The value of `node`, built; a missing key is an error.
    pub(crate) fn value(&self, node: &Node, input: &Value) -> Outcome<Value> {
        let term = self.eval(node, input)?;
        self.own(term)
    }

    /// The value of `node`, built; a missing key is null.
    pub(crate) fn value_or_null(&self, node: &Node, input: &Value) -> Outcome<Value> {
        let term = found(self.eval(node, input))?;
        self.own(term)
    }

    /// Takes `count` of the steps that are left.
    pub(crate) fn spend(&self, count: usize) -> Outcome<()> {
        let left =
            self.steps.get().checked_sub(count).ok_or(SearchError::Limit("it takes too many steps"))?;
        self.steps.set(left);
        Ok(())
    }

    fn eval<'v>(&self, node: &'v Node, input: &'v Value) -> Outcome<Term<'v>> {
        self.spend(1)?;
        match &node.kind {
            Kind::Current => Ok(borrowed(input)),
            Kind::Literal(value) => Ok(borrowed(value)),
            Kind::Field(name) => field(input, name),
            Kind::Index(index) => Ok(item(input, *index)),
            Kind::Slice { start, stop, step } => self.slice(input, *start, *stop, *step),
            Kind::Sub(left, right) => {
                let left = self.eval(left, input)?;
                self.inside(right, left)
            }
            Kind::Pipe(left, right) => {
                let left = found(self.eval(left, input))?;
                self.inside(right, left)
            }
            Kind::Or(left, right) => match found(self.eval(left, input))? {
                left if left.is_true() => Ok(left),
                _ => found(self.eval(right, input)),
            },
            Kind::And(left, right) => match found(self.eval(left, input))? {
                left if left.is_true() => self.eval(right, input),
                left => Ok(left),
            },
            Kind::Not(inner) => Ok(built(Value::Bool(!found(self.eval(inner, input))?.is_true()))),
            Kind::Compare(how, left, right) => {
                let left = found(self.eval(left, input))?;
                let right = found(self.eval(right, input))?;
                Ok(built(compare(*how, &left, &right)))
            }
            Kind::Flatten(source) => self.flatten(source, input),
            Kind::Project(source, then) => self.project(source, then, input),
            Kind::ProjectValues(source, then) => self.project_values(source, then, input),
            Kind::Filter { source, condition, then } => self.filter(source, condition, then, input),
            Kind::List(_) | Kind::Hash(_) if input.is_null() => Ok(built(Value::Null)),
            Kind::List(items) => self.list(items, input),
            Kind::Hash(entries) => self.hash(entries, input),
            Kind::Call(name, arguments) => self.call(name, arguments, input),
            Kind::Reference(inner) => Ok(Term::Reference(inner)),
        }
    }

    /// Evaluates `node` in a value that an earlier node gave.
    fn inside<'v>(&self, node: &'v Node, input: Term<'v>) -> Outcome<Term<'v>> {
        match input {
            Term::Value(Cow::Borrowed(value)) => self.eval(node, value),
            Term::Value(Cow::Owned(value)) => Ok(built(self.value(node, &value)?)),
            Term::Reference(_) => Ok(built(self.value(node, &Value::Null)?)),
        }
    }

    /// An error in the source of a flatten or filter gives null, whatever it is; only limits get through.
    fn source_or_null<'v>(&self, node: &'v Node, input: &'v Value) -> Outcome<Term<'v>> {
        match self.eval(node, input) {
            Err(SearchError::Evaluation(_) | SearchError::NotFound(_)) => Ok(built(Value::Null)),
            other => other,
        }
    }

    fn flatten<'v>(&self, source: &'v Node, input: &'v Value) -> Outcome<Term<'v>> {
        let source = self.source_or_null(source, input)?;
        let Some(items) = source.items() else { return Ok(built(Value::Null)) };
        let mut flat = Vec::new();
        for item in items {
            match item {
                Value::Array(inner) => flat.extend(self.copies(inner, &source)?),
                other => flat.push(self.copy(other, &source)?),
            }
        }
        Ok(built(Value::Array(flat)))
    }

    fn project<'v>(&self, source: &'v Node, then: &Node, input: &'v Value) -> Outcome<Term<'v>> {
        let source = found(self.eval(source, input))?;
        match source.items() {
            Some(items) => self.each(items.iter(), then),
            None => Ok(built(Value::Null)),
        }
    }

    fn project_values<'v>(&self, source: &'v Node, then: &Node, input: &'v Value) -> Outcome<Term<'v>> {
        let source = found(self.eval(source, input))?;
        match &source {
            Term::Value(value) => match value.as_ref() {
                Value::Object(map) => self.each(map.values(), then),
                _ => Ok(built(Value::Null)),
            },
            Term::Reference(_) => Ok(built(Value::Null)),
        }
    }

    fn each<'i, 'v>(&self, items: impl Iterator<Item = &'i Value>, then: &Node) -> Outcome<Term<'v>> {
        let mut results = Vec::new();
        for item in items {
            results.push(self.value_or_null(then, item)?);
        }
        results.retain(|result| !result.is_null());
        Ok(built(Value::Array(results)))
    }

    fn filter<'v>(
        &self,
        source: &'v Node,
        condition: &Node,
        then: &Node,
        input: &'v Value,
    ) -> Outcome<Term<'v>> {
        let source = self.source_or_null(source, input)?;
        let Some(items) = source.items() else { return Ok(built(Value::Null)) };
        let mut kept = Vec::new();
        for item in items {
            if found(self.eval(condition, item))?.is_true() {
                kept.push(item);
            }
        }
        self.each(kept.into_iter(), then)
    }

    fn list<'v>(&self, items: &[Node], input: &Value) -> Outcome<Term<'v>> {
        let items: Outcome<Vec<Value>> = items.iter().map(|item| self.value_or_null(item, input)).collect();
        Ok(built(Value::Array(items?)))
    }

    fn hash<'v>(&self, entries: &[(String, Node)], input: &Value) -> Outcome<Term<'v>> {
        let mut map = Map::new();
        for (key, node) in entries {
            map.insert(key.clone(), self.value_or_null(node, input)?);
        }
        Ok(built(Value::Object(map)))
    }

    fn call<'v>(&self, name: &str, arguments: &[Node], input: &Value) -> Outcome<Term<'v>> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(match found(self.eval(argument, input))? {
                Term::Reference(node) => Argument::Reference(node),
                term => Argument::Value(self.own(term)?),
            });
        }
        let result = functions::call(self, name, &values)?;
        self.spend(size(&result))?;
        Ok(built(result))
    }

    fn slice<'v>(
        &self,
        input: &Value,
        start: Option<i64>,
        stop: Option<i64>,
        step: Option<i64>,
    ) -> Outcome<Term<'v>> {
        let Value::Array(items) = input else { return Ok(built(Value::Null)) };
        let step = step.unwrap_or(1);
        if step == 0 {
            return Err(SearchError::evaluation("Invalid slice, step cannot be 0"));
        }
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
        let bound = |at: i64| if at < 0 { (at + length).max(low) } else { at.min(high) };
        let (first, last) = if step < 0 { (length - 1, -1) } else { (0, length) };
        let mut at = start.map_or(first, bound);
        let end = stop.map_or(last, bound);
        let mut kept = Vec::new();
        while (step > 0 && at < end) || (step < 0 && at > end) {
            if let Some(item) = usize::try_from(at).ok().and_then(|at| items.get(at)) {
                kept.push(self.own(borrowed(item))?);
            }
            at = at.saturating_add(step);
        }
        Ok(built(Value::Array(kept)))
    }

    /// A term as a value of its own, with its numbers made doubles if they come from the input.
    fn own(&self, term: Term<'_>) -> Outcome<Value> {
        match term {
            Term::Value(Cow::Owned(value)) => Ok(value),
            Term::Value(Cow::Borrowed(value)) => {
                self.spend(size(value))?;
                Ok(doubles(value))
            }
            // Go prints a reference as an empty object.
            Term::Reference(_) => Ok(Value::Object(Map::new())),
        }
    }

    fn copy(&self, value: &Value, from: &Term<'_>) -> Outcome<Value> {
        self.spend(size(value))?;
        Ok(if matches!(from, Term::Value(Cow::Owned(_))) { value.clone() } else { doubles(value) })
    }

    fn copies(&self, values: &[Value], from: &Term<'_>) -> Outcome<Vec<Value>> {
        values.iter().map(|value| self.copy(value, from)).collect()
    }
}

impl Term<'_> {
    fn items(&self) -> Option<&Vec<Value>> {
        match self {
            Term::Value(value) => value.as_array(),
            Term::Reference(_) => None,
        }
    }

    /// Null, false and anything empty are false; the number 0 is true.
    fn is_true(&self) -> bool {
        match self {
            Term::Reference(_) => true,
            Term::Value(value) => match value.as_ref() {
                Value::Null => false,
                Value::Bool(flag) => *flag,
                Value::Number(_) => true,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(map) => !map.is_empty(),
            },
        }
    }

    /// A double and not a Go int.
    fn double(&self) -> Option<f64> {
        match self {
            Term::Value(Cow::Owned(Value::Number(number))) if !number.is_f64() => None,
            Term::Value(value) => value.as_f64(),
            Term::Reference(_) => None,
        }
    }
}

fn compare(how: Comparator, left: &Term<'_>, right: &Term<'_>) -> Value {
    match how {
        Comparator::Equal => return Value::Bool(equal_terms(left, right)),
        Comparator::NotEqual => return Value::Bool(!equal_terms(left, right)),
        _ => {}
    }
    let (Some(left), Some(right)) = (left.double(), right.double()) else { return Value::Null };
    Value::Bool(match how {
        Comparator::Less => left < right,
        Comparator::LessOrEqual => left <= right,
        Comparator::Greater => left > right,
        _ => left >= right,
    })
}

fn equal_terms(left: &Term<'_>, right: &Term<'_>) -> bool {
    match (left, right) {
        (Term::Value(a), Term::Value(b)) => {
            let is_number = a.is_number() && b.is_number();
            equal(a, b) && (!is_number || left.double().is_some() == right.double().is_some())
        }
        _ => false,
    }
}

/// Deep equality; numbers are compared as doubles.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        _ => left == right,
    }
}

fn field<'v>(input: &'v Value, name: &str) -> Outcome<Term<'v>> {
    match input {
        Value::Object(map) => {
            map.get(name).map(borrowed).ok_or_else(|| SearchError::NotFound(name.to_owned()))
        }
        _ => Ok(built(Value::Null)),
    }
}

fn item(input: &Value, index: i64) -> Term<'_> {
    let Value::Array(items) = input else { return built(Value::Null) };
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let at = if index < 0 { index.saturating_add(length) } else { index };
    usize::try_from(at).ok().and_then(|at| items.get(at)).map_or(built(Value::Null), borrowed)
}

/// A missing key as null.
fn found(outcome: Outcome<Term<'_>>) -> Outcome<Term<'_>> {
    match outcome {
        Err(SearchError::NotFound(_)) => Ok(built(Value::Null)),
        other => other,
    }
}

fn borrowed(value: &Value) -> Term<'_> {
    Term::Value(Cow::Borrowed(value))
}

fn built<'v>(value: Value) -> Term<'v> {
    Term::Value(Cow::Owned(value))
}

/// A copy of `value` in which every number is a double.
pub(crate) fn doubles(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            Value::Number(number.as_f64().and_then(Number::from_f64).unwrap_or_else(|| number.clone()))
        }
        Value::Array(items) => Value::Array(items.iter().map(doubles).collect()),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, item)| (key.clone(), doubles(item))).collect())
        }
        other => other.clone(),
    }
}

/// Turns whole doubles into integers, which is how a reader and `serde_json` write them.
fn make_whole(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(whole) = number.as_f64().and_then(whole) {
                *number = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(map) => map.values_mut().for_each(make_whole),
        _ => {}
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9.2e18).then_some(number as i64)
}

/// What a value counts for in steps: its nodes and a share of its text.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => 1 + text.len() / 32,
        Value::Array(items) => items.iter().map(size).sum::<usize>() + 1,
        Value::Object(map) => {
            map.iter().map(|(key, item)| 1 + key.len() / 32 + size(item)).sum::<usize>() + 1
        }
        _ => 1,
    }
}
