//! The navigation, and what follows from it: breadcrumbs, and the pages before and after each.

use super::config::{NavEntry, NavTarget};
use super::entry::{Entry, name_title};
use super::files::is_index;
use super::suggest::Suggest;
use super::{Config, Crumb, NavNode, PageId, PageKind};
use crate::diag::Diagnostic;
use crate::diag::codes::NAV_ENTRY;
use crate::source::SitePath;
use std::collections::BTreeMap;

/// The navigation and where each page stands in it.
#[derive(Debug, Default)]
pub(super) struct Navigation {
    pub nodes: Vec<NavNode>,
    /// By page: what lies above it.
    pub crumbs: Vec<Vec<Crumb>>,
    /// By page: its label, when it is in the navigation.
    pub labels: Vec<Option<String>>,
    pub previous: Vec<Option<PageId>>,
    pub next: Vec<Option<PageId>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Build the navigation. `list` is in the order of page ids.
pub(super) fn build(config: &Config, list: &[Entry], suggest: &Suggest<'_>) -> Navigation {
    let mut nav = Navigation {
        crumbs: vec![Vec::new(); list.len()],
        labels: vec![None; list.len()],
        previous: vec![None; list.len()],
        next: vec![None; list.len()],
        ..Navigation::default()
    };
    nav.nodes = match &config.nav {
        Some(entries) => {
            Configured { list, suggest, by_local: by_local(list) }.nodes(entries, &mut nav.diagnostics)
        }
        None => folders(config, list),
    };
    add_generated(list, &mut nav.nodes);
    let mut order = Vec::new();
    let nodes = std::mem::take(&mut nav.nodes);
    nav.place(&nodes, &mut Vec::new(), &mut order);
    nav.nodes = nodes;
    nav.connect(&order);
    nav.connect_posts(list);
    add_lists(list, &mut nav);
    nav
}

impl Navigation {
    /// Note what lies above each page, and the order in which a reader meets them.
    fn place(&mut self, nodes: &[NavNode], above: &mut Vec<Crumb>, order: &mut Vec<PageId>) {
        for node in nodes {
            if let Some(page) = node.page.filter(|page| self.labels[page.0].is_none()) {
                self.labels[page.0] = Some(node.title.clone());
                self.crumbs[page.0].clone_from(above);
                order.push(page);
            }
            if !node.children.is_empty() {
                above.push(Crumb { title: node.title.clone(), page: node.page });
                self.place(&node.children, above, order);
                above.pop();
            }
        }
    }

    fn connect(&mut self, order: &[PageId]) {
        for pair in order.windows(2) {
            self.next[pair[0].0] = Some(pair[1]);
            self.previous[pair[1].0] = Some(pair[0]);
        }
    }

    /// Posts follow each other in time, and stand below the blog.
    fn connect_posts(&mut self, list: &[Entry]) {
        let mut posts: Vec<usize> = (0..list.len()).filter(|at| list[*at].post.is_some()).collect();
        posts.sort_by_key(|at| (list[*at].post.as_ref().map(|post| post.date), *at));
        let posts: Vec<PageId> = posts.into_iter().map(PageId).collect();
        let Some(blog) = front_page(list) else { return };
        let above = Crumb { title: self.label(list, blog), page: Some(blog) };
        for post in posts.iter().filter(|post| self.labels[post.0].is_none()) {
            self.crumbs[post.0] = self.crumbs[blog.0].iter().cloned().chain([above.clone()]).collect();
        }
        self.connect(&posts);
    }

