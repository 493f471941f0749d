//! Colours for code: short class names as Pygments gives them, so that a site's own `.highlight .k` styles work.
//!
//! In: code and the name of its language. Out: [`Token`]s line by line, or their HTML. The grammars are loaded
//! when a language that has one is first met.

mod languages;
mod lines;
mod painter;
mod scopes;
mod session;
mod yaml;

pub use languages::is_known_language;
pub use languages::is_session;
pub(super) use session::{SessionLine, lines as session_lines};
pub use session::{calls_program, has_root_prompt};

use super::html::escape;
use lines::{Piece, Reader};
use scopes::{Class, PLAIN};
use yaml::Yaml;

/// Code longer than this many bytes is not coloured at all.
const LONGEST_CODE: usize = 1 << 19;

/// A piece of a line and its class; the empty class is plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'c> {
    pub(super) class: Class,
    pub(super) text: &'c str,
}

/// A line with its line end.
pub(super) type Line<'c> = Vec<Token<'c>>;

/// One HTML string for each line, its line end included; `None` when the language has no grammar here.
pub fn highlight(code: &str, language: &str) -> Option<Vec<String>> {
    let lines = colour(code, language)?;
    let written = lines.iter().map(|line| {
        let mut html = String::new();
        write_line(line, &mut html);
        html
    });
    Some(written.collect())
}

/// The coloured lines of `code`, or plain ones when its language has no grammar here.
pub(super) fn colour_or_plain<'c>(code: &'c str, language: Option<&str>) -> Vec<Line<'c>> {
    let plain = || code.split_inclusive('\n').map(|text| vec![Token { class: PLAIN, text }]).collect();
    language.and_then(|language| colour(code, language)).unwrap_or_else(plain)
}

fn colour<'c>(code: &'c str, language: &str) -> Option<Vec<Line<'c>>> {
    if code.len() > LONGEST_CODE {
        return None;
    }
    if is_session(language) {
        return colour_session(code);
    }
    let lines = code.split_inclusive('\n');
    if languages::is_yaml(language) {
        let mut yaml = Yaml::default();
        return Some(lines.map(|text| tokens(text, &yaml.line(text))).collect());
    }
    let mut reader = Reader::new(language)?;
    Some(lines.map(|text| tokens(text, &reader.line(text))).collect())
}

/// Writes the tokens of a line; blanks at the ends of a token stay outside of its element.
pub(super) fn write_line(line: &[Token<'_>], html: &mut String) {
    for token in line {
        write_token(*token, html);
    }
}

fn write_token(token: Token<'_>, html: &mut String) {
    if token.class == PLAIN {
        return escape(token.text, html);
    }
    html.push_str("<span class=\"");
    html.push_str(token.class);
    html.push_str("\">");
    escape(token.text, html);
    html.push_str("</span>");
}

/// Prompts and output are told apart, and the commands coloured; `None` when there is no prompt in it.
fn colour_session(code: &str) -> Option<Vec<Line<'_>>> {
    let lines = session_lines(code)?;
    let mut reader = Reader::new("bash")?;
    let coloured = lines.into_iter().map(|line| match line {
        SessionLine::Output(text) => vec![Token { class: "go", text }],
        SessionLine::Command { prompt, text, first } => {
            if first && let Some(fresh) = Reader::new("bash") {
                reader = fresh;
            }
            let mut line = tokens(text, &reader.line(text));
            if !prompt.is_empty() {
                line.insert(0, Token { class: "gp", text: prompt });
            }
            line
        }
    });
    Some(coloured.collect())
}

/// The tokens of a line that has these pieces.
fn tokens<'c>(text: &'c str, pieces: &[Piece]) -> Line<'c> {
    let (mut line, mut start) = (Vec::new(), 0);
    for (end, class) in pieces {
        push(&mut line, class, &text[start..*end]);
        start = *end;
    }
    line
}

