//! What `runproof apply` prints.

use super::load::Loaded;
use super::{Answer, explain};
use crate::cli::Failure;
use crate::diag::diff;
use crate::diag::visible;
use crate::policy::{RuleResponse, Status};
use crate::source::yaml;
use serde_json::{Value, json};
use std::fmt::Write;
use std::ops::Range;

/// The answers one below the other. Changes are shown as a diff when `changes` says so.
pub(super) fn human(answers: &[Answer<'_>], changes: bool) -> String {
    let mut out = String::new();
    for (index, answer) in answers.iter().enumerate() {
        out.push_str(if index > 0 { "\n" } else { "" });
        one(&mut out, answer);
        if changes {
            change(&mut out, answer);
        }
    }
    out
}

fn one(out: &mut String, answer: &Answer<'_>) {
    let response = &answer.response;
    let name = format!("{} on {}", title(response), object(answer));
    let _ = writeln!(out, "{}: {}", response.status, visible(&name, false));
    for line in response.message.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(out, "  {}", visible(line, false));
    }
    if let Some(path) = response.path.as_deref().filter(|path| !path.is_empty()) {
        let (resource, file) = (&answer.resource.resource, &answer.resource.file);
        // The path of an element in a `foreach` begins at the element, which may come from anywhere.
        match resource.place(path).filter(|place| !place.is_empty()) {
            Some(place) => out.push_str(&file.excerpt(&format!("field: {path}"), &place)),
            None => drop(writeln!(out, "  field: {}", visible(path, false))),
        }
    }
    let (what, place) = policy_place(answer);
    out.push_str(&answer.policy.file.excerpt(&what, &place));
    explain::steps(out, &answer.steps);
}

/// The field of the policy that decided, or else the rule, or else the policy's name.
fn policy_place(answer: &Answer<'_>) -> (String, Range<usize>) {
    let Loaded { what: policy, resource, .. } = answer.policy;
    let decided = answer.response.policy_path.as_deref();
    if let Some((path, place)) = decided.and_then(|path| Some((path, resource.place(path)?))) {
        return (format!("policy: {path}"), place);
    }
    match policy.rule(&answer.response.rule).and_then(|rule| rule.place.clone()) {
        Some(place) => ("rule:".to_string(), place),
        None => ("policy:".to_string(), resource.place("/metadata/name/").unwrap_or(0..0)),
    }
}

/// `policy/rule`, or the policy alone.
fn title(response: &RuleResponse) -> String {
    match response.rule.as_str() {
        "" => response.policy.clone(),
        rule => format!("{}/{rule}", response.policy),
    }
}

/// `Pod default/web`.
fn object(answer: &Answer<'_>) -> String {
    let resource = &answer.resource.resource;
    let namespace =
        if answer.namespace.is_empty() { String::new() } else { format!("{}/", answer.namespace) };
    format!("{} {namespace}{}", resource.gvk.kind, name(answer))
}

fn name<'a>(answer: &'a Answer<'_>) -> &'a str {
    let resource = &answer.resource.resource;
    match resource.name.as_str() {
        "" => resource.generate_name.as_deref().unwrap_or_default(),
        name => name,
    }
}

/// That an answer was the last one about its resource.
pub(super) fn stopped(answer: &Answer<'_>) -> String {
    let (title, object) = (title(&answer.response), object(answer));
    let line = format!("The error of {title} ended what was asked about {object}, as it does in Kyverno.");
    visible(&line, false)
}

