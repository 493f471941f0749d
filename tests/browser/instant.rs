//! Pages that take each other's place without loading, and pages that must not.

use crate::harness::{Server, Tab, sites, tab};

/// A tab at `page`, with a mark that is gone when a page is loaded.
fn at(site: &Server, page: &str) -> Option<Tab> {
    let tab = tab()?;
    tab.size(1400, 700).open(&site.at(page));
    // What shows pages without loading comes when a reader first points at a link.
    tab.hover(".rp-name")
        .wait_for("!document.documentElement.dataset.instant || document.querySelector('.rp-unseen')");
    tab.eval("window.mark = true");
    Some(tab)
}

fn title(tab: &Tab) -> String {
    tab.text("document.querySelector('main h1').firstChild.textContent")
}

const TALL: &str = "# Tall\n\n[Next](next.md)\n\n";

fn tall_site(next: &str) -> Server {
    let tall = format!("{TALL}{}\n\n[Below](next.md#far)\n", "A line.\n\n".repeat(120));
    let next = format!(
        "# Next\n\n{next}\n\n{}\n\n## Far\n\nThe end.\n\n{}",
        "A line.\n\n".repeat(80),
        "A line.\n\n".repeat(80)
    );
    sites::site(&[
        ("site.toml", "title = \"Site\"\n[theme]\nfeatures = [\"navigation.instant\"]\n"),
        ("content/index.md", &tall),
        ("content/next.md", &next),
    ])
}

#[test]
fn a_link_shows_its_page_without_loading_and_says_so() {
    let Some(tab) = at(sites::showcase(), "") else { return };
    tab.click(".rp-nav a[href*=runbook], .rp-tabs a[href*=runbook]");
    tab.wait_for("location.pathname.endsWith('/runbook/') && document.title.includes('Restart')");
    assert!(tab.holds("window.mark"), "the page was loaded");
    assert_eq!(title(&tab), "Restart the database");
    assert_eq!(tab.text("document.activeElement.textContent.slice(0, 7)"), "Restart");
    assert!(tab.holds("document.querySelector('[role=status].rp-unseen').textContent === document.title"));
    // What only this page needs has come with it.
    tab.wait_for("document.querySelector('.rp-progress') && document.querySelector('.rp-copy')");
    assert!(tab.holds("document.querySelector('meta[name=description]').content.startsWith('What to do')"));
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn back_and_forward_lead_to_the_same_place_and_the_same_link() {
    let site = tall_site("Text.");
    let Some(tab) = at(&site, "") else { return };
    tab.click("main a[href*='#far']")
        .wait_for("location.hash === '#far' && document.querySelector('#far:target')");
    tab.wait_for("Math.abs(document.querySelector('#far').getBoundingClientRect().top) < 200");
    tab.eval("history.back()");
    tab.wait_for("document.title.includes('Tall') && scrollY > 2000");
    assert!(tab.holds("document.activeElement.getAttribute('href').endsWith('#far')"));
    tab.eval("history.forward()");
    tab.wait_for("document.title.includes('Next') && scrollY > 1000");
    assert!(tab.holds("window.mark"), "a page was loaded");
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn a_page_begins_at_its_top_and_the_palette_and_the_search_still_work() {
    let site = tall_site("Text.");
    let Some(tab) = at(&site, "") else { return };
    tab.eval("scrollTo(0, 3000)");
    tab.click(".rp-nav a[href*=next]").wait_for("document.title.includes('Next') && scrollY === 0");
    tab.click("[data-palette]")
        .click("[data-palette]")
        .wait_for("document.documentElement.dataset.theme === 'dark'");
    tab.press("/").wait_for("document.querySelector('dialog.rp-search').open");
    tab.write("tall").wait_for("document.querySelector('dialog.rp-search li a')");
    tab.press("Enter").wait_for("document.title.includes('Tall')");
    assert!(tab.holds("window.mark && document.documentElement.dataset.theme === 'dark'"));
}

#[test]
fn a_page_with_a_script_of_its_own_is_loaded() {
    let site = tall_site("<script src=\"own.js\"></script>");
    let Some(tab) = at(&site, "") else { return };
    tab.loading(|| drop(tab.eval("document.querySelector('main a[href*=next]').click()")));
    assert_eq!(title(&tab), "Next");
    assert!(tab.holds("!window.mark"), "the page was not loaded");
    tab.eval("window.mark = true");
    tab.loading(|| drop(tab.eval("document.querySelector('.rp-name').click()")));
    assert!(tab.holds("!window.mark"), "the page was not loaded");
}

#[test]
fn a_page_that_is_not_there_is_loaded() {
    let Some(tab) = at(sites::showcase(), "") else { return };
    tab.eval(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<a id=gone href=gone/>Gone</a>')",
    );
    tab.loading(|| {
        tab.click("#gone");
    });
    assert!(tab.holds("!window.mark"));
}

#[test]
fn a_page_that_a_reader_points_at_is_fetched() {
    let Some(tab) = at(sites::root(), "") else { return };
    tab.hover("main a[href*=guide]").wait_for("document.querySelector('link[rel=prefetch]')");
    assert!(tab.holds("document.querySelector('link[rel=prefetch]').href.includes('guide')"));
}
