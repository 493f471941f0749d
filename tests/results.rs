//! What a site shows of what was decided: the proof page, the policies' pages, the reports.

mod support;

use runproof::build::{Builder, Options};
use support::SiteTest;
use support::command::{command, finish};

const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-owner
spec:
  rules:
    - name: has-owner
      match: {any: [{resources: {kinds: [ConfigMap]}}]}
      validate:
        failureAction: Enforce
        message: Say whose it is.
        pattern: {metadata: {labels: {owner: \"?*\"}}}
";

const PAGE: &str = "# Owners

## Try it

```bash
kubectl create configmap settings --from-literal=a=b
# Expected: denied by require-owner
```

## Look at it

```bash
kubectl get configmaps
# Expected: a list
```
";

fn site() -> SiteTest {
    SiteTest::new([("content/index.md", PAGE), ("policies/owner.yaml", POLICY)])
}

#[test]
fn the_proof_page_tells_what_holds_and_what_was_not_checked() {
    let built = site().build_cold();
    let proof = built.text("proof/index.html");
    for said in [
        "denied by require-owner/has-owner",
        "content/index.md:7",
        "it asks a live cluster",
        "../#try-it",
        "Kyverno 1.19",
    ] {
        assert!(proof.contains(said), "{said}: {proof}");
    }
    assert!(built.text("index.html").contains("<a href=\"proof/\">What this site proves</a>"));
    assert!(built.text("policies/require-owner/index.html").contains("<a href=\"../../proof/\">"));
    assert!(built.text("404.html").contains("/proof/"));
}

#[test]
fn a_site_without_claims_has_no_proof_page() {
    let built = SiteTest::new([("content/index.md", "# Home\n\n```bash\nls\n```\n")]).build_cold();
    assert!(!built.files().contains_key("proof/index.html"));
    assert!(!built.text("index.html").contains("What this site proves"));
}

#[test]
fn a_page_of_the_author_stays_where_the_proof_page_would_be() {
    let site = site();
    site.put("content/proof.md", "# Proof of delivery\n");
    let built = site.build_cold();
    assert!(built.text("proof/index.html").contains("Proof of delivery"));
    assert!(!built.text("index.html").contains("What this site proves"));
    let found = built.findings().join("\n");
    assert!(found.contains("warning[url-conflict]: this page stands where the generated page"), "{found}");
}

const SUITE: &str = "apiVersion: cli.kyverno.io/v1alpha1
kind: Test
metadata: {name: owner}
policies: [owner.yaml]
resources: [resources.yaml]
results:
  - {policy: require-owner, rule: has-owner, kind: ConfigMap, resources: [ours], result: pass}
";
const RESOURCES: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: ours, labels: {owner: us}}
";

#[test]
fn a_rule_shows_what_it_denies_and_what_it_admits() {
    let site = site();
    let lacking = "note[rule-without-witness]: `require-owner/has-owner` has no object that it admits";
    let found = site.build_cold().findings().join("\n");
    assert!(found.contains(&format!("policies/owner.yaml:7:1: {lacking}")), "{found}");
    site.put("policies/kyverno-test.yaml", SUITE);
    site.put("policies/resources.yaml", RESOURCES);
    let built = site.build_cold();
    assert!(built.findings().is_empty(), "{:?}", built.findings());
    let page = built.text("policies/require-owner/index.html");
    for said in [
        "<a href=../../#try-it>ConfigMap settings</a> (Owners)",
        "<a href=#example-configmap-ours>ConfigMap ours</a> (a test suite)",
        "1 agree",
    ] {
        assert!(page.contains(said), "{said} is not on the page");
    }
}

#[test]
fn a_rule_that_admits_what_a_suite_tries_denies_not_all() {
    let site = site();
    let page = "# Owners\n\n```bash\nkubectl create configmap a\n# Expected: denied by require-owner\n\
        kubectl create configmap b\n# Expected: admitted\n```\n";
    site.put("content/index.md", page);
    let found = site.build_cold().findings().join("\n");
    assert!(found.contains("claim-denies-all"), "{found}");
    site.put("policies/kyverno-test.yaml", SUITE);
    site.put("policies/resources.yaml", RESOURCES);
    let found = site.build_cold().findings().join("\n");
    assert!(found.contains("claim-contradicted") && !found.contains("claim-denies-all"), "{found}");
}

#[test]
fn what_a_claim_says_of_policy_and_message_counts() {
    let site = site();
    let says = |words: &str| {
        let page =
            format!("# Owners\n\n```bash\nkubectl create configmap a\n# Expected: denied {words}\n```\n");
        site.put("content/index.md", &page);
        let found = site.build_cold().findings().join("\n");
        ["claim-contradicted", "unknown-policy", "unknown-name"]
            .into_iter()
            .find(|code| found.contains(code))
            .unwrap_or("holds")
    };
    assert_eq!(says("by require-owner with \"Say whose it is\""), "holds");
    assert_eq!(says("by require-owner with /whose/"), "holds");
    assert_eq!(says("by require-owner with \"another message\""), "claim-contradicted");
    assert_eq!(says("by require-owner with /(whose/"), "claim-contradicted");
    assert_eq!(says("with message 'blocked by a policy'"), "claim-contradicted");
    assert_eq!(says("by require-owner and require-team"), "unknown-policy");
    assert_eq!(says("by owner.yaml"), "holds");
    assert_eq!(says("by teams.yaml"), "unknown-name");
    assert_eq!(says("by the require-owner policy"), "holds");
}

#[test]
fn a_claim_is_about_all_that_its_command_sends_as_it_is_then() {
    let site = site();
    let strip = |commands: &str| {
        let page = format!("# Owners\n\n```bash\n{commands}\n```\n");
        site.put("content/index.md", &page);
        let html = site.build_cold().text("index.html");
        let words =
            ["Checked: ", "Does not hold: ", "Not checked: "].into_iter().find(|words| html.contains(words));
        words.unwrap_or("nothing")
    };
    let both = "kubectl create configmap a && kubectl run b --image=c\n# Expected:";
    assert_eq!(strip(&format!("{both} allowed")), "Does not hold: ");
    assert_eq!(strip(&format!("{both} denied by require-owner")), "Checked: ");
    let other = "kubectl run b --image=c && kubectl create configmap a\n# Expected:";
    assert_eq!(strip(&format!("{other} allowed")), "Does not hold: ");
    assert_eq!(strip(&format!("{other} denied by require-owner")), "Checked: ");
    let piped = "kubectl create configmap a --dry-run=client -o yaml | kubectl apply -f -\n# Expected: denied by require-owner";
    assert_eq!(strip(piped), "Checked: ");
    let file = |between: &str| {
        let write = "cat > a.yaml <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nEOF";
        strip(&format!("{write}\n{between}\nkubectl apply -f a.yaml\n# Expected: denied by require-owner"))
    };
    assert_eq!((file("cat a.yaml"), file("sed s/a/b/ a.yaml")), ("Checked: ", "Checked: "));
    for partial in
        ["create configmap YOUR_NAME", "create configmap a ...", "run a --labels=team --image=b", "run a"]
    {
        assert_eq!(strip(&format!("kubectl {partial}\n# Expected: denied")), "Not checked: ", "{partial}");
    }
    for change in [
        "sed -i s/a/b/ a.yaml",
        "yq -i '.x = 1' ./a.yaml",
        "echo x >> a.yaml",
        "cp b.yaml a.yaml",
        "vi a.yaml",
    ] {
        assert_eq!(file(change), "Not checked: ", "{change}");
    }
}

#[test]
fn a_claim_about_output_is_held_against_what_the_page_keeps() {
    let site = site();
    let told = |record: &str| {
        let page = format!(
            "# Score\n\n<!-- snippet: id=score -->\n```bash\nscorecard --repo=github.com/x/y\n# Expected: Score >= 8.0/10\n```\n\n{record}\n"
        );
        site.put("content/index.md", &page);
        let built = site.build_cold();
        (built.findings().join("\n"), built.text("index.html"))
    };
    let kept = |directive: &str, text: &str| format!("<!-- snippet: {directive} -->\n```text\n{text}\n```");
    let (found, page) = told(&kept("output-of=score recorded=2026-11-20", "Aggregate score: 8.4/10"));
    assert!(found.contains("claim-not-checked") && !found.contains("contradicted"), "{found}");
    assert!(page.contains("but it was recorded on 2026-11-20 and is not run here"), "{page}");
    assert!(page.contains("Checked, with a caveat"), "never a plain tick: {page}");
    let (found, _) = told(&kept("output-of=score recorded=2026-11-20", "Aggregate score: 7.4/10"));
    assert!(found.contains("claim-contradicted"), "{found}");
    for open in ["", &kept("output-of=score", "Aggregate score: 8.4/10")] {
        let (found, page) = told(open);
        assert!(!found.contains("claim-") && !page.contains("Checked"), "{open}: {found}");
    }
    let shown = kept("output-of=score", "an older one");
    let (_, page) =
        told(&format!("{shown}\n\n{}", kept("output-of=score recorded=2026-11-20", "score: 8.4/10")));
    assert!(page.contains("recorded on 2026-11-20"), "{page}");
    for wrong in ["output-of=score recorded=yesterday", "recorded=2026-11-20"] {
        assert!(told(&kept(wrong, "8.4")).0.contains("snippet-directive"), "{wrong}");
    }
}

#[test]
fn a_rule_that_nothing_tries_says_so() {
    let site = SiteTest::new([("content/index.md", "# Home\n"), ("policies/owner.yaml", POLICY)]);
    let built = site.build_cold();
    let found = built.findings().join("\n");
    assert!(found.contains("`require-owner/has-owner` has nothing that the site tries"), "{found}");
    assert!(built.text("policies/require-owner/index.html").contains("no test"));
}

/// A classic policy that adds a label and wants an owner, and one in CEL that takes any owner, even an empty one.
const VARIANTS: [(&str, &str); 4] = [
    ("content/index.md", "# Home\n"),
    (
        "policies/a/owner/owner.yaml",
        "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: owner}
spec:
  rules:
    - name: label
      match: {any: [{resources: {kinds: [ConfigMap]}}]}
      mutate: {patchStrategicMerge: {metadata: {labels: {seen: \"yes\"}}}}
    - name: has-owner
      match: {any: [{resources: {kinds: [ConfigMap]}}]}
      validate:
        message: Say whose it is.
        pattern: {metadata: {labels: {owner: \"?*\"}}}
",
    ),
    (
        "policies/a-vpol/owner/owner.yaml",
        "apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: other-name}
spec:
  validationActions: [Audit]
  matchConstraints:
    resourceRules: [{apiGroups: [\"\"], apiVersions: [v1], resources: [configmaps], operations: [CREATE]}]
  validations:
    - {expression: \"has(object.metadata.labels) && 'owner' in object.metadata.labels\", message: Whose}
",
    ),
    (
        "policies/a-vpol/owner/.kyverno-test/kyverno-test.yaml",
        "apiVersion: cli.kyverno.io/v1alpha1
kind: Test
metadata: {name: owner}
policies: [../owner.yaml, ../../../a/owner/owner.yaml]
resources: [objects.yaml]
results:
  - {policy: other-name, kind: ConfigMap, resources: [empty], result: pass}
  - {policy: other-name, kind: ConfigMap, resources: [nobodys], result: fail}
  - {policy: owner, rule: label, kind: ConfigMap, resources: [nobodys], result: pass}
",
    ),
];

#[test]
fn variants_of_one_control_list_what_they_decide_differently() {
    let site = SiteTest::new(VARIANTS);
    site.put(
        "policies/a-vpol/owner/.kyverno-test/objects.yaml",
        "# Whose is this?\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: nobodys}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: empty, labels: {owner: \"\"}}\n",
    );
    let built = site.build_cold();
    let page = built.text("policies/owner/index.html");
    let row = "<td>ConfigMap empty<br><code>policies/a-vpol/owner/.kyverno-test/kyverno-test.yaml</code></td><td>passes</td><td>fails";
    for said in ["Of 2 objects", row, "Changed by label", "+    seen: yes", "# Whose is this?"] {
        assert!(plain(&page).contains(said), "{said}: {page}");
    }
    assert!(plain(&page).contains("# Expected: changed by owner/label"));
    let other = plain(&built.text("policies/other-name/index.html"));
    assert!(other.contains("# Expected: reported by other-name"), "{other}");
    assert!(other.contains("kubectl apply -f - &lt;&lt;'EOF'\n# Whose is this?"), "{other}");
}

/// The page without the elements that colour code.
fn plain(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some(at) = rest.find("<span") {
        text.push_str(&rest[..at]);
        rest = rest[at..].split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.replace("</span>", "")
}

fn runproof(site: &SiteTest, args: &[&str]) -> (i32, String) {
    let mut command = command(site.path(), args);
    command.env("GITHUB_STEP_SUMMARY", "summary.md");
    let ran = finish(command, "");
    (ran.status, ran.out)
}

/// A page with a claim that holds with a caveat, one that does not, and one that nothing can decide.
fn reported() -> SiteTest {
    let wrong = "## Wrong\n\n```bash\nkubectl create configmap other --from-literal=a=b\n# Expected: allowed by require-owner\n```\n";
    let site = site();
    site.put("site.toml", "title = \"Runbooks\"\n");
    site.put("content/index.md", &format!("---\ncontrols: [CC6.1]\n---\n{PAGE}\n{wrong}"));
    site
}

#[test]
fn a_claim_is_a_case_that_passed_failed_or_was_skipped() {
    let (status, xml) = runproof(&reported(), &["check", "--format", "junit"]);
    assert_eq!(status, 1);
    assert!(
        xml.contains("<testsuite name=\"content/index.md\" tests=\"3\" failures=\"2\" skipped=\"1\">"),
        "{xml}"
    );
    assert!(xml.contains("<skipped message=\"Not checked: it asks a live cluster\"/>"), "{xml}");
    assert!(xml.contains("<failure type=\"error\" message=\"the page says that this is admitted"), "{xml}");
}

#[test]
fn code_scanning_gets_places_relations_and_fingerprints() {
    let (_, sarif) = runproof(&reported(), &["check", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["ruleId"] == "claim-contradicted"));
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        assert_eq!(result["partialFingerprints"]["runproof/v1"].as_str().unwrap().len(), 16);
        for place in
            [&result["locations"], &result["relatedLocations"]].into_iter().filter_map(|list| list.as_array())
        {
            let physical = &place[0]["physicalLocation"];
            assert!(physical["artifactLocation"]["uri"].as_str().is_some_and(|uri| !uri.starts_with('/')));
            assert!(physical["region"]["startLine"].as_u64().unwrap() > 0);
        }
    }
    let contradicted = results.iter().find(|result| result["ruleId"] == "claim-contradicted").unwrap();
    let policy = &contradicted["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(policy, "policies/owner.yaml");
}

#[test]
fn github_gets_a_summary_of_the_step_with_the_claims() {
    let site = reported();
    let (_, out) = runproof(&site, &["check", "--format", "github"]);
    assert!(out.contains("::error file=content/index.md,line="), "{out}");
    let summary = std::fs::read_to_string(site.path().join("summary.md")).unwrap();
    assert!(summary.contains("3 claims: 1 verified, 1 contradicted, 1 not checkable."), "{summary}");
}

#[test]
fn a_cluster_gets_a_policy_report() {
    let site = reported();
    runproof(&site, &["check", "--policy-report", "report.yaml"]);
    let report = std::fs::read_to_string(site.path().join("report.yaml")).unwrap();
    for said in [
        "kind: ClusterPolicyReport",
        "policy: require-owner\n  result: warn",
        "result: fail",
        "result: skip",
        "page: content/index.md:10",
    ] {
        assert!(report.contains(said), "{said}: {report}");
    }
}

#[test]
fn an_auditor_gets_controls_digests_verdicts_and_versions() {
    let site = reported();
    let (status, json) = runproof(&site, &["report"]);
    assert_eq!(status, 0);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["version"], &report["totals"]["verified"]), (&1.into(), &1.into()));
    let claim = &report["claims"][0];
    assert_eq!(claim["controls"][0], "CC6.1");
    assert_eq!(claim["policy_sha256"], report["policies"][0]["sha256"]);
    assert_eq!(report["policies"][0]["rules"][0]["acts_on"], "ConfigMap settings");
    let (_, csv) = runproof(&site, &["report", "--format", "csv"]);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 5, "{csv}");
    assert!(lines[1].starts_with("CC6.1,Owners,content/index.md,10,"), "{csv}");
    assert_eq!(lines[0].split(',').count(), 17);
}

#[test]
fn the_number_of_undecided_claims_cannot_rise_unseen() {
    let mut site = reported();
    for (accepted, found) in [
        (0, Some("error[too-many-unchecked]: 1 claim is not checkable, and `max_unchecked` is 0")),
        (1, None),
        (3, Some("note[too-many-unchecked]: 1 claim is not checkable, and `max_unchecked` is 3")),
    ] {
        site.put("site.toml", &format!("[check]\nmax_unchecked = {accepted}\n"));
        let all = site.build().findings();
        let own = all.iter().find(|line| line.contains("too-many-unchecked"));
        assert_eq!(own.map(String::as_str), found);
    }
}

/// The demo: what the phase documents promise is decided, isolated and proves something, or says that it needs a cluster.
#[test]
fn the_phase_documents_of_this_repository_hold() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let build = Builder::open(Options::new(root)).unwrap().build();
    let claims = build.audit.claims.iter().filter(|claim| claim.file.starts_with("content/roadmap/"));
    let (decided, open): (Vec<_>, Vec<_>) = claims.partition(|claim| claim.verdict == "verified");
    let weak: Vec<_> = decided.iter().filter(|claim| !claim.qualifiers.is_empty()).collect();
    assert!(decided.len() >= 10 && weak.is_empty(), "{} {weak:#?}", decided.len());
    assert!(open.iter().all(|claim| claim.reason == Some("needs-state")), "{open:#?}");
    let untried = build.diagnostics.iter().filter(|found| found.code.name == "rule-without-witness").count();
    assert_eq!(untried, 0);
    let rules = build.audit.policies.iter().flat_map(|policy| &policy.rules);
    assert!(
        rules.clone().count() >= 5
            && rules.into_iter().all(|rule| rule.acts_on.is_some() && rule.lets_pass.is_some())
    );
}

#[test]
fn a_policy_that_has_drifted_is_told_the_difference() {
    let site = SiteTest::new([("site.toml", "title = \"Runbooks\"\n"), ("policies/owner.yaml", POLICY)]);
    let shown = POLICY.replace("Say whose it is.", "Name the owner.");
    site.put("content/index.md", &format!("# Owners\n\n```yaml\n{shown}```\n"));
    let (status, printed) = runproof(&site, &["check"]);
    assert_eq!(status, 1);
    for said in ["error[policy-drift]", "-    message: Name the owner.", "+    message: Say whose it is."] {
        assert!(printed.contains(said), "{said}: {printed}");
    }
}

#[test]
fn a_policy_in_a_command_is_held_against_the_file_too() {
    let site = site();
    let found = |policy: &str| {
        let page = format!("# Owners\n\n```bash\nkubectl apply -f - <<'EOF'\n{policy}EOF\n```\n");
        site.put("content/index.md", &page);
        site.build_cold().findings().join("\n").contains("error[policy-drift]")
    };
    assert!(!found(POLICY));
    assert!(found(&POLICY.replace("Say whose it is", "Name the owner")));
}

const CHAINSAW: &str = "apiVersion: chainsaw.kyverno.io/v1alpha1
kind: Test
metadata: {name: owner}
spec:
  steps:
  - name: policy
    try:
    - apply: {file: ../owner.yaml}
    - patch: {resource: {apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {name: require-owner}, spec: {background: false}}}
    - assert: {file: ready.yaml}
  - name: objects
    try:
    - apply: {file: good.yaml}
    - apply:
        file: bad.yaml
        expect:
        - check: {($error != null): true}
    - script: {content: kubectl delete cpol --all}
    - apply: {file: bad.yaml}
";
const GOOD: &str = "# It says whose it is.
apiVersion: v1
kind: ConfigMap
metadata:
  name: good
  labels: {owner: me}
";

#[test]
fn tests_of_chainsaw_become_examples_with_what_was_decided() {
    let bad =
        GOOD.replace("good", "bad").replace("  labels: {owner: me}\n", "").replace("It says", "Nobody says");
    let test = SiteTest::new([
        ("content/index.md", "# Owners\n"),
        ("policies/owner.yaml", POLICY),
        ("policies/.chainsaw-test/chainsaw-test.yaml", CHAINSAW),
        ("policies/.chainsaw-test/good.yaml", GOOD),
        ("policies/.chainsaw-test/bad.yaml", &bad),
    ]);
    let built = test.build_cold();
    let page = built.text("policies/require-owner/index.html");
    for said in [
        "Nobody says whose it is.",
        "It says whose it is.",
        "Checked: denied by has-owner",
        "policies/.chainsaw-test/chainsaw-test.yaml",
    ] {
        assert!(page.contains(said), "{said} is not on the page");
    }
    assert_eq!(
        built.findings(),
        [
            "policies/.chainsaw-test/chainsaw-test.yaml:18:7: note[claim-not-checked]: the test is not decided from here on: what `script` changes is not known"
        ]
    );

    test.put("policies/.chainsaw-test/bad.yaml", GOOD);
    test.put("policies/.chainsaw-test/good.yaml", &bad);
    let found = test.build_cold().findings();
    let differs: Vec<&String> = found.iter().filter(|one| one.contains("test-differs")).collect();
    assert_eq!(differs.len(), 2, "{found:#?}");
    assert!(
        differs[0].contains("expected ConfigMap `bad` to be admitted, but require-owner/has-owner denies it")
    );
    assert!(differs[1].contains("expected ConfigMap `good` to be refused, but no policy denies it"));
}
