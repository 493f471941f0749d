//! The blog: posts with their URLs, and the pages that list them, as Material's plugin lays them out.

use super::config::{Blog, Categories};
use super::entry::{Entries, Entry, Listing};
use super::files::{page_url, view_url};
use super::slug::slug;
use super::words::minutes;
use super::{Author, Config, PageKind, Post};
use crate::diag::Diagnostic;
use crate::diag::codes::POST;
use crate::source::yaml::{self, Node};
use crate::source::{SitePath, Sources, UrlPath, time};
use std::collections::BTreeMap;

/// Make posts of the pages in the folder of posts, and add the pages that list them. Gives the authors.
pub(super) fn add(config: &Config, sources: &Sources, entries: &mut Entries) -> Vec<Author> {
    let Some(blog) = &config.blog else { return Vec::new() };
    let authors =
        read_authors(&config.content(blog.authors_file.as_str()), sources, &mut entries.diagnostics);
    for at in 0..entries.list.len() {
        if entries.list[at].local.is_below(&blog.posts_dir) && entries.list[at].kind == PageKind::Content {
            make_post(config, blog, &authors, entries, at);
        }
    }
    let posts = newest_first(&entries.list);
    add_lists(config, blog, &authors, entries, &posts);
    authors
}

/// Places of the posts, pinned ones first, then by date from new to old.
fn newest_first(list: &[Entry]) -> Vec<usize> {
    let key = |at: &usize| {
        let entry = &list[*at];
        let (pinned, date) = entry.post.as_ref().map_or((false, 0), |post| (post.pinned, post.date));
        (std::cmp::Reverse((pinned, date)), entry.source.clone())
    };
    let mut posts: Vec<usize> = (0..list.len()).filter(|at| list[*at].post.is_some()).collect();
    posts.sort_by_cached_key(key);
    posts
}

fn make_post(config: &Config, blog: &Blog, authors: &[Author], entries: &mut Entries, at: usize) {
    let Entries { list, diagnostics, .. } = entries;
    let entry = &mut list[at];
    let Some(date) = entry.meta.created else {
        if let Some(span) = entry.span() {
            let found = Diagnostic::new(&POST, span, "this post has no date");
            diagnostics.push(found.help("Add `date: 2025-01-02` to its front matter."));
        }
        return;
    };
    let known = |key: &String| authors.iter().position(|author| author.key == *key);
    let keys: Vec<&String> = entry.meta.authors.iter().map(|(key, _)| key).collect();
    let post = Post {
        date,
        categories: entry.meta.categories.iter().map(|(name, _)| name.clone()).collect(),
        authors: keys
            .iter()
            .map(|key| known(key).map_or_else(|| (*key).clone(), |at| authors[at].name.clone()))
            .collect(),
        author_ids: keys.iter().filter_map(|key| known(key)).collect(),
        draft: entry.meta.draft,
        pinned: entry.meta.pinned,
        minutes: entry.meta.minutes.unwrap_or_else(|| reading_time(entry, blog)),
    };
    check_names(blog, authors, entry, diagnostics);
    entry.url = post_url(config, blog, entry, date);
    entry.kind = PageKind::Post;
    entry.post = Some(post);
}

fn reading_time(entry: &Entry, blog: &Blog) -> usize {
    entry.document.as_ref().map_or(1, |document| minutes(document, blog.words_per_minute))
}

fn post_url(config: &Config, blog: &Blog, entry: &Entry, date: i64) -> UrlPath {
    let own = entry.meta.slug.clone().unwrap_or_else(|| slug(&entry.title, &blog.post_slugs));
    let how = blog.categories.clone().unwrap_or_default().slugs;
    let categories: Vec<String> = entry
        .meta
        .categories
        .iter()
        .take(blog.post_url_categories)
        .map(|(name, _)| slug(name, &how))
        .collect();
    let path = blog
        .post_url
        .replace("{date}", &time::format(date, &blog.post_url_date))
        .replace("{slug}", &own)
        .replace("{file}", entry.local.stem())
        .replace("{categories}", &categories.join("/"));
    view_url(config, blog.dir.join(path).as_str())
}

