//! What the reference page of a policy shows, and the list of all of them.

use super::examples::{self, Examples};
use super::library::{Entry, Library, rule_id};
use super::liveness::Trials;
use super::variants::Variants;
use super::view::{Count, Fact, PolicyIndexView, PolicyRow, PolicyView, RuleView, TrialsView};
use crate::markdown;
use crate::policy::{Action, Policy, Rule};
use crate::source::UrlPath;
use std::collections::BTreeMap;

/// The reference page of one policy.
pub(super) fn policy_view(
    entry: &Entry,
    library: &Library,
    trials: &Trials,
    variants: &Variants,
    examples: Examples,
) -> PolicyView {
    let policy = &entry.policy;
    let Examples { shown, folded, .. } = examples;
    let tried = |rule: &str| trials.get(&entry.span).and_then(|own| own.get(rule)).cloned();
    PolicyView {
        title: entry.title().to_string(),
        name: policy.name.clone(),
        kind: policy.kind.word().to_string(),
        category: policy.about.category.clone(),
        severity: policy.about.severity.as_deref().map(str::to_lowercase),
        subjects: subjects(policy),
        versions: versions(policy),
        mode: mode(policy),
        background: policy.kind.has_rules().then(|| background(policy).to_string()),
        description: policy.about.description.as_deref().map(paragraphs),
        rules: policy.rules.iter().map(|rule| rule_view(policy, rule, tried(&rule.name))).collect(),
        trials: tried(""),
        variants: variants.view(entry, library),
        source_path: entry.file.path().to_string(),
        source: source(entry),
        raw_url: Some(entry.url.relative_to(&raw_url(entry))),
        examples: shown,
        more_examples: folded,
        tests: examples::count(entry, library),
    }
}

/// Where the file of a policy can be downloaded.
pub(super) fn raw_url(entry: &Entry) -> UrlPath {
    UrlPath::new(format!("{}{}", entry.url.as_str(), entry.file.path().file_name()))
}

/// The list of all policies.
pub(super) fn index_view(library: &Library) -> PolicyIndexView {
    let mut rows: Vec<PolicyRow> = library.entries.iter().map(|entry| row(entry, library)).collect();
    rows.sort_by(|left, right| left.title.cmp(&right.title).then_with(|| left.url.cmp(&right.url)));
    let stated = |value: &Option<String>| value.clone().unwrap_or_else(|| "not stated".to_string());
    PolicyIndexView {
        intro: None,
        categories: count(rows.iter().map(|row| stated(&row.category))),
        severities: count(rows.iter().map(|row| stated(&row.severity))),
        kinds: count(rows.iter().map(|row| row.kind.clone())),
        modes: count(rows.iter().map(|row| stated(&row.mode))),
        rows,
    }
}

fn row(entry: &Entry, library: &Library) -> PolicyRow {
    let policy = &entry.policy;
    let index = UrlPath::new("policies/");
    PolicyRow {
        title: entry.title().to_string(),
        name: policy.name.clone(),
        url: index.relative_to(&entry.url),
        kind: policy.kind.word().to_string(),
        category: policy.about.category.clone(),
        severity: policy.about.severity.as_deref().map(str::to_lowercase),
        mode: mode(policy),
        subjects: subjects(policy),
        types: types(policy),
        rules: policy.rules.len(),
        tests: examples::count(entry, library),
    }
}

fn count(labels: impl Iterator<Item = String>) -> Vec<Count> {
    let mut counts = BTreeMap::new();
    labels.for_each(|label| *counts.entry(label).or_insert(0) += 1);
    counts.into_iter().map(|(label, count)| Count { label, count }).collect()
}

/// As the policy states them; a policy that states none is about what it matches.
fn subjects(policy: &Policy) -> Vec<String> {
    match &policy.about.subject {
        Some(stated) => stated.split(',').map(|subject| subject.trim().to_string()).collect(),
        None => policy.matches.clone(),
    }
}

/// What its rules do, in their order.
fn types(policy: &Policy) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for word in policy.rules.iter().map(|rule| rule.kind.word()) {
        if !types.iter().any(|known| known == word) {
            types.push(word.to_string());
        }
    }
    types
}

fn versions(policy: &Policy) -> Vec<Fact> {
    let stated = |label: &str, value: Option<&String>| Fact { label: label.into(), value: value.cloned() };
    vec![
        stated("Kyverno", policy.about.min_version.as_ref()),
        stated("Kubernetes", policy.annotations.get("kyverno.io/kubernetes-version")),
    ]
}

/// What happens on a breach, when all rules agree; otherwise each rule says its own.
pub(super) fn mode(policy: &Policy) -> Option<String> {
    let default = if policy.kind.has_rules() { Action::Audit } else { Action::Enforce };
    let whole = policy.action.unwrap_or(default);
    let mut actions: Vec<Action> = policy.rules.iter().map(|rule| rule.action.unwrap_or(whole)).collect();
    actions.sort_unstable();
    actions.dedup();
    match actions.as_slice() {
        [] => Some(whole.word().to_string()),
        [one] => Some(one.word().to_string()),
        several => Some(several.iter().map(|action| action.word()).collect::<Vec<_>>().join(" and ")),
    }
}

fn background(policy: &Policy) -> &'static str {
    if policy.background { "also reports on resources that exist already" } else { "only on admission" }
}

fn rule_view(policy: &Policy, rule: &Rule, trials: Option<TrialsView>) -> RuleView {
    let stated = rule.action.or(policy.action);
    RuleView {
        name: rule.name.clone(),
        id: rule_id(&rule.name),
        source_id: rule.place.as_ref().map(|_| source_id(rule)),
        kind: rule.kind.word().to_string(),
        matches: super::words::blocks(&rule.body["match"]),
        excludes: super::words::blocks(&rule.body["exclude"]),
        mode: stated.map(|action| action.word().to_string()),
        message: rule.message.clone(),
        trials,
    }
}

fn source_id(rule: &Rule) -> String {
    format!("source-{}", rule.name)
}

/// The file as it lies in git, with an anchor at each rule.
fn source(entry: &Entry) -> String {
    let text = entry.file.text().unwrap_or_default();
    let places = entry.policy.rules.iter().filter_map(|rule| Some((rule, rule.place.as_ref()?)));
    let line = |offset: usize| entry.file.line_column(offset).line;
    let anchors: Vec<(usize, String)> =
        places.map(|(rule, place)| (line(place.start), source_id(rule))).collect();
    markdown::highlight_block("yaml", text, &anchors)
}

/// Plain text with blank lines between paragraphs and code in backticks, as HTML.
fn paragraphs(text: &str) -> String {
    let paragraph = |text: &str| format!("<p>{}</p>", code_spans(text.trim()));
    text.split("\n\n").filter(|text| !text.trim().is_empty()).map(paragraph).collect()
}

fn code_spans(text: &str) -> String {
    let parts: Vec<String> = text.split('`').map(escape).collect();
    if parts.len().is_multiple_of(2) {
        return escape(text);
    }
    let wrap = |(index, part): (usize, &String)| match index % 2 {
        0 => part.clone(),
        _ => format!("<code>{part}</code>"),
    };
    parts.iter().enumerate().map(wrap).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_keep_their_paragraphs_and_code() {
        assert_eq!(paragraphs("a `b<c` d\n\ne"), "<p>a <code>b&lt;c</code> d</p><p>e</p>");
        assert_eq!(paragraphs("an odd ` tick"), "<p>an odd ` tick</p>");
    }
}
