//! Which terms stand on which pages, and how much each says of its page.
//!
//! A term weighs by where it stands - title, heading, tag, text - and less on a long page. The sum becomes a
//! *level* from 1 to 16. A posting is the distance from the page before, times 16, and the level.

use super::super::artifact::Artifact;
use super::terms::{Terms, chunks};
use super::texts::Section;
use super::{code, piece, quoted};
use crate::site::Page;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What one place in the text of a page of this many bytes weighs: [`TEXT`]; in a shorter one more.
const TEXT: u32 = 16;
const TEXT_BYTES: usize = 4_000;
const HEADING: u32 = 64;
const TAG: u32 = 48;
const DESCRIPTION: u32 = 24;
/// A title of few words is more about each of them.
const TITLE: u32 = 128;
/// The weight that makes half of the highest level.
const HALF: u32 = 64;
const LEVELS: u32 = 16;

/// The most pages that a term names: those of which it says most. What stands on more pages tells little.
const MOST_PAGES: usize = 4_096;
/// The most pages that the beginning of words names.
const MOST_BEGUN: usize = 200;
/// Bytes of a piece, and of words with one beginning that a reader may load while typing.
const PIECE: usize = 12_000;
const BEGUN: usize = 4_000;
/// Words with a longer beginning in common are not summed up.
const LONGEST_BEGINNING: usize = 12;

/// Every chunk of the site with its pages.
pub(super) struct Words {
    terms: Terms,
    numbers: HashMap<String, usize, BuildHasherDefault<Fnv>>,
    chunks: Vec<Chunk>,
}

struct Chunk {
    text: String,
    /// Pages in order, each with the sum of the weights.
    pages: Vec<(u32, u32)>,
}

/// A term, or with a `*` the words that begin so.
struct Term {
    text: String,
    /// Pages in order, each with its level.
    pages: Vec<(u32, u32)>,
    /// On how many pages it stands in truth.
    count: usize,
    /// As it is written in a piece.
    line: String,
}

impl Words {
    /// No words yet; English ones will be `stemmed`.
    pub(super) fn new(stemmed: bool) -> Words {
        Words { terms: Terms::new(stemmed), numbers: HashMap::default(), chunks: Vec::new() }
    }

    /// Add what stands on page `number`. Pages come in order.
    pub(super) fn add(&mut self, number: usize, page: &Page, sections: &[Section]) {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let in_title = u32::try_from(chunks(&page.title).count()).unwrap_or(1).max(1);
        self.add_text(&page.title, number, TITLE + TITLE / in_title);
        self.add_text(page.description.as_deref().unwrap_or_default(), number, DESCRIPTION);
        page.tags.iter().for_each(|tag| self.add_text(tag, number, TAG));
        let bytes: usize = sections.iter().map(|section| section.text.len()).sum();
        let weight = TEXT * 2 * TEXT_BYTES as u32 / (TEXT_BYTES + bytes).min(1 << 20) as u32;
        for section in sections {
            self.add_text(&section.heading, number, HEADING);
            self.add_text(&section.text, number, weight.max(1));
        }
    }

    fn add_text(&mut self, text: &str, page: u32, weight: u32) {
        for chunk in chunks(text) {
            let number = match self.numbers.get(chunk) {
                Some(number) => *number,
                None => self.new_chunk(chunk),
            };
            match self.chunks[number].pages.last_mut() {
                Some((last, sum)) if *last == page => *sum += weight,
                _ => self.chunks[number].pages.push((page, weight)),
            }
        }
    }

    fn new_chunk(&mut self, text: &str) -> usize {
        let number = self.chunks.len();
        self.numbers.insert(text.to_string(), number);
        self.chunks.push(Chunk { text: text.to_string(), pages: Vec::new() });
        number
    }

    /// The term with which each piece begins, and the pieces.
    pub(super) fn pieces(self) -> (Vec<String>, Vec<Artifact>) {
        let mut terms = self.into_terms();
        let mut begun = Vec::new();
        sum_up(&terms, 1, &mut begun);
        terms.extend(begun);
        terms.sort_unstable_by(|left, right| left.text.cmp(&right.text));
        let cut = cut(&terms);
        let write = |(at, terms): (usize, &[Term])| {
            let lines: Vec<&str> = terms.iter().map(|term| term.line.as_str()).collect();
            piece(&format!("words-{at}"), &quoted(&[&lines.concat(), "~"].concat()))
        };
        let firsts = cut.iter().map(|terms| terms[0].text.clone()).collect();
        (firsts, cut.into_iter().enumerate().map(write).collect())
    }

    /// The terms of all chunks, sorted.
    fn into_terms(self) -> Vec<Term> {
        let mut pairs: Vec<(String, usize)> = Vec::with_capacity(self.chunks.len() * 2);
        for (number, chunk) in self.chunks.iter().enumerate() {
            pairs.extend(self.terms.of(&chunk.text).into_iter().map(|term| (term, number)));
        }
        pairs.sort_unstable();
        let of_one_term = pairs.chunk_by(|left, right| left.0 == right.0);
        of_one_term.map(|chunks| Term::new(chunks[0].0.clone(), self.levels(chunks))).collect()
    }

    /// The pages of chunks of one term.
    fn levels(&self, chunks: &[(String, usize)]) -> Vec<(u32, u32)> {
        let level = |(page, weight): (u32, u32)| (page, (LEVELS * weight).div_ceil(weight + HALF).max(1));
        if let [(_, number)] = chunks {
            return self.chunks[*number].pages.iter().copied().map(level).collect();
        }
        let pages = chunks.iter().flat_map(|(_, number)| &self.chunks[*number].pages);
        let mut pages: Vec<(u32, u32)> = pages.copied().collect();
        pages.sort_unstable();
        pages.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        pages.into_iter().map(level).collect()
    }
}

