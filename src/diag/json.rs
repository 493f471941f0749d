//! One JSON object, version 1. Fields may be added to a version; none changes its meaning or goes away.

use super::baseline::fingerprint;
use super::{Counts, Diagnostic, Findings, Fix};
use crate::source::Span;
use serde_json::{Map, Value, json};

pub(super) fn emit(findings: &Findings<'_>) -> String {
    let counts = Counts::of(findings.list);
    let list: Vec<Value> = findings.list.iter().map(|found| finding(findings, found)).collect();
    let mut claims = Map::new();
    for case in findings.claims {
        let count = claims.entry(case.verdict).or_insert(json!(0));
        *count = json!(count.as_u64().unwrap_or_default() + 1);
    }
    let object = json!({
        "version": 1,
        "findings": list,
        "summary": {
            "errors": counts.errors,
            "warnings": counts.warnings,
            "notes": counts.notes,
            "fixable": counts.fixable,
            "claims": claims,
        },
    });
    format!("{object:#}\n")
}

fn finding(findings: &Findings<'_>, found: &Diagnostic) -> Value {
    let labels = found.labels.iter().map(|label| at(findings, Some(label.span), "message", &label.message));
    let mut object = json!({
        "code": found.code.name,
        "severity": found.severity.word(),
        "message": found.message,
    });
    if let (Some(object), Value::Object(place)) =
        (object.as_object_mut(), at(findings, found.span, "label", &found.label))
    {
        object.extend(place);
        object.insert("labels".into(), labels.collect());
        object.insert("help".into(), json!(found.help));
        object.insert("fix".into(), json!(found.fix.as_ref().map(|found| fix(findings, found))));
        object.insert("url".into(), json!(findings.page(found)));
        object.insert("fingerprint".into(), json!(fingerprint(found, findings.sources)));
    }
    object
}

fn fix(findings: &Findings<'_>, fix: &Fix) -> Value {
    let edits: Vec<Value> =
        fix.edits.iter().map(|edit| at(findings, Some(edit.span), "text", &edit.text)).collect();
    json!({ "title": fix.title, "edits": edits })
}

/// A place with one more word about it; `path` and `range` are null without a place.
fn at(findings: &Findings<'_>, span: Option<Span>, key: &str, text: &str) -> Value {
    let place = span.and_then(|span| findings.place(span));
    let mut object = Map::new();
    object.insert("path".into(), json!(place.as_ref().map(|place| findings.path(&place.path))));
    object.insert("range".into(), json!(place.as_ref().map(|place| place.range_json())));
    object.insert(key.into(), json!(text));
    Value::Object(object)
}
