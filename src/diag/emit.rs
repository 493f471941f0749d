//! Findings in the form that a person or a tool reads.

use super::{Diagnostic, Severity, github, human, json, junit, place::Place, sarif, short};
use crate::source::{SitePath, Sources, Span};

/// The forms that findings can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Excerpts with the place underlined, for a terminal.
    #[default]
    Human,
    /// One line a finding: `path:line:column: error[code]: message`.
    Short,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for test reports.
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// A claim of a page, as a test of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Where its words stand.
    pub span: Span,
    /// The words.
    pub name: String,
    /// The verdict in a word or two.
    pub verdict: &'static str,
    /// It was decided, and holds.
    pub holds: bool,
    /// The verdict in a sentence.
    pub words: String,
}

/// What is emitted, and from where it is seen.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a> {
    /// The findings, sorted.
    pub list: &'a [Diagnostic],
    /// The claims of the pages, in order: reports of tests and summaries tell of those that hold, too.
    pub claims: &'a [Case],
    /// The sources that their spans lie in.
    pub sources: &'a Sources,
    /// Stands before every path, so that it leads to the file from where the reader is: empty, or `docs/`.
    pub prefix: &'a str,
    /// The address below which every code has its page: `https://…/reference/checks/`.
    pub pages: Option<&'a str>,
}

/// How the human form looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Use colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Look {
        Look { color: false, width: 140 }
    }
}

/// `findings` in `format`. Every form but the human one stands alone; that one is followed by a summary line.
pub fn emit(format: Format, findings: &Findings<'_>, look: Look) -> String {
    match format {
        Format::Human => human::emit(findings, look),
        Format::Short => short::emit(findings),
        Format::Json => json::emit(findings),
        Format::Sarif => sarif::emit(findings),
        Format::Junit => junit::emit(findings),
        Format::Github => github::emit(findings),
    }
}

/// How many findings there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity note.
    pub notes: usize,
    /// Findings that carry a safe repair.
    pub fixable: usize,
}

impl Counts {
    /// The counts of `list`.
    pub fn of(list: &[Diagnostic]) -> Counts {
        let of = |severity| list.iter().filter(|found| found.severity == severity).count();
        Counts {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            fixable: list.iter().filter(|found| found.fix.is_some()).count(),
        }
    }
}

impl Findings<'_> {
    /// Where `span` is, if it lies in these sources.
    pub(super) fn place(&self, span: Span) -> Option<Place> {
        Place::of(self.sources, span)
    }

    /// The path as the reader can open it.
    pub(super) fn path(&self, path: &SitePath) -> String {
        format!("{}{}", self.prefix, path.as_str())
    }

    /// The address of the page of a finding's code.
    pub(super) fn page(&self, found: &Diagnostic) -> Option<String> {
        self.pages.map(|pages| format!("{}/{}/", pages.trim_end_matches('/'), found.code.name))
    }
}
