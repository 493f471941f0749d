//! The page that shows which pages name each other as related.

use super::entry::{Entries, Entry};
use super::files::view_url;
use super::{Config, PageKind};

/// Add the map, for a site whose pages name others. A page of the author's at its place stays.
pub(super) fn add(config: &Config, entries: &mut Entries) {
    let url = view_url(config, "map");
    let taken = entries.list.iter().any(|entry| entry.url == url);
    if config.map && !taken && entries.list.iter().any(names_others) {
        let mut map = Entry::made(PageKind::Map, url, "Map".to_string());
        map.meta.description = Some("Which pages of this site belong together.".to_string());
        entries.list.push(map);
    }
}

fn names_others(entry: &Entry) -> bool {
    let in_list = |document: &crate::markdown::Document| document.links.iter().any(|link| link.related);
    !entry.meta.related.is_empty() || entry.document.as_deref().is_some_and(in_list)
}
