//! `plugins` of a `mkdocs.yml`: those whose work runproof does itself, and a word about each of the others.

use super::extensions::slugger;
use super::reader::{Reader, Table};
use super::site_toml::{redirects, set};
use super::{Archive, Blog, Categories, Config, Feed, FeedFormat, Feeds, Slugs, TagPages};
use crate::diag::codes::MKDOCS_SETTING;
use crate::source::UrlPath;
use crate::source::yaml::{Node, Value};

/// What happens instead of a plugin that is not needed or not known.
const INSTEAD: [(&str, &str); 24] = [
    ("autorefs", "Link to pages and headings by their file."),
    ("awesome-pages", "Order pages with `weight` in their front matter, or with `nav`."),
    ("awesome-nav", "Order pages with `weight` in their front matter, or with `nav`."),
    ("exclude", "Name the files in `exclude_docs`."),
    ("gen-files", "No program runs in a build; write the pages before it."),
    ("git-authors", "Authors of a page are not shown."),
    ("git-committers", "Authors of a page are not shown."),
    ("git-revision-date", "The last change of a page is read from git."),
    ("git-revision-date-localized", "The last change of a page is read from git."),
    ("glightbox", "Images are shown as they stand."),
    ("include-markdown", "Use `--8<--` includes."),
    ("literate-nav", "Write the navigation in `nav`."),
    ("macros", "Templates in pages stay as they are written."),
    ("mermaid2", "Mermaid diagrams are drawn by the build."),
    ("mike", "Versions of a site are not made; build each into its own folder."),
    ("minify", "Pages are always minified."),
    ("mkdocstrings", "No program is read for its documentation."),
    ("monorepo", "Pages come from one content folder."),
    ("offline", "Pages load nothing from elsewhere, with or without it."),
    ("optimize", "Images are copied as they are."),
    ("print-site", "Print a page from the browser."),
    ("privacy", "Pages load nothing from elsewhere, with or without it."),
    ("section-index", "An `index.md` is always the page of its section."),
    (
        "social",
        "Write `runproof: {cards: true}` below `extra`, and each page gets a card; a page may name an `image` of its own.",
    ),
];

pub(super) fn read(reader: &Reader, node: Option<&Node>, config: &mut Config) {
    let listed = node.map(|node| listed(reader, node)).unwrap_or_default();
    config.search = node.is_none() || listed.iter().any(|(name, _, _)| name == "search");
    config.tags = None;
    for (name, place, options) in listed {
        let table =
            options.filter(|options| options.is_mapping()).and_then(|options| reader.table(options, &name));
        if table.as_ref().and_then(|table| table.flag("enabled")) == Some(false) {
            continue;
        }
        match name.as_str() {
            "search" | "meta" => {}
            "social" if config.cards => {}
            "tags" => config.tags = Some(table.map(|table| tags(&table)).unwrap_or_default()),
            "blog" => config.blog = Some(table.map_or_else(|| Blog::new("blog"), |table| blog(&table))),
            "rss" => config.feeds = feeds(table.as_ref()),
            "redirects" => {
                let maps = table.as_ref().and_then(|table| table.node("redirect_maps"));
                config.redirects = maps.map(|maps| redirects(reader, maps)).unwrap_or_default();
            }
            _ => tell(reader, &name, place),
        }
    }
}

type Plugin<'a> = (String, &'a Node, Option<&'a Node>);

/// Names with the place and the options, from a list or a mapping; `material/blog` is `blog`.
fn listed<'a>(reader: &Reader, node: &'a Node) -> Vec<Plugin<'a>> {
    let short = |name: &str| name.trim_start_matches("material/").to_string();
    let one = |item: &'a Node| -> Vec<Plugin<'a>> {
        match &item.value {
            Value::Scalar(scalar) => vec![(short(&scalar.text), item, None)],
            Value::Mapping(entries) => entries
                .iter()
                .filter_map(|entry| Some((short(entry.key.as_str()?), &entry.key, Some(&entry.value))))
                .collect(),
            Value::Sequence(_) => {
                reader.wrong(item, "plugins", "names, each with its options");
                Vec::new()
            }
        }
    };
    match &node.value {
        Value::Sequence(items) => items.iter().flat_map(one).collect(),
        _ => one(node),
    }
}

fn tell(reader: &Reader, name: &str, place: &Node) {
    let instead = INSTEAD.iter().find(|(known, _)| *known == name);
    let help = instead.map_or("It is not run; the site is built without what it adds.", |(_, help)| *help);
    reader.say(&MKDOCS_SETTING, place, format!("the plugin `{name}` has no meaning here"), help);
}

