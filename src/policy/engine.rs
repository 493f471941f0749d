//! The order of evaluation: which rules speak, and what each says.

use super::context::Context;
use super::exceptions::{self, Excuse};
use super::model::{Policy, RuleKind};
use super::request::Request;
use super::response::{RuleResponse, Status, Verdict};
use super::scope::Scope;
use super::trace::{Explanation, Trace};
use super::{admission, autogen, generate, gofmt, matching, mutate, validate, verify_images};
use crate::kube::Resource;
use serde_json::Value;
use std::borrow::Cow;

/// What the rules of `policies` say about `resource`, in Kyverno's order: all that mutate, each on what the
/// one before made; then those that verify images, validate and generate, on the patched resource. A rule
/// that does not match says nothing.
pub fn evaluate(policies: &[&Policy], resource: &Resource, context: &Context) -> Vec<RuleResponse> {
    run(policies, Request::new(resource, context))
}

/// The same with the steps of every rule, also of those that do not match and say nothing.
pub fn explain(
    policies: &[&Policy],
    resource: &Resource,
    context: &Context,
) -> (Vec<RuleResponse>, Vec<Explanation>) {
    let trace = Trace::recording();
    let request = Request { trace: trace.clone(), ..Request::new(resource, context) };
    let responses = run(policies, request);
    (responses, trace.finish())
}

fn run(policies: &[&Policy], mut request: Request) -> Vec<RuleResponse> {
    let mut responses = Vec::new();
    let classic: Vec<&Policy> = policies.iter().copied().filter(|policy| policy.kind.has_rules()).collect();
    let has = |policy: &&&Policy, kind: RuleKind| policy.rules.iter().any(|rule| rule.kind == kind);
    for policy in classic.iter().filter(|policy| has(policy, RuleKind::Mutate)) {
        let mut own = request.under(&policy.name);
        responses.extend(mutated(policy, &mut own));
        request.subject.object = own.subject.object;
        if responses.last().is_some_and(|last| last.status == Status::Error) {
            // Kyverno is left without an object, about which nothing more can be said.
            return responses;
        }
    }
    for kind in [RuleKind::VerifyImages, RuleKind::Validate, RuleKind::Generate] {
        for policy in classic.iter().filter(|policy| has(policy, kind)) {
            responses.extend(said(policy, kind, &request.under(&policy.name)));
        }
    }
    for policy in policies.iter().filter(|policy| admission::is_mutating(policy.kind)) {
        let said = admission::mutate(policy, policies, &request.under(&policy.name));
        request.trace.close(policy, "", said.len());
        for (rule, verdict, shown) in said {
            if let (Some(patched), None) = (&verdict.patched, &verdict.target) {
                request.subject.object = patched.clone();
            }
            let verdict = Verdict { patched: shown, ..verdict };
            responses.push(respond(policy, &rule, RuleKind::Mutate, verdict));
        }
    }
    let others = |policy: &&&Policy| !policy.kind.has_rules() && !admission::is_mutating(policy.kind);
    for policy in policies.iter().filter(others) {
        let said = admission::evaluate(policy, policies, &request.under(&policy.name));
        request.trace.close(policy, "", usize::from(said.is_some()));
        responses.extend(said.map(|(kind, rule, verdict)| respond(policy, &rule, kind, verdict)));
    }
    responses
}

/// The names of the rules of `policy` that speak about `resource` at all, preconditions aside: with
/// `autogen-` for rules made for pod controllers. A policy without named rules stands under its own name.
/// Empty means that a verdict about it would be vacuous.
pub fn matching_rules(policy: &Policy, resource: &Resource, context: &Context) -> Vec<String> {
    let request = Request::new(resource, context).under(&policy.name);
    if !policy.kind.has_rules() {
        let matching = admission::matches(policy, &request);
        return matching.then(|| policy.name.clone()).into_iter().collect();
    }
    if admission::admits(policy, &request) == Ok(false) {
        return Vec::new();
    }
    let rules = autogen::rules(policy, Some(&resource.gvk.kind));
    let matching = rules.iter().filter(|rule| matching::matches(policy, rule, &request));
    matching.map(|rule| rule_name(rule).to_string()).collect()
}

/// The mutate rules one after another; the request's object changes with them.
fn mutated(policy: &Policy, request: &mut Request) -> Vec<RuleResponse> {
    let asked = admission::admits(policy, request);
    if asked == Ok(false) {
        request.trace.close(policy, "", 0);
        return Vec::new();
    }
    let mut responses = Vec::new();
    for rule in of_kind(policy, RuleKind::Mutate, None) {
        if !matching::matches(policy, &rule, request) {
            request.trace.close(policy, rule_name(&rule), 0);
            continue;
        }
        let verdicts = match &asked {
            Err(trouble) => vec![trouble.clone().verdict()],
            Ok(_) => prepared(policy, &rule, request, |rule, scope, _| mutate::rule(rule, scope)),
        };
        request.trace.close(policy, rule_name(&rule), verdicts.len());
        let applied = verdicts.iter().any(|verdict| verdict.status == Status::Pass);
        let broken = verdicts.iter().any(|verdict| verdict.status == Status::Error);
        for mut verdict in verdicts {
            if let (Some(patched), None) = (&verdict.patched, &verdict.target) {
                request.subject.object = patched.clone();
            }
            verdict.patched = verdict.patched.as_ref().map(gofmt::with_integers);
            verdict.target = verdict.target.as_ref().map(gofmt::with_integers);
            responses.push(respond(policy, rule_name(&rule), RuleKind::Mutate, verdict));
        }
        if broken || (applied && applies_one(policy)) {
            break;
        }
    }
    responses
}

