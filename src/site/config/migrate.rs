//! From a `mkdocs.yml` to a `site.toml` that builds the same site.

use super::{Blog, Config, Embeds, Feed, FeedFormat, NavEntry, NavTarget, Scheme, Slugs};
use crate::diag::Diagnostic;
use crate::diag::codes::MKDOCS_SETTING;
use crate::markdown::{Dialect, Lacking, SlugCase, Slugger};
use crate::source::Globs;

/// What a migration gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The text of `site.toml`.
    pub toml: String,
    /// What is kept, what changes and what is dropped: one line each, in this order.
    pub report: Vec<String>,
}

/// The `site.toml` that says what `config`, read from a `mkdocs.yml`, says. `notes` are the diagnostics of that
/// reading: what they call meaningless is dropped.
pub fn migrate(config: &Config, notes: &[Diagnostic]) -> Migration {
    let mut out = Toml::default();
    site(&mut out, config);
    nav(&mut out, config);
    parts(&mut out, config);
    markdown(&mut out, &config.dialect);
    if let Some(blog) = &config.blog {
        write_blog(&mut out, blog);
    }
    tags_embeds_and_feeds(&mut out, config);
    checks_and_redirects(&mut out, config);
    Migration { toml: out.text, report: report(config, notes) }
}

/// TOML as it is written.
#[derive(Default)]
struct Toml {
    text: String,
    /// The header of a table, written before its first key.
    header: Option<String>,
}

impl Toml {
    fn table(&mut self, header: &str) {
        self.header = Some(header.to_string());
    }

    fn raw(&mut self, key: &str, value: &str) {
        if let Some(header) = self.header.take() {
            self.text.push_str(&format!("\n{header}\n"));
        }
        self.text.push_str(&format!("{key} = {value}\n"));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, &quoted(value));
    }

    fn some(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    /// A value that is not the default.
    fn differs(&mut self, key: &str, value: &str, default: &str) {
        self.some(key, Some(value).filter(|value| *value != default));
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.raw(key, &list(values));
        }
    }

    fn globs(&mut self, key: &str, globs: &Globs) {
        self.texts(key, globs.texts());
    }
}

/// A text as TOML writes it; one that `'…'` can hold without escapes is easier to read so.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", "))
}

fn site(out: &mut Toml, config: &Config) {
    let plain = Config::default();
    out.text("title", &config.title);
    out.some("url", config.url.as_deref());
    out.some("description", config.description.as_deref());
    out.some("author", config.author.as_deref());
    out.some("copyright", config.copyright.as_deref());
    out.differs("language", &config.language, &plain.language);
    out.differs("content_dir", config.content_dir.as_str(), plain.content_dir.as_str());
    out.differs("out_dir", config.out_dir.as_str(), plain.out_dir.as_str());
    out.some("static_dir", config.static_dir.as_ref().map(|dir| dir.as_str()));
    if !config.directory_urls {
        out.raw("directory_urls", "false");
    }
    out.globs("exclude", &config.exclude);
    out.globs("draft_files", &config.draft_files);
    out.globs("not_in_nav", &config.not_in_nav);
    out.some("homepage", config.homepage.as_deref());
    if !config.generator {
        out.raw("generator", "false");
    }
    if !config.map {
        out.raw("map", "false");
    }
    if config.cards {
        out.raw("cards", "true");
    }
    if !config.search {
        out.raw("search", "false");
    }
    if config.tags.is_none() {
        out.raw("tags", "false");
    }
}

fn nav(out: &mut Toml, config: &Config) {
    if let Some(nav) = &config.nav {
        out.raw("\nnav", &nav_list(nav, 1));
    }
}

fn nav_list(entries: &[NavEntry], depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let lines: String =
        entries.iter().map(|entry| format!("{indent}{},\n", nav_entry(entry, depth))).collect();
    format!("[\n{lines}{}]", "  ".repeat(depth - 1))
}

