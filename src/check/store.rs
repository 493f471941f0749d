//! The objects that a page makes, as they are when one of its commands runs.

use super::objects::{self, At};
use super::verdict::Reason;
use crate::kube::{Resource, merge_patch, scope};
use crate::policy::{Context, json_patch, strategic_merge};
use crate::snippet::expect::Class;
use crate::snippet::kubectl::{Change, Changed, Deletion, Effect, EffectKind, Submission, Target};
use crate::snippet::{Role, Snippet, Step};
use serde_json::{Value, json};

/// The label that every namespace has from the API server itself.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";
/// The namespace of what names none.
const DEFAULT: &str = "default";

/// Objects that are known. One that is not here may exist, in a shape that nobody tells.
#[derive(Default)]
pub(super) struct Store(Vec<Resource>);

impl Store {
    /// What is known before the command at `at`: of `fixtures`, which exist beforehand, of manifests above its block,
    /// and of what earlier commands do.
    pub fn before(at: At<'_>, fixtures: Vec<Resource>) -> Store {
        let above = at.snippets[..at.snippet].iter().filter(|snippet| snippet.role != Role::Bad);
        let shown = above.flat_map(|snippet| snippet.resources.iter().cloned());
        Store::made(at, fixtures.into_iter().chain(shown))
    }

    /// What is there before the command at `at` for sure: `first`, and what earlier commands do.
    pub fn made(at: At<'_>, first: impl Iterator<Item = Resource>) -> Store {
        let mut store = Store::default();
        store.send(first);
        for (index, snippet) in at.snippets[..=at.snippet].iter().enumerate() {
            let count = if index == at.snippet { at.step } else { snippet.steps.len() };
            for (step, command) in snippet.steps.iter().enumerate().take(count) {
                store.run(command, is_denied(snippet, step), At { snippet: index, step, ..at });
            }
        }
        store
    }

    /// Tell the evaluator of namespaces.
    pub fn tell(&self, context: &mut Context) {
        for namespace in self.0.iter().filter(|one| is_namespace(one)) {
            let (mut labels, mut body) = (namespace.labels.clone(), namespace.body.clone());
            labels.insert(NAME_LABEL.to_string(), namespace.name.clone());
            body["metadata"]["labels"] = json!(labels);
            context.namespaces.insert(namespace.name.clone(), labels);
            context.namespace_objects.insert(namespace.name.clone(), body);
        }
    }

    /// These objects as they are before they are sent; `None` unless all of them are there.
    pub fn all(&self, sent: &[Resource]) -> Option<Vec<Resource>> {
        sent.iter().map(|sent| self.0.iter().find(|one| is_same(one, sent)).cloned()).collect()
    }

    /// The objects that a change is about, before it and after it.
    ///
    /// # Errors
    /// Why they are not known.
    pub fn changed(&self, change: &Change) -> Result<Vec<(Resource, Resource)>, Reason> {
        let targets = change.targets.as_deref().filter(|_| change.selector.is_none());
        let namespace = namespace(change.namespace.as_ref())?;
        let pair = |target: &Target| {
            let name = target.name.as_deref().ok_or(Reason::NeedsState)?;
            let known = self.0.iter().find(|one| is_meant(one, &target.kind, Some(name), namespace));
            let before = known.ok_or(Reason::NeedsState)?;
            Ok((before.clone(), after(before, &change.what).ok_or(Reason::NeedsState)?))
        };
        targets.ok_or(Reason::NeedsState)?.iter().map(pair).collect()
    }

    fn run(&mut self, command: &Step, denied: bool, at: At<'_>) {
        for effect in &command.effects {
            match &effect.kind {
                EffectKind::Submit(Submission { dry_run: Some(_), .. })
                | EffectKind::Change(Change { dry_run: true, .. }) => {}
                // What the page says is denied leaves everything as it was.
                EffectKind::Submit(_) | EffectKind::Change(_) if denied => {}
                EffectKind::Submit(submission) => self.submit(submission, effect, at),
                EffectKind::Change(change) if change.refused.is_empty() => self.change(change, effect),
                EffectKind::Delete(deletion) => self.delete(deletion, at),
                _ => {}
            }
        }
    }

    fn submit(&mut self, submission: &Submission, effect: &Effect, at: At<'_>) {
        let Ok(resources) = objects::submitted(submission, at) else { return };
        match submission.refused.is_empty() && !effect.conditional {
            true => self.send(resources.into_iter()),
            false => self.0.retain(|one| !resources.iter().any(|sent| is_same(one, sent))),
        }
    }

    /// Labels and annotations that a manifest does not name stay, as `kubectl apply` leaves them.
    fn send(&mut self, resources: impl Iterator<Item = Resource>) {
        for mut resource in resources {
            if let Some(at) = self.0.iter().position(|one| is_same(one, &resource)) {
                let old = self.0.remove(at);
                for field in ["labels", "annotations"] {
                    let mut kept = old.body["metadata"][field].clone();
                    if resource.body["metadata"][field].is_object() {
                        merge_patch::merge(&mut kept, resource.body["metadata"][field].take());
                    }
                    if kept.is_object() {
                        resource.body["metadata"][field] = kept;
                    }
                }
                resource = Resource::from_json(resource.body.clone()).unwrap_or(resource);
            }
            self.0.push(resource);
        }
    }

