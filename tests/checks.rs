//! The page of a check is its test: what stands there as failing fails, and what stands there as mended does not.
//!
//! An example is a fence with the class `fails`, `passes` or both. Its title names the file of a small site that it
//! is, `content/page.md` when it has none. `\u{…}` and `\x..` in it stand for a character and a byte that cannot
//! be shown.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use runproof::diag::{Diagnostic, Severity, baseline, codes, explain, fix};
use runproof::markdown::{self, Dialect, Document, Fence};
use runproof::source::{SitePath, Sources};
use std::fs;
use std::path::Path;
use support::SiteTest;

const BASELINE: &str = "runproof-baseline.json";

/// The page of a code: its Markdown and its examples.
struct Page {
    code: &'static codes::Code,
    text: String,
    examples: Vec<Example>,
}

/// One file of the small site.
struct Example {
    fails: bool,
    passes: bool,
    path: String,
    bytes: Vec<u8>,
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let mut names: Vec<String> =
        fs::read_dir(folder()).unwrap().map(|entry| stem(&entry.unwrap().path())).collect();
    names.retain(|name| name != "index");
    names.sort_unstable();
    let mut known: Vec<&str> = codes::ALL.iter().map(|code| code.name).collect();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn a_page_says_what_its_code_is() {
    for page in pages() {
        let name = page.code.name;
        assert!(page.text.starts_with(&format!("---\ntitle: {name}\ndescription: ")), "{name}: front matter");
        assert!(page.text.contains(&format!("\n# `{name}`\n")), "{name}: heading");
        let severity = format!("\nDefault severity: **{}**.\n", page.code.severity.word());
        assert!(page.text.ends_with(&severity), "{name}: severity");
    }
}

#[test]
fn the_index_names_every_code() {
    let index = fs::read_to_string(folder().join("index.md")).unwrap();
    let rows = index.lines().filter(|line| line.starts_with("| [`")).count();
    assert_eq!(rows, codes::ALL.len());
    for code in codes::ALL {
        let row = format!("| [`{0}`]({0}.md) | {1} | {2} |\n", code.name, code.severity.word(), code.summary);
        assert!(index.contains(&row), "content/reference/checks/index.md lacks this row:\n{row}");
    }
}

#[test]
fn the_binary_holds_the_pages() {
    for page in pages() {
        assert_eq!(explain::page(page.code.name), Some(page.text.as_str()));
    }
}

#[test]
fn what_fails_fails_and_what_is_mended_passes() {
    let wrong: Vec<String> = pages().iter().flat_map(faults).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the examples of a page do otherwise than the page says.
fn faults(page: &Page) -> Vec<String> {
    let (fails, passes) = (site(page, |example| example.fails), site(page, |example| example.passes));
    let (failing, mended) = (check(&fails), check(&passes));
    let of_code = |found: &&Diagnostic| found.code.name == page.code.name;
    let mut wrong = Vec::new();
    if !failing.iter().any(|found| of_code(&found)) {
        wrong.push(format!("{}: the failing example gives only {:?}", page.code.name, messages(&failing)));
    }
    let bad = |found: &&Diagnostic| of_code(found) || found.severity > Severity::Note;
    if mended.iter().any(|found| bad(&found)) {
        wrong.push(format!("{}: the mended example gives {:?}", page.code.name, messages(&mended)));
    }
    let can_fix = failing.iter().filter(of_code).any(|found| found.fix.is_some());
    if can_fix != page.text.contains("`runproof check --fix`") {
        wrong.push(format!("{}: whether `--fix` mends it is said wrong", page.code.name));
    }
    if can_fix && check(&fixed(&fails)).iter().any(|found| of_code(&found)) {
        wrong.push(format!("{}: `--fix` does not mend it", page.code.name));
    }
    wrong
}

/// The site of the examples that are `wanted`.
fn site(page: &Page, wanted: fn(&Example) -> bool) -> SiteTest {
    let site = SiteTest::new([]);
    let files: Vec<_> = page.examples.iter().filter(|example| wanted(example)).collect();
    assert!(!files.is_empty(), "{}: no example", page.code.name);
    files.iter().for_each(|example| put(&site, &example.path, &example.bytes));
    if !files.iter().any(|example| example.path.starts_with("content/")) {
        put(&site, "content/page.md", b"# Page\n");
    }
    site
}

/// What `runproof check` finds; a baseline beside the configuration counts.
fn check(site: &SiteTest) -> Vec<Diagnostic> {
    let built = site.build_cold().0;
    let Ok(text) = fs::read_to_string(site.path().join(BASELINE)) else { return built.diagnostics };
    let filtered = baseline::Baseline::parse(&text).unwrap().filter(built.diagnostics, &built.sources);
    filtered.fresh.into_iter().chain(baseline::stale(&filtered.stale, BASELINE)).collect()
}

/// The site after the safe repairs of one round.
fn fixed(site: &SiteTest) -> SiteTest {
    let copy = SiteTest::copy_of(site.path());
    let built = site.build_cold().0;
    for (path, bytes) in &fix::apply(&built.diagnostics, &built.sources).files {
        put(&copy, path.as_str(), bytes);
    }
    copy
}

fn put(site: &SiteTest, path: &str, bytes: &[u8]) {
    site.put(path, "");
    fs::write(site.path().join(path), bytes).unwrap();
}

fn messages(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|found| format!("{}: {}", found.code.name, found.message)).collect()
}

fn pages() -> Vec<Page> {
    codes::ALL.iter().map(|code| page(code)).collect()
}

fn page(code: &'static codes::Code) -> Page {
    let text = fs::read_to_string(folder().join(format!("{}.md", code.name))).unwrap();
    let examples = parse(&text).fences.iter().filter_map(example).collect();
    Page { code, text, examples }
}

fn parse(text: &str) -> Document {
    let sources = Sources::in_memory([("page.md", text)]);
    let file = sources.get(&SitePath::new("page.md")).unwrap();
    markdown::parse(&sources, &file, &Dialect::default())
}

fn example(fence: &Fence) -> Option<Example> {
    let (fails, passes) = (fence.attributes.has_class("fails"), fence.attributes.has_class("passes"));
    let path = fence.title.clone().unwrap_or_else(|| String::from("content/page.md"));
    (fails || passes).then(|| Example { fails, passes, path, bytes: decode(&fence.code.text) })
}

/// The text with its `\u{…}` and `\x..` in place.
fn decode(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\u{");
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (digits, rest) = part.split_once('}').unwrap();
        plain.push(char::from_u32(u32::from_str_radix(digits, 16).unwrap()).unwrap());
        plain.push_str(rest);
    }
    let mut parts = plain.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/content/reference/checks"))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_string()
}
