//! The checks of one rule.

use crate::kube::selector::Selector;
use crate::policy::conditions::is_operator;
use crate::policy::load::texts;
use crate::policy::model::{Action, Policy};
use crate::policy::mutate::json_patch;
use crate::policy::pattern::{Anchor, AnchorKind, bare_key};
use crate::policy::{pod_security, variables};
use regex::Regex;
use serde_json::{Map, Value};
use std::sync::LazyLock;

type Found = Vec<(String, String)>;

/// What Kyverno refuses in `rule`, which stands at `path`.
pub(super) fn refusals(policy: &Policy, rule: &Value, path: &str) -> Found {
    let mut found = Found::new();
    block(&rule["match"], &format!("{path}match/"), true, &mut found);
    if rule["exclude"].is_object() {
        block(&rule["exclude"], &format!("{path}exclude/"), false, &mut found);
        if covers(&rule["exclude"], &rule["match"]) {
            found.push((format!("{path}exclude/"), "the rule matches an empty set".to_string()));
        }
    }
    kinds(policy, rule, path, &mut found);
    validate(&rule["validate"], &format!("{path}validate/"), &mut found);
    mutate(&rule["mutate"], &format!("{path}mutate/"), &mut found);
    images(policy, rule, path, &mut found);
    conditions(rule, path, &mut found);
    names(policy, rule, path, &mut found);
    found
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

/// Does `exclude` leave nothing of `match`? An empty one counts as everything.
fn covers(exclude: &Value, include: &Value) -> bool {
    let empty = |value: &Value| match value {
        Value::Object(map) => map.values().all(|value| value.as_array().is_some_and(Vec::is_empty)),
        _ => true,
    };
    (exclude.as_object().is_some_and(|map| !map.is_empty()) && empty(exclude)) || exclude == include
}

/// The kind `*` is too much for scans, and says nothing about fields outside of metadata.
fn kinds(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
    let filters =
        ["any", "all"].into_iter().flat_map(|key| rule["match"][key].as_array().into_iter().flatten());
    let all: Vec<String> =
        filters.chain([&rule["match"]]).flat_map(|filter| texts(&filter["resources"]["kinds"])).collect();
    if !all.iter().any(|kind| kind == "*") {
        return;
    }
    let path = format!("{path}match/");
    if policy.background {
        found.push((path, "the kind `*` needs `background: false`".to_string()));
        return;
    }
    let validate = &rule["validate"];
    let patterns = validate["anyPattern"].as_array().into_iter().flatten().chain(validate.get("pattern"));
    let beyond = |pattern: &Value| {
        pattern.as_object().is_some_and(|map| map.keys().any(|key| bare_key(key) != "metadata"))
    };
    if patterns.into_iter().any(beyond) {
        found.push((path, "a rule for every kind can only speak about metadata".to_string()));
    }
}

fn validate(body: &Value, path: &str, found: &mut Found) {
    if let Some(pattern) = body.get("pattern") {
        overlay(pattern, &format!("{path}pattern/"), &VALIDATE, found);
    }
    for (index, pattern) in body["anyPattern"].as_array().into_iter().flatten().enumerate() {
        overlay(pattern, &format!("{path}anyPattern/{index}/"), &VALIDATE, found);
    }
    for (index, item) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        validate(item, &format!("{path}foreach/{index}/"), found);
    }
    for (index, item) in body["podSecurity"]["exclude"].as_array().into_iter().flatten().enumerate() {
        let name = item["controlName"].as_str().unwrap_or_default();
        if !pod_security::is_control(name) {
            let path = format!("{path}podSecurity/exclude/{index}/controlName/");
            found.push((path, format!("`{name}` is no control of the Pod Security Standards")));
        }
    }
}

const VALIDATE: [AnchorKind; 5] = [
    AnchorKind::Condition,
    AnchorKind::Global,
    AnchorKind::Existence,
    AnchorKind::Equality,
    AnchorKind::Negation,
];

