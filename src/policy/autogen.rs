//! Rules for pod controllers, made from rules for Pods.

use super::edit::set;
use super::load::texts;
use super::model::Policy;
use crate::kube::KindSelector;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The annotation that names the controllers.
const ANNOTATION: &str = "pod-policies.kyverno.io/autogen-controllers";
const CRON_JOB: &str = "CronJob";
/// The controllers that rules are made for, with the kind as the made rule selects it.
const CONTROLLERS: [(&str, &str); 7] = [
    ("DaemonSet", "apps/v1/DaemonSet"),
    ("Deployment", "apps/v1/Deployment"),
    ("Job", "batch/v1/Job"),
    ("ReplicaSet", "apps/v1/ReplicaSet"),
    ("ReplicationController", "v1/ReplicationController"),
    ("StatefulSet", "apps/v1/StatefulSet"),
    (CRON_JOB, "batch/v1/CronJob"),
];

/// The rules of `policy` that concern objects of `kind`: those written, and those made from them. `None`
/// makes the rules of all controllers.
pub(crate) fn rules<'a>(policy: &'a Policy, kind: Option<&str>) -> Vec<Cow<'a, Value>> {
    let written = || policy.rules.iter().map(|rule| Cow::Borrowed(&rule.body));
    let controllers = controllers(policy);
    let wanted: Vec<&str> = match kind {
        Some(kind) => controllers.iter().copied().filter(|name| *name == kind).collect(),
        None => controllers,
    };
    let made: Vec<Value> = policy.rules.iter().flat_map(|rule| make(&rule.body, &wanted)).collect();
    if made.is_empty() {
        return written().collect();
    }
    let is_made = |rule: &Value| rule["name"].as_str().is_some_and(|name| name.starts_with("autogen-"));
    written().filter(|rule| !is_made(rule)).chain(made.into_iter().map(Cow::Owned)).collect()
}

/// The controllers that the policy wants rules for, as the annotation spells them.
fn controllers(policy: &Policy) -> Vec<&str> {
    if !is_possible(policy) {
        return Vec::new();
    }
    match policy.annotations.get(ANNOTATION) {
        Some(list) => list.split(',').filter(|name| *name != "none").collect(),
        None => CONTROLLERS.iter().map(|(name, _)| *name).collect(),
    }
}

/// One rule that cannot be carried over switches it off for the whole policy; and some rule must speak of
/// Pods or controllers by their plain names.
fn is_possible(policy: &Policy) -> bool {
    let descriptions: Vec<&Value> = policy.rules.iter().flat_map(|rule| descriptions(&rule.body)).collect();
    let named = |kind: &String| kind == "Pod" || CONTROLLERS.iter().any(|(name, _)| name == kind);
    policy.rules.iter().all(|rule| is_body_possible(&rule.body))
        && descriptions.iter().all(|description| is_description_possible(description))
        && descriptions.iter().any(|description| texts(&description["kinds"]).iter().any(named))
}

fn is_body_possible(rule: &Value) -> bool {
    let patched = |mutate: &Value| mutate["patchesJson6902"].as_str().is_some_and(|text| !text.is_empty());
    let foreach = rule["mutate"]["foreach"].as_array().into_iter().flatten();
    rule.get("generate").is_none() && !patched(&rule["mutate"]) && !foreach.into_iter().any(patched)
}

fn is_description_possible(description: &Value) -> bool {
    let kinds = texts(&description["kinds"]);
    let bound = ["name", "names", "selector", "annotations"].iter().any(|key| match &description[*key] {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    });
    !bound && (kinds.len() <= 1 || !has_pod(&kinds))
}

/// Every description of resources in `match` and `exclude`.
fn descriptions(rule: &Value) -> Vec<&Value> {
    ["match", "exclude"]
        .iter()
        .flat_map(|key| filters(&rule[*key]))
        .map(|filter| &filter["resources"])
        .collect()
}

fn filters(block: &Value) -> Vec<&Value> {
    let lists = ["any", "all"].into_iter().flat_map(|key| block[key].as_array().into_iter().flatten());
    std::iter::once(block).chain(lists).collect()
}

fn has_pod(kinds: &[String]) -> bool {
    kinds.iter().any(|kind| KindSelector::parse(kind).kind == "Pod")
}

fn block_kinds(block: &Value) -> Vec<String> {
    filters(block).iter().flat_map(|filter| texts(&filter["resources"]["kinds"])).collect()
}

