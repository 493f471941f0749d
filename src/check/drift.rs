//! A policy that a page shows and that the site also keeps in a file: both must say the same.

use super::library::{self, Entry, Library};
use super::scope::PageScope;
use super::shown::{Shown, State};
use crate::diag::{Diagnostic, codes, diff};
use crate::kube::{self, Resource};
use crate::policy::Policy;
use crate::snippet::kubectl::{EffectKind, Objects, Submission};
use crate::snippet::{Partial, Passage, Snippet, Step};
use crate::source::yaml;
use serde_json::Value;
use std::ops::Range;

/// The finding for one shown policy, when the site keeps policies of its kind and name and it is a part of none.
pub(super) fn of_shown(shown: &Shown, snippet: &Snippet, library: &Library) -> Option<Diagnostic> {
    let State::Loaded(policy) = &shown.state else { return None };
    if snippet.settings.illustrative || snippet.settings.unchecked.is_some() {
        return None;
    }
    let same = |entry: &&Entry| {
        (entry.policy.kind, &entry.policy.name, &entry.policy.namespace)
            == (policy.kind, &policy.name, &policy.namespace)
    };
    let elided = snippet.partial == Some(Partial::Elided);
    let mut first = None;
    for entry in library.entries.iter().filter(same) {
        let field = difference(policy, &entry.policy, elided)?;
        first.get_or_insert((entry, field));
    }
    let (entry, field) = first?;
    let message = format!("the policy `{}` is not the one of `{}`", policy.name, entry.file.path());
    let found = Diagnostic::new(&codes::POLICY_DRIFT, shown.name_span, message)
        .label(format!("`{field}` differs"))
        .also(entry.name, "the policy of the site")
        .help(changes(&policy.body, &entry.policy.body, &field))
        .help("copy the file, leave whole rules out, or write `<!-- snippet: drift=illustrative -->` above the block");
    Some(found)
}

/// The same for the policies in the commands of a page: in heredocs, whether they are sent or written to a file.
pub(super) fn of_commands(page: &PageScope<'_>) -> Vec<Diagnostic> {
    let of_snippet = |(fence, snippet): (usize, &Snippet)| {
        let passages = snippet.steps.iter().flat_map(texts);
        let shown = passages.flat_map(|passage| held(page, fence, passage));
        shown.filter_map(|shown| of_shown(&shown, snippet, page.library)).collect::<Vec<_>>()
    };
    match page.library.entries.is_empty() {
        true => Vec::new(),
        false => page.snippets.iter().enumerate().flat_map(of_snippet).collect(),
    }
}

/// The manifests that a command holds itself.
fn texts(step: &Step) -> impl Iterator<Item = &Passage> {
    let sent = step.effects.iter().filter_map(|effect| match &effect.kind {
        EffectKind::Submit(Submission { objects: Objects::Text(passage), .. }) => Some(passage),
        _ => None,
    });
    sent.chain(step.writes.iter().map(|(_, passage)| passage))
}

fn held(page: &PageScope<'_>, fence: usize, passage: &Passage) -> Vec<Shown> {
    let shown = |resource: &Resource| {
        let policy = library::load(resource).ok()?;
        let place = |range: Option<Range<usize>>| range.and_then(|range| passage.span(&range));
        let span = place(resource.span())?;
        Some(Shown {
            page: page.page.id,
            fence,
            title: None,
            name: resource.name.clone(),
            span,
            name_span: place(resource.place("/metadata/name/")).unwrap_or(span),
            state: State::Loaded(Box::new(policy)),
        })
    };
    kube::read(&passage.text).0.iter().filter(|one| Policy::is_policy(one)).filter_map(shown).collect()
}

/// What would have to change on the page, as a difference of the part that differs.
fn changes(shown: &Value, file: &Value, field: &str) -> String {
    let top = if field.starts_with("metadata") { "metadata" } else { "spec" };
    let text = |body: &Value| yaml::to_string(&body[top]).unwrap_or_default();
    format!("from the page to the file, `{top}` changes:\n{}", diff::excerpt(&text(shown), &text(file)))
}

