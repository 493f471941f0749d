//! The request that rules are evaluated for.

use super::context::{Context, Operation};
use super::edit::{set, slot};
use super::gofmt;
use super::trace::Trace;
use super::values::Paths;
use crate::kube::selector::Labels;
use crate::kube::{Gvk, Resource, scope};
use serde_json::{Value, json};

/// A resource as Kyverno sees it after loading: in its namespace, without null maps, all numbers floats.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) gvk: Gvk,
    /// The subresource of the request; empty for the object itself.
    pub(crate) subresource: String,
    pub(crate) namespace: String,
    pub(crate) object: Value,
}

impl Subject {
    pub(crate) fn of(resource: &Resource, context: &Context) -> Subject {
        let mut object = gofmt::with_floats(&resource.body);
        let namespaced = !scope::is_cluster_scoped(&resource.gvk, &context.kinds);
        tidy(&mut object);
        let written = object["metadata"]["namespace"].as_str().unwrap_or_default().to_string();
        let namespace = if written.is_empty() && namespaced { "default".to_string() } else { written };
        if !namespace.is_empty() {
            set(&mut object, &["metadata", "namespace"], namespace.as_str().into());
        }
        let part = context.subresources.iter().find(|one| one.kind == resource.gvk);
        let gvk = part.map_or(&resource.gvk, |part| &part.parent).clone();
        let subresource = part.map(|part| part.name.clone()).unwrap_or_default();
        Subject { gvk, subresource, namespace, object }
    }

    /// The name, or else the name that a generated one begins with.
    pub(crate) fn name(&self) -> &str {
        let metadata = &self.object["metadata"];
        let text = |key: &str| metadata[key].as_str().filter(|text| !text.is_empty());
        text("name").or_else(|| text("generateName")).unwrap_or_default()
    }

    pub(crate) fn labels(&self) -> Labels {
        labels(&self.object["metadata"]["labels"])
    }

    pub(crate) fn annotations(&self) -> Labels {
        labels(&self.object["metadata"]["annotations"])
    }
}

pub(crate) fn labels(value: &Value) -> Labels {
    let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_string()));
    value.as_object().into_iter().flatten().filter_map(text).collect()
}

const MAPS: [&str; 6] = ["labels", "annotations", "matchLabels", "nodeSelector", "data", "stringData"];

/// Null maps become empty ones, as when the API server reads a typed object.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if value.is_null() && MAPS.contains(&key.as_str()) {
                    *value = json!({});
                }
                tidy(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// A request: the operation on a subject, in a context.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) context: &'a Context,
    pub(crate) operation: Operation,
    /// The object, or for `DELETE` the object that is removed.
    pub(crate) subject: Subject,
    /// The values given for this policy and subject.
    pub(crate) values: Paths,
    /// Where the steps of the evaluation are kept.
    pub(crate) trace: Trace,
}

impl<'a> Request<'a> {
    pub(crate) fn new(resource: &Resource, context: &'a Context) -> Request<'a> {
        let operation = context.operation;
        let subject = Subject::of(resource, context);
        Request { context, operation, subject, values: Paths::new(), trace: Trace::default() }
    }

    /// The request as `policy` sees it: with its values, which may change the operation and the object itself.
    pub(crate) fn under(&self, policy: &str) -> Request<'a> {
        let values = self.context.values.of(policy, self.subject.name());
        let mut request = Request { values, ..self.clone() };
        if let Some(operation) = request.values.get("request.operation").and_then(Value::as_str) {
            request.operation = Operation::parse(operation).unwrap_or(request.operation);
        }
        let root = if request.is_delete() { "request.oldObject" } else { "request.object" };
        if !request.values.keys().any(|path| path.starts_with(root)) {
            return request;
        }
        let mut seen =
            json!({"request": {"object": request.subject.object, "oldObject": request.subject.object}});
        for (path, value) in request.values.iter().filter(|(path, _)| path.starts_with(root)) {
            set_path(&mut seen, path, value);
        }
        let key = root.trim_start_matches("request.");
        request.subject.object = seen["request"][key].take();
        request
    }

    pub(crate) fn is_delete(&self) -> bool {
        self.operation == Operation::Delete
    }

    pub(crate) fn namespace_labels(&self) -> Labels {
        self.context.namespaces.get(&self.subject.namespace).cloned().unwrap_or_default()
    }
}

/// Put a value at a dotted path (`a.b."c.d"`), as value files write it. Maps are merged.
pub(crate) fn set_path(root: &mut Value, path: &str, value: &Value) {
    if let Some(slot) = slot(root, &split_path(path)) {
        merge(slot, &gofmt::with_floats(value));
    }
}

/// The keys of a dotted path; quotes protect dots.
fn split_path(path: &str) -> Vec<String> {
    let (mut keys, mut quoted) = (vec![String::new()], false);
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => keys.push(String::new()),
            _ => keys.last_mut().into_iter().for_each(|key| key.push(c)),
        }
    }
    keys
}

fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
