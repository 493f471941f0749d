//! What a verdict would need to know of a cluster, and what the page tells of it.

use super::candidate::Candidate;
use super::namespaces::Namespaces;
use super::objects::At;
use super::verdict::Reason;
use crate::kube::Resource;
use crate::policy::{Context, Operation, User};
use crate::snippet::kubectl::Submission;
use serde_json::Value;

/// What is known about the request of a command: who asks, and the namespaces that the page makes.
/// `fixtures` exist beforehand.
pub(super) fn context(submission: &Submission, at: At<'_>, fixtures: Vec<Resource>) -> Context {
    let settings = &at.snippets[at.snippet].settings;
    let operation = settings.operation.as_deref().and_then(Operation::parse).unwrap_or_default();
    let name = submission.user.clone().or_else(|| settings.user.clone());
    let user = name.map(|name| User { name, groups: submission.groups.clone(), ..User::default() });
    let mut context = Context { operation, user, ..Context::default() };
    Namespaces::before(at, fixtures).tell(&mut context);
    context
}

/// Why the verdict of `policies` on `resource` would depend on labels of a namespace that nobody tells.
pub(super) fn open(policies: &[Candidate<'_>], resource: &Resource, context: &Context) -> Option<Reason> {
    let namespace = resource.namespace.as_deref().unwrap_or("default");
    let known = context.namespaces.contains_key(namespace)
        || !policies.iter().any(|one| selects_namespaces(&one.policy.body));
    (!known).then_some(Reason::NeedsState)
}

/// Does the policy look at the labels of namespaces, or at the namespace as a whole?
fn selects_namespaces(body: &Value) -> bool {
    match body {
        Value::String(text) => text.contains("namespaceObject"),
        Value::Object(map) => map.iter().any(|(key, value)| {
            (key == "namespaceSelector" && value.as_object().is_some_and(|map| !map.is_empty()))
                || selects_namespaces(value)
        }),
        Value::Array(items) => items.iter().any(selects_namespaces),
        _ => false,
    }
}
