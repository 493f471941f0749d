//! What every reader needs: the keyboard, a narrow screen, no scripts, the other direction, a page that stays still.

use crate::harness::{sites, tab};

const FOCUS: &str = "document.activeElement";

#[test]
fn the_first_key_leads_to_the_content() {
    let Some(tab) = tab() else { return };
    tab.open(&sites::root().at("guide/writing/")).press("Tab");
    assert_eq!(tab.text(&format!("{FOCUS}.className")), "rp-skip");
    assert!(tab.holds(&format!("{FOCUS}.getBoundingClientRect().top >= 0")), "it cannot be seen");
    tab.press("Enter").wait_for("location.hash === '#content'");
    tab.press("Tab");
    assert!(tab.holds(&format!("document.querySelector('main').contains({FOCUS})")));
}

#[test]
fn what_has_the_focus_can_be_seen() {
    let Some(tab) = tab() else { return };
    tab.size(1400, 900).open(&sites::showcase().url);
    for _ in 0..25 {
        tab.press("Tab");
        let look = format!(
            "(() => {{ const e = {FOCUS}, s = getComputedStyle(e); return e === document.body || s.outlineStyle !== 'none' \
             || e.matches('.tabbed-set > input') || e.outerHTML.slice(0, 120); }})()"
        );
        assert_eq!(tab.eval(&look), true, "nothing shows the focus");
    }
}

#[test]
fn a_wide_diagram_is_first_seen_where_it_has_something_to_show() {
    let Some(tab) = tab() else { return };
    let chain: String = ('A'..'I')
        .map(|from| format!("    {from}[{from}{from}{from}] --> {}\n", char::from(from as u8 + 1)))
        .collect();
    let leaves: String = (0..14).map(|leaf| format!("    I --> L{leaf}[A leaf of the tree]\n")).collect();
    let page =
        |direction: &str, lines: &str| format!("# Page\n\n```mermaid\nflowchart {direction}\n{lines}```\n");
    tab.size(390, 844);
    let place = "document.querySelector('.rp-picture text').getBoundingClientRect()";
    let seen = format!("{place}.left >= 0 && {place}.right <= innerWidth");
    tab.open(&sites::page(&page("TD", &[chain.as_str(), &leaves].concat())).url);
    assert!(
        tab.holds("document.querySelector('.rp-picture').scrollLeft > 100"),
        "it stays at its empty edge"
    );
    assert!(tab.holds(&seen), "the root is not to be seen");
    tab.open(&sites::page(&page("LR", &chain)).url);
    assert!(
        tab.holds("document.querySelector('.rp-picture').scrollLeft === 0"),
        "it does not begin at its beginning"
    );
}

#[test]
fn nothing_is_wider_than_a_phone() {
    let Some(tab) = tab() else { return };
    tab.size(390, 844);
    for (site, page) in
        [(sites::root(), "policies/"), (sites::root(), "reference/comparison/"), (sites::showcase(), "")]
    {
        tab.open(&site.at(page));
        assert!(tab.holds("document.documentElement.scrollWidth <= innerWidth"), "{page} scrolls sideways");
    }
    assert!(
        tab.holds("document.querySelector('.table-scroll').tabIndex === 0"),
        "a wide table is out of reach of keys"
    );
}

#[test]
fn navigation_is_a_drawer_on_a_phone_and_opens_where_the_reader_is() {
    let Some(tab) = tab() else { return };
    tab.size(390, 844).open(&sites::root().at("guide/writing/"));
    let link = "document.querySelector('.rp-nav a[aria-current=page]')";
    assert!(tab.holds(&format!("{link}.getClientRects().length === 0")));
    tab.click(".rp-menu").wait_for(&format!("{link}.getClientRects().length > 0"));
    tab.press("Escape").wait_for(&format!("{link}.getClientRects().length === 0"));
}

#[test]
fn everything_can_be_read_without_scripts() {
    let Some(tab) = tab() else { return };
    tab.size(390, 844).without_scripts().open(&sites::root().at("guide/writing/"));
    tab.click(".rp-menu").click(".rp-nav a[href*=policies]");
    tab.wait_for("location.pathname.includes('policies') && document.readyState === 'complete'");
    assert!(tab.holds("document.querySelector('main').innerText.length > 500"));
    assert!(tab.holds("![...document.querySelectorAll('button')].some(b => b.getClientRects().length && b.matches('[data-search-open], [data-palette]'))"));
}

