//! What a reader copies of a block: parts of its text, never a text of its own.
//!
//! A page shows the whole text of a block and its button takes the parts from there, so what is copied, what the
//! record says and what the page shows cannot part.

use super::directive::Settings;
use super::shell::Comment;
use crate::markdown::{self, Fence};
use crate::source::Hash;
use std::ops::Range;

/// Parts of a text, in order, as ranges of bytes. They do not overlap and none is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts(Vec<Range<usize>>);

/// What lands on the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The parts of the snippet's text that are copied.
    pub parts: Parts,
    /// They, joined: no newline at the end, so that a pasted command waits for its reader.
    pub text: String,
    /// The SHA-256 of `text`.
    pub hash: Hash,
}

impl Copied {
    /// What is copied of `text`: these parts, or all of it where they leave nothing.
    pub(super) fn of(text: &str, parts: &Parts) -> Copied {
        let kept = parts.trimmed(text);
        let parts = if kept.0.is_empty() { Parts::whole(text).trimmed(text) } else { kept };
        let copied = parts.text(text);
        Copied { hash: Hash::of(&copied), text: copied, parts }
    }
}

impl Parts {
    /// All of `text`.
    pub fn whole(text: &str) -> Parts {
        Parts(Vec::new()).and(0..text.len())
    }

    /// What of the text of `fence` is copied before anything is known of its commands: of a console session only
    /// what is typed at its prompts, and no marks of annotations.
    pub(super) fn of_fence(fence: &Fence) -> Parts {
        let text = &fence.code.text;
        let typed =
            markdown::typed_parts(fence).map(|typed| typed.into_iter().fold(Parts::default(), Parts::and));
        let parts = typed.unwrap_or_else(|| Parts::whole(text));
        match fence.annotations.is_empty() {
            true => parts,
            false => parts.without(&marks(text)),
        }
    }

    fn and(mut self, range: Range<usize>) -> Parts {
        match self.0.last_mut() {
            _ if range.is_empty() => {}
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.0.push(range),
        }
        self
    }

    /// These parts without the bytes of `gone`.
    pub fn without(&self, gone: &[Range<usize>]) -> Parts {
        let mut gone = gone.to_vec();
        gone.sort_by_key(|range| range.start);
        let mut kept = Parts::default();
        for part in &self.0 {
            let mut at = part.start;
            for range in gone.iter().filter(|range| range.start < part.end && range.end > part.start) {
                kept = kept.and(at..range.start.max(at));
                at = at.max(range.end);
            }
            kept = kept.and(at..part.end.max(at));
        }
        kept
    }

    /// What of these parts lies in `range`.
    pub fn within(&self, range: &Range<usize>) -> Parts {
        let cut = |part: &Range<usize>| part.start.max(range.start)..part.end.min(range.end);
        self.0.iter().map(cut).filter(|part| part.start < part.end).fold(Parts::default(), Parts::and)
    }

    /// These parts without the newlines at their end.
    pub fn trimmed(&self, text: &str) -> Parts {
        let mut parts = self.0.clone();
        while let Some(last) = parts.last_mut() {
            let length = text[last.clone()].trim_end_matches('\n').len();
            last.end = last.start + length;
            if length > 0 {
                break;
            }
            parts.pop();
        }
        Parts(parts)
    }

    /// The parts of `text`, joined.
    pub fn text(&self, text: &str) -> String {
        self.0.iter().map(|part| &text[part.clone()]).collect()
    }

    /// The ranges.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.0
    }
}

/// What a snippet's copy leaves out: the comments that only tell what will happen and the output that the page shows
/// below them, unless the author keeps both.
pub(super) fn left_out(
    text: &str,
    told: &[&Comment],
    outputs: &[Range<usize>],
    settings: &Settings,
) -> Vec<Range<usize>> {
    match settings.verbatim {
        Some(true) => Vec::new(),
        _ => told.iter().map(|comment| whole_line(text, comment)).chain(outputs.iter().cloned()).collect(),
    }
}

/// A comment with its line end when it has a line of its own, with the blanks before it when not.
fn whole_line(text: &str, comment: &Comment) -> Range<usize> {
    if !comment.own_line {
        return text[..comment.range.start].trim_end_matches([' ', '\t']).len()..comment.range.end;
    }
    let start = text[..comment.range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[comment.range.end..].find('\n');
    start..end.map_or(text.len(), |newline| comment.range.end + newline + 1)
}

/// The comments at line ends that hold nothing but the mark of an annotation, `# (1)` or `// (1)!`, with the blanks
/// before them.
fn marks(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        found.extend(mark(line.trim_end()).map(|range| start + range.start..start + range.end));
        start += line.len();
    }
    found
}

fn mark(line: &str) -> Option<Range<usize>> {
    let said = ["*/", "-->"].iter().find_map(|close| line.strip_suffix(close)).unwrap_or(line).trim_end();
    let inner = said.strip_suffix('!').unwrap_or(said).strip_suffix(')')?;
    let before = inner.trim_end_matches(|c: char| c.is_ascii_digit());
    let open = before.strip_suffix('(').filter(|_| before.len() < inner.len())?.trim_end();
    let code = ["#", "//", "--", ";", "%", "/*", "<!--"].iter().find_map(|mark| open.strip_suffix(mark))?;
    Some(code.trim_end().len()..line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_and_joined() {
        let text = "one\ntwo\nthree\n\n";
        let parts = Parts::whole(text).without(&[4..8, 20..21]);
        assert_eq!(parts.text(text), "one\nthree\n\n");
        assert_eq!(parts.trimmed(text).text(text), "one\nthree");
        assert_eq!(parts.within(&(2..10)).text(text), "e\nth");
        assert_eq!(parts.without(&[0..3, 8..9]).ranges(), [3..4, 9..15]);
        assert_eq!(parts.without(&[0..9, 5..99]), Parts::default());
    }

    #[test]
    fn what_leaves_nothing_is_copied_whole() {
        assert_eq!(Copied::of("# a\n\n", &Parts::default()).text, "# a");
        assert_eq!(Copied::of("\n\n", &Parts::whole("\n\n")).text, "");
    }

    #[test]
    fn marks_of_annotations_are_no_part_of_the_code() {
        let text = "a: 1 # (1)\nb: 2  # (2)!\nf(1) // (3)\n/* (4) */\nx (5)\n# see (6) there\n";
        let parts = Parts::whole(text).without(&marks(text));
        assert_eq!(parts.text(text), "a: 1\nb: 2\nf(1)\n\nx (5)\n# see (6) there\n");
    }
}
