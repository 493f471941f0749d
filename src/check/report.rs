//! Everything that was decided about a site.

use super::audit::{self, Audit};
use super::claims::{self, Decided};
use super::library::{INDEX_KEY, Library};
use super::liveness::Trials;
use super::names::Names;
use super::policy_page;
use super::scope::PageScope;
use super::variants::Variants;
use super::view::{GeneratedBody, PROOF_KEY, PageExtras, Record};
use super::{blocks, directives, drift, examples, expressions, liveness, proof, shown, witness};
use crate::diag::Diagnostic;
use crate::site::config::Embeds;
use crate::site::{Config, Page, PageId, PageKind, Site};
use crate::snippet::Snippet;
use crate::source::{SitePath, Sources, UrlPath};
use std::collections::BTreeMap;

/// What was decided, and what pages show of it.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The claims of each page in the order in which it makes them.
    pub claims: BTreeMap<PageId, Vec<Decided>>,
    /// The expressions that each page shows without a word about their results. Readers are told nothing of them.
    pub expressions: BTreeMap<PageId, Vec<Decided>>,
    /// What pages show beyond their own content.
    pub extras: BTreeMap<PageId, PageExtras>,
    /// The blocks that get files of their own, in the order of pages and fences.
    pub records: Vec<Record>,
    /// Files that are offered for download, and where.
    pub files: Vec<(SitePath, UrlPath)>,
    /// What an auditor keeps of it.
    pub audit: Audit,
    /// What is wrong with policies, snippets and claims.
    pub diagnostics: Vec<Diagnostic>,
}

/// Decide what the pages of `site` claim of the policies in `library`. `snippets` are those of each page.
pub fn report(
    config: &Config,
    site: &Site,
    library: &Library,
    snippets: &BTreeMap<PageId, Vec<Snippet>>,
    sources: &Sources,
) -> Report {
    let mut report = Report { diagnostics: library.diagnostics.clone(), ..Report::default() };
    let (shown, refused) = shown::of_pages(snippets);
    report.diagnostics.extend(refused);
    let scopes = site.pages.iter().filter_map(|page| {
        let (document, snippets) = (page.document.as_ref()?, snippets.get(&page.id)?);
        let scope =
            PageScope { page, document, snippets, shown: &shown, site, library, witnesses: &[], sources };
        Some((page.id, scope))
    });
    let scopes: BTreeMap<PageId, PageScope> = scopes.collect();
    let witnesses: Vec<_> = scopes.values().flat_map(witness::of_page).collect();
    let variants = Variants::of(library);
    let trials = liveness::trials(library, &witnesses, site);
    report.diagnostics.extend(liveness::findings(library, &trials));
    let names = Names::of(library, &shown);
    for page in &site.pages {
        if let Some(scope) = scopes.get(&page.id) {
            report.diagnostics.extend(scope.misnamed(&names));
            let scope = PageScope { witnesses: &witnesses, ..*scope };
            let own =
                scope.own().filter_map(|one| drift::of_shown(one, scope.snippets.get(one.fence)?, library));
            report.diagnostics.extend(own);
            report.diagnostics.extend(drift::of_commands(&scope));
            report.decide(&scope);
            report.diagnostics.extend(directives::of_page(&scope, sources));
            report.publish(&scope, config, sources);
        }
        if let Some((body, records)) = generated(page, library, &trials, &variants, config.embeds) {
            report.extras.entry(page.id).or_default().body = Some(body);
            report.records.extend(records);
        }
    }
    let is_proof = |page: &&Page| matches!(&page.kind, PageKind::Generated(key) if key == PROOF_KEY);
    if let Some(page) = site.pages.iter().find(is_proof) {
        let view = proof::view(&report, site, snippets, sources);
        report.extras.entry(page.id).or_default().body = Some(GeneratedBody::Proof(Box::new(view)));
    }
    report.audit = audit::audit(&report.claims, site, library, &shown, &trials, sources);
    let raw = |entry: &super::Entry| (entry.file.path().clone(), policy_page::raw_url(entry));
    report.files = library.entries.iter().map(raw).collect();
    report
}

impl Report {
    /// All that the pages claim, by page and place, and what they only show to work.
    pub fn all_claims(&self) -> Vec<(PageId, Decided)> {
        let all = self.claims.iter().chain(&self.expressions);
        let mut all: Vec<_> =
            all.flat_map(|(page, claims)| claims.iter().map(|one| (*page, one.clone()))).collect();
        all.sort_by_key(|(page, one)| (*page, one.span.start));
        all
    }

    fn decide(&mut self, scope: &PageScope<'_>) {
        let (silent, diagnostics) = expressions::of_page(scope);
        self.diagnostics.extend(diagnostics);
        if !silent.is_empty() {
            self.expressions.insert(scope.page.id, silent);
        }
        let (decided, diagnostics) = claims::of_page(scope);
        self.diagnostics.extend(diagnostics);
        if decided.is_empty() {
            return;
        }
        let extras = self.extras.entry(scope.page.id).or_default();
        for one in &decided {
            if let Some(fence) = one.fence {
                let snippet = scope.snippets.iter().find(|snippet| snippet.fence == fence);
                extras.strips.entry(fence).or_default().push(blocks::strip(snippet, one));
            }
            extras.counts.add(one.outcome.state());
        }
        self.claims.insert(scope.page.id, decided);
    }
}

impl Report {
    /// What pages do with their blocks, and the files of some of them.
    fn publish(&mut self, scope: &PageScope<'_>, config: &Config, sources: &Sources) {
        let decided = self.claims.get(&scope.page.id).map_or(&[][..], Vec::as_slice);
        let (blocks, records) = blocks::of_page(scope, decided, config, sources);
        self.records.extend(records);
        if !blocks.is_empty() {
            self.extras.entry(scope.page.id).or_default().blocks = blocks;
        }
    }
}

/// The body of a page that stands for a policy, or for all of them, and the records of its examples.
fn generated(
    page: &Page,
    library: &Library,
    trials: &Trials,
    variants: &Variants,
    embeds: Embeds,
) -> Option<(GeneratedBody, Vec<Record>)> {
    let PageKind::Generated(key) = &page.kind else { return None };
    if key == INDEX_KEY {
        return Some((GeneratedBody::PolicyIndex(Box::new(policy_page::index_view(library))), Vec::new()));
    }
    let entry = library.entries.iter().find(|entry| entry.key() == *key)?;
    let mut examples = examples::of(entry, library, embeds);
    let records = std::mem::take(&mut examples.records);
    let view = policy_page::policy_view(entry, library, trials, variants, examples);
    Some((GeneratedBody::Policy(Box::new(view)), records))
}
