//! Kyverno's nouns: policies and their rules, as written.

use crate::kube::selector::{Labels, Selector};
use crate::kube::wildcard;
use serde_json::Value;
use std::ops::Range;

/// A kind of policy that is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the kinds")]
pub enum PolicyKind {
    ClusterPolicy,
    Policy,
    ClusterCleanupPolicy,
    CleanupPolicy,
    PolicyException,
    ValidatingPolicy,
    NamespacedValidatingPolicy,
    MutatingPolicy,
    NamespacedMutatingPolicy,
    GeneratingPolicy,
    NamespacedGeneratingPolicy,
    DeletingPolicy,
    NamespacedDeletingPolicy,
    ImageValidatingPolicy,
    NamespacedImageValidatingPolicy,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
    MutatingAdmissionPolicy,
    MutatingAdmissionPolicyBinding,
}

use PolicyKind as Kind;

const KYVERNO: &str = "kyverno.io";
const POLICIES: &str = "policies.kyverno.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

const KINDS: [(Kind, &str, &str); 20] = [
    (Kind::ClusterPolicy, KYVERNO, "ClusterPolicy"),
    (Kind::Policy, KYVERNO, "Policy"),
    (Kind::ClusterCleanupPolicy, KYVERNO, "ClusterCleanupPolicy"),
    (Kind::CleanupPolicy, KYVERNO, "CleanupPolicy"),
    (Kind::PolicyException, KYVERNO, "PolicyException"),
    (Kind::PolicyException, POLICIES, "PolicyException"),
    (Kind::ValidatingPolicy, POLICIES, "ValidatingPolicy"),
    (Kind::NamespacedValidatingPolicy, POLICIES, "NamespacedValidatingPolicy"),
    (Kind::MutatingPolicy, POLICIES, "MutatingPolicy"),
    (Kind::NamespacedMutatingPolicy, POLICIES, "NamespacedMutatingPolicy"),
    (Kind::GeneratingPolicy, POLICIES, "GeneratingPolicy"),
    (Kind::NamespacedGeneratingPolicy, POLICIES, "NamespacedGeneratingPolicy"),
    (Kind::DeletingPolicy, POLICIES, "DeletingPolicy"),
    (Kind::NamespacedDeletingPolicy, POLICIES, "NamespacedDeletingPolicy"),
    (Kind::ImageValidatingPolicy, POLICIES, "ImageValidatingPolicy"),
    (Kind::NamespacedImageValidatingPolicy, POLICIES, "NamespacedImageValidatingPolicy"),
    (Kind::ValidatingAdmissionPolicy, ADMISSION, "ValidatingAdmissionPolicy"),
    (Kind::ValidatingAdmissionPolicyBinding, ADMISSION, "ValidatingAdmissionPolicyBinding"),
    (Kind::MutatingAdmissionPolicy, ADMISSION, "MutatingAdmissionPolicy"),
    (Kind::MutatingAdmissionPolicyBinding, ADMISSION, "MutatingAdmissionPolicyBinding"),
];

impl PolicyKind {
    /// The policy kind of this API group and kind; `None` for everything else.
    pub fn of(group: &str, kind: &str) -> Option<PolicyKind> {
        KINDS.iter().find(|(_, own, name)| *own == group && *name == kind).map(|(kind, ..)| *kind)
    }

    /// The kind's name.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., name)| name)
    }

    /// `ClusterPolicy` and `Policy`: the kinds whose rules have names.
    pub fn has_rules(self) -> bool {
        matches!(self, Kind::ClusterPolicy | Kind::Policy)
    }

    /// Does a policy of this kind live in a namespace and speak only about it?
    pub fn is_namespaced(self) -> bool {
        matches!(self, Kind::Policy | Kind::CleanupPolicy | Kind::PolicyException)
            || self.word().starts_with("Namespaced")
    }
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    /// Admit or deny.
    Validate,
    /// Change the resource, or others.
    Mutate,
    /// Make other resources.
    Generate,
    /// Check and pin images.
    VerifyImages,
    /// Delete resources.
    Delete,
}

impl RuleKind {
    /// The word that policies use: `validate`, `mutate`, `generate`, `verifyImages`, `delete`.
    pub fn word(self) -> &'static str {
        match self {
            RuleKind::Validate => "validate",
            RuleKind::Mutate => "mutate",
            RuleKind::Generate => "generate",
            RuleKind::VerifyImages => "verifyImages",
            RuleKind::Delete => "delete",
        }
    }
}

/// What happens to a request that breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// It is admitted and reported.
    Audit,
    /// It is admitted with a warning.
    Warn,
    /// It is denied.
    Enforce,
}

