//! `runproof check`

use super::args::{CheckArgs, FormatArg};
use super::terminal::{Stream, Terminal};
use super::{Failure, Outcome, Place, fix, policy_report};
use crate::build::{Builder, Options};
use crate::check::AuditedClaim;
use crate::diag::baseline::{self, Baseline};
use crate::diag::settings::FailOn;
use crate::diag::{Case, Counts, Diagnostic, Findings, Format, emit, plural, step_summary, summary};
use crate::source::Sources;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The baseline that is used without being named, in the site's folder.
const BASELINE: &str = "runproof-baseline.json";
/// Rows of the summary of a step; GitHub takes a megabyte.
const ROWS: usize = 200;

pub(super) fn run(args: CheckArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let place = Place::find(&args.site)?;
    let options = Options { kubernetes: args.kubernetes, ..place.options(args.drafts) };
    let mut builder = Builder::open(options)?;
    let build = match args.fix {
        true => fix::run(&mut builder, &place, terminal)?,
        false => builder.build(),
    };
    let checks = &build.config.checks;
    let configured = args.baseline.clone().or_else(|| Some(checks.baseline.as_ref()?.on_disk(&place.root)));
    let path = configured.clone().unwrap_or_else(|| place.root.join(BASELINE));
    let fail_on = args.fail_on.map_or(checks.fail_on.into(), FailOn::from);
    if args.update_baseline {
        return update(&path, &build.diagnostics, &build.sources, terminal);
    }
    let known = read(&path, configured.is_some())?;
    let (list, known) = filter(known, &path, build.diagnostics, &build.sources);
    let claims: Vec<Case> = build.audit.claims.iter().map(case).collect();
    let findings = Findings { claims: &claims, ..place.findings(&list, &build.sources) };
    write_report(&args, &findings, terminal)?;
    if args.format == FormatArg::Github {
        add_step_summary(&findings)?;
    }
    if let Some(path) = &args.policy_report {
        save(path, policy_report::text(&build.audit.claims)?.as_bytes())?;
    }
    let mut line = summary(&Counts::of(&list));
    if known > 0 {
        line.push_str(&format!(" {} in {}.", plural(known, "known finding"), path.display()));
    }
    terminal.say(&line);
    Ok(if fail_on.fails(&list) { Outcome::Findings } else { Outcome::Clean })
}

fn case(claim: &AuditedClaim) -> Case {
    Case {
        span: claim.span,
        name: claim.claim.clone(),
        verdict: claim.verdict,
        holds: claim.verdict == "verified",
        words: claim.words.clone(),
    }
}

/// The baseline at `path`; one that was not `named` need not be there.
fn read(path: &Path, named: bool) -> Result<Option<Baseline>, Failure> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && !named => return Ok(None),
        Err(error) => {
            let failure = Failure::of_file(path, &error);
            return Err(failure.help("write a baseline with `runproof check --update-baseline`"));
        }
    };
    let wrong = |error: String| Failure::new(format!("`{}` is no baseline: {error}", path.display()));
    Baseline::parse(&text).map(Some).map_err(wrong)
}

/// What the baseline does not know, and how much it knows.
fn filter(
    baseline: Option<Baseline>,
    path: &Path,
    list: Vec<Diagnostic>,
    sources: &Sources,
) -> (Vec<Diagnostic>, usize) {
    let Some(baseline) = baseline else { return (list, 0) };
    let mut filtered = baseline.filter(list, sources);
    filtered.fresh.extend(baseline::stale(&filtered.stale, &path.to_string_lossy()));
    (filtered.fresh, filtered.known)
}

fn update(
    path: &Path,
    list: &[Diagnostic],
    sources: &Sources,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let baseline = Baseline::of(list, sources);
    save(path, baseline.to_text().as_bytes())?;
    terminal.say(&format!("{} in {}", plural(baseline.len(), "known finding"), path.display()));
    Ok(Outcome::Clean)
}

fn write_report(args: &CheckArgs, findings: &Findings<'_>, terminal: &Terminal) -> Result<(), Failure> {
    let format = Format::from(args.format);
    match &args.output {
        Some(path) => save(path, emit(format, findings, crate::diag::Look::default()).as_bytes()),
        None => {
            terminal.print(&emit(format, findings, terminal.look(Stream::Out)));
            Ok(())
        }
    }
}

/// Add to the page that GitHub shows for the step, if there is one.
fn add_step_summary(findings: &Findings<'_>) -> Result<(), Failure> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let path = PathBuf::from(path);
    let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
    let text = step_summary(findings, ROWS);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| Failure::of_file(&path, &error))
}

/// Write a file as a whole or not at all: beside it first, then in its place.
pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let put = || {
        std::fs::write(&beside, bytes)?;
        if let Ok(found) = std::fs::metadata(path) {
            std::fs::set_permissions(&beside, found.permissions())?;
        }
        std::fs::rename(&beside, path)
    };
    put().map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        Failure::of_file(path, &error)
    })
}
