//! Lists, tasks and tables.

use super::attributes::merge;
use super::builder::Builder;
use super::raw::{Raw, RawKind};
use crate::diag::{Diagnostic, Edit, codes};
use crate::markdown::{
    Alignment, Attributes, Block, BlockKind, Inline, InlineKind, Item, Lacking, List, Table,
};
use crate::source::Span;
use pulldown_cmark::Tag;

/// What belongs to an item is indented so far in Python-Markdown, wherever the item's own text begins.
const COLUMNS: usize = 4;

impl<'a> Builder<'a> {
    pub(super) fn list(&mut self, node: &'a Raw<'a>, start: Option<u64>) -> List {
        let related = self.related;
        let mut items = Vec::new();
        let loose = node
            .children
            .iter()
            .any(|item| item.children.iter().any(|child| matches!(child.kind, RawKind::Tag(Tag::Paragraph))));
        let mut tasks = false;
        for child in &node.children {
            let links = self.out.links.len();
            let item = self.item(child);
            if related {
                let first = item.blocks.first().and_then(first_link);
                if let Some(link) = first.filter(|link| *link >= links) {
                    self.out.links[link].related = true;
                }
            }
            if item.task.is_some() && !std::mem::replace(&mut tasks, true) {
                self.lacks(Lacking::TaskLists, item.span, "task lists", "pymdownx.tasklist");
            }
            items.push(item);
        }
        List { start, tight: !loose, items, related }
    }

    pub(super) fn item(&mut self, node: &'a Raw<'a>) -> Item {
        let span = self.trimmed_span(node.range.clone());
        let mut children = node.children.as_slice();
        let mut task = None;
        if let Some((Raw { kind: RawKind::Task(done), .. }, rest)) = children.split_first() {
            (task, children) = (Some(*done), rest);
        }
        let loose_task = children.first().and_then(|first| match (&first.kind, first.children.first()) {
            (RawKind::Tag(Tag::Paragraph), Some(Raw { kind: RawKind::Task(done), .. })) => Some(*done),
            _ => None,
        });
        task = task.or(loose_task);
        let mut blocks = self.blocks(children, false);
        let offset = node.children.first().map_or(0, |first| first.range.start - node.range.start);
        self.outdent(&blocks, COLUMNS.saturating_sub(offset));
        let mut attributes = Attributes::default();
        if let Some(Block { kind: BlockKind::Paragraph(_), attributes: own, .. }) = blocks.first_mut() {
            let tight = children.first().is_some_and(|first| first.kind.is_inline());
            if tight {
                merge(&mut attributes, std::mem::take(own));
            }
        }
        if task.is_none() {
            self.lint_task(&blocks);
        }
        Item { blocks, task, span, attributes }
    }

    fn lint_task(&mut self, blocks: &[Block]) {
        let Some(Block { kind: BlockKind::Paragraph(inlines), .. }) = blocks.first() else { return };
        let Some(Inline { kind: InlineKind::Text(text), span, .. }) = inlines.first() else { return };
        let Some(rest) = ["[ ]", "[x]", "[X]"].into_iter().find_map(|mark| text.strip_prefix(mark)) else {
            return;
        };
        if rest.starts_with(char::is_alphanumeric) {
            let at = span.start as usize;
            let span = Span::new(span.file, at, at + 3);
            let edit = Edit { span: Span::at(span.file, at + 3), text: " ".to_string() };
            let found = Diagnostic::new(&codes::TASK_SYNTAX, span, "a task needs a space behind its box")
                .label("readers see the brackets")
                .fix("insert a space", vec![edit]);
            self.found(found);
        }
    }

    pub(super) fn table(&mut self, node: &'a Raw<'a>, alignments: Vec<Alignment>) -> Table {
        let mut head = Vec::new();
        let mut rows = Vec::new();
        for row in &node.children {
            let cells: Vec<_> = row.children.iter().map(|cell| self.cell(cell)).collect();
            match row.kind {
                RawKind::Tag(Tag::TableHead) => head = cells,
                _ => rows.push(cells),
            }
        }
        Table { alignments, head, rows }
    }

    pub(super) fn cell(&mut self, node: &'a Raw<'a>) -> (Vec<Inline>, Attributes) {
        let mut parts = self.parts(&node.children, false);
        let (attributes, id) = self.heading_attributes(&mut parts);
        if let (Some(name), Some(span)) = (&attributes.id, id) {
            self.explicit_id(name, span);
        }
        (self.finish(parts), attributes)
    }
}

/// The link that a block begins with.
fn first_link(block: &Block) -> Option<usize> {
    let BlockKind::Paragraph(inlines) = &block.kind else { return None };
    first_inline_link(inlines)
}

fn first_inline_link(inlines: &[Inline]) -> Option<usize> {
    for inline in inlines {
        match &inline.kind {
            InlineKind::Link(link, _) => return Some(*link),
            InlineKind::Strong(inner) | InlineKind::Emphasis(inner) => return first_inline_link(inner),
            InlineKind::Icon(_) | InlineKind::Emoji(_) => {}
            InlineKind::Text(text) if text.trim().is_empty() => {}
            _ => return None,
        }
    }
    None
}

pub(super) fn alignment(from: &pulldown_cmark::Alignment) -> Alignment {
    match from {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}
