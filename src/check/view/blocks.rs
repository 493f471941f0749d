//! What pages do with blocks that readers copy, and the files of such blocks.

use super::{State, Strip};
use crate::source::{Hash, Span, UrlPath};
use serde::Serialize;

/// Parts of the text that a block shows: starts and ends in UTF-16 code units, as scripts count.
pub type Parts = Vec<(usize, usize)>;

/// What a page does with a block that readers copy, beyond showing it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Block {
    /// What is copied; empty: all of it but the newline at its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copy: Parts,
    /// Its steps, when there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepView>,
    /// What the reader has to fill in.
    #[serde(skip)]
    pub fields: Vec<FieldView>,
    /// What the worst of its commands takes away or overrides, to stand behind "Destructive: ".
    #[serde(skip)]
    pub warning: Option<&'static str>,
    /// Its files, when it has some.
    #[serde(skip)]
    pub files: Option<Published>,
}

impl Block {
    /// What scripts know of it, as attributes of its element. Without anything to know there is nothing.
    pub fn data(&self) -> Vec<(&'static str, String)> {
        let mut data = Vec::new();
        if !self.copy.is_empty() || !self.steps.is_empty() || !self.fields.is_empty() {
            data.push(("data-block", serde_json::to_string(self).unwrap_or_default()));
        }
        if !self.fields.is_empty() {
            data.push(("data-fields", serde_json::to_string(&self.fields).unwrap_or_default()));
        }
        data
    }
}

/// One command of several.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct StepView {
    /// What is copied of it.
    pub copy: Parts,
    /// How sure the build is of what the page says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What it takes away or overrides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<&'static str>,
}

/// Something that a reader fills in once for the whole page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct FieldView {
    /// What it is called: `namespace`.
    pub name: String,
    /// Where it stands.
    pub places: Parts,
}

/// Where a block's files are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Published {
    /// The id of the block's element on its page.
    pub anchor: String,
    /// The SHA-256 of what is copied, 64 hexadecimal digits.
    pub hash: String,
    /// The text that is copied, with a newline at its end.
    pub text: UrlPath,
    /// The record: JSON.
    pub record: UrlPath,
    /// The page for other sites.
    pub embed: UrlPath,
}

/// Where a block's files are, as seen from a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct LinksView {
    /// The SHA-256 of what is copied, 64 hexadecimal digits.
    pub hash: String,
    /// The text.
    pub text: String,
    /// The record.
    pub record: String,
    /// The page for other sites.
    pub embed: String,
}

impl Published {
    /// Where they are, as seen from the page `url`.
    pub fn links(&self, url: &UrlPath) -> LinksView {
        LinksView {
            hash: self.hash.clone(),
            text: url.relative_to(&self.text),
            record: url.relative_to(&self.record),
            embed: url.relative_to(&self.embed),
        }
    }
}

/// A block as its files tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `content/page.md#id`; of an example of a policy, `policies/name/#id`.
    pub id: String,
    /// The id comes from its author, so it stays when blocks are added.
    pub named: bool,
    /// `shell`, `session`, `manifest`, `policy`, …
    pub kind: &'static str,
    /// The language that colours it.
    pub language: &'static str,
    /// What is copied, without a newline at its end.
    pub text: String,
    /// The SHA-256 of `text`.
    pub hash: Hash,
    /// Its files.
    pub files: Published,
    /// The title of its page.
    pub title: String,
    /// Its page.
    pub page: UrlPath,
    /// The fence; of an example of a policy, what its suite expects.
    pub span: Span,
    /// What it takes away or overrides.
    pub warnings: Vec<&'static str>,
    /// What a reader has to fill in.
    pub fields: Vec<String>,
    /// What the page says of it, and what became of that, with the place of the words.
    pub claims: Vec<(Strip, Span)>,
    /// The policies that were asked.
    pub policies: Vec<PolicyDigest>,
}

/// A policy and the hash of what was asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PolicyDigest {
    /// `metadata.name`
    pub name: String,
    /// The file that it is written in, or the page that shows it.
    pub source: String,
    /// The SHA-256 of that file; of the policy alone, where a page shows it.
    pub sha256: String,
}
