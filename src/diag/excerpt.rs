//! Some lines of a file, made fit for a terminal: control characters are written out, very long lines are cut
//! to what matters, and lines far from any mark are left empty because nobody shows them.

use super::text::push_visible;
use crate::source::{SourceFile, Span};
use std::ops::Range;

/// A line longer than this many bytes is cut.
const LONG: usize = 400;
/// What stays around the marks of a line that is cut, in bytes.
const AROUND: usize = 100;
/// Lines this far from a mark are kept.
const NEAR: usize = 3;

/// Lines of a file and where its bytes went.
pub(super) struct Excerpt {
    /// The lines, joined by line feeds.
    pub text: String,
    /// The number of the first of them.
    pub first_line: usize,
    /// Where each kept byte offset of the file is in the text, ascending.
    moves: Vec<(usize, usize)>,
}

impl Excerpt {
    /// The lines of `file` that `spans` touch, from the first to the last.
    pub fn new(file: &SourceFile, spans: &[Span]) -> Excerpt {
        let marks: Vec<Range<usize>> = spans.iter().map(|span| clamp(file, *span)).collect();
        let lines: Vec<Range<usize>> = marks.iter().map(|mark| lines(file, mark)).collect();
        let first = lines.iter().map(|lines| lines.start).min().unwrap_or(1);
        let last = lines.iter().map(|lines| lines.end).max().unwrap_or(first);
        let mut excerpt = Excerpt { text: String::new(), first_line: first, moves: Vec::new() };
        for line in first..=last {
            if line > first {
                excerpt.text.push('\n');
            }
            let near =
                |lines: &Range<usize>| line.abs_diff(lines.start).min(line.abs_diff(lines.end)) <= NEAR;
            match lines.iter().any(near) {
                true => excerpt.push_line(file, line, &marks),
                false => excerpt.moves.push((file.line_span(line).start as usize, excerpt.text.len())),
            }
        }
        excerpt
    }

    /// Where `span` of the file is in the text.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.moved(span.start as usize);
        start..self.moved(span.end as usize).max(start)
    }

    fn moved(&self, offset: usize) -> usize {
        let after = self.moves.partition_point(|(from, _)| *from < offset);
        self.moves.get(after).map_or(self.text.len(), |(_, to)| *to)
    }

    fn push_line(&mut self, file: &SourceFile, line: usize, marks: &[Range<usize>]) {
        let whole = file.line_span(line).range();
        let kept = window(file.bytes(), whole.clone(), marks);
        if kept.start > whole.start {
            self.text.push('…');
        }
        let mut at = kept.start;
        for chunk in file.bytes()[kept.clone()].utf8_chunks() {
            for character in chunk.valid().chars() {
                self.push(at, character);
                at += character.len_utf8();
            }
            if !chunk.invalid().is_empty() {
                self.push(at, '\u{FFFD}');
                at += chunk.invalid().len();
            }
        }
        self.moves.push((at, self.text.len()));
        if kept.end < whole.end {
            self.text.push('…');
        }
    }

    fn push(&mut self, at: usize, character: char) {
        self.moves.push((at, self.text.len()));
        push_visible(&mut self.text, character, true);
    }
}

fn clamp(file: &SourceFile, span: Span) -> Range<usize> {
    let length = file.bytes().len();
    (span.start as usize).min(length)..(span.end as usize).min(length)
}

/// The first and the last line of a range; a range that ends with a line's end stays on that line.
fn lines(file: &SourceFile, mark: &Range<usize>) -> Range<usize> {
    let last = if mark.is_empty() { mark.end } else { mark.end - 1 };
    file.line_column(mark.start).line..file.line_column(last).line
}

/// The part of a long line that holds its marks and something around them.
fn window(bytes: &[u8], line: Range<usize>, marks: &[Range<usize>]) -> Range<usize> {
    if line.len() <= LONG {
        return line;
    }
    let ends = marks.iter().flat_map(|mark| [mark.start, mark.end]).filter(|at| line.contains(at));
    let first = ends.clone().min().unwrap_or(line.start);
    let last = ends.max().unwrap_or(line.start).min(first + LONG - 2 * AROUND);
    let start = if first < line.start + AROUND { line.start } else { first - AROUND };
    let whole = |mut at: usize| {
        while at > line.start && at < line.end && bytes[at] & 0xC0 == 0x80 {
            at -= 1;
        }
        at
    };
    whole(start)..whole((last + AROUND).min(line.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};
    use std::sync::Arc;

    fn file(text: &str) -> Arc<SourceFile> {
        Sources::in_memory([("a.md", text)]).get(&SitePath::new("a.md")).unwrap()
    }

    #[test]
    fn spans_follow_what_was_escaped() {
        let file = file("one\r\nt\u{1b}wo\r\n");
        let span = file.span(6, 9);
        let excerpt = Excerpt::new(&file, &[span]);
        assert_eq!((excerpt.text.as_str(), excerpt.first_line), ("t\\u{1b}wo", 2));
        assert_eq!(&excerpt.text[excerpt.range(span)], "\\u{1b}wo");
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let file = file(&format!("{}MARK{}", "ä".repeat(50_000), "z".repeat(100_000)));
        let span = file.span(100_000, 100_004);
        let excerpt = Excerpt::new(&file, &[span]);
        assert!(excerpt.text.len() < 300, "{}", excerpt.text.len());
        assert_eq!(&excerpt.text[excerpt.range(span)], "MARK");
    }

    #[test]
    fn the_end_of_the_file_is_a_place() {
        let file = file("one\n");
        let span = file.span(4, 4);
        let excerpt = Excerpt::new(&file, &[span]);
        assert_eq!((excerpt.text.as_str(), excerpt.first_line, excerpt.range(span)), ("", 2, 0..0));
        let beyond = Excerpt::new(&file, &[file.span(90, 99)]);
        assert_eq!(beyond.first_line, 2);
    }
}
