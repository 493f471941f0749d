//! Go's regular expressions on top of the `regex` crate.
//!
//! Both are of the RE2 family. What differs is rewritten: `\d`, `\w`, `\s` and `\b` mean ASCII in Go, `\Q…\E` quotes,
//! and brackets or `&&` inside a class have no meaning.

use regex::Regex;
use regex_syntax::hir::{Hir, HirKind};

/// A text longer than this is not written out.
const MAX_LENGTH: usize = 1000;

/// The compiled form of a pattern that was written for Go.
///
/// # Errors
/// The last line of the parser's message, which names the fault.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(&translate(pattern)).map_err(|error| fault(pattern, &error.to_string()))
}

/// The one text that a pattern describes: `xy` for `(x|x)y`. `None` when there are several.
///
/// # Errors
/// As for [`compile`].
pub(crate) fn only_text(pattern: &str) -> Result<Option<String>, String> {
    let tree =
        regex_syntax::parse(&translate(pattern)).map_err(|error| fault(pattern, &error.to_string()))?;
    Ok(only(&tree).and_then(|text| String::from_utf8(text).ok()))
}

fn only(tree: &Hir) -> Option<Vec<u8>> {
    let text = match tree.kind() {
        HirKind::Empty => Vec::new(),
        HirKind::Literal(literal) => literal.0.to_vec(),
        HirKind::Capture(capture) => only(&capture.sub)?,
        HirKind::Concat(parts) => parts.iter().map(only).collect::<Option<Vec<_>>>()?.concat(),
        HirKind::Alternation(parts) => {
            let first = only(parts.first()?)?;
            parts.iter().all(|part| only(part).as_ref() == Some(&first)).then_some(first)?
        }
        HirKind::Repetition(repeated) if repeated.max == Some(repeated.min) => {
            let text = only(&repeated.sub)?;
            let count = usize::try_from(repeated.min).ok()?;
            (count.saturating_mul(text.len()) <= MAX_LENGTH).then(|| text.repeat(count))?
        }
        // An anchor is no text, a class has several.
        HirKind::Repetition(_) | HirKind::Class(_) | HirKind::Look(_) => return None,
    };
    (text.len() <= MAX_LENGTH).then_some(text)
}

fn fault(pattern: &str, message: &str) -> String {
    let last = message.lines().last().unwrap_or_default().trim();
    format!("error parsing regexp: {}: `{pattern}`", last.strip_prefix("error: ").unwrap_or(last))
}

fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut class = false;
    let mut class_start = false;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let at_start = std::mem::take(&mut class_start);
        match c {
            '\\' => rest = escape(rest, class, &mut out),
            '[' if !class => {
                class = true;
                class_start = true;
                out.push('[');
                if let Some(after) = rest.strip_prefix('^') {
                    out.push('^');
                    rest = after;
                }
            }
            '[' => match posix_class(rest) {
                Some(length) => {
                    out.push('[');
                    out.push_str(&rest[..length]);
                    rest = &rest[length..];
                }
                None => out.push_str("\\["),
            },
            ']' if class && at_start => out.push_str("\\]"),
            ']' => {
                class = false;
                out.push(']');
            }
            '&' | '~' if class => {
                out.push('\\');
                out.push(c);
            }
            // `--` would be a difference of classes; the first of two is a range's sign or a literal.
            '-' if class && rest.starts_with('-') => out.push_str("\\-"),
            _ => out.push(c),
        }
    }
    out
}

/// The length of `:alpha:]` at the start of `text`.
fn posix_class(text: &str) -> Option<usize> {
    let name = text.strip_prefix(':')?;
    let end = name.find(":]")?;
    name[..end].chars().all(|c| c.is_ascii_alphabetic() || c == '^').then_some(end + 3)
}

fn escape<'p>(rest: &'p str, class: bool, out: &mut String) -> &'p str {
    let Some(c) = rest.chars().next() else {
        out.push('\\');
        return rest;
    };
    let after = &rest[c.len_utf8()..];
    match (c, class) {
        ('d', false) => out.push_str("[0-9]"),
        ('d', true) => out.push_str("0-9"),
        ('D', _) => out.push_str("[^0-9]"),
        ('w', false) => out.push_str("[0-9A-Za-z_]"),
        ('w', true) => out.push_str("0-9A-Za-z_"),
        ('W', _) => out.push_str("[^0-9A-Za-z_]"),
        ('s', false) => out.push_str("[\\t\\n\\x0C\\r ]"),
        ('s', true) => out.push_str("\\t\\n\\x0C\\r "),
        ('S', _) => out.push_str("[^\\t\\n\\x0C\\r ]"),
        ('b', false) => out.push_str("(?-u:\\b)"),
        ('Q', false) => {
            let (quoted, after) = after.split_once("\\E").unwrap_or((after, ""));
            out.push_str(&regex::escape(quoted));
            return after;
        }
        _ => {
            out.push('\\');
            out.push(c);
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        compile(pattern).unwrap().is_match(text)
    }

    #[test]
    fn classes_are_ascii_as_in_go() {
        assert!(
            fits(r"^\d+$", "12") && !fits(r"^\d$", "٣") && !fits(r"^\w$", "é") && fits(r"^[\d.]+$", "1.2")
        );
        assert!(fits(r"\bfoo\b", "a foo b"));
    }

    #[test]
    fn brackets_inside_a_class_are_literal() {
        assert!(
            fits(r"^[[]$", "[")
                && fits(r"^[a&&b]+$", "a&b")
                && fits("^[]a]+$", "]a")
                && fits("^[[:alpha:]-]+$", "a-b")
        );
    }

    #[test]
    fn a_pattern_with_one_text_is_no_dice() {
        let only = |pattern: &str| only_text(pattern).unwrap();
        assert_eq!(only("(x|x)y{2}[z]"), Some("xyyz".to_string()));
        assert_eq!((only(""), only("\\.")), (Some(String::new()), Some(".".to_string())));
        for several in ["[a-z]", "a*", "a?", "a|b", "^a$", "(((a{999}){999}){999}){999}"] {
            assert_eq!(only(several), None, "{several}");
        }
        assert!(only_text("[").is_err());
    }

    #[test]
    fn quoting_and_errors() {
        assert!(fits(r"^\Qa.b\E$", "a.b") && !fits(r"^\Qa.b\E$", "axb"));
        assert!(compile("(").is_err() && compile(r"(a)\1").is_err() && compile(r"\Z").is_err());
    }
}
