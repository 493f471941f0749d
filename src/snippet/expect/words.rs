//! A sentence as words with places.

/// One word of a sentence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// As written, marks at its ends gone.
    pub bare: &'a str,
    /// Where it begins in the sentence.
    pub start: usize,
    /// Where it ends, marks included.
    pub end: usize,
    /// A mark behind it ends what it belongs to: `denied: no team`, `denied, as it has no team`.
    pub ends_part: bool,
}

impl Word<'_> {
    /// Is it one of these, whatever its case?
    pub fn is(&self, any: &[&str]) -> bool {
        any.iter().any(|word| self.bare.eq_ignore_ascii_case(word))
    }
}

/// The words of `text`, split at blanks.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                let word = &text[from..at];
                let ends_part = word.ends_with([',', ':', ';', '.', '!', ')']);
                found.push(Word { bare: bare(word), start: from, end: at, ends_part });
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| ".,;:!?()".contains(c))
}
