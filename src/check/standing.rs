//! What earlier commands of a page may have done to the policies that a claim rests on.
//!
//! A policy stands as the page shows it from the place where the page shows it last or sends it; one that is only
//! named, from the top of the page. What comes between that place and the claim's command is looked at backwards: a
//! command that takes the policy away, changes it, or may do either, leaves open what the claim's command meets.

use super::candidate::{Candidate, is_file};
use super::objects::{self, At};
use super::scope::PageScope;
use super::verdict::Reason;
use super::view::Fact;
use crate::kube::Resource;
use crate::policy::{Policy, PolicyKind};
use crate::snippet::kubectl::{Change, Deletion, EffectKind, Objects, Submission, Target};
use crate::snippet::{self, Step};

/// The namespace of Kyverno itself.
const NAMESPACE: &str = "kyverno";
/// Why nothing is known after that.
const ENGINE: &str = "Kyverno itself is changed";
/// Short names of kinds of policy, which `kubectl` takes too.
const SHORT_NAMES: [&str; 9] = ["cpol", "pol", "polex", "vpol", "mpol", "gpol", "dpol", "ivpol", "nvpol"];

/// What a command does to policies.
enum Touch {
    /// Nothing.
    None,
    /// It sends these objects, policies among them.
    Sends(Vec<Resource>),
    /// It takes away or changes policies of these names; `None`: every one.
    Changes(Vec<Option<String>>),
    /// It sends a file that the site does not have: its name.
    Unread(String),
    /// It may do anything: why.
    Unknown(String),
}

/// The way back from a claim's command.
struct Back<'a> {
    /// The policies that are not settled yet.
    asked: Vec<Candidate<'a>>,
    /// The author names them at the claim itself: what may be does not count, only what is known to be done to them.
    named: bool,
    /// Files that were sent and cannot be read.
    unread: Vec<String>,
}

