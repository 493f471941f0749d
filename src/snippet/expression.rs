//! Lists of expressions with their inputs and results, as reference pages show them.

use super::expect::{self, Class};
use super::model::{Claim, Language, Origin, Query, Step};
use super::passage::Passage;
use crate::source::Span;
use std::ops::Range;

/// The language of a text whose every line is an expression or a comment; `None` when it is none that is known.
pub(super) fn language(text: &str) -> Option<Language> {
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    if lines.is_empty() {
        return None;
    }
    if lines.iter().all(|line| line.len() <= 3 || is_prom_ql(line))
        && lines.iter().any(|line| is_prom_ql(line))
    {
        return Some(Language::PromQl);
    }
    lines.iter().all(|line| is_jmes_path(line)).then_some(Language::JmesPath)
}

/// The bytes of the first line that is no comment.
pub(super) fn first(text: &str) -> Range<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let said = line.trim();
        if !said.is_empty() && !said.starts_with('#') {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    0..0
}

/// A metric with labels in braces, or a function over a range.
fn is_prom_ql(line: &str) -> bool {
    let range = ["s]", "m]", "h]", "d]"].iter().any(|unit| line.contains(unit)) && line.contains('[');
    let labels = line.contains("=\"") && line.contains('{') && line.contains('}');
    let function = ["rate(", "sum(", "histogram_quantile(", "increase(", "count("]
        .iter()
        .any(|name| line.starts_with(name));
    range || labels || (function && !line.contains(['[', '`']))
}

/// Fields, filters, projections, functions and pipes, and nothing that a shell or YAML would bring.
fn is_jmes_path(line: &str) -> bool {
    let foreign = ["$", ";", ": ", "= ", "=\"", "{{", "#", "- ", "//", "=>"];
    let line = line.split("  #").next().unwrap_or(line);
    let begins = line.starts_with(|c: char| c.is_ascii_lowercase() || "@[!".contains(c));
    let marks = line.contains(['[', '(', '@', '|', '`']);
    let compared = [" == ", " != ", " > ", " < ", " >= ", " <= "].iter().any(|mark| line.contains(mark));
    let dotted = line.contains('.') && (compared || !line.contains(char::is_whitespace));
    if !begins || !(marks || dotted) {
        return false;
    }
    let clean = line.replace("== ", "").replace("!= ", "").replace(">= ", "").replace("<= ", "");
    !foreign.iter().any(|mark| clean.contains(mark))
}

/// The expressions of a text, one a paragraph of lines between comments and empty lines, and the results that
/// comments claim for them.
pub(super) fn steps(passage: &Passage, language: Language) -> (Vec<Step>, Vec<Claim>) {
    let mut list =
        List { passage, language, steps: Vec::new(), claims: Vec::new(), above: Vec::new(), open: None };
    let mut adjoins = false;
    let mut at = 0;
    for line in passage.text.split_inclusive('\n') {
        let (start, said) = (at, line.trim());
        at += line.len();
        let mark = ["#", "//", "--"].iter().find(|mark| said.starts_with(**mark));
        if said.is_empty() || mark.is_some() {
            list.close();
        }
        match mark {
            _ if said.is_empty() => {
                adjoins = false;
                list.above.clear();
            }
            Some(mark) => {
                let text = said[mark.len()..].trim();
                let remark = Remark { text, from: start + line.find(text).unwrap_or(0) };
                if adjoins { list.below(&remark) } else { list.above.push(remark) }
            }
            None => {
                list.open(start, line);
                adjoins = true;
            }
        }
    }
    list.close();
    (list.steps, list.claims)
}

/// A comment's words and where they begin.
struct Remark<'a> {
    text: &'a str,
    from: usize,
}

/// The expressions while they are read.
struct List<'a> {
    passage: &'a Passage,
    language: Language,
    steps: Vec<Step>,
    claims: Vec<Claim>,
    /// The comments above the next expression.
    above: Vec<Remark<'a>>,
    /// The bytes of the expression that is being read.
    open: Option<Range<usize>>,
}

impl<'a> List<'a> {
    /// One more line of an expression; a comment behind it is about it.
    fn open(&mut self, start: usize, line: &'a str) {
        let (code, comment) = split_comment(line);
        let end = start + code.trim_end().len();
        self.open = Some(self.open.take().map_or(start..end, |range| range.start..end));
        if let Some(comment) = comment {
            self.close();
            let text = comment.trim_start_matches('#').trim();
            self.below(&Remark { text, from: start + code.len() + comment.find(text).unwrap_or(0) });
        }
    }

