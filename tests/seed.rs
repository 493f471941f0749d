//! The page that the project was founded on goes all the way: from its Markdown to decided claims.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use runproof::diag::Severity;
use std::fs;
use support::{Built, SiteTest, shared};

const LIMITS: &str = r#"apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-resource-limits
  annotations:
    policies.kyverno.io/title: Require Resource Limits
spec:
  rules:
    - name: check-limits
      match:
        any:
          - resources:
              kinds: [Pod]
      validate:
        failureAction: Enforce
        message: Every container needs a memory and a CPU limit.
        pattern:
          spec:
            containers:
              - resources:
                  limits:
                    memory: "?*"
                    cpu: "?*"
"#;

const REGISTRIES: &str = r#"apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: restrict-image-registries
  annotations:
    policies.kyverno.io/title: Restrict Image Registries
spec:
  rules:
    - name: approved-registries
      match:
        any:
          - resources:
              kinds: [Pod]
      validate:
        failureAction: Enforce
        message: Images must come from registry.example.com.
        pattern:
          spec:
            containers:
              - image: "registry.example.com/*"
"#;

const PAGE: &str = "content/phase-3-runtime.md";
const HTML: &str = "phase-3-runtime/index.html";

fn seed(policies: &[(&str, &str)]) -> Option<SiteTest> {
    let page = fs::read_to_string(shared("corpora/seed/phase-3-runtime.md")?).unwrap();
    let site = SiteTest::new([("site.toml", "title = \"Seed\"\n"), (PAGE, page.as_str())]);
    policies.iter().for_each(|(path, text)| site.put(path, text));
    Some(site)
}

fn both() -> Option<SiteTest> {
    seed(&[("policies/limits.yaml", LIMITS), ("policies/registries.yaml", REGISTRIES)])
}

fn claims(built: &Built) -> Vec<String> {
    built.findings().into_iter().filter(|found| found.contains("[claim-")).collect()
}

#[test]
fn the_page_tells_what_was_decided() {
    let Some(mut site) = both() else { return };
    let built = site.build();
    let html = built.text(HTML);
    for shown in [
        "denied by require-resource-limits/check-limits",
        "denied by restrict-image-registries/approved-registries",
        "Every container needs a memory and a CPU limit.",
        "Images must come from registry.example.com.",
        "Not checked",
    ] {
        assert!(html.contains(shown), "the page does not show {shown:?}");
    }
    // Each Pod breaks both policies: neither denial stands for its policy alone.
    assert!(html.contains("restrict-image-registries denies it too"));
    assert!(html.contains("require-resource-limits denies it too"));
    for policy in ["require-resource-limits", "restrict-image-registries"] {
        assert!(built.text(&format!("policies/{policy}/index.html")).contains("ClusterPolicy"));
    }
}

#[test]
fn a_loosened_policy_contradicts_the_page() {
    for (path, text, policy, line) in [
        ("policies/limits.yaml", LIMITS, "require-resource-limits", 114),
        ("policies/registries.yaml", REGISTRIES, "restrict-image-registries", 127),
    ] {
        for (strict, loose) in [("Enforce", "Audit"), ("kinds: [Pod]", "kinds: [Service]")] {
            let Some(mut site) = both() else { return };
            assert!(claims(&site.build()).iter().all(|found| !found.contains("error[")));
            site.put(path, &text.replace(strict, loose));
            let built = site.build();
            let errors = built.findings_from(Severity::Error);
            let named = errors.iter().filter(|found| found.contains("[claim-contradicted]"));
            let named: Vec<_> = named.filter(|found| found.starts_with(&format!("{PAGE}:{line}:"))).collect();
            assert_eq!(named.len(), 1, "{policy} {loose}: {errors:#?}");
            assert!(named[0].contains(policy), "{named:?}");
        }
    }
}

#[test]
fn alone_in_a_new_site_only_its_dead_links_are_errors() {
    let Some(mut site) = seed(&[]) else { return };
    let built = site.build();
    let errors = built.findings_from(Severity::Warning);
    assert!(errors.iter().all(|found| found.contains("[broken-link]")), "{errors:#?}");
    // Every `](target.md)` of the page; all of them lead to pages that are not there.
    let page = fs::read_to_string(site.path().join(PAGE)).unwrap();
    assert_eq!(errors.len(), page.matches(".md)").count());

    let html = built.text(HTML);
    assert!(html.contains("Runtime enforcement phase overview."));
    assert!(html.contains("policy-as-code"));
    assert!(html.contains("Real-World Impact"));
    assert_eq!(html.matches("type=checkbox").count() + html.matches("type=\"checkbox\"").count(), 10);
}
