//! `match` and `exclude`: what Kyverno refuses of them.

use super::rule::Found;
use crate::kube::selector::Selector;
use crate::kube::wildcard;
use crate::policy::load::texts;
use crate::policy::model::Policy;
use crate::policy::variables;
use serde_json::{Map, Value};

/// What is wrong with the resources and users that `rule`, which stands at `path`, is about.
pub(super) fn refusals(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
    block(&rule["match"], &format!("{path}match/"), true, found);
    if rule["exclude"].is_object() {
        block(&rule["exclude"], &format!("{path}exclude/"), false, found);
        if covers(&rule["exclude"], &rule["match"]) {
            found.push((format!("{path}exclude/"), "the rule matches an empty set".to_string()));
        }
    }
    for key in ["match", "exclude"] {
        every_kind(policy, rule, key, path, found);
        without_variables(&rule[key], &format!("{path}{key}/"), found);
    }
}

fn block(block: &Value, path: &str, is_match: bool, found: &mut Found) {
    let plain = block["resources"].as_object().is_some_and(|map| !map.is_empty());
    let mut lists = Vec::new();
    for list in ["any", "all"] {
        lists.extend(
            block[list]
                .as_array()
                .into_iter()
                .flatten()
                .enumerate()
                .map(|(i, one)| (format!("{path}{list}/{i}/"), one)),
        );
    }
    if !lists.is_empty() && plain {
        found.push((path.to_string(), "any and all cannot stand beside resources".to_string()));
    }
    if ["any", "all"].iter().all(|list| block[*list].as_array().is_some_and(|list| !list.is_empty())) {
        found.push((path.to_string(), "any and all cannot stand beside each other".to_string()));
    }
    if lists.is_empty() {
        lists.push((path.to_string(), block));
    }
    for (path, filter) in lists {
        if is_match {
            required(filter, &path, found);
        }
        selectors(&filter["resources"], &path, found);
        users(filter, &path, found);
    }
}

/// A block of `match` says what resources it is about, by their kind.
fn required(filter: &Value, path: &str, found: &mut Found) {
    let resources = filter["resources"].as_object();
    if resources.is_none_or(Map::is_empty) {
        found.push((path.to_string(), "match says nothing about resources".to_string()));
    } else if texts(&filter["resources"]["kinds"]).is_empty() {
        found.push((format!("{path}resources/"), "a block about resources needs kinds".to_string()));
    }
}

fn selectors(resources: &Value, path: &str, found: &mut Found) {
    for (key, may_be_empty) in [("selector", false), ("namespaceSelector", true)] {
        let Some(selector) = resources.get(key).filter(|value| !value.is_null()) else { continue };
        let mut plain = selector.clone();
        if let Some(labels) = plain.get_mut("matchLabels").and_then(Value::as_object_mut) {
            let legal = |text: &str| text.replace(['*', '?'], "0");
            let entries = std::mem::take(labels).into_iter();
            labels.extend(
                entries.map(|(key, value)| (legal(&key), legal(value.as_str().unwrap_or_default()).into())),
            );
        }
        let path = format!("{path}resources/{key}/");
        match Selector::parse(&plain) {
            Err(reason) => found.push((path, reason)),
            Ok(selector) if selector.is_empty() && !may_be_empty => {
                found.push((path, "the selector has no requirements".to_string()));
            }
            Ok(_) => {}
        }
    }
}

fn users(filter: &Value, path: &str, found: &mut Found) {
    for (index, role) in texts(&filter["roles"]).iter().enumerate() {
        if role.split(':').count() != 2 {
            found.push((format!("{path}roles/{index}/"), "a role is written namespace:name".to_string()));
        }
    }
    for (index, subject) in filter["subjects"].as_array().into_iter().flatten().enumerate() {
        let account = subject["kind"].as_str() == Some("ServiceAccount");
        if account && subject["namespace"].as_str().is_none_or(str::is_empty) {
            let path = format!("{path}subjects/{index}/");
            found.push((path, "a ServiceAccount needs its namespace".to_string()));
        }
    }
}

/// Does `exclude` leave nothing of `match`? Kyverno's own reckoning, which sees only what is written alike.
fn covers(exclude: &Value, include: &Value) -> bool {
    let list = |block: &Value, key: &str| block[key].as_array().cloned().unwrap_or_default();
    if !list(exclude, "all").is_empty() || !list(include, "all").is_empty() {
        return false;
    }
    let (excluded, included) = (list(exclude, "any"), list(include, "any"));
    if !excluded.is_empty() && !included.is_empty() {
        return included.iter().any(|block| excluded.contains(block));
    }
    if is_empty(exclude) {
        // A list without entries excludes everything, nothing at all excludes nothing.
        return ["any", "all"].iter().any(|key| exclude[*key].is_array());
    }
    excluded.is_empty() && covers_plain(exclude, include)
}

