//! Parts of a policy that are never looked at.

use super::{Found, LintKind, lint, lint_of_key};
use crate::kube::Resource;
use crate::policy::model::{Policy, PolicyKind};
use serde_json::Value;

pub(super) fn find(policy: &Policy, resource: &Resource, found: &mut Found) {
    if policy.kind == PolicyKind::ClusterPolicy && resource.namespace.is_some() {
        let message = "a ClusterPolicy has no namespace: the API server drops it, the Kyverno command line skips the policy";
        found.push(lint(LintKind::Ignored, "/metadata/namespace/", message).help("leave it out"));
    }
    if policy.kind.has_rules() && policy.rules.is_empty() {
        found.push(lint(LintKind::Ignored, "/spec/", "the policy has no rules: it says nothing"));
    }
    for (index, rule) in policy.rules.iter().enumerate() {
        let path = format!("/spec/rules/{index}/");
        if !rule.body["validate"]["assert"].is_null() {
            let message = "`assert` has no effect since Kyverno 1.19: the rule says nothing";
            let one = lint_of_key(LintKind::Ignored, &format!("{path}validate/assert/"), message);
            found.push(one.help("write it as a pattern, or as a ValidatingPolicy"));
        }
        empty_lists(&rule.body, &path, found);
    }
}

/// `any: []`: never met in the rule as written, and gone from the rules made for pod controllers.
fn empty_lists(value: &Value, path: &str, found: &mut Found) {
    let Value::Object(map) = value else {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            empty_lists(item, &format!("{path}{index}/"), found);
        }
        return;
    };
    for (key, value) in map {
        let path = format!("{path}{key}/");
        let conditions = matches!(key.as_str(), "preconditions" | "conditions");
        if conditions && value["any"].as_array().is_some_and(Vec::is_empty) {
            let message =
                "`any` without conditions is never met, but holds in rules made for pod controllers";
            found.push(
                lint_of_key(LintKind::NeverTrue, &format!("{path}any/"), message).help("leave `any` out"),
            );
        }
        empty_lists(value, &path, found);
    }
}
