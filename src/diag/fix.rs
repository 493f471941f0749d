//! Safe repairs, carried out on the texts of files. Writing them is for the command line.

use super::{Diagnostic, Edit, Fix};
use crate::source::{SitePath, Sources, Span};
use std::collections::BTreeMap;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fixed {
    /// The new content of each file that changes.
    pub files: BTreeMap<SitePath, Vec<u8>>,
    /// How many repairs were carried out.
    pub applied: usize,
    /// How many were left, because they touch what another one changes or a file outside of the root. After
    /// the files were written and checked again, the next round finds them anew if they still make sense.
    pub left: usize,
}

/// Carry out the repairs of `diagnostics`. A repair happens as a whole or not at all; of two that touch the same
/// bytes the one of the earlier finding wins.
pub fn apply(diagnostics: &[Diagnostic], sources: &Sources) -> Fixed {
    let (mut taken, mut fixed) = (Vec::<Edit>::new(), Fixed::default());
    for fix in diagnostics.iter().filter_map(|found| found.fix.as_ref()) {
        let fresh: Vec<&Edit> = fix.edits.iter().filter(|edit| !taken.contains(edit)).collect();
        let free = !fresh.iter().any(|edit| taken.iter().any(|other| touches(edit.span, other.span)));
        match free && is_sound(fix, sources) {
            true => {
                taken.extend(fresh.into_iter().cloned());
                fixed.applied += 1;
            }
            false => fixed.left += 1,
        }
    }
    fixed.files = rewrite(taken, sources);
    fixed
}

/// Do two edits get into each other's way? Two insertions at one place do: their order would be a guess.
fn touches(left: Span, right: Span) -> bool {
    left.file == right.file && left.start <= right.end && right.start <= left.end
}

/// Does the repair stay within the site, within its files and out of its own way?
fn is_sound(fix: &Fix, sources: &Sources) -> bool {
    let fits = |edit: &Edit| {
        sources.file(edit.span.file).is_some_and(|file| {
            !file.path().is_outside() && file.text().is_some_and(|text| text.get(edit.span.range()).is_some())
        })
    };
    let apart = |(at, edit): (usize, &Edit)| {
        fix.edits[..at].iter().all(|other| {
            edit.span.file != other.span.file
                || edit.span.start >= other.span.end
                || other.span.start >= edit.span.end
        })
    };
    !fix.edits.is_empty() && fix.edits.iter().all(fits) && fix.edits.iter().enumerate().all(apart)
}

/// The files with all `edits` carried out, from the last to the first so that earlier offsets stay true.
fn rewrite(mut edits: Vec<Edit>, sources: &Sources) -> BTreeMap<SitePath, Vec<u8>> {
    edits.sort_by_key(|edit| (edit.span.file, edit.span.start));
    let mut files: BTreeMap<SitePath, Vec<u8>> = BTreeMap::new();
    for edit in edits.iter().rev() {
        if let Some(file) = sources.file(edit.span.file) {
            let bytes = files.entry(file.path().clone()).or_insert_with(|| file.bytes().to_vec());
            bytes.splice(edit.span.range(), edit.text.bytes());
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::codes;

    #[test]
    fn repairs_that_touch_wait_for_the_next_round() {
        let sources = Sources::in_memory([("a.md", "one two three")]);
        let file = sources.get(&SitePath::new("a.md")).unwrap();
        let edit =
            |start, end, text: &str| vec![Edit { span: file.span(start, end), text: text.to_string() }];
        let found = |edits| Diagnostic::new(&codes::BROKEN_LINK, file.span(0, 1), "x").fix("mend it", edits);
        let all = [found(edit(8, 13, "3")), found(edit(0, 3, "1")), found(edit(2, 6, "?"))];
        let fixed = apply(&all, &sources);
        assert_eq!((fixed.applied, fixed.left), (2, 1));
        assert_eq!(fixed.files[&SitePath::new("a.md")], b"1 two 3");
    }

    #[test]
    fn the_same_repair_of_two_findings_happens_once() {
        let sources = Sources::in_memory([("a.md", "x")]);
        let file = sources.get(&SitePath::new("a.md")).unwrap();
        let found = Diagnostic::new(&codes::BROKEN_LINK, file.span(0, 1), "x")
            .fix("close it", vec![Edit { span: file.span(1, 1), text: "\n```\n".to_string() }]);
        let fixed = apply(&[found.clone(), found], &sources);
        assert_eq!(fixed.files[&SitePath::new("a.md")], b"x\n```\n");
        assert_eq!((fixed.applied, fixed.left), (2, 0));
    }

    #[test]
    fn a_repair_outside_of_its_file_is_refused() {
        let sources = Sources::in_memory([("a.md", "ä"), ("../b.md", "b")]);
        let a = sources.get(&SitePath::new("a.md")).unwrap();
        let b = sources.get(&SitePath::new("../b.md")).unwrap();
        for span in [a.span(1, 2), a.span(2, 9), b.span(0, 1)] {
            let found = Diagnostic::new(&codes::BROKEN_LINK, span, "x")
                .fix("mend it", vec![Edit { span, text: String::new() }]);
            assert_eq!(apply(&[found], &sources), Fixed { left: 1, ..Fixed::default() });
        }
    }
}
