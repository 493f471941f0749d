//! The nouns of a configuration and their defaults.

use crate::diag::Severity;
use crate::markdown::{Dialect, SlugCase, Slugger};
use crate::source::{Globs, SitePath, Span, UrlPath};
use std::collections::BTreeMap;

/// What the site chooses. Paths are below the root unless it says otherwise.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from; `None` when the root has none and the defaults hold.
    pub file: Option<SitePath>,
    /// The name of the site.
    pub title: String,
    /// Where the site is served, with a slash at the end; needed for feeds, the sitemap and canonical links.
    pub url: Option<String>,
    /// One or two sentences about the site.
    pub description: Option<String>,
    /// Who writes it.
    pub author: Option<String>,
    /// The copyright line at the foot of each page; HTML.
    pub copyright: Option<String>,
    /// The language of the pages, as in `<html lang>`.
    pub language: String,
    /// The folder of pages and the files beside them.
    pub content_dir: SitePath,
    /// The folder that `build` writes.
    pub out_dir: SitePath,
    /// A folder whose files are copied to the root of the site as they are.
    pub static_dir: Option<SitePath>,
    /// The `custom_dir` of a Material theme; of its templates only `partials/comments.html` has a meaning here.
    pub overrides_dir: Option<SitePath>,
    /// A folder of templates that stand in for those of the theme.
    pub templates_dir: SitePath,
    /// A folder of style sheets and scripts that stand in for those of the theme.
    pub assets_dir: SitePath,
    /// `a/b.md` is at `a/b/`, not at `a/b.html`.
    pub directory_urls: bool,
    /// Show drafts.
    pub drafts: bool,
    /// Files below the content folder that are not part of the site.
    pub exclude: Globs,
    /// Pages that are drafts without saying so in their front matter.
    pub draft_files: Globs,
    /// Pages that need not stand in the configured navigation.
    pub not_in_nav: Globs,
    /// The navigation; without one the folders are the navigation.
    pub nav: Option<Vec<NavEntry>>,
    /// Folders at the top of the content folder in the order in which the navigation shows them; others follow.
    pub sections: Vec<String>,
    /// Policy files.
    pub policies: Globs,
    /// Where the source of the site lies.
    pub repo: Option<Repo>,
    /// Links to other places where the authors are found.
    pub social: Vec<SocialLink>,
    /// Where the logo leads, when not to the home page.
    pub homepage: Option<String>,
    /// Say which program made the site.
    pub generator: bool,
    /// Have a page that shows which pages name each other as related, when any do.
    pub map: bool,
    /// Draw a picture for each page that stands for it where its address is shared.
    pub cards: bool,
    /// How the site looks.
    pub theme: Theme,
    /// How Markdown is read.
    pub dialect: Dialect,
    /// The blog, when there is one.
    pub blog: Option<Blog>,
    /// How tags are listed; `None` when tags are not used.
    pub tags: Option<TagPages>,
    /// Feeds to write, and what is in them.
    pub feeds: Feeds,
    /// Offer a search.
    pub search: bool,
    /// URLs that lead on.
    pub redirects: Vec<RedirectRule>,
    /// What is checked and how much it matters.
    pub checks: Checks,
    /// Which blocks other sites can show.
    pub embeds: Embeds,
    /// Further values for templates, as written below `extra`.
    pub extra: serde_json::Value,
}

/// Which blocks get files of their own: text, record, and a page that other sites can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Embeds {
    /// None.
    None,
    /// Those that their author gave an id.
    Named,
    /// Those, and those that claim something.
    #[default]
    Claims,
    /// Those, and every command block, manifest and policy.
    All,
}

impl Embeds {
    /// How a configuration writes each.
    pub const WORDS: [(&str, Embeds); 4] =
        [("none", Embeds::None), ("named", Embeds::Named), ("claims", Embeds::Claims), ("all", Embeds::All)];
}

/// An entry of a configured navigation.
#[derive(Debug, Clone, PartialEq)]
pub struct NavEntry {
    /// What it shows; without it the title of the page.
    pub title: Option<String>,
    /// Where it leads.
    pub target: NavTarget,
    /// Where it was written.
    pub span: Span,
}

/// Where an entry of a navigation leads.
#[derive(Debug, Clone, PartialEq)]
pub enum NavTarget {
    /// To a page: its file, below the content folder, as written.
    Page(String),
    /// To an address.
    Url(String),
    /// To entries below it.
    Section(Vec<NavEntry>),
}

/// Where the source of a site lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Repo {
    /// Its address.
    pub url: String,
    /// What a link to it shows.
    pub name: String,
    /// The address at which a page can be edited: `{path}` stands for the file below the content folder.
    pub edit: Option<String>,
}

/// A link to a place where the authors are found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SocialLink {
    /// An icon of the theme: `fontawesome/brands/github`.
    pub icon: String,
    /// The address.
    pub link: String,
    /// What it is called; for those who do not see the icon.
    pub name: String,
}

