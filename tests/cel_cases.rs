//! Agreement with a table of what the Kyverno command line answered to single CEL expressions.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a table test prints its figures")]

mod support;

use runproof::policy::cel::{self, Environment, EvalError, Facts, Program, Type, Value, Variables};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::conformance::{Figures, record};

/// The share of rows, in a thousand, that must agree.
const FLOOR: usize = 985;

fn shared(path: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/kyverno").join(path);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        assert!(std::env::var_os("CI").is_none(), "../shared is absent");
        println!("skipped: ../shared is absent");
    }
    text
}

/// The request that `kyverno apply` makes up for an object.
fn request(object: &Json, plural: &str, kyverno: bool) -> Value {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let (group, version) = text("/apiVersion").split_once('/').unwrap_or(("", text("/apiVersion")));
    let mut request = json!({
        "kind": {"group": group, "version": version, "kind": text("/kind")},
        "resource": {"group": group, "version": version, "resource": plural},
        "name": text("/metadata/name"), "namespace": text("/metadata/namespace"),
        "operation": "CREATE", "userInfo": {}, "dryRun": false, "options": null,
    });
    if kyverno {
        request["object"] = object.clone();
        request["oldObject"] = Json::Null;
    }
    Value::from_json_with_integers(&request)
}

fn variables(object: &Json, plural: &str, kyverno: bool) -> Variables<'static> {
    let mut variables = Variables::new(Facts { now: Some(1_790_000_000), ..Facts::default() });
    variables.set("object", Value::from_json(object));
    variables.set("request", request(object, plural, kyverno));
    if kyverno {
        variables.set("oldObject", Value::empty_map());
        variables.set("namespaceObject", Value::Null);
        variables.set("exceptions", Value::from_json(&json!({"allowedImages": [], "allowedValues": []})));
    } else {
        let namespace = object.pointer("/metadata/namespace").cloned().unwrap_or_default();
        let namespace = json!({"metadata": {"name": namespace}, "spec": {}, "status": {}});
        variables.set("oldObject", Value::Null);
        variables.set("namespaceObject", Value::from_json(&namespace));
    }
    variables
}

fn environment(kyverno: bool) -> Environment {
    if kyverno { Environment::kyverno() } else { Environment::kubernetes() }
}

/// What an expression comes to: the words of the table, a type and a text.
fn answer(expression: &str, object: &Json, kyverno: bool, as_validation: bool) -> (String, String, String) {
    let word = |word: &str, text: String| (word.to_owned(), String::new(), text);
    let program = match cel::compile(expression, &environment(kyverno)) {
        Ok(program) => program,
        Err(error) => return word("rejected", error.to_string()),
    };
    if as_validation && *program.kind() != Type::Bool {
        return word("rejected", format!("the result is {}", program.kind()));
    }
    match program.evaluate(&variables(object, "probes", kyverno)) {
        Ok(Value::Bool(flag)) => word(if flag { "true" } else { "false" }, String::new()),
        Ok(value) => match Program::display(&value) {
            Ok(text) => ("value".to_owned(), value.type_name().to_owned(), text),
            Err(_) => ("value".to_owned(), "not printable".to_owned(), String::new()),
        },
        Err(EvalError::Error(message)) => word("error", message),
        Err(other) => word("unsupported", other.to_string()),
    }
}

fn agrees(row: &Json, (word, kind, text): &(String, String, String)) -> bool {
    let expected = row["result"].as_str().unwrap();
    let expected = if expected == "compile-error" { "rejected" } else { expected };
    let same =
        |key: &str, ours: &str| row.get(key).and_then(Json::as_str).is_none_or(|theirs| theirs == ours);
    expected == word && (word != "value" || (same("type", kind) && same("text", text)))
}

#[test]
fn expressions_agree_with_the_table() {
    let Some(table) = shared("cases/cel.jsonl") else { return };
    let mut counts = [[0; 2]; 2];
    let mut apart = [BTreeMap::new(), BTreeMap::new()];
    let mut unsupported = [0, 0];
    for line in table.lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let expression = row["expression"].as_str().unwrap();
        let as_validation = row.get("as_validation").is_some();
        for (index, kyverno) in [true, false].into_iter().enumerate() {
            let ours = answer(expression, &row["object"], kyverno, as_validation);
            let theirs = if kyverno { &row } else { row.get("validate_cel").unwrap_or(&row) };
            counts[index][1] += 1;
            if agrees(theirs, &ours) {
                counts[index][0] += 1;
            } else {
                let what = match ours.0.as_str() {
                    "unsupported" => {
                        unsupported[index] += 1;
                        ours.2.split(" is not supported").next().unwrap_or_default().to_string()
                    }
                    _ => row["id"].as_str().unwrap().to_string(),
                };
                *apart[index].entry(what).or_default() += 1;
                let (result, kind, text) = (&theirs["result"], &theirs["type"], &theirs["text"]);
                println!(
                    "{} {kyverno} {expression}: {ours:?}, table {result} {kind} {text} {}",
                    row["id"], theirs["message"]
                );
            }
        }
    }
    let [[kyverno, total], [kubernetes, others]] = counts;
    println!("cel: ValidatingPolicy {kyverno}/{total}, validate.cel {kubernetes}/{others}");
    assert!(kyverno * 1000 >= total * FLOOR && kubernetes * 1000 >= others * FLOOR);
    for (((table, [equal, total]), unsupported), apart) in
        ["cel, ValidatingPolicy", "cel, validate.cel"].into_iter().zip(counts).zip(unsupported).zip(apart)
    {
        record(&Figures {
            table,
            equal,
            different: total - equal - unsupported,
            unsupported,
            idle: 0,
            apart,
        });
    }
}

