//! What an auditor keeps of a build: the policies with their digests and trials, the claims with their verdicts.

use super::claims::{Decided, Place};
use super::library::{Entry, Library};
use super::liveness::Trials;
use super::policy_page;
use super::shown::Shown;
use super::verdict::{Qualifier, Verdict};
use crate::site::{Page, PageId, Site};
use crate::source::{Hash, Sources, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// The record of a build.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Audit {
    /// The policies that the site keeps, by file.
    pub policies: Vec<AuditedPolicy>,
    /// The claims of the pages, once for each place that makes one.
    pub claims: Vec<AuditedClaim>,
}

/// A policy of the site.
#[derive(Debug, Clone, Serialize)]
pub struct AuditedPolicy {
    /// `metadata.name`
    pub policy: String,
    /// `ClusterPolicy`, …
    pub kind: &'static str,
    /// Its file.
    pub file: String,
    /// The digest of its manifest as it lies in the file, in hexadecimal digits.
    pub sha256: String,
    /// The controls that it states.
    pub controls: Vec<String>,
    /// As annotated.
    pub category: Option<String>,
    /// As annotated.
    pub severity: Option<String>,
    /// `Enforce`, `Audit`
    pub mode: Option<String>,
    /// What was tried on its rules.
    pub rules: Vec<AuditedRule>,
}

/// What was tried on a rule.
#[derive(Debug, Clone, Serialize)]
pub struct AuditedRule {
    /// Its name; empty for policies whose rules have none.
    pub rule: String,
    /// An object that it denies, or that it changes.
    pub acts_on: Option<String>,
    /// An object that it admits, or leaves alone.
    pub lets_pass: Option<String>,
    /// Expected results of suites that agree.
    pub agree: usize,
    /// Those that differ.
    pub differ: usize,
    /// Those for which nothing was tried.
    pub not_exercised: usize,
    /// Those that were not decided.
    pub not_decided: usize,
}

/// A claim of a page.
#[derive(Debug, Clone, Serialize)]
pub struct AuditedClaim {
    /// Where its words stand.
    #[serde(skip)]
    pub span: Span,
    /// The controls of the page and of the policy that decided.
    pub controls: Vec<String>,
    /// The title of the page.
    pub page: String,
    /// The file of the page.
    pub file: String,
    /// The line of the words, from 1.
    pub line: usize,
    /// The words.
    pub claim: String,
    /// `denied`, `admitted`, …
    pub class: &'static str,
    /// `verified`, `contradicted`, `not checkable` or `invalid`
    pub verdict: &'static str,
    /// Why it is not checkable.
    pub reason: Option<&'static str>,
    /// What must be known of a verified claim.
    pub qualifiers: Vec<&'static str>,
    /// The verdict for readers.
    pub words: String,
    /// The policy that decided.
    pub policy: Option<String>,
    /// Its rule.
    pub rule: Option<String>,
    /// The digest of its manifest, when there is one policy of that name.
    pub policy_sha256: Option<String>,
    /// The object that was asked about.
    pub object: Option<String>,
    /// What the webhook would print.
    pub message: Option<String>,
}

/// The record of what was decided about a site.
pub(super) fn audit(
    claims: &BTreeMap<PageId, Vec<Decided>>,
    site: &Site,
    library: &Library,
    shown: &[Shown],
    trials: &Trials,
    sources: &Sources,
) -> Audit {
    let policies: Vec<AuditedPolicy> = library.entries.iter().map(|entry| policy(entry, trials)).collect();
    let digests = Digests::of(&policies, shown, sources);
    let mut audited = Vec::new();
    for (page, one) in claims.iter().flat_map(|(page, own)| own.iter().map(move |one| (*page, one))) {
        let record = |place: &Place| claim(site.page(page), one, place, library, &digests, sources);
        audited.extend(one.places.iter().filter_map(record));
    }
    Audit { policies, claims: audited }
}

