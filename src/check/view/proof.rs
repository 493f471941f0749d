//! The page that tells what the build checked.

use super::{Count, Counts, Fact, State};
use serde::Serialize;

/// The page that tells what the build checked and what it did not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct ProofView {
    /// HTML above the totals.
    pub intro: Option<String>,
    /// Totals over all pages.
    pub counts: Counts,
    /// What the verdicts rest on: engine and schema versions.
    pub basis: Vec<Fact>,
    /// Why claims were not checked, most frequent first.
    pub reasons: Vec<Count>,
    /// What readers must know besides of claims that hold, most frequent first.
    pub caveats: Vec<Count>,
    /// The claims, page by page.
    pub pages: Vec<ProofPage>,
}

/// The claims of one page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ProofPage {
    /// Its title.
    pub title: String,
    /// Where it is, relative to the proof page.
    pub url: String,
    /// Its claims in document order.
    pub rows: Vec<ProofRow>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ProofRow {
    /// How sure the build is.
    pub state: State,
    /// The state in a word.
    pub word: &'static str,
    /// What the page says.
    pub claim: String,
    /// What the build says.
    pub words: String,
    /// Where it is said: `content/a.md:81`.
    pub place: String,
    /// Where it is said on the site, relative to the proof page.
    pub url: Option<String>,
}
