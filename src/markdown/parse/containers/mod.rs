//! From the dialect's containers to CommonMark's.
//!
//! CommonMark knows quotes and lists; the dialect has a dozen containers more. This pass walks the lines with
//! a stack of open containers, as CommonMark does, and writes the page anew in a form in which each of the
//! dialect's own containers is a block quote. A quote nests in lists, survives lazy lines and keeps one
//! constant shift per line, so every byte still knows its place. Which quote is what stands in
//! [`Prepared::heads`], by the offset of the quote's mark, so nothing in the text can be mistaken for it.
//!
//! The pass also settles where Python-Markdown and CommonMark indent differently, so that the CommonMark
//! parser only sees lines on which both agree.

mod elements;
mod fence;
mod heads;
mod lints;
mod writing;

pub(super) use elements::unclosed_element;
pub(super) use heads::{Head, HeadKind, Title};

use super::html_block::{self, HtmlEnd};
use super::scan;
use super::text::{Buffer, Cursor, Line};
use super::{html, raw_html};
use crate::diag::Diagnostic;
use crate::source::Span;
use fence::Fence;
use std::collections::{BTreeMap, BTreeSet};

/// Containers within containers; deeper ones are text.
const MAX_DEPTH: usize = 48;

/// A page that the CommonMark parser can read.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// The text.
    pub(super) buffer: Buffer,
    /// What the quotes are that stand for other containers, by the offset of their mark.
    pub(super) heads: BTreeMap<usize, Head>,
    /// Offsets of comments that only keep containers apart.
    pub(super) separators: BTreeSet<usize>,
    /// `*[KEY]: text` lines.
    pub(super) abbreviations: Vec<AbbreviationLine>,
    /// What is wrong.
    pub(super) found: Vec<Diagnostic>,
    /// Elements of the page's own that have a beginning and an end.
    pub(super) custom: BTreeSet<String>,
}

/// A definition of an abbreviation.
#[derive(Debug)]
pub(super) struct AbbreviationLine {
    /// The key.
    pub(super) key: String,
    /// What it stands for.
    pub(super) meaning: String,
    /// The place of the key.
    pub(super) span: Span,
    /// It stands in a file appended to every page.
    pub(super) appended: bool,
}

/// Prepare `lines`, of which the first `own` are the page's. The containers that begin in `literal` lines are
/// left as text.
pub(super) fn prepare(lines: &[Line], own: usize, literal: &BTreeSet<usize>) -> Prepared {
    let mut pass = Pass { lines, own, literal, ..Pass::new(lines) };
    while pass.at < lines.len() {
        if pass.at == own && own > 0 {
            if pass.finish_fence(false) {
                pass.at += 1;
                continue;
            }
            pass.close(0, None);
            pass.pending.push(own);
        }
        pass.line();
        pass.at += 1;
    }
    pass.end();
    pass.out.custom = pass.custom;
    pass.out
}

struct Pass<'a> {
    lines: &'a [Line],
    own: usize,
    literal: &'a BTreeSet<usize>,
    at: usize,
    out: Prepared,
    stack: Vec<Open>,
    leaf: Leaf,
    prefix: String,
    pending: Vec<usize>,
    separate: Apart,
    /// The depth of the last line if it was text, for definitions.
    term_depth: Option<usize>,
    /// The last line was indented code.
    in_code: bool,
    recoveries: usize,
    /// Elements of the page's own.
    custom: BTreeSet<String>,
}

/// Must the next line be kept apart from a container that ends before it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Apart {
    #[default]
    No,
    /// If it could be read as a lazy line; an item cannot.
    FromText,
    /// Whatever it is.
    Yes,
}

/// A container that is open.
#[derive(Debug, Clone)]
struct Open {
    kind: OpenKind,
    prefix: usize,
}

#[derive(Debug, Clone)]
enum OpenKind {
    /// A quote; ours when it is an alert.
    Quote { ours: bool },
    /// A list item: columns before its marker, columns up to its content, the columns that its lines are
    /// indented by, and whether nothing stands in it yet.
    Item { marker: usize, content: usize, body: Option<usize>, empty: bool },
    /// A container whose lines are indented by so many columns; lazy when text may go on without.
    Body { indent: usize, lazy: bool },
    /// `<tag markdown>`: how many elements of that name are open, and where it opened.
    Element { tag: String, depth: usize, span: Span },
}

/// What kind of block the last line belongs to.
#[derive(Debug, Clone)]
enum Leaf {
    None,
    Paragraph,
    Table,
    Fence(Fence),
    Html(HtmlEnd),
}

