//! The map of a site: pages that name each other as related, by the sections that they stand in, as a picture and
//! as a list.

mod layout;
mod sections;

use super::view::LinkView;
use crate::site::{Page, PageId, Site};
use sections::Section;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// More pages than these make no picture that can be read; then each section is one node.
const MOST_PAGES: usize = 160;

/// What the map shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct MapView {
    /// Width of the picture in pixels.
    pub width: i32,
    /// Height of the picture in pixels.
    pub height: i32,
    /// Width of each node in pixels.
    pub node_width: i32,
    /// Height of each node in pixels.
    pub node_height: i32,
    /// The sections in the order of the navigation, those without nodes left out.
    pub groups: Vec<MapGroup>,
    /// The lines between nodes, as SVG paths. The nodes name them by their place here.
    pub edges: Vec<String>,
    /// There are so many pages that the nodes are sections.
    pub of_sections: bool,
    /// How many pages there are in it.
    pub pages: usize,
}

/// A section with its nodes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct MapGroup {
    /// Its title.
    pub title: String,
    /// The titles above it: `Enforce / Roadmap`; empty at the top.
    pub above: String,
    /// Left edge in pixels.
    pub x: i32,
    /// Base line of its title in pixels.
    pub y: i32,
    /// What stands in it.
    pub nodes: Vec<MapNode>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct MapNode {
    /// Its title.
    pub title: String,
    /// As much of the title as there is room for.
    pub label: String,
    /// Where it leads, relative to the map.
    pub url: String,
    /// Left edge in pixels.
    pub x: i32,
    /// Upper edge in pixels.
    pub y: i32,
    /// Its lines: places in [`MapView::edges`].
    pub edges: Vec<usize>,
    /// What it names as related.
    pub related: Vec<LinkView>,
}

/// The map of `site`, seen from its page `map`.
pub(super) fn view(site: &Site, map: &Page) -> MapView {
    let shown: BTreeSet<PageId> =
        site.pages.iter().filter(|page| is_shown(page)).map(|page| page.id).collect();
    let sections = sections::of(site, &shown);
    let of_sections = shown.len() > MOST_PAGES;
    let mut view = MapView {
        of_sections,
        pages: shown.len(),
        node_width: layout::WIDTH,
        node_height: layout::NODE,
        ..MapView::default()
    };
    let places = match of_sections {
        false => view.add_pages(site, map, &sections, &shown),
        true => view.add_sections(site, map, &sections),
    };
    let edges = edges(site, &places);
    layout::place(&mut view, &edges);
    view
}

fn is_shown(page: &Page) -> bool {
    let tied = !page.related.is_empty() || !page.referenced_by.is_empty();
    tied && !page.unlisted && !page.draft
}

/// Where a node is: the index of its group, and its own in there.
type Place = (usize, usize);

impl MapView {
    /// A node for each page; where each is.
    fn add_pages(
        &mut self,
        site: &Site,
        map: &Page,
        sections: &[Section],
        shown: &BTreeSet<PageId>,
    ) -> BTreeMap<PageId, Place> {
        let mut places = BTreeMap::new();
        for section in sections {
            let group = self.groups.len();
            let mut nodes = Vec::new();
            for page in section.pages.iter().map(|id| site.page(*id)) {
                places.insert(page.id, (group, nodes.len()));
                let related = page.related.iter().filter(|to| shown.contains(&to.page));
                let related = related.map(|to| link(site.page(to.page), map)).collect();
                let url = map.url.relative_to(&page.url);
                nodes.push(MapNode { title: page.nav_title.clone(), url, related, ..MapNode::default() });
            }
            let (title, above) = (section.title().to_string(), section.above());
            self.groups.push(MapGroup { title, above, nodes, ..MapGroup::default() });
        }
        places
    }

