//! The part of the navigation that a page shows, as HTML with gaps.

use super::nav::{Numbered, first_page, from_root};
use crate::markdown::icon;
use crate::site::Site;
use crate::source::Hash;
use serde::Serialize;

/// A scope has no more links than this, beside the way down to it.
pub(super) const LIMIT: usize = 80;

/// Stands for the way to the root of the site. The marks are characters of the private use area: no title
/// can mean them, and no template escapes them.
const BASE: char = '\u{F0000}';
/// Begins a mark that depends on the page: `kind first-last` and [`END`].
const MARK: char = '\u{F0001}';
/// Ends such a mark.
const END: char = '\u{F0002}';

/// Which part of the tree a scope shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Key {
    /// The way down to the level that it shows; levels above show what stands beside the way, folded.
    way: Vec<usize>,
    /// The level is shown with everything below it; else its entries are folded.
    whole: bool,
    /// A level of more than [`LIMIT`] entries is shown in parts: the number of the part.
    part: usize,
}

impl Key {
    /// The scope of the entry at `path`: the highest level above it that can be shown whole; else the level it
    /// stands on, or for a section the level below it, folded.
    pub(super) fn of(tree: &[Numbered<'_>], path: &[usize]) -> Key {
        let (mut level, mut beside) = (tree, 0);
        for (depth, index) in path.iter().enumerate() {
            if beside.min(LIMIT / 2) + size(level) <= LIMIT {
                return Key { way: path[..depth].to_vec(), whole: true, part: 0 };
            }
            beside += level.len();
            level = level.get(*index).map_or(&[], |entry| &entry.children);
        }
        match path.split_last() {
            Some((last, way)) if level.is_empty() => {
                Key { way: way.to_vec(), whole: false, part: last / LIMIT }
            }
            _ => Key { way: path.to_vec(), whole: size(level) <= LIMIT, part: 0 },
        }
    }

    /// Is this the whole tree?
    pub(super) fn is_all(&self) -> bool {
        self.way.is_empty() && self.whole
    }
}

/// Links on a level and below.
fn size(level: &[Numbered<'_>]) -> usize {
    match (level.first(), level.last()) {
        (Some(first), Some(last)) => last.last - first.first,
        _ => 0,
    }
}

/// What `nav.html` sees of an entry.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    /// The text.
    title: String,
    /// The drawing that the page chose for itself.
    icon: Option<String>,
    /// Where it leads, with the way to the root as a mark.
    url: Option<String>,
    /// It leads out of the site.
    external: bool,
    /// Becomes ` aria-current="page"` on the page itself.
    current: String,
    /// Becomes ` class="nav-path"` on the entries above the page and on the page itself.
    path: String,
    /// Becomes ` open` on the entries above the page and on the page itself.
    open: String,
    /// Where the entries below it are in the shared script, when they are left out here.
    more: Option<String>,
    /// The entries below it.
    children: Vec<Item>,
}

/// What the scope `key` shows of the tree.
pub(super) fn items(site: &Site, tree: &[Numbered<'_>], key: &Key) -> Vec<Item> {
    Lister { site, key }.level(tree, &mut Vec::new())
}

struct Lister<'a> {
    site: &'a Site,
    key: &'a Key,
}

impl Lister<'_> {
    fn level(&self, level: &[Numbered<'_>], path: &mut Vec<usize>) -> Vec<Item> {
        let way = self.key.way.get(path.len()).copied();
        let below = path.len() >= self.key.way.len();
        let part = way.map_or(self.key.part, |index| index / LIMIT);
        let shown = match level.len() > LIMIT {
            true => part * LIMIT..((part + 1) * LIMIT).min(level.len()),
            false => 0..level.len(),
        };
        let before = shown.start.checked_sub(1).and_then(|index| level.get(index));
        let after = level.get(shown.end);
        let mut items: Vec<Item> = before.map(|entry| self.step(entry)).into_iter().collect();
        for index in shown {
            path.push(index);
            let open = way == Some(index) || below && self.key.whole;
            let children = if open { self.level(&level[index].children, path) } else { Vec::new() };
            items.push(self.item(&level[index], children, path));
            path.pop();
        }
        items.extend(after.map(|entry| self.step(entry)));
        items
    }

    fn item(&self, entry: &Numbered<'_>, children: Vec<Item>, path: &[usize]) -> Item {
        let left_out = children.is_empty() && !entry.children.is_empty();
        let own = entry.node.page.or_else(|| left_out.then(|| first_page(&entry.children)).flatten());
        let address = entry.node.url.clone().filter(|_| own.is_none());
        let path: Vec<String> = path.iter().map(usize::to_string).collect();
        Item {
            title: entry.node.title.clone(),
            icon: entry.node.page.and_then(|page| icon(self.site.page(page).icon.as_deref()?)),
            external: address.is_some(),
            url: own.map(|page| format!("{BASE}{}", from_root(&self.site.page(page).url))).or(address),
            current: mark('c', entry.first, entry.first + 1),
            path: mark('p', entry.first, entry.last),
            open: mark('o', entry.first, entry.last),
            more: left_out.then(|| path.join(".")),
            children,
        }
    }

    /// The entry by which a reader gets to the part of a long level before or after the one that is shown.
    fn step(&self, entry: &Numbered<'_>) -> Item {
        let item = self.item(entry, Vec::new(), &[]);
        Item { title: format!("\u{2026} {}", item.title), more: None, ..item }
    }
}

fn mark(kind: char, first: usize, last: usize) -> String {
    format!("{MARK}{kind}{first}-{last}{END}")
}

/// A part of the navigation as HTML with gaps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Scope {
    pieces: Vec<Piece>,
    hash: Option<Hash>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Html(String),
    Base,
    /// An attribute for the entries `first..last` alone, counted in the order of the tree.
    If {
        kind: char,
        first: usize,
        last: usize,
    },
}

