//! The objects that a command of a page submits.

use super::verdict::Reason;
use crate::kube::{self, Resource, scope};
use crate::policy::Policy;
use crate::snippet::kubectl::{Effect, EffectKind, Objects, Submission, Verb};
use crate::snippet::{self, Kind, Partial, Passage, Snippet, Step, shell};

/// Where a command stands on its page.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    /// The page's snippets.
    pub snippets: &'a [Snippet],
    /// The index of the command's snippet.
    pub snippet: usize,
    /// The index of the command among the snippet's steps.
    pub step: usize,
}

impl<'a> At<'a> {
    /// The commands of the page before this one, the last one first.
    pub fn earlier(self) -> impl Iterator<Item = &'a Step> {
        let own = self.snippets[self.snippet].steps.iter().take(self.step).rev();
        own.chain(self.snippets[..self.snippet].iter().rev().flat_map(|snippet| snippet.steps.iter().rev()))
    }
}

/// The command that a claim is about: the one that sends objects, else the one that would without its dry run, else the
/// first that talks to a cluster.
pub(super) fn submitting(step: &Step) -> Option<&Effect> {
    let submits = |effect: &&Effect| matches!(effect.kind, EffectKind::Submit(_));
    let kubernetes = |effect: &&Effect| effect.kind.is_kubernetes();
    let effects = || step.effects.iter();
    let sends = |effect: &&Effect| submits(effect) && submission(effect).is_ok();
    let first = effects().find(sends).or_else(|| effects().find(submits));
    first.or_else(|| effects().find(kubernetes)).or_else(|| effects().next())
}

/// The commands of a step that a claim is about: all that send or change objects in any case, as in `kubectl run a … &&
/// kubectl run b …`, else the one that [`submitting`] finds. Policies are judged by nobody here.
pub(super) fn asking<'a>(step: &'a Step, at: At<'_>) -> Vec<&'a Effect> {
    let asks = |effect: &&Effect| match &effect.kind {
        EffectKind::Submit(submission) => {
            submission.dry_run.as_deref() != Some("client") && !is_policy(submission, at)
        }
        EffectKind::Change(change) => !change.dry_run,
        _ => false,
    };
    let all: Vec<&Effect> =
        step.effects.iter().filter(|effect| !effect.conditional && asks(effect)).collect();
    if all.len() > 1 { all } else { submitting(step).into_iter().collect() }
}

/// A block that is a manifest, as if it were applied.
pub(super) fn of_manifest(snippet: &Snippet) -> Option<Effect> {
    let submission = Submission {
        verb: Verb::Apply,
        objects: Objects::Text(snippet.passage.clone()),
        namespace: None,
        dry_run: None,
        user: None,
        groups: Vec::new(),
        refused: Vec::new(),
    };
    let kind = EffectKind::Submit(submission);
    (snippet.kind == Kind::Manifest).then_some(Effect {
        kind,
        targets: Vec::new(),
        span: None,
        conditional: false,
    })
}

fn is_policy(submission: &Submission, at: At<'_>) -> bool {
    sent(&submission.objects, None, at).is_ok_and(|sent| sent.iter().all(Policy::is_policy))
}

/// The submission of an effect, or why there is none.
pub(super) fn submission(effect: &Effect) -> Result<&Submission, Reason> {
    match &effect.kind {
        EffectKind::Submit(submission) if submission.dry_run.as_deref() == Some("client") => {
            Err(Reason::ClientSide)
        }
        EffectKind::Submit(submission) => Ok(submission),
        EffectKind::Foreign(tool) => Err(Reason::ForeignCommand(tool.clone())),
        EffectKind::Kyverno(_) => Err(Reason::ForeignCommand("the Kyverno command line".to_string())),
        _ => Err(Reason::NeedsState),
    }
}

/// The objects that a command submits, policies left out: they are judged by nobody here.
pub(super) fn submitted(submission: &Submission, at: At<'_>) -> Result<Vec<Resource>, Reason> {
    let mut resources = sent(&submission.objects, submission.namespace.as_ref(), at)?;
    resources.retain(|resource| !Policy::is_policy(resource));
    if resources.is_empty() { Err(Reason::NoObject) } else { Ok(resources) }
}

