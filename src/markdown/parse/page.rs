//! The page as a whole.

use super::builder::{Builder, IdOf, footnotes};
use super::containers::{self, Head, HeadKind, Prepared, unclosed_element};
use super::include::{self, Expanded};
use super::raw::{self, Raw};
use super::{front_matter, html};
use crate::diag::{Diagnostic, codes};
use crate::markdown::slug::{Ids, slugify};
use crate::markdown::{BlockKind, Dialect, Document, Footnote, FrontMatter};
use crate::source::{SourceFile, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// How often a page is read again because a container found no place.
const MAX_READINGS: usize = 4;

/// What `file` says, read in `dialect`. Files that it includes are taken from `sources`.
pub fn parse(sources: &Sources, file: &SourceFile, dialect: &Dialect) -> Document {
    let mut found = Vec::new();
    let lossy = String::from_utf8_lossy(file.bytes());
    let text = match file.text() {
        Some(text) => text,
        None => {
            found.push(not_utf8(file));
            lossy.as_ref()
        }
    };
    let (front, start) = front_matter::split(file, text, &mut found);
    hidden_characters(file, text, &mut found);
    let expanded = include::expand(sources, file, text, start, dialect);
    let mut literal = BTreeSet::new();
    for _ in 0..MAX_READINGS {
        let prepared = containers::prepare(&expanded.lines, expanded.own, &literal);
        let (document, lost) = build(sources, file, dialect, &prepared);
        if lost.is_empty() {
            return finish(document, front, &expanded, prepared.found, found);
        }
        literal.extend(lost);
    }
    literal.extend(0..expanded.lines.len());
    let prepared = containers::prepare(&expanded.lines, expanded.own, &literal);
    let (document, _) = build(sources, file, dialect, &prepared);
    finish(document, front, &expanded, prepared.found, found)
}

/// The Markdown of a page behind its front matter, with what its own lines include put in, as [`parse`] reads it.
/// `None` for a page that is no text.
pub fn included(sources: &Sources, document: &Document, dialect: &Dialect) -> Option<String> {
    let file = sources.file(document.source)?;
    let text = file.text()?;
    let start = document.front_matter.span.map_or(0, |span| span.end as usize);
    if document.includes.iter().all(|include| dialect.auto_append.contains(&include.path)) {
        return Some(text.get(start..)?.to_string());
    }
    let expanded = include::expand(sources, &file, text, start, dialect);
    let own = expanded.lines.into_iter().take(expanded.own);
    Some(own.map(|line| line.text + "\n").collect())
}

/// The document of the prepared text, and the lines of containers that CommonMark saw no place for.
fn build(
    sources: &Sources,
    file: &SourceFile,
    dialect: &Dialect,
    prepared: &Prepared,
) -> (Document, Vec<usize>) {
    let tree = raw::read(&prepared.buffer.text);
    let mut notes = BTreeMap::new();
    let mut twice = Vec::new();
    let label = |node: &Raw<'_>| match prepared.heads.get(&node.range.start) {
        Some(head) => match &head.kind {
            HeadKind::Footnote { label } if node.is_quote() => Some((label.clone(), head.span)),
            _ => None,
        },
        None => None,
    };
    footnotes(&tree.blocks, &label, &mut notes, &mut twice);
    let mut abbreviations: BTreeMap<char, Vec<(&str, usize)>> = BTreeMap::new();
    for (index, own) in prepared.abbreviations.iter().enumerate() {
        if let Some(first) = own.key.chars().next() {
            abbreviations.entry(first).or_default().push((own.key.as_str(), index));
        }
    }
    for keys in abbreviations.values_mut() {
        keys.sort_by_key(|(key, index)| (std::cmp::Reverse(key.len()), *index));
    }
    let mut builder = Builder {
        sources,
        file,
        dialect,
        prepared,
        tree: &tree,
        out: Document::empty(file.id()),
        ids: Vec::new(),
        tags: Vec::new(),
        custom: &prepared.custom,
        related: false,
        tab_sets: 0,
        annotated: 0,
        notes,
        note_index: BTreeMap::new(),
        abbreviations,
        abbreviation_index: BTreeMap::new(),
        realised: BTreeSet::new(),
        misplaced: BTreeSet::new(),
    };
    builder.out.blocks = builder.blocks(&tree.blocks, true);
    builder.footnote_bodies();
    builder.undefined_references();
    for (label, span) in twice {
        let found =
            Diagnostic::new(&codes::DUPLICATE_ID, span, format!("the footnote `{label}` stands twice"));
        builder.found(found.label("not shown"));
    }
    builder.unused();
    builder.assign_ids();
    builder.balance();
    let lost =
        |head: &&Head| !builder.realised.contains(&head.line) || builder.misplaced.contains(&head.span);
    let lost = prepared.heads.values().filter(lost).map(|head| head.line).collect();
    (builder.out, lost)
}

