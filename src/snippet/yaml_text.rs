//! What a text that is labelled YAML and does not parse was meant to be.

use crate::source::yaml::{self, YamlError};
use std::ops::Range;

/// What such a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    /// Pieces that each are YAML, shown one below the other to be compared.
    Variants,
    /// YAML with a mistake.
    Broken,
    /// Not YAML at all: the part that is not.
    AnotherLanguage(Range<usize>),
}

/// Judges a text that did not parse for `error`.
pub(super) fn judge(text: &str, error: &YamlError) -> Judgement {
    let whole = text.lines().any(|line| line.starts_with("apiVersion:"));
    if whole {
        return Judgement::Broken;
    }
    if is_repeated_key(text, error) {
        return Judgement::Variants;
    }
    let mut foreign = None;
    for piece in pieces(text) {
        match yaml::parse(&text[piece.clone()]) {
            Ok(_) => {}
            Err(error) if is_repeated_key(&text[piece.clone()], &error) => {}
            Err(_) if looks_like_yaml(&text[piece.clone()]) => return Judgement::Broken,
            Err(_) => foreign = foreign.or(Some(piece)),
        }
    }
    foreign.map_or(Judgement::Variants, Judgement::AnotherLanguage)
}

/// A key at the left edge that stands twice: variants of one setting.
fn is_repeated_key(text: &str, error: &YamlError) -> bool {
    let at_edge =
        error.span.start == 0 || text.as_bytes().get(error.span.start.wrapping_sub(1)) == Some(&b'\n');
    error.message.ends_with("stands twice") && at_edge
}

/// The parts of a text between empty lines whose next line begins at the left edge.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut at, mut empty) = (0, 0, false);
    for line in text.split_inclusive('\n') {
        let blank = line.trim().is_empty();
        if empty && !blank && !line.starts_with([' ', '\t']) {
            pieces.push(start..at);
            start = at;
        }
        empty = blank;
        at += line.len();
    }
    pieces.push(start..text.len());
    pieces
}

/// Are most of its lines keys or items?
fn looks_like_yaml(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut all, mut fitting) = (0_usize, 0_usize);
    for line in lines {
        all += 1;
        fitting += usize::from(is_entry(line));
    }
    fitting * 2 >= all
}

fn is_entry(line: &str) -> bool {
    if line == "-" || line.starts_with("- ") || line.starts_with("---") {
        return true;
    }
    let Some(colon) = line.find(": ").or_else(|| line.strip_suffix(':').map(str::len)) else { return false };
    let key = &line[..colon];
    let quoted = key.len() > 1 && key.starts_with(['"', '\'']) && key.ends_with(['"', '\'']);
    quoted || !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "-_./*$".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Judgement {
        judge(text, &yaml::parse(text).unwrap_err())
    }

    #[test]
    fn variants_are_not_broken() {
        assert_eq!(judged("# before\nenv:\n  A: b\n\n# after\n- uses: a\n"), Judgement::Variants);
        assert_eq!(judged("policy: Fail # safe\npolicy: Ignore # not\n"), Judgement::Variants);
    }

    #[test]
    fn a_mistake_is_one() {
        assert_eq!(judged("- run: echo \"a: b\"\n"), Judgement::Broken);
        assert_eq!(judged("apiVersion: v1\nkind: Pod\nspec: {}\nspec: {}\n"), Judgement::Broken);
        assert_eq!(judged("a:\n  b: 1\n  b: 2\n"), Judgement::Broken);
    }

    #[test]
    fn another_language_is_named_where_it_begins() {
        let text = "a: 1\n\nif [ $x ]; then\n  echo \"y: z\"\nfi\n";
        assert_eq!(judged(text), Judgement::AnotherLanguage(6..text.len()));
    }
}
