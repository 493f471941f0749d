//! The evaluator against observed behaviour of the Kyverno command line: one test a table.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a measure is printed, a broken table stops it"
)]

mod support;

use runproof::kube::Resource;
use runproof::policy::{Context, Operation, Policy, RuleResponse, User, check, evaluate, matching_rules};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::conformance::{Figures, record};

/// The lines of a table; `None`, with a word about it, where the tables are not at hand.
fn table(name: &str) -> Option<Vec<Value>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/kyverno/cases").join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()),
        Err(_) if std::env::var_os("CI").is_none() => {
            println!("skipped: ../shared is absent");
            None
        }
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

/// How many cases agree. Cases whose outcome hangs on Go's map order count with either outcome.
struct Tally {
    name: &'static str,
    agree: usize,
    total: usize,
    /// What does not agree: the feature that is lacking, or the case.
    apart: BTreeMap<String, usize>,
    unsupported: usize,
}

impl Tally {
    fn new(name: &'static str) -> Tally {
        Tally { name, agree: 0, total: 0, apart: BTreeMap::new(), unsupported: 0 }
    }

    fn count(&mut self, case: &Value, ours: &str, theirs: &str) {
        self.total += 1;
        let free = ["unstable", "order_dependent"].iter().any(|key| case[*key] == json!(true));
        if ours != theirs && !free {
            let what = match ours.strip_prefix("unsupported ") {
                Some(feature) => {
                    self.unsupported += 1;
                    feature.to_string()
                }
                None if self.name.ends_with("messages") => "wording".to_string(),
                None => case["id"].as_str().unwrap_or("a case without a name").to_string(),
            };
            *self.apart.entry(what).or_default() += 1;
        }
        match ours == theirs || free {
            true => self.agree += 1,
            false if std::env::var_os("SHOW_DIFFERENCES").is_some() => {
                println!("{}: {}: ours {ours}, theirs {theirs}\n    {case}", self.name, case["id"]);
            }
            false => {}
        }
    }

    fn at_least(self, floor: usize) {
        println!("{}: {}/{} agree", self.name, self.agree, self.total);
        assert!(
            self.agree >= floor,
            "{}: {} of {} agree, {floor} did before",
            self.name,
            self.agree,
            self.total
        );
        record(&Figures {
            table: self.name,
            equal: self.agree,
            different: self.total - self.agree - self.unsupported,
            unsupported: self.unsupported,
            idle: 0,
            apart: self.apart,
        });
    }
}

fn policy(spec: Value) -> Result<Policy, String> {
    let body = json!({
        "apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": {"name": "p"}, "spec": spec,
    });
    load(body)
}

fn load(body: Value) -> Result<Policy, String> {
    Policy::load(&whole(body)).map_err(|refusal| refusal.reason)
}

/// Whole numbers written as `80.0` reach the tool as `80`.
fn whole(body: Value) -> Resource {
    fn tidy(value: Value) -> Value {
        match value {
            Value::Number(number) => match number.as_f64() {
                Some(float) if float.fract() == 0.0 && float.abs() < 9e15 && !number.is_i64() => {
                    json!(float as i64)
                }
                _ => Value::Number(number),
            },
            Value::Array(items) => items.into_iter().map(tidy).collect(),
            Value::Object(map) => {
                Value::Object(map.into_iter().map(|(key, value)| (key, tidy(value))).collect())
            }
            other => other,
        }
    }
    Resource::from_json(tidy(body)).unwrap()
}

