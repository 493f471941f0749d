//! From text to a [`Script`], within bounds.

use super::{Script, comments, lower, placeholder};
use brush_parser::{ParseError, Parser, ParserOptions, SourcePosition, TokenizerError};
use std::ops::Range;
use std::panic::catch_unwind;

/// Longer texts are scripts in their own right, not something that is pasted.
const MAX_BYTES: usize = 128 * 1024;
/// The parser recurses into `$(`, `${`, `(` and `{`.
const MAX_NESTING: usize = 40;
/// The parser's time doubles with each open `case`.
const MAX_CASES: usize = 6;
/// The parser recurses into `if` and loops as well.
const MAX_BLOCKS: usize = 50;
/// Brackets and blocks together: twice this overflows a stack of 2 MiB in a debug build.
const MAX_DEPTH: usize = 60;

/// Why a text is no shell, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShellError {
    /// What is wrong.
    pub kind: ShellErrorKind,
    /// One phrase, lower case.
    pub message: String,
    /// The bytes that it is about; often empty.
    pub range: Range<usize>,
}

/// The ways in which a text is no shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShellErrorKind {
    /// A heredoc whose delimiter never comes.
    Heredoc,
    /// A quote, `$(`, `${` or backtick that is never closed.
    Unclosed,
    /// The text ends inside a compound command.
    Truncated,
    /// Anything else.
    Syntax,
    /// Too long or too deep to be looked at.
    TooLarge,
}

/// The commands and comments of `text`.
pub fn parse(text: &str) -> Script {
    let placeholders = placeholder::placeholders(text);
    let read = placeholder::mask(text, &placeholders);
    let offsets = Offsets::of(&read);
    let mut script = Script { placeholders, ..Script::default() };
    match program(&read, &offsets) {
        Ok(program) => script.commands = lower::lists(text, &read, &offsets, &script.placeholders, &program),
        Err(error) => script.error = Some(error),
    }
    let heredocs: Vec<Range<usize>> =
        script.commands.iter().flat_map(|list| list.heredocs()).filter_map(lower::body).collect();
    script.comments = comments::find(text, &heredocs);
    script
}

fn program(text: &str, offsets: &Offsets) -> Result<brush_parser::ast::Program, ShellError> {
    if let Some(message) = too_large(text) {
        let range = 0..0;
        return Err(ShellError { kind: ShellErrorKind::TooLarge, message: message.to_string(), range });
    }
    let parsed = catch_unwind(|| Parser::new(text.as_bytes(), &ParserOptions::default()).parse_program());
    match parsed {
        Ok(Ok(program)) => Ok(program),
        Ok(Err(error)) => Err(describe(text, offsets, &error)),
        Err(_) => Err(ShellError {
            kind: ShellErrorKind::TooLarge,
            message: "the shell parser gave up on this text".to_string(),
            range: 0..0,
        }),
    }
}

fn too_large(text: &str) -> Option<&'static str> {
    let brackets = deepest(text.chars(), |c| matches!(c, '(' | '{'), |c| matches!(c, ')' | '}'));
    let words = || text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let cases = deepest(words(), |word| word == "case", |word| word == "esac");
    let opens = |word| matches!(word, "if" | "while" | "until" | "for" | "select");
    // Words of sentences are many; those that open a block begin a line or a command.
    let commands = text
        .split(['\n', ';', '|', '&', '(', '{'])
        .flat_map(|line| line.split("then "))
        .flat_map(|line| line.split("do "));
    let first = commands.map(|command| command.split_whitespace().next().unwrap_or_default());
    let blocks = deepest(first, opens, |word| matches!(word, "fi" | "done"));
    let too_deep = brackets > MAX_NESTING
        || cases > MAX_CASES
        || blocks > MAX_BLOCKS
        || brackets + blocks > MAX_DEPTH
        || text.contains(&"! ".repeat(20));
    match () {
        () if text.len() > MAX_BYTES => Some("longer than what is looked at"),
        () if too_deep => Some("nested deeper than what is looked at"),
        () => None,
    }
}

/// The most items that are open at one time.
fn deepest<T: Copy>(
    items: impl Iterator<Item = T>,
    opens: impl Fn(T) -> bool,
    closes: impl Fn(T) -> bool,
) -> usize {
    let mut depth = 0_usize;
    let depths = items.map(|item| {
        depth = if opens(item) { depth + 1 } else { depth.saturating_sub(usize::from(closes(item))) };
        depth
    });
    depths.max().unwrap_or(0)
}

