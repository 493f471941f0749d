//! From spans to what people and tools call a place.

use crate::source::{LineColumn, SitePath, Sources, Span};
use serde_json::{Value, json};

/// A span, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub path: SitePath,
    pub start: LineColumn,
    pub end: LineColumn,
    pub span: Span,
}

impl Place {
    /// The place of `span`; `None` when it belongs to other sources.
    pub fn of(sources: &Sources, span: Span) -> Option<Place> {
        let file = sources.file(span.file)?;
        let range = span.range();
        Some(Place {
            path: file.path().clone(),
            start: file.line_column(range.start),
            end: file.line_column(range.end),
            span,
        })
    }

    /// `{"start": {line, column, byte}, "end": {…}}`; the end is exclusive.
    pub fn range_json(&self) -> Value {
        let point = |at: LineColumn, byte: u32| json!({ "line": at.line, "column": at.column, "byte": byte });
        json!({ "start": point(self.start, self.span.start), "end": point(self.end, self.span.end) })
    }
}
