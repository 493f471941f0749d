//! Reads the table, `table.deflate`, which `tools/schemas/generate.py` makes from the JSON schemas of the PyPI
//! package `kubernetes-validate` and Kyverno's custom resource definitions.
//!
//! It is text, one thing a line:
//!
//! ```text
//! versions 25-37                               the minor versions of Kubernetes
//! !apps/v1 Deployment deployments N TYPE       a kind: API, name, plural, scope (N or C, D deprecated), type
//! =TYPE                                        a type, `*` behind it when it takes other fields too
//! replicas i                                   its fields: name (`!` required) and shape
//! ```
//!
//! Shapes: `s` text, `d` time, `x` base64, `b` boolean, `i` integer, `n` number, `t` integer or text, `q` quantity,
//! `*` anything, `(a|b` one of these (`~` for a space), `[…` a list, `<…` a map with free keys, `@TYPE` fields. Behind the shape of a
//! list `#a,b` are the keys of its items, `+` marks a set, `%a` is the key of patches. A range such as `30-` or
//! `25-31` at the end limits a line to those versions.

use super::shape::{Field, Kind, ListMerge, Name, Origin, Shape, Type, TypeId};
use super::{Schemas, Version};
use crate::source::unpacked;
use std::collections::HashMap;
use std::sync::LazyLock;

static COMPRESSED: &[u8] = include_bytes!("table.deflate");

/// Larger than the table will be for years.
const LIMIT: usize = 1 << 22;

/// The text. That it can be read is held by the tests: the table is part of the binary.
static TEXT: LazyLock<String> = LazyLock::new(|| unpacked(COMPRESSED, LIMIT));

/// The schemas of one version.
pub(super) fn read(version: Version) -> Schemas {
    let lines = || TEXT.lines().filter_map(|line| for_version(line, version));
    let mut reader = Reader::default();
    for line in lines() {
        reader.field(line);
    }
    let mut schemas = Schemas { version, kinds: Vec::new(), types: Vec::new(), by_kind: HashMap::new() };
    for line in TEXT.lines().filter_map(|line| line.strip_prefix('!')) {
        if let Some(kind) = reader.kind(line) {
            schemas.add(kind);
        }
    }
    schemas.types = reader.types;
    schemas
}

