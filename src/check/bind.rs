//! Which policy a sentence means that names none.

use super::candidate::Candidate;
use std::collections::BTreeSet;

/// Words that sentences about policies share, and that therefore tell them apart from nothing.
const COMMON: &str = "a all allow allowed an and any are admission be been block blocked by check command container \
    create denied denie denies deny deployment disallow expected fail fails failure for forbidden from has have in is it \
    kubernete kyverno must need no not object of on or pass pod policy refused reject rejected request \
    require required requirement requiring resource restrict result rule set should test that the this to validate validation \
    via webhook will with without";

/// The one of `entries` whose name, title, rules or messages share the most telling words with `texts`; none when
/// no word tells, when two share as many, when most of the words are foreign to it, or when it shares but one of
/// several: such a sentence may mean something else.
pub(super) fn by_words<'a>(entries: &[Candidate<'a>], texts: &[&str]) -> Option<Candidate<'a>> {
    let said: BTreeSet<String> = texts.iter().flat_map(|text| words(text)).collect();
    let mut scores: Vec<(usize, Candidate<'a>)> =
        entries.iter().map(|entry| (vocabulary(entry).intersection(&said).count(), *entry)).collect();
    scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match scores.as_slice() {
        [(score, best), rest @ ..]
            if tells(*score, said.len()) && rest.first().is_none_or(|(next, _)| next < score) =>
        {
            Some(*best)
        }
        _ => None,
    }
}

/// Do so many shared words out of so many tell which policy is meant?
fn tells(shared: usize, said: usize) -> bool {
    shared > 0 && shared * 2 >= said && (shared > 1 || said == 1)
}

fn vocabulary(entry: &Candidate<'_>) -> BTreeSet<String> {
    let policy = entry.policy;
    let rules = policy.rules.iter().flat_map(|rule| [Some(&rule.name), rule.message.as_ref()]);
    let texts = [Some(&policy.name), policy.about.title.as_ref()].into_iter().chain(rules).flatten();
    texts.flat_map(|text| words(text)).collect()
}

/// The telling words of a text in lower case, without the ending of plurals.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let singular = parts.map(|part| singular(&part.to_lowercase()));
    singular.filter(|word| COMMON.split_whitespace().all(|common| common != word)).collect()
}

fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => format!("{stem}y"),
        _ => word
            .strip_suffix('s')
            .filter(|stem| stem.len() > 2 && !stem.ends_with('s'))
            .unwrap_or(word)
            .to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_of_several_tells_nothing() {
        assert!(tells(1, 1) && tells(2, 4) && tells(3, 3));
        assert!(!tells(0, 0) && !tells(1, 2) && !tells(2, 5));
    }

    #[test]
    fn only_telling_words_count() {
        assert_eq!(words("Test pod without limits is rejected"), ["limit"]);
        assert_eq!(words("restrict-image-registries"), ["image", "registry"]);
        assert_eq!(words("Admission webhook denies request"), Vec::<String>::new());
    }
}
