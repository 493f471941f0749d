//! Text that remembers where it came from.

use crate::source::{FileId, Span};
use std::ops::Range;

/// One physical line of a page after its includes were put in, without its line end.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The text. The first `pad` bytes were added by an include.
    pub(super) text: String,
    /// Length of the added indentation.
    pub(super) pad: usize,
    /// The file that the text stands in.
    pub(super) file: FileId,
    /// Where in that file the text behind the pad begins.
    pub(super) at: usize,
}

impl Line {
    /// The place of a byte of the text in its file.
    pub(super) fn place(&self, byte: usize) -> usize {
        self.at + byte.saturating_sub(self.pad)
    }

    /// The bytes of `part`, a slice of this line's text.
    pub(super) fn range_of(&self, part: &str) -> Range<usize> {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        start..(start + part.len()).min(self.text.len())
    }

    /// The place of a range of the text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.place(range.start), self.place(range.end))
    }

    /// The place of the text without the blanks around it.
    pub(super) fn trimmed_span(&self) -> Span {
        let start = self.text.len() - self.text.trim_start().len();
        self.span(start..self.text.trim_end().len().max(start))
    }
}

/// The text that is given to the CommonMark parser, made of pieces that were copied from files and pieces
/// that were added. Every byte of it has a place in a file.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    /// The text.
    pub(super) text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    at: usize,
    file: FileId,
    source: usize,
    copied: bool,
}

/// How much of a buffer was written, to go back to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written(usize, usize);

impl Buffer {
    /// Add text that stands in no file; it is said to lie at `place`.
    pub(super) fn add(&mut self, text: &str, file: FileId, place: usize) {
        if !text.is_empty() {
            self.pieces.push(Piece { at: self.text.len(), file, source: place, copied: false });
            self.text.push_str(text);
        }
    }

    /// Copy a range of a line.
    pub(super) fn copy(&mut self, line: &Line, range: Range<usize>) {
        let pad = range.start..line.pad.clamp(range.start, range.end);
        self.add(&line.text[pad.clone()], line.file, line.at);
        let own = pad.end..range.end;
        if !own.is_empty() {
            let (at, source) = (self.text.len(), line.place(own.start));
            self.pieces.push(Piece { at, file: line.file, source, copied: true });
            self.text.push_str(&line.text[own]);
        }
    }

    /// What is written so far.
    pub(super) fn written(&self) -> Written {
        Written(self.text.len(), self.pieces.len())
    }

    /// Forget what was written since.
    pub(super) fn rewind(&mut self, to: Written) {
        self.text.truncate(to.0);
        self.pieces.truncate(to.1);
    }

    /// The place of a range of the text. A range that runs through several files has the place of its part in
    /// the first of them.
    pub(super) fn span(&self, range: Range<usize>) -> Option<Span> {
        let first = self.piece(range.start)?;
        let start = self.place(first, range.start);
        if range.is_empty() {
            return Some(Span::at(self.pieces[first].file, start));
        }
        let last = self.piece(range.end - 1)?;
        let (file, last) = (self.pieces[first].file, self.last_in_file(first, last));
        let end = match self.pieces[last].copied {
            true => {
                let stop = self.pieces.get(last + 1).map_or(self.text.len(), |next| next.at).min(range.end);
                self.pieces[last].source + (stop - self.pieces[last].at)
            }
            false => self.pieces[last].source,
        };
        Some(Span::new(file, start, end))
    }

    fn last_in_file(&self, first: usize, last: usize) -> usize {
        let file = self.pieces[first].file;
        match self.pieces[last].file == file {
            true => last,
            false => {
                first + self.pieces[first..=last].iter().take_while(|piece| piece.file == file).count() - 1
            }
        }
    }

    fn piece(&self, byte: usize) -> Option<usize> {
        self.pieces.partition_point(|piece| piece.at <= byte).checked_sub(1)
    }

    fn place(&self, piece: usize, byte: usize) -> usize {
        let piece = &self.pieces[piece];
        if piece.copied { piece.source + (byte - piece.at) } else { piece.source }
    }
}

/// Reads a line by columns, so that a tab may be consumed in part. Tab stops are four columns apart.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// The next byte.
    pub(super) byte: usize,
    column: usize,
    /// Columns of a tab already passed that were not consumed.
    pub(super) spare: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning of `text`.
    pub(super) fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, byte: 0, column: 0, spare: 0 }
    }

    /// At the beginning of `range` of `text`, which ends with it.
    pub(super) fn within(text: &'a str, range: Range<usize>) -> Cursor<'a> {
        let column = text[..range.start].chars().count();
        Cursor { text: &text[..range.end], byte: range.start, column, spare: 0 }
    }

    /// Columns of blanks ahead.
    pub(super) fn indent(&self) -> usize {
        let mut ahead = self.clone();
        ahead.skip(usize::MAX)
    }

    /// What follows, without the blanks ahead.
    pub(super) fn rest(&self) -> &'a str {
        self.text[self.byte..].trim_start_matches([' ', '\t'])
    }

    /// Is there nothing but blanks ahead?
    pub(super) fn is_blank(&self) -> bool {
        self.text[self.byte..].trim().is_empty()
    }

    /// Consume at most `columns` columns of blanks; how many were consumed.
    pub(super) fn skip(&mut self, columns: usize) -> usize {
        let mut done = self.spare.min(columns);
        self.spare -= done;
        while done < columns {
            let width = match self.text.as_bytes().get(self.byte) {
                Some(b' ') => 1,
                Some(b'\t') => 4 - self.column % 4,
                _ => break,
            };
            self.byte += 1;
            self.column += width;
            let used = width.min(columns - done);
            self.spare = width - used;
            done += used;
        }
        done
    }

    /// Consume `bytes` bytes that are not blanks.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.column += self.text[self.byte..self.byte + bytes].chars().count();
        self.byte += bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};

    #[test]
    fn a_tab_may_be_consumed_in_part() {
        let mut cursor = Cursor::new(" \tx");
        assert_eq!((cursor.indent(), cursor.rest()), (4, "x"));
        assert_eq!(cursor.skip(2), 2);
        assert_eq!((cursor.indent(), cursor.byte, cursor.spare), (2, 2, 2));
        assert_eq!(cursor.skip(9), 2);
    }

    #[test]
    fn spans_pass_over_what_was_added() {
        let sources = Sources::in_memory([("a.md", "    body\n")]);
        let file = sources.get(&SitePath::new("a.md")).unwrap();
        let line = Line { text: "    body".into(), pad: 0, file: file.id(), at: 0 };
        let mut buffer = Buffer::default();
        buffer.add("> ", file.id(), 0);
        buffer.copy(&line, 4..8);
        buffer.add("\n", file.id(), 8);
        let word = buffer.text.find("ody").unwrap();
        assert_eq!(file.slice(buffer.span(word..word + 3).unwrap()), "ody");
        assert_eq!(file.slice(buffer.span(2..7).unwrap()), "body");
    }
}
