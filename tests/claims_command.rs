//! `runproof claims`: every claim of a site, for people and for programs.

mod support;

use support::command::runproof;
use support::{SiteTest, golden};

const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-team
spec:
  validationFailureAction: Enforce
  rules:
    - name: team
      match:
        any:
          - resources:
              kinds: [Pod]
      validate:
        message: A team is needed.
        pattern:
          metadata:
            labels:
              team: \"?*\"
";
const PAGE: &str = "# Teams

```bash
# A Pod without a team (should fail)
kubectl run web --image=nginx:1.27
# Expected: denied by require-team

kubectl run web --image=nginx:1.27 --labels=team=a
# Expected: denied by require-team/team

kubectl apply -f elsewhere.yaml
# Expected: denied

kubectl get pods
# Should return: every pod
```

```yaml
length(items)
# Input: {\"items\": [1, 2]}
# Output: 3
```
";

fn listed(format: &str) -> String {
    let site = SiteTest::new([
        ("site.toml", "title = \"Test\"\n"),
        ("content/index.md", PAGE),
        ("policies/team.yaml", POLICY),
    ]);
    let ran = runproof(site.path(), &["claims", "--format", format]);
    assert_eq!(ran.status, 0);
    ran.out + &ran.err
}

#[test]
fn claims_are_listed_with_verdict_and_evidence() {
    golden::check("tests/golden/claims/human.txt", &listed("human"));
    golden::check("tests/golden/claims/list.json", &listed("json"));
}

#[test]
fn a_claim_has_these_fields_and_no_others() {
    let text = listed("json");
    let list: serde_json::Value = serde_json::from_str(&text[..=text.rfind(']').unwrap()]).unwrap();
    let fields = "class line message object page policies policy qualifiers reason rule scope text verdict";
    for claim in list.as_array().unwrap() {
        let mut keys: Vec<&str> = claim.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys.join(" "), fields);
    }
    assert_eq!(list[0]["object"], "Pod default/web");
}
