//! One finding.

use super::Code;
use crate::source::{Sources, Span};
use std::cmp::Ordering;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails anything.
    Note,
    /// Probably not what the author meant.
    Warning,
    /// Readers are told something wrong, or nothing at all.
    Error,
}

impl Severity {
    /// The word in output: `note`, `warning`, `error`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A further place that explains the finding; it may lie in another file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there, one phrase.
    pub message: String,
}

/// Replace the bytes of `span` by `text`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A repair. It is safe when it cannot change what a correct reader of the source understood; only safe ones
/// are applied by `check --fix`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fix {
    /// What the repair does, as an order: "quote the value".
    pub title: String,
    /// The changes; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One finding: what, where, why, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Which check found it.
    pub code: &'static Code,
    /// The code's own severity, or what the configuration made of it.
    pub severity: Severity,
    /// One phrase, lower case, without a full stop.
    pub message: String,
    /// The place; `None` when it is about the site as a whole.
    pub span: Option<Span>,
    /// What is to be seen at the place, one phrase; may be empty.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// What helps, one sentence each.
    pub help: Vec<String>,
    /// A safe repair.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding of `code` at `span`, with the code's own severity.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { span: Some(span), ..Diagnostic::of_site(code, message) }
    }

    /// A finding about the site as a whole, without a place.
    pub fn of_site(code: &'static Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity,
            message: message.into(),
            span: None,
            label: String::new(),
            labels: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Say what is to be seen at the place.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Point to a further place.
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Say what helps.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }

    /// Offer a safe repair.
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Diagnostic {
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }
}

/// Bring findings into their one order - path, position, code, message - and drop duplicates.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    let mut keyed: Vec<_> = diagnostics
        .drain(..)
        .map(|found| {
            (found.span.and_then(|span| sources.file(span.file)).map(|file| file.path().clone()), found)
        })
        .collect();
    keyed.sort_by(|(left_path, left), (right_path, right)| {
        left_path.cmp(right_path).then_with(|| order(left, right))
    });
    diagnostics.extend(keyed.into_iter().map(|(_, found)| found));
    diagnostics.dedup();
}

fn order(left: &Diagnostic, right: &Diagnostic) -> Ordering {
    let key = |found: &Diagnostic| found.span.map(|span| (span.start, span.end));
    key(left)
        .cmp(&key(right))
        .then_with(|| left.code.name.cmp(right.code.name))
        .then_with(|| left.message.cmp(&right.message))
}
