//! Pages on paper, and whole sections on one page.

use crate::harness::{Server, sites, tab};

const FEATURES: &str = "title = \"Site\"\n[theme]\nfeatures = [\"print.section\", \"navigation.path\"]\n";

/// How many ids stand twice.
const TWICE: &str = "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length - new Set(ids).size; })()";

/// How many links lead to a place that the page does not have.
const LOST: &str = "[...document.querySelectorAll('main a')].filter(a => a.href.startsWith(location.href + '#') && !document.getElementById(a.hash.slice(1))).length";

fn runbooks() -> Server {
    sites::site(&[
        ("site.toml", FEATURES),
        ("content/index.md", "# Home\n\nSee the [runbooks](runbooks/index.md).\n"),
        ("content/runbooks/index.md", "# Runbooks\n\n[Restore](restore.md#steps), [home](../index.md).\n"),
        (
            "content/runbooks/restore.md",
            "# Restore\n\nA note.[^1]\n\n[^1]: The note.\n\n## Steps\n\n```html\n<p id=\"steps\">\n```\n\n\
             === \"One\"\n\n    First.\n\n=== \"Two\"\n\n    Second.\n",
        ),
        ("content/runbooks/rotate.md", "# Rotate\n\n## Steps\n\n[Above](#steps), [restore](restore.md).\n"),
    ])
}

#[test]
fn a_section_is_one_page_whose_links_stay_on_it() {
    let Some(tab) = tab() else { return };
    let site = runbooks();
    tab.open(&site.at("runbooks/"));
    assert_eq!(
        tab.text("document.querySelector('.rp-actions a[href*=print]').getAttribute('href')"),
        "print/"
    );
    tab.open(&site.at("runbooks/print/"));
    assert_eq!(
        tab.text("[...document.querySelectorAll('h1')].map(h => h.firstChild.data).join()"),
        "Runbooks,Restore,Rotate"
    );
    assert_eq!(tab.eval(TWICE), 0, "an id stands twice");
    assert_eq!(tab.eval(LOST), 0, "a link leads nowhere");
    assert_eq!(tab.text("document.querySelector('#p0 p a').getAttribute('href')"), "./#p1-steps");
    assert_eq!(tab.text("new URL(document.querySelector('#p0 p a:nth-of-type(2)').href).pathname"), "/");
    assert!(
        tab.holds("document.querySelector('#p1 pre').textContent.includes('<p id=\"steps\">')"),
        "text was changed"
    );
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn what_the_build_makes_of_policies_is_printed_with_their_section() {
    let Some(tab) = tab() else { return };
    let site = sites::root();
    tab.open(&site.at("policies/"));
    assert_eq!(
        tab.text("document.querySelector('.rp-actions a[href*=print]').getAttribute('href')"),
        "print/"
    );
    tab.open(&site.at("policies/print/"));
    assert!(tab.holds("document.querySelectorAll('.rp-sheet > h1').length > 3"), "there are no policies");
    assert!(
        tab.holds("[...document.querySelectorAll('.rp-sheet')].every(sheet => sheet.querySelector('h1'))")
    );
    assert!(tab.holds("document.querySelectorAll('.rp-sheet .rp-facts').length > 3"), "they say nothing");
    assert_eq!(tab.eval(TWICE), 0, "an id stands twice");
    assert_eq!(tab.eval(LOST), 0, "a link leads nowhere");
    assert!(
        tab.holds("document.querySelector('.rp-sheet table a').hash.startsWith('#p')"),
        "a link leaves the page"
    );
    let targets = "[...document.querySelectorAll('main a')].filter(a => a.host === location.host).map(a => a.href.split('#')[0])";
    let base = site.at("");
    for target in tab.eval(targets).as_array().into_iter().flatten().filter_map(|target| target.as_str()) {
        let path = target.strip_prefix(&base).unwrap_or(target);
        let file = if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_string()
        };
        assert!(site.paths().any(|own| own == file), "a link leads to {path}");
    }
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn on_paper_there_is_the_text_and_where_links_lead() {
    let Some(tab) = tab() else { return };
    let page = "# Page\n\n[Elsewhere](https://example.org/there)\n\n??? note \"Folded\"\n    Inside.\n\n## More\n\nText.\n";
    tab.on_paper().open(&sites::page(page).url);
    let shown =
        |selector: &str| tab.holds(&format!("document.querySelector({selector:?})?.getClientRects().length"));
    for chrome in [".rp-header", ".rp-nav", ".rp-toc", ".rp-footer", ".headerlink"] {
        assert!(!shown(chrome), "{chrome} is printed");
    }
    let after = tab.text("getComputedStyle(document.querySelector('main a[href^=http]'), '::after').content");
    assert!(after.contains("https://example.org/there"), "{after}");
    tab.eval("dispatchEvent(new Event('beforeprint'))");
    assert!(tab.holds("document.querySelector('article details').open"));
}

#[test]
fn a_section_is_not_printed_without_being_asked_for() {
    let site = sites::site(&[
        ("content/index.md", "# Home\n"),
        ("content/a/index.md", "# A\n"),
        ("content/a/b.md", "# B\n"),
    ]);
    assert!(site.paths().all(|path| !path.contains("print")));
}
