//! What colouring the fences of a corpus costs: the grammars alone, and all that `highlight` does.
//!
//! `cargo bench --bench highlight -- DIR`: DIR holds Markdown files; the default is the corpus beside the project.

#![expect(clippy::print_stdout, reason = "its figures are its output")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use syntect::parsing::{ParseState, SyntaxSet};

fn main() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpora/ael");
    let dir =
        std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_else(|| beside.to_string());
    let fences = fences_below(Path::new(&dir));
    let bytes: usize = fences.iter().map(|(_, code)| code.len()).sum();
    println!("{} fences with a grammar, {bytes} bytes, below {dir}", fences.len());

    let start = Instant::now();
    let grammars = two_face::syntax::extra_newlines();
    println!("loading the grammars: {:?}", start.elapsed());
    for round in 1..=5 {
        let bare =
            timed(|| fences.iter().map(|(language, code)| operations(&grammars, language, code)).sum());
        let ours = timed(|| fences.iter().map(|(language, code)| html_bytes(language, code)).sum());
        let ratio = ours.0.as_secs_f64() / bare.0.as_secs_f64().max(1e-9);
        println!(
            "round {round}: grammars alone {:?} ({} operations), ours {:?} ({} bytes), ratio {ratio:.3}",
            bare.0, bare.1, ours.0, ours.1
        );
    }
}

fn timed(work: impl Fn() -> usize) -> (Duration, usize) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

fn operations(grammars: &SyntaxSet, language: &str, code: &str) -> usize {
    let Some(syntax) = grammars.find_syntax_by_token(language) else { return 0 };
    let mut state = ParseState::new(syntax);
    code.split_inclusive('\n')
        .map(|line| state.parse_line(line, grammars).map_or(0, |found| found.len()))
        .sum()
}

fn html_bytes(language: &str, code: &str) -> usize {
    runproof::markdown::highlight(code, language).map_or(0, |lines| lines.iter().map(String::len).sum())
}

/// Fences of the languages that both ways know by the same name.
fn fences_below(dir: &Path) -> Vec<(String, String)> {
    let known =
        ["yaml", "bash", "json", "go", "python", "hcl", "sql", "dockerfile", "typescript", "markdown"];
    let mut files = Vec::new();
    collect(dir, &mut files);
    files.sort();
    let texts = files.iter().filter_map(|path| std::fs::read_to_string(path).ok());
    let all = texts.flat_map(|text| fences_of(&text));
    all.filter(|(language, _)| known.contains(&language.as_str())).collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}

fn fences_of(text: &str) -> Vec<(String, String)> {
    let mut fences: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match line.trim_start().strip_prefix("```") {
            Some(_) if open => open = false,
            Some(language) => {
                open = true;
                fences.push((language.trim().to_string(), String::new()));
            }
            None if open => {
                if let Some((_, code)) = fences.last_mut() {
                    code.push_str(line);
                    code.push('\n');
                }
            }
            None => {}
        }
    }
    fences
}
