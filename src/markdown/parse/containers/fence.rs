//! Code fences: where they begin and end, and what is done about those that do not end.

use super::super::scan::{self, Ticks};
use super::super::text::{Cursor, Line, Written};
use super::{Leaf, OpenKind, Pass};
use crate::diag::{Diagnostic, Edit, codes};
use crate::source::Span;
use std::ops::Range;

/// How often a page may be read again from inside an unclosed fence.
const MAX_RECOVERIES: usize = 16;

#[derive(Debug, Clone)]
pub(super) struct Fence {
    ticks: Ticks,
    /// Columns that are taken from its lines here; the parser takes the others.
    indent: usize,
    /// Containers that a line must continue; fewer than are open when the fence was pulled into an item.
    pub(super) base: usize,
    line: usize,
    info: Range<usize>,
    /// Up to its last line that is not blank.
    kept: Kept,
    /// Where the author probably meant it to end: the first line behind it, and what is kept.
    recovery: Option<(usize, Kept)>,
}

/// The part of an open fence that is surely code: its last line, and what was written with it.
#[derive(Debug, Clone, Copy)]
struct Kept {
    line: usize,
    written: Written,
}

impl<'a> Pass<'a> {
    pub(super) fn open_fence(
        &mut self,
        mut cursor: Cursor<'a>,
        ticks: Ticks,
        matched: usize,
        mut began: bool,
    ) {
        let base = if began { self.stack.len() } else { matched };
        let glued = !began && matched < self.stack.len() && self.is_lazy(matched) && {
            self.stack[matched..].iter().all(|open| matches!(open.kind, OpenKind::Item { .. }))
        };
        self.begin(if glued { self.stack.len() } else { matched }, &mut began);
        // A fence that is pulled into an item begins at its column; any other keeps its place.
        let indent = if glued { cursor.skip(usize::MAX) } else { 0 };
        self.emit(&cursor);
        let line = self.current();
        let start = line.range_of(cursor.rest()).start;
        let fence = Fence {
            ticks,
            indent,
            base,
            line: self.at,
            info: start + ticks.count..line.text.len(),
            kept: Kept { line: self.at, written: self.out.buffer.written() },
            recovery: None,
        };
        self.leaf = Leaf::Fence(fence);
    }

    pub(super) fn fence_line(&mut self, mut cursor: Cursor<'a>) {
        let line = self.current();
        let Leaf::Fence(fence) = &mut self.leaf else { return };
        let (rest, indent) = (cursor.rest(), cursor.indent());
        if indent <= 3 + fence.indent && scan::fence_closes(rest, fence.ticks) {
            cursor.skip(fence.indent);
            self.write_prefix(self.prefix.len());
            self.add(&" ".repeat(cursor.indent()));
            let range = line.range_of(rest.trim_end());
            self.out.buffer.copy(line, range);
            self.end_line();
            self.leaf = Leaf::None;
            return;
        }
        let lines = self.lines;
        let language = language_of(&lines[fence.line].text[fence.info.clone()]);
        let (opens, ends) = ends_fence(lines, self.at, rest, indent, fence.ticks, &language);
        let stray = language.is_empty() && fence.line + 1 == self.at && rest.is_empty();
        if fence.recovery.is_none() && (opens || ends || stray) {
            fence.recovery = Some((self.at, fence.kept));
        }
        if opens && self.recoveries < MAX_RECOVERIES {
            self.lint_inner_fence();
            self.finish_fence(true);
            return;
        }
        let strip = fence.indent;
        cursor.skip(strip);
        let line = self.current();
        self.write_prefix(self.prefix.len());
        self.add(&" ".repeat(cursor.spare));
        self.out.buffer.copy(line, cursor.byte..line.text.len());
        self.end_line();
        let kept = Kept { line: self.at, written: self.out.buffer.written() };
        if let Leaf::Fence(fence) = &mut self.leaf
            && !rest.is_empty()
        {
            fence.kept = kept;
        }
    }

    /// The container of an open fence ends here. True when reading goes on at an earlier line.
    pub(super) fn close_fence(&mut self, matched: usize) -> bool {
        let again = self.finish_fence(false);
        if !again {
            self.close(matched, None);
        }
        again
    }

