//! Texts as parts of a URL.

use super::config::Slugs;
use crate::markdown::{Dialect, slugify};

/// `text` as a part of a URL.
pub(super) fn slug(text: &str, how: &Slugs) -> String {
    let dialect = Dialect { slugger: how.slugger, separator: how.separator.clone(), ..Dialect::default() };
    slugify(text, &dialect)
}