/// The rules of one kind that do not change the resource.
fn said(policy: &Policy, kind: RuleKind, request: &Request) -> Vec<RuleResponse> {
    let made_for = (kind != RuleKind::Generate).then_some(request.subject.gvk.kind.as_str());
    let asked = admission::admits(policy, request);
    if asked == Ok(false) {
        request.trace.close(policy, "", 0);
        return Vec::new();
    }
    let mut responses = Vec::new();
    for rule in of_kind(policy, kind, made_for) {
        if !matching::matches(policy, &rule, request) {
            request.trace.close(policy, rule_name(&rule), 0);
            continue;
        }
        let verdicts = match &asked {
            Err(trouble) => vec![trouble.clone().verdict()],
            Ok(_) => prepared(policy, &rule, request, |rule, scope, controls| match kind {
                RuleKind::Validate => validate::rule(rule, scope, controls).into_iter().collect(),
                RuleKind::Generate => vec![generate::rule(rule, scope)],
                RuleKind::VerifyImages => verify_images::rule(rule, scope).into_iter().collect(),
                other => vec![Verdict::unsupported(format!("{} rules", other.word()))],
            }),
        };
        request.trace.close(policy, rule_name(&rule), verdicts.len());
        let decided = verdicts.iter().any(|verdict| matches!(verdict.status, Status::Pass | Status::Fail));
        responses
            .extend(verdicts.into_iter().map(|verdict| respond(policy, rule_name(&rule), kind, verdict)));
        if decided && applies_one(policy) {
            break;
        }
    }
    responses
}

/// Context and preconditions first, then exceptions, then the body, which is told of further exclusions of the
/// Pod Security Standards.
fn prepared(
    policy: &Policy,
    rule: &Value,
    request: &Request,
    body: impl FnOnce(&Value, &mut Scope, &[Value]) -> Vec<Verdict>,
) -> Vec<Verdict> {
    let mut scope = Scope::new(request);
    if let Some(values) = request.context.values.of_rule(&policy.name, rule_name(rule)) {
        scope.add_values(values);
    }
    scope.declare(&rule["context"]);
    let preconditions = rule.get("preconditions").filter(|value| !value.is_null());
    scope.enter("preconditions/");
    if let Some(verdict) = preconditions.and_then(|value| mutate::preconditions(value, &mut scope)) {
        let decided = scope.decided.take().map_or_else(|| "preconditions/".to_string(), |(path, _)| path);
        return vec![verdict.by(decided)];
    }
    match exceptions::of_rule(policy, rule, &mut scope) {
        Excuse::Skip(verdict) | Excuse::Undecided(verdict) => vec![*verdict],
        Excuse::PodSecurity(controls) => body(rule, &mut scope, &controls),
        Excuse::None => body(rule, &mut scope, &[]),
    }
}

/// `applyRules: One`: the first rule that decided ends it.
fn applies_one(policy: &Policy) -> bool {
    policy.spec()["applyRules"].as_str() == Some("One")
}

fn of_kind<'a>(policy: &'a Policy, kind: RuleKind, made_for: Option<&str>) -> Vec<Cow<'a, Value>> {
    if !policy.rules.iter().any(|rule| rule.kind == kind) {
        return Vec::new();
    }
    autogen::rules(policy, made_for).into_iter().filter(|rule| rule.get(kind.word()).is_some()).collect()
}

fn rule_name(rule: &Value) -> &str {
    rule["name"].as_str().unwrap_or_default()
}

fn respond(policy: &Policy, rule: &str, kind: RuleKind, verdict: Verdict) -> RuleResponse {
    let status = match verdict.status {
        Status::Fail if !policy.is_scored() => Status::Warn,
        status => status,
    };
    RuleResponse {
        policy: policy.name.clone(),
        policy_kind: policy.kind,
        policy_namespace: policy.namespace.clone(),
        rule: rule.to_string(),
        kind,
        status,
        message: verdict.message,
        path: verdict.path,
        policy_path: verdict.rule_path.map(|path| policy_path(policy, rule, &path)),
        patched: verdict.patched,
        target: verdict.target,
        generated: verdict.generated,
        unsupported: verdict.unsupported,
        unstable: verdict.unstable,
    }
}

/// The path within the policy as written of a path within a rule, which may be made for pod controllers.
fn policy_path(policy: &Policy, rule: &str, path: &str) -> String {
    let Some(own) = policy.rule(rule) else { return format!("/spec/{path}") };
    let index = policy.rules.iter().position(|one| one.name == own.name).unwrap_or_default();
    let wrapped = match own.name == rule {
        true => "",
        false if rule.starts_with("autogen-cronjob-") => "spec/jobTemplate/spec/template/",
        false => "spec/template/",
    };
    format!("/spec/rules/{index}/{}", unwrapped(path, wrapped))
}

/// Patterns of rules made for pod controllers lie below the template of the Pod.
fn unwrapped(path: &str, wrapped: &str) -> String {
    let head = match path.strip_prefix("validate/") {
        Some(rest) if rest.starts_with("pattern/") => "validate/pattern/".len(),
        Some(rest) if rest.starts_with("anyPattern/") => {
            let index = &rest["anyPattern/".len()..];
            "validate/anyPattern/".len() + index.find('/').map_or(index.len(), |at| at + 1)
        }
        _ => return path.to_string(),
    };
    let (head, rest) = path.split_at(head.min(path.len()));
    format!("{head}{}", rest.strip_prefix(wrapped).unwrap_or(rest))
}
