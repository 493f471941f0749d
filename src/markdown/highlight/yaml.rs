//! YAML, line by line.
//!
//! Most code of runbooks is YAML, and a general grammar takes as long over it as over all other code. What colours
//! need of the language is little: where keys, scalars, comments and marks begin and end. It is read here in one
//! pass, by the rules of YAML 1.2 (chapters 6 to 8) and the kinds of scalars of its core schema, with the booleans
//! of 1.1 that Kubernetes still takes.

use super::lines::Piece;
use super::scopes::{Class, KEY, PLAIN};

const MARK: Class = "p";
const SCALAR: Class = "l";
const BLOCK: Class = "s";
const CONSTANT: Class = "kc";
const NUMBER: Class = "m";
const NAME: Class = "nv";
const COMMENT: Class = "c1";

/// What the lines above leave open.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Yaml {
    /// A block scalar: lines that are indented at least so far belong to it.
    block: Option<usize>,
    /// A quoted scalar that has not ended.
    quote: Option<char>,
    /// How many `[` and `{` are open, and how far the line that opened the first of them is indented.
    flow: (usize, usize),
}

/// A line on its way to pieces.
struct Line<'l, 't> {
    state: &'l mut Yaml,
    text: &'t str,
    at: usize,
    /// The column of the last key or dash, which a block scalar must be indented beyond; `None` before any.
    column: Option<usize>,
    class: Class,
    pieces: Vec<Piece>,
}

impl Yaml {
    /// The pieces of the next line.
    pub(super) fn line(&mut self, text: &str) -> Vec<Piece> {
        let mut line = Line { state: self, text, at: 0, column: None, class: PLAIN, pieces: Vec::new() };
        line.read();
        line.pieces.push((text.len(), line.class));
        line.pieces
    }
}

