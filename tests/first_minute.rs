//! The walk of the guide's first minute: a page turns red, green, and red again. What the guide shows is what is printed.
#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use runproof::markdown::{self, Dialect, Fence};
use runproof::source::{SitePath, Sources};
use support::SiteTest;
use support::command::runproof;

const GUIDE: &str = include_str!("../content/guide/first-minute.md");
const POLICY: &str = "policies/require-limits.yaml";

fn fences() -> Vec<Fence> {
    let sources = Sources::in_memory([("page.md", GUIDE)]);
    let file = sources.get(&SitePath::new("page.md")).unwrap();
    markdown::parse(&sources, &file, &Dialect::default()).fences
}

/// What `runproof check` prints and how it ends.
fn check(site: &SiteTest) -> (i32, String) {
    let ran = runproof(site.path(), &["check", "--color", "never"]);
    (ran.status, ran.out + &ran.err)
}

/// The text with the removed lines of a difference replaced by those that it adds.
fn mended(text: &str, difference: &str) -> String {
    let lines = |sign: char| -> String {
        difference
            .lines()
            .filter_map(|line| line.strip_prefix(sign))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let removed = lines('-');
    assert_eq!(text.matches(&removed).count(), 1, "{removed}");
    text.replace(&removed, &lines('+'))
}

#[test]
fn a_page_turns_red_then_green_then_red_again() {
    let fences = fences();
    let titled = |title: &str| {
        let fence = fences.iter().find(|fence| fence.title.as_deref() == Some(title));
        fence.unwrap().code.text.as_str()
    };
    let in_language = |name: &str| -> Vec<&str> {
        let own = fences.iter().filter(|fence| fence.language.as_deref() == Some(name));
        own.map(|fence| fence.code.text.as_str()).collect()
    };
    let shown = in_language("text");
    let site = SiteTest::new([
        ("site.toml", "title = \"Runbooks\"\n"),
        ("content/index.md", titled("content/index.md")),
        (POLICY, titled(POLICY)),
    ]);
    let red = check(&site);
    site.put(POLICY, &mended(titled(POLICY), in_language("diff")[0]));
    let green = check(&site);
    site.remove(POLICY);
    let red_again = check(&site);
    for (at, (status, printed)) in [(1, red), (0, green), (1, red_again)].into_iter().enumerate() {
        assert_eq!(printed.1.trim_end(), shown[at].trim_end(), "run {at}");
        assert_eq!(printed.0, status, "run {at}");
    }
}
