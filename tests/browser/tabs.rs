//! Content tabs.

use crate::harness::{sites, tab};

const PAGE: &str = "# Page\n\n=== \"One\"\n\n    First text.\n\n=== \"Two\"\n\n    Second text.\n";

fn shown() -> &'static str {
    "[...document.querySelectorAll('.tabbed-block')].filter(b => b.getClientRects().length).map(b => b.textContent.trim()).join()"
}

#[test]
fn tabs_are_chosen_with_the_arrow_keys() {
    let Some(tab) = tab() else { return };
    tab.open(&sites::page(PAGE).url);
    assert_eq!(tab.text(shown()), "First text.");
    tab.eval("document.querySelector('.tabbed-set > input').focus()");
    tab.press("ArrowRight");
    assert_eq!(tab.text(shown()), "Second text.");
    tab.press("ArrowLeft");
    assert_eq!(tab.text(shown()), "First text.");
}

#[test]
fn tabs_work_without_scripts() {
    let Some(tab) = tab() else { return };
    tab.without_scripts().open(&sites::page(PAGE).url);
    tab.click(".tabbed-labels > label:nth-child(2)");
    assert_eq!(tab.text(shown()), "Second text.");
}
