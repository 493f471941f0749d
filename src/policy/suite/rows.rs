//! From responses to rows.

use super::compare::{is_about, same};
use super::load::{Files, Loaded, load, operation};
use super::read::{Expected, Problem, Suite};
use crate::kube::{Resource, read};
use crate::policy::admission::{self, are_plain};
use crate::policy::context::{Context, Operation};
use crate::policy::model::{Policy, PolicyKind, RuleKind};
use crate::policy::request::Subject;
use crate::policy::response::{RuleResponse, Status, as_written};
use crate::policy::{engine, gofmt};
use serde_json::Value;

/// How an expected result came out for one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As expected.
    Agrees,
    /// Not as expected.
    Differs,
    /// Nothing was tested; the command line counts this as passed. The reason is one phrase.
    NotExercised(String),
    /// Needs a feature that this evaluator lacks.
    Unsupported(String),
    /// The policy is one that Kyverno refuses, for this reason.
    Invalid(String),
}

/// One expected result for one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which of the suite's results this belongs to.
    pub result: usize,
    /// The policy, as the result names it.
    pub policy: String,
    /// The rule that answered, or that was expected to.
    pub rule: String,
    /// The object: `namespace/name` or `name`.
    pub resource: String,
    /// The object's kind.
    pub kind: String,
    /// What the suite expects.
    pub expected: String,
    /// What was said: `pass`, `fail`, …; `None` when nothing was.
    pub actual: Option<String>,
    /// How it came out.
    pub outcome: Outcome,
    /// The message of the rule, or why the outcome is what it is.
    pub message: String,
    /// The field that decided.
    pub path: Option<String>,
    /// The field of the policy that decided.
    pub policy_path: Option<String>,
    /// An object before and after a rule that changed it, the rules of the policy before it included.
    pub change: Option<(Value, Value)>,
    /// The objects that a rule generated.
    pub generated: Vec<Value>,
}

/// The rows of a suite and what was wrong with its files.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// One row for every expected result, object and rule.
    pub rows: Vec<Row>,
    /// Files that are missing or cannot be read, policies that are refused.
    pub problems: Vec<Problem>,
}

impl Suite {
    /// The rows of this suite. `files` gives the text of a file by the path that the suite writes.
    pub fn run(&self, files: &dyn Fn(&str) -> Option<String>) -> Report {
        let loaded = load(self, files);
        let run = Run { suite: self, files, loaded: &loaded };
        let rows = self.results.iter().enumerate().flat_map(|(index, expected)| run.result(index, expected));
        Report { rows: rows.collect(), problems: loaded.problems.clone() }
    }
}

struct Run<'r> {
    suite: &'r Suite,
    files: Files<'r>,
    loaded: &'r Loaded,
}

/// An object of a suite with what was said about it.
struct Checked<'r> {
    resource: &'r Resource,
    subject: Subject,
    is_target: bool,
    responses: Vec<RuleResponse>,
}

