//! What Kubernetes and Kyverno say of the fields of their kinds.
//!
//! [`Schemas::for_version`] is one compressed [`table`] in the binary, read when somebody asks and then kept. A
//! site's own custom resource definitions join it with [`Schemas::with_definitions`]. [`Schemas::faults`] holds a
//! manifest against it, [`Schemas::find`] says what is known of a kind.

mod definition;
mod fault;
mod lookup;
mod shape;
mod table;
mod version;

pub use fault::{Fault, FaultKind};
pub use lookup::Found;
pub use shape::{Field, Kind, ListMerge, Origin, Shape, Step, Type, TypeId};
pub use version::Version;

use super::Gvk;
use shape::Name;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The kinds of one version of Kubernetes, and of the definitions added to it.
#[derive(Debug, Clone)]
pub struct Schemas {
    version: Version,
    kinds: Vec<Kind>,
    types: Vec<Type>,
    /// The kinds by name: most questions ask for one of a few.
    by_kind: HashMap<Name, Vec<usize>>,
}

impl Schemas {
    /// What Kubernetes `version` and Kyverno know. Read once, at the first call for it.
    pub fn for_version(version: Version) -> &'static Schemas {
        static READ: [OnceLock<Schemas>; Version::COUNT] = [const { OnceLock::new() }; Version::COUNT];
        READ[version.index()].get_or_init(|| table::read(version))
    }

    /// What the newest version knows.
    pub fn newest() -> &'static Schemas {
        Schemas::for_version(Version::NEWEST)
    }

    /// The version of Kubernetes.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The kind, when this version serves it.
    pub fn kind(&self, gvk: &Gvk) -> Option<&Kind> {
        self.named(&gvk.kind).find(|kind| {
            kind.group == gvk.group && kind.version == gvk.version && kind.is_served(self.version)
        })
    }

    /// Kubernetes' own kind of this group and name in its best version.
    pub fn built_in(&self, group: &str, kind: &str) -> Option<&Kind> {
        self.best(self.named(kind).filter(|one| one.origin == Origin::Kubernetes && one.group == group))
    }

    /// Every kind that this version serves, in the order of the table.
    pub fn served(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(|kind| kind.is_served(self.version))
    }

    /// The kinds of this name in all groups and versions, served or not.
    fn named(&self, kind: &str) -> impl Iterator<Item = &Kind> {
        self.by_kind.get(kind).into_iter().flatten().map(|at| &self.kinds[*at])
    }

    /// The fields of a type.
    pub fn fields(&self, id: TypeId) -> &Type {
        &self.types[id.0]
    }

    fn add(&mut self, kind: Kind) {
        let at = self.kinds.len();
        self.by_kind.entry(kind.kind.clone()).or_default().push(at);
        self.kinds.push(kind);
    }
}