fn describe(text: &str, offsets: &Offsets, error: &ParseError) -> ShellError {
    let at = |position: &SourcePosition| offsets.byte(position.index);
    let end = text.trim_end().len();
    let (kind, message, range) = match error {
        ParseError::ParsingNear(position) => {
            let range = word_near(text, at(position));
            let message = format!("a shell does not expect `{}` here", &text[range.clone()]);
            (ShellErrorKind::Syntax, message, range)
        }
        ParseError::ParsingAtEndOfInput => {
            (ShellErrorKind::Truncated, "the text ends in the middle of a command".to_string(), end..end)
        }
        ParseError::Tokenizing { inner, position } => {
            let fallback = position.as_ref().map_or(end, at).min(end);
            unclosed(text, offsets, inner, fallback)
        }
    };
    ShellError { kind, message, range }
}

fn unclosed(
    text: &str,
    offsets: &Offsets,
    error: &TokenizerError,
    fallback: usize,
) -> (ShellErrorKind, String, Range<usize>) {
    let quote = |position: &SourcePosition, what: &str| {
        let at = offsets.byte(position.index);
        let message = format!("this {what} is never closed");
        (ShellErrorKind::Unclosed, message, at..(at + 1).min(text.len()))
    };
    match error {
        TokenizerError::UnterminatedHereDocuments(tags, _) | TokenizerError::MissingHereTag(tags) => {
            let tag = tags.split(',').next().unwrap_or(tags).trim().trim_matches(['\'', '"', '\\']);
            let range = heredoc_tag(text, tag).unwrap_or(fallback..fallback);
            (
                ShellErrorKind::Heredoc,
                format!("no line holds `{tag}` alone, so this heredoc never ends"),
                range,
            )
        }
        TokenizerError::UnterminatedSingleQuote(position) => quote(position, "single quote"),
        TokenizerError::UnterminatedAnsiCQuote(position) => quote(position, "quote"),
        TokenizerError::UnterminatedDoubleQuote(position) => quote(position, "double quote"),
        TokenizerError::UnterminatedBackquote(position) => quote(position, "backtick"),
        TokenizerError::UnterminatedVariable
        | TokenizerError::UnterminatedCommandSubstitution
        | TokenizerError::UnterminatedExpansion
        | TokenizerError::UnterminatedExtendedGlob(_) => {
            (ShellErrorKind::Unclosed, "an expansion is never closed".to_string(), fallback..fallback)
        }
        other => (ShellErrorKind::Syntax, other.to_string(), fallback..fallback),
    }
}

/// The word at `at`; the one before it when a blank or line end is there.
fn word_near(text: &str, at: usize) -> Range<usize> {
    let end_of = |start: usize| start + text[start..].find(char::is_whitespace).unwrap_or(text.len() - start);
    if text[at..].starts_with(|c: char| !c.is_whitespace()) {
        return at..end_of(at);
    }
    let end = text[..at].trim_end().len();
    let start = end - text[..end].rsplit(char::is_whitespace).next().map_or(0, str::len);
    if start < end { start..end } else { at..at }
}

/// The bytes of `<<TAG` in `text`, the last one that is written.
fn heredoc_tag(text: &str, tag: &str) -> Option<Range<usize>> {
    let starts = text.match_indices("<<").map(|(at, _)| at).collect::<Vec<_>>();
    starts.into_iter().rev().find_map(|at| {
        let rest = &text[at + 2..];
        let skipped = rest.len() - rest.trim_start_matches(['-', ' ', '\'', '"', '\\']).len();
        rest[skipped..].starts_with(tag).then(|| at..at + 2 + skipped + tag.len())
    })
}

/// The first byte at or after `at` that is no blank and no continued line end.
pub(super) fn skip_blank(text: &str, at: usize) -> usize {
    let mut rest = text.get(at..).unwrap_or_default();
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\n']);
        match trimmed.strip_prefix("\\\n") {
            Some(after) => rest = after,
            None => return text.len() - trimmed.len(),
        }
    }
}

/// From the parser's character indices to bytes.
pub(super) struct Offsets {
    bytes: Vec<usize>,
}

impl Offsets {
    pub(super) fn of(text: &str) -> Offsets {
        Offsets { bytes: text.char_indices().map(|(at, _)| at).chain([text.len()]).collect() }
    }

