//! `match` and `exclude`: does a rule speak about a resource?

use super::context::{Operation, User};
use super::load::texts;
use super::model::Policy;
use super::request::{Request, labels};
use crate::kube::selector::{Labels, Selector};
use crate::kube::{KindSelector, wildcard};
use serde_json::{Map, Value};

/// Does `rule` of `policy` speak about the subject of `request`?
pub(crate) fn matches(policy: &Policy, rule: &Value, request: &Request) -> bool {
    let own = policy.namespace.as_ref().is_none_or(|namespace| *namespace == request.subject.namespace);
    own && included(&rule["match"], request) && !excluded(&rule["exclude"], request)
}

/// `match` of a rule: `any`, else `all`, else the plain block. An empty block matches nothing.
pub(crate) fn included(block: &Value, request: &Request) -> bool {
    let fits = |filter: &Value| {
        let filter = Filter::of(filter, request.context.user.is_some());
        !filter.is_empty() && filter.fits(request)
    };
    match (filters(block, "any"), filters(block, "all")) {
        (Some(any), _) => any.iter().any(fits),
        (_, Some(all)) => all.iter().all(fits),
        _ => fits(block),
    }
}

/// `exclude` of a rule. An empty block excludes nothing; user parts count even if nobody is known.
fn excluded(block: &Value, request: &Request) -> bool {
    let fits = |filter: &Value| {
        let filter = Filter::of(filter, true);
        !filter.is_empty() && filter.fits(request)
    };
    match (filters(block, "any"), filters(block, "all")) {
        (Some(any), _) => any.iter().any(fits),
        (_, Some(all)) => all.iter().all(fits),
        _ => fits(block),
    }
}

fn filters<'a>(block: &'a Value, key: &str) -> Option<&'a Vec<Value>> {
    block[key].as_array().filter(|filters| !filters.is_empty())
}

/// One block: a description of resources and of users. All that it says must hold.
struct Filter<'a> {
    resources: &'a Value,
    users: Vec<(&'static str, &'a Value)>,
}

impl<'a> Filter<'a> {
    fn of(block: &'a Value, with_users: bool) -> Filter<'a> {
        let users = ["roles", "clusterRoles", "subjects"].into_iter().filter(|_| with_users);
        let users = users.map(|key| (key, &block[key])).filter(|(_, list)| !is_blank(list));
        Filter { resources: &block["resources"], users: users.collect() }
    }

    fn is_empty(&self) -> bool {
        let described = self.resources.as_object().into_iter().flatten().any(|(_, value)| !is_blank(value));
        !described && self.users.is_empty()
    }

    fn fits(&self, request: &Request) -> bool {
        let resources = self.resources;
        let wanted = |key: &str| resources.get(key).filter(|value| !is_blank(value));
        let operation = |list: &Value| texts(list).iter().any(|one| one == operation_word(request));
        let kind = |list: &Value| {
            let subject = &request.subject;
            texts(list)
                .iter()
                .any(|text| KindSelector::parse(text).matches(&subject.gvk, &subject.subresource))
        };
        wanted("operations").is_none_or(operation)
            && wanted("kinds").is_none_or(kind)
            && wanted("name").is_none_or(|name| fits_name(name, request.subject.name()))
            && wanted("names").is_none_or(|names| fits_any(names, request.subject.name()))
            && wanted("namespaces").is_none_or(|names| fits_any(names, namespace_name(request)))
            && wanted("annotations")
                .is_none_or(|pairs| has_annotations(pairs, &request.subject.annotations()))
            && resources.get("selector").is_none_or(|selector| selects(selector, &request.subject.labels()))
            && resources.get("namespaceSelector").is_none_or(|selector| selects_namespace(selector, request))
            && self.users.iter().all(|(key, list)| fits_user(key, list, request.context.user.as_ref()))
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The command line treats `CONNECT` as a creation.
fn operation_word(request: &Request) -> &'static str {
    match request.operation {
        Operation::Connect => Operation::Create.word(),
        other => other.word(),
    }
}

fn fits_name(pattern: &Value, name: &str) -> bool {
    pattern.as_str().is_some_and(|pattern| wildcard::matches(pattern, name))
}

fn fits_any(patterns: &Value, name: &str) -> bool {
    patterns.as_array().into_iter().flatten().any(|pattern| fits_name(pattern, name))
}

/// A Namespace counts as being in itself.
fn namespace_name<'a>(request: &'a Request) -> &'a str {
    match request.subject.gvk.kind.as_str() {
        "Namespace" => request.subject.object["metadata"]["name"].as_str().unwrap_or_default(),
        _ => &request.subject.namespace,
    }
}