/// The first field of `shown` that the file does not have so; `None` when the page shows the policy or an honest part
/// of it. Metadata and whole rules may be left out, since what is shown then still means the same; nothing inside a
/// rule may, unless the page marks that something is missing.
fn difference(shown: &Policy, file: &Policy, elided: bool) -> Option<String> {
    let metadata = part(&shown.body["metadata"], &file.body["metadata"], "metadata");
    metadata.or_else(|| match elided {
        true => part(&shown.body["spec"], &file.body["spec"], "spec"),
        false => spec(&shown.body["spec"], &file.body["spec"]),
    })
}

fn spec(shown: &Value, file: &Value) -> Option<String> {
    let (Value::Object(own), Value::Object(kept)) = (shown, file) else { return part(shown, file, "spec") };
    let other = own
        .keys()
        .chain(kept.keys())
        .filter(|key| *key != "rules")
        .find(|key| own.get(*key) != kept.get(*key));
    if let Some(key) = other {
        return Some(format!("spec.{key}"));
    }
    let rules = file["rules"].as_array();
    for rule in shown["rules"].as_array().into_iter().flatten() {
        let name = &rule["name"];
        let kept = rules.into_iter().flatten().find(|kept| kept["name"] == *name);
        let path = format!("spec.rules[{}]", name.as_str().unwrap_or_default());
        match kept {
            Some(kept) if kept == rule => {}
            Some(kept) => return Some(part(rule, kept, &path).unwrap_or(path)),
            None => return Some(path),
        }
    }
    None
}

/// The first field of `shown` that `kept` lacks or has otherwise.
fn part(shown: &Value, kept: &Value, path: &str) -> Option<String> {
    match (shown, kept) {
        (Value::Object(shown), Value::Object(kept)) => shown.iter().find_map(|(key, value)| {
            let path = format!("{path}.{key}");
            kept.get(key).map_or(Some(path.clone()), |kept| part(value, kept, &path))
        }),
        (Value::Array(shown), Value::Array(kept)) => {
            let mut rest = kept.iter();
            let lacking = |value: &&Value| !rest.any(|kept| part(value, kept, path).is_none());
            shown.iter().find(lacking).map(|_| path.to_string())
        }
        _ => (shown != kept).then(|| path.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube;

    const FILE: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p, annotations: {a: b}}
spec:
  background: true
  rules:
  - {name: r, match: {any: [{resources: {kinds: [Pod]}}]}, exclude: {any: [{resources: {kinds: [Job]}}]}, validate: {message: m, pattern: {a: 1}}}
  - {name: s, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {message: m, pattern: {b: 1}}}
";

    fn differs(change: impl Fn(String) -> String, elided: bool) -> Option<String> {
        let load = |text: &str| Policy::load(&kube::read(text).0[0]).unwrap();
        difference(&load(&change(FILE.to_string())), &load(FILE), elided)
    }

    #[test]
    fn a_part_is_honest_when_it_still_means_the_same() {
        assert_eq!(differs(|text| text, false), None);
        assert_eq!(differs(|text| text.replace(", annotations: {a: b}", ""), false), None);
        let one_rule = |text: String| format!("{}\n", text.lines().take(7).collect::<Vec<_>>().join("\n"));
        assert_eq!(differs(one_rule, false), None);
        let changed = differs(|text| text.replace("b: 1", "b: 2"), false);
        assert_eq!(changed.as_deref(), Some("spec.rules[s].validate.pattern.b"));
        let setting = differs(|text| text.replace("  background: true\n", ""), false);
        assert_eq!(setting.as_deref(), Some("spec.background"));
        let exclude = |text: String| text.replace(" exclude: {any: [{resources: {kinds: [Job]}}]},", "");
        assert_eq!(differs(exclude, false).as_deref(), Some("spec.rules[r]"));
        assert_eq!(differs(exclude, true), None);
    }
}
