//! One file as it was read.

use super::{FileId, Hash, SitePath, Span};
use std::sync::OnceLock;

/// A line and column as people count them: both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A file as it lay on disk when the build began.
#[derive(Debug)]
pub struct SourceFile {
    id: FileId,
    path: SitePath,
    bytes: Vec<u8>,
    hash: Hash,
    lines: OnceLock<Vec<u32>>,
}

impl SourceFile {
    pub(super) fn new(id: FileId, path: SitePath, bytes: Vec<u8>) -> SourceFile {
        let hash = Hash::of(&bytes);
        SourceFile { id, path, bytes, hash, lines: OnceLock::new() }
    }

    /// The id that spans in this file carry.
    pub fn id(&self) -> FileId {
        self.id
    }

    /// Where it lies below the root.
    pub fn path(&self) -> &SitePath {
        &self.path
    }

    /// The content as read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The content as text; `None` when it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// The hash of the content.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The range `start..end` of this file.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }

    /// The text under `span`; empty where the span does not fit this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text().and_then(|text| text.get(span.range())).unwrap_or_default()
    }

    /// Line and column of a byte offset. Offsets beyond the end are at the end.
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let starts = self.line_starts();
        let offset = offset.min(self.bytes.len());
        let line = starts.partition_point(|start| *start as usize <= offset).max(1);
        let start = starts.get(line - 1).map_or(0, |start| *start as usize);
        let column = String::from_utf8_lossy(&self.bytes[start..offset]).chars().count() + 1;
        LineColumn { line, column }
    }

    /// The bytes of line `line` (from 1), without its line end; empty beyond the last line.
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let at = |line: usize| starts.get(line).map_or(self.bytes.len(), |start| *start as usize);
        let (start, mut end) = (at(line.saturating_sub(1)), at(line));
        while end > start && matches!(self.bytes[end - 1], b'\n' | b'\r') {
            end -= 1;
        }
        self.span(start, end)
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters() {
        let file = SourceFile::new(FileId(0), SitePath::new("a.md"), "eins\r\nzwö lf\n".as_bytes().to_vec());
        let offset = "eins\r\nzwö ".len();
        assert_eq!(file.line_column(offset), LineColumn { line: 2, column: 5 });
        assert_eq!(file.line_column(0), LineColumn { line: 1, column: 1 });
        assert_eq!(file.line_column(999).line, 3);
        assert_eq!(file.slice(file.line_span(1)), "eins");
        assert_eq!(file.slice(file.line_span(2)), "zwö lf");
        assert_eq!(file.slice(file.line_span(9)), "");
    }
}
