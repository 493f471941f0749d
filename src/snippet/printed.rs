//! What printed text claims, and where printed text stands among commands.

use super::expect::{Class, Outcome, Reference};
use super::model::{Claim, Origin};
use super::passage::Passage;
use crate::source::Span;
use crate::source::yaml::Node;
use std::ops::Range;

/// The bytes of lines that stand below a comment `Expected output` without being comments: a shell would run
/// them, the page shows them. They go on to the next empty line.
pub(super) fn among_commands(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut announced, mut open) = (false, None);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let said = line.trim();
        if let Some(from) = open.filter(|_| said.is_empty()) {
            found.push(from..start);
            open = None;
        } else if open.is_none() && announced && looks_printed(said) {
            open = Some(start);
        }
        announced = is_announcement(said);
        start += line.len();
    }
    found.extend(open.map(|from| from..text.len()));
    found
}

fn is_announcement(line: &str) -> bool {
    let said = line.trim_start_matches(['#', ' ']).trim_end_matches([':', '.']).to_ascii_lowercase();
    line.starts_with('#')
        && matches!(said.as_str(), "expected output" | "output" | "example output" | "sample output")
}

/// Commands begin with a lower case word; what is printed often does not.
fn looks_printed(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    !word.is_empty()
        && !word.starts_with('#')
        && !word.chars().all(|c| c.is_ascii_lowercase() || "-_./0123456789".contains(c))
}

/// `text` with these bytes made blanks: the rest keeps its place.
pub(super) fn blank(text: &str, ranges: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for byte in ranges.iter().flat_map(|range| range.clone()) {
        if bytes[byte] != b'\n' {
            bytes[byte] = b' ';
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

/// The denial that printed lines tell, when they do: `admission webhook "…" denied the request`.
pub(super) fn denial(lines: &[(Span, &str)], step: Option<usize>) -> Option<Claim> {
    let at = lines
        .iter()
        .position(|(_, line)| line.contains("admission webhook") && line.contains("denied the request"))?;
    let (span, text) = lines[at];
    let (by, with) = policy_below(&lines[at + 1..]);
    let outcome = Outcome { by: Some(by), with, ..Outcome::default() };
    let class = Class::Denied(outcome);
    Some(Claim { span, text: text.trim().to_string(), step, class, marker: None, origin: Origin::Output })
}

/// What printed lines of Kyverno's command line say, from `Applying … polic… to … resource…` on.
pub(super) fn engine(lines: &[(Span, &str)], step: Option<usize>) -> Option<Claim> {
    let opens =
        |line: &str| line.starts_with("Applying ") && line.contains("polic") && line.contains("resource");
    let at = lines.iter().position(|(_, line)| opens(line))?;
    let (span, text) = lines[at];
    let class = Class::Output(lines[at..].iter().map(|(_, line)| (*line).to_string()).collect());
    Some(Claim { span, text: text.to_string(), step, class, marker: None, origin: Origin::Output })
}

/// The policy and rule that Kyverno's message names: `policy:` and below it `rule: message`.
fn policy_below(lines: &[(Span, &str)]) -> (Reference, Option<String>) {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.')
    };
    for (at, (_, line)) in lines.iter().enumerate() {
        let Some(policy) = line.trim().strip_suffix(':').filter(|name| is_name(name)) else { continue };
        let Some((_, below)) = lines.get(at + 1).filter(|(_, below)| below.starts_with(' ')) else {
            continue;
        };
        let Some((rule, message)) = below.trim().split_once(':').filter(|(rule, _)| is_name(rule)) else {
            continue;
        };
        let message = message.trim().trim_matches(['\'', '"']);
        let with = (!message.is_empty() && !message.starts_with(['|', '>'])).then(|| message.to_string());
        return (Reference::Named(policy.to_string(), Some(rule.to_string())), with);
    }
    (Reference::Webhook, None)
}

/// What a printed policy report says: each result of `fail` is a claim that this policy reports it.
pub(super) fn report(node: &Node, passage: &Passage) -> Vec<Claim> {
    let is_report =
        node.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("PolicyReport"));
    let results = node.get("results").filter(|_| is_report).map(Node::items).unwrap_or_default();
    results.iter().filter_map(|result| reported(result, passage)).collect()
}

fn reported(result: &Node, passage: &Passage) -> Option<Claim> {
    let text = |key: &str| result.get(key).and_then(Node::as_str).map(str::to_string);
    let policy = result.get("policy")?;
    let name = policy.as_str()?.to_string();
    if text("result").or_else(|| text("status")).is_none_or(|result| result != "fail") {
        return None;
    }
    let span = passage.span(&policy.span)?;
    let by = Some(Reference::Named(name.clone(), text("rule")));
    let outcome = Outcome { by, with: text("message"), ..Outcome::default() };
    let class = Class::Reported(outcome);
    Some(Claim {
        span,
        text: format!("policy: {name}"),
        step: None,
        class,
        marker: None,
        origin: Origin::Output,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SitePath, Sources};

    fn file() -> FileId {
        Sources::in_memory([("a.md", "")]).get(&SitePath::new("a.md")).unwrap().id()
    }

    #[test]
    fn lines_below_an_announcement_are_not_commands() {
        let text = "run it\n# Expected output\nApplying 1 policy\npolicy x failed\n\nls\n# Output:\nls\n";
        let found = among_commands(text);
        assert_eq!(
            found.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>(),
            ["Applying 1 policy\npolicy x failed\n"]
        );
        assert_eq!(blank(text, &found).len(), text.len());
    }

    #[test]
    fn a_printed_denial_names_policy_and_rule() {
        let span = Span::at(file(), 0);
        let lines = [
            "Error from server: admission webhook \"validate.kyverno.svc-fail\" denied the request:",
            "",
            "resource Pod/default/web was blocked due to the following policies",
            "",
            "require-team:",
            "  check-team: 'validation error: a team is needed'",
        ];
        let lines: Vec<(Span, &str)> = lines.iter().map(|line| (span, *line)).collect();
        let Class::Denied(outcome) = denial(&lines, None).unwrap().class else { panic!() };
        assert_eq!(outcome.by, Some(Reference::Named("require-team".into(), Some("check-team".into()))));
        assert_eq!(outcome.with.as_deref(), Some("validation error: a team is needed"));
    }
}
