//! The search: what is found first, and what a reader does with it.

use crate::harness::{Server, Tab, sites, tab};
use crate::support::shared;
use frostem::{Algorithm, Stemmer};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const RESULTS: &str = "document.querySelectorAll('.rp-search li').length";
const FIRST: &str = "document.querySelector('.rp-search li a')?.getAttribute('href')";

/// A few pages and a policy.
fn site() -> Server {
    sites::site(&[
        ("site.toml", "title = \"Runbooks\"\nurl = \"https://a.example/\"\n"),
        ("content/index.md", "# Runbooks\n\nWhat to do.\n"),
        (
            "content/limits.md",
            "---\ntags: [capacity]\n---\n\n# Limits\n\nPolicies keep nodes alive.\n\n## Roll back\n\nUndo it with `kubectl rollout undo --dry-run=server`.\n",
        ),
        ("content/nodes.md", "---\ntags: [nodes]\n---\n\n# Nodes\n\nNodes that are alive run pods.\n"),
        ("policies/require-run-as-nonroot.yaml", POLICY),
    ])
}

const POLICY: &str = "apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: require-run-as-nonroot
  annotations:
    policies.kyverno.io/title: Require runAsNonRoot
    policies.kyverno.io/category: Pod Security
    policies.kyverno.io/severity: high
    policies.kyverno.io/subject: Pod
spec:
  rules:
    - name: check
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate:
        failureAction: Enforce
        message: Running as root is not allowed.
        pattern: {spec: {securityContext: {runAsNonRoot: true}}}
";

/// The addresses that the search gives for each query, best first.
fn found(tab: &Tab, queries: &[&str]) -> Vec<Vec<String>> {
    tab.press("/").wait_for("window.runproof.rank");
    let script = format!(
        "(async () => {{ const finder = runproof.rank.create(runproof.load); const all = []; \
         for (const query of {}) all.push((await finder.search(query)).results.map(result => result.url)); return all; }})()",
        json!(queries)
    );
    serde_json::from_value(tab.eval(&script)).unwrap()
}

#[test]
fn a_reader_finds_the_page_that_they_look_for() {
    let (Some(tab), Some(site)) = (tab(), sites::ael()) else { return };
    let rows: Vec<(&str, &str)> =
        include_str!("../search/queries.tsv").lines().filter_map(|row| row.split_once('\t')).collect();
    assert_eq!(rows.len(), 40);
    let dir = tempfile::tempdir().unwrap();
    tab.open(&format!("{}index.html", site.on_disk(dir.path())));
    let queries: Vec<&str> = rows.iter().map(|(query, _)| *query).collect();
    let found = found(&tab, &queries);
    let missed =
        rows.iter().zip(&found).filter(|((_, page), urls)| urls.first().map(String::as_str) != Some(*page));
    let missed: Vec<String> =
        missed.map(|((query, _), urls)| format!("{query}: {:?}", urls.first())).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn identifiers_flags_and_messages_are_found_whole() {
    let Some(tab) = tab() else { return };
    tab.open(&site().url);
    let policy = "policies/require-run-as-nonroot/";
    for (query, page) in [
        ("require-run-as-nonroot", policy),
        ("require-run", policy),
        ("kyverno.io/v1", policy),
        ("runAsNonRoot", policy),
        ("running as root is not allowed", policy),
        ("--dry-run", "limits/"),
        ("alive policy", "limits/"),
        ("alive polic", "limits/"),
        ("nodez", "nodes/"),
    ] {
        assert_eq!(found(&tab, &[query])[0].first().map(String::as_str), Some(page), "{query}");
    }
}

/// The index is made with a crate, queries are taken apart in the browser.
#[test]
fn the_browser_stems_as_the_index_does() {
    let Some(tab) = tab() else { return };
    tab.open(&site().url).press("/").wait_for("window.runproof.rank");
    let stemmer = Stemmer::new(Algorithm::English);
    let words: Vec<String> = words().into_iter().collect();
    assert!(words.len() > 5_000, "{}", words.len());
    for words in words.chunks(5_000) {
        let stems = tab.eval(&format!("{}.map(runproof.rank.stem)", json!(words)));
        let ours = words.iter().map(|word| Value::from(stemmer.stem(word).as_ref()));
        let wrong: Vec<String> = (words.iter().zip(ours).zip(stems.as_array().unwrap()))
            .filter(|((_, ours), theirs)| ours != *theirs)
            .map(|((word, ours), theirs)| format!("{word}: {ours}, in the browser {theirs}"))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// Every word of this repository and of the corpus beside it, and endings that English has on a few beginnings.
fn words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for dir in [root.join("content"), root.join("src")].into_iter().chain(shared("corpora/ael/docs")) {
        collect(&dir, &mut texts);
    }
    for text in texts {
        words.extend(
            text.to_lowercase().split(|letter: char| !letter.is_ascii_lowercase()).map(str::to_string),
        );
    }
    let starts = "a e y ar b by dy fl hop inn out even cann earr herr past hu agre succe proce exce fall ti cr univers \
                  communi organ gener inter later emerg arsen commun radic relat condition sens analog theolog fulf add egg off ebb";
    let ends = " s ss us ies ied sses ed ing eed edly ingly eedly y ly bly ally ently ousli ogi ogist ization izer ational ation ator \
                alism aliti fulness ousness iveness iviti biliti bli li icate ative alize iciti ical ful ness al ance ence er ic \
                able ible ant ement ment ent ism ate iti ous ive ize ion sion tion e l ll le tt bb at bl iz yy yed ying";
    for start in starts.split(' ') {
        words.extend(ends.split(' ').map(|end| [start, end].concat()));
    }
    words.remove("");
    words
}

fn collect(dir: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, texts),
            false => texts.extend(std::fs::read_to_string(&path)),
        }
    }
}

