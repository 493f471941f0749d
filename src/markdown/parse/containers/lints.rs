//! What can be wrong with the first lines of containers, and lines that look like something they are not.

use super::super::scan::{self, AdmonitionHead};
use super::super::text::Cursor;
use super::{Leaf, OpenKind, Pass};
use crate::diag::{Diagnostic, Edit, codes};
use crate::source::Span;

/// The types that the theme knows, with their aliases.
const TYPES: [&str; 28] = [
    "note",
    "abstract",
    "summary",
    "tldr",
    "info",
    "todo",
    "tip",
    "hint",
    "important",
    "success",
    "check",
    "done",
    "question",
    "help",
    "faq",
    "warning",
    "caution",
    "attention",
    "failure",
    "fail",
    "missing",
    "danger",
    "error",
    "bug",
    "example",
    "quote",
    "cite",
    "seealso",
];

/// How the lines below a container's first line stand to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// Indented by 4 columns or more.
    Inside,
    /// Indented by 1 to 3 columns: the line.
    Short(usize),
    /// Not indented, directly below.
    Beside,
    /// Something else follows, or nothing.
    Absent,
}

impl<'a> Pass<'a> {
    /// How the lines below a container's first line, indented by `indent`, stand to it.
    pub(super) fn body(&self) -> Body {
        let base = raw_indent(&self.current().text);
        let below = self.lines.iter().enumerate().skip(self.at + 1);
        let mut blank = false;
        for (index, line) in below {
            let text = unquoted(&line.text);
            if text.trim().is_empty() {
                blank = true;
                continue;
            }
            let columns = raw_indent(&line.text);
            return match columns.checked_sub(base) {
                Some(4..) => Body::Inside,
                Some(1..=3) if starts_block(text.trim_start()) || !blank => Body::Short(index),
                Some(0) if !blank => Body::Beside,
                _ => Body::Absent,
            };
        }
        Body::Absent
    }

    pub(super) fn lint_admonition(&mut self, head: &AdmonitionHead<'_>, rest: &str, body: &Body) {
        let span = self.rest_span(rest, 0..rest.trim_end().len());
        let lint = |code, message: &str| Diagnostic::new(code, span, message);
        let found = match body {
            Body::Inside => None,
            Body::Short(line) => {
                let place = self.lines[*line].trimmed_span();
                let found = Diagnostic::new(
                    &codes::ADMONITION_BODY,
                    place,
                    "this text falls out of the admonition above it",
                )
                .label("indented by fewer than 4 columns")
                .also(span, "the admonition is empty")
                .help("indent its content by 4 columns");
                let edits = self.indent_edits(*line);
                Some(found.fix("indent the content by 4 columns", edits))
            }
            Body::Beside => Some(
                lint(&codes::ADMONITION_BODY, "the admonition is empty, and text follows directly below it")
                    .help("indent its content by 4 columns, or put a blank line below a box without content"),
            ),
            Body::Absent if head.title.is_some() => None,
            Body::Absent => Some(
                lint(&codes::ADMONITION_BODY, "the admonition is empty")
                    .help("indent its content by 4 columns"),
            ),
        };
        self.out.found.extend(found);
        self.lint_title(head, rest);
        self.lint_type(head, rest);
    }

    /// Edits that indent the lines from `first` to the next blank line to 4 columns.
    fn indent_edits(&self, first: usize) -> Vec<Edit> {
        let base = raw_indent(&self.current().text);
        let own = raw_indent(&self.lines[first].text);
        let missing = " ".repeat((base + 4).saturating_sub(own));
        let lines = self.lines[first..].iter().take_while(|line| {
            let text = unquoted(&line.text);
            !text.trim().is_empty() && raw_indent(&line.text) > base
        });
        lines
            .filter(|line| line.pad == 0)
            .map(|line| {
                let at = line.text.len() - unquoted(&line.text).len();
                Edit { span: line.span(at..at), text: missing.clone() }
            })
            .collect()
    }

