//! Objects on pages and in files, held against the schemas of their kinds.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use runproof::kube::read;
use runproof::kube::schema::{FaultKind, Found, Origin, Schemas};
use runproof::policy::{self, Policy};
use support::{SiteTest, shared};

/// The codes of this subject.
const CODES: [&str; 4] = ["manifest-field", "api-not-served", "api-deprecated", "kind-not-checked"];

/// What is said of a site with these files, beside its configuration.
fn said(files: &[(&str, &str)]) -> Vec<String> {
    let site = SiteTest::new(files.iter().copied());
    let ours = |line: &String| CODES.iter().any(|code| line.contains(&format!("[{code}]")));
    site.build_cold().findings().into_iter().filter(ours).collect()
}

fn page(text: &str) -> Vec<String> {
    said(&[("content/index.md", text)])
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostPid: true\n";

#[test]
fn what_a_command_sends_must_be_whole_and_what_is_shown_need_not() {
    assert_eq!(
        page(&format!("# A\n\n```bash\nkubectl apply -f - <<'EOF'\n{POD}EOF\n```\n")),
        [
            "content/index.md:8:1: error[manifest-field]: `spec` lacks `containers`, which is required",
            "content/index.md:9:3: error[manifest-field]: `spec` has no field `hostPid`",
        ]
    );
    assert_eq!(
        page(&format!("# A\n\n```yaml\n{POD}```\n")),
        ["content/index.md:8:3: error[manifest-field]: `spec` has no field `hostPid`"]
    );
    let titled =
        format!("# A\n\n```yaml title=\"pod.yaml\"\n{POD}```\n\n```bash\nkubectl apply -f pod.yaml\n```\n");
    assert_eq!(page(&titled).len(), 2);
}

#[test]
fn what_says_that_it_is_not_whole_is_not_judged() {
    for block in [
        format!("```yaml\n{POD}  # ...\n```"),
        format!("```yaml\n{}```", POD.replace("web", "<name>")),
        format!("```yaml\n{}```", POD.replace("web", "\"{{ .Values.name }}\"")),
        format!("<!-- snippet: role=fragment -->\n```yaml\n{POD}```"),
        format!("<!-- snippet: check=off reason=\"as it was\" -->\n```yaml\n{POD}```"),
        "```yaml\napiVersion: v1\nkind: Pod\nspec: {$patch: replace, hostPid: true}\n```".to_string(),
        "```yaml\nspec:\n  hostPid: true\n```".to_string(),
        "```yaml\napiVersion: v1\nkind: Pod\nspec: {restartPolicy: Always | Never}\n```".to_string(),
    ] {
        assert_eq!(page(&format!("# A\n\n{block}\n")), Vec::<String>::new(), "{block}");
    }
}

#[test]
fn a_site_a_page_and_a_block_have_their_version() {
    let block = "```yaml\napiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n```\n";
    let gone =
        "does not serve a FlowSchema as `flowcontrol.apiserver.k8s.io/v1beta3`: 1.31 was the last that did";
    assert_eq!(
        page(&format!("# A\n\n{block}")),
        [format!("content/index.md:4:13: error[api-not-served]: Kubernetes 1.37 {gone}")]
    );
    let deprecated =
        "warning[api-deprecated]: `flowcontrol.apiserver.k8s.io/v1beta3` is deprecated for a FlowSchema";
    let front = format!("---\nkubernetes: \"1.30\"\n---\n# A\n\n{block}");
    assert_eq!(page(&front), [format!("content/index.md:7:13: {deprecated}")]);
    assert_eq!(page(&format!("# A\n\n<!-- snippet: kubernetes=1.28 -->\n{block}")), Vec::<String>::new());
    let text = format!("# A\n\n{block}");
    assert_eq!(
        said(&[("site.toml", "[check]\nkubernetes = \"1.30\"\n"), ("content/index.md", &text)]),
        [format!("content/index.md:4:13: {deprecated}")]
    );
}

#[test]
fn a_version_that_is_not_known_is_told_where_it_stands() {
    let found = |files: &[(&str, &str)]| SiteTest::new(files.iter().copied()).build_cold().findings();
    let unknown = "Kubernetes 1.24 is not known, only 1.25 to 1.37";
    assert_eq!(
        found(&[("site.toml", "[check]\nkubernetes = \"1.24\"\n"), ("content/index.md", "# A\n")]),
        [format!("site.toml:2:14: error[config]: {unknown}")]
    );
    assert_eq!(
        found(&[("content/index.md", "---\nkubernetes: 1.24\n---\n# A\n")]),
        [format!("content/index.md:2:13: error[snippet-directive]: {unknown}")]
    );
}

#[test]
fn a_kind_that_nobody_defines_is_named_once() {
    let probe = "```yaml\napiVersion: example.com/v1\nkind: Probe\nmetadata: {name: a}\n```\n";
    assert_eq!(
        page(&format!("# A\n\n{probe}\n{probe}")),
        [
            "content/index.md:5:7: note[kind-not-checked]: objects such as this Probe of `example.com/v1` are not checked"
        ]
    );
}

#[test]
fn objects_beside_policies_are_held_against_their_kinds_as_warnings() {
    assert_eq!(
        said(&[("content/index.md", "# A\n"), ("policies/tests/pod.yaml", POD)]),
        ["policies/tests/pod.yaml:5:3: warning[manifest-field]: `spec` has no field `hostPid`"]
    );
}

/// Of some 2,900 objects of Kubernetes' kinds in the tests of the public policies three have such a fault, as the
/// package `kubernetes-validate` says too: `allowPrivilegeEscalation` in the security context of a Pod.
#[test]
fn the_tests_of_public_policies_hold_few_faults() {
    let Some(policies) = shared("corpora/kyverno/policies") else { return };
    let schemas = Schemas::newest();
    let (mut objects, mut faults) = (0, Vec::new());
    for file in walk(&policies).iter().filter(|file| file.to_str().unwrap().contains("-test/")) {
        for resource in read(&std::fs::read_to_string(file).unwrap()).0 {
            let Some(kind) = schemas.kind(&resource.gvk).filter(|kind| kind.origin == Origin::Kubernetes)
            else {
                assert!(
                    matches!(schemas.find(&resource.gvk), Found::Served(_) | Found::Unknown),
                    "{}",
                    resource.gvk
                );
                continue;
            };
            objects += 1;
            let own =
                schemas.faults(kind, &resource).into_iter().filter(|fault| fault.kind != FaultKind::Missing);
            faults.extend(own.map(|fault| format!("{}: {}", file.display(), fault.message)));
        }
    }
    assert!(objects > 2500, "{objects}");
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert!(
        faults.iter().all(|line| line.ends_with("has no field `allowPrivilegeEscalation`")),
        "{faults:#?}"
    );
}

/// No object on the pages of the public site has a fault.
#[test]
fn the_pages_of_a_public_site_hold_no_faults() {
    let Some(site) = shared("corpora/ael") else { return };
    let found = SiteTest::copy_of(&site).build_cold().findings();
    let count = |code: &str| found.iter().filter(|line| line.contains(&format!("[{code}]"))).count();
    assert_eq!((count("manifest-field"), count("api-not-served"), count("api-deprecated")), (0, 0, 0));
}

/// The policies of the public site whose real verdicts show that a path is to blame: a note of the table says that a
/// kind is never looked at, that a path is null, or that a field belongs elsewhere. Each has a finding of its own.
#[test]
fn paths_that_policies_read_in_vain_are_named() {
    let (Some(site), Some(table)) = (shared("corpora/ael"), shared("reference/ael-claims/policies.tsv"))
    else {
        return;
    };
    let found = SiteTest::copy_of(&site).build_cold().findings();
    let doubts: Vec<(&str, usize)> = found
        .iter()
        .filter(|line| line.contains("[policy-doubt]: there is no field"))
        .map(|line| {
            let mut parts = line.strip_prefix("docs/").unwrap().split(':');
            (parts.next().unwrap(), parts.next().unwrap().parse().unwrap())
        })
        .collect();
    let causes = ["never looked at", "is null", "only spec.template is read", "is a field of emptyDir"];
    let table = std::fs::read_to_string(table).unwrap();
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    let (mut blamed, mut unnamed) = (0, Vec::new());
    for row in
        rows.iter().filter(|row| causes.iter().any(|cause| row[7].contains(cause) || row[8].contains(cause)))
    {
        let line: usize = row[1].parse().unwrap();
        let next = rows.iter().filter(|other| other[0] == row[0]).map(|other| other[1].parse().unwrap());
        let end = next.filter(|other| *other > line).min().unwrap_or(usize::MAX);
        blamed += 1;
        if !doubts.iter().any(|(page, at)| *page == row[0] && (line..end).contains(at)) {
            unnamed.push(format!("{}:{line} {}", row[0], row[2]));
        }
    }
    println!(
        "{blamed} policies with a path to blame, {} named; {} findings",
        blamed - unnamed.len(),
        doubts.len()
    );
    assert!(blamed >= 8, "{blamed}");
    assert_eq!(unnamed, Vec::<String>::new());
}

/// None of the public policies, which all do what they should, reads a field in vain.
#[test]
fn public_policies_read_no_field_in_vain() {
    let Some(policies) = shared("corpora/kyverno/policies") else { return };
    let (mut count, mut found) = (0, Vec::new());
    for file in walk(&policies) {
        for resource in read(&std::fs::read_to_string(&file).unwrap()).0 {
            let Ok(policy) = Policy::load(&resource) else { continue };
            count += 1;
            let lints = policy::fields(&policy, &resource, Schemas::newest());
            found.extend(lints.into_iter().map(|one| format!("{}: {}", file.display(), one.message)));
        }
    }
    println!("{count} policies");
    assert!(count > 250, "{count}");
    assert_eq!(found, Vec::<String>::new());
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(walk(&path)),
            false if path.extension().is_some_and(|extension| extension == "yaml") => found.push(path),
            false => {}
        }
    }
    found
}
