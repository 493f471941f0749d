//! Variables: expressions that cannot be read, and names that nothing defines.

use super::rule::Found;
use crate::policy::model::Policy;
use crate::policy::{jmespath, references, variables};
use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;

/// What a variable must name something of: the request, an element, an image, or a function.
static KNOWN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"request"?\.|element|@|images|image\.|target\.|[a-z_0-9]+\("#).ok());
/// What a scan of the cluster does not know.
static PERSONAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(^|[^.\w])serviceAccountName|request\.userInfo|request\.roles|request\.clusterRoles").ok()
});

/// Variables that name nothing, that only an admission request knows, or that belong into a `foreach`.
pub(super) fn refusals(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
    if let Err((field, trouble)) = references::resolve(rule) {
        found.push((format!("{}{field}", path.trim_end_matches('/')), trouble.message));
    }
    let mut entries = Vec::new();
    context_names(rule, &mut entries);
    let mut texts = Vec::new();
    strings(rule, path, false, &mut texts);
    for (path, text, in_foreach) in texts {
        for expression in variables::expressions(&text) {
            let known = KNOWN.as_ref().is_none_or(|known| known.is_match(&expression));
            let personal = PERSONAL.as_ref().is_some_and(|personal| personal.is_match(&expression));
            let named = entries.iter().any(|name| expression.contains(name.as_str()));
            let element = expression.starts_with("element") && !named;
            let reason = if personal && policy.background {
                format!("`{expression}` is not known in scans: set `background: false`")
            } else if !known && !personal && !named {
                format!("`{expression}` names nothing that is defined")
            } else if element && !in_foreach {
                format!("`{expression}` stands outside of foreach")
            } else if let Err(error) = jmespath::parse(readable(&expression)) {
                format!("invalid JMESPath query `{expression}`: {error}")
            } else {
                continue;
            };
            found.push((path.clone(), reason));
        }
    }
}

/// The expression without the sign that its value is not looked into again.
fn readable(expression: &str) -> &str {
    expression.strip_prefix('-').unwrap_or(expression).trim()
}

fn context_names(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if key == "context" {
                    let entries = value.as_array().into_iter().flatten();
                    names.extend(entries.filter_map(|entry| entry["name"].as_str().map(str::to_string)));
                }
                context_names(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| context_names(item, names)),
        _ => {}
    }
}

/// Every text of the rule with its path, and whether it stands in a `foreach`.
fn strings(value: &Value, path: &str, in_foreach: bool, texts: &mut Vec<(String, String, bool)>) {
    match value {
        Value::String(text) => texts.push((path.to_string(), text.clone(), in_foreach)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                strings(item, &format!("{path}{index}/"), in_foreach, texts);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}{key}/");
                texts.push((path.clone(), key.clone(), in_foreach));
                strings(value, &path, in_foreach || key == "foreach", texts);
            }
        }
        _ => {}
    }
}