fn policy(entry: &Entry, trials: &Trials) -> AuditedPolicy {
    let rule = |(rule, tried): (&String, &super::view::TrialsView)| AuditedRule {
        rule: rule.clone(),
        acts_on: tried.acting.as_ref().map(|one| one.object.clone()),
        lets_pass: tried.resting.as_ref().map(|one| one.object.clone()),
        agree: tried.agree,
        differ: tried.differ,
        not_exercised: tried.idle,
        not_decided: tried.open,
    };
    let bytes = entry.file.bytes();
    AuditedPolicy {
        policy: entry.policy.name.clone(),
        kind: entry.policy.kind.word(),
        file: entry.file.path().to_string(),
        sha256: Hash::of(bytes.get(entry.span.range()).unwrap_or(bytes)).to_string(),
        controls: controls_of(entry),
        category: entry.policy.about.category.clone(),
        severity: entry.policy.about.severity.clone(),
        mode: policy_page::mode(&entry.policy),
        rules: trials.get(&entry.span).into_iter().flatten().map(rule).collect(),
    }
}

/// What annotations named `…/controls` or `…/control` list.
fn controls_of(entry: &Entry) -> Vec<String> {
    let is_list = |key: &str| matches!(key.rsplit('/').next(), Some("controls" | "control"));
    let stated = entry.policy.annotations.iter().filter(|(key, _)| is_list(key));
    stated.flat_map(|(_, list)| list.split([',', ';']).map(|one| one.trim().to_string())).collect()
}

/// The digests of policies by their names; `None` where several policies have one name and differ.
struct Digests(BTreeMap<String, Option<String>>);

impl Digests {
    fn of(policies: &[AuditedPolicy], shown: &[Shown], sources: &Sources) -> Digests {
        let mut digests = Digests(BTreeMap::new());
        policies.iter().for_each(|one| digests.note(&one.policy, one.sha256.clone()));
        let kept: Vec<String> = digests.0.keys().cloned().collect();
        for one in shown.iter().filter(|one| !kept.contains(&one.name)) {
            let file = sources.file(one.span.file);
            let bytes = file.as_ref().and_then(|file| file.bytes().get(one.span.range()));
            bytes.into_iter().for_each(|bytes| digests.note(&one.name, Hash::of(bytes).to_string()));
        }
        digests
    }

    fn note(&mut self, name: &str, digest: String) {
        let known = self.0.entry(name.to_string()).or_insert_with(|| Some(digest.clone()));
        if known.as_ref() != Some(&digest) {
            *known = None;
        }
    }
}

fn claim(
    page: &Page,
    one: &Decided,
    place: &Place,
    library: &Library,
    digests: &Digests,
    sources: &Sources,
) -> Option<AuditedClaim> {
    let file = sources.file(place.span.file)?;
    let (qualifiers, reason) = match &one.outcome.verdict {
        Verdict::Verified(qualifiers) => (qualifiers.iter().map(Qualifier::code).collect(), None),
        Verdict::NotCheckable(reason) => (Vec::new(), Some(reason.code())),
        Verdict::Contradicted | Verdict::Invalid => (Vec::new(), None),
    };
    let evidence = &one.outcome.evidence;
    let policy = evidence.policy.as_deref();
    let deciding = library.entries.iter().filter(|entry| Some(entry.policy.name.as_str()) == policy);
    let mut controls: Vec<String> = stated(page).chain(deciding.flat_map(controls_of)).collect();
    controls.sort();
    controls.dedup();
    Some(AuditedClaim {
        span: place.span,
        controls,
        page: page.title.clone(),
        file: file.path().to_string(),
        line: file.line_column(place.span.start as usize).line,
        claim: place.text.clone(),
        class: one.class,
        verdict: one.outcome.verdict.word(),
        reason,
        qualifiers,
        words: one.outcome.strip(&place.text).words,
        policy: policy.map(str::to_string),
        rule: evidence.rule.clone(),
        policy_sha256: policy.and_then(|name| digests.0.get(name).cloned().flatten()),
        object: evidence.object.clone(),
        message: evidence.message.clone(),
    })
}

/// The list `controls` of a page's front matter.
fn stated(page: &Page) -> impl Iterator<Item = String> {
    let stated = &page.meta["controls"];
    let list =
        stated.as_array().cloned().unwrap_or_else(|| stated.as_str().map(Into::into).into_iter().collect());
    list.into_iter().filter_map(|one| one.as_str().map(str::to_string))
}
