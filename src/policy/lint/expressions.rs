//! JMESPath: functions and variables that do not exist, and conditions that are never true.

use super::{Found, LintKind, lint};
use crate::diag::nearest;
use crate::policy::jmespath::{self, Expression};
use crate::policy::variables;
use serde_json::Value;

/// What a request has.
const REQUEST: [&str; 19] = [
    "object",
    "oldObject",
    "operation",
    "userInfo",
    "roles",
    "clusterRoles",
    "namespace",
    "name",
    "kind",
    "resource",
    "subResource",
    "requestKind",
    "requestResource",
    "requestSubResource",
    "uid",
    "dryRun",
    "options",
    "serviceAccountName",
    "serviceAccountNamespace",
];
const IMAGES: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

pub(super) fn find(rule: &Value, path: &str, found: &mut Found) {
    let extracts = !rule["imageExtractors"].is_null();
    let mut each = |path: &str, text: &str| {
        if let Ok(expression) = jmespath::parse(text.trim_start_matches('-').trim()) {
            functions(&expression, path, found);
            roots(&expression, path, extracts, found);
            doubts(&expression, text, path, found);
        }
    };
    walk(rule, path, &mut each);
}

/// Every expression of the rule: variables in texts, and the fields that are expressions themselves.
fn walk(value: &Value, path: &str, each: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) => {
            for expression in variables::expressions(text) {
                each(path, &expression);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{path}{index}/"), each);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}{key}/");
                let whole = matches!(key.as_str(), "jmesPath" | "list");
                match value.as_str().filter(|text| whole && variables::expressions(text).is_empty()) {
                    Some(text) => each(&path, text),
                    None => walk(value, &path, each),
                }
            }
        }
        _ => {}
    }
}

fn functions(expression: &Expression, path: &str, found: &mut Found) {
    for (name, _) in expression.calls() {
        if jmespath::is_function(name) {
            continue;
        }
        let message = format!("there is no function `{name}`: the expression ends in an error");
        let one = lint(LintKind::UnknownFunction, path, message);
        let known = jmespath::signatures().into_iter().map(|(name, _)| name);
        found.push(match nearest(name, known) {
            Some(near) => one.help(format!("did you mean `{near}`?")),
            None => one,
        });
    }
}

fn roots(expression: &Expression, path: &str, extracts: bool, found: &mut Found) {
    for (root, name) in expression.fields_of_roots() {
        let known: &[&str] = match root {
            "request" => &REQUEST,
            "images" if !extracts => &IMAGES,
            _ => continue,
        };
        if known.contains(&name) {
            continue;
        }
        let one = lint(LintKind::UnknownVariable, path, format!("there is no `{root}.{name}`"));
        found.push(match nearest(name, known.iter().copied()) {
            Some(near) => one.help(format!("did you mean `{root}.{near}`?")),
            None => one,
        });
    }
}

fn doubts(expression: &Expression, text: &str, path: &str, found: &mut Found) {
    for (doubt, span) in expression.doubts() {
        let written = text.trim_start_matches('-').trim().get(span).unwrap_or_default();
        let (message, help) = doubt.words(written);
        found.push(lint(LintKind::NeverTrue, path, message).help(help));
    }
}