fn has_annotations(wanted: &Value, annotations: &Labels) -> bool {
    labels(wanted).iter().all(|(key, value)| {
        annotations.iter().any(|(name, text)| wildcard::matches(key, name) && wildcard::matches(value, text))
    })
}

fn selects_namespace(selector: &Value, request: &Request) -> bool {
    request.subject.gvk.kind != "Namespace" && selects(selector, &request.namespace_labels())
}

/// Wildcards in `matchLabels` stand for one label of the object; what fits none becomes a legal label that
/// the object does not have. An invalid selector selects nothing.
pub(crate) fn selects(selector: &Value, present: &Labels) -> bool {
    let mut selector = selector.clone();
    if let Some(Value::Object(wanted)) = selector.get_mut("matchLabels") {
        *wanted = expand(wanted, present);
    }
    Selector::parse(&selector).is_ok_and(|selector| selector.matches(present))
}

fn expand(wanted: &Map<String, Value>, present: &Labels) -> Map<String, Value> {
    let expand = |(key, value): (&String, &Value)| {
        let pattern = value.as_str().unwrap_or_default();
        if !wildcard::contains_wildcard(key) && !wildcard::contains_wildcard(pattern) {
            return (key.clone(), value.clone());
        }
        let fits = |(name, label): &(&String, &String)| {
            wildcard::matches(key, name) && wildcard::matches(pattern, label)
        };
        match present.iter().find(fits) {
            Some((name, label)) => (name.clone(), label.as_str().into()),
            None => (key.replace(['*', '?'], "0"), pattern.replace(['*', '?'], "0").into()),
        }
    };
    wanted.iter().map(expand).collect()
}

fn fits_user(key: &str, wanted: &Value, user: Option<&User>) -> bool {
    let nobody = User::default();
    let user = user.unwrap_or(&nobody);
    match key {
        "roles" => texts(wanted).iter().any(|role| user.roles.contains(role)),
        "clusterRoles" => texts(wanted).iter().any(|role| user.cluster_roles.contains(role)),
        _ => wanted.as_array().into_iter().flatten().any(|subject| is_subject(subject, user)),
    }
}

fn is_subject(subject: &Value, user: &User) -> bool {
    let text = |key: &str| subject[key].as_str().unwrap_or_default();
    match text("kind") {
        "User" => wildcard::matches(text("name"), &user.name),
        "Group" => user.groups.iter().any(|group| wildcard::matches(text("name"), group)),
        "ServiceAccount" => {
            let name = format!("system:serviceaccount:{}:{}", text("namespace"), text("name"));
            wildcard::matches(&name, &user.name)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Resource;
    use crate::policy::Context;
    use serde_json::json;

    fn pod() -> Resource {
        let metadata =
            json!({"name": "web-1", "namespace": "prod", "labels": {"app.kubernetes.io/name": "web"}});
        Resource::from_json(json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})).unwrap()
    }

    fn holds(block: Value, context: &Context) -> bool {
        included(&block, &Request::new(&pod(), context))
    }

    #[test]
    fn all_attributes_of_a_block_must_hold() {
        let context = Context::default();
        assert!(holds(json!({"any": [{"resources": {"kinds": ["Pod"], "names": ["web-?"]}}]}), &context));
        assert!(!holds(json!({"any": [{"resources": {"kinds": ["Pod"], "names": ["db"]}}]}), &context));
        assert!(!holds(json!({"any": [{}]}), &context) && !holds(json!({}), &context));
        let selector = json!({"matchLabels": {"app.kubernetes.io/*": "w?b"}});
        assert!(holds(json!({"all": [{"resources": {"kinds": ["Pod"], "selector": selector}}]}), &context));
    }

    #[test]
    fn users_count_in_exclude_even_if_nobody_is_known() {
        let context = Context::default();
        let request = |user: &str| json!({"any": [{"subjects": [{"kind": "User", "name": user}]}]});
        let resource = pod();
        assert!(excluded(&request("*"), &Request::new(&resource, &context)));
        assert!(!excluded(&request("bob"), &Request::new(&resource, &context)));
        assert!(!holds(request("*"), &context));
    }
}