/// Categories that are not allowed, and authors that are not in the file of authors.
fn check_names(blog: &Blog, authors: &[Author], entry: &Entry, found: &mut Vec<Diagnostic>) {
    let allowed =
        blog.categories.as_ref().map(|categories| categories.allowed.as_slice()).unwrap_or_default();
    for (name, span) in &entry.meta.categories {
        if !allowed.is_empty() && !allowed.contains(name) {
            let near = crate::diag::nearest(name, allowed.iter().map(String::as_str));
            found.extend(span.map(|span| unknown(span, "category", name, near)));
        }
    }
    for (key, span) in &entry.meta.authors {
        if !authors.iter().any(|author| author.key == *key) {
            let near = crate::diag::nearest(key, authors.iter().map(|author| author.key.as_str()));
            found.extend(span.map(|span| unknown(span, "author", key, near)));
        }
    }
}

fn unknown(span: crate::source::Span, what: &str, name: &str, near: Option<&str>) -> Diagnostic {
    let found = Diagnostic::new(&POST, span, format!("the {what} `{name}` is not known"));
    match near {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found,
    }
}

/// A list of posts before it has pages.
struct List {
    path: String,
    title: String,
    section: Option<&'static str>,
    posts: Vec<usize>,
}

fn add_lists(config: &Config, blog: &Blog, authors: &[Author], entries: &mut Entries, posts: &[usize]) {
    let mut lists = archives(blog, entries, posts);
    lists.extend(
        blog.categories.as_ref().map(|how| categories(blog, how, entries, posts)).unwrap_or_default(),
    );
    lists.extend(author_lists(blog, authors, entries, posts));
    let first = front_page(config, blog, entries);
    paginate(config, blog, entries, first, blog.dir.as_str(), posts.to_vec(), None);
    for list in lists {
        let url = view_url(config, &list.path);
        entries.list.push(Entry::made(PageKind::Posts, url, list.title));
        let first = entries.list.len() - 1;
        paginate(config, blog, entries, first, &list.path, list.posts, list.section);
    }
}

/// The page of the blog itself; one is made when its folder has no index.
fn front_page(config: &Config, blog: &Blog, entries: &mut Entries) -> usize {
    let url = page_url(config, &blog.dir.join("index.md"));
    let known = entries.list.iter().position(|entry| entry.url == url);
    let at = known.unwrap_or_else(|| {
        entries.list.push(Entry::made(PageKind::Posts, url, "Blog".to_string()));
        entries.list.len() - 1
    });
    entries.list[at].kind = PageKind::Posts;
    at
}

/// Give the posts to the page `first`, and add a page for every further handful.
fn paginate(
    config: &Config,
    blog: &Blog,
    entries: &mut Entries,
    first: usize,
    path: &str,
    posts: Vec<usize>,
    section: Option<&'static str>,
) {
    let size = blog.per_page.unwrap_or(posts.len()).max(1);
    let mut pager = vec![first];
    // What follows the page of a folder is one of a folder too, also where URLs end in `.html`.
    let of_folder = !config.directory_urls && entries.list[first].url.file().file_name() == "index.html";
    let name = if of_folder { "/index" } else { "" };
    for number in 2..=posts.len().div_ceil(size) {
        let below = blog.page_url.replace("{page}", &number.to_string());
        let mut page = entries.list[first].clone();
        page.url = view_url(config, &format!("{path}/{below}{name}"));
        page.source = None;
        entries.list.push(page);
        pager.push(entries.list.len() - 1);
    }
    let chunks: Vec<&[usize]> = posts.chunks(size).collect();
    for (index, at) in pager.iter().enumerate() {
        let pages = chunks.get(index).map(|chunk| chunk.to_vec()).unwrap_or_default();
        let pager = if pager.len() > 1 { pager.clone() } else { Vec::new() };
        entries.list[*at].listing = Some(Listing { pages, pager, section });
    }
}

