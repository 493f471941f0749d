//! Links: where each leads, and what is wrong with it.

mod anchors;
mod destination;
mod findings;
mod image;
mod related;
pub(super) mod targets;

use super::entry::Entry;
use super::nav::Navigation;
use super::suggest::Suggest;
use super::{Config, PageId, PageKind, Related};
use crate::diag::Diagnostic;
use crate::markdown::{Document, Href, Link, LinkKind};
use crate::source::{SitePath, Sources, Span, UrlPath};
use destination::{Destination, leads_out, outside, scheme, take_apart};
use std::collections::BTreeMap;
use targets::{How, Target, Targets, base_path};

/// The links of a site.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// By page.
    pub pages: Vec<PageLinks>,
    pub external: BTreeMap<String, Vec<Span>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// The links of a page.
#[derive(Debug, Default)]
pub(super) struct PageLinks {
    pub hrefs: Vec<Href>,
    pub related: Vec<Related>,
    pub referenced_by: Vec<PageId>,
    pub image: Option<String>,
}

/// Resolve the links of every page. `list` is in the order of page ids.
pub(super) fn resolve(
    config: &Config,
    sources: &Sources,
    list: &[Entry],
    assets: &[(SitePath, UrlPath)],
    targets: &Targets<'_>,
    nav: &Navigation,
    suggest: &Suggest<'_>,
) -> Links {
    let mut resolver = Resolver {
        config,
        sources,
        list,
        assets,
        targets,
        nav,
        suggest,
        led_to: vec![false; list.len()],
        sizes: BTreeMap::new(),
        out: Links::default(),
    };
    for (at, entry) in list.iter().enumerate() {
        let page = resolver.page(PageId(at), entry);
        resolver.out.pages.push(page);
    }
    resolver.back_links();
    resolver.left_out();
    resolver.out.external.values_mut().for_each(|spans| {
        spans.sort();
        spans.dedup();
    });
    resolver.out
}

struct Resolver<'a> {
    config: &'a Config,
    sources: &'a Sources,
    list: &'a [Entry],
    assets: &'a [(SitePath, UrlPath)],
    targets: &'a Targets<'a>,
    nav: &'a Navigation,
    suggest: &'a Suggest<'a>,
    led_to: Vec<bool>,
    sizes: BTreeMap<usize, Option<(u32, u32)>>,
    out: Links,
}

impl Resolver<'_> {
    fn page(&mut self, id: PageId, entry: &Entry) -> PageLinks {
        let mut page = PageLinks { image: self.image(entry), ..PageLinks::default() };
        let Some(document) = &entry.document else { return page };
        for link in &document.links {
            let (href, target) = self.link(id, entry, document, link);
            page.hrefs.push(href);
            if let (true, Some(Target::Page(to))) = (link.related, target) {
                self.relate(&mut page.related, id, to, link);
            }
        }
        for named in &entry.meta.related {
            self.relate_named(&mut page.related, id, entry, named);
        }
        page
    }

    /// The preview image as it leads there from the page.
    fn image(&self, entry: &Entry) -> Option<String> {
        let image = entry.meta.image.as_ref()?;
        if scheme(image).is_some() {
            return Some(image.clone());
        }
        let by_file = self.targets.find(&folder(entry), &entry.url, image);
        let target =
            by_file.or_else(|| self.targets.find(&self.config.content_dir, &UrlPath::default(), image));
        let url = target.and_then(|(target, _)| self.url_of(target));
        Some(url.map_or_else(|| image.clone(), |url| self.reference(entry, url)))
    }

    fn link(
        &mut self,
        id: PageId,
        entry: &Entry,
        document: &Document,
        link: &Link,
    ) -> (Href, Option<Target>) {
        let plain = |url: &str| Href { url: url.to_string(), attributes: Vec::new() };
        if leads_out(link) {
            let of_web = link.destination.starts_with("http://") || link.destination.starts_with("https://");
            if of_web && entry.source.is_some() {
                self.out.external.entry(link.destination.clone()).or_default().push(link.destination_span);
            }
            return (plain(&outside(link)), None);
        }
        let destination = take_apart(&link.destination);
        if destination.path.is_empty() {
            if let Some(fragment) = destination.fragment {
                self.check_anchor(id, fragment, link);
            }
            return (plain(&link.destination), None);
        }
        let Some((target, how)) = self.targets.find(&folder(entry), &entry.url, &destination.path) else {
            let found = self.missing(entry, link, &destination);
            self.report(entry, found);
            return (plain(&link.destination), None);
        };
        if how != How::File {
            let found = self.not_by_file(entry, document, link, &destination, target, &how);
            self.report_some(entry, found);
        }
        if let Target::Page(to) = target {
            self.led_to[to.0] |= to != id;
            if let Some(fragment) = destination.fragment {
                self.check_anchor(to, fragment, link);
            }
        }
        (
            Href {
                url: self.href(entry, id, target, &destination, link),
                attributes: self.attributes(link, target),
            },
            Some(target),
        )
    }

    fn report(&mut self, entry: &Entry, found: Diagnostic) {
        if entry.source.is_some() {
            self.out.diagnostics.push(found);
        }
    }

    fn report_some(&mut self, entry: &Entry, found: Option<Diagnostic>) {
        if let Some(found) = found {
            self.report(entry, found);
        }
    }

    fn url_of(&self, target: Target) -> Option<&UrlPath> {
        match target {
            Target::Page(page) => Some(&self.list[page.0].url),
            Target::Asset(at) => Some(&self.assets[at].1),
            Target::Written => None,
        }
    }

    /// A reference from a page to a URL. The page for what was not found is served at any URL, so its
    /// references begin at the root of the host.
    fn reference(&self, entry: &Entry, url: &UrlPath) -> String {
        match entry.kind {
            PageKind::NotFound => format!("{}{}", base_path(self.config), url.encoded()),
            _ => entry.url.relative_to(url),
        }
    }

    fn href(
        &self,
        entry: &Entry,
        id: PageId,
        target: Target,
        destination: &Destination<'_>,
        link: &Link,
    ) -> String {
        let Some(url) = self.url_of(target) else { return link.destination.clone() };
        let tail =
            |mark: &str, part: Option<&str>| part.map(|part| format!("{mark}{part}")).unwrap_or_default();
        let tail = tail("?", destination.query) + &tail("#", destination.fragment);
        match target == Target::Page(id) && tail.starts_with('#') {
            true => tail,
            false => self.reference(entry, url) + &tail,
        }
    }

    /// Width and height of an image, so that the page does not jump when it arrives.
    fn attributes(&mut self, link: &Link, target: Target) -> Vec<(String, String)> {
        let (LinkKind::Image, Target::Asset(at)) = (&link.kind, target) else { return Vec::new() };
        let (sources, path) = (self.sources, &self.assets[at].0);
        let read = || sources.get(path).and_then(|file| image::size(file.bytes()));
        let known = *self.sizes.entry(at).or_insert_with(read);
        let pair = |(width, height): (u32, u32)| [("width", width), ("height", height)];
        let pairs = known.map(pair).into_iter().flatten();
        pairs.map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }
}

/// The folder that relative links of a page start from.
fn folder(entry: &Entry) -> SitePath {
    let file = entry.document.as_ref().and(entry.source.as_ref());
    file.map(SitePath::parent).unwrap_or_default()
}