    fn change(&mut self, change: &Change, effect: &Effect) {
        let namespace = namespace(change.namespace.as_ref()).ok();
        for target in change.targets.iter().flatten() {
            let known = std::mem::take(&mut self.0).into_iter();
            self.0 = known
                .filter_map(|one| {
                    let name = target.name.as_deref();
                    let meant =
                        namespace.is_none_or(|namespace| is_meant(&one, &target.kind, name, namespace));
                    let sure = !effect.conditional && change.selector.is_none() && namespace.is_some();
                    match meant {
                        false => Some(one),
                        true => sure.then(|| after(&one, &change.what)).flatten(),
                    }
                })
                .collect();
        }
    }

    /// Of what may be deleted nothing is known any more.
    fn delete(&mut self, deletion: &Deletion, at: At<'_>) {
        let namespace = namespace(deletion.namespace.as_ref()).unwrap_or(DEFAULT);
        for target in &deletion.targets {
            self.0.retain(|one| !is_meant(one, &target.kind, target.name.as_deref(), namespace));
        }
        let Some(objects) = &deletion.objects else { return };
        match objects::sent(objects, deletion.namespace.as_ref(), at) {
            Ok(gone) => self.0.retain(|one| !gone.iter().any(|gone| is_same(one, gone))),
            Err(_) => self.0.clear(),
        }
    }
}

/// Does the page claim that what this command sends is denied?
fn is_denied(snippet: &Snippet, step: usize) -> bool {
    snippet.claims.iter().any(|claim| claim.step == Some(step) && matches!(claim.class, Class::Denied(_)))
}

fn is_namespace(resource: &Resource) -> bool {
    resource.gvk.kind == "Namespace" && resource.gvk.group.is_empty()
}

fn namespace(flag: Option<&Option<String>>) -> Result<&str, Reason> {
    match flag {
        None => Ok(DEFAULT),
        Some(Some(namespace)) => Ok(namespace),
        Some(None) => Err(Reason::Placeholder),
    }
}

fn is_same(one: &Resource, other: &Resource) -> bool {
    let place = |resource: &Resource| resource.namespace.clone().unwrap_or(DEFAULT.to_string());
    one.gvk.group == other.gvk.group
        && one.gvk.kind == other.gvk.kind
        && one.name == other.name
        && place(one) == place(other)
}

/// Does `kubectl` mean this object by these words?
fn is_meant(resource: &Resource, kind: &str, name: Option<&str>, namespace: &str) -> bool {
    let gvk = &resource.gvk;
    let (word, group) = kind.split_once('.').unwrap_or((kind, ""));
    let word = word.to_lowercase();
    let plural = scope::built_in(&gvk.group, &gvk.kind)
        .map_or_else(|| scope::guessed_plural(&gvk.kind), |info| info.plural);
    let word = scope::of_short_name(&word).unwrap_or(&word);
    (word == plural || word == gvk.kind.to_lowercase())
        && (group.is_empty() || group.ends_with(&gvk.group))
        && name.is_none_or(|name| name == resource.name)
        && (scope::is_cluster_scoped(gvk, &[])
            || resource.namespace.as_deref().unwrap_or(DEFAULT) == namespace)
}

/// The object after a change; `None` when nobody can tell.
fn after(before: &Resource, what: &Changed) -> Option<Resource> {
    let mut body = before.body.clone();
    match what {
        Changed::Labels(pairs) => merge_patch::merge(&mut body, json!({"metadata": {"labels": map(pairs)}})),
        Changed::Annotations(pairs) => {
            merge_patch::merge(&mut body, json!({"metadata": {"annotations": map(pairs)}}));
        }
        Changed::Replicas(count) => merge_patch::merge(&mut body, json!({"spec": {"replicas": count}})),
        Changed::Images(images) => set_images(&mut body, images)?,
        Changed::Patch(kind, patch) => match kind.as_str() {
            "merge" => merge_patch::merge(&mut body, patch.clone()),
            "strategic" => body = strategic_merge(&body, patch, &before.gvk).ok()?,
            "json" => body = json_patched(&body, patch.as_array()?)?,
            _ => return None,
        },
        Changed::Other(_) => return None,
    }
    Resource::from_json(body).ok()
}

/// `body` under a JSON patch. The API server takes none that replaces what is not there.
fn json_patched(body: &Value, operations: &[Value]) -> Option<Value> {
    let fits = |body: &Value, one: &Value| {
        one["op"] != "replace" || one["path"].as_str().is_some_and(|path| body.pointer(path).is_some())
    };
    operations.iter().try_fold(body.clone(), |body, one| {
        let patched = json_patch::apply(&body, std::slice::from_ref(one), json_patch::Style::Cel).ok();
        patched.filter(|_| fits(&body, one))
    })
}

/// As a merge patch has it: `null` takes away.
fn map(pairs: &[(String, Option<String>)]) -> Value {
    pairs.iter().map(|(key, value)| (key.clone(), json!(value))).collect()
}

fn set_images(body: &mut Value, images: &[(String, String)]) -> Option<()> {
    let paths = [
        "/spec/template/spec/containers",
        "/spec/jobTemplate/spec/template/spec/containers",
        "/spec/containers",
    ];
    let path = paths.into_iter().find(|path| body.pointer(path).is_some())?;
    let containers = body.pointer_mut(path)?.as_array_mut()?;
    for (name, image) in images {
        let meant = |one: &&mut Value| name == "*" || one["name"] == **name;
        let mut found = false;
        for container in containers.iter_mut().filter(meant) {
            container["image"] = json!(image);
            found = true;
        }
        found.then_some(())?;
    }
    Some(())
}
