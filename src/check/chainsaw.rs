//! The tests of Chainsaw beside the policies, decided instead of run: what each object that they send comes to.

use super::admission::{Admission, Answer};
use super::candidate::Candidate;
use super::library;
use super::suites::{self, Object, Stated, SuiteRun};
use crate::diag::{Diagnostic, codes};
use crate::kube::{self, Resource, merge_patch, scope};
use crate::policy::suite::chainsaw::{Act, Objects, Scenario};
use crate::policy::suite::{Outcome, Row};
use crate::policy::{Context, Policy, PolicyKind};
use crate::source::{SitePath, SourceFile, Sources, Span, yaml};
use serde_json::Value;
use std::sync::Arc;

/// The name by which tests are found, as Chainsaw finds them.
pub(super) const FILE_NAME: &str = "chainsaw-test.yaml";
/// The folder beside a policy in which Kyverno's own library keeps its test.
pub(super) const FOLDER: &str = ".chainsaw-test";
/// Chainsaw makes a namespace with a name like this for what states none.
const NAMESPACE: &str = "chainsaw";

/// Decide every test of `file`; second, what is wrong with them.
pub(super) fn run(file: &Arc<SourceFile>, sources: &Sources) -> (Vec<SuiteRun>, Vec<Diagnostic>) {
    match Scenario::read(file.text().unwrap_or_default()) {
        Ok(tests) => {
            let runs = tests.iter().map(|test| Run::new(file, test, sources).all(test));
            let (runs, found): (Vec<_>, Vec<_>) = runs.unzip();
            (runs, found.concat())
        }
        Err((message, place)) => {
            let span = file.span(place.start, place.end);
            (Vec::new(), vec![Diagnostic::new(&codes::TEST_FILE, span, message)])
        }
    }
}

/// A test on its way.
struct Run<'a> {
    file: &'a SourceFile,
    sources: &'a Sources,
    namespace: &'a str,
    /// The policies in force, as they are now.
    policies: Vec<(Resource, Policy, Span)>,
    context: Context,
    done: SuiteRun,
    found: Vec<Diagnostic>,
}

impl<'a> Run<'a> {
    fn new(file: &'a Arc<SourceFile>, test: &'a Scenario, sources: &'a Sources) -> Run<'a> {
        let namespace = test.namespace.as_deref().unwrap_or(NAMESPACE);
        let done = SuiteRun::empty(file);
        let (policies, context, found) = (Vec::new(), Context::default(), Vec::new());
        Run { file, sources, namespace, policies, context, done, found }
    }

    fn all(mut self, test: &Scenario) -> (SuiteRun, Vec<Diagnostic>) {
        for (place, act) in &test.acts {
            let span = self.file.span(place.start, place.end);
            let open = match act {
                Act::Apply { objects, refused } => self.apply(objects, *refused, span),
                Act::Patch(patch) => self.patch(patch),
                Act::Other(name) => Err(format!("what `{name}` changes is not known")),
            };
            if let Err(why) = open {
                let message = format!("the test is not decided from here on: {why}");
                self.found.push(Diagnostic::new(&codes::CLAIM_NOT_CHECKED, span, message));
                break;
            }
        }
        (self.done, self.found)
    }

    /// Send objects.
    ///
    /// # Errors
    /// Why nothing is known afterwards.
    fn apply(&mut self, objects: &Objects, refused: bool, span: Span) -> Result<(), String> {
        let (text, path) = match objects {
            Objects::File(name) => {
                let path = self.file.path().parent().join(name);
                let file = if path.is_outside() { None } else { self.sources.get(&path) };
                let text = file.as_ref().and_then(|file| file.text()).map(str::to_string);
                let Some(text) = text else {
                    let message = format!("there is no file `{name}`");
                    self.found.push(Diagnostic::new(&codes::TEST_FILE, span, message));
                    return Err("one of its files is missing".to_string());
                };
                (text, Some(path))
            }
            Objects::Here(object) => (yaml::to_string(object)?, None),
        };
        if text.contains("($") {
            return Err("an object is a template".to_string());
        }
        let (resources, errors) = kube::read(&text);
        if !errors.is_empty() {
            return Err("a file cannot be read".to_string());
        }
        let written = suites::objects(&text);
        for (resource, written) in resources.iter().zip(written) {
            match Policy::is_policy(resource) {
                true if refused => {}
                true => self.policy(resource, path.as_ref(), span)?,
                false => self.object(resource, written, refused, span),
            }
        }
        Ok(())
    }

    fn policy(&mut self, resource: &Resource, path: Option<&SitePath>, span: Span) -> Result<(), String> {
        let policy = library::load(resource)
            .map_err(|refusal| format!("Kyverno would refuse `{}`: {}", resource.name, refusal.reason))?;
        if policy.kind == PolicyKind::PolicyException {
            self.context.exceptions.push(policy);
            return Ok(());
        }
        self.policies.retain(|(old, ..)| !is_same(old, resource));
        self.policies.push((resource.clone(), policy, span));
        self.done.policies.extend(path.cloned());
        Ok(())
    }

    fn patch(&mut self, patch: &Value) -> Result<(), String> {
        let meant = |body: &Value| {
            body["kind"] == patch["kind"] && body["metadata"]["name"] == patch["metadata"]["name"]
        };
        let Some((resource, policy, _)) = self.policies.iter_mut().find(|(one, ..)| meant(&one.body)) else {
            return Ok(());
        };
        let mut body = resource.body.clone();
        merge_patch::merge(&mut body, patch.clone());
        let changed = Resource::from_json(body)?;
        self.done.gives.extend(self.done.gives.is_empty().then_some("a patch of the policy"));
        *policy = library::load(&changed).map_err(|refusal| refusal.reason)?;
        *resource = changed;
        Ok(())
    }

    fn object(&mut self, resource: &Resource, written: Object, refused: bool, span: Span) {
        let mut placed = resource.clone();
        if placed.namespace.is_none() && !scope::is_cluster_scoped(&placed.gvk, &[]) {
            placed.namespace = Some(self.namespace.to_string());
            placed.body["metadata"]["namespace"] = self.namespace.into();
        }
        if placed.gvk.kind == "Namespace" && placed.gvk.group.is_empty() && !refused {
            self.context.namespaces.insert(placed.name.clone(), placed.labels.clone());
        }
        if self.policies.is_empty() {
            return;
        }
        let candidates: Vec<Candidate<'_>> = self
            .policies
            .iter()
            .map(|(_, policy, span)| Candidate { policy, span: *span, name: *span })
            .collect();
        let admission = Admission::of(&candidates, &placed, &self.context);
        let about = About { object: &written, body: &placed.body, result: self.done.stated.len() };
        let rows = about.rows(&admission, refused);
        self.found.extend(rows.iter().filter_map(|row| judge(row, span)));
        self.done.stated.push(Stated { operation: None, span });
        self.done.rows.extend(rows);
        self.done.objects.push(written);
    }
}

/// The object that rows are about.
struct About<'a> {
    object: &'a Object,
    body: &'a Value,
    result: usize,
}

