//! Text without markup, for search, feeds and previews.

use crate::markdown::{Block, BlockKind, Document, Inline, InlineKind};

/// The characters of some inline content. Code keeps its characters; icons, footnote marks and raw HTML have none.
pub fn plain_text(document: &Document, inlines: &[Inline]) -> String {
    let mut text = String::new();
    inlines_text(document, inlines, &mut text);
    text
}

fn inlines_text(document: &Document, inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        inline_text(document, inline, text);
    }
}

fn inline_text(document: &Document, inline: &Inline, text: &mut String) {
    match &inline.kind {
        InlineKind::Text(own) | InlineKind::Code(own, _) | InlineKind::Emoji(own) => text.push_str(own),
        InlineKind::SoftBreak | InlineKind::HardBreak => text.push(' '),
        InlineKind::Emphasis(inner)
        | InlineKind::Strong(inner)
        | InlineKind::Deleted(inner)
        | InlineKind::Inserted(inner)
        | InlineKind::Marked(inner)
        | InlineKind::Superscript(inner)
        | InlineKind::Subscript(inner)
        | InlineKind::Link(_, inner) => inlines_text(document, inner, text),
        InlineKind::Image(index) => text.push_str(document.links.get(*index).map_or("", |link| &link.text)),
        InlineKind::Abbreviation(index) => {
            text.push_str(document.abbreviations.get(*index).map_or("", |(key, _)| key));
        }
        InlineKind::Keys(keys) => text.push_str(&keys.join("+")),
        InlineKind::Html(_) | InlineKind::FootnoteReference(..) | InlineKind::Icon(_) => {}
    }
}

/// The text of a block and all that it contains, code included; paragraphs, cells and items end with a newline.
pub fn text_of(document: &Document, block: &Block) -> String {
    let mut text = String::new();
    block_text(document, block, &mut text);
    text
}

fn blocks_text(document: &Document, blocks: &[Block], text: &mut String) {
    for block in blocks {
        block_text(document, block, text);
    }
}

fn line(document: &Document, inlines: &[Inline], text: &mut String) {
    inlines_text(document, inlines, text);
    text.push('\n');
}

fn block_text(document: &Document, block: &Block, text: &mut String) {
    match &block.kind {
        BlockKind::Paragraph(inlines) | BlockKind::Heading(_, inlines) => line(document, inlines, text),
        BlockKind::Quote(blocks) | BlockKind::Element(_, blocks) => blocks_text(document, blocks, text),
        BlockKind::List(list) => list.items.iter().for_each(|item| blocks_text(document, &item.blocks, text)),
        BlockKind::Fence(index) => fence_text(document, *index, text),
        BlockKind::Table(table) => {
            let cells = table.head.iter().chain(table.rows.iter().flatten());
            cells.for_each(|(inlines, _)| line(document, inlines, text));
        }
        BlockKind::Admonition(admonition) => {
            line(document, admonition.title.as_deref().unwrap_or_default(), text);
            blocks_text(document, &admonition.blocks, text);
        }
        BlockKind::Tabs(_, tabs) => {
            for tab in tabs {
                line(document, &tab.label, text);
                blocks_text(document, &tab.blocks, text);
            }
        }
        BlockKind::Definitions(definitions) => {
            for definition in definitions {
                definition.terms.iter().for_each(|term| line(document, term, text));
                definition.definitions.iter().for_each(|blocks| blocks_text(document, blocks, text));
            }
        }
        BlockKind::Rule | BlockKind::Html(_) | BlockKind::Toc => {}
    }
}

fn fence_text(document: &Document, index: usize, text: &mut String) {
    let Some(fence) = document.fences.get(index) else { return };
    if let Some(title) = &fence.title {
        text.push_str(title);
        text.push('\n');
    }
    text.push_str(&fence.code.text);
    fence.annotations.iter().for_each(|blocks| blocks_text(document, blocks, text));
}
