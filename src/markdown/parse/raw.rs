//! From CommonMark to a tree of plain nodes, with places in the prepared text.

use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag};
use std::collections::BTreeMap;
use std::ops::Range;

/// Deeper nodes are laid flat, so that no later stage can exhaust the stack.
const MAX_DEPTH: usize = 150;

/// A node.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    /// What it is.
    pub(super) kind: RawKind<'a>,
    /// Its bytes in the prepared text.
    pub(super) range: Range<usize>,
    /// What it holds.
    pub(super) children: Vec<Raw<'a>>,
}

/// The kinds of node.
#[derive(Debug)]
pub(super) enum RawKind<'a> {
    Tag(Tag<'a>),
    Text(CowStr<'a>),
    Code(CowStr<'a>),
    Html(CowStr<'a>),
    SoftBreak,
    HardBreak,
    Rule,
    Task(bool),
}

impl RawKind<'_> {
    /// Does it stand within a paragraph?
    pub(super) fn is_inline(&self) -> bool {
        match self {
            RawKind::Tag(tag) => matches!(
                tag,
                Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
            ),
            RawKind::Rule | RawKind::Task(_) => false,
            _ => true,
        }
    }
}

impl Raw<'_> {
    /// Is it a block quote?
    pub(super) fn is_quote(&self) -> bool {
        matches!(self.kind, RawKind::Tag(Tag::BlockQuote(_)))
    }
}

/// A whole page.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    /// Its blocks.
    pub(super) blocks: Vec<Raw<'a>>,
    /// Where the destinations of reference definitions lie, by label in lower case.
    pub(super) definitions: BTreeMap<String, Range<usize>>,
    /// References without a definition: full and collapsed ones.
    pub(super) undefined: Vec<(Range<usize>, String)>,
}

/// The tree of `text`.
pub(super) fn read(text: &str) -> Tree<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut undefined = Vec::new();
    let callback = |link: BrokenLink<'_>| {
        if link.reference.starts_with('^') {
            return Some((CowStr::Borrowed(""), CowStr::Borrowed("")));
        }
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            undefined.push((link.span, link.reference.to_string()));
        }
        None
    };
    let parser = Parser::new_with_broken_link_callback(text, options, Some(callback));
    let mut definitions = BTreeMap::new();
    for (label, definition) in parser.reference_definitions().iter() {
        definitions.insert(label.to_lowercase(), definition.span.clone());
    }
    let blocks = nest(parser);
    Tree { blocks, definitions, undefined }
}

fn nest<'a, F: pulldown_cmark::BrokenLinkCallback<'a>>(parser: Parser<'a, F>) -> Vec<Raw<'a>> {
    let mut open: Vec<Option<Raw<'a>>> = Vec::new();
    let mut depth = 0;
    let mut roots = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        let kind = match event {
            Event::Start(tag) => {
                let node =
                    (depth < MAX_DEPTH).then(|| Raw { kind: RawKind::Tag(tag), range, children: Vec::new() });
                depth += usize::from(node.is_some());
                open.push(node);
                continue;
            }
            Event::End(_) => {
                if let Some(node) = open.pop().flatten() {
                    depth -= 1;
                    parent(&mut open, &mut roots).push(node);
                }
                continue;
            }
            Event::Text(text) => RawKind::Text(text),
            Event::Code(text) => RawKind::Code(text),
            Event::Html(text) | Event::InlineHtml(text) => RawKind::Html(text),
            Event::SoftBreak => RawKind::SoftBreak,
            Event::HardBreak => RawKind::HardBreak,
            Event::Rule => RawKind::Rule,
            Event::TaskListMarker(done) => RawKind::Task(done),
            // Only options that are off make these.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                RawKind::Text(text)
            }
        };
        parent(&mut open, &mut roots).push(Raw { kind, range, children: Vec::new() });
    }
    roots
}

/// Where the next node belongs.
fn parent<'r, 'a>(open: &'r mut [Option<Raw<'a>>], roots: &'r mut Vec<Raw<'a>>) -> &'r mut Vec<Raw<'a>> {
    open.iter_mut().rev().flatten().next().map_or(roots, |node| &mut node.children)
}
