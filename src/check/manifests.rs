//! Objects that pages and files hold, against the schemas of their kinds.

use super::library::{self, Library};
use super::schemas::Known;
use crate::diag::{Diagnostic, Severity, codes};
use crate::kube::schema::{Fault, FaultKind, Found, Kind, Origin, Schemas, Version};
use crate::kube::{self, Gvk, Resource};
use crate::policy::{self, Policy};
use crate::site::PageId;
use crate::snippet::kubectl::{EffectKind, Objects};
use crate::snippet::{self, Passage, Role, Snippet};
use crate::source::Span;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What the objects of pages and of the policies' files have that their kinds do not take. Those of kinds that
/// nobody defines are named once each as not checked.
pub(super) fn findings(
    known: &Known<'_>,
    library: &Library,
    snippets: &BTreeMap<PageId, Vec<Snippet>>,
) -> Vec<Diagnostic> {
    let mut judge = Judge { known, found: Vec::new(), strangers: BTreeSet::new() };
    for of_page in snippets.values() {
        let applied: Vec<&str> =
            of_page.iter().flat_map(|one| &one.scope.applied).map(|name| local(name)).collect();
        for snippet in of_page.iter().filter(|snippet| snippet.settings.unchecked.is_none()) {
            judge.fence(snippet, &applied);
            judge.commands(snippet, &applied);
        }
    }
    for (file, resource) in &library.objects {
        let span = |range: Range<usize>| Some(file.span(range.start, range.end));
        let place = Place { span: &span, whole: file.span(0, 0), version: None };
        judge.resource(resource, &place, Use::File);
    }
    judge.found
}

/// What an object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// The page sends it to a cluster.
    Applied,
    /// The page shows it. It may be no more than what the text is about, so that nothing can be missing.
    Shown,
    /// It is an example of what is wrong with something else.
    Bad,
    /// It lies in a file beside policies.
    File,
}

/// Where an object stands.
struct Place<'a> {
    span: &'a dyn Fn(Range<usize>) -> Option<Span>,
    whole: Span,
    /// The version of Kubernetes that its page is about.
    version: Option<Version>,
}

struct Judge<'a> {
    known: &'a Known<'a>,
    found: Vec<Diagnostic>,
    /// Kinds that were named as not checked.
    strangers: BTreeSet<Gvk>,
}

impl Judge<'_> {
    fn fence(&mut self, snippet: &Snippet, applied: &[&str]) {
        let is_policy = |resource: &Resource| Policy::is_policy(resource);
        let purpose = match snippet.role {
            Role::Fragment | Role::Output => return,
            Role::Bad => Use::Bad,
            _ if snippet.title.as_deref().is_some_and(|title| applied.contains(&local(title))) => {
                Use::Applied
            }
            _ => Use::Shown,
        };
        for resource in &snippet.resources {
            // Policies are full of `{{ … }}`, which are no marks of a template.
            let whole = match is_policy(resource) {
                true => {
                    !matches!(snippet.partial, Some(snippet::Partial::Elided | snippet::Partial::Placeholder))
                }
                false => snippet.partial.is_none(),
            };
            if whole {
                self.passage(resource, &snippet.passage, snippet, purpose);
            }
        }
    }

    /// The texts that commands send, and that they write into files.
    fn commands(&mut self, snippet: &Snippet, applied: &[&str]) {
        for step in &snippet.steps {
            for effect in &step.effects {
                if let EffectKind::Submit(submission) = &effect.kind
                    && let Objects::Text(passage) = &submission.objects
                {
                    self.text(passage, snippet, Use::Applied);
                }
            }
            for (name, passage) in &step.writes {
                let purpose = if applied.contains(&local(name)) { Use::Applied } else { Use::Shown };
                self.text(passage, snippet, purpose);
            }
        }
    }

    fn text(&mut self, passage: &Passage, snippet: &Snippet, purpose: Use) {
        if snippet::partial(&passage.text).is_some() {
            return;
        }
        for resource in kube::read(&passage.text).0 {
            self.passage(&resource, passage, snippet, purpose);
        }
    }

    fn passage(&mut self, resource: &Resource, passage: &Passage, snippet: &Snippet, purpose: Use) {
        let span = |range: Range<usize>| passage.span(&range);
        let place = Place { span: &span, whole: snippet.span, version: snippet.settings.kubernetes };
        self.resource(resource, &place, purpose);
    }

    fn resource(&mut self, resource: &Resource, place: &Place<'_>, purpose: Use) {
        let schemas = self.known.schemas(place.version);
        if has_directive(&resource.body) {
            return;
        }
        match schemas.find(&resource.gvk) {
            Found::Served(kind) => {
                self.faults(schemas, kind, resource, place, purpose);
                match Policy::load(resource) {
                    Ok(policy) if purpose != Use::Bad => {
                        let at =
                            |range: Option<Range<usize>>| range.and_then(place.span).unwrap_or(place.whole);
                        self.found.extend(library::findings(policy::fields(&policy, resource, schemas), at));
                    }
                    // What is deprecated in policies is told with what else is doubtful in them.
                    _ if Policy::is_policy(resource) => {}
                    _ => self.found.extend(deprecated(schemas, kind, resource, place)),
                }
            }
            Found::Unknown if purpose == Use::File => {}
            Found::Unknown => self.stranger(resource, place),
            found => {
                let told = not_served(schemas, &found, resource, place);
                self.found.extend(told.map(|one| weighed(one, purpose)));
            }
        }
    }

    fn faults(
        &mut self,
        schemas: &Schemas,
        kind: &Kind,
        resource: &Resource,
        place: &Place<'_>,
        purpose: Use,
    ) {
        // What Kyverno refuses of a policy is told by the check that loads it.
        let told = |fault: &Fault| {
            kind.origin == Origin::Known
                && Policy::is_policy(resource)
                && fault.path.starts_with("/spec/")
                && fault.kind != FaultKind::WrongValue
        };
        let partial = |fault: &Fault| fault.kind == FaultKind::Missing && purpose != Use::Applied;
        let stands_in = |fault: &Fault| stands_in(&resource.body, fault);
        for fault in schemas.faults(kind, resource) {
            if told(&fault) || partial(&fault) || stands_in(&fault) {
                continue;
            }
            let span = fault.place.clone().and_then(place.span).unwrap_or(place.whole);
            let found = Diagnostic::new(&codes::MANIFEST_FIELD, span, fault.message).label(fault.help);
            self.found.push(weighed(found, purpose).help(held_against(kind, schemas.version())));
        }
    }

    fn stranger(&mut self, resource: &Resource, place: &Place<'_>) {
        // Files of tools have the shape of objects, and no cluster has them.
        const TOOLS: [&str; 2] = ["cli.kyverno.io", "kustomize.config.k8s.io"];
        if !TOOLS.contains(&resource.gvk.group.as_str()) && self.strangers.insert(resource.gvk.clone()) {
            let message = format!(
                "objects such as this {} of `{}` are not checked",
                resource.gvk.kind,
                resource.gvk.api_version()
            );
            let help = "name the file of its definition in `definitions` of `[check]`";
            self.found.push(at(&codes::KIND_NOT_CHECKED, resource, "/kind/", place, message).help(help));
        }
    }
}

