//! Console sessions: prompts, commands and what they print.

use super::{Script, parse};
use crate::markdown;
use std::ops::Range;

/// More lines than anybody types at one prompt: what follows is read as output.
const MAX_LINES: usize = 200;

/// A console session.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Session {
    /// What was typed and what came back, in order.
    pub exchanges: Vec<Exchange>,
    /// The text without prompts and output: what a reader copies.
    pub typed: String,
    /// The bytes of each line of `typed` in the session's text.
    pub lines: Vec<Range<usize>>,
    /// `typed`, read as shell; its ranges count bytes of `typed`.
    pub script: Script,
}

/// One prompt: the lines typed and the lines printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The lines of [`Session::typed`] that were typed.
    pub typed: Range<usize>,
    /// The bytes of each line that was printed.
    pub output: Vec<Range<usize>>,
}

/// Reads `text` as a session when some line begins with a prompt. `named`: the page says that it is one, so that `# ` may
/// be root's prompt.
pub fn session(text: &str, named: bool) -> Option<Session> {
    let lines = lines(text);
    let root = named && markdown::has_root_prompt(text);
    let has_prompt = lines.iter().any(|line| prompt(&text[line.clone()], root).is_some());
    has_prompt.then(|| read(text, &lines, root))
}

fn read(text: &str, lines: &[Range<usize>], root: bool) -> Session {
    let mut session = Session::default();
    let mut at = 0;
    while at < lines.len() {
        let line = &text[lines[at].clone()];
        match prompt(line, root) {
            // A remark between commands: what a comment is in a script.
            None if line.starts_with("# ") => {
                session.typed.push_str(line);
                session.typed.push('\n');
                session.lines.push(lines[at].clone());
                at += 1;
            }
            Some(length) => {
                let first = session.lines.len();
                at = typed(text, lines, at, length, &mut session);
                let last = session.lines.len();
                session.exchanges.push(Exchange { typed: first..last, output: Vec::new() });
            }
            None => {
                if let Some(exchange) = session.exchanges.last_mut() {
                    exchange.output.push(lines[at].clone());
                }
                at += 1;
            }
        }
    }
    session.script = parse(&session.typed);
    session
}

/// Takes one command from the prompt on: continued lines and heredoc bodies belong to it.
fn typed(text: &str, lines: &[Range<usize>], at: usize, prompt: usize, session: &mut Session) -> usize {
    let mut next = at;
    let mut skip = prompt;
    let start = session.typed.len();
    while next < lines.len() {
        let line = lines[next].start + skip..lines[next].end;
        session.typed.push_str(&text[line.clone()]);
        session.typed.push('\n');
        session.lines.push(line);
        next += 1;
        if next >= lines.len() || next - at >= MAX_LINES || !goes_on(&session.typed[start..]) {
            break;
        }
        let following = &text[lines[next].clone()];
        skip = if following.starts_with("> ") { 2 } else { 0 };
    }
    next
}

fn goes_on(typed: &str) -> bool {
    let script = parse(typed);
    typed.ends_with("\\\n")
        || script.error.is_some_and(|error| {
            use super::ShellErrorKind::{Heredoc, Truncated, Unclosed};
            matches!(error.kind, Heredoc | Truncated | Unclosed)
        })
}

/// The length of the prompt that `line` begins with: `$ `, `user@host:~$ `, `[user@host dir]# `, and `# ` with a program
/// behind it where that is `root`'s.
fn prompt(line: &str, root: bool) -> Option<usize> {
    if root && line.strip_prefix("# ").is_some_and(markdown::calls_program) {
        return Some(2);
    }
    for mark in ["$ ", "% ", "❯ ", "➜ "] {
        if line.starts_with(mark) {
            return Some(mark.len());
        }
    }
    let at = line.find("$ ").or_else(|| line.find("# "))?;
    let head = &line[..at];
    let host = head.contains('@') && !head.contains(char::is_whitespace);
    let bracketed = head.starts_with('[') && head.ends_with(']') && head.contains('@');
    (host || bracketed).then_some(at + 2)
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let range = start..start + line.trim_end_matches('\n').len();
            start += line.len();
            range
        })
        .collect()
}

impl Session {
    /// The bytes of the session's text that a range of `typed` stands for.
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        self.offset(range.start)..self.offset(range.end)
    }

    fn offset(&self, at: usize) -> usize {
        let mut start = 0;
        for line in &self.lines {
            let length = line.len();
            if at <= start + length {
                return line.start + (at - start);
            }
            start += length + 1;
        }
        self.lines.last().map_or(0, |line| line.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_commands_and_output_are_told_apart() {
        let text = "$ kubectl get pods \\\n    -A\nNAME  READY\nweb   1/1\n$ cat <<EOF\n> a\nb\nEOF\na\nb\n";
        let session = session(text, false).unwrap();
        assert_eq!(session.typed, "kubectl get pods \\\n    -A\ncat <<EOF\na\nb\nEOF\n");
        assert_eq!(session.script.commands.len(), 2);
        let printed: Vec<&str> = session.exchanges[0].output.iter().map(|line| &text[line.clone()]).collect();
        assert_eq!(printed, ["NAME  READY", "web   1/1"]);
        let place = session.place(&session.script.commands[0].range);
        assert_eq!(&text[place], "kubectl get pods \\\n    -A");
    }

    #[test]
    fn a_comment_is_no_root_prompt() {
        let text = "# kubectl get pods\nNAME\n# Expected: empty\n";
        assert_eq!(session(text, true).unwrap().typed, "kubectl get pods\n# Expected: empty\n");
        assert!(session(text, false).is_none());
        assert!(session("# install it\nkubectl get pods\n", true).is_none());
        assert!(session("root@host:/tmp# ls\n", false).is_some());
    }
}