impl<'a> Pass<'a> {
    fn new(lines: &'a [Line]) -> Pass<'a> {
        static NOTHING: BTreeSet<usize> = BTreeSet::new();
        Pass {
            lines,
            own: lines.len(),
            literal: &NOTHING,
            at: 0,
            out: Prepared::default(),
            stack: Vec::new(),
            leaf: Leaf::None,
            prefix: String::new(),
            pending: Vec::new(),
            separate: Apart::No,
            term_depth: None,
            in_code: false,
            recoveries: 0,
            custom: html::custom(lines.iter().map(|line| line.text.as_str())),
        }
    }

    fn current(&self) -> &'a Line {
        &self.lines[self.at]
    }

    fn line(&mut self) {
        let mut cursor = Cursor::new(&self.current().text);
        let matched = self.walk(&mut cursor);
        if let Leaf::Fence(fence) = &self.leaf {
            if matched >= fence.base {
                return self.fence_line(cursor);
            }
            if self.close_fence(matched) {
                return;
            }
        }
        if self.close_element(&cursor, matched) {
            return;
        }
        if matched == self.stack.len() && self.html_line(&cursor) {
            return;
        }
        match cursor.is_blank() {
            true => self.blank(matched),
            false => self.content(cursor, matched),
        }
    }

    /// Consume the marks of the open containers; how many of them the line continues.
    fn walk(&mut self, cursor: &mut Cursor<'a>) -> usize {
        let blank = cursor.is_blank();
        for depth in 0..self.stack.len() {
            let indent = cursor.indent();
            let continues = match &mut self.stack[depth].kind {
                OpenKind::Quote { .. } => indent <= 3 && cursor.rest().starts_with('>'),
                OpenKind::Item { empty, .. } if cursor.is_blank() => !*empty || !blank,
                OpenKind::Item { marker, content, body, .. } => {
                    let four = *marker + 4;
                    let fits = indent >= four.min(*content);
                    if fits && body.is_none() {
                        let fours = indent >= four && (indent - *marker).is_multiple_of(4);
                        *body = Some(if fours { four } else { *content });
                    }
                    fits
                }
                OpenKind::Body { indent: own, .. } => cursor.is_blank() || indent >= *own,
                OpenKind::Element { .. } => true,
            };
            if !continues {
                return depth;
            }
            match &self.stack[depth].kind {
                OpenKind::Quote { .. } => {
                    cursor.skip(indent);
                    cursor.advance(1);
                    cursor.skip(1);
                }
                OpenKind::Item { content, body, .. } => {
                    let _ = cursor.skip(body.unwrap_or(*content));
                }
                OpenKind::Body { indent, .. } => {
                    let _ = cursor.skip(*indent);
                }
                OpenKind::Element { .. } => {}
            }
        }
        self.stack.len()
    }

    fn blank(&mut self, matched: usize) {
        let dies =
            |open: &Open| matches!(open.kind, OpenKind::Quote { .. } | OpenKind::Item { empty: true, .. });
        if self.stack.get(matched).is_some_and(dies) {
            self.close(matched, None);
        }
        if !matches!(self.leaf, Leaf::Html(_)) {
            self.leaf = Leaf::None;
        }
        self.pending.push(self.at);
        self.separate = Apart::No;
    }

    fn content(&mut self, mut cursor: Cursor<'a>, mut matched: usize) {
        let mut opened = false;
        let mut began = false;
        loop {
            let here = matched == self.stack.len() && !opened;
            let text_goes_on = here && matches!(self.leaf, Leaf::Paragraph);
            let (indent, rest) = (cursor.indent(), cursor.rest());
            if indent >= 4 {
                return self.indented(cursor, matched, began, text_goes_on);
            }
            let deep = self.stack.len() >= MAX_DEPTH;
            if rest.starts_with('>') && !deep {
                self.begin(matched, &mut began);
                self.open_quote(&mut cursor);
            } else if let Some(ticks) = scan::fence_open(rest) {
                return self.open_fence(cursor, ticks, matched, began);
            } else if let Some(end) =
                html_block::opens(rest, text_goes_on || self.is_lazy(matched), &self.custom)
            {
                if self.open_element(&cursor, matched, began) {
                    return;
                }
                self.begin(matched, &mut began);
                self.emit(&cursor);
                self.leaf = if end.is_met(rest) { Leaf::None } else { Leaf::Html(end) };
                return;
            } else if scan::atx_heading(rest).is_some() || (text_goes_on && scan::is_setext(rest)) {
                return self.single(cursor, matched, began);
            } else if scan::is_rule(rest) {
                self.lint_rule(&cursor, matched);
                return self.single(cursor, matched, began);
            } else if !deep && self.opens_item(rest, text_goes_on) {
                self.begin_with(matched, &mut began, Apart::Yes);
                self.open_item(&mut cursor);
            } else if !deep && self.open_head(&mut cursor, matched, began) {
                return;
            } else {
                return self.text(cursor, matched, began);
            }
            if cursor.is_blank() {
                self.end_line();
                self.leaf = Leaf::None;
                return;
            }
            opened = true;
            matched = self.stack.len();
        }
    }

