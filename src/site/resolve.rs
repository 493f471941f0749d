//! From documents to a site.

use super::entry::{self, Entries, Entry};
use super::links::targets::Targets;
use super::links::{Links, PageLinks};
use super::nav::Navigation;
use super::suggest::Suggest;
use super::{
    Author, Config, Dates, GeneratedPage, Page, PageId, PageKind, Redirect, Site, blog, files, links, map,
    nav, redirects, tags,
};
use crate::diag::codes::{CONFIG, URL_CONFLICT};
use crate::diag::{self, Diagnostic, Severity};
use crate::markdown::Document;
use crate::source::{SitePath, Sources, UrlPath, git};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All pages and how they hang together. `documents` are the parsed pages of [`files`](super::files()) with
/// their paths below the root; `generated` are the pages that other floors add.
pub fn resolve(
    config: &Config,
    sources: &Sources,
    documents: Vec<(SitePath, Arc<Document>)>,
    generated: Vec<GeneratedPage>,
) -> Site {
    let mut entries = entry::collect(config, sources, documents, generated);
    let authors = blog::add(config, sources, &mut entries);
    tags::add(config, &mut entries);
    map::add(config, &mut entries);
    add_not_found(&mut entries);
    let Entries { list, unpublished, mut diagnostics } = entries;
    let list = in_order(list, &mut diagnostics);
    if list.iter().all(|entry| entry.source.is_none()) {
        diagnostics
            .push(Diagnostic::of_site(&CONFIG, format!("there are no pages below `{}`", config.content_dir)));
    }
    let files = files::files(config, sources);
    diagnostics.extend(files.diagnostics);
    let assets = without_conflicts(files.assets, &list, &mut diagnostics);
    let hidden = below_content(config, &unpublished);
    let suggest =
        Suggest::new(list.iter().map(|entry| &entry.local).filter(|local| !local.is_empty()), &hidden);
    let nav = nav::build(config, &list, &suggest);
    let targets = Targets::new(config, &list, &assets);
    let links = links::resolve(config, sources, &list, &assets, &targets, &nav, &suggest);
    let (redirects, found) = redirects::redirects(config, &list, &assets, &targets, &suggest);
    diagnostics.extend(found);
    let parts = Parts { assets, nav, links, redirects, authors, diagnostics };
    assemble(config, sources, list, parts)
}

/// What the rooms of this floor have made of the entries.
struct Parts {
    assets: Vec<(SitePath, UrlPath)>,
    nav: Navigation,
    links: Links,
    redirects: Vec<Redirect>,
    authors: Vec<Author>,
    diagnostics: Vec<Diagnostic>,
}

fn add_not_found(entries: &mut Entries) {
    if entries.list.iter().all(|entry| entry.kind != PageKind::NotFound) {
        let url = UrlPath::new("404.html");
        entries.list.push(Entry::made(PageKind::NotFound, url, "Page not found".to_string()));
    }
}

/// Sort entries by URL. Of two with one URL the first stays, which is the one that an author wrote.
fn in_order(list: Vec<Entry>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let mut order: Vec<usize> = (0..list.len()).filter(|at| stays_inside(&list[*at], diagnostics)).collect();
    order.sort_by(|left, right| list[*left].url.cmp(&list[*right].url).then(left.cmp(right)));
    let mut place: Vec<Option<usize>> = vec![None; list.len()];
    let mut kept: Vec<usize> = Vec::new();
    for at in order {
        match kept.last().filter(|last| list[**last].url == list[at].url) {
            Some(last) => diagnostics.push(conflict(&list[*last], &list[at])),
            None => {
                place[at] = Some(kept.len());
                kept.push(at);
            }
        }
    }
    let mut slots: Vec<Option<Entry>> = list.into_iter().map(Some).collect();
    let mut list: Vec<Entry> = kept.iter().filter_map(|at| slots[*at].take()).collect();
    for listing in list.iter_mut().filter_map(|entry| entry.listing.as_mut()) {
        for places in [&mut listing.pages, &mut listing.pager] {
            *places = places.iter().filter_map(|at| place[*at]).collect();
        }
    }
    list
}

/// A slug may hold `..`; a page that would be written outside of the site is left out.
fn stays_inside(entry: &Entry, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let inside = !entry.url.file().is_outside();
    if let Some(span) = entry.span().filter(|_| !inside) {
        let message = format!("the URL `{}` leads out of the site; this page is left out", entry.url);
        diagnostics.push(Diagnostic::new(&URL_CONFLICT, span, message));
    }
    inside
}

fn conflict(kept: &Entry, dropped: &Entry) -> Diagnostic {
    let message = format!("two pages would be at `{}`; this one is left out", dropped.url);
    let mut found = match dropped.span().or_else(|| kept.span()) {
        Some(span) => Diagnostic::new(&URL_CONFLICT, span, message),
        None => Diagnostic::of_site(&URL_CONFLICT, message),
    };
    if let (Some(made), None) = (&dropped.generated, &kept.generated) {
        // Nothing that anybody wrote is lost.
        found.severity = Severity::Warning;
        found.message = format!(
            "this page stands where the generated page \"{}\" would be; that one is left out",
            made.title
        );
        return found.help("move this page to have both");
    }
    match kept.span() {
        Some(span) => found.also(span, "this one stays"),
        None => found,
    }
}

