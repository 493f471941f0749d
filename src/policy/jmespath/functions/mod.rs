//! The functions: what they are called, what they take, and the check of arguments that Kyverno makes.

mod arithmetic;
mod collections;
mod encoding;
mod matching;
mod standard;
mod strings;
mod time;

use super::SearchError;
use super::ast::Node;
use super::interpreter::{Interpreter, Outcome};
use super::text::go_text;
use serde_json::{Number, Value};

/// One argument of a call.
#[derive(Debug)]
pub(crate) enum Argument<'n> {
    Value(Value),
    Reference(&'n Node),
}

/// The arguments of a call after their types were checked.
pub(crate) struct Arguments<'a> {
    all: &'a [Argument<'a>],
}

/// A function with its name and the types of its parameters.
pub(crate) struct Function {
    name: &'static str,
    takes: Takes,
    call: fn(&Interpreter<'_>, &Arguments<'_>) -> Outcome<Value>,
}

/// How many arguments, and of which types.
enum Takes {
    Exactly(&'static [&'static [Type]]),
    /// At least so many, of any type.
    AtLeast(usize),
}

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Any,
    Number,
    String,
    Array,
    Object,
    Numbers,
    Strings,
    Reference,
}

use Type::{Any, Array, Numbers, Object, Reference, Strings};

const STRING: &[Type] = &[Type::String];
const NUMBER: &[Type] = &[Type::Number];
const TEXT: &[Type] = &[Type::String, Type::Number];
const ANY: &[Type] = &[Any];
const OBJECT: &[Type] = &[Object];
const ARRAY: &[Type] = &[Array];
const SORTABLE: &[Type] = &[Numbers, Strings];

/// All functions, in no order.
fn all() -> impl Iterator<Item = &'static Function> {
    let tables = [
        standard::FUNCTIONS,
        strings::FUNCTIONS,
        matching::FUNCTIONS,
        collections::FUNCTIONS,
        arithmetic::FUNCTIONS,
        time::FUNCTIONS,
        encoding::FUNCTIONS,
    ];
    tables.into_iter().flatten()
}

/// The function called `name`.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

/// The functions with how they are called, sorted.
pub(crate) fn signatures() -> Vec<(&'static str, String)> {
    let mut found: Vec<_> = all()
        .map(|function| (function.name, format!("{}({})", function.name, function.takes.shown())))
        .collect();
    found.sort();
    found
}

/// Calls `name` with `arguments`.
pub(crate) fn call(interpreter: &Interpreter<'_>, name: &str, arguments: &[Argument<'_>]) -> Outcome<Value> {
    let function = find(name).ok_or_else(|| SearchError::evaluation(format!("unknown function: {name}")))?;
    function.takes.check(arguments)?;
    (function.call)(interpreter, &Arguments { all: arguments })
}

impl Takes {
    /// The types of the parameters as they are written in a signature.
    fn shown(&self) -> String {
        let one = |types: &&[Type]| types.iter().map(|one| one.name()).collect::<Vec<_>>().join("|");
        match self {
            Takes::Exactly(types) => types.iter().map(one).collect::<Vec<_>>().join(", "),
            Takes::AtLeast(count) => format!("{}...", "any, ".repeat(*count)),
        }
    }

    fn check(&self, arguments: &[Argument<'_>]) -> Outcome<()> {
        match self {
            Takes::AtLeast(count) if arguments.len() < *count => {
                Err(SearchError::evaluation("invalid arity"))
            }
            Takes::AtLeast(_) => Ok(()),
            Takes::Exactly([]) => Ok(()),
            Takes::Exactly(types) if types.len() != arguments.len() => {
                Err(SearchError::evaluation("incorrect number of args"))
            }
            Takes::Exactly(types) => {
                types.iter().zip(arguments).try_for_each(|(types, argument)| check_type(types, argument))
            }
        }
    }
}

fn check_type(types: &[Type], argument: &Argument<'_>) -> Outcome<()> {
    if types.iter().any(|one| one.fits(argument)) {
        return Ok(());
    }
    let shown = match argument {
        Argument::Value(value) => go_text(value),
        Argument::Reference(_) => "{}".to_owned(),
    };
    let names: Vec<String> = types.iter().map(|one| format!("\"{}\"", one.name())).collect();
    Err(SearchError::evaluation(format!(
        "Invalid type for: {shown}, expected: []jmespath.JpType{{{}}}",
        names.join(", ")
    )))
}

impl Type {
    fn fits(self, argument: &Argument<'_>) -> bool {
        let Argument::Value(value) = argument else { return matches!(self, Any | Reference) };
        match self {
            Any => true,
            Type::Number => is_double(value),
            Type::String => value.is_string(),
            Array => value.is_array(),
            Object => value.is_object(),
            Numbers => value.as_array().is_some_and(|items| items.iter().all(is_double)),
            Strings => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Reference => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Any => "any",
            Type::Number => "number",
            Type::String => "string",
            Array => "array",
            Object => "object",
            Numbers => "array[number]",
            Strings => "array[string]",
            Reference => "expref",
        }
    }
}

/// A number that is no Go int; see the interpreter.
fn is_double(value: &Value) -> bool {
    value.as_number().is_some_and(Number::is_f64)
}

impl<'a> Arguments<'a> {
    /// The value at `index`; null for a reference and beyond the end.
    fn value(&self, index: usize) -> &'a Value {
        match self.all.get(index) {
            Some(Argument::Value(value)) => value,
            _ => &Value::Null,
        }
    }

    fn values(&self) -> impl Iterator<Item = &'a Value> {
        let all = self.all;
        (0..all.len()).map(move |index| Arguments { all }.value(index))
    }

    fn str(&self, index: usize) -> &'a str {
        self.value(index).as_str().unwrap_or_default()
    }

    fn number(&self, index: usize) -> f64 {
        self.value(index).as_f64().unwrap_or_default()
    }

    fn items(&self, index: usize) -> &'a [Value] {
        self.value(index).as_array().map_or(&[], Vec::as_slice)
    }

    fn reference(&self, index: usize) -> Option<&'a Node> {
        match self.all.get(index) {
            Some(Argument::Reference(node)) => Some(node),
            _ => None,
        }
    }
}

/// A double as a value; there is no JSON for infinities.
fn double(number: f64) -> Outcome<Value> {
    let name = if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Number::from_f64(number)
        .map(Value::Number)
        .ok_or_else(|| SearchError::evaluation(format!("json: unsupported value: {name}")))
}

/// A count as a value.
#[expect(clippy::cast_precision_loss, reason = "no list is that long")]
fn count(number: usize) -> Outcome<Value> {
    double(number as f64)
}

fn text(text: impl Into<String>) -> Outcome<Value> {
    Ok(Value::String(text.into()))
}
