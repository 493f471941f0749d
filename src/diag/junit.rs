//! JUnit XML: one suite a file, one failed case a finding, so that any CI shows them as tests.

use super::text::is_unsafe;
use super::{Counts, Diagnostic, Findings, Look, human};
use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) fn emit(findings: &Findings<'_>) -> String {
    let mut suites: BTreeMap<String, Vec<&Diagnostic>> = BTreeMap::new();
    for found in findings.list {
        let place = found.span.and_then(|span| findings.place(span));
        let path = place.map_or(String::from("site"), |place| findings.path(&place.path));
        suites.entry(path).or_default().push(found);
    }
    let (tests, failures) = (findings.list.len().max(1), failures(findings.list));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"runproof\" tests=\"{tests}\" failures=\"{failures}\">");
    if suites.is_empty() {
        out.push_str("  <testsuite name=\"site\" tests=\"1\" failures=\"0\">\n");
        out.push_str("    <testcase classname=\"site\" name=\"runproof check\"/>\n  </testsuite>\n");
    }
    suites.iter().for_each(|(path, list)| suite(&mut out, findings, path, list));
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, findings: &Findings<'_>, path: &str, list: &[&Diagnostic]) {
    let failed = list.iter().filter(|found| is_failure(found)).count();
    let (path, tests) = (escape(path), list.len());
    let _ = writeln!(out, "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failed}\">");
    list.iter().for_each(|found| case(out, findings, &path, found));
    out.push_str("  </testsuite>\n");
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
    found.severity > super::Severity::Note
}

fn failures(list: &[Diagnostic]) -> usize {
    let counts = Counts::of(list);
    counts.errors + counts.warnings
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
