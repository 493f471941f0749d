//! The page that tells what the site proves and what it does not.

use super::Decided;
use super::report::Report;
use super::verdict::{Qualifier, Reason, Verdict};
use super::view::{Count, Counts, Fact, PROOF_KEY, ProofPage, ProofRow, ProofView};
use crate::kube;
use crate::policy;
use crate::site::{GeneratedPage, Page, PageId, Site};
use crate::snippet::expect::{Class, Marker};
use crate::snippet::{Claim, Snippet};
use crate::source::{Hash, Sources, UrlPath};
use std::collections::BTreeMap;

/// Where the page is. A page of the author's at this place stays, and this one is left out.
const URL: &str = "proof/";
/// Its title.
const TITLE: &str = "What this site proves";

/// The proof page, for a site whose pages claim anything that could be checked.
pub fn proof_page<'a>(snippets: impl IntoIterator<Item = &'a Snippet>) -> Option<GeneratedPage> {
    let promises = snippets.into_iter().any(|snippet| snippet.claims.iter().any(is_promise));
    promises.then(|| GeneratedPage {
        key: PROOF_KEY.to_string(),
        source: None,
        url: UrlPath::new(URL),
        title: TITLE.to_string(),
        description: Some("What the pages of this site claim, and what the build made of it.".to_string()),
        tags: Vec::new(),
        section: Vec::new(),
        ids: Vec::new(),
        hash: Hash::of(URL),
    })
}

/// Would a reader take it for a promise? Prose that nobody announces as an expectation is none.
fn is_promise(claim: &Claim) -> bool {
    claim.class != Class::Prose || claim.marker == Some(Marker::Expected)
}

/// What the proof page shows of everything that was decided.
pub(super) fn view(
    report: &Report,
    site: &Site,
    snippets: &BTreeMap<PageId, Vec<Snippet>>,
    sources: &Sources,
) -> ProofView {
    let claims = || report.claims.values().flatten();
    let mut counts = Counts::default();
    claims().for_each(|one| counts.add(one.outcome.state()));
    let page = |(id, claims): (&PageId, &Vec<Decided>)| {
        let snippets = snippets.get(id).map_or(&[][..], Vec::as_slice);
        of_page(site.page(*id), snippets, claims, sources)
    };
    ProofView {
        intro: None,
        counts,
        basis: basis(),
        reasons: counted(claims().filter_map(unchecked)),
        caveats: counted(claims().flat_map(caveats)),
        pages: report.claims.iter().map(page).collect(),
    }
}

/// What the verdicts rest on.
pub(super) fn basis() -> Vec<Fact> {
    let fact = |label: &str, value: &str| Fact { label: label.to_string(), value: Some(value.to_string()) };
    vec![
        fact("Built with", concat!("runproof ", env!("CARGO_PKG_VERSION"))),
        fact("Policies decide as in", &format!("Kyverno {}", policy::KYVERNO_VERSION)),
        fact("Kinds as in", &format!("Kubernetes {}", kube::schema::Version::NEWEST)),
    ]
}

/// The same in one line, for a single verdict.
pub(super) fn decided_as() -> Fact {
    let (kyverno, kubernetes) = (policy::KYVERNO_VERSION, kube::schema::Version::NEWEST);
    let value =
        format!("Kyverno {kyverno} and Kubernetes {kubernetes}, by runproof {}", env!("CARGO_PKG_VERSION"));
    Fact { label: "Decided as in".to_string(), value: Some(value) }
}

/// Why a claim was not checked, without what is particular to it.
fn unchecked(one: &Decided) -> Option<String> {
    let Verdict::NotCheckable(reason) = &one.outcome.verdict else { return None };
    Some(match reason {
        Reason::Ambiguous(_) => "policies that differ have one name".to_string(),
        Reason::CommandRefused(_) => "the command ends before it sends anything".to_string(),
        Reason::Condition(_) => "it holds only after something that happens elsewhere".to_string(),
        Reason::EvaluationError(_) => "a rule ends in an error".to_string(),
        Reason::StateUnknown(_) => "an earlier command may have changed what is in force".to_string(),
        Reason::SwitchedOff(_) => "the author switched the check off and says why".to_string(),
        other => other.words(),
    })
}

/// What a reader must know besides of a claim that holds.
fn caveats(one: &Decided) -> Vec<String> {
    let Verdict::Verified(qualifiers) = &one.outcome.verdict else { return Vec::new() };
    let words = |qualifier: &Qualifier| match qualifier {
        Qualifier::NotIsolated(_) => "another policy denies it too".to_string(),
        Qualifier::Overruled(_) => "another policy denies it".to_string(),
        other => other.words(),
    };
    qualifiers.iter().map(words).collect()
}

/// How often each occurs, the most frequent first.
fn counted(labels: impl Iterator<Item = String>) -> Vec<Count> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    labels.for_each(|label| *counts.entry(label).or_default() += 1);
    let mut list: Vec<Count> = counts.into_iter().map(|(label, count)| Count { label, count }).collect();
    list.sort_by_key(|one| std::cmp::Reverse(one.count));
    list
}

fn of_page(page: &Page, snippets: &[Snippet], claims: &[Decided], sources: &Sources) -> ProofPage {
    let proof = UrlPath::new(URL);
    let url = proof.relative_to(&page.url);
    let heading = |one: &Decided| {
        let snippet = snippets.iter().find(|snippet| Some(snippet.fence) == one.fence)?;
        page.document.as_ref()?.headings.get(snippet.heading?)
    };
    let row = |one: &Decided| ProofRow {
        state: one.outcome.state(),
        word: one.outcome.state().word(),
        claim: one.claim.clone(),
        words: one.outcome.strip(&one.claim).words,
        place: place(one, sources),
        url: heading(one).map(|heading| format!("{url}#{}", heading.id)),
    };
    ProofPage { title: page.title.clone(), rows: claims.iter().map(row).collect(), url }
}

fn place(one: &Decided, sources: &Sources) -> String {
    let file = sources.file(one.span.file);
    file.map_or_else(String::new, |file| {
        format!("{}:{}", file.path(), file.line_column(one.span.start as usize).line)
    })
}
