//! What a text is found by.
//!
//! A *chunk* is a run of letters, digits and what joins them in identifiers: `require-run-as-nonroot`,
//! `kyverno.io/v1`, `--dry-run`, `runAsNonRoot`. It is found by each of its parts, as a stem, and as a whole. The
//! browser takes queries apart in the same way (`assets/search-rank.js`).

use frostem::{Algorithm, Stemmer};

/// A longer part is no word that anyone types: a hash, a key.
const PART_LENGTH: usize = 40;
/// A longer chunk is not looked for as a whole.
const CHUNK_LENGTH: usize = 60;

/// The chunks of a text in their order, without joiners at their ends.
pub(super) fn chunks(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_part(letter) && !is_joiner(letter))
        .map(|run| run.trim_matches(is_joiner))
        .filter(|run| !run.is_empty())
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
        let parts: Vec<&str> = chunk.split(is_joiner).filter(|part| !part.is_empty()).collect();
        let mut terms = Vec::new();
        for part in parts.iter().filter(|part| part.len() <= PART_LENGTH) {
            terms.push(self.root(part));
            let humps = humps(part);
            if humps.len() > 1 {
                terms.extend(humps.into_iter().map(|hump| self.root(hump)));
            }
        }
        if parts.len() > 1 && chunk.len() <= CHUNK_LENGTH {
            terms.push(chunk.to_lowercase());
        }
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    fn root(&self, part: &str) -> String {
        let lower = part.to_lowercase();
        match &self.stemmer {
            Some(stemmer) if lower.bytes().all(|letter| letter.is_ascii_lowercase()) => {
                stemmer.stem(&lower).into_owned()
            }
            _ => lower,
        }
    }
}

/// `runAsNonRoot` as `run`, `As`, `Non`, `Root`.
fn humps(part: &str) -> Vec<&str> {
    let mut humps = Vec::new();
    let (mut start, mut low) = (0, false);
    for (at, letter) in part.char_indices() {
        if low && letter.is_uppercase() {
            humps.push(&part[start..at]);
            start = at;
        }
        low = letter.is_lowercase() || letter.is_numeric();
    }
    humps.push(&part[start..]);
    humps
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
