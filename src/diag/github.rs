//! GitHub Actions: workflow commands that become annotations, and a summary of the step in Markdown.

use super::text::{one_line, visible};
use super::{Counts, Diagnostic, Findings, Severity, summary};
use std::fmt::Write;

pub(super) fn emit(findings: &Findings<'_>) -> String {
    findings.list.iter().map(|found| command(findings, found)).collect()
}

fn command(findings: &Findings<'_>, found: &Diagnostic) -> String {
    let kind = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let title = property(&format!("runproof {}", found.code.name));
    let text = data(&visible(&text(found), true));
    let Some(place) = found.span.and_then(|span| findings.place(span)) else {
        return format!("::{kind} title={title}::{text}\n");
    };
    let (file, line, end) = (property(&findings.path(&place.path)), place.start.line, place.end.line);
    // Columns are only understood when the annotation stays on one line.
    let columns = match line == end {
        true => format!(",col={},endColumn={}", place.start.column, place.end.column),
        false => String::new(),
    };
    format!("::{kind} file={file},line={line},endLine={end}{columns},title={title}::{text}\n")
}

fn text(found: &Diagnostic) -> String {
    let label = Some(&found.label).filter(|label| !label.is_empty());
    let parts = std::iter::once(&found.message).chain(label).chain(&found.help);
    parts.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// Text behind the `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The findings as Markdown for `$GITHUB_STEP_SUMMARY`: one table, at most `limit` rows.
pub fn step_summary(findings: &Findings<'_>, limit: usize) -> String {
    let mut out = format!("### runproof\n\n{}\n", summary(&Counts::of(findings.list)));
    let claims = super::summary::claims(findings.claims);
    if !claims.is_empty() {
        let _ = writeln!(out, "\n{claims}");
    }
    if findings.list.is_empty() {
        return out;
    }
    out.push_str("\n| | Place | Check | Finding |\n|---|---|---|---|\n");
    for found in findings.list.iter().take(limit) {
        let place = found.span.and_then(|span| findings.place(span));
        let place = place
            .map_or(String::new(), |place| format!("`{}:{}`", findings.path(&place.path), place.start.line));
        let code = match findings.page(found) {
            Some(page) => format!("[{}]({page})", found.code.name),
            None => found.code.name.to_string(),
        };
        let cells = [cell(&place), code, cell(&escape(&found.message))];
        let _ = writeln!(out, "| {} | {} |", found.severity.word(), cells.join(" | "));
    }
    if let Some(more) = findings.list.len().checked_sub(limit).filter(|more| *more > 0) {
        let _ = writeln!(out, "\n{more} more in the log.");
    }
    out
}

fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

/// Words of a message as text, not as markup; code spans stay.
fn escape(text: &str) -> String {
    text.replace('<', "&lt;").replace('[', "\\[")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_cannot_be_broken_out_of() {
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
        assert_eq!(property("a:b,c%"), "a%3Ab%2Cc%25");
    }
}
