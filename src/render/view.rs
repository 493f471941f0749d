//! What templates see. Every field is documented here; `templates/` is the default use of it.
//!
//! A template gets three names: `site` ([`SiteView`]), `page` ([`PageView`]) and, for pages that other floors
//! generate, `policy`, `policies`, `proof` or `map`. Beside them stand `content` and `nav`, HTML to be put in place
//! with `| safe`, and `summary`, the states of the page's claims with their numbers. URLs of the page are
//! relative to the page; those of the site are relative to its root, or whole addresses, and are made relative
//! to the page by the filter `from`: `{{ site.logo | from(base=page.base) }}`.

use super::map::MapView;
use super::scope::Scope;
use crate::check::view::{Counts, PolicyIndexView, PolicyView, ProofView};
use crate::source::{Hash, SitePath};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What every page of a site shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteView {
    /// The name of the site.
    pub name: String,
    /// Where it is published, with a slash at the end; `None` when that is not known.
    pub url: Option<String>,
    /// The path of `url`: `/` or `/docs/`. Pages that are served for any address (404) refer from it.
    pub root: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Its language, as BCP 47 has it: `en`.
    pub language: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// HTML of the line at the bottom.
    pub copyright: Option<String>,
    /// HTML of a line above the header.
    pub announcement: Option<String>,
    /// The image beside the name.
    pub logo: Option<String>,
    /// An `<svg>` that stands for the image.
    pub logo_icon: Option<String>,
    /// The image of the browser tab.
    pub favicon: Option<String>,
    /// The image that stands for pages without one when they are shared.
    pub image: Option<String>,
    /// Where the name leads when not to the home page.
    pub homepage: Option<String>,
    /// The repository.
    pub repository: Option<LinkView>,
    /// An `<svg>` that stands before its name.
    pub repository_icon: Option<String>,
    /// Links at the bottom: other places of the authors.
    pub social: Vec<SocialView>,
    /// The palette before the reader chooses one: `auto`, `light` or `dark`.
    pub scheme: String,
    /// Whether the reader can choose.
    pub scheme_switch: bool,
    /// The first level of the navigation stands in the header.
    pub tabs: bool,
    /// Pages lead to the one before and after.
    pub previous_next: bool,
    /// Pages show their place.
    pub breadcrumbs: bool,
    /// Pages take each other's place without loading.
    pub instant: bool,
    /// Code blocks have a copy button unless they say otherwise.
    pub copy: bool,
    /// There is a search.
    pub search: bool,
    /// What is new, for programs that ask now and then.
    pub feeds: Vec<FeedView>,
    /// The program that made the site, when it should be named.
    pub generator: Option<String>,
    /// Style sheets of the site itself, after the theme's: relative to the root, or whole addresses.
    pub styles: Vec<String>,
    /// Scripts of the site itself.
    pub scripts: Vec<ScriptView>,
    /// The theme's own files, with the hash in their names, by their plain name: `theme.css`.
    pub assets: BTreeMap<String, String>,
    /// What the configuration says below `extra`, as it stands.
    pub extra: serde_json::Value,
}

/// A feed of the site.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct FeedView {
    /// What it is called.
    pub title: String,
    /// Its media type.
    pub kind: String,
    /// Relative to the root.
    pub url: String,
}

/// A script of the site.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ScriptView {
    /// Relative to the root, or a whole address.
    pub url: String,
    /// It is a module.
    pub module: bool,
    /// It may run before the page is complete.
    pub asynchronous: bool,
}

/// Text that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct LinkView {
    /// The text.
    pub title: String,
    /// Where it leads; `None` for plain text.
    pub url: Option<String>,
}

/// A place of the authors elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct SocialView {
    /// What it is called.
    pub title: String,
    /// Its address.
    pub url: String,
    /// An `<svg>` that stands for it, when there is a drawing of that name.
    pub icon: Option<String>,
}

/// An entry of the header's tabs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct TabView {
    /// The text.
    pub title: String,
    /// Where it leads.
    pub url: String,
    /// The page stands below it.
    pub current: bool,
}

/// An entry of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct TocEntry {
    /// The id of the heading.
    pub id: String,
    /// HTML of the text.
    pub label: String,
    /// Headings below it.
    pub children: Vec<TocEntry>,
}

/// A date.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct DateView {
    /// `2025-12-09T08:00:00Z`
    pub machine: String,
    /// `2025-12-09`
    pub text: String,
}

/// What a post has beyond a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PostView {
    /// When it was published.
    pub date: DateView,
    /// Its categories.
    pub categories: Vec<LinkView>,
    /// Who wrote it; each leads to the list of their posts, or to their own page elsewhere.
    pub authors: Vec<LinkView>,
    /// Minutes that reading it takes.
    pub minutes: usize,
    /// Not published yet.
    pub draft: bool,
    /// Stands above the others.
    pub pinned: bool,
}

/// A post in a list of posts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ExcerptView {
    /// The id of its heading.
    pub id: String,
    /// HTML of its heading.
    pub heading: String,
    /// Its title without markup.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// Date, categories, authors.
    pub post: PostView,
    /// HTML of what stands before `<!-- more -->`, or of the first block.
    pub content: String,
    /// There is more to read.
    pub more: bool,
}

