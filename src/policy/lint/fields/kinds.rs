//! The kinds that a policy matches, where all of them are known.

use crate::kube::schema::{Kind, Schemas};
use crate::kube::{Gvk, KindSelector};
use crate::policy::load::texts;
use serde_json::Value;

/// The kinds of a rule's `match`; `None` when one of them is a wildcard, a subresource, or not known.
pub(super) fn of_rule<'s>(rule: &Value, schemas: &'s Schemas) -> Option<Vec<&'s Kind>> {
    let block = &rule["match"];
    let lists = ["any", "all"].iter().flat_map(|key| block[*key].as_array().into_iter().flatten());
    let selectors: Vec<String> =
        lists.chain([block]).flat_map(|one| texts(&one["resources"]["kinds"])).collect();
    let mut kinds = Vec::new();
    for text in &selectors {
        let selector = KindSelector::parse(text);
        if selector.kind.contains(['*', '?']) || !selector.subresource.is_empty() {
            return None;
        }
        let fits = |kind: &&Kind| {
            kind.kind == selector.kind && selector.matches(&Gvk::new(&kind.api_version(), &kind.kind), "")
        };
        add(schemas.served().filter(fits), &mut kinds)?;
    }
    (!kinds.is_empty()).then_some(kinds)
}

/// The kinds that the expressions of a policy are about, by their plurals: those of `matchConstraints`, or of the
/// objects that exist already and that it changes.
pub(super) fn of_constraints<'s>(spec: &Value, schemas: &'s Schemas) -> Option<Vec<&'s Kind>> {
    let of_others = &spec["targetMatchConstraints"];
    let constraints = if of_others.is_null() { &spec["matchConstraints"] } else { of_others };
    let mut kinds = Vec::new();
    for rule in constraints["resourceRules"].as_array()? {
        let (groups, versions) = (texts(&rule["apiGroups"]), texts(&rule["apiVersions"]));
        for plural in texts(&rule["resources"]) {
            let in_group = |kind: &Kind| groups.iter().any(|group| *group == kind.group);
            let in_version =
                |kind: &Kind| versions.iter().any(|version| version == "*" || *version == kind.version);
            let fits = |kind: &&Kind| kind.plural == plural && in_group(kind) && in_version(kind);
            add(schemas.served().filter(fits), &mut kinds)?;
        }
    }
    (!kinds.is_empty()).then_some(kinds)
}

/// Adds what a selector selects; `None` when that is nothing that is known.
fn add<'s>(selected: impl Iterator<Item = &'s Kind>, kinds: &mut Vec<&'s Kind>) -> Option<()> {
    let mut any = false;
    for kind in selected {
        any = true;
        if !kinds.iter().any(|known| std::ptr::eq(*known, kind)) {
            kinds.push(kind);
        }
    }
    any.then_some(())
}
