//! Expressions with their inputs and results: evaluated, and compared as JSON.

use super::claims::{Decided, Place};
use super::inputs;
use super::scope::PageScope;
use super::verdict::{Outcome, Reason, Verdict};
use super::view::Fact;
use crate::diag::{Diagnostic, Severity, codes};
use crate::policy::cel;
use crate::policy::jmespath::{self, Doubt, Env, Expression, SearchError, SyntaxError};
use crate::snippet::expect::Class;
use crate::snippet::{self, Language, Query, Unspoken};
use serde_json::{Map, Value};
use std::ops::Range;

/// Functions whose results come in an order that Kyverno does not promise.
const UNORDERED: [&str; 2] = ["keys", "values"];

/// What a claim about the value of an expression turns out to be; `None` when it claims no value.
pub(super) fn decide(query: &Query, class: &Class) -> Option<Outcome> {
    let stated = stated(class)?;
    if query.language != Language::JmesPath {
        return Some(Outcome::not_checkable(Reason::UnsupportedFeature(word(query.language).to_string())));
    }
    let expression = match jmespath::parse(&query.text) {
        Ok(expression) => expression,
        Err(error) => return Some(no_expression(&error)),
    };
    let inputs = inputs::of(query, &expression, &stated);
    let outcomes = inputs.iter().map(|input| evaluate(&expression, input, class, &stated));
    // Where the input can be read in several ways, the page is wrong only if it is wrong in all of them.
    let rank = |outcome: &Outcome| match outcome.verdict {
        Verdict::Verified(_) => 0,
        Verdict::NotCheckable(_) | Verdict::Invalid => 1,
        Verdict::Contradicted => 2,
    };
    Some(outcomes.min_by_key(rank).unwrap_or_else(|| Outcome::not_checkable(Reason::NoInput)))
}

/// The expressions of a page that it shows without saying what they give.
pub(super) fn of_page(page: &PageScope<'_>) -> (Vec<Decided>, Vec<Diagnostic>) {
    let (mut decided, mut diagnostics) = (Vec::new(), Vec::new());
    for Unspoken { query, fence } in snippet::unspoken(page.document, page.snippets) {
        diagnostics.extend(doubts(&query));
        let Some(outcome) = works(&query) else { continue };
        let (claim, span) = (query.text.clone(), query.span);
        let (class, places) = (class_of(&query), vec![Place { span, text: claim.clone() }]);
        if outcome.verdict == Verdict::Contradicted {
            let message = format!("the page shows this as an expression that works, but {}", outcome.words);
            diagnostics.push(Diagnostic::new(&codes::EXPRESSION_SYNTAX, span, message));
        }
        decided.push(Decided { fence, step: None, claim, class, span, places, outcome });
    }
    (decided, diagnostics)
}

/// What an expression that works can hardly mean.
fn doubts(query: &Query) -> Vec<Diagnostic> {
    let expression = jmespath::parse(&query.text).ok();
    let expression = expression.filter(|_| query.language == Language::JmesPath && query.wrong.is_none());
    let found = expression.map(|expression| expression.doubts()).unwrap_or_default();
    let finding = |(doubt, part): (Doubt, Range<usize>)| {
        let (message, help) = doubt.words(query.text.get(part).unwrap_or_default());
        let mut found = Diagnostic::new(&codes::EXPRESSION_SYNTAX, query.span, message).help(help);
        found.severity = Severity::Warning;
        found
    };
    found.into_iter().map(finding).collect()
}

fn class_of(query: &Query) -> &'static str {
    if query.wrong.is_some() { "broken" } else { "valid" }
}

/// Whether an expression works as the page shows it, or is the mistake that it shows; `None` where a mistake is
/// one of meaning.
fn works(query: &Query) -> Option<Outcome> {
    let verified = |words: String| Outcome::new(Verdict::Verified(Vec::new()), words);
    if query.language == Language::Cel {
        return cel(query);
    }
    let expression = match (jmespath::parse(&query.text), &query.wrong) {
        (Err(error), Some(said)) if !speaks_of_a_result(said) => {
            return Some(verified(format!("it is no JMESPath expression: {error}")));
        }
        (Err(error), _) => return Some(no_expression(&error)),
        (Ok(expression), _) => expression,
    };
    if let Some((name, _)) = expression.calls().into_iter().find(|(name, _)| !jmespath::is_function(name)) {
        return Some(contradicted(format!("there is no function {name}()"), Vec::new()));
    }
    match (&query.wrong, query.input.as_deref().and_then(inputs::read)) {
        (Some(said), _) => mistake(&expression, said).map(verified),
        (None, Some(input)) if query.whole => Some(result(&expression, &input)),
        (None, _) => Some(verified("it is a JMESPath expression".to_string())),
    }
}

/// A mistake such as `returns a list, not a text` is one of an expression that works.
fn speaks_of_a_result(said: &str) -> bool {
    ["returns", "gives", "prints"].iter().any(|verb| said.to_ascii_lowercase().starts_with(verb))
}

/// Why an expression that can be read is a mistake all the same.
fn mistake(expression: &Expression, said: &str) -> Option<String> {
    if expression.doubts().iter().any(|(doubt, _)| *doubt == Doubt::NameOfLiteral) {
        return Some("a literal without backticks is the name of a field".to_string());
    }
    let fails =
        ["fails", "errors", "error", "breaks"].iter().any(|verb| said.to_ascii_lowercase().starts_with(verb));
    match expression.search(&Value::Object(Map::new()), &Env { now: None }) {
        Err(SearchError::NotFound(_)) if fails => {
            Some("a field that does not exist ends it in an error".to_string())
        }
        _ => None,
    }
}

