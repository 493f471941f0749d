//! The steps on the way to an answer, for whoever asks why.

use super::gofmt::with_integers;
use super::model::{Policy, PolicyKind};
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;

/// Steps of one rule beyond which no more are kept.
const MAX_STEPS: usize = 1000;

/// One step of an evaluation, in the order in which it was taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A block of `match` or `exclude` was laid against the request.
    Block {
        /// The block within the rule: `match/any/0/`.
        path: String,
        /// Does it fit?
        fits: bool,
        /// The attribute that does not fit: `kinds`, `namespaces`, …
        misfit: Option<&'static str>,
    },
    /// A query was evaluated.
    Query {
        /// The expression.
        expression: String,
        /// Its value, or why it has none.
        value: Result<Value, String>,
    },
    /// A condition was compared.
    Condition {
        /// The condition within the rule: `preconditions/all/0/`.
        path: String,
        /// The key after substitution.
        key: Value,
        /// The operator as written.
        operator: String,
        /// The value after substitution.
        value: Value,
        /// Is it met?
        met: bool,
    },
    /// An element of a `foreach` came up.
    Element {
        /// The entry within the rule: `validate/foreach/0/`.
        path: String,
        /// Its index in the list.
        index: usize,
        /// The element.
        value: Value,
    },
    /// A field of the object was compared with a field of the pattern.
    Field {
        /// The field of the object, or of the element: `/spec/containers/0/image/`.
        path: String,
        /// What the pattern wants.
        expected: Value,
        /// What is there; null for a field that is not.
        actual: Value,
        /// Does it fit?
        fits: bool,
    },
    /// An expression of CEL was evaluated.
    Expression {
        /// The expression within the policy or rule: `validations/0/expression/`.
        path: String,
        /// Its text.
        text: String,
        /// Does it hold, or why can that not be said?
        holds: Result<bool, String>,
    },
}

impl Step {
    /// Whole numbers as they were written, not as the doubles that Kyverno makes of them.
    fn with_integers(mut self) -> Step {
        match &mut self {
            Step::Block { .. } | Step::Expression { .. } | Step::Query { value: Err(_), .. } => {}
            Step::Query { value: Ok(value), .. } | Step::Element { value, .. } => {
                *value = with_integers(value)
            }
            Step::Condition { key, value, .. } => (*key, *value) = (with_integers(key), with_integers(value)),
            Step::Field { expected, actual, .. } => {
                (*expected, *actual) = (with_integers(expected), with_integers(actual));
            }
        }
        self
    }
}

/// The steps of one rule of one policy for one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The policy's name.
    pub policy: String,
    /// The policy's kind.
    pub policy_kind: PolicyKind,
    /// The policy's namespace, if it has one.
    pub policy_namespace: Option<String>,
    /// The rule's name; empty for policies without named rules.
    pub rule: String,
    /// The steps, in order; cut after a thousand.
    pub steps: Vec<Step>,
    /// How many responses the rule gave. Those of all explanations together are the responses, in their order.
    pub responses: usize,
}

/// Where steps are kept, if anybody wants them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace(Option<Rc<RefCell<Log>>>);

#[derive(Debug, Default)]
struct Log {
    steps: Vec<Step>,
    done: Vec<Explanation>,
}

impl Trace {
    pub(crate) fn recording() -> Trace {
        Trace(Some(Rc::default()))
    }

    /// Keep a step. It is made only when somebody wants it.
    pub(crate) fn note(&self, step: impl FnOnce() -> Step) {
        let Some(log) = &self.0 else { return };
        let step = step().with_integers();
        let steps = &mut log.borrow_mut().steps;
        if steps.len() < MAX_STEPS && steps.last() != Some(&step) {
            steps.push(step);
        }
    }

    /// The steps so far were those of this rule.
    pub(crate) fn close(&self, policy: &Policy, rule: &str, responses: usize) {
        let Some(log) = &self.0 else { return };
        let mut log = log.borrow_mut();
        let steps = std::mem::take(&mut log.steps);
        log.done.push(Explanation {
            policy: policy.name.clone(),
            policy_kind: policy.kind,
            policy_namespace: policy.namespace.clone(),
            rule: rule.to_string(),
            steps,
            responses,
        });
    }

    pub(crate) fn finish(&self) -> Vec<Explanation> {
        self.0.as_ref().map(|log| std::mem::take(&mut log.borrow_mut().done)).unwrap_or_default()
    }
}
