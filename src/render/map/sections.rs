//! Which pages stand together: by the sections of the navigation, divided where one is too long to be seen at once.

use crate::site::{NavNode, PageId, Site};
use std::collections::BTreeSet;

/// A section with more pages than these is divided into those below it.
const LONG: usize = 9;

/// Pages that stand together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    /// The titles of the sections that they are in, outermost first; empty for pages that are in none.
    pub(super) path: Vec<String>,
    /// The pages in the order of the navigation.
    pub(super) pages: Vec<PageId>,
}

impl Section {
    pub(super) fn title(&self) -> &str {
        self.path.last().map_or("Other pages", String::as_str)
    }

    pub(super) fn above(&self) -> String {
        self.path.split_last().map(|(_, above)| above.join(" / ")).unwrap_or_default()
    }
}

/// The pages `wanted` by their sections, in the order of the navigation; those that it does not show come last,
/// by the section that they say they are in.
pub(super) fn of(site: &Site, wanted: &BTreeSet<PageId>) -> Vec<Section> {
    let mut found = Vec::new();
    let mut left = wanted.clone();
    let mut top = Section::default();
    for node in &site.nav {
        match node.children.is_empty() {
            true => top.pages.extend(node.page.filter(|page| left.remove(page))),
            false => divide(node, &[], &mut left, &mut found),
        }
    }
    for page in left {
        let path: Vec<String> =
            site.page(page).breadcrumbs.iter().take(1).map(|crumb| crumb.title.clone()).collect();
        match found.iter_mut().find(|section| !path.is_empty() && section.path == path) {
            Some(section) => section.pages.push(page),
            None if path.is_empty() => top.pages.push(page),
            None => found.push(Section { path, pages: vec![page] }),
        }
    }
    found.push(top);
    found.retain(|section| !section.pages.is_empty());
    found
}

fn divide(node: &NavNode, above: &[String], left: &mut BTreeSet<PageId>, found: &mut Vec<Section>) {
    let path = [above, std::slice::from_ref(&node.title)].concat();
    let mut all = Vec::new();
    collect(node, &mut all);
    all.retain(|page| left.contains(page));
    if all.len() <= LONG || node.children.iter().all(|child| child.children.is_empty()) {
        all.retain(|page| left.remove(page));
        return found.push(Section { path, pages: all });
    }
    let leaves =
        node.children.iter().filter(|child| child.children.is_empty()).filter_map(|child| child.page);
    let own = node.page.into_iter().chain(leaves).filter(|page| left.remove(page)).collect();
    found.push(Section { path: path.clone(), pages: own });
    for child in node.children.iter().filter(|child| !child.children.is_empty()) {
        divide(child, &path, left, found);
    }
}

fn collect(node: &NavNode, pages: &mut Vec<PageId>) {
    pages.extend(node.page);
    node.children.iter().for_each(|child| collect(child, pages));
}
