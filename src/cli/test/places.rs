//! Where the fields that decided a row stand.

use crate::cli::files::{self, TextFile};
use crate::diag::visible;
use crate::kube::{self, Resource};
use crate::policy::Policy;
use crate::policy::suite::{Row, Suite};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The fields of the object and of the policy that decided a row, with excerpts; where they are not known, the rule.
pub(super) fn of(row: &Row, suite: &Suite, folder: &Path) -> String {
    let mut out = String::new();
    if let Some(path) = row.path.as_deref().filter(|path| !path.is_empty()) {
        let field = find(&suite.resources, folder, |resource| {
            is_of(row, resource).then(|| resource.place(path)).flatten().filter(|place| !place.is_empty())
        });
        match field {
            Some((file, place)) => out.push_str(&file.excerpt(&format!("field: {path}"), &place)),
            None => out.push_str(&format!("  field: {}\n", visible(path, false))),
        }
    }
    let decided = row.policy_path.as_deref();
    let place =
        |path: &str| find(&suite.policies, folder, |one| is_policy(row, one).then(|| one.place(path))?);
    if let Some((path, (file, place))) = decided.and_then(|path| Some((path, place(path)?))) {
        out.push_str(&file.excerpt(&format!("policy: {path}"), &place));
    } else if let Some((file, place)) = find(&suite.policies, folder, |one| rule(row, one)) {
        out.push_str(&file.excerpt("rule:", &place));
    }
    out
}

fn is_of(row: &Row, resource: &Resource) -> bool {
    let (namespace, name) = row.resource.rsplit_once('/').unwrap_or(("", &row.resource));
    let own = resource.namespace.as_deref();
    resource.gvk.kind == row.kind && resource.name == name && own.is_none_or(|own| own == namespace)
}

fn is_policy(row: &Row, resource: &Resource) -> bool {
    Policy::is_policy(resource) && row.policy.rsplit('/').next() == Some(resource.name.as_str())
}

fn rule(row: &Row, resource: &Resource) -> Option<Range<usize>> {
    let policy = Policy::load(resource).ok().filter(|_| is_policy(row, resource))?;
    policy.rule(&row.rule).and_then(|rule| rule.place.clone()).or(policy.place)
}

/// The first place that `wanted` finds in the objects of these files.
fn find(
    paths: &[String],
    folder: &Path,
    wanted: impl Fn(&Resource) -> Option<Range<usize>>,
) -> Option<(TextFile, Range<usize>)> {
    let paths: Vec<PathBuf> =
        paths.iter().map(|path| folder.join(path)).filter(|path| path.exists()).collect();
    let files = files::manifests(&paths).ok()?;
    files.into_iter().find_map(|file| {
        let place = kube::read(&file.text).0.iter().find_map(&wanted)?;
        Some((file, place))
    })
}
