//! Policy exceptions.

use super::context::Context;
use super::load::texts;
use super::model::Policy;
use super::request::Request;
use super::response::Verdict;
use super::scope::Scope;
use super::{conditions, matching};
use crate::kube::wildcard;
use serde_json::Value;

/// What the exceptions that apply to a rule make of it.
pub(crate) enum Excuse {
    /// Nothing.
    None,
    /// The rule is skipped.
    Skip(Box<Verdict>),
    /// Further exclusions of the Pod Security Standards.
    PodSecurity(Vec<Value>),
}

/// The exceptions among those given that are about `rule` of `policy` and its subject.
pub(crate) fn of_rule(policy: &Policy, rule: &Value, scope: &mut Scope) -> Excuse {
    let context = scope.request.context;
    let name = rule["name"].as_str().unwrap_or_default();
    let is_pod_security = rule["validate"].get("podSecurity").is_some();
    let mut controls = Vec::new();
    for exception in classic(context) {
        let spec = exception.spec();
        if !names(spec, policy, name) || !applies(spec, scope) {
            continue;
        }
        match spec["podSecurity"].as_array().filter(|list| is_pod_security && !list.is_empty()) {
            Some(list) => controls.extend(list.clone()),
            None => {
                let message = format!("rule is skipped due to policy exception {}", exception.name);
                return Excuse::Skip(Box::new(Verdict::skip(message)));
            }
        }
    }
    if controls.is_empty() { Excuse::None } else { Excuse::PodSecurity(controls) }
}

fn classic(context: &Context) -> impl Iterator<Item = &Policy> {
    context.exceptions.iter().filter(|exception| exception.api_version.starts_with("kyverno.io/"))
}

/// Does the exception name the rule? A namespaced policy is named with its namespace; rules made for pod
/// controllers are named as such.
fn names(spec: &Value, policy: &Policy, rule: &str) -> bool {
    let own = match &policy.namespace {
        Some(namespace) => format!("{namespace}/{}", policy.name),
        None => policy.name.clone(),
    };
    let exceptions = spec["exceptions"].as_array().into_iter().flatten();
    exceptions.into_iter().any(|one| {
        one["policyName"].as_str() == Some(own.as_str())
            && texts(&one["ruleNames"]).iter().any(|pattern| wildcard::matches(pattern, rule))
    })
}

fn applies(spec: &Value, scope: &mut Scope) -> bool {
    let matched = matching::included(&spec["match"], scope.request);
    let wanted = spec.get("conditions").filter(|value| !value.is_null());
    matched && wanted.is_none_or(|wanted| conditions::hold(wanted, scope).is_ok_and(|(met, _)| met))
}

/// The exceptions for CEL policies that name `policy`.
pub(crate) fn of_policy<'c>(policy: &Policy, request: &Request<'c>) -> Vec<&'c Value> {
    let context = request.context;
    let names = |exception: &&Policy| {
        let refs = exception.spec()["policyRefs"].as_array().into_iter().flatten();
        exception.api_version.starts_with("policies.kyverno.io/")
            && refs.into_iter().any(|one| {
                one["name"].as_str() == Some(policy.name.as_str())
                    && one["kind"].as_str() == Some(policy.kind.word())
            })
    };
    context.exceptions.iter().filter(names).map(|exception| &exception.body).collect()
}