fn nav_entry(entry: &NavEntry, depth: usize) -> String {
    let target = match &entry.target {
        NavTarget::Page(path) => quoted(path),
        NavTarget::Url(url) => quoted(url),
        NavTarget::Section(entries) => nav_list(entries, depth + 1),
    };
    match &entry.title {
        Some(title) => format!("{{ {} = {target} }}", quoted(title)),
        None => target,
    }
}

/// Repository, social links, theme, and values for templates.
fn parts(out: &mut Toml, config: &Config) {
    if let Some(repo) = &config.repo {
        out.table("[repo]");
        out.text("url", &repo.url);
        out.text("name", &repo.name);
        out.some("edit", repo.edit.as_deref());
    }
    let theme = &config.theme;
    out.table("[theme]");
    out.some("primary", theme.primary.as_deref());
    out.some("accent", theme.accent.as_deref());
    match theme.scheme {
        Scheme::Auto => {}
        Scheme::Light => out.text("scheme", "light"),
        Scheme::Dark => out.text("scheme", "dark"),
    }
    out.some("font", theme.font.as_deref());
    out.some("code_font", theme.code_font.as_deref());
    out.some("logo", theme.logo.as_deref());
    out.some("logo_icon", theme.logo_icon.as_deref());
    out.some("favicon", theme.favicon.as_deref());
    out.some("repo_icon", theme.repo_icon.as_deref());
    out.texts("css", &theme.css);
    if !theme.scripts.is_empty() {
        let scripts: Vec<String> = theme.scripts.iter().map(script).collect();
        out.raw("scripts", &format!("[{}]", scripts.join(", ")));
    }
    out.raw("features", &list(&theme.features));
    for social in &config.social {
        out.table("[[social]]");
        out.text("icon", &social.icon);
        out.text("link", &social.link);
        out.text("name", &social.name);
    }
    extra(out, config);
}

fn script(script: &super::Script) -> String {
    let mut parts = vec![format!("path = {}", quoted(&script.path))];
    let flags = [
        ("type = \"module\"", script.module),
        ("async = true", script.is_async),
        ("defer = true", script.is_deferred),
    ];
    parts.extend(flags.into_iter().filter(|(_, on)| *on).map(|(text, _)| text.to_string()));
    format!("{{ {} }}", parts.join(", "))
}

/// What templates may read, without what has a key of its own.
fn extra(out: &mut Toml, config: &Config) {
    let Some(extra) = config.extra.as_object() else { return };
    out.table("[extra]");
    for (key, value) in
        extra.iter().filter(|(key, _)| !matches!(key.as_str(), "social" | "homepage" | "generator"))
    {
        if let Ok(value) = toml::Value::try_from(value) {
            out.raw(&quoted(key), &value.to_string());
        }
    }
}

fn markdown(out: &mut Toml, dialect: &Dialect) {
    let plain = Dialect::default();
    out.table("[markdown]");
    if dialect.slugger != plain.slugger {
        out.text("ids", slugger_word(dialect.slugger));
    }
    out.differs("id_separator", &dialect.separator, &plain.separator);
    match &dialect.permalink.text {
        None => out.raw("permalink", "false"),
        Some(text) => out.differs("permalink", text, plain.permalink.text.as_deref().unwrap_or_default()),
    }
    out.differs("permalink_title", &dialect.permalink.title, &plain.permalink.title);
    if dialect.toc_depth != plain.toc_depth {
        out.raw("toc_depth", &dialect.toc_depth.to_string());
    }
    let paths = |paths: &[crate::source::SitePath]| {
        paths.iter().map(|path| path.as_str().to_string()).collect::<Vec<_>>()
    };
    if dialect.include_paths != plain.include_paths {
        out.raw("include_paths", &list(&paths(&dialect.include_paths)));
    }
    out.texts("append", &paths(&dialect.auto_append));
    for (key, on, default) in [
        ("link_bare_urls", dialect.link_bare_urls, plain.link_bare_urls),
        ("annotate_code", dialect.annotate_code, plain.annotate_code),
        ("diagrams", dialect.diagrams, plain.diagrams),
        ("newline_breaks", dialect.newline_breaks, plain.newline_breaks),
    ] {
        if on != default {
            out.raw(key, &on.to_string());
        }
    }
    let fences: Vec<String> = dialect
        .custom_fences
        .iter()
        .filter(|fence| !plain.custom_fences.contains(fence))
        .map(|(name, class)| format!("{} = {}", quoted(name), quoted(class)))
        .collect();
    if !fences.is_empty() {
        out.raw("fences", &format!("{{ {} }}", fences.join(", ")));
    }
}

