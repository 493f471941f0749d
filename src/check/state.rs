//! What a verdict would need to know of a cluster, and what the page tells of it.

use super::candidate::Candidate;
use super::objects::{self, At};
use super::store::Store;
use super::verdict::Reason;
use crate::kube::Resource;
use crate::policy::{Context, Operation, User};
use crate::snippet::kubectl::{Effect, EffectKind, Verb};
use serde_json::Value;

/// What a command asks the API server for.
pub(super) struct Request {
    /// The objects as they would be.
    pub resources: Vec<Resource>,
    /// Those of them that exist, as they are.
    pub before: Vec<Resource>,
    /// Who asks, and the namespaces that the page makes.
    pub context: Context,
    /// Why kubectl ends before it asks.
    pub refused: Vec<String>,
}

/// The request of a command. `fixtures` exist beforehand.
///
/// # Errors
/// Why it is not known.
pub(super) fn request(effect: &Effect, at: At<'_>, fixtures: Vec<Resource>) -> Result<Request, Reason> {
    let settings = &at.snippets[at.snippet].settings;
    let there = Store::made(at, fixtures.iter().cloned());
    let store = Store::before(at, fixtures);
    let (mut context, mut before) = (Context::default(), Vec::new());
    let (mut user, mut groups) = (settings.user.clone(), Vec::new());
    let (resources, refused) = match &effect.kind {
        EffectKind::Change(change) if !change.dry_run => {
            context.operation = Operation::Update;
            let (old, new) = store.changed(change)?.into_iter().unzip();
            before = old;
            (new, change.refused.clone())
        }
        _ => {
            let submission = objects::submission(effect)?;
            user = submission.user.clone().or(user);
            groups = submission.groups.clone();
            let resources = objects::submitted(submission, at)?;
            if let Some(old) = there.all(&resources).filter(|_| submission.verb != Verb::Create) {
                context.operation = Operation::Update;
                before = old;
            }
            (resources, submission.refused.clone())
        }
    };
    if let Some(operation) = settings.operation.as_deref().and_then(Operation::parse) {
        context.operation = operation;
    }
    context.user = user.map(|name| User { name, groups, ..User::default() });
    store.tell(&mut context);
    Ok(Request { resources, before, context, refused })
}

/// Why the verdict of `policies` on `resource` would depend on something that nobody tells: the labels of a namespace, or
/// the object before a change.
pub(super) fn open(policies: &[Candidate<'_>], resource: &Resource, context: &Context) -> Option<Reason> {
    if context.operation == Operation::Update
        && policies.iter().any(|one| mentions(&one.policy.body, "oldObject"))
    {
        return Some(Reason::NeedsState);
    }
    if policies.iter().any(|one| depends_on_user(&one.policy.body, context.user.is_some())) {
        return Some(Reason::NeedsUser);
    }
    let namespace = resource.namespace.as_deref().unwrap_or("default");
    let known = context.namespaces.contains_key(namespace)
        || !policies.iter().any(|one| selects_namespaces(&one.policy.body));
    (!known).then_some(Reason::NeedsState)
}

/// Does the policy look at who sends the object, beyond what the page says of them? Which roles a user has it never says.
fn depends_on_user(body: &Value, named: bool) -> bool {
    let listed = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let fields: &[&str] =
        if named { &["roles", "clusterRoles"] } else { &["roles", "clusterRoles", "subjects"] };
    let selects = |part: &str| {
        holds(&body["spec"], &|key, value| {
            key == part && holds(value, &|key, value| fields.contains(&key) && listed(value))
        })
    };
    selects("match") || selects("exclude") || (!named && mentions(&body["spec"], "userInfo"))
}

/// Does the policy look at the labels of namespaces, or at the namespace as a whole?
fn selects_namespaces(body: &Value) -> bool {
    let selects = |value: &Value| value.as_object().is_some_and(|map| !map.is_empty());
    mentions(body, "namespaceObject")
        || holds(body, &|key, value| key == "namespaceSelector" && selects(value))
}

/// Is the word part of a text anywhere in it?
fn mentions(body: &Value, word: &str) -> bool {
    match body {
        Value::String(text) => text.contains(word),
        Value::Object(map) => map.values().any(|value| mentions(value, word)),
        Value::Array(items) => items.iter().any(|item| mentions(item, word)),
        _ => false,
    }
}

/// Is there such a field anywhere in it?
fn holds(body: &Value, field: &dyn Fn(&str, &Value) -> bool) -> bool {
    match body {
        Value::Object(map) => map.iter().any(|(key, value)| field(key, value) || holds(value, field)),
        Value::Array(items) => items.iter().any(|item| holds(item, field)),
        _ => false,
    }
}
