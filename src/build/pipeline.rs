//! The stages in their order.

use super::draw::Stage;
use super::{Build, Memos, Options};
use crate::check::{self, Library};
use crate::diag::Diagnostic;
use crate::markdown::{self, Document};
use crate::render::Theme;
use crate::site::{self, Config, PageId, Site};
use crate::snippet::{self, Settings, Snippet, Snippets};
use crate::source::{Hash, SitePath, Sources};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Build the site that `sources` hold.
pub(super) fn run(options: &Options, sources: &Arc<Sources>, memo: &Memos) -> Build {
    let (config, mut found) = config(options, sources);
    let (documents, keys) = documents(&config, sources, memo);
    let library = Library::read(&config, sources);
    let snippets = snippets(&config, &documents, &mut found);
    let mut generated = library.pages();
    generated.extend(check::proof_page(snippets.values().flat_map(|of_page| &of_page.snippets)));
    let site = site::resolve(&config, sources, documents, generated);
    let (snippets, of_snippets) = of_pages(snippets, &site);
    let report = check::report(&config, &site, &library, &snippets, sources);
    let (theme, of_theme) = Theme::load(sources, &config);
    let stage =
        Stage { config: &config, sources, site: &site, report: &report, theme: &theme, keys: &keys, memo };
    let (artifacts, of_pages) = stage.artifacts();

    found.extend(of_pages);
    found.extend(of_theme);
    found.extend(site.pages.iter().filter_map(|page| page.document.as_ref()).flat_map(of_document));
    found.extend(site.diagnostics.iter().cloned());
    found.extend(of_snippets);
    let claims = report.all_claims();
    found.extend(report.diagnostics);
    found.extend(check::against_schemas(&config, sources, &library, &snippets));
    found.extend(check::ratchet(&report.claims, &config));
    let found = check::settle(found, &config, sources, &site);
    Build {
        artifacts,
        diagnostics: found,
        sources: Arc::clone(sources),
        config: Arc::new(config),
        site: Arc::new(site),
        claims,
        audit: report.audit,
    }
}

fn config(options: &Options, sources: &Sources) -> (Config, Vec<Diagnostic>) {
    let (mut config, found) = Config::load(sources, options.config.as_ref());
    config.drafts |= options.drafts;
    if let Some(url) = &options.base_url {
        config.url = Some(format!("{}/", url.trim_end_matches('/')));
    }
    if let Some(version) = options.kubernetes {
        config.checks.kubernetes = Some((version.to_string(), None));
    }
    (config, found)
}

fn of_document(document: &Arc<Document>) -> Vec<Diagnostic> {
    document.diagnostics.clone()
}

/// A page, parsed.
type Parsed = (SitePath, Arc<Document>);

/// Every page of the site, parsed, and the hash of all that each was parsed from. A document is kept as long as its
/// own file, the dialect, and everything it included stay the same.
fn documents(config: &Config, sources: &Sources, memo: &Memos) -> (Vec<Parsed>, BTreeMap<SitePath, Hash>) {
    let dialect = Hash::of(format!("{:?}", config.dialect));
    let parse = |path: SitePath| {
        let file = sources.get(&path)?;
        let key = Hash::of_parts([path.as_str().as_bytes(), file.hash().as_bytes(), dialect.as_bytes()]);
        let document = memo.documents.get_if(
            key,
            |document| includes_hold(document, sources),
            || Arc::new(markdown::parse(sources, &file, &config.dialect)),
        );
        let included = document.includes.iter().map(|included| format!("{included:?}")).collect::<String>();
        let key = Hash::of_parts([key.as_bytes(), included.as_bytes()]);
        Some(((path.clone(), document), (path, key)))
    };
    site::files(config, sources).pages.into_par_iter().filter_map(parse).collect()
}

/// What the files of the site let readers copy.
fn snippets(
    config: &Config,
    documents: &[Parsed],
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<SitePath, Snippets> {
    let set = config.checks.blocks.iter();
    let set = set.map(|one| (one.key.as_str(), one.value.as_str(), one.key_span, one.value_span));
    let defaults = Settings::of_site(set, found);
    let globs = &config.checks.pages;
    let collect = |(path, document): &Parsed| {
        let local = path.strip(&config.content_dir).unwrap_or_else(|| path.clone());
        let wanted = globs.texts().is_empty() || globs.is_match(&local);
        wanted.then(|| (path.clone(), snippet::collect_with(document, path, &defaults)))
    };
    documents.par_iter().filter_map(collect).collect()
}

/// Those of the files that are pages, and what is wrong with them.
fn of_pages(
    mut snippets: BTreeMap<SitePath, Snippets>,
    site: &Site,
) -> (BTreeMap<PageId, Vec<Snippet>>, Vec<Diagnostic>) {
    let (mut of_pages, mut found) = (BTreeMap::new(), Vec::new());
    for page in site.pages.iter().filter(|page| page.document.is_some()) {
        let Some(own) = page.source.as_ref().and_then(|source| snippets.remove(source)) else { continue };
        found.extend(own.diagnostics);
        of_pages.insert(page.id, own.snippets);
    }
    (of_pages, found)
}

fn includes_hold(document: &Document, sources: &Sources) -> bool {
    document.includes.iter().all(|included| {
        let now = sources.get(&included.path).map(|file| file.hash());
        now == included.hash
    })
}