impl PageScope<'_> {
    /// What is taken on trust when the policies `asked` stand as they should when the command at `at` runs.
    ///
    /// # Errors
    /// Why nobody can tell how they stand.
    pub fn standing(&self, asked: Vec<Candidate<'_>>, at: At<'_>) -> Result<Option<Fact>, Reason> {
        let mut back = Back { asked, named: false, unread: Vec::new() };
        for index in (0..=at.snippet).rev() {
            let snippet = &at.snippets[index];
            let before = if index == at.snippet { at.step } else { snippet.steps.len() };
            for (step, command) in snippet.steps.iter().enumerate().take(before).rev() {
                let at = At { snippet: index, step, ..at };
                for effect in command.effects.iter().rev() {
                    let touch = self.touch(&effect.kind, at);
                    back.pass(touch, effect.conditional).map_err(|why| self.since(command, &why))?;
                }
            }
            back.named |= index == at.snippet && snippet.scope.names_itself;
            back.asked.retain(|one| !self.own().any(|shown| shown.fence == index && shown.span == one.span));
            if back.asked.is_empty() {
                break;
            }
        }
        Ok(back.trusted())
    }

    fn since(&self, command: &Step, why: &str) -> Reason {
        let file = self.sources.file(command.span.file);
        let line = file.map_or(0, |file| file.line_column(command.span.start as usize).line);
        Reason::StateUnknown(format!("since line {line}: {why}"))
    }

    fn touch(&self, effect: &EffectKind, at: At<'_>) -> Touch {
        match effect {
            EffectKind::Submit(submission) => self.submission(submission, at),
            EffectKind::Change(Change { dry_run: true, .. }) => Touch::None,
            EffectKind::Change(change) if !change.refused.is_empty() => Touch::None,
            EffectKind::Change(Change { targets: None, .. }) => {
                Touch::Unknown("which objects are changed is not known".to_string())
            }
            EffectKind::Change(Change { targets: Some(targets), namespace, .. }) => {
                changes(targets, namespace.as_ref())
            }
            EffectKind::Delete(deletion) => self.deletion(deletion, at),
            EffectKind::Unknown(why) => Touch::Unknown(why.clone()),
            EffectKind::Read | EffectKind::Kyverno(_) | EffectKind::Foreign(_) => Touch::None,
        }
    }

    fn submission(&self, submission: &Submission, at: At<'_>) -> Touch {
        if submission.dry_run.is_some() || !submission.refused.is_empty() {
            return Touch::None;
        }
        self.held(&submission.objects, at)
    }

    fn deletion(&self, deletion: &Deletion, at: At<'_>) -> Touch {
        let namespace = deletion.namespace.as_ref();
        let Some(objects) = &deletion.objects else { return changes(&deletion.targets, namespace) };
        match self.held(objects, at) {
            _ if matches!(objects, Objects::Files(names) if names.iter().any(|name| is_kyverno_itself(name))) => {
                Touch::Unknown(ENGINE.to_string())
            }
            Touch::Sends(resources) => {
                let target = |one: Resource| Target { kind: one.gvk.kind, name: Some(one.name) };
                changes(&resources.into_iter().map(target).collect::<Vec<_>>(), namespace)
            }
            Touch::Unread(name) => Touch::Unknown(format!("what `{name}` holds is not on this site")),
            other => other,
        }
    }

    /// The objects that are sent. Those that are not known whole may yet be known to be no policies.
    fn held(&self, objects: &Objects, at: At<'_>) -> Touch {
        let read = |text: &str| match objects::read(text) {
            Ok(resources) => Touch::Sends(resources),
            Err(_) => Touch::Unknown("the objects cannot be read".to_string()),
        };
        match objects {
            // `kubectl create` and `run` make no policies.
            Objects::Made { .. } => Touch::None,
            Objects::Expanded(passage) => match objects::read(&passage.text) {
                Ok(resources) if !resources.iter().any(is_policy) => Touch::None,
                _ => Touch::Unknown("what the shell puts into the objects is not known".to_string()),
            },
            Objects::Text(passage) => read(&passage.text),
            Objects::Words(text) => read(text),
            Objects::Files(names) => self.files(names, at),
            Objects::Unknown(why) => Touch::Unknown(why.clone()),
        }
    }

    fn files(&self, names: &[String], at: At<'_>) -> Touch {
        let mut all = Vec::new();
        for name in names.iter().filter(|name| !is_kyverno_itself(name)) {
            if objects::is_altered(name, at) {
                return Touch::Unknown(format!("`{name}` was changed before it is sent"));
            }
            match self.file(name, at) {
                Some(resources) => all.extend(resources),
                None if may_be_of_the_page(name) => return Touch::Unread(name.clone()),
                None => return Touch::Unknown(format!("what `{name}` holds is not on this site")),
            }
        }
        Touch::Sends(all)
    }

    /// The objects of a file that the page shows, or that lies among the policies of the site.
    fn file(&self, name: &str, at: At<'_>) -> Option<Vec<Resource>> {
        if let Ok(resources) = objects::files(&[name.to_string()], at) {
            return Some(resources);
        }
        let folder = format!("{}/", name.trim_start_matches("./").trim_end_matches('/'));
        let is_meant = |path: &str| is_file(path, name) || path.starts_with(&folder);
        let objects = self.library.objects.iter().filter(|(file, _)| is_meant(file.path().as_str()));
        let objects: Vec<Resource> = objects.map(|(_, resource)| resource.clone()).collect();
        (!objects.is_empty()).then_some(objects)
    }
}

