//! **cel** - the Common Expression Language, as Kubernetes and Kyverno have it.
//!
//! In: an expression, the [`Environment`] of its place, and an [`Activation`] with the values. Out: a [`Value`].
//! Noun: [`Program`]. Verbs: [`compile`], [`evaluate`](Program::evaluate).
//!
//! The reader, checker and evaluator are our own, because three things are needed together: refusing at load what
//! Kyverno refuses, errors that point into the expression, and bounds on depth and steps.

mod ast;
mod check;
mod environment;
mod error;
mod eval;
mod facts;
mod lexer;
mod library;
mod macros;
mod parser;
mod text;
mod typed;
mod types;
mod value;
mod variables;

pub use environment::Environment;
pub use error::{CompileError, EvalError};
pub use eval::Activation;
pub use facts::{Facts, HttpAnswer};
pub(crate) use typed::typed_text;
pub use types::Type;
pub use value::{Key, Opaque, Url, Value};
pub use variables::Variables;

/// An expression that compiled.
#[derive(Debug, Clone)]
pub struct Program {
    root: ast::Node,
    kind: Type,
}

/// Reads and checks `text`.
///
/// # Errors
/// What is wrong, with the bytes at fault.
pub fn compile(text: &str, environment: &Environment) -> Result<Program, CompileError> {
    let mut root = parser::parse(text)?;
    let kind = check::check(&mut root, environment)?;
    Ok(Program { root, kind })
}

/// What keeps `text` from being an expression, whatever its names mean.
pub fn syntax_error(text: &str) -> Option<CompileError> {
    parser::parse(text).err()
}

impl Program {
    /// The type of the result, as far as it is known before evaluation.
    pub fn kind(&self) -> &Type {
        &self.kind
    }

    /// A value as `"%s".format([value])` prints it; the error says that it has no text.
    ///
    /// # Errors
    /// For optionals, library values and constructed objects.
    pub fn display(value: &Value) -> Result<String, EvalError> {
        text::format("%s", std::slice::from_ref(value))
    }

    /// The value for these variables.
    ///
    /// # Errors
    /// See [`EvalError`].
    pub fn evaluate(&self, activation: &dyn Activation) -> Result<Value, EvalError> {
        eval::evaluate(&self.root, activation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(expression: &str) -> Result<String, String> {
        let program = compile(expression, &Environment::kyverno()).map_err(|error| error.to_string())?;
        let mut variables = Variables::new(Facts::default());
        variables.set("object", Value::from_json(&json!({"n": 1, "l": [1, 2], "s": "x", "nothing": null})));
        let value = program.evaluate(&variables).map_err(|error| error.to_string())?;
        Program::display(&value).map_err(|error| error.to_string())
    }

    #[test]
    fn one_side_that_decides_makes_errors_vanish() {
        assert_eq!(value("object.gone == 1 || true").as_deref(), Ok("true"));
        assert_eq!(
            value("object.l.exists(x, x / 0.0 == 1.0 || x.y == 1 || x == 2.0)").as_deref(),
            Ok("true")
        );
        assert!(value("object.gone == 1 && true").is_err());
    }

    #[test]
    fn numbers_of_an_object_are_doubles() {
        assert_eq!(value("object.n == 1 && type(object.n) == double").as_deref(), Ok("true"));
        assert_eq!(value("object.n + 1"), Err("no such overload".to_owned()));
    }

    #[test]
    fn or_value_may_be_called_on_what_is_no_optional() {
        assert_eq!(value("object.?gone.orValue('d')").as_deref(), Ok("d"));
        assert_eq!(value("object.s.orValue('d')").as_deref(), Ok("x"));
        assert_eq!(value("[1].orValue([2])").as_deref(), Ok("[1]"));
    }

    #[test]
    fn what_is_unknown_never_looks_like_an_error_of_the_object() {
        let text = "object.gone == 1 && http.Get('http://a').ok && resource.Post('v1', 'pods', {}).ok";
        assert_eq!(value(text), Err("GET http://a is not supported: needs the network".to_owned()));
        assert_eq!(value("false && http.Get('http://a').ok").as_deref(), Ok("false"));
    }

    #[test]
    fn errors_point_into_the_expression() {
        let span = |text: &str| compile(text, &Environment::kyverno()).unwrap_err().span;
        assert_eq!((span("1 + foo"), span("object.s.matches('(')"), span("[1, 'a']")), (4..7, 0..21, 4..7));
        assert_eq!((span("object.a +"), span("'abc")), (10..10, 0..4));
    }
}
