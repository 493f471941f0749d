//! `site.toml`: runproof's own configuration.
//!
//! Every key is optional; one that is not known is an error. Paths are below the folder of `site.toml`, files
//! of the site below its content folder.
//!
//! | key | takes | default | what it says |
//! |---|---|---|---|
//! | `title` | text | `"Documentation"` | the name of the site |
//! | `url` | address | - | where the site is served; feeds, the sitemap and canonical links need it |
//! | `description`, `author` | text | - | for search engines and feeds |
//! | `copyright` | HTML | - | the line at the foot of each page |
//! | `language` | tag | `"en"` | the language of the pages |
//! | `content_dir` | folder | `"content"` | pages and the files beside them |
//! | `out_dir` | folder | `"site"` | what `build` writes |
//! | `static_dir` | folder | - | files that are copied to the root of the site as they are |
//! | `templates_dir` | folder | `"templates"` | templates that stand in for those of the theme |
//! | `assets_dir` | folder | `"assets"` | style sheets and scripts that stand in for those of the theme |
//! | `directory_urls` | flag | `true` | `a/b.md` is at `a/b/`; otherwise at `a/b.html` |
//! | `drafts` | flag | `false` | show pages with `draft: true` |
//! | `exclude` | globs | none | files of the content folder that are not part of the site |
//! | `draft_files` | globs | none | pages that are drafts without saying so |
//! | `not_in_nav` | globs | none | pages that need not stand in the navigation |
//! | `nav` | list | the folders | `"page.md"`, `{ Title = "page.md" }`, `{ Title = "https://…" }`, `{ Title = [ … ] }` |
//! | `sections` | names | by name | folders at the top in the order in which the navigation shows them |
//! | `policies` | globs | `"policies/**/*.{yaml,yml}"` | policy files |
//! | `search` | flag | `true` | offer a search |
//! | `homepage` | address | - | where the logo leads instead of to the first page |
//! | `generator` | flag | `true` | say which program made the site |
//! | `map` | flag | `true` | have a page that shows which pages name each other as related |
//! | `cards` | flag | `false` | draw a picture for each page that stands for it where its address is shared |
//! | `tags` | table or `false` | on | see below |
//! | `extra` | table | - | values for templates |
//!
//! `[repo]`: `url`; `name` (default: its last two parts); `edit`, the address of a page's source with `{path}`
//! for its file, in full or below `url`.
//!
//! `[[social]]`: `icon` of the theme, `link`, `name`.
//!
//! `[theme]`: `primary` and `accent` (a name such as `indigo`, or `#rrggbb`); `scheme` (`auto`, `light`, `dark`);
//! `font` and `code_font` (names of fonts, as CSS has them); `logo` and `favicon` (files or addresses); `logo_icon` and `repo_icon` (icons of the theme); `css` (files or
//! addresses); `scripts` (the same, or tables of `path`, `type`, `async`, `defer`); `features` (names as Material
//! has them; they take the place of the default ones).
//!
//! `[markdown]`: `ids`, how headings get theirs (`collapse`, `collapse-unicode`, `pymdown`, `pymdown-cased`,
//! `pymdown-ascii`, `pymdown-fold`, `pymdown-encoded`, `github`; default `collapse`); `id_separator` (`-`);
//! `permalink` (a mark, or `false`); `permalink_title`; `toc_depth` (3); `include_paths`, folders of includes
//! (the root); `append`, files appended to every page; `link_bare_urls` (`true`); `annotate_code` (`true`);
//! `diagrams`, whether `mermaid` fences are drawn (`true`); `newline_breaks` (`false`); `related_headings`, below which a list names related pages; `fences`, a table of
//! languages that are not highlighted and the class they get.
//!
//! `[blog]`, which switches the blog on: `dir` (`"blog"`); `posts_dir` and `authors_file` (inside of it);
//! `post_url` (`"{date}/{slug}"`; also `{file}`, `{categories}`); `post_url_date` (`"yyyy/MM/dd"`);
//! `post_url_categories` (1); `post_date` (`"long"`); `archive` (`true`); `archive_by` (`year` or `month`);
//! `archive_title`, `archive_url`, `archive_url_date`; `category_pages` (`true`); `category_url`
//! (`"category/{slug}"`); `categories`, those that may be used; `author_url` (`"author/{slug}"`; without it authors
//! have no pages); `per_page` (10; 0 for all); `page_url` (`"page/{page}"`); `future_is_draft` (`false`);
//! `words_per_minute` (265).
//!
//! `[tags]`: `page`, the page that lists them; `page_per_tag` (`false`); `allowed`, those that may be used.
//!
//! `[feeds]`: `formats` (`rss`, `atom`, `json`); `limit` (20); `pages` (globs; the posts); and `[[feeds.feed]]` with
//! `format`, `url`, `by_update`.
//!
//! `[embeds]`: `blocks`, which blocks get a text file, a record and a page for other sites: `none`, `named` (those with an
//! id of their author's), `claims` (the default: those, and those that claim something), `all` (commands, manifests
//! and policies too).
//!
//! `[redirects]`: `"old.md" = "new.md"`; also `"old.md#part"`, URLs such as `"old/"`, and addresses as targets.
//!
//! `[check]`: `fail_on` (`error`; also `warning`, `note`); `baseline`, a file of findings accepted for now;
//! `max_unchecked`, how many claims may be not checkable; `pages`, globs of the pages whose code blocks and claims are checked (all); `kubernetes`, the version that the site is about
//! (the newest known); `definitions`, globs of custom resource definitions; `[check.severity]` with `code = "off"`,
//! `"note"`, `"warning"` or `"error"`; `[check.blocks]` with what directives set, for every block; `[[check.ignore]]` with `code`, `files` (globs below the root) and `reason`.

