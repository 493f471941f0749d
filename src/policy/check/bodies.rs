//! The bodies of rules: `validate`, `mutate`, `generate`, `verifyImages`.

use super::generate;
use super::rule::Found;
use crate::policy::model::{Action, Policy};
use crate::policy::mutate::json_patch;
use crate::policy::pattern::{Anchor, AnchorKind, bare_key};
use crate::policy::{pod_security, variables};
use serde_json::Value;

/// What is wrong with the body of `rule`, which stands at `path`.
pub(super) fn refusals(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
    if rule["validate"].is_object() {
        one_body(&rule["validate"], &format!("{path}validate/"), &BODIES, found);
        cel(rule, path, found);
    }
    validate(&rule["validate"], &format!("{path}validate/"), found);
    if rule["mutate"].is_object() {
        patches(&rule["mutate"], &format!("{path}mutate/"), found);
        targets(policy, &rule["mutate"], &format!("{path}mutate/"), found);
    }
    mutate(&rule["mutate"], &format!("{path}mutate/"), found);
    generate::refusals(policy, rule, path, found);
    images(policy, rule, path, found);
}

fn validate(body: &Value, path: &str, found: &mut Found) {
    if let Some(pattern) = body.get("pattern") {
        overlay(pattern, &format!("{path}pattern/"), &VALIDATE, found);
    }
    for (index, pattern) in body["anyPattern"].as_array().into_iter().flatten().enumerate() {
        overlay(pattern, &format!("{path}anyPattern/{index}/"), &VALIDATE, found);
    }
    for (index, item) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}foreach/{index}/");
        if item["list"].as_str().is_none_or(str::is_empty) {
            found.push((path.clone(), "a foreach needs its list".to_string()));
        }
        one_body(item, &path, &BODIES_OF_FOREACH, found);
        validate(item, &path, found);
    }
    controls(&body["podSecurity"], &format!("{path}podSecurity/"), found);
}

const BODIES: [&str; 8] =
    ["pattern", "anyPattern", "deny", "foreach", "cel", "podSecurity", "manifests", "assert"];
const BODIES_OF_FOREACH: [&str; 4] = ["pattern", "anyPattern", "deny", "foreach"];

/// A rule says one thing. The second body is the one too many.
fn one_body(body: &Value, path: &str, bodies: &[&str], found: &mut Found) {
    let present = |key: &str| match &body[key] {
        Value::Null => false,
        manifests if key == "manifests" => {
            manifests["attestors"].as_array().is_some_and(|list| !list.is_empty())
        }
        _ => true,
    };
    let mut written: Vec<&str> =
        body.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    written.retain(|key| bodies.contains(key) && present(key));
    let names = bodies.join(", ");
    match written.as_slice() {
        [] => found.push((path.to_string(), format!("one of {names} must be specified"))),
        [_] => {}
        [first, second, ..] => found.push((
            format!("{path}{second}/"),
            format!("only one of {names} can be specified, and `{first}` stands here already"),
        )),
    }
}

/// What `validate.cel` cannot do without.
fn cel(rule: &Value, path: &str, found: &mut Found) {
    let body = &rule["validate"]["cel"];
    if !rule["celPreconditions"].is_null() && body.is_null() {
        let reason = "celPreconditions can only be used with validate.cel";
        found.push((format!("{path}celPreconditions/"), reason.to_string()));
    }
    let path = format!("{path}validate/cel/");
    for (index, one) in body["expressions"].as_array().into_iter().flatten().enumerate() {
        if one["expression"].as_str().is_none_or(str::is_empty) {
            found.push((format!("{path}expressions/{index}/"), "an expression is required".to_string()));
        }
    }
    let (kind, reference) = (&body["paramKind"], &body["paramRef"]);
    if kind.is_null() && reference.is_null() {
        return;
    }
    let named = |value: &Value, key: &str| value[key].as_str().is_some_and(|text| !text.is_empty());
    let reason = if reference.is_null() {
        "parameters need a paramRef beside the paramKind"
    } else if !named(kind, "apiVersion") || !named(kind, "kind") {
        "parameters need a paramKind with apiVersion and kind"
    } else if named(reference, "name") != reference["selector"].is_null() {
        "a paramRef has one of name and selector"
    } else if reference["parameterNotFoundAction"].is_null() {
        "a paramRef needs its parameterNotFoundAction"
    } else {
        return;
    };
    found.push((if reference.is_null() { path } else { format!("{path}paramRef/") }, reason.to_string()));
}

