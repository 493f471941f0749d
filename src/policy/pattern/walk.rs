//! The walk of a pattern over a resource.

use super::anchor::{self, Anchor, AnchorKind};
use super::leaf;
use crate::policy::gofmt;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How a pattern fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It fits.
    Pass,
    /// A condition of the pattern is not met, so that the pattern says nothing.
    Skip(String),
    /// It does not fit: the path of the field that decided, and why.
    Fail { path: String, reason: String },
    /// It does not fit, and an anchored key was nowhere to be found.
    Error(String),
}

/// Is told of every field that is compared: its path, what the pattern wants, what is there, and whether it fits.
pub(crate) type Note<'n> = &'n mut dyn FnMut(&str, &Value, &Value, bool);

/// Lay `pattern` over `resource`, whose numbers are floats.
pub(crate) fn check(resource: &Value, pattern: &Value) -> Outcome {
    check_noting(resource, pattern, &mut |_, _, _, _| {})
}

/// The same, with a note of what is compared.
pub(crate) fn check_noting(resource: &Value, pattern: &Value, note: Note) -> Outcome {
    let mut walk = Walk { anchors: BTreeMap::new(), note };
    match walk.element(resource, pattern, "/") {
        Ok(()) => Outcome::Pass,
        Err(Mismatch { reason, .. }) if is_skip(&reason) => Outcome::Skip(reason),
        Err(Mismatch { path, reason }) => {
            let missing = walk.anchors.values().any(|found| !found) && !reason.contains(NEGATION);
            match missing || path.is_empty() {
                true => Outcome::Error(reason),
                false => Outcome::Fail { path, reason },
            }
        }
    }
}

const CONDITION: &str = "conditional anchor mismatch";
const GLOBAL: &str = "global anchor mismatch";
const NEGATION: &str = "negation anchor matched in resource";

/// A condition that is not met is recognised by its words, also deep inside other reasons.
fn is_skip(reason: &str) -> bool {
    reason.contains(CONDITION) || reason.contains(GLOBAL)
}

struct Mismatch {
    path: String,
    reason: String,
}

type Fit = Result<(), Mismatch>;

fn mismatch(path: &str, reason: String) -> Fit {
    Err(Mismatch { path: path.to_string(), reason })
}

struct Walk<'n> {
    note: Note<'n>,
    /// Anchored keys met so far; true once one was present in the resource.
    anchors: BTreeMap<String, bool>,
}