use super::reader::{Reader, Table};
use super::{
    Archive, BlockSetting, Blog, Categories, Checks, Config, Embeds, Feed, FeedFormat, Feeds, Ignored,
    NavEntry, NavTarget, RedirectRule, Repo, Scheme, Script, Slugs, SocialLink, TagPages, Theme,
};
use crate::diag::codes::{self, CONFIG};
use crate::diag::{Severity, codes::by_name};
use crate::markdown::{Dialect, SlugCase, Slugger};
use crate::source::UrlPath;
use crate::source::yaml::{Entry, Node, Value};

/// The features of a site that does not name its own.
const FEATURES: [&str; 9] = [
    "content.code.annotate",
    "content.code.copy",
    "content.tabs.link",
    "navigation.footer",
    "navigation.indexes",
    "navigation.instant",
    "navigation.path",
    "navigation.tabs",
    "search.highlight",
];

/// The words for formats of feeds.
const FORMATS: [(&str, FeedFormat); 3] =
    [("rss", FeedFormat::Rss), ("atom", FeedFormat::Atom), ("json", FeedFormat::Json)];

pub(super) fn read(reader: &Reader) -> Config {
    let (top, plain) = (reader.root(), Config::default());
    let config = Config {
        file: None,
        title: top.text("title").unwrap_or(plain.title),
        url: top.text("url").map(with_slash),
        description: top.text("description"),
        author: top.text("author"),
        copyright: top.text("copyright"),
        language: top.text("language").unwrap_or(plain.language),
        content_dir: top.path("content_dir").unwrap_or(plain.content_dir),
        out_dir: top.path("out_dir").unwrap_or(plain.out_dir),
        static_dir: top.path("static_dir"),
        overrides_dir: None,
        templates_dir: top.path("templates_dir").unwrap_or(plain.templates_dir),
        assets_dir: top.path("assets_dir").unwrap_or(plain.assets_dir),
        directory_urls: top.flag("directory_urls").unwrap_or(true),
        drafts: top.flag("drafts").unwrap_or(false),
        exclude: top.globs("exclude").unwrap_or_default(),
        draft_files: top.globs("draft_files").unwrap_or_default(),
        not_in_nav: top.globs("not_in_nav").unwrap_or_default(),
        nav: top.node("nav").map(|node| nav(reader, node)),
        sections: top.texts("sections").unwrap_or_default(),
        policies: top.globs("policies").unwrap_or(plain.policies),
        repo: top.table("repo").and_then(|table| repo(&table)),
        social: top.tables("social").iter().filter_map(social).collect(),
        homepage: top.text("homepage"),
        generator: top.flag("generator").unwrap_or(true),
        map: top.flag("map").unwrap_or(true),
        cards: cards(&top, top.node("url").is_some()),
        theme: theme(top.table("theme")),
        dialect: top.table("markdown").map(|table| dialect(&table)).unwrap_or_default(),
        blog: top.table("blog").map(|table| blog(&table)),
        tags: tags(&top),
        feeds: top.table("feeds").map(|table| feeds(&table)).unwrap_or(plain.feeds),
        search: top.flag("search").unwrap_or(true),
        embeds: top.table("embeds").map(|table| embeds(&table)).unwrap_or_default(),
        redirects: top.node("redirects").map(|node| redirects(reader, node)).unwrap_or_default(),
        checks: top.table("check").map(|table| checks(&table)).unwrap_or_default(),
        extra: top.node("extra").map_or(plain.extra, Node::to_json),
    };
    top.no_more();
    config
}

