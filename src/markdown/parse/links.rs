//! Links, images, and references to footnotes.

use super::builder::Builder;
use super::inlines::Part;
use super::raw::Raw;
use crate::diag::{Diagnostic, codes};
use crate::markdown::{InlineKind, LinkKind};
use pulldown_cmark::LinkType;
use std::ops::Range;

impl<'a> Builder<'a> {
    pub(super) fn link_part(
        &mut self,
        node: &'a Raw<'a>,
        link_type: LinkType,
        destination: &str,
        title: &str,
        id: &str,
    ) -> InlineKind {
        let auto = matches!(link_type, LinkType::Autolink | LinkType::Email);
        let kind = if auto { LinkKind::Auto } else { LinkKind::Link };
        let destination = match link_type {
            LinkType::Email => format!("mailto:{destination}"),
            _ => destination.to_string(),
        };
        let place = self.destination(node, link_type, id);
        let (span, place) = (self.span(self.whole(node)), self.span(place));
        let link = self.link(kind, destination, span, place);
        let inner = self.inlines(&node.children, true);
        self.out.links[link].text = self.plain(&inner);
        self.out.links[link].title = (!title.is_empty()).then(|| title.to_string());
        InlineKind::Link(link, inner)
    }

    /// Where the destination of a link or image is written.
    pub(super) fn destination(&self, node: &Raw<'_>, link_type: LinkType, label: &str) -> Range<usize> {
        let source = self.text();
        let range = node.range.clone();
        match link_type {
            LinkType::Autolink | LinkType::Email => range.start + 1..range.end.saturating_sub(1),
            LinkType::Inline => {
                let from = node.children.last().map_or(range.start + 1, |last| last.range.end);
                let text = source.get(from..range.end).unwrap_or_default();
                let open = text.find("](").map_or(range.end, |at| from + at + 2);
                destination_at(source, open, range.end)
            }
            _ => match self.tree.definitions.get(&label.to_lowercase()) {
                Some(definition) => {
                    let text = &source[definition.clone()];
                    let colon = text.find("]:").map_or(definition.end, |at| definition.start + at + 2);
                    destination_at(source, colon, definition.end)
                }
                None => range,
            },
        }
    }

    /// `[^label]`, or two of them in a row, which CommonMark takes for one reference.
    pub(super) fn note_part(&mut self, node: &'a Raw<'a>, id: &str, in_link: bool, parts: &mut Vec<Part>) {
        let range = node.range.clone();
        let source = &self.text()[range.clone()];
        let tail = source.rfind("[^").filter(|at| *at > 0 && source[..*at].ends_with(']'));
        let whole = source.strip_prefix("[^").and_then(|inner| inner.strip_suffix(']'));
        if let Some(label) = whole.filter(|label| !label.contains(['[', ']'])) {
            let label = label.to_string();
            return self.reference(&label, range, parts);
        }
        let first = tail.map(|tail| &source[..tail]);
        let label = first.and_then(|first| first.strip_prefix("[^")?.strip_suffix(']')).map(str::to_string);
        match (label, tail) {
            (Some(label), Some(tail)) if !label.contains(['[', ']']) => {
                self.reference(&label, range.start..range.start + tail, parts);
                self.reference(id.trim_start_matches('^'), range.start + tail..range.end, parts);
            }
            _ => {
                let inner_start = node.children.first().map_or(range.end, |first| first.range.start);
                let inner_end = node.children.last().map_or(range.end, |last| last.range.end);
                self.literal(range.start..inner_start, parts);
                for child in &node.children {
                    self.part(child, in_link, parts);
                }
                let close = tail.map_or(range.end, |tail| range.start + tail).max(inner_end);
                self.literal(inner_end..close, parts);
                if close < range.end {
                    self.reference(id.trim_start_matches('^'), close..range.end, parts);
                }
            }
        }
    }

    pub(super) fn literal(&mut self, range: Range<usize>, parts: &mut Vec<Part>) {
        let text = self.text()[range.clone()].to_string();
        parts.push(Part::new(InlineKind::Text(text), range));
    }

    pub(super) fn reference(&mut self, label: &str, range: Range<usize>, parts: &mut Vec<Part>) {
        let span = self.span(range.clone());
        if !self.notes.contains_key(label) {
            let found =
                Diagnostic::new(&codes::FOOTNOTE_UNDEFINED, span, format!("there is no footnote `{label}`"))
                    .label("readers see the brackets")
                    .help(format!("add a line `[^{label}]: text`"));
            self.found(found);
            return self.literal(range, parts);
        }
        let (index, nth) = self.refer(label);
        parts.push(Part::new(InlineKind::FootnoteReference(index, nth), range));
    }
}

/// The destination that begins at or behind `from`.
fn destination_at(source: &str, from: usize, end: usize) -> Range<usize> {
    let end = end.max(from);
    let text = source.get(from..end).unwrap_or_default();
    let lead = text.len() - text.trim_start_matches([' ', '\t', '\n', '>']).len();
    let start = from + lead;
    let rest = &source[start..end];
    if let Some(inner) = rest.strip_prefix('<') {
        let length = inner.find('>').unwrap_or(inner.len());
        return start + 1..start + 1 + length;
    }
    let mut depth = 0usize;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return start..start + at,
            ')' => depth -= 1,
            c if c.is_whitespace() => return start..start + at,
            _ => {}
        }
    }
    start..end
}
