//! **kube** - what a manifest says.
//!
//! In: YAML text. Out: [`Resource`]s that know where each field was written.
//! Noun: [`Resource`]. Verb: [`read`].
//!
//! The floor also owns the small languages that Kubernetes is full of: [`Gvk`], [`Quantity`], [`duration`],
//! [`merge_patch`]es, label [`selector`]s, [`image`] references, [`wildcard`]s, and the [`schema`]s and [`scope`] of kinds.

pub mod duration;
mod gvk;
pub mod image;
pub mod merge_keys;
pub mod merge_patch;
mod quantity;
mod read;
mod resource;
pub mod schema;
pub mod scope;
pub mod selector;
pub mod wildcard;

pub use gvk::{Gvk, KindSelector};
pub use quantity::{Format, Quantity};
pub use read::{ReadError, read, read_documents, to_json};
pub use resource::Resource;
