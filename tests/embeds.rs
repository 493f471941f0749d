//! Blocks as files: what is copied, its record, and the page that other sites show.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use runproof::source::Hash;
use serde_json::Value;
use support::{Built, SiteTest};

const POLICY: &str = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: require-team\nspec:\n  \
    validationFailureAction: Enforce\n  rules:\n    - name: check-team\n      match:\n        any:\n          \
    - resources:\n              kinds: [Pod]\n      validate:\n        message: A team is needed\n        \
    pattern:\n          metadata:\n            labels:\n              team: \"?*\"\n";

const PAGE: &str = "# Runbook\n\n## Deny\n\n<!-- snippet: id=no-team -->\n```bash\n# A Pod without a team\n\
    kubectl run é --image=nginx\n# Expected: denied by require-team\nkubectl delete ns <namespace>\n```\n\n\
    ```console\n$ kubectl get pods\nNAME\n```\n";

fn site(settings: &str) -> SiteTest {
    let config = format!("title = \"Docs\"\nurl = \"https://docs.example.com/x/\"\n{settings}");
    let site = SiteTest::new([("policies/team.yaml", POLICY), ("content/index.md", "# Home\n")]);
    site.put("site.toml", &config);
    site.put("content/runbook.md", PAGE);
    site
}

fn json(built: &Built, path: &str) -> Value {
    serde_json::from_str(&built.text(path)).unwrap()
}

fn embedded(built: &Built) -> Vec<String> {
    let files = built.files();
    files.keys().filter(|path| path.starts_with("s/") || path.starts_with("embed/")).cloned().collect()
}

#[test]
fn a_block_has_a_text_a_record_and_a_page() {
    let built = site("").build();
    let text = "# A Pod without a team\nkubectl run é --image=nginx\nkubectl delete ns <namespace>";
    assert_eq!(built.text("s/runbook/no-team.sh"), format!("{text}\n"));
    let record = json(&built, "s/runbook/no-team.json");
    assert_eq!(record["version"], 1);
    assert_eq!(record["id"], "content/runbook.md#no-team");
    assert_eq!(record["text"], text);
    assert_eq!(record["sha256"], Hash::of(text).to_string());
    assert_eq!(record["state"], "verified", "{record:#}");
    assert_eq!(record["claims"][0]["command"], 1);
    assert_eq!(record["claims"][0]["line"], 9);
    assert_eq!(record["policies"][0]["sha256"], Hash::of(POLICY).to_string());
    assert_eq!(record["warnings"][0], "deletes a namespace and all that is in it");
    assert_eq!(record["fields"][0], "namespace");
    assert_eq!(record["page"]["url"], "https://docs.example.com/x/runbook/#snippet:no-team");
    let index = json(&built, "s/index.json");
    assert_eq!(index["snippets"][0]["record"], "https://docs.example.com/x/s/runbook/no-team.json");
    assert_eq!(index["component"]["integrity"], Hash::of(built.text("s/snippet.js")).integrity());
}

#[test]
fn an_embedded_page_loads_nothing_and_runs_nothing() {
    let built = site("").build();
    let html = built.text("embed/runbook/no-team/index.html");
    let style = html.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).unwrap().0;
    let policy = format!(
        "default-src 'none'; style-src '{}'; base-uri 'none'; form-action 'none'",
        Hash::of(style).integrity()
    );
    assert!(html.replace("&#x27;", "'").replace("&#39;", "'").contains(&policy), "{html}");
    for loads in ["<script", "src=", "url(", "@import", "stylesheet", "style="] {
        assert!(!html.contains(loads), "{loads} in {html}");
    }
    assert!(html.contains("Checked: denied by require-team/check-team"), "{html}");
    assert!(html.contains("<code>namespace</code>") && html.contains("oembed.json"), "{html}");
}

#[test]
fn of_a_session_of_root_only_commands_are_copied() {
    let site = site("[embeds]\nblocks = \"all\"\n");
    let session = |id: &str, text: &str| format!("<!-- snippet: id={id} -->\n```console\n{text}```\n\n");
    let root =
        "# kubectl run a --image=nginx\n# Expected: denied by require-team\n# kubectl get pods\nNAME\n";
    let comment = "# Install it\nkubectl apply -f a.yaml\n";
    site.put(
        "content/runbook.md",
        &["# Runbook\n\n", &session("root", root), &session("comment", comment)].concat(),
    );
    let built = site.build_cold();
    assert_eq!(built.text("s/runbook/root.sh"), "kubectl run a --image=nginx\nkubectl get pods\n");
    assert_eq!(json(&built, "s/runbook/root.json")["claims"][0]["state"], "verified");
    assert_eq!(built.text("s/runbook/comment.sh"), comment);
}

#[test]
fn an_oembed_document_needs_to_know_where_the_site_is() {
    let oembed = json(&site("").build(), "embed/runbook/no-team/oembed.json");
    assert_eq!((&oembed["type"], &oembed["version"]), (&"rich".into(), &"1.0".into()));
    let frame = "<iframe src=\"https://docs.example.com/x/embed/runbook/no-team/\" title=\"Runbook - Docs\"";
    assert!(oembed["html"].as_str().unwrap().starts_with(frame), "{oembed:#}");
    let nowhere = site("");
    nowhere.put("site.toml", "title = \"Docs\"\n");
    let built = nowhere.build_cold();
    assert!(!embedded(&built).iter().any(|path| path.ends_with("oembed.json")));
    assert!(!built.text("embed/runbook/no-team/index.html").contains("oembed"));
    assert_eq!(json(&built, "s/runbook/no-team.json")["page"]["url"], "../../runbook/#snippet:no-team");
}

