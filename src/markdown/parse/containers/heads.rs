//! The first lines of the dialect's own containers, and what can be wrong with them.

use super::super::html_block;
use super::super::scan;
use super::super::text::Cursor;
use super::lints::Body;
use super::{OpenKind, Pass};
use crate::diag::{Diagnostic, Edit, codes};
use crate::markdown::Fold;
use crate::source::Span;
use std::ops::Range;

/// A container that stands in the text as a quote.
#[derive(Debug)]
pub(in crate::markdown::parse) struct Head {
    /// What it is.
    pub(in crate::markdown::parse) kind: HeadKind,
    /// Its first line.
    pub(in crate::markdown::parse) span: Span,
    /// The index of that line.
    pub(in crate::markdown::parse) line: usize,
}

/// The dialect's containers.
#[derive(Debug)]
pub(in crate::markdown::parse) enum HeadKind {
    /// `!!!`, `???` and alerts.
    Admonition { classes: Vec<String>, title: Title, fold: Fold },
    /// `=== "label"`; the label is the first block, a heading.
    Tab { new_set: bool, selected: bool },
    /// `: text`
    Definition,
    /// `[^label]: text`
    Footnote { label: String },
    /// `<tag markdown>`: the text of the tag, without that attribute.
    Element(html_block::Element),
}

/// The title of an admonition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::markdown::parse) enum Title {
    /// Not given: this word.
    Default(String),
    /// `""`
    Hidden,
    /// The first block, a heading.
    Written,
}

impl<'a> Pass<'a> {
    /// Open a container that begins here, if one does. The line is then done.
    pub(super) fn open_head(&mut self, cursor: &mut Cursor<'a>, matched: usize, began: bool) -> bool {
        if self.literal.contains(&self.at) {
            return false;
        }
        let rest = cursor.rest();
        match rest.as_bytes().first() {
            Some(b'!' | b'?') => self.open_admonition(cursor, matched, began),
            Some(b'=') => self.open_tab(cursor, matched, began),
            Some(b'[') => self.open_footnote(cursor, matched, began),
            Some(b':') => self.open_definition(cursor, matched, began),
            _ => false,
        }
    }

    /// Containers may be indented only as content of a list item.
    fn stands_well(&self, cursor: &Cursor<'a>, matched: usize) -> bool {
        let in_item = self.stack[..matched].iter().any(|open| matches!(open.kind, OpenKind::Item { .. }));
        cursor.indent() == 0 || in_item
    }

    fn open_admonition(&mut self, cursor: &mut Cursor<'a>, matched: usize, began: bool) -> bool {
        let rest = cursor.rest();
        let Some(head) = scan::admonition_head(rest) else { return false };
        if !self.stands_well(cursor, matched) {
            self.lint_marker_indent(cursor);
            return false;
        }
        let body = self.body();
        if !head.proper && !matches!(body, Body::Inside | Body::Short(_)) {
            return false;
        }
        let classes: Vec<String> = head.words.iter().map(|word| word.to_lowercase()).collect();
        let fold = match head.mark {
            "???" => Fold::Closed,
            "???+" => Fold::Open,
            _ => Fold::Never,
        };
        let title = match &head.title {
            Some(title) if rest[title.clone()].trim().is_empty() => Title::Hidden,
            Some(_) => Title::Written,
            None => Title::Default(capitalised(classes.first().map_or("note", String::as_str))),
        };
        self.lint_admonition(&head, rest, &body);
        let shown = head.title.filter(|_| title == Title::Written);
        let kind = HeadKind::Admonition { classes, title, fold };
        self.open_body(cursor, matched, began, kind, shown, false);
        true
    }

    fn open_tab(&mut self, cursor: &mut Cursor<'a>, matched: usize, began: bool) -> bool {
        let rest = cursor.rest();
        let Some(head) = scan::tab_head(rest) else { return false };
        if !self.stands_well(cursor, matched) {
            return false;
        }
        let body = self.body();
        if !head.proper {
            if !matches!(body, Body::Inside) {
                return false;
            }
            let label = self.rest_span(rest, head.label.clone());
            let text = rest[head.label.clone()].replace('"', "");
            let found =
                Diagnostic::new(&codes::TAB_LABEL, label, "the label of this tab needs double quotes");
            let edit = Edit {
                span: self.rest_span(rest, head.label.start..rest.trim_end().len()),
                text: format!("\"{text}\""),
            };
            self.out.found.push(match rest.contains(['"', '\'']) {
                true => found,
                false => found.fix("quote the label", vec![edit]),
            });
        }
        let kind = HeadKind::Tab { new_set: head.new_set, selected: head.selected };
        self.open_body(cursor, matched, began, kind, Some(head.label), false);
        true
    }

