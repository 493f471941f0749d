//! The navigation, drawn once for many pages.
//!
//! A whole navigation on each page is most of a large site's bytes and time. So each page shows a *scope*:
//! the largest part of the tree around it that stays below a number of links. A scope is drawn once by the
//! template `nav.html`, with marks where pages differ - the way to the root, and which entry is the page's
//! own - and each page puts its own values there. What a scope leaves out is in one shared script that
//! browsers load when a reader unfolds it; without scripts the folded entry leads to a page of that section.

use super::artifact::Artifact;
use super::names::Names;
use super::scope::{Key, Scope, items};
use super::theme::Theme;
use super::view::TabView;
use crate::diag::Diagnostic;
use crate::site::{NavNode, PageId, Site};
use crate::source::UrlPath;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// More entries than this do not fit into the header.
const MOST_TABS: usize = 20;

/// The navigation of a site, ready to be put into pages.
#[derive(Debug, Default)]
pub struct Navigation {
    scopes: BTreeMap<Key, Arc<Scope>>,
    places: BTreeMap<PageId, Place>,
    outside: Arc<Scope>,
    tabs: Vec<Tab>,
    /// Where tags and categories lead.
    pub(super) names: Names,
    /// The script with the whole tree, when scopes leave something out.
    pub(super) rest: Option<Artifact>,
    /// What went wrong when it was drawn.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where a page stands in the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    scope: Key,
    number: usize,
}

#[derive(Debug)]
struct Tab {
    title: String,
    target: Target,
    first: usize,
    last: usize,
}

#[derive(Debug, Clone)]
enum Target {
    Page(UrlPath),
    Address(String),
}

/// An entry with its number in the order of the tree; what lies below it has the numbers up to `last`.
pub(super) struct Numbered<'a> {
    pub(super) node: &'a NavNode,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) children: Vec<Numbered<'a>>,
}

impl Navigation {
    /// Draw the navigation of `site`.
    pub fn of(site: &Site, theme: &Theme) -> Navigation {
        let mut count = 0;
        let tree = number(&site.nav, &mut count);
        let mut navigation = Navigation { names: Names::of(site), ..Navigation::default() };
        locate(&tree, &mut Vec::new(), &mut |path, entry| navigation.add_place(&tree, path, entry));
        navigation.draw(site, theme, &tree);
        if theme.site_view.tabs && tree.len() <= MOST_TABS {
            navigation.tabs = tree.iter().filter_map(|entry| tab(site, entry)).collect();
        }
        if navigation.scopes.keys().any(|key| !key.is_all()) {
            navigation.rest = Some(rest(site, &tree));
        }
        navigation
    }

    fn add_place(&mut self, tree: &[Numbered<'_>], path: &[usize], entry: &Numbered<'_>) {
        let Some(page) = entry.node.page else { return };
        let place = || Place { scope: Key::of(tree, path), number: entry.first };
        self.places.entry(page).or_insert_with(place);
    }

    fn draw(&mut self, site: &Site, theme: &Theme, tree: &[Numbered<'_>]) {
        let mut wanted: BTreeSet<Key> = self.places.values().map(|place| place.scope.clone()).collect();
        let outside = Key::of(tree, &[]);
        wanted.insert(outside.clone());
        for key in wanted {
            let shown = tera::Value::from_serializable(&items(site, tree, &key));
            let (html, found) = theme.render("nav.html", &[("items", shown)]);
            self.diagnostics.extend(found);
            self.scopes.insert(key, Arc::new(Scope::parse(&html)));
        }
        self.diagnostics.dedup();
        self.outside = self.scopes.get(&outside).cloned().unwrap_or_default();
    }

    /// The scope that a page shows, which entry of it the page is, and the entry near it. Pages that are not in
    /// the navigation stand where `above`, the nearest page above them, stands.
    pub(super) fn at(
        &self,
        page: PageId,
        above: Option<PageId>,
    ) -> (Arc<Scope>, Option<usize>, Option<usize>) {
        let own = self.places.get(&page);
        let near = own.or_else(|| self.places.get(&above?));
        let scope = near.and_then(|place| self.scopes.get(&place.scope)).unwrap_or(&self.outside);
        (Arc::clone(scope), own.map(|place| place.number), near.map(|place| place.number))
    }

    /// The tabs of the header as a page sees them that is the entry `number`.
    pub(super) fn tabs(&self, base: &str, number: Option<usize>) -> Vec<TabView> {
        self.tabs
            .iter()
            .map(|tab| TabView {
                title: tab.title.clone(),
                url: match &tab.target {
                    Target::Page(url) => [base, &from_root(url)].concat(),
                    Target::Address(address) => address.clone(),
                },
                current: number.is_some_and(|number| (tab.first..tab.last).contains(&number)),
            })
            .collect()
    }
}

fn number<'a>(nodes: &'a [NavNode], next: &mut usize) -> Vec<Numbered<'a>> {
    nodes
        .iter()
        .map(|node| {
            let first = *next;
            *next += 1;
            let children = number(&node.children, next);
            Numbered { node, first, last: *next, children }
        })
        .collect()
}

fn locate<'a>(tree: &[Numbered<'a>], path: &mut Vec<usize>, found: &mut dyn FnMut(&[usize], &Numbered<'a>)) {
    for (index, entry) in tree.iter().enumerate() {
        path.push(index);
        found(path, entry);
        locate(&entry.children, path, found);
        path.pop();
    }
}

