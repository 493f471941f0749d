//! The pages before they know each other: what each is, where it goes, what it is called.

use super::files::{is_index, page_url};
use super::meta::{self, Defaults, Meta};
use super::{Config, GeneratedPage, PageKind, Post};
use crate::diag::codes::URL_CONFLICT;
use crate::diag::{Diagnostic, Severity};
use crate::markdown::Document;
use crate::source::{SitePath, Sources, Span, UrlPath};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A page that does not know the others yet.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub kind: PageKind,
    /// The file, below the root.
    pub source: Option<SitePath>,
    /// The file, below the content folder.
    pub local: SitePath,
    pub url: UrlPath,
    pub title: String,
    pub meta: Meta,
    pub document: Option<Arc<Document>>,
    pub post: Option<Post>,
    pub listing: Option<Listing>,
    pub generated: Option<GeneratedPage>,
}

/// What a page of the blog or a tag lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    /// The pages, as places in the list of entries.
    pub pages: Vec<usize>,
    /// All pages of this listing, itself included, when there are several.
    pub pager: Vec<usize>,
    /// The section below the blog that it stands in: "Archive".
    pub section: Option<&'static str>,
}

/// All entries, and the files that have none although they are there.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub list: Vec<Entry>,
    /// Files that are no pages, with the reason: "a draft".
    pub unpublished: BTreeMap<SitePath, &'static str>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Entry {
    /// A page that no file stands for.
    pub(super) fn made(kind: PageKind, url: UrlPath, title: String) -> Entry {
        Entry {
            kind,
            source: None,
            local: SitePath::default(),
            url,
            title,
            meta: Meta { values: serde_json::json!({}), ..Meta::default() },
            document: None,
            post: None,
            listing: None,
            generated: None,
        }
    }

    /// Where its file begins, for messages about the page as a whole.
    pub(super) fn span(&self) -> Option<Span> {
        let document = self.document.as_ref()?;
        let heading = || document.first_h1().map(|heading| heading.span);
        Some(self.meta.span.or_else(heading).unwrap_or(Span::at(document.source, 0)))
    }
}

/// One entry for each document and each generated page.
pub(super) fn collect(
    config: &Config,
    sources: &Sources,
    documents: Vec<(SitePath, Arc<Document>)>,
    generated: Vec<GeneratedPage>,
) -> Entries {
    let mut entries = Entries::default();
    let paths: BTreeSet<SitePath> = documents.iter().map(|(path, _)| path.clone()).collect();
    let mut defaults = Defaults::below(&config.content_dir);
    for (path, document) in documents {
        let Some(local) = path.strip(&config.content_dir) else { continue };
        if local.stem() == "README" && paths.contains(&path.parent().join("index.md")) {
            entries.hide_readme(path, &document);
            continue;
        }
        let meta = meta::read(&document, &path, &mut defaults, sources, &mut entries.diagnostics);
        if is_draft(config, sources, &local, &meta) && !config.drafts {
            entries.unpublished.insert(path, "a draft");
            continue;
        }
        entries.list.push(content(config, path, local, document, meta));
    }
    entries.list.extend(generated.into_iter().map(generated_entry));
    entries
}

impl Entries {
    fn hide_readme(&mut self, path: SitePath, document: &Document) {
        let span = Span::at(document.source, 0);
        let mut found =
            Diagnostic::new(&URL_CONFLICT, span, "this README is hidden by the `index.md` beside it");
        found.severity = Severity::Warning;
        self.diagnostics.push(found.help("Move its content into `index.md`, or give it another name."));
        self.unpublished.insert(path, "hidden by the `index.md` beside it");
    }
}

fn is_draft(config: &Config, sources: &Sources, local: &SitePath, meta: &Meta) -> bool {
    let future = |blog: &super::config::Blog| {
        blog.future_is_draft
            && local.is_below(&blog.posts_dir)
            && meta.created.is_some_and(|date| date > sources.now())
    };
    meta.draft || config.draft_files.is_match(local) || config.blog.as_ref().is_some_and(future)
}

fn content(config: &Config, source: SitePath, local: SitePath, document: Arc<Document>, meta: Meta) -> Entry {
    let (kind, url) = match local.as_str() {
        "404.md" => (PageKind::NotFound, UrlPath::new("404.html")),
        _ => (PageKind::Content, page_url(config, &local)),
    };
    Entry {
        kind,
        url,
        title: title(&meta, &document, &local),
        source: Some(source),
        local,
        meta,
        document: Some(document),
        post: None,
        listing: None,
        generated: None,
    }
}

/// The front matter's title, the first H1, or the name of the file.
fn title(meta: &Meta, document: &Document, local: &SitePath) -> String {
    let heading = || document.first_h1().map(|heading| heading.text.trim().to_string());
    let given = meta.title.clone().or_else(heading).filter(|title| !title.is_empty());
    given.unwrap_or_else(|| match is_index(local) {
        true if local.parent().is_empty() => "Home".to_string(),
        true => name_title(local.parent().file_name()),
        false => name_title(local.stem()),
    })
}

/// A name of a file or folder as a title: `-` and `_` are spaces, and a name in lower case gets a capital.
pub(super) fn name_title(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    if words != words.to_lowercase() {
        return words;
    }
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn generated_entry(page: GeneratedPage) -> Entry {
    let mut entry = Entry::made(PageKind::Generated(page.key.clone()), page.url.clone(), page.title.clone());
    entry.source.clone_from(&page.source);
    entry.meta.description.clone_from(&page.description);
    entry.meta.tags.clone_from(&page.tags);
    entry.generated = Some(page);
    entry
}