fn said(responses: &[RuleResponse]) -> String {
    let said = responses.iter().map(|response| match &response.unsupported {
        Some(feature) => format!("unsupported {feature}"),
        None => response.status.word().to_string(),
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "nothing".to_string() } else { said.join(",") }
}

#[test]
fn patterns() {
    let Some(cases) = table("patterns.jsonl") else { return };
    let (mut verdicts, mut messages) = (Tally::new("patterns"), Tally::new("patterns, messages"));
    for case in &cases {
        let mut validate = json!({"message": "msg"});
        let mut object = case["object"].clone();
        if case["kind"] == json!("leaf") {
            validate["pattern"] = json!({"spec": {"v": case["pattern"]}});
            let mut spec = json!({});
            if case["absent"] != json!(true) {
                spec["v"] = case["value"].clone();
            }
            object = json!({"apiVersion": "example.com/v1", "kind": "Probe", "metadata": {"name": "o"}, "spec": spec});
        } else if let Some(any) = case.get("anyPattern") {
            validate["anyPattern"] = any.clone();
        } else {
            validate["pattern"] = case["pattern"].clone();
        }
        let kinds = json!({"any": [{"resources": {"kinds": ["example.com/v1/Probe"]}}]});
        let loaded = policy(json!({"rules": [{"name": "r", "match": kinds, "validate": validate}]}));
        let theirs = case["result"].as_str().unwrap();
        if theirs == "rejected" {
            continue;
        }
        let responses = evaluate(&[&loaded.unwrap()], &whole(object), &Context::default());
        verdicts.count(case, &said(&responses), theirs);
        if let (Some(message), Some(response), Value::Null) =
            (case["message"].as_str(), responses.first(), &case["unstable_message"])
        {
            messages.count(case, &response.message, message);
        }
    }
    verdicts.at_least(7332);
    messages.at_least(4714);
}

#[test]
fn match_and_exclude() {
    let Some(cases) = table("match.jsonl") else { return };
    let mut tally = Tally::new("match");
    for case in &cases {
        let theirs = case["matched"].as_str().unwrap();
        if theirs == "rejected" {
            continue;
        }
        let mut rule = json!({"name": "r", "match": case["match"], "validate": {"message": "m", "deny": {}}});
        if let Some(exclude) = case.get("exclude") {
            rule["exclude"] = exclude.clone();
        }
        let loaded = policy(json!({"rules": [rule]})).unwrap();
        let ours = matching_rules(&loaded, &whole(case["object"].clone()), &context(case));
        let ours = if ours.iter().any(|rule| rule == "r") { "yes" } else { "no" };
        tally.count(case, ours, theirs);
    }
    tally.at_least(2301);
}

fn context(case: &Value) -> Context {
    let texts = |value: &Value| serde_json::from_value::<Vec<String>>(value.clone()).unwrap_or_default();
    let info = &case["userInfo"];
    let user = info.is_object().then(|| User {
        name: info["userInfo"]["username"].as_str().unwrap_or_default().to_string(),
        groups: texts(&info["userInfo"]["groups"]),
        roles: texts(&info["roles"]),
        cluster_roles: texts(&info["clusterRoles"]),
        ..User::default()
    });
    Context {
        operation: case["operation"].as_str().and_then(Operation::parse).unwrap_or_default(),
        user,
        namespaces: serde_json::from_value(case["namespaceLabels"].clone()).unwrap_or_default(),
        ..Context::default()
    }
}

#[test]
fn autogen() {
    let Some(cases) = table("autogen.jsonl") else { return };
    let (mut verdicts, mut messages) = (Tally::new("autogen"), Tally::new("autogen, messages"));
    for case in &cases {
        let Some(theirs) = case["responses"].as_array() else { continue };
        let Ok(policy) = load(case["policy"].clone()) else {
            verdicts.count(case, "refused", "");
            continue;
        };
        let mut ours = evaluate(&[&policy], &whole(case["object"].clone()), &Context::default());
        ours.sort_by(|one, two| one.rule.cmp(&two.rule));
        let line = |rule: &str, result: &str| format!("{rule}: {result}");
        let text: Vec<String> =
            ours.iter().map(|one| line(&one.rule, &said(std::slice::from_ref(one)))).collect();
        let wanted: Vec<String> = theirs
            .iter()
            .map(|one| line(one["rule"].as_str().unwrap(), one["result"].as_str().unwrap()))
            .collect();
        verdicts.count(case, &text.join("; "), &wanted.join("; "));
        if text == wanted {
            for (one, other) in ours.iter().zip(theirs) {
                messages.count(case, &one.message, other["message"].as_str().unwrap_or_default());
            }
        }
    }
    verdicts.at_least(587);
    messages.at_least(322);
}

#[test]
fn conditions() {
    let Some(cases) = table("conditions.jsonl") else { return };
    let mut tally = Tally::new("conditions");
    for case in &cases {
        if let Some(rule) = case.get("rule") {
            let mut rule = rule.clone();
            rule["name"] = json!("r");
            rule["match"] = json!({"any": [{"resources": {"kinds": ["example.com/v1/Probe"]}}]});
            let responses = policy(json!({"rules": [rule]})).map(|policy| probe(&policy, json!({})));
            tally.count(
                case,
                &responses.map_or("refused".into(), |all| said(&all)),
                case["rule_result"].as_str().unwrap(),
            );
            continue;
        }
        let theirs = case["result"].as_str().unwrap();
        if theirs == "rejected" {
            continue;
        }
        let condition = json!({"key": "{{ request.object.spec.k }}", "operator": case["operator"], "value": "{{ request.object.spec.v }}"});
        let validate = json!({"message": "m", "deny": {"conditions": {"any": [condition]}}});
        let kinds = json!({"any": [{"resources": {"kinds": ["example.com/v1/Probe"]}}]});
        let loaded = policy(json!({"rules": [{"name": "r", "match": kinds, "validate": validate}]})).unwrap();
        let ours = probe(&loaded, json!({"k": case["key"], "v": case["value"]}));
        let ours = match said(&ours).as_str() {
            "fail" => "true".to_string(),
            "pass" => "false".to_string(),
            // Where the tool crashes an error row is the right answer.
            "error" if theirs == "panic" => "panic".to_string(),
            other => other.to_string(),
        };
        tally.count(case, &ours, theirs);
    }
    tally.at_least(4813);
}

fn probe(policy: &Policy, spec: Value) -> Vec<RuleResponse> {
    let object =
        json!({"apiVersion": "example.com/v1", "kind": "Probe", "metadata": {"name": "o"}, "spec": spec});
    evaluate(&[policy], &whole(object), &Context::default())
}

#[test]
fn mutate() {
    let Some(cases) = table("mutate.jsonl") else { return };
    let (mut tally, mut messages) = (Tally::new("mutate"), Tally::new("mutate, messages"));
    for case in cases.iter().filter(|case| case["policy_kind"] == json!("ClusterPolicy")) {
        let theirs = case["result"].as_str().unwrap();
        if theirs == "rejected" {
            continue;
        }
        let mut rule = case["rule"].clone();
        rule["name"] = json!("r");
        rule["match"] = json!({"any": [{"resources": {"kinds": [case["object"]["kind"]]}}]});
        let object = whole(case["object"].clone());
        let responses = evaluate(&[&policy(json!({"rules": [rule]})).unwrap()], &object, &Context::default());
        let ours = said(&responses);
        let patched = responses.first().and_then(|one| one.patched.clone());
        let mutated = json!({"changed": case["changed"] == json!(true), "object": case["mutated"]});
        let same = ours != "pass" || same(&mutated["object"], &patched.unwrap_or_default());
        tally.count(case, &format!("{ours} {same}"), &format!("{theirs} true"));
        if let (Some(message), Some(one)) = (case["message"].as_str(), responses.first()) {
            messages.count(case, &one.message, message);
        }
    }
    tally.at_least(125);
    messages.at_least(26);
}

#[test]
fn mutating_policies() {
    let Some(cases) = table("mutate.jsonl") else { return };
    let mut tally = Tally::new("mutate, MutatingPolicy");
    for case in cases.iter().filter(|case| case["policy_kind"] == json!("MutatingPolicy")) {
        let theirs = case["result"].as_str().unwrap();
        if theirs == "rejected" {
            continue;
        }
        let body = json!({
            "apiVersion": "policies.kyverno.io/v1", "kind": "MutatingPolicy", "metadata": {"name": "m"},
            "spec": {"matchConstraints": case["matchConstraints"], "mutations": [case["mutation"]]},
        });
        let object = whole(case["object"].clone());
        let responses = evaluate(&[&load(body).unwrap()], &object, &Context::default());
        let ours = said(&responses);
        let patched =
            responses.first().and_then(|one| one.patched.clone()).unwrap_or_else(|| object.body.clone());
        let same = ours != "pass" || same(&case["mutated"], &patched);
        tally.count(case, &format!("{ours} {same}"), &format!("{theirs} true"));
    }
    tally.at_least(35);
}

/// Equal but for the order of keys and the notation of numbers.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        (one, other) => one == other,
    }
}

