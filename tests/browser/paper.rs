//! Pages on paper, and whole sections on one page.

use crate::harness::{Server, sites, tab};

const FEATURES: &str = "title = \"Site\"\n[theme]\nfeatures = [\"print.section\", \"navigation.path\"]\n";

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
    let twice = "(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.length - new Set(ids).size; })()";
    assert_eq!(tab.eval(twice), 0, "an id stands twice");
    let lost = "[...document.querySelectorAll('main a')].filter(a => a.href.startsWith(location.href + '#') && !document.getElementById(a.hash.slice(1))).length";
    assert_eq!(tab.eval(lost), 0, "a link leads nowhere");
    assert_eq!(tab.text("document.querySelector('#p0 p a').getAttribute('href')"), "./#p1-steps");
    assert_eq!(tab.text("new URL(document.querySelector('#p0 p a:nth-of-type(2)').href).pathname"), "/");
    assert!(
        tab.holds("document.querySelector('#p1 pre').textContent.includes('<p id=\"steps\">')"),
        "text was changed"
    );
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