impl Walk<'_> {
    fn element(&mut self, resource: &Value, pattern: &Value, path: &str) -> Fit {
        match (pattern, resource) {
            (Value::Object(pattern), Value::Object(resource)) => {
                self.note_anchors(pattern, resource);
                self.map(resource, pattern, path)
            }
            (Value::Object(_), other) => {
                (self.note)(path, pattern, other, false);
                mismatch(
                    path,
                    format!(
                        "pattern and resource have different structures. Path: {path}. Expected {}, found {}",
                        gofmt::type_name(pattern),
                        gofmt::type_name(other)
                    ),
                )
            }
            (Value::Array(pattern), Value::Array(resource)) => self.list(resource, pattern, path),
            (Value::Array(_), other) => {
                (self.note)(path, pattern, other, false);
                mismatch(
                    path,
                    format!(
                        "validation rule failed at path {path}, resource does not satisfy the expected overlay pattern"
                    ),
                )
            }
            (scalar, value) => self.leaf(value, scalar, path),
        }
    }

    /// A scalar pattern against a value, or against every item of a list.
    fn leaf(&mut self, value: &Value, scalar: &Value, path: &str) -> Fit {
        let fits = match value {
            Value::Array(items) => items.iter().all(|item| leaf::matches(item, scalar)),
            value => leaf::matches(value, scalar),
        };
        (self.note)(path, scalar, value, fits);
        match fits {
            true => Ok(()),
            false => mismatch(
                path,
                format!(
                    "resource value '{}' does not match '{}' at path {path}",
                    gofmt::display(value),
                    gofmt::display(scalar)
                ),
            ),
        }
    }

    fn note_anchors(&mut self, pattern: &Map<String, Value>, resource: &Map<String, Value>) {
        for key in pattern.keys() {
            let Some(anchor) = Anchor::parse(key) else { continue };
            if matches!(anchor.kind, AnchorKind::Condition | AnchorKind::Existence) {
                let found = self.anchors.entry(key.clone()).or_default();
                *found = *found || resource.contains_key(anchor.key);
            }
        }
    }

    /// Conditions come first, in the order of their names; then what holds anchors deeper down; then the rest.
    fn map(&mut self, resource: &Map<String, Value>, pattern: &Map<String, Value>, path: &str) -> Fit {
        let expanded = anchor::expand_metadata(pattern, resource);
        let pattern = expanded.as_ref().unwrap_or(pattern);
        let is_local = |key: &str| {
            Anchor::parse(key)
                .is_some_and(|anchor| !matches!(anchor.kind, AnchorKind::Global | AnchorKind::AddIfAbsent))
        };
        let mut keys: Vec<&String> = pattern.keys().collect();
        keys.sort();
        let (anchors, others): (Vec<&String>, Vec<&String>) = keys.into_iter().partition(|key| is_local(key));
        self.anchored(resource, pattern, &anchors, path)?;
        let first = |key: &&String| {
            Anchor::parse(key).is_some_and(|anchor| anchor.kind == AnchorKind::Global)
                || anchor::is_anchored(&pattern[key.as_str()])
        };
        let (nested, plain): (Vec<&String>, Vec<&String>) = others.into_iter().partition(first);
        for key in nested.into_iter().rev().chain(plain) {
            self.entry(resource, key, &pattern[key.as_str()], path)?;
        }
        Ok(())
    }

    /// A condition that is not met skips this map. A skip that came up from below an anchor does so only if
    /// no other anchor applied.
    fn anchored(
        &mut self,
        resource: &Map<String, Value>,
        pattern: &Map<String, Value>,
        keys: &[&String],
        path: &str,
    ) -> Fit {
        let (mut applied, mut unmet, mut skipped) = (false, false, Vec::new());
        for key in keys {
            match self.entry(resource, key, &pattern[key.as_str()], path) {
                Ok(()) => applied = true,
                Err(found) if is_skip(&found.reason) => {
                    let own = Anchor::parse(key).is_some_and(|anchor| anchor.kind == AnchorKind::Condition);
                    unmet |= own;
                    skipped.push(found.reason);
                }
                // Conditions come first in the order of keys; once one is unmet the rest cannot fail.
                _ if unmet => {}
                other => return other,
            }
        }
        match unmet || (!applied && !skipped.is_empty()) {
            true => mismatch(path, skipped.join("; ")),
            false => Ok(()),
        }
    }

    fn entry(&mut self, resource: &Map<String, Value>, key: &str, pattern: &Value, path: &str) -> Fit {
        let Some(anchor) = Anchor::parse(key) else { return self.plain(resource, key, pattern, path) };
        let below = format!("{path}{}/", anchor.key);
        let value = resource.get(anchor.key);
        match (anchor.kind, value) {
            (AnchorKind::Condition, Some(value)) => relabel(self.element(value, pattern, &below), CONDITION),
            (AnchorKind::Condition, None) => {
                mismatch(&below, format!("{CONDITION}: conditional anchor key doesn't exist in the resource"))
            }
            (AnchorKind::Global, Some(value)) => relabel(self.element(value, pattern, &below), GLOBAL),
            (AnchorKind::Equality, Some(value)) => self.element(value, pattern, &below),
            (AnchorKind::Existence, Some(value)) => self.exists(value, pattern, &below),
            (AnchorKind::Negation, Some(value)) => {
                (self.note)(&below, &"absent".into(), value, false);
                mismatch(&below, format!("{NEGATION}: {below} is not allowed"))
            }
            (AnchorKind::AddIfAbsent, _) => self.plain(resource, key, pattern, path),
            (_, None) => Ok(()),
        }
    }

    fn plain(&mut self, resource: &Map<String, Value>, key: &str, pattern: &Value, path: &str) -> Fit {
        let value = resource.get(key).unwrap_or(&Value::Null);
        if pattern.as_str() == Some("*") {
            (self.note)(&format!("{path}{key}/"), pattern, value, !value.is_null());
            return match value.is_null() {
                true => mismatch(path, format!("{path}/{key} not found")),
                false => Ok(()),
            };
        }
        self.element(value, pattern, &format!("{path}{key}/"))
    }

    fn exists(&mut self, value: &Value, pattern: &Value, path: &str) -> Fit {
        let Value::Array(items) = value else {
            return mismatch(
                path,
                format!(
                    "invalid resource type {}: Existence ^ () anchor can be used only on list/array type resource",
                    gofmt::type_name(value)
                ),
            );
        };
        for wanted in pattern.as_array().into_iter().flatten() {
            if !wanted.is_object() {
                let kind = gofmt::type_name(pattern);
                return mismatch(
                    path,
                    format!(
                        "invalid pattern type {kind}: Pattern has to be of type map to compare against items in resource"
                    ),
                );
            }
            let fits = |(index, item): (usize, &Value)| {
                self.element(item, wanted, &format!("{path}{index}/")).is_ok()
            };
            if !items.iter().enumerate().any(fits) {
                return mismatch(path, format!("existence anchor validation failed at path {path}"));
            }
        }
        Ok(())
    }

    fn list(&mut self, resource: &[Value], pattern: &[Value], path: &str) -> Fit {
        match pattern.first() {
            None => mismatch(path, "pattern Array empty".to_string()),
            Some(first @ Value::Object(_)) => {
                let pairs = resource.iter().map(|item| (item, first));
                self.pairs(pairs, path)
            }
            Some(Value::Array(_)) if resource.len() < pattern.len() => mismatch(
                "",
                format!(
                    "validate Array failed, array length mismatch, resource Array len is {} and pattern Array len is {}",
                    resource.len(),
                    pattern.len()
                ),
            ),
            Some(Value::Array(_)) => self.pairs(resource.iter().zip(pattern), path),
            Some(scalar) => {
                let whole = Value::Array(resource.to_vec());
                self.element(&whole, scalar, path)
            }
        }
    }

    /// Every pair must fit, except that those whose conditions are not met do not count. If that is true of
    /// all, the list says nothing.
    fn pairs<'a>(&mut self, pairs: impl Iterator<Item = (&'a Value, &'a Value)>, path: &str) -> Fit {
        let (mut applied, mut skipped) = (0, Vec::new());
        for (index, (item, wanted)) in pairs.enumerate() {
            match self.element(item, wanted, &format!("{path}{index}/")) {
                Ok(()) => applied += 1,
                Err(found) if is_skip(&found.reason) => skipped.push(found.reason),
                other => return other,
            }
        }
        match applied == 0 && !skipped.is_empty() {
            true => mismatch(path, skipped.join("; ")),
            false => Ok(()),
        }
    }
}

