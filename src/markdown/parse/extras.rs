//! What the dialect adds within text: keys, icons, marks, sub- and superscript, bare addresses.

use std::ops::Range;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extra {
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: ExtraKind,
}

/// The kinds of piece that are not plain text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ExtraKind {
    /// `++ctrl+c++`
    Keys(Vec<String>),
    /// `:name:`, without the colons.
    Shortcode,
    /// `^2^` or `~2~`; the bytes of the content.
    Raised(bool, Range<usize>),
    /// `==` or `^^`: may it open, may it close.
    Delimiter(bool, bool),
    /// `https://…`
    Address,
    /// `[text](a b.md)` and `![text](a b.png)`: the bytes of text and destination.
    SpacedLink(Range<usize>, Range<usize>),
}

/// The pieces of `text` that are not plain, in order. `around`: the characters before and behind the text.
/// `addresses`: also bare addresses and links.
pub(super) fn scan(text: &str, around: (Option<char>, Option<char>), addresses: bool) -> Vec<Extra> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let extra = match bytes[at] {
            b':' => shortcode(text, at),
            b'+' if bytes[at..].starts_with(b"++") => keys(text, at),
            b'=' if bytes[at..].starts_with(b"==") => delimiter(text, around, at),
            b'^' if bytes[at..].starts_with(b"^^") => delimiter(text, around, at),
            b'^' | b'~' => raised(text, at),
            b'h' if addresses => address(text, at),
            b'[' if addresses => spaced_link(text, at),
            b'!' if addresses && bytes[at + 1..].first() == Some(&b'[') => {
                spaced_link(text, at + 1).map(|link| Extra { range: at..link.range.end, ..link })
            }
            _ => None,
        };
        at = match extra {
            Some(extra) => {
                let end = extra.range.end;
                found.push(extra);
                end
            }
            None => at + run(bytes, at),
        };
    }
    found
}

/// Runs of marks that mean nothing are passed over whole.
fn run(bytes: &[u8], at: usize) -> usize {
    let marks = matches!(bytes[at], b'=' | b'^' | b'+' | b'~');
    let length = bytes[at..].iter().take_while(|byte| marks && **byte == bytes[at]).count();
    length.max(1)
}

fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

fn is_blank(c: Option<char>) -> bool {
    c.is_none_or(char::is_whitespace)
}

fn shortcode(text: &str, at: usize) -> Option<Extra> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
    let length = text.as_bytes()[at + 1..].iter().take_while(|byte| is_name(byte)).take(80).count();
    let end = at + 1 + length;
    let closed = length > 0 && text.as_bytes().get(end) == Some(&b':');
    (closed && !is_word(before(text, at))).then(|| Extra { range: at..end + 1, kind: ExtraKind::Shortcode })
}

fn keys(text: &str, at: usize) -> Option<Extra> {
    if is_word(before(text, at)) || before(text, at) == Some('+') {
        return None;
    }
    let bytes = text.as_bytes();
    let mut keys = Vec::new();
    let mut next = at + 2;
    loop {
        let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let (key, length) = match bytes.get(next)? {
            b'"' => {
                let end = text[next + 1..].find('"')?;
                (&text[next..next + end + 2], end + 2)
            }
            _ => {
                let length = bytes[next..].iter().take_while(|byte| is_key(byte)).count();
                (&text[next..next + length], length)
            }
        };
        if length == 0 {
            return None;
        }
        keys.push(key.to_string());
        next += length;
        if bytes[next..].starts_with(b"++") {
            return Some(Extra { range: at..next + 2, kind: ExtraKind::Keys(keys) });
        }
        if bytes.get(next) != Some(&b'+') {
            return None;
        }
        next += 1;
    }
}

fn delimiter(text: &str, around: (Option<char>, Option<char>), at: usize) -> Option<Extra> {
    let (left, right) = (before(text, at).or(around.0), after(text, at + 2).or(around.1));
    let same = text[at..].chars().next();
    if left == same || right == same {
        return None;
    }
    let opens = !is_blank(right) && !is_word(left);
    let closes = !is_blank(left) && !is_word(right);
    (opens || closes).then_some(Extra { range: at..at + 2, kind: ExtraKind::Delimiter(opens, closes) })
}

