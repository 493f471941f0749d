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