fn finish(
    mut document: Document,
    front: FrontMatter,
    expanded: &Expanded,
    prepared: Vec<Diagnostic>,
    first: Vec<Diagnostic>,
) -> Document {
    let mut includes = expanded.included.clone();
    includes.append(&mut document.includes);
    let mut diagnostics = first;
    diagnostics.extend(expanded.found.iter().cloned());
    diagnostics.extend(prepared);
    diagnostics.append(&mut document.diagnostics);
    for found in &mut diagnostics {
        tell_includer(found, document.source, &expanded.includers);
    }
    Document { front_matter: front, includes, diagnostics, ..document }
}

/// What is wrong in an included file is wrong for the page that includes it.
fn tell_includer(
    found: &mut Diagnostic,
    page: crate::source::FileId,
    includers: &[(crate::source::FileId, Span)],
) {
    let Some(span) = found.span.filter(|span| span.file != page) else { return };
    if let Some((_, includer)) = includers.iter().find(|(file, _)| *file == span.file) {
        found.labels.push(crate::diag::Label { span: *includer, message: "included here".to_string() });
    }
}

fn not_utf8(file: &SourceFile) -> Diagnostic {
    let at = std::str::from_utf8(file.bytes()).err().map_or(0, |error| error.valid_up_to());
    Diagnostic::new(&codes::NOT_UTF8, file.span(at, at + 1), "this page is not UTF-8 text")
        .label("the first byte that is no character")
        .help("save the file as UTF-8")
}

/// Characters that change what is read and cannot be seen.
fn hidden_characters(file: &SourceFile, text: &str, found: &mut Vec<Diagnostic>) {
    if text.is_ascii() {
        return;
    }
    let mut in_line = Vec::new();
    for (at, c) in text.char_indices() {
        let name = match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "changes the direction of the text",
            '\u{200b}' | '\u{2060}' => "has no width",
            '\u{feff}' if at > 0 => "is a byte order mark inside the text",
            '\n' => {
                in_line.clear();
                continue;
            }
            _ => continue,
        };
        if in_line.contains(&c) {
            continue;
        }
        in_line.push(c);
        let span = file.span(at, at + c.len_utf8());
        let message = format!("a hidden character, U+{:04X}, {name}", u32::from(c));
        let wrong = Diagnostic::new(&codes::HIDDEN_CHARACTER, span, message);
        found.push(wrong.help("delete it, or write it as an entity where it is meant"));
    }
}

impl<'a> Builder<'a> {
    /// The index of a footnote, and which reference to it this is.
    pub(super) fn refer(&mut self, label: &str) -> (usize, usize) {
        let index = match self.note_index.get(label) {
            Some(index) => *index,
            None => {
                self.note_index.insert(label.to_string(), self.out.footnotes.len());
                self.out.footnotes.push(Footnote {
                    label: label.to_string(),
                    blocks: Vec::new(),
                    references: 0,
                });
                self.out.footnotes.len() - 1
            }
        };
        self.out.footnotes[index].references += 1;
        (index, self.out.footnotes[index].references)
    }

