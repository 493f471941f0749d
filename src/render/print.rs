//! A whole section as one page, to be printed or saved: `guide/print/`.
//!
//! The pages follow each other as in the navigation. What was an address of a page of the section becomes a place on the
//! same page, and ids carry the number of the page that they came from, so that none stands there twice.

use super::artifact::Artifact;
use super::body::{self, Body, rebase};
use super::minify;
use super::nav::{Navigation, from_root};
use super::page::values;
use super::theme::Theme;
use super::view::LinkView;
use crate::check::view::PageExtras;
use crate::diag::Diagnostic;
use crate::site::{Config, NavNode, Page, PageId, PageKind, Site};
use crate::source::UrlPath;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The feature that asks for these pages.
const FEATURE: &str = "print.section";

/// Where the section whose index is `page` is printed, when it is.
pub(super) fn url(site: &Site, config: &Config, page: &Page) -> Option<UrlPath> {
    let wanted = config.theme.has(FEATURE) && is_printed(page);
    let is_section = |node: &NavNode| node.page == Some(page.id) && !node.children.is_empty();
    (wanted && site.nav.iter().any(is_section)).then(|| beside(&page.url))
}

fn is_printed(page: &Page) -> bool {
    page.kind != PageKind::NotFound
}

/// `guide/` is printed at `guide/print/`, `guide/index.html` at `guide/print.html`.
fn beside(url: &UrlPath) -> UrlPath {
    let (folder, name) = url.as_str().rsplit_once('/').unwrap_or(("", url.as_str()));
    let print = if name.is_empty() { "print/" } else { "print.html" };
    UrlPath::new(format!("{folder}/{print}").trim_start_matches('/'))
}

/// The printed page of each section.
pub fn prints(
    site: &Site,
    config: &Config,
    theme: &Theme,
    navigation: &Navigation,
    extras: &BTreeMap<PageId, PageExtras>,
) -> (Vec<Artifact>, Vec<Diagnostic>) {
    let (mut artifacts, mut found) = (Vec::new(), Vec::new());
    let press = Press { site, config, theme, navigation, extras };
    for node in &site.nav {
        let index = node.page.map(|id| site.page(id));
        let Some((index, url)) = index.and_then(|page| Some((page, url(site, config, page)?))) else {
            continue;
        };
        let section = Section::new(site, node, url);
        let body = press.body(&section);
        let mut view = super::view(site, config, theme, navigation, index.id, &PageExtras::default(), &body);
        view.file = section.url.file();
        view.template = "print.html".to_string();
        view.base = section.base();
        view.heading = None;
        view.robots = Some("noindex".to_string());
        view.breadcrumbs =
            vec![LinkView { title: index.title.clone(), url: Some(section.url.relative_to(&index.url)) }];
        (view.previous, view.next, view.markdown_url) = (None, None, None);
        let (artifact, of_page) = super::render_page(theme, &view);
        artifacts.push(artifact);
        found.extend(of_page);
    }
    (artifacts, found)
}

/// What pages are printed with.
struct Press<'a> {
    site: &'a Site,
    config: &'a Config,
    theme: &'a Theme,
    navigation: &'a Navigation,
    extras: &'a BTreeMap<PageId, PageExtras>,
}

impl Press<'_> {
    fn body(&self, section: &Section<'_>) -> Body {
        let mut html = String::new();
        for (number, page) in section.pages.iter().enumerate() {
            let sheet = match page.document.is_some() {
                true => self.written(page, section),
                false => self.drawn(page, section),
            };
            let _ = write!(
                html,
                "<article class=\"md-content__inner md-typeset rp-sheet\" id=\"p{number}\" data-content>{}</article>",
                with_prefix(&sheet, &format!("p{number}-"))
            );
        }
        Body { html, has_h1: true, template: "print.html", ..Body::default() }
    }

    /// What an author wrote.
    fn written(&self, page: &Page, section: &Section<'_>) -> String {
        let mut printed = page.clone();
        printed.hrefs.iter_mut().for_each(|href| href.url = section.href(&href.url, page));
        let own = self.extras.get(&page.id).cloned().unwrap_or_default();
        let (body, _) = body::body(&printed, &self.config.dialect, self.theme, &own);
        match body.has_h1 {
            true => body.html,
            false => format!("<h1>{}</h1>{}", body::escape(&page.title), body.html),
        }
    }

    /// What a template makes of the site's data, such as the page of a policy. What is wrong with the template was told
    /// at the page itself.
    fn drawn(&self, page: &Page, section: &Section<'_>) -> String {
        let own = self.extras.get(&page.id).cloned().unwrap_or_default();
        let (body, _) = body::body(page, &self.config.dialect, self.theme, &own);
        let view = super::view(self.site, self.config, self.theme, self.navigation, page.id, &own, &body);
        let (html, _) = self.theme.render(&view.template, &values(&view));
        let content = content(&html).replace(minify::OPEN, "").replace(minify::CLOSE, "");
        with_links(&content, |url| section.href(url, page))
    }
}

