//! What an author may have meant by a path that leads nowhere.

use super::files::is_index;
use crate::source::SitePath;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Suggestions cost a pass over a folder; a site with more broken paths than this gets them for the first ones.
const MAX_SUGGESTIONS: usize = 300;

/// The paths of a site, below the content folder, by their parts.
pub(super) struct Suggest<'a> {
    by_name: BTreeMap<&'a str, Vec<&'a str>>,
    by_folder: BTreeMap<SitePath, Vec<&'a str>>,
    unpublished: &'a BTreeMap<SitePath, &'static str>,
    left: Cell<usize>,
}

impl<'a> Suggest<'a> {
    /// Suggestions among `paths`; `unpublished` are those that are there but no pages.
    pub(super) fn new(
        paths: impl IntoIterator<Item = &'a SitePath>,
        unpublished: &'a BTreeMap<SitePath, &'static str>,
    ) -> Suggest<'a> {
        let (mut by_name, mut by_folder) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        for path in paths {
            by_name.entry(path.file_name()).or_default().push(path.as_str());
            by_folder.entry(path.parent()).or_default().push(path.as_str());
        }
        Suggest { by_name, by_folder, unpublished, left: Cell::new(MAX_SUGGESTIONS) }
    }

    /// Why a file that is there is no page: "a draft".
    pub(super) fn unpublished(&self, path: &SitePath) -> Option<&'static str> {
        self.unpublished.get(path).copied()
    }

    /// The path that was meant: one of this name in another folder, or one in the same folder that is spelled
    /// nearly so.
    pub(super) fn page(&self, wanted: &SitePath) -> Option<&'a str> {
        if self.left.get() == 0 {
            return None;
        }
        self.left.set(self.left.get() - 1);
        let named = |name: &str| self.by_name.get(name).map(Vec::as_slice);
        let same_name = named(wanted.file_name()).or_else(|| named(&format!("{}.md", wanted.stem())));
        if let Some([only]) = same_name.filter(|_| !is_index(wanted)) {
            return Some(only);
        }
        let folder = wanted.parent();
        let elsewhere = same_name.unwrap_or_default();
        let spelled =
            crate::diag::nearest_within(2, folder.as_str(), elsewhere.iter().map(|path| apart(path).0));
        if let Some(spelled) = spelled {
            return elsewhere.iter().copied().find(|path| apart(path).0 == spelled);
        }
        let siblings = self.by_folder.get(&folder).map(Vec::as_slice).unwrap_or_default();
        let spelled = crate::diag::nearest(wanted.file_name(), siblings.iter().map(|path| apart(path).1))?;
        siblings.iter().copied().find(|path| apart(path).1 == spelled)
    }
}

/// Folder and name.
fn apart(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
