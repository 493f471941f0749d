//! Pages that are broken on purpose: each gives findings, and none a panic or a build without end.

mod support;

use support::SiteTest;

/// A page with one fence.
fn fence(language: &str, body: &str) -> String {
    format!("# Page\n\n```{language}\n{body}\n```\n")
}

/// The findings of a site that has this one page, without their paths.
fn findings(page: &str) -> Vec<String> {
    let mut site = SiteTest::new([("site.toml", "title = \"Test\"\n"), ("content/index.md", page)]);
    let all = site.build().findings();
    all.iter().map(|line| line.trim_start_matches("content/index.md:").to_string()).collect()
}

#[track_caller]
fn finds(page: &str, code: &str) {
    let found = findings(page);
    assert!(found.iter().any(|one| one.contains(&format!("[{code}]"))), "no {code}: {found:#?}");
}

/// A mapping whose every value doubles the one before.
fn bomb(levels: usize) -> String {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..levels {
        let before = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    text
}

#[test]
fn heredocs_that_never_end() {
    finds(&fence("bash", "kubectl apply -f - <<EOF\nkind: Pod"), "heredoc-unterminated");
    finds(&fence("bash", "cat <<'A' <<'B'\none\nA\ntwo"), "heredoc-unterminated");
    finds(&fence("bash", "cat <<EOF\n  EOF"), "heredoc-unterminated");
    finds(
        &format!("# Page\n\n- Item\n\n    {}", "```bash\n    cat <<EOF\n    x\n    ```\n"),
        "heredoc-unterminated",
    );
}

#[test]
fn fences_that_never_end() {
    finds("# Page\n\n```bash\nls\n", "unclosed-fence");
    finds("# Page\n\n!!! note\n    ```yaml\n    a: 1\n", "unclosed-fence");
}

#[test]
fn characters_that_are_not_what_they_look_like() {
    for hidden in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{a0}', '\u{feff}'] {
        finds(&fence("bash", &format!("rm{hidden} -rf build")), "hidden-character");
        finds(&fence("yaml", &format!("kind:{hidden} Pod")), "hidden-character");
    }
}

#[test]
fn yaml_that_grows_without_end() {
    finds(&fence("yaml", &bomb(40)), "yaml-syntax");
    assert!(!findings(&fence("yaml", &"[".repeat(20_000))).is_empty());
    finds(&fence("yaml", &format!("{}a", "- ".repeat(20_000))), "yaml-syntax");
    finds(&format!("---\n{}---\n# Page\n", bomb(40)), "front-matter");
    findings(&fence("bash", &format!("kubectl apply -f - <<'EOF'\n{}EOF\n# Expected: denied", bomb(40))));
    finds(&fence("json", &"[".repeat(100_000)), "json-syntax");
}

#[test]
fn templates_in_templates() {
    let deep = format!("{}x{}", "{{ ".repeat(5_000), " }}".repeat(5_000));
    findings(&fence("yaml", &format!("spec:\n  key: \"{deep}\"")));
    findings(&fence("bash", &format!("echo '{deep}'")));
    findings(&fence("jmespath", &deep));
    findings(&format!("# Page\n\n{deep}\n"));
    findings(&fence("bash", &"$(".repeat(20_000)));
    findings(&fence("bash", &"`".repeat(20_001)));
    findings(&format!("# Page\n\n<!-- snippet: {} -->\n{}", "expect=".repeat(5_000), "```bash\nls\n```\n"));
}

/// Ten megabytes in one line, in every place that a line can have.
#[test]
fn lines_of_ten_megabytes() {
    let long = "word ".repeat(2_000_000);
    for language in ["bash", "yaml", "json", "cel"] {
        findings(&fence(language, &long));
    }
    findings(&fence("bash", &format!("cat <<'EOF'\n{long}\nEOF\n# Expected: {long}")));
    findings(&format!("# Page\n\n{long}\n"));
}

#[test]
fn bytes_that_are_no_text() {
    for text in ["\0", "\u{1}\u{2}", "\r", "\r\r\n", "\u{fffd}", "\u{10ffff}"] {
        findings(&fence("bash", text));
        findings(&fence("yaml", text));
        findings(&format!("# Page{text}\n\n{text}```bash\nls\n```{text}\n"));
    }
}
