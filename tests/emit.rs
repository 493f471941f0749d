//! Every form of findings, held whole.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "support/golden.rs"]
mod support;

use runproof::diag::{Diagnostic, Edit, Findings, Format, Look, codes, emit, step_summary};
use runproof::source::{SitePath, SourceFile, Sources, Span};
use std::sync::Arc;

const PAGE: &str = "\
# Enforce

Set the limit first, see [the list](limits.md).

```yaml
# Expected: denied by require-limits
kind: Pod
";
const POLICY: &str = "spec:\n  rules:\n    - match:\n        kinds: [Deployment]\n";

fn golden(name: &str, actual: &str) {
    support::check(&format!("tests/golden/{name}"), actual);
}

fn sources() -> Sources {
    let long = format!("{}[x](gone.md){}", "word ".repeat(400), " word".repeat(400));
    Sources::in_memory([
        ("content/enforce.md", PAGE),
        ("content/long.md", &long),
        (
            "content/odd.md",
            "one\r\n\ttab\u{1b}[31m and \u{202e}\u{9b}2J wide 漢字 [x](gone.md)\r\n\r\nend\r\n",
        ),
        ("content/ünder, 100%.md", "[a](b.md)"),
        ("policies/limits.yaml", POLICY),
    ])
}

fn file(sources: &Sources, path: &str) -> Arc<SourceFile> {
    sources.get(&SitePath::new(path)).unwrap()
}

/// The first place of `word` in the file.
fn place(sources: &Sources, path: &str, word: &str) -> Span {
    let file = file(sources, path);
    let at = file.text().unwrap().find(word).unwrap();
    file.span(at, at + word.len())
}

fn findings(sources: &Sources) -> Vec<Diagnostic> {
    let place = |path: &str, word: &str| place(sources, path, word);
    let enforce = file(sources, "content/enforce.md");
    let odd = file(sources, "content/odd.md");
    let end = enforce.span(PAGE.len(), PAGE.len());
    vec![
        Diagnostic::new(
            &codes::BROKEN_LINK,
            place("content/enforce.md", "limits.md"),
            "`limits.md` does not exist",
        )
        .label("no such page")
        .help("did you mean `limit.md`?")
        .fix(
            "link to `limit.md`",
            vec![Edit { span: place("content/enforce.md", "limits.md"), text: "limit.md".into() }],
        ),
        Diagnostic::new(
            &codes::MISSING_INCLUDE,
            place("content/enforce.md", "Expected: denied by require-limits"),
            "this Pod is admitted, but the page says it is denied",
        )
        .label("no rule of `require-limits` fails")
        .also(place("content/enforce.md", "Pod"), "a Pod")
        .also(place("policies/limits.yaml", "kinds: [Deployment]"), "the rule matches Deployment, not Pod"),
        Diagnostic::new(
            &codes::UNCLOSED_FENCE,
            place("content/enforce.md", "```yaml"),
            "this fence is never closed",
        )
        .also(end, "the page ends here")
        .fix("close it", vec![Edit { span: end, text: "```\n".into() }]),
        Diagnostic::new(
            &codes::BROKEN_LINK,
            place(
                "content/enforce.md",
                "Set the limit first, see [the list](limits.md).\n\n```yaml\n# Expected",
            ),
            "a place of several lines",
        )
        .label("all of it"),
        Diagnostic::new(&codes::BROKEN_LINK, place("content/long.md", "gone.md"), "in a very long line")
            .label("here"),
        Diagnostic::new(
            &codes::BROKEN_LINK,
            place("content/odd.md", "gone.md"),
            "after odd \u{1b}[2J things",
        )
        .label("here"),
        Diagnostic::new(&codes::BROKEN_LINK, odd.span(5_000, 6_000), "beyond the end"),
        Diagnostic::new(
            &codes::BROKEN_LINK,
            place("content/ünder, 100%.md", "b.md"),
            "50% <of> [it]:\nall | of it",
        ),
        Diagnostic::of_site(&codes::STALE_BASELINE, "about the site as a whole"),
        {
            let span = place("content/enforce.md", "Enforce");
            let mut note = Diagnostic::new(&codes::UNUSED_SUPPRESSION, span, "only a note");
            note.severity = runproof::diag::Severity::Note;
            note
        },
    ]
}

fn emitted(format: Format, look: Look) -> String {
    let sources = sources();
    let list = findings(&sources);
    let pages = Some("https://example.org/reference/checks/");
    emit(format, &Findings { list: &list, claims: &[], sources: &sources, prefix: "", pages }, look)
}

#[test]
fn the_human_form_shows_the_place() {
    golden("emit/human.txt", &emitted(Format::Human, Look::default()));
}

#[test]
fn the_human_form_fits_a_narrow_terminal_in_colour() {
    let drawn = emitted(Format::Human, Look { color: true, width: 60 });
    golden("emit/human.ansi", &drawn);
    let bare = drawn.replace("\u{1b}[", "");
    assert!(!bare.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "nothing of a page reaches the terminal raw");
}

#[test]
fn the_short_form_is_one_line_a_finding() {
    let short = emitted(Format::Short, Look::default());
    assert_eq!(short.lines().count(), findings(&sources()).len());
    golden("emit/short.txt", &short);
}

#[test]
fn the_json_form_is_versioned() {
    let json = emitted(Format::Json, Look::default());
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["version"], 1);
    assert_eq!(value["findings"][0]["range"]["start"]["byte"], 47);
    golden("emit/findings.json", &json);
}

#[test]
fn the_sarif_form_names_rules_places_and_repairs() {
    let sarif = emitted(Format::Sarif, Look::default());
    let value: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    let run = &value["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    // The rules change with the registry, so only the results are held.
    golden("emit/results.sarif", &format!("{:#}\n", without_index(run["results"].clone())));
}

fn without_index(mut results: serde_json::Value) -> serde_json::Value {
    for result in results.as_array_mut().unwrap() {
        result.as_object_mut().unwrap().remove("ruleIndex");
    }
    results
}

#[test]
fn the_junit_form_has_a_case_for_each_finding() {
    golden("emit/junit.xml", &emitted(Format::Junit, Look::default()));
}

#[test]
fn a_clean_site_is_one_junit_case_that_passes() {
    let sources = sources();
    let none = Findings { list: &[], claims: &[], sources: &sources, prefix: "", pages: None };
    let xml = emit(Format::Junit, &none, Look::default());
    assert!(xml.contains("tests=\"1\" failures=\"0\""), "{xml}");
    assert_eq!(emit(Format::Github, &none, Look::default()), "");
}

#[test]
fn the_github_form_is_workflow_commands() {
    golden("emit/github.txt", &emitted(Format::Github, Look::default()));
}

#[test]
fn the_step_summary_is_a_table() {
    let sources = sources();
    let list = findings(&sources);
    let findings = Findings { list: &list, claims: &[], sources: &sources, prefix: "docs/", pages: None };
    golden("emit/step-summary.md", &step_summary(&findings, 8));
}
