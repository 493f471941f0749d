//! What the policies in force make of one object.

use super::candidate::Candidate;
use super::decide::base;
use crate::kube::Resource;
use crate::policy::{self, Action, Context, RuleResponse, Status};
use serde_json::Value;

/// The answers of the policies in force for one object that somebody submits.
#[derive(Debug)]
pub(super) struct Admission<'a> {
    /// One answer for each rule that spoke.
    pub answers: Vec<Answer<'a>>,
}

/// What one rule says, and what that means for the request.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// The rule's policy.
    pub entry: Candidate<'a>,
    /// What the rule says.
    pub response: RuleResponse,
    /// What a breach of the rule leads to.
    pub action: Action,
}

impl<'a> Admission<'a> {
    /// Ask all `entries` about `resource`.
    pub fn of(entries: &[Candidate<'a>], resource: &Resource, context: &Context) -> Admission<'a> {
        let policies: Vec<_> = entries.iter().map(|entry| entry.policy).collect();
        let namespace = resource.namespace.as_deref().unwrap_or("default");
        let no_labels = Default::default();
        let labels = context.namespaces.get(namespace).unwrap_or(&no_labels);
        let responses = policy::evaluate(&policies, resource, context);
        let answer = |response: RuleResponse| {
            let entry = *entries.iter().find(|entry| response.is_of(entry.policy))?;
            let action = entry.policy.action_for(&response.rule, namespace, labels);
            Some(Answer { entry, response, action })
        };
        Admission { answers: responses.into_iter().filter_map(answer).collect() }
    }

    /// The rules that refuse the object.
    pub fn denials(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| answer.denies())
    }

    /// The rules that could not be decided here and would have a say in the admission. An error is never read
    /// as a pass.
    pub fn undecided(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| answer.response.status == Status::Error)
    }

    /// The rules that end in an error of Kyverno's own, which refuses the request as a failure does.
    pub fn errors(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| answer.refuses_by_error())
    }

    /// The rules that fail without refusing.
    pub fn reports(&self) -> impl Iterator<Item = &Answer<'a>> {
        self.answers.iter().filter(|answer| answer.fails() && answer.action != Action::Enforce)
    }
}

impl Answer<'_> {
    /// The rule is broken.
    pub fn fails(&self) -> bool {
        matches!(self.response.status, Status::Fail | Status::Warn)
    }

    /// The rule ends in an error that it has for every request like this one. What depends on who asks, or on the
    /// object before a change, is not known here.
    pub fn refuses_by_error(&self) -> bool {
        const UNKNOWN: [&str; 6] =
            ["userInfo", "request.roles", "clusterRoles", "serviceAccount", "oldObject", "images"];
        let (response, policy) = (&self.response, self.entry.policy);
        response.status == Status::Error
            && response.unsupported.is_none()
            && self.action == Action::Enforce
            && policy.kind.has_rules()
            && ignores(policy.spec()).is_none()
            && !self.asks_a_cluster()
            && !UNKNOWN.iter().any(|name| response.message.contains(name))
    }

    /// Does the rule load something from a cluster or a registry?
    fn asks_a_cluster(&self) -> bool {
        const ENTRIES: [&str; 4] = ["apiCall", "configMap", "globalReference", "imageRegistry"];
        let rule = self.entry.policy.rule(base(&self.response.rule));
        rule.is_none_or(|rule| ENTRIES.iter().any(|key| holds(&rule.body, key)))
    }

    /// The rule is broken, and that refuses the request.
    pub fn denies(&self) -> bool {
        self.fails() && self.action == Action::Enforce
    }

    /// `policy/rule`
    pub fn name(&self) -> String {
        match self.response.rule.as_str() {
            "" => self.response.policy.clone(),
            rule => format!("{}/{rule}", self.response.policy),
        }
    }
}

/// The setting by which an error refuses nothing.
fn ignores(spec: &Value) -> Option<&Value> {
    let settings = [&spec["failurePolicy"], &spec["webhookConfiguration"]["failurePolicy"]];
    settings.into_iter().find(|setting| setting.as_str() == Some("Ignore"))
}

/// Is there such a key anywhere in it?
fn holds(value: &Value, key: &str) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(own, value)| own == key || holds(value, key)),
        Value::Array(items) => items.iter().any(|item| holds(item, key)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube;
    use crate::policy::Policy;
    use crate::source::{SitePath, Sources};

    /// A classic policy that enforces and passes, and one in CEL of the same name that only reports.
    const POLICIES: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: limits}
spec:
  validationFailureAction: Enforce
  rules:
  - name: any-name
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {message: no, pattern: {metadata: {name: \"?*\"}}}
---
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: limits}
spec:
  validationActions: [Audit]
  matchConstraints:
    resourceRules:
    - {apiGroups: [\"\"], apiVersions: [v1], resources: [pods], operations: [CREATE]}
  validations:
  - {expression: \"object.metadata.name == 'other'\", message: another name}
";

    #[test]
    fn policies_of_one_name_answer_each_for_itself() {
        let sources = Sources::in_memory([("p.yaml", POLICIES)]);
        let file = sources.get(&SitePath::new("p.yaml")).unwrap();
        let manifests = kube::read(POLICIES).0;
        let policies: Vec<Policy> = manifests.iter().map(|one| Policy::load(one).unwrap()).collect();
        let candidates: Vec<Candidate> = policies
            .iter()
            .zip(0..)
            .map(|(policy, at)| Candidate { policy, span: file.span(at, at), name: file.span(at, at) })
            .collect();
        let pod = kube::read("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n").0.remove(0);
        let admission = Admission::of(&candidates, &pod, &Context::default());
        assert_eq!(admission.answers.len(), 2);
        assert_eq!(admission.denials().count(), 0);
        assert_eq!(admission.reports().count(), 1);
    }
}
