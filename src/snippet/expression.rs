//! Lists of expressions with their inputs and results, as reference pages show them.

use super::expect::{self, Class, Marker};
use super::model::{Claim, Language, Origin, Step};
use super::passage::Passage;
use std::ops::Range;

/// The language of a text whose every line is an expression or a comment; `None` when it is none that is known.
pub(super) fn language(text: &str) -> Option<Language> {
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    if lines.is_empty() {
        return None;
    }
    if lines.iter().any(|line| is_prom_ql(line))
        && lines.iter().all(|line| is_prom_ql(line) || line.len() <= 3)
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
    let clean = line.replace("== ", "").replace("!= ", "").replace(">= ", "").replace("<= ", "");
    let begins = line.starts_with(|c: char| c.is_ascii_lowercase() || "@[!".contains(c));
    let marks = line.contains(['[', '(', '@', '|', '`']);
    let dotted = line.contains('.') && !line.contains(char::is_whitespace);
    begins && (marks || dotted) && !foreign.iter().any(|mark| clean.contains(mark))
}

/// The expressions of a text, one a paragraph of lines between comments and empty lines, and the results that
/// comments claim for them.
pub(super) fn steps(passage: &Passage) -> (Vec<Step>, Vec<Claim>) {
    let (mut steps, mut claims): (Vec<Step>, Vec<Claim>) = (Vec::new(), Vec::new());
    let mut open: Option<Range<usize>> = None;
    let mut adjoins = false;
    let mut at = 0;
    for line in passage.text.split_inclusive('\n') {
        let (start, said) = (at, line.trim());
        at += line.len();
        let mark = ["#", "//", "--"].iter().find(|mark| said.starts_with(**mark));
        if said.is_empty() || mark.is_some() {
            push(passage, open.take(), &mut steps);
        }
        match mark {
            _ if said.is_empty() => adjoins = false,
            Some(mark) if adjoins => {
                let text = said[mark.len()..].trim();
                let from = start + line.find(text).unwrap_or(0);
                remark(passage, text, from, &mut steps, &mut claims);
            }
            Some(_) => {}
            None => {
                let end = start + line.trim_end().len();
                open = Some(open.map_or(start..end, |range| range.start..end));
                adjoins = true;
            }
        }
    }
    push(passage, open, &mut steps);
    (steps, claims)
}

fn push(passage: &Passage, range: Option<Range<usize>>, steps: &mut Vec<Step>) {
    let Some(range) = range else { return };
    let Some(span) = passage.span(&range) else { return };
    let text = passage.text[range.clone()].trim().to_string();
    steps.push(Step::at(span, range, text));
}

/// A comment below an expression: its input, or its result.
fn remark(passage: &Passage, text: &str, from: usize, steps: &mut [Step], claims: &mut Vec<Claim>) {
    let Some(step) = steps.len().checked_sub(1) else { return };
    if let Some(input) = text.strip_prefix("Input:") {
        steps[step].input = Some(input.trim().to_string());
        return;
    }
    let Some(found) = expect::after(text) else { return };
    let class = match found.class {
        Class::Prose if found.marker == Marker::Value => return,
        Class::Prose | Class::Output(_) => return,
        class => class,
    };
    let Some(span) = passage.span(&(from..from + text.len())) else { return };
    let (text, step, marker) = (text.to_string(), Some(step), Some(found.marker));
    claims.push(Claim { span, text, step, class, marker, origin: Origin::CommentAfter });
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
}
