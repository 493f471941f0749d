//! What is left of the findings after the site has had its say.

use crate::diag::settings::{Level, Settings};
use crate::diag::{Diagnostic, codes, suppress};
use crate::site::{Config, Site};
use crate::source::{FileId, Sources, Span};
use std::collections::BTreeSet;

/// `found` with the severities of the configuration, without what it ignores and without what pages accept with a
/// reason; with a finding for each acceptance that nothing needs any more.
pub fn settle(found: Vec<Diagnostic>, config: &Config, sources: &Sources, site: &Site) -> Vec<Diagnostic> {
    let found = found.into_iter().filter(|one| !is_ignored(one, config, sources)).collect();
    let found = levels(config).apply(found);
    accept(found, sources, site)
}

fn levels(config: &Config) -> Settings {
    let mut settings = Settings::default();
    for (name, level) in &config.checks.severities {
        let Some(code) = codes::by_name(name) else { continue };
        settings.set(code, level.map_or(Level::Off, Level::As));
    }
    settings
}

fn is_ignored(found: &Diagnostic, config: &Config, sources: &Sources) -> bool {
    let path = found.span.and_then(|span| sources.file(span.file)).map(|file| file.path().clone());
    config.checks.ignored.iter().any(|ignored| {
        let fits = |path| ignored.files.texts().is_empty() || ignored.files.is_match(path);
        ignored.code == found.code.name && path.as_ref().is_none_or(fits)
    })
}

/// Apply the comments of the pages that accept findings.
fn accept(found: Vec<Diagnostic>, sources: &Sources, site: &Site) -> Vec<Diagnostic> {
    let documents = site.pages.iter().filter_map(|page| page.document.as_ref());
    let comments: Vec<Span> = documents.flat_map(|document| &document.orders).copied().collect();
    let files: BTreeSet<FileId> = comments.iter().map(|comment| comment.file).collect();
    let (mut suppressions, mut wrong) = (Vec::new(), Vec::new());
    for file in files.into_iter().filter_map(|file| sources.file(file)) {
        let (own, invalid) = suppress::find(&file, &comments);
        suppressions.extend(own);
        wrong.extend(invalid);
    }
    let mut left = suppress::apply(found, &suppressions);
    left.extend(wrong);
    left
}
