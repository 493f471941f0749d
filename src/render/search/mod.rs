//! The search index: small, in pieces that a browser loads when a reader types.
//!
//! In: the pages. Out: `assets/search/*.js`. The browser's half is `assets/search-rank.js`.
//!
//! | piece | holds |
//! |---|---|
//! | `list` | how many pages there are, which terms each piece of words begins with, the facets |
//! | `words-N` | terms, each with the pages it stands on and how much it says of each ([`postings`]) |
//! | `text-N` | the title and the sections of a few pages, for the lines below a result |
//! | `facet-N` | the values of a facet with their pages |
//!
//! A query loads the list, a piece for each word, and the texts of the pages that it shows: what is sent does not
//! grow with the site. Words give the pages in order; their texts then tell which section answers, and whether the
//! query stands there as a whole. The pieces are scripts that call `runproof.piece`, because browsers run scripts
//! but do not read files where a page was opened from a disk. Their names last, as those of pages do; the list
//! names a version that browsers ask for, so that no piece of an older site is taken for one of this.

mod code;
mod facets;
mod postings;
mod terms;
mod texts;

use super::artifact::Artifact;
use crate::check::view::PageExtras;
use crate::site::{Config, Page, PageId, PageKind, Site};
use crate::source::yaml::Node;
use crate::source::{Hash, Sources};
use facets::Facets;
use postings::Words;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use texts::Texts;

/// What the check floor adds to pages, by page.
type Extras = BTreeMap<PageId, PageExtras>;

/// The index of `site`.
pub(super) fn index(site: &Site, config: &Config, extras: &Extras, sources: &Sources) -> Vec<Artifact> {
    let stemmed = config.language.split('-').next() == Some("en");
    let (mut words, mut texts, mut facets) = (Words::new(stemmed), Texts::default(), Facets::default());
    let nothing = PageExtras::default();
    for (number, page) in site.pages.iter().filter(|page| is_searched(page)).enumerate() {
        let extras = extras.get(&page.id).unwrap_or(&nothing);
        let text = texts::read(page, extras, sources);
        words.add(number, page, &text);
        facets.add(number, page, extras);
        texts.add(page, &text, facets::labels(page, extras));
    }
    let (first_terms, words) = words.pieces();
    let (pages, per, texts) = texts.pieces();
    let (facets, of_facets) = facets.pieces(pages);
    let pieces: Vec<Artifact> = words.into_iter().chain(texts).chain(of_facets).collect();
    let list = json!({
        "pages": pages,
        "per": per,
        "stem": stemmed,
        "version": Hash::of_parts(pieces.iter().map(|piece| piece.hash.as_bytes())).short(8),
        "words": first_terms,
        "facets": facets,
    });
    std::iter::once(piece("list", &list.to_string())).chain(pieces).collect()
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

/// The piece `name`: a script that hands over `value`, JavaScript.
fn piece(name: &str, value: &str) -> Artifact {
    Artifact::text(format!("assets/search/{name}.js"), format!("runproof.piece(\"{name}\",{value});\n"))
}

/// `text` as JavaScript has it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