    /// End an open fence where its author probably meant it to end, and report it unless that is done. True
    /// when reading goes on at an earlier line.
    pub(super) fn finish_fence(&mut self, reported: bool) -> bool {
        let Leaf::Fence(fence) = std::mem::replace(&mut self.leaf, Leaf::None) else { return false };
        let recovery = fence.recovery.filter(|_| self.recoveries < MAX_RECOVERIES);
        if !reported {
            self.lint_unclosed_fence(&fence, recovery.map(|(line, _)| line));
        }
        let kept = recovery.map_or(fence.kept, |(_, kept)| kept);
        self.out.buffer.rewind(kept.written);
        self.pending.clear();
        let mark = (fence.ticks.mark as char).to_string().repeat(fence.ticks.count);
        let last = &self.lines[kept.line];
        let end = last.place(last.text.len());
        self.out.buffer.add(&self.prefix, last.file, end);
        self.out.buffer.add(&format!("{mark}\n"), last.file, end);
        match recovery {
            Some((line, _)) => {
                self.recoveries += usize::from(!reported);
                self.at = line - 1;
                true
            }
            None => false,
        }
    }

    fn lint_unclosed_fence(&mut self, fence: &Fence, end: Option<usize>) {
        let line = &self.lines[fence.line];
        let start = fence.info.start - fence.ticks.count;
        let span = line.span(start..line.text.trim_end().len());
        let mark = &line.text[start..fence.info.start];
        let mut found = Diagnostic::new(&codes::UNCLOSED_FENCE, span, "this code fence is never closed")
            .label("opened here")
            .help(format!("put a line `{mark}` behind the last line of code"));
        match end {
            Some(end) => {
                let place = self.lines[end].trimmed_span();
                found = found.also(place, "read as if it were closed before this line");
            }
            // Nothing follows: the closing line that is missing can only stand here.
            None if self.prefix.is_empty() && self.at + 1 >= self.lines.len() => {
                let last = &self.lines[fence.kept.line];
                let place = Span::at(last.file, last.place(last.text.len()));
                let edit = Edit { span: place, text: format!("\n{mark}") };
                found = found.fix("close the fence", vec![edit]);
            }
            None => {}
        }
        self.out.found.push(found);
    }

    fn lint_inner_fence(&mut self) {
        let Leaf::Fence(fence) = &self.leaf else { return };
        let outer = &self.lines[fence.line];
        let message = "a code fence opens inside a code fence that is still open";
        let end = fence.recovery.map_or(self.at, |(line, _)| line);
        let mut found = Diagnostic::new(&codes::FENCE_IN_FENCE, self.current().trimmed_span(), message)
            .also(outer.trimmed_span(), "this fence is still open")
            .help("close the first fence, or open it with more marks than the fences that it shows");
        if end < self.at {
            found = found.also(self.lines[end].trimmed_span(), "read as if it were closed before this line");
        }
        self.out.found.push(found);
    }
}

fn language_of(info: &str) -> String {
    let info = info.trim().trim_start_matches(['{', ' ', '.']);
    info.split(|c: char| c.is_whitespace() || c == '}' || c == ',')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// Whether a line inside a fence opens another, and whether it is surely not code.
fn ends_fence(
    lines: &[Line],
    at: usize,
    rest: &str,
    indent: usize,
    outer: Ticks,
    language: &str,
) -> (bool, bool) {
    if matches!(language, "markdown" | "md" | "text" | "txt" | "mdx")
        || (language.is_empty() && outer.count > 3)
    {
        return (false, false);
    }
    let opens = indent <= 3
        && scan::fence_open(rest).is_some_and(|ticks| {
            let info = rest[ticks.count..].trim();
            ticks == outer && info.starts_with(|c: char| c.is_alphabetic() || c == '{' || c == '.')
        });
    let after_blank = at > 0 && lines[at - 1].text.trim().is_empty();
    let heading = scan::atx_heading(rest).is_some_and(|level| level >= 2 && rest.len() > level + 1);
    let head = scan::admonition_head(rest).is_some_and(|head| head.proper && head.mark == "!!!");
    (opens, indent == 0 && after_blank && (heading || head))
}
