//! A write that is killed at any moment leaves a whole site.

use runproof::build::write::write;
use runproof::render::Artifact;
use runproof::source::SitePath;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const PAGES: usize = 300;

/// One of two sites: every page names the version of the style sheet that it needs.
fn site(version: char) -> Vec<Artifact> {
    let page = |number: usize| {
        let text = format!("{version} needs style-{version}.css {}", "x".repeat(number * 20));
        Artifact::new(SitePath::new(format!("p{number}/index.html")), text.into_bytes())
    };
    let style =
        Artifact::new(SitePath::new(format!("style-{version}.css")), version.to_string().into_bytes());
    (0..PAGES).map(page).chain([style]).collect()
}

/// Not a test by itself: the process that the test below kills.
#[test]
fn writes_until_it_is_killed() {
    let Some(dir) = std::env::var_os("RUNPROOF_TEST_WRITES_INTO") else { return };
    for round in 0..10_000 {
        write(Path::new(&dir), &site(if round % 2 == 0 { 'B' } else { 'A' })).unwrap();
    }
}

#[test]
fn a_killed_write_leaves_whole_pages_and_what_they_need() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &site('A')).unwrap();
    for round in 0..6_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writes_until_it_is_killed"])
            .env("RUNPROOF_TEST_WRITES_INTO", dir.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(20 + round * 37 % 150));
        child.kill().unwrap();
        child.wait().unwrap();
        for number in 0..PAGES {
            let text = std::fs::read_to_string(dir.path().join(format!("p{number}/index.html"))).unwrap();
            let version = text.chars().next().unwrap();
            let whole = site(version).swap_remove(number);
            assert_eq!(text.as_bytes(), &*whole.bytes, "page {number} is whole");
            assert!(dir.path().join(format!("style-{version}.css")).exists(), "page {number} has its style");
        }
    }
    write(dir.path(), &site('B')).unwrap();
    assert!(dir.path().join("style-B.css").exists() && !dir.path().join("style-A.css").exists());
    assert_eq!(write(dir.path(), &site('B')).unwrap().unchanged, PAGES + 1);
}