impl About<'_> {
    /// What the test expects of the object beside what came of it: one row for each rule that has a say in it.
    fn rows(&self, admission: &Admission<'_>, refused: bool) -> Vec<Row> {
        let denials: Vec<&Answer> = admission.denials().chain(admission.errors()).collect();
        let open = admission.undecided().find(|answer| !answer.refuses_by_error());
        let differs = |message: &str| Row { message: message.to_string(), ..self.row(Outcome::Differs) };
        match (refused, denials.is_empty(), open) {
            (true, false, _) => denials.iter().map(|answer| self.of(answer, Outcome::Agrees)).collect(),
            (false, false, _) => denials
                .iter()
                .map(|answer| Row { expected: "pass".to_string(), ..self.of(answer, Outcome::Differs) })
                .collect(),
            (_, true, Some(answer)) => {
                let feature = answer.response.unsupported.clone();
                let feature = feature.unwrap_or_else(|| answer.response.message.clone());
                vec![self.of(answer, Outcome::Unsupported(feature))]
            }
            (true, true, None) => match admission.answers.first() {
                Some(answer) => {
                    vec![Row { expected: "fail".to_string(), ..self.of(answer, Outcome::Differs) }]
                }
                None => vec![differs("no rule speaks about it")],
            },
            (false, true, None) => {
                admission.answers.iter().map(|answer| self.of(answer, Outcome::Agrees)).collect()
            }
        }
    }

    fn row(&self, outcome: Outcome) -> Row {
        let Object { kind, name, namespace, .. } = self.object;
        Row {
            result: self.result,
            policy: String::new(),
            rule: String::new(),
            resource: namespace.as_ref().map_or(name.clone(), |namespace| format!("{namespace}/{name}")),
            kind: kind.clone(),
            expected: "fail".to_string(),
            actual: None,
            outcome,
            message: String::new(),
            path: None,
            policy_path: None,
            change: None,
            generated: Vec::new(),
        }
    }

    /// What a rule answers, expected as it is.
    fn of(&self, answer: &Answer<'_>, outcome: Outcome) -> Row {
        let response = &answer.response;
        let word = response.status.word().to_string();
        Row {
            policy: response.policy.clone(),
            rule: response.rule.clone(),
            expected: word.clone(),
            actual: Some(word),
            message: response.message.clone(),
            path: response.path.clone(),
            policy_path: response.policy_path.clone(),
            change: response.patched.clone().map(|after| (self.body.clone(), after)),
            generated: response.generated.clone(),
            ..self.row(outcome)
        }
    }
}

/// A row that does not agree, as a finding at the operation that sends the object.
fn judge(row: &Row, span: Span) -> Option<Diagnostic> {
    let object = format!("{} `{}`", row.kind, row.resource);
    let (code, message) = match &row.outcome {
        Outcome::Differs if row.expected == "pass" => {
            let by = format!("{}/{}", row.policy, row.rule);
            (&codes::TEST_DIFFERS, format!("expected {object} to be admitted, but {by} denies it"))
        }
        Outcome::Differs => {
            (&codes::TEST_DIFFERS, format!("expected {object} to be refused, but no policy denies it"))
        }
        Outcome::Unsupported(feature) => {
            (&codes::CLAIM_NOT_CHECKED, format!("not decided for {object}: {feature}"))
        }
        _ => return None,
    };
    let found = Diagnostic::new(code, span, message);
    Some(if row.message.is_empty() { found } else { found.label(row.message.clone()) })
}

fn is_same(one: &Resource, other: &Resource) -> bool {
    one.gvk == other.gvk && one.name == other.name && one.namespace == other.namespace
}