/// `cards`, for which those who show them need the whole address: `published` says whether there is one.
pub(super) fn cards(table: &Table<'_>, published: bool) -> bool {
    let wanted = table.flag("cards").unwrap_or(false);
    if let Some(node) = table.node("cards").filter(|_| wanted && !published) {
        let help = "say where the site is served: `url` in site.toml, `site_url` in mkdocs.yml";
        table.reader.say(&CONFIG, node, "`cards` needs the address of the site", help);
    }
    wanted
}

/// `[embeds]`: `blocks`.
pub(super) fn embeds(table: &Table<'_>) -> Embeds {
    let blocks = table.choice("blocks", &Embeds::WORDS);
    table.no_more();
    blocks.unwrap_or_default()
}

/// An address with a slash at its end.
pub(super) fn with_slash(url: String) -> String {
    if url.ends_with('/') { url } else { url + "/" }
}

/// The entries of a navigation: `"page.md"`, `{ Title = "page.md" }`, `{ Title = "https://…" }` or
/// `{ Title = [ … ] }`. MkDocs writes the same in YAML.
pub(super) fn nav(reader: &Reader, node: &Node) -> Vec<NavEntry> {
    if !node.is_sequence() {
        reader.wrong(node, "nav", "a list of pages and sections");
    }
    node.items().iter().flat_map(|item| nav_item(reader, item)).collect()
}

fn nav_item(reader: &Reader, item: &Node) -> Vec<NavEntry> {
    let titled = |title: Option<String>, node: &Node| {
        let span = reader.span(&node.span);
        let target = match &node.value {
            Value::Sequence(_) => NavTarget::Section(nav(reader, node)),
            Value::Scalar(scalar) if is_address(&scalar.text) => NavTarget::Url(scalar.text.clone()),
            Value::Scalar(scalar) if !node.is_null() => NavTarget::Page(scalar.text.clone()),
            _ => {
                reader.wrong(node, "nav", "a file, an address, or a list of them");
                return None;
            }
        };
        Some(NavEntry { title, target, span })
    };
    match &item.value {
        Value::Mapping(entries) => entries
            .iter()
            .filter_map(|entry| titled(entry.key.as_str().map(str::to_string), &entry.value))
            .collect(),
        _ => titled(None, item).into_iter().collect(),
    }
}

/// Does this lead out of the site, or to a place on it that is no source file?
fn is_address(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_scheme =
        scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    is_scheme || text.starts_with("//") || text.starts_with('#')
}

/// `[repo]`: `url`, `name`, and `edit`, the address of a page's source with `{path}` in it.
fn repo(table: &Table<'_>) -> Option<Repo> {
    let url = table.text("url");
    let name = table.text("name");
    let edit = table.text("edit");
    table.no_more();
    let Some(url) = url else {
        table.reader.wrong(table.node, "repo", "a `url`");
        return None;
    };
    let edit = edit.map(|edit| edit_address(&url, &edit));
    Some(Repo { name: name.unwrap_or_else(|| last_parts(&url)), url, edit })
}

/// An edit address in full: `edit` may be relative to the repository, and may lack its `{path}`.
pub(super) fn edit_address(url: &str, edit: &str) -> String {
    let base = url.trim_end_matches('/');
    let full = match is_address(edit) {
        true => edit.to_string(),
        false if edit.starts_with(['?', '#']) => format!("{base}{edit}"),
        false => format!("{base}/{}", edit.trim_start_matches('/')),
    };
    match full.contains("{path}") {
        true => full,
        false if full.ends_with(['/', '=', '?', '#']) => full + "{path}",
        false => full + "/{path}",
    }
}

