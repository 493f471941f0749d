//! What the policies in force make of one object.

use super::candidate::Candidate;
use crate::kube::Resource;
use crate::policy::{self, Action, Context, RuleResponse, Status};

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
