//! The few things about Markdown that a site may choose. Everything else is always on.

use crate::source::SitePath;

/// How a site reads its Markdown. Part of the memo key of every document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dialect {
    /// How a heading's text becomes its id.
    pub slugger: Slugger,
    /// What stands between the words of an id: `-`, or `_`.
    pub separator: String,
    /// The mark that links a heading to itself.
    pub permalink: Permalink,
    /// The deepest heading level in the table of contents (1 to 6). Ids are given to all levels.
    pub toc_depth: u8,
    /// Folders in which an include is looked up, in order.
    pub include_paths: Vec<SitePath>,
    /// Files appended to every page, in order (abbreviations).
    pub auto_append: Vec<SitePath>,
    /// Turn bare `https://…` addresses into links.
    pub link_bare_urls: bool,
    /// Draw `code # (1)` annotations also where the fence does not ask for them by its class.
    pub annotate_code: bool,
    /// One newline is a line break.
    pub newline_breaks: bool,
    /// Headings whose list names related pages, compared without case: "Related Patterns".
    pub related_headings: Vec<String>,
    /// Draw `mermaid` fences; otherwise they are custom fences like others.
    pub diagrams: bool,
    /// HTML class for custom fences by their language: `mermaid` -> `mermaid`. They are not highlighted.
    pub custom_fences: Vec<(String, String)>,
    /// What MkDocs would have left literal because an extension was off; each is a note, never a change.
    pub mkdocs_lacks: Vec<Lacking>,
}

/// A construct that a given `mkdocs.yml` did not switch on, so that its site shows it raw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lacking {
    /// `- [ ] item` without `pymdownx.tasklist`.
    TaskLists,
    /// `=== "Tab"` without `pymdownx.tabbed`.
    Tabs,
    /// `??? note` without `pymdownx.details`.
    Details,
    /// `[^1]` without `footnotes`.
    Footnotes,
}

/// How the text of a heading becomes its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slugger {
    /// Python-Markdown's `toc` default: ASCII only, runs of separators collapsed.
    Toc,
    /// The same without the ASCII step.
    TocUnicode,
    /// `pymdownx.slugs.slugify`: every space becomes a separator, nothing collapses.
    Pymdown {
        /// What happens to case.
        case: SlugCase,
        /// Percent-encode what is not ASCII.
        percent_encode: bool,
    },
    /// As GitHub gives them.
    GitHub,
}

/// What a slugger does to letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlugCase {
    /// Left as written.
    Keep,
    /// Lower case.
    Lower,
    /// Only ASCII letters to lower case.
    LowerAscii,
    /// Unicode case folding.
    Fold,
}

/// The mark at the end of a heading.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Permalink {
    /// The text of the mark; `None` when headings have no mark.
    pub text: Option<String>,
    /// What the mark says when pointed at.
    pub title: String,
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect {
            slugger: Slugger::Toc,
            separator: "-".to_string(),
            permalink: Permalink { text: Some("¶".to_string()), title: "Permanent link".to_string() },
            toc_depth: 3,
            include_paths: vec![SitePath::default()],
            auto_append: Vec::new(),
            link_bare_urls: true,
            annotate_code: true,
            newline_breaks: false,
            related_headings: ["Related Patterns", "Related Pages", "Related"].map(str::to_string).to_vec(),
            diagrams: true,
            custom_fences: vec![("mermaid".to_string(), "mermaid".to_string())],
            mkdocs_lacks: Vec::new(),
        }
    }
}
