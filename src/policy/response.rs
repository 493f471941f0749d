//! What a rule says about a resource.

use super::{Policy, PolicyKind, RuleKind};
use serde_json::Value;
use std::fmt;

/// The status of a rule response, in Kyverno's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The rule holds.
    Pass,
    /// The rule is broken.
    Fail,
    /// The rule is broken, but the policy is marked as not scored.
    Warn,
    /// The rule could not be decided.
    Error,
    /// The rule does not apply after all: a precondition, a condition anchor or an exception.
    Skip,
}

impl Status {
    /// The word in reports: `pass`, `fail`, `warn`, `error`, `skip`.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Fail => "fail",
            Status::Warn => "warn",
            Status::Error => "error",
            Status::Skip => "skip",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The answer of one rule for one resource. A rule that does not match gives none.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleResponse {
    /// The policy's name.
    pub policy: String,
    /// The policy's kind: variants of one control often share a name.
    pub policy_kind: PolicyKind,
    /// The policy's namespace, if it has one.
    pub policy_namespace: Option<String>,
    /// The rule's name, with `autogen-` for rules made for pod controllers; may be empty for policies
    /// without named rules.
    pub rule: String,
    /// What the rule does.
    pub kind: RuleKind,
    /// The verdict.
    pub status: Status,
    /// The message as a user of the cluster would see it.
    pub message: String,
    /// The field that decided, as Kyverno writes it: `/spec/containers/0/image/`.
    pub path: Option<String>,
    /// The field of the policy that decided: `/spec/rules/0/validate/pattern/spec/containers/0/image/`; within
    /// the written rule also for rules made for pod controllers.
    pub policy_path: Option<String>,
    /// The resource after a mutate rule that changed it. The whole object, numbers as written.
    pub patched: Option<Value>,
    /// The object that a mutate-existing rule changed in place of the trigger: before the change.
    pub target: Option<Value>,
    /// The objects that a generate rule makes.
    pub generated: Vec<Value>,
    /// The feature that this evaluator lacks; only with [`Status::Error`].
    pub unsupported: Option<String>,
    /// Kyverno itself gives another verdict from run to run: a wildcard label key fits several labels, and it
    /// takes one at random.
    pub unstable: bool,
}

impl RuleResponse {
    /// Is this an answer of `policy`?
    pub fn is_of(&self, policy: &Policy) -> bool {
        self.policy == policy.name
            && self.policy_kind == policy.kind
            && self.policy_namespace == policy.namespace
    }
}

/// Kyverno puts objects in the namespace `default`; one that does not say so has not changed by that.
pub fn as_written(patched: &mut Value, before: &Value) {
    let defaulted =
        before["metadata"]["namespace"].is_null() && patched["metadata"]["namespace"] == "default";
    if let Some(metadata) = patched["metadata"].as_object_mut().filter(|_| defaulted) {
        metadata.shift_remove("namespace");
    }
}

/// The verdict of a rule's body, before it is known whose it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) status: Status,
    pub(crate) message: String,
    pub(crate) path: Option<String>,
    /// The field of the rule, or of the spec of a policy without rules, that decided.
    pub(crate) rule_path: Option<String>,
    pub(crate) patched: Option<Value>,
    pub(crate) target: Option<Value>,
    pub(crate) generated: Vec<Value>,
    pub(crate) unsupported: Option<String>,
    pub(crate) unstable: bool,
}

impl Verdict {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Verdict {
        Verdict {
            status,
            message: message.into(),
            path: None,
            rule_path: None,
            patched: None,
            target: None,
            generated: Vec::new(),
            unsupported: None,
            unstable: false,
        }
    }

    pub(crate) fn pass(message: impl Into<String>) -> Verdict {
        Verdict::new(Status::Pass, message)
    }

    pub(crate) fn fail(message: impl Into<String>) -> Verdict {
        Verdict::new(Status::Fail, message)
    }

    pub(crate) fn skip(message: impl Into<String>) -> Verdict {
        Verdict::new(Status::Skip, message)
    }

    pub(crate) fn error(message: impl Into<String>) -> Verdict {
        Verdict::new(Status::Error, message)
    }

    /// An honest "cannot": the feature's name, for example `podSecurity`.
    pub(crate) fn unsupported(feature: impl Into<String>) -> Verdict {
        let feature = feature.into();
        let message = format!("unsupported: {feature}");
        Verdict { unsupported: Some(feature), ..Verdict::error(message) }
    }

    pub(crate) fn at(self, path: impl Into<String>) -> Verdict {
        Verdict { path: Some(path.into()), ..self }
    }

    /// The same, decided by this field of the rule, unless one further down is known.
    pub(crate) fn by(self, rule_path: impl Into<String>) -> Verdict {
        Verdict { rule_path: self.rule_path.or_else(|| Some(rule_path.into())), ..self }
    }
}