    /// A line that is a whole block.
    fn single(&mut self, cursor: Cursor<'a>, matched: usize, mut began: bool) {
        self.begin(matched, &mut began);
        self.emit(&cursor);
        self.leaf = Leaf::None;
    }

    fn indented(&mut self, cursor: Cursor<'a>, matched: usize, mut began: bool, text_goes_on: bool) {
        if text_goes_on || (!began && self.is_lazy(matched)) {
            return self.text(cursor, matched, false);
        }
        if !self.in_code {
            self.lint_indented_fence(&cursor);
        }
        self.begin(matched, &mut began);
        self.emit(&cursor);
        self.leaf = Leaf::None;
        self.in_code = true;
    }

    /// May this line go on with the text of containers that it does not continue?
    fn is_lazy(&self, matched: usize) -> bool {
        let lazy = |open: &Open| match &open.kind {
            OpenKind::Quote { .. } | OpenKind::Item { .. } => true,
            OpenKind::Body { lazy, .. } => *lazy,
            OpenKind::Element { .. } => false,
        };
        matches!(self.leaf, Leaf::Paragraph)
            && matched < self.stack.len()
            && self.stack[matched..].iter().all(lazy)
    }

    fn text(&mut self, mut cursor: Cursor<'a>, matched: usize, mut began: bool) {
        if self.abbreviation(&cursor, began) {
            return;
        }
        if !began && self.is_lazy(matched) {
            let prefix = self.stack.get(matched).map_or(self.prefix.len(), |open| open.prefix);
            self.write_prefix(prefix);
            self.emit(&cursor);
            return;
        }
        let goes_on = !began && matched == self.stack.len() && matches!(self.leaf, Leaf::Paragraph);
        let in_table = !began && matched == self.stack.len() && matches!(self.leaf, Leaf::Table);
        self.lint_text(&cursor, goes_on);
        let table_head = !in_table && self.is_table_head(&cursor);
        if table_head && goes_on {
            self.pending.push(self.at);
        }
        self.begin(matched, &mut began);
        match in_table || table_head || (goes_on && self.is_delimiter_row(&cursor)) {
            true => {
                self.emit_row(&cursor);
                self.leaf = Leaf::Table;
            }
            false => {
                if !goes_on {
                    self.escape_placeholder(&mut cursor);
                }
                self.emit(&cursor);
                self.leaf = Leaf::Paragraph;
                self.term_depth = Some(self.stack.len());
            }
        }
    }

    /// A placeholder alone on its line would be a block of raw HTML.
    fn escape_placeholder(&mut self, cursor: &mut Cursor<'a>) {
        let rest = cursor.rest();
        let Some(tag) = html::tag(rest, 0).filter(|tag| rest[tag.range.end..].trim().is_empty()) else {
            return;
        };
        if html::is_placeholder(&tag, &self.custom) {
            let line = self.current();
            let start = line.range_of(rest).start;
            let span = line.span(start..start + tag.range.end);
            self.out.found.push(raw_html::placeholder_found(&rest[tag.range], span));
            cursor.skip(usize::MAX);
            self.add("\\");
        }
    }

    fn is_delimiter_row(&self, cursor: &Cursor<'a>) -> bool {
        scan::delimiter_cells(cursor.rest()).is_some_and(|cells| {
            let above = self.at.checked_sub(1).map(|above| self.lines[above].text.as_str());
            above.is_some_and(|above| scan::code_pipes(without_marks(above)).1 == cells)
        })
    }

    /// Is this the first row of a table? The next line tells.
    fn is_table_head(&self, cursor: &Cursor<'a>) -> bool {
        let next = self.lines.get(self.at + 1).map(|line| without_marks(&line.text));
        cursor.rest().contains('|')
            && next
                .and_then(scan::delimiter_cells)
                .is_some_and(|cells| scan::code_pipes(cursor.rest()).1 == cells)
    }