/// The rules made from `rule` for the `wanted` controllers: one for CronJobs, one for all others.
fn make(rule: &Value, wanted: &[&str]) -> Vec<Value> {
    let name = rule["name"].as_str().unwrap_or_default();
    let excluded = block_kinds(&rule["exclude"]);
    let speaks_of_pods = has_pod(&block_kinds(&rule["match"])) && (excluded.is_empty() || has_pod(&excluded));
    if name.starts_with("autogen-") || !speaks_of_pods {
        return Vec::new();
    }
    let others: Vec<&str> = wanted.iter().copied().filter(|kind| *kind != CRON_JOB).collect();
    let mut made = Vec::new();
    if !others.is_empty() {
        let known: Vec<Value> = others.iter().filter_map(|name| full_kind(name)).collect();
        let kinds = if known.is_empty() { others.iter().map(|name| json!(name)).collect() } else { known };
        made.extend(
            wrap(rule, "autogen", "template", &kinds, false).map(|rule| shift(&rule, "spec.template")),
        );
    }
    if wanted.contains(&CRON_JOB) {
        let kinds: Vec<Value> = full_kind(CRON_JOB).into_iter().collect();
        let inner = wrap(rule, "autogen", "template", &kinds, false);
        let outer = inner.and_then(|inner| wrap(&inner, "autogen-cronjob", "jobTemplate", &kinds, true));
        made.extend(outer.map(|rule| {
            let renamed = with(&rule, "name", json!(made_name("autogen-cronjob", name)));
            shift(&renamed, "spec.jobTemplate.spec.template")
        }));
    }
    made
}

fn full_kind(name: &str) -> Option<Value> {
    CONTROLLERS.iter().find(|(kind, _)| *kind == name).map(|(_, full)| json!(full))
}

/// Names are cut where Kubernetes cuts names.
fn made_name(prefix: &str, name: &str) -> String {
    let mut name = format!("{prefix}-{name}");
    while name.len() > 63 {
        name.pop();
    }
    name
}

fn with(value: &Value, key: &str, new: Value) -> Value {
    let mut value = value.clone();
    value[key] = new;
    value
}

/// `rule` for other `kinds`, its body one level deeper below `spec.KEY`. `all` replaces the kinds of every
/// block, not only of those that speak of Pods.
fn wrap(rule: &Value, prefix: &str, key: &str, kinds: &[Value], all: bool) -> Option<Value> {
    let kept = ["context", "celPreconditions", "preconditions", "skipBackgroundRequests"];
    let mut made = Map::new();
    made.insert("name".into(), json!(made_name(prefix, rule["name"].as_str().unwrap_or_default())));
    made.insert("match".into(), replace_kinds(&rule["match"], kinds, all, true));
    if let Some(exclude) = rule.get("exclude").filter(|exclude| !exclude.is_null()) {
        made.insert("exclude".into(), replace_kinds(exclude, kinds, all, false));
    }
    for name in kept {
        if let Some(value) = rule.get(name) {
            made.insert(name.into(), without_empty(value));
        }
    }
    let (name, body) = ["mutate", "validate", "verifyImages"]
        .into_iter()
        .find_map(|name| Some((name, rule.get(name).filter(|body| !body.is_null())?)))?;
    let body = match name {
        "mutate" => wrap_mutate(body, key)?,
        "validate" => wrap_validate(body, key)?,
        _ => body.clone(),
    };
    made.insert(name.into(), body);
    Some(Value::Object(made))
}

fn replace_kinds(block: &Value, kinds: &[Value], all: bool, always: bool) -> Value {
    let mut block = block.clone();
    for list in ["any", "all"] {
        let Some(filters) = block.get_mut(list).and_then(Value::as_array_mut).filter(|list| !list.is_empty())
        else {
            continue;
        };
        for filter in filters.iter_mut() {
            if all || has_pod(&texts(&filter["resources"]["kinds"])) {
                set(filter, &["resources", "kinds"], kinds.into());
            }
        }
        return block;
    }
    if always || !texts(&block["resources"]["kinds"]).is_empty() {
        set(&mut block, &["resources", "kinds"], kinds.into());
    }
    block
}

/// Empty `any` and `all` lists do not survive the copy.
fn without_empty(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let empty = |key: &str, value: &Value| {
                matches!(key, "any" | "all") && value.as_array().is_some_and(Vec::is_empty)
            };
            let kept = map.iter().filter(|(key, value)| !empty(key, value));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_empty(value))).collect())
        }
        other => other.clone(),
    }
}

fn below(key: &str, value: &Value) -> Value {
    let mut level = Map::new();
    level.insert(key.to_string(), value.clone());
    json!({ "spec": level })
}

