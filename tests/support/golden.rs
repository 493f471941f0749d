//! Golden files: what a test made, kept in a file that people read.
//!
//! A test hands over what it made; it must be what the file holds. To accept new output, run
//! `ACCEPT=1 cargo test` and look at the difference before you commit it.

use std::path::Path;

/// Hold `actual` to the file at `path`, a path below the crate's root.
pub fn check(path: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("ACCEPT").is_some() {
        std::fs::write(&file, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let difference = first_difference(&expected, actual).map(|(line, (expected, actual))| {
        format!("{path}:{line} differs\n  expected: {expected}\n  actual:   {actual}\n(ACCEPT=1 cargo test accepts it)")
    });
    assert!(difference.is_none(), "{}", difference.unwrap_or_default());
}

fn first_difference<'a>(left: &'a str, right: &'a str) -> Option<(usize, (&'a str, &'a str))> {
    let lines = left.lines().count().max(right.lines().count());
    let line = |text: &'a str, at: usize| text.lines().nth(at).unwrap_or("(nothing)");
    let pairs = (0..lines).map(|at| (at + 1, (line(left, at), line(right, at))));
    pairs.into_iter().find(|(_, (left, right))| left != right)
}
