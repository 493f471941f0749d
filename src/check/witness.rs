//! Objects that pages submit. Those that they say are admitted show what a policy lets through whose denials prove
//! anything.

use super::admission::Admission;
use super::candidate::Candidate;
use super::decide::base;
use super::group::{groups, said};
use super::objects::{self, At};
use super::scope::PageScope;
use crate::kube::Resource;
use crate::policy::{Context, Status};
use crate::site::PageId;
use crate::snippet::expect::Class;
use crate::source::Span;

/// An object that a page submits, and says something about.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    /// The page.
    pub page: PageId,
    /// The index of the heading above it.
    pub heading: Option<usize>,
    /// The page says that it is admitted.
    admitted: bool,
    /// The policies in force there, by their places.
    policies: Vec<Span>,
    /// The object.
    pub resource: Resource,
}

impl Witness {
    /// Is the policy in force where the object is submitted?
    pub fn is_under(&self, policy: Candidate<'_>) -> bool {
        self.policies.contains(&policy.span)
    }
}

/// The witnesses of one page.
pub(super) fn of_page(page: &PageScope<'_>) -> Vec<Witness> {
    let mut found = Vec::new();
    for (snippet, block) in page.snippets.iter().enumerate() {
        for group in groups(&block.claims) {
            let claim = group.main();
            let conditional = said(&claim.class).is_some_and(|said| said.after.is_some());
            let (Some(_), Some(step), false) = (said(&claim.class), claim.step, conditional) else {
                continue;
            };
            let admitted = matches!(claim.class, Class::Admitted(_));
            let at = At { snippets: page.snippets, snippet, step };
            let effect = block.steps.get(step).and_then(objects::submitting);
            let Some(submission) = effect.and_then(|effect| objects::submission(effect).ok()) else {
                continue;
            };
            let policies: Vec<Span> = page.in_force(snippet).policies.iter().map(|one| one.span).collect();
            let resources = objects::submitted(submission, at).unwrap_or_default();
            found.extend(resources.into_iter().map(|resource| Witness {
                page: page.page.id,
                heading: block.heading,
                admitted,
                policies: policies.clone(),
                resource,
            }));
        }
    }
    found
}

/// Does the rule deny everything that pages say its policy admits and that it speaks about, and at least one object?
pub(super) fn denies_all(policy: Candidate<'_>, rule: &str, witnesses: &[Witness]) -> bool {
    let own = witnesses.iter().filter(|witness| witness.admitted && witness.is_under(policy));
    let said: Vec<bool> = own.flat_map(|witness| said_of(policy, rule, witness)).collect();
    !said.is_empty() && said.iter().all(|denied| *denied)
}

/// Whether the rule denies the witness, once for each time it speaks about it.
fn said_of(policy: Candidate<'_>, rule: &str, witness: &Witness) -> Vec<bool> {
    let admission = Admission::of(&[policy], &witness.resource, &Context::default());
    let own = admission.answers.iter().filter(|answer| base(&answer.response.rule) == base(rule));
    own.filter(|answer| answer.fails() || answer.response.status == Status::Pass)
        .map(|answer| answer.fails())
        .collect()
}
