//! The message of a denial, where the page says what it is.

use super::group::{Group, said};
use super::verdict::{Outcome, Verdict};
use crate::policy::regexp;
use crate::snippet::{Claim, Origin};

/// What a page says of the message.
enum Wanted<'a> {
    /// It fits this regular expression.
    Fits(&'a str),
    /// It contains these words.
    Contains(&'a str),
}

/// The outcome, unless a message is not the one that the directive or the sentences of the claim ask for.
pub(super) fn worded(outcome: Outcome, directive: Option<&str>, group: &Group<'_>) -> Outcome {
    let said = group.claims.iter().filter_map(|claim| wanted(claim));
    directive.map(Wanted::Fits).into_iter().chain(said).fold(outcome, |outcome, wanted| wanted.of(outcome))
}

impl Wanted<'_> {
    fn of(&self, outcome: Outcome) -> Outcome {
        if !matches!(outcome.verdict, Verdict::Verified(_)) {
            return outcome;
        }
        let messages = &outcome.evidence.messages;
        match self.fits(messages) {
            Some(true) => return outcome,
            Some(false) => {}
            None => return Outcome { verdict: Verdict::Invalid, ..outcome },
        }
        let words = match messages.iter().find(|message| !message.is_empty()) {
            Some(message) => format!("{}, but with the message: {message}", outcome.words),
            None => format!("{}, but without a message", outcome.words),
        };
        Outcome { verdict: Verdict::Contradicted, words, ..outcome }
    }

    /// Does one of the messages fit? `None` where the expression is none.
    fn fits(&self, messages: &[String]) -> Option<bool> {
        match self {
            Wanted::Fits(expression) => {
                let expression = regexp::compile(expression).ok()?;
                Some(messages.iter().any(|message| expression.is_match(message)))
            }
            Wanted::Contains(words) => {
                let words = plain(words);
                Some(messages.iter().any(|message| plain(message).contains(&words)))
            }
        }
    }
}

/// What a sentence says of the message: words in quotes or an expression between slashes behind `with`, and what a page
/// shows as printed. Other words behind `with` describe it.
fn wanted(claim: &Claim) -> Option<Wanted<'_>> {
    let text = said(&claim.class)?.with.as_deref()?.trim().trim_end_matches(['.', ',']);
    if claim.origin == Origin::Output {
        return Some(Wanted::Contains(own_words(text)));
    }
    let text = ["the message ", "message ", "the error ", "error "]
        .iter()
        .fold(text, |text, lead| text.strip_prefix(lead).unwrap_or(text));
    let within = |open: char, close: char| text.strip_prefix(open)?.strip_suffix(close);
    match within('/', '/') {
        // What is no expression are the words themselves, and no message has them.
        Some(expression) if regexp::compile(expression).is_ok() => Some(Wanted::Fits(expression)),
        Some(words) => Some(Wanted::Contains(words)),
        None => [('"', '"'), ('\'', '\''), ('`', '`'), ('\u{201c}', '\u{201d}')]
            .into_iter()
            .find_map(|(open, close)| within(open, close))
            .map(Wanted::Contains),
    }
}

/// What the policy itself says in a message that Kyverno prints: other versions print other words around it, and other
/// paths.
fn own_words(message: &str) -> &str {
    let start = message.strip_prefix("validation error: ").unwrap_or(message);
    let end = start.find(". rule ").or_else(|| start.find(". Rule ")).unwrap_or(start.len());
    start[..end].trim_end_matches("...").trim()
}

/// In lower case, with one blank between words and without doubled quotes: pages break lines where they like, and what
/// they show may be YAML.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("''", "'").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::own_words;

    #[test]
    fn of_a_printed_message_the_words_of_the_policy_count() {
        assert_eq!(own_words("validation error: No tag. rule a failed at path /spec/"), "No tag");
        assert_eq!(own_words("Limits are..."), "Limits are");
    }
}
