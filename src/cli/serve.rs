//! `runproof serve`

use super::args::ServeArgs;
use super::terminal::{Stream, Terminal};
use super::{Failure, Outcome, Place};
use crate::build::{Build, Builder, Options};
use crate::diag::{Counts, Diagnostic, Format, Look, Severity, emit, summary};
use crate::serve::{Preview, Problem, Served, Watched};
use std::time::Instant;

/// How many problems stand over a page; the terminal shows all.
const SHOWN: usize = 20;

pub(super) fn run(args: ServeArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let place = Place::find(&args.site)?;
    let preview = Preview::bind(args.port).map_err(|error| no_port(args.port, &error))?;
    let options = Options { base_url: Some(preview.url()), ..place.options(!args.no_drafts) };
    let mut builder = Builder::open(options)?;
    let control = preview.control();
    // Without a handler Ctrl-C still ends the process, only less politely.
    let handled = ctrlc::set_handler(move || control.stop());
    terminal.detail(|| format!("Ctrl-C is {}handled", if handled.is_ok() { "" } else { "not " }));
    if args.port != 0 && preview.port() != args.port {
        terminal.say(&format!("Port {} is taken.", args.port));
    }
    terminal.say(&format!("Serving {} (Ctrl-C ends it)", preview.url()));
    let watched = Watched { root: place.root.clone(), ignore: vec![place.root.join("site")] };
    let rebuild = || {
        let begun = Instant::now();
        let build = builder.build();
        let served = served(&build, &place);
        report(&build, &place, begun, terminal);
        served
    };
    let warn = |text: &str| terminal.complain(&format!("warning: {text}\n"));
    let ended = preview.run(&watched, rebuild, warn);
    ended.map_err(|error| Failure::new(format!("the preview cannot run: {error}")))?;
    terminal.say("Stopped.");
    Ok(Outcome::Clean)
}

fn no_port(port: u16, error: &std::io::Error) -> Failure {
    let failure = Failure::new(format!("no port from {port} on can be used: {error}"));
    failure.help("choose another with --port; 0 takes any that is free")
}

/// The site for the browser: its files, and its errors as text.
fn served(build: &Build, place: &Place) -> Served {
    let errors = build.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let problem = |found: &Diagnostic| {
        let list = [found.clone()];
        let text = emit(Format::Human, &place.findings(&list, &build.sources), Look::default());
        Problem { title: found.message.clone(), text: text.trim_end().to_string() }
    };
    Served { artifacts: build.artifacts.clone(), problems: errors.take(SHOWN).map(problem).collect() }
}

fn report(build: &Build, place: &Place, begun: Instant, terminal: &Terminal) {
    if !build.diagnostics.is_empty() {
        let findings = place.findings(&build.diagnostics, &build.sources);
        terminal.complain(&emit(Format::Human, &findings, terminal.look(Stream::Err)));
    }
    let (summary, ms) = (summary(&Counts::of(&build.diagnostics)), begun.elapsed().as_millis());
    terminal.say(&format!("Built in {ms} ms. {summary}"));
}
