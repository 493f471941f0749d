//! No page has what axe-core, the rules of accessibility, finds: in both palettes, on a desk and on a phone.

use crate::harness::{Server, Tab, sites, tab};
use std::path::Path;
use std::sync::OnceLock;

/// Widths of a window on a desk and on a phone, in CSS pixels, with a height.
const SIZES: [(u32, u32); 2] = [(1400, 900), (390, 844)];

/// The rules, where they are there: `.ci/run` fetches them to `target/axe`; `AXE` names another file.
fn rules() -> Option<&'static str> {
    static RULES: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/package/axe.min.js");
        let path = std::env::var_os("AXE").map_or(usual, Into::into);
        let text = std::fs::read_to_string(&path).ok();
        assert!(text.is_some() || std::env::var_os("CI").is_none(), "axe-core is missing in CI");
        if text.is_none() {
            println!("skipped: {} is absent (`.ci/run` fetches it)", path.display());
        }
        text
    };
    RULES.get_or_init(read).as_deref()
}

/// Looks at the pages.
fn look(site: &Server, pages: &[&str]) {
    look_after(site, pages, |_| {});
}

/// Looks at the pages after `then` was done on them.
fn look_after(site: &Server, pages: &[&str], then: impl Fn(&Tab)) {
    let (Some(rules), Some(tab)) = (rules(), tab()) else { return };
    let mut found = Vec::new();
    for page in pages {
        for (width, height) in SIZES {
            tab.size(width, height).open(&site.at(page));
            tab.eval(rules);
            then(&tab);
            for palette in ["light", "dark"] {
                tab.prefers("color-scheme", palette);
                tab.wait_for(&format!("document.documentElement.dataset.theme === {palette:?}"));
                found.extend(
                    violations(&tab).into_iter().map(|line| format!("{page} {width} {palette}: {line}")),
                );
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// What is wrong on the page, a line each.
fn violations(tab: &Tab) -> Vec<String> {
    let lines = tab.eval(
        "axe.run(document, { resultTypes: ['violations'] }).then(result => result.violations.flatMap(rule => \
         rule.nodes.map(node => rule.id + ': ' + node.target.join(' ') + ' ' + node.html.slice(0, 160) + ' ' \
         + node.any.concat(node.all, node.none).map(check => check.message).join('; '))))",
    );
    lines
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| line.as_str().unwrap_or_default().to_string())
        .collect()
}

#[test]
fn pages_of_this_repository() {
    let pages = [
        "",
        "guide/writing/",
        "roadmap/phase-1-source/",
        "reference/dialect/",
        "reference/checks/broken-link/",
    ];
    look(sites::root(), &pages);
}

#[test]
fn pages_that_are_made() {
    let pages = [
        "policies/",
        "policies/require-run-as-nonroot/",
        "tags/",
        "404.html",
        "proof/",
        "map/",
        "guide/print/",
    ];
    look(sites::root(), &pages);
}

#[test]
fn the_search_with_results() {
    look_after(sites::root(), &["guide/"], |tab| {
        tab.press("/").wait_for("document.querySelector('dialog.rp-search')?.open");
        tab.write("policy").wait_for("document.querySelectorAll('dialog.rp-search li').length > 3");
    });
}

#[test]
fn everything_that_a_page_can_hold() {
    look(sites::showcase(), &["", "runbook/", "blog/", "blog/2025/11/20/a-post/"]);
}

#[test]
fn the_pages_of_a_real_site() {
    let Some(site) = sites::ael() else { return };
    // Redirects have nothing to look at.
    let is_page = |path: &&str| path.ends_with("/index.html") && contains(site.bytes(path), b"rp-main");
    let deep = site.paths().filter(is_page).filter(|path| path.matches('/').count() > 3).step_by(60);
    let deep = deep.map(|path| path.trim_end_matches("index.html"));
    let pages: Vec<&str> =
        ["", "enforce/", "blog/", "patterns/", "tags/", "map/"].into_iter().chain(deep).collect();
    look(site, &pages);
}

#[test]
fn pages_with_diagrams() {
    look(sites::root(), &["reference/dialect/", "contributing/architecture/"]);
    let Some(site) = sites::ael() else { return };
    let drawn = |path: &&str| path.ends_with("/index.html") && contains(site.bytes(path), b"rp-picture");
    let pages = site.paths().filter(drawn).step_by(10).map(|path| path.trim_end_matches("index.html"));
    look(site, &pages.collect::<Vec<_>>());
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
