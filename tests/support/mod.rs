//! Helpers of the integration tests: whole sites, built in a temporary directory.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests fail and speak loudly, and each uses a part"
)]

pub mod command;
pub mod conformance;
pub mod golden;

use runproof::build::{Build, Builder, Options};
use runproof::diag::{Diagnostic, Severity};
use runproof::render::Artifact;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A site in a temporary directory. Each build keeps the memo of the one before.
pub struct SiteTest {
    dir: tempfile::TempDir,
    builder: Option<Builder>,
    threads: Option<usize>,
}

impl SiteTest {
    /// A site with these files.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> SiteTest {
        let site = SiteTest { dir: tempfile::tempdir().unwrap(), builder: None, threads: None };
        files.into_iter().for_each(|(path, text)| site.put(path, text));
        site
    }

    /// A copy of the directory `from`.
    pub fn copy_of(from: &Path) -> SiteTest {
        let site = SiteTest::new([]);
        copy(from, site.dir.path());
        site
    }

    /// Use this many threads.
    pub fn threads(mut self, threads: usize) -> SiteTest {
        self.threads = Some(threads);
        self.builder = None;
        self
    }

    /// Where the site lies.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Write a file.
    pub fn put(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Remove a file.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.dir.path().join(path)).unwrap();
    }

    /// Every file of the site, relative to its root.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(self.dir.path(), &mut found);
        let name = |path: &PathBuf| path.strip_prefix(self.dir.path()).unwrap().to_str().unwrap().to_string();
        let mut names: Vec<String> = found.iter().map(name).collect();
        names.sort();
        names
    }

    /// Build with whatever the last build left in the memo.
    pub fn build(&mut self) -> Built {
        let options = self.options();
        Built(self.builder.get_or_insert_with(|| Builder::open(options).unwrap()).build())
    }

    /// Build from nothing.
    pub fn build_cold(&self) -> Built {
        Built(Builder::open(self.options()).unwrap().build())
    }

    fn options(&self) -> Options {
        Options { threads: self.threads, ..Options::new(self.dir.path()) }
    }
}

/// The result of a build.
pub struct Built(pub Build);

impl Built {
    /// The text of an artifact.
    pub fn text(&self, path: &str) -> String {
        let artifact = self.0.artifacts.iter().find(|artifact| artifact.path.as_str() == path);
        let artifact = artifact.unwrap_or_else(|| panic!("no artifact {path}"));
        String::from_utf8_lossy(&artifact.bytes).into_owned()
    }

    /// The artifacts' bytes by their paths.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let pair = |artifact: &Artifact| (artifact.path.to_string(), artifact.bytes.to_vec());
        self.0.artifacts.iter().map(pair).collect()
    }

    /// The findings, `path:line:column: severity[code]: message` each.
    pub fn findings(&self) -> Vec<String> {
        self.0.diagnostics.iter().map(|found| self.line(found)).collect()
    }

    /// The findings of at least this severity.
    pub fn findings_from(&self, severity: Severity) -> Vec<String> {
        let found = self.0.diagnostics.iter().filter(|found| found.severity >= severity);
        found.map(|found| self.line(found)).collect()
    }

    fn line(&self, found: &Diagnostic) -> String {
        let place = found.span.and_then(|span| {
            let file = self.0.sources.file(span.file)?;
            let at = file.line_column(span.start as usize);
            Some(format!("{}:{}:{}: ", file.path(), at.line, at.column))
        });
        let (word, code) = (found.severity.word(), found.code.name);
        format!("{}{word}[{code}]: {}", place.unwrap_or_default(), found.message)
    }
}

/// `../shared`, where it is there. Without it the test says so and is skipped; in CI that is a failure.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing in CI", path.display());
    println!("skipped: {} is absent", path.display());
    None
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        match source.is_dir() {
            true => copy(&source, &target),
            false => drop(fs::copy(&source, &target).unwrap()),
        }
    }
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => walk(&path, found),
            false => found.push(path),
        }
    }
}
