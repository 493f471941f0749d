//! Test suites as documentation: the objects that they try, with what the policy makes of each.

use super::example_files::{self, Told};
use super::library::{Entry, Library};
use super::suites::{Object, SuiteRun};
use super::view::{Block, ChangeView, ExampleView, Fact, Record, State, Strip};
use super::{apply_block, blocks, liveness, proof};
use crate::diag::diff;
use crate::markdown::{self, Extra};
use crate::policy::suite::{Outcome, Row};
use crate::policy::{Action, RuleKind};
use crate::site::config::Embeds;
use crate::snippet;
use crate::source::{Span, yaml};
use std::collections::BTreeSet;

/// The examples of a policy's page.
pub(super) struct Examples {
    /// For each rule the smallest object that it acts on and the smallest that it lets pass.
    pub shown: Vec<ExampleView>,
    /// The others, from small to large.
    pub folded: Vec<ExampleView>,
    /// Those that get files, as their files tell them.
    pub records: Vec<Record>,
}

/// The number of results that suites state for this policy and that were evaluated.
pub(super) fn count(entry: &Entry, library: &Library) -> usize {
    rows(entry, library).filter(|(_, row)| matches!(row.outcome, Outcome::Agrees | Outcome::Differs)).count()
}

/// The objects that suites try on this policy. Those that stand for a rule get files as blocks of pages do, the others
/// where all blocks get them.
pub(super) fn of(entry: &Entry, library: &Library, embeds: Embeds) -> Examples {
    let mut examples = tried(entry, library);
    examples.sort_by_key(|example| example.object.text.len());
    let first = first(&examples, entry);
    let mut records = Vec::new();
    let mut view = |at: usize, published: bool| {
        let alike = examples.iter().filter(|one| id(one.rows[0]) == id(examples[at].rows[0])).count();
        let (view, record) = examples[at].view(entry, published.then_some(alike == 1));
        records.extend(record);
        view
    };
    let shown = first.iter().map(|at| view(*at, matches!(embeds, Embeds::Claims | Embeds::All))).collect();
    let rest = (0..examples.len()).filter(|at| !first.contains(at));
    let folded = rest.map(|at| view(at, embeds == Embeds::All)).collect();
    Examples { shown, folded, records }
}

/// The objects in the order of the suites, so that an id changes only when something before it does.
fn tried<'a>(entry: &'a Entry, library: &'a Library) -> Vec<Example<'a>> {
    let mut examples: Vec<Example> = Vec::new();
    for (run, row) in rows(entry, library) {
        let Some(object) = object(run, row) else { continue };
        let stated = run.stated.get(row.result);
        let operation = stated.and_then(|stated| stated.operation.as_deref());
        let is_it = |one: &&mut Example| one.object.text == object.text && one.operation == operation;
        match examples.iter_mut().find(is_it) {
            Some(example) => example.rows.push(row),
            None => {
                let free = |id: &String| examples.iter().all(|one| one.id != *id);
                let numbered = (2..).map(|number| format!("{}-{number}", id(row)));
                let id = std::iter::once(id(row)).chain(numbered).find(free).unwrap_or_default();
                let span = stated.map_or_else(|| run.file.span(0, 0), |stated| stated.span);
                examples.push(Example { id, object, operation, span, run, rows: vec![row] });
            }
        }
    }
    examples
}

/// The results that suites state for this policy.
pub(super) fn rows<'a>(
    entry: &'a Entry,
    library: &'a Library,
) -> impl Iterator<Item = (&'a SuiteRun, &'a Row)> {
    let about = |run: &SuiteRun, row: &Row| {
        run.policies.contains(entry.file.path())
            && row.policy.rsplit('/').next() == Some(entry.policy.name.as_str())
    };
    let all = library.suites.iter().flat_map(|run| run.rows.iter().map(move |row| (run, row)));
    all.filter(move |(run, row)| about(run, row))
}

/// The id of the heading above the object of a row.
pub(super) fn id(row: &Row) -> String {
    format!("example-{}-{}", row.kind.to_lowercase(), name(row))
}

fn name(row: &Row) -> &str {
    row.resource.rsplit('/').next().unwrap_or_default()
}