    /// A node for each section, below the first section of its path; where the pages of each are.
    fn add_sections(&mut self, site: &Site, map: &Page, sections: &[Section]) -> BTreeMap<PageId, Place> {
        let mut places = BTreeMap::new();
        for section in sections {
            let top = section.path.first().cloned().unwrap_or_default();
            if self.groups.last().is_none_or(|group| group.title != top) {
                self.groups.push(MapGroup { title: top, ..MapGroup::default() });
            }
            let at = self.groups.len() - 1;
            let Some((first, group)) = section.pages.first().zip(self.groups.last_mut()) else { continue };
            places.extend(section.pages.iter().map(|page| (*page, (at, group.nodes.len()))));
            group.nodes.push(MapNode {
                title: format!("{} ({})", section.title(), section.pages.len()),
                url: map.url.relative_to(&site.page(*first).url),
                related: section.pages.iter().map(|page| link(site.page(*page), map)).collect(),
                ..MapNode::default()
            });
        }
        places
    }
}

fn link(page: &Page, map: &Page) -> LinkView {
    LinkView { title: page.nav_title.clone(), url: Some(map.url.relative_to(&page.url)) }
}

/// Which nodes are tied, each pair once.
fn edges(site: &Site, places: &BTreeMap<PageId, Place>) -> BTreeSet<(Place, Place)> {
    let mut edges = BTreeSet::new();
    for page in &site.pages {
        let Some(from) = places.get(&page.id) else { continue };
        for to in page.related.iter().filter_map(|to| places.get(&to.page)).filter(|to| *to != from) {
            edges.insert((*from.min(to), *from.max(to)));
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::super::testing::Pages;
    use super::*;
    use crate::site::{NavNode, Related};

    /// Pages `a/0/`, `a/1/`, … in a section for each letter, each of which names the next one.
    fn site(sections: &[(&str, usize)]) -> Site {
        let mut pages = Pages::default().page("map/", "Map");
        let mut nav = Vec::new();
        let page = |page| NavNode { title: String::new(), page, url: None, children: Vec::new() };
        for (name, count) in sections {
            let first = pages.0.len();
            for number in 0..*count {
                let next = PageId(pages.0.len() + 1);
                pages = pages.page(&format!("{name}/{number}/"), &format!("{name} {number}")).with(|page| {
                    page.related = vec![Related { page: next, text: String::new() }];
                });
            }
            let children = (first..pages.0.len()).map(|id| page(Some(PageId(id)))).collect();
            nav.push(NavNode { title: (*name).to_string(), children, ..page(None) });
        }
        pages = pages.page("last/", "Last").with(|page| page.referenced_by = vec![PageId(page.id.0 - 1)]);
        Site { nav, ..pages.site() }
    }

    #[test]
    fn pages_stand_in_their_sections_and_know_their_lines() {
        let site = site(&[("a", 2), ("b", 1)]);
        let view = view(&site, &site.pages[0]);
        let groups: Vec<_> =
            view.groups.iter().map(|group| (group.title.as_str(), group.nodes.len())).collect();
        assert_eq!(groups, [("a", 2), ("b", 1), ("Other pages", 1)]);
        assert_eq!((view.edges.len(), view.of_sections), (3, false));
        let second = &view.groups[0].nodes[1];
        assert_eq!((second.url.as_str(), &second.edges[..]), ("../a/1/", &[0, 1][..]));
        assert_eq!(second.related[0].url.as_deref(), Some("../b/0/"));
    }

    #[test]
    fn of_very_many_pages_the_sections_are_shown() {
        let site = site(&[("a", 100), ("b", 100)]);
        let view = view(&site, &site.pages[0]);
        let nodes: Vec<_> =
            view.groups.iter().flat_map(|group| &group.nodes).map(|node| node.title.as_str()).collect();
        assert_eq!(nodes, ["a (100)", "b (100)", "Other pages (1)"]);
        assert_eq!((view.edges.len(), view.pages), (2, 201));
    }
}