fn tags(table: &Table<'_>) -> TagPages {
    TagPages {
        page: table.path("tags_file"),
        page_per_tag: false,
        slugs: slugs(table, "tags_slugify", "tags_slugify_separator"),
        allowed: table.texts("tags_allowed").unwrap_or_default(),
    }
}

fn slugs(table: &Table<'_>, slugify: &'static str, separator: &'static str) -> Slugs {
    let mut slugs = Slugs::default();
    set(&mut slugs.slugger, table.node(slugify).and_then(slugger));
    set(&mut slugs.separator, table.node(separator).and_then(Node::as_str).map(str::to_string));
    slugs
}

fn blog(table: &Table<'_>) -> Blog {
    let dir = table.node("blog_dir").and_then(Node::as_str).unwrap_or("blog");
    let mut blog = Blog::new(dir);
    let below = |text: String| crate::source::SitePath::new(text.replace("{blog}", dir));
    set(&mut blog.posts_dir, table.text("post_dir").map(below));
    set(&mut blog.authors_file, table.text("authors_file").map(below));
    set(&mut blog.post_date, table.text("post_date_format"));
    set(&mut blog.post_url, table.text("post_url_format"));
    set(&mut blog.post_url_date, table.text("post_url_date_format"));
    set(&mut blog.post_url_categories, table.number("post_url_max_categories"));
    blog.post_slugs = slugs(table, "post_slugify", "post_slugify_separator");
    set(
        &mut blog.words_per_minute,
        table.number("post_readtime_words_per_minute").filter(|words| *words > 0),
    );
    set(&mut blog.future_is_draft, table.flag("draft_if_future_date"));
    blog.archive = table.flag("archive").unwrap_or(true).then(|| archive(table));
    blog.categories = table.flag("categories").unwrap_or(true).then(|| categories(table));
    if table.flag("authors_profiles").unwrap_or(false) {
        blog.author_url =
            table.text("authors_profiles_url_format").or_else(|| Some("author/{slug}".to_string()));
    }
    set(&mut blog.per_page, table.number("pagination_per_page").filter(|count| *count > 0).map(Some));
    if table.flag("pagination") == Some(false) {
        blog.per_page = None;
    }
    set(&mut blog.page_url, table.text("pagination_url_format"));
    blog
}

fn archive(table: &Table<'_>) -> Archive {
    let mut archive = Archive::default();
    set(&mut archive.title, table.text("archive_date_format"));
    set(&mut archive.url, table.text("archive_url_format"));
    set(&mut archive.url_date, table.text("archive_url_date_format"));
    archive
}

fn categories(table: &Table<'_>) -> Categories {
    let mut categories = Categories::default();
    set(&mut categories.url, table.text("categories_url_format"));
    categories.slugs = slugs(table, "categories_slugify", "categories_slugify_separator");
    set(&mut categories.allowed, table.texts("categories_allowed"));
    categories
}

/// The feeds of the `rss` plugin, at its URLs.
fn feeds(table: Option<&Table<'_>>) -> Feeds {
    let flag = |key| table.and_then(|table| table.flag(key)).unwrap_or(true);
    let name = |kind: &'static str, default: &str| {
        let names = table.and_then(|table| table.table("feeds_filenames"));
        UrlPath::new(names.and_then(|names| names.text(kind)).unwrap_or_else(|| default.to_string()))
    };
    let all = [
        ("rss_enabled", "rss_created", "feed_rss_created.xml", FeedFormat::Rss, false),
        ("rss_enabled", "rss_updated", "feed_rss_updated.xml", FeedFormat::Rss, true),
        ("json_feed_enabled", "json_created", "feed_json_created.json", FeedFormat::Json, false),
        ("json_feed_enabled", "json_updated", "feed_json_updated.json", FeedFormat::Json, true),
    ];
    let wanted = all.into_iter().filter(|(enabled, ..)| flag(enabled));
    let feeds = wanted
        .map(|(_, kind, default, format, by_update)| Feed { url: name(kind, default), format, by_update })
        .collect();
    let limit = table.and_then(|table| table.number("length")).unwrap_or(20);
    let pages = table.and_then(|table| table.text("match_path")).map(|pattern| path_glob(&pattern));
    Feeds { feeds, limit, pages: pages.unwrap_or_else(|| crate::source::Globs::new(["**"]).0) }
}

/// `match_path` is a regular expression over paths; those that sites write are a folder and `.*`.
fn path_glob(pattern: &str) -> crate::source::Globs {
    let glob =
        pattern.trim_start_matches('^').trim_end_matches('$').replace("\\.", ".").replace(".*", "**/*");
    let glob = if glob.starts_with("**") { glob } else { format!("/{glob}") };
    crate::source::Globs::new([glob.as_str()]).0
}
