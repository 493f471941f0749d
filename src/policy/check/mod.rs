//! What Kyverno refuses when a policy is loaded.

mod bodies;
mod conditions;
mod entries;
mod fields;
mod generate;
mod matching;
mod names;
mod rule;
mod settings;

use super::admission::findings;
use super::load::Refusal;
use super::model::Policy;
use crate::kube::Resource;

/// Everything in `policy`, which was loaded from `resource`, that Kyverno refuses: first fields that do not
/// exist or hold the wrong kind of value, then what its own checks of rules object to, and CEL that does not
/// compile. An expression of `validate.cel` that does not is only found by [`findings`], as Kyverno loads it.
pub fn check(policy: &Policy, resource: &Resource) -> Vec<Refusal> {
    let misplaced = fields::misplaced(resource);
    let mut found: Vec<(String, String)> = misplaced;
    if policy.kind.has_rules() && found.is_empty() {
        settings::refusals(policy, &mut found);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::read;

    const POD: &str = "match: {any: [{resources: {kinds: [Pod]}}]}";

    /// The first objection to a policy with this rule and these settings, or nothing.
    fn objection(settings: &str, rule: &str) -> String {
        let text = format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {{name: p}}\nspec:\n  rules:\n  - {{name: r, {rule}}}\n  {settings}\n"
        );
        let resource = read(&text).0.remove(0);
        let refusals = match Policy::load(&resource) {
            Ok(policy) => check(&policy, &resource),
            Err(refusal) => vec![refusal],
        };
        refusals.first().map(|one| format!("{} {}", one.path, one.reason)).unwrap_or_default()
    }

    #[test]
    fn bodies_are_refused_at_the_field_that_is_too_much() {
        let refuses = |rule: &str, path: &str| {
            let found = objection("", &format!("{POD}, {rule}"));
            assert!(found.starts_with(&format!("{path} ")), "{rule}: {found:?}");
        };
        refuses("validate: {pattern: {spec: {x: 1}}, deny: {}}", "/spec/rules/0/validate/deny/");
        refuses("validate: {message: m}", "/spec/rules/0/validate/");
        refuses("validate: {foreach: [{list: request.object.a}]}", "/spec/rules/0/validate/foreach/0/");
        refuses("generate: {kind: ConfigMap, name: c, namespace: ns, data: {}}", "/spec/rules/0/generate/");
        refuses(
            "generate: {apiVersion: v1, kind: ConfigMap, name: c, namespace: ns, data: {\"(a)\": 1}}",
            "/spec/rules/0/generate/data/(a)/",
        );
        refuses("mutate: {patchStrategicMerge: {a: 1}, patchesJson6902: \"[]\"}", "/spec/rules/0/mutate/");
        refuses(
            "validate: {podSecurity: {level: baseline, exclude: [{controlName: Volume Types}]}}",
            "/spec/rules/0/validate/podSecurity/exclude/0/controlName/",
        );
        refuses(
            "validate: {message: \"{{ add(`1`, 0.5) }}\", pattern: {a: 1}}",
            "/spec/rules/0/validate/message/",
        );
        refuses(
            "context: [{name: request, variable: {value: 1}}], validate: {pattern: {a: 1}}",
            "/spec/rules/0/context/0/name/",
        );
        refuses(
            "preconditions: {all: [{key: \"{{request.operation}}\", operator: Equals, value: PATCH}]}, validate: {pattern: {a: 1}}",
            "/spec/rules/0/preconditions/all/0/value/",
        );
    }

    #[test]
    fn settings_are_refused() {
        let rule = format!("{POD}, validate: {{pattern: {{a: 1}}}}");
        assert_eq!(objection("", &rule), "");
        assert!(objection("webhookTimeoutSeconds: 31", &rule).starts_with("/spec/webhookTimeoutSeconds/ "));
        assert!(objection("admission: false\n  background: false", &rule).starts_with("/spec/admission/ "));
        let overrides = "validationFailureActionOverrides: [{action: Enforce, namespaces: [a]}, {action: Audit, namespaces: [\"a*\"]}]";
        assert!(objection(overrides, &rule).contains("/1/namespaces/0/ "));
        let every = "match: {any: [{resources: {kinds: [\"*\"]}}]}, validate: {pattern: {metadata: {a: 1}}}";
        assert!(objection("", every).contains("background: false"));
        assert_eq!(objection("background: false", every), "");
    }
}
