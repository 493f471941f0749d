//! Raw HTML as blocks, and elements whose content is Markdown.

use super::super::html_block;
use super::super::text::Cursor;
use super::heads::HeadKind;
use super::{Leaf, MAX_DEPTH, OpenKind, Pass};
use crate::diag::{Diagnostic, codes};
use crate::source::Span;

impl<'a> Pass<'a> {
    pub(super) fn html_line(&mut self, cursor: &Cursor<'a>) -> bool {
        let Leaf::Html(end) = &self.leaf else { return false };
        if end.ends_at_blank() && cursor.is_blank() {
            self.leaf = Leaf::None;
            return false;
        }
        let met = end.is_met(cursor.rest());
        self.flush();
        self.write_prefix(self.prefix.len());
        self.emit(cursor);
        if met {
            self.leaf = Leaf::None;
        }
        true
    }

    pub(super) fn close_element(&mut self, cursor: &Cursor<'a>, matched: usize) -> bool {
        let innermost = self.stack.iter().rposition(|open| matches!(open.kind, OpenKind::Element { .. }));
        let Some(index) = innermost else { return false };
        let OpenKind::Element { tag, depth, .. } = &mut self.stack[index].kind else { return false };
        let rest = cursor.rest();
        if index >= matched && !html_block::is_end_tag(rest, tag) {
            return false;
        }
        if html_block::markdown_element(rest).is_some() {
            return false;
        }
        let Some(end) = html_block::closing_tag(rest, tag, depth) else { return false };
        let tag = tag.clone();
        let line = self.current();
        let start = line.range_of(rest).start;
        let length = rest.len();
        self.part_line(start..start + end.start);
        self.close(index, Some(&tag));
        self.part_line(start + end.end..start + length);
        true
    }

    /// `<tag markdown>`. The rest of its line is its first content.
    pub(super) fn open_element(&mut self, cursor: &Cursor<'a>, matched: usize, mut began: bool) -> bool {
        let rest = cursor.rest();
        let Some(tag) = html_block::markdown_element(rest) else { return false };
        if self.literal.contains(&self.at) || self.stack.len() >= MAX_DEPTH {
            return false;
        }
        if !began {
            self.keep_apart(matched);
        }
        self.begin(matched, &mut began);
        let at = self.out.buffer.text.len();
        let span = self.rest_span(rest, tag.range.clone());
        let name = tag.name.clone();
        self.head(at, HeadKind::Element(html_block::element(&tag)), span);
        self.add(">\n");
        self.push(OpenKind::Element { tag: name.clone(), depth: 1, span }, "> ");
        let start = self.current().range_of(rest).start;
        let (mut depth, from) = (1, tag.range.end);
        let end = html_block::closing_tag(&rest[from..], &name, &mut depth);
        let index = self.stack.len() - 1;
        let content = end.as_ref().map_or(rest.len(), |end| from + end.start);
        self.part_line(start + from..start + content);
        match end {
            Some(end) => {
                self.close(index, Some(&name));
                self.part_line(start + from + end.end..start + rest.len());
            }
            None => {
                if let Some(OpenKind::Element { depth: open, .. }) =
                    self.stack.get_mut(index).map(|open| &mut open.kind)
                {
                    *open = depth;
                }
            }
        }
        true
    }
}

/// An element without its end.
pub(in crate::markdown::parse) fn unclosed_element(tag: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::HTML_BALANCE, span, format!("`<{tag}>` is never closed"))
        .label("opened here")
        .help(format!("put `</{tag}>` on a line of its own behind its content"))
}
