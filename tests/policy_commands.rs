//! `runproof test`, `apply` and `jp`, as a Kyverno user meets them.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use support::command::{Ran, command, finish};
use support::golden;

const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-team
spec:
  rules:
    - name: team
      match: {any: [{resources: {kinds: [ConfigMap]}}]}
      validate:
        message: every ConfigMap names its team
        pattern:
          metadata:
            labels:
              team: \"?*\"
";

const LABELLED: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: add-tier
spec:
  rules:
    - name: tier
      match: {any: [{resources: {kinds: [ConfigMap]}}]}
      mutate:
        patchStrategicMerge:
          metadata:
            labels:
              tier: low
";

const OBJECTS: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: good
  labels:
    team: blue
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: bad
  labels:
    team: \"\"
---
apiVersion: v1
kind: Secret
metadata:
  name: other
";

const TEST: &str = "apiVersion: cli.kyverno.io/v1alpha1
kind: Test
metadata:
  name: teams
policies: [policy.yaml]
resources: [objects.yaml]
results:
  - {policy: require-team, rule: team, resources: [good, other], kind: ConfigMap, result: pass}
  - {policy: require-team, rule: team, resources: [bad], kind: ConfigMap, result: RESULT}
";

const POD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels:
    app: web
spec:
  hostNetwork: true
  containers:
    - name: main
      image: registry.example.com/web:latest
      securityContext:
        privileged: true
    - name: side
      image: side:1.0
";

/// One rule of each kind; all but the last of the first policy are broken by the pod.
const RULES: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: kinds
  annotations:
    pod-policies.kyverno.io/autogen-controllers: none
