//! Policies written in CEL: `validate.cel` of the kinds with rules, Kyverno's ValidatingPolicy and its siblings,
//! and Kubernetes' own ValidatingAdmissionPolicy.

mod autogen;
mod constraints;
mod deleting;
mod expressions;
mod findings;
mod generating;
mod images;
mod mutating;
mod parameters;
mod rule;
mod structured;
mod validating;
mod webhook;
mod world;

pub(crate) use constraints::are_plain;
pub use findings::{Finding, findings};
pub(crate) use rule::rule;
pub(crate) use webhook::admits;

use super::context::Context;
use super::model::{Policy, PolicyKind as Kind, RuleKind};
use super::request::Request;
use super::response::Verdict;
use serde_json::Value;

/// What a policy of a CEL kind says, with the name under which it says it. `None`: it does not match.
pub(crate) fn evaluate(
    policy: &Policy,
    all: &[&Policy],
    request: &Request,
) -> Option<(RuleKind, String, Verdict)> {
    let unnamed = |verdict| (RuleKind::Validate, String::new(), verdict);
    let named = |verdict| (RuleKind::Delete, policy.name.clone(), verdict);
    match policy.kind {
        Kind::ValidatingPolicy | Kind::NamespacedValidatingPolicy => {
            validating::kyverno(policy, request).map(|(rule, verdict)| (RuleKind::Validate, rule, verdict))
        }
        Kind::ValidatingAdmissionPolicy => validating::kubernetes(policy, all, request).map(unnamed),
        Kind::DeletingPolicy | Kind::NamespacedDeletingPolicy => deleting::policy(policy, request).map(named),
        Kind::GeneratingPolicy | Kind::NamespacedGeneratingPolicy => generating::policy(policy, request)
            .map(|verdict| (RuleKind::Generate, policy.name.clone(), verdict)),
        Kind::ImageValidatingPolicy | Kind::NamespacedImageValidatingPolicy => {
            images::policy(policy, request).map(|verdict| (RuleKind::VerifyImages, String::new(), verdict))
        }
        Kind::CleanupPolicy | Kind::ClusterCleanupPolicy => deleting::cleanup(policy, request).map(named),
        Kind::PolicyException
        | Kind::ValidatingAdmissionPolicyBinding
        | Kind::MutatingAdmissionPolicyBinding
        | Kind::MutatingPolicy
        | Kind::NamespacedMutatingPolicy
        | Kind::MutatingAdmissionPolicy => None,
        other => Some(unnamed(Verdict::unsupported(format!("kind {}", other.word())))),
    }
}

/// Does a policy of a CEL kind speak about the subject of `request` at all?
pub(crate) fn matches(policy: &Policy, request: &Request) -> bool {
    match policy.kind {
        Kind::CleanupPolicy | Kind::ClusterCleanupPolicy => {
            super::matching::included(&policy.spec()["match"], request)
        }
        _ => autogen::variant(policy, request).is_some(),
    }
}

/// What a policy says about a JSON payload that is no Kubernetes object. `None`: nothing, its kind is not for
/// payloads.
pub(crate) fn payload(policy: &Policy, payload: &Value, context: &Context) -> Option<Verdict> {
    match policy.kind {
        Kind::ValidatingPolicy | Kind::NamespacedValidatingPolicy => {
            Some(validating::payload(policy, payload, context))
        }
        Kind::DeletingPolicy | Kind::NamespacedDeletingPolicy => {
            Some(deleting::payload(policy, payload, context))
        }
        _ => None,
    }
}

/// Does a policy of this kind change the resource?
pub(crate) fn is_mutating(kind: Kind) -> bool {
    matches!(kind, Kind::MutatingPolicy | Kind::NamespacedMutatingPolicy | Kind::MutatingAdmissionPolicy)
}

/// What a mutating policy says, with the patched object as later policies see it and as it is shown: once, or once
/// for each object that exists already and that it changes.
pub(crate) fn mutate(
    policy: &Policy,
    all: &[&Policy],
    request: &Request,
) -> Vec<(String, Verdict, Option<Value>)> {
    let said: Vec<(String, Verdict)> = match mutating::is_about_others(policy) {
        true => mutating::others(policy, request),
        false => mutating::policy(policy, all, request).into_iter().collect(),
    };
    let shown = |(rule, verdict): (String, Verdict)| {
        let shown = mutating::shown(&verdict);
        (rule, verdict, shown)
    };
    said.into_iter().map(shown).collect()
}
