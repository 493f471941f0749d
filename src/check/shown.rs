//! The policies that pages show in their fences.

use super::candidate::Candidate;
use super::library;
use crate::diag::{Diagnostic, Severity, codes};
use crate::kube::Resource;
use crate::policy::{Policy, PolicyKind, Refusal};
use crate::site::PageId;
use crate::snippet::{self, Kind, Partial, Role, Snippet};
use crate::source::Span;
use std::collections::BTreeMap;

/// A policy in a fence.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// The page.
    pub page: PageId,
    /// The index of its fence among the page's snippets.
    pub fence: usize,
    /// The fence's title: often the name of a file.
    pub title: Option<String>,
    /// `metadata.name`
    pub name: String,
    /// The whole of it.
    pub span: Span,
    /// Where it says its name.
    pub name_span: Span,
    /// What became of it.
    pub state: State,
}

/// What became of a policy that a page shows.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// It can be asked.
    Loaded(Box<Policy>),
    /// Kyverno would refuse it.
    Refused,
    /// It belongs to another engine: its kind.
    Foreign(String),
}

impl Shown {
    /// The policy, when it can be asked.
    pub fn candidate(&self) -> Option<Candidate<'_>> {
        let State::Loaded(policy) = &self.state else { return None };
        Some(Candidate { policy, span: self.span, name: self.name_span })
    }
}

/// The policies of all pages, in the order of pages and fences; second, what Kyverno would refuse of them.
pub(super) fn of_pages(snippets: &BTreeMap<PageId, Vec<Snippet>>) -> (Vec<Shown>, Vec<Diagnostic>) {
    let (mut shown, mut found) = (Vec::new(), Vec::new());
    for (page, snippets) in snippets {
        let holds =
            |snippet: &Snippet| snippet.kind == Kind::Policy || snippet.resources.iter().any(is_exception);
        let policies = snippets.iter().enumerate().filter(|(_, snippet)| holds(snippet));
        for (fence, snippet) in policies {
            read(*page, fence, snippet, &mut shown, &mut found);
        }
    }
    (shown, found)
}

/// An exception decides nothing of its own, but about what policies decide.
fn is_exception(resource: &Resource) -> bool {
    PolicyKind::of(&resource.gvk.group, &resource.gvk.kind) == Some(PolicyKind::PolicyException)
}

fn read(page: PageId, fence: usize, snippet: &Snippet, shown: &mut Vec<Shown>, found: &mut Vec<Diagnostic>) {
    for resource in snippet
        .resources
        .iter()
        .filter(|resource| snippet::is_policy(resource) || Policy::is_policy(resource))
    {
        let place = |range| snippet.passage.span(&range).unwrap_or(snippet.span);
        if PolicyKind::of(&resource.gvk.group, &resource.gvk.kind).is_some_and(PolicyKind::has_rules)
            && has_no_rules(resource)
        {
            found.extend(ruleless(snippet, &resource.name, resource.place("/spec/").map(place)));
            continue;
        }
        let state = match library::load(resource) {
            _ if !Policy::is_policy(resource) => State::Foreign(resource.gvk.kind.clone()),
            Ok(policy) => {
                found.extend(doubts(snippet, resource, &policy));
                State::Loaded(Box::new(policy))
            }
            Err(refusal) => {
                found.extend(refused(snippet, &resource.name, &refusal));
                State::Refused
            }
        };
        shown.push(Shown {
            page,
            fence,
            title: snippet.title.clone(),
            name: resource.name.clone(),
            span: resource.span().map_or(snippet.span, place),
            name_span: resource.place("/metadata/name/").map_or(snippet.span, place),
            state,
        });
    }
}

/// What in a policy that a page shows does not do what it seems to. A bad example is shown for what is wrong with it.
fn doubts(snippet: &Snippet, resource: &Resource, policy: &Policy) -> Vec<Diagnostic> {
    if snippet.settings.unchecked.is_some() || snippet.role == Role::Bad {
        return Vec::new();
    }
    let place = |range: Option<std::ops::Range<usize>>| {
        range.and_then(|range| snippet.passage.span(&range)).unwrap_or(snippet.span)
    };
    library::lints(policy, resource, place)
}

/// Kyverno takes a policy without rules, and it decides nothing.
fn ruleless(snippet: &Snippet, name: &str, place: Option<Span>) -> Option<Diagnostic> {
    let wanted = snippet.partial.is_none()
        && snippet.settings.unchecked.is_none()
        && !matches!(snippet.role, Role::Bad | Role::Fragment);
    let message = format!("the policy `{name}` has no rules: Kyverno takes it, and it decides nothing");
    let found = Diagnostic::new(&codes::POLICY_DOUBT, place.unwrap_or(snippet.span), message);
    wanted.then(|| found.help("show its rules, or say with `...` that something is left out"))
}

fn has_no_rules(resource: &Resource) -> bool {
    let spec = &resource.body["spec"];
    spec.is_object() && (spec["rules"].is_null() || spec["rules"].as_array().is_some_and(Vec::is_empty))
}

/// A policy that is shown whole is there to be used: that it does not load is an error. One that says of itself that
/// something is left out or has to be filled in may only lack that, which readers are told as a warning.
fn refused(snippet: &Snippet, name: &str, refusal: &Refusal) -> Option<Diagnostic> {
    if snippet.settings.unchecked.is_some() || snippet.role == Role::Fragment {
        return None;
    }
    let place = refusal.place.as_ref().and_then(|place| snippet.passage.span(place));
    let mut found = library::refused(name, place.unwrap_or(snippet.span), refusal);
    let partial = matches!(snippet.partial, Some(Partial::Elided | Partial::Placeholder));
    if partial || snippet.role == Role::Bad || offers_alternatives(&snippet.passage.text) {
        found.severity = found.severity.min(Severity::Warning);
    }
    Some(found)
}

/// `validate | mutate | generate:` and `true | false` are there to be chosen from.
fn offers_alternatives(text: &str) -> bool {
    let key = |line: &str| line.split_once(':').is_some_and(|(key, _)| key.contains(" | "));
    text.lines().filter(|line| !line.trim_start().starts_with('#')).any(key)
}
