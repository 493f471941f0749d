//! What all parts of the tree share while it is built: the document so far, and places.

use super::containers::Prepared;
use super::raw::{Raw, RawKind, Tree};
use crate::diag::{Diagnostic, codes};
use crate::markdown::{
    Attributes, Block, BlockKind, Dialect, Document, Included, Inline, Link, LinkKind, plain_text,
};
use crate::source::{SitePath, SourceFile, Sources, Span};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The document under construction.
pub(super) struct Builder<'a> {
    pub(super) sources: &'a Sources,
    pub(super) file: &'a SourceFile,
    pub(super) dialect: &'a Dialect,
    pub(super) prepared: &'a Prepared,
    pub(super) tree: &'a Tree<'a>,
    pub(super) out: Document,
    /// Ids in the order of the document.
    pub(super) ids: Vec<(IdOf, Span)>,
    /// Tags of raw HTML in the order of the document: name, closing, place.
    pub(super) tags: Vec<(String, bool, Span)>,
    /// Names of elements of the page's own that have a beginning and an end.
    pub(super) custom: &'a BTreeSet<String>,
    /// The nearest heading names related pages.
    pub(super) related: bool,
    /// Footnotes by label: their node, whether the reader refers to it.
    pub(super) notes: BTreeMap<String, (&'a Raw<'a>, Span)>,
    /// Labels of footnotes by the index they were given.
    pub(super) note_index: BTreeMap<String, usize>,
    /// Abbreviations by the first letter of the key, longest first: the key and its line.
    pub(super) abbreviations: BTreeMap<char, Vec<(&'a str, usize)>>,
    /// The index in the document by the line's index.
    pub(super) abbreviation_index: BTreeMap<usize, usize>,
    /// Sets of content tabs so far.
    pub(super) tab_sets: usize,
    /// Annotated texts so far.
    pub(super) annotated: usize,
    /// Lines of the containers that found their place.
    pub(super) realised: BTreeSet<usize>,
    /// First lines of definitions without a term.
    pub(super) misplaced: BTreeSet<Span>,
}

/// Whose id it is.
pub(super) enum IdOf {
    /// A heading's, by its index.
    Heading(usize),
    /// An attribute list's or raw HTML's.
    Explicit(String),
}

impl<'a> Builder<'a> {
    /// The place of a range of the prepared text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.prepared.buffer.span(range).unwrap_or_else(|| Span::at(self.file.id(), 0))
    }

    /// The prepared text.
    pub(super) fn text(&self) -> &'a str {
        &self.prepared.buffer.text
    }

    /// Report something.
    pub(super) fn found(&mut self, found: Diagnostic) {
        self.out.diagnostics.push(found);
    }

    /// Remember that the page would be another with another content of this file.
    pub(super) fn depends_on(&mut self, path: &SitePath, file: Option<&SourceFile>) {
        self.out.includes.push(Included { path: path.clone(), hash: file.map(SourceFile::hash) });
    }

    /// The nearest heading above.
    pub(super) fn heading(&self) -> Option<usize> {
        self.out.headings.len().checked_sub(1)
    }

    /// Remember an id that was written.
    pub(super) fn explicit_id(&mut self, id: &str, span: Span) {
        self.ids.push((IdOf::Explicit(id.to_string()), span));
    }

    /// Add a link; its index.
    pub(super) fn link(
        &mut self,
        kind: LinkKind,
        destination: String,
        span: Span,
        destination_span: Span,
    ) -> usize {
        let heading = self.heading();
        let (title, text) = (None, String::new());
        self.out.links.push(Link {
            kind,
            destination,
            title,
            text,
            span,
            destination_span,
            heading,
            related: false,
        });
        self.out.links.len() - 1
    }

    /// The text of inlines without markup.
    pub(super) fn plain(&self, inlines: &[Inline]) -> String {
        plain_text(&self.out, inlines)
    }

    /// References to definitions that are not there.
    pub(super) fn undefined_references(&mut self) {
        for (range, label) in &self.tree.undefined {
            let message = format!("no line defines the reference `[{label}]`");
            let found = Diagnostic::new(&codes::UNDEFINED_REFERENCE, self.span(range.clone()), message)
                .label("readers see the brackets")
                .help(format!("add a line `[{label}]: address`, or write `\\[` where no link is meant"));
            self.found(found);
        }
    }

    /// A block without attributes.
    pub(super) fn block(&self, kind: BlockKind, span: Span) -> Block {
        Block { kind, span, attributes: Attributes::default() }
    }
}

/// Every footnote's body in `nodes`.
pub(super) fn footnotes<'a>(
    nodes: &'a [Raw<'a>],
    label: &dyn Fn(&Raw<'a>) -> Option<(String, Span)>,
    into: &mut BTreeMap<String, (&'a Raw<'a>, Span)>,
    twice: &mut Vec<(String, Span)>,
) {
    for node in nodes {
        if let Some((label, span)) = label(node) {
            match into.entry(label) {
                Entry::Occupied(first) => twice.push((first.key().clone(), span)),
                Entry::Vacant(place) => {
                    place.insert((node, span));
                }
            }
        }
        if matches!(node.kind, RawKind::Tag(_)) {
            footnotes(&node.children, label, into, twice);
        }
    }
}
