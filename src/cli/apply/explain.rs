//! The steps of an evaluation, for people and for machines.

use super::Silence;
use crate::diag::visible;
use crate::kube::Resource;
use crate::policy::{Explanation, Step};
use serde_json::{Value, json};
use std::fmt::Write;

/// Values longer than this are cut.
const MAX_LENGTH: usize = 120;

/// The steps below an answer; nothing when they were not asked for.
pub(super) fn steps(out: &mut String, steps: &[Step]) {
    if steps.is_empty() {
        return;
    }
    out.push_str("  steps:\n");
    for step in steps {
        let (word, text) = line(step);
        let _ = writeln!(out, "    {word:<14}{}", visible(&text, false));
    }
}

/// The rules that say nothing, with the steps that tell why.
pub(super) fn human(silences: &[Silence<'_>]) -> String {
    let mut out = String::new();
    for one in silences {
        let title = format!("{} on {}", title(&one.explanation), object(&one.resource.resource));
        let _ = writeln!(out, "\nno answer: {}", visible(&title, false));
        steps(&mut out, &one.explanation.steps);
    }
    out
}

/// The same as rows without a result.
pub(super) fn json(silences: &[Silence<'_>]) -> String {
    let mut out = String::new();
    for Silence { resource, explanation } in silences {
        let resource = &resource.resource;
        let row = json!({
            "policy": explanation.policy,
            "rule": explanation.rule,
            "resource": {
                "apiVersion": resource.gvk.api_version(),
                "kind": resource.gvk.kind,
                "namespace": resource.namespace,
                "name": resource.name,
            },
            "result": null,
            "explain": explanation.steps.iter().map(step).collect::<Value>(),
        });
        let _ = writeln!(out, "{row}");
    }
    out
}

fn title(one: &Explanation) -> String {
    match one.rule.as_str() {
        "" => one.policy.clone(),
        rule => format!("{}/{rule}", one.policy),
    }
}

fn object(resource: &Resource) -> String {
    format!("{} {}", resource.gvk.kind, resource.display_name())
}

/// A word for the step, and what happened.
fn line(step: &Step) -> (&'static str, String) {
    match step {
        Step::Block { path, fits: true, .. } => ("fits", trimmed(path)),
        Step::Block { path, misfit, .. } => {
            ("does not fit", format!("{}, because of {}", trimmed(path), misfit.unwrap_or("nothing")))
        }
        Step::Query { expression, value: Ok(value) } => ("query", format!("{expression} = {}", short(value))),
        Step::Query { expression, value: Err(reason) } => ("query", format!("{expression}: {reason}")),
        Step::Condition { path, key, operator, value, met } => {
            let met = if *met { "met" } else { "not met" };
            let path = trimmed(path);
            ("condition", format!("{path}: {} {operator} {}: {met}", short(key), short(value)))
        }
        Step::Element { path, index, value } => {
            ("element", format!("{index} of {}: {}", trimmed(path), short(value)))
        }
        Step::Field { path, expected, actual, fits } => {
            let fits = if *fits { "fits" } else { "does not fit" };
            ("field", format!("{path} is {}, wanted {}: {fits}", short(actual), short(expected)))
        }
        Step::Expression { path, text, holds } => {
            let outcome = match holds {
                Ok(true) => "holds".to_string(),
                Ok(false) => "does not hold".to_string(),
                Err(reason) => reason.clone(),
            };
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            ("expression", format!("{}: {text}: {outcome}", trimmed(path)))
        }
    }
}

fn trimmed(path: &str) -> String {
    path.trim_end_matches('/').to_string()
}

/// The value as JSON on one line, cut where it is long.
fn short(value: &Value) -> String {
    if value.is_null() {
        return "nothing".to_string();
    }
    let text = value.to_string();
    match text.char_indices().nth(MAX_LENGTH) {
        Some((at, _)) => format!("{} …", &text[..at]),
        None => text,
    }
}

/// The step as JSON.
pub(super) fn step(step: &Step) -> Value {
    match step {
        Step::Block { path, fits, misfit } => {
            json!({"step": "block", "path": path, "fits": fits, "misfit": misfit})
        }
        Step::Query { expression, value } => json!({
            "step": "query", "expression": expression,
            "value": value.as_ref().ok(), "error": value.as_ref().err(),
        }),
        Step::Condition { path, key, operator, value, met } => json!({
            "step": "condition", "path": path, "key": key, "operator": operator, "value": value, "met": met,
        }),
        Step::Element { path, index, value } => {
            json!({"step": "element", "path": path, "index": index, "value": value})
        }
        Step::Field { path, expected, actual, fits } => json!({
            "step": "field", "path": path, "expected": expected, "actual": actual, "fits": fits,
        }),
        Step::Expression { path, text, holds } => json!({
            "step": "expression", "path": path, "text": text,
            "holds": holds.as_ref().ok(), "error": holds.as_ref().err(),
        }),
    }
}
