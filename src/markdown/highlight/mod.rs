//! Colours for code: short class names as Pygments gives them, so that a site's own `.highlight .k` styles work.
//!
//! In: code and the name of its language. Out: [`Token`]s line by line, or their HTML. The grammars are loaded
//! when a language that has one is first met.

mod languages;
mod scopes;
mod session;

use syntect::parsing::{ParseState, ScopeStackOp};

pub use languages::is_known_language;
pub(super) use languages::is_session;
pub(super) use session::{SessionLine, lines as session_lines};

use super::html::escape;
use scopes::{Class, PLAIN};

/// A line longer than this many bytes is not coloured. Some grammars take time by the cube of its length: a line of
/// 4,000 blanks costs that of INI files 22 seconds.
const LONGEST_LINE: usize = 1024;

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
    let mut painter = Painter::new(language)?;
    Some(code.split_inclusive('\n').map(|text| painter.line(text)).collect())
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
    let mut painter = Painter::new("bash")?;
    let coloured = lines.into_iter().map(|line| match line {
        SessionLine::Output(text) => vec![Token { class: "go", text }],
        SessionLine::Command { prompt, text, first } => {
            if first && let Some(fresh) = Painter::new("bash") {
                painter = fresh;
            }
            let mut tokens = painter.line(text);
            if !prompt.is_empty() {
                tokens.insert(0, Token { class: "gp", text: prompt });
            }
            tokens
        }
    });
    Some(coloured.collect())
}

/// The state of a grammar between two lines. Next to the grammar's own stack of scopes it keeps the class that
/// each of them gives to the text, so that nothing is searched for while lines are written.
struct Painter {
    state: ParseState,
    classes: Vec<Class>,
    cleared: Vec<Vec<Class>>,
    failed: bool,
}

impl Painter {
    fn new(language: &str) -> Option<Painter> {
        let state = ParseState::new(languages::syntax(language)?);
        Some(Painter { state, classes: Vec::new(), cleared: Vec::new(), failed: false })
    }

    /// Colours one line. After an error of the grammar, and on very long lines, the text stays plain. Equal
    /// neighbours become one token, also across the blanks between them.
    fn line<'c>(&mut self, text: &'c str) -> Line<'c> {
        let operations = self.operations(text);
        let mut line = Vec::with_capacity(operations.len());
        let (mut class, mut begin, mut start) = (PLAIN, 0, 0);
        for (end, operation) in operations.into_iter().chain([(text.len(), ScopeStackOp::Noop)]) {
            let end = end.clamp(start, text.len());
            if self.class() != class && !text[start..end].trim_ascii().is_empty() {
                push(&mut line, class, &text[begin..start]);
                (class, begin) = (self.class(), start);
            }
            start = end;
            self.apply(&operation);
        }
        push(&mut line, class, &text[begin..]);
        line
    }

    fn operations(&mut self, text: &str) -> Vec<(usize, ScopeStackOp)> {
        if self.failed || text.len() > LONGEST_LINE {
            return Vec::new();
        }
        let ended;
        let line = if text.ends_with('\n') {
            text
        } else {
            ended = format!("{text}\n");
            &ended
        };
        let operations = self.state.parse_line(line, languages::grammars());
        self.failed = operations.is_err();
        operations.unwrap_or_default()
    }

    fn class(&self) -> Class {
        if self.failed { PLAIN } else { self.classes.last().copied().unwrap_or(PLAIN) }
    }

    fn apply(&mut self, operation: &ScopeStackOp) {
        match *operation {
            ScopeStackOp::Push(scope) => self.classes.push(scopes::class(scope, self.class())),
            ScopeStackOp::Pop(count) => self.classes.truncate(self.classes.len().saturating_sub(count)),
            ScopeStackOp::Clear(amount) => {
                let kept = self.classes.len().saturating_sub(scopes::count(amount));
                self.cleared.push(self.classes.split_off(kept));
            }
            ScopeStackOp::Restore => self.classes.extend(self.cleared.pop().unwrap_or_default()),
            ScopeStackOp::Noop => {}
        }
    }
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
