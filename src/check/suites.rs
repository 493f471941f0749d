//! The test suites beside the policies, run.

use crate::diag::{Diagnostic, codes};
use crate::kube::{self, Resource};
use crate::policy::suite::{Outcome, Problem, Row, Suite};
use crate::source::yaml::{self, Node};
use crate::source::{SitePath, SourceFile, Sources, Span};
use std::sync::Arc;

/// The name by which suites are found, as the Kyverno command line finds them.
pub(super) const FILE_NAME: &str = "kyverno-test.yaml";
/// The folder beside a policy in which Kyverno's own library keeps its suite.
pub(super) const FOLDER: &str = ".kyverno-test";

/// A suite and what came of it.
#[derive(Debug, Clone)]
pub struct SuiteRun {
    /// The file that it stands in.
    pub file: Arc<SourceFile>,
    /// The files of the policies that it tries.
    pub policies: Vec<SitePath>,
    /// What it states for each of its results.
    pub stated: Vec<Stated>,
    /// What it gives beside policies and objects: `variables`, `userinfo`, …
    pub gives: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The objects of its resource files.
    pub objects: Vec<Object>,
}

impl SuiteRun {
    /// One in which nothing was tried yet.
    pub(super) fn empty(file: &Arc<SourceFile>) -> SuiteRun {
        SuiteRun {
            file: Arc::clone(file),
            policies: Vec::new(),
            stated: Vec::new(),
            gives: Vec::new(),
            rows: Vec::new(),
            objects: Vec::new(),
        }
    }
}

/// What a suite states for one of its results, beside what it expects.
#[derive(Debug, Clone)]
pub struct Stated {
    /// The operation of the request.
    pub operation: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// An object of a suite.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, when it states one.
    pub namespace: Option<String>,
    /// Its manifest as it is written, comments above it included.
    pub text: String,
}

/// Run every suite of `file`; second, what is wrong with them.
pub(super) fn run(file: &Arc<SourceFile>, sources: &Sources) -> (Vec<SuiteRun>, Vec<Diagnostic>) {
    let text = file.text().unwrap_or_default();
    let folder = file.path().parent();
    let (suites, problems) = Suite::read(text);
    let documents = yaml::parse(text).unwrap_or_default();
    let mut found: Vec<Diagnostic> =
        problems.iter().map(|one| problem(one, file, &folder, sources)).collect();
    found.extend(suites.iter().flat_map(|suite| &suite.notes).map(|one| {
        let found = problem(one, file, &folder, sources);
        let span = found.span.unwrap_or_else(|| file.span(0, 0));
        Diagnostic::new(&codes::POLICY_DEPRECATED, span, one.message.clone())
    }));
    let beside = |path: &str| {
        let path = folder.join(path);
        let file = if path.is_outside() { None } else { sources.get(&path) };
        file.and_then(|file| file.text().map(str::to_string))
    };
    let mut runs = Vec::new();
    for (suite, document) in suites.into_iter().zip(&documents) {
        let report = suite.run(&beside);
        found.extend(report.problems.iter().map(|one| problem(one, file, &folder, sources)));
        found.extend(report.rows.iter().filter_map(|row| judge(row, file, document)));
        let texts = suite.resources.iter().filter_map(|path| beside(path));
        runs.push(SuiteRun {
            file: Arc::clone(file),
            policies: suite.policies.iter().map(|path| folder.join(path)).collect(),
            stated: (suite.results.iter().enumerate())
                .map(|(at, result)| Stated {
                    operation: result.operation.clone(),
                    span: place(at, file, document),
                })
                .collect(),
            gives: suite.gives(),
            rows: report.rows,
            objects: texts.flat_map(|text| objects(&text)).collect(),
        });
    }
    (runs, found)
}

/// The objects of a file, as they are written.
pub(super) fn objects(text: &str) -> Vec<Object> {
    let object = |resource: &Resource| {
        let span = resource.span()?;
        let mark = text.get(..span.start)?.rfind("\n---");
        let start = mark.map_or(0, |at| text[at + 1..].find('\n').map_or(at, |line| at + line + 2));
        Some(Object {
            kind: resource.gvk.kind.clone(),
            name: resource.name.clone(),
            namespace: resource.namespace.clone(),
            text: format!("{}\n", text.get(start..span.end)?.trim()),
        })
    };
    kube::read(text).0.iter().filter_map(object).collect()
}

fn problem(problem: &Problem, test: &SourceFile, folder: &SitePath, sources: &Sources) -> Diagnostic {
    let named = match problem.file.as_str() {
        "" => None,
        path => sources.get(&folder.join(path)),
    };
    let file = named.as_deref().unwrap_or(test);
    let own = named.is_some() || problem.file.is_empty();
    let place = problem.place.clone().filter(|_| own).unwrap_or(0..0);
    Diagnostic::new(&codes::TEST_FILE, file.span(place.start, place.end), problem.message.clone())
}

/// A row that does not agree, as a finding at the result that expects it.
fn judge(row: &Row, file: &SourceFile, document: &Node) -> Option<Diagnostic> {
    let name = format!("{}/{}", row.policy, row.rule);
    let object = format!("{} `{}`", row.kind, row.resource);
    let (code, message) = match &row.outcome {
        Outcome::Agrees => return None,
        Outcome::Differs => {
            let actual = row.actual.as_deref().unwrap_or("nothing");
            let message = format!("expected {} of {name} for {object}, but it says {actual}", row.expected);
            (&codes::TEST_DIFFERS, message)
        }
        Outcome::NotExercised(reason) => {
            (&codes::TEST_NOT_EXERCISED, format!("nothing was tried for {object} and {name}: {reason}"))
        }
        Outcome::Unsupported(feature) => (
            &codes::CLAIM_NOT_CHECKED,
            format!("not decided for {object} and {name}: {feature} is not evaluated"),
        ),
        Outcome::Invalid(reason) => {
            (&codes::TEST_FILE, format!("Kyverno would refuse `{}`: {reason}", row.policy))
        }
    };
    let found = Diagnostic::new(code, place(row.result, file, document), message);
    Some(if row.message.is_empty() { found } else { found.label(row.message.clone()) })
}

/// Where the suite says what it expects of its result number `at`.
fn place(at: usize, file: &SourceFile, document: &Node) -> Span {
    let result = document.get("results").and_then(|results| results.items().get(at));
    let expected = result.and_then(|result| result.get("result")).or(result);
    expected.map_or_else(|| file.span(0, 0), |node| file.span(node.span.start, node.span.end))
}
