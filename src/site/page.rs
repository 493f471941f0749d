//! The resolved site.

use crate::diag::Diagnostic;
use crate::markdown::{Document, Href};
use crate::source::{Hash, SitePath, Span, UrlPath};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A page of one site: an index into [`Site::pages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub usize);

/// All pages and how they hang together. Immutable once resolved.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Every page, sorted by URL.
    pub pages: Vec<Page>,
    /// The navigation.
    pub nav: Vec<NavNode>,
    /// Files that are copied as they are: where they lie and where they go.
    pub assets: Vec<(SitePath, UrlPath)>,
    /// URLs that lead on, sorted.
    pub redirects: Vec<Redirect>,
    /// Authors of posts, sorted by their key.
    pub authors: Vec<Author>,
    /// Tags, sorted by name.
    pub tags: Vec<Tag>,
    /// Posts that are published, newest first.
    pub posts: Vec<PageId>,
    /// Addresses outside of the site with the places that name them; never fetched in a build.
    pub external_links: BTreeMap<String, Vec<Span>>,
    /// Which page a source file is.
    pub by_source: BTreeMap<SitePath, PageId>,
    /// What is wrong with links, navigation, tags, posts and related pages.
    pub diagnostics: Vec<Diagnostic>,
}

/// What kind of page it is; the template of the same name draws it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// A Markdown page.
    Content,
    /// A post of the blog.
    Post,
    /// A page that lists posts: the blog itself, an archive, a category, an author, or a further page of one.
    Posts,
    /// The page that lists tags and their pages.
    Tags,
    /// The page that shows which pages name each other as related.
    Map,
    /// A page that another floor generates; the key that it gave itself.
    Generated(String),
    /// `404.html`
    NotFound,
}

/// One page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its place in [`Site::pages`].
    pub id: PageId,
    /// What kind of page it is.
    pub kind: PageKind,
    /// The Markdown or YAML file behind it.
    pub source: Option<SitePath>,
    /// Where it is.
    pub url: UrlPath,
    /// The title for the browser, links and search: front matter, then the first H1, then the file name.
    pub title: String,
    /// The title that the navigation shows.
    pub nav_title: String,
    /// One or two sentences for search engines and lists.
    pub description: Option<String>,
    /// Tags as written.
    pub tags: Vec<String>,
    /// The parsed page; `None` for pages that other floors generate.
    pub document: Option<Arc<Document>>,
    /// Where each link of the document leads.
    pub hrefs: Vec<Href>,
    /// Pages that this one names as related.
    pub related: Vec<Related>,
    /// Pages that name this one as related, sorted by title.
    pub referenced_by: Vec<PageId>,
    /// The pages and sections above it, outermost first, itself left out.
    pub breadcrumbs: Vec<Crumb>,
    /// The page before it in the navigation.
    pub previous: Option<PageId>,
    /// The page after it in the navigation.
    pub next: Option<PageId>,
    /// Where its source can be edited.
    pub edit_url: Option<String>,
    /// When it was made and last changed.
    pub dates: Dates,
    /// Parts of the page that the author hid: `navigation`, `toc`, `footer`, `tags`, `path`.
    pub hidden: Vec<String>,
    /// `status` of the front matter: `new`, `deprecated`, …
    pub status: Option<String>,
    /// What makes it a post.
    pub post: Option<Post>,
    /// The posts that a page of kind [`PageKind::Posts`] lists, newest first.
    pub lists: Vec<PageId>,
    /// All pages of the listing that this page is one of, in order; empty when it has only this one.
    pub pager: Vec<PageId>,
    /// Not published yet; shown only because the configuration says so.
    pub draft: bool,
    /// Left out of search, feeds and sitemaps.
    pub unlisted: bool,
    /// `icon` of the front matter: an icon of the theme.
    pub icon: Option<String>,
    /// `image` of the front matter, as it leads there from this page: the preview image.
    pub image: Option<String>,
    /// `template` of the front matter.
    pub template: Option<String>,
    /// The front matter with what folders add to it (`.meta.yml`), for templates.
    pub meta: serde_json::Value,
}

/// A page that is named as related.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Related {
    /// The page.
    pub page: PageId,
    /// The text of the link.
    pub text: String,
}

/// One step of the breadcrumbs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Crumb {
    /// What it shows.
    pub title: String,
    /// The index page of the section, when it has one.
    pub page: Option<PageId>,
}

/// Dates of a page in seconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dates {
    /// Stated in the front matter.
    pub created: Option<i64>,
    /// Stated in the front matter, else the last commit that touched the source; `None` when that is unknown.
    pub updated: Option<i64>,
}

/// What makes a page a post.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Post {
    /// The date, in seconds since 1970 (UTC).
    pub date: i64,
    /// Categories as written.
    pub categories: Vec<String>,
    /// Names of the authors.
    pub authors: Vec<String>,
    /// The authors' places in [`Site::authors`]; those that are not known are left out.
    pub author_ids: Vec<usize>,
    /// Not published yet.
    pub draft: bool,
    /// Stands above the others.
    pub pinned: bool,
    /// Minutes that reading it takes.
    pub minutes: usize,
}

/// An entry of the navigation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NavNode {
    /// What it shows.
    pub title: String,
    /// The page it leads to; for a section its index page.
    pub page: Option<PageId>,
    /// An address outside the site.
    pub url: Option<String>,
    /// What lies below; empty for a page.
    pub children: Vec<NavNode>,
}

/// An author of posts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Author {
    /// The key under which posts name it.
    pub key: String,
    /// The name.
    pub name: String,
    /// One line about them.
    pub description: Option<String>,
    /// The address of a picture.
    pub avatar: Option<String>,
    /// The address of their own page elsewhere.
    pub url: Option<String>,
    /// The page that lists their posts, when authors have pages.
    pub page: Option<PageId>,
}

/// A tag with its pages.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tag {
    /// As written.
    pub name: String,
    /// The last part of its own URL; with `tag:` before it, its id on the tags page.
    pub slug: String,
    /// The pages that carry it, sorted by title.
    pub pages: Vec<PageId>,
    /// The page of its own, when the site has one per tag.
    pub page: Option<PageId>,
}

/// A URL that leads on to another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Redirect {
    /// The old URL.
    pub from: UrlPath,
    /// The section of the old page that this is about; `None` for the whole page.
    pub fragment: Option<String>,
    /// Where it leads: relative to the old URL, or an address outside the site.
    pub to: String,
}

/// A page that another floor adds, as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GeneratedPage {
    /// Its key, unique among generated pages; it comes back in [`PageKind::Generated`].
    pub key: String,
    /// The file that it presents; links to that file lead to this page.
    pub source: Option<SitePath>,
    /// Where it should be.
    pub url: UrlPath,
    /// Its title.
    pub title: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The titles of the navigation sections it stands in, outermost first; the first one exists or is added.
    pub section: Vec<String>,
    /// Ids that fragments may lead to.
    pub ids: Vec<String>,
    /// A hash of what the page will show.
    pub hash: Hash,
}

impl Site {
    /// The page of this id.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0]
    }
}
