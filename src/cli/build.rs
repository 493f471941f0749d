//! `runproof build`

use super::args::BuildArgs;
use super::terminal::{Stream, Terminal};
use super::{Failure, Outcome, Place};
use crate::build::{Build, Builder, Options, write};
use crate::diag::settings::FailOn;
use crate::diag::{Counts, Format, emit, plural, summary};
use std::time::Instant;

pub(super) fn run(args: BuildArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let begun = Instant::now();
    let place = Place::find(&args.site)?;
    let options = Options { base_url: args.base_url, ..place.options(args.drafts) };
    let build = Builder::open(options)?.build();
    let fails = FailOn::Error.fails(&build.diagnostics);
    report(&build, &place, terminal);
    if fails && !args.keep_going {
        terminal.complain("Nothing was written. Mend the errors, or write the site with --keep-going.\n");
        return Ok(Outcome::Findings);
    }
    let out = args.out.unwrap_or_else(|| build.config.out_dir.on_disk(&place.root));
    let done = write::write(&out, &build.artifacts)?;
    let mut line = format!("Wrote {} to {}", plural(done.written, "file"), out.display());
    let more =
        [(done.unchanged, "unchanged"), (done.removed, "removed"), (done.kept, "kept as changed by others")];
    let more: Vec<String> =
        more.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !more.is_empty() {
        line.push_str(&format!(" ({})", more.join(", ")));
    }
    terminal.say(&format!("{line} in {:.2} s", begun.elapsed().as_secs_f64()));
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

/// The findings of a build, which stand beside what it does.
fn report(build: &Build, place: &Place, terminal: &Terminal) {
    if build.diagnostics.is_empty() {
        return;
    }
    let findings = place.findings(&build.diagnostics, &build.sources);
    terminal.complain(&emit(Format::Human, &findings, terminal.look(Stream::Err)));
    terminal.complain(&format!("{}\n", summary(&Counts::of(&build.diagnostics))));
}
