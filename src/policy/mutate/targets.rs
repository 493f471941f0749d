//! Mutate-existing rules: the trigger changes other objects.

use super::{Holder, one, preconditions};
use crate::kube::{Gvk, KindSelector, wildcard};
use crate::policy::matching::selects;
use crate::policy::request::Subject;
use crate::policy::response::Verdict;
use crate::policy::scope::Scope;
use crate::policy::variables;
use serde_json::Value;

/// One verdict for every object that a target of the rule names.
pub(super) fn rule(body: &Value, wanted: &[Value], scope: &mut Scope) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for target in wanted {
        let selector = ["apiVersion", "kind", "namespace", "name", "selector"];
        let selector: Value = selector
            .iter()
            .map(|key| ((*key).to_string(), target[*key].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        match variables::substitute(&selector, scope) {
            Ok(selector) => {
                let context = scope.request.context;
                let objects = context.targets.iter().map(|resource| Subject::of(resource, context));
                for subject in objects.filter(|subject| is_selected(&selector, subject)) {
                    let mut inner = scope.clone();
                    verdicts.push(on_target(body, target, &mut inner, subject));
                }
            }
            Err(trouble) => verdicts.push(trouble.verdict()),
        }
    }
    verdicts
}

fn on_target(body: &Value, target: &Value, scope: &mut Scope, subject: Subject) -> Verdict {
    scope.set("target", subject.object.clone());
    scope.declare(&target["context"]);
    let unmet = target.get("preconditions").filter(|value| !value.is_null());
    let verdict = match unmet.and_then(|value| preconditions(value, scope)) {
        Some(verdict) => verdict,
        None => one(body, scope, &subject.object, Holder::Target),
    };
    Verdict { target: Some(subject.object), ..verdict }
}

fn is_selected(selector: &Value, subject: &Subject) -> bool {
    let text = |key: &str| selector[key].as_str().unwrap_or_default();
    let gvk = Gvk::new(text("apiVersion"), text("kind"));
    let kind =
        KindSelector { group: gvk.group, version: gvk.version, kind: gvk.kind, subresource: String::new() };
    let fits = |pattern: &str, value: &str| pattern.is_empty() || wildcard::matches(pattern, value);
    kind.matches(&subject.gvk, "")
        && fits(text("namespace"), &subject.namespace)
        && fits(text("name"), subject.name())
        && (selector["selector"].is_null() || selects(&selector["selector"], &subject.labels()))
}
