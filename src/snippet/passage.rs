//! A piece of a page, with the way back into the file.

use crate::markdown::Code;
use crate::source::Span;
use std::ops::Range;

/// Text whose every line knows where it was written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Passage {
    /// The text; every line ends with `\n`.
    pub text: String,
    /// Where each line lies in the file, without its line end.
    pub lines: Vec<Span>,
    starts: Vec<usize>,
}

impl Passage {
    /// The text of a code block.
    pub fn of_code(code: &Code) -> Passage {
        Passage::new(code.text.clone(), code.lines.clone())
    }

    /// A text and the places of its lines.
    pub fn new(text: String, lines: Vec<Span>) -> Passage {
        let mut start = 0;
        let starts = text
            .split_inclusive('\n')
            .map(|line| {
                start += line.len();
                start - line.len()
            })
            .collect();
        Passage { text, lines, starts }
    }

    /// The part of this passage that the given ranges of lines make up, its text being `text`.
    pub fn part(&self, text: String, lines: &[Range<usize>]) -> Passage {
        let spans = lines.iter().filter_map(|line| self.span(line)).collect();
        Passage::new(text, spans)
    }

    /// Where bytes of the text lie in the file; `None` only when the passage has no lines.
    pub fn span(&self, range: &Range<usize>) -> Option<Span> {
        let start = self.at(range.start)?;
        let end = self.at(range.end.max(range.start))?;
        Some(if start.file == end.file && start.start <= end.start { start.to(end) } else { start })
    }

    /// The number of the line that a byte lies in, from 0.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// How far the line of a byte is indented in the file beyond the passage, in bytes, when neighbouring lines
    /// tell: the distance between one line's end and the next one's start, its newline taken off.
    pub fn indent(&self, offset: usize) -> Option<usize> {
        let line = self.line_of(offset);
        let above = self.lines.get(line.checked_sub(1)?)?;
        let own = self.lines.get(line)?;
        (own.start as usize).checked_sub(above.end as usize + 1)
    }

    fn at(&self, offset: usize) -> Option<Span> {
        let line = self.line_of(offset).min(self.lines.len().checked_sub(1)?);
        let span = self.lines[line];
        let column = offset.saturating_sub(self.starts.get(line).copied().unwrap_or(0));
        let start = (span.start as usize + column).min(span.end as usize);
        Some(Span::at(span.file, start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};

    #[test]
    fn a_range_over_two_indented_lines_leads_back_to_the_file() {
        let sources = Sources::in_memory([("a.md", "- x\n\n      one\n      two\n")]);
        let file = sources.get(&SitePath::new("a.md")).unwrap();
        let passage = Passage::new("one\ntwo\n".into(), vec![file.span(11, 14), file.span(21, 24)]);
        assert_eq!(file.slice(passage.span(&(1..6)).unwrap()), "ne\n      tw");
        assert_eq!(passage.line_of(4), 1);
        assert!(Passage::default().span(&(0..1)).is_none());
    }
}
