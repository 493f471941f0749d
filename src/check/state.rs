//! What a verdict would need to know of a cluster, and what the page tells of it.

use super::candidate::Candidate;
use super::objects::At;
use super::verdict::Reason;
use crate::kube::Resource;
use crate::policy::{Context, Operation, User};
use crate::snippet::kubectl::{Effect, EffectKind, Objects, Submission};
use crate::snippet::{Snippet, Step};
use serde_json::Value;

/// The label that every namespace has from the API server itself.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// What is known about the request of a command: who asks, and the namespaces that the page makes.
/// `fixtures` exist beforehand.
pub(super) fn context(submission: &Submission, at: At<'_>, fixtures: Vec<Resource>) -> Context {
    let settings = &at.snippets[at.snippet].settings;
    let operation = settings.operation.as_deref().and_then(Operation::parse).unwrap_or_default();
    let name = submission.user.clone().or_else(|| settings.user.clone());
    let user = name.map(|name| User { name, groups: submission.groups.clone(), ..User::default() });
    let mut context = Context { operation, user, ..Context::default() };
    let fixtures = fixtures.into_iter().filter(is_namespace);
    for namespace in fixtures.chain(namespaces(at)) {
        let mut labels = namespace.labels.clone();
        labels.insert(NAME_LABEL.to_string(), namespace.name.clone());
        context.namespaces.insert(namespace.name.clone(), labels);
    }
    context
}

/// The namespaces that manifests above the command and earlier commands make.
fn namespaces(at: At<'_>) -> Vec<Resource> {
    let shown =
        at.snippets[..at.snippet].iter().flat_map(|snippet: &Snippet| snippet.resources.iter().cloned());
    let earlier: Vec<&Step> = at.earlier().collect();
    let made = earlier.into_iter().rev().flat_map(|step| step.effects.iter()).filter_map(sent).flatten();
    shown.chain(made).filter(is_namespace).collect()
}

fn is_namespace(resource: &Resource) -> bool {
    resource.gvk.kind == "Namespace" && resource.gvk.group.is_empty()
}

fn sent(effect: &Effect) -> Option<Vec<Resource>> {
    let EffectKind::Submit(submission) = &effect.kind else { return None };
    match &submission.objects {
        Objects::Text(passage) => Some(crate::kube::read(&passage.text).0),
        Objects::Made { object, missing } if missing.is_empty() => {
            Resource::from_json(object.clone()).ok().map(|resource| vec![resource])
        }
        _ => None,
    }
}

/// Why the verdict of `policies` on `resource` would depend on labels of a namespace that nobody tells.
pub(super) fn open(policies: &[Candidate<'_>], resource: &Resource, context: &Context) -> Option<Reason> {
    let namespace = resource.namespace.as_deref().unwrap_or("default");
    let known = context.namespaces.contains_key(namespace)
        || !policies.iter().any(|one| selects_namespaces(&one.policy.body));
    (!known).then_some(Reason::NeedsState)
}

/// Does the policy look at the labels of namespaces?
fn selects_namespaces(body: &Value) -> bool {
    match body {
        Value::Object(map) => map.iter().any(|(key, value)| {
            (key == "namespaceSelector" && value.as_object().is_some_and(|map| !map.is_empty()))
                || selects_namespaces(value)
        }),
        Value::Array(items) => items.iter().any(selects_namespaces),
        _ => false,
    }
}
