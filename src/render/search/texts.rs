//! What stands on the pages, section by section.

use super::super::artifact::Artifact;
use super::super::nav::from_root;
use super::super::text;
use super::piece;
use crate::check::view::{GeneratedBody, PageExtras, PolicyView};
use crate::markdown::Document;
use crate::site::Page;
use crate::source::Sources;
use serde_json::json;

/// Bytes that a piece of texts may have: what a reader loads for one result.
const PIECE: usize = 12_000;
/// Bytes of a section, and of a page, that results may show; the rest is found and not shown.
const SECTION_LENGTH: usize = 4_000;
const PAGE_LENGTH: usize = 24_000;

/// A section of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Section {
    /// Empty for what stands above the first heading.
    pub(super) id: String,
    pub(super) heading: String,
    pub(super) text: String,
}

impl Section {
    fn new(id: &str, heading: &str, text: String) -> Section {
        Section { id: id.to_string(), heading: heading.to_string(), text }
    }
}

/// The sections of `page`; there is always a first one.
pub(super) fn read(page: &Page, extras: &PageExtras, sources: &Sources) -> Vec<Section> {
    match (&page.document, &extras.body) {
        (Some(document), _) => of_document(document),
        (None, Some(GeneratedBody::Policy(policy))) => of_policy(page, policy, sources),
        (None, _) => vec![Section::new("", "", page.description.clone().unwrap_or_default())],
    }
}

fn of_document(document: &Document) -> Vec<Section> {
    let title = document.first_h1().map(|heading| &heading.id);
    let mut sections = vec![Section::default()];
    for section in text::sections(document) {
        let heading = section.heading.and_then(|index| document.headings.get(index));
        match (heading.filter(|heading| Some(&heading.id) != title), sections.last_mut()) {
            (Some(heading), _) => sections.push(Section::new(&heading.id, &heading.text, section.text)),
            // What stands above the title belongs to the page as a whole, as does what stands below it.
            (None, Some(last)) if last.text.is_empty() => last.text = section.text,
            (None, Some(last)) => last.text = [&last.text, " ", &section.text].concat().trim().to_string(),
            (None, None) => {}
        }
    }
    sections
}

/// A policy is found by its name, its rules, what it tells users, and its source.
fn of_policy(page: &Page, policy: &PolicyView, sources: &Sources) -> Vec<Section> {
    let facts = [Some(&policy.name), Some(&policy.kind), policy.category.as_ref(), page.description.as_ref()];
    let facts: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
    let mut sections = vec![Section::new("", "", facts.join(" · "))];
    for rule in &policy.rules {
        let words = rule.message.iter().chain(&rule.matches).chain(&rule.excludes);
        let words: Vec<&str> = words.map(String::as_str).collect();
        sections.push(Section::new(&rule.id, &rule.name, words.join(" ")));
    }
    let file = page.source.as_ref().and_then(|source| sources.get(source));
    if let Some(source) = file.as_ref().and_then(|file| file.text()) {
        let words: Vec<&str> = source.split_whitespace().collect();
        sections.push(Section::new("source", "Source", words.join(" ")));
    }
    sections
}

/// The pieces of texts.
#[derive(Default)]
pub(super) struct Texts {
    pages: Vec<String>,
}

impl Texts {
    /// Add the next page.
    pub(super) fn add(&mut self, page: &Page, sections: &[Section], labels: Vec<String>) {
        let mut left = PAGE_LENGTH;
        let mut parts = Vec::with_capacity(sections.len() * 3);
        for section in sections {
            let shown = start(&section.text, left.min(SECTION_LENGTH));
            left -= shown.len();
            parts.extend([section.id.as_str(), &section.heading, shown]);
        }
        self.pages.push(json!([from_root(&page.url), page.title, labels, parts]).to_string());
    }

    /// The number of pages, how many lie in one piece, and the pieces.
    pub(super) fn pieces(self) -> (usize, usize, Vec<Artifact>) {
        let bytes: usize = self.pages.iter().map(String::len).sum();
        let per = (PIECE * self.pages.len()).checked_div(bytes).unwrap_or(1).clamp(1, 64);
        let pieces = self.pages.chunks(per).enumerate();
        let pieces =
            pieces.map(|(at, pages)| piece(&format!("text-{at}"), &format!("[{}]", pages.join(","))));
        (self.pages.len(), per, pieces.collect())
    }
}

/// At most `length` bytes of the start of `text`.
fn start(text: &str, length: usize) -> &str {
    let end = (0..=length.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}
