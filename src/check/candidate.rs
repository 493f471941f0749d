//! A policy that may decide a claim, wherever it is written.

use super::library::Entry;
use crate::policy::Policy;
use crate::source::Span;

/// A policy of a file or of a page, as far as claims need to know it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The whole of it in its file or page.
    pub span: Span,
    /// Where it says its name: the shortest place that shows which policy it is.
    pub name: Span,
}

impl<'a> Candidate<'a> {
    /// A policy of the site's folder of policies.
    pub fn of_file(entry: &'a Entry) -> Candidate<'a> {
        Candidate { policy: &entry.policy, span: entry.span, name: entry.name }
    }

    /// Both are written at the same place.
    pub fn is(&self, other: &Candidate<'_>) -> bool {
        self.span == other.span
    }
}

/// Does `name`, as a page writes it, mean the file at `path`? Whole parts of the path count.
pub(super) fn is_file(path: &str, name: &str) -> bool {
    let name = name.trim_start_matches("./");
    path == name || path.strip_suffix(name).is_some_and(|rest| rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_meant_by_whole_parts_of_its_path() {
        assert!(is_file("policies/limits.yaml", "limits.yaml"));
        assert!(is_file("policies/limits.yaml", "./policies/limits.yaml"));
        assert!(!is_file("policies/pod-limits.yaml", "limits.yaml"));
    }
}
