//! `match` and `exclude`: does a rule speak about a resource?

use super::context::{Operation, User};
use super::load::texts;
use super::model::Policy;
use super::request::{Request, labels};
use super::trace::Step;
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
    chosen(block, request, "match/", request.context.user.is_some())
}

/// `exclude` of a rule. An empty block excludes nothing; user parts count even if nobody is known.
fn excluded(block: &Value, request: &Request) -> bool {
    chosen(block, request, "exclude/", true)
}

fn chosen(block: &Value, request: &Request, path: &str, with_users: bool) -> bool {
    let fits = |block: &Value, path: String| {
        let filter = Filter::of(block, with_users);
        let misfit = if filter.is_empty() { Some("nothing") } else { filter.misfit(request) };
        if !block.is_null() {
            request.trace.note(|| Step::Block { path, fits: misfit.is_none(), misfit });
        }
        misfit.is_none()
    };
    let place = |list: &str, index: usize| format!("{path}{list}/{index}/");
    match (filters(block, "any"), filters(block, "all")) {
        (Some(any), _) => any.iter().enumerate().any(|(at, one)| fits(one, place("any", at))),
        (_, Some(all)) => all.iter().enumerate().all(|(at, one)| fits(one, place("all", at))),
        _ => fits(block, path.to_string()),
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

    /// The first attribute that the request does not fit.
    fn misfit(&self, request: &Request) -> Option<&'static str> {
        let resources = self.resources;
        let wanted = |key: &str| resources.get(key).filter(|value| !is_blank(value));
        let operation = |list: &Value| texts(list).iter().any(|one| one == operation_word(request));
        let kind = |list: &Value| {
            let subject = &request.subject;
            texts(list)
                .iter()
                .any(|text| KindSelector::parse(text).matches(&subject.gvk, &subject.subresource))
        };
        let subject = &request.subject;
        let tests: [(&'static str, Test); 8] = [
            ("operations", &operation),
            ("kinds", &kind),
            ("name", &|name| fits_name(name, subject.name())),
            ("names", &|names| fits_any(names, subject.name())),
            ("namespaces", &|names| fits_any(names, namespace_name(request))),
            ("annotations", &|pairs| has_annotations(pairs, &subject.annotations())),
            ("selector", &|selector| selects(selector, &subject.labels())),
            ("namespaceSelector", &|selector| selects_namespace(selector, request)),
        ];
        let resource = tests.into_iter().find(|(key, test)| {
            let value = if key.ends_with("elector") { resources.get(*key) } else { wanted(key) };
            !value.is_none_or(test)
        });
        let user = request.context.user.as_ref();
        let users = || self.users.iter().find(|(key, list)| !fits_user(key, list, user)).map(|(key, _)| *key);
        resource.map(|(key, _)| key).or_else(users)
    }
}

/// Does the request fit this value of an attribute?
type Test<'t> = &'t dyn Fn(&Value) -> bool;

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
