//! The public test suites of Kyverno and its policy library: rows as `kyverno test` gives them. `KYVERNO_SUITES`
//! chooses by a part of the path, `SHOW_DIFFERENCES=1` prints what differs.
#![expect(clippy::unwrap_used, reason = "a broken corpus stops the test")]

mod support;

use runproof::policy::suite::{Outcome, Suite};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::conformance::{Figures, record};

fn tests(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => tests(&path, found),
            false if path.ends_with("kyverno-test.yaml") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn rows_of_the_public_suites() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/kyverno");
    if !root.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", root.display());
        println!("skipped: ../shared is absent");
        return;
    }
    let choice = std::env::var("KYVERNO_SUITES").unwrap_or_default();
    let show = std::env::var_os("SHOW_DIFFERENCES").is_some();
    let mut files = Vec::new();
    tests(&root, &mut files);
    let (mut agree, mut differ, mut idle, mut invalid) = (0, 0, 0, 0);
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let mut apart: BTreeMap<String, usize> = BTreeMap::new();
    for path in files.iter().filter(|path| path.to_string_lossy().contains(&choice)) {
        let folder = path.parent().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (suites, problems) = Suite::read(&text);
        let read = |name: &str| {
            let place = folder.join(name);
            match place.is_dir() {
                true => {
                    let mut all: Vec<PathBuf> =
                        std::fs::read_dir(&place).ok()?.filter_map(|e| Some(e.ok()?.path())).collect();
                    all.sort();
                    Some(
                        all.iter()
                            .filter_map(|one| std::fs::read_to_string(one).ok())
                            .collect::<Vec<_>>()
                            .join("\n---\n"),
                    )
                }
                false => std::fs::read_to_string(place).ok(),
            }
        };
        if show && !problems.is_empty() {
            println!("PROBLEM {}: {problems:?}", path.display());
        }
        for suite in &suites {
            let report = suite.run(&read);
            for row in &report.rows {
                match &row.outcome {
                    Outcome::Agrees => agree += 1,
                    Outcome::NotExercised(_) => idle += 1,
                    Outcome::Invalid(_) => invalid += 1,
                    Outcome::Unsupported(feature) => *unsupported.entry(feature.clone()).or_default() += 1,
                    Outcome::Differs => differ += 1,
                }
                let what = match &row.outcome {
                    Outcome::Agrees => None,
                    Outcome::Differs => Some(row.message.clone()),
                    Outcome::NotExercised(reason) => Some(format!("not exercised: {reason}")),
                    Outcome::Invalid(reason) => Some(format!("invalid: {reason}")),
                    Outcome::Unsupported(feature) => Some(feature.clone()),
                };
                if let Some(what) = what {
                    *apart.entry(what).or_default() += 1;
                }
                let wrong = row.outcome != Outcome::Agrees;
                if show && wrong {
                    let place = path.strip_prefix(&root).unwrap().display();
                    println!(
                        "{:?} {place}: {} {} {} {}: expected {}, got {:?}: {}",
                        row.outcome,
                        row.policy,
                        row.rule,
                        row.kind,
                        row.resource,
                        row.expected,
                        row.actual,
                        row.message
                    );
                }
            }
        }
    }
    println!(
        "suites: {agree} agree, {differ} differ, {idle} not exercised, {invalid} invalid, unsupported {unsupported:?}"
    );
    if choice.is_empty() {
        assert!(agree >= 3150 && differ <= 1, "{agree} agree, {differ} differ");
        record(&Figures {
            table: "suites",
            equal: agree,
            different: differ + invalid,
            unsupported: unsupported.values().sum(),
            idle,
            apart,
        });
    }
}
