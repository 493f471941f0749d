//! Findings that a page accepts, with a reason:
//!
//! ```text
//! <!-- runproof: allow(broken-link) the page is published next week -->
//! ```
//!
//! The comment speaks for its own line and for the block behind it: the paragraph, list or table up to the next
//! blank line, or the whole fence. `allow-page(…)` speaks for the whole file. Several codes stand with commas.
//! A comment without a reason is reported, and so is one that nothing needs any more.

use super::settings::unknown_code;
use super::{Code, Diagnostic, Edit, codes};
use crate::source::{SourceFile, Span};

const OPEN: &str = "<!-- runproof:";

/// One comment that accepts findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The comment.
    pub span: Span,
    /// What it speaks for.
    pub covers: Span,
    /// The codes that it accepts, with their places.
    pub codes: Vec<(&'static Code, Span)>,
    /// Why.
    pub reason: String,
}

/// The suppressions of a file, and what is wrong with some of them. `comments` are the comments of the page that
/// are for runproof; the tree knows them from text about comments.
pub fn find(file: &SourceFile, comments: &[Span]) -> (Vec<Suppression>, Vec<Diagnostic>) {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    let text = file.text().unwrap_or_default();
    for comment in comments.iter().filter(|comment| comment.file == file.id()) {
        match parse(file, text, comment.range().start) {
            Ok(suppression) => found.push(suppression),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    (found, wrong)
}

/// `diagnostics` without those that `suppressions` accept, and a finding for each code that was not needed.
/// Only the place of a finding counts, not its labels.
pub fn apply(diagnostics: Vec<Diagnostic>, suppressions: &[Suppression]) -> Vec<Diagnostic> {
    let mut used: Vec<Vec<bool>> = suppressions.iter().map(|one| vec![false; one.codes.len()]).collect();
    let mut kept = Vec::with_capacity(diagnostics.len());
    for found in diagnostics {
        let mut accepted = false;
        for (suppression, used) in suppressions.iter().zip(&mut used) {
            if let Some(at) = suppression.accepts(&found) {
                (accepted, used[at]) = (true, true);
            }
        }
        if !accepted {
            kept.push(found);
        }
    }
    for (suppression, used) in suppressions.iter().zip(used) {
        kept.extend(suppression.unused(&used));
    }
    kept
}

impl Suppression {
    /// Which of its codes accepts `found`.
    fn accepts(&self, found: &Diagnostic) -> Option<usize> {
        let span = found.span?;
        let covered =
            span.file == self.covers.file && self.covers.start <= span.start && span.start <= self.covers.end;
        self.codes.iter().position(|(code, _)| covered && code.name == found.code.name)
    }

    fn unused(&self, used: &[bool]) -> Vec<Diagnostic> {
        let idle = self.codes.iter().zip(used).filter(|(_, used)| !**used);
        let list = idle.map(|((code, span), _)| {
            let message = format!("nothing here needs `allow({})`", code.name);
            Diagnostic::new(&codes::UNUSED_SUPPRESSION, *span, message)
        });
        let mut list: Vec<Diagnostic> = list.collect();
        // Only a comment of which nothing is left can go as a whole.
        if used.iter().all(|used| !used)
            && let [only] = list.as_mut_slice()
        {
            only.fix = Some(super::Fix {
                title: String::from("remove the comment"),
                edits: vec![Edit { span: self.span, text: String::new() }],
            });
        }
        list
    }
}

fn parse(file: &SourceFile, text: &str, start: usize) -> Result<Suppression, Vec<Diagnostic>> {
    let wrong = |start: usize, end: usize, message: &str| {
        Diagnostic::new(&codes::INVALID_SUPPRESSION, file.span(start, end), message)
            .help("write it as `<!-- runproof: allow(code) reason -->`")
    };
    let line_end = start + text[start..].find('\n').unwrap_or(text.len() - start);
    let Some(length) = text[start..].find("-->") else {
        return Err(vec![wrong(start, line_end, "a comment for runproof that is never closed")]);
    };
    let end = start + length + 3;
    let body = &text[start + OPEN.len()..start + length];
    let Some((verb, codes, reason)) = split(body) else {
        return Err(vec![wrong(start, end, "a comment for runproof that it does not understand")]);
    };
    let page = match verb {
        "allow" => false,
        "allow-page" => true,
        _ => {
            let message = format!("`{verb}` is not known here; there are `allow` and `allow-page`");
            return Err(vec![wrong(start, end, &message)]);
        }
    };
    if reason.is_empty() {
        return Err(vec![wrong(start, end, "a suppression without a reason")]);
    }
    let covers = if page { file.span(0, text.len()) } else { covered(file, text, start, end) };
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Suppression { span: file.span(start, end), covers, codes: named(file, text, codes)?, reason })
}

/// Verb, what stands in the parentheses, and the reason of ` allow(a, b) because`.
fn split(body: &str) -> Option<(&str, &str, &str)> {
    let (verb, rest) = body.trim_start().split_once('(')?;
    let (codes, reason) = rest.split_once(')')?;
    Some((verb.trim(), codes, reason.trim().trim_start_matches(':').trim_start()))
}

/// The codes of `list`, a slice of `text`, with their places.
fn named(file: &SourceFile, text: &str, list: &str) -> Result<Vec<(&'static Code, Span)>, Vec<Diagnostic>> {
    let (mut known, mut wrong) = (Vec::new(), Vec::new());
    for part in list.split(',') {
        let name = part.trim();
        let at = name.as_ptr() as usize - text.as_ptr() as usize;
        let span = file.span(at, at + name.len());
        match codes::by_name(name) {
            Some(code) => known.push((code, span)),
            None => wrong.push(unknown_code(name, span)),
        }
    }
    if wrong.is_empty() { Ok(known) } else { Err(wrong) }
}

/// From the start of the comment's line to the end of the block behind it.
fn covered(file: &SourceFile, text: &str, start: usize, end: usize) -> Span {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let mut at = line_end(text, end);
    let mut fence: Option<&str> = None;
    let mut begun = false;
    while at < text.len() {
        let line = &text[at..line_end(text, at)];
        let bare = line.trim_start_matches([' ', '\t', '>']).trim_end();
        match fence {
            Some(open) if bare.starts_with(open) && bare.trim_matches(['`', '~']).is_empty() => {
                return file.span(line_start, at + line.trim_end().len());
            }
            Some(_) => {}
            None if bare.is_empty() && begun => break,
            None if !begun => fence = opened(bare),
            None => {}
        }
        begun |= !bare.is_empty();
        at += line.len();
    }
    file.span(line_start, text[..at].trim_end().len())
}

/// The run of backticks or tildes that opens a fence.
fn opened(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let run = &line[..line.len() - line.trim_start_matches(mark).len()];
    (run.len() >= 3).then_some(run)
}

/// The offset behind the line that `at` is in.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SitePath, Sources};
    use std::sync::Arc;

    fn file(text: &str) -> Arc<SourceFile> {
        Sources::in_memory([("a.md", text)]).get(&SitePath::new("a.md")).unwrap()
    }

    fn all(file: &SourceFile) -> (Vec<Suppression>, Vec<Diagnostic>) {
        let starts = file.text().unwrap().match_indices(OPEN);
        let comments: Vec<Span> = starts.map(|(at, _)| file.span(at, at + OPEN.len())).collect();
        find(file, &comments)
    }

    fn broken(file: &SourceFile, word: &str) -> Diagnostic {
        let at = file.text().unwrap().find(word).unwrap();
        Diagnostic::new(&codes::BROKEN_LINK, file.span(at, at + word.len()), "x")
    }

    #[test]
    fn a_comment_speaks_for_the_next_block_only() {
        let file = file(
            "<!-- runproof: allow(broken-link) comes\n     next week -->\nsee [a](a.md)\nand [b](b.md)\n\n[c](c.md)\n",
        );
        let (found, wrong) = all(&file);
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(found[0].reason, "comes next week");
        let left = apply(vec![broken(&file, "a.md"), broken(&file, "b.md"), broken(&file, "c.md")], &found);
        assert_eq!(left, [broken(&file, "c.md")]);
    }

    #[test]
    fn a_fence_is_covered_over_its_blank_lines() {
        let file =
            file("<!-- runproof: allow(broken-link) shown -->\n\n  ```sh\n  one\n\n  two\n  ```\nthree\n");
        let (found, _) = all(&file);
        let left = apply(vec![broken(&file, "two"), broken(&file, "three")], &found);
        assert_eq!(left, [broken(&file, "three")]);
    }

    #[test]
    fn what_is_not_needed_is_told_and_can_be_removed() {
        let file = file("<!-- runproof: allow(broken-link) old -->\ntext\n");
        let (found, _) = all(&file);
        let left = apply(Vec::new(), &found);
        assert_eq!(left[0].code.name, "unused-suppression");
        assert_eq!(left[0].fix.as_ref().unwrap().edits[0].span, file.span(0, 41));
    }

    #[test]
    fn a_page_may_accept_a_code_as_a_whole() {
        let file = file("[a](a.md)\n\n<!-- runproof: allow-page(broken-link): moved soon -->\n");
        let (found, _) = all(&file);
        assert_eq!(found[0].reason, "moved soon");
        assert!(apply(vec![broken(&file, "a.md")], &found).is_empty());
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        let texts = [
            "<!-- runproof: allow(broken-link) -->",
            "<!-- runproof: allow(nothing-like-this) because -->",
            "<!-- runproof: deny(broken-link) because -->",
            "<!-- runproof: -->",
            "<!-- runproof: allow(broken-link) open",
            "<!-- runproof:",
        ];
        for text in texts {
            let (found, wrong) = all(&file(text));
            assert!(found.is_empty() && wrong.len() == 1, "{text}: {found:?} {wrong:?}");
        }
    }
}