    fn lint_title(&mut self, head: &AdmonitionHead<'_>, rest: &str) {
        let known = ["inline", "end", "annotate", "no-icon", "noicon"];
        let words = head.words.get(1..).unwrap_or_default();
        let text = words.iter().all(|word| !known.contains(&word.to_lowercase().as_str()))
            && (words.iter().any(|word| word.contains(char::is_uppercase)) || words.len() > 2);
        if head.proper && !(text && head.title.is_none()) {
            return;
        }
        let start = match &head.title {
            Some(title) => title.start - usize::from(rest[..title.start].ends_with(['\'', '"'])),
            None => head.words.get(1).and_then(|word| rest.find(&format!(" {word}"))).map_or(0, |at| at + 1),
        };
        let range = start..rest.trim_end().len();
        let title = rest[range.clone()].trim_matches(['\'', '"']).to_string();
        let span = self.rest_span(rest, range);
        let message = "the title of an admonition needs double quotes";
        let found =
            Diagnostic::new(&codes::ADMONITION_TITLE, span, message).label("not read as a title by MkDocs");
        self.out.found.push(match title.contains('"') {
            true => found,
            false => found.fix("quote the title", vec![Edit { span, text: format!("\"{title}\"") }]),
        });
    }

    fn lint_type(&mut self, head: &AdmonitionHead<'_>, rest: &str) {
        let Some(word) = head.words.first() else { return };
        let lower = word.to_lowercase();
        if TYPES.contains(&lower.as_str()) {
            return;
        }
        let near = TYPES.iter().find(|known| {
            let distance = distance(&lower, known);
            distance == 1 && known.len() > 3 || distance == 2 && known.len() > 5
        });
        if let Some(near) = near {
            let start = rest.find(word).unwrap_or_default();
            let span = self.rest_span(rest, start..start + word.len());
            let message = format!("`{word}` is no type of admonition; `{near}` is");
            let found = Diagnostic::new(&codes::ADMONITION_TYPE, span, message);
            self.out.found.push(found.help("a type of your own needs a style sheet that knows it"));
        }
    }

    pub(super) fn lint_marker_indent(&mut self, cursor: &Cursor<'a>) {
        let rest = cursor.rest();
        let span = self.rest_span(rest, 0..rest.trim_end().len());
        let found =
            Diagnostic::new(&codes::LITERAL_MARK, span, "readers see this admonition's marks as they are")
                .label("indented, but not in a list")
                .help("begin the admonition at the left margin");
        self.out.found.push(found);
    }

    /// A rule of dashes directly below a list item.
    pub(super) fn lint_rule(&mut self, cursor: &Cursor<'a>, matched: usize) {
        let under_item = self.stack[matched..].iter().any(|open| matches!(open.kind, OpenKind::Item { .. }));
        if under_item && scan::is_setext(cursor.rest()) && matches!(self.leaf, Leaf::Paragraph) {
            let span = self.rest_span(cursor.rest(), 0..cursor.rest().trim_end().len());
            let place = Span::at(span.file, self.current().at);
            let found =
                Diagnostic::new(&codes::SETEXT_TRAP, span, "this rule stands directly below a list item")
                    .label("MkDocs makes a heading of the item")
                    .help("put a blank line before the rule")
                    .fix("insert a blank line", vec![Edit { span: place, text: "\n".to_string() }]);
            self.out.found.push(found);
        }
    }

    pub(super) fn lint_indented_fence(&mut self, cursor: &Cursor<'a>) {
        let rest = cursor.rest();
        if scan::fence_open(rest).is_some() {
            let span = self.rest_span(rest, 0..rest.trim_end().len());
            let found = Diagnostic::new(
                &codes::FENCE_INDENT,
                span,
                "this fence is indented so far that readers see its marks",
            )
            .label("4 columns of indentation make code of it")
            .help("indent the fence no further than the text that it belongs to");
            self.out.found.push(found);
        }
    }

