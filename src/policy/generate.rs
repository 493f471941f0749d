//! Generate rules: the objects that a trigger calls for.

use super::conditions;
use super::edit::set;
use super::response::Verdict;
use super::scope::Scope;
use super::trouble::Trouble;
use super::validate::{add_element, elements};
use super::{gofmt, variables};
use crate::kube::{Resource, scope};
use serde_json::{Map, Value, json};

/// What a generate rule that matches and whose preconditions hold says: `pass` with the objects it makes.
pub(crate) fn rule(rule: &Value, scope: &mut Scope) -> Verdict {
    let body = &rule["generate"];
    let made = match body["foreach"].as_array() {
        Some(entries) => foreach(entries, scope),
        None => objects(body, scope),
    };
    match made {
        Ok(generated) => Verdict { generated, ..Verdict::pass("resource generated") },
        Err(trouble) if trouble.unsupported.is_some() => trouble.verdict(),
        // Kyverno logs the error, and reports that the rule applies.
        Err(trouble) => Verdict::pass(format!("nothing is generated: {}", trouble.message)),
    }
}

fn foreach(entries: &[Value], scope: &mut Scope) -> Result<Vec<Value>, Trouble> {
    let mut made = Vec::new();
    for entry in entries {
        let list = scope.query(entry["list"].as_str().unwrap_or_default())?;
        for (index, element) in elements(list).iter().enumerate() {
            let mut inner = scope.clone();
            add_element(&mut inner, element, index, 0);
            inner.declare(&entry["context"]);
            let preconditions = entry.get("preconditions").filter(|value| !value.is_null());
            if preconditions
                .map_or(Ok(true), |value| conditions::hold(value, &mut inner).map(|(met, _)| met))?
            {
                made.extend(objects(entry, &mut inner)?);
            }
        }
    }
    Ok(made)
}

/// The objects of one description: new ones from `data`, copies by `clone` or `cloneList`.
fn objects(body: &Value, scope: &mut Scope) -> Result<Vec<Value>, Trouble> {
    let keys = ["apiVersion", "kind", "name", "namespace", "data", "clone", "cloneList"];
    let description: Map<String, Value> =
        keys.iter().filter_map(|key| Some(((*key).to_string(), body.get(*key)?.clone()))).collect();
    let filled = variables::substitute(&Value::Object(description), scope)
        .map_err(|trouble| trouble.while_doing("variable substitution failed"))?;
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_string();
    let namespace = text(&filled, "namespace");
    if let Some(list) = filled.get("cloneList") {
        return Ok(clones(list, &namespace, scope));
    }
    let mut object = match (filled.get("data"), filled.get("clone")) {
        (Some(data), _) => data.clone(),
        (None, Some(clone)) => {
            let wanted = (text(&filled, "kind"), text(clone, "namespace"), text(clone, "name"));
            copy(&wanted.0, &wanted.1, &wanted.2, scope).ok_or_else(|| {
                Trouble::new(format!("source resource {} {}/{} not found", wanted.0, wanted.1, wanted.2))
            })?
        }
        _ => json!({}),
    };
    place(&mut object, &text(&filled, "name"), &namespace);
    set(&mut object, &["apiVersion"], filled["apiVersion"].clone());
    set(&mut object, &["kind"], filled["kind"].clone());
    Ok(vec![gofmt::with_integers(&object)])
}

fn place(object: &mut Value, name: &str, namespace: &str) {
    set(object, &["metadata", "name"], name.into());
    if !namespace.is_empty() {
        set(object, &["metadata", "namespace"], namespace.into());
    } else if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.shift_remove("namespace");
    }
}

fn sources<'s>(scope: &'s Scope) -> impl Iterator<Item = &'s Resource> {
    let context = scope.request.context;
    context.sources.iter().chain(context.cluster.iter().flatten())
}

fn copy(kind: &str, namespace: &str, name: &str, scope: &Scope) -> Option<Value> {
    let namespaced = |resource: &Resource| !scope::is_cluster_scoped(&resource.gvk, &[]);
    let found = sources(scope).find(|resource| {
        let own = resource.namespace.as_deref().unwrap_or(if namespaced(resource) { "default" } else { "" });
        resource.gvk.kind == kind && resource.name == name && (namespace.is_empty() || own == namespace)
    })?;
    Some(found.body.clone())
}

/// `cloneList`: every object of these kinds in one namespace that the selector fits.
fn clones(list: &Value, namespace: &str, scope: &Scope) -> Vec<Value> {
    let from = list["namespace"].as_str().unwrap_or_default();
    let kinds = super::load::texts(&list["kinds"]);
    let fits = |resource: &&Resource| {
        let kind = format!("{}/{}", resource.gvk.api_version(), resource.gvk.kind);
        let selected =
            list["selector"].is_null() || super::matching::selects(&list["selector"], &resource.labels);
        kinds.contains(&kind) && selected && resource.namespace.as_deref().unwrap_or("default") == from
    };
    let copy = |resource: &Resource| {
        let mut object = resource.body.clone();
        place(&mut object, &resource.name, namespace);
        object
    };
    sources(scope).filter(fits).map(copy).collect()
}
