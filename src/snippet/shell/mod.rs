//! Shell text as commands with places.
//!
//! The grammar is the shell parser's; this folder is the only one that knows it. What comes out is our own small
//! tree: [`Script`], [`Command`], [`Word`], whose ranges count bytes of the text that was given. Text that is
//! no shell has no commands and one [`ShellError`].

mod comments;
mod lower;
mod parse;
mod placeholder;
mod session;

pub use comments::Comment;
pub use parse::{ShellError, ShellErrorKind, parse};
pub use placeholder::{Placeholder, placeholders};
pub use session::{Exchange, Session, session};

use std::ops::Range;

/// A shell text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Script {
    /// Commands at the top level, in order.
    pub commands: Vec<List>,
    /// Comments at any level, in order.
    pub comments: Vec<Comment>,
    /// `<name>` in the place of a word: read here as a word, though a shell would read a redirection.
    pub placeholders: Vec<Placeholder>,
    /// Why the text is no shell; then there are no commands.
    pub error: Option<ShellError>,
}

/// Pipelines joined by `&&` and `||`, ended by a newline, `;` or `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The pipelines; each but the first with how it is joined to the one before.
    pub pipelines: Vec<(Joint, Pipeline)>,
    /// From the first to the last byte, heredoc bodies and their end lines included.
    pub range: Range<usize>,
    /// Where its last line before any heredoc body ends: what follows on that line is not part of it.
    pub head_end: usize,
}

/// How a pipeline is joined to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// The first of its list.
    First,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// Commands joined by `|`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// `!` stands before it: its exit status is turned round.
    pub negated: bool,
    /// The commands, the first one first.
    pub commands: Vec<Command>,
}

/// A command.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// A program with its words.
    Simple(Simple),
    /// `if`, `for`, `{ … }`, `( … )` and their like: every list in it, whatever the condition.
    Compound(Vec<List>),
    /// A function is defined; it does not run here.
    Function(String, Vec<List>),
    /// `[[ … ]]`, `(( … ))`: a test that changes nothing.
    Test,
}

/// A program with its words and redirections.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Simple {
    /// `NAME=value` in front of the words, as written.
    pub assignments: Vec<Word>,
    /// The program and its arguments. `<(…)` is a word with an expansion.
    pub words: Vec<Word>,
    /// Where input comes from and output goes.
    pub redirects: Vec<Redirect>,
}

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// As written.
    pub raw: String,
    /// What the program sees; `None` when it holds an expansion (`$x`, `$(…)`) or a placeholder.
    pub text: Option<String>,
    /// Its bytes.
    pub range: Range<usize>,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq)]
pub enum Redirect {
    /// Output to a file; `true` when it is appended.
    Output(Word, bool),
    /// Input from a file.
    Input(Word),
    /// `<<< word`
    HereString(Word),
    /// `<<WORD`
    Heredoc(Heredoc),
    /// Between file descriptors, or from a process.
    Other,
}

/// The text between `<<WORD` and `WORD`.
#[derive(Debug, Clone, PartialEq)]
pub struct Heredoc {
    /// The delimiter as written, without `<<`.
    pub delimiter: Range<usize>,
    /// The delimiter is quoted: nothing in the text is expanded.
    pub quoted: bool,
    /// What the program reads: leading tabs gone after `<<-`.
    pub text: String,
    /// The bytes of each line of `text`, without its newline.
    pub lines: Vec<Range<usize>>,
}

impl Heredoc {
    /// Does the shell put something in the place of a part of it (`$x`, `` `…` ``)?
    pub fn expands(&self) -> bool {
        !self.quoted && first_expansion(&self.text).is_some()
    }
}

/// `text` with `value` wherever a shell would put the variable `name`: `$name`, `${name}`.
pub fn assigned(text: &str, name: &str, value: &str) -> String {
    let mut out = String::new();
    let text = text.replace(&format!("${{{name}}}"), value);
    let mut rest = text.as_str();
    let plain = format!("${name}");
    while let Some(at) = rest.find(&plain) {
        let (before, after) = (&rest[..at], &rest[at + plain.len()..]);
        let whole =
            !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && !before.ends_with('\\');
        out.push_str(before);
        out.push_str(if whole { value } else { &plain });
        rest = after;
    }
    out + rest
}

/// Where the first unescaped `$name`, `${`, `$(` or backtick of a heredoc text stands.
pub fn first_expansion(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        match bytes[at] {
            b'\\' => at += 1,
            b'`' => return Some(at),
            b'$' if next.is_ascii_alphanumeric() || b"_{(@*#?$!-".contains(&next) => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

impl Simple {
    /// The program's name without folders, when it is literal.
    pub fn program(&self) -> Option<&str> {
        let text = self.words.first()?.text.as_deref()?;
        Some(text.rsplit('/').next().unwrap_or(text))
    }

    /// Its heredoc, the last one when there are several.
    pub fn heredoc(&self) -> Option<&Heredoc> {
        self.redirects.iter().rev().find_map(|redirect| match redirect {
            Redirect::Heredoc(heredoc) => Some(heredoc),
            _ => None,
        })
    }
}

impl List {
    /// Every pipeline in it, in order, also inside compounds, and whether it is sure to run when the list does:
    /// not behind `||` and not inside `if`, `for` and their like. Bodies of functions are left out: they do not
    /// run here.
    pub fn each_pipeline<'a>(&'a self, visit: &mut dyn FnMut(&'a Pipeline, bool)) {
        self.pipelines_within(true, visit);
    }

    fn pipelines_within<'a>(&'a self, sure: bool, visit: &mut dyn FnMut(&'a Pipeline, bool)) {
        for (joint, pipeline) in &self.pipelines {
            visit(pipeline, sure && *joint != Joint::Or);
            for command in &pipeline.commands {
                if let Command::Compound(lists) = command {
                    lists.iter().for_each(|list| list.pipelines_within(false, visit));
                }
            }
        }
    }

    /// Every heredoc in it, also in compounds and functions.
    pub fn heredocs(&self) -> Vec<&Heredoc> {
        let mut found = Vec::new();
        for command in self.pipelines.iter().flat_map(|(_, pipeline)| &pipeline.commands) {
            match command {
                Command::Simple(simple) => found.extend(simple.heredoc()),
                Command::Compound(lists) | Command::Function(_, lists) => {
                    found.extend(lists.iter().flat_map(List::heredocs));
                }
                Command::Test => {}
            }
        }
        found
    }
}

/// Where a heredoc text first holds an expansion that looks unintended: a positional parameter, or a name in
/// lower case that `fence` sets nowhere. `${NAME}` in capitals is how pages ask for a value.
pub(super) fn first_foreign_expansion(text: &str, fence: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = first_expansion(&text[from..]).map(|at| from + at) {
        let name = text[at + 1..].trim_start_matches('{');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len())];
        let lower = name.starts_with(|c: char| c.is_ascii_lowercase());
        let set = |before: &str| fence.contains(&format!("{before}{name}"));
        let known = fence.contains(&format!("{name}=")) || set("for ") || set("read ") || set("read -r ");
        if text.as_bytes()[at] == b'$'
            && (name.starts_with(|c: char| c.is_ascii_digit()) || (lower && !known))
        {
            return Some(at);
        }
        from = at + 1;
    }
    None
}
