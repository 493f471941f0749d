//! Test suites as documentation: the objects that they try, with what the policy says of each.

use super::library::{Entry, Library};
use super::suites::SuiteRun;
use super::view::{ExampleView, Fact, State, Strip};
use crate::kube;
use crate::markdown;
use crate::policy::suite::{Outcome, Row};
use crate::policy::{Action, RuleKind};

/// The number of results that suites state for this policy and that were evaluated.
pub(super) fn count(entry: &Entry, library: &Library) -> usize {
    rows(entry, library).filter(|(_, row)| matches!(row.outcome, Outcome::Agrees | Outcome::Differs)).count()
}

/// The objects that suites try on this policy: the smallest denied and the smallest admitted one first.
pub(super) fn of(entry: &Entry, library: &Library) -> Vec<ExampleView> {
    let mut examples: Vec<Example> = Vec::new();
    for (run, row) in rows(entry, library) {
        match examples.iter_mut().find(|one| one.is_about(row)) {
            Some(example) => example.rows.push(row),
            None => examples.extend(manifest(run, row).map(|text| Example { text, rows: vec![row] })),
        }
    }
    examples.sort_by_key(|example| example.text.len());
    let mut first: Vec<Example> = Vec::new();
    for fails in [true, false] {
        if let Some(at) = examples.iter().position(|example| example.fails() == fails) {
            first.push(examples.remove(at));
        }
    }
    first.extend(examples);
    first.iter().map(|example| example.view(entry)).collect()
}

/// The results that suites state for this policy.
pub(super) fn rows<'a>(
    entry: &'a Entry,
    library: &'a Library,
) -> impl Iterator<Item = (&'a SuiteRun, &'a Row)> {
    let about = |run: &SuiteRun, row: &Row| {
        let folder = run.file.path().parent();
        let loads = run.suite.policies.iter().any(|path| folder.join(path) == *entry.file.path());
        loads && row.policy.rsplit('/').next() == Some(entry.policy.name.as_str())
    };
    let all = library.suites.iter().flat_map(|run| run.report.rows.iter().map(move |row| (run, row)));
    all.filter(move |(run, row)| about(run, row))
}

/// An object with the results that suites state for it.
struct Example<'a> {
    text: String,
    rows: Vec<&'a Row>,
}

impl Example<'_> {
    fn is_about(&self, row: &Row) -> bool {
        self.rows[0].resource == row.resource && self.rows[0].kind == row.kind
    }

    fn fails(&self) -> bool {
        self.rows.iter().any(|row| row.actual.as_deref() == Some("fail"))
    }

    fn view(&self, entry: &Entry) -> ExampleView {
        let row = self.rows[0];
        let name = row.resource.rsplit('/').next().unwrap_or_default();
        ExampleView {
            title: format!("{} {name}", row.kind),
            id: id(row),
            source: markdown::highlight_block("yaml", &self.text, &[]),
            strip: self.strip(entry),
        }
    }

    fn strip(&self, entry: &Entry) -> Strip {
        let state = self.state();
        let parts: Vec<String> = match state {
            State::Verified => self.rows.iter().map(|row| outcome(row, entry)).collect(),
            _ => self.rows.iter().map(|row| words(row, entry)).collect(),
        };
        let words = parts.join("; ");
        let expected: Vec<String> =
            self.rows.iter().map(|row| format!("{}: {}", row.rule, row.expected)).collect();
        let facts = self.rows.iter().flat_map(|row| facts(row));
        Strip {
            state,
            word: state.word(),
            claim: format!("the test suite expects {}", expected.join(", ")),
            words: if state == State::Verified { format!("Checked: {words}") } else { words },
            details: facts.collect(),
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
        self.rows
            .iter()
            .map(state)
            .max_by_key(|state| match state {
                State::Verified | State::Qualified => 0,
                State::Unchecked => 1,
                State::Invalid => 2,
                State::Contradicted => 3,
            })
            .unwrap_or(State::Unchecked)
    }
}

/// The id of the heading above the object of a row.
pub(super) fn id(row: &Row) -> String {
    format!("example-{}-{}", row.kind.to_lowercase(), row.resource.rsplit('/').next().unwrap_or_default())
}

/// The rule of a row; the policy, where rules have no names.
fn rule(row: &Row) -> &str {
    if row.rule.is_empty() { &row.policy } else { &row.rule }
}

/// What a row among others says: "Checked: denied by check-limits".
fn words(row: &Row, entry: &Entry) -> String {
    let rule = rule(row);
    match &row.outcome {
        Outcome::Agrees => format!("Checked: {}", outcome(row, entry)),
        Outcome::Differs => {
            format!("Does not agree: {rule} says {}", row.actual.as_deref().unwrap_or("nothing"))
        }
        Outcome::NotExercised(reason) => format!("Not exercised: {reason}"),
        Outcome::Unsupported(feature) => format!("Not checked: {feature} is not evaluated here"),
        Outcome::Invalid(reason) => format!("Cannot be checked: {reason}"),
    }
}

/// What was decided: "denied by check-limits".
fn outcome(row: &Row, entry: &Entry) -> String {
    let rule = rule(row);
    let validates = entry.policy.rule(&row.rule).is_none_or(|rule| rule.kind == RuleKind::Validate);
    let enforces = entry.policy.action_for(&row.rule, "default", &Default::default()) == Action::Enforce;
    match (row.actual.as_deref(), validates, enforces) {
        (Some("fail"), true, true) => format!("denied by {rule}"),
        (Some("fail"), true, false) => format!("reported by {rule}"),
        (Some("pass"), true, _) => format!("admitted by {rule}"),
        (Some("skip"), ..) => format!("skipped by {rule}"),
        (Some(actual), ..) => format!("{rule} says {actual}"),
        (None, ..) => format!("{rule} says nothing"),
    }
}

fn facts(row: &Row) -> Vec<Fact> {
    let fact = |label: &str, value: &str| Fact { label: label.to_string(), value: Some(value.to_string()) };
    let mut facts = Vec::new();
    if !row.message.is_empty() {
        facts.push(fact(rule(row), &row.message));
    }
    facts.extend(row.path.as_deref().filter(|path| !path.is_empty()).map(|path| fact("Field", path)));
    facts
}

/// The object of a row as it is written in the suite's files, comments above it included.
fn manifest(run: &SuiteRun, row: &Row) -> Option<String> {
    run.texts.iter().find_map(|text| {
        let (resources, _) = kube::read(text);
        let name = row.resource.rsplit('/').next();
        let resource =
            resources.iter().find(|one| Some(one.name.as_str()) == name && one.gvk.kind == row.kind)?;
        let span = resource.span()?;
        let start = text[..span.start]
            .rfind("\n---")
            .map_or(0, |at| text[at + 1..].find('\n').map_or(at, |line| at + line + 2));
        Some(format!("{}\n", text.get(start..span.end)?.trim()))
    })
}