    /// Text that looks as if it were meant as something else.
    pub(super) fn lint_text(&mut self, cursor: &Cursor<'a>, goes_on: bool) {
        let rest = cursor.rest();
        let span = |range| self.rest_span(rest, range);
        let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
        let behind = &rest[hashes..];
        let found = match hashes {
            0 => self.literal_mark(rest),
            7.. if behind.starts_with(' ') => {
                let message = "a heading has at most 6 levels";
                Some(Diagnostic::new(&codes::HEADING_SYNTAX, span(0..hashes), message).label("shown as text"))
            }
            1..=6 if !goes_on && behind.starts_with(char::is_alphabetic) => {
                let found = Diagnostic::new(
                    &codes::HEADING_SYNTAX,
                    span(0..rest.trim_end().len()),
                    "a heading needs a space behind its `#`",
                )
                .label("shown as text; MkDocs makes a heading of it");
                let edit = Edit { span: span(hashes..hashes), text: " ".to_string() };
                Some(if hashes > 1 { found.fix("insert a space", vec![edit]) } else { found })
            }
            _ => None,
        };
        self.out.found.extend(found);
    }

    fn literal_mark(&self, rest: &str) -> Option<Diagnostic> {
        let mark = ["!!!", "???+", "???", "==="].into_iter().find(|mark| rest.starts_with(mark))?;
        let behind = rest[mark.len()..].trim_start_matches(['!', '+']);
        let behind = behind.strip_prefix(' ').unwrap_or(behind);
        let word = behind.starts_with(|c: char| c.is_alphabetic() || c == '"');
        let quoted = behind.contains('"');
        let likely =
            if mark == "===" { behind.starts_with('"') } else { word && (quoted || known_type(behind)) };
        let indented = self.out.found.last().is_some_and(|last| {
            last.code == &codes::LITERAL_MARK
                && last.span.is_some_and(|span| span == self.rest_span(rest, 0..rest.trim_end().len()))
        });
        (likely && !indented).then(|| {
            let span = self.rest_span(rest, 0..rest.trim_end().len());
            Diagnostic::new(&codes::LITERAL_MARK, span, format!("readers see the `{mark}` as it is"))
                .help("a type, a title in double quotes and nothing else may follow the mark")
        })
    }
}

fn known_type(behind: &str) -> bool {
    let word = behind.split_whitespace().next().unwrap_or_default().to_lowercase();
    TYPES.contains(&word.as_str())
}

/// The line behind the marks of quotes.
fn unquoted(text: &str) -> &str {
    let mut rest = text;
    while let Some(inner) = rest.trim_start().strip_prefix('>') {
        rest = inner.strip_prefix(' ').unwrap_or(inner);
    }
    rest
}

fn raw_indent(text: &str) -> usize {
    Cursor::new(unquoted(text)).indent() + list_width(unquoted(text))
}

/// Columns of list markers before the text, when a container begins on an item's own line.
fn list_width(text: &str) -> usize {
    let trimmed = text.trim_start();
    match scan::list_marker(trimmed).filter(|marker| !marker.empty) {
        Some(marker) => {
            let behind = &trimmed[marker.width..];
            let gap = behind.len() - behind.trim_start().len();
            let inner = behind.trim_start();
            if inner.starts_with("!!!") || inner.starts_with("???") || inner.starts_with("===") {
                marker.width + gap
            } else {
                0
            }
        }
        None => 0,
    }
}

fn starts_block(text: &str) -> bool {
    text.starts_with('|') || scan::fence_open(text).is_some() || scan::list_marker(text).is_some()
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > 2 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=right.len()).collect::<Vec<usize>>()];
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let change = rows[i][j] + usize::from(a != b);
            let mut best = change.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_one_or_two_letters_away() {
        assert_eq!(distance("waring", "warning"), 1);
        assert_eq!(distance("wraning", "warning"), 1);
        assert_eq!(distance("note", "bug"), 4);
    }
}