    /// Footnotes are built after the page, so that they are numbered as they are read; a footnote may refer to
    /// further ones.
    fn footnote_bodies(&mut self) {
        let mut at = 0;
        while at < self.out.footnotes.len() {
            let node = self.notes.get(&self.out.footnotes[at].label).map(|(node, _)| *node);
            if let Some(node) = node {
                self.out.footnotes[at].blocks = self.blocks(&node.children, false);
            }
            at += 1;
        }
    }

    fn unused(&mut self) {
        let unused: Vec<(String, Span)> = self
            .notes
            .iter()
            .filter(|(label, _)| !self.note_index.contains_key(*label))
            .map(|(label, (_, span))| (label.clone(), *span))
            .collect();
        for (label, span) in unused {
            let found = Diagnostic::new(
                &codes::FOOTNOTE_UNUSED,
                span,
                format!("nothing refers to the footnote `{label}`"),
            );
            self.found(found.label("not shown").help(format!("refer to it with `[^{label}]`, or delete it")));
        }
        // A file that brings abbreviations to other pages need not use them.
        let says_nothing = self.out.blocks.iter().all(|block| matches!(block.kind, BlockKind::Html(_)));
        let brings = says_nothing || self.dialect.auto_append.contains(self.file.path());
        for (index, own) in self.prepared.abbreviations.iter().enumerate() {
            if !brings && !own.appended && !self.abbreviation_index.contains_key(&index) {
                let message = format!("the page does not use the abbreviation `{}`", own.key);
                self.out.diagnostics.push(Diagnostic::new(&codes::UNUSED_ABBREVIATION, own.span, message));
            }
        }
    }

    /// Ids that were written go first; headings without one get theirs in their order.
    fn assign_ids(&mut self) {
        let mut ids = Ids::new(self.dialect);
        let mut places: BTreeMap<String, Span> = BTreeMap::new();
        let entries = std::mem::take(&mut self.ids);
        for (of, span) in &entries {
            let id = match of {
                IdOf::Explicit(id) => id.clone(),
                IdOf::Heading(index) => self.out.headings[*index].id.clone(),
            };
            if id.is_empty() {
                continue;
            }
            ids.reserve(&id);
            if let Some(first) = places.get(&id) {
                let found =
                    Diagnostic::new(&codes::DUPLICATE_ID, *span, format!("the id `{id}` stands twice"))
                        .also(*first, "first here")
                        .help("a link leads to the first of them only");
                self.out.diagnostics.push(found);
            } else {
                places.insert(id, *span);
            }
        }
        for (of, span) in entries {
            let id = match of {
                IdOf::Explicit(id) => id,
                IdOf::Heading(index) => {
                    let heading = &mut self.out.headings[index];
                    if heading.id.is_empty() {
                        heading.id = ids.unique(&slugify(&heading.text, self.dialect));
                    }
                    heading.id.clone()
                }
            };
            self.out.ids.push((id, span));
        }
    }

    /// Elements of raw HTML without beginning or end.
    fn balance(&mut self) {
        let mut open: Vec<(String, Span)> = Vec::new();
        let mut found = Vec::new();
        for (name, closing, span) in std::mem::take(&mut self.tags) {
            if html::may_stay_open(&name) {
                continue;
            }
            if !closing {
                open.push((name, span));
                continue;
            }
            match open.iter().rev().take(64).position(|(own, _)| *own == name) {
                Some(above) => {
                    let at = open.len() - 1 - above;
                    for (inner, place) in open.drain(at..).skip(1) {
                        let message = format!("`<{inner}>` is not closed before `</{name}>`");
                        found.push(
                            Diagnostic::new(&codes::HTML_BALANCE, place, message).also(span, "closed here"),
                        );
                    }
                }
                None => {
                    let message = format!("`</{name}>` closes nothing");
                    found.push(Diagnostic::new(&codes::HTML_BALANCE, span, message));
                }
            }
        }
        found.extend(open.into_iter().map(|(name, span)| unclosed_element(&name, span)));
        self.out.diagnostics.extend(found);
    }
}