/// How the site looks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Theme {
    /// The colour of the header: a name of the palette (`indigo`) or `#rrggbb`.
    pub primary: Option<String>,
    /// The colour of what can be clicked.
    pub accent: Option<String>,
    /// Light, dark, or as the reader's system has it.
    pub scheme: Scheme,
    /// The fonts of text, best first, as `font-family` in CSS has them.
    pub font: Option<String>,
    /// The fonts of code.
    pub code_font: Option<String>,
    /// An image: a file below the content folder, or an address.
    pub logo: Option<String>,
    /// An icon of the theme that stands for a logo.
    pub logo_icon: Option<String>,
    /// An image for the browser's tab: a file below the content folder, or an address.
    pub favicon: Option<String>,
    /// An icon of the theme that stands before the name of the repository.
    pub repo_icon: Option<String>,
    /// Further style sheets: files below the content folder, or addresses.
    pub css: Vec<String>,
    /// Further scripts.
    pub scripts: Vec<Script>,
    /// What is switched on, by the names that Material gives it (`navigation.tabs`), sorted.
    pub features: Vec<String>,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scheme {
    /// As the reader's system has it; the reader may switch.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// A script that pages load.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Script {
    /// A file below the content folder, or an address.
    pub path: String,
    /// It is a module.
    pub module: bool,
    /// `async`
    pub is_async: bool,
    /// `defer`
    pub is_deferred: bool,
}

/// A blog. URL formats are below its folder; `{date}`, `{slug}`, `{categories}`, `{file}` and `{page}` stand for
/// what they say. Dates are in the patterns of [`time::format`](crate::source::time::format).
#[derive(Debug, Clone, PartialEq)]
pub struct Blog {
    /// Its folder below the content folder; its `index.md` is the first page of the list of posts.
    pub dir: SitePath,
    /// The folder of posts, below the content folder.
    pub posts_dir: SitePath,
    /// The file of authors, below the content folder.
    pub authors_file: SitePath,
    /// The URL of a post: `{date}/{slug}`.
    pub post_url: String,
    /// The date in it: `yyyy/MM/dd`.
    pub post_url_date: String,
    /// How many categories stand in it.
    pub post_url_categories: usize,
    /// How a title becomes a slug.
    pub post_slugs: Slugs,
    /// The date that readers see: `long`, or a pattern.
    pub post_date: String,
    /// Pages by time; `None` when there are none.
    pub archive: Option<Archive>,
    /// Pages by category; `None` when there are none.
    pub categories: Option<Categories>,
    /// The URL of an author's page, `author/{slug}`; `None` when authors have none.
    pub author_url: Option<String>,
    /// Posts on one page of a list; `None` for all.
    pub per_page: Option<usize>,
    /// The URL of a further page of a list: `page/{page}`.
    pub page_url: String,
    /// A post of tomorrow is a draft.
    pub future_is_draft: bool,
    /// Words that a reader reads in a minute.
    pub words_per_minute: usize,
}

/// Lists of posts by time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The title: a date pattern.
    pub title: String,
    /// The URL: `archive/{date}`.
    pub url: String,
    /// The date in it; posts with an equal one are in one list.
    pub url_date: String,
}

/// Lists of posts by category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Categories {
    /// The URL: `category/{slug}`.
    pub url: String,
    /// How a category becomes a slug.
    pub slugs: Slugs,
    /// The categories that may be used; empty for any.
    pub allowed: Vec<String>,
}

/// How a text becomes a part of a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slugs {
    /// How.
    pub slugger: Slugger,
    /// What stands between words.
    pub separator: String,
}

/// How tags are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TagPages {
    /// The page that lists them, below the content folder; without one the page that holds
    /// `<!-- material/tags -->`.
    pub page: Option<SitePath>,
    /// Each tag has a page of its own.
    pub page_per_tag: bool,
    /// How a tag becomes a slug.
    pub slugs: Slugs,
    /// The tags that may be used; empty for any.
    pub allowed: Vec<String>,
}

/// Feeds to write.
#[derive(Debug, Clone, Default)]
pub struct Feeds {
    /// Each feed.
    pub feeds: Vec<Feed>,
    /// Pages in one feed at most.
    pub limit: usize,
    /// Pages in them, by their file below the content folder; empty for the posts.
    pub pages: Globs,
}

/// One feed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Feed {
    /// Where it is.
    pub url: UrlPath,
    /// Its format.
    pub format: FeedFormat,
    /// Ordered by the last change rather than by the first date.
    pub by_update: bool,
}

/// The format of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FeedFormat {
    /// RSS 2.0
    Rss,
    /// Atom (RFC 4287)
    Atom,
    /// JSON Feed 1.1
    Json,
}

/// A URL or page that leads on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectRule {
    /// The page that is gone (`old.md`, `old.md#section`) or its URL (`old/`).
    pub from: String,
    /// The page (`new.md#section`), URL below the site, or address that took its place.
    pub to: String,
    /// Where it was written.
    pub span: Span,
}

