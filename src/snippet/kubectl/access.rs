//! Bindings that kubectl makes.

use super::Args;
use super::made::{Made, literal, literals, name, named};
use serde_json::{Value, json};

const GROUP: &str = "rbac.authorization.k8s.io";

/// `create rolebinding` and `create clusterrolebinding`.
pub(super) fn binding(args: &Args, kind: &str) -> Made {
    let mut binding = named("rbac.authorization.k8s.io/v1", kind, &name(args)?);
    let (role, name) = match (literal(args, "--clusterrole")?, literal(args, "--role")?) {
        (Some(name), _) => ("ClusterRole", name),
        (None, Some(name)) => ("Role", name),
        (None, None) => return Err("no role is named".to_string()),
    };
    binding["roleRef"] = json!({"apiGroup": GROUP, "kind": role, "name": name});
    let mut subjects: Vec<Value> = Vec::new();
    for (flag, kind) in [("--user", "User"), ("--group", "Group")] {
        let named = literals(args, flag)?.into_iter();
        subjects.extend(named.map(|name| json!({"apiGroup": GROUP, "kind": kind, "name": name})));
    }
    for account in literals(args, "--serviceaccount")? {
        let (namespace, name) =
            account.split_once(':').ok_or_else(|| format!("`{account}` names no namespace"))?;
        subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
    }
    binding["subjects"] = subjects.into();
    Ok(binding)
}