#[test]
fn a_copy_on_a_disk_reads_as_well() {
    let Some(tab) = tab() else { return };
    let folder = tempfile::tempdir().unwrap();
    let page = sites::site(&[
        ("site.toml", "title = \"Site\"\ndirectory_urls = false\n"),
        ("content/index.md", "# Home\n\n[Next](next.md)\n"),
        ("content/next.md", "# Next\n\nText.\n"),
    ])
    .on_disk(folder.path());
    tab.open(&format!("{page}index.html"));
    tab.loading(|| {
        tab.click("main p a");
    });
    assert_eq!(tab.text("document.querySelector('h1').firstChild.data"), "Next");
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn a_language_from_right_to_left_turns_the_page() {
    let Some(tab) = tab() else { return };
    let site = sites::site(&[
        ("site.toml", "title = \"אתר\"\nlanguage = \"he\"\n"),
        ("content/index.md", "# בית\n\n```bash\nls --all\n```\n"),
        ("content/b.md", "# ב\n\n## ג\n"),
    ]);
    tab.size(1400, 900).open(&site.at("b/"));
    let left = |selector: &str| {
        tab.eval(&format!("document.querySelector({selector:?}).getBoundingClientRect().left"))
            .as_f64()
            .unwrap()
    };
    assert!(left(".rp-nav") > left(".rp-main") && left(".rp-main") > left(".rp-toc"));
    tab.open(&site.url);
    assert_eq!(tab.text("getComputedStyle(document.querySelector('pre code')).direction"), "ltr");
}

#[test]
fn a_page_stays_still_while_it_loads() {
    let Some(tab) = tab() else { return };
    tab.before_pages(
        "window.moved = 0; window.movers = []; new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; \
         movers.push(...entry.sources.map(source => source.node?.outerHTML?.slice(0, 80) || source.node?.data)); })) \
         .observe({ type: 'layout-shift', buffered: true });",
    );
    for (site, page) in
        [(sites::root(), "guide/writing/"), (sites::root(), "policies/"), (sites::showcase(), "")]
    {
        for width in [1400, 390] {
            tab.size(width, 900).open(&site.at(page));
            tab.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
            let moved = tab.eval("moved").as_f64().unwrap();
            assert!(moved < 0.02, "{page} at {width} moved by {moved}: {}", tab.text("movers.join('\\n')"));
        }
    }
}

/// Below 60 KB of HTML, CSS and JavaScript before images, nothing of it compressed.
#[test]
fn a_typical_page_is_light() {
    let pages = [
        "",
        "guide/policies/",
        "guide/claims/",
        "guide/checks/",
        "reference/search/",
        "contributing/architecture/",
        "policies/",
    ];
    for page in pages {
        // A tab of its own, so that nothing is kept from the page before.
        let Some(tab) = tab() else { return };
        tab.open(&sites::root().at(page));
        let requests = tab.answered_requests();
        let sum = |kind: &str| {
            requests.iter().filter(|one| one.url.contains(kind)).map(|one| one.bytes).sum::<u64>()
        };
        println!("/{page}: {} bytes, of which {} CSS and {} JavaScript", sum(""), sum(".css"), sum(".js"));
        assert!(sum(".css") > 0 && sum(".js") > 0, "/{page} without its styles and scripts");
        // The headers of each answer are counted too.
        assert!(sum("") < 60_000, "/{page} has {} bytes", sum(""));
    }
}

#[test]
fn the_contents_show_where_the_reader_is() {
    let Some(tab) = tab() else { return };
    tab.size(1400, 700).open(&sites::root().at("guide/writing/"));
    tab.eval("[...document.querySelectorAll('article h2')].at(-2).scrollIntoView({ behavior: 'instant' })");
    tab.wait_for("document.querySelector('.rp-toc [aria-current]')?.hash === '#' + [...document.querySelectorAll('article h2')].at(-2).id");
    tab.eval("scrollBy({ top: -50, behavior: 'instant' })");
    tab.click(".rp-up").wait_for("scrollY === 0");
}
