//! **source** - what the user wrote.
//!
//! In: a directory. Out: [`Sources`], a snapshot of its files with their hashes and line indices.
//! Noun: [`Sources`]. Verb: [`Sources::load`].
//!
//! This is the only room that reads the disk, the environment, git and the clock, so that every floor above
//! is a pure function of what it is given. It also owns the words that all floors share: [`Span`],
//! [`SitePath`], [`UrlPath`], [`Hash`], and the two readings of YAML in [`yaml`].

pub mod base64;
mod file;
pub mod git;
pub mod glob;
mod hash;
mod packed;
mod path;
mod sources;
mod span;
pub mod time;
pub mod yaml;

pub use file::{LineColumn, SourceFile};
pub use glob::Globs;
pub use hash::Hash;
pub use packed::{packed, unpacked, unpacked_bytes};
pub use path::{SitePath, UrlPath};
pub use sources::Sources;
pub use span::{FileId, Span};