fn raised(text: &str, at: usize) -> Option<Extra> {
    let mark = text.as_bytes()[at];
    if text.as_bytes().get(at + 1) == Some(&mark) || before(text, at) == Some(mark as char) {
        return None;
    }
    // What is raised is short: numbers and words.
    let ends = |c: char| c.is_whitespace() || c == '^' || c == '~';
    let length = text[at + 1..].char_indices().take(60).find(|(_, c)| ends(*c)).map(|(length, _)| length)?;
    let end = at + 1 + length;
    let closed = length > 0 && text.as_bytes()[end] == mark && text.as_bytes().get(end + 1) != Some(&mark);
    closed.then(|| Extra { range: at..end + 1, kind: ExtraKind::Raised(mark == b'^', at + 1..end) })
}

fn address(text: &str, at: usize) -> Option<Extra> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text[at..].starts_with(scheme))?;
    if is_word(before(text, at)) {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|');
    let mut url = &text[at..at + text[at..].find(ends).unwrap_or(text.len() - at)];
    let mut unopened = url.matches(')').count().saturating_sub(url.matches('(').count());
    loop {
        let trimmed = url.trim_end_matches(['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'', ']']);
        let trimmed = match trimmed.strip_suffix(')') {
            Some(inner) if unopened > 0 => {
                unopened -= 1;
                inner
            }
            _ => trimmed,
        };
        if trimmed.len() == url.len() {
            break;
        }
        url = trimmed;
    }
    let host = url.get(scheme.len()..).unwrap_or_default();
    let is_host = host.starts_with(|c: char| c.is_alphanumeric() || c == '[');
    is_host.then(|| Extra { range: at..at + url.len(), kind: ExtraKind::Address })
}

fn spaced_link(text: &str, at: usize) -> Option<Extra> {
    let close = text[at + 1..].find(['[', ']']).map(|end| at + 1 + end)?;
    let inside = text[close..].strip_prefix("](")?;
    let end = inside.find(['(', ')', '<', '>', '\n'])?;
    let destination = &inside[..end];
    let inner = destination.trim();
    let fits = inside[end..].starts_with(')') && inner.contains(' ') && !inner.contains(['"', '\'']);
    let start = close + 2 + (destination.len() - destination.trim_start().len());
    fits.then(|| Extra {
        range: at..close + 3 + end,
        kind: ExtraKind::SpacedLink(at + 1..close, start..start + inner.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        scan(text, (None, None), true).into_iter().map(|extra| &text[extra.range]).collect()
    }

    #[test]
    fn extras_are_found() {
        assert_eq!(pieces("H~2~O a^2^ x"), ["~2~", "^2^"]);
        assert_eq!(pieces("press ++ctrl+\"a b\"+c++."), ["++ctrl+\"a b\"+c++"]);
        assert_eq!(pieces("a ==b c== d, ^^i^^"), ["==", "==", "^^", "^^"]);
        assert_eq!(pieces(":smile: :material-check:"), [":smile:", ":material-check:"]);
        assert_eq!(pieces("(https://a.b/c_(d)). http://x.y?z!"), ["https://a.b/c_(d)", "http://x.y?z"]);
        assert_eq!(pieces("[a](foo bar.md)"), ["[a](foo bar.md)"]);
    }

    #[test]
    fn what_only_looks_like_one_stays_text() {
        for text in [
            "a == b",
            "x==1",
            "i++ and j++",
            "C++ or D++",
            "10:30:45 x",
            "~/a and ~/b",
            "2^10",
            "a:b: c",
            "====",
        ] {
            let odd: Vec<Extra> = scan(text, (None, None), true)
                .into_iter()
                .filter(|extra| extra.kind != ExtraKind::Shortcode)
                .collect();
            let lone = odd
                .iter()
                .all(|extra| matches!(extra.kind, ExtraKind::Delimiter(opens, closes) if opens != closes));
            assert!(lone, "{text}: {odd:?}");
        }
    }
}
