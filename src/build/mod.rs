//! **build** - the whole flow, in parallel and with a memo.
//!
//! In: [`Options`]. Out: a [`Build`]: every file of the site and every finding.
//! Noun: [`Build`]. Verb: [`Builder::build`].
//!
//! `check` is a build whose artifacts nobody writes, `serve` is one build after the other. Threads and memo live
//! here and nowhere else; every stage is a pure function of what it is given, so a warm build equals a cold one
//! and one thread equals many (`tests/incremental.rs`).

mod draw;
mod manifest;
mod memo;
mod pipeline;
pub mod write;

use crate::check::{Audit, Decided};
use crate::diag::{self, Diagnostic, Severity};
use crate::kube::schema::Version;
use crate::markdown::Document;
use crate::render::{Artifact, Body};
use crate::site::{Config, PageId, Site};
use crate::source::{SitePath, Sources};
use memo::Memo;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a build is told from outside of the site.
#[derive(Debug, Clone)]
pub struct Options {
    /// The site's root directory.
    pub root: PathBuf,
    /// The configuration; without one `site.toml` or `mkdocs.yml` at the root.
    pub config: Option<SitePath>,
    /// Show drafts.
    pub drafts: bool,
    /// The address to build for, in place of the configured one.
    pub base_url: Option<String>,
    /// The version of Kubernetes that the site is about, in place of the configured one.
    pub kubernetes: Option<Version>,
    /// The number of threads; by default one for each processor.
    pub threads: Option<usize>,
}

impl Options {
    /// The defaults for the site at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Options {
        Options {
            root: root.into(),
            config: None,
            drafts: false,
            base_url: None,
            kubernetes: None,
            threads: None,
        }
    }
}

/// A site, built.
#[derive(Debug)]
pub struct Build {
    /// The files of the site, sorted by path.
    pub artifacts: Vec<Artifact>,
    /// What was found, in order, with the severities and suppressions of the site applied.
    pub diagnostics: Vec<Diagnostic>,
    /// What the findings point into.
    pub sources: Arc<Sources>,
    /// What the site chose.
    pub config: Arc<Config>,
    /// Its pages and how they hang together.
    pub site: Arc<Site>,
    /// What its pages claim, by page and place.
    pub claims: Vec<(PageId, Decided)>,
    /// What an auditor keeps of it.
    pub audit: Audit,
}

impl Build {
    /// Does something tell readers wrong things, so that this should not be published?
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|found| found.severity == Severity::Error)
    }
}

/// Builds a site again and again; what has not changed is not made again.
pub struct Builder {
    options: Options,
    sources: Sources,
    threads: rayon::ThreadPool,
    memo: Memos,
}

/// What is kept between builds: parsed documents, their HTML, whole pages, and cards.
#[derive(Default)]
struct Memos {
    documents: Memo<Arc<Document>>,
    bodies: Memo<Arc<(Body, Vec<Diagnostic>)>>,
    pages: Memo<(Artifact, Vec<Diagnostic>)>,
    cards: Memo<Artifact>,
}

/// Why a site cannot be opened at all.
#[derive(Debug)]
pub struct OpenError {
    /// What is wrong, one phrase.
    pub message: String,
    /// What helps.
    pub help: Vec<String>,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    fn new(message: String) -> OpenError {
        OpenError { message, help: Vec::new() }
    }
}

impl Builder {
    /// Open the site; nothing is built yet.
    ///
    /// # Errors
    /// When the root is no directory that can be read, or no thread can be started.
    pub fn open(options: Options) -> Result<Builder, OpenError> {
        let root = &options.root;
        let sources = Sources::open(root)
            .map_err(|error| OpenError::new(format!("`{}` cannot be read: {error}", root.display())))?;
        let threads = rayon::ThreadPoolBuilder::new().num_threads(options.threads.unwrap_or(0)).build();
        let threads =
            threads.map_err(|error| OpenError::new(format!("no thread can be started: {error}")))?;
        Ok(Builder { options, sources, threads, memo: Memos::default() })
    }

    /// The site's root directory.
    pub fn root(&self) -> &Path {
        self.sources.root()
    }

    /// Build the site as it lies on disk now.
    pub fn build(&mut self) -> Build {
        let sources = Arc::new(self.sources.reload());
        let mut build = self.threads.install(|| pipeline::run(&self.options, &sources, &self.memo));
        self.memo.documents.forget_unused();
        self.memo.bodies.forget_unused();
        self.memo.pages.forget_unused();
        self.memo.cards.forget_unused();
        diag::sort(&mut build.diagnostics, &sources);
        build
    }
}