/// The content in the HTML of a page, as the theme marks it.
fn content(html: &str) -> &str {
    let inside = html.split_once(" data-content").and_then(|(_, rest)| rest.split_once('>'));
    inside.and_then(|(_, rest)| rest.rsplit_once("</article>")).map_or("", |(content, _)| content)
}

/// A section on its way to paper.
struct Section<'a> {
    url: UrlPath,
    /// Its pages, in the order of the navigation.
    pages: Vec<&'a Page>,
    /// The number of each by its address as seen from the root.
    numbers: BTreeMap<String, usize>,
}

impl<'a> Section<'a> {
    fn new(site: &'a Site, node: &NavNode, url: UrlPath) -> Section<'a> {
        let mut ids = Vec::new();
        collect(node, &mut ids);
        let pages: Vec<&Page> =
            ids.into_iter().map(|id| site.page(id)).filter(|page| is_printed(page)).collect();
        let numbers = pages.iter().enumerate().map(|(number, page)| (from_root(&page.url), number)).collect();
        Section { url, pages, numbers }
    }

    fn base(&self) -> String {
        "../".repeat(self.url.as_str().matches('/').count())
    }

    /// A reference of `page`, as seen from the printed page. A place on this page is written `./#…`, which tells it
    /// from those that [`with_prefix`] has yet to find.
    fn href(&self, url: &str, page: &Page) -> String {
        let whole = rebase(url, &page.url, &UrlPath::default());
        let (target, id) = whole.split_once('#').unwrap_or((&whole, ""));
        match self.numbers.get(if target.is_empty() { "./" } else { target }) {
            Some(number) if id.is_empty() => format!("./#p{number}"),
            Some(number) => format!("./#p{number}-{id}"),
            None => rebase(url, &page.url, &self.url),
        }
    }
}

fn collect(node: &NavNode, ids: &mut Vec<PageId>) {
    ids.extend(node.page.filter(|id| !ids.contains(id)));
    node.children.iter().for_each(|child| collect(child, ids));
}

/// Put `prefix` before every id and every reference to one.
fn with_prefix(html: &str, prefix: &str) -> String {
    with_tags(html, |tag| prefixed_tag(tag, prefix))
}

/// Every reference to another page or file as `href` makes it.
fn with_links(html: &str, href: impl Fn(&str) -> String) -> String {
    with_tags(html, |tag| {
        let mut tag = tag.to_string();
        for attribute in [" href=\"", " src=\""] {
            let url = tag.split_once(attribute).and_then(|(_, rest)| rest.split('"').next());
            if let Some(url) = url.filter(|url| !url.starts_with('#')) {
                tag = tag.replacen(&[attribute, url].concat(), &[attribute, &href(url)].concat(), 1);
            }
        }
        tag
    })
}

/// Every tag as `change` makes it. Text cannot be meant: in it `<` is written `&lt;`.
fn with_tags(html: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let mut parts = html.split('<');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (tag, text) = part.split_at(part.find('>').unwrap_or(part.len()));
        out.push('<');
        out.push_str(&change(tag));
        out.push_str(text);
    }
    out
}

fn prefixed_tag(tag: &str, prefix: &str) -> String {
    let mut tag = tag.to_string();
    for attribute in
        [" id=\"", " for=\"", " name=\"", " href=\"#", " aria-labelledby=\"", " aria-describedby=\""]
    {
        if tag.contains(attribute) {
            tag = tag.replace(attribute, &[attribute, prefix].concat());
        }
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_references_to_them_get_the_prefix_and_text_does_not() {
        assert_eq!(
            with_prefix(
                "<h2 id=\"a\">A <a href=\"#a\">x</a></h2><a href=\"./#p1-b\">b</a> id=\"t\" &lt;i id=\"x\"&gt;",
                "p0-"
            ),
            "<h2 id=\"p0-a\">A <a href=\"#p0-a\">x</a></h2><a href=\"./#p1-b\">b</a> id=\"t\" &lt;i id=\"x\"&gt;"
        );
    }

    #[test]
    fn a_section_is_printed_beside_its_index() {
        assert_eq!(beside(&UrlPath::new("guide/")).as_str(), "guide/print/");
        assert_eq!(beside(&UrlPath::new("guide/index.html")).as_str(), "guide/print.html");
        assert_eq!(beside(&UrlPath::new("")).as_str(), "print/");
    }
}