/// `owner/name` of a repository's address.
pub(super) fn last_parts(url: &str) -> String {
    let parts: Vec<&str> = url.trim_end_matches('/').rsplit('/').take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

/// `[[social]]`: `icon`, `link`, `name`.
pub(super) fn social(table: &Table<'_>) -> Option<SocialLink> {
    let (icon, link, name) = (table.icon("icon"), table.text("link"), table.text("name"));
    table.no_more();
    let Some(link) = link else {
        table.reader.wrong(table.node, "social", "a `link`");
        return None;
    };
    let host = link.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(&link).to_string();
    Some(SocialLink {
        icon: icon.unwrap_or_else(|| "material/link".to_string()),
        name: name.unwrap_or(host),
        link,
    })
}

/// `[theme]`
fn theme(table: Option<Table<'_>>) -> Theme {
    let mut theme = Theme { features: FEATURES.map(str::to_string).to_vec(), ..Theme::default() };
    let Some(table) = table else { return theme };
    let schemes = [("auto", Scheme::Auto), ("light", Scheme::Light), ("dark", Scheme::Dark)];
    theme.primary = table.text("primary");
    theme.accent = table.text("accent");
    theme.scheme = table.choice("scheme", &schemes).unwrap_or_default();
    theme.font = table.text("font");
    theme.code_font = table.text("code_font");
    theme.logo = table.text("logo");
    theme.logo_icon = table.icon("logo_icon");
    theme.repo_icon = table.icon("repo_icon");
    theme.favicon = table.text("favicon");
    theme.css = table.texts("css").unwrap_or_default();
    theme.scripts = scripts(&table, "scripts");
    theme.features = table.texts("features").unwrap_or(theme.features);
    theme.features.sort();
    theme.features.dedup();
    table.no_more();
    theme
}

/// Scripts: a path, or a table of `path`, `type`, `async` and `defer`.
pub(super) fn scripts(table: &Table<'_>, key: &'static str) -> Vec<Script> {
    let nodes = table.node(key).map(Node::one_or_many).unwrap_or_default();
    nodes.into_iter().filter_map(|node| script(table.reader, node, key)).collect()
}

fn script(reader: &Reader, node: &Node, key: &str) -> Option<Script> {
    if let Some(path) = node.as_str() {
        let module = path.ends_with(".mjs");
        return Some(Script { path: path.to_string(), module, is_async: false, is_deferred: false });
    }
    let table = reader.table(node, key)?;
    let script = Script {
        path: table.text("path").unwrap_or_default(),
        module: table.text("type").is_some_and(|kind| kind == "module"),
        is_async: table.flag("async").unwrap_or(false),
        is_deferred: table.flag("defer").unwrap_or(false),
    };
    table.no_more();
    (!script.path.is_empty()).then_some(script)
}

/// `[markdown]`
fn dialect(table: &Table<'_>) -> Dialect {
    let mut dialect = Dialect::default();
    let pymdown = |case, percent_encode| Slugger::Pymdown { case, percent_encode };
    let sluggers = [
        ("collapse", Slugger::Toc),
        ("collapse-unicode", Slugger::TocUnicode),
        ("pymdown", pymdown(SlugCase::Lower, false)),
        ("pymdown-cased", pymdown(SlugCase::Keep, false)),
        ("pymdown-ascii", pymdown(SlugCase::LowerAscii, false)),
        ("pymdown-fold", pymdown(SlugCase::Fold, false)),
        ("pymdown-encoded", pymdown(SlugCase::Lower, true)),
        ("github", Slugger::GitHub),
    ];
    if let Some(slugger) = table.choice("ids", &sluggers) {
        dialect.slugger = slugger;
    }
    set(&mut dialect.separator, table.text("id_separator"));
    if let Some(mark) = table.node("permalink") {
        dialect.permalink.text = permalink(mark);
    }
    set(&mut dialect.permalink.title, table.text("permalink_title"));
    let depth = table.number("toc_depth").map(|depth| u8::try_from(depth.clamp(1, 6)).unwrap_or(6));
    set(&mut dialect.toc_depth, depth);
    let paths = |key| table.texts(key).map(|paths| paths.iter().map(crate::source::SitePath::new).collect());
    set(&mut dialect.include_paths, paths("include_paths"));
    set(&mut dialect.auto_append, paths("append"));
    set(&mut dialect.link_bare_urls, table.flag("link_bare_urls"));
    set(&mut dialect.annotate_code, table.flag("annotate_code"));
    set(&mut dialect.diagrams, table.flag("diagrams"));
    set(&mut dialect.newline_breaks, table.flag("newline_breaks"));
    set(&mut dialect.related_headings, table.texts("related_headings"));
    for entry in table.node("fences").map(Node::entries).unwrap_or_default() {
        if let (Some(name), Some(class)) = (entry.key.as_str(), entry.value.as_str()) {
            dialect.custom_fences.retain(|(known, _)| known != name);
            dialect.custom_fences.push((name.to_string(), class.to_string()));
        }
    }
    table.no_more();
    dialect
}

/// The mark of a heading: `true` for the default one, `false` for none, or a text.
pub(super) fn permalink(node: &Node) -> Option<String> {
    match node.as_bool() {
        Some(true) => Some("¶".to_string()),
        Some(false) => None,
        None => node.as_str().map(str::to_string),
    }
}

pub(super) fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// `[blog]`
fn blog(table: &Table<'_>) -> Blog {
    let mut blog = Blog::new(&table.text("dir").unwrap_or_else(|| "blog".to_string()));
    set(&mut blog.posts_dir, table.path("posts_dir"));
    set(&mut blog.authors_file, table.path("authors_file"));
    set(&mut blog.post_url, table.text("post_url"));
    set(&mut blog.post_url_date, table.text("post_url_date"));
    set(&mut blog.post_url_categories, table.number("post_url_categories"));
    set(&mut blog.post_date, table.text("post_date"));
    let archive = archive(table);
    blog.archive = table.flag("archive").unwrap_or(true).then_some(archive);
    let categories = Categories {
        url: table.text("category_url").unwrap_or_else(|| Categories::default().url),
        allowed: table.texts("categories").unwrap_or_default(),
        ..Categories::default()
    };
    blog.categories = table.flag("category_pages").unwrap_or(true).then_some(categories);
    blog.author_url = table.text("author_url");
    set(&mut blog.page_url, table.text("page_url"));
    if let Some(count) = table.number("per_page") {
        blog.per_page = (count > 0).then_some(count);
    }
    set(&mut blog.future_is_draft, table.flag("future_is_draft"));
    set(&mut blog.words_per_minute, table.number("words_per_minute").filter(|words| *words > 0));
    table.no_more();
    blog
}

/// `archive_by = "year"` or `"month"`, and the parts of what that stands for.
fn archive(table: &Table<'_>) -> Archive {
    let month =
        Archive { title: "MMMM yyyy".to_string(), url_date: "yyyy/MM".to_string(), ..Archive::default() };
    let by = table.choice("archive_by", &[("year", Archive::default()), ("month", month)]);
    let mut archive = by.unwrap_or_default();
    set(&mut archive.title, table.text("archive_title"));
    set(&mut archive.url, table.text("archive_url"));
    set(&mut archive.url_date, table.text("archive_url_date"));
    archive
}

/// `[tags]`, or `tags = false`.
fn tags(top: &Table<'_>) -> Option<TagPages> {
    let Some(node) = top.node("tags") else { return Some(TagPages::default()) };
    if let Some(on) = node.as_bool() {
        return on.then(TagPages::default);
    }
    let table = top.table("tags")?;
    let tags = TagPages {
        page: table.path("page"),
        page_per_tag: table.flag("page_per_tag").unwrap_or(false),
        slugs: Slugs::default(),
        allowed: table.texts("allowed").unwrap_or_default(),
    };
    table.no_more();
    Some(tags)
}

/// `[feeds]`
fn feeds(table: &Table<'_>) -> Feeds {
    let mut feeds = Feeds { limit: table.number("limit").unwrap_or(20), ..Feeds::default() };
    for format in table.texts("formats").unwrap_or_default() {
        match FORMATS.iter().find(|(word, _)| *word == format) {
            Some((_, format)) => {
                feeds.feeds.push(Feed { url: feed_url(*format), format: *format, by_update: false })
            }
            None => table.reader.wrong(table.node, "feeds.formats", "`rss`, `atom` and `json`"),
        }
    }
    feeds.feeds.extend(table.tables("feed").iter().filter_map(feed));
    feeds.pages = table.globs("pages").unwrap_or_default();
    table.no_more();
    feeds
}

/// `[[feeds.feed]]`: `format`, `url`, `by_update`.
fn feed(table: &Table<'_>) -> Option<Feed> {
    let (format, url) = (table.choice("format", &FORMATS), table.text("url"));
    let by_update = table.flag("by_update").unwrap_or(false);
    table.no_more();
    let format = format?;
    Some(Feed { url: url.map_or_else(|| feed_url(format), UrlPath::new), format, by_update })
}

fn feed_url(format: FeedFormat) -> UrlPath {
    UrlPath::new(match format {
        FeedFormat::Rss => "feed.xml",
        FeedFormat::Atom => "atom.xml",
        FeedFormat::Json => "feed.json",
    })
}

/// `[redirects]`: the page that is gone, and the page or address that took its place.
pub(super) fn redirects(reader: &Reader, node: &Node) -> Vec<RedirectRule> {
    let rule = |entry: &crate::source::yaml::Entry| match (entry.key.as_str(), entry.value.as_str()) {
        (Some(from), Some(to)) => Some(RedirectRule {
            from: from.to_string(),
            to: to.to_string(),
            span: reader.span(&entry.value.span),
        }),
        _ => {
            reader.wrong(&entry.value, "redirects", "a page or an address for each page that is gone");
            None
        }
    };
    node.entries().iter().filter_map(rule).collect()
}

/// `[check]`
fn checks(table: &Table<'_>) -> Checks {
    let mut checks = Checks::default();
    let levels = levels();
    set(
        &mut checks.fail_on,
        table.choice(
            "fail_on",
            &levels[1..].iter().filter_map(|(word, level)| Some((*word, (*level)?))).collect::<Vec<_>>(),
        ),
    );
    checks.baseline = table.path("baseline");
    checks.max_unchecked = table.number("max_unchecked");
    checks.pages = table.globs("pages").unwrap_or_default();
    checks.definitions = table.globs("definitions").unwrap_or_default();
    if let (Some(node), Some(text)) = (table.node("kubernetes"), table.text("kubernetes")) {
        checks.kubernetes = Some((text, Some(table.reader.span(&node.span))));
    }
    for entry in table.node("severity").map(Node::entries).unwrap_or_default() {
        let Some(code) = code(table.reader, &entry.key) else { continue };
        match levels.iter().find(|(word, _)| entry.value.as_str() == Some(*word)) {
            Some((_, level)) => {
                checks.severities.insert(code, *level);
            }
            None => table.reader.wrong(&entry.value, code, "`off`, `note`, `warning` or `error`"),
        }
    }
    checks.blocks = table.table("blocks").map(|table| blocks(&table)).unwrap_or_default();
    checks.ignored = table.tables("ignore").iter().filter_map(ignored).collect();
    table.no_more();
    checks
}

/// The settings as they are written; what they mean is known where code blocks are.
fn blocks(table: &Table<'_>) -> Vec<BlockSetting> {
    let setting = |entry: &Entry| {
        let texts: Vec<&str> = entry.value.one_or_many().into_iter().filter_map(Node::as_str).collect();
        let (key_span, value_span) =
            (table.reader.span(&entry.key.span), table.reader.span(&entry.value.span));
        Some(BlockSetting {
            key: entry.key.as_str()?.to_string(),
            value: texts.join(","),
            key_span,
            value_span,
        })
    };
    table.rest().into_iter().filter_map(setting).collect()
}

fn levels() -> [(&'static str, Option<Severity>); 4] {
    [
        ("off", None),
        ("note", Some(Severity::Note)),
        ("warning", Some(Severity::Warning)),
        ("error", Some(Severity::Error)),
    ]
}

/// `[[check.ignore]]`: `code`, `files`, `reason`.
fn ignored(table: &Table<'_>) -> Option<Ignored> {
    let code = table.node("code").and_then(|node| code(table.reader, node));
    let (files, reason) = (table.globs("files").unwrap_or_default(), table.text("reason"));
    table.no_more();
    match (code, reason) {
        (Some(code), Some(reason)) => {
            Some(Ignored { code, files, reason, span: table.reader.span(&table.node.span) })
        }
        (_, None) => {
            table.reader.wrong(table.node, "check.ignore", "a `reason`");
            None
        }
        (None, _) => None,
    }
}

/// The code that a key names.
fn code(reader: &Reader, node: &Node) -> Option<&'static str> {
    let name = node.as_str().unwrap_or_default();
    if let Some(code) = by_name(name) {
        return Some(code.name);
    }
    let near = crate::diag::nearest(name, codes::ALL.iter().map(|code| code.name));
    let help = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
    reader.say(&CONFIG, node, format!("there is no check `{name}`"), &help);
    None
}
