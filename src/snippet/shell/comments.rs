//! Comments, which the parser drops and claims are made of.

use std::ops::Range;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of its line, blanks at the end left out.
    pub range: Range<usize>,
    /// Where its text begins, behind `#` and blanks.
    pub text_start: usize,
    /// Nothing stands before it on its line.
    pub own_line: bool,
}

impl Comment {
    /// What it says.
    pub fn text<'a>(&self, script: &'a str) -> &'a str {
        script.get(self.text_start..self.range.end).unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Single,
    Double,
    Parens,
}

/// Every comment of a shell text outside of the heredoc bodies given.
pub(super) fn find(text: &str, heredocs: &[Range<usize>]) -> Vec<Comment> {
    let bytes = text.as_bytes();
    let (mut found, mut stack, mut at) = (Vec::new(), Vec::new(), 0);
    while at < bytes.len() {
        if let Some(body) = heredocs.iter().find(|body| body.contains(&at)) {
            at = body.end;
            continue;
        }
        match (bytes[at], stack.last()) {
            (b'\'', Some(Inside::Single)) | (b'"', Some(Inside::Double)) | (b')', Some(Inside::Parens)) => {
                stack.pop();
            }
            (_, Some(Inside::Single)) => {}
            (b'\\', _) => at += 1,
            (b'\'', None | Some(Inside::Parens)) => stack.push(Inside::Single),
            (b'"', _) => stack.push(Inside::Double),
            (b'$', _) if bytes.get(at + 1) == Some(&b'(') => {
                stack.push(Inside::Parens);
                at += 1;
            }
            (b'#', None | Some(Inside::Parens)) if begins_word(bytes, at) => {
                let comment = comment(text, at);
                at = comment.range.end;
                found.push(comment);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn begins_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(')
}

fn comment(text: &str, at: usize) -> Comment {
    let line = &text[at..at + text[at..].find('\n').unwrap_or(text.len() - at)];
    let end = at + line.trim_end().len();
    let said = line.trim_start_matches(['#', ' ', '\t']);
    let before = text[..at].rsplit('\n').next().unwrap_or_default();
    Comment {
        range: at..end,
        text_start: (at + line.len() - said.len()).min(end),
        own_line: before.trim().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn said(text: &str) -> Vec<(&str, bool)> {
        parse(text).comments.iter().map(|comment| (comment.text(text), comment.own_line)).collect()
    }

    #[test]
    fn comments_are_found_where_a_shell_sees_them() {
        let text =
            "# one\na '# no' \"# no $(b # no\n)\" c#no # two \n  ## three\ncat <<E\n# no\nE\necho ${#x}\n";
        assert_eq!(said(text), [("one", true), ("no", false), ("two", false), ("three", true)]);
        assert_eq!(said("echo it\\'s # yes"), [("yes", false)]);
    }
}
