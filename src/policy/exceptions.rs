//! Policy exceptions.

use super::context::Context;
use super::load::texts;
use super::model::Policy;
use super::request::Request;
use super::response::Verdict;
use super::scope::Scope;
use super::trouble::Trouble;
use super::{conditions, matching};
use crate::kube::wildcard;
use serde_json::Value;

/// What the exceptions that apply to a rule make of it.
pub(crate) enum Excuse {
    /// Nothing.
    None,
    /// The rule is skipped.
    Skip(Box<Verdict>),
    /// Whether it is excused cannot be decided.
    Undecided(Box<Verdict>),
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
        if !names(spec, policy, name) {
            continue;
        }
        match applies(spec, scope) {
            Ok(true) => {}
            Err(trouble) if trouble.unsupported.is_some() => {
                return Excuse::Undecided(Box::new(trouble.verdict()));
            }
            // A condition that cannot be evaluated excuses nothing.
            Ok(false) | Err(_) => continue,
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

fn applies(spec: &Value, scope: &mut Scope) -> Result<bool, Trouble> {
    if !matching::included(&spec["match"], scope.request) {
        return Ok(false);
    }
    match spec.get("conditions").filter(|value| !value.is_null()) {
        Some(wanted) => conditions::hold(wanted, scope).map(|(met, _)| met),
        None => Ok(true),
    }
}

/// The exceptions for CEL policies that name `policy`, the one with the highest priority first.
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
    let mut named: Vec<&Policy> = context.exceptions.iter().filter(names).collect();
    named.sort_by_key(|exception| std::cmp::Reverse(priority(exception)));
    named.into_iter().map(|exception| &exception.body).collect()
}

/// The whole number in the label `polex.kyverno.io/priority`; 0 without one.
fn priority(exception: &Policy) -> i64 {
    let label = &exception.body["metadata"]["labels"]["polex.kyverno.io/priority"];
    label.as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::kube::{Resource, read};
    use crate::policy::{Context, Policy, RuleResponse, Status, evaluate};

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";
    const DENY: &str = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec: {rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {deny: {}}}]}\n";
    const FALSE: &str = "apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: p}\nspec: {matchConstraints: {resourceRules: [{apiGroups: [\"\"], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}, validations: [{expression: \"false\"}]}\n";

    fn said(policy: &str, exceptions: &[String]) -> RuleResponse {
        let one = |text: &str| -> Resource { read(text).0.remove(0) };
        let exceptions = exceptions.iter().map(|text| Policy::load(&one(text)).unwrap()).collect();
        let policy = Policy::load(&one(policy)).unwrap();
        evaluate(&[&policy], &one(POD), &Context { exceptions, ..Context::default() }).remove(0)
    }

    #[test]
    fn a_condition_that_cannot_be_decided_excuses_nothing_silently() {
        let under = |key: &str| {
            let text = format!(
                "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {{name: e}}\nspec: {{exceptions: [{{policyName: p, ruleNames: [r]}}], match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}, conditions: {{all: [{{key: \"{{{{ {key} }}}}\", operator: Equals, value: p}}]}}}}\n"
            );
            said(DENY, &[text])
        };
        assert_eq!(under("request.object.metadata.name").status, Status::Skip);
        assert_eq!(under("request.object.kind").status, Status::Fail);
        assert_eq!(under("request.object.nope").status, Status::Fail);
        assert_eq!(under("time_now_utc()").unsupported.as_deref(), Some("time_now_utc"));
    }

    #[test]
    fn the_exception_of_the_highest_priority_reports() {
        let exception = |name: &str, priority: i64, result: &str| {
            format!(
                "apiVersion: policies.kyverno.io/v1\nkind: PolicyException\nmetadata: {{name: {name}, labels: {{polex.kyverno.io/priority: \"{priority}\"}}}}\nspec: {{policyRefs: [{{name: p, kind: ValidatingPolicy}}], reportResult: {result}}}\n"
            )
        };
        let both = |skip: i64, pass: i64| {
            said(FALSE, &[exception("a", skip, "skip"), exception("b", pass, "pass")]).status
        };
        assert_eq!((both(1, 2), both(10, 9)), (Status::Pass, Status::Skip));
    }
}