#[test]
fn a_site_says_which_blocks_get_files() {
    let count = |word: &str| embedded(&site(&format!("[embeds]\nblocks = \"{word}\"\n")).build()).len();
    assert_eq!(count("none"), 0);
    assert_eq!((count("named"), count("claims"), count("all")), (2 + 4, 2 + 4, 2 + 2 * 4));
    let wrong = site("[embeds]\nblocks = \"some\"\n").build();
    assert!(
        wrong.findings().iter().any(|found| found.contains("one of `none`, `named`")),
        "{:?}",
        wrong.findings()
    );
}

const SUITE: &str = "apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata:\n  name: team\npolicies:\n  - team.yaml\n\
    resources:\n  - pods.yaml\nresults:\n  - policy: require-team\n    rule: check-team\n    kind: Pod\n    resources: [bare, barer]\n    \
    result: fail\n  - policy: require-team\n    rule: check-team\n    kind: Pod\n    resources: [owned]\n    result: pass\n";

const PODS: &str = "# Nobody's\napiVersion: v1\nkind: Pod\nmetadata:\n  name: bare\n  namespace: default\nspec: {}\n---\n\
    apiVersion: v1\nkind: Pod\nmetadata:\n  name: barer\nspec: {}\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: owned\n  \
    labels: {team: a}\nspec: {}\n";

#[test]
fn examples_of_policies_have_the_same_files() {
    let suite = |settings: &str| {
        let mut site = site(settings);
        site.put("policies/kyverno-test.yaml", SUITE);
        site.put("policies/pods.yaml", PODS);
        site.build()
    };
    let built = suite("");
    let text =
        "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Pod\nmetadata:\n  name: barer\nspec: {}\nEOF";
    assert_eq!(built.text("s/policies/require-team/example-pod-barer.sh"), format!("{text}\n"));
    let record = json(&built, "s/policies/require-team/example-pod-barer.json");
    assert_eq!(record["id"], "policies/require-team/#example-pod-barer");
    assert_eq!((&record["sha256"], &record["named"]), (&Hash::of(text).to_string().into(), &true.into()));
    assert_eq!((&record["state"], &record["page"]["line"]), (&"verified".into(), &14.into()), "{record:#}");
    assert_eq!(record["claims"][0]["words"], "Checked: denied by check-team");
    assert_eq!(record["policies"][0]["sha256"], Hash::of(POLICY).to_string());
    let page = built.text("policies/require-team/index.html");
    assert!(page.contains("id=snippet:example-pod-barer"), "{page}");
    assert!(page.contains("data-embed=../../embed/policies/require-team/example-pod-barer/"), "{page}");
    let html = built.text("embed/policies/require-team/example-pod-barer/index.html");
    assert!(html.contains("Checked: denied by check-team") && html.contains("oembed.json"), "{html}");
    // The bigger one of two that are denied is folded, and has files only where every block has.
    let folded =
        |built: &Built| embedded(built).iter().filter(|path| path.contains("example-pod-bare")).count();
    assert_eq!((folded(&built), folded(&suite("[embeds]\nblocks = \"all\"\n"))), (4, 8));
    assert_eq!(folded(&suite("[embeds]\nblocks = \"named\"\n")), 0);
}

#[test]
fn the_built_page_holds_what_the_record_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = SiteTest::new([]);
    for folder in ["content", "policies"] {
        let copy = SiteTest::copy_of(&root.join(folder));
        for file in copy.files() {
            if let Ok(text) = std::fs::read_to_string(copy.path().join(&file)) {
                repository.put(&format!("{folder}/{file}"), &text);
            }
        }
    }
    repository.put("site.toml", "title = \"All\"\n[embeds]\nblocks = \"all\"\n");
    for built in [site("").build(), repository.build_cold()] {
        let index = json(&built, "s/index.json");
        let records = index["snippets"].as_array().unwrap();
        assert!(!records.is_empty());
        for record in records {
            let (page, anchor) = record["page"].as_str().unwrap().split_once('#').unwrap();
            let page = page.trim_start_matches("https://docs.example.com/x/").trim_start_matches("../");
            let html = built.text(&format!("{page}index.html"));
            assert_eq!(Hash::of(shown(&html, anchor)).to_string(), record["sha256"], "{}", record["id"]);
        }
    }
}

/// What the script of the page at `html` copies of the block `anchor`.
fn shown(html: &str, anchor: &str) -> String {
    let at = ["id=", "id=\""].iter().find_map(|mark| {
        html.match_indices(&format!("{mark}{anchor}"))
            .map(|(at, found)| (at, at + found.len()))
            .find(|(_, end)| html[*end..].starts_with(['"', ' ', '>']))
    });
    let (at, _) = at.unwrap_or_else(|| panic_at(anchor));
    let (tag, rest) = html[html[..at].rfind('<').unwrap()..].split_once('>').unwrap();
    let code = rest.split_once("<code>").unwrap().1.split_once("</code>").unwrap().0;
    let mut text = String::new();
    code.split('<').for_each(|piece| text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text)));
    let text = unescape(&text);
    let units: Vec<u16> = text.encode_utf16().collect();
    let data = tag.split_once("data-block=").map(|(_, data)| unescape(data.trim_start_matches(['"', '\''])));
    let data =
        data.and_then(|data| serde_json::Deserializer::from_str(&data).into_iter::<Value>().next()?.ok());
    let parts = data.as_ref().and_then(|data| data["copy"].as_array());
    let Some(parts) = parts else { return text.trim_end_matches('\n').to_string() };
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let part = |part: &Value| String::from_utf16(&units[number(&part[0])..number(&part[1])]).unwrap();
    parts.iter().map(part).collect()
}

#[expect(clippy::panic, reason = "the test has failed")]
fn panic_at(anchor: &str) -> ! {
    panic!("no element #{anchor}")
}

fn unescape(html: &str) -> String {
    html.replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