pub(super) fn first_page(level: &[Numbered<'_>]) -> Option<PageId> {
    level.iter().find_map(|entry| entry.node.page.or_else(|| first_page(&entry.children)))
}

fn tab(site: &Site, entry: &Numbered<'_>) -> Option<Tab> {
    let page = entry.node.page.or_else(|| first_page(&entry.children));
    let target = match page {
        Some(page) => Target::Page(site.page(page).url.clone()),
        None => Target::Address(entry.node.url.clone()?),
    };
    Some(Tab { title: entry.node.title.clone(), target, first: entry.first, last: entry.last })
}

/// A page's address as seen from the root; empty for the home page, so that it can follow a base.
pub(super) fn from_root(url: &UrlPath) -> String {
    match url.as_str() {
        "" => String::new(),
        _ => UrlPath::default().relative_to(url),
    }
}

/// The whole tree as `[title, address, [children]]`, in a script: browsers load scripts also for pages that
/// were opened from a disk, where they refuse to read files. Its name has no hash, or each change of a title
/// would change every page.
fn rest(site: &Site, tree: &[Numbered<'_>]) -> Artifact {
    let json = serde_json::to_string(&rest_of(site, tree)).unwrap_or_default();
    Artifact::text("assets/nav.js", format!("runproof.nav({json});\n"))
}

fn rest_of(site: &Site, level: &[Numbered<'_>]) -> Vec<serde_json::Value> {
    level
        .iter()
        .map(|entry| {
            let page = entry.node.page.map(|page| from_root(&site.page(page).url));
            serde_json::json!([
                entry.node.title,
                page.or_else(|| entry.node.url.clone()),
                rest_of(site, &entry.children)
            ])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Pages, theme};
    use super::*;

    fn node(title: &str, page: Option<usize>, children: Vec<NavNode>) -> NavNode {
        NavNode { title: title.to_string(), page: page.map(PageId), url: None, children }
    }

    fn large() -> Site {
        let mut pages = Pages::default().page("", "Home");
        let mut nav = vec![node("Home", Some(0), vec![])];
        for section in ["a", "b"] {
            let mut children = Vec::new();
            for n in 0..70 {
                children.push(node(&format!("{section}{n}"), Some(pages.len()), vec![]));
                pages = pages.page(&format!("{section}/p{n}/"), &format!("{section}{n}"));
            }
            nav.push(node(section, None, children));
        }
        Site { nav, ..pages.site() }
    }

    #[test]
    fn a_page_shows_its_own_section_whole_and_the_others_folded() {
        let site = large();
        let navigation = Navigation::of(&site, &theme());
        let (scope, own, _) = navigation.at(PageId(5), None);
        let html = scope.html("../../", own);
        assert!(html.contains("href=\"../../a/p69/\""), "{html}");
        assert!(!html.contains("b/p1/"), "{html}");
        assert!(html.contains("href=\"../../b/p0/\"") && html.contains("data-more=\"2\""), "{html}");
        assert_eq!(html.matches("aria-current=page").count(), 1);
        assert_eq!(html.matches(" open").count(), 1);
        assert!(navigation.rest.is_some());
    }

    #[test]
    fn a_page_outside_of_the_navigation_shows_the_first_level() {
        let site = large();
        let navigation = Navigation::of(&site, &theme());
        let (scope, own, _) = navigation.at(PageId(9_999), None);
        let html = scope.html("./", own);
        assert!(own.is_none() && !html.contains("p1/") && html.contains("href=\"./a/p0/\""), "{html}");
    }

    #[test]
    fn a_level_of_thousands_is_shown_in_parts() {
        let (mut pages, mut nav) = (Pages::default(), Vec::new());
        for n in 0..1_000 {
            nav.push(node(&format!("Page {n}"), Some(n), vec![]));
            pages = pages.page(&format!("p{n}/"), &format!("Page {n}"));
        }
        let site = Site { nav, ..pages.site() };
        let navigation = Navigation::of(&site, &theme());
        let (scope, own, near) = navigation.at(PageId(500), None);
        let html = scope.html("../", own);
        assert_eq!(html.matches("<a ").count(), 82);
        assert!(html.contains(">\u{2026} Page 479</a>") && html.contains(">\u{2026} Page 560</a>"), "{html}");
        assert!(html.contains("<li class=nav-path><a href=\"../p500/\" aria-current=page>"), "{html}");
        assert!(navigation.tabs("../", near).is_empty());
    }

    #[test]
    fn a_page_beside_large_sections_shows_them_folded() {
        let mut site = large();
        site.nav = vec![node("All", None, site.nav)];
        let navigation = Navigation::of(&site, &theme());
        let (scope, own, _) = navigation.at(PageId(0), None);
        let html = scope.html("./", own);
        assert_eq!(html.matches("data-more=").count(), 2, "{html}");
        assert!(html.contains("data-more=\"0.1\"") && !html.contains("p1/"), "{html}");
    }

    #[test]
    fn tabs_lead_to_the_first_page_of_a_section_without_its_own() {
        let navigation = Navigation::of(&large(), &theme());
        let tabs = navigation.tabs("../", Some(3));
        assert_eq!(tabs[1].url, "../a/p0/");
        assert!(tabs[1].current && !tabs[0].current);
    }

    #[test]
    fn a_small_navigation_is_whole_on_every_page_and_needs_no_script() {
        let pages = Pages::default().page("", "Home").page("x/", "X & Y");
        let nav =
            vec![node("Home", Some(0), vec![]), node("More", None, vec![node("X & Y", Some(1), vec![])])];
        let site = Site { nav, ..pages.site() };
        let navigation = Navigation::of(&site, &theme());
        let (scope, own, _) = navigation.at(PageId(0), None);
        let html = scope.html("./", own);
        assert!(html.contains("X &amp; Y") && html.contains("href=\"./x/\""), "{html}");
        assert!(navigation.rest.is_none());
    }
}
