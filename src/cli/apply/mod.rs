//! `runproof apply`

mod explain;
mod load;
mod report;

use super::args::{ApplyArgs, ApplyFormat};
use super::terminal::Terminal;
use super::{Failure, Outcome};
use crate::diag::visible;
use crate::kube::{Resource, scope};
use crate::policy::{self, Explanation, Policy, RuleKind, RuleResponse, Status, Step};
use load::{Loaded, World};
use serde_json::Value;
use std::path::Path;

/// What one rule says about one resource.
struct Answer<'w> {
    policy: &'w Loaded<Policy>,
    resource: &'w Loaded<()>,
    /// The resource's namespace, also where it is not written.
    namespace: String,
    response: RuleResponse,
    /// The object that the rule changed, before.
    before: Value,
    /// Did this answer end what was asked about the resource? A mutate rule with an error leaves no object.
    is_last: bool,
    /// How it came about, when that was asked for.
    steps: Vec<Step>,
}

/// A rule that says nothing about a resource, and why.
struct Silence<'w> {
    resource: &'w Loaded<()>,
    explanation: Explanation,
}

/// What all policies say about all resources.
#[derive(Default)]
struct Said<'w> {
    answers: Vec<Answer<'w>>,
    silences: Vec<Silence<'w>>,
}

pub(super) fn run(args: &ApplyArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let world = load::load(args)?;
    for line in world.refused.iter().chain(&world.problems) {
        terminal.complain(&format!("error: {}\n", visible(line, false)));
    }
    for line in &world.doubts {
        terminal.complain(&format!("{}\n", visible(line, false)));
    }
    let Said { answers, silences } = said(&world, args.explain);
    for answer in answers.iter().filter(|answer| answer.is_last) {
        terminal.say(&report::stopped(answer));
    }
    match (args.policy_report, args.format) {
        (true, _) => terminal.print(&report::policy_report(&answers)?),
        (false, ApplyFormat::Json) => {
            terminal.print(&report::json(&answers, args.explain));
            terminal.print(&explain::json(&silences));
        }
        (false, ApplyFormat::Human) => {
            terminal.print(&report::human(&answers, args.output.is_none()));
            terminal.print(&explain::human(&silences));
        }
    }
    if let Some(path) = &args.output {
        write(path, &report::objects(&answers)?, terminal)?;
    }
    let summary = report::summary(&answers);
    match args.policy_report || args.format == ApplyFormat::Json {
        true => terminal.say(&summary),
        false => terminal.print(&format!("\n{summary}\n")),
    }
    let failed = answers.iter().any(|one| matches!(one.response.status, Status::Fail | Status::Error));
    let broken = !world.refused.is_empty() || !world.problems.is_empty();
    Ok(if failed || broken { Outcome::Findings } else { Outcome::Clean })
}

fn said(world: &World, explain: bool) -> Said<'_> {
    let mut said = Said::default();
    for resource in &world.resources {
        about(world, resource, explain, &mut said);
    }
    said
}

/// The responses, each with its steps when they are asked for, and the rules that give none.
fn responses(
    policies: &[&Policy],
    resource: &Resource,
    world: &World,
    explain: bool,
) -> (Vec<(RuleResponse, Vec<Step>)>, Vec<Explanation>) {
    if !explain {
        let found = policy::evaluate(policies, resource, &world.context).into_iter();
        return (found.map(|response| (response, Vec::new())).collect(), Vec::new());
    }
    let (found, explanations) = policy::explain(policies, resource, &world.context);
    let (spoken, silent): (Vec<_>, Vec<_>) = explanations.into_iter().partition(|one| one.responses > 0);
    let steps = spoken.into_iter().flat_map(|one| std::iter::repeat_n(one.steps, one.responses));
    (found.into_iter().zip(steps).collect(), silent)
}

/// What all policies say about one resource.
fn about<'w>(world: &'w World, resource: &'w Loaded<()>, explain: bool, said: &mut Said<'w>) {
    let policies: Vec<&Policy> = world.policies.iter().map(|one| &one.what).collect();
    let mut current = resource.resource.body.clone();
    let (responses, silent) = responses(&policies, &resource.resource, world, explain);
    let silences = silent.into_iter().map(|explanation| Silence { resource, explanation });
    said.silences.extend(silences);
    for (mut response, steps) in responses {
        let own = |one: &&Loaded<Policy>| response.is_of(&one.what);
        let Some(policy) = world.policies.iter().find(own) else { continue };
        let before = response.target.clone().unwrap_or_else(|| current.clone());
        if let Some(patched) = &mut response.patched {
            policy::as_written(patched, &before);
            if response.target.is_none() {
                current = patched.clone();
            }
        }
        let is_last = response.kind == RuleKind::Mutate
            && response.status == Status::Error
            && policy.what.kind.has_rules()
            && policies.len() > 1;
        let namespace = namespace(&resource.resource, world);
        said.answers.push(Answer { policy, resource, namespace, response, before, is_last, steps });
    }
}

fn namespace(resource: &Resource, world: &World) -> String {
    match &resource.namespace {
        Some(namespace) => namespace.clone(),
        None if scope::is_cluster_scoped(&resource.gvk, &world.context.kinds) => String::new(),
        None => "default".to_string(),
    }
}

fn write(path: &Path, text: &str, terminal: &Terminal) -> Result<(), Failure> {
    if path == Path::new("-") {
        terminal.print(text);
        return Ok(());
    }
    std::fs::write(path, text).map_err(|error| Failure::of_file(path, &error))
}