impl Run<'_> {
    fn result(&self, index: usize, expected: &Expected) -> Vec<Row> {
        let name = expected.policy.rsplit('/').next().unwrap_or_default();
        let policy = self.loaded.policies.iter().find(|policy| policy.name == name);
        let mut rows = self.payloads(index, expected, policy);
        let objects = self.objects(expected);
        rows.extend(objects.iter().flat_map(|object| self.object(index, expected, policy, object)));
        let absent: Vec<&str> = self.absent(expected).collect();
        let reason = |name: &str| Outcome::NotExercised(format!("no object is called {name}"));
        if absent.len() == expected.resources.len() {
            // The command line takes all objects for those that are not there.
            let agreeing = rows.iter_mut().filter(|row| row.outcome == Outcome::Agrees);
            agreeing.zip(absent.iter().cycle()).for_each(|(row, name)| row.outcome = reason(name));
        } else {
            let row = |name: &&str| self.row(index, expected, name, None, reason(name), String::new());
            rows.extend(absent.iter().map(row));
        }
        if rows.is_empty() {
            // The command line has no row for it, and nobody sees that nothing was tried.
            let reason = "nothing is said about any object that it names";
            let outcome = Outcome::NotExercised(reason.to_string());
            let names = expected.resources.join(", ");
            rows.push(self.row(index, expected, &names, None, outcome, reason.to_string()));
        }
        rows
    }

    /// A row that belongs to no Kubernetes object.
    fn row(
        &self,
        index: usize,
        expected: &Expected,
        name: &str,
        actual: Option<String>,
        outcome: Outcome,
        message: String,
    ) -> Row {
        Row {
            result: index,
            policy: expected.policy.clone(),
            rule: expected.rule.clone(),
            resource: name.to_string(),
            kind: String::new(),
            expected: expected.result.clone(),
            actual,
            outcome,
            message,
            path: None,
            policy_path: None,
            change: None,
            generated: Vec::new(),
        }
    }

    /// Rows for payloads that are no Kubernetes objects.
    fn payloads(&self, index: usize, expected: &Expected, policy: Option<&Policy>) -> Vec<Row> {
        let row = |file: &str, actual: Option<String>, outcome: Outcome, message: String| {
            self.row(index, expected, file, actual, outcome, message)
        };
        let mut rows = Vec::new();
        for key in
            ["httpPayloads", "envoyPayloads"].into_iter().filter(|key| !self.suite.body[*key].is_null())
        {
            rows.push(row(key, None, Outcome::Unsupported(key.to_string()), format!("unsupported: {key}")));
        }
        let all = &self.loaded.payloads;
        let named = |file: &str| expected.resources.iter().any(|wanted| wanted == file);
        let some = all.iter().any(|(file, _)| named(file));
        for (file, payload) in all.iter().filter(|(file, _)| named(file) || !some) {
            let verdict = policy.and_then(|policy| admission::payload(policy, payload, &self.loaded.context));
            let Some(verdict) = verdict else { continue };
            let actual = verdict.status.word().to_string();
            let outcome = match (&verdict.unsupported, actual == expected.result) {
                (Some(feature), _) => Outcome::Unsupported(feature.clone()),
                (None, true) => Outcome::Agrees,
                (None, false) => Outcome::Differs,
            };
            rows.push(row(file, Some(actual), outcome, verdict.message));
        }
        rows
    }

    /// The names of a result that no object or payload has. The command line passes them over.
    fn absent<'e>(&'e self, expected: &'e Expected) -> impl Iterator<Item = &'e str> {
        let context = &self.loaded.context;
        let names = |resource: &Resource, wanted: &str| {
            let subject = Subject::of(resource, context);
            wanted == resource.name || wanted == format!("{}/{}", subject.namespace, resource.name)
        };
        let is_there = move |wanted: &str| {
            self.loaded.resources.iter().chain(&context.targets).any(|resource| names(resource, wanted))
                || self.loaded.payloads.iter().any(|(file, _)| file == wanted)
        };
        expected.resources.iter().map(String::as_str).filter(move |wanted| !is_there(wanted))
    }

    /// The objects that a result names; all, if none has such a name.
    fn objects(&self, expected: &Expected) -> Vec<Checked<'_>> {
        let context = &self.loaded.context;
        let all = self.loaded.resources.iter().map(|one| (one, false));
        let all: Vec<_> = all.chain(context.targets.iter().map(|one| (one, true))).collect();
        let subject = |resource: &Resource| Subject::of(resource, context);
        let named = |resource: &Resource| {
            let (subject, name) = (subject(resource), resource.name.as_str());
            let full = format!("{}/{name}", subject.namespace);
            expected.resources.iter().any(|wanted| wanted == name || *wanted == full)
        };
        let mut chosen: Vec<_> = all.iter().filter(|(resource, _)| named(resource)).copied().collect();
        if chosen.is_empty() {
            chosen = all;
        }
        chosen.into_iter().map(|(resource, is_target)| self.checked(resource, is_target, expected)).collect()
    }

    fn checked<'s>(&'s self, resource: &'s Resource, is_target: bool, expected: &Expected) -> Checked<'s> {
        let mut context = self.loaded.context.clone();
        context.operation = operation(expected).unwrap_or_default();
        if self.is_always_created(expected) {
            context.operation = Operation::Create;
            context.values.global.shift_remove("request.operation");
        }
        let subject = Subject::of(resource, &context);
        let responses = match is_target {
            true => self.on_target(&subject, &context),
            false => self.said(resource, &context),
        };
        Checked { resource, subject, is_target, responses }
    }

    /// The command line hands every object to Kubernetes' own policies as one that is created.
    fn is_always_created(&self, expected: &Expected) -> bool {
        use PolicyKind::{MutatingAdmissionPolicy, ValidatingAdmissionPolicy};
        let name = expected.policy.rsplit('/').next().unwrap_or_default();
        let policy = self.loaded.policies.iter().find(|policy| policy.name == name);
        policy.is_some_and(|one| matches!(one.kind, ValidatingAdmissionPolicy | MutatingAdmissionPolicy))
    }

    fn said(&self, resource: &Resource, context: &Context) -> Vec<RuleResponse> {
        let policies: Vec<&Policy> =
            self.loaded.policies.iter().filter(|policy| !self.is_refused(policy)).collect();
        engine::evaluate(&policies, resource, context)
    }

    fn is_refused(&self, policy: &Policy) -> bool {
        self.loaded.refused.iter().any(|(name, _)| *name == policy.name)
    }

    /// What triggers made of a target.
    fn on_target(&self, target: &Subject, context: &Context) -> Vec<RuleResponse> {
        let triggers = self.loaded.resources.iter().flat_map(|resource| self.said(resource, context));
        // A change that cannot be told is told as such for every target.
        let untold =
            |response: &RuleResponse| response.unsupported.is_some() && response.kind == RuleKind::Mutate;
        triggers
            .filter(|response| match &response.target {
                Some(object) => is_about(object, &target.object),
                None => untold(response),
            })
            .collect()
    }

    fn object(
        &self,
        index: usize,
        expected: &Expected,
        policy: Option<&Policy>,
        object: &Checked,
    ) -> Vec<Row> {
        let row = |rule: &str, actual: Option<String>, outcome: Outcome, message: &str| Row {
            result: index,
            policy: expected.policy.clone(),
            rule: rule.to_string(),
            resource: display(&object.subject),
            kind: object.resource.gvk.kind.clone(),
            expected: expected.result.clone(),
            actual,
            outcome,
            message: message.to_string(),
            path: None,
            policy_path: None,
            change: None,
            generated: Vec::new(),
        };
        let Some(policy) = policy else {
            return vec![row(&expected.rule, None, Outcome::Differs, "the suite has no policy of this name")];
        };
        if let Some((_, reason)) = self.loaded.refused.iter().find(|(name, _)| *name == policy.name) {
            return vec![row(&expected.rule, None, Outcome::Invalid(reason.clone()), reason)];
        }
        let own: Vec<&RuleResponse> =
            object.responses.iter().filter(|response| response.policy == policy.name).collect();
        let named = own.iter().filter(|response| is_named(policy, expected, response));
        let mut rows = Vec::new();
        for response in named {
            for (outcome, actual) in self.judge(expected, object, response, &own) {
                let made = row(&response.rule, Some(actual), outcome, &response.message);
                rows.push(Row {
                    path: response.path.clone(),
                    policy_path: response.policy_path.clone(),
                    change: change(object, response),
                    generated: response.generated.clone(),
                    ..made
                });
            }
        }
        if !rows.is_empty() || (object.is_target && own.is_empty()) {
            return rows;
        }
        vec![match self.always_answers(policy, object, &own) {
            true => {
                let reason = if own.is_empty() {
                    "no rule matches the object"
                } else {
                    "no rule of this name answers"
                };
                row(&expected.rule, None, Outcome::NotExercised(reason.to_string()), reason)
            }
            false => row(&expected.rule, None, Outcome::Differs, "the policy does not match the object"),
        }]
    }

    /// Does the command line have an answer of this policy even if no rule matched? Those rows count as passed.
    fn always_answers(&self, policy: &Policy, object: &Checked, own: &[&RuleResponse]) -> bool {
        use PolicyKind as Kind;
        if !own.is_empty() {
            return true;
        }
        match policy.kind {
            Kind::ClusterPolicy | Kind::Policy => {
                let only_generates = policy.rules.iter().all(|rule| rule.kind == RuleKind::Generate);
                !only_generates && !object.is_target
            }
            Kind::ValidatingAdmissionPolicy => true,
            Kind::ValidatingPolicy
            | Kind::NamespacedValidatingPolicy
            | Kind::MutatingPolicy
            | Kind::NamespacedMutatingPolicy => !are_plain(&policy.spec()["matchConstraints"]),
            _ => false,
        }
    }

    /// One response against the expectation: several outcomes for several generated objects, none for a
    /// patched object that the expected file does not have.
    fn judge(
        &self,
        expected: &Expected,
        object: &Checked,
        response: &RuleResponse,
        own: &[&RuleResponse],
    ) -> Vec<(Outcome, String)> {
        let actual = response.status.word().to_string();
        if let Some(feature) = &response.unsupported {
            return vec![(Outcome::Unsupported(feature.clone()), actual)];
        }
        let by_status = match actual == expected.result {
            true => Outcome::Agrees,
            false => Outcome::Differs,
        };
        if let (RuleKind::Mutate, Some(path)) = (response.kind, &expected.patched) {
            let after = after(object, response, own);
            return match self.wanted(path).iter().find(|wanted| is_about(wanted, &after)) {
                None if expected.fail_on_missing => vec![(Outcome::Differs, actual)],
                None => {
                    let reason = "the expected file does not have the object".to_string();
                    vec![(Outcome::NotExercised(reason), actual)]
                }
                Some(wanted) if !same(wanted, &after) => vec![(Outcome::Differs, actual)],
                Some(_) => vec![(by_status, actual)],
            };
        }
        if !response.generated.is_empty() && !expected.generated.is_empty() {
            let wanted: Vec<Value> = expected.generated.iter().flat_map(|path| self.wanted(path)).collect();
            let judge = |made: &Value| match wanted.iter().any(|wanted| same(wanted, made)) {
                true => by_status.clone(),
                false => Outcome::Differs,
            };
            return response.generated.iter().map(|made| (judge(made), actual.clone())).collect();
        }
        if response.kind == RuleKind::Generate
            && response.status == Status::Pass
            && !expected.generated.is_empty()
            && by_status == Outcome::Agrees
        {
            let reason = "the rule generates nothing to compare".to_string();
            return vec![(Outcome::NotExercised(reason), actual)];
        }
        vec![(by_status, actual)]
    }

    /// The objects of an expected file.
    fn wanted(&self, path: &str) -> Vec<Value> {
        let text = (self.files)(path).unwrap_or_default();
        read(&text).0.into_iter().map(|resource| resource.body).collect()
    }
}

