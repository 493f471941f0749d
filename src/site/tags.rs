//! Tags: the page that lists them, pages of their own, and which page carries which.

use super::config::TagPages;
use super::entry::{Entries, Entry, Listing};
use super::files::view_url;
use super::slug::slug;
use super::{Config, PageId, PageKind, Tag};
use crate::diag::Diagnostic;
use crate::diag::codes::PAGE_METADATA;
use crate::markdown::{BlockKind, Document};
use crate::source::SitePath;
use std::collections::BTreeMap;

/// Where Material's plugin puts the list of tags.
const MARK: &str = "<!-- material/tags";

/// Mark the page that lists tags, and add pages of their own.
pub(super) fn add(config: &Config, entries: &mut Entries) {
    let Some(how) = &config.tags else { return };
    let carried = carriers(&entries.list);
    check_allowed(how, entries);
    let at = match tags_page(how, &entries.list) {
        Some(at) => Some(at),
        None if carried.is_empty() || config.is_mkdocs() => None,
        None => {
            entries.list.push(Entry::made(PageKind::Tags, view_url(config, "tags"), "Tags".to_string()));
            Some(entries.list.len() - 1)
        }
    };
    if let Some(at) = at {
        entries.list[at].kind = PageKind::Tags;
    }
    if how.page_per_tag {
        let folder =
            at.map_or(SitePath::new("tags"), |at| SitePath::new(stem(entries.list[at].url.as_str())));
        for (tag, pages) in carried {
            let url = view_url(config, folder.join(slug(&tag, &how.slugs)).as_str());
            let mut page = Entry::made(PageKind::Tags, url, tag);
            page.listing = Some(Listing { pages, ..Listing::default() });
            entries.list.push(page);
        }
    }
}

/// A URL without its ending: `tags/` and `tags.html` are `tags`.
fn stem(url: &str) -> &str {
    url.trim_end_matches(".html").trim_end_matches('/')
}

/// Which entries carry each tag.
fn carriers(list: &[Entry]) -> BTreeMap<String, Vec<usize>> {
    let mut carried: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in
        list.iter().enumerate().filter(|(_, entry)| entry.source.is_some() || entry.generated.is_some())
    {
        for tag in &entry.meta.tags {
            carried.entry(tag.clone()).or_default().push(at);
        }
    }
    carried
}

fn tags_page(how: &TagPages, list: &[Entry]) -> Option<usize> {
    if let Some(page) = &how.page {
        return list.iter().position(|entry| entry.local == *page);
    }
    let marked = |entry: &Entry| entry.document.as_ref().is_some_and(|document| has_mark(document));
    list.iter().position(marked).or_else(|| list.iter().position(|entry| entry.local.as_str() == "tags.md"))
}

fn has_mark(document: &Document) -> bool {
    document
        .blocks
        .iter()
        .any(|block| matches!(&block.kind, BlockKind::Html(html) if html.text.contains(MARK)))
}

fn check_allowed(how: &TagPages, entries: &mut Entries) {
    if how.allowed.is_empty() {
        return;
    }
    for entry in &entries.list {
        for tag in entry.meta.tags.iter().filter(|tag| !how.allowed.contains(tag)) {
            let Some(span) = entry.span() else { continue };
            let found =
                Diagnostic::new(&PAGE_METADATA, span, format!("the tag `{tag}` is not one of the site's"));
            let near = crate::diag::nearest(tag, how.allowed.iter().map(String::as_str));
            entries.diagnostics.push(match near {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found,
            });
        }
    }
}

/// The tags with their pages. `list` is in the order of page ids.
pub(super) fn tags(config: &Config, list: &[Entry]) -> Vec<Tag> {
    let Some(how) = &config.tags else { return Vec::new() };
    let own_page = |name: &str| {
        let is_it =
            |entry: &Entry| entry.kind == PageKind::Tags && entry.listing.is_some() && entry.title == name;
        how.page_per_tag.then(|| list.iter().position(is_it).map(PageId)).flatten()
    };
    let mut slugs: BTreeMap<String, usize> = BTreeMap::new();
    let mut unique = |name: &str| {
        let own = slug(name, &how.slugs);
        let seen = slugs.entry(own.clone()).or_default();
        *seen += 1;
        if *seen > 1 { format!("{own}-{seen}") } else { own }
    };
    let mut tags: Vec<Tag> = Vec::new();
    for (name, mut pages) in carriers(list) {
        pages.sort_by_cached_key(|at| (list[*at].title.to_lowercase(), list[*at].url.clone()));
        let pages = pages.into_iter().map(PageId).collect();
        tags.push(Tag { slug: unique(&name), page: own_page(&name), pages, name });
    }
    tags.sort_by_cached_key(|tag| (tag.name.to_lowercase(), tag.name.clone()));
    tags
}
