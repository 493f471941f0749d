//! A test file as written.

use crate::kube::to_json;
use crate::policy::load::texts;
use crate::source::yaml;
use serde_json::Value;
use std::ops::Range;

/// What is wrong with a suite or one of its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the suite names it; empty for the test file itself.
    pub file: String,
    /// One phrase, lower case.
    pub message: String,
    /// The bytes of that file that it is about.
    pub place: Option<Range<usize>>,
}

impl Problem {
    pub(super) fn new(file: &str, message: impl Into<String>, place: Option<Range<usize>>) -> Problem {
        Problem { file: file.to_string(), message: message.into(), place }
    }
}

/// One document of a test file.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name; may be empty.
    pub name: String,
    /// The policy files, as written.
    pub policies: Vec<String>,
    /// The resource files, as written.
    pub resources: Vec<String>,
    /// The expected results, in order.
    pub results: Vec<Expected>,
    /// The bytes of the document.
    pub place: Range<usize>,
    /// Older forms of the file, which the command line of 1.19 refuses and which are read here all the same.
    pub notes: Vec<Problem>,
    pub(super) body: Value,
}

impl Suite {
    /// What the suite gives beside policies and objects, as its keys: `variables`, `userinfo`, …
    pub fn gives(&self) -> Vec<&'static str> {
        let keys = [
            "variables",
            "values",
            "userinfo",
            "context",
            "exceptions",
            "clusterResources",
            "paramResources",
        ];
        keys.into_iter().filter(|key| !self.body[*key].is_null()).collect()
    }
}

/// One expected result.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The policy's name; a namespace before it counts for nothing.
    pub policy: String,
    /// The rule's name; empty for all rules.
    pub rule: String,
    /// Names of objects, `name` or `namespace/name`; empty for all.
    pub resources: Vec<String>,
    /// `pass`, `fail`, `skip`, `warn` or `error`.
    pub result: String,
    /// `CREATE`, `UPDATE` or `DELETE`.
    pub operation: Option<String>,
    /// The file with the objects after mutation.
    pub patched: Option<String>,
    /// The files with the objects that a rule generates.
    pub generated: Vec<String>,
    /// The file with the object that a rule copies.
    pub clone_source: Option<String>,
    /// Is a patched object that the expected file does not have a difference?
    pub fail_on_missing: bool,
    /// The bytes of the entry.
    pub place: Range<usize>,
}

/// The keys of a suite and of its results. Case does not matter.
const KEYS: [&str; 22] = [
    "name",
    "apiVersion",
    "kind",
    "metadata",
    "policies",
    "resources",
    "targetResources",
    "variables",
    "values",
    "userinfo",
    "context",
    "exceptions",
    "clusterResources",
    "paramResources",
    "jsonPayload",
    "jsonPayloads",
    "httpPayloads",
    "envoyPayloads",
    "apiCallResponses",
    "globalContextEntries",
    "results",
    "checks",
];
const RESULT_KEYS: [&str; 24] = [
    "policy",
    "rule",
    "resources",
    "resourceSpecs",
    "kind",
    "result",
    "operation",
    "patchedResources",
    "generatedResource",
    "generatedResources",
    "cloneSourceResource",
    "failOnMissingResources",
    "isValidatingAdmissionPolicy",
    "isValidatingPolicy",
    "isImageValidatingPolicy",
    "isMutatingPolicy",
    "isMutatingAdmissionPolicy",
    "isGeneratingPolicy",
    "isDeletingPolicy",
    "resource",
    "status",
    "namespace",
    "patchedResource",
    "isNamespacedValidatingPolicy",
];

impl Suite {
    /// Every document of a test file. Unknown keys are problems, as the command line refuses them.
    pub fn read(text: &str) -> (Vec<Suite>, Vec<Problem>) {
        let documents = match yaml::parse(text) {
            Ok(documents) => documents,
            Err(error) => return (Vec::new(), vec![Problem::new("", error.message, Some(error.span))]),
        };
        let mut problems = Vec::new();
        let suites = documents.iter().map(|node| suite(node, &mut problems)).collect();
        (suites, problems)
    }
}