#[test]
fn probes_agree() {
    let (Some(probes), Some(object)) =
        (shared("probes/cel_expressions.txt"), shared("probes/cel_resource.json"))
    else {
        return;
    };
    let mut object: Json = serde_json::from_str(&object).unwrap();
    object["metadata"]["namespace"] = "default".into();
    let (mut agree, mut total) = (0, 0);
    for (expression, expected) in probes.lines().filter_map(|line| line.split_once(" => ")) {
        let (word, _, text) = {
            let program =
                cel::compile(expression, &environment(true)).ok().filter(|found| *found.kind() == Type::Bool);
            match program.map(|program| program.evaluate(&variables(&object, "deployments", true))) {
                None => ("REFUSED".to_owned(), String::new(), String::new()),
                Some(Ok(Value::Bool(true))) => ("'pass'".to_owned(), String::new(), String::new()),
                Some(Ok(_)) => ("'fail'".to_owned(), String::new(), String::new()),
                Some(Err(error)) => ("'error'".to_owned(), String::new(), error.to_string()),
            }
        };
        total += 1;
        if expected.contains(&word) {
            agree += 1
        } else {
            println!("{expression}: {word} {text}, probe {expected}")
        }
    }
    println!("cel probes: {agree}/{total}");
    assert!(agree * 1000 >= total * FLOOR);
}

/// Every policy of the public suites was loaded by Kyverno, except for those that a table names.
#[test]
fn public_policies_compile() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if !root.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "../shared is absent");
        println!("skipped: ../shared is absent");
        return;
    }
    let mut open = vec![root.join("corpora/kyverno"), root.join("kyverno/matrix/policies")];
    let (mut policies, mut faults) = (0, 0);
    while let Some(place) = open.pop() {
        if place.is_dir() {
            open.extend(std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        } else if place.extension().is_some_and(|extension| extension == "yaml") {
            let text = std::fs::read_to_string(&place).unwrap();
            for resource in runproof::kube::read(&text).0 {
                let Ok(policy) = runproof::policy::Policy::load(&resource) else { continue };
                policies += 1;
                let found = runproof::policy::findings(&policy);
                faults += found.len();
                found.iter().for_each(|one| println!("{}: {} {}", place.display(), one.path, one.message));
            }
        }
    }
    println!("cel: {policies} public policies, {faults} expressions that do not compile");
    assert_eq!(faults, 0);
}

/// Further fields of a ValidatingPolicy: `EXPRESSION {fields} => [(status, message)]`, one policy a line.
#[test]
fn policy_probes_agree() {
    let (Some(probes), Some(object)) =
        (shared("probes/cel_policies.txt"), shared("probes/cel_resource.json"))
    else {
        return;
    };
    let object = runproof::kube::Resource::from_json(serde_json::from_str(&object).unwrap()).unwrap();
    let (mut agree, mut total) = (0, 0);
    for (left, expected) in probes.lines().filter_map(|line| line.split_once(" => ")) {
        let Some(policy) = probe(left) else { continue };
        let ours = match runproof::policy::findings(&policy).first() {
            Some(finding) => format!("REFUSED {}", finding.message),
            None => {
                let responses =
                    runproof::policy::evaluate(&[&policy], &object, &runproof::policy::Context::default());
                let one = responses.first();
                one.map_or_else(String::new, |one| format!("'{}' {}", one.status, one.message))
            }
        };
        total += 1;
        let word = ours.split(' ').next().unwrap();
        if expected.contains(word) { agree += 1 } else { println!("{left}: {ours}, probe {expected}") }
    }
    println!("cel policy probes: {agree}/{total}");
    assert!(total >= 36 && agree * 1000 >= total * FLOOR, "{agree} of {total}");
}

/// The policy of a probe; none where the file shows only a part of it.
fn probe(left: &str) -> Option<runproof::policy::Policy> {
    let (expression, extra) = match left.strip_prefix("messageExpression ") {
        Some(message) => (
            "false",
            json!({"validations": [{"expression": "false", "message": "fallback", "messageExpression": message}]}),
        ),
        None => {
            let at = left.rfind(" {\"").or_else(|| left.rfind(" {}"))?;
            (&left[..at], serde_json::from_str(&left[at + 1..]).ok()?)
        }
    };
    let rule = json!({"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]});
    let mut spec = json!({
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": expression, "message": "no"}],
    });
    for (key, value) in extra.as_object()? {
        spec[key] = value.clone();
    }
    let body = json!({
        "apiVersion": "policies.kyverno.io/v1", "kind": "ValidatingPolicy", "metadata": {"name": "t"}, "spec": spec,
    });
    runproof::policy::Policy::load(&runproof::kube::Resource::from_json(body).ok()?).ok()
}