/// The objects that a command names, those without a namespace in that of `-n`.
pub(super) fn sent(
    objects: &Objects,
    namespace: Option<&Option<String>>,
    at: At<'_>,
) -> Result<Vec<Resource>, Reason> {
    let mut resources = match objects {
        Objects::Text(passage) => read(&filled(&passage.text, false, at)?)?,
        Objects::Words(text) => read(&filled(text, false, at)?)?,
        Objects::Expanded(passage) => read(&filled(&passage.text, true, at)?)?,
        Objects::Files(names) => files(names, at)?,
        Objects::Made { .. } if is_partial(at) => return Err(Reason::Placeholder),
        Objects::Made { object, missing } if missing.is_empty() => {
            vec![Resource::from_json(object.clone()).map_err(|_| Reason::NoObject)?]
        }
        Objects::Made { .. } | Objects::Unknown(_) => return Err(Reason::NoObject),
    };
    match namespace {
        Some(Some(namespace)) => resources.iter_mut().for_each(|resource| put_namespace(resource, namespace)),
        Some(None) => return Err(Reason::Placeholder),
        None => {}
    }
    Ok(resources)
}

/// Does the command leave something out, or to be filled in: `kubectl run web --labels=team=YOUR_TEAM …`?
fn is_partial(at: At<'_>) -> bool {
    let step = at.snippets[at.snippet].steps.get(at.step);
    let partial = step.and_then(|step| snippet::partial(&step.text));
    matches!(partial, Some(Partial::Elided | Partial::Placeholder))
}

/// A manifest with the values that the author gives for what a reader, or where it `expands` a shell, puts in.
///
/// # Errors
/// When something is left to be put in: nobody knows what it would be decided on.
fn filled(text: &str, expands: bool, at: At<'_>) -> Result<String, Reason> {
    let mut filled = text.to_string();
    for (name, value) in &at.snippets[at.snippet].settings.vars {
        filled = filled.replace(&format!("<{name}>"), value);
        if expands {
            filled = shell::assigned(&filled, name, value);
        }
    }
    match snippet::partial(&filled).is_some() || (expands && shell::first_expansion(&filled).is_some()) {
        true => Err(Reason::Placeholder),
        false => Ok(filled),
    }
}

/// The manifests of files that earlier commands write, or that fences of the page have as their titles.
pub(super) fn files(names: &[String], at: At<'_>) -> Result<Vec<Resource>, Reason> {
    let mut found = Vec::new();
    for name in names {
        found.extend(match written(name, at) {
            Some(Some(passage)) => read(&filled(&passage.text, false, at)?)?,
            Some(None) => return Err(Reason::NoObject),
            None => titled(name, at)?,
        });
    }
    if found.is_empty() { Err(Reason::NoObject) } else { Ok(found) }
}

/// Did a command of the page change the file in a way that nobody knows?
pub(super) fn is_altered(name: &str, at: At<'_>) -> bool {
    matches!(written(name, at), Some(None))
}

/// What a command before, or a part of the command itself, last put into a file; `Some(None)` where nobody knows.
fn written<'a>(name: &str, at: At<'a>) -> Option<Option<&'a Passage>> {
    let is_it = |file: &str| local(file) == local(name);
    let own = at.snippets[at.snippet].steps.get(at.step);
    own.into_iter().chain(at.earlier()).find_map(|step| {
        let written = step.writes.iter().rev().find(|(file, _)| is_it(file));
        match step.alters.iter().any(|file| is_it(file)) {
            true => Some(None),
            false => written.map(|(_, passage)| Some(passage)),
        }
    })
}

/// The nearest fence above with this title, else the first one below.
fn titled(name: &str, at: At<'_>) -> Result<Vec<Resource>, Reason> {
    let is_it =
        |snippet: &&Snippet| snippet.title.as_deref().is_some_and(|title| local(title) == local(name));
    let (above, below) = at.snippets.split_at(at.snippet);
    let snippet =
        above.iter().rev().find(is_it).or_else(|| below.iter().find(is_it)).ok_or(Reason::NoObject)?;
    if snippet.partial.is_none() { Ok(snippet.resources.clone()) } else { Err(Reason::Placeholder) }
}

fn local(name: &str) -> &str {
    name.trim_start_matches("./")
}

/// The objects of a text, when it holds some and nothing that cannot be read.
pub(super) fn read(text: &str) -> Result<Vec<Resource>, Reason> {
    let (resources, errors) = kube::read(text);
    if resources.is_empty() || !errors.is_empty() { Err(Reason::NoObject) } else { Ok(resources) }
}

/// `Pod default/web`; an object without a namespace goes into the default one.
pub(super) fn told(resource: &Resource) -> String {
    let lies_in_default = resource.namespace.is_none() && !scope::is_cluster_scoped(&resource.gvk, &[]);
    let namespace = if lies_in_default { "default/" } else { "" };
    format!("{} {namespace}{}", resource.gvk.kind, resource.display_name())
}

fn put_namespace(resource: &mut Resource, namespace: &str) {
    if resource.namespace.is_none() && !scope::is_cluster_scoped(&resource.gvk, &[]) {
        resource.namespace = Some(namespace.to_string());
        resource.body["metadata"]["namespace"] = namespace.into();
    }
}