/// What is checked and how much it matters.
#[derive(Debug, Clone)]
pub struct Checks {
    /// The severity of a code, by its name, where it differs from its own; `None` switches it off.
    pub severities: BTreeMap<&'static str, Option<Severity>>,
    /// The least severity that makes `check` fail.
    pub fail_on: Severity,
    /// A file of findings that are accepted for now.
    pub baseline: Option<SitePath>,
    /// How many claims may be not checkable.
    pub max_unchecked: Option<usize>,
    /// Pages whose code blocks and claims are checked, by their file below the content folder; empty for all.
    pub pages: Globs,
    /// The version of Kubernetes that the site is about, as written, and where if in a file; without one the
    /// newest.
    pub kubernetes: Option<(String, Option<Span>)>,
    /// Files with custom resource definitions, below the root.
    pub definitions: Globs,
    /// Findings that are not wanted, with the reason.
    pub ignored: Vec<Ignored>,
    /// What directives of code blocks set, for every block that does not say otherwise.
    pub blocks: Vec<BlockSetting>,
}

/// A setting of code blocks with its places.
#[derive(Debug, Clone)]
pub struct BlockSetting {
    /// Its name.
    pub key: String,
    /// Its value; a list is joined by commas.
    pub value: String,
    /// Where its name stands.
    pub key_span: Span,
    /// Where its value stands.
    pub value_span: Span,
}

/// Findings that are not wanted.
#[derive(Debug, Clone)]
pub struct Ignored {
    /// The code by its name.
    pub code: &'static str,
    /// The files, below the root; empty for all.
    pub files: Globs,
    /// Why.
    pub reason: String,
    /// Where it was written.
    pub span: Span,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            file: None,
            title: "Documentation".to_string(),
            url: None,
            description: None,
            author: None,
            copyright: None,
            language: "en".to_string(),
            content_dir: SitePath::new("content"),
            out_dir: SitePath::new("site"),
            static_dir: None,
            overrides_dir: None,
            templates_dir: SitePath::new("templates"),
            assets_dir: SitePath::new("assets"),
            directory_urls: true,
            drafts: false,
            exclude: Globs::default(),
            draft_files: Globs::default(),
            not_in_nav: Globs::default(),
            nav: None,
            sections: Vec::new(),
            policies: Globs::new(["policies/**/*.{yaml,yml}"]).0,
            repo: None,
            social: Vec::new(),
            homepage: None,
            generator: true,
            map: true,
            cards: false,
            theme: Theme::default(),
            dialect: Dialect::default(),
            blog: None,
            tags: Some(TagPages::default()),
            feeds: Feeds { limit: 20, ..Feeds::default() },
            search: true,
            embeds: Embeds::default(),
            redirects: Vec::new(),
            checks: Checks::default(),
            extra: serde_json::Value::Object(serde_json::Map::new()),
        }
    }
}

impl Default for Checks {
    fn default() -> Checks {
        Checks {
            severities: BTreeMap::new(),
            fail_on: Severity::Error,
            baseline: None,
            max_unchecked: None,
            pages: Globs::default(),
            kubernetes: None,
            definitions: Globs::default(),
            ignored: Vec::new(),
            blocks: Vec::new(),
        }
    }
}

impl Default for Slugs {
    /// As Material's plugins have it: lower case, a dash for every space.
    fn default() -> Slugs {
        let slugger = Slugger::Pymdown { case: SlugCase::Lower, percent_encode: false };
        Slugs { slugger, separator: "-".to_string() }
    }
}

impl Blog {
    /// A blog in the folder `dir`, with the defaults of Material's plugin.
    pub fn new(dir: &str) -> Blog {
        let dir = SitePath::new(dir);
        Blog {
            posts_dir: dir.join("posts"),
            authors_file: dir.join(".authors.yml"),
            dir,
            post_url: "{date}/{slug}".to_string(),
            post_url_date: "yyyy/MM/dd".to_string(),
            post_url_categories: 1,
            post_slugs: Slugs::default(),
            post_date: "long".to_string(),
            archive: Some(Archive::default()),
            categories: Some(Categories::default()),
            author_url: None,
            per_page: Some(10),
            page_url: "page/{page}".to_string(),
            future_is_draft: false,
            words_per_minute: 265,
        }
    }
}

impl Default for Archive {
    fn default() -> Archive {
        Archive { title: "yyyy".to_string(), url: "archive/{date}".to_string(), url_date: "yyyy".to_string() }
    }
}

impl Default for Categories {
    fn default() -> Categories {
        Categories { url: "category/{slug}".to_string(), slugs: Slugs::default(), allowed: Vec::new() }
    }
}

impl Theme {
    /// Is the feature of this name switched on?
    pub fn has(&self, feature: &str) -> bool {
        self.features.binary_search_by(|own| own.as_str().cmp(feature)).is_ok()
    }
}
