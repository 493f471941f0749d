//! From a resource to a policy.

use super::model::{About, Action, Override, Policy, PolicyKind, Rule, RuleKind};
use crate::kube::Resource;
use crate::kube::selector::Selector;
use serde_json::Value;
use std::ops::Range;

/// Why a resource is not a policy that can be used, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One phrase, lower case.
    pub reason: String,
    /// The field that it is about: `/spec/rules/0/match/`.
    pub path: String,
    /// The field's bytes in the text that was read.
    pub place: Option<Range<usize>>,
}

impl Refusal {
    pub(crate) fn new(resource: &Resource, path: impl Into<String>, reason: impl Into<String>) -> Refusal {
        let path = path.into();
        Refusal { reason: reason.into(), place: resource.place(&path), path }
    }
}

impl Policy {
    /// Is this resource a policy of a recognised kind?
    pub fn is_policy(resource: &Resource) -> bool {
        PolicyKind::of(&resource.gvk.group, &resource.gvk.kind).is_some()
    }

    /// The policy that a resource writes.
    ///
    /// # Errors
    /// When its kind is not recognised or its shape leaves nothing to evaluate: no name, a rule without a name
    /// or with another number of bodies than one. A policy without rules loads, as in Kyverno, and says nothing.
    pub fn load(resource: &Resource) -> Result<Policy, Refusal> {
        let refuse = |path: &str, reason: &str| Refusal::new(resource, path, reason);
        let kind = PolicyKind::of(&resource.gvk.group, &resource.gvk.kind)
            .ok_or_else(|| refuse("/kind/", "this is not a kind of policy"))?;
        if resource.name.is_empty() {
            return Err(refuse("/metadata/", "the policy has no name"));
        }
        let spec = &resource.body["spec"];
        if !spec.is_object() {
            return Err(refuse("/spec/", "the policy has no spec"));
        }
        let rules = if kind.has_rules() { rules(resource, spec)? } else { Vec::new() };
        let namespace =
            kind.is_namespaced().then(|| resource.namespace.clone().unwrap_or_else(|| "default".to_string()));
        Ok(Policy {
            kind,
            api_version: resource.gvk.api_version(),
            name: resource.name.clone(),
            namespace,
            about: about(resource),
            annotations: resource.annotations.clone(),
            action: action(spec),
            overrides: overrides(&spec["validationFailureActionOverrides"]),
            background: spec["background"].as_bool().unwrap_or(true),
            matches: subjects(kind, spec, &rules),
            rules,
            place: resource.span(),
            body: resource.body.clone(),
        })
    }
}

fn about(resource: &Resource) -> About {
    let stated = |name: &str| {
        let text = resource.annotations.get(&format!("policies.kyverno.io/{name}"))?.trim();
        (!text.is_empty()).then(|| text.to_string())
    };
    About {
        title: stated("title"),
        category: stated("category"),
        severity: stated("severity"),
        subject: stated("subject"),
        description: stated("description"),
        min_version: stated("minversion"),
    }
}

/// `validationFailureAction` of the kinds with rules, the strongest of `validationActions` of the others.
fn action(spec: &Value) -> Option<Action> {
    let classic = spec["validationFailureAction"].as_str().and_then(Action::parse);
    let actions = spec["validationActions"].as_array().into_iter().flatten();
    classic.or_else(|| actions.filter_map(Value::as_str).filter_map(Action::parse).max())
}

fn overrides(value: &Value) -> Vec<Override> {
    let one = |value: &Value| {
        Some(Override {
            action: Action::parse(value["action"].as_str()?)?,
            namespaces: texts(&value["namespaces"]),
            selector: value.get("namespaceSelector").and_then(|selector| Selector::parse(selector).ok()),
        })
    };
    value.as_array().into_iter().flatten().filter_map(one).collect()
}

fn rules(resource: &Resource, spec: &Value) -> Result<Vec<Rule>, Refusal> {
    let refuse = |path: String, reason: &str| Refusal::new(resource, path, reason);
    let mut rules: Vec<Rule> = Vec::new();
    for (index, body) in spec["rules"].as_array().into_iter().flatten().enumerate() {
        let path = format!("/spec/rules/{index}/");
        let name = body["name"].as_str().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| refuse(path.clone(), "the rule has no name"))?;
        if rules.iter().any(|rule| rule.name == name) {
            return Err(refuse(format!("{path}name/"), "two rules of the policy have this name"));
        }
        let kind = rule_kind(body).ok_or_else(|| {
            refuse(path.clone(), "a rule has exactly one of validate, mutate, generate and verifyImages")
        })?;
        rules.push(rule(name, kind, body, resource.place(&path)));
    }
    Ok(rules)
}

