//! The schemas of `--kubernetes`, and what objects have that they do not take.

use super::files::TextFile;
use crate::kube::schema::{Found, Schemas, Version};
use crate::kube::{Resource, scope};
use std::borrow::Cow;

/// An object, with the file that it stands in.
pub(super) type Placed<'f> = (&'f Resource, &'f TextFile);

/// The schemas of a version, with the definitions among the objects.
pub(super) fn of_version(version: Version, objects: &[Placed]) -> Cow<'static, Schemas> {
    let schemas = Schemas::for_version(version);
    let mut defined =
        objects.iter().map(|(object, _)| *object).filter(|one| scope::defined_by(one).is_some());
    match defined.next() {
        Some(first) => Cow::Owned(schemas.with_definitions(std::iter::once(first).chain(defined))),
        None => Cow::Borrowed(schemas),
    }
}

/// What objects have that their kinds do not take in this version, with the definitions among them: a line each,
/// with its place. Kinds that nobody knows are left alone.
pub(super) fn faults(version: Version, objects: &[Placed]) -> Vec<String> {
    let schemas = of_version(version, objects);
    objects.iter().flat_map(|object| faults_of(*object, &schemas, version)).collect()
}

fn faults_of((object, file): Placed, schemas: &Schemas, version: Version) -> Vec<String> {
    let whole = object.span().unwrap_or(0..0);
    let Some(kind) = schemas.kind(&object.gvk) else {
        let (kind, api) = (&object.gvk.kind, object.gvk.api_version());
        return match schemas.find(&object.gvk) {
            Found::Unknown => Vec::new(),
            _ => {
                vec![format!("{}: Kubernetes {version} does not serve a {kind} as `{api}`", file.at(&whole))]
            }
        };
    };
    let faults = schemas.faults(kind, object).into_iter();
    let line = |fault: crate::kube::schema::Fault| {
        let at = file.at(&fault.place.unwrap_or(whole.clone()));
        let help = if fault.help.is_empty() { String::new() } else { format!(" ({})", fault.help) };
        format!("{at}: {}{help}", fault.message)
    };
    faults.map(line).collect()
}
