//! The variables of one evaluation: given values, and the policy's own, which are evaluated when first asked for.

use super::Program;
use super::error::EvalError;
use super::eval::Activation;
use super::facts::Facts;
use super::value::Value;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

/// Values by name, and expressions under `variables.`.
#[derive(Debug, Default)]
pub struct Variables<'p> {
    given: BTreeMap<String, Value>,
    lazy: BTreeMap<String, Lazy<'p>>,
    facts: Cow<'p, Facts>,
    generated: RefCell<Vec<Json>>,
    names_culprits: bool,
}

#[derive(Debug)]
struct Lazy<'p> {
    program: &'p Program,
    value: OnceCell<Result<Value, EvalError>>,
}

impl<'p> Variables<'p> {
    /// No variables yet, and what the libraries may know.
    pub fn new(facts: Facts) -> Variables<'p> {
        Variables { facts: Cow::Owned(facts), ..Variables::default() }
    }

    /// The same with facts that are kept elsewhere.
    pub fn over(facts: &'p Facts) -> Variables<'p> {
        Variables { facts: Cow::Borrowed(facts), ..Variables::default() }
    }

    /// The same where the error of a policy's variable is told with its name, as Kubernetes does.
    pub fn naming_culprits(self) -> Variables<'p> {
        Variables { names_culprits: true, ..self }
    }

    /// Sets `name` to `value`. Policy variables that were evaluated before are forgotten.
    pub fn set(&mut self, name: &str, value: Value) {
        self.given.insert(name.to_owned(), value);
        self.lazy.values_mut().for_each(|lazy| lazy.value = OnceCell::new());
    }

    /// The objects that expressions have made.
    pub fn generated(&self) -> Vec<Json> {
        self.generated.borrow().clone()
    }

    /// Makes `program` the expression of `variables.name`.
    pub fn define(&mut self, name: &str, program: &'p Program) {
        self.lazy.insert(format!("variables.{name}"), Lazy { program, value: OnceCell::new() });
    }
}

impl Activation for Variables<'_> {
    fn variable(&self, name: &str) -> Option<Result<Value, EvalError>> {
        if let Some(value) = self.given.get(name) {
            return Some(Ok(value.clone()));
        }
        let lazy = self.lazy.get(name)?;
        let value = lazy.value.get_or_init(|| lazy.program.evaluate(self)).clone();
        Some(match value {
            Err(EvalError::Error(reason)) if self.names_culprits => {
                let name = name.trim_start_matches("variables.");
                Err(EvalError::Error(format!("composited variable \"{name}\" fails to evaluate: {reason}")))
            }
            value => value,
        })
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn generate(&self, namespace: &str, objects: &[Value]) -> Result<Value, EvalError> {
        for object in objects {
            let json =
                object.to_json().ok_or_else(|| EvalError::new("a generated object has no JSON form"))?;
            self.generated.borrow_mut().extend(opened(json).map(|one| in_namespace(one, namespace)));
        }
        Ok(true.into())
    }
}

/// The objects of a list, or the one object.
fn opened(object: Json) -> impl Iterator<Item = Json> {
    match object.get("items").and_then(Json::as_array).cloned() {
        Some(items) => items.into_iter(),
        None => vec![object].into_iter(),
    }
}

fn in_namespace(mut object: Json, namespace: &str) -> Json {
    if let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) {
        metadata.remove("resourceVersion");
        metadata.remove("uid");
        if !namespace.is_empty() {
            metadata.insert("namespace".to_owned(), namespace.into());
        }
    }
    object
}