    /// The byte of character `index`; the end of the text beyond it.
    pub(super) fn byte(&self, index: usize) -> usize {
        self.bytes.get(index).or(self.bytes.last()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Command, Joint, Redirect, Simple};
    use super::*;

    fn simple(script: &Script, list: usize, command: usize) -> &Simple {
        match &script.commands[list].pipelines[0].1.commands[command] {
            Command::Simple(simple) => simple,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn words_know_their_text_and_bytes() {
        let text = "X=1 kubectl  run \"a b\" --image='é:1' \\\n  --env=$HOME > out.txt\n";
        let script = parse(text);
        let command = simple(&script, 0, 0);
        let texts: Vec<_> = command.words.iter().map(|word| word.text.as_deref()).collect();
        assert_eq!(texts, [Some("kubectl"), Some("run"), Some("a b"), Some("--image=é:1"), None]);
        for word in &command.words {
            assert_eq!(&text[word.range.clone()], word.raw);
        }
        assert_eq!(command.assignments[0].raw, "X=1");
        assert!(matches!(&command.redirects[0], Redirect::Output(word, false) if word.raw == "out.txt"));
        assert_eq!(&text[script.commands[0].range.clone()], text.trim_end());
    }

    #[test]
    fn a_heredoc_keeps_its_lines_and_the_pipe_behind_it() {
        let text = "cat <<EOF | kubectl apply -f -\na: é\nb: $X\nEOF\necho done\n";
        let script = parse(text);
        let heredoc = simple(&script, 0, 0).heredoc().unwrap();
        assert!(heredoc.expands());
        assert_eq!(heredoc.text, "a: é\nb: $X\n");
        let lines: Vec<&str> = heredoc.lines.iter().map(|line| &text[line.clone()]).collect();
        assert_eq!(lines, ["a: é", "b: $X"]);
        assert_eq!(simple(&script, 0, 1).words[1].raw, "apply");
        assert_eq!(&text[script.commands[0].range.clone()], &text[..text.find("\necho").unwrap()]);
        assert_eq!(simple(&script, 1, 0).words[1].raw, "done");
    }

    #[test]
    fn a_dedented_heredoc_loses_its_tabs_but_not_its_places() {
        let text = "cat <<-'E'\n\t\tfoo\n\tbar: $x\n\tE\n";
        let heredoc = simple(&parse(text), 0, 0).heredoc().unwrap().clone();
        assert_eq!(heredoc.text, "foo\nbar: $x\n");
        assert!(heredoc.quoted && !heredoc.expands());
        assert_eq!(&text[heredoc.lines[1].clone()], "bar: $x");
    }

    #[test]
    fn lists_and_compounds_are_one_step_each() {
        let script = parse("a && ! b || c; d &\nif x; then y; fi\nf() { z; }\n");
        assert_eq!(script.commands.len(), 4);
        let joints: Vec<Joint> = script.commands[0].pipelines.iter().map(|(joint, _)| *joint).collect();
        assert_eq!(joints, [Joint::First, Joint::And, Joint::Or]);
        assert!(script.commands[0].pipelines[1].1.negated);
        assert!(
            matches!(&script.commands[2].pipelines[0].1.commands[0], Command::Compound(lists) if lists.len() == 2)
        );
        assert!(
            matches!(&script.commands[3].pipelines[0].1.commands[0], Command::Function(name, _) if name == "f")
        );
    }

    #[test]
    fn what_is_no_shell_says_where() {
        let error = |text: &str| parse(text).error.unwrap();
        let heredoc = "kubectl apply -f - <<EOF\na: 1\n  EOF\n";
        assert_eq!(error(heredoc).kind, ShellErrorKind::Heredoc);
        assert_eq!(&heredoc[error(heredoc).range], "<<EOF");
        let quote = "echo 'a b\n";
        assert_eq!(error(quote).kind, ShellErrorKind::Unclosed);
        assert_eq!(&quote[error(quote).range], "'");
        assert_eq!(error("if a; then b\n").kind, ShellErrorKind::Truncated);
        let stray = "echo a\nfi\n";
        assert_eq!(&stray[error(stray).range], "fi");
    }

    #[test]
    fn hostile_text_is_refused_and_not_run_into() {
        let negations = format!("[[ {}a ]]", "! ".repeat(5000));
        for text in [
            negations,
            "if a; then ".repeat(5000),
            "$(".repeat(5000),
            "case a in a) ".repeat(40),
            "a ".repeat(100_000),
            "${".repeat(5000),
        ] {
            assert_eq!(parse(&text).error.unwrap().kind, ShellErrorKind::TooLarge);
        }
        let nested = |open: &str, close: &str, count: usize| open.repeat(count) + "a" + &close.repeat(count);
        for text in [
            nested("$(", ")", 40),
            nested("( ", " )", 40),
            nested("{ ", "; }", 40),
            nested("${a:-", "}", 40),
            nested("if a; then ", "; fi", 50),
            nested("while a; do ", "; done", 50),
            nested("if { a; }; then ", "; fi", 50),
            nested("f() { if a; then ", "; fi; }", 30),
            nested("case a in a) ", ";; esac", 6),
            nested("a|", "", 5000),
            "if a; then b; ".to_string() + &"elif c; then d; ".repeat(2000) + "fi",
        ] {
            assert_ne!(parse(&text).error.map(|error| error.kind), Some(ShellErrorKind::TooLarge));
        }
        for text in ["\0", "`", "\u{feff}", "<<", "((", "a\r\nb", "$'\\x", "<(", "é<<é\n", "a\u{a0}b)\n\n"]
        {
            parse(text);
        }
    }
}
