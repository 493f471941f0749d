//! What a text is found by.
//!
//! A *chunk* is a run of letters, digits and what joins them in identifiers: `require-run-as-nonroot`,
//! `kyverno.io/v1`, `--dry-run`, `runAsNonRoot`. It is found by each of its parts, as a stem, and as a whole. The
//! browser takes queries apart in the same way (`assets/search-rank.js`).

use frostem::{Algorithm, Stemmer};
use std::borrow::Cow;

/// A longer part is no word that anyone types: a hash, a key.
const PART_LENGTH: usize = 40;
/// A longer chunk is not looked for as a whole.
const CHUNK_LENGTH: usize = 60;

/// The chunks of a text in their order, without joiners at their ends.
pub(super) fn chunks(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_part(letter) && !is_joiner(letter)).map(trimmed).filter(|run| !run.is_empty())
}

/// A run without joiners at its ends. They are of one byte each.
fn trimmed(run: &str) -> &str {
    let is_inner = |byte: u8| !is_joiner(char::from(byte));
    let first = run.bytes().position(is_inner).unwrap_or(run.len());
    let last = run.bytes().rposition(is_inner).map_or(first, |at| at + 1);
    &run[first..last]
}

fn is_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || (!letter.is_ascii() && letter.is_alphanumeric())
}

fn is_joiner(letter: char) -> bool {
    matches!(letter, '_' | '-' | '.' | '/' | ':' | '@')
}

/// Makes terms of chunks.
pub(super) struct Terms {
    stemmer: Option<Stemmer>,
}

impl Terms {
    /// English words are `stemmed`; words of other languages are found as they are written, and by how they begin.
    pub(super) fn new(stemmed: bool) -> Terms {
        Terms { stemmer: stemmed.then(|| Stemmer::new(Algorithm::English)) }
    }

    /// The terms of a chunk, each once.
    pub(super) fn of(&self, chunk: &str) -> Vec<String> {
        let mut terms = Vec::with_capacity(1);
        let mut parts = 0;
        for part in chunk.split(is_joiner).filter(|part| !part.is_empty()) {
            parts += 1;
            if part.len() <= PART_LENGTH {
                terms.push(self.root(part));
                humps(part, |hump| terms.push(self.root(hump)));
            }
        }
        if parts > 1 && chunk.len() <= CHUNK_LENGTH {
            terms.push(chunk.to_lowercase());
        }
        if terms.len() > 1 {
            terms.sort_unstable();
            terms.dedup();
        }
        terms
    }

    fn root(&self, part: &str) -> String {
        let is_lower = part.bytes().all(|letter| letter.is_ascii_lowercase());
        let lower = if is_lower { Cow::Borrowed(part) } else { Cow::Owned(part.to_lowercase()) };
        match &self.stemmer {
            Some(stemmer) if lower.bytes().all(|letter| letter.is_ascii_lowercase()) => {
                stemmer.stem(&lower).into_owned()
            }
            _ => lower.into_owned(),
        }
    }
}

/// `runAsNonRoot` is told as `run`, `As`, `Non`, `Root`; a part of one hump is not told.
fn humps(part: &str, mut tell: impl FnMut(&str)) {
    let (mut start, mut low) = (0, false);
    for (at, letter) in part.char_indices() {
        if low && letter.is_uppercase() {
            tell(&part[start..at]);
            start = at;
        }
        low = letter.is_lowercase() || letter.is_numeric();
    }
    if start > 0 {
        tell(&part[start..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_stay_whole() {
        let text = "Set `runAsNonRoot`: use kyverno.io/v1, not --dry-run=server. (e.g. a_b)";
        let found: Vec<&str> = chunks(text).collect();
        assert_eq!(
            found,
            ["Set", "runAsNonRoot", "use", "kyverno.io/v1", "not", "dry-run", "server", "e.g", "a_b"]
        );
    }

    #[test]
    fn a_chunk_is_found_by_its_parts_and_as_a_whole() {
        let terms = Terms::new(true);
        assert_eq!(terms.of("Policies"), ["polici"]);
        assert_eq!(
            terms.of("require-run-as-nonroot"),
            ["as", "nonroot", "requir", "require-run-as-nonroot", "run"]
        );
        assert_eq!(terms.of("runAsNonRoot"), ["as", "non", "root", "run", "runasnonroot"]);
        assert_eq!(Terms::new(false).of("Policies"), ["policies"]);
        assert_eq!(terms.of("Größe"), ["größe"]);
    }
}
