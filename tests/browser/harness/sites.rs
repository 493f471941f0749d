//! The sites that tests look at, each built and served once.

use super::Server;
use crate::support::{Built, SiteTest, shared};
use runproof::build::{Builder, Options};
use std::path::Path;
use std::sync::OnceLock;

/// This repository as a site, under the strict content security policy.
pub fn root() -> &'static Server {
    static ROOT: OnceLock<Server> = OnceLock::new();
    ROOT.get_or_init(|| Server::of(&build(Path::new(env!("CARGO_MANIFEST_DIR")))))
}

/// A real site of runbooks, where it is there.
pub fn ael() -> Option<&'static Server> {
    static AEL: OnceLock<Option<Server>> = OnceLock::new();
    AEL.get_or_init(|| Some(Server::of(&build(&shared("corpora/ael")?)))).as_ref()
}

/// A small site with each construct of the dialect, a blog and a runbook.
pub fn showcase() -> &'static Server {
    static SHOWCASE: OnceLock<Server> = OnceLock::new();
    SHOWCASE.get_or_init(|| {
        Server::of(&build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/showcase")))
    })
}

/// A site of one page, under the strict content security policy.
pub fn page(markdown: &str) -> Server {
    site(&[("content/index.md", markdown)])
}

/// A site of these files, under the strict content security policy.
pub fn site(files: &[(&str, &str)]) -> Server {
    Server::of(&SiteTest::new(files.iter().copied()).build_cold())
}

fn build(root: &Path) -> Built {
    Built(Builder::open(Options::new(root)).expect("the site opens").build())
}