/// The anchors of a pattern, and labels that are no texts.
fn overlay(pattern: &Value, path: &str, allowed: &[AnchorKind], found: &mut Found) {
    match pattern {
        Value::Object(map) => {
            for (key, value) in map {
                let path = format!("{path}{key}/");
                let kind = Anchor::parse(key).map(|anchor| anchor.kind);
                if kind.is_some_and(|kind| !allowed.contains(&kind)) {
                    found.push((path.clone(), format!("the anchor {key} has no meaning here")));
                } else if kind == Some(AnchorKind::Existence) && !value.is_array() {
                    found.push((path.clone(), "an existence anchor takes a list".to_string()));
                }
                if bare_key(key) == "metadata" {
                    labels(value, &path, found);
                }
                overlay(value, &path, allowed, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                overlay(item, &format!("{path}{index}/"), allowed, found);
            }
        }
        Value::String(text) if text.starts_with("$(") => {
            found.push((path.to_string(), "the reference leads nowhere".to_string()));
        }
        _ => {}
    }
}

fn labels(metadata: &Value, path: &str, found: &mut Found) {
    let maps = metadata.as_object().into_iter().flatten();
    for (key, map) in maps.filter(|(key, _)| matches!(bare_key(key), "labels" | "annotations")) {
        let wrong =
            map.as_object().into_iter().flatten().find(|(_, value)| !value.is_string() && !value.is_object());
        if let Some((label, _)) = wrong {
            let path = format!("{path}{key}/{label}/");
            found.push((path, "labels and annotations are texts: put the value in quotes".to_string()));
        }
    }
}

fn mutate(body: &Value, path: &str, found: &mut Found) {
    const ALL: [AnchorKind; 6] = [
        AnchorKind::Condition,
        AnchorKind::Global,
        AnchorKind::Existence,
        AnchorKind::Equality,
        AnchorKind::Negation,
        AnchorKind::AddIfAbsent,
    ];
    if let Some(patch) = body.get("patchStrategicMerge") {
        overlay(patch, &format!("{path}patchStrategicMerge/"), &ALL, found);
    }
    if let Some(text) = body["patchesJson6902"].as_str().filter(|text| !text.contains("{{"))
        && let Some(reason) = json_patch_reason(text)
    {
        found.push((format!("{path}patchesJson6902/"), reason));
    }
    for (index, item) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        mutate(item, &format!("{path}foreach/{index}/"), found);
    }
}

fn json_patch_reason(text: &str) -> Option<String> {
    match json_patch::read(text) {
        Err(reason) => Some(reason),
        Ok(operations) => operations
            .iter()
            .any(|one| !one["path"].as_str().is_some_and(|path| path.starts_with('/')))
            .then(|| "a path begins with a slash".to_string()),
    }
}

/// Digests are only written into resources by policies that enforce.
fn images(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
    for (index, entry) in rule["verifyImages"].as_array().into_iter().flatten().enumerate() {
        let own = entry["failureAction"].as_str().and_then(Action::parse);
        let audits = own.or(policy.action).unwrap_or(Action::Audit) == Action::Audit;
        if audits && entry["mutateDigest"] != Value::Bool(false) {
            let path = format!("{path}verifyImages/{index}/");
            found.push((path, "mutateDigest must be false for the action Audit".to_string()));
        }
    }
}

/// Every condition of the rule, wherever it stands.
fn conditions(value: &Value, path: &str, found: &mut Found) {
    let Value::Object(map) = value else {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            conditions(item, &format!("{path}{index}/"), found);
        }
        return;
    };
    for (key, value) in map {
        let path = format!("{path}{key}/");
        match key.as_str() {
            "preconditions" | "conditions" => each_condition(value, &path, found),
            "pattern" | "anyPattern" | "patchStrategicMerge" | "data" | "match" | "exclude" => {}
            _ => conditions(value, &path, found),
        }
    }
}

fn each_condition(value: &Value, path: &str, found: &mut Found) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_condition(item, &format!("{path}{index}/"), found);
            }
        }
        Value::Object(map) if map.contains_key("any") || map.contains_key("all") => {
            for list in ["any", "all"] {
                each_condition(&value[list], &format!("{path}{list}/"), found);
            }
        }
        Value::Object(_) => {
            let operator = value["operator"].as_str().unwrap_or_default();
            if ["key", "operator", "value"].iter().any(|key| value[*key].is_null()) {
                found.push((path.to_string(), "a condition has key, operator and value".to_string()));
            } else if !is_operator(operator) {
                found.push((format!("{path}operator/"), format!("`{operator}` is no operator")));
            }
        }
        _ => {}
    }
}

/// What a variable must name something of: the request, an element, an image, or a function.
static KNOWN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"request"?\.|element|@|images|image\.|target\.|[a-z_0-9]+\("#).ok());
/// What a scan of the cluster does not know.
static PERSONAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(^|[^.\w])serviceAccountName|request\.userInfo|request\.roles|request\.clusterRoles").ok()
});

/// Variables that name nothing, that only an admission request knows, or that belong into a `foreach`.
fn names(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
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
            } else {
                continue;
            };
            found.push((path.clone(), reason));
        }
    }
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