/// Policies that Kyverno refuses are refused, and no others.
#[test]
fn refusals() {
    let (mut refused, mut accepted) = (Tally::new("refused policies"), Tally::new("accepted policies"));
    let mut count = |case: &Value, body: Value, theirs: bool| {
        let resource = whole(body);
        let ours =
            Policy::load(&resource).map(|policy| check(&policy, &resource).is_empty()).unwrap_or_default();
        let word = |fine: bool| if fine { "accepted" } else { "refused" };
        let tally = if theirs { &mut accepted } else { &mut refused };
        tally.count(case, word(ours), word(theirs));
    };
    let cluster = |rule: Value, background: bool| {
        json!({
            "apiVersion": "kyverno.io/v1", "kind": "ClusterPolicy", "metadata": {"name": "p"},
            "spec": {"background": background, "rules": [rule]},
        })
    };
    let probes = json!({"any": [{"resources": {"kinds": ["example.com/v1/Probe"]}}]});
    let Some(patterns) = table("patterns.jsonl") else { return };
    for case in patterns {
        let key = if case.get("anyPattern").is_some() { "anyPattern" } else { "pattern" };
        let mut validate = json!({"message": "m"});
        validate[key] = match case["kind"] == json!("leaf") {
            true => json!({"spec": {"v": case["pattern"]}}),
            false => case[key].clone(),
        };
        let rule = json!({"name": "r", "match": probes, "validate": validate});
        count(&case, cluster(rule, true), case["result"] != json!("rejected"));
    }
    for case in table("match.jsonl").unwrap_or_default() {
        let conditions = json!({"all": [{"key": "a", "operator": "Equals", "value": "a"}]});
        let mut rule = json!({"name": "r", "match": case["match"], "validate": {"message": "m", "deny": {"conditions": conditions}}});
        if let Some(exclude) = case.get("exclude") {
            rule["exclude"] = exclude.clone();
        }
        count(&case, cluster(rule, false), case["matched"] != json!("rejected"));
    }
    for case in table("conditions.jsonl")
        .unwrap_or_default()
        .into_iter()
        .filter(|case| case.get("operator").is_some())
    {
        let condition = json!({"key": "{{ request.object.spec.k }}", "operator": case["operator"], "value": "{{ request.object.spec.v }}"});
        let rule = json!({"name": "r", "match": probes, "validate": {"message": "m", "deny": {"conditions": {"any": [condition]}}}});
        count(&case, cluster(rule, true), case["result"] != json!("rejected"));
    }
    for case in table("autogen.jsonl").unwrap_or_default() {
        count(&case, case["policy"].clone(), case["result"] != json!("rejected"));
    }
    for case in
        table("mutate.jsonl").unwrap_or_default().into_iter().filter(|case| case.get("rule").is_some())
    {
        count(&case, cluster(case["rule"].clone(), true), case["result"] != json!("rejected"));
    }
    refused.at_least(264);
    accepted.at_least(15150);
}

