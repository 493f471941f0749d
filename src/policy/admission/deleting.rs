//! Policies that delete: DeletingPolicy, and the older cleanup policies. Their schedule does not matter here.

use super::expressions::{Declared, compile_bool, holds};
use super::{constraints, world};
use crate::kube::scope;
use crate::policy::cel::{Environment, Variables};
use crate::policy::context::Context;
use crate::policy::model::Policy;
use crate::policy::request::Request;
use crate::policy::response::Verdict;
use crate::policy::scope::Scope;
use crate::policy::{conditions, exceptions, matching};
use serde_json::Value;

const MATCHED: &str = "resource matched";
const UNMATCHED: &str = "resource did not match";

/// What a DeletingPolicy says: `pass` if it would delete the subject.
pub(super) fn policy(policy: &Policy, request: &Request) -> Option<Verdict> {
    let spec = policy.spec();
    let own = policy.namespace.as_ref().is_none_or(|namespace| *namespace == request.subject.namespace);
    let gvk = &request.subject.gvk;
    let defined = request.context.kinds.iter().any(|info| info.group == gvk.group && info.kind == gvk.kind);
    if own && !defined && scope::built_in(&gvk.group, &gvk.kind).is_none() {
        // Whether the policy is about the object cannot be known without the name of its resource.
        let version = gvk.api_version();
        return Some(Verdict::error(format!(
            "no matches for kind \"{}\" in version \"{version}\"",
            gvk.kind
        )));
    }
    if !own || !constraints::fit(&spec["matchConstraints"], request) {
        return None;
    }
    if !exceptions::of_policy(policy, request).is_empty() {
        return Some(Verdict::unsupported("exceptions for policies that delete"));
    }
    Some(match Declared::read(&spec["variables"], Environment::kyverno()) {
        Ok(declared) => decide(spec, &declared, world::kyverno(request)),
        Err(trouble) => trouble.verdict(),
    })
}

/// What a DeletingPolicy says about a JSON payload.
pub(super) fn payload(policy: &Policy, payload: &Value, context: &Context) -> Verdict {
    match Declared::read(&policy.spec()["variables"], Environment::kyverno()) {
        Ok(declared) => decide(policy.spec(), &declared, world::payload(payload, context)),
        Err(trouble) => trouble.verdict(),
    }
}

/// Do all conditions hold?
fn decide<'d>(spec: &Value, declared: &'d Declared, mut variables: Variables<'d>) -> Verdict {
    declared.define(&mut variables);
    for condition in spec["conditions"].as_array().into_iter().flatten() {
        let program = compile_bool(&condition["expression"], &declared.environment);
        match program.and_then(|program| holds(&program, &variables)) {
            Ok(true) => {}
            Ok(false) => return Verdict::fail(UNMATCHED),
            Err(trouble) => return trouble.verdict(),
        }
    }
    Verdict::pass(MATCHED)
}

/// What a cleanup policy says: `pass` if it would delete the subject.
pub(super) fn cleanup(policy: &Policy, request: &Request) -> Option<Verdict> {
    let spec = policy.spec();
    if !matching::matches(policy, spec, request) {
        return None;
    }
    let mut scope = Scope::new(request);
    scope.set("target", request.subject.object.clone());
    scope.declare(&spec["context"]);
    let wanted = spec.get("conditions").filter(|value| !value.is_null());
    Some(match wanted.map(|wanted| conditions::hold(wanted, &mut scope)) {
        None | Some(Ok((true, _))) => Verdict::pass(MATCHED),
        Some(Ok((false, _))) => Verdict::fail(UNMATCHED),
        Some(Err(trouble)) => trouble.verdict(),
    })
}