    fn label(&self, list: &[Entry], page: PageId) -> String {
        self.labels[page.0].clone().unwrap_or_else(|| list[page.0].title.clone())
    }
}

/// The first page of the blog.
fn front_page(list: &[Entry]) -> Option<PageId> {
    let is_front = |entry: &Entry| {
        entry.kind == PageKind::Posts
            && entry.listing.as_ref().is_some_and(|listing| listing.section.is_none())
    };
    list.iter().position(is_front).map(PageId)
}

fn by_local(list: &[Entry]) -> BTreeMap<&SitePath, PageId> {
    let files =
        list.iter().enumerate().filter(|(_, entry)| entry.source.is_some() && entry.generated.is_none());
    files.map(|(at, entry)| (&entry.local, PageId(at))).collect()
}

/// The label of a page that the configuration gives none.
fn own_label(entry: &Entry) -> String {
    entry.meta.nav_title.clone().unwrap_or_else(|| entry.title.clone())
}

/// A navigation that the configuration spells out.
struct Configured<'a> {
    list: &'a [Entry],
    suggest: &'a Suggest<'a>,
    by_local: BTreeMap<&'a SitePath, PageId>,
}

impl Configured<'_> {
    fn nodes(&self, entries: &[NavEntry], found: &mut Vec<Diagnostic>) -> Vec<NavNode> {
        entries.iter().filter_map(|entry| self.node(entry, found)).collect()
    }

    fn node(&self, entry: &NavEntry, found: &mut Vec<Diagnostic>) -> Option<NavNode> {
        match &entry.target {
            NavTarget::Url(url) => Some(NavNode {
                title: entry.title.clone().unwrap_or_else(|| url.clone()),
                page: None,
                url: Some(url.clone()),
                children: Vec::new(),
            }),
            NavTarget::Section(children) => {
                let mut children = self.nodes(children, found);
                let index = children.iter().position(|child| self.is_index(child));
                let page = index.and_then(|at| children.remove(at).page);
                Some(NavNode { title: entry.title.clone().unwrap_or_default(), page, url: None, children })
            }
            NavTarget::Page(path) => {
                let local = SitePath::new(path);
                let Some(page) = self.by_local.get(&local).copied() else {
                    found.push(self.missing(entry, path, &local));
                    return None;
                };
                let title = entry.title.clone().unwrap_or_else(|| own_label(&self.list[page.0]));
                Some(NavNode { title, page: Some(page), url: None, children: Vec::new() })
            }
        }
    }

    fn is_index(&self, node: &NavNode) -> bool {
        node.children.is_empty() && node.page.is_some_and(|page| is_index(&self.list[page.0].local))
    }

    fn missing(&self, entry: &NavEntry, path: &str, local: &SitePath) -> Diagnostic {
        if let Some(reason) = self.suggest.unpublished(local) {
            return Diagnostic::new(&NAV_ENTRY, entry.span, format!("`{path}` is {reason}"));
        }
        let found = Diagnostic::new(&NAV_ENTRY, entry.span, format!("there is no page `{path}`"));
        match self.suggest.page(local) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found,
        }
    }
}

/// A folder of pages.
#[derive(Default)]
struct Folder {
    index: Option<PageId>,
    pages: Vec<PageId>,
    folders: BTreeMap<String, Folder>,
}

/// The folders as a navigation: in each the pages by weight and name, then the folders.
fn folders(config: &Config, list: &[Entry]) -> Vec<NavNode> {
    let mut top = Folder::default();
    for (at, entry) in list.iter().enumerate() {
        let shown = entry.source.is_some() && entry.generated.is_none() && entry.post.is_none();
        if !shown || entry.kind == PageKind::NotFound || config.not_in_nav.is_match(&entry.local) {
            continue;
        }
        let parent = entry.local.parent();
        let names = parent.as_str().split('/').filter(|name| !name.is_empty());
        let folder = names.fold(&mut top, |folder, name| folder.folders.entry(name.to_string()).or_default());
        match is_index(&entry.local) {
            true => folder.index = Some(PageId(at)),
            false => folder.pages.push(PageId(at)),
        }
    }
    let home = top.index.map(|page| leaf(list, page));
    let mut nodes = folder_nodes(config, list, top, true);
    nodes.splice(0..0, home);
    nodes
}

fn leaf(list: &[Entry], page: PageId) -> NavNode {
    NavNode { title: own_label(&list[page.0]), page: Some(page), url: None, children: Vec::new() }
}