/// What an expression gives for the document that a command of the page hands it.
fn result(expression: &Expression, input: &Value) -> Outcome {
    match expression.search(input, &Env { now: None }) {
        Ok(value) => {
            let words = format!("the result is {value}");
            Outcome { details: details(input), ..Outcome::new(Verdict::Verified(Vec::new()), words) }
        }
        Err(error) => failed(&error, input),
    }
}

/// CEL is only read: what its names are depends on the place that it is for.
fn cel(query: &Query) -> Option<Outcome> {
    let error = cel::syntax_error(&query.text)?;
    Some(contradicted(format!("it is no CEL expression: {error}"), Vec::new()))
}

fn no_expression(error: &SyntaxError) -> Outcome {
    contradicted(format!("it is no JMESPath expression: {error}"), Vec::new())
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
        (Err(error), _) => failed(&error, input),
    }
}

/// An expression that ends in an error.
fn failed(error: &SearchError, input: &Value) -> Outcome {
    match error {
        SearchError::Unsupported { feature, .. } => {
            Outcome::not_checkable(Reason::UnsupportedFeature(feature.clone()))
        }
        SearchError::Limit(what) => Outcome::not_checkable(Reason::EvaluationError((*what).to_string())),
        error => contradicted(format!("it ends in an error: {error}"), details(input)),
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
        Class::Empty => Some(Value::Null),
        Class::Bound(None, _, number) => number.parse::<f64>().ok().map(Value::from),
        _ => None,
    }
}

/// Is the number as the bound has it?
pub(super) fn is_within(operator: &str, value: f64, bound: f64) -> bool {
    match operator {
        ">" => value > bound,
        ">=" => value >= bound,
        "<" => value < bound,
        _ => value <= bound,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
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
        (Class::Empty, ..) => is_empty(value),
        (Class::Bound(_, operator, _), ..) => value
            .as_f64()
            .zip(stated.as_f64())
            .is_some_and(|(value, bound)| is_within(operator, value, bound)),
        _ => stated == value,
    }
}

fn same_members(left: &Value, right: &Value) -> bool {
    let (Some(left), Some(right)) = (left.as_array(), right.as_array()) else { return false };
    left.len() == right.len() && left.iter().all(|one| right.contains(one))
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

    #[test]
    fn bounds_and_emptiness_are_held_against_the_result() {
        let bound = |operator: &str| Class::Bound(None, operator.to_string(), "3".to_string());
        let holds =
            |class: Class, value: Value| stated(&class).is_some_and(|stated| holds(&class, &stated, &value));
        assert!(holds(bound(">="), 3.into()) && holds(bound("<"), 2.into()) && !holds(bound(">"), 3.into()));
        assert!(!holds(bound(">"), "9".into()));
        assert!(holds(Class::Empty, Value::Array(Vec::new())) && !holds(Class::Empty, 0.into()));
        assert_eq!(stated(&Class::Bound(None, "<".to_string(), "10 seconds".to_string())), None);
    }

    fn query(text: &str, input: Option<&str>) -> Query {
        let span = crate::source::Sources::in_memory([("a.md", "")])
            .get(&crate::source::SitePath::new("a.md"))
            .unwrap()
            .span(0, 0);
        let (text, input) = (text.to_string(), input.map(str::to_string));
        Query { language: Language::JmesPath, text, span, input, whole: false, wrong: None }
    }

    fn verdict(text: &str, input: Option<&str>, stated: &str) -> Verdict {
        decide(&query(text, input), &Class::Exact(stated.to_string())).unwrap().verdict
    }

    fn shown(text: &str, wrong: Option<&str>) -> Option<Verdict> {
        let query = Query { wrong: wrong.map(str::to_string), ..query(text, None) };
        works(&query).map(|outcome| outcome.verdict)
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
        assert_eq!(verdict("to_number(\"42\")", None, "42"), Verdict::Contradicted);
        assert_eq!(verdict("max(a[*].b[*].c)", Some("[1, 2]"), "2"), Verdict::Contradicted);
        assert_eq!(verdict("a[*].b[*].c", Some("[[{c: 1}, {c: 2}]]"), "[1, 2]"), Verdict::Contradicted);
        assert_eq!(verdict("sort(a.b[*].c)", Some("[2, 1]"), "[1, 2]"), verified);
        assert_eq!(verdict("a[*].b", None, "[1, 2]"), verified);
    }

    #[test]
    fn what_is_not_said_is_not_guessed() {
        let open = Verdict::NotCheckable(Reason::NoInput);
        assert_eq!(verdict("a.b | length(@)", None, "1"), open);
        assert_eq!(verdict("max(a)", None, "1"), open);
        assert!(matches!(
            verdict("values(a)", Some(r#"{"x": 1, "y": 2}"#), "[1, 2]"),
            Verdict::NotCheckable(_)
        ));
    }

    #[test]
    fn an_expression_without_a_result_is_said_to_work() {
        let verified = Some(Verdict::Verified(Vec::new()));
        assert_eq!(shown("a[?b == `1`]", None), verified);
        assert_eq!(shown("a > 3", None), Some(Verdict::Contradicted));
        assert_eq!(shown("count(a)", None), Some(Verdict::Contradicted));
        assert_eq!(shown("a > 3", Some("a number without backticks")), verified);
        assert_eq!(shown("a[?b == true]", Some("missing backticks")), verified);
        assert_eq!(shown("a.b", Some("fails if b does not exist")), verified);
        assert_eq!(shown("a.b", Some("not what you want")), None);
        assert_eq!(shown("split(a, `:`)", Some("returns a list")), Some(Verdict::Contradicted));
    }
}