fn rule(name: &str, kind: RuleKind, body: &Value, place: Option<Range<usize>>) -> Rule {
    let validate = &body["validate"];
    Rule {
        name: name.to_string(),
        kind,
        matches: kinds(&body["match"]),
        message: validate["message"].as_str().map(str::to_string),
        action: validate["failureAction"]
            .as_str()
            .or_else(|| body["verifyImages"][0]["failureAction"].as_str())
            .and_then(Action::parse),
        overrides: overrides(&validate["failureActionOverrides"]),
        place,
        body: body.clone(),
    }
}

fn rule_kind(body: &Value) -> Option<RuleKind> {
    let all = [RuleKind::Validate, RuleKind::Mutate, RuleKind::Generate, RuleKind::VerifyImages];
    let mut present = all.into_iter().filter(|kind| match &body[kind.word()] {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    });
    present.next().filter(|_| present.next().is_none())
}

/// The kinds that a `match` names, in order, without duplicates.
fn kinds(block: &Value) -> Vec<String> {
    let lists = ["any", "all"].iter().flat_map(|key| block[*key].as_array().into_iter().flatten());
    unique(lists.chain([block]).flat_map(|filter| texts(&filter["resources"]["kinds"])))
}

fn subjects(kind: PolicyKind, spec: &Value, rules: &[Rule]) -> Vec<String> {
    if kind.has_rules() {
        return unique(rules.iter().flat_map(|rule| rule.matches.iter().cloned()));
    }
    let constraints = spec["matchConstraints"]["resourceRules"].as_array();
    let plurals = |rule: &Value| {
        let groups = texts(&rule["apiGroups"]);
        let name = move |plural: String| match groups.first().map(String::as_str) {
            None | Some("") => plural,
            Some(group) => format!("{group}/{plural}"),
        };
        texts(&rule["resources"]).into_iter().map(name).collect::<Vec<_>>()
    };
    unique(kinds(&spec["match"]).into_iter().chain(constraints.into_iter().flatten().flat_map(plurals)))
}

fn unique(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.fold(Vec::new(), |mut seen, text| {
        if !seen.contains(&text) {
            seen.push(text);
        }
        seen
    })
}

/// The texts of a list; anything else in it is left out.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::read;

    const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: limits
  annotations:
    policies.kyverno.io/severity: Medium
spec:
  validationFailureAction: Enforce
  validationFailureActionOverrides:
  - {action: Audit, namespaces: [\"dev-*\"]}
  rules:
  - name: memory
    match: {any: [{resources: {kinds: [Pod, Deployment]}}]}
    validate: {message: no limit, pattern: {spec: {x: 1}}}
";

    fn load(text: &str) -> Result<Policy, Refusal> {
        Policy::load(&read(text).0[0])
    }

    #[test]
    fn a_policy_is_described_as_stated() {
        let policy = load(POLICY).unwrap();
        assert_eq!((policy.about.severity.as_deref(), &policy.about.title), (Some("Medium"), &None));
        assert_eq!(policy.matches, ["Pod", "Deployment"]);
        assert!(POLICY[policy.rules[0].place.clone().unwrap()].starts_with("name: memory"));
        let action = |namespace: &str| policy.action_for("autogen-memory", namespace, &Default::default());
        assert_eq!((action("dev-a"), action("prod")), (Action::Audit, Action::Enforce));
    }

    #[test]
    fn what_cannot_be_evaluated_is_refused_with_its_place() {
        let text = POLICY.replace("    validate: {message: no limit, pattern: {spec: {x: 1}}}\n", "");
        let refusal = load(&text).unwrap_err();
        assert_eq!(refusal.path, "/spec/rules/0/");
        assert!(text[refusal.place.unwrap()].starts_with("name: memory"));
        assert!(load("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n").is_err());
    }

    #[test]
    fn other_kinds_are_recognised_and_described() {
        let policy = load("apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: v}\nspec:\n  validationActions: [Audit]\n  matchConstraints:\n    resourceRules:\n    - {apiGroups: [apps], apiVersions: [v1], resources: [deployments]}\n").unwrap();
        assert_eq!(policy.kind.word(), "ValidatingPolicy");
        assert_eq!(
            (policy.matches, policy.action),
            (vec!["apps/deployments".to_string()], Some(Action::Audit))
        );
    }
}
