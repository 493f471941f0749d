//! Text that is safe to show: what a page says must never steer a terminal.

use std::fmt::Write;

/// Would this character change what a terminal or a reader makes of the text around it? Control characters
/// of both sets, and the marks that turn the direction of text or hide in it.
pub(super) fn is_unsafe(character: char) -> bool {
    let hidden = matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{061C}' | '\u{FEFF}');
    hidden || character.is_control()
}

/// `text` with unsafe characters written out as `\u{1b}`; line ends and tabs stay when `lines` says so.
pub(crate) fn visible(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| push_visible(&mut out, character, lines));
    out
}

/// `character`, or its escape.
pub(super) fn push_visible(out: &mut String, character: char, lines: bool) {
    if is_unsafe(character) && !(lines && matches!(character, '\n' | '\t')) {
        // Writing into a String cannot fail.
        let _ = write!(out, "\\u{{{:x}}}", character as u32);
    } else {
        out.push(character);
    }
}

/// `text` on one line: line ends and runs of blanks become one blank.
pub(super) fn one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" "), false)
}

/// `count` things: `1 error`, `2 errors`.
pub fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_written_out() {
        assert_eq!(visible("a\u{1b}[2Jb\tc\n", true), "a\\u{1b}[2Jb\tc\n");
        assert_eq!(visible("\u{9b}1m\u{202e}", false), "\\u{9b}1m\\u{202e}");
        assert_eq!(one_line(" two\r\n  lines "), "two lines");
    }
}
