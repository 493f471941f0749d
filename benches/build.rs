//! What building a site costs, beside what highlighting its code with syntect alone costs.
//!
//! `cargo bench --bench build -- [DIR]` builds the site at DIR (the corpus beside the project when there is one,
//! else this repository) and prints, for each of five rounds, the CPU time of three processes and the ratios:
//! the bare grammars over all fences (no HTML), syntect's own HTML of all fences, and a cold build, with its peak
//! memory; then what it costs to build once more, as `serve` does after a change. What is compared with is syntect as
//! it comes, for YAML too, which the build reads without it. Syntect draws no diagrams: what they cost is a figure of
//! its own, and a second ratio is with it. Each figure comes from a process of its own, so that nothing is warm, and on
//! as many threads as a build has: where two share a core, each takes longer (`RAYON_NUM_THREADS=1` for one).
//! Figures are read from `/proc`, so it runs on Linux.

#![expect(clippy::print_stdout, reason = "its figures are its output")]

use rayon::prelude::*;
use runproof::build::{Builder, Options};
use runproof::markdown;
use std::path::PathBuf;
use std::process::Command;
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::{ParseState, SyntaxReference, SyntaxSet};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    match arguments.as_slice() {
        [phase, dir] if phase == "grammars" => syntect_alone(dir, operations),
        [phase, dir] if phase == "html" => syntect_alone(dir, html),
        [phase, dir] if phase == "diagrams" => diagrams(dir),
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
        let [grammars, ..] = phase("grammars", dir);
        let [html, ..] = phase("html", dir);
        let [build, memory, again, memory_again] = phase("build", dir);
        let [diagrams, ..] = phase("diagrams", dir);
        let ratio = |build: f64, alone: f64| build / alone.max(1e-9);
        println!(
            "round {round}: grammars {grammars:.2} s, their HTML {html:.2} s, build {build:.2} s CPU, of it diagrams \
             {diagrams:.2} s; build : grammars {:.2}, build : HTML {:.2}; without diagrams {:.2} and {:.2}; \
             peak {memory} MB; again {again:.2} s, peak {memory_again} MB",
            ratio(build, grammars),
            ratio(build, html),
            ratio(build - diagrams, grammars),
            ratio(build - diagrams, html)
        );
    }
}

/// CPU seconds and peak memory in MB of one phase in a process of its own, and what more it tells.
fn phase(phase: &str, dir: &str) -> [f64; 4] {
    let own = std::env::current_exe();
    let output = own.and_then(|own| Command::new(own).args([phase, dir]).output());
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let mut figures = text.split_whitespace();
    [(); 4].map(|()| figures.next().and_then(|figure| figure.parse().ok()).unwrap_or_default())
}

/// Have syntect and nothing else work on every fence of the site that has a grammar.
fn syntect_alone(dir: &str, work: fn(&str, &SyntaxReference, &SyntaxSet)) {
    let Ok(mut builder) = Builder::open(Options::new(dir)) else { return };
    let site = builder.build().site;
    let before = cpu_seconds();
    let syntaxes = two_face::syntax::extra_newlines();
    let documents: Vec<_> = site.pages.iter().filter_map(|page| page.document.as_ref()).collect();
    documents.par_iter().flat_map_iter(|document| &document.fences).for_each(|fence| {
        let language = fence.language.as_deref();
        if let Some(syntax) = language.and_then(|name| syntaxes.find_syntax_by_token(name)) {
            work(&fence.code.text, syntax, &syntaxes);
        }
    });
    println!("{} {}", cpu_seconds() - before, peak_megabytes());
}

/// Draw every diagram of the site.
fn diagrams(dir: &str) {
    let Ok(mut builder) = Builder::open(Options::new(dir)) else { return };
    let site = builder.build().site;
    let documents = site.pages.iter().filter_map(|page| page.document.as_ref());
    let fences = documents.flat_map(|document| &document.fences);
    let sources: Vec<&str> =
        fences.filter(|fence| fence.picture.is_some()).map(|fence| fence.code.text.as_str()).collect();
    let before = cpu_seconds();
    for source in sources {
        let _ = std::hint::black_box(markdown::diagram::draw(source));
    }
    println!("{} {}", cpu_seconds() - before, peak_megabytes());
}

fn operations(code: &str, syntax: &SyntaxReference, syntaxes: &SyntaxSet) {
    let mut state = ParseState::new(syntax);
    for line in code.split_inclusive('\n') {
        let _ = state.parse_line(line, syntaxes);
    }
}

fn html(code: &str, syntax: &SyntaxReference, syntaxes: &SyntaxSet) {
    let mut html = ClassedHTMLGenerator::new_with_class_style(syntax, syntaxes, ClassStyle::Spaced);
    for line in code.split_inclusive('\n') {
        let _ = html.parse_html_for_line_which_includes_newline(line);
    }
    std::hint::black_box(html.finalize());
}

fn build(dir: &str) {
    if let Ok(mut builder) = Builder::open(Options::new(dir)) {
        std::hint::black_box(builder.build());
        let (cold, memory) = (cpu_seconds(), peak_megabytes());
        std::hint::black_box(builder.build());
        println!("{cold} {memory} {} {}", cpu_seconds() - cold, peak_megabytes());
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