/// The word that `ids` takes; the nearest one where there is none of its own.
fn slugger_word(slugger: Slugger) -> &'static str {
    match slugger {
        Slugger::Toc => "collapse",
        Slugger::TocUnicode => "collapse-unicode",
        Slugger::GitHub => "github",
        Slugger::Pymdown { case: SlugCase::Lower, percent_encode: false } => "pymdown",
        Slugger::Pymdown { case: SlugCase::Keep, percent_encode: false } => "pymdown-cased",
        Slugger::Pymdown { case: SlugCase::LowerAscii, percent_encode: false } => "pymdown-ascii",
        Slugger::Pymdown { case: SlugCase::Fold, percent_encode: false } => "pymdown-fold",
        Slugger::Pymdown { percent_encode: true, .. } => "pymdown-encoded",
    }
}

fn write_blog(out: &mut Toml, blog: &Blog) {
    let plain = Blog::new(blog.dir.as_str());
    out.table("[blog]");
    out.text("dir", blog.dir.as_str());
    out.differs("posts_dir", blog.posts_dir.as_str(), plain.posts_dir.as_str());
    out.differs("authors_file", blog.authors_file.as_str(), plain.authors_file.as_str());
    out.differs("post_url", &blog.post_url, &plain.post_url);
    out.differs("post_url_date", &blog.post_url_date, &plain.post_url_date);
    if blog.post_url_categories != plain.post_url_categories {
        out.raw("post_url_categories", &blog.post_url_categories.to_string());
    }
    out.differs("post_date", &blog.post_date, &plain.post_date);
    let default = super::Archive::default();
    match &blog.archive {
        None => out.raw("archive", "false"),
        Some(archive) => {
            out.differs("archive_title", &archive.title, &default.title);
            out.differs("archive_url", &archive.url, &default.url);
            out.differs("archive_url_date", &archive.url_date, &default.url_date);
        }
    }
    match &blog.categories {
        None => out.raw("category_pages", "false"),
        Some(categories) => {
            out.differs("category_url", &categories.url, &super::Categories::default().url);
            out.texts("categories", &categories.allowed);
        }
    }
    out.some("author_url", blog.author_url.as_deref());
    if blog.per_page != plain.per_page {
        out.raw("per_page", &blog.per_page.unwrap_or(0).to_string());
    }
    out.differs("page_url", &blog.page_url, &plain.page_url);
    if blog.future_is_draft {
        out.raw("future_is_draft", "true");
    }
    if blog.words_per_minute != plain.words_per_minute {
        out.raw("words_per_minute", &blog.words_per_minute.to_string());
    }
}

fn tags_embeds_and_feeds(out: &mut Toml, config: &Config) {
    if let Some(tags) = &config.tags {
        out.table("[tags]");
        out.some("page", tags.page.as_ref().map(|page| page.as_str()));
        out.texts("allowed", &tags.allowed);
    }
    let embeds = Embeds::WORDS.iter().find(|(_, blocks)| *blocks == config.embeds);
    if let Some((word, _)) = embeds.filter(|(_, blocks)| *blocks != Embeds::default()) {
        out.table("[embeds]");
        out.text("blocks", word);
    }
    if config.feeds.feeds.is_empty() {
        return;
    }
    out.table("[feeds]");
    out.raw("limit", &config.feeds.limit.to_string());
    out.globs("pages", &config.feeds.pages);
    for feed in &config.feeds.feeds {
        out.table("[[feeds.feed]]");
        write_feed(out, feed);
    }
}

