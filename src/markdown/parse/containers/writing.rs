//! Writing the lines of the prepared text, and opening and closing containers in it.

use super::super::scan;
use super::super::text::Cursor;
use super::{Apart, Leaf, Open, OpenKind, Pass};
use std::ops::Range;

impl<'a> Pass<'a> {
    /// Begin a line in the first `depth` containers, which closes the others.
    pub(super) fn begin(&mut self, depth: usize, began: &mut bool) {
        self.begin_with(depth, began, Apart::FromText);
    }

    /// The same for a line that is kept apart only from what asks for as much as `apart`.
    pub(super) fn begin_with(&mut self, depth: usize, began: &mut bool, apart: Apart) {
        if *began {
            return;
        }
        *began = true;
        self.close(depth, None);
        self.flush();
        if std::mem::take(&mut self.separate) >= apart {
            self.write_prefix(self.prefix.len());
            self.out.separators.insert(self.out.buffer.text.len());
            self.add("<!-- -->\n");
        }
        self.write_prefix(self.prefix.len());
        self.term_depth = None;
        self.in_code = false;
        self.fill();
    }

    /// Something stands in the innermost items now.
    fn fill(&mut self) {
        for open in self.stack.iter_mut().rev() {
            match &mut open.kind {
                OpenKind::Item { empty: empty @ true, .. } => *empty = false,
                _ => break,
            }
        }
    }

    pub(super) fn flush(&mut self) {
        for line in std::mem::take(&mut self.pending) {
            let (line, prefix) = (&self.lines[line], self.prefix.trim_end());
            self.out.buffer.add(prefix, line.file, line.at);
            self.out.buffer.add("\n", line.file, line.place(line.text.len()));
        }
    }

    pub(super) fn write_prefix(&mut self, length: usize) {
        let line = self.current();
        self.out.buffer.add(&self.prefix[..length], line.file, line.at);
    }

    pub(super) fn add(&mut self, text: &str) {
        let line = self.current();
        self.out.buffer.add(text, line.file, line.at);
    }

    /// The rest of the line with its blanks as spaces.
    pub(super) fn emit(&mut self, cursor: &Cursor<'a>) {
        let line = self.current();
        self.out.buffer.add(&" ".repeat(cursor.indent()), line.file, line.place(cursor.byte));
        self.out.buffer.copy(line, line.range_of(cursor.rest()));
        self.end_line();
    }

    /// A row of a table: pipes in code get a backslash, which the parser drops.
    pub(super) fn emit_row(&mut self, cursor: &Cursor<'a>) {
        let line = self.current();
        let start = line.range_of(cursor.rest()).start;
        self.out.buffer.add(&" ".repeat(cursor.indent().min(3)), line.file, line.place(cursor.byte));
        let mut done = start;
        for pipe in scan::code_pipes(cursor.rest()).0 {
            self.out.buffer.copy(line, done..start + pipe);
            self.out.buffer.add("\\", line.file, line.place(start + pipe));
            done = start + pipe;
        }
        self.out.buffer.copy(line, done..line.range_of(cursor.rest()).end);
        self.end_line();
    }

    pub(super) fn end_line(&mut self) {
        let line = self.current();
        self.out.buffer.add("\n", line.file, line.place(line.text.len()));
    }

    /// A part of the line as if it were a line of its own in the open containers.
    pub(super) fn part_line(&mut self, range: Range<usize>) {
        let line = self.current();
        let blanks = line.text[range.clone()].len() - line.text[range.clone()].trim_start().len();
        let cursor = Cursor::within(&line.text, range.start + blanks..range.end);
        if !cursor.is_blank() {
            self.content(cursor, self.stack.len());
        }
    }

    /// Close all but the first `depth` containers. `tag` is the element that this line closes itself.
    pub(super) fn close(&mut self, depth: usize, tag: Option<&str>) {
        if depth >= self.stack.len() {
            return;
        }
        if matches!(self.leaf, Leaf::Fence(_)) {
            self.finish_fence(false);
        }
        self.leaf = Leaf::None;
        let mut apart = Apart::No;
        for open in self.stack.drain(depth..).rev() {
            self.prefix.truncate(open.prefix);
            apart = match open.kind {
                OpenKind::Quote { ours: false } | OpenKind::Item { .. } => apart.min(Apart::FromText),
                _ => Apart::Yes,
            };
            if let OpenKind::Element { tag: own, span, .. } = &open.kind
                && tag != Some(own.as_str())
            {
                self.out.found.push(super::unclosed_element(own, *span));
            }
        }
        if self.pending.is_empty() {
            self.separate = self.separate.max(apart);
        }
    }

    pub(super) fn push(&mut self, kind: OpenKind, prefix: &str) {
        self.stack.push(Open { kind, prefix: self.prefix.len() });
        self.prefix.push_str(prefix);
        self.leaf = Leaf::None;
    }

    /// Keep the container that begins now apart from a quote directly before it.
    pub(super) fn keep_apart(&mut self, matched: usize) {
        let quote = |open: &Open| matches!(open.kind, OpenKind::Quote { .. });
        let quotes = self.stack[matched.min(self.stack.len())..].iter().any(quote);
        if quotes && self.pending.is_empty() {
            self.separate = Apart::Yes;
        }
    }

    pub(super) fn open_quote(&mut self, cursor: &mut Cursor<'a>) {
        self.add(&" ".repeat(cursor.indent()));
        cursor.skip(usize::MAX);
        let line = self.current();
        let at = self.out.buffer.text.len();
        self.out.buffer.copy(line, cursor.byte..cursor.byte + 1);
        self.add(" ");
        cursor.advance(1);
        cursor.skip(1);
        self.push(OpenKind::Quote { ours: false }, "> ");
        self.open_alert(cursor, at);
    }

    pub(super) fn opens_item(&self, rest: &str, text_goes_on: bool) -> bool {
        let interrupts =
            |marker: scan::ListMarker| !marker.empty && marker.number.is_none_or(|number| number == 1);
        scan::list_marker(rest).is_some_and(|marker| !text_goes_on || interrupts(marker))
    }

    pub(super) fn open_item(&mut self, cursor: &mut Cursor<'a>) {
        let Some(marker) = scan::list_marker(cursor.rest()) else { return };
        let line = self.current();
        let before = cursor.skip(usize::MAX);
        self.add(&" ".repeat(before));
        self.out.buffer.copy(line, cursor.byte..cursor.byte + marker.width);
        cursor.advance(marker.width);
        let gap = match cursor.indent() {
            _ if marker.empty => 1,
            gap @ 1..=4 => gap,
            _ => 1,
        };
        cursor.skip(usize::MAX);
        if !marker.empty {
            self.add(&" ".repeat(gap));
        }
        let content = before + marker.width + gap;
        let kind = OpenKind::Item { marker: before, content, body: None, empty: marker.empty };
        self.push(kind, &" ".repeat(content));
    }
}
