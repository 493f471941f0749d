//! Where the names of tags and categories lead, and sections that have moved.

use super::view::MoveView;
use crate::check::view::PROOF_KEY;
use crate::site::{NavNode, Page, PageId, PageKind, Site};
use crate::source::UrlPath;
use std::collections::{BTreeMap, BTreeSet};

/// The pages of tags and categories by their names.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The page of a tag, and the fragment of its group when it shares the page with others.
    pub(super) tags: BTreeMap<String, (UrlPath, String)>,
    /// The list of a category's posts.
    pub(super) categories: BTreeMap<String, UrlPath>,
    /// Pages that stand in the navigation under the title of their section.
    pub(super) indexes: BTreeSet<PageId>,
    /// The page that tells what the site proves.
    pub(super) proof: Option<UrlPath>,
    /// The page that shows which pages name each other.
    pub(super) map: Option<UrlPath>,
    /// Sections that are now elsewhere, by the page that they were on.
    pub(super) moves: BTreeMap<UrlPath, Vec<MoveView>>,
}

impl Names {
    /// The names of `site`.
    pub(super) fn of(site: &Site) -> Names {
        let mut indexes = BTreeSet::new();
        add_indexes(&site.nav, &mut indexes);
        let is_proof = |page: &&Page| matches!(&page.kind, PageKind::Generated(key) if key == PROOF_KEY);
        let proof = site.pages.iter().find(is_proof).map(|page| page.url.clone());
        let map = site.pages.iter().find(|page| page.kind == PageKind::Map).map(|page| page.url.clone());
        Names { tags: tags(site), categories: categories(site), indexes, proof, map, moves: moves(site) }
    }
}

fn add_indexes(nodes: &[NavNode], found: &mut BTreeSet<PageId>) {
    for node in nodes.iter().filter(|node| !node.children.is_empty()) {
        found.extend(node.page);
        add_indexes(&node.children, found);
    }
}

fn tags(site: &Site) -> BTreeMap<String, (UrlPath, String)> {
    let own = |tag: &crate::site::Tag| tag.page.map(|page| (site.page(page).url.clone(), String::new()));
    let is_list = |page: &&crate::site::Page| {
        page.kind == PageKind::Tags && !site.tags.iter().any(|tag| tag.page == Some(page.id))
    };
    let list = site.pages.iter().find(is_list);
    let shared = |tag: &crate::site::Tag| list.map(|list| (list.url.clone(), format!("#tag:{}", tag.slug)));
    let known =
        site.tags.iter().filter_map(|tag| Some((tag.name.clone(), own(tag).or_else(|| shared(tag))?)));
    known.collect()
}

/// A list of posts that bears the name of a category of all its posts is that category's list. A further page
/// of it has a longer URL.
fn categories(site: &Site) -> BTreeMap<String, UrlPath> {
    let mut found: BTreeMap<String, UrlPath> = BTreeMap::new();
    for page in site.pages.iter().filter(|page| page.kind == PageKind::Posts && !page.lists.is_empty()) {
        let in_all = page
            .lists
            .iter()
            .all(|id| site.page(*id).post.as_ref().is_some_and(|post| post.categories.contains(&page.title)));
        if in_all {
            let shortest = found.entry(page.title.clone()).or_insert_with(|| page.url.clone());
            if page.url.as_str().len() < shortest.as_str().len() {
                *shortest = page.url.clone();
            }
        }
    }
    found
}

fn moves(site: &Site) -> BTreeMap<UrlPath, Vec<MoveView>> {
    let mut found: BTreeMap<UrlPath, Vec<MoveView>> = BTreeMap::new();
    for redirect in &site.redirects {
        if let Some(from) = redirect.fragment.clone() {
            found.entry(redirect.from.clone()).or_default().push(MoveView { from, to: redirect.to.clone() });
        }
    }
    found
}