fn archives(blog: &Blog, entries: &Entries, posts: &[usize]) -> Vec<List> {
    let Some(archive) = &blog.archive else { return Vec::new() };
    let mut lists: Vec<List> = Vec::new();
    for at in posts {
        let date = entries.list[*at].post.as_ref().map_or(0, |post| post.date);
        let path = archive.url.replace("{date}", &time::format(date, &archive.url_date));
        let path = blog.dir.join(path).as_str().to_string();
        match lists.iter_mut().find(|list| list.path == path) {
            Some(list) => list.posts.push(*at),
            None => {
                let title = time::format(date, &archive.title);
                lists.push(List { path, title, section: Some("Archive"), posts: vec![*at] });
            }
        }
    }
    lists
}

fn categories(blog: &Blog, how: &Categories, entries: &Entries, posts: &[usize]) -> Vec<List> {
    let mut lists: BTreeMap<String, List> = BTreeMap::new();
    for at in posts {
        for (name, _) in &entries.list[*at].meta.categories {
            let path = how.url.replace("{slug}", &slug(name, &how.slugs));
            let path = blog.dir.join(path).as_str().to_string();
            let new = || List {
                path: path.clone(),
                title: name.clone(),
                section: Some("Categories"),
                posts: vec![],
            };
            lists.entry(path.clone()).or_insert_with(new).posts.push(*at);
        }
    }
    let mut lists: Vec<List> = lists.into_values().collect();
    lists.iter_mut().for_each(|list| list.posts.dedup());
    lists.sort_by_cached_key(|list| list.title.to_lowercase());
    lists
}

fn author_lists(blog: &Blog, authors: &[Author], entries: &Entries, posts: &[usize]) -> Vec<List> {
    let Some(url) = &blog.author_url else { return Vec::new() };
    let by = |author: usize| {
        let wrote = |at: &&usize| {
            entries.list[**at].post.as_ref().is_some_and(|post| post.author_ids.contains(&author))
        };
        posts.iter().filter(wrote).copied().collect::<Vec<usize>>()
    };
    let one = |(at, author): (usize, &Author)| List {
        path: author_path(blog, url, author),
        title: author.name.clone(),
        section: Some("Authors"),
        posts: by(at),
    };
    authors.iter().enumerate().map(one).filter(|list| !list.posts.is_empty()).collect()
}

/// Where an author's page is, without its ending.
pub(super) fn author_path(blog: &Blog, url: &str, author: &Author) -> String {
    let own = slug(&author.key, &super::config::Slugs::default());
    blog.dir.join(url.replace("{slug}", &own)).as_str().to_string()
}

/// The authors, sorted by their key.
fn read_authors(path: &SitePath, sources: &Sources, found: &mut Vec<Diagnostic>) -> Vec<Author> {
    let Some(file) = sources.get(path) else { return Vec::new() };
    let nodes = match yaml::parse(file.text().unwrap_or_default()) {
        Ok(nodes) => nodes,
        Err(error) => {
            found.push(Diagnostic::new(&POST, file.span(error.span.start, error.span.end), error.message));
            return Vec::new();
        }
    };
    let entries = nodes.first().and_then(|node| node.get("authors")).map(Node::entries).unwrap_or_default();
    let mut authors: Vec<Author> = entries
        .iter()
        .filter_map(|entry| {
            let key = entry.key.as_str()?;
            let text = |name: &str| entry.value.get(name).and_then(Node::as_str).map(str::to_string);
            Some(Author {
                key: key.to_string(),
                name: text("name").unwrap_or_else(|| key.to_string()),
                description: text("description"),
                avatar: text("avatar"),
                url: text("url"),
                page: None,
            })
        })
        .collect();
    authors.sort_by(|left, right| left.key.cmp(&right.key));
    authors
}
