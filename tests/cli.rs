//! The binary, as a user and a CI job meet it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use support::command::{command, finish, runproof};

/// A site with one page that has one error, which is a safe repair away from being mended, and one warning.
fn site(page: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("content")).unwrap();
    std::fs::write(dir.path().join("site.toml"), "title = \"Test\"\n").unwrap();
    std::fs::write(dir.path().join("content/index.md"), page).unwrap();
    dir
}

const CLEAN: &str = "# Home\n\nWords.\n";
const WARNS: &str = "# Home\n\n<!-- runproof: allow(broken-link) not needed -->\nWords.\n";
const FAILS: &str = "# Home\n\n<!-- runproof: allow(broken-link) -->\nWords.\n";

#[test]
fn the_exit_status_tells_clean_findings_and_failure() {
    assert_eq!(runproof(site(CLEAN).path(), &["check"]).status, 0);
    assert_eq!(runproof(site(WARNS).path(), &["check"]).status, 0);
    assert_eq!(runproof(site(WARNS).path(), &["check", "--fail-on", "warning"]).status, 1);
    assert_eq!(runproof(site(FAILS).path(), &["check"]).status, 1);
    assert_eq!(runproof(site(FAILS).path(), &["check", "--fail-on", "never"]).status, 0);
    assert_eq!(runproof(site(FAILS).path(), &["check", "--nonsense"]).status, 2);
    assert_eq!(runproof(site(FAILS).path(), &["check", "nowhere"]).status, 2);
    assert_eq!(runproof(site(FAILS).path(), &["--help"]).status, 0);
}

#[test]
fn a_finding_is_shown_from_where_the_reader_is() {
    let dir = site(FAILS);
    let ran = runproof(dir.path(), &["check"]);
    assert!(
        ran.out.starts_with(
            "error[invalid-suppression]: a suppression without a reason\n --> content/index.md:3:1\n"
        ),
        "{}",
        ran.out
    );
    assert_eq!(ran.err, "Found 1 error.\n");
    let ran = runproof(&dir.path().join("content"), &["check", "--format", "short"]);
    assert!(ran.out.starts_with("../content/index.md:3:1: error[invalid-suppression]: "), "{}", ran.out);
    let name = dir.path().file_name().unwrap().to_str().unwrap();
    let ran = runproof(dir.path().parent().unwrap(), &["check", name, "--format", "short"]);
    assert!(ran.out.starts_with(&format!("{name}/content/index.md:3:1: ")), "{}", ran.out);
}

#[test]
fn colours_are_for_terminals_and_who_asks() {
    let dir = site(FAILS);
    let colored = |command: Command| finish(command, "").out.contains('\u{1b}');
    assert!(!colored(command(dir.path(), &["check"])));
    assert!(colored(command(dir.path(), &["check", "--color", "always"])));
    let with = |name: &str, args: &[&str]| {
        let mut command = command(dir.path(), args);
        command.env(name, "1");
        command
    };
    assert!(colored(with("CLICOLOR_FORCE", &["check"])));
    assert!(!colored(with("CLICOLOR_FORCE", &["check", "--color", "never"])));
    assert!(colored(with("NO_COLOR", &["check", "--color=always"])));
}