/// Adds text to a line; blanks at its ends are plain.
fn push<'c>(line: &mut Line<'c>, class: Class, text: &'c str) {
    let start = if class == PLAIN { 0 } else { text.len() - text.trim_ascii_start().len() };
    let end = if class == PLAIN { text.len() } else { text.trim_ascii_end().len() };
    let pieces = [(PLAIN, &text[..start]), (class, &text[start..end]), (PLAIN, &text[end..])];
    let filled = pieces.into_iter().filter(|(_, text)| !text.is_empty());
    line.extend(filled.map(|(class, text)| Token { class, text }));
}

#[cfg(test)]
mod tests {
    use super::painter::LONGEST_LINE;
    use super::*;

    fn html(code: &str, language: &str) -> String {
        highlight(code, language).unwrap().concat()
    }

    #[test]
    fn yaml_has_the_classes_of_pygments() {
        assert_eq!(
            html("a: \"x\" # c\n- b: 1\n  c: true\n  d: y z\n", "yaml"),
            "<span class=\"nt\">a</span><span class=\"p\">:</span> <span class=\"s2\">\"x\"</span> \
             <span class=\"c1\"># c</span>\n\
             <span class=\"p\">-</span> <span class=\"nt\">b</span><span class=\"p\">:</span> \
             <span class=\"m\">1</span>\n  \
             <span class=\"nt\">c</span><span class=\"p\">:</span> <span class=\"kc\">true</span>\n  \
             <span class=\"nt\">d</span><span class=\"p\">:</span> <span class=\"l\">y z</span>\n"
        );
    }

    #[test]
    fn a_variable_in_a_string_stands_out_and_the_string_goes_on() {
        assert_eq!(
            html("echo \"a $B c\"\n", "sh"),
            "<span class=\"nb\">echo</span> <span class=\"s2\">\"a</span> <span class=\"nv\">$B</span> \
             <span class=\"s2\">c\"</span>\n"
        );
    }

    #[test]
    fn keys_of_json_are_keys() {
        let code = html("{\"a\": \"b\\n\"}\n", "json");
        assert!(code.contains("<span class=\"nt\">\"a\"</span>"), "{code}");
        assert!(code.contains("<span class=\"s2\">\"b</span><span class=\"se\">\\n</span>"), "{code}");
    }

    #[test]
    fn code_is_escaped_and_kept() {
        let code = "a := x<y && \"<b>\"\n\tif é { }\n";
        let html = html(code, "go");
        assert!(!html.contains("<b>"), "{html}");
        assert_eq!(text_of(&html), code);
    }

    fn text_of(html: &str) -> String {
        let mut text = String::new();
        for piece in html.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    #[test]
    fn prompts_and_output_of_a_session_have_classes() {
        assert_eq!(
            html("$ ls\na.txt\n", "console"),
            "<span class=\"gp\">$ </span><span class=\"nf\">ls</span>\n<span class=\"go\">a.txt\n</span>"
        );
        assert_eq!(highlight("no prompt\n", "console"), None);
    }

    #[test]
    fn code_without_a_grammar_is_none() {
        assert_eq!(highlight("x\n", "text"), None);
        assert_eq!(highlight("x\n", "foobarlang"), None);
    }

    #[test]
    fn huge_and_odd_lines_keep_their_text() {
        let long = format!("a: {}\nb: 1\n", "x".repeat(LONGEST_LINE));
        assert_eq!(text_of(&html(&long, "yaml")), long);
        assert_eq!(highlight(&"a: 1\n".repeat(LONGEST_CODE), "yaml"), None);
        for odd in ["", "\n", "a: |", "\u{0}\u{feff}\r\n", "\t\t\n", "é: ü"] {
            assert_eq!(text_of(&html(odd, "yaml")), odd);
        }
    }

    #[test]
    fn two_threads_give_the_same() {
        let code = "a: [1, 'x']\n";
        let other = std::thread::spawn(move || highlight(code, "yaml"));
        assert_eq!(other.join().unwrap(), highlight(code, "yaml"));
    }
}
