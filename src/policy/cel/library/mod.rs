//! The functions: signatures for the checker, and what they do.
//!
//! A function is found by name, by whether it has a receiver, and by the types of its arguments; at run time the first
//! overload that fits the values is called.

mod authorizer;
mod images;
mod kubernetes;
mod kyverno;
mod lists;
mod math;
mod net;
mod standard;
mod strings;

pub(crate) use lists::sort_pairs;

use super::environment::Libraries;
use super::error::EvalError;
use super::eval::{Evaluator, Outcome};
use super::types::{Signature, Type};
use super::value::Value;
use crate::policy::regexp;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a function does with its arguments; a receiver comes first.
type Call = fn(&Evaluator<'_>, &[Value]) -> Outcome;

/// Functions as a library file lists them.
type Table = &'static [(&'static str, Call)];

struct Overload {
    signature: Signature,
    /// The smallest set of libraries that has it.
    libraries: Libraries,
    call: Call,
}

/// All tables, each under the smallest set of libraries that has it.
const TABLES: [(Libraries, &[Table]); 3] = [
    (
        Libraries::Kubernetes,
        &[
            standard::FUNCTIONS,
            strings::FUNCTIONS,
            lists::FUNCTIONS,
            net::FUNCTIONS,
            kubernetes::FUNCTIONS,
            authorizer::FUNCTIONS,
        ],
    ),
    (Libraries::Kyverno, &[math::FUNCTIONS, kyverno::FUNCTIONS]),
    (Libraries::Images, &[images::FUNCTIONS]),
];

static REGISTRY: LazyLock<BTreeMap<String, Vec<Overload>>> = LazyLock::new(|| {
    let mut registry: BTreeMap<String, Vec<Overload>> = BTreeMap::new();
    for (libraries, tables) in TABLES {
        for (text, call) in tables.iter().copied().flatten() {
            for signature in variants(text) {
                let overload = Overload { signature, libraries, call: *call };
                registry.entry(overload.signature.name.clone()).or_default().push(overload);
            }
        }
    }
    registry
});

/// The signatures that one line stands for: `int|double` in it means one for each. Kyverno's functions of a namespace have
/// their names with a small first letter too.
fn variants(text: &str) -> Vec<Signature> {
    let Some(bar) = text.find('|') else {
        let found = Signature::parse(text);
        let small = found.as_ref().and_then(|signature| {
            let (namespace, name) = signature.name.split_once('.').filter(|_| !signature.member)?;
            let first = name.chars().next().filter(char::is_ascii_uppercase)?;
            let name = format!("{namespace}.{}{}", first.to_ascii_lowercase(), &name[1..]);
            Some(Signature { name, ..signature.clone() })
        });
        return found.into_iter().chain(small).collect();
    };
    let word = |c: char| c.is_ascii_alphanumeric() || c == '|';
    let start = text[..bar].rfind(|c| !word(c)).map_or(0, |at| at + 1);
    let end = text[bar..].find(|c| !word(c)).map_or(text.len(), |at| bar + at);
    let alternatives = text[start..end].split('|');
    // `T` on the right of the arrow means the alternative taken.
    alternatives
        .flat_map(|one| {
            variants(
                &format!("{}{one}{}", &text[..start], &text[end..]).replace("-> T", &format!("-> {one}")),
            )
        })
        .collect()
}

/// The signatures of `name`.
pub(crate) fn signatures(
    name: &str,
    member: bool,
    libraries: Libraries,
) -> impl Iterator<Item = &'static Signature> {
    let overloads = REGISTRY.get(name).map_or(&[][..], Vec::as_slice);
    overloads
        .iter()
        .filter(move |overload| overload.signature.member == member && overload.libraries <= libraries)
        .map(|overload| &overload.signature)
}

/// Is there a function of a namespace called `name`?
pub(crate) fn has_global(name: &str, libraries: Libraries) -> bool {
    signatures(name, false, libraries).next().is_some()
}

/// Calls `name`.
pub(crate) fn call(evaluator: &Evaluator<'_>, name: &str, member: bool, values: &[Value]) -> Outcome {
    let overloads = REGISTRY.get(name).map_or(&[][..], Vec::as_slice);
    let found = overloads.iter().find(|overload| {
        let signature = &overload.signature;
        signature.member == member
            && signature.parameters.len() == values.len()
            && signature.parameters.iter().zip(values).all(|(wanted, value)| fits(value, wanted))
    });
    match found {
        Some(overload) => {
            evaluator.spend(values.iter().map(Value::size).sum())?;
            (overload.call)(evaluator, values)
        }
        None => Err(EvalError::no_overload()),
    }
}

/// A conversion of a constant.
pub(crate) fn convert(name: &str, value: &Value) -> Outcome {
    standard::convert(name, value)
}

fn fits(value: &Value, wanted: &Type) -> bool {
    match (wanted, value) {
        (Type::Dyn | Type::Param(_), _)
        | (Type::Null, Value::Null)
        | (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_))
        | (Type::Uint, Value::Uint(_))
        | (Type::Double, Value::Double(_))
        | (Type::String, Value::String(_))
        | (Type::Bytes, Value::Bytes(_))
        | (Type::Duration, Value::Duration(_))
        | (Type::Timestamp, Value::Timestamp(_))
        | (Type::Type, Value::Type(_))
        | (Type::List(_), Value::List(_))
        | (Type::Map(..), Value::Map(_) | Value::Struct(..))
        | (Type::Optional(_), Value::Optional(_)) => true,
        (Type::Opaque(name), Value::Opaque(_)) => value.type_name() == *name,
        _ => false,
    }
}

/// A compiled pattern; compiling counts for many steps.
fn pattern(evaluator: &Evaluator<'_>, text: &str) -> Result<Regex, EvalError> {
    evaluator.spend(500 + text.len() * 4)?;
    regexp::compile(text).map_err(EvalError::Error)
}

/// The text at `index`; the signature has made sure that it is one.
fn text(values: &[Value], index: usize) -> &str {
    values.get(index).and_then(Value::as_str).unwrap_or_default()
}

fn int(values: &[Value], index: usize) -> i64 {
    match values.get(index) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

fn number(values: &[Value], index: usize) -> f64 {
    values.get(index).and_then(Value::as_double).unwrap_or_default()
}

fn items(values: &[Value], index: usize) -> &[Value] {
    match values.get(index) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// An optional as a value.
fn maybe(value: Option<Value>) -> Value {
    value.map_or(Value::Optional(None), Value::some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_can_be_read() {
        for (text, _) in TABLES.into_iter().flat_map(|(_, tables)| tables.iter().copied().flatten()) {
            assert!(!variants(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn bars_stand_for_several_signatures() {
        let all: Vec<String> =
            variants("f(int|double, string) -> T").iter().map(|s| s.result.to_string()).collect();
        assert_eq!(all, ["int", "double"]);
    }
}