fn at(
    code: &'static crate::diag::Code,
    resource: &Resource,
    path: &str,
    place: &Place<'_>,
    message: String,
) -> Diagnostic {
    let span = resource.place(path).and_then(place.span).unwrap_or(place.whole);
    Diagnostic::new(code, span, message)
}

fn deprecated(schemas: &Schemas, kind: &Kind, resource: &Resource, place: &Place<'_>) -> Option<Diagnostic> {
    let better = schemas.successor(kind)?;
    let message = format!("`{}` is deprecated for a {}", kind.api_version(), kind.kind);
    let found = at(&codes::API_DEPRECATED, resource, "/apiVersion/", place, message);
    Some(found.label(format!("`{}` takes its place", better.api_version())))
}

fn not_served(
    schemas: &Schemas,
    found: &Found<'_>,
    resource: &Resource,
    place: &Place<'_>,
) -> Option<Diagnostic> {
    let (api, kind) = (resource.gvk.api_version(), &resource.gvk.kind);
    let version = schemas.version();
    let server = match found {
        Found::NotServed { instead: Some(other), .. } if other.origin != Origin::Kubernetes => {
            format!("Kyverno {}", policy::KYVERNO_VERSION)
        }
        _ => format!("Kubernetes {version}"),
    };
    match found {
        Found::NotServed { known, instead } => {
            let when = match known {
                Some((_, last)) if *last < version => format!(": {last} was the last that did"),
                Some((first, _)) if *first > version => format!(": {first} is the first that does"),
                _ => String::new(),
            };
            let message = format!("{server} does not serve a {kind} as `{api}`{when}");
            let found = at(&codes::API_NOT_SERVED, resource, "/apiVersion/", place, message);
            Some(match instead {
                Some(other) => found.label(format!("write `{}`", other.api_version())),
                None => found,
            })
        }
        Found::NoKind { near } => {
            let message = format!("{server} has no kind `{kind}` in `{api}`");
            let found = at(&codes::API_NOT_SERVED, resource, "/kind/", place, message);
            Some(match near {
                Some(near) => {
                    found.label(format!("did you mean `{}` of `{}`?", near.kind, near.api_version()))
                }
                None => found,
            })
        }
        Found::Served(_) | Found::Unknown => None,
    }
}

/// Nobody is told to apply a bad example, or what lies in a file: there it is a warning.
fn weighed(mut found: Diagnostic, purpose: Use) -> Diagnostic {
    if matches!(purpose, Use::Bad | Use::File) {
        found.severity = found.severity.min(Severity::Warning);
    }
    found
}

fn held_against(kind: &Kind, version: Version) -> String {
    let whose = match kind.origin {
        Origin::Kubernetes => format!("Kubernetes {version} has it"),
        Origin::Known => format!("Kyverno {} has it", policy::KYVERNO_VERSION),
        Origin::Site => "the site defines it".to_string(),
    };
    format!("this is a {} of `{}` as {whose}", kind.kind, kind.api_version())
}

/// Does the value only stand for one: `Enforce | Audit`, `LS0tLS1C...`?
fn stands_in(object: &Value, fault: &Fault) -> bool {
    let value = object.pointer(fault.path.trim_end_matches('/')).and_then(Value::as_str);
    value.is_some_and(|text| ["...", "…", " | ", "{{"].iter().any(|mark| text.contains(mark)))
}

/// A patch says `$patch: delete` and the like; it is no object.
fn has_directive(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.iter().any(|(key, value)| key.starts_with("$patch") || has_directive(value))
        }
        Value::Array(items) => items.iter().any(has_directive),
        _ => false,
    }
}

fn local(name: &str) -> &str {
    name.trim_start_matches("./")
}
