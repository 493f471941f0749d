//! What a site shows of what was decided: the proof page, the policies' pages, the reports.

mod support;

use support::SiteTest;

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
        assert!(page.contains(said), "{said}: {page}");
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
