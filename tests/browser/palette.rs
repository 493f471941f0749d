//! Light, dark, or as the system has it.

use crate::harness::{sites, tab};

const SCHEME: &str = "getComputedStyle(document.body).backgroundColor";

#[test]
fn a_choice_is_kept_and_shown_from_the_first_frame() {
    let Some(tab) = tab() else { return };
    let site = sites::root();
    tab.open(&site.url);
    let light = tab.text(SCHEME);
    tab.click("[data-palette]").click("[data-palette]");
    tab.wait_for(&format!("{SCHEME} !== {light:?}"));
    let dark = tab.text(SCHEME);
    tab.before_pages(
        "window.frames_seen = []; const look = () => { \
         if (document.body) frames_seen.push(getComputedStyle(document.body).backgroundColor); \
         if (frames_seen.length < 20) requestAnimationFrame(look); }; requestAnimationFrame(look);",
    );
    tab.open(&site.at("guide/"));
    tab.wait_for("frames_seen.length >= 20");
    assert_eq!(tab.text("[...new Set(frames_seen)].join()"), dark, "another colour was seen while loading");
}

#[test]
fn the_system_decides_until_the_reader_does() {
    let Some(tab) = tab() else { return };
    tab.open(&sites::root().url);
    let light = tab.text(SCHEME);
    tab.prefers("color-scheme", "dark").wait_for(&format!("{SCHEME} !== {light:?}"));
    tab.click("[data-palette]").wait_for(&format!("{SCHEME} === {light:?}"));
    assert_eq!(tab.text("document.documentElement.dataset.choice"), "light");
}
