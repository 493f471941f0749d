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
            let entry = *entries.iter().find(|entry| {
                entry.policy.name == response.policy && entry.policy.namespace == response.policy_namespace
            })?;
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
