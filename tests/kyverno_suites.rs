//! The public test suites of Kyverno and its policy library: rows as `kyverno test` gives them. `KYVERNO_SUITES`
//! chooses by a part of the path, `SHOW_DIFFERENCES=1` prints what differs.
#![expect(clippy::unwrap_used, reason = "a broken corpus stops the test")]

mod support;

use runproof::policy::suite::{Outcome, Suite};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::conformance::{Figures, record};

fn tests(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => tests(&path, found),
            false if path.ends_with("kyverno-test.yaml") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn rows_of_the_public_suites() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/kyverno");
    if !root.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", root.display());
        println!("skipped: ../shared is absent");
        return;
    }
    let choice = std::env::var("KYVERNO_SUITES").unwrap_or_default();
    let show = std::env::var_os("SHOW_DIFFERENCES").is_some();
    let mut files = Vec::new();
    tests(&root, &mut files);
    let (mut agree, mut differ, mut idle, mut invalid) = (0, 0, 0, 0);
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let mut apart: BTreeMap<String, usize> = BTreeMap::new();
    for path in files.iter().filter(|path| path.to_string_lossy().contains(&choice)) {
        let folder = path.parent().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let (suites, problems) = Suite::read(&text);
        let read = |name: &str| {
            let place = folder.join(name);
            match place.is_dir() {
                true => {
                    let mut all: Vec<PathBuf> =
                        std::fs::read_dir(&place).ok()?.filter_map(|e| Some(e.ok()?.path())).collect();
                    all.sort();
                    Some(
                        all.iter()
                            .filter_map(|one| std::fs::read_to_string(one).ok())
                            .collect::<Vec<_>>()
                            .join("\n---\n"),
                    )
                }
                false => std::fs::read_to_string(place).ok(),
            }
        };
        if show && !problems.is_empty() {
            println!("PROBLEM {}: {problems:?}", path.display());
        }
        for suite in &suites {
            let report = suite.run(&read);
            for row in &report.rows {
                match &row.outcome {
                    Outcome::Agrees => agree += 1,
                    Outcome::NotExercised(_) => idle += 1,
                    Outcome::Invalid(_) => invalid += 1,
                    Outcome::Unsupported(feature) => *unsupported.entry(feature.clone()).or_default() += 1,
                    Outcome::Differs => differ += 1,
                }
                let what = match &row.outcome {
                    Outcome::Agrees => None,
                    Outcome::Differs => Some(row.message.clone()),
                    Outcome::NotExercised(reason) => Some(format!("not exercised: {reason}")),
                    Outcome::Invalid(reason) => Some(format!("invalid: {reason}")),
                    Outcome::Unsupported(feature) => Some(feature.clone()),
                };
                if let Some(what) = what {
                    *apart.entry(what).or_default() += 1;
                }
                let wrong = row.outcome != Outcome::Agrees;
                if show && wrong {
                    let place = path.strip_prefix(&root).unwrap().display();
                    println!(
                        "{:?} {place}: {} {} {} {}: expected {}, got {:?}: {}",
                        row.outcome,
                        row.policy,
                        row.rule,
                        row.kind,
                        row.resource,
                        row.expected,
                        row.actual,
                        row.message
                    );
                }
            }
        }
    }
    println!(
        "suites: {agree} agree, {differ} differ, {idle} not exercised, {invalid} invalid, unsupported {unsupported:?}"
    );
    if choice.is_empty() {
        assert!(agree >= 3150 && differ <= 1, "{agree} agree, {differ} differ");
        record(&Figures {
            table: "suites",
            equal: agree,
            different: differ + invalid,
            unsupported: unsupported.values().sum(),
            idle,
            apart,
        });
    }
}

/// The outcomes of a suite whose files are given.
fn outcomes(test: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (suites, problems) = Suite::read(test);
    assert!(problems.is_empty(), "{problems:?}");
    let beside =
        |name: &str| files.iter().find(|(path, _)| *path == name).map(|(_, text)| (*text).to_string());
    let report = suites[0].run(&beside);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    report.rows.iter().map(|row| format!("{} {:?}: {}", row.policy, row.outcome, row.message)).collect()
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: a, image: b}]}\n";

#[test]
fn answers_of_the_network_and_of_the_global_context_are_given_by_the_test() {
    let classic = "
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: classic}
spec:
  background: false
  rules:
    - name: r
      match: {any: [{resources: {kinds: [Pod]}}]}
      context:
        - {name: pods, apiCall: {urlPath: \"/api/v1/namespaces/{{request.namespace}}/pods\", jmesPath: \"items | length(@)\"}}
        - {name: owners, apiCall: {method: POST, service: {url: \"https://owners.example/web\"}}}
        - {name: limits, globalReference: {name: quotas.pods}}
      validate:
        message: too many
        deny:
          conditions:
            any:
              - {key: \"{{ pods }}\", operator: GreaterThan, value: \"{{ limits }}\"}
              - {key: \"{{ owners.team }}\", operator: NotEquals, value: shop}
";
    let cel = "
apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: cel}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [\"\"], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations:
    - expression: http.Get('https://flags.example').open == true && globalContext.Get('quotas', '').pods == 3
";
    let test = |status: u16| {
        format!(
            "
apiVersion: cli.kyverno.io/v1alpha1
kind: Test
metadata: {{name: mocks}}
policies: [classic.yaml, cel.yaml]
resources: [pod.yaml]
apiCallResponses:
  - {{urlPath: /api/v1/namespaces/shop/pods, response: {{body: {{items: [{{}}, {{}}]}}}}}}
  - {{url: \"https://owners.example/web\", method: POST, response: {{statusCode: {status}, body: {{team: shop}}}}}}
  - {{url: \"https://flags.example\", method: GET, response: {{body: {{open: true}}}}}}
globalContextEntries:
  - {{name: quotas, data: {{shop: {{pods: 3}}}}, fieldPath: shop, projections: [{{name: pods, path: pods}}]}}
results:
  - {{policy: classic, rule: r, resources: [web], kind: Pod, result: {}}}
  - {{policy: cel, resources: [web], kind: Pod, result: pass}}
",
            if status == 200 { "pass" } else { "error" }
        )
    };
    let files = [("classic.yaml", classic), ("cel.yaml", cel), ("pod.yaml", POD)];
    for status in [200, 503] {
        let found = outcomes(&test(status), &files);
        assert!(found.len() == 2 && found.iter().all(|row| row.contains(" Agrees: ")), "{found:#?}");
    }
}

#[test]
fn older_forms_of_a_test_are_read_with_a_note() {
    let policy = "
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p}
spec:
  rules:
    - name: r
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate: {message: m, pattern: {metadata: {labels: {a: \"?*\"}}}}
";
    let test = "name: old\npolicies: [p.yaml]\nresources: [pod.yaml]\nresults:\n  - {policy: p, rule: r, resource: web, namespace: shop, kind: Pod, status: fail}\n";
    let found = outcomes(test, &[("p.yaml", policy), ("pod.yaml", POD)]);
    assert!(found.len() == 1 && found[0].contains(" Agrees: "), "{found:#?}");
    let notes = &Suite::read(test).0[0].notes;
    assert_eq!(notes.len(), 5, "{notes:#?}");
}
