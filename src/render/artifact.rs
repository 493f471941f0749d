//! A file of the built site.

use crate::source::{Hash, SitePath};
use std::sync::Arc;

/// One file of the output: where it goes, what is in it, and the hash of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The file below the output folder: `a/index.html`.
    pub path: SitePath,
    /// Its content.
    pub bytes: Arc<[u8]>,
    /// The hash of its content.
    pub hash: Hash,
}

impl Artifact {
    /// `bytes` as the file `path`.
    pub fn new(path: SitePath, bytes: impl Into<Arc<[u8]>>) -> Artifact {
        let bytes = bytes.into();
        Artifact { path, hash: Hash::of(&bytes), bytes }
    }

    /// `text` as the file `path`.
    pub(super) fn text(path: impl AsRef<str>, text: String) -> Artifact {
        Artifact::new(SitePath::new(path), text.into_bytes())
    }
}
