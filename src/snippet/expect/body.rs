//! What stands behind a marker.

use super::words::{Word, words};
use super::{Class, Marker, outcome};

const SHOWS: &[&str] =
    &["show", "shows", "list", "lists", "display", "displays", "find", "see", "contain", "contains"];

/// What `text`, the words behind a marker, claims.
pub fn class(text: &str, marker: Marker) -> Class {
    let text = text.trim().trim_end_matches('.');
    status(text)
        .or_else(|| list(text, marker))
        .or_else(|| bound(text))
        .or_else(|| outcome(text, marker))
        .or_else(|| value(text, marker))
        .unwrap_or(Class::Prose)
}

/// `exit 0`, `exit code 2`, `clean`, `empty`, `no output`, `nothing`.
fn status(text: &str) -> Option<Class> {
    let words: Vec<Word> = words(text);
    let from =
        words.iter().position(|word| !word.is(&["be", "return", "returns", "print", "output", "with"]))?;
    let rest = &words[from..];
    let exit = words.iter().position(|word| word.is(&["exit", "exits"]));
    if let Some(at) = exit.filter(|at| *at <= from || rest[0].is(&["clean"])) {
        let number = words[at + 1..].iter().find_map(|word| word.bare.parse().ok());
        let short = words[at + 1..].iter().take_while(|word| word.bare.parse::<u8>().is_err()).count() <= 3;
        return number.filter(|_| short).map(Class::Exit);
    }
    let alone = |count: usize| rest.get(count).is_none_or(|next| text[next.start..].starts_with('('));
    let no_output = rest[0].is(&["no"]) && rest.get(1).is_some_and(|word| word.is(&["output", "results"]));
    match () {
        () if rest[0].is(&["empty", "nothing"]) && alone(1) => Some(Class::Empty),
        () if no_output && alone(2) => Some(Class::Empty),
        () if rest[0].is(&["clean"]) && alone(1) => Some(Class::Exit(0)),
        () => None,
    }
}

/// `include: a, b` and, behind `Expected:`, a list of single words.
fn list(text: &str, marker: Marker) -> Option<Class> {
    let (head, tail) = text.split_once(':').unwrap_or(("", text));
    let head = head.trim();
    let includes = ["include", "includes", "contain", "contains", "show", "shows", "list"];
    let said = includes.iter().any(|word| head.eq_ignore_ascii_case(word));
    if ["output", "return", "print"].iter().any(|word| head.eq_ignore_ascii_case(word)) {
        return (marker == Marker::Should).then(|| Class::Exact(tail.trim().to_string()));
    }
    let items: Vec<&str> = tail.split(',').map(str::trim).collect();
    let single = items.iter().all(|item| !item.is_empty() && !item.contains(char::is_whitespace));
    let literal = tail.trim_start().starts_with(['[', '{', '"']);
    let bare = head.is_empty() && items.len() > 1 && marker == Marker::Expected && !literal;
    let sentence = !single && said;
    match () {
        () if single && (said || bare) => {
            Some(Class::Contains(items.iter().map(ToString::to_string).collect()))
        }
        () if sentence => Some(Class::Prose),
        () => None,
    }
}

/// `Score >= 8.0/10`, `be > 0`, `< 10 seconds`.
fn bound(text: &str) -> Option<Class> {
    let text = text.strip_prefix("be ").unwrap_or(text);
    let at = text.find(['<', '>', '≥', '≤'])?;
    let (name, rest) = (text[..at].trim(), &text[at..]);
    let (operator, rest) = [(">=", ">="), ("<=", "<="), ("≥", ">="), ("≤", "<="), (">", ">"), ("<", "<")]
        .into_iter()
        .find_map(|(mark, operator)| Some((operator, rest.strip_prefix(mark)?)))?;
    let number = rest.trim();
    let fits = number.starts_with(|c: char| c.is_ascii_digit()) && name.split_whitespace().count() <= 3;
    let name = (!name.is_empty()).then(|| name.to_string());
    fits.then(|| Class::Bound(name, operator.to_string(), number.to_string()))
}

/// An outcome that is named early: later words tell a story. What a command prints is no outcome.
fn outcome(text: &str, marker: Marker) -> Option<Class> {
    let words = words(text);
    if words.first()?.is(SHOWS) || marker == Marker::Value {
        return None;
    }
    let at = outcome::position(&words).filter(|at| *at <= 5)?;
    outcome::decided(text, &words, at)
}

/// A value: anything behind `Output:` and its like, only a literal behind the others.
fn value(text: &str, marker: Marker) -> Option<Class> {
    let literal = text.strip_prefix("return ").or(text.strip_prefix("be ")).unwrap_or(text);
    // `0 (no vulnerabilities)`: the words in brackets explain.
    let literal = match literal.split_once(" (") {
        Some((value, _)) if !value.contains(' ') => value,
        _ => literal,
    };
    let json = serde_json::from_str::<serde_json::Value>(literal).is_ok();
    let single = !literal.contains(char::is_whitespace) && !literal.is_empty();
    let claims = match marker {
        Marker::Value => true,
        Marker::Expected => json || single,
        Marker::Should => (json || single) && literal.len() != text.len(),
        Marker::ExpectedOutput | Marker::Aside | Marker::Sentence => false,
    };
    claims.then(|| Class::Exact(literal.trim_matches('`').to_string()))
}
