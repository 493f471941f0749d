//! The content security policy: no page needs more than `default-src 'self'`.

use crate::harness::{Server, sites, tab};
use std::collections::BTreeMap;

#[test]
fn no_page_of_this_repository_has_an_error_under_a_strict_policy() {
    let Some(tab) = tab() else { return };
    let site = sites::root();
    // Pages for frames carry a policy and a style sheet of their own; `embeds` looks at them.
    let pages = site.paths().filter(|path| !path.starts_with("embed/"));
    let pages: Vec<&str> = pages.filter_map(|path| path.strip_suffix("index.html")).collect();
    for page in pages {
        tab.open(&site.at(page));
        assert_eq!(tab.problems(), Vec::<String>::new(), "{page}");
    }
}

/// What the test above relies on.
#[test]
fn a_page_that_needs_more_is_noticed() {
    let Some(tab) = tab() else { return };
    let page = |html: &str| BTreeMap::from([("index.html".to_string(), html.as_bytes().to_vec())]);
    let problems = |html: &str| {
        let server = Server::of_files(page(html), &[("Content-Security-Policy", crate::harness::STRICT)]);
        let before = tab.problems().len();
        tab.open(&server.url);
        tab.problems()[before..].to_vec()
    };
    assert_eq!(problems("<p>Text"), Vec::<String>::new());
    let only = |html: &str| problems(html).join("\n");
    assert!(
        only("<p style='color: red'>Text").contains("inline style"),
        "{}",
        only("<p style='color: red'>Text")
    );
    assert!(only("<script>go()</script>").contains("inline script"), "{}", only("<script>go()</script>"));
    assert!(only("<script src=missing.js></script>").contains("404"));
}