fn folder_nodes(config: &Config, list: &[Entry], mut folder: Folder, is_top: bool) -> Vec<NavNode> {
    let weight = |page: &PageId| list[page.0].meta.weight.unwrap_or(0);
    folder.pages.sort_by_cached_key(|page| (weight(page), list[page.0].local.clone()));
    let mut nodes: Vec<NavNode> = folder.pages.iter().map(|page| leaf(list, *page)).collect();
    let stated = |name: &str| {
        let place = config.sections.iter().position(|section| section.trim_matches('/') == name);
        place.filter(|_| is_top).unwrap_or(config.sections.len())
    };
    let mut folders: Vec<(String, Folder)> = folder.folders.into_iter().collect();
    folders.sort_by_cached_key(|(name, folder)| {
        (stated(name), folder.index.as_ref().map_or(0, weight), name.clone())
    });
    nodes.extend(folders.into_iter().map(|(name, folder)| {
        let page = folder.index;
        let title = section_title(config, list, &name, page);
        NavNode { title, page, url: None, children: folder_nodes(config, list, folder, false) }
    }));
    nodes
}

/// What a folder is called: as its index says, or by its name. MkDocs goes by the name alone.
fn section_title(config: &Config, list: &[Entry], name: &str, index: Option<PageId>) -> String {
    let meta = index.map(|page| &list[page.0].meta);
    let stated = meta.and_then(|meta| meta.nav_title.clone());
    let titled = || index.filter(|_| !config.is_mkdocs()).map(|page| list[page.0].title.clone());
    stated.or_else(titled).unwrap_or_else(|| name_title(name))
}

/// Put generated pages into the sections that they name; sections that are not there are added. A page that is
/// titled as its own section is the section's page.
fn add_generated(list: &[Entry], nodes: &mut Vec<NavNode>) {
    for (at, entry) in list.iter().enumerate() {
        let Some(page) = &entry.generated else { continue };
        let Some((last, above)) = page.section.split_last() else { continue };
        let siblings = above.iter().fold(&mut *nodes, |nodes, title| &mut section(nodes, title).children);
        let own = section(siblings, last);
        match *last == page.title && own.page.is_none() {
            true => own.page = Some(PageId(at)),
            false => own.children.push(leaf(list, PageId(at))),
        }
    }
}

/// The section of this title, added when there is none.
fn section<'a>(nodes: &'a mut Vec<NavNode>, title: &str) -> &'a mut NavNode {
    let known = nodes.iter().position(|node| node.url.is_none() && node.title == title);
    let at = known.unwrap_or_else(|| {
        nodes.push(NavNode { title: title.to_string(), page: None, url: None, children: Vec::new() });
        nodes.len() - 1
    });
    &mut nodes[at]
}

/// Put the lists of posts below the page of the blog. They are not among the pages before and after each other.
fn add_lists(list: &[Entry], nav: &mut Navigation) {
    let Some(blog) = front_page(list) else { return };
    let mut groups: Vec<NavNode> = Vec::new();
    for (at, entry) in list.iter().enumerate() {
        let Some(listing) = &entry.listing else { continue };
        let Some(title) = listing.section else { continue };
        let is_first = listing.pager.first().is_none_or(|first| *first == at);
        let above = nav.crumbs[blog.0].iter().cloned();
        let own = [
            Crumb { title: nav.label(list, blog), page: Some(blog) },
            Crumb { title: title.to_string(), page: None },
        ];
        nav.crumbs[at] = above.chain(own).collect();
        if is_first {
            section(&mut groups, title).children.push(leaf(list, PageId(at)));
        }
    }
    groups.sort_by(|left, right| left.title.cmp(&right.title));
    for group in &mut groups {
        match group.title.as_str() {
            "Archive" => group.children.reverse(),
            _ => group.children.sort_by_cached_key(|child| child.title.to_lowercase()),
        }
    }
    if let Some(node) = find(&mut nav.nodes, blog) {
        node.children.extend(groups);
    }
}

fn find(nodes: &mut [NavNode], page: PageId) -> Option<&mut NavNode> {
    for node in nodes {
        if node.page == Some(page) {
            return Some(node);
        }
        if let Some(found) = find(&mut node.children, page) {
            return Some(found);
        }
    }
    None
}
