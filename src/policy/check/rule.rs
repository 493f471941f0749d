//! The checks of one rule.

use super::{bodies, conditions, entries, matching, names};
use crate::policy::model::Policy;
use serde_json::Value;

/// Paths of fields, each with what is wrong there.
pub(super) type Found = Vec<(String, String)>;

/// What Kyverno refuses in `rule`, which stands at `path`.
pub(super) fn refusals(policy: &Policy, rule: &Value, path: &str) -> Found {
    let mut found = Found::new();
    matching::refusals(policy, rule, path, &mut found);
    bodies::refusals(policy, rule, path, &mut found);
    conditions::refusals(rule, path, &mut found);
    entries::refusals(rule, path, &mut found);
    names::refusals(policy, rule, path, &mut found);
    found
}
