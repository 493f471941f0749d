//! Fields that none of the kinds has which a rule matches: what asks for them asks in vain.
//!
//! Each kind is followed for itself. A field that none of them has where it is read is told there; a kind of which a
//! rule reads no field at all although it tries is told once.

mod cel;
mod generated;
mod kinds;
mod overlay;
mod patches;
mod queries;
mod unknown;

use super::{Found, Lint, LintKind, lint, lint_of_key};
use crate::kube::Resource;
use crate::kube::schema::{Kind, Schemas};
use crate::policy::model::Policy;
use crate::policy::typing::{Miss, Typing};
use std::collections::HashSet;
use std::ops::Range;

/// What one kind has and lacks of what a part of a policy reads.
struct Seen<'s> {
    kind: &'s Kind,
    missed: Vec<Missed>,
    passed: HashSet<Spot>,
    /// Does it have any of the fields that are read below `spec` and the like?
    met: bool,
}

/// Where a field is read: the field of the policy, the expression, and the bytes in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Spot {
    path: String,
    expression: String,
    span: Range<usize>,
}

/// A field that is read in vain.
struct Missed {
    spot: Spot,
    of_key: bool,
    miss: Miss,
}

/// Where a part of a policy reads fields, for one kind.
struct Reader<'s> {
    typing: Typing<'s>,
    missed: Vec<Missed>,
    passed: HashSet<Spot>,
}

impl Reader<'_> {
    /// Takes what was noted since the last call as read by the key at `path`.
    fn key(&mut self, path: &str) {
        self.note(path, "", true);
    }

    /// The same for an expression at `path`.
    fn expression(&mut self, path: &str, text: &str) {
        self.note(path, text, false);
    }

    fn note(&mut self, path: &str, expression: &str, of_key: bool) {
        let spot =
            |span: Range<usize>| Spot { path: path.to_string(), expression: expression.to_string(), span };
        self.passed.extend(self.typing.passed.drain(..).map(spot));
        let missed = self.typing.missed.drain(..);
        self.missed.extend(missed.map(|miss| Missed { spot: spot(miss.span.clone()), of_key, miss }));
    }
}

/// Every field that `policy` reads of its objects and that none of the kinds has which it matches, as `schemas` know
/// them. Where a kind is not known, nothing is said.
pub fn fields(policy: &Policy, resource: &Resource, schemas: &Schemas) -> Vec<Lint> {
    let mut found = Found::new();
    if policy.kind.has_rules() {
        for (index, rule) in policy.rules.iter().enumerate() {
            let path = format!("/spec/rules/{index}/");
            generated::rule(&rule.body, &path, schemas, &mut found);
            unknown::of_rule(&rule.body, &path, schemas, &mut found);
            let Some(kinds) = kinds::of_rule(&rule.body, schemas) else { continue };
            let seen = look(schemas, &kinds, &|reader| {
                overlay::rule(&rule.body, &path, reader);
                patches::rule(&rule.body, &path, reader);
                queries::rule(&rule.body, &path, reader);
                cel::rule(&rule.body, &path, reader);
            });
            tell(&seen, queries::asks_for_kind(&rule.body), &mut found);
        }
    } else {
        let constraints = &policy.spec()["matchConstraints"];
        unknown::of_constraints(constraints, "/spec/matchConstraints/", schemas, &mut found);
        if let Some(kinds) = kinds::of_constraints(policy.spec(), schemas) {
            let seen = look(schemas, &kinds, &|reader| cel::policy(policy.spec(), reader));
            tell(&seen, true, &mut found);
        }
    }
    super::place(&mut found, resource);
    found
}

fn look<'s>(schemas: &'s Schemas, kinds: &[&'s Kind], read: &dyn Fn(&mut Reader<'s>)) -> Vec<Seen<'s>> {
    let one = |kind: &&'s Kind| {
        let typing = Typing::of(schemas, kind);
        let mut reader = Reader { typing, missed: Vec::new(), passed: HashSet::new() };
        read(&mut reader);
        Seen { kind, met: reader.typing.met > 0, missed: reader.missed, passed: reader.passed }
    };
    kinds.iter().map(one).collect()
}

/// `guarded`: the kind is asked for, so that fields of one kind need not be those of another.
fn tell(seen: &[Seen<'_>], guarded: bool, found: &mut Found) {
    let mut told: HashSet<&Spot> = HashSet::new();
    let dead = |one: &Missed| seen.iter().all(|other| !other.passed.contains(&one.spot));
    for one in seen.iter().flat_map(|one| &one.missed).filter(|one| dead(one)) {
        if told.insert(&one.spot) {
            let lacks = |other: &&Seen| other.missed.iter().any(|miss| miss.spot == one.spot);
            found.push(make(one, &format!("{} in a {}", one.miss.message, names(seen.iter().filter(lacks)))));
        }
    }
    // Kinds are told apart only where some of them have what is read.
    let any_met = seen.iter().any(|other| other.met);
    let met = |kind: &Kind| {
        seen.iter().any(|one| one.met && one.kind.kind == kind.kind && one.kind.group == kind.group)
    };
    for lost in seen.iter().filter(|one| any_met && !guarded && !met(one.kind)) {
        if let Some(one) = lost.missed.iter().find(|one| !told.contains(&one.spot)) {
            let kind = &lost.kind.kind;
            let message = format!("{} in a {kind}, of which the rule reads nothing else", one.miss.message);
            found.push(make(one, &message));
        }
    }
}

fn make(one: &Missed, message: &str) -> Lint {
    let made = match one.of_key {
        true => lint_of_key(LintKind::UnknownField, &one.spot.path, message),
        false => lint(LintKind::UnknownField, &one.spot.path, message),
    };
    Lint { help: one.miss.help.clone(), ..made }
}

/// `Pod`, `Pod or Deployment`, `Pod, Deployment or Job`.
fn names<'a>(seen: impl Iterator<Item = &'a Seen<'a>>) -> String {
    let mut names: Vec<&str> = seen.map(|one| one.kind.kind.as_ref()).collect();
    names.dedup();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests;