impl Action {
    /// The word as Kyverno's policies write it: `Audit`, `Warn`, `Enforce`.
    pub fn word(self) -> &'static str {
        match self {
            Action::Audit => "Audit",
            Action::Warn => "Warn",
            Action::Enforce => "Enforce",
        }
    }

    /// From the words of policies, in any case; `Deny` is `Enforce`.
    pub fn parse(text: &str) -> Option<Action> {
        match text.to_ascii_lowercase().as_str() {
            "audit" => Some(Action::Audit),
            "warn" => Some(Action::Warn),
            "enforce" | "deny" => Some(Action::Enforce),
            _ => None,
        }
    }
}

/// Another action for some namespaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// What happens there.
    pub action: Action,
    /// Wildcards of namespace names; empty with a selector means any.
    pub namespaces: Vec<String>,
    /// Labels of the namespace.
    pub selector: Option<Selector>,
}

impl Override {
    fn fits(&self, namespace: &str, labels: &Labels) -> bool {
        let named = self.namespaces.iter().any(|pattern| wildcard::matches(pattern, namespace));
        let selected = self.selector.as_ref().is_none_or(|selector| selector.matches(labels));
        selected && (named || (self.namespaces.is_empty() && self.selector.is_some()))
    }
}

/// The annotations that describe a policy, only as stated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// `policies.kyverno.io/title`.
    pub title: Option<String>,
    /// `policies.kyverno.io/category`.
    pub category: Option<String>,
    /// `policies.kyverno.io/severity`.
    pub severity: Option<String>,
    /// `policies.kyverno.io/subject`.
    pub subject: Option<String>,
    /// `policies.kyverno.io/description`.
    pub description: Option<String>,
    /// `policies.kyverno.io/minversion`.
    pub min_version: Option<String>,
}

/// A policy as written.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its kind.
    pub kind: PolicyKind,
    /// `kyverno.io/v1`, …
    pub api_version: String,
    /// Its name.
    pub name: String,
    /// The namespace of a namespaced kind; `default` when none is written.
    pub namespace: Option<String>,
    /// The descriptive annotations.
    pub about: About,
    /// All annotations.
    pub annotations: Labels,
    /// What happens on a breach, as stated for the whole policy; `None` when it is not stated.
    pub action: Option<Action>,
    /// Other actions for some namespaces.
    pub overrides: Vec<Override>,
    /// Does it report on resources that exist already?
    pub background: bool,
    /// What it is about: kinds for the kinds with rules, plurals (`apps/deployments`) for the others; in the
    /// order written, without duplicates.
    pub matches: Vec<String>,
    /// The named rules; empty for kinds without.
    pub rules: Vec<Rule>,
    /// The bytes of the text that it was read from.
    pub place: Option<Range<usize>>,
    /// The whole manifest.
    pub body: Value,
}

/// A named rule as written.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: RuleKind,
    /// The kinds in its `match`, in the order written, without duplicates.
    pub matches: Vec<String>,
    /// `validate.message`, with its variables.
    pub message: Option<String>,
    /// The rule's own action on a breach.
    pub action: Option<Action>,
    /// The rule's own overrides.
    pub overrides: Vec<Override>,
    /// The bytes of the text that it was read from.
    pub place: Option<Range<usize>>,
    /// The rule as written: `match`, `exclude`, `validate`, …
    pub body: Value,
}

impl Policy {
    /// The rule of this name, also when it is named with the prefix of a rule made for pod controllers.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        let base = name.strip_prefix("autogen-cronjob-").or_else(|| name.strip_prefix("autogen-"));
        let named = |name: &str| self.rules.iter().find(|rule| rule.name == name);
        named(name).or_else(|| named(base?))
    }

    /// What happens to a request that breaks `rule` in `namespace`: the rule's word, else the policy's, with
    /// their overrides. A policy that does not say audits; a ValidatingPolicy that does not say denies.
    pub fn action_for(&self, rule: &str, namespace: &str, labels: &Labels) -> Action {
        let rule = self.rule(rule);
        let stated = rule.and_then(|rule| rule.action);
        let overrides = match rule {
            Some(rule) if stated.is_some() || !rule.overrides.is_empty() => &rule.overrides,
            _ => &self.overrides,
        };
        let default = if self.kind.has_rules() { Action::Audit } else { Action::Enforce };
        overrides
            .iter()
            .find(|one| one.fits(namespace, labels))
            .map(|one| one.action)
            .or(stated)
            .or(self.action)
            .unwrap_or(default)
    }

    pub(crate) fn spec(&self) -> &Value {
        &self.body["spec"]
    }

    /// `policies.kyverno.io/scored: "false"`: a breach is only a warning in reports.
    pub(crate) fn is_scored(&self) -> bool {
        self.annotations.get("policies.kyverno.io/scored").map(String::as_str) != Some("false")
    }
}
