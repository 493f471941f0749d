//! SARIF 2.1.0 (OASIS), as GitHub's code scanning and editors read it.

use super::baseline::fingerprint;
use super::{Code, Diagnostic, Findings, Fix, Severity, codes, place::Place};
use crate::source::{SitePath, UrlPath};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn emit(findings: &Findings<'_>) -> String {
    let results: Vec<Value> = findings.list.iter().map(|found| result(findings, found)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "runproof",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes::ALL.iter().map(|code| rule(findings, code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(findings: &Findings<'_>, code: &Code) -> Value {
    let mut rule = json!({
        "id": code.name,
        "shortDescription": { "text": code.summary },
        "defaultConfiguration": { "level": level(code.severity) },
    });
    if let Some(pages) = findings.pages {
        rule["helpUri"] = json!(format!("{}/{}/", pages.trim_end_matches('/'), code.name));
    }
    rule
}

fn result(findings: &Findings<'_>, found: &Diagnostic) -> Value {
    let mut result = json!({
        "ruleId": found.code.name,
        "ruleIndex": codes::ALL.iter().position(|code| code.name == found.code.name),
        "level": level(found.severity),
        "message": { "text": message(found) },
        "partialFingerprints": { "runproof/v1": fingerprint(found, findings.sources) },
    });
    if let Some(place) = found.span.and_then(|span| findings.place(span)) {
        result["locations"] = json!([location(findings, &place, None)]);
    }
    let related: Vec<Value> = found
        .labels
        .iter()
        .filter_map(|label| Some(location(findings, &findings.place(label.span)?, Some(&label.message))))
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some(fix) = &found.fix {
        result["fixes"] = json!([repair(findings, fix)]);
    }
    result
}

/// SARIF has one text a result: what is wrong, what is to be seen, what helps.
fn message(found: &Diagnostic) -> String {
    let label = Some(&found.label).filter(|label| !label.is_empty());
    let parts = std::iter::once(&found.message).chain(label).chain(&found.help);
    parts.map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn location(findings: &Findings<'_>, place: &Place, message: Option<&str>) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact(findings, &place.path),
            "region": region(place),
        },
    });
    if let Some(message) = message {
        location["message"] = json!({ "text": message });
    }
    location
}

fn artifact(findings: &Findings<'_>, path: &SitePath) -> Value {
    json!({ "uri": UrlPath::new(findings.path(path)).encoded(), "uriBaseId": "%SRCROOT%" })
}

fn region(place: &Place) -> Value {
    json!({
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
        "byteOffset": place.span.start,
        "byteLength": place.span.end - place.span.start,
    })
}

fn repair(findings: &Findings<'_>, fix: &Fix) -> Value {
    let mut changes: BTreeMap<SitePath, Vec<Value>> = BTreeMap::new();
    for edit in &fix.edits {
        if let Some(place) = findings.place(edit.span) {
            let replacement =
                json!({ "deletedRegion": region(&place), "insertedContent": { "text": edit.text } });
            changes.entry(place.path).or_default().push(replacement);
        }
    }
    let changes: Vec<Value> = changes
        .iter()
        .map(|(path, list)| json!({ "artifactLocation": artifact(findings, path), "replacements": list }))
        .collect();
    json!({ "description": { "text": fix.title }, "artifactChanges": changes })
}

fn level(severity: Severity) -> &'static str {
    severity.word()
}
