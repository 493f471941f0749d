//! A cluster made of given objects: what ConfigMap and API lookups of context entries find there.

use super::edit::set;
use crate::kube::scope::KindInfo;
use crate::kube::{Resource, scope};
use serde_json::{Value, json};

/// The answer to `GET` on a path of the API server.
///
/// # Errors
/// A path that names no resource, and an object that is not there.
pub(crate) fn get(path: &str, objects: &[Resource], kinds: &[KindInfo]) -> Result<Value, String> {
    let trimmed = path.trim().trim_matches('/');
    let unreadable = || format!("failed to parse path: {trimmed}");
    let mut parts: Vec<&str> = trimmed.split('/').collect();
    let (group, version) = match parts.as_slice() {
        ["api", version, ..] => ("", *version),
        ["apis", group, version, ..] => (*group, *version),
        _ => return Err(unreadable()),
    };
    parts.drain(..if group.is_empty() { 2 } else { 3 });
    let (namespace, plural, name) = match parts.as_slice() {
        ["namespaces", namespace, plural] => (Some(*namespace), *plural, None),
        ["namespaces", namespace, plural, name] => (Some(*namespace), *plural, Some(*name)),
        [plural] => (None, *plural, None),
        [plural, name] if *plural != "namespaces" => (None, *plural, Some(*name)),
        _ => return Err(unreadable()),
    };
    let fits = |resource: &&Resource| {
        resource.gvk.group == group
            && resource.gvk.version == version
            && plural_of(resource, kinds) == plural
            && namespace
                .is_none_or(|namespace| resource.namespace.as_deref().unwrap_or("default") == namespace)
    };
    let mut found = objects.iter().filter(fits);
    match name {
        Some(name) => found
            .find(|resource| resource.name == name)
            .map(|resource| placed(resource, kinds))
            .ok_or_else(|| format!("{plural} \"{name}\" not found")),
        None => {
            let items: Vec<Value> = found.map(|resource| placed(resource, kinds)).collect();
            Ok(json!({"apiVersion": version, "kind": "List", "metadata": {}, "items": items}))
        }
    }
}

/// The object as a cluster holds it: in its namespace.
fn placed(resource: &Resource, kinds: &[KindInfo]) -> Value {
    let mut body = resource.body.clone();
    if resource.namespace.is_none() && !scope::is_cluster_scoped(&resource.gvk, kinds) {
        set(&mut body, &["metadata", "namespace"], "default".into());
    }
    body
}

fn plural_of(resource: &Resource, kinds: &[KindInfo]) -> String {
    let gvk = &resource.gvk;
    let defined = kinds.iter().find(|info| info.group == gvk.group && info.kind == gvk.kind).cloned();
    let info = defined.or_else(|| scope::built_in(&gvk.group, &gvk.kind));
    info.map_or_else(|| scope::guessed_plural(&gvk.kind), |info| info.plural)
}

/// The ConfigMap of this name as variables see it.
pub(crate) fn config_map(namespace: &str, name: &str, objects: &[Resource]) -> Option<Value> {
    let namespace = if namespace.is_empty() { "default" } else { namespace };
    let found = objects.iter().find(|resource| {
        resource.gvk.kind == "ConfigMap"
            && resource.name == name
            && resource.namespace.as_deref().unwrap_or("default") == namespace
    })?;
    Some(json!({"data": found.body["data"], "metadata": found.body["metadata"]}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_lists_and_objects() {
        let objects = crate::kube::read(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k: v}\n",
        )
        .0;
        let get = |path: &str| get(path, &objects, &[]);
        assert_eq!(
            get("/apis/apps/v1/namespaces/prod/deployments").unwrap()["items"].as_array().unwrap().len(),
            1
        );
        assert_eq!(get("/apis/apps/v1/deployments").unwrap()["items"][0]["metadata"]["name"], json!("web"));
        assert_eq!(get("/apis/apps/v1/namespaces/dev/deployments").unwrap()["items"], json!([]));
        assert!(get("/api/v1/namespaces/default").is_err() && get("/api/v1/configmaps/nope").is_err());
        assert_eq!(config_map("", "c", &objects).unwrap()["data"]["k"], json!("v"));
    }
}
