//! How long it takes to read a page.

use crate::markdown::{Block, BlockKind, Document, Inline, InlineKind, LinkKind};

/// How many minutes it takes to read a page, code included. An image takes as long as 12 seconds of reading, each
/// further one a second less, down to 3.
pub(super) fn minutes(document: &Document, words_per_minute: usize) -> usize {
    let code: usize = document.fences.iter().map(|fence| count(&fence.code.text)).sum();
    let words = code + document.blocks.iter().map(block).sum::<usize>();
    let images = document.links.iter().filter(|link| link.kind == LinkKind::Image).count();
    let looking: usize = (0..images).map(|image| 12_usize.saturating_sub(image).max(3)).sum();
    ((words * 60).div_ceil(words_per_minute.max(1)) + looking).div_ceil(60).max(1)
}

/// Runs of letters and digits: `kube-system` is two words.
fn count(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).count()
}

fn blocks(blocks: &[Block]) -> usize {
    blocks.iter().map(block).sum()
}

fn block(one: &Block) -> usize {
    match &one.kind {
        BlockKind::Paragraph(content) | BlockKind::Heading(_, content) => inlines(content),
        BlockKind::Quote(content) | BlockKind::Element(_, content) => blocks(content),
        BlockKind::List(list) => list.items.iter().map(|item| blocks(&item.blocks)).sum(),
        BlockKind::Table(table) => {
            let rows = table.rows.iter().chain(std::iter::once(&table.head));
            rows.flatten().map(|(content, _)| inlines(content)).sum()
        }
        BlockKind::Admonition(box_) => box_.title.as_deref().map_or(0, inlines) + blocks(&box_.blocks),
        BlockKind::Tabs(_, tabs) => tabs.iter().map(|tab| inlines(&tab.label) + blocks(&tab.blocks)).sum(),
        BlockKind::Definitions(list) => list
            .iter()
            .map(|one| {
                let terms: usize = one.terms.iter().map(|term| inlines(term)).sum();
                terms + one.definitions.iter().map(|content| blocks(content)).sum::<usize>()
            })
            .sum(),
        BlockKind::Fence(_) | BlockKind::Rule | BlockKind::Html(_) | BlockKind::Toc => 0,
    }
}

/// Words of a run of text; a word may begin in one piece of it and end in the next.
fn inlines(content: &[Inline]) -> usize {
    let mut text = String::new();
    collect(content, &mut text);
    count(&text)
}

fn collect(content: &[Inline], text: &mut String) {
    for inline in content {
        match &inline.kind {
            InlineKind::Text(own) | InlineKind::Code(own, _) => text.push_str(own),
            InlineKind::SoftBreak | InlineKind::HardBreak => text.push(' '),
            InlineKind::Emphasis(inner)
            | InlineKind::Strong(inner)
            | InlineKind::Deleted(inner)
            | InlineKind::Inserted(inner)
            | InlineKind::Marked(inner)
            | InlineKind::Superscript(inner)
            | InlineKind::Subscript(inner)
            | InlineKind::Link(_, inner) => collect(inner, text),
            InlineKind::Abbreviation(_) => text.push('x'),
            _ => {}
        }
    }
}
