//! JUnit XML: one suite a file, so that any CI shows claims and findings as tests. A claim is a case that passed, failed
//! or was skipped with the reason; a finding that belongs to no claim is a failed case of its own.

use super::emit::Case;
use super::text::is_unsafe;
use super::{Diagnostic, Findings, Look, Severity, human};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the report says of one file.
#[derive(Default)]
struct Suite<'a> {
    claims: Vec<Claim<'a>>,
    findings: Vec<&'a Diagnostic>,
}

/// A claim with what was found at its words.
struct Claim<'a> {
    case: &'a Case,
    found: Vec<&'a Diagnostic>,
}

pub(super) fn emit(findings: &Findings<'_>) -> String {
    let mut suites: BTreeMap<String, Suite> = BTreeMap::new();
    for case in findings.claims {
        suites
            .entry(path(findings, Some(case.span)))
            .or_default()
            .claims
            .push(Claim { case, found: Vec::new() });
    }
    for found in findings.list {
        let suite = suites.entry(path(findings, found.span)).or_default();
        match suite.claims.iter_mut().find(|claim| found.span == Some(claim.case.span)) {
            Some(claim) => claim.found.push(found),
            None => suite.findings.push(found),
        }
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let tests = suites.values().map(Suite::tests).sum::<usize>().max(1);
    let failures: usize = suites.values().map(Suite::failures).sum();
    let skipped: usize = suites.values().map(Suite::skipped).sum();
    let _ = writeln!(
        out,
        "<testsuites name=\"runproof\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">"
    );
    if suites.is_empty() {
        out.push_str("  <testsuite name=\"site\" tests=\"1\" failures=\"0\" skipped=\"0\">\n");
        out.push_str("    <testcase classname=\"site\" name=\"runproof check\"/>\n  </testsuite>\n");
    }
    suites.iter().for_each(|(path, suite)| suite.write(&mut out, findings, path));
    out.push_str("</testsuites>\n");
    out
}

fn path(findings: &Findings<'_>, span: Option<crate::source::Span>) -> String {
    let place = span.and_then(|span| findings.place(span));
    place.map_or(String::from("site"), |place| findings.path(&place.path))
}

impl Suite<'_> {
    fn tests(&self) -> usize {
        self.claims.len() + self.findings.len()
    }

    fn failures(&self) -> usize {
        let claims = self.claims.iter().filter(|claim| claim.failure().is_some()).count();
        claims + self.findings.iter().filter(|found| is_failure(found)).count()
    }

    fn skipped(&self) -> usize {
        self.claims.iter().filter(|claim| claim.failure().is_none() && !claim.case.holds).count()
    }

    fn write(&self, out: &mut String, findings: &Findings<'_>, path: &str) {
        let (path, tests) = (escape(path), self.tests());
        let (failures, skipped) = (self.failures(), self.skipped());
        let _ = writeln!(
            out,
            "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">"
        );
        self.claims.iter().for_each(|claim| claim.write(out, findings, &path));
        self.findings.iter().for_each(|found| case(out, findings, &path, found));
        out.push_str("  </testsuite>\n");
    }
}

impl<'a> Claim<'a> {
    fn failure(&self) -> Option<&'a Diagnostic> {
        self.found.iter().copied().find(|found| is_failure(found))
    }

    fn write(&self, out: &mut String, findings: &Findings<'_>, path: &str) {
        let line = findings.place(self.case.span).map_or(0, |place| place.start.line);
        let (name, words) = (escape(&self.case.name), escape(&self.case.words));
        let _ = writeln!(
            out,
            "    <testcase classname=\"{path}\" name=\"{name} at {line}\" file=\"{path}\" line=\"{line}\">"
        );
        let _ = match self.failure() {
            Some(found) => {
                let (kind, message) = (found.severity.word(), escape(&found.message));
                let text = escape(&human::one(findings, found, Look::default()));
                writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>")
            }
            None if self.case.holds => writeln!(out, "      <system-out>{words}</system-out>"),
            None => writeln!(out, "      <skipped message=\"{words}\"/>"),
        };
        out.push_str("    </testcase>\n");
    }
}

fn case(out: &mut String, findings: &Findings<'_>, path: &str, found: &Diagnostic) {
    let place = found.span.and_then(|span| findings.place(span));
    let (line, name) = match place {
        Some(place) => {
            let (line, column) = (place.start.line, place.start.column);
            (format!(" line=\"{line}\""), format!("{} at {line}:{column}", found.code.name))
        }
        None => (String::new(), found.code.name.to_string()),
    };
    let text = escape(&human::one(findings, found, Look::default()));
    let _ = writeln!(out, "    <testcase classname=\"{path}\" name=\"{name}\" file=\"{path}\"{line}>");
    let _ = match is_failure(found) {
        true => {
            let (kind, message) = (found.severity.word(), escape(&found.message));
            writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>")
        }
        false => writeln!(out, "      <system-out>{text}</system-out>"),
    };
    out.push_str("    </testcase>\n");
}

/// A note never fails anything, so here it is a case that passed and says something.
fn is_failure(found: &Diagnostic) -> bool {
    found.severity > Severity::Note
}

/// Text for XML 1.0, which cannot hold most control characters at all.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ if is_unsafe(character) => super::text::push_visible(&mut out, character, false),
            _ => out.push(character),
        }
    }
    out
}