fn is_empty(block: &Value) -> bool {
    let empty = |value: &Value| match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        value => value.is_null(),
    };
    block.as_object().is_none_or(|map| map.values().all(empty))
}

/// The same for blocks without `any` and `all`.
fn covers_plain(exclude: &Value, include: &Value) -> bool {
    let holds_all = |exclude: &Value, include: &Value| {
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let (excluded, included) = (items(exclude), items(include));
        excluded.is_empty() || (!included.is_empty() && included.iter().all(|item| excluded.contains(item)))
    };
    let users = ["roles", "clusterRoles", "subjects"];
    let (exclude, include, of_users) = (
        &exclude["resources"],
        &include["resources"],
        users.iter().all(|key| holds_all(&exclude[*key], &include[*key])),
    );
    let name = |block: &Value| block["name"].as_str().unwrap_or_default().to_string();
    if !of_users || (!name(exclude).is_empty() && !wildcard::matches(&name(exclude), &name(include))) {
        return false;
    }
    let (excluded, included) = (texts(&exclude["names"]), texts(&include["names"]));
    if !excluded.is_empty() {
        return included.iter().any(|name| excluded.iter().any(|pattern| wildcard::matches(pattern, name)));
    }
    ["namespaces", "kinds"].iter().all(|key| holds_all(&exclude[*key], &include[*key]))
        && ["selector", "namespaceSelector", "annotations"].iter().all(|key| exclude[*key] == include[*key])
}

/// The kind `*` is too much for scans, and says nothing about fields outside of metadata.
fn every_kind(policy: &Policy, rule: &Value, key: &str, path: &str, found: &mut Found) {
    let block = &rule[key];
    let mut blocks = vec![(format!("{path}{key}/resources/kinds/"), block)];
    for list in ["any", "all"] {
        let each = block[list].as_array().into_iter().flatten().enumerate();
        blocks.extend(each.map(|(i, one)| (format!("{path}{key}/{list}/{i}/resources/kinds/"), one)));
    }
    for (path, block) in blocks {
        let kinds = texts(&block["resources"]["kinds"]);
        if !kinds.iter().any(|kind| kind == "*") {
            continue;
        }
        let reason = if policy.background {
            "the kind `*` needs `background: false`"
        } else if kinds.len() > 1 {
            "the kind `*` stands alone in its list"
        } else if ["generate", "verifyImages"].iter().any(|key| !rule[*key].is_null())
            || !rule["validate"]["foreach"].is_null()
        {
            "a rule for every kind can neither generate, nor verify images, nor use foreach"
        } else if beyond_metadata(rule) {
            "a rule for every kind can only speak about metadata"
        } else {
            continue;
        };
        found.push((path, reason.to_string()));
    }
}

/// Does the rule speak about other fields than metadata?
fn beyond_metadata(rule: &Value) -> bool {
    let (validate, mutate) = (&rule["validate"], &rule["mutate"]);
    let patterns = validate["anyPattern"].as_array().into_iter().flatten().chain(validate.get("pattern"));
    let beyond =
        |pattern: &Value| pattern.as_object().is_some_and(|map| map.keys().any(|key| key != "metadata"));
    let old = validate["deny"]["conditions"].as_array().into_iter().flatten();
    let elsewhere = |condition: &Value| {
        let key = condition["key"].as_str().unwrap_or_default();
        let about_request = ["{{request.", "{{serviceAccountName"];
        let allowed = about_request.iter().any(|start| key.replace(' ', "").contains(start));
        !key.contains("request.object.metadata.") && (!allowed || key.contains("request.object.spec"))
    };
    patterns.chain(mutate.get("patchStrategicMerge")).any(beyond) || old.into_iter().any(elsewhere)
}

/// Variables have no values yet when resources are chosen.
fn without_variables(value: &Value, path: &str, found: &mut Found) {
    match value {
        Value::String(text) if !variables::expressions(text).is_empty() => {
            found.push((path.to_string(), "match and exclude cannot have variables".to_string()));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                without_variables(item, &format!("{path}{index}/"), found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                without_variables(value, &format!("{path}{key}/"), found);
            }
        }
        _ => {}
    }
}