fn suite(node: &yaml::Node, problems: &mut Vec<Problem>) -> Suite {
    check_keys(node, &KEYS, problems);
    let body = canonical(&to_json(node), &KEYS);
    let mut notes = old_keys(node, &[("name", "metadata.name"), ("checks", "results")]);
    if body["apiVersion"].is_null() || body["kind"].is_null() {
        let message = "an older form: a test file has `apiVersion: cli.kyverno.io/v1alpha1` and `kind: Test`";
        notes.push(Problem::new("", message, Some(node.span.start..node.span.start)));
    }
    let entry =
        |key: &str| node.entries().iter().find(|entry| is_key(entry.key.as_str(), key)).map(|e| &e.value);
    let results = entry("results").map(yaml::Node::items).unwrap_or_default();
    for node in results {
        notes.extend(old_keys(node, &OLD_RESULT_KEYS));
    }
    let results = results.iter().map(|node| {
        check_keys(node, &RESULT_KEYS, problems);
        expected(&canonical(&to_json(node), &RESULT_KEYS), node.span.clone())
    });
    Suite {
        results: results.collect(),
        name: body["metadata"]["name"].as_str().or(body["name"].as_str()).unwrap_or_default().to_string(),
        policies: texts(&body["policies"]),
        resources: texts(&body["resources"]),
        place: node.span.clone(),
        notes,
        body,
    }
}

/// Keys of results that were replaced, with what stands in their place.
const OLD_RESULT_KEYS: [(&str, &str); 4] = [
    ("resource", "resources"),
    ("status", "result"),
    ("namespace", "resources: [NAMESPACE/NAME]"),
    ("patchedResource", "patchedResources"),
];

fn old_keys(node: &yaml::Node, old: &[(&str, &str)]) -> Vec<Problem> {
    let note = |entry: &yaml::Entry| {
        let name = entry.key.as_str()?;
        let (_, newer) = old.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        let message = format!("an older form: `{name}` is written `{newer}`");
        Some(Problem::new("", message, Some(entry.key.span.clone())))
    };
    node.entries().iter().filter_map(note).collect()
}

pub(super) fn is_key(written: Option<&str>, key: &str) -> bool {
    written.is_some_and(|written| written.eq_ignore_ascii_case(key))
}

pub(super) fn check_keys(node: &yaml::Node, known: &[&str], problems: &mut Vec<Problem>) {
    for entry in node.entries() {
        let name = entry.key.as_str().unwrap_or_default();
        if !known.iter().any(|key| is_key(Some(name), key)) {
            let message = format!("`{name}` is no key here");
            problems.push(Problem::new("", message, Some(entry.key.span.clone())));
        }
    }
}

/// The map with its keys in their usual spelling.
fn canonical(value: &Value, known: &[&str]) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let spelled = |key: &String| {
        known.iter().find(|one| is_key(Some(key), one)).map_or(key.clone(), |one| (*one).into())
    };
    Value::Object(map.iter().map(|(key, value)| (spelled(key), value.clone())).collect())
}

fn expected(body: &Value, place: Range<usize>) -> Expected {
    let text = |key: &str| body[key].as_str().filter(|text| !text.is_empty()).map(str::to_string);
    let mut resources = texts(&body["resources"]);
    resources.extend(text("resource").map(|name| match text("namespace") {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name,
    }));
    for spec in body["resourceSpecs"].as_array().into_iter().flatten() {
        let part = |key: &str| spec[key].as_str().unwrap_or_default();
        resources.push(match part("namespace") {
            "" => part("name").to_string(),
            namespace => format!("{namespace}/{}", part("name")),
        });
    }
    let mut generated = texts(&body["generatedResources"]);
    generated.extend(text("generatedResource"));
    Expected {
        policy: text("policy").unwrap_or_default(),
        rule: text("rule").unwrap_or_default(),
        resources,
        result: text("result").or_else(|| text("status")).unwrap_or_default(),
        operation: text("operation"),
        patched: text("patchedResources").or_else(|| text("patchedResource")),
        generated,
        clone_source: text("cloneSourceResource"),
        fail_on_missing: body["failOnMissingResources"] == Value::Bool(true),
        place,
    }
}