/// Messages of the probes are cut after so many characters.
const CUT: usize = 300;

/// Small questions put to the command line: rows, refusals and mutated objects.
#[test]
fn probes() {
    let Some(probes) = table("../probes/classic.jsonl") else { return };
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/kyverno/probes/resources.json");
    let objects: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut rows, mut messages, mut mutated) =
        (Tally::new("probes"), Tally::new("probes, messages"), Tally::new("probes, mutated objects"));
    for (index, probe) in probes.iter().enumerate() {
        let resource = whole(probe["policy"].clone());
        let loaded = Policy::load(&resource);
        let refused = loaded.as_ref().map_or(true, |policy| !check(policy, &resource).is_empty());
        if refused || probe["refused"].is_string() {
            rows.count(
                probe,
                if refused { "refused" } else { "accepted" },
                if probe["refused"].is_string() { "refused" } else { "accepted" },
            );
            continue;
        }
        let set = probe["set"].as_str().unwrap();
        let mut ours = Vec::new();
        for object in objects[set].as_array().unwrap() {
            let object = whole(object.clone());
            let responses = evaluate(&[loaded.as_ref().unwrap()], &object, &Context::default());
            let patched = responses.iter().rev().find_map(|response| response.patched.as_ref());
            if let (Some(patched), true) = (patched, probe["object"].is_object()) {
                mutated.count(probe, &same(patched, &probe["object"]).to_string(), "true");
            }
            for response in responses {
                ours.push((
                    format!("{} {} {}", object.name, response.rule, said(std::slice::from_ref(&response))),
                    response.message,
                ));
            }
        }
        ours.sort();
        let theirs = probe["rows"].as_array().unwrap().iter().map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default();
            (format!("{} {} {}", text("resource"), text("rule"), text("result")), text("message").to_string())
        });
        let mut theirs: Vec<_> = theirs.collect();
        theirs.sort();
        let words = |all: &[(String, String)]| {
            all.iter().map(|(word, _)| word.clone()).collect::<Vec<_>>().join("; ")
        };
        rows.count(probe, &format!("{index} {}", words(&ours)), &format!("{index} {}", words(&theirs)));
        if words(&ours) == words(&theirs) {
            for ((_, ours), (_, theirs)) in ours.iter().zip(&theirs) {
                messages.count(probe, &ours.chars().take(CUT).collect::<String>(), theirs);
            }
        }
    }
    rows.at_least(298);
    messages.at_least(433);
    mutated.at_least(20);
}