impl Back<'_> {
    /// Go back over a command.
    ///
    /// # Errors
    /// Why it leaves open how the policies stand.
    fn pass(&mut self, touch: Touch, conditional: bool) -> Result<(), String> {
        match touch {
            Touch::None => Ok(()),
            Touch::Unread(name) => {
                self.unread.push(name);
                Ok(())
            }
            Touch::Unknown(_) if self.named => Ok(()),
            Touch::Unknown(why) => Err(why),
            Touch::Changes(names) => {
                let is_one = |one: &Candidate, name: &Option<String>| {
                    name.as_deref().is_none_or(|name| one.policy.name == name)
                };
                match self.asked.iter().find(|one| names.iter().any(|name| is_one(one, name))) {
                    Some(one) => Err(format!("`{}` is changed or deleted", one.policy.name)),
                    None => Ok(()),
                }
            }
            Touch::Sends(resources) => self.sent(&resources, conditional),
        }
    }

    fn sent(&mut self, resources: &[Resource], conditional: bool) -> Result<(), String> {
        if resources.iter().any(is_exception) {
            return Err("an exception is made".to_string());
        }
        let replaced =
            |one: &&Candidate| resources.iter().any(|sent| has_name_of(sent, one) && !is_of(sent, one));
        if let Some(one) = self.asked.iter().find(replaced) {
            return Err(format!("`{}` is sent with other rules", one.policy.name));
        }
        if !conditional {
            self.asked.retain(|one| !resources.iter().any(|sent| is_of(sent, one)));
        }
        Ok(())
    }

    /// What readers are told of files that nobody has read.
    fn trusted(mut self) -> Option<Fact> {
        self.unread.reverse();
        let files = self.unread.join(", ");
        (!files.is_empty()).then(|| Fact {
            label: "Not read".to_string(),
            value: Some(format!("{files} (taken for what the page shows)")),
        })
    }
}

/// Pages tell to save what they show under names that stand only in the command. A file from elsewhere is none of
/// those, and nobody takes an exception for a policy.
fn may_be_of_the_page(name: &str) -> bool {
    !name.contains("://") && !name.to_lowercase().contains("exception")
}

/// What a change of named objects means for policies.
fn changes(targets: &[Target], namespace: Option<&Option<String>>) -> Touch {
    if targets.iter().any(is_engine) || namespace == Some(&Some(NAMESPACE.to_string())) {
        return Touch::Unknown(ENGINE.to_string());
    }
    let policies = targets.iter().filter(|target| is_kind_of_policy(&target.kind));
    Touch::Changes(policies.map(|target| target.name.clone()).collect())
}

/// Does `kubectl` mean a kind of policy by this, not a report or somebody else's? `clusterpolicies.kyverno.io`, `cpol`.
pub(super) fn is_kind_of_policy(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    let name = kind.split('.').next().unwrap_or(&kind);
    let foreign = ["networkpolic", "securitypolic", "policyreport"];
    SHORT_NAMES.contains(&name)
        || (name.contains("polic") && !foreign.iter().any(|foreign| name.contains(foreign)))
}

/// Without these no policy is asked.
fn is_engine(target: &Target) -> bool {
    let kind = target.kind.to_lowercase();
    let is_namespace = matches!(kind.as_str(), "ns" | "namespace" | "namespaces");
    kind.starts_with("validatingwebhookconfiguration")
        || kind.starts_with("mutatingwebhookconfiguration")
        || (is_namespace && target.name.as_deref().is_none_or(|name| name == NAMESPACE))
}

/// The manifest that Kyverno is installed from brings the engine, and no policy.
fn is_kyverno_itself(file: &str) -> bool {
    file.starts_with("https://github.com/kyverno/kyverno/") && file.ends_with("/install.yaml")
}

fn is_policy(resource: &Resource) -> bool {
    Policy::is_policy(resource) || snippet::is_policy(resource)
}

fn is_exception(resource: &Resource) -> bool {
    PolicyKind::of(&resource.gvk.group, &resource.gvk.kind) == Some(PolicyKind::PolicyException)
}

fn has_name_of(sent: &Resource, one: &Candidate<'_>) -> bool {
    sent.name == one.policy.name && PolicyKind::of(&sent.gvk.group, &sent.gvk.kind) == Some(one.policy.kind)
}

fn is_of(sent: &Resource, one: &Candidate<'_>) -> bool {
    has_name_of(sent, one) && sent.body["spec"] == one.policy.body["spec"]
}
