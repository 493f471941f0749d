//! What is wrong with a fence taken alone.

use super::filters::Unreadable;
use super::kubectl::Refusal;
use super::model::Partial;
use super::passage::Passage;
use super::shell::{self, Script, ShellError, ShellErrorKind};
use super::yaml_text::{self, Judgement};
use crate::diag::{Code, Diagnostic, Edit, codes};
use crate::source::Span;
use crate::source::yaml::YamlError;
use std::ops::Range;

/// Findings of one fence: text ranges become places.
pub(super) struct Findings<'a> {
    pub passage: &'a Passage,
    pub found: Vec<Diagnostic>,
}

impl Findings<'_> {
    fn add(
        &mut self,
        code: &'static Code,
        range: &Range<usize>,
        message: impl Into<String>,
    ) -> Option<&mut Diagnostic> {
        let span = self.passage.span(range)?;
        self.found.push(Diagnostic::new(code, span, message));
        self.found.last_mut()
    }

    /// Why the text is no shell.
    pub(super) fn shell_error(&mut self, error: &ShellError) {
        let (code, help): (&'static Code, &str) = match error.kind {
            ShellErrorKind::Heredoc => (
                &codes::HEREDOC_UNTERMINATED,
                "the delimiter stands at the beginning of its line and nothing else stands on it",
            ),
            ShellErrorKind::Truncated => {
                (&codes::SHELL_TRUNCATED, "give the whole command, or mark what is left out with `...`")
            }
            ShellErrorKind::Unclosed | ShellErrorKind::Syntax => (
                &codes::SHELL_SYNTAX,
                "text that is not meant for a shell takes another language, such as `text`",
            ),
            // Not looked at is not wrong.
            ShellErrorKind::TooLarge => return,
        };
        if let Some(found) = self.add(code, &error.range, error.message.clone()) {
            found.help.push(help.to_string());
        }
    }

    /// Placeholders that a shell reads as redirections, and heredocs that it changes.
    pub(super) fn script(&mut self, script: &Script) {
        let heredocs: Vec<Range<usize>> = script
            .commands
            .iter()
            .flat_map(|list| list.heredocs())
            .filter_map(|heredoc| Some(heredoc.lines.first()?.start..heredoc.lines.last()?.end))
            .collect();
        let angled = script.placeholders.iter().filter(|held| held.angled);
        let quiet = |range: &Range<usize>| {
            let inside = |outer: &Range<usize>| outer.contains(&range.start);
            heredocs.iter().any(inside) || script.comments.iter().any(|comment| inside(&comment.range))
        };
        let first = angled.clone().find(|held| !quiet(&held.range) && !self.is_quoted(&held.range));
        if let Some(held) = first {
            let message = format!("a shell reads `<{}>` as a redirection", held.name);
            let help = format!("write `{}`, or quote it", variable(&held.name));
            if let Some(found) = self.add(&codes::SHELL_PLACEHOLDER, &held.range.clone(), message) {
                found.help.push(help);
            }
        }
        self.heredocs(script);
    }

    /// Between quotes on its line: an odd number of them stands before it.
    fn is_quoted(&self, range: &Range<usize>) -> bool {
        let before = self.passage.text[..range.start].rsplit('\n').next().unwrap_or_default();
        before.matches('"').count() % 2 == 1 || before.matches('\'').count() % 2 == 1
    }

    /// A heredoc without quoted delimiter that holds a name which the fence does not set.
    fn heredocs(&mut self, script: &Script) {
        for heredoc in script.commands.iter().flat_map(|list| list.heredocs()) {
            if !heredoc.expands() || heredoc.lines.is_empty() {
                continue;
            }
            let Some(at) = shell::first_foreign_expansion(&heredoc.text, &self.passage.text) else {
                continue;
            };
            let line = heredoc.text[..at].matches('\n').count();
            let column = at - heredoc.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            let start = heredoc.lines.get(line).map_or(heredoc.delimiter.start, |line| line.start + column);
            let end =
                start + self.passage.text[start..].find(|c: char| c.is_whitespace() || c == '"').unwrap_or(1);
            let message = "the shell puts something else in this place before the text is used";
            let delimiter = self.passage.text[heredoc.delimiter.clone()].to_string();
            if let Some(found) = self.add(&codes::HEREDOC_EXPANDS, &(start..end), message) {
                found.help.push(format!("write `<<'{delimiter}'` when the text is meant as it stands"));
            }
        }
    }

    /// What the tools refuse.
    pub(super) fn refusals(&mut self, refusals: &[Refusal]) {
        for refusal in refusals {
            if let Some(found) = self.add(&codes::COMMAND_REFUSED, &refusal.range, refusal.message.clone())
                && let Some(meant) = &refusal.meant
            {
                found.help.push(format!("perhaps `{meant}` is meant"));
            }
        }
    }

    /// Programs inside of commands that their tools cannot read.
    pub(super) fn unreadable(&mut self, programs: &[Unreadable]) {
        for program in programs {
            self.add(&codes::EXPRESSION_SYNTAX, &program.range, program.message.clone());
        }
    }

    /// Why YAML does not parse, unless the text says that it is not whole, or shows variants one below the
    /// other that each are YAML.
    pub(super) fn yaml(&mut self, error: &YamlError, partial: Option<Partial>) {
        let text = self.passage.text.clone();
        if let Some(at) = second_object(&text) {
            return self.separator(at);
        }
        if partial.is_some() {
            return;
        }
        match yaml_text::judge(&text, error) {
            Judgement::Variants => {}
            Judgement::Broken => {
                self.add(&codes::YAML_SYNTAX, &error.span, error.message.clone());
            }
            Judgement::AnotherLanguage(range) => self.language(&range),
        }
    }

    /// Text that is not what the fence's language says.
    pub(super) fn language(&mut self, range: &Range<usize>) {
        let message = "this is no YAML, though the fence says so";
        if let Some(found) = self.add(&codes::FENCE_LANGUAGE, range, message) {
            found.help.push(
                "name the language of the text: it is then shown and checked as what it is".to_string(),
            );
        }
    }

    fn separator(&mut self, at: usize) {
        let span = self.passage.span(&(at..at));
        let end = at + self.passage.text[at..].find('\n').unwrap_or(0);
        let message = "a second object begins here, without `---` above it";
        let indent = self.passage.indent(at);
        if let Some(found) = self.add(&codes::YAML_SEPARATOR, &(at..end), message)
            && let (Some(span), Some(indent)) = (span, indent)
        {
            let edits = vec![Edit { span, text: format!("---\n{}", " ".repeat(indent)) }];
            found.fix = Some(crate::diag::Fix { title: "insert `---`".to_string(), edits });
        }
    }

    /// Why JSON does not parse.
    pub(super) fn json(&mut self, partial: Option<Partial>) {
        let text = &self.passage.text;
        let lenient = text.lines().any(|line| line.trim_start().starts_with("//") || line.contains("/*"));
        let Err(error) = serde_json::from_str::<serde_json::Value>(text) else { return };
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let each = lines.clone().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
        let is_value = text.trim_start().starts_with(['{', '[']);
        if lenient || each || partial.is_some() || !is_value || many_values(text) {
            return;
        }
        let line =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let at = (line + error.column().saturating_sub(1)).min(text.len());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_string();
        self.add(&codes::JSON_SYNTAX, &(at..at), message);
    }

    /// Characters in code that are not what they look like.
    pub(super) fn hidden(&mut self, script: Option<&Script>) {
        let text = self.passage.text.clone();
        for (at, c) in text.char_indices() {
            let range = at..at + c.len_utf8();
            let Some((name, replacement)) = hidden_character(c) else {
                if let Some(script) = script {
                    match c {
                        '“' | '”' | '‘' | '’' => self.smart_quote(c, &range, script),
                        '–' | '—' => self.smart_dash(c, &range, script),
                        _ => {}
                    }
                }
                continue;
            };
            if self.has_work(c, &range, script) {
                continue;
            }
            let span = self.passage.span(&range);
            if let Some(found) = self.add(&codes::HIDDEN_CHARACTER, &range, format!("{name} in code")) {
                found.fix = span.map(|span| replace(span, replacement));
            }
        }
    }

    /// Such characters have their work in sentences: spaces in typography, joiners in emoji and other scripts.
    fn has_work(&self, c: char, range: &Range<usize>, script: Option<&Script>) -> bool {
        let text = &self.passage.text;
        let beside = |near: Option<char>| {
            near.is_some_and(|near| !near.is_ascii() && hidden_character(near).is_none())
        };
        let joins =
            beside(text[..range.start].chars().next_back()) || beside(text[range.end..].chars().next());
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let spaces = matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}');
        let before = text[..range.start].rsplit('\n').next().unwrap_or_default();
        let in_words = match script {
            Some(script) => self.is_said(range, script),
            None => !before.trim_matches([' ', '-', '\u{a0}']).is_empty() && !before.ends_with([':', '-']),
        };
        if spaces { in_words } else { joins && !turns }
    }

    /// In a comment, between quotes, or in a heredoc: not read by the shell as words.
    fn is_said(&self, range: &Range<usize>, script: &Script) -> bool {
        let comment = script.comments.iter().any(|comment| comment.range.contains(&range.start));
        let inside = |lines: &[Range<usize>]| lines.iter().any(|line| line.contains(&range.start));
        let mut heredocs = script.commands.iter().flat_map(|list| list.heredocs());
        comment || self.is_quoted(range) || heredocs.any(|heredoc| inside(&heredoc.lines))
    }

    /// A typographic quote where a shell would need its own: at the beginning or end of a word.
    fn smart_quote(&mut self, c: char, range: &Range<usize>, script: &Script) {
        let text = &self.passage.text;
        let before = text[..range.start].chars().next_back();
        let opens = before.is_none_or(|c| c.is_whitespace() || c == '=');
        if !opens || self.is_said(range, script) {
            return;
        }
        let message = format!("a shell does not read `{c}` as a quote");
        self.add(&codes::HIDDEN_CHARACTER, range, message);
    }
}