impl<'t> Line<'_, 't> {
    fn read(&mut self) {
        let content = self.text.trim_end();
        let indent = indent(content);
        if content.is_empty() {
            return;
        }
        if let Some(least) = self.state.block {
            if indent >= least {
                return self.put(content.len(), BLOCK);
            }
            self.state.block = None;
        }
        if let Some(mark) = self.state.quote {
            self.quoted(content, mark);
        } else if self.state.flow.0 > 0
            && indent <= self.state.flow.1
            && !content[indent..].starts_with([']', '}'])
        {
            // It was no flow after all, or is never closed.
            self.state.flow.0 = 0;
        }
        if self.at == 0 && self.document(content) {
            return;
        }
        while self.at < content.len() {
            self.token(content);
        }
    }

    /// `---`, `...` and directives stand at the begin of a line; was it a directive?
    fn document(&mut self, content: &str) -> bool {
        if content.starts_with('%') {
            self.put(content.len(), "k");
            return true;
        }
        if (content.starts_with("---") || content.starts_with("...")) && ends(&content[3..]) {
            self.state.flow.0 = 0;
            self.put(3, MARK);
        }
        false
    }

    fn token(&mut self, content: &str) {
        let rest = &content[self.at..];
        let Some(first) = rest.chars().next() else { return };
        let in_flow = self.state.flow.0 > 0;
        match first {
            ' ' | '\t' => self.at += rest.len() - rest.trim_start().len(),
            '#' => self.put(content.len(), COMMENT),
            '-' | '?' if !in_flow && ends(&rest[1..]) => {
                self.column = Some(self.at);
                self.put(self.at + 1, MARK);
            }
            ':' if ends(&rest[1..]) || in_flow => self.put(self.at + 1, MARK),
            '[' | '{' => {
                if !in_flow {
                    self.state.flow.1 = indent(content);
                }
                self.state.flow.0 += 1;
                self.put(self.at + 1, MARK);
            }
            ']' | '}' | ',' => {
                self.state.flow.0 -= usize::from(in_flow && first != ',');
                self.put(self.at + 1, MARK);
            }
            '&' | '*' if !ends(&rest[1..]) => self.put(self.at + word(rest), NAME),
            '!' => self.put(self.at + word(rest), "kt"),
            '|' | '>' if !in_flow && self.header(rest) => {}
            '"' | '\'' => {
                let column = self.at;
                self.quoted(content, first);
                if is_key(&content[self.at..], in_flow) && self.state.quote.is_none() {
                    self.column = Some(column);
                }
            }
            _ => self.plain(content, in_flow),
        }
    }

    /// The head of a block scalar: `|`, `>-`, `|2+`, with a comment behind it at most.
    fn header(&mut self, rest: &str) -> bool {
        let length =
            1 + rest[1..].len() - rest[1..].trim_start_matches(|c| matches!(c, '+' | '-' | '1'..='9')).len();
        let behind = rest[length..].trim_start();
        let fits = length <= 3 && ends(&rest[length..]) && (behind.is_empty() || behind.starts_with('#'));
        if fits {
            let stated =
                rest[..length].chars().find_map(|c| c.to_digit(10)).map_or(1, |digit| digit as usize);
            self.state.block = Some(self.column.map_or(stated - 1, |column| column + stated));
            for c in rest[..length].chars() {
                self.put(self.at + 1, if c.is_ascii_digit() { NUMBER } else { "k" });
            }
        }
        fits
    }

    /// A quoted scalar, or what is left of one; a key keeps the class of keys.
    fn quoted(&mut self, content: &str, mark: char) {
        let opens = self.state.quote.take().is_none();
        let start = self.at;
        let begin = start + usize::from(opens);
        let end = closing(&content[begin..], mark).map(|end| begin + end);
        self.state.quote = end.is_none().then_some(mark);
        let in_flow = self.state.flow.0 > 0;
        let stop = end.unwrap_or(content.len());
        if end.is_some() && opens && is_key(&content[stop..], in_flow) {
            return self.put(stop, KEY);
        }
        let class = if mark == '"' { "s2" } else { "s1" };
        while self.at < stop {
            match escape(&content[..stop], self.at.max(begin), mark) {
                Some((from, to)) => {
                    self.put(from, class);
                    self.put(to, "se");
                }
                None => self.put(stop, class),
            }
        }
    }

    /// A plain scalar, or a key.
    fn plain(&mut self, content: &str, in_flow: bool) {
        let end = self.at + plain_length(&content[self.at..], in_flow);
        let text = content[self.at..end].trim_end();
        let end = self.at + text.len();
        if is_key(&content[end..], in_flow) {
            self.column = Some(self.at);
            return self.put(end, KEY);
        }
        self.put(end, kind(text));
    }

    /// The text up to `end` has this class. Blanks go with what stands before them, and equal neighbours are one
    /// piece.
    fn put(&mut self, end: usize, class: Class) {
        let end = end.max(self.at);
        if class != self.class && !self.text[self.at..end].trim_ascii().is_empty() {
            if self.at > 0 {
                self.pieces.push((self.at, self.class));
            }
            self.class = class;
        }
        self.at = end;
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A mark counts only where nothing or a blank follows.
fn ends(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t'])
}

/// Does this follow a key? In a flow a quoted key may do without the blank.
fn is_key(rest: &str, in_flow: bool) -> bool {
    let rest = rest.trim_start();
    rest.strip_prefix(':')
        .is_some_and(|rest| ends(rest) || (in_flow && rest.starts_with([',', ']', '}', '"', '[', '{'])))
}

/// The length of an anchor, alias or tag.
fn word(text: &str) -> usize {
    text.find([' ', '\t', ',', ']', '}']).unwrap_or(text.len())
}

/// How far a plain scalar goes: to `: `, to a comment, in a flow to its marks.
fn plain_length(text: &str, in_flow: bool) -> usize {
    let mut previous = 'a';
    for (at, c) in text.char_indices() {
        let stops = match c {
            ':' => ends(&text[at + 1..]) || (in_flow && text[at + 1..].starts_with([',', ']', '}'])),
            '#' => previous == ' ' || previous == '\t',
            ',' | '[' | ']' | '{' | '}' => in_flow,
            _ => false,
        };
        if stops && at > 0 {
            return at;
        }
        previous = c;
    }
    text.len()
}

/// Where a quoted scalar ends, its mark included.
fn closing(text: &str, mark: char) -> Option<usize> {
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' if mark == '"' => drop(rest.next()),
            '\'' if mark == '\'' && text[at + 1..].starts_with('\'') => drop(rest.next()),
            c if c == mark => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The next escape of a quoted scalar that ends with `text`: where it begins and ends.
fn escape(text: &str, from: usize, mark: char) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    if mark == '\'' {
        let at = from + rest.find("''")?;
        return Some((at, at + 2));
    }
    let at = from + rest.find('\\')?;
    let escaped = text[at + 1..].chars().next()?;
    let length = match escaped {
        'x' => 3,
        'u' => 5,
        'U' => 9,
        other => other.len_utf8(),
    };
    let end = (at + 1 + length).min(text.len());
    Some((at, if text.is_char_boundary(end) { end } else { at + 2 }))
}

/// What a plain scalar stands for.
fn kind(text: &str) -> Class {
    const WORDS: [&str; 11] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "<<"];
    if text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        CONSTANT
    } else if is_number(text) {
        NUMBER
    } else if is_date(text) {
        "no"
    } else {
        SCALAR
    }
}