    fn abbreviation(&mut self, cursor: &Cursor<'a>, began: bool) -> bool {
        let rest = cursor.rest();
        let Some((key, meaning)) = scan::abbreviation(rest).filter(|_| !began) else { return false };
        let line = self.current();
        let start = line.range_of(rest).start;
        self.out.abbreviations.push(AbbreviationLine {
            key: rest[key.clone()].to_string(),
            meaning: rest[meaning].to_string(),
            span: line.span(start + key.start..start + key.end),
            appended: self.at >= self.own,
        });
        true
    }

    fn end(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        loop {
            self.at = self.lines.len() - 1;
            if !matches!(self.leaf, Leaf::Fence(_)) {
                break;
            }
            if self.finish_fence(false) {
                self.at += 1;
                while self.at < self.lines.len() {
                    self.line();
                    self.at += 1;
                }
            }
        }
        self.close(0, None);
    }

    fn head(&mut self, at: usize, kind: HeadKind, span: Span) {
        self.out.heads.insert(at, Head { kind, span, line: self.at });
    }
}

/// The line without the marks of quotes and lists before it.
fn without_marks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};
    use pulldown_cmark::{Event, Options, Parser};

    fn prepared(text: &str) -> Prepared {
        let sources = Sources::in_memory([("a.md", text)]);
        let id = sources.get(&SitePath::new("a.md")).unwrap().id();
        let mut at = 0;
        let lines: Vec<Line> = text
            .split('\n')
            .map(|text| {
                let line = Line { text: text.to_string(), pad: 0, file: id, at };
                at += text.len() + 1;
                line
            })
            .collect();
        prepare(&lines, lines.len(), &BTreeSet::new())
    }

    /// What a CommonMark parser says of a text, without places.
    fn events(text: &str) -> Vec<String> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut said: Vec<String> = Vec::new();
        for event in Parser::new_ext(text, options) {
            match (&event, said.last_mut().filter(|last| last.starts_with("text "))) {
                (Event::Text(text), Some(last)) => last.push_str(text),
                (Event::Text(text), None) => said.push(format!("text {text}")),
                _ => said.push(format!("{event:?}")),
            }
        }
        said
    }

    #[test]
    fn containers_become_quotes() {
        let text = prepared("!!! note \"T\"\n    a\n\n    b\nc\n").buffer.text;
        assert_eq!(text, "> # T #\n> a\n>\n> b\n<!-- -->\nc\n");
        let page = prepared("1. a\n\n    ??? tip\n        b\n2. c");
        assert_eq!(page.buffer.text, "1. a\n\n   > \n   > b\n2. c\n");
        assert_eq!(page.heads.len(), 1);
    }

    #[test]
    fn a_page_of_plain_commonmark_says_what_it_said() {
        let pages = [
            "a\n===\n\n> b\nlazy\n> - c\n>\n>   d\n\n    code\n\n***\n",
            "- a\n- b\n\n  c\n    1. d\n\n       e\n- f\n\n\n- g\n",
            "1. a\n   > b\n   > ```\n   > c\n   > ```\n\nd\n- - e\n  - f\n",
            "<div>\n*a*\n\n*b*\n</div>\n\n<!-- c\n\nd -->\n~~~\ne\n~~~\n",
            "| a | b |\n|---|---|\n| c | d |\n\n[e]: f\n\n[e] `g`\n",
        ];
        for page in pages {
            assert_eq!(events(&prepared(page).buffer.text), events(page), "{page}");
        }
    }

    #[test]
    fn the_shared_site_says_what_it_said_where_it_is_plain() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/ael/docs");
        if !root.exists() {
            assert!(std::env::var_os("CI").is_none(), "../shared is missing");
            println!("skipped: ../shared is absent");
            return;
        }
        let sources = Sources::open(&root).unwrap();
        for path in sources.list(&SitePath::default(), &|_| false).unwrap() {
            let file = sources.get(&path).unwrap();
            let Some(text) = file.text().filter(|_| path.extension() == "md") else { continue };
            let plain = text.replace("!!!", "Note").replace("=== \"", "Tab \"").replace("*[", "[");
            let page = plain.rsplit_once("\n---\n").map_or(plain.as_str(), |(_, page)| page);
            assert_eq!(events(&prepared(page).buffer.text), events(page), "{path}");
        }
    }
}