fn relabel(fit: Fit, prefix: &str) -> Fit {
    fit.map_err(|found| Mismatch { reason: format!("{prefix}: {}", found.reason), ..found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fails_at(resource: Value, pattern: Value) -> String {
        match check(&gofmt::with_floats(&resource), &pattern) {
            Outcome::Fail { path, .. } => path,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_path_of_the_field_that_decided_is_told() {
        let pattern = json!({"spec": {"containers": [{"(image)": "*:latest", "imagePullPolicy": "Always"}]}});
        let pod = |policy: &str| json!({"spec": {"containers": [{"image": "a:1"}, {"image": "b:latest", "imagePullPolicy": policy}]}});
        assert_eq!(fails_at(pod("Never"), pattern.clone()), "/spec/containers/1/imagePullPolicy/");
        assert_eq!(check(&pod("Always"), &pattern), Outcome::Pass);
    }

    #[test]
    fn unmet_conditions_skip() {
        let pattern = json!({"spec": {"(hostPID)": true, "hostIPC": false}});
        assert!(matches!(check(&json!({"spec": {}}), &pattern), Outcome::Skip(_)));
        let list = json!({"spec": {"c": [{"(n)": "x", "p": 1}]}});
        assert!(matches!(check(&json!({"spec": {"c": [{"n": "y"}]}}), &list), Outcome::Skip(_)));
    }

    #[test]
    fn negation_and_existence() {
        assert_eq!(fails_at(json!({"spec": {"a": 1}}), json!({"spec": {"X(a)": "null"}})), "/spec/a/");
        assert_eq!(
            fails_at(json!({"spec": {"c": [{"n": 1}]}}), json!({"spec": {"^(c)": [{"n": 2}]}})),
            "/spec/c/"
        );
        assert_eq!(check(&json!({"spec": {}}), &json!({"spec": {"^(c)": [{"n": 2}]}})), Outcome::Pass);
    }
}
