//! The examples of policies' pages as files: text, record, and a page for other sites, as blocks of pages have them.

use super::blocks;
use super::library::Entry;
use super::view::{PolicyDigest, Record, Strip};
use crate::snippet;
use crate::source::{Hash, Span};

/// An example as far as its files tell of it.
pub(super) struct Told {
    /// Its id on the page of the policy.
    pub id: String,
    /// No other example of the page has an object of its kind and name.
    pub named: bool,
    /// What is copied.
    pub text: String,
    /// What the suite expects, and what came of it.
    pub strip: Strip,
    /// Where the suite says it.
    pub span: Span,
}

/// The record of an example of `entry`. An id is one page's, and a page is one policy's.
pub(super) fn record(told: Told, entry: &Entry) -> Record {
    let hash = Hash::of(&told.text);
    let page = entry.url.as_str();
    let digest = PolicyDigest {
        name: entry.policy.name.clone(),
        source: entry.file.path().to_string(),
        sha256: entry.file.hash().to_string(),
    };
    Record {
        id: format!("{page}#{}", told.id),
        named: told.named,
        kind: "shell",
        language: "bash",
        // Only the command above the manifest can take something away.
        warnings: told.text.lines().next().and_then(snippet::danger).into_iter().collect(),
        hash,
        files: blocks::files(page.trim_end_matches('/'), &told.id, "sh", hash),
        title: entry.title().to_string(),
        page: entry.url.clone(),
        span: told.span,
        fields: Vec::new(),
        claims: vec![(told.strip, told.span)],
        policies: vec![digest],
        text: told.text,
    }
}
