//! From plain nodes to inlines.

use super::builder::Builder;
use super::raw::{Raw, RawKind};
use crate::markdown::{Attributes, Inline, InlineKind, LinkKind};
use pulldown_cmark::{LinkType, Tag};
use std::ops::Range;

/// An inline with its bytes in the prepared text.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) kind: InlineKind,
    pub(super) attributes: Attributes,
    pub(super) range: Range<usize>,
    /// Text that stands in the prepared text as it is, so that further marks may be found in it.
    pub(super) plain: bool,
}

impl Part {
    pub(super) fn new(kind: InlineKind, range: Range<usize>) -> Part {
        Part { kind, attributes: Attributes::default(), range, plain: false }
    }
}

impl<'a> Builder<'a> {
    /// The inlines of `nodes`.
    pub(super) fn inlines(&mut self, nodes: &'a [Raw<'a>], in_link: bool) -> Vec<Inline> {
        let parts = self.parts(nodes, in_link);
        self.finish(parts)
    }

    /// The same, to be looked at before they are finished.
    pub(super) fn parts(&mut self, nodes: &'a [Raw<'a>], in_link: bool) -> Vec<Part> {
        let mut parts = Vec::new();
        for node in nodes {
            self.part(node, in_link, &mut parts);
        }
        let parts = self.attach(parts);
        let parts = self.split_extras(parts, in_link);
        let parts = self.pair(parts);
        let parts = self.attach(parts);
        self.lint_stray_emphasis(&parts);
        self.lint_spaced_reference(&parts);
        parts
    }

    /// Parts as inlines, with abbreviations.
    pub(super) fn finish(&mut self, parts: Vec<Part>) -> Vec<Inline> {
        let mut inlines = Vec::with_capacity(parts.len());
        for part in parts {
            let span = self.span(part.range.clone());
            match part.kind {
                InlineKind::Text(text) if text.is_empty() => {}
                InlineKind::Text(text) if part.plain && !self.abbreviations.is_empty() => {
                    self.abbreviate(&text, part.range, &mut inlines);
                }
                kind => inlines.push(Inline { kind, span, attributes: part.attributes }),
            }
        }
        inlines
    }

    pub(super) fn part(&mut self, node: &'a Raw<'a>, in_link: bool, parts: &mut Vec<Part>) {
        let range = self.whole(node);
        let kind = match &node.kind {
            RawKind::Text(text) => return self.text_part(text, range, parts),
            RawKind::Code(text) => code(text, &self.text()[node.range.clone()]),
            RawKind::SoftBreak if self.dialect.newline_breaks => InlineKind::HardBreak,
            RawKind::SoftBreak => InlineKind::SoftBreak,
            RawKind::HardBreak => InlineKind::HardBreak,
            RawKind::Html(text) => return self.html_part(text, range, parts),
            RawKind::Tag(Tag::Emphasis) => InlineKind::Emphasis(self.inlines(&node.children, in_link)),
            RawKind::Tag(Tag::Strong) => InlineKind::Strong(self.inlines(&node.children, in_link)),
            RawKind::Tag(Tag::Strikethrough) => {
                let inner = self.inlines(&node.children, in_link);
                match self.text()[range.clone()].starts_with("~~") {
                    true => InlineKind::Deleted(inner),
                    false => return self.tilde(inner, range, parts),
                }
            }
            RawKind::Tag(Tag::Link { link_type, id, .. }) if unknown(*link_type) => {
                return self.note_part(node, id, in_link, parts);
            }
            RawKind::Tag(Tag::Image { link_type, id, .. }) if unknown(*link_type) => {
                return self.note_part(node, id, in_link, parts);
            }
            RawKind::Tag(Tag::Link { link_type, dest_url, title, id }) => {
                self.link_part(node, *link_type, dest_url, title, id)
            }
            RawKind::Tag(Tag::Image { link_type, dest_url, title, id }) => {
                let place = self.destination(node, *link_type, id);
                let (span, place) = (self.span(range.clone()), self.span(place));
                let link = self.link(LinkKind::Image, dest_url.to_string(), span, place);
                self.out.links[link].text = raw_text(&node.children);
                self.out.links[link].title = (!title.is_empty()).then(|| title.to_string());
                InlineKind::Image(link)
            }
            RawKind::Tag(_) | RawKind::Rule | RawKind::Task(_) => return,
        };
        parts.push(Part::new(kind, range));
    }

    /// The range of a node; that of a collapsed reference has its empty brackets.
    pub(super) fn whole(&self, node: &Raw<'_>) -> Range<usize> {
        let range = node.range.clone();
        let collapsed = matches!(
            node.kind,
            RawKind::Tag(
                Tag::Link { link_type: LinkType::Collapsed, .. }
                    | Tag::Image { link_type: LinkType::Collapsed, .. }
            )
        );
        match collapsed && self.text()[range.end..].starts_with("[]") {
            true => range.start..range.end + 2,
            false => range,
        }
    }

    fn text_part(&mut self, text: &str, range: Range<usize>, parts: &mut Vec<Part>) {
        let source = self.text();
        let faithful = source.get(range.clone()) == Some(text);
        let gap = parts.last().is_none_or(|last| last.range.end != range.start);
        let escaped = gap
            && range.start > 0
            && source.as_bytes()[range.start - 1] == b'\\'
            && faithful
            && text.starts_with(|c: char| c.is_ascii_punctuation());
        if escaped {
            let first = range.start..range.start + 1;
            let whole = Part::new(InlineKind::Text(text[..1].to_string()), first.start - 1..first.end);
            parts.push(whole);
            if text.len() > 1 {
                self.text_part(&text[1..], first.end..range.end, parts);
            }
            return;
        }
        if let Some(last) = parts.last_mut().filter(|last| last.plain && faithful && !gap)
            && let InlineKind::Text(own) = &mut last.kind
        {
            own.push_str(text);
            last.range.end = range.end;
            return;
        }
        parts.push(Part { plain: faithful, ..Part::new(InlineKind::Text(text.to_string()), range) });
    }

    /// `~x~` is a subscript, when nothing in it is blank.
    pub(super) fn tilde(&mut self, inner: Vec<Inline>, range: Range<usize>, parts: &mut Vec<Part>) {
        let text = &self.text()[range.clone()];
        if !text.contains(char::is_whitespace) {
            parts.push(Part::new(InlineKind::Subscript(inner), range));
            return;
        }
        let mark = |at: usize| Part::new(InlineKind::Text("~".to_string()), at..at + 1);
        parts.push(mark(range.start));
        parts.extend(inner.into_iter().map(|inline| Part {
            kind: inline.kind,
            attributes: inline.attributes,
            range: range.clone(),
            plain: false,
        }));
        parts.push(mark(range.end - 1));
    }
}

