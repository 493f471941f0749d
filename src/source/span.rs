//! Where something was written.

/// One file of a [`Sources`](super::Sources). The id of a path stays the same across reloads, so spans in
/// memoised results stay true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(super) u32);

/// A range of bytes in one source file: `start` included, `end` excluded. It always refers to the file as it
/// lies on disk (front matter, BOM and carriage returns included), also for text that came through includes
/// and out of indented containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`. Offsets beyond 4 GiB are clamped.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The empty range at `offset`.
    pub fn at(file: FileId, offset: usize) -> Span {
        Span::new(file, offset, offset)
    }

    /// The smallest range that holds both; `self` when they lie in different files.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The range as indices into the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