/// The object after all that the policy did to it.
fn after(object: &Checked, response: &RuleResponse, own: &[&RuleResponse]) -> Value {
    if let Some(target) = &response.target {
        return response.patched.clone().unwrap_or_else(|| target.clone());
    }
    let last = own.iter().rev().find_map(|one| one.patched.clone().filter(|_| one.target.is_none()));
    last.unwrap_or_else(|| gofmt::with_integers(&object.subject.object))
}

/// What the rule changed: its target, or the object that was submitted.
fn change(object: &Checked, response: &RuleResponse) -> Option<(Value, Value)> {
    let before = response.target.clone().unwrap_or_else(|| object.resource.body.clone());
    let mut after = response.patched.clone()?;
    as_written(&mut after, &before);
    Some((before, after))
}

/// Is the response one of the rule that is meant? Kinds without named rules answer as a whole.
fn is_named(policy: &Policy, expected: &Expected, response: &RuleResponse) -> bool {
    let rule = expected.rule.as_str();
    rule.is_empty()
        || !policy.kind.has_rules()
        || response.rule == rule
        || response.rule == format!("autogen-{rule}")
        || response.rule == format!("autogen-cronjob-{rule}")
}

fn display(subject: &Subject) -> String {
    match subject.namespace.as_str() {
        "" => subject.name().to_string(),
        namespace => format!("{namespace}/{}", subject.name()),
    }
}
