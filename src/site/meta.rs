//! What the front matter of a page says, read once, with what its folders add to it.

use crate::diag::codes::PAGE_METADATA;
use crate::diag::{Diagnostic, nearest};
use crate::markdown::{Document, FrontMatter, unknown_icon};
use crate::source::yaml::{self, Node};
use crate::source::{SitePath, Sources, Span, time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What `hide` may name.
const PARTS: [&str; 5] = ["navigation", "toc", "path", "tags", "footer"];

/// A part that only Material has, and so is always hidden.
const FEEDBACK: &str = "feedback";

/// What the front matter of a page says.
#[derive(Debug, Clone, Default)]
pub(super) struct Meta {
    pub title: Option<String>,
    pub nav_title: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub hidden: Vec<String>,
    pub status: Option<String>,
    pub icon: Option<String>,
    pub image: Option<String>,
    pub template: Option<String>,
    pub slug: Option<String>,
    pub categories: Vec<(String, Option<Span>)>,
    pub authors: Vec<(String, Option<Span>)>,
    /// Pages named as related: `related`, or `links` as Material's blog has it.
    pub related: Vec<Named>,
    /// Old URLs of the page.
    pub aliases: Vec<(String, Span)>,
    /// Lower stands first in the navigation.
    pub weight: Option<i64>,
    pub draft: bool,
    pub pinned: bool,
    pub unlisted: bool,
    pub minutes: Option<usize>,
    pub created: Option<i64>,
    pub updated: Option<i64>,
    /// All of it, for templates.
    pub values: serde_json::Value,
    /// Where the front matter stands, for messages about what it lacks.
    pub span: Option<Span>,
}

/// A page that the front matter names.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// Its file, relative to this one or below the content folder.
    pub path: String,
    /// What the link shows, where the front matter says so.
    pub title: Option<String>,
    pub span: Span,
}

/// The `.meta.yml` of each folder that has one.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    top: SitePath,
    folders: BTreeMap<SitePath, Option<Arc<Node>>>,
}

impl Defaults {
    /// Those of the folders from `top` down.
    pub(super) fn below(top: &SitePath) -> Defaults {
        Defaults { top: top.clone(), folders: BTreeMap::new() }
    }

    /// What the folders of `page` add, the nearest first.
    fn of(&mut self, page: &SitePath, sources: &Sources, found: &mut Vec<Diagnostic>) -> Vec<Arc<Node>> {
        let mut nodes = Vec::new();
        let mut folder = page.parent();
        loop {
            let known =
                self.folders.entry(folder.clone()).or_insert_with(|| read_defaults(&folder, sources, found));
            nodes.extend(known.clone());
            if folder.is_empty() || folder == self.top {
                return nodes;
            }
            folder = folder.parent();
        }
    }
}

fn read_defaults(folder: &SitePath, sources: &Sources, found: &mut Vec<Diagnostic>) -> Option<Arc<Node>> {
    let file = sources.get(&folder.join(".meta.yml"))?;
    match yaml::parse(file.text()?) {
        Ok(mut nodes) if !nodes.is_empty() => Some(Arc::new(nodes.swap_remove(0))),
        Ok(_) => None,
        Err(error) => {
            let span = file.span(error.span.start, error.span.end);
            found.push(Diagnostic::new(&PAGE_METADATA, span, error.message));
            None
        }
    }
}

struct Fields<'a> {
    document: &'a Document,
    own: &'a FrontMatter,
    defaults: Vec<Arc<Node>>,
}

/// Read the front matter of the page at `path`.
pub(super) fn read(
    document: &Document,
    path: &SitePath,
    defaults: &mut Defaults,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) -> Meta {
    let own = &document.front_matter;
    let fields = Fields { document, own, defaults: defaults.of(path, sources, found) };
    let (created, updated) = fields.dates(found);
    Meta {
        title: fields.checked_text("title", found),
        nav_title: fields.checked_text("nav_title", found),
        description: fields.checked_text("description", found),
        tags: fields.tags(),
        hidden: fields.hidden(found),
        status: fields.text("status"),
        icon: fields.icon(found),
        image: fields.text("image").or_else(|| fields.text("social_image")),
        template: fields.text("template"),
        slug: fields.text("slug"),
        categories: fields.placed("categories"),
        authors: fields.placed("authors"),
        related: fields.related(),
        aliases: fields.own_texts("aliases"),
        weight: fields.number("weight", found),
        draft: fields.flag("draft", found),
        pinned: fields.flag("pin", found),
        unlisted: fields.is_unlisted(),
        minutes: fields.number("readtime", found).and_then(|minutes| usize::try_from(minutes).ok()),
        created,
        updated,
        values: fields.values(),
        span: own.span,
    }
}