impl Term {
    fn new(text: String, pages: Vec<(u32, u32)>) -> Term {
        let count = pages.len();
        Term::of(text, best(pages, MOST_PAGES), count)
    }

    fn of(text: String, pages: Vec<(u32, u32)>, count: usize) -> Term {
        let mut line = ["~", &text, " "].concat();
        let mut last = 0;
        for (page, level) in &pages {
            code::push(((page - last) * LEVELS + level - 1) as usize, &mut line);
            last = *page;
        }
        if count > pages.len() {
            line.push(' ');
            line.push_str(&count.to_string());
        }
        Term { text, pages, count, line }
    }
}

/// The pages of the highest levels, again in order.
fn best(mut pages: Vec<(u32, u32)>, most: usize) -> Vec<(u32, u32)> {
    if pages.len() > most {
        pages.sort_unstable_by_key(|(page, level)| (LEVELS - level, *page));
        pages.truncate(most);
        pages.sort_unstable();
    }
    pages
}

/// Where many words begin alike, typing that beginning must not load them all: name the best pages of all of them.
fn sum_up(terms: &[Term], length: usize, begun: &mut Vec<Term>) {
    for group in terms.chunk_by(|left, right| beginning(&left.text, length) == beginning(&right.text, length))
    {
        let bytes: usize = group.iter().map(|term| term.line.len()).sum();
        if bytes <= BEGUN || length > LONGEST_BEGINNING || group.len() < 2 {
            continue;
        }
        let mut pages: Vec<(u32, u32)> = group.iter().flat_map(|term| term.pages.iter().copied()).collect();
        pages.sort_unstable_by_key(|(page, level)| (*page, LEVELS - level));
        pages.dedup_by_key(|(page, _)| *page);
        let most = group.iter().map(|term| term.count).max().unwrap_or_default();
        let count = most.max(pages.len());
        let text = [beginning(&group[0].text, length), "*"].concat();
        begun.push(Term::of(text, best(pages, MOST_BEGUN), count));
        sum_up(group, length + 1, begun);
    }
}

/// The first `length` letters of `text`.
fn beginning(text: &str, length: usize) -> &str {
    text.char_indices().nth(length).map_or(text, |(at, _)| &text[..at])
}

/// Runs of terms that fill a piece; a term that is longer has one of its own.
fn cut(terms: &[Term]) -> Vec<&[Term]> {
    let (mut pieces, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, term) in terms.iter().enumerate() {
        if at > start && bytes + term.line.len() > PIECE {
            pieces.push(&terms[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += term.line.len();
    }
    if start < terms.len() {
        pieces.push(&terms[start..]);
    }
    pieces
}

/// The hash of Fowler, Noll and Vo: short words are many, and nobody attacks a build with them.
#[derive(Default)]
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(pages: &[(&str, &str)]) -> Vec<Term> {
        let mut words = Words::new(true);
        for (number, (title, text)) in pages.iter().enumerate() {
            let section = Section { text: text.to_string(), ..Section::default() };
            let page = super::super::super::testing::page(number, "", title);
            words.add(number, &page, &[section]);
        }
        words.into_terms()
    }

    fn pages(terms: &[Term], text: &str) -> Vec<(u32, u32)> {
        terms.iter().find(|term| term.text == text).map(|term| term.pages.clone()).unwrap_or_default()
    }

    #[test]
    fn forms_of_a_word_are_one_term_and_titles_weigh_more() {
        let terms = terms(&[("Home", "one policy"), ("Policies", "none"), ("Other", "Policy, policies.")]);
        let found = pages(&terms, "polici");
        let (numbers, levels): (Vec<u32>, Vec<u32>) = found.into_iter().unzip();
        assert_eq!(numbers, [0, 1, 2]);
        assert!(levels[1] > levels[2] && levels[2] > levels[0], "{levels:?}");
    }

    #[test]
    fn a_term_names_its_best_pages_and_says_on_how_many_it_stands() {
        let pages: Vec<(u32, u32)> =
            (0..5000).map(|page| (page, if page == 4999 { 16 } else { 1 })).collect();
        let term = Term::new("the".to_string(), pages);
        assert_eq!((term.pages.len(), term.count), (MOST_PAGES, 5000));
        assert_eq!(term.pages.last(), Some(&(4999, 16)));
        assert!(term.line.ends_with(" 5000"));
    }

    #[test]
    fn beginnings_of_many_words_are_summed_up() {
        let text: Vec<String> = (0..2000).map(|number| format!("word{number:04}")).collect();
        let terms = terms(&[("A", &text.join(" "))]);
        let mut begun = Vec::new();
        sum_up(&terms, 1, &mut begun);
        let names: Vec<&str> = begun.iter().map(|term| term.text.as_str()).collect();
        assert_eq!(&names[..5], ["w*", "wo*", "wor*", "word*", "word0*"]);
        assert!(!names.contains(&"word00*"), "what fits is read as it is");
    }

    #[test]
    fn pieces_begin_with_the_term_that_they_are_found_by() {
        let text: Vec<String> = (0..4000).map(|number| format!("x{number}")).collect();
        let mut words = Words::new(true);
        let section = Section { text: text.join(" "), ..Section::default() };
        words.add(0, &super::super::super::testing::page(0, "", "A"), &[section]);
        let (firsts, pieces) = words.pieces();
        assert_eq!(firsts.len(), pieces.len());
        assert!(firsts.is_sorted() && firsts.len() > 2);
        for (first, piece) in firsts.iter().zip(&pieces) {
            assert!(String::from_utf8_lossy(&piece.bytes).contains(&format!(",\"~{first} ")));
            assert!(piece.bytes.len() < PIECE + 100);
        }
    }
}