/// Exclusions name controls, those of containers with images, those of Pods without.
fn controls(standard: &Value, path: &str, found: &mut Found) {
    const OF_CONTAINERS: [&str; 5] =
        ["Capabilities", "Privileged Containers", "Host Ports", "/proc Mount Type", "Privilege Escalation"];
    const OF_PODS: [&str; 5] = ["Host Namespaces", "HostPath Volumes", "Sysctls", "AppArmor", "Volume Types"];
    const RESTRICTED: [&str; 4] =
        ["Volume Types", "Privilege Escalation", "Running as Non-root", "Running as Non-root user"];
    let baseline = standard["level"].as_str() == Some("baseline");
    for (index, item) in standard["exclude"].as_array().into_iter().flatten().enumerate() {
        let name = item["controlName"].as_str().unwrap_or_default();
        let has_images = item["images"].as_array().is_some_and(|images| !images.is_empty());
        let reason = if !pod_security::is_control(name) {
            format!("`{name}` is no control of the Pod Security Standards")
        } else if OF_CONTAINERS.contains(&name) && !has_images {
            "an exclusion of a control of containers names their images".to_string()
        } else if OF_PODS.contains(&name) && has_images {
            "an exclusion of a control of Pods has no images".to_string()
        } else if baseline && RESTRICTED.contains(&name) {
            format!("the level baseline has no control `{name}`")
        } else {
            continue;
        };
        found.push((format!("{path}exclude/{index}/controlName/"), reason));
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
    for (index, item) in body["foreach"].as_array().into_iter().flatten().enumerate() {
        mutate(item, &format!("{path}foreach/{index}/"), found);
    }
}

/// The patches of a rule: one kind of them, and JSON patches that can be read.
fn patches(body: &Value, path: &str, found: &mut Found) {
    const WRITTEN: [&str; 2] = ["patchStrategicMerge", "patchesJson6902"];
    let count = |value: &Value| WRITTEN.iter().filter(|key| !value[**key].is_null()).count();
    let entries = body["foreach"].as_array().map(Vec::as_slice).unwrap_or_default();
    let most = if entries.is_empty() { 1 } else { 0 };
    if count(body) > most {
        let reason = "only one of foreach, patchStrategicMerge and patchesJson6902 is allowed";
        found.push((path.to_string(), reason.to_string()));
    }
    for (index, entry) in entries.iter().enumerate() {
        if entry["foreach"].is_null() && count(entry) != 1 {
            let reason = "an entry has one of patchStrategicMerge and patchesJson6902";
            found.push((format!("{path}foreach/{index}/"), reason.to_string()));
        }
    }
    if let Some(text) = body["patchesJson6902"].as_str()
        && let Some(reason) = json_patch_reason(text)
    {
        found.push((format!("{path}patchesJson6902/"), reason));
    }
}

fn json_patch_reason(text: &str) -> Option<String> {
    const KINDS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];
    let field = |operation: &Value, key: &str| operation[key].as_str().unwrap_or_default().to_string();
    let with_variable = |operation: &Value| !variables::expressions(&field(operation, "path")).is_empty();
    if json_patch::read(text).is_ok_and(|operations| operations.iter().any(with_variable)) {
        return Some("the path of a JSON patch cannot have variables".to_string());
    }
    let operations = match json_patch::read(&variables::blanked(text)) {
        Ok(operations) => operations,
        Err(reason) => return Some(reason),
    };
    operations.iter().find_map(|operation| {
        let (kind, path) = (field(operation, "op"), field(operation, "path"));
        let needs_value = !["remove", "move", "copy"].contains(&kind.as_str());
        match () {
            () if !path.starts_with('/') => Some("a path begins with a slash".to_string()),
            () if !KINDS.contains(&kind.as_str()) => {
                Some(format!("`{kind}` is no operation of a JSON patch"))
            }
            () if needs_value && operation.get("value").is_none() => {
                Some(format!("the operation `{kind}` needs a value"))
            }
            () => None,
        }
    })
}

/// What exists already is changed only where the rule says what to change.
fn targets(policy: &Policy, body: &Value, path: &str, found: &mut Found) {
    const FIELD: &str = "mutateExistingOnPolicyUpdate";
    let own = policy.rules.iter().find_map(|rule| rule.body["mutate"][FIELD].as_bool());
    let wanted = own.or(policy.spec()[FIELD].as_bool()).unwrap_or(false);
    let targets = body["targets"].as_array().map(Vec::as_slice).unwrap_or_default();
    if wanted && targets.is_empty() {
        found.push((path.to_string(), format!("with {FIELD} the rule needs targets")));
    }
    for (index, target) in targets.iter().enumerate() {
        let namespace = target["namespace"].as_str().filter(|namespace| !namespace.is_empty());
        if namespace.is_some() && policy.namespace.is_some() && namespace != policy.namespace.as_deref() {
            let path = format!("{path}targets/{index}/namespace/");
            found.push((path, "a policy in a namespace changes only what is in it".to_string()));
        }
    }
}

/// Digests are only written into resources by policies that enforce.
fn images(policy: &Policy, rule: &Value, path: &str, found: &mut Found) {
    for (index, entry) in rule["verifyImages"].as_array().into_iter().flatten().enumerate() {
        let own = entry["failureAction"].as_str().and_then(Action::parse);
        let audits = own.or(policy.action).unwrap_or(Action::Audit) == Action::Audit;
        let path = format!("{path}verifyImages/{index}/");
        let references = entry["imageReferences"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if references.into_iter().any(|text| !variables::expressions(text).is_empty()) {
            let reason = "references of images cannot have variables";
            found.push((format!("{path}imageReferences/"), reason.to_string()));
        }
        if audits && entry["mutateDigest"] != Value::Bool(false) {
            found.push((path, "mutateDigest must be false for the action Audit".to_string()));
        }
    }
    if !rule["imageExtractors"].is_null() && rule["verifyImages"].is_null() {
        let reason = "imageExtractors can only be used with verifyImages";
        found.push((format!("{path}imageExtractors/"), reason.to_string()));
    }
}