spec:
  rules:
    - name: pattern
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        message: images have a version
        pattern:
          spec:
            containers:
              - image: \"!*:latest & *:*\"
    - name: any-pattern
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        message: the network of the node is not for pods
        anyPattern:
          - spec:
              =(hostNetwork): false
          - metadata:
              labels:
                network: node
    - name: deny
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        message: \"{{ request.object.metadata.name }} is a name for other things\"
        deny:
          conditions:
            any:
              - key: \"{{ request.object.metadata.name }}\"
                operator: AnyIn
                value: [web, www]
    - name: foreach
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        message: images come from our registry
        foreach:
          - list: request.object.spec.containers
            pattern:
              image: registry.example.com/*
    - name: pod-security
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        podSecurity:
          level: baseline
          version: latest
    - name: cel
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        cel:
          expressions:
            - expression: object.spec.containers.all(c, has(c.resources))
              message: containers say what they need
    - name: precondition
      match: {any: [{resources: {kinds: [Pod]}}]}
      preconditions:
        all:
          - key: \"{{ request.operation }}\"
            operator: Equals
            value: DELETE
      validate:
        message: nobody deletes this
        deny: {}
    - name: change
      match: {any: [{resources: {kinds: [Pod]}}]}
      mutate:
        patchesJson6902: |-
          - op: add
            path: /metadata/labels/tier
            value: low
    - name: make
      match: {any: [{resources: {kinds: [Pod]}}]}
      generate:
        apiVersion: v1
        kind: ConfigMap
        name: about-web
        namespace: shop
        data:
          data:
            owner: nobody
---
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata:
  name: digests
spec:
  matchConstraints:
    resourceRules:
      - apiGroups: [\"\"]
        apiVersions: [v1]
        operations: [CREATE]
        resources: [pods]
  validations:
    - expression: object.spec.containers.all(c, c.image.contains('@'))
      message: images are named by their digest
";

fn runproof(dir: &Path, args: &[&str], input: &str) -> Ran {
    finish(command(dir, args), input)
}

/// Policies, objects, and two tests: one that agrees and one that does not.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, result) in [("agrees", "fail"), ("differs", "pass")] {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("kyverno-test.yaml"), TEST.replace("RESULT", result)).unwrap();
        std::fs::write(folder.join("policy.yaml"), POLICY).unwrap();
        std::fs::write(folder.join("objects.yaml"), OBJECTS).unwrap();
    }
    std::fs::write(dir.path().join("mutate.yaml"), LABELLED).unwrap();
    dir
}

fn rows(ran: &Ran) -> Vec<Value> {
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_table_tells_each_row_and_the_field_that_decided() {
    let dir = folder();
    let ran = runproof(dir.path(), &["test"], "");
    golden::check("tests/golden/policy_commands/test.txt", &ran.out);
    assert_eq!(ran.status, 1);
    let ran = runproof(dir.path(), &["test", "agrees"], "");
    assert_eq!(ran.status, 0, "{} {}", ran.out, ran.err);
    assert!(ran.err.contains("--fail-on-unexercised"), "{}", ran.err);
    assert_eq!(runproof(dir.path(), &["test", "agrees", "--fail-on-unexercised"], "").status, 1);
}

#[test]
fn rows_are_objects_for_machines() {
    let dir = folder();
    let ran = runproof(dir.path(), &["test", "--format", "json"], "");
    let outcomes: Vec<Value> = rows(&ran).iter().map(|row| row["outcome"].clone()).collect();
    assert_eq!(outcomes, ["agrees", "not exercised", "agrees", "agrees", "not exercised", "differs"]);
    let row = &rows(&ran)[5];
    let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["test_file", "policy", "rule", "resource", "expected", "actual", "outcome", "message", "path"]
    );
    assert_eq!(
        (&row["test_file"], &row["resource"], &row["actual"], &row["path"]),
        (
            &"differs/kyverno-test.yaml".into(),
            &"default/bad".into(),
            &"fail".into(),
            &"/metadata/labels/team/".into()
        )
    );
    let ran = runproof(dir.path(), &["test", "--format", "junit", "--fail-only"], "");
    assert!(
        ran.out.contains(
            "<testsuite name=\"differs/kyverno-test.yaml\" tests=\"2\" failures=\"1\" skipped=\"1\">"
        ),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("message=\"Want pass, got fail\""), "{}", ran.out);
}

#[test]
fn rows_are_selected_as_by_kyverno() {
    let dir = folder();
    let args = ["test", "--format", "json", "--test-case-selector"];
    let count = |selector: &str| rows(&runproof(dir.path(), &[&args[..], &[selector]].concat(), "")).len();
    assert_eq!((count("resource=b*"), count("policy=require-*,rule=none"), count("rule=te?m")), (2, 0, 6));
    assert_eq!(runproof(dir.path(), &["test", "-t", "kind=Pod"], "").status, 2);
    assert_eq!(rows(&runproof(dir.path(), &["test", "--format", "json", "--fail-only"], "")).len(), 3);
}

#[test]
fn a_broken_test_is_one_finding_and_the_others_run() {
    let dir = folder();
    std::fs::write(dir.path().join("agrees/kyverno-test.yaml"), "a: [\n").unwrap();
    let ran = runproof(dir.path(), &["test", "--format", "json"], "");
    assert_eq!((ran.status, rows(&ran).len()), (1, 4), "{}", ran.out);
    let broken = &rows(&ran)[0];
    assert_eq!((broken["outcome"].as_str(), &broken["policy"]), (Some("invalid"), &Value::Null));
    assert!(broken["message"].as_str().unwrap().starts_with("agrees/kyverno-test.yaml:"), "{broken}");
}

#[test]
fn no_tests_are_an_error_only_where_they_are_required() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(runproof(dir.path(), &["test"], "").status, 0);
    assert_eq!(runproof(dir.path(), &["test", "--require-tests"], "").status, 1);
    assert_eq!(runproof(dir.path(), &["test", "nowhere"], "").status, 2);
    let dir = folder();
    std::fs::rename(dir.path().join("agrees/kyverno-test.yaml"), dir.path().join("agrees/t.yaml")).unwrap();
    assert_eq!(runproof(dir.path(), &["test", "-f", "t.yaml"], "").status, 0);
}

#[test]
fn apply_shows_the_field_and_the_rule() {
    let dir = folder();
    let args = ["apply", "agrees/policy.yaml", "mutate.yaml", "--resource", "agrees/objects.yaml"];
    let ran = runproof(dir.path(), &args, "");
    golden::check("tests/golden/policy_commands/apply.txt", &ran.out);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let ran =
        runproof(dir.path(), &["apply", "mutate.yaml", "-r", "agrees/objects.yaml", "-o", "new.yaml"], "");
    assert_eq!(ran.status, 0, "{} {}", ran.out, ran.err);
    let whole = std::fs::read_to_string(dir.path().join("new.yaml")).unwrap();
    assert_eq!((whole.matches("tier: low").count(), whole.matches("\n---\n").count()), (2, 1), "{whole}");
}

#[test]
fn each_kind_of_rule_names_its_field() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("rules.yaml"), RULES).unwrap();
    std::fs::write(dir.path().join("pod.yaml"), POD).unwrap();
    let ran = runproof(dir.path(), &["apply", "rules.yaml", "-r", "pod.yaml"], "");
    golden::check("tests/golden/policy_commands/rules.txt", &ran.out);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
}

/// Kinds of policies with answers of their own form.
const OTHERS: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: images
spec:
  rules:
    - name: signed
      match: {any: [{resources: {kinds: [Pod]}}]}
      verifyImages:
        - imageReferences: [\"registry.example.com/*\"]
          failureAction: Enforce
          mutateDigest: false
          attestors:
            - entries:
                - keys: {publicKeys: k8s://kyverno/key}
    - name: excused
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        message: the network of the node is not for pods
        pattern:
          spec:
            =(hostNetwork): false
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: owners
spec:
  matchConstraints:
    resourceRules:
      - apiGroups: [\"\"]
        apiVersions: [v1]
        operations: [CREATE]
        resources: [pods]
  validations:
    - expression: \"'owner' in object.metadata.labels\"
      message: pods have an owner
---
apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata:
  name: labels
spec:
  matchConstraints:
    resourceRules:
      - apiGroups: [\"\"]
        apiVersions: [v1]
        operations: [CREATE]
        resources: [pods]
  mutations:
    - patchType: JSONPatch
      jsonPatch:
        expression: >-
          [JSONPatch{op: 'add', path: '/metadata/labels/tier', value: 'low'}]
";

const EXCEPTION: &str = "apiVersion: kyverno.io/v2
kind: PolicyException
metadata:
  name: web-network
  namespace: shop
spec:
  exceptions: [{policyName: images, ruleNames: [excused]}]
  match: {any: [{resources: {kinds: [Pod], names: [web]}}]}
";

#[test]
fn other_kinds_of_policies_answer_as_clearly() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [("others.yaml", OTHERS), ("pod.yaml", POD), ("exception.yaml", EXCEPTION)] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let args = ["apply", "others.yaml", "-r", "pod.yaml", "--exception", "exception.yaml"];
    let ran = runproof(dir.path(), &args, "");
    golden::check("tests/golden/policy_commands/others.txt", &ran.out);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
}

#[test]
fn the_steps_of_an_answer_are_told() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("rules.yaml"), RULES).unwrap();
    std::fs::write(dir.path().join("pod.yaml"), POD).unwrap();
    let args = ["apply", "rules.yaml", "-r", "pod.yaml", "--explain"];
    let ran = runproof(dir.path(), &args, "");
    golden::check("tests/golden/policy_commands/explain.txt", &ran.out);
    let ran = runproof(dir.path(), &[&args[..], &["--format", "json"]].concat(), "");
    let rows = rows(&ran);
    let steps = rows.iter().flat_map(|row| row["explain"].as_array().unwrap());
    let mut misfits = steps.filter(|step| step["step"] == "field" && step["fits"] == false);
    assert!(misfits.any(|step| step["path"] == "/spec/containers/0/image/"), "{}", ran.out);
    let silent = runproof(
        dir.path(),
        &["apply", "rules.yaml", "-r", "-", "--explain"],
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
    );
    assert!(silent.out.contains("no answer: kinds/pattern on Secret s\n"), "{}", silent.out);
    assert!(silent.out.contains("does not fit  match/any/0, because of kinds\n"), "{}", silent.out);
}

#[test]
fn an_expression_that_does_not_compile_is_a_refusal() {
    let dir = folder();
    let policy = &RULES[RULES.rfind("apiVersion: ").unwrap()..].replace("object.spec", "objekt.spec");
    let ran = runproof(dir.path(), &["apply", "-", "-r", "agrees/objects.yaml"], policy);
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert!(ran.err.starts_with("error: standard input:13:"), "{}", ran.err);
    assert!(ran.err.contains("Kyverno would refuse `digests`: "), "{}", ran.err);
}

#[test]
fn answers_are_objects_for_machines() {
    let dir = folder();
    let args = ["apply", "agrees/policy.yaml", "-r", "agrees/objects.yaml"];
    let ran = runproof(dir.path(), &[&args[..], &["--format", "json"]].concat(), "");
    let row = &rows(&ran)[1];
    assert_eq!(row["resource"]["name"], "bad");
    assert_eq!((&row["result"], &row["path"]), (&"fail".into(), &"/metadata/labels/team/".into()));
    let ran = runproof(dir.path(), &[&args[..], &["--policy-report"]].concat(), "");
    assert!(ran.out.contains("summary:\n  pass: 1\n  fail: 1\n"), "{}", ran.out);
}

#[test]
fn values_users_and_exceptions_are_heard() {
    let dir = folder();
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    put("rule.yaml", &POLICY.replace("      validate:", "      context: [{name: tier, configMap: {name: c, namespace: maps}}]\n      preconditions: {all: [{key: \"{{ tier.data.level }}\", operator: Equals, value: high}]}\n      validate:"));
    let with = |more: &[&str]| {
        let args = ["apply", "rule.yaml", "-r", "agrees/objects.yaml", "--format", "json"];
        let ran = runproof(dir.path(), &[&args[..], more].concat(), "");
        rows(&ran).iter().map(|row| row["result"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(with(&["--set", "tier.data.level=low"]), ["skip", "skip"]);
    assert_eq!(with(&["--set", "tier.data.level=high"]), ["pass", "fail"]);
    put(
        "values.yaml",
        "apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\nglobalValues: {tier.data.level: high}\n",
    );
    assert_eq!(with(&["--values-file", "values.yaml"]), ["pass", "fail"]);
    put(
        "except.yaml",
        "apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: e, namespace: default}\nspec:\n  exceptions: [{policyName: require-team, ruleNames: [team]}]\n  match: {any: [{resources: {kinds: [ConfigMap], names: [bad]}}]}\n",
    );
    assert_eq!(with(&["-f", "values.yaml", "--exception", "except.yaml"]), ["pass", "skip"]);
    let ran = runproof(dir.path(), &["apply", "rule.yaml", "-r", "agrees/objects.yaml", "-f", "no.yaml"], "");
    assert_eq!((ran.status, ran.err.as_str()), (2, "error: `no.yaml`: the file does not exist\n"));
}

#[test]
fn config_maps_among_the_objects_are_no_values() {
    let dir = folder();
    let put = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    put("rule.yaml", &POLICY.replace("      validate:", "      context: [{name: tier, configMap: {name: good, namespace: default}}]\n      preconditions: {all: [{key: \"{{ tier.data.level }}\", operator: Equals, value: high}]}\n      validate:"));
    let ran = runproof(dir.path(), &["apply", "rule.yaml", "-r", "agrees/objects.yaml"], "");
    assert!(ran.out.contains("Unknown key \"tier\" in path"), "{}", ran.out);
    assert!(
        ran.err.contains("rule.yaml:9:41: the ConfigMap `good` among the objects is not read"),
        "{}",
        ran.err
    );
}

#[test]
fn a_name_that_no_object_has_proves_nothing() {
    let dir = folder();
    let outcomes = |names: &str| {
        let test = TEST.replace("[good, other]", names).replace("RESULT", "fail");
        std::fs::write(dir.path().join("agrees/kyverno-test.yaml"), test).unwrap();
        let ran = runproof(dir.path(), &["test", "agrees", "--format", "json"], "");
        let told = |row: &Value| {
            format!("{} {}", row["resource"].as_str().unwrap(), row["outcome"].as_str().unwrap())
        };
        rows(&ran).iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(
        outcomes("[good, goood]"),
        ["default/good agrees", "goood not exercised", "default/bad agrees"]
    );
    // All objects are taken for one that does not exist, as in Kyverno.
    assert_eq!(outcomes("[goood]")[0], "default/good not exercised");
}

#[test]
fn flags_of_scripts_for_kyverno_are_taken() {
    let dir = folder();
    let args = ["apply", "agrees/policy.yaml", "-r", "agrees/objects.yaml"];
    let plain = runproof(dir.path(), &args, "");
    let more = ["--detailed-results", "--remove-color", "-t", "--continue-on-fail"];
    assert_eq!(runproof(dir.path(), &[&args[..], &more].concat(), "").out, plain.out);
    let ran = runproof(dir.path(), &["test", "agrees", "--detailed-results", "--remove-color"], "");
    assert_eq!(ran.status, 0, "{}", ran.err);
}

#[test]
fn what_is_not_there_is_told() {
    let dir = folder();
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    std::fs::write(dir.path().join("broken.yaml"), "a: [\n").unwrap();
    let failure = |args: &[&str]| {
        let ran = runproof(dir.path(), &[&["apply"], args].concat(), "");
        (ran.status, ran.err)
    };
    let told = |what: &str| (2, format!("error: there is no {what} in the files named\n"));
    assert_eq!(failure(&["empty", "-r", "agrees/objects.yaml"]), told("policy"));
    assert_eq!(failure(&["agrees/policy.yaml", "-r", "empty"]), told("object"));
    let wrong = failure(&["agrees/policy.yaml", "-r", "agrees/objects.yaml", "-f", "agrees/policy.yaml"]);
    assert_eq!(wrong, (2, "error: agrees/policy.yaml:5:1: `spec` is no key here\n".to_string()));
    let (status, message) = failure(&["broken.yaml", "-r", "agrees/objects.yaml"]);
    assert!(status == 2 && message.starts_with("error: broken.yaml:2:1: "), "{message}");
}

#[test]
fn a_refused_policy_is_named_with_its_place() {
    let dir = folder();
    std::fs::write(dir.path().join("no.yaml"), POLICY.replace("        pattern:", "        patern:"))
        .unwrap();
    let ran = runproof(dir.path(), &["apply", "no.yaml", "agrees", "-r", "agrees/objects.yaml"], "");
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.starts_with("error: no.yaml:12:11: Kyverno would refuse `require-team`: "),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("pass: require-team/team on ConfigMap default/good"), "{}", ran.out);
    let ran = runproof(dir.path(), &["apply", "agrees/objects.yaml", "-r", "agrees/objects.yaml"], "");
    assert_eq!(ran.status, 2);
}

#[test]
fn expressions_are_tried() {
    let dir = tempfile::tempdir().unwrap();
    let query =
        |args: &[&str]| runproof(dir.path(), &[&["jp", "query"][..], args].concat(), "a: {b: [1, x]}\n");
    assert_eq!(query(&["a.b[1]"]).out, "# a.b[1]\n\"x\"\n");
    assert_eq!(query(&["-u", "a.b[1]"]).out, "# a.b[1]\nx\n");
    assert_eq!(query(&["--compact", "a", "a.b[0]"]).out, "# a\n{\"b\":[1,\"x\"]}\n# a.b[0]\n1\n");
    std::fs::write(dir.path().join("q"), "length(a.b)\n").unwrap();
    assert_eq!(query(&["-q", "q"]).out, "# length(a.b)\n2\n");
    assert_eq!(query(&["-i", "none.yaml", "a"]).status, 2);
}

#[test]
fn an_error_points_into_the_expression() {
    let dir = tempfile::tempdir().unwrap();
    let jp = |args: &[&str]| runproof(dir.path(), &[&["jp"][..], args].concat(), "a: 1\n");
    let ran = jp(&["query", "a.b c"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("error: ") && ran.err.contains("  | a.b c\n  |     ^\n"), "{}", ran.err);
    let ran = jp(&["query", "lenth(a)"]);
    assert_eq!(
        (ran.status, ran.err.as_str()),
        (1, "error: unknown function: lenth\n  | lenth(a)\n  | ^^^^^^^^\n")
    );
    let ran = jp(&["parse", "a || `1`"]);
    assert_eq!(ran.out, "# a || `1`\nor\n  field \"a\"\n  literal 1\n");
    let ran = jp(&["function", "truncate"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "truncate(string, number)\n"));
    assert!(jp(&["function"]).out.lines().count() > 60);
    let ran = jp(&["function", "trunkate"]);
    assert!(ran.status == 2 && ran.err.contains("did you mean `truncate`?"), "{}", ran.err);
}

#[test]
fn the_public_tests_agree() {
    let Some(root) = support::shared("corpora/kyverno") else { return };
    let ran = runproof(Path::new("."), &["test", root.to_str().unwrap(), "--format", "json"], "");
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(&ran) {
        *counts.entry(row["outcome"].as_str().unwrap().to_string()).or_default() += 1;
    }
    let count = |outcome: &str| counts.get(outcome).copied().unwrap_or_default();
    let words = ["agrees", "differs", "not exercised", "unsupported", "invalid"];
    println!("runproof test: {}", words.map(|word| format!("{} {word}", count(word))).join(", "));
    // One public test is made to fail: it names a policy that it does not have. Another one names a missing file.
    assert!(count("agrees") >= 3150 && count("differs") <= 1 && count("invalid") <= 1, "{counts:?}");
}

#[test]
fn resources_are_held_against_a_version_of_kubernetes() {
    let dir = folder();
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  resources: {limits: {cpu: 1}}\n  containers: [{name: a}]\n";
    std::fs::write(dir.path().join("pod.yaml"), pod).unwrap();
    let apply = |more: &[&str]| {
        runproof(dir.path(), &[&["apply", "agrees/policy.yaml", "-r", "pod.yaml"], more].concat(), "")
    };
    assert_eq!((apply(&[]).status, apply(&["--kubernetes", "1.37"]).status), (0, 0));
    let old = apply(&["--kubernetes", "1.31"]);
    assert_eq!(old.status, 1);
    let told = "pod.yaml:5:3: `spec` has no field `resources` (it is a field of `containers`)";
    assert!(old.err.contains(told), "{}", old.err);
    std::fs::write(dir.path().join("agrees/objects.yaml"), format!("{pod}---\n{OBJECTS}")).unwrap();
    assert_eq!(runproof(dir.path(), &["test", "agrees"], "").status, 0);
    let test = runproof(dir.path(), &["test", "agrees", "--kubernetes", "1.31"], "");
    let told = told.replace("pod.yaml", "agrees/objects.yaml");
    assert!(test.status == 1 && test.out.contains(&format!("invalid: {told}")), "{}", test.out);
    let unknown = apply(&["--kubernetes", "1.2"]);
    assert!(unknown.status == 2 && unknown.err.contains("only 1.25 to 1.37"), "{}", unknown.err);
}
