//! Feeds: what is new, for programs that ask now and then.

use super::artifact::Artifact;
use super::body::escape;
use super::nav::from_root;
use super::view::SiteView;
use crate::site::{Page, PageId, Site};
use crate::source::UrlPath;
use crate::source::time::{rfc2822, rfc3339};
use std::fmt::Write;

/// The format of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Rss,
    Atom,
    Json,
}

/// A feed to write.
#[derive(Debug, Clone)]
pub(super) struct Feed {
    /// Where it goes.
    pub(super) url: UrlPath,
    pub(super) format: Format,
    /// Dates are those of the last change.
    pub(super) by_update: bool,
    /// Its pages, newest first.
    pub(super) pages: Vec<PageId>,
}

/// What a feed says of a page.
struct Entry {
    title: String,
    link: String,
    description: Option<String>,
    date: i64,
    updated: i64,
    categories: Vec<String>,
    authors: Vec<String>,
}

/// Write `feed`. Feeds need whole addresses, so a site without one has none.
pub(super) fn write(site: &Site, view: &SiteView, feed: &Feed) -> Option<Artifact> {
    let base = view.url.as_deref()?;
    let entries: Vec<Entry> =
        feed.pages.iter().filter_map(|id| entry(site.page(*id), base, feed.by_update)).collect();
    let own = [base, &from_root(&feed.url)].concat();
    let text = match feed.format {
        Format::Rss => rss(view, base, &own, &entries),
        Format::Atom => atom(view, base, &own, &entries),
        Format::Json => json(view, base, &own, &entries),
    };
    Some(Artifact::text(feed.url.file().as_str(), text))
}

fn entry(page: &Page, base: &str, by_update: bool) -> Option<Entry> {
    let posted = page.post.as_ref().map(|post| post.date).or(page.dates.created);
    let updated = page.dates.updated.or(posted)?;
    let post = page.post.as_ref();
    Some(Entry {
        title: page.title.clone(),
        link: [base, &from_root(&page.url)].concat(),
        description: page.description.clone(),
        date: if by_update { updated } else { posted.unwrap_or(updated) },
        updated,
        categories: post.map_or_else(|| page.tags.clone(), |post| post.categories.clone()),
        authors: post.map_or_else(Vec::new, |post| post.authors.clone()),
    })
}

/// `<name>text</name>`, indented.
fn element(out: &mut String, indent: usize, name: &str, text: &str) {
    let _ = writeln!(out, "{:indent$}<{name}>{}</{name}>", "", escape(&printable(text)));
}

/// XML knows no control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

fn rss(view: &SiteView, base: &str, own: &str, entries: &[Entry]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n  <channel>\n");
    element(&mut out, 4, "title", &view.name);
    element(&mut out, 4, "link", base);
    element(&mut out, 4, "description", view.description.as_deref().unwrap_or(&view.name));
    element(&mut out, 4, "language", &view.language);
    let _ =
        writeln!(out, "    <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>", escape(own));
    if let Some(newest) = entries.iter().map(|entry| entry.date).max() {
        element(&mut out, 4, "lastBuildDate", &rfc2822(newest));
    }
    for entry in entries {
        out.push_str("    <item>\n");
        element(&mut out, 6, "title", &entry.title);
        element(&mut out, 6, "link", &entry.link);
        let _ = writeln!(out, "      <guid isPermaLink=\"true\">{}</guid>", escape(&entry.link));
        element(&mut out, 6, "pubDate", &rfc2822(entry.date));
        entry.categories.iter().for_each(|category| element(&mut out, 6, "category", category));
        if let Some(description) = &entry.description {
            element(&mut out, 6, "description", description);
        }
        out.push_str("    </item>\n");
    }
    out.push_str("  </channel>\n</rss>\n");
    out
}

fn atom(view: &SiteView, base: &str, own: &str, entries: &[Entry]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ =
        writeln!(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">", escape(&view.language));
    element(&mut out, 2, "title", &view.name);
    element(&mut out, 2, "id", own);
    let _ =
        writeln!(out, "  <link rel=\"self\" href=\"{}\"/>\n  <link href=\"{}\"/>", escape(own), escape(base));
    element(&mut out, 2, "updated", &rfc3339(entries.iter().map(|entry| entry.updated).max().unwrap_or(0)));
    author(&mut out, 2, view.author.as_deref().unwrap_or(&view.name));
    for entry in entries {
        out.push_str("  <entry>\n");
        element(&mut out, 4, "title", &entry.title);
        element(&mut out, 4, "id", &entry.link);
        let _ = writeln!(out, "    <link href=\"{}\"/>", escape(&entry.link));
        element(&mut out, 4, "published", &rfc3339(entry.date));
        element(&mut out, 4, "updated", &rfc3339(entry.updated));
        entry.authors.iter().for_each(|name| author(&mut out, 4, name));
        for category in &entry.categories {
            let _ = writeln!(out, "    <category term=\"{}\"/>", escape(category));
        }
        if let Some(description) = &entry.description {
            element(&mut out, 4, "summary", description);
        }
        out.push_str("  </entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

fn author(out: &mut String, indent: usize, name: &str) {
    let _ = writeln!(out, "{:indent$}<author><name>{}</name></author>", "", escape(&printable(name)));
}

fn json(view: &SiteView, base: &str, own: &str, entries: &[Entry]) -> String {
    let item = |entry: &Entry| {
        serde_json::json!({
            "id": entry.link, "url": entry.link, "title": entry.title,
            "summary": entry.description, "content_text": entry.description.clone().unwrap_or_default(),
            "date_published": rfc3339(entry.date), "date_modified": rfc3339(entry.updated),
            "tags": entry.categories,
            "authors": entry.authors.iter().map(|name| serde_json::json!({"name": name})).collect::<Vec<_>>(),
        })
    };
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": view.name, "home_page_url": base, "feed_url": own,
        "description": view.description, "language": view.language,
        "items": entries.iter().map(item).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&feed).unwrap_or_default();
    text.push('\n');
    text
}
