//! Objects that pages submit. Those that a policy lets through show that its denials prove anything.

use super::admission::Admission;
use super::candidate::Candidate;
use super::decide::base;
use super::examples;
use super::group::{groups, said};
use super::objects::{self, At};
use super::scope::PageScope;
use crate::kube::Resource;
use crate::policy::suite::Row;
use crate::policy::{Context, Status};
use crate::site::PageId;
use crate::snippet::Snippet;
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
    let decided = |block: &&Snippet| block.settings.unchecked.is_none();
    for (snippet, block) in page.snippets.iter().enumerate().filter(|(_, block)| decided(block)) {
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

/// Does the rule deny everything that pages and suites try on it, among it something that a page says its policy admits?
pub(super) fn denies_all(policy: Candidate<'_>, rule: &str, page: &PageScope<'_>) -> bool {
    let mut refused = false;
    for witness in page.witnesses.iter().filter(|witness| witness.is_under(policy)) {
        let denied = said_of(policy, rule, witness);
        if denied.contains(&false) {
            return false;
        }
        refused |= witness.admitted && denied.contains(&true);
    }
    refused && !passes_in_a_suite(policy, rule, page)
}

fn passes_in_a_suite(policy: Candidate<'_>, rule: &str, page: &PageScope<'_>) -> bool {
    let of_file = page.library.entries.iter().find(|entry| entry.span == policy.span);
    let passes = |row: &Row| row.actual.as_deref() == Some("pass") && base(&row.rule) == base(rule);
    of_file.is_some_and(|entry| examples::rows(entry, page.library).any(|(_, row)| passes(row)))
}

/// Whether the rule denies the witness, once for each time it speaks about it.
fn said_of(policy: Candidate<'_>, rule: &str, witness: &Witness) -> Vec<bool> {
    let admission = Admission::of(&[policy], &witness.resource, &Context::default());
    let own = admission.answers.iter().filter(|answer| base(&answer.response.rule) == base(rule));
    own.filter(|answer| answer.fails() || answer.response.status == Status::Pass)
        .map(|answer| answer.fails())
        .collect()
}