impl Findings<'_> {
    /// A typographic dash where a flag begins.
    fn smart_dash(&mut self, c: char, range: &Range<usize>, script: &Script) {
        let text = &self.passage.text;
        let before = text[..range.start].chars().next_back();
        let behind = text[range.end..].chars().next();
        let begins = before == Some(' ') && behind.is_some_and(|c| c.is_ascii_alphabetic() || c == '-');
        if begins && !self.is_said(range, script) {
            let message = format!("a shell does not read `{c}` as the dashes of a flag");
            self.add(&codes::HIDDEN_CHARACTER, range, message);
        }
    }
}

/// The name of a placeholder as a variable's name.
fn variable(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

fn replace(span: Span, text: &str) -> crate::diag::Fix {
    let title = if text.is_empty() { "remove it" } else { "write a plain space" };
    crate::diag::Fix { title: title.to_string(), edits: vec![Edit { span, text: text.to_string() }] }
}

fn hidden_character(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '\u{a0}' | '\u{202f}' | '\u{2007}' => ("a no-break space", " "),
        '\u{200b}' | '\u{2060}' | '\u{feff}' => ("a zero-width space", ""),
        '\u{200c}' | '\u{200d}' => ("a zero-width joiner", ""),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            ("a mark that turns the direction of text", "")
        }
        '\u{ad}' => ("a soft hyphen", ""),
        _ => return None,
    })
}

/// Several JSON values one after the other, as tools print them.
fn many_values(text: &str) -> bool {
    serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>().all(|value| value.is_ok())
}

/// Where a second `apiVersion:` begins at the left edge within one YAML document that already has one and a kind.
fn second_object(text: &str) -> Option<usize> {
    let (mut versions, mut kinds, mut start) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        match () {
            () if line.starts_with("---") => (versions, kinds) = (0, 0),
            () if line.starts_with("apiVersion:") && versions > 0 && kinds > 0 => return Some(start),
            () if line.starts_with("apiVersion:") => versions += 1,
            () if line.starts_with("kind:") => kinds += 1,
            () => {}
        }
        start += line.len();
    }
    None
}
