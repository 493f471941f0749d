//! What Kyverno refuses when a policy is loaded.

mod fields;
mod rule;

use super::admission::findings;
use super::load::Refusal;
use super::model::Policy;
use crate::kube::Resource;

/// Everything in `policy`, which was loaded from `resource`, that Kyverno refuses: first fields that do not
/// exist or hold the wrong kind of value, then what its own checks of rules object to, and CEL that does not
/// compile. An expression of `validate.cel` that does not is only found by [`findings`], as Kyverno loads it.
pub fn check(policy: &Policy, resource: &Resource) -> Vec<Refusal> {
    let misplaced = fields::misplaced(&resource.gvk, policy.spec());
    let mut found: Vec<(String, String)> = misplaced;
    if policy.kind.has_rules() && found.is_empty() {
        for (index, one) in policy.rules.iter().enumerate() {
            found.extend(rule::refusals(policy, &one.body, &format!("/spec/rules/{index}/")));
        }
    }
    if found.is_empty() {
        let uncompiled = findings(policy).into_iter().filter(|one| !one.loads);
        found.extend(
            uncompiled.map(|one| (one.path, format!("this expression does not compile: {}", one.message))),
        );
    }
    found.into_iter().map(|(path, reason)| Refusal::new(resource, path, reason)).collect()
}