/// The line without its range, when that holds `version`.
fn for_version(line: &'static str, version: Version) -> Option<&'static str> {
    match line.rsplit_once(' ').and_then(|(head, last)| Some((head, range(last)?))) {
        Some((head, (first, last))) => (first..=last).contains(&version).then_some(head),
        None => Some(line),
    }
}

/// `30-`, `25-31`.
fn range(text: &str) -> Option<(Version, Version)> {
    let (first, last) = text.split_once('-')?;
    let first = Version::of_minor(first.parse().ok()?);
    match last {
        "" => Some((first, Version::NEWEST)),
        last => Some((first, Version::of_minor(last.parse().ok()?))),
    }
}

#[derive(Default)]
struct Reader {
    ids: HashMap<&'static str, TypeId>,
    types: Vec<Type>,
    /// The type whose fields are being read.
    current: usize,
}

impl Reader {
    /// The number of a type, also of one that comes later.
    fn id(&mut self, name: &'static str) -> TypeId {
        let next = TypeId(self.types.len());
        let id = *self.ids.entry(name).or_insert(next);
        if id == next {
            self.types.push(Type::default());
        }
        id
    }

    fn kind(&mut self, line: &'static str) -> Option<Kind> {
        let mut words = line.split(' ');
        let (group, version) = words.next()?.split_once('/')?;
        let (kind, plural, scope, name) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let served = words.next().and_then(range).unwrap_or((Version::OLDEST, Version::NEWEST));
        // Types of definitions have numbers for names.
        let is_defined = !name.contains('.');
        Some(Kind {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
            plural: plural.into(),
            namespaced: scope.starts_with('N'),
            deprecated: scope.ends_with('D'),
            origin: if is_defined { Origin::Known } else { Origin::Kubernetes },
            served,
            shape: Shape::Object(self.id(name)),
        })
    }

    /// A line of a type: its head, or one of its fields.
    fn field(&mut self, line: &'static str) {
        if line.starts_with('!') || line.starts_with("versions ") {
            return;
        }
        if let Some(head) = line.strip_prefix('=') {
            let (name, open) = head.split_once(' ').map_or((head, false), |(name, _)| (name, true));
            let id = self.id(name);
            self.types[id.0].open = open;
            self.current = id.0;
            return;
        }
        let mut words = line.split(' ');
        let (Some(name), Some(shape)) = (words.next(), words.next()) else { return };
        let shape = self.shape(shape);
        let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        let field = Field { name: name.into(), shape, required, merge: merge(words) };
        if let Some(owner) = self.types.get_mut(self.current) {
            owner.fields.push(field);
        }
    }

    fn shape(&mut self, text: &'static str) -> Shape {
        match text.split_at_checked(1) {
            Some(("[", item)) => Shape::List(Box::new(self.shape(item))),
            Some(("<", value)) => Shape::Map(Box::new(self.shape(value))),
            Some(("(", words)) => Shape::OneOf(words.split('|').map(word).collect()),
            Some(("@", name)) => Shape::Object(self.id(name)),
            Some(("s", _)) => Shape::Text,
            Some(("d", _)) => Shape::Time,
            Some(("x", _)) => Shape::Bytes,
            Some(("b", _)) => Shape::Boolean,
            Some(("i", _)) => Shape::Integer,
            Some(("n", _)) => Shape::Number,
            Some(("t", _)) => Shape::IntOrText,
            Some(("q", _)) => Shape::Quantity,
            _ => Shape::Any,
        }
    }
}

/// A word of a set; `~` stands for a space.
fn word(text: &'static str) -> Name {
    if text.contains('~') { text.replace('~', " ").into() } else { text.into() }
}

fn merge(words: impl Iterator<Item = &'static str>) -> ListMerge {
    let mut merge = ListMerge::default();
    for word in words {
        match word.split_at_checked(1) {
            Some(("#", keys)) => merge.keys = keys.split(',').map(Name::from).collect(),
            Some(("+", _)) => merge.set = true,
            Some(("%", key)) => merge.patch = Some(key.into()),
            _ => {}
        }
    }
    merge
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Gvk;

    #[test]
    fn the_table_is_whole_and_of_the_versions_that_are_offered() {
        let head = format!("versions {}-{}", Version::OLDEST.minor(), Version::NEWEST.minor());
        assert_eq!(TEXT.lines().next(), Some(head.as_str()));
        for minor in Version::OLDEST.minor()..=Version::NEWEST.minor() {
            let schemas = read(Version::of_minor(minor));
            assert!(schemas.types.iter().all(|one| one.fields.is_sorted_by(|a, b| a.name < b.name)));
            let served = schemas.served().filter(|kind| kind.origin == Origin::Kubernetes);
            let empty = served.filter(|kind| match kind.shape() {
                Shape::Object(id) => schemas.fields(*id).field("metadata").is_none(),
                _ => true,
            });
            let empty: Vec<&str> = empty.map(|kind| kind.kind.as_ref()).collect();
            assert_eq!(empty, Vec::<&str>::new(), "1.{minor}");
        }
    }

    #[test]
    fn a_line_is_read_as_the_notation_says() {
        let schemas = read(Version::NEWEST);
        let pod = schemas.kind(&Gvk::new("v1", "Pod")).unwrap();
        let Shape::Object(id) = pod.shape() else { panic!("a Pod has fields") };
        let spec = &schemas.fields(*id).field("spec").unwrap().shape;
        let Shape::Object(id) = spec else { panic!("a spec has fields") };
        let containers = schemas.fields(*id).field("containers").unwrap();
        assert!(containers.required && matches!(containers.shape, Shape::List(_)));
        assert_eq!((containers.merge.keys.len(), containers.merge.patch.as_deref()), (1, Some("name")));
        assert_eq!(
            word("Host~Ports"),
            "Host Ports",
            "names of controls have spaces, which separate words in the table"
        );
    }
}
