//! Variants of CEL policies for pod controllers.

use super::constraints;
use crate::policy::edit::set;
use crate::policy::load::texts;
use crate::policy::model::Policy;
use crate::policy::request::Request;
use regex::Regex;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Controllers by their plural, with their group and where the Pod's template stands.
const CONTROLLERS: [(&str, &str, &str); 6] = [
    ("daemonsets", "apps", "spec.template"),
    ("deployments", "apps", "spec.template"),
    ("replicasets", "apps", "spec.template"),
    ("statefulsets", "apps", "spec.template"),
    ("jobs", "batch", "spec.template"),
    ("cronjobs", "batch", "spec.jobTemplate.spec.template"),
];

/// The spec of `policy` that speaks about the subject: the one written, or the one made for its controller.
pub(super) fn variant<'p>(policy: &'p Policy, request: &Request) -> Option<Cow<'p, Value>> {
    variant_with(policy, request, shift)
}

/// The same with another way to move the fields of a Pod into the template of a controller.
pub(super) fn variant_with<'p>(
    policy: &'p Policy,
    request: &Request,
    shift: fn(&Value, &str) -> Value,
) -> Option<Cow<'p, Value>> {
    let own = policy.namespace.as_ref().is_none_or(|namespace| *namespace == request.subject.namespace);
    let spec = policy.spec();
    if !own {
        return None;
    }
    if constraints::fit(&spec["matchConstraints"], request) {
        return Some(Cow::Borrowed(spec));
    }
    let controllers = CONTROLLERS.iter().filter(|(plural, ..)| is_wanted(spec, plural));
    controllers
        .filter_map(|controller| made(spec, controller, shift))
        .find(|made| constraints::fit(&made["matchConstraints"], request))
        .map(Cow::Owned)
}

fn is_wanted(spec: &Value, plural: &str) -> bool {
    let stated = &spec["autogen"]["podControllers"]["controllers"];
    stated.is_null() || texts(stated).iter().any(|one| one == plural)
}

/// The spec for one controller, if the policy is about Pods and nothing else.
fn made(
    spec: &Value,
    (plural, group, at): &(&str, &str, &str),
    shift: fn(&Value, &str) -> Value,
) -> Option<Value> {
    let constraints = &spec["matchConstraints"];
    let only_pods = constraints["resourceRules"].as_array().is_some_and(|rules| {
        let is = |key: &str, wanted: &str| texts(&rules[0][key]) == [wanted.to_string()];
        rules.len() == 1
            && is("apiGroups", "")
            && is("apiVersions", "v1")
            && is("resources", "pods")
            && rules[0]["resourceNames"].is_null()
    });
    let bound = ["objectSelector", "excludeResourceRules"].iter().any(|key| !constraints[*key].is_null());
    if !only_pods || bound {
        return None;
    }
    let mut made = shift(spec, at);
    let rule = &mut made["matchConstraints"]["resourceRules"][0];
    rule["apiGroups"] = json!([group]);
    rule["resources"] = json!([plural]);
    Some(made)
}

/// The fields of the Pod in the text of an expression.
static FIELDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(object|oldObject)\.(spec|metadata)(\.namespace\b)?").ok());

/// Every mention of the Pod's own fields is moved to the template at `at`; those of its namespace are not.
fn shift(value: &Value, at: &str) -> Value {
    match value {
        Value::String(text) => match FIELDS.as_ref() {
            Some(fields) => {
                fields.replace_all(text, |found: &regex::Captures| moved(found, at)).into_owned().into()
            }
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| shift(item, at)).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), shift(value, at))).collect())
        }
        other => other.clone(),
    }
}

fn moved(found: &regex::Captures, at: &str) -> String {
    match found.get(3) {
        Some(_) => found[0].to_string(),
        None => format!("{}.{at}.{}", &found[1], &found[2]),
    }
}

/// The fields that a mutation may name, as words of their own.
static MUTATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(object|oldObject|Object)\.(spec|metadata\.labels|metadata\.annotations)\b").ok()
});

/// The spec of a mutating policy for a controller: conditions and apply configurations are moved; variables
/// and JSON patches stay as they are.
pub(super) fn shift_mutations(spec: &Value, at: &str) -> Value {
    let moved = |text: &str| match MUTATED.as_ref() {
        Some(fields) => fields.replace_all(text, format!("$1.{at}.$2").as_str()).into_owned(),
        None => text.to_string(),
    };
    let mut made = spec.clone();
    for condition in made["matchConditions"].as_array_mut().into_iter().flatten() {
        let text = moved(condition["expression"].as_str().unwrap_or_default());
        set(condition, &["expression"], text.into());
    }
    for mutation in made["mutations"].as_array_mut().into_iter().flatten() {
        if let Some(text) = mutation["applyConfiguration"]["expression"].as_str() {
            let text = wrap(&moved(text), at);
            mutation["applyConfiguration"]["expression"] = text.into();
        }
    }
    made
}

/// `Object{…}` becomes `Object{spec: Object.spec{template: Object.spec.template{…}}}`.
fn wrap(text: &str, at: &str) -> String {
    let Some(inner) = text.trim().strip_prefix("Object{").and_then(|rest| rest.strip_suffix('}')) else {
        return text.to_string();
    };
    let (mut path, mut open, mut close) = ("Object".to_string(), "Object{".to_string(), "}".to_string());
    for step in at.split('.') {
        path = format!("{path}.{step}");
        open.push_str(&format!("{step}: {path}{{"));
        close.push('}');
    }
    format!("{open}{inner}{close}")
}
