//! Whether every rule is seen to act and seen to rest: one object that it denies, and one that it admits.
//!
//! A rule that was never seen to deny may deny nothing, and one that was never seen to admit may deny everything.

use super::admission::Admission;
use super::candidate::Candidate;
use super::decide::base;
use super::examples;
use super::library::{Entry, Library};
use super::view::{TrialsView, TriedView};
use super::witness::Witness;
use crate::diag::{Diagnostic, codes};
use crate::policy::suite::{Outcome, Row};
use crate::policy::{Action, Context, PolicyKind, RuleKind, Status};
use crate::site::Site;
use crate::source::Span;
use std::collections::BTreeMap;

/// What was tried on the rules of the site's policies: by the policy's place and the rule's name, which is empty for
/// policies whose rules have no names.
pub(super) type Trials = BTreeMap<Span, BTreeMap<String, TrialsView>>;

/// Everything that suites and pages try on the rules of `library`.
pub(super) fn trials(library: &Library, witnesses: &[Witness], site: &Site) -> Trials {
    let asked = library.entries.iter().filter(|entry| is_asked(entry));
    asked.map(|entry| (entry.span, of_policy(entry, library, witnesses, site))).collect()
}

/// The findings: a rule that was not seen to act, or not seen to rest.
pub(super) fn findings(library: &Library, trials: &Trials) -> Vec<Diagnostic> {
    let of_entry = |entry: &Entry| {
        let own = trials.get(&entry.span).into_iter().flatten();
        own.filter_map(|(rule, trials)| lacking(entry, rule, trials)).collect::<Vec<_>>()
    };
    library.entries.iter().flat_map(of_entry).collect()
}

/// Exceptions and bindings say nothing of their own about an object.
fn is_asked(entry: &Entry) -> bool {
    use PolicyKind as Kind;
    let mute =
        [Kind::PolicyException, Kind::ValidatingAdmissionPolicyBinding, Kind::MutatingAdmissionPolicyBinding];
    !mute.contains(&entry.policy.kind)
}

fn of_policy(
    entry: &Entry,
    library: &Library,
    witnesses: &[Witness],
    site: &Site,
) -> BTreeMap<String, TrialsView> {
    let mut tried: BTreeMap<String, TrialsView> = match entry.policy.kind.has_rules() {
        true => entry.policy.rules.iter().map(|rule| (rule.name.clone(), empty(entry, &rule.name))).collect(),
        false => BTreeMap::from([(String::new(), empty(entry, ""))]),
    };
    for (_, row) in examples::rows(entry, library) {
        let rule = if entry.policy.kind.has_rules() { base(&row.rule) } else { "" };
        // A result that names no rule and gets no answer is about all of them.
        let meant = tried.iter_mut().filter(|(name, _)| rule.is_empty() || *name == rule);
        meant.for_each(|(_, trials)| note_row(trials, row, entry));
    }
    let incomplete = tried.values().any(|trials| trials.acting.is_none() || trials.resting.is_none());
    let policy = Candidate::of_file(entry);
    for witness in witnesses.iter().filter(|witness| incomplete && witness.is_under(policy)) {
        note_witness(&mut tried, policy, witness, entry, site);
    }
    tried
}

fn empty(entry: &Entry, rule: &str) -> TrialsView {
    let (acts, rests) = match kind(entry, rule) {
        RuleKind::Validate | RuleKind::VerifyImages => {
            let action = entry.policy.action_for(rule, "default", &BTreeMap::default());
            (if action == Action::Enforce { "Denies" } else { "Reports" }, "Admits")
        }
        RuleKind::Mutate => ("Changes", "Leaves alone"),
        RuleKind::Generate => ("Generates for", "Leaves alone"),
        RuleKind::Delete => ("Deletes", "Leaves alone"),
    };
    TrialsView { acts, rests, untested: true, ..TrialsView::default() }
}

/// What the rule does; for policies whose rules have no names what their kind does.
pub(super) fn kind(entry: &Entry, rule: &str) -> RuleKind {
    use PolicyKind as Kind;
    if let Some(rule) = entry.policy.rule(rule) {
        return rule.kind;
    }
    match entry.policy.kind {
        Kind::MutatingPolicy | Kind::NamespacedMutatingPolicy | Kind::MutatingAdmissionPolicy => {
            RuleKind::Mutate
        }
        Kind::GeneratingPolicy | Kind::NamespacedGeneratingPolicy => RuleKind::Generate,
        Kind::ClusterCleanupPolicy
        | Kind::CleanupPolicy
        | Kind::DeletingPolicy
        | Kind::NamespacedDeletingPolicy => RuleKind::Delete,
        Kind::ImageValidatingPolicy | Kind::NamespacedImageValidatingPolicy => RuleKind::VerifyImages,
        _ => RuleKind::Validate,
    }
}