fn present<'a>(body: &'a Value, key: &str) -> Option<&'a Value> {
    body.get(key).filter(|value| !value.is_null())
}

fn wrap_mutate(body: &Value, key: &str) -> Option<Value> {
    if let Some(patch) = present(body, "patchStrategicMerge") {
        return Some(json!({"patchStrategicMerge": below(key, patch)}));
    }
    let wrap = |item: &Value| {
        let mut made = Map::new();
        for name in ["list", "context", "preconditions"] {
            if let Some(value) = present(item, name) {
                made.insert(name.to_string(), value.clone());
            }
        }
        made.insert("patchStrategicMerge".into(), below(key, &item["patchStrategicMerge"]));
        Value::Object(made)
    };
    let items = present(body, "foreach")?.as_array()?;
    Some(json!({"foreach": items.iter().map(wrap).collect::<Vec<_>>()}))
}

/// Only the first body that is present survives.
fn wrap_validate(body: &Value, key: &str) -> Option<Value> {
    let mut made = Map::new();
    for name in ["message", "failureAction", "failureActionOverrides", "allowExistingViolations"] {
        if let Some(value) = present(body, name) {
            made.insert(name.to_string(), value.clone());
        }
    }
    let order = ["pattern", "deny", "podSecurity", "anyPattern", "foreach", "cel"];
    let (name, content) = order.into_iter().find_map(|name| Some((name, present(body, name)?)))?;
    let content = match name {
        "pattern" => below(key, content),
        "anyPattern" => content.as_array()?.iter().map(|one| below(key, one)).collect(),
        "deny" => without_empty(content),
        _ => content.clone(),
    };
    made.insert(name.to_string(), content);
    Some(Value::Object(made))
}

/// Every mention of the Pod's own fields, anywhere in the rule, is moved to the template at `at`.
fn shift(rule: &Value, at: &str) -> Value {
    let prefix = if rule["validate"].get("cel").is_some() { "" } else { "request." };
    let moved = |object: &str, field: &str| {
        (format!("{prefix}{object}.{field}"), format!("{prefix}{object}.{at}.{field}"))
    };
    let pairs = [
        moved("object", "spec"),
        moved("oldObject", "spec"),
        moved("object", "metadata"),
        moved("oldObject", "metadata"),
    ];
    replace_texts(rule, &|text| {
        pairs.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to))
    })
}

fn replace_texts(value: &Value, replace: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => replace(text).into(),
        Value::Array(items) => items.iter().map(|item| replace_texts(item, replace)).collect(),
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| (replace(key), replace_texts(value, replace)));
            Value::Object(pairs.collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Resource;

    fn policy(annotations: Value, kinds: &[&str]) -> Policy {
        let body = json!({
            "apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy",
            "metadata": {"name": "p", "annotations": annotations},
            "spec": {"rules": [{
                "name": "r",
                "match": {"any": [{"resources": {"kinds": kinds}}]},
                "validate": {"message": "{{request.object.metadata.name}}", "pattern": {"spec": {"hostPID": false}}},
            }]},
        });
        Policy::load(&Resource::from_json(body).unwrap()).unwrap()
    }

    fn names(policy: &Policy, kind: &str) -> Vec<String> {
        rules(policy, Some(kind)).iter().map(|rule| rule["name"].as_str().unwrap().to_string()).collect()
    }

    #[test]
    fn controllers_get_rules_of_their_own() {
        let policy = policy(json!({}), &["Pod"]);
        assert_eq!(names(&policy, "Pod"), ["r"]);
        assert_eq!(names(&policy, "Deployment"), ["r", "autogen-r"]);
        let rules = rules(&policy, Some("CronJob"));
        assert_eq!(rules[1]["name"], json!("autogen-cronjob-r"));
        assert_eq!(
            rules[1]["validate"]["pattern"],
            json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": {"hostPID": false}}}}}})
        );
        assert_eq!(
            rules[1]["validate"]["message"],
            json!("{{request.object.spec.jobTemplate.spec.template.metadata.name}}")
        );
    }

    #[test]
    fn it_can_be_switched_off() {
        assert_eq!(names(&policy(json!({ANNOTATION: "none"}), &["Pod"]), "Deployment"), ["r"]);
        assert_eq!(names(&policy(json!({}), &["Pod", "Deployment"]), "Deployment"), ["r"]);
        assert_eq!(names(&policy(json!({ANNOTATION: "Job"}), &["Pod"]), "Deployment"), ["r"]);
    }
}
