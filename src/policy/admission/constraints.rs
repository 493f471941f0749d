//! `matchConstraints`: which requests a CEL policy is about, by the rules of the API server.

use super::world::plural;
use crate::kube::scope;
use crate::kube::selector::{Labels, Selector};
use crate::policy::load::texts;
use crate::policy::request::Request;
use serde_json::Value;

/// Do the constraints fit the request? Constraints without rules fit every resource.
pub(super) fn fit(constraints: &Value, request: &Request) -> bool {
    constraints.is_object()
        && selects(&constraints["namespaceSelector"], &namespace_labels(request))
        && selects(&constraints["objectSelector"], &request.subject.labels())
        && !rules(constraints, "excludeResourceRules").iter().any(|rule| fits_rule(rule, request))
        && included(constraints, request)
}

fn included(constraints: &Value, request: &Request) -> bool {
    let rules = rules(constraints, "resourceRules");
    rules.is_empty() || rules.iter().any(|rule| fits_rule(rule, request))
}

fn rules<'c>(constraints: &'c Value, key: &str) -> &'c [Value] {
    constraints[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn selects(selector: &Value, labels: &Labels) -> bool {
    selector.is_null() || Selector::parse(selector).is_ok_and(|selector| selector.matches(labels))
}

/// The labels that a namespaceSelector is tested against; a Namespace has its own.
fn namespace_labels(request: &Request) -> Labels {
    match request.subject.gvk.kind.as_str() {
        "Namespace" => request.subject.labels(),
        _ => request.namespace_labels(),
    }
}

fn fits_rule(rule: &Value, request: &Request) -> bool {
    let subject = &request.subject;
    let any = |key: &str, wanted: &str| texts(&rule[key]).iter().any(|one| one == "*" || one == wanted);
    let names = texts(&rule["resourceNames"]);
    let scope_fits = match rule["scope"].as_str() {
        None | Some("*" | "") => true,
        Some("Cluster") => scope::is_cluster_scoped(&subject.gvk, &request.context.kinds),
        Some(_) => !scope::is_cluster_scoped(&subject.gvk, &request.context.kinds),
    };
    scope_fits
        && (texts(&rule["operations"]).is_empty() || any("operations", request.operation.word()))
        && any("apiGroups", &subject.gvk.group)
        && any("apiVersions", &subject.gvk.version)
        && fits_resource(&texts(&rule["resources"]), &plural(request), &subject.subresource)
        && (names.is_empty() || names.iter().any(|name| name == subject.name()))
}

/// `*` is every resource, `*/*` with subresources, `pods/*` and `*/scale` those.
fn fits_resource(wanted: &[String], plural: &str, subresource: &str) -> bool {
    let part = |pattern: &str, text: &str| pattern == "*" || pattern == text;
    wanted.iter().any(|one| match one.split_once('/') {
        None => subresource.is_empty() && part(one, plural),
        Some((resource, sub)) => {
            part(resource, plural)
                && (sub == subresource || (sub == "*" && (one == "*/*" || !subresource.is_empty())))
        }
    })
}

/// Must a row exist for an object that is not matched? Only constraints that are more than one plain rule
/// give an answer for those.
pub(crate) fn are_plain(constraints: &Value) -> bool {
    let rules = rules(constraints, "resourceRules");
    let set = |key: &str| !constraints[key].is_null();
    rules.len() == 1
        && !set("namespaceSelector")
        && !set("objectSelector")
        && constraints["excludeResourceRules"].as_array().is_none_or(Vec::is_empty)
        && texts(&rules[0]["resourceNames"]).is_empty()
}
