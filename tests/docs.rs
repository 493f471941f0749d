//! The guide and the reference say what the program takes.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use runproof::markdown::{self, Dialect};
use runproof::source::{SitePath, Sources};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use support::SiteTest;
use support::command::runproof;

const PAGE: &str = include_str!("../content/reference/command-line.md");

fn help(of: &[&str]) -> String {
    runproof(Path::new("."), &[of, &["--help"]].concat()).out
}

/// The first words of the lines below `Commands:`.
fn commands(help: &str) -> Vec<&str> {
    let list = help.split_once("Commands:\n").unwrap().1;
    let list = list.split("\n\n").next().unwrap();
    list.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

/// The options, such as `--out`, that begin a line of the help.
fn options(help: &str) -> impl Iterator<Item = &str> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines.filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")))
}

#[test]
fn every_command_and_every_option_stands_in_the_page() {
    let main = help(&[]);
    let commands = commands(&main);
    assert!(commands.contains(&"check"), "{main}");
    for command in &commands {
        assert!(
            PAGE.contains(&format!("\n## `runproof {command}`\n")),
            "the page lacks the command {command}"
        );
        let section = PAGE.split_once(&format!("## `runproof {command}`")).unwrap().1;
        let section = section.split("\n## ").next().unwrap();
        let global: BTreeSet<String> = options(&main).map(String::from).collect();
        let text = help(&[command]);
        for option in options(&text).filter(|option| !global.contains(*option)) {
            assert!(section.contains(option), "the page lacks {option} of {command}");
        }
    }
    for option in options(&main) {
        assert!(PAGE.contains(&format!("`{option}")), "the page lacks {option}");
    }
}

#[test]
fn every_configuration_that_is_shown_can_be_read() {
    let mut shown = 0;
    for page in [pages("content/guide"), pages("content/reference")].concat() {
        for text in toml(&page) {
            shown += 1;
            let built =
                SiteTest::new([("site.toml", text.as_str()), ("content/index.md", "# Home\n")]).build_cold();
            let mut wrong = built.findings();
            wrong.retain(|found| found.contains("[config]") || found.contains("[unknown-key]"));
            assert!(wrong.is_empty(), "{}: {text}{wrong:#?}", page.display());
        }
    }
    assert!(shown > 5, "{shown}");
}

fn pages(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The fences of a page that show TOML.
fn toml(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let sources = Sources::in_memory([("page.md", text.as_str())]);
    let file = sources.get(&SitePath::new("page.md")).unwrap();
    let fences = markdown::parse(&sources, &file, &Dialect::default()).fences;
    let shown = fences.into_iter().filter(|fence| fence.language.as_deref() == Some("toml"));
    shown.map(|fence| fence.code.text).collect()
}

#[test]
fn the_first_finding_of_the_guide_is_what_is_printed() {
    let site = SiteTest::new([
        ("site.toml", "title = \"Docs\"\n"),
        ("content/roadmap/phase-1.md", "# Phase 1\n\nThen go on with [Phase 2](phase-2-biuld.md).\n"),
        ("content/roadmap/phase-2-build.md", "# Phase 2\n"),
    ]);
    let printed = runproof(site.path(), &["check", "--color", "never"]).out;
    let guide = include_str!("../content/guide/start.md");
    assert!(guide.contains(&format!("```text\n{}\n```\n", printed.trim_end())), "{printed}");
}
