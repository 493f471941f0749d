//! The dialect's containers as blocks.

use super::attributes::merge;
use super::blocks::Gathered;
use super::builder::Builder;
use super::containers::{HeadKind, Title};
use super::html_block::Element;
use super::raw::{Raw, RawKind};
use crate::diag::{Diagnostic, codes};
use crate::markdown::{
    Admonition, Attributes, Block, BlockKind, Definition, Fold, Inline, InlineKind, Lacking, Tab,
};
use crate::source::Span;
use pulldown_cmark::Tag;

impl<'a> Builder<'a> {
    pub(super) fn container(
        &mut self,
        node: &'a Raw<'a>,
        head: &'a HeadKind,
        place: Span,
        gathered: &mut Gathered,
    ) {
        let span = place.to(self.trimmed_span(node.range.clone()));
        match head {
            HeadKind::Admonition { classes, title, fold } => {
                let kind = self.admonition(node, classes, title, *fold, place);
                gathered.blocks.push(Block { kind, span, attributes: Attributes::default() });
            }
            HeadKind::Tab { new_set, selected } => self.tab(node, *new_set, *selected, span, place, gathered),
            HeadKind::Definition => self.definition(node, place, span, gathered),
            HeadKind::Footnote { .. } => self.lacks(Lacking::Footnotes, place, "footnotes", "footnotes"),
            HeadKind::Element(tag) => {
                let block = self.element(node, tag, span, place);
                gathered.blocks.push(block);
            }
        }
    }

    fn admonition(
        &mut self,
        node: &'a Raw<'a>,
        classes: &[String],
        title: &Title,
        fold: Fold,
        place: Span,
    ) -> BlockKind {
        let (title, rest) = match title {
            Title::Written => self.title(&node.children),
            Title::Hidden => (None, node.children.as_slice()),
            Title::Default(word) => {
                let kind = InlineKind::Text(word.clone());
                let word = Inline { kind, span: place, attributes: Attributes::default() };
                (Some(vec![word]), node.children.as_slice())
            }
        };
        if fold != Fold::Never {
            self.lacks(Lacking::Details, place, "`???` blocks", "pymdownx.details");
        }
        let blocks = self.blocks(rest, false);
        BlockKind::Admonition(Admonition { classes: classes.to_vec(), title, blocks, fold })
    }

    fn element(&mut self, node: &'a Raw<'a>, tag: &Element, span: Span, place: Span) -> Block {
        if let Some(id) = &tag.attributes.id {
            self.explicit_id(id, place);
        }
        let mut blocks = self.blocks(&node.children, false);
        let lone = blocks.len() == 1 && tag.name == "p";
        match blocks.pop_if(|block| lone && matches!(block.kind, BlockKind::Paragraph(_))) {
            // A paragraph may hold no other: `<p markdown>` is the paragraph that it holds.
            Some(mut block) => {
                let inner = std::mem::replace(&mut block.attributes, tag.attributes.clone());
                merge(&mut block.attributes, inner);
                Block { span, ..block }
            }
            None => {
                let kind = BlockKind::Element(tag.name.clone(), blocks);
                Block { kind, span, attributes: tag.attributes.clone() }
            }
        }
    }

    /// The heading that holds a title, and what follows.
    pub(super) fn title(&mut self, nodes: &'a [Raw<'a>]) -> (Option<Vec<Inline>>, &'a [Raw<'a>]) {
        match nodes.split_first() {
            Some((first, rest)) if matches!(first.kind, RawKind::Tag(Tag::Heading { .. })) => {
                (Some(self.inlines(&first.children, false)), rest)
            }
            _ => (Some(Vec::new()), nodes),
        }
    }

    pub(super) fn tab(
        &mut self,
        node: &'a Raw<'a>,
        new_set: bool,
        selected: bool,
        span: Span,
        place: Span,
        gathered: &mut Gathered,
    ) {
        let joins =
            !new_set && matches!(gathered.blocks.last(), Some(Block { kind: BlockKind::Tabs(..), .. }));
        if !joins {
            self.tab_sets += 1;
            self.lacks(Lacking::Tabs, place, "content tabs", "pymdownx.tabbed");
        }
        let number = self.tab_sets;
        let (label, rest) = self.title(&node.children);
        let label = label.unwrap_or_default();
        let text = self.plain(&label).trim().to_string();
        let tab = Tab { label, text, selected, blocks: self.blocks(rest, false) };
        match gathered.blocks.last_mut() {
            Some(Block { kind: BlockKind::Tabs(_, tabs), span: whole, .. }) if joins => {
                tabs.push(tab);
                *whole = whole.to(span);
            }
            _ => gathered.blocks.push(Block {
                kind: BlockKind::Tabs(number, vec![tab]),
                span,
                attributes: Attributes::default(),
            }),
        }
    }

    pub(super) fn definition(&mut self, node: &'a Raw<'a>, place: Span, span: Span, gathered: &mut Gathered) {
        let last = gathered.blocks.last_mut();
        if let Some(Block { kind: BlockKind::Definitions(list), span: whole, .. }) = last {
            *whole = whole.to(span);
            let blocks = self.blocks(&node.children, false);
            if let Some(definition) = list.last_mut() {
                definition.definitions.push(blocks);
            }
            return;
        }
        let Some(Block { kind: BlockKind::Paragraph(inlines), span: term, .. }) =
            gathered.blocks.pop_if(|last| matches!(last.kind, BlockKind::Paragraph(_)))
        else {
            // No term: the line is read again as text.
            self.misplaced.insert(place);
            return;
        };
        let terms = lines_of(inlines);
        let definition = Definition { terms, definitions: vec![self.blocks(&node.children, false)] };
        match gathered.blocks.last_mut() {
            Some(Block { kind: BlockKind::Definitions(list), span: whole, .. }) => {
                list.push(definition);
                *whole = whole.to(span);
            }
            _ => {
                let kind = BlockKind::Definitions(vec![definition]);
                gathered.blocks.push(Block { kind, span: term.to(span), attributes: Attributes::default() });
            }
        }
    }

    /// A note that MkDocs would show the source instead.
    pub(super) fn lacks(&mut self, what: Lacking, span: Span, name: &str, extension: &str) {
        let told = matches!(what, Lacking::Details | Lacking::Footnotes)
            && self.out.diagnostics.iter().any(|found| {
                found.code == &codes::MKDOCS_LACKS && found.help.iter().any(|help| help.contains(extension))
            });
        if self.dialect.mkdocs_lacks.contains(&what) && !told {
            let message =
                format!("the site's mkdocs.yml does not switch on {name}, so that MkDocs shows their marks");
            self.found(Diagnostic::new(&codes::MKDOCS_LACKS, span, message).help(format!(
                "add `{extension}` to `markdown_extensions` as long as MkDocs builds the site"
            )));
        }
    }
}

/// The lines of a paragraph.
fn lines_of(inlines: Vec<Inline>) -> Vec<Vec<Inline>> {
    let mut lines = vec![Vec::new()];
    for inline in inlines {
        match (inline.kind, lines.last_mut()) {
            (InlineKind::SoftBreak | InlineKind::HardBreak, _) => lines.push(Vec::new()),
            (kind, Some(line)) => line.push(Inline { kind, ..inline }),
            (_, None) => {}
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}
