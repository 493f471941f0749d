//! From what is known of a site to its files.

use super::Memos;
use crate::check::Report;
use crate::check::view::PageExtras;
use crate::diag::Diagnostic;
use crate::render::{self, Artifact, Navigation, Theme};
use crate::site::{Config, Page, Site};
use crate::source::{Hash, SitePath, Sources};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that the pages are drawn from.
pub(super) struct Stage<'a> {
    pub(super) config: &'a Config,
    pub(super) sources: &'a Sources,
    pub(super) site: &'a Site,
    pub(super) report: &'a Report,
    pub(super) theme: &'a Theme,
    /// The hash of all that each page was parsed from, by its file.
    pub(super) keys: &'a BTreeMap<SitePath, Hash>,
    pub(super) memo: &'a Memos,
}

impl Stage<'_> {
    /// Every file of the built site, sorted by path; of two of one path the first counts.
    pub(super) fn artifacts(&self) -> (Vec<Artifact>, Vec<Diagnostic>) {
        let navigation = Navigation::of(self.site, self.theme);
        let pages: Vec<&Page> = self.site.pages.iter().collect();
        let drawn: Vec<_> = pages.into_par_iter().map(|page| self.page(page, &navigation)).collect();
        let (others, mut found) = render::site_artifacts(
            self.theme,
            self.site,
            self.config,
            &navigation,
            &self.report.extras,
            self.sources,
        );
        let (prints, of_prints) =
            render::prints(self.site, self.config, self.theme, &navigation, &self.report.extras);
        found.extend(of_prints);
        let (embeds, of_embeds) = render::embeds(self.theme, &self.report.records, self.sources);
        found.extend(navigation.diagnostics.iter().cloned());
        found.extend(of_embeds);
        let mut artifacts = Vec::with_capacity(drawn.len() + others.len());
        for (artifact, of_page) in drawn {
            artifacts.push(artifact);
            found.extend(of_page);
        }
        artifacts.extend(self.downloads());
        artifacts.extend(others);
        artifacts.extend(embeds);
        artifacts.extend(prints);
        artifacts.extend(self.cards());
        found.extend(self.site.pages.iter().filter_map(|page| render::missing_card(self.config, page)));
        let mut seen = BTreeSet::new();
        artifacts.retain(|artifact| seen.insert(artifact.path.clone()));
        artifacts.sort_by(|left, right| left.path.cmp(&right.path));
        (artifacts, found)
    }

    /// One page. Its body is kept by the document and what stands behind its fences, the whole by its view.
    fn page(&self, page: &Page, navigation: &Navigation) -> (Artifact, Vec<Diagnostic>) {
        let nothing = PageExtras::default();
        let extras = self.report.extras.get(&page.id).unwrap_or(&nothing);
        let dialect = &self.config.dialect;
        let document = page.source.as_ref().and_then(|source| self.keys.get(source));
        let key = document.map(|key| render::body_key(*key, page, self.theme, extras));
        let write = || Arc::new(render::body(page, dialect, self.theme, extras));
        let body = match key {
            Some(key) => self.memo.bodies.get(key, write),
            None => write(),
        };
        let view = render::view(self.site, self.config, self.theme, navigation, page.id, extras, &body.0);
        let (artifact, mut found) =
            self.memo.pages.get(view.key(key), || render::render_page(self.theme, &view));
        found.extend(body.1.iter().cloned());
        (artifact, found)
    }

    /// The pictures that stand for pages where they are shared.
    fn cards(&self) -> Vec<Artifact> {
        let pages: Vec<&Page> = self.site.pages.iter().collect();
        let cards = pages.into_par_iter().filter_map(|page| render::card(self.config, page));
        cards.map(|card| self.memo.cards.get(card.key(), || card.draw())).collect()
    }

    /// The policies as they lie in git.
    fn downloads(&self) -> impl Iterator<Item = Artifact> {
        let file = |(path, url): &(SitePath, crate::source::UrlPath)| {
            Some(Artifact::new(url.file(), self.sources.get(path)?.bytes()))
        };
        self.report.files.iter().filter_map(file)
    }
}
