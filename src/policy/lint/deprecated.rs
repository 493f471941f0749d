//! Versions, fields and operators that were replaced.

use super::{Found, LintKind, lint, lint_of_key};
use crate::policy::model::Policy;
use serde_json::Value;

/// Fields of the kinds with rules as the schemas of Kyverno 1.19 mark them, each with what replaces it. `*` is
/// every item of a list.
const FIELDS: [(&str, &str); 22] = [
    ("spec/failurePolicy", "spec.webhookConfiguration.failurePolicy"),
    ("spec/webhookTimeoutSeconds", "spec.webhookConfiguration.timeoutSeconds"),
    ("spec/generateExisting", "generateExisting of the generate rule"),
    ("spec/generateExistingOnPolicyUpdate", "generateExisting of the generate rule"),
    ("spec/mutateExistingOnPolicyUpdate", "mutateExistingOnPolicyUpdate of the mutate rule"),
    ("spec/validationFailureAction", "failureAction of the validate rule"),
    ("spec/validationFailureActionOverrides", "failureActionOverrides of the validate rule"),
    ("spec/schemaValidation", ""),
    ("spec/rules/*/match/any/*/resources/name", "names"),
    ("spec/rules/*/match/all/*/resources/name", "names"),
    ("spec/rules/*/match/resources/name", "names"),
    ("spec/rules/*/exclude/any/*/resources/name", "names"),
    ("spec/rules/*/exclude/all/*/resources/name", "names"),
    ("spec/rules/*/exclude/resources/name", "names"),
    ("spec/rules/*/match/resources", "match.any"),
    ("spec/rules/*/exclude/resources", "exclude.any"),
    ("spec/rules/*/verifyImages/*/image", "imageReferences"),
    ("spec/rules/*/verifyImages/*/key", "attestors"),
    ("spec/rules/*/verifyImages/*/roots", "attestors"),
    ("spec/rules/*/verifyImages/*/issuer", "attestors"),
    ("spec/rules/*/verifyImages/*/subject", "attestors"),
    ("spec/rules/*/verifyImages/*/attestations/*/predicateType", "type"),
];

/// Versions that the definitions mark as deprecated, with the one to use.
const VERSIONS: [(&str, &str, &str); 3] = [
    ("policies.kyverno.io/v1alpha1", "", "policies.kyverno.io/v1"),
    ("kyverno.io/v2beta1", "PolicyException", "kyverno.io/v2"),
    ("kyverno.io/v2beta1", "CleanupPolicy", "kyverno.io/v2"),
];

const OPERATORS: [(&str, &str); 6] = [
    ("In", "AnyIn or AllIn"),
    ("NotIn", "AnyNotIn or AllNotIn"),
    ("DurationGreaterThan", "GreaterThan"),
    ("DurationGreaterThanOrEquals", "GreaterThanOrEquals"),
    ("DurationLessThan", "LessThan"),
    ("DurationLessThanOrEquals", "LessThanOrEquals"),
];

pub(super) fn find(policy: &Policy, found: &mut Found) {
    for (version, kind, newer) in VERSIONS {
        if policy.api_version == version && policy.kind.word().ends_with(kind) {
            let message = format!("`{version}` is deprecated for a {}", policy.kind.word());
            found.push(lint(LintKind::Deprecated, "/apiVersion/", message).help(format!("use `{newer}`")));
        }
    }
    if !policy.kind.has_rules() {
        return;
    }
    for (field, newer) in FIELDS {
        let steps: Vec<&str> = field.split('/').collect();
        replaced(&policy.body, &steps, "/", newer, found);
    }
    words(policy, found);
    operators(policy.spec(), "/spec/", found);
}

fn replaced(value: &Value, steps: &[&str], path: &str, newer: &str, found: &mut Found) {
    match steps {
        [] => {}
        ["*", rest @ ..] => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                replaced(item, rest, &format!("{path}{index}/"), newer, found);
            }
        }
        [name] if !value[*name].is_null() => {
            let (path, message) = (format!("{path}{name}/"), format!("`{name}` is deprecated"));
            let one = lint_of_key(LintKind::Deprecated, &path, message);
            let help = if newer.is_empty() { "leave it out".to_string() } else { format!("use {newer}") };
            found.push(one.help(help));
        }
        [name, rest @ ..] => replaced(&value[*name], rest, &format!("{path}{name}/"), newer, found),
    }
}

/// `enforce` and `audit` in the old spelling.
fn words(policy: &Policy, found: &mut Found) {
    let old = |value: &Value| match value.as_str() {
        Some("enforce") => Some("Enforce"),
        Some("audit") => Some("Audit"),
        _ => None,
    };
    let mut note = |value: &Value, path: String| {
        if let Some(word) = old(value) {
            let message = format!("`{}` is an old spelling", word.to_lowercase());
            found.push(lint(LintKind::Deprecated, &path, message).help(format!("write `{word}`")));
        }
    };
    note(&policy.spec()["validationFailureAction"], "/spec/validationFailureAction/".to_string());
    for (index, rule) in policy.rules.iter().enumerate() {
        let path = format!("/spec/rules/{index}/validate/failureAction/");
        note(&rule.body["validate"]["failureAction"], path);
    }
}

/// Operators, and conditions as plain lists.
fn operators(value: &Value, path: &str, found: &mut Found) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                operators(item, &format!("{path}{index}/"), found);
            }
        }
        Value::Object(map) => {
            let operator = map.get("operator").and_then(Value::as_str).filter(|_| map.contains_key("key"));
            let old = operator.and_then(|name| OPERATORS.iter().find(|(old, _)| *old == name));
            if let Some((old, newer)) = old.filter(|_| map.contains_key("value")) {
                let path = format!("{path}operator/");
                let message = format!("the operator `{old}` is deprecated");
                found.push(lint(LintKind::Deprecated, &path, message).help(format!("use {newer}")));
            }
            for (key, value) in map {
                operators(value, &format!("{path}{key}/"), found);
            }
        }
        _ => {}
    }
}
