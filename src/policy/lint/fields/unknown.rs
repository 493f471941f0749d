//! Kinds that a policy names and that there are not, where it is plain which one is meant.

use super::super::{Found, LintKind, lint};
use crate::kube::KindSelector;
use crate::kube::schema::{Kind, Origin, Schemas};
use serde_json::Value;

/// The kinds of `match` and `exclude` of a rule: `Pods`, `deployment`.
pub(super) fn of_rule(rule: &Value, path: &str, schemas: &Schemas, found: &mut Found) {
    for key in ["match", "exclude"] {
        let block = &rule[key];
        of_block(block, &format!("{path}{key}/"), schemas, found);
        for list in ["any", "all"] {
            for (index, one) in block[list].as_array().into_iter().flatten().enumerate() {
                of_block(one, &format!("{path}{key}/{list}/{index}/"), schemas, found);
            }
        }
    }
}

fn of_block(block: &Value, path: &str, schemas: &Schemas, found: &mut Found) {
    for (index, text) in block["resources"]["kinds"].as_array().into_iter().flatten().enumerate() {
        let name = KindSelector::parse(text.as_str().unwrap_or_default()).kind;
        if schemas.served().any(|kind| kind.kind == name) {
            continue;
        }
        let alike = |kind: &&Kind| {
            kind.origin == Origin::Kubernetes
                && (kind.kind.eq_ignore_ascii_case(&name) || kind.plural.eq_ignore_ascii_case(&name))
        };
        if let Some(meant) = schemas.served().find(alike) {
            let message = format!("there is no kind `{name}`: nothing is matched by it");
            let one = lint(LintKind::UnknownKind, &format!("{path}resources/kinds/{index}/"), message);
            found.push(one.help(format!("did you mean `{}`?", meant.kind)));
        }
    }
}

/// The resources of `matchConstraints`: `Pod`, `deployments` in the core group.
pub(super) fn of_constraints(constraints: &Value, path: &str, schemas: &Schemas, found: &mut Found) {
    for list in ["resourceRules", "excludeResourceRules"] {
        for (index, rule) in constraints[list].as_array().into_iter().flatten().enumerate() {
            of_resources(rule, &format!("{path}{list}/{index}/"), schemas, found);
        }
    }
}

fn of_resources(rule: &Value, path: &str, schemas: &Schemas, found: &mut Found) {
    let groups = crate::policy::load::texts(&rule["apiGroups"]);
    let is_ours = |group: &String| {
        schemas.served().any(|kind| kind.group == *group && kind.origin == Origin::Kubernetes)
    };
    // Other groups may have a resource of this name.
    if !groups.iter().all(is_ours) {
        return;
    }
    for (index, text) in rule["resources"].as_array().into_iter().flatten().enumerate() {
        let name = text.as_str().unwrap_or_default();
        let in_groups = |kind: &Kind| groups.iter().any(|group| *group == kind.group);
        if name.contains(['*', '/']) || schemas.served().any(|kind| kind.plural == name && in_groups(kind)) {
            continue;
        }
        let alike = |kind: &&Kind| {
            kind.origin == Origin::Kubernetes
                && (kind.kind.eq_ignore_ascii_case(name) || kind.plural.eq_ignore_ascii_case(name))
        };
        let near = schemas.served().filter(alike).max_by_key(|kind| in_groups(kind));
        if let Some(meant) = near {
            let group = groups.first().map_or("", String::as_str);
            let shown =
                |group: &str| if group.is_empty() { "\"\"".to_string() } else { format!("`{group}`") };
            let message = format!("there is no resource `{name}` in the group {}", shown(group));
            let one = lint(LintKind::UnknownKind, &format!("{path}resources/{index}/"), message);
            found.push(one.help(format!("`{}` is in the group {}", meant.plural, shown(&meant.group))));
        }
    }
}
