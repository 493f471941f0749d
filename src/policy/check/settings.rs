//! The settings of a whole policy.

use super::rule::Found;
use crate::kube::wildcard;
use crate::policy::load::texts;
use crate::policy::model::{Action, Policy, RuleKind};
use serde_json::Value;

/// What Kyverno refuses in the settings of `policy`, a ClusterPolicy or Policy.
pub(super) fn refusals(policy: &Policy, found: &mut Found) {
    timeouts(policy.spec(), found);
    deprecated_twice(policy, found);
    processing(policy, found);
    let overrides = &policy.spec()["validationFailureActionOverrides"];
    let path = "/spec/validationFailureActionOverrides/";
    if policy.namespace.is_some() && overrides.as_array().is_some_and(|list| !list.is_empty()) {
        let reason = "only a ClusterPolicy has other actions for some namespaces";
        found.push((path.to_string(), reason.to_string()));
    } else if policy.namespace.is_none() {
        conflicts(overrides, path, found);
        for (index, rule) in policy.rules.iter().enumerate() {
            let path = format!("/spec/rules/{index}/validate/failureActionOverrides/");
            conflicts(&rule.body["validate"]["failureActionOverrides"], &path, found);
        }
    }
}

fn timeouts(spec: &Value, found: &mut Found) {
    let fields = [
        (&spec["webhookTimeoutSeconds"], "/spec/webhookTimeoutSeconds/"),
        (&spec["webhookConfiguration"]["timeoutSeconds"], "/spec/webhookConfiguration/timeoutSeconds/"),
    ];
    for (value, path) in fields {
        if value.as_i64().is_some_and(|seconds| !(1..=30).contains(&seconds)) {
            found.push((path.to_string(), "a timeout is between 1 and 30 seconds".to_string()));
        }
    }
}

/// A deprecated field beside the one that took its place.
fn deprecated_twice(policy: &Policy, found: &mut Found) {
    let (spec, webhook) = (policy.spec(), &policy.spec()["webhookConfiguration"]);
    let rules = |kind: &str, field: &str| policy.rules.iter().any(|rule| !rule.body[kind][field].is_null());
    let truth = |field: &str| spec[field] == Value::Bool(true);
    let pairs = [
        (
            "webhookTimeoutSeconds",
            "webhookConfiguration.timeoutSeconds",
            !spec["webhookTimeoutSeconds"].is_null() && !webhook["timeoutSeconds"].is_null(),
        ),
        (
            "failurePolicy",
            "webhookConfiguration.failurePolicy",
            !spec["failurePolicy"].is_null() && !webhook["failurePolicy"].is_null(),
        ),
        (
            "generateExisting",
            "generate.generateExisting",
            truth("generateExisting") && rules("generate", "generateExisting"),
        ),
        (
            "generateExistingOnPolicyUpdate",
            "generate.generateExisting",
            !spec["generateExistingOnPolicyUpdate"].is_null() && rules("generate", "generateExisting"),
        ),
        (
            "mutateExistingOnPolicyUpdate",
            "mutate.mutateExistingOnPolicyUpdate",
            truth("mutateExistingOnPolicyUpdate") && rules("mutate", "mutateExistingOnPolicyUpdate"),
        ),
    ];
    for (field, other, _) in pairs.into_iter().filter(|(.., both)| *both) {
        found.push((format!("/spec/{field}/"), format!("it is deprecated, and `{other}` is set as well")));
    }
}

/// A policy that neither admission nor scans use does nothing.
fn processing(policy: &Policy, found: &mut Found) {
    if policy.spec()["admission"] != Value::Bool(false) {
        return;
    }
    let reason = if !policy.background {
        "admission and background cannot both be switched off"
    } else if policy.rules.iter().any(|rule| rule.kind != RuleKind::Validate) {
        "only policies that validate can do without admission"
    } else {
        return;
    };
    found.push(("/spec/admission/".to_string(), reason.to_string()));
}

/// A namespace for which two actions are stated.
fn conflicts(overrides: &Value, path: &str, found: &mut Found) {
    let mut seen: Vec<(Action, String)> = Vec::new();
    for (index, one) in overrides.as_array().into_iter().flatten().enumerate() {
        let action = match one["action"].as_str().and_then(Action::parse) {
            Some(Action::Enforce) => Action::Enforce,
            _ => Action::Audit,
        };
        let own = texts(&one["namespaces"]);
        let clashes = |name: &String| {
            let meets = |other: &str| {
                other == name || wildcard::matches(other, name) || wildcard::matches(name, other)
            };
            seen.iter().any(|(other, namespace)| *other != action && meets(namespace))
        };
        if let Some(at) = own.iter().position(clashes) {
            let path = format!("{path}{index}/namespaces/{at}/");
            found.push((path, format!("another action is stated for `{}` as well", own[at])));
        }
        seen.extend(own.into_iter().map(|name| (action, name)));
    }
}
