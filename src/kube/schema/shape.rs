//! The words of a schema: kinds, types, fields, and what they hold.

use super::{Schemas, Version};
use std::borrow::Cow;

/// A name of the table, or of a definition that a site has.
pub(super) type Name = Cow<'static, str>;

/// A kind of object in one version of its API.
#[derive(Debug, Clone)]
pub struct Kind {
    /// The API group; empty for the core group.
    pub group: Name,
    /// The version of the API: `v1beta1`.
    pub version: Name,
    /// The kind.
    pub kind: Name,
    /// The name in URLs: `deployments`.
    pub plural: Name,
    /// Does it live in a namespace?
    pub namespaced: bool,
    /// Is it told that another version should be used?
    pub deprecated: bool,
    /// Whose kind it is.
    pub origin: Origin,
    /// The first and the last version of Kubernetes that serve it.
    pub(super) served: (Version, Version),
    /// What its objects hold.
    pub(super) shape: Shape,
}

/// Whose kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Kubernetes' own.
    Kubernetes,
    /// Kyverno's, or another one that the table knows as a definition.
    Known,
    /// Defined by a file of the site.
    Site,
}

impl Kind {
    /// What its objects hold.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        match self.group.is_empty() {
            true => self.version.to_string(),
            false => format!("{}/{}", self.group, self.version),
        }
    }

    pub(super) fn is_served(&self, version: Version) -> bool {
        (self.served.0..=self.served.1).contains(&version)
    }
}

/// Names a type of one [`Schemas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(super) usize);

/// The fields of a map.
#[derive(Debug, Clone, Default)]
pub struct Type {
    /// Sorted by name.
    pub fields: Vec<Field>,
    /// Takes other fields as well.
    pub open: bool,
}

impl Type {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let at = self.fields.binary_search_by(|field| field.name.as_ref().cmp(name)).ok()?;
        self.fields.get(at)
    }

    /// The names of its fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_ref())
    }
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// What it holds.
    pub shape: Shape,
    /// The API server refuses objects without it.
    pub required: bool,
    /// How a list is merged.
    pub merge: ListMerge,
}

/// How a list is merged with another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListMerge {
    /// `x-kubernetes-list-map-keys`: items with equal values under these keys are one item.
    pub keys: Vec<Name>,
    /// `x-kubernetes-list-type: set`.
    pub set: bool,
    /// `x-kubernetes-patch-merge-key` of a list with the patch strategy `merge`; empty for plain values.
    pub patch: Option<Name>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// A text of RFC 3339 time.
    Time,
    /// A text in base64.
    Bytes,
    /// One of these texts.
    OneOf(Vec<Name>),
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A whole number or a text: `80`, `http`, `25%`.
    IntOrText,
    /// `500m`, `1Gi`, `2`.
    Quantity,
    /// A list of such.
    List(Box<Shape>),
    /// A map from free keys to such.
    Map(Box<Shape>),
    /// A map with the fields of a type.
    Object(TypeId),
}

impl Shape {
    /// What is expected, for a message: `a whole number`.
    pub fn words(&self) -> &'static str {
        match self {
            Shape::Any => "anything",
            Shape::Text | Shape::OneOf(_) => "a text",
            Shape::Time => "a time",
            Shape::Bytes => "a text in base64",
            Shape::Boolean => "true or false",
            Shape::Integer => "a whole number",
            Shape::Number => "a number",
            Shape::IntOrText => "a whole number or a text",
            Shape::Quantity => "a quantity",
            Shape::List(_) => "a list",
            Shape::Map(_) | Shape::Object(_) => "a map",
        }
    }
}

/// Where a step from a shape leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step<'s> {
    /// To what stands there.
    To(&'s Shape),
    /// Anywhere: nothing is known below.
    Open,
    /// Nowhere: these fields have no such name.
    NoField(TypeId),
    /// Nowhere: it is not a map, or not a list.
    NoStep,
}

impl Schemas {
    /// From a map to the value of a key.
    pub fn key<'s>(&'s self, shape: &'s Shape, name: &str) -> Step<'s> {
        match shape {
            Shape::Any => Step::Open,
            Shape::Map(value) => Step::To(value),
            Shape::Object(id) => match self.fields(*id).field(name) {
                Some(field) => Step::To(&field.shape),
                None if self.fields(*id).open => Step::Open,
                None => Step::NoField(*id),
            },
            _ => Step::NoStep,
        }
    }

    /// From a list to an item.
    pub fn item<'s>(&'s self, shape: &'s Shape) -> Step<'s> {
        match shape {
            Shape::Any => Step::Open,
            Shape::List(item) => Step::To(item),
            _ => Step::NoStep,
        }
    }

    /// A field of the maps beside it that has this name: `emptyDir` for `medium` of a volume. The first in
    /// alphabetical order.
    pub fn nested(&self, id: TypeId, name: &str) -> Option<&str> {
        let has = |field: &&Field| match &field.shape {
            Shape::Object(inner) => self.fields(*inner).field(name).is_some(),
            Shape::List(item) => {
                matches!(&**item, Shape::Object(inner) if self.fields(*inner).field(name).is_some())
            }
            _ => false,
        };
        self.fields(id).fields.iter().find(has).map(|field| field.name.as_ref())
    }
}