fn unknown(link_type: LinkType) -> bool {
    matches!(link_type, LinkType::ReferenceUnknown | LinkType::CollapsedUnknown | LinkType::ShortcutUnknown)
}

/// `` `#!lang code` `` and `` `:::lang code` ``; a blank before them in what is `written` makes them text.
fn code(text: &str, written: &str) -> InlineKind {
    let mark = ["#!", ":::"].into_iter().find(|mark| text.starts_with(*mark));
    let mark = mark.filter(|mark| written.trim_start_matches('`').starts_with(*mark));
    let named = mark.and_then(|mark| text.strip_prefix(mark)).and_then(|rest| {
        let (language, code) = rest.split_once(' ')?;
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-');
        (!language.is_empty() && language.chars().all(is_name))
            .then(|| (language.to_lowercase(), code.trim_start()))
    });
    match named {
        Some((language, code)) => InlineKind::Code(code.to_string(), Some(language)),
        None => InlineKind::Code(text.to_string(), None),
    }
}

/// The text of an image's description.
fn raw_text(nodes: &[Raw<'_>]) -> String {
    let mut text = String::new();
    for node in nodes {
        match &node.kind {
            RawKind::Text(own) | RawKind::Code(own) => text.push_str(own),
            RawKind::SoftBreak | RawKind::HardBreak => text.push(' '),
            _ => text.push_str(&raw_text(&node.children)),
        }
    }
    text
}