#[test]
fn a_report_goes_to_a_file() {
    let dir = site(FAILS);
    let ran = runproof(dir.path(), &["check", "--format", "sarif", "--output", "out.sarif"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    let text = std::fs::read_to_string(dir.path().join("out.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "invalid-suppression");
    let ran = runproof(dir.path(), &["check", "--output", "no/such/folder/x"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("no/such/folder/x"), "{}", ran.err);
}

#[test]
fn github_gets_annotations_and_a_summary() {
    let dir = site(FAILS);
    let mut command = command(dir.path(), &["check", "--format", "github"]);
    command.env("GITHUB_STEP_SUMMARY", dir.path().join("summary.md"));
    let ran = finish(command, "");
    assert!(ran.out.starts_with("::error file=content/index.md,line=3,endLine=3,"), "{}", ran.out);
    let summary = std::fs::read_to_string(dir.path().join("summary.md")).unwrap();
    assert!(summary.contains("| error | `content/index.md:3` |"), "{summary}");
}

#[test]
fn a_baseline_accepts_what_is_there_and_nothing_new() {
    let dir = site(FAILS);
    assert_eq!(runproof(dir.path(), &["check", "--update-baseline"]).status, 0);
    let ran = runproof(dir.path(), &["check"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("1 known finding in"), "{}", ran.err);
    let page = dir.path().join("content/index.md");
    std::fs::write(&page, format!("{FAILS}\n\n<!-- runproof: deny -->\n")).unwrap();
    let ran = runproof(dir.path(), &["check", "--format", "short"]);
    assert_eq!((ran.status, ran.out.lines().count()), (1, 1), "{}", ran.out);
    std::fs::write(&page, CLEAN).unwrap();
    let ran = runproof(dir.path(), &["check", "--format", "short"]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.starts_with("note[stale-baseline]: "), "{}", ran.out);
    let ran = runproof(dir.path(), &["check", "--baseline", "none.json"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("--update-baseline"), "{}", ran.err);
}

#[test]
fn safe_repairs_are_carried_out() {
    let dir = site(WARNS);
    let ran = runproof(dir.path(), &["check", "--fix"]);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.err, "Mended 1 finding in 1 file.\nNo findings.\n");
    let page = std::fs::read_to_string(dir.path().join("content/index.md")).unwrap();
    assert!(!page.contains("runproof") && page.contains("Words."), "{page}");
}

#[test]
fn a_site_with_errors_is_not_written_unless_asked() {
    let dir = site(FAILS);
    let ran = runproof(dir.path(), &["build"]);
    assert_eq!(ran.status, 1);
    assert!(!dir.path().join("site").exists());
    assert!(ran.err.contains("--keep-going"), "{}", ran.err);
    let ran = runproof(dir.path(), &["build", "--keep-going", "--out", "public"]);
    assert_eq!(ran.status, 1);
    assert!(dir.path().join("public/.runproof/manifest.json").exists());
}

#[test]
fn a_second_build_writes_nothing() {
    let dir = site(CLEAN);
    assert_eq!(runproof(dir.path(), &["build"]).status, 0);
    let ran = runproof(dir.path(), &["build"]);
    assert!(ran.err.starts_with("Wrote 0 files to "), "{}", ran.err);
    assert_eq!(runproof(dir.path(), &["build", "--quiet"]).err, "");
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let dir = site(CLEAN);
    std::fs::create_dir(dir.path().join("thesis")).unwrap();
    std::fs::write(dir.path().join("thesis/chapter.tex"), "x").unwrap();
    let ran = runproof(dir.path(), &["build", "--out", "thesis"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.starts_with("error: `thesis` is not empty and was not made by runproof\n  help: "),
        "{}",
        ran.err
    );
}

#[test]
fn what_stops_a_command_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let ran = runproof(dir.path(), &["check"]);
    assert!(
        ran.err.contains("no `site.toml` and no `mkdocs.yml`") && ran.err.contains("runproof init"),
        "{}",
        ran.err
    );
    let ran = runproof(dir.path(), &["check", "nowhere"]);
    assert!(ran.err.starts_with("error: there is no folder `nowhere`\n  help: "), "{}", ran.err);
}

#[test]
fn a_new_site_checks_clean_and_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let ran = runproof(dir.path(), &["init", "docs"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let ran = runproof(dir.path(), &["check", "docs", "--fail-on", "note"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(runproof(dir.path(), &["build", "docs"]).status, 0);
    assert!(dir.path().join("docs/policies/require-limits/kyverno-test.yaml").exists());
    std::fs::remove_file(dir.path().join("docs/site.toml")).unwrap();
    let ran = runproof(dir.path(), &["init", "docs"]);
    assert_eq!(ran.status, 2);
    assert!(!dir.path().join("docs/site.toml").exists(), "nothing is made beside what exists");
}

#[test]
fn a_check_explains_itself() {
    let dir = tempfile::tempdir().unwrap();
    let ran = runproof(dir.path(), &["explain", "broken-link"]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.starts_with("`broken-link`"), "{}", ran.out);
    assert_eq!(runproof(dir.path(), &["explain", "error[broken-link]:"]).out, ran.out);
    let ran = runproof(dir.path(), &["explain", "broken-lnk"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("did you mean `broken-link`?"), "{}", ran.err);
    assert!(runproof(dir.path(), &["explain", "--list"]).out.contains("unclosed-fence"));
}

#[test]
fn shells_get_completions() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = runproof(dir.path(), &["completions", shell]);
        assert!(ran.status == 0 && ran.out.contains("update-baseline"), "{shell}");
    }
}

/// A process that does not outlive its test.
#[cfg(unix)]
struct Ended(std::process::Child);

#[cfg(unix)]
impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

#[cfg(unix)]
#[test]
fn a_preview_ends_well_on_ctrl_c() {
    let dir = site(FAILS);
    let mut serve = command(dir.path(), &["serve", "--port", "0"]);
    let mut child = Ended(serve.stderr(Stdio::piped()).spawn().unwrap());
    let mut said = BufReader::new(child.0.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let address = line.split('/').nth(2).unwrap().to_string();
    while !line.starts_with("Built in") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "the preview ended by itself");
    }
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /__runproof/events HTTP/1.0\r\n\r\n").unwrap();
    let mut events = BufReader::new(stream).lines().map_while(Result::ok);
    // The first state may be that of before the first build.
    let over = |line: &String| line.starts_with("data: ") && line.contains("content/index.md:3:1");
    assert!(events.by_ref().take(20).any(|line| over(&line)), "the error stands over the page");
    let killed = Command::new("kill").args(["-INT", &child.0.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.0.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("Stopped.\n"), "{rest}");
}

#[test]
fn a_mkdocs_site_is_migrated_and_means_the_same() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("docs")).unwrap();
    std::fs::write(dir.path().join("docs/index.md"), CLEAN).unwrap();
    std::fs::write(dir.path().join("mkdocs.yml"), "site_name: Our site\nnav:\n  - Home: index.md\n").unwrap();
    let ran = runproof(dir.path(), &["migrate", "--dry-run"]);
    assert!(ran.status == 0 && ran.out.contains("Our site"), "{} {}", ran.out, ran.err);
    assert!(!dir.path().join("site.toml").exists());
    assert_eq!(runproof(dir.path(), &["migrate"]).status, 0);
    assert_eq!(std::fs::read_to_string(dir.path().join("site.toml")).unwrap(), ran.out);
    let again = runproof(dir.path(), &["migrate"]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("exists already"), "{}", again.err);
}