/// Assets without those that would lie over a page or over each other.
fn without_conflicts(
    assets: Vec<(SitePath, UrlPath)>,
    list: &[Entry],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(SitePath, UrlPath)> {
    let mut taken: BTreeSet<SitePath> = list.iter().map(|entry| entry.url.file()).collect();
    let mut is_free = |(path, url): &(SitePath, UrlPath)| {
        let free = taken.insert(url.file());
        if !free {
            let message = format!("the file `{path}` would lie over another at `{url}`; it is left out");
            diagnostics.push(Diagnostic::of_site(&URL_CONFLICT, message));
        }
        free
    };
    assets.into_iter().filter(|asset| is_free(asset)).collect()
}

fn below_content(
    config: &Config,
    unpublished: &BTreeMap<SitePath, &'static str>,
) -> BTreeMap<SitePath, &'static str> {
    unpublished.iter().filter_map(|(path, why)| Some((path.strip(&config.content_dir)?, *why))).collect()
}

fn assemble(config: &Config, sources: &Sources, list: Vec<Entry>, parts: Parts) -> Site {
    let Parts { assets, mut nav, links, redirects, authors, mut diagnostics } = parts;
    diagnostics.append(&mut nav.diagnostics);
    diagnostics.extend(links.diagnostics);
    diag::sort(&mut diagnostics, sources);
    let files: BTreeSet<SitePath> = list.iter().filter_map(|entry| entry.source.clone()).collect();
    let changed = git::last_changes(sources, &files);
    let numbered = || list.iter().enumerate().map(|(at, entry)| (PageId(at), entry));
    let mut site = Site {
        assets,
        redirects,
        authors: with_pages(config, authors, &list),
        tags: tags::tags(config, &list),
        posts: newest_first(&list),
        external_links: links.external,
        by_source: numbered().filter_map(|(id, entry)| Some((entry.source.clone()?, id))).collect(),
        diagnostics,
        ..Site::default()
    };
    let entries = list.into_iter().zip(links.pages).enumerate();
    site.pages = entries
        .map(|(at, (entry, links))| page(config, PageId(at), entry, links, &mut nav, &changed))
        .collect();
    site.nav = nav.nodes;
    site
}

/// Authors with the pages that list their posts.
fn with_pages(config: &Config, mut authors: Vec<Author>, list: &[Entry]) -> Vec<Author> {
    let Some((blog, format)) = config.blog.as_ref().and_then(|blog| Some((blog, blog.author_url.as_ref()?)))
    else {
        return authors;
    };
    for author in &mut authors {
        let url = files::view_url(config, &blog::author_path(blog, format, author));
        author.page = list.binary_search_by(|entry| entry.url.cmp(&url)).ok().map(PageId);
    }
    authors
}

fn newest_first(list: &[Entry]) -> Vec<PageId> {
    let dated =
        |(at, entry): (usize, &Entry)| Some((std::cmp::Reverse(entry.post.as_ref()?.date), PageId(at)));
    let mut posts: Vec<_> = list.iter().enumerate().filter_map(dated).collect();
    posts.sort();
    posts.into_iter().map(|(_, page)| page).collect()
}

fn page(
    config: &Config,
    id: PageId,
    entry: Entry,
    links: PageLinks,
    nav: &mut Navigation,
    changed: &BTreeMap<SitePath, i64>,
) -> Page {
    let Entry { meta, title, .. } = entry;
    let listing = entry.listing.unwrap_or_default();
    let last_commit = || changed.get(entry.source.as_ref()?).copied();
    let dates = Dates { created: meta.created, updated: meta.updated.or_else(last_commit) };
    Page {
        id,
        edit_url: edit_url(config, entry.document.as_ref().map(|_| &entry.local)),
        kind: entry.kind,
        source: entry.source,
        url: entry.url,
        nav_title: nav.labels[id.0].take().or(meta.nav_title).unwrap_or_else(|| title.clone()),
        title,
        description: meta.description,
        tags: meta.tags,
        document: entry.document,
        hrefs: links.hrefs,
        related: links.related,
        referenced_by: links.referenced_by,
        breadcrumbs: std::mem::take(&mut nav.crumbs[id.0]),
        previous: nav.previous[id.0],
        next: nav.next[id.0],
        dates,
        hidden: meta.hidden,
        status: meta.status,
        post: entry.post,
        lists: listing.pages.into_iter().map(PageId).collect(),
        pager: listing.pager.into_iter().map(PageId).collect(),
        draft: meta.draft,
        unlisted: meta.unlisted,
        icon: meta.icon,
        image: links.image,
        template: meta.template,
        meta: meta.values,
    }
}

fn edit_url(config: &Config, local: Option<&SitePath>) -> Option<String> {
    let edit = config.repo.as_ref()?.edit.as_ref()?;
    let local = local.filter(|local| !local.is_empty())?;
    Some(edit.replace("{path}", &UrlPath::new(local.as_str()).encoded()))
}