impl Scope {
    pub(super) fn hash(&self) -> Hash {
        self.hash.unwrap_or_else(|| Hash::of([]))
    }

    /// Find the marks in what the template made.
    pub(super) fn parse(html: &str) -> Scope {
        let mut pieces = Vec::new();
        for (index, part) in html.split(MARK).enumerate() {
            let (mark, text) = match part.split_once(END) {
                Some((mark, text)) if index > 0 => (Some(mark), text),
                _ => (None, part),
            };
            pieces.extend(mark.and_then(Piece::from_mark));
            add_html(text, &mut pieces);
        }
        Scope { pieces, hash: Some(Hash::of(html)) }
    }

    /// The HTML for the page that is the entry `number`, with `base` as the way to the root.
    pub(super) fn html(&self, base: &str, number: Option<usize>) -> String {
        let mut html = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Html(text) => html.push_str(text),
                Piece::Base => html.push_str(base),
                Piece::If { kind, first, last } => {
                    if number.is_some_and(|number| (*first..*last).contains(&number)) {
                        html.push_str(attribute(*kind));
                    }
                }
            }
        }
        html
    }
}

fn add_html(html: &str, pieces: &mut Vec<Piece>) {
    for (index, text) in html.split(BASE).enumerate() {
        pieces.extend((index > 0).then_some(Piece::Base));
        pieces.extend((!text.is_empty()).then(|| Piece::Html(text.to_string())));
    }
}

impl Piece {
    fn from_mark(mark: &str) -> Option<Piece> {
        let kind = mark.chars().next()?;
        let (first, last) = mark[kind.len_utf8()..].split_once('-')?;
        Some(Piece::If { kind, first: first.parse().ok()?, last: last.parse().ok()? })
    }
}

fn attribute(kind: char) -> &'static str {
    match kind {
        'c' => " aria-current=page",
        'o' => " open",
        _ => " class=nav-path",
    }
}
