//! The search index: small, in pieces that a browser loads when a reader types.
//!
//! A page's sections are the documents. `search/list.js` names the pieces and lists the sections; a piece holds
//! the words that begin with one letter, each with the sections it stands in; the text of sections, for the
//! lines below a result, lies in pieces of [`SECTIONS_PER_TEXT`]. The pieces are scripts that call
//! `runproof.search` with JSON, because browsers run scripts but do not read files where a page was opened
//! from a disk.

use super::artifact::Artifact;
use super::nav::from_root;
use super::text;
use crate::site::{Page, PageKind, Site};
use crate::source::Hash;
use crate::source::yaml::Node;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Sections whose text lies in one piece.
const SECTIONS_PER_TEXT: usize = 64;
/// Characters of a section's text that a result may show.
const TEXT_LENGTH: usize = 600;
/// A longer run of letters is no word that anyone types.
const WORD_LENGTH: usize = 40;
/// How much more a word in a page's title, and in a heading, counts than one in the text.
const TITLE_WEIGHT: u32 = 12;
const HEADING_WEIGHT: u32 = 6;
/// More of the same word in one section tells nothing.
const MOST: u32 = 8;

/// A section of a page.
struct Entry {
    /// Which page: an index into the list of pages.
    page: usize,
    /// Empty for what stands above the first heading.
    id: String,
    heading: String,
    text: String,
}

/// The index of `site`; the first artifact is the one that pages load.
pub(super) fn index(site: &Site) -> Vec<Artifact> {
    let pages: Vec<&Page> = site.pages.iter().filter(|page| is_searched(page)).collect();
    let entries: Vec<Entry> =
        pages.iter().enumerate().flat_map(|(index, page)| entries(index, page)).collect();
    let mut pieces = words(&pages, &entries);
    let texts: Vec<Artifact> = entries.chunks(SECTIONS_PER_TEXT).map(texts).collect();
    let names = |pieces: &[(String, Artifact)]| -> serde_json::Map<String, Value> {
        pieces.iter().map(|(key, piece)| (key.clone(), json!(piece.path.file_name()))).collect()
    };
    let list = json!({
        "pages": pages.iter().map(|page| json!([from_root(&page.url), page.title])).collect::<Vec<_>>(),
        "sections": entries.iter().map(|entry| json!([entry.page, entry.id, entry.heading])).collect::<Vec<_>>(),
        "words": names(&pieces),
        "texts": texts.iter().map(|piece| json!(piece.path.file_name())).collect::<Vec<_>>(),
        "per": SECTIONS_PER_TEXT,
    });
    let mut all = vec![Artifact::text("assets/search/list.js", script("list", &list))];
    all.extend(pieces.drain(..).map(|(_, piece)| piece));
    all.extend(texts);
    all
}

fn is_searched(page: &Page) -> bool {
    let excluded = page.document.as_ref().is_some_and(|document| {
        let search = document.front_matter.get("search");
        search.and_then(|search| search.get("exclude")).and_then(Node::as_bool) == Some(true)
    });
    !page.unlisted
        && !excluded
        && matches!(page.kind, PageKind::Content | PageKind::Post | PageKind::Generated(_))
}

fn entries(index: usize, page: &Page) -> Vec<Entry> {
    let Some(document) = &page.document else {
        let text = page.description.clone().unwrap_or_default();
        return vec![Entry { page: index, id: String::new(), heading: String::new(), text }];
    };
    let title = document.first_h1().map(|heading| heading.id.clone());
    let of = |section: text::Section| {
        let heading = section.heading.and_then(|index| document.headings.get(index));
        let is_title = heading.is_some_and(|heading| Some(&heading.id) == title.as_ref());
        let shown = heading.filter(|_| !is_title);
        Entry {
            page: index,
            id: shown.map_or_else(String::new, |heading| heading.id.clone()),
            heading: shown.map_or_else(String::new, |heading| heading.text.clone()),
            text: section.text.trim().to_string(),
        }
    };
    let sections = text::sections(document).into_iter().map(of);
    let mut kept: Vec<Entry> = Vec::new();
    for entry in sections {
        match kept.last_mut() {
            // What stands above the title belongs to the page as a whole, as does what stands below it.
            Some(last) if last.id.is_empty() && entry.id.is_empty() => {
                last.text = [last.text.as_str(), &entry.text].join(" ").trim().to_string();
            }
            _ => kept.push(entry),
        }
    }
    kept
}

/// The pieces of words, by the first letter of the words in them.
fn words(pages: &[&Page], entries: &[Entry]) -> Vec<(String, Artifact)> {
    let mut words = Words::default();
    for (index, entry) in entries.iter().enumerate() {
        if entry.id.is_empty() {
            words.add(&pages[entry.page].title, index, TITLE_WEIGHT);
            pages[entry.page].tags.iter().for_each(|tag| words.add(tag, index, HEADING_WEIGHT));
        }
        words.add(&entry.heading, index, HEADING_WEIGHT);
        words.add(&entry.text, index, 1);
    }
    let mut by_letter: BTreeMap<String, serde_json::Map<String, Value>> = BTreeMap::new();
    for (word, sections) in words.postings {
        let letter: String = word.chars().take(1).collect();
        by_letter.entry(letter).or_default().insert(word, Value::from(in_turn(&sections)));
    }
    by_letter.into_iter().map(|(letter, words)| (letter, piece("words", &Value::Object(words)))).collect()
}

/// Where each word stands: sections in order, with the word's weight there.
#[derive(Default)]
struct Words {
    postings: BTreeMap<String, Vec<(usize, u32)>>,
    lower: String,
}

impl Words {
    /// The words of a text of `section`, in lower case. The script that searches splits what is typed in the
    /// same way. Sections come in order.
    fn add(&mut self, text: &str, section: usize, weight: u32) {
        for word in text.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
            if word.is_empty() || word.len() > WORD_LENGTH {
                continue;
            }
            self.lower.clear();
            self.lower.extend(word.chars().flat_map(char::to_lowercase));
            match self.postings.get_mut(self.lower.as_str()) {
                Some(sections) => count(sections, section, weight),
                None => drop(self.postings.insert(self.lower.clone(), vec![(section, weight)])),
            }
        }
    }
}

fn count(sections: &mut Vec<(usize, u32)>, section: usize, weight: u32) {
    match sections.last_mut() {
        Some((last, sum)) if *last == section => {
            *sum = (*sum + weight).min(TITLE_WEIGHT + HEADING_WEIGHT + MOST)
        }
        _ => sections.push((section, weight)),
    }
}

/// Sections and weights in turn; a section as its distance from the one before.
fn in_turn(sections: &[(usize, u32)]) -> Vec<usize> {
    let mut last = 0;
    let pair = |(section, weight): &(usize, u32)| {
        let distance = section - last;
        last = *section;
        [distance, *weight as usize]
    };
    sections.iter().flat_map(pair).collect()
}

fn texts(entries: &[Entry]) -> Artifact {
    let short = |entry: &Entry| Value::from(entry.text.chars().take(TEXT_LENGTH).collect::<String>());
    piece("text", &Value::Array(entries.iter().map(short).collect()))
}

/// A piece under a name that tells its content. The list alone has a lasting name: pages refer to it.
fn piece(kind: &str, value: &Value) -> Artifact {
    let hash = Hash::of(value.to_string()).short(8);
    let name = format!("{kind}.{hash}.js");
    let text = script(&name, value);
    Artifact::text(format!("assets/search/{name}"), text)
}

/// A script that hands `value` over by `name`.
fn script(name: &str, value: &Value) -> String {
    format!("runproof.piece(\"{name}\",{value});\n")
}
