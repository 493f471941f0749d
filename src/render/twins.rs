//! Pages as Markdown, for readers that are programs: a twin beside each page, and `llms.txt` that lists them.

use super::artifact::Artifact;
use super::nav::from_root;
use super::view::SiteView;
use crate::markdown::Dialect;
use crate::site::{NavNode, Page, PageKind, Site};
use crate::source::{SitePath, Sources, UrlPath};
use std::fmt::Write;

/// Where the twin of a page lies: `a/index.md` beside `a/index.html`. Pages without a document have none.
pub(super) fn file(page: &Page) -> Option<SitePath> {
    let written = page.document.is_some() && !page.unlisted && page.kind != PageKind::NotFound;
    let html = page.url.file();
    written.then(|| SitePath::new(format!("{}.md", html.as_str().trim_end_matches(".html"))))
}

/// The twins of all pages.
pub(super) fn twins(site: &Site, dialect: &Dialect, sources: &Sources) -> Vec<Artifact> {
    let of = |page: &Page| Some(Artifact::text(file(page)?.as_str(), markdown(page, dialect, sources)?));
    site.pages.iter().filter_map(of).collect()
}

/// The source of a page without its front matter and with what it includes, below its title when it has no H1 of
/// its own.
fn markdown(page: &Page, dialect: &Dialect, sources: &Sources) -> Option<String> {
    let document = page.document.as_ref()?;
    let text = crate::markdown::included(sources, document, dialect)?;
    let text = text.trim_start_matches(['\u{feff}', '\r', '\n']);
    Some(match document.first_h1() {
        Some(_) => text.to_string(),
        None => format!("# {}\n\n{text}", page.title),
    })
}

/// `llms.txt`: what the site is, then every listed page with its description, by the sections of the
/// navigation.
pub(super) fn llms(site: &Site, view: &SiteView) -> Artifact {
    let mut text = format!("# {}\n", view.name);
    if let Some(description) = &view.description {
        let _ = write!(text, "\n> {}\n", description.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let mut lister = Lister { site, view, text, done: vec![false; site.pages.len()] };
    lister.sections();
    Artifact::text("llms.txt", lister.text)
}

struct Lister<'a> {
    site: &'a Site,
    view: &'a SiteView,
    text: String,
    done: Vec<bool>,
}

impl Lister<'_> {
    fn sections(&mut self) {
        let site = self.site;
        let (sections, loose): (Vec<_>, Vec<_>) = site.nav.iter().partition(|node| !node.children.is_empty());
        self.section("Pages", &mut loose.into_iter());
        for node in sections {
            self.section(&node.title, &mut std::iter::once(node));
        }
        let rest: Vec<_> = site.pages.iter().filter(|page| page.kind == PageKind::Post).collect();
        if rest.iter().any(|page| !self.done[page.id.0] && file(page).is_some()) {
            self.text.push_str("\n## Posts\n\n");
            rest.into_iter().for_each(|page| self.line(page));
        }
    }

    fn section(&mut self, title: &str, nodes: &mut dyn Iterator<Item = &NavNode>) {
        let before = self.text.len();
        let _ = write!(self.text, "\n## {title}\n\n");
        let start = self.text.len();
        nodes.for_each(|node| self.node(node));
        if self.text.len() == start {
            self.text.truncate(before);
        }
    }

    fn node(&mut self, node: &NavNode) {
        if let Some(id) = node.page {
            self.line(self.site.page(id));
        }
        node.children.iter().for_each(|child| self.node(child));
    }

    fn line(&mut self, page: &Page) {
        let Some(file) = file(page) else { return };
        if std::mem::replace(&mut self.done[page.id.0], true) {
            return;
        }
        let path = from_root(&UrlPath::new(file.as_str()));
        let base = self.view.url.as_deref().unwrap_or_default();
        let title = page.title.replace('[', "\\[").replace(']', "\\]");
        let _ = write!(self.text, "- [{title}]({base}{path})");
        if let Some(description) = &page.description {
            let _ = write!(self.text, ": {}", description.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        self.text.push('\n');
    }
}
