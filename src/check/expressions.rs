//! Expressions with their inputs and results: evaluated, and compared as JSON.

use super::verdict::{Outcome, Reason, Verdict};
use super::view::Fact;
use crate::policy::jmespath::{self, Env, Expression, SearchError};
use crate::snippet::expect::Class;
use crate::snippet::kubectl::EffectKind;
use crate::snippet::{Language, Step};
use serde_json::{Map, Value};

/// Functions whose results come in an order that Kyverno does not promise.
const UNORDERED: [&str; 2] = ["keys", "values"];

/// An expression with what it is applied to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Query<'a> {
    /// As written.
    pub text: &'a str,
    /// JSON as written.
    pub input: Option<&'a str>,
    /// The input is a whole document, as a command reads it. A comment may give a part of one.
    pub whole: bool,
}

impl<'a> Query<'a> {
    /// The query that a step of a list of expressions is, or that its command makes.
    pub fn of(language: Option<Language>, step: &'a Step) -> Option<Query<'a>> {
        let input = step.input.as_deref();
        if language.is_some() {
            return Some(Query { text: &step.text, input, whole: false });
        }
        let queried = step.effects.iter().find_map(|effect| match &effect.kind {
            EffectKind::Kyverno(args) if args.command == "jp query" => Some(args.operands.as_slice()),
            _ => None,
        });
        let [expression] = queried? else { return None };
        Some(Query { text: expression.text.as_deref()?, input, whole: true })
    }
}

/// What a claim about the value of an expression turns out to be; `None` when it claims no value.
pub(super) fn decide(language: Language, query: Query<'_>, class: &Class) -> Option<Outcome> {
    let stated = stated(class)?;
    if language != Language::JmesPath {
        return Some(Outcome::not_checkable(Reason::UnsupportedFeature(word(language).to_string())));
    }
    let expression = match jmespath::parse(query.text) {
        Ok(expression) => expression,
        Err(error) => {
            return Some(contradicted(format!("it is no JMESPath expression: {error}"), Vec::new()));
        }
    };
    let readings = readings(query);
    let outcomes = readings.iter().map(|input| evaluate(&expression, input, class, &stated));
    // Where a comment's input can be read in two ways, the page is wrong only if it is wrong in both.
    let rank = |outcome: &Outcome| match outcome.verdict {
        Verdict::Verified(_) => 0,
        Verdict::NotCheckable(_) | Verdict::Invalid => 1,
        Verdict::Contradicted => 2,
    };
    Some(outcomes.min_by_key(rank).unwrap_or_else(|| Outcome::not_checkable(Reason::NoInput)))
}

fn evaluate(expression: &Expression, input: &Value, class: &Class, stated: &Value) -> Outcome {
    let unordered = expression.calls().into_iter().find(|(name, _)| UNORDERED.contains(name));
    let several = |value: &Value| value.as_array().is_some_and(|list| list.len() > 1);
    match (expression.search(input, &Env { now: None }), unordered) {
        (Ok(value), Some((name, _))) if several(&value) && same_members(&value, stated) => {
            Outcome::not_checkable(Reason::UnsupportedFeature(format!("the order of {name}()")))
        }
        (Ok(value), _) if holds(class, stated, &value) => {
            let words = format!("the result is {value}");
            Outcome { details: details(input), ..Outcome::new(Verdict::Verified(Vec::new()), words) }
        }
        (Ok(value), _) => contradicted(format!("the result is {value}"), details(input)),
        (Err(SearchError::Unsupported { feature, .. }), _) => {
            Outcome::not_checkable(Reason::UnsupportedFeature(feature))
        }
        (Err(SearchError::Limit(what)), _) => {
            Outcome::not_checkable(Reason::EvaluationError(what.to_string()))
        }
        (Err(error), _) => contradicted(format!("it ends in an error: {error}"), details(input)),
    }
}

fn contradicted(words: String, details: Vec<Fact>) -> Outcome {
    Outcome { details, ..Outcome::new(Verdict::Contradicted, words) }
}

fn details(input: &Value) -> Vec<Fact> {
    vec![Fact { label: "Input".to_string(), value: Some(input.to_string()) }]
}

/// The value that a claim states; a word that is no JSON is a string, a sentence is no value.
fn stated(class: &Class) -> Option<Value> {
    let value = |text: &str| {
        let word = !text.contains(char::is_whitespace);
        serde_json::from_str(text).ok().or_else(|| word.then(|| Value::String(text.to_string())))
    };
    match class {
        Class::Exact(text) => value(text.trim()),
        Class::Contains(items) => {
            items.iter().map(|item| value(item)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        Class::Output(lines) if !lines.is_empty() => serde_json::from_str(&lines.join("\n")).ok(),
        _ => None,
    }
}

fn holds(class: &Class, stated: &Value, value: &Value) -> bool {
    match (class, stated, value) {
        (Class::Contains(_), Value::Array(items), Value::Array(list)) => {
            items.iter().all(|item| list.contains(item))
        }
        (Class::Contains(_), Value::Array(items), Value::String(text)) => {
            items.iter().all(|item| item.as_str().is_some_and(|item| text.contains(item)))
        }
        (Class::Contains(_), ..) => false,
        _ => stated == value,
    }
}

fn same_members(left: &Value, right: &Value) -> bool {
    let (Some(left), Some(right)) = (left.as_array(), right.as_array()) else { return false };
    left.len() == right.len() && left.iter().all(|one| right.contains(one))
}

/// The documents that the input may stand for. A comment gives a whole document, or the value of the path that the
/// expression begins with; where it belongs otherwise is not guessed.
fn readings(query: Query<'_>) -> Vec<Value> {
    let given = query.input.and_then(|input| serde_json::from_str::<Value>(input).ok());
    let Some(given) = given else { return Vec::new() };
    let (path, rest) = leading_path(query.text);
    if query.whole || path.is_empty() || given.get(path[0]).is_some() {
        return vec![given];
    }
    let objects = given.as_array().is_some_and(|list| list.iter().all(Value::is_object));
    let piped = rest.starts_with('|') && !rest.starts_with("||");
    if !(rest.is_empty() || rest == ")" || piped || (rest.starts_with('[') && objects)) {
        return Vec::new();
    }
    let wrap = |inner: Value, name: &&str| Value::Object(Map::from_iter([(name.to_string(), inner)]));
    let wrapped = path.iter().rev().fold(given.clone(), wrap);
    if given.is_object() { vec![wrapped, given] } else { vec![wrapped] }
}

/// The names joined by dots that an expression or the argument of its function begins with, and what follows.
fn leading_path(text: &str) -> (Vec<&str>, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let called = text.find(|c| !is_name(c)).filter(|at| text[*at..].starts_with('('));
    let text = called.map_or(text, |at| &text[at + 1..]).trim();
    let end = text.find(|c| !is_name(c) && c != '.').unwrap_or(text.len());
    let path = text[..end].split('.').collect::<Vec<_>>();
    match path.iter().all(|name| !name.is_empty()) {
        true => (path, text[end..].trim()),
        false => (Vec::new(), text),
    }
}

fn word(language: Language) -> &'static str {
    match language {
        Language::JmesPath => "JMESPath",
        Language::Cel => "CEL",
        Language::Jq => "jq",
        Language::JsonPath => "JSONPath",
        Language::Rego => "Rego",
        Language::PromQl => "PromQL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str, input: Option<&str>, stated: &str) -> Verdict {
        let query = Query { text, input, whole: false };
        decide(Language::JmesPath, query, &Class::Exact(stated.to_string())).unwrap().verdict
    }

    #[test]
    fn a_result_is_compared_as_json() {
        let verified = Verdict::Verified(Vec::new());
        assert_eq!(verdict("a.b", Some(r#"{"a": {"b": [1, 2]}}"#), "[1,2]"), verified);
        assert_eq!(verdict("a.b", Some(r#"{"a": {"b": "x"}}"#), "x"), verified);
        assert_eq!(verdict("length(a.b)", Some("[1, 2]"), "2"), verified);
        assert_eq!(verdict("length(a.b)", Some("[1, 2]"), "3"), Verdict::Contradicted);
        assert_eq!(verdict("a[*].b", Some(r#"[{"b": 1}]"#), "[1]"), verified);
        assert_eq!(verdict("a.b | length(@)", Some("\"xy\""), "2"), verified);
        assert_eq!(verdict("length(a)", Some(r#"{"b": 1, "c": 2}"#), "2"), verified);
        assert_eq!(verdict("to_string(8080)", None, "\"8080\""), Verdict::Contradicted);
    }

    #[test]
    fn what_is_not_said_is_not_guessed() {
        let open = Verdict::NotCheckable(Reason::NoInput);
        assert_eq!(verdict("a.b", None, "1"), open);
        assert_eq!(verdict("max(a[*].b)", Some("[1, 2]"), "2"), open);
        assert!(matches!(
            verdict("values(a)", Some(r#"{"x": 1, "y": 2}"#), "[1, 2]"),
            Verdict::NotCheckable(_)
        ));
    }
}
