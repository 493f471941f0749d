//! What building a site costs, beside what its grammars alone cost.
//!
//! `cargo bench --bench build -- [DIR]` builds the site at DIR (the corpus beside the project when there is one,
//! else this repository) and prints, for each of five rounds, the CPU time of the bare grammars over all of its
//! fences, the CPU time of a cold build, their ratio, and the peak memory of the build. Each figure comes from a
//! process of its own, so that nothing is warm; figures are read from `/proc`, so it runs on Linux.

#![expect(clippy::print_stdout, reason = "its figures are its output")]

use runproof::build::{Builder, Options};
use std::path::PathBuf;
use std::process::Command;
use syntect::parsing::ParseState;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    match arguments.as_slice() {
        [phase, dir] if phase == "grammars" => grammars(dir),
        [phase, dir] if phase == "build" => build(dir),
        [dir] => compare(dir),
        _ => compare(&default_site()),
    }
}

fn default_site() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = root.join("../shared/corpora/ael");
    if beside.exists() { beside } else { root }.to_string_lossy().into_owned()
}

fn compare(dir: &str) {
    println!("{dir}");
    for round in 1..=5 {
        let (grammars, _) = phase("grammars", dir);
        let (build, memory) = phase("build", dir);
        let ratio = build / grammars.max(1e-9);
        println!(
            "round {round}: grammars {grammars:.2} s, build {build:.2} s CPU, ratio {ratio:.2}, peak {memory} MB"
        );
    }
}

/// CPU seconds and peak memory in MB of one phase in a process of its own.
fn phase(phase: &str, dir: &str) -> (f64, u64) {
    let own = std::env::current_exe();
    let output = own.and_then(|own| Command::new(own).args([phase, dir]).output());
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let mut figures = text.split_whitespace();
    let seconds = figures.next().and_then(|figure| figure.parse().ok()).unwrap_or_default();
    (seconds, figures.next().and_then(|figure| figure.parse().ok()).unwrap_or_default())
}

/// Parse every fence of the site with the grammars and nothing else.
fn grammars(dir: &str) {
    let Ok(mut builder) = Builder::open(Options::new(dir)) else { return };
    let site = builder.build().site;
    let before = cpu_seconds();
    let syntaxes = two_face::syntax::extra_newlines();
    let documents = site.pages.iter().filter_map(|page| page.document.as_ref());
    for fence in documents.flat_map(|document| &document.fences) {
        let Some(syntax) = fence.language.as_deref().and_then(|name| syntaxes.find_syntax_by_token(name))
        else {
            continue;
        };
        let mut state = ParseState::new(syntax);
        for line in fence.code.text.split_inclusive('\n') {
            let _ = state.parse_line(line, &syntaxes);
        }
    }
    println!("{} {}", cpu_seconds() - before, peak_megabytes());
}

fn build(dir: &str) {
    if let Ok(mut builder) = Builder::open(Options::new(dir)) {
        let artifacts = builder.build().artifacts.len();
        println!("{} {} {artifacts}", cpu_seconds(), peak_megabytes());
    }
}

/// User and system time of this process; the kernel counts in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
