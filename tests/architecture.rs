//! The floors and walls of the source tree, held by reading its `use` lines and paths.
//!
//! A module imports only from floors below it; walls forbid a few looks downward as well; and each outside
//! crate has one home. A line that breaks this is named.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the ground up. Rooms on one floor do not see each other.
const FLOORS: &[&[&str]] = &[
    &["source"],
    &["diag"],
    &["markdown", "kube"],
    &["policy", "snippet"],
    &["site"],
    &["check"],
    &["render"],
    &["build"],
    &["serve"],
    &["cli"],
];

/// Rooms that know nothing of these others, although they lie below.
const WALLS: &[(&str, &[&str])] = &[
    ("site", &["kube", "policy", "snippet"]),
    ("render", &["kube", "policy", "snippet"]),
    ("policy", &["markdown"]),
];

/// Where an outside crate may be named.
const HOMES: &[(&str, &str)] = &[
    ("ab_glyph", "render/cards/"),
    ("annotate_snippets", "diag/"),
    ("brush_parser", "snippet/shell"),
    ("clap", "cli/"),
    ("clap_complete", "cli/"),
    ("frostem", "render/search"),
    ("globset", "source/glob.rs"),
    ("jaq_core", "snippet/filters.rs"),
    ("jiff", "source/time.rs"),
    ("merman", "markdown/diagram/mermaid.rs"),
    ("minify_html", "render/"),
    ("miniz_oxide", "source/packed.rs"),
    ("notify", "serve/"),
    ("notosans", "render/cards/"),
    ("pulldown_cmark", "markdown/"),
    ("rayon", "build/"),
    ("saphyr_parser", "source/yaml/"),
    ("serde_yaml", "source/yaml/"),
    ("sha2", "source/hash.rs"),
    ("syntect", "markdown/highlight"),
    ("tera", "render/"),
    ("tiny_http", "serve/"),
    ("toml", "site/config"),
    ("two_face", "markdown/highlight"),
];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, files),
            false if path.extension().is_some_and(|ext| ext == "rs") => files.push(path),
            false => {}
        }
    }
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The rooms that a line names: `use crate::diag::…`, `crate::source::…`.
fn rooms_named(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices("crate::")
        .map(|(at, found)| code[at + found.len()..].split(|c: char| !c.is_alphanumeric() && c != '_').next())
        .map(Option::unwrap_or_default)
        .collect()
}

#[test]
fn a_room_looks_only_down_and_through_no_wall() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let room = file.split('/').next().unwrap().trim_end_matches(".rs");
        let Some(own) = floor(room) else { continue };
        let walls = WALLS.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, walls)| walls);
        for (number, line) in text.lines().enumerate() {
            for named in rooms_named(line).into_iter().filter(|named| *named != room) {
                let below = floor(named).is_none_or(|floor| floor < own);
                if !below || walls.contains(&named) {
                    wrong.push(format!(
                        "src/{file}:{}: {room} must not see {named}: {}",
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_outside_crate_has_one_home() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (name, home) in HOMES.iter().filter(|(_, home)| !file.starts_with(home)) {
                let named = code.contains(&format!("{name}::")) && !code.contains(&format!("::{name}::"));
                if named && !code.contains(&format!("_{name}::")) {
                    wrong.push(format!(
                        "src/{file}:{}: {name} lives in src/{home}: {}",
                        number + 1,
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_room_is_on_a_floor() {
    let mut unknown: Vec<String> = sources()
        .iter()
        .map(|(file, _)| file.split('/').next().unwrap().trim_end_matches(".rs").to_string())
        .filter(|room| !["lib", "main"].contains(&room.as_str()) && floor(room).is_none())
        .collect();
    unknown.dedup();
    assert!(unknown.is_empty(), "rooms without a floor: {unknown:?}");
}