/// What a rule changed, and what it generates.
fn change(out: &mut String, answer: &Answer<'_>) {
    let indented = |out: &mut String, text: &str| {
        for line in text.lines() {
            let _ = writeln!(out, "  {}", visible(line, true));
        }
    };
    let text = |value: &Value| yaml::to_string(value).unwrap_or_else(|_| value.to_string());
    if let Some(patched) = &answer.response.patched {
        indented(out, &diff::unified(&text(&answer.before), &text(patched)));
    }
    for object in &answer.response.generated {
        let body = diff::unified("", &text(object));
        let name = &object["metadata"]["name"];
        let title = format!("generated {} {}", word(&object["kind"]), word(name));
        let _ = writeln!(out, "  {}", visible(title.trim(), false));
        indented(out, &body);
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One object a row and a line.
pub(super) fn json(answers: &[Answer<'_>], steps: bool) -> String {
    let mut out = String::new();
    for answer in answers {
        let (resource, response) = (&answer.resource.resource, &answer.response);
        let mut row = json!({
            "policy": response.policy,
            "rule": response.rule,
            "resource": {
                "apiVersion": resource.gvk.api_version(),
                "kind": resource.gvk.kind,
                "namespace": answer.namespace,
                "name": name(answer),
            },
            "result": response.status.word(),
            "message": response.message,
            "path": response.path,
        });
        if steps {
            row["explain"] = answer.steps.iter().map(explain::step).collect();
        }
        let _ = writeln!(out, "{row}");
    }
    out
}

/// How many answers there are of each kind, as the Kyverno command line counts them.
pub(super) fn summary(answers: &[Answer<'_>]) -> String {
    let words: Vec<String> = counts(answers).iter().map(|(word, count)| format!("{word}: {count}")).collect();
    words.join(", ")
}

fn counts(answers: &[Answer<'_>]) -> [(&'static str, usize); 5] {
    let all = [Status::Pass, Status::Fail, Status::Warn, Status::Error, Status::Skip];
    all.map(|status| (status.word(), answers.iter().filter(|one| one.response.status == status).count()))
}

/// The answers as a report in the form of the policy working group.
pub(super) fn policy_report(answers: &[Answer<'_>]) -> Result<String, Failure> {
    let results: Vec<Value> = answers.iter().map(result).collect();
    let summary: serde_json::Map<String, Value> =
        counts(answers).into_iter().map(|(word, count)| (word.to_string(), count.into())).collect();
    let report = json!({
        "apiVersion": "wgpolicyk8s.io/v1alpha2",
        "kind": "ClusterPolicyReport",
        "metadata": {"name": "merged"},
        "results": results,
        "summary": summary,
    });
    text(&report)
}

fn result(answer: &Answer<'_>) -> Value {
    let (resource, response) = (&answer.resource.resource, &answer.response);
    let about = &answer.policy.what.about;
    let mut subject = json!({
        "apiVersion": resource.gvk.api_version(), "kind": resource.gvk.kind, "name": name(answer),
    });
    if !answer.namespace.is_empty() {
        subject["namespace"] = answer.namespace.as_str().into();
    }
    let mut result = json!({
        "source": "kyverno", "policy": response.policy, "rule": response.rule, "resources": [subject],
        "result": response.status.word(), "message": response.message, "scored": true,
    });
    result["scored"] = (response.status != Status::Warn).into();
    for (key, value) in [("category", &about.category), ("severity", &about.severity)] {
        if let Some(value) = value {
            result[key] = value.as_str().into();
        }
    }
    result
}

/// Every object as it is in the end, changed and generated ones, as documents of one YAML text.
pub(super) fn objects(answers: &[Answer<'_>]) -> Result<String, Failure> {
    let mut all: Vec<&Value> = Vec::new();
    for (index, answer) in answers.iter().enumerate() {
        let later = answers[index + 1..].iter().any(|later| {
            let same = std::ptr::eq(later.resource, answer.resource);
            same && later.response.patched.is_some() && later.response.target.is_none()
        });
        let last = !later || answer.response.target.is_some();
        all.extend(answer.response.patched.as_ref().filter(|_| last));
        all.extend(&answer.response.generated);
    }
    let texts: Vec<String> = all.into_iter().map(text).collect::<Result<_, _>>()?;
    Ok(texts.join("---\n"))
}

fn text(value: &Value) -> Result<String, Failure> {
    yaml::to_string(value).map_err(|error| Failure::new(format!("this has no form in YAML: {error}")))
}
