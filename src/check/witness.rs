//! Objects that pages say are admitted: what a policy lets through whose denials prove anything.

use super::admission::Admission;
use super::candidate::Candidate;
use super::decide::base;
use super::group::{groups, said};
use super::objects::{self, At};
use super::scope::PageScope;
use crate::kube::Resource;
use crate::policy::{Context, Status};
use crate::snippet::expect::Class;
use crate::source::Span;

/// An object that a page says is admitted.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    /// The policies in force there, by their places.
    policies: Vec<Span>,
    /// The object.
    resource: Resource,
}

/// The witnesses of one page.
pub(super) fn of_page(page: &PageScope<'_>) -> Vec<Witness> {
    let mut found = Vec::new();
    for (snippet, block) in page.snippets.iter().enumerate() {
        for group in groups(&block.claims) {
            let claim = group.main();
            let conditional = said(&claim.class).is_some_and(|said| said.after.is_some());
            let (Class::Admitted(_), Some(step), false) = (&claim.class, claim.step, conditional) else {
                continue;
            };
            let at = At { snippets: page.snippets, snippet, step };
            let effect = block.steps.get(step).and_then(objects::submitting);
            let Some(submission) = effect.and_then(|effect| objects::submission(effect).ok()) else {
                continue;
            };
            let policies: Vec<Span> = page.in_force(snippet).policies.iter().map(|one| one.span).collect();
            let resources = objects::submitted(submission, at).unwrap_or_default();
            found.extend(
                resources.into_iter().map(|resource| Witness { policies: policies.clone(), resource }),
            );
        }
    }
    found
}

/// Does the rule deny every witness of its policy that it speaks about, and at least one?
pub(super) fn denies_all(policy: Candidate<'_>, rule: &str, witnesses: &[Witness]) -> bool {
    let own = witnesses.iter().filter(|witness| witness.policies.contains(&policy.span));
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