impl Fields<'_> {
    fn get(&self, key: &str) -> Option<&Node> {
        let inherited = || self.defaults.iter().find_map(|node| node.get(key));
        self.own.get(key).or_else(inherited).filter(|node| !node.is_null())
    }

    fn text(&self, key: &str) -> Option<String> {
        let text = self.get(key)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_string())
    }

    /// The same, where anything else is a mistake.
    fn checked_text(&self, key: &str, found: &mut Vec<Diagnostic>) -> Option<String> {
        if self.get(key).is_some_and(|node| node.as_str().is_none()) {
            self.wrong(key, "a text", found);
        }
        self.text(key)
    }

    /// The parts that a page leaves out.
    fn hidden(&self, found: &mut Vec<Diagnostic>) -> Vec<String> {
        let own = self.own.get("hide").map(Node::one_or_many).unwrap_or_default();
        for node in own {
            let name = node.as_str().map(str::trim);
            if name.is_some_and(|name| PARTS.contains(&name) || name == FEEDBACK) {
                continue;
            }
            let span = self.own.place(self.document.source, node);
            let wrong = Diagnostic::new(&PAGE_METADATA, span, "`hide` takes names of parts of the page");
            found.push(match name.and_then(|name| nearest(name, PARTS)) {
                Some(near) => wrong.help(format!("did you mean `{near}`?")),
                None => wrong.help(format!("the parts are `{}`", PARTS.join("`, `"))),
            });
        }
        self.texts("hide")
    }

    /// The name of an icon; one that no set has is told.
    fn icon(&self, found: &mut Vec<Diagnostic>) -> Option<String> {
        let name = self.text("icon")?;
        let own = self.own.get("icon").map(|node| self.own.place(self.document.source, node));
        found.extend(own.and_then(|span| unknown_icon(&name, span)));
        Some(name)
    }

    /// A list of paths, of `Title: path`, and of sections of them.
    fn related(&self) -> Vec<Named> {
        let mut named = Vec::new();
        for node in ["related", "links"].iter().filter_map(|key| self.own.get(key)) {
            self.add_named(node, None, &mut named);
        }
        named
    }

    fn add_named(&self, node: &Node, title: Option<&str>, named: &mut Vec<Named>) {
        if let Some(path) = node.as_str().map(str::trim).filter(|path| !path.is_empty()) {
            let span = self.own.place(self.document.source, node);
            named.push(Named { path: path.to_string(), title: title.map(str::to_string), span });
        }
        node.items().iter().for_each(|item| self.add_named(item, None, named));
        node.entries().iter().for_each(|entry| self.add_named(&entry.value, entry.key.as_str(), named));
    }

    fn texts(&self, key: &str) -> Vec<String> {
        let nodes = self.get(key).map(Node::one_or_many).unwrap_or_default();
        nodes.into_iter().filter_map(Node::as_str).map(|text| text.trim().to_string()).collect()
    }

    /// The page's own tags, and those of its folders.
    fn tags(&self) -> Vec<String> {
        let nodes = self.own.node.iter().chain(self.defaults.iter().map(Arc::as_ref));
        let lists = nodes.filter_map(|node| node.get("tags")).flat_map(Node::one_or_many);
        let mut tags: Vec<String> = Vec::new();
        for tag in lists.filter_map(Node::as_str).map(str::trim).filter(|tag| !tag.is_empty()) {
            if !tags.iter().any(|known| known == tag) {
                tags.push(tag.to_string());
            }
        }
        tags
    }

    fn placed(&self, key: &str) -> Vec<(String, Option<Span>)> {
        let place = self.own.get(key).is_some();
        let nodes = self.get(key).map(Node::one_or_many).unwrap_or_default();
        let one = |node: &Node| {
            let span = place.then(|| self.own.place(self.document.source, node));
            node.as_str().map(|text| (text.trim().to_string(), span))
        };
        nodes.into_iter().filter_map(one).collect()
    }

    fn own_texts(&self, key: &str) -> Vec<(String, Span)> {
        let nodes = self.own.get(key).map(Node::one_or_many).unwrap_or_default();
        let one = |node: &Node| {
            Some((node.as_str()?.trim().to_string(), self.own.place(self.document.source, node)))
        };
        nodes.into_iter().filter_map(one).collect()
    }

    fn flag(&self, key: &str, found: &mut Vec<Diagnostic>) -> bool {
        let Some(node) = self.get(key) else { return false };
        let flag = node.as_bool();
        if flag.is_none() {
            self.wrong(key, "`true` or `false`", found);
        }
        flag.unwrap_or(false)
    }

    fn number(&self, key: &str, found: &mut Vec<Diagnostic>) -> Option<i64> {
        let number = self.get(key)?.as_i64();
        if number.is_none() {
            self.wrong(key, "a whole number", found);
        }
        number
    }

    /// `date: 2025-01-02`, or `date: {created: …, updated: …}`, or `updated: …`.
    fn dates(&self, found: &mut Vec<Diagnostic>) -> (Option<i64>, Option<i64>) {
        let mut moment = |key: &str, node: Option<&Node>| {
            let text = node.filter(|node| !node.is_null())?.as_str();
            let moment = text.and_then(time::parse);
            if moment.is_none() {
                self.wrong(key, "a date such as `2025-01-02` or `2025-01-02T10:30:00Z`", found);
            }
            moment
        };
        let date = self.get("date");
        let updated = moment("updated", self.get("updated"));
        match date.filter(|date| date.is_mapping()) {
            Some(dates) => {
                (moment("date", dates.get("created")), moment("date", dates.get("updated")).or(updated))
            }
            None => (moment("date", date), updated),
        }
    }

    /// `search: { exclude: true }` or `robots: noindex`.
    fn is_unlisted(&self) -> bool {
        let excluded = self.get("search").and_then(|search| search.get("exclude")).and_then(Node::as_bool);
        excluded == Some(true) || self.text("robots").is_some_and(|robots| robots.contains("noindex"))
    }

    fn values(&self) -> serde_json::Value {
        let mut all = serde_json::Map::new();
        for node in self.defaults.iter().rev().map(Arc::as_ref).chain(self.own.node.as_ref()) {
            if let serde_json::Value::Object(values) = node.to_json() {
                all.extend(values);
            }
        }
        serde_json::Value::Object(all)
    }

    fn wrong(&self, key: &str, wanted: &str, found: &mut Vec<Diagnostic>) {
        let Some(node) = self.own.get(key) else { return };
        let span = self.own.place(self.document.source, node);
        found.push(Diagnostic::new(&PAGE_METADATA, span, format!("`{key}` takes {wanted}")));
    }
}