fn write_feed(out: &mut Toml, feed: &Feed) {
    out.text("url", feed.url.as_str());
    out.text(
        "format",
        match feed.format {
            FeedFormat::Rss => "rss",
            FeedFormat::Atom => "atom",
            FeedFormat::Json => "json",
        },
    );
    if feed.by_update {
        out.raw("by_update", "true");
    }
}

fn checks_and_redirects(out: &mut Toml, config: &Config) {
    out.table("[check]");
    if config.checks.fail_on != super::Checks::default().fail_on {
        out.text("fail_on", config.checks.fail_on.word());
    }
    out.table("[check.severity]");
    for (code, severity) in &config.checks.severities {
        out.text(code, severity.map_or("off", crate::diag::Severity::word));
    }
    out.table("[redirects]");
    for rule in &config.redirects {
        out.raw(&quoted(&rule.from), &quoted(&rule.to));
    }
    out.header = None;
}

fn report(config: &Config, notes: &[Diagnostic]) -> Vec<String> {
    let mut lines = vec![
        "kept: the URL of every page".to_string(),
        format!(
            "kept: the ids of headings (ids = \"{}\", id_separator = \"{}\")",
            slugger_word(config.dialect.slugger),
            config.dialect.separator
        ),
    ];
    if !config.redirects.is_empty() {
        lines.push(format!("kept: {} redirects", config.redirects.len()));
    }
    lines.extend(config.feeds.feeds.iter().map(|feed| format!("kept: the feed at {}", feed.url)));
    lines.extend(changes(config).into_iter().map(|line| format!("changed: {line}")));
    for note in notes.iter().filter(|note| note.code == &MKDOCS_SETTING) {
        let help = note.help.first().map(|help| format!(". {help}")).unwrap_or_default();
        lines.push(format!("dropped: {}{help}", note.message));
    }
    lines
}

fn changes(config: &Config) -> Vec<String> {
    let mut lines: Vec<String> = config
        .dialect
        .mkdocs_lacks
        .iter()
        .map(|lacking| {
            let what = match lacking {
                Lacking::TaskLists => "task lists (`- [ ]`)",
                Lacking::Tabs => "content tabs (`===`)",
                Lacking::Details => "collapsible blocks (`???`)",
                Lacking::Footnotes => "footnotes (`[^1]`)",
            };
            format!("{what} are drawn; the extension for them was off")
        })
        .collect();
    if let Some(folder) = &config.static_dir {
        lines.push(format!("every file of `{folder}/` is copied; delete the templates in it"));
    }
    if config.nav.is_none() {
        lines.push("a folder is called as its index page is titled, not by its own name".to_string());
    }
    if let Some(folder) = &config.overrides_dir {
        lines.push(format!(
            "comments below pages: copy `{folder}/partials/comments.html`, if there is one, to `templates/`"
        ));
    }
    if matches!(config.dialect.slugger, Slugger::Pymdown { case, percent_encode: true } if case != SlugCase::Lower)
    {
        lines.push("ids of headings are in lower case; this slugifier has no word of its own".to_string());
    }
    let own_slugs = |slugs: &Slugs| *slugs != Slugs::default();
    let posts = config.blog.as_ref().is_some_and(|blog| own_slugs(&blog.post_slugs));
    let categories = config.blog.as_ref().and_then(|blog| blog.categories.as_ref());
    if posts || categories.is_some_and(|categories| own_slugs(&categories.slugs)) {
        lines.push("posts and categories have slugs in lower case with dashes; give a post its `slug` to keep its URL".to_string());
    }
    if config.tags.as_ref().is_some_and(|tags| own_slugs(&tags.slugs)) {
        lines.push("ids on the page of tags are in lower case with dashes".to_string());
    }
    lines
}