#[test]
fn the_whole_search_works_from_the_keyboard() {
    let Some(tab) = tab() else { return };
    let site = site();
    tab.open(&site.url).press("Control+k").wait_for("document.querySelector('.rp-search').open");
    tab.press("Escape").wait_for("!document.activeElement.closest('.rp-search')");
    tab.press("/").write("alive").wait_for(&format!("{RESULTS} === 2"));
    assert_eq!(tab.text("document.querySelectorAll('.rp-search mark').length > 1"), "true");
    let chosen = "document.querySelector('.rp-search a[aria-selected=true]').getAttribute('href')";
    let first = tab.text(chosen);
    tab.press("ArrowDown");
    let second = tab.text(chosen);
    assert_ne!(first, second);
    tab.press("ArrowUp").wait_for(&format!("{chosen} === {first:?}"));
    tab.press("Enter").wait_for(&format!("location.pathname === '/' + {:?}", first.trim_start_matches("./")));
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn results_lead_to_the_section_that_answers() {
    let Some(tab) = tab() else { return };
    tab.open(&site().url).press("/").write("undo").wait_for(&format!("{FIRST} === './limits/#roll-back'"));
    assert_eq!(tab.text("document.querySelector('.rp-search li mark').textContent"), "Undo");
    assert_eq!(tab.text("document.querySelector('.rp-search li small').textContent"), "Limits");
}

#[test]
fn facets_narrow_down_and_a_link_shares_what_was_asked() {
    let Some(tab) = tab() else { return };
    let site = site();
    tab.open(&site.url).press("/");
    tab.wait_for("document.querySelector('.rp-facets select[name=Severity] option[value=high]')");
    let names = "[...document.querySelectorAll('.rp-facets select')].map(select => select.name).join()";
    tab.wait_for(&format!("{names} === 'Kind,Category,Severity,Subject,Tag'"));
    tab.write("run").wait_for(&format!("{RESULTS} > 1"));
    tab.eval("(() => { const tag = document.querySelector('select[name=Tag]'); tag.value = 'nodes'; tag.dispatchEvent(new Event('change')); })()");
    tab.wait_for(&format!("{RESULTS} === 1")).wait_for(&format!("{FIRST} === './nodes/'"));
    tab.grant(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    tab.click("[data-share]").wait_for("document.querySelector('[data-share]').textContent === 'Copied'");
    let link = tab.clipboard();
    assert_eq!(link, site.at("?q=run&tag=nodes"));
    tab.open(&link).wait_for(&format!("{RESULTS} === 1"));
    assert_eq!(tab.text("document.querySelector('.rp-search input').value"), "run");
}

#[test]
fn a_copy_on_a_disk_can_be_searched() {
    let Some(tab) = tab() else { return };
    let dir = tempfile::tempdir().unwrap();
    let copy = site().on_disk(dir.path());
    tab.open(&format!("{copy}limits/index.html")).press("/").write("alive pods");
    tab.wait_for(&format!("{FIRST} && {FIRST}.startsWith('../nodes/')"));
}
