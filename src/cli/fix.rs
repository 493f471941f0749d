//! `runproof check --fix`: repairs until none is left.

use super::terminal::Terminal;
use super::{Failure, Place, check};
use crate::build::{Build, Builder};
use crate::diag::{fix, plural};
use std::collections::BTreeSet;

/// A repair may make room for another one; this many rounds are enough for any real page.
const ROUNDS: usize = 10;

/// Carry out the safe repairs; the build of what is left.
pub(super) fn run(builder: &mut Builder, place: &Place, terminal: &Terminal) -> Result<Build, Failure> {
    let (mut applied, mut files) = (0, BTreeSet::new());
    let mut build = builder.build();
    for _ in 0..ROUNDS {
        let fixed = fix::apply(&build.diagnostics, &build.sources);
        if fixed.applied == 0 {
            break;
        }
        for (path, bytes) in &fixed.files {
            // A link is followed, so that it stays one.
            let on_disk = path.on_disk(&place.root);
            let target = on_disk.canonicalize().map_err(|error| Failure::of_file(&on_disk, &error))?;
            check::save(&target, bytes)?;
            terminal.detail(|| format!("Mended {}", place.shown(path)));
        }
        applied += fixed.applied;
        files.extend(fixed.files.into_keys());
        build = builder.build();
    }
    if applied > 0 {
        let (findings, files) = (plural(applied, "finding"), plural(files.len(), "file"));
        terminal.say(&format!("Mended {findings} in {files}."));
    }
    Ok(build)
}