    fn open_footnote(&mut self, cursor: &mut Cursor<'a>, matched: usize, began: bool) -> bool {
        let rest = cursor.rest();
        let Some((label, text)) = scan::footnote_head(rest) else { return false };
        let kind = HeadKind::Footnote { label: label.to_string() };
        self.open_body(cursor, matched, began, kind, None, true);
        self.first_text(rest, text);
        true
    }

    fn open_definition(&mut self, cursor: &mut Cursor<'a>, matched: usize, began: bool) -> bool {
        let rest = cursor.rest();
        let Some(text) = scan::definition_head(rest) else { return false };
        // A definition of the same term may stand directly above: its text counts for the term then.
        if began || self.term_depth.is_none_or(|depth| depth < matched) {
            return false;
        }
        self.open_body(cursor, matched, began, HeadKind::Definition, None, true);
        self.first_text(rest, text);
        true
    }

    /// The text on a container's first line is the first line of its content.
    fn first_text(&mut self, rest: &str, from: usize) {
        let range = self.current().range_of(rest);
        self.part_line(range.start + from..range.end);
    }

    /// Write a container's first line: the quote's mark, and the title as a heading.
    fn open_body(
        &mut self,
        cursor: &Cursor<'a>,
        matched: usize,
        mut began: bool,
        kind: HeadKind,
        title: Option<Range<usize>>,
        lazy: bool,
    ) {
        if !began {
            self.keep_apart(matched);
        }
        self.begin(matched, &mut began);
        let at = self.out.buffer.text.len();
        let rest = cursor.rest();
        self.head(at, kind, self.rest_span(rest, 0..rest.trim_end().len()));
        self.add("> ");
        self.title(rest, title);
        self.end_line();
        // The text of footnotes and definitions is indented from the margin, not from their mark.
        let indent = if lazy { 4 } else { cursor.indent() + 4 };
        self.push(OpenKind::Body { indent, lazy }, "> ");
    }

    fn title(&mut self, rest: &str, title: Option<Range<usize>>) {
        let Some(title) = title else { return };
        let line = self.current();
        let start = line.range_of(rest).start;
        self.add("# ");
        self.out.buffer.copy(line, start + title.start..start + title.end);
        self.add(" #");
    }

    /// `[!NOTE]` behind the mark of a quote that was just opened.
    pub(super) fn open_alert(&mut self, cursor: &mut Cursor<'a>, at: usize) {
        let rest = cursor.rest();
        let Some(alert) = scan::alert_head(rest).filter(|_| !self.literal.contains(&self.at)) else { return };
        if cursor.indent() > 3 {
            return;
        }
        let word = alert.word.to_lowercase();
        let class = match word.as_str() {
            "important" => "info",
            "caution" => "danger",
            other => other,
        };
        let fold = match alert.fold {
            Some('-') => Fold::Closed,
            Some(_) => Fold::Open,
            None => Fold::Never,
        };
        let title = if alert.title.is_empty() { Title::Default(capitalised(&word)) } else { Title::Written };
        let shown = (!alert.title.is_empty()).then_some(alert.title);
        let kind = HeadKind::Admonition { classes: vec![class.to_string()], title, fold };
        self.head(at, kind, self.rest_span(rest, 0..rest.trim_end().len()));
        self.title(rest, shown);
        if let Some(open) = self.stack.last_mut() {
            open.kind = OpenKind::Quote { ours: true };
        }
        cursor.skip(usize::MAX);
        cursor.advance(rest.len());
    }

    /// The place of a part of `rest`, a slice of the line.
    pub(super) fn rest_span(&self, rest: &str, range: Range<usize>) -> Span {
        let line = self.current();
        let start = line.range_of(rest).start;
        line.span(start + range.start..start + range.end)
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
