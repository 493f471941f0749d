//! One line a finding, for editors and `grep`.

use super::text::one_line;
use super::{Diagnostic, Findings};

pub(super) fn emit(findings: &Findings<'_>) -> String {
    findings.list.iter().map(|found| line(findings, found)).collect()
}

fn line(findings: &Findings<'_>, found: &Diagnostic) -> String {
    let place = found
        .span
        .and_then(|span| findings.place(span))
        .map(|place| format!("{}:{}:{}: ", findings.path(&place.path), place.start.line, place.start.column));
    let (severity, code) = (found.severity.word(), found.code.name);
    let place = one_line(&place.unwrap_or_default());
    let gap = if place.is_empty() { "" } else { " " };
    format!("{place}{gap}{severity}[{code}]: {}\n", one_line(&found.message))
}
