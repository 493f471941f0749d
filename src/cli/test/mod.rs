//! `runproof test`

mod places;
mod report;
mod selector;

use super::args::{TestArgs, TestFormat};
use super::files::{self, TextFile};
use super::terminal::Terminal;
use super::{Failure, Outcome, schemas};
use crate::diag::visible;
use crate::kube::schema::Version;
use crate::kube::{self, Resource};
use crate::policy::suite::{Outcome as Verdict, Problem, Report, Row, Suite};
use selector::Selector;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file of tests and what came of it.
struct Tested {
    /// The file, as it is shown.
    name: String,
    /// What the rows are, in order.
    rows: Vec<Row>,
    /// Of each row that differs, the field and the rule that decided, with their places.
    places: Vec<String>,
    /// Older forms of the file, each with its place.
    notes: Vec<String>,
    /// What is wrong with the file or those that it names, each with its place.
    problems: Vec<String>,
}

pub(super) fn run(args: &TestArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let selector = Selector::parse(&args.test_case_selector)?;
    let paths = find(&args.paths, &args.file_name)?;
    if paths.is_empty() {
        terminal.say(&format!("There is no `{}`.", args.file_name));
        return Ok(if args.require_tests { Outcome::Findings } else { Outcome::Clean });
    }
    let tested = paths
        .iter()
        .map(|path| test(path, &selector, args.kubernetes))
        .collect::<Result<Vec<Tested>, _>>()?;
    for note in tested.iter().flat_map(|one| &one.notes) {
        terminal.complain(&format!("note: {}\n", visible(note, false)));
    }
    let counts = report::Counts::of(&tested);
    match args.format {
        TestFormat::Human => {
            terminal.print(&report::human(&tested, args.fail_only));
            terminal.print(&format!("\nTest Summary: {counts}\n"));
        }
        TestFormat::Json => terminal.print(&report::json(&tested, args.fail_only)),
        TestFormat::Junit => terminal.print(&report::junit(&tested, args.fail_only)),
    }
    if args.format != TestFormat::Human {
        terminal.say(&format!("Test Summary: {counts}"));
    }
    if counts.idle > 0 {
        terminal.say("Rows that are not exercised prove nothing; --fail-on-unexercised makes them fail.");
    }
    let failed = counts.failed() || (args.fail_on_unexercised && counts.idle > 0);
    Ok(if failed { Outcome::Findings } else { Outcome::Clean })
}

/// The files of tests that `paths` mean: those named, and those of this name below folders.
fn find(paths: &[PathBuf], file_name: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => found.extend(files::below(path)?.into_iter().filter(|file| file.ends_with(file_name))),
            false if path.exists() => found.push(path.clone()),
            false => return Err(Failure::new(format!("there is no `{}`", path.display()))),
        }
    }
    Ok(found)
}

/// Every document of one file.
fn test(path: &Path, selector: &Selector, version: Option<Version>) -> Result<Tested, Failure> {
    let name = files::shown(path);
    let file = match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => TextFile { name, text },
        Ok(Err(_)) => return Ok(broken(name, "the file is not UTF-8")),
        Err(error) => return Ok(broken(name, &error.to_string())),
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let (suites, problems) = Suite::read(&file.text);
    let notes = suites.iter().flat_map(|suite| &suite.notes);
    let notes = notes.map(|note| placed(note, &file, folder)).collect();
    let mut tested =
        Tested { name: file.name.clone(), rows: Vec::new(), places: Vec::new(), notes, problems: Vec::new() };
    tested.problems.extend(problems.iter().map(|problem| placed(problem, &file, folder)));
    tested.problems.extend(version.map(|version| faults(version, &suites, folder)).into_iter().flatten());
    for suite in &suites {
        let report = suite.run(&|name| files::beside(folder, name));
        let new = report.problems.iter().filter(|problem| !is_told(problem, &report));
        tested.problems.extend(new.map(|problem| placed(problem, &file, folder)));
        for row in report.rows.into_iter().filter(|row| selector.fits(row, suite)) {
            let differs = row.outcome == Verdict::Differs;
            tested.places.push(if differs { places::of(&row, suite, folder) } else { String::new() });
            tested.rows.push(row);
        }
    }
    Ok(tested)
}

/// What the objects of the suites have that this version of Kubernetes does not take, with their places.
fn faults(version: Version, suites: &[Suite], folder: &Path) -> Vec<String> {
    let names: BTreeSet<&String> = suites.iter().flat_map(|suite| &suite.resources).collect();
    let paths: BTreeSet<PathBuf> = names.into_iter().flat_map(|name| files::named(folder, name)).collect();
    let files: Vec<TextFile> = paths.iter().filter_map(|path| TextFile::read(path).ok()).collect();
    let read: Vec<Vec<Resource>> = files.iter().map(|file| kube::read(&file.text).0).collect();
    let objects =
        read.iter().zip(&files).flat_map(|(objects, file)| objects.iter().map(move |one| (one, file)));
    schemas::faults(version, &objects.collect::<Vec<_>>())
}

fn broken(name: String, problem: &str) -> Tested {
    Tested {
        problems: vec![format!("{name}: {problem}")],
        name,
        rows: Vec::new(),
        places: Vec::new(),
        notes: Vec::new(),
    }
}

/// Do rows of the report tell of this refusal of a policy already?
fn is_told(problem: &Problem, report: &Report) -> bool {
    report.rows.iter().any(|row| {
        let name = row.policy.rsplit('/').next().unwrap_or_default();
        matches!(&row.outcome, Verdict::Invalid(reason) if problem.message == format!("{name}: {reason}"))
    })
}

/// The problem with its place. Places in a folder are those of no file.
fn placed(problem: &Problem, test: &TextFile, folder: &Path) -> String {
    let path = folder.join(&problem.file);
    let message = &problem.message;
    let at = match (&problem.place, problem.file.as_str()) {
        (Some(place), "") => test.at(place),
        (Some(place), _) => TextFile::read(&path).map_or_else(|_| files::shown(&path), |file| file.at(place)),
        (None, "") => test.name.clone(),
        (None, _) => files::shown(&path),
    };
    format!("{at}: {message}")
}
