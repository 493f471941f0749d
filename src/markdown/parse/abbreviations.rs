//! Abbreviations: every use of one in the text of a page.

use super::builder::Builder;
use crate::markdown::{Attributes, Inline, InlineKind};
use std::ops::Range;

impl<'a> Builder<'a> {
    /// The text with every use of an abbreviation marked.
    pub(super) fn abbreviate(&mut self, text: &str, range: Range<usize>, inlines: &mut Vec<Inline>) {
        let push = |builder: &Self, from: usize, to: usize, kind: InlineKind, inlines: &mut Vec<Inline>| {
            let span = builder.span(range.start + from..range.start + to);
            inlines.push(Inline { kind, span, attributes: Attributes::default() });
        };
        let mut done = 0;
        let mut word_before = false;
        let mut skip = 0;
        for (at, c) in text.char_indices() {
            let in_word = std::mem::replace(&mut word_before, is_word(c));
            if at < skip || in_word == is_word(c) {
                continue;
            }
            let Some(keys) = self.abbreviations.get(&c) else { continue };
            let fits =
                |(key, _): &&(&str, usize)| text[at..].starts_with(*key) && ends_word(text, at + key.len());
            let Some((key, line)) = keys.iter().find(fits).copied() else { continue };
            let index = self.use_abbreviation(line);
            if done < at {
                push(self, done, at, InlineKind::Text(text[done..at].to_string()), inlines);
            }
            push(self, at, at + key.len(), InlineKind::Abbreviation(index), inlines);
            done = at + key.len();
            skip = done;
        }
        if done < text.len() {
            push(self, done, text.len(), InlineKind::Text(text[done..].to_string()), inlines);
        }
    }

    fn use_abbreviation(&mut self, line: usize) -> usize {
        if let Some(index) = self.abbreviation_index.get(&line) {
            return *index;
        }
        let own = &self.prepared.abbreviations[line];
        let index = self.out.abbreviations.len();
        self.out.abbreviations.push((own.key.clone(), own.meaning.clone()));
        self.abbreviation_index.insert(line, index);
        index
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn ends_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back().is_some_and(is_word);
    before != text[at..].chars().next().is_some_and(is_word)
}
