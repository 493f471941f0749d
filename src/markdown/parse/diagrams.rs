//! Diagrams, drawn while the page is parsed: what is wrong with one is then said at its line like all else.

use super::builder::Builder;
use crate::diag::{Diagnostic, codes};
use crate::markdown::Code;
use crate::markdown::diagram::{self, Fault};
use crate::source::Span;
use std::ops::Range;

/// The language of the fences that are drawn.
const LANGUAGE: &str = "mermaid";

impl Builder<'_> {
    /// The picture of the fence of this language and code, when it is a diagram that can be drawn.
    pub(super) fn picture(&mut self, language: Option<&str>, code: &Code) -> Option<String> {
        if !self.dialect.diagrams || language != Some(LANGUAGE) {
            return None;
        }
        match diagram::draw(&code.text) {
            Ok(picture) => {
                if let Some(lacks) = picture.lacks {
                    self.not_drawn(code, format!("this diagram is drawn, but {lacks}"));
                }
                Some(picture.svg)
            }
            Err(fault) => {
                self.lint_diagram(code, fault);
                None
            }
        }
    }

    fn lint_diagram(&mut self, code: &Code, fault: Fault) {
        if !fault.syntax {
            return self.not_drawn(code, format!("this diagram is not drawn: {}", fault.message));
        }
        let Some(place) = fault.place.and_then(|place| place_of(code, place)).or_else(|| first_line(code))
        else {
            return;
        };
        let found = Diagnostic::new(
            &codes::DIAGRAM_SYNTAX,
            place,
            format!("this diagram does not parse: {}", fault.message),
        );
        self.found(found.help("readers see the source in the place of the picture"));
    }

    /// What is not the author's mistake; one of a kind a page.
    fn not_drawn(&mut self, code: &Code, message: String) {
        let seen = self.out.diagnostics.iter().any(|found| found.message == message);
        if let Some(place) = first_line(code).filter(|_| !seen) {
            self.found(Diagnostic::new(&codes::DIAGRAM_NOT_DRAWN, place, message));
        }
    }
}

/// The first line that says something.
fn first_line(code: &Code) -> Option<Span> {
    let lines = code.text.lines().zip(&code.lines);
    let first = lines.clone().find(|(text, _)| !text.trim().is_empty()).or_else(|| lines.clone().next());
    first.map(|(_, span)| *span)
}

/// Where the bytes `place` of the code stand in the page; of several lines the first.
fn place_of(code: &Code, place: Range<usize>) -> Option<Span> {
    let mut start = 0;
    for (text, span) in code.text.split_inclusive('\n').zip(&code.lines) {
        let end = start + text.trim_end_matches('\n').len();
        if place.start <= end {
            let within = |at: usize| (at.clamp(start, end) - start).min(span.range().len());
            let (from, to) = (within(place.start), within(place.end));
            let at = span.range().start;
            return match from < to {
                true => Some(Span::new(span.file, at + from, at + to)),
                false => Some(*span),
            };
        }
        start = end + 1;
    }
    code.lines.last().copied()
}