/// `12`, `-0.5e3`, `0x1F`, `0o17`, `.inf`.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |text: &str, radix: u32| {
        text.chars().all(|c| c.is_digit(radix) || c == '_') && text.starts_with(|c: char| c.is_digit(radix))
    };
    if let Some(hex) = unsigned.strip_prefix("0x") {
        return digits(hex, 16);
    }
    if let Some(octal) = unsigned.strip_prefix("0o") {
        return digits(octal, 8);
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(exponent, 10)
        && (digits(whole, 10) || (whole.is_empty() && !part.is_empty()))
        && (part.is_empty() || digits(part, 10))
}

/// `2026-01-31`, with or without a time behind it.
fn is_date(text: &str) -> bool {
    let shape = b"0000-00-00";
    text.len() >= shape.len()
        && text
            .bytes()
            .zip(shape)
            .all(|(c, wanted)| if *wanted == b'0' { c.is_ascii_digit() } else { c == b'-' })
        && text[shape.len()..].chars().all(|c| c.is_ascii_digit() || " tTzZ:.+-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines with their classes behind the words: `key:nt`.
    fn read(code: &str) -> Vec<Vec<(&str, Class)>> {
        let mut state = Yaml::default();
        code.split_inclusive('\n')
            .map(|text| {
                let mut start = 0;
                let pieces = state.line(text).into_iter().map(|(end, class)| {
                    let piece = text[start..end].trim();
                    start = end;
                    (piece, class)
                });
                pieces.filter(|(piece, _)| !piece.is_empty()).collect()
            })
            .collect()
    }

    fn one(text: &str) -> Vec<(&str, Class)> {
        read(text).remove(0)
    }

    #[test]
    fn keys_scalars_and_marks() {
        assert_eq!(one("a b: c d # e"), [("a b", "nt"), (":", "p"), ("c d", "l"), ("# e", "c1")]);
        assert_eq!(
            one("  - - x: nginx:1.27#a"),
            [("- -", "p"), ("x", "nt"), (":", "p"), ("nginx:1.27#a", "l")]
        );
        assert_eq!(one("\"a\": 'b'"), [("\"a\"", "nt"), (":", "p"), ("'b'", "s1")]);
        assert_eq!(one("X(a/b): \"?*\""), [("X(a/b)", "nt"), (":", "p"), ("\"?*\"", "s2")]);
        assert_eq!(one("--- # x"), [("---", "p"), ("# x", "c1")]);
        assert_eq!(one("%YAML 1.2"), [("%YAML 1.2", "k")]);
        assert_eq!(one("? a"), [("?", "p"), ("a", "l")]);
        assert_eq!(one("-x"), [("-x", "l")]);
        assert_eq!(one("on: push"), [("on", "nt"), (":", "p"), ("push", "l")]);
    }

    #[test]
    fn anchors_tags_and_flows() {
        assert_eq!(one("&a !!str b"), [("&a", "nv"), ("!!str", "kt"), ("b", "l")]);
        assert_eq!(
            one("[*a, {b: 1}]"),
            [("[", "p"), ("*a", "nv"), (", {", "p"), ("b", "nt"), (":", "p"), ("1", "m"), ("}]", "p")]
        );
        assert_eq!(
            one("{\"a\":\"b\"}"),
            [("{", "p"), ("\"a\"", "nt"), (":", "p"), ("\"b\"", "s2"), ("}", "p")]
        );
        assert_eq!(one("{{ .Values.x }}"), [("{{", "p"), (".Values.x", "l"), ("}}", "p")]);
        let lines = read("a: [b,\n  c: d]\ne: |\n  f\n");
        assert_eq!(lines[1], [("c", "nt"), (":", "p"), ("d", "l"), ("]", "p")]);
        assert_eq!(lines[3], [("f", "s")]);
        // What is never closed ends where the indentation says so.
        assert_eq!(read("a: {{ if b\nc: |\n  d: e\n")[2], [("d: e", "s")]);
    }

    #[test]
    fn block_scalars_end_where_the_indentation_does() {
        let lines = read("a: |\n  b: c\n\n   # d\ne: >-2\n  f\n- g: | # h\n    i\n  j: k\n- |\n l\nm: n\n");
        let block = |text| vec![(text, "s")];
        assert_eq!((&lines[1], &lines[3]), (&block("b: c"), &block("# d")));
        assert_eq!(lines[4][2..], [(">-", "k"), ("2", "m")]);
        assert_eq!(lines[5], block("f"));
        assert_eq!(lines[6].last(), Some(&("# h", "c1")));
        assert_eq!((&lines[7], &lines[8][0]), (&block("i"), &("j", "nt")));
        assert_eq!((&lines[10], &lines[11][0]), (&block("l"), &("m", "nt")));
        assert_eq!(read("--- |\na: b\n")[1], block("a: b"));
        assert_eq!(one("a: |x"), [("a", "nt"), (":", "p"), ("|x", "l")]);
    }

    #[test]
    fn quoted_scalars_and_their_escapes() {
        assert_eq!(
            one(r#""a\n\u00e9\"" # b"#),
            [("\"a", "s2"), (r#"\n\u00e9\""#, "se"), ("\"", "s2"), ("# b", "c1")]
        );
        assert_eq!(one("'it''s'"), [("'it", "s1"), ("''", "se"), ("s'", "s1")]);
        let lines = read("a: \"b\n  c\\\"\n  d\" # e\nf: g\n");
        assert_eq!(lines[1], [("c", "s2"), ("\\\"", "se")]);
        assert_eq!(lines[2], [("d\"", "s2"), ("# e", "c1")]);
        assert_eq!(lines[3][0], ("f", "nt"));
    }

    #[test]
    fn scalars_have_the_kinds_of_the_core_schema() {
        for number in
            ["1", "-1", "+0.5", "2.5", "1e3", "1.5E-3", "0x1F", "0o17", ".5", "-.inf", ".nan", "1_000"]
        {
            assert_eq!(kind(number), NUMBER, "{number}");
        }
        for word in ["1.2.3", "100m", "128Mi", "1e", "-", "v1", "0x", "12:30", ".", "e3", "_1"] {
            assert_eq!(kind(word), SCALAR, "{word}");
        }
        for constant in ["true", "False", "null", "~", "yes", "<<"] {
            assert_eq!(kind(constant), CONSTANT, "{constant}");
        }
        assert_eq!(
            (kind("2026-01-31"), kind("2026-01-31T10:00:00Z"), kind("2026-01-31-x")),
            ("no", "no", SCALAR)
        );
    }
}
