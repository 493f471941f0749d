//! **jmespath** - the query language of Kyverno's variables.
//!
//! In: an expression and JSON. Out: JSON, or a [`SearchError`]. Noun: [`Expression`]. Verbs: [`parse`],
//! [`search`](Expression::search).
//!
//! The language is Kyverno's fork of go-jmespath: a missing key is an error that most of the language reads as
//! null, and some fifty functions are its own. Evaluation is pure: the clock is given, randomness is refused,
//! and steps, depth and size are bounded.

mod ast;
mod doubts;
mod error;
mod functions;
mod interpreter;
mod lexer;
mod parser;
mod text;
mod tree;
mod typed;

pub use doubts::Doubt;
pub use error::{SearchError, SyntaxError};
pub use text::json_text;

use serde_json::Value;
use std::ops::Range;

/// An expression that was read and can be evaluated many times.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    root: ast::Node,
}

/// What an evaluation may know beside its input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Env {
    /// The time that `time_now` gives, in seconds since 1970; without it such calls are unsupported.
    pub now: Option<i64>,
}

/// Reads `text`.
///
/// # Errors
/// Where `text` is no expression, with the bytes at fault.
pub fn parse(text: &str) -> Result<Expression, SyntaxError> {
    parser::parse(text).map(|root| Expression { root })
}

impl Expression {
    /// The value of this expression in `input`. Every number is read as a double, as Kyverno does; whole results are
    /// given as integers again.
    ///
    /// # Errors
    /// See [`SearchError`].
    pub fn search(&self, input: &Value, env: &Env) -> Result<Value, SearchError> {
        interpreter::search(&self.root, input, env)
    }

    /// The tree that the expression was read as, a node a line, indented by depth.
    pub fn tree(&self) -> String {
        tree::draw(&self.root)
    }

    /// The names of the fields that are read, in no order. `"42"` in double quotes is one.
    pub fn fields(&self) -> Vec<&str> {
        self.nodes().filter_map(ast::Node::field).collect()
    }

    /// Is its value a list, whatever it is applied to?
    pub fn gives_list(&self) -> bool {
        doubts::gives_list(&self.root)
    }

    /// Does it read `@`?
    pub fn reads_current(&self) -> bool {
        self.nodes().any(|node| matches!(node.kind, ast::Kind::Current))
    }

    fn nodes(&self) -> impl Iterator<Item = &ast::Node> {
        let mut open = vec![&self.root];
        std::iter::from_fn(move || {
            let node = open.pop()?;
            open.extend(node.kind.children());
            Some(node)
        })
    }

    /// The functions that are called, each with the bytes of its call, in written order.
    pub fn calls(&self) -> Vec<(&str, Range<usize>)> {
        let mut found = Vec::new();
        for node in self.nodes() {
            if let ast::Kind::Call(name, _) = &node.kind {
                found.push((name.as_str(), node.span.clone()));
            }
        }
        found.sort_by_key(|(_, span)| span.start);
        found
    }
}

/// Every function as it is called, sorted: `add(any, any)`, `join(string, array[string])`.
pub fn signatures() -> Vec<(&'static str, String)> {
    functions::signatures()
}

/// Is `name` a function of Kyverno's JMESPath?
pub fn is_function(name: &str) -> bool {
    functions::find(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn search(expression: &str, input: Value) -> Result<Value, SearchError> {
        parse(expression).unwrap().search(&input, &Env::default())
    }

    #[test]
    fn a_missing_key_is_an_error_that_most_of_the_language_reads_as_null() {
        assert_eq!(search("a.b", json!({"a": {}})), Err(SearchError::NotFound("b".into())));
        assert_eq!(search("a.b || 'x'", json!({"a": {}})), Ok(json!("x")));
        assert_eq!(search("a.b == `null`", json!({"a": {}})), Ok(json!(true)));
        assert_eq!(search("a[*].b", json!({"a": [{"b": 1}, {}]})), Ok(json!([1])));
    }

    #[test]
    fn a_syntax_error_points_into_the_expression() {
        let span = |text| parse(text).unwrap_err().span;
        assert_eq!((span("a.b c"), span("a['x']"), span("a[0"), span("f(`{`)")), (4..5, 2..5, 3..3, 2..5));
    }

    #[test]
    fn slow_and_deep_expressions_end_in_an_error() {
        let wide = ["[@,@,@,@,@,@,@,@]"; 12].join("|");
        assert_eq!(search(&wide, json!(1)), Err(SearchError::Limit("it takes too many steps")));
        assert!(parse(&"(".repeat(100_000)).is_err() && parse(&"!".repeat(100_000)).is_err());
        assert!(parse(&"a.".repeat(100_000)).is_err() && parse(&vec!["a"; 50_000].join("||")).is_err());
        let text = ["replace_all(@, 'a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')"; 9].join("|");
        assert!(matches!(search(&text, json!("a")), Err(SearchError::Limit(_))));
    }

    #[test]
    fn the_clock_is_given_or_the_call_is_refused() {
        let now = parse("time_now_utc()").unwrap();
        assert!(matches!(now.search(&json!({}), &Env::default()), Err(SearchError::Unsupported { .. })));
        assert_eq!(now.search(&json!({}), &Env { now: Some(0) }), Ok(json!("1970-01-01T00:00:00Z")));
    }

    #[test]
    fn calls_are_listed_with_their_place() {
        let parsed = parse("length(a) || to_string(b)").unwrap();
        assert_eq!(parsed.calls(), [("length", 0..9), ("to_string", 13..25)]);
    }
}