/// The object of a row, as it is written in the suite's files.
pub(super) fn object<'a>(run: &'a SuiteRun, row: &Row) -> Option<&'a Object> {
    let namespace = row.resource.rsplit_once('/').map(|(namespace, _)| namespace);
    run.objects.iter().find(|object| {
        let there = object.namespace.is_none() || object.namespace.as_deref() == namespace;
        there && object.kind == row.kind && object.name == name(row)
    })
}

/// The places of those that stand for a rule: what it does, then what it lets pass.
fn first(examples: &[Example<'_>], entry: &Entry) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for acts in [true, false] {
        let mut seen = BTreeSet::new();
        for (at, example) in examples.iter().enumerate() {
            let says = |row: &&&Row| {
                let kind = liveness::kind(entry, &row.rule);
                row.actual.as_deref().and_then(|word| liveness::acts(kind, word)) == Some(acts)
            };
            let rules = example.rows.iter().filter(says).map(|row| row.rule.as_str());
            if rules.filter(|rule| seen.insert(super::decide::base(rule))).count() > 0 && !found.contains(&at)
            {
                found.push(at);
            }
        }
    }
    found
}

/// An object with the results that suites state for it.
struct Example<'a> {
    /// The id of its heading: kind and name of its object, with a number when another one has them too.
    id: String,
    object: &'a Object,
    operation: Option<&'a str>,
    /// Where the suite says what it expects first.
    span: Span,
    run: &'a SuiteRun,
    rows: Vec<&'a Row>,
}

impl Example<'_> {
    /// What the page shows, and the record when it is published: then whether its id is its object's alone is known.
    fn view(&self, entry: &Entry, published: Option<bool>) -> (ExampleView, Option<Record>) {
        let row = self.rows[0];
        let block = apply_block::parts(&self.object.text, self.operation, &self.expectations(entry));
        let text = [&block.command, &self.object.text, block.end.trim_end()].concat();
        let copy = blocks::utf16(&text, std::slice::from_ref(&(0..text.len())));
        let strip = self.strip(entry);
        let record = published.map(|named| {
            let (id, strip) = (self.id.clone(), strip.clone());
            example_files::record(Told { id, named, text, strip, span: self.span }, entry)
        });
        let files = record.as_ref().map(|record| &record.files);
        let extra = Extra {
            id: files.map(|files| files.anchor.clone()),
            data: Block { copy, ..Block::default() }.data(),
            ..Extra::default()
        };
        let parts = [
            ("bash", block.command.as_str()),
            ("yaml", &self.object.text),
            ("bash", &block.end),
            ("bash", &block.told),
        ];
        let view = ExampleView {
            title: format!("{} {}", row.kind, name(row)),
            id: self.id.clone(),
            source: markdown::highlight_parts(&parts, &extra),
            warning: snippet::danger(&block.command),
            strip,
            files: files.map(|files| files.links(&entry.url)),
            changes: self.changes(),
        };
        (view, record)
    }

    /// What a reader who sends the object will see, one line each.
    fn expectations(&self, entry: &Entry) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for row in &self.rows {
            let line = match (&row.outcome, &row.actual) {
                (Outcome::Agrees | Outcome::Differs, Some(_)) => {
                    format!("Expected: {}", outcome(row, entry, true))
                }
                _ => format!("Not decided here: {}", rule(row)),
            };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    fn strip(&self, entry: &Entry) -> Strip {
        let state = self.state();
        let parts: Vec<String> = match state {
            State::Verified => self.rows.iter().map(|row| outcome(row, entry, false)).collect(),
            _ => self.rows.iter().map(|row| words(row, entry)).collect(),
        };
        let words = parts.join("; ");
        let expected: Vec<String> =
            self.rows.iter().map(|row| format!("{}: {}", rule(row), row.expected)).collect();
        let mut details: Vec<Fact> = self.rows.iter().flat_map(|row| facts(row)).collect();
        let given = &self.run.gives;
        details.extend((!given.is_empty()).then(|| fact("The suite gives", &given.join(", "))));
        details.push(fact("Suite", self.run.file.path().as_str()));
        details.extend(self.rows.iter().any(|row| row.actual.is_some()).then(proof::decided_as));
        Strip {
            state,
            word: state.word(),
            step: None,
            claim: format!("the test suite expects {}", expected.join(", ")),
            words: if state == State::Verified { format!("Checked: {words}") } else { words },
            details,
        }
    }

    /// The worst of its rows.
    fn state(&self) -> State {
        let state = |row: &&Row| match row.outcome {
            Outcome::Agrees => State::Verified,
            Outcome::NotExercised(_) | Outcome::Unsupported(_) => State::Unchecked,
            Outcome::Differs => State::Contradicted,
            Outcome::Invalid(_) => State::Invalid,
        };
        State::worst(self.rows.iter().map(state)).unwrap_or(State::Unchecked)
    }

    /// What the policy's rules made of the object, or besides it. Rules see what those before them made, so the last
    /// change tells all.
    fn changes(&self) -> Vec<ChangeView> {
        let last = self.rows.iter().rev().find_map(|row| Some((rule(row), row.change.as_ref()?)));
        let changed = last.map(|(rule, (before, after))| {
            let text = |value| yaml::to_string(value).unwrap_or_default();
            change(format!("Changed by {rule}"), "diff", &diff::unified(&text(before), &text(after)))
        });
        let mut changes: Vec<ChangeView> =
            changed.into_iter().filter(|change| !change.source.is_empty()).collect();
        for row in &self.rows {
            for made in &row.generated {
                let view = change(
                    format!("Generated by {}", rule(row)),
                    "yaml",
                    &yaml::to_string(made).unwrap_or_default(),
                );
                if !changes.contains(&view) {
                    changes.push(view);
                }
            }
        }
        changes
    }
}

