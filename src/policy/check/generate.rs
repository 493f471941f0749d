//! `generate`: what a rule must say of the objects that it makes.

use super::rule::Found;
use crate::kube::{Gvk, scope};
use crate::policy::load::texts;
use crate::policy::model::Policy;
use crate::policy::pattern::Anchor;
use crate::policy::variables;
use serde_json::Value;

/// What is wrong with the generate body of `rule`, which stands at `path`.
pub(super) fn refusals(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
    let body = &rule["generate"];
    if !body.is_object() {
        return;
    }
    let path = format!("{path}generate/");
    if let Some(second) = second_source(body) {
        let reason = "only one of data, clone, cloneList and foreach can be specified";
        found.push((format!("{path}{second}/"), reason.to_string()));
        return;
    }
    match body["foreach"].as_array() {
        Some(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                one(policy, entry, &format!("{path}foreach/{index}/"), found);
            }
        }
        None => one(policy, body, &path, found),
    }
    let kind = body["kind"].as_str().unwrap_or_default();
    if !kind.is_empty() && texts(&rule["match"]["resources"]["kinds"]).iter().any(|one| one == kind) {
        let reason = "a rule cannot generate the kind that it matches";
        found.push((format!("{path}kind/"), reason.to_string()));
    }
}

/// The second of the places that the objects come from, if there are two.
fn second_source(body: &Value) -> Option<&str> {
    const SOURCES: [&str; 4] = ["data", "clone", "cloneList", "foreach"];
    let present = |key: &str| match &body[key] {
        Value::Null => false,
        Value::Object(map) if key == "clone" => !map.is_empty(),
        list if key == "cloneList" => !list["kinds"].is_null(),
        _ => true,
    };
    let written = body.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    written.filter(|key| SOURCES.contains(key) && present(key)).nth(1)
}

fn one(policy: &Policy, body: &Value, path: &str, found: &mut Found) {
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    let list = texts(&body["cloneList"]["kinds"]);
    for key in ["kind", "name", "apiVersion"] {
        match (list.is_empty(), text(key).is_empty()) {
            (true, true) => found.push((path.to_string(), format!("{key} can not be empty"))),
            (false, false) if key != "apiVersion" => {
                found.push((format!("{path}{key}/"), format!("with cloneList there is no {key}")));
            }
            _ => {}
        }
    }
    for key in ["kind", "apiVersion", "clone", "cloneList"] {
        if has_variables(&body[key]) {
            found.push((format!("{path}{key}/"), format!("{key} of a generate rule cannot have variables")));
        }
    }
    if !list.is_empty()
        && !list.iter().all(|kind| is_cluster_scoped(kind))
        && body["cloneList"]["namespace"].is_null()
    {
        found.push((format!("{path}cloneList/"), "a cloneList needs the namespace to copy from".to_string()));
    }
    namespace(policy, body, path, found);
    anchors(&body["data"], &format!("{path}data/"), found);
}

/// What lives in a namespace is made in one, what does not is not; a Policy makes objects in its own only.
fn namespace(policy: &Policy, body: &Value, path: &str, found: &mut Found) {
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    if let Some(own) = policy.namespace.as_deref().filter(|own| *own != text("namespace")) {
        found.push((
            format!("{path}namespace/"),
            format!("the policy can only generate in its namespace `{own}`"),
        ));
        return;
    }
    let gvk = Gvk::new(text("apiVersion"), text("kind"));
    let Some(info) = scope::built_in(&gvk.group, &gvk.kind) else { return };
    match (info.namespaced, text("namespace").is_empty()) {
        (true, true) => found.push((path.to_string(), format!("a {} needs its namespace", gvk.kind))),
        (false, false) => {
            found.push((format!("{path}namespace/"), format!("a {} is in no namespace", gvk.kind)));
        }
        _ => {}
    }
}

fn is_cluster_scoped(kind: &str) -> bool {
    let (version, kind) = kind.rsplit_once('/').unwrap_or(("v1", kind));
    scope::is_cluster_scoped(&Gvk::new(version, kind), &[])
}

fn has_variables(value: &Value) -> bool {
    match value {
        Value::String(text) => !variables::expressions(text).is_empty(),
        Value::Array(items) => items.iter().any(has_variables),
        Value::Object(map) => map.values().any(has_variables),
        _ => false,
    }
}

/// Anchors compare; there is nothing to compare with when an object is made.
fn anchors(value: &Value, path: &str, found: &mut Found) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}{key}/");
                if Anchor::parse(key).is_some() {
                    found.push((
                        path.clone(),
                        format!("the anchor {key} has no meaning in what is generated"),
                    ));
                }
                anchors(value, &path, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                anchors(item, &format!("{path}{index}/"), found);
            }
        }
        _ => {}
    }
}