/// A page of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PagerView {
    /// Its number, from 1.
    pub number: usize,
    /// Where it is.
    pub url: String,
    /// It is this page.
    pub current: bool,
}

/// A section of a page that has moved elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct MoveView {
    /// The fragment that led to it.
    pub from: String,
    /// Where it is now.
    pub to: String,
}

/// A tag and its pages on the tags page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct TagGroup {
    /// The tag.
    pub name: String,
    /// The id of its heading: `tag:` and the slug.
    pub id: String,
    /// The pages that carry it.
    pub pages: Vec<LinkView>,
}

/// Parts of the page that its author hid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Hidden {
    /// The navigation at the left.
    pub navigation: bool,
    /// The contents at the right.
    pub toc: bool,
    /// The links to the pages before and after.
    pub footer: bool,
    /// The tags.
    pub tags: bool,
    /// The breadcrumbs.
    pub path: bool,
}

/// Everything that the template of one page sees. Plain data: the same view gives the same bytes, so its
/// [`PageView::key`] is the memo key of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageView {
    /// The file that will be written.
    #[serde(skip)]
    pub file: SitePath,
    /// The template that draws it: `page.html`.
    pub template: String,
    /// Leads to the root of the site: `../../`, `./`, or `/docs/` for the 404 page.
    pub base: String,
    /// The page's address below the root, percent-encoded; it keys what the browser remembers of the page.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The title for the browser: the page's, then the site's name.
    pub head_title: String,
    /// An H1 to show above the content, when the content has none.
    pub heading: Option<String>,
    /// One or two sentences.
    pub description: Option<String>,
    /// The address that search engines should know it by.
    pub canonical: Option<String>,
    /// Whole address of the image that stands for it when it is shared.
    pub image: Option<String>,
    /// `robots` of the front matter; `noindex` for unlisted pages.
    pub robots: Option<String>,
    /// HTML of the content.
    #[serde(skip)]
    pub content: String,
    /// The table of contents.
    pub toc: Vec<TocEntry>,
    /// The navigation that the page shows.
    #[serde(skip)]
    pub(super) scope: Arc<Scope>,
    /// Which entry of it the page is.
    #[serde(skip)]
    pub(super) place: Option<usize>,
    /// The tabs of the header.
    pub tabs: Vec<TabView>,
    /// The pages and sections above it, outermost first.
    pub breadcrumbs: Vec<LinkView>,
    /// The page before it.
    pub previous: Option<LinkView>,
    /// The page after it.
    pub next: Option<LinkView>,
    /// Pages that it names as related.
    pub related: Vec<LinkView>,
    /// Pages that name it as related.
    pub referenced_by: Vec<LinkView>,
    /// Its tags.
    pub tags: Vec<LinkView>,
    /// `new`, `deprecated`, …
    pub status: Option<String>,
    /// Not published yet; shown only because the configuration says so.
    pub draft: bool,
    /// When it was last changed.
    pub updated: Option<DateView>,
    /// Where its source can be edited.
    pub edit_url: Option<String>,
    /// Its Markdown, beside it.
    pub markdown_url: Option<String>,
    /// The whole section on one page, when it is the index of one.
    pub print_url: Option<String>,
    /// The page that tells what the site proves, when there is one.
    pub proof_url: Option<String>,
    /// The page that shows which pages name each other as related, when there is one.
    pub map_url: Option<String>,
    /// Parts that the author hid.
    pub hidden: Hidden,
    /// What makes it a post.
    pub post: Option<PostView>,
    /// The posts that it lists.
    pub posts: Vec<ExcerptView>,
    /// All pages of the listing that this page is one of; empty when it has only this one.
    pub pager: Vec<PagerView>,
    /// The tags that it lists.
    pub tag_groups: Vec<TagGroup>,
    /// Sections of it that are now elsewhere.
    pub moves: Vec<MoveView>,
    /// The front matter, with what folders add to it.
    pub meta: serde_json::Value,
    /// How many claims of it are in which state.
    pub counts: Counts,
    /// A policy, when it is a policy's page.
    #[serde(skip)]
    pub policy: Option<Box<PolicyView>>,
    /// Policies, when it lists them.
    #[serde(skip)]
    pub policies: Option<Box<PolicyIndexView>>,
    /// Verdicts, when it is the proof page.
    #[serde(skip)]
    pub proof: Option<Box<ProofView>>,
    /// Pages that name each other, when it is the map.
    #[serde(skip)]
    pub map: Option<Box<MapView>>,
    /// The hash of the theme that draws it.
    #[serde(skip)]
    pub theme: Hash,
}

impl PageView {
    /// The memo key: equal keys mean equal bytes. `body` is that of the content, where it has one.
    pub fn key(&self, body: Option<Hash>) -> Hash {
        let own = serde_json::to_vec(self).unwrap_or_default();
        let special =
            serde_json::to_vec(&(&self.policy, &self.policies, &self.proof, &self.map)).unwrap_or_default();
        let place = self.place.map_or(u64::MAX, |place| place as u64).to_le_bytes();
        let file = self.file.as_str().as_bytes();
        Hash::of_parts([
            self.theme.as_bytes(),
            self.scope.hash().as_bytes(),
            &place,
            file,
            body.as_ref().map_or(self.content.as_bytes(), Hash::as_bytes),
            &own,
            &special,
        ])
    }
}
