//! What an expression of a page is applied to: a comment gives a document, a part of one, or nothing.

use crate::policy::jmespath::Expression;
use crate::snippet::Query;
use crate::source::yaml;
use serde_json::{Map, Value};

/// A part of the path that an expression begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    Field(&'a str),
    /// `[*]` or `[]`
    Each,
}

/// The documents that the input may stand for. Where a part of one belongs is told by the path that the expression
/// begins with; where it could belong elsewhere as well, there is none. Without an input a result of a bare path
/// tells what it was, and an expression that reads nothing needs none.
pub(super) fn of(query: &Query, expression: &Expression, stated: &Value) -> Vec<Value> {
    let (path, rest) = leading_path(&query.text);
    let Some(given) = query.input.as_deref().and_then(read) else {
        let bare = query.input.is_none() && rest.is_empty() && path.contains(&Part::Each);
        return match () {
            () if bare => put(stated.clone(), &path).into_iter().collect(),
            () if query.input.is_none() && reads_nothing(expression) => vec![Value::Object(Map::new())],
            () => Vec::new(),
        };
    };
    let whole = match path.first() {
        Some(Part::Field(name)) => given.get(name).is_some(),
        Some(Part::Each) | None => true,
    };
    if query.whole || whole { vec![given] } else { readings(given, &path, rest) }
}

/// JSON, or YAML in the style of JSON: names without quotes.
pub(super) fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| {
        let documents = yaml::parse(text).ok().filter(|_| text.starts_with(['[', '{']))?;
        documents.first().map(yaml::Node::to_json)
    })
}

/// Names in double quotes are fields, which nobody means where nothing else is read.
fn reads_nothing(expression: &Expression) -> bool {
    let quoted = |name: &&str| !name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    !expression.reads_current() && expression.fields().iter().all(quoted)
}

/// The documents in which `given` is the value of `path` or of a beginning of it.
fn readings(given: Value, path: &[Part<'_>], rest: &str) -> Vec<Value> {
    let continued = rest.starts_with("[?") || rest.starts_with(".[") || rest.starts_with(".{");
    let piped = rest.starts_with('|') && !rest.starts_with("||");
    if !(rest.is_empty()
        || rest == ")"
        || piped
        || (continued && elements(&given).iter().all(|one| one.is_object())))
    {
        return Vec::new();
    }
    let continues = |end: &usize| match path.get(*end) {
        Some(Part::Field(name)) => {
            let elements = elements(&given);
            !elements.is_empty() && elements.iter().all(|one| one.get(name).is_some())
        }
        _ => false,
    };
    let inner = (1..path.len()).find(continues).and_then(|end| put(given.clone(), &path[..end]));
    let outer = inner.is_none().then(|| put(given.clone(), path)).flatten();
    let alone = matches!(path, [.., Part::Field(_)]) && given.is_object() && !path.contains(&Part::Each);
    inner.into_iter().chain(outer).chain(alone.then_some(given)).collect()
}

/// The innermost members of nested lists; the value itself when it is no list.
fn elements(value: &Value) -> Vec<&Value> {
    match value.as_array() {
        Some(list) => list.iter().flat_map(elements).collect(),
        None => vec![value],
    }
}

/// A document in which `value` is the value of `path`. A member that should be a list by its path is one of a list
/// alone.
fn put(value: Value, path: &[Part<'_>]) -> Option<Value> {
    match path {
        [] => Some(value),
        [Part::Field(name), rest @ ..] => {
            Some(Value::Object(Map::from_iter([((*name).to_string(), put(value, rest)?)])))
        }
        [Part::Each, rest @ ..] => {
            let members = match value {
                Value::Array(members) => members,
                alone => vec![alone],
            };
            members.into_iter().map(|member| put(member, rest)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
    }
}

/// The path of names and `[*]` that an expression or the argument of its function begins with, and what follows.
fn leading_path(text: &str) -> (Vec<Part<'_>>, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let called = text.find(|c| !is_name(c)).filter(|at| text[*at..].starts_with('('));
    let mut rest = called.map_or(text, |at| &text[at + 1..]).trim();
    let mut path = Vec::new();
    loop {
        let each = ["[*]", "[]"].iter().find_map(|mark| rest.strip_prefix(mark));
        let after = if path.is_empty() { Some(rest) } else { rest.strip_prefix('.') };
        let name = after.map(|after| &after[..after.find(|c| !is_name(c)).unwrap_or(after.len())]);
        match (each, name.filter(|name| !name.is_empty()), after) {
            (Some(behind), ..) => {
                path.push(Part::Each);
                rest = behind;
            }
            (None, Some(name), Some(after)) => {
                path.push(Part::Field(name));
                rest = &after[name.len()..];
            }
            _ => return (path, rest.trim()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_ends_where_something_else_begins() {
        use Part::{Each, Field};
        assert_eq!(leading_path("a.b[*].c"), (vec![Field("a"), Field("b"), Each, Field("c")], ""));
        assert_eq!(leading_path("length(a[])"), (vec![Field("a"), Each], ")"));
        assert_eq!(leading_path("a[?b].c"), (vec![Field("a")], "[?b].c"));
        assert_eq!(leading_path("a[*].[b, c]"), (vec![Field("a"), Each], ".[b, c]"));
        assert_eq!(leading_path("@ | a"), (vec![], "@ | a"));
    }

    #[test]
    fn a_part_is_put_where_the_path_leads() {
        let path = leading_path("a[*].b[*].c").0;
        assert_eq!(put(json!([[1], [2]]), &path), Some(json!({"a": [{"b": [{"c": 1}]}, {"b": [{"c": 2}]}]})));
        assert_eq!(put(json!([1]), &path), Some(json!({"a": [{"b": [{"c": 1}]}]})));
        assert_eq!(read("[{a: 1}]"), Some(json!([{"a": 1}])));
        assert_eq!(read("nothing"), None);
    }
}
