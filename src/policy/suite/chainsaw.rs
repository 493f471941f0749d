//! Tests of Chainsaw, `chainsaw-test.yaml`, as far as they apply objects and expect them to be admitted or refused.
//!
//! The format is that of `chainsaw.kyverno.io/v1alpha1`. Nothing is run: what a test asserts of the cluster is passed
//! over, and what changes it in another way is told as [`Act::Other`].

use crate::kube::to_json;
use crate::source::yaml::{self, Node};
use serde_json::Value;
use std::ops::Range;

/// One test.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it does, in order, with the bytes of each operation.
    pub acts: Vec<(Range<usize>, Act)>,
    /// The namespace that objects are put into which name none; one with a random name when it is not stated.
    pub namespace: Option<String>,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Objects are sent.
    Apply {
        /// The objects.
        objects: Objects,
        /// They are expected to be refused, not admitted.
        refused: bool,
    },
    /// An object is changed by a merge patch that names it.
    Patch(Value),
    /// Anything else that may change the cluster, by its name; after it nothing is known.
    Other(String),
}

/// Where objects stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Objects {
    /// In a file beside the test, as written.
    File(String),
    /// In the test itself: one object.
    Here(Value),
}

/// Operations that only look, or wait.
const LOOKS: [&str; 9] =
    ["assert", "error", "wait", "get", "describe", "events", "podLogs", "sleep", "description"];

impl Scenario {
    /// The tests of a file.
    ///
    /// # Errors
    /// When it is no YAML: why, and where.
    pub fn read(text: &str) -> Result<Vec<Scenario>, (String, Range<usize>)> {
        let documents = yaml::parse(text).map_err(|error| (error.message, error.span))?;
        let is_test = |document: &&Node| text_at(document, &["kind"]) == Some("Test");
        Ok(documents.iter().filter(is_test).map(Scenario::of).collect())
    }

    fn of(document: &Node) -> Scenario {
        let steps = document.at(["spec", "steps"]).map(Node::items).unwrap_or_default();
        let tries = steps.iter().filter_map(|step| step.get("try")).flat_map(Node::items);
        let acts = tries.filter_map(|one| Some((one.span.clone(), act(one)?))).collect();
        Scenario { acts, namespace: text_at(document, &["spec", "namespace"]).map(str::to_string) }
    }
}

fn act(operation: &Node) -> Option<Act> {
    let entry = operation.entries().iter().find(|entry| entry.key.as_str() != Some("description"))?;
    let (name, body) = (entry.key.as_str()?, &entry.value);
    match name {
        _ if LOOKS.contains(&name) => None,
        "apply" | "create" => Some(match (objects(body), refused(body)) {
            (Some(objects), Some(refused)) => Act::Apply { objects, refused },
            _ => Act::Other(format!("{name} with expectations of its own")),
        }),
        "patch" if refused(body) == Some(false) => Some(match body.get("resource") {
            Some(resource) => Act::Patch(to_json(resource)),
            None => Act::Other(name.to_string()),
        }),
        _ => Some(Act::Other(name.to_string())),
    }
}

fn objects(body: &Node) -> Option<Objects> {
    match (text_at(body, &["file"]), body.get("resource")) {
        (Some(file), _) => Some(Objects::File(file.to_string())),
        (None, Some(resource)) => Some(Objects::Here(to_json(resource))),
        (None, None) => None,
    }
}

/// Is the request expected to be refused? `None` when the test asks for something else.
fn refused(body: &Node) -> Option<bool> {
    let expects = body.get("expect").map(Node::items).unwrap_or_default();
    let [expect] = expects else { return expects.is_empty().then_some(false) };
    let [check] = expect.get("check")?.entries() else { return None };
    let wanted = check.value.as_bool().filter(|_| expect.get("match").is_none())?;
    let said: String = check.key.as_str()?.split_whitespace().collect();
    match said.as_str() {
        "($error!=null)" => Some(wanted),
        "($error==null)" => Some(!wanted),
        _ => None,
    }
}

fn text_at<'a>(node: &'a Node, path: &[&str]) -> Option<&'a str> {
    node.at(path.iter().copied())?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = "apiVersion: chainsaw.kyverno.io/v1alpha1
kind: Test
metadata: {name: t}
spec:
  namespace: shop
  steps:
  - name: policy
    try:
    - apply: {file: ../p.yaml}
    - patch: {resource: {kind: ClusterPolicy, metadata: {name: p}, spec: {a: b}}}
    - assert: {file: ready.yaml}
  - name: objects
    try:
    - create: {file: good.yaml}
    - apply:
        expect:
        - check: {($error != null): true}
        resource: {kind: Pod}
    - apply: {file: a.yaml, expect: [{check: {($error): no}}]}
    - script: {content: x}
";

    #[test]
    fn a_test_is_read_as_what_it_sends_and_expects() {
        let [test] = &Scenario::read(TEST).unwrap()[..] else { panic!() };
        assert_eq!(test.namespace.as_deref(), Some("shop"));
        let acts: Vec<&Act> = test.acts.iter().map(|(_, act)| act).collect();
        let file = |name: &str| Act::Apply { objects: Objects::File(name.into()), refused: false };
        assert_eq!(*acts[0], file("../p.yaml"));
        assert!(matches!(acts[1], Act::Patch(patch) if patch["spec"]["a"] == "b"));
        assert_eq!(*acts[2], file("good.yaml"));
        let Act::Apply { objects: Objects::Here(object), refused: true } = acts[3] else { panic!() };
        assert_eq!(object["kind"], "Pod");
        assert_eq!(*acts[4], Act::Other("apply with expectations of its own".into()));
        assert_eq!(*acts[5], Act::Other("script".into()));
        assert_eq!(acts.len(), 6);
        assert!(Scenario::read("a: [").is_err());
    }
}