    fn close(&mut self) {
        let Some(range) = self.open.take() else { return };
        let above = std::mem::take(&mut self.above);
        let Some(span) = self.passage.span(&range) else { return };
        let text = self.passage.text[range.clone()].trim().to_string();
        let input = above.iter().find_map(|remark| input(remark.text)).map(str::to_string);
        let wrong = above.iter().find_map(|remark| wrong(remark.text)).map(str::to_string);
        let query = Query { language: self.language, text: text.clone(), span, input, whole: false, wrong };
        self.steps.push(Step { query: Some(query), ..Step::at(span, range, text) });
        for remark in above {
            self.returned(&remark);
        }
    }

    /// `Flattens: returns [1, 2]` above an expression.
    fn returned(&mut self, remark: &Remark<'_>) {
        let lower = remark.text.to_ascii_lowercase();
        let at =
            if lower.starts_with("returns ") { Some(0) } else { lower.find(": returns ").map(|at| at + 2) };
        let Some(said) = at.map(|at| &remark.text[at..]) else { return };
        let value = said["returns ".len()..].trim();
        if serde_json::from_str::<serde_json::Value>(value).is_ok()
            && let Some(span) = self.steps.last().map(|step| step.span)
        {
            self.claim(said, span, Origin::CommentBefore);
        }
    }

    /// A comment below or behind an expression: its input, or its result.
    fn below(&mut self, remark: &Remark<'_>) {
        let query = self.steps.last_mut().and_then(|step| step.query.as_mut());
        match (input(remark.text), query) {
            (Some(input), Some(query)) => query.input = Some(input.to_string()),
            _ => {
                let range = remark.from..remark.from + remark.text.len();
                let Some(span) = self.passage.span(&range) else { return };
                self.claim(remark.text, span, Origin::CommentAfter);
            }
        }
    }

    fn claim(&mut self, said: &str, span: Span, origin: Origin) {
        let Some(step) = self.steps.len().checked_sub(1) else { return };
        let Some(found) = expect::after(said) else { return };
        if matches!(found.class, Class::Prose | Class::Output(_)) {
            return;
        }
        let (text, step, marker) = (said.to_string(), Some(step), Some(found.marker));
        self.claims.push(Claim { span, text, step, class: found.class, marker, origin });
    }
}

/// A line's code, and the comment behind it. A `#` in quotes begins none.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
            None if c == '#' && line[..at].ends_with(char::is_whitespace) => {
                return (&line[..at], Some(&line[at..]));
            }
            None => {}
        }
    }
    (line, None)
}

fn input(text: &str) -> Option<&str> {
    let rest = ["Input:", "Given:", "For:"].iter().find_map(|mark| text.strip_prefix(mark))?;
    Some(rest.trim())
}

/// What a comment says is wrong with what stands below it, when it calls that a mistake.
pub(super) fn wrong(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let (word, rest) = text.split_once([':', '-', '–'])?;
    let word = word.trim().to_ascii_lowercase();
    ["wrong", "incorrect", "bad", "invalid", "mistake"].contains(&word.as_str()).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        assert_eq!(language("# a\nitems[?x == 'y'].name\n"), Some(Language::JmesPath));
        assert_eq!(language("length(items)\n"), Some(Language::JmesPath));
        assert_eq!(language("rate(errors_total{job=\"a\"}[5m])\n"), Some(Language::PromQl));
        for text in
            ["kubectl get pods", "a: b", "if [ $x ]; then", "# only", "remaining=$(gh api x)", "CVE-2024-1"]
        {
            assert_eq!(language(text), None, "{text}");
        }
    }

    #[test]
    fn a_mistake_says_that_it_is_one() {
        assert_eq!(wrong("WRONG: no backticks"), Some("no backticks"));
        assert_eq!(wrong("❌ Bad - a number"), Some("a number"));
        assert_eq!(wrong("Bad pods: those without labels"), None);
        assert_eq!(wrong("CORRECT: with backticks"), None);
    }

    #[test]
    fn a_comment_behind_an_expression_is_no_part_of_it() {
        assert_eq!(split_comment("length(a) # => 3\n"), ("length(a) ", Some("# => 3\n")));
        assert_eq!(split_comment("a == '#' && b"), ("a == '#' && b", None));
    }
}
