//! Everything of a site that is not a page.

use super::artifact::Artifact;
use super::feeds::{self, Feed};
use super::nav::{Navigation, from_root};
use super::theme::Theme;
use super::twins;
use crate::diag::Diagnostic;
use crate::site::{Config, Page, PageKind, Redirect, Site};
use crate::source::{Sources, UrlPath};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use tera::Value;

/// The theme's and the site's assets, redirects, `sitemap.xml`, `robots.txt`, feeds, the search index, and the
/// Markdown twins with `llms.txt`. Of two files of one path the site's own wins.
pub(super) fn all(
    theme: &Theme,
    site: &Site,
    config: &Config,
    navigation: &Navigation,
    sources: &Sources,
    feeds: &[Feed],
    search: Vec<Artifact>,
) -> (Vec<Artifact>, Vec<Diagnostic>) {
    let view = &theme.site_view;
    let (redirects, diagnostics) = redirects(theme, site, navigation);
    let own = site.assets.iter().filter_map(|(path, url)| {
        let file = sources.get(path)?;
        Some(Artifact { path: url.file(), bytes: file.bytes().into(), hash: file.hash() })
    });
    let mut files: Vec<Artifact> = own.collect();
    files.extend(theme.assets.iter().cloned());
    files.extend(navigation.rest.clone());
    files.extend(redirects);
    files.extend(view.url.as_deref().map(|base| sitemap(site, base)));
    files.push(robots(view.url.as_deref()));
    files.extend(feeds.iter().filter_map(|feed| feeds::write(site, view, feed)));
    files.extend(twins::twins(site, &config.dialect, sources));
    files.push(twins::llms(site, view));
    files.extend(search);
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.path.clone()));
    (files, diagnostics)
}

fn sitemap(site: &Site, base: &str) -> Artifact {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for page in site.pages.iter().filter(|page| is_listed(page)) {
        let _ =
            write!(text, "<url><loc>{}</loc>", super::body::escape(&[base, &from_root(&page.url)].concat()));
        if let Some(updated) = page.dates.updated {
            let _ = write!(text, "<lastmod>{}</lastmod>", crate::source::time::iso(updated));
        }
        text.push_str("</url>\n");
    }
    text.push_str("</urlset>\n");
    Artifact::text("sitemap.xml", text)
}

fn is_listed(page: &Page) -> bool {
    !page.unlisted && !page.draft && page.kind != PageKind::NotFound
}

fn robots(base: Option<&str>) -> Artifact {
    let mut text = String::from("User-agent: *\nAllow: /\n");
    if let Some(base) = base {
        let _ = write!(text, "\nSitemap: {base}sitemap.xml\n");
    }
    Artifact::text("robots.txt", text)
}

/// Small pages that lead on: at once where scripts run, which keeps the fragment; else after the refresh. Where
/// a page still exists and only sections of it have moved, the page itself leads on.
fn redirects(theme: &Theme, site: &Site, navigation: &Navigation) -> (Vec<Artifact>, Vec<Diagnostic>) {
    let pages: BTreeSet<&UrlPath> = site.pages.iter().map(|page| &page.url).collect();
    let mut whole: BTreeMap<&UrlPath, &Redirect> = BTreeMap::new();
    for redirect in site.redirects.iter().filter(|redirect| !pages.contains(&redirect.from)) {
        let known = whole.entry(&redirect.from).or_insert(redirect);
        if redirect.fragment.is_none() {
            *known = redirect;
        }
    }
    let mut diagnostics = Vec::new();
    let drawn = whole.into_values().map(|redirect| {
        let (html, found) = theme.render("redirect.html", &redirect_values(theme, navigation, redirect));
        diagnostics.extend(found);
        Artifact::new(redirect.from.file(), theme.frames.page(&html))
    });
    let drawn = drawn.collect();
    diagnostics.dedup();
    (drawn, diagnostics)
}

fn redirect_values(
    theme: &Theme,
    navigation: &Navigation,
    redirect: &Redirect,
) -> [(&'static str, Value); 4] {
    let moves = navigation.names.moves.get(&redirect.from);
    [
        ("to", Value::normal_string(&redirect.to)),
        ("moves", Value::from_serializable(&moves)),
        ("canonical", Value::from_serializable(&canonical(theme, redirect))),
        ("base", Value::normal_string(&"../".repeat(redirect.from.as_str().matches('/').count()))),
    ]
}

/// The whole address that a redirect leads to, when it is known.
fn canonical(theme: &Theme, redirect: &Redirect) -> Option<String> {
    if redirect.to.contains("://") {
        return Some(redirect.to.clone());
    }
    let (path, _) = redirect.to.split_once('#').unwrap_or((&redirect.to, ""));
    let target = super::body::rebase(path, &redirect.from, &UrlPath::default());
    Some([theme.site_view.url.as_ref()?, target.as_str()].concat())
}