fn note_row(trials: &mut TrialsView, row: &Row, entry: &Entry) {
    trials.untested = false;
    match row.outcome {
        Outcome::Agrees => trials.agree += 1,
        Outcome::Differs | Outcome::Invalid(_) => trials.differ += 1,
        Outcome::NotExercised(_) => trials.idle += 1,
        Outcome::Unsupported(_) => trials.open += 1,
    }
    if !matches!(row.outcome, Outcome::Agrees | Outcome::Differs) {
        return;
    }
    let name = row.resource.rsplit('/').next().unwrap_or_default();
    let tried = || TriedView {
        object: format!("{} {name}", row.kind),
        place: "a test suite".to_string(),
        url: format!("#{}", examples::id(row)),
    };
    let acts = row.actual.as_deref().and_then(|word| acts(kind(entry, &row.rule), word));
    note(trials, acts, tried);
}

fn note_witness(
    tried: &mut BTreeMap<String, TrialsView>,
    policy: Candidate<'_>,
    witness: &Witness,
    entry: &Entry,
    site: &Site,
) {
    let page = site.page(witness.page);
    let heading = witness.heading.and_then(|at| page.document.as_ref()?.headings.get(at));
    let fragment = heading.map_or(String::new(), |heading| format!("#{}", heading.id));
    let object = &witness.resource;
    let shown = || TriedView {
        object: format!("{} {}", object.gvk.kind, object.name),
        place: page.title.clone(),
        url: format!("{}{fragment}", entry.url.relative_to(&page.url)),
    };
    for answer in Admission::of(&[policy], object, &Context::default()).answers {
        let rule = if entry.policy.kind.has_rules() { base(&answer.response.rule) } else { "" };
        let undecided = answer.response.status == Status::Error;
        if let Some(trials) = tried.get_mut(rule).filter(|_| !undecided) {
            note(trials, acts(kind(entry, rule), answer.response.status.word()), shown);
        }
    }
}

/// Whether a rule of this kind acts when it says this; `None` when that tells neither.
pub(super) fn acts(kind: RuleKind, said: &str) -> Option<bool> {
    match (kind, said) {
        (RuleKind::Validate | RuleKind::VerifyImages, "fail" | "warn") => Some(true),
        (RuleKind::Validate | RuleKind::VerifyImages, "pass") => Some(false),
        (RuleKind::Mutate | RuleKind::Generate | RuleKind::Delete, "pass") => Some(true),
        (RuleKind::Mutate | RuleKind::Generate | RuleKind::Delete, "skip" | "fail") => Some(false),
        _ => None,
    }
}

fn note(trials: &mut TrialsView, acts: Option<bool>, tried: impl Fn() -> TriedView) {
    match acts {
        Some(true) if trials.acting.is_none() => trials.acting = Some(tried()),
        Some(false) if trials.resting.is_none() => trials.resting = Some(tried()),
        _ => {}
    }
}

fn lacking(entry: &Entry, rule: &str, trials: &TrialsView) -> Option<Diagnostic> {
    let judges = matches!(kind(entry, rule), RuleKind::Validate | RuleKind::VerifyImages);
    let name =
        if rule.is_empty() { entry.policy.name.clone() } else { format!("{}/{rule}", entry.policy.name) };
    let missing = match (&trials.acting, &trials.resting) {
        (None, None) => "nothing that the site tries",
        (None, Some(_)) if judges => "no object that it denies",
        (None, Some(_)) => "no object that it acts on",
        (Some(_), None) if judges => "no object that it admits",
        _ => return None,
    };
    let message = format!("`{name}` has {missing}");
    let found = Diagnostic::new(&codes::RULE_WITHOUT_WITNESS, place(entry, rule), message);
    Some(match trials.open {
        0 if trials.untested => found.help("add one to a `kyverno-test.yaml` beside the policy"),
        0 => found.help("add one to the suite of the policy"),
        open => found.help(format!("{open} of the results that suites expect are not decided here")),
    })
}

/// The first line of the rule, else the one with the policy's name.
fn place(entry: &Entry, rule: &str) -> Span {
    let rule = entry.policy.rules.iter().find(|one| one.name == rule);
    let start = rule.and_then(|rule| rule.place.as_ref()).map(|place| place.start);
    start.map_or(entry.name, |start| entry.file.line_span(entry.file.line_column(start).line))
}
