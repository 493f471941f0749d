//! From plain nodes to blocks.

use super::attributes::attribute_list;
use super::builder::{Builder, IdOf};
use super::inlines::Part;
use super::lists::alignment;
use super::raw::{Raw, RawKind};
use crate::diag::{Diagnostic, codes};
use crate::markdown::{Attributes, Block, BlockKind, Heading, Inline, InlineKind};
use crate::source::Span;
use pulldown_cmark::{HeadingLevel, Tag};
use std::ops::Range;

/// Blocks of one container as they are gathered.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) blocks: Vec<Block>,
    /// What a comment directly above says about the next fence.
    pub(super) directive: Option<(String, Span)>,
}

impl<'a> Builder<'a> {
    /// The blocks of a container; `top` when that is the page.
    pub(super) fn blocks(&mut self, nodes: &'a [Raw<'a>], top: bool) -> Vec<Block> {
        let mut gathered = Gathered::default();
        let mut at = 0;
        while at < nodes.len() {
            let run = nodes[at..].iter().take_while(|node| node.kind.is_inline()).count();
            match run {
                0 => {
                    self.block_node(&nodes[at], top, &mut gathered);
                    at += 1;
                }
                _ => {
                    self.nothing_below(gathered.directive.take());
                    let range = nodes[at].range.start..nodes[at + run - 1].range.end;
                    self.paragraph(&nodes[at..at + run], range, &mut gathered);
                    at += run;
                }
            }
        }
        self.nothing_below(gathered.directive);
        gathered.blocks
    }

    /// A directive for the block below it stands above none.
    pub(super) fn nothing_below(&mut self, directive: Option<(String, Span)>) {
        if let Some((_, span)) = directive {
            let message = "this is about the code block below it, and there is none";
            self.found(Diagnostic::new(&codes::SNIPPET_DIRECTIVE, span, message));
        }
    }

    fn block_node(&mut self, node: &'a Raw<'a>, top: bool, gathered: &mut Gathered) {
        let (is_fence, is_html) = match &node.kind {
            RawKind::Tag(tag) => (matches!(tag, Tag::CodeBlock(_)), matches!(tag, Tag::HtmlBlock)),
            _ => (false, false),
        };
        let directive = gathered.directive.take_if(|_| is_fence);
        // Between a directive and its block other comments may stand.
        if !is_html {
            self.nothing_below(gathered.directive.take());
        }
        let kind = match &node.kind {
            RawKind::Tag(Tag::Paragraph) => {
                return self.paragraph(&node.children, node.range.clone(), gathered);
            }
            RawKind::Tag(Tag::Heading { level, .. }) => {
                return self.heading_block(node, *level, top, gathered);
            }
            RawKind::Tag(Tag::BlockQuote(_)) => match self.prepared.heads.get(&node.range.start) {
                Some(head) => {
                    self.realised.insert(head.line);
                    return self.container(node, &head.kind, head.span, gathered);
                }
                None => BlockKind::Quote(self.blocks(&node.children, false)),
            },
            RawKind::Tag(Tag::CodeBlock(kind)) => {
                let fence = self.fence(node, kind, directive);
                BlockKind::Fence(fence)
            }
            RawKind::Tag(Tag::HtmlBlock) => return self.html_block(node, top, gathered),
            RawKind::Tag(Tag::List(start)) => {
                let mut list = self.list(node, *start);
                if self.annotates_code(&list, &gathered.blocks) {
                    return;
                }
                if self.annotates_text(&mut list, &mut gathered.blocks) {
                    let mut block = self.block(BlockKind::List(list), self.trimmed_span(node.range.clone()));
                    block.attributes.classes.push("annotations".to_string());
                    return gathered.blocks.push(block);
                }
                BlockKind::List(list)
            }
            RawKind::Tag(Tag::Table(alignments)) => {
                let alignments = alignments.iter().map(alignment).collect();
                BlockKind::Table(self.table(node, alignments))
            }
            RawKind::Rule => BlockKind::Rule,
            RawKind::Tag(_) => {
                gathered.blocks.extend(self.blocks(&node.children, top));
                return;
            }
            _ => return,
        };
        let span = self.trimmed_span(node.range.clone());
        let block = self.block(kind, span);
        gathered.blocks.push(block);
    }

    /// The place of a block without the line ends behind it.
    pub(super) fn trimmed_span(&self, range: Range<usize>) -> Span {
        let text = self.text()[range.clone()].trim_end_matches(['\n', ' ', '>', '\t']);
        self.span(range.start..range.start + text.len().max(1).min(range.len()))
    }

    pub(super) fn paragraph(&mut self, nodes: &'a [Raw<'a>], range: Range<usize>, gathered: &mut Gathered) {
        let mut parts = self.parts(nodes, false);
        let attributes = self.last_line_attributes(&mut parts);
        let inlines = self.finish(parts);
        let span = self.trimmed_span(range);
        if inlines.is_empty() && attributes.is_empty() {
            return;
        }
        let toc =
            matches!(inlines.as_slice(), [Inline { kind: InlineKind::Text(text), .. }] if text == "[TOC]");
        let kind = if toc { BlockKind::Toc } else { BlockKind::Paragraph(inlines) };
        gathered.blocks.push(Block { kind, span, attributes });
    }

    /// An attribute list as the last line of a paragraph.
    fn last_line_attributes(&mut self, parts: &mut Vec<Part>) -> Attributes {
        let count = parts.len();
        let [.., before, last] = parts.as_slice() else { return Attributes::default() };
        let (InlineKind::SoftBreak | InlineKind::HardBreak, InlineKind::Text(text)) =
            (&before.kind, &last.kind)
        else {
            return Attributes::default();
        };
        let Some(list) =
            attribute_list(text).filter(|list| last.plain && text[list.length..].trim().is_empty())
        else {
            return Attributes::default();
        };
        self.list_id(&list.attributes, list.id, last.range.start);
        parts.truncate(count - 2);
        list.attributes
    }

    fn list_id(&mut self, attributes: &Attributes, id: Option<Range<usize>>, start: usize) {
        if let (Some(name), Some(id)) = (&attributes.id, id) {
            let span = self.span(start + id.start..start + id.end);
            self.explicit_id(name, span);
        }
    }

    // Headings.

    fn heading_block(&mut self, node: &'a Raw<'a>, level: HeadingLevel, top: bool, gathered: &mut Gathered) {
        let level = level as u8;
        let span = self.trimmed_span(node.range.clone());
        let index = self.out.headings.len();
        let empty = Heading {
            level,
            id: String::new(),
            text: String::new(),
            label: Vec::new(),
            span,
            top_level: top,
        };
        self.out.headings.push(empty);
        let links = self.out.links.len();
        let mut parts = self.parts(&node.children, false);
        let attributes = self.heading_attributes(&mut parts);
        let inlines = self.finish(parts);
        for link in &mut self.out.links[links..] {
            link.heading = Some(index);
        }
        let text = self.plain(&inlines).trim().to_string();
        let id_span = attributes.1.unwrap_or(span);
        let attributes = attributes.0;
        self.ids.push((IdOf::Heading(index), id_span));
        let label = match attributes.others.iter().find(|(key, _)| key == "data-toc-label") {
            Some((_, label)) => vec![Inline {
                kind: InlineKind::Text(label.clone()),
                span,
                attributes: Attributes::default(),
            }],
            None => self.label(&inlines),
        };
        self.related =
            self.dialect.related_headings.iter().any(|name| name.to_lowercase() == text.to_lowercase());
        self.lint_heading(node, level, top, &inlines);
        let heading = &mut self.out.headings[index];
        heading.id = attributes.id.clone().unwrap_or_default();
        heading.text = text;
        heading.label = label;
        gathered.blocks.push(Block { kind: BlockKind::Heading(index, inlines), span, attributes });
    }

    /// `## Title { #id }`, and where the id stands.
    pub(super) fn heading_attributes(&mut self, parts: &mut [Part]) -> (Attributes, Option<Span>) {
        let none = (Attributes::default(), None);
        let Some(last) = parts.last_mut().filter(|last| last.plain) else { return none };
        let InlineKind::Text(text) = &mut last.kind else { return none };
        let Some(at) = text.rfind('{').filter(|at| *at == 0 || text[..*at].ends_with([' ', '\t'])) else {
            return none;
        };
        // A quoted value may hold a brace.
        let at = text[..at]
            .rfind(" {")
            .map(|other| other + 1)
            .filter(|other| {
                attribute_list(&text[*other..])
                    .is_some_and(|list| text[other + list.length..].trim().is_empty())
            })
            .unwrap_or(at);
        let Some(list) = attribute_list(&text[at..]) else { return none };
        if !text[at + list.length..].trim().is_empty() {
            return none;
        }
        let start = last.range.start + at;
        let kept = text[..at].trim_end().len();
        text.truncate(kept);
        last.range.end = last.range.start + kept;
        let id = list.id.map(|id| self.span(start + id.start..start + id.end));
        (list.attributes, id)
    }

    /// What the table of contents shows.
    pub(super) fn label(&self, inlines: &[Inline]) -> Vec<Inline> {
        let mut label = Vec::new();
        for inline in inlines {
            let same = |kind| Inline { kind, span: inline.span, attributes: Attributes::default() };
            match &inline.kind {
                InlineKind::Link(_, inner) => label.extend(self.label(inner)),
                InlineKind::Abbreviation(index) => {
                    label.push(same(InlineKind::Text(self.out.abbreviations[*index].0.clone())));
                }
                InlineKind::Emphasis(inner) => label.push(same(InlineKind::Emphasis(self.label(inner)))),
                InlineKind::Strong(inner) => label.push(same(InlineKind::Strong(self.label(inner)))),
                InlineKind::Deleted(inner) => label.push(same(InlineKind::Deleted(self.label(inner)))),
                InlineKind::Inserted(inner) => label.push(same(InlineKind::Inserted(self.label(inner)))),
                InlineKind::Marked(inner) => label.push(same(InlineKind::Marked(self.label(inner)))),
                InlineKind::Superscript(inner) => {
                    label.push(same(InlineKind::Superscript(self.label(inner))))
                }
                InlineKind::Subscript(inner) => label.push(same(InlineKind::Subscript(self.label(inner)))),
                InlineKind::Image(_)
                | InlineKind::Icon(_)
                | InlineKind::Html(_)
                | InlineKind::FootnoteReference(..) => {}
                kind => label.push(same(kind.clone())),
            }
        }
        if let Some(Inline { kind: InlineKind::Text(text), .. }) = label.first_mut() {
            *text = text.trim_start().to_string();
        }
        label.retain(|inline| !matches!(&inline.kind, InlineKind::Text(text) if text.is_empty()));
        label
    }

    fn lint_repeated_title(&mut self, span: Span) {
        let mut titles = self.out.headings.iter().filter(|heading| heading.level == 1 && heading.top_level);
        // The second tells it; the others of a page would only repeat it.
        let first = titles.next().map(|first| first.span).filter(|_| titles.count() == 1);
        if let Some(first) = first {
            let found = Diagnostic::new(&codes::REPEATED_H1, span, "a second heading of level 1")
                .also(first, "this is the title of the page")
                .help("a page has one title; begin its sections with `##`");
            self.found(found);
        }
    }

    fn lint_heading(&mut self, node: &Raw<'_>, level: u8, top: bool, inlines: &[Inline]) {
        let span =
            self.out.headings.last().map_or_else(|| self.span(node.range.clone()), |heading| heading.span);
        if level == 1 && top {
            self.lint_repeated_title(span);
        }
        let source = &self.text()[node.range.clone()];
        if level == 2 && !source.starts_with('#') {
            let lines =
                inlines.iter().filter(|inline| matches!(inline.kind, InlineKind::SoftBreak)).count() + 1;
            let text = self.plain(inlines);
            if lines > 1 || text.ends_with(['.', ':', ',', ';']) {
                let found = Diagnostic::new(
                    &codes::SETEXT_TRAP,
                    span,
                    "the dashes below this text make a heading of it",
                )
                .help("put a blank line before the dashes where a rule is meant");
                self.found(found);
            }
        }
    }
}
