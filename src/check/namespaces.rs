//! The namespaces that a page makes, as they are when one of its commands runs.

use super::objects::At;
use crate::kube::{self, Resource};
use crate::policy::Context;
use crate::snippet::kubectl::{Change, Changed, Deletion, Effect, EffectKind, Objects, Submission, Target};
use crate::snippet::{Snippet, Step};
use serde_json::json;
use std::collections::BTreeMap;

/// The label that every namespace has from the API server itself.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Namespaces by name. One that is not here may exist, with labels that nobody tells.
#[derive(Default)]
pub(super) struct Namespaces(BTreeMap<String, Resource>);

impl Namespaces {
    /// What is known before the command at `at`: of `fixtures`, which exist beforehand, of manifests above its block,
    /// and of what earlier commands do.
    pub fn before(at: At<'_>, fixtures: Vec<Resource>) -> Namespaces {
        let mut known = Namespaces::default();
        let shown =
            at.snippets[..at.snippet].iter().flat_map(|snippet: &Snippet| snippet.resources.iter().cloned());
        known.send(fixtures.into_iter().chain(shown));
        let earlier: Vec<&Step> = at.earlier().collect();
        for effect in earlier.into_iter().rev().flat_map(|step| &step.effects) {
            known.pass(effect);
        }
        known
    }

    /// Tell the evaluator.
    pub fn tell(self, context: &mut Context) {
        for (name, Resource { mut labels, mut body, .. }) in self.0 {
            labels.insert(NAME_LABEL.to_string(), name.clone());
            body["metadata"]["labels"] = json!(labels);
            context.namespaces.insert(name.clone(), labels);
            context.namespace_objects.insert(name, body);
        }
    }

    fn pass(&mut self, effect: &Effect) {
        match &effect.kind {
            EffectKind::Submit(Submission { dry_run: Some(_), .. }) => {}
            EffectKind::Submit(submission) if submission.refused.is_empty() && !effect.conditional => {
                self.send(sent(&submission.objects).into_iter());
            }
            EffectKind::Change(Change { dry_run: true, .. }) => {}
            EffectKind::Change(change) if change.refused.is_empty() => {
                for target in change.targets.iter().flatten().filter(is_namespace) {
                    match &change.what {
                        Changed::Labels(pairs) if !effect.conditional => self.label(target, pairs),
                        _ => self.forget(target),
                    }
                }
            }
            EffectKind::Delete(Deletion { targets, .. }) => {
                targets.iter().filter(is_namespace).for_each(|target| self.forget(target));
            }
            _ => {}
        }
    }

    /// Labels that a manifest does not name stay, as `kubectl apply` leaves them.
    fn send(&mut self, resources: impl Iterator<Item = Resource>) {
        let of_core = |one: &Resource| one.gvk.kind == "Namespace" && one.gvk.group.is_empty();
        for mut resource in resources.filter(of_core) {
            if let Some(mut old) = self.0.remove(&resource.name) {
                old.labels.append(&mut resource.labels);
                resource.labels = old.labels;
            }
            self.0.insert(resource.name.clone(), resource);
        }
    }

    fn label(&mut self, target: &Target, pairs: &[(String, Option<String>)]) {
        let is_meant = |name: &str| target.name.as_deref().is_none_or(|meant| meant == name);
        for (_, namespace) in self.0.iter_mut().filter(|(name, _)| is_meant(name)) {
            for (key, value) in pairs {
                match value {
                    Some(value) => namespace.labels.insert(key.clone(), value.clone()),
                    None => namespace.labels.remove(key),
                };
            }
        }
    }

    fn forget(&mut self, target: &Target) {
        self.0.retain(|name, _| target.name.as_deref().is_some_and(|meant| meant != name));
    }
}

fn is_namespace(target: &&Target) -> bool {
    matches!(target.kind.as_str(), "ns" | "namespace" | "namespaces")
}

fn sent(objects: &Objects) -> Vec<Resource> {
    match objects {
        Objects::Text(passage) => kube::read(&passage.text).0,
        Objects::Made { object, missing } if missing.is_empty() => {
            Resource::from_json(object.clone()).ok().into_iter().collect()
        }
        _ => Vec::new(),
    }
}
