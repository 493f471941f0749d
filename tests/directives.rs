//! What authors set for blocks: for one, for a page, for a site.

mod support;

use support::SiteTest;

/// Denies Pods without a team, in namespaces of the label `tier=prod`.
const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-team
spec:
  rules:
    - name: team
      match:
        any:
          - resources:
              kinds: [Pod]
              namespaceSelector:
                matchLabels:
                  tier: prod
      validate:
        failureAction: Enforce
        message: A team is needed.
        pattern:
          metadata:
            labels:
              team: \"?*\"
";
const PROD: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    tier: prod\n";

/// A page with a directive above a block that submits a Pod without a team.
fn page(directive: &str) -> String {
    let run = "kubectl run web --image=nginx:1.27 -n shop";
    format!("# Teams\n\n<!-- snippet: {directive} -->\n```bash\n{run}\n```\n")
}

fn findings(config: &str, page: &str) -> Vec<String> {
    let mut site = SiteTest::new([
        ("site.toml", format!("title = \"Test\"\n{config}").as_str()),
        ("content/index.md", page),
        ("policies/team.yaml", POLICY),
        ("fixtures/shop.yaml", PROD),
    ]);
    let all = site.build().findings();
    all.into_iter().filter(|one| one.contains("snippet-directive") || one.contains("[claim-")).collect()
}

/// The verdicts of the page's claims.
fn verdicts(config: &str, page: &str) -> Vec<&'static str> {
    let mut site = SiteTest::new([
        ("site.toml", format!("title = \"Test\"\n{config}").as_str()),
        ("content/index.md", page),
        ("policies/team.yaml", POLICY),
        ("fixtures/shop.yaml", PROD),
    ]);
    site.build().0.claims.iter().map(|(_, one)| one.outcome.verdict.word()).collect()
}

#[test]
fn a_directive_that_names_nothing_is_an_error() {
    for (directive, name) in [
        ("policies=require-tea", "`require-tea`"),
        ("state=fixtures/none.yaml", "`fixtures/none.yaml`"),
        ("output-of=nothing", "`nothing`"),
        ("message=/(/", "no regular expression"),
        ("polices=require-team", "`polices`"),
    ] {
        let found = findings("", &page(directive));
        assert!(
            found.iter().any(|one| one.contains("error[") && one.contains(name)),
            "{directive}: {found:?}"
        );
    }
    assert_eq!(verdicts("", &page("expect=denied by=none.yaml state=fixtures/shop.yaml")), ["invalid"]);
    assert_eq!(verdicts("", &page("expect=denied by=none state=fixtures/shop.yaml")), ["invalid"]);
}

#[test]
fn objects_that_exist_beforehand_decide() {
    assert_eq!(verdicts("", &page("expect=denied by=require-team")), ["not checkable"]);
    let denied = page("expect=denied by=require-team state=fixtures/shop.yaml");
    assert_eq!(verdicts("", &denied), ["verified"]);
    let attribute =
        page("id=x").replace("```bash", "```bash { expect=\"denied\" state=\"fixtures/shop.yaml\" }");
    assert_eq!(verdicts("", &attribute), ["verified"]);
}

#[test]
fn a_message_is_part_of_the_claim() {
    let with = |message: &str| page(&format!("expect=denied state=fixtures/shop.yaml message=/{message}/"));
    assert_eq!(verdicts("", &with("team is")), ["verified"]);
    assert_eq!(verdicts("", &with("^a team$")), ["contradicted"]);
}

#[test]
fn what_is_set_for_a_site_holds_where_nothing_else_is_said() {
    let site = "[check.blocks]\nstate = [\"fixtures/shop.yaml\"]\n";
    assert_eq!(verdicts(site, &page("expect=denied")), ["verified"]);
    let other = format!("---\nsnippets:\n  state: fixtures/none.yaml\n---\n{}", page("expect=denied"));
    assert_eq!(verdicts(site, &other), ["not checkable"]);
    let found = findings("[check.blocks]\nexpect = \"denied\"\n", "# Page\n");
    assert!(found[0].contains("`expect` is set for one block"), "{found:?}");
}

#[test]
fn a_directive_above_a_manifest_is_about_its_object() {
    let manifest = |directive: &str| {
        let object = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n\
            spec: {containers: [{name: web, image: nginx}]}\n";
        let state = "state=fixtures/shop.yaml";
        verdicts("", &format!("# Teams\n\n<!-- snippet: {directive} {state} -->\n```yaml\n{object}```\n"))
    };
    assert_eq!(manifest("expect=denied by=require-team"), ["verified"]);
    assert_eq!(manifest("expect=admitted"), ["contradicted"]);
    assert_eq!(manifest("expect=denied by=require-team/nope"), ["invalid"]);
}

#[test]
fn shown_output_is_held_against_the_command_that_prints_it() {
    let output = "<!-- snippet: output-of=run -->\n```text\nError from server: admission webhook \"x\" denied the \
        request:\n\nrequire-team:\n  team: 'validation error: A team is needed.'\n```\n";
    let says = |labels: &str| {
        let run = page("id=run state=fixtures/shop.yaml").replace(" -n shop", &format!(" -n shop {labels}"));
        verdicts("", &format!("{run}\n{output}"))
    };
    assert_eq!((says(""), says("--labels=team=a")), (vec!["verified"], vec!["contradicted"]));
}

#[test]
fn a_directive_stands_above_a_block() {
    let directive = "<!-- snippet: expect=denied by=require-team state=fixtures/shop.yaml -->\n";
    let block = "```bash\nkubectl run web --image=nginx -n shop\n```\n";
    for between in ["", "\n", "<!-- a note -->\n"] {
        assert_eq!(
            verdicts("", &format!("# Teams\n\n{directive}{between}{block}")),
            ["verified"],
            "{between}"
        );
    }
    for between in ["\nText\n\n", "<!-- snippet: id=b -->\n", "\n## B\n\n"] {
        let found = findings("", &format!("# Teams\n\n{directive}{between}{block}"));
        assert!(
            found[0].contains("about the code block below it, and there is none"),
            "{between}: {found:?}"
        );
    }
    assert!(findings("", &page("expect=deniedd"))[0].contains("none of the outcomes"));
}
