//! Functions on text.

use super::super::interpreter::{Interpreter, Outcome};
use super::{Arguments, Function, NUMBER, STRING, SearchError, Takes, text};
use serde_json::Value;

const ONE: Takes = Takes::Exactly(&[STRING]);
const TWO: Takes = Takes::Exactly(&[STRING, STRING]);
const THREE: Takes = Takes::Exactly(&[STRING, STRING, STRING]);
const REPLACE: Takes = Takes::Exactly(&[STRING, STRING, STRING, NUMBER]);
const TRUNCATE: Takes = Takes::Exactly(&[STRING, NUMBER]);

/// The longest text that a replacement may build.
const MAX_TEXT: usize = 16 << 20;

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "compare", takes: TWO, call: |_, a| Ok(compare(a.str(0), a.str(1))) },
    Function { name: "equal_fold", takes: TWO, call: |_, a| Ok(equal_fold(a.str(0), a.str(1)).into()) },
    Function { name: "replace", takes: REPLACE, call: |i, a| replace(i, a, a.number(3)) },
    Function { name: "replace_all", takes: THREE, call: |i, a| replace(i, a, -1.0) },
    Function { name: "to_upper", takes: ONE, call: |_, a| text(map_chars(a.str(0), upper)) },
    Function { name: "to_lower", takes: ONE, call: |_, a| text(map_chars(a.str(0), lower)) },
    Function { name: "trim", takes: TWO, call: |_, a| text(a.str(0).trim_matches(|c| a.str(1).contains(c))) },
    Function {
        name: "trim_prefix",
        takes: TWO,
        call: |_, a| text(a.str(0).strip_prefix(a.str(1)).unwrap_or(a.str(0))),
    },
    Function { name: "split", takes: TWO, call: |_, a| Ok(split(a.str(0), a.str(1))) },
    Function { name: "truncate", takes: TRUNCATE, call: |_, a| text(truncate(a.str(0), a.number(1))) },
    Function { name: "to_boolean", takes: ONE, call: |_, a| to_boolean(a.str(0)) },
    Function { name: "path_canonicalize", takes: ONE, call: |_, a| text(clean_path(a.str(0))) },
];

/// The one function whose result is a Go int: no number function takes it.
fn compare(left: &str, right: &str) -> Value {
    (left.cmp(right) as i64).into()
}

/// Equality under simple case folding, one character for one.
fn equal_fold(left: &str, right: &str) -> bool {
    left.chars().map(fold).eq(right.chars().map(fold))
}

fn fold(c: char) -> char {
    // The dotted capital I folds to nothing else.
    if c == 'İ' { c } else { lower(upper(c)) }
}

fn upper(c: char) -> char {
    one(c.to_uppercase(), c)
}

fn lower(c: char) -> char {
    // Go maps the dotted capital I to a plain i; Unicode's full mapping has two characters.
    if c == 'İ' { 'i' } else { one(c.to_lowercase(), c) }
}

/// A mapping to one character; longer ones are not used by Go's simple mapping.
fn one(mut mapped: impl Iterator<Item = char>, c: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

fn map_chars(text: &str, change: fn(char) -> char) -> String {
    text.chars().map(change).collect()
}

fn replace(interpreter: &Interpreter<'_>, arguments: &Arguments<'_>, times: f64) -> Outcome<Value> {
    let (source, old, new) = (arguments.str(0), arguments.str(1), arguments.str(2));
    let found = if old.is_empty() { source.len() + 1 } else { source.matches(old).count() };
    let length = source.len().saturating_add(found.saturating_mul(new.len()));
    if length > MAX_TEXT {
        return Err(SearchError::Limit("a text grows too long"));
    }
    interpreter.spend(length / 32)?;
    if times < 0.0 {
        return text(source.replace(old, new));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "Go truncates here too")]
    let times = times as usize;
    text(source.replacen(old, new, times))
}

fn split(source: &str, separator: &str) -> Value {
    if separator.is_empty() {
        return source.chars().map(|c| Value::from(c.to_string())).collect();
    }
    source.split(separator).map(Value::from).collect()
}

fn truncate(source: &str, length: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "Go truncates here too")]
    source.chars().take(length.max(0.0) as usize).collect()
}

fn to_boolean(source: &str) -> Outcome<Value> {
    match source.to_lowercase().as_str() {
        "true" => Ok(true.into()),
        "false" => Ok(false.into()),
        _ => Err(SearchError::function(
            "to_boolean",
            format!("lowercase argument must be 'true' or 'false' (provided: '{source}')"),
        )),
    }
}

/// A path without `.`, `..` and repeated slashes where they can be resolved.
fn clean_path(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            other => parts.push(other),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) if path.is_empty() => String::new(),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}
