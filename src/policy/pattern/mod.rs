//! Overlay patterns: a tree of expectations with anchors, laid over a resource.

mod anchor;
mod leaf;
mod walk;

pub(crate) use anchor::{Anchor, AnchorKind, has_wildcard_choice};
pub(crate) use leaf::{is_range, matches as leaf_matches};
pub(crate) use walk::{Outcome, check};

/// The name that a key of a pattern stands for, without its anchor.
pub(crate) fn bare_key(key: &str) -> &str {
    anchor::bare(key)
}