fn change(title: String, language: &str, text: &str) -> ChangeView {
    let source = if text.is_empty() { String::new() } else { markdown::highlight_block(language, text, &[]) };
    ChangeView { title, source }
}

/// The rule of a row; the policy, where rules have no names.
fn rule(row: &Row) -> &str {
    if row.rule.is_empty() { &row.policy } else { &row.rule }
}

/// What a row among others says: "Checked: denied by check-limits".
fn words(row: &Row, entry: &Entry) -> String {
    let rule = rule(row);
    match &row.outcome {
        Outcome::Agrees => format!("Checked: {}", outcome(row, entry, false)),
        Outcome::Differs => {
            format!("Does not agree: {rule} says {}", row.actual.as_deref().unwrap_or("nothing"))
        }
        Outcome::NotExercised(reason) => format!("Not exercised: {reason}"),
        Outcome::Unsupported(feature) => format!("Not checked: {feature} is not evaluated here"),
        Outcome::Invalid(reason) => format!("Cannot be checked: {reason}"),
    }
}

/// What was decided: "denied by check-limits"; with the policy before the rule when it is to be known anywhere.
fn outcome(row: &Row, entry: &Entry, anywhere: bool) -> String {
    let rule = match anywhere && !row.rule.is_empty() && row.rule != entry.policy.name {
        true => format!("{}/{}", entry.policy.name, row.rule),
        false => rule(row).to_string(),
    };
    let kind = liveness::kind(entry, &row.rule);
    let enforces = entry.policy.action_for(&row.rule, "default", &Default::default()) == Action::Enforce;
    match (row.actual.as_deref(), kind) {
        (Some("fail"), RuleKind::Validate | RuleKind::VerifyImages) if enforces => {
            format!("denied by {rule}")
        }
        (Some("fail"), RuleKind::Validate | RuleKind::VerifyImages) => format!("reported by {rule}"),
        (Some("pass"), RuleKind::Validate | RuleKind::VerifyImages) => format!("admitted by {rule}"),
        (Some("pass"), RuleKind::Mutate) => format!("changed by {rule}"),
        (Some("pass"), RuleKind::Generate) => format!("{rule} generates from it"),
        (Some("pass"), RuleKind::Delete) => format!("deleted by {rule}"),
        (Some("skip"), _) if anywhere => format!("admitted, {rule} does not apply"),
        (Some("skip"), _) => format!("skipped by {rule}"),
        (Some(actual), _) => format!("{rule} says {actual}"),
        (None, _) => format!("{rule} says nothing"),
    }
}

fn facts(row: &Row) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !row.message.is_empty() {
        facts.push(fact(rule(row), &row.message));
    }
    facts.extend(row.path.as_deref().filter(|path| !path.is_empty()).map(|path| fact("Field", path)));
    facts
}

fn fact(label: &str, value: &str) -> Fact {
    Fact { label: label.to_string(), value: Some(value.to_string()) }
}
