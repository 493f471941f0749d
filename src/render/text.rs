//! The plain text of a document, for search.

use crate::markdown::{BlockKind, Document, text_of};

/// The text below one heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Section {
    /// The heading's index in [`Document::headings`]; `None` for what stands above the first one.
    pub(super) heading: Option<usize>,
    /// Words between single spaces.
    pub(super) text: String,
}

/// The sections of a document in their order, by the headings at the top level.
pub(super) fn sections(document: &Document) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let notes = document.footnotes.iter().flat_map(|footnote| &footnote.blocks);
    for block in document.blocks.iter().chain(notes) {
        match (&block.kind, sections.last_mut()) {
            (BlockKind::Heading(index, _), _) => {
                sections.push(Section { heading: Some(*index), text: String::new() });
            }
            (_, Some(section)) => add(&text_of(document, block), &mut section.text),
            (_, None) => {}
        }
    }
    sections
}

/// Add the words of `text`.
fn add(text: &str, to: &mut String) {
    to.reserve(text.len() + 1);
    for word in text.split_whitespace() {
        if !to.is_empty() {
            to.push(' ');
        }
        to.push_str(word);
    }
}
