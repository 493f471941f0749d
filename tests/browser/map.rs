//! The map of the site.

use crate::harness::{sites, tab};

#[test]
fn a_page_in_the_picture_shows_its_lines_to_pointer_and_keyboard_and_leads_there() {
    let Some(tab) = tab() else { return };
    tab.open(&sites::root().at("map/"));
    let drawn = "document.querySelector('.rp-map-lines').getBBox()";
    assert!(
        tab.holds(&format!(
            "{drawn}.x + {drawn}.width + 1 <= document.querySelector('.rp-map svg').width.baseVal.value"
        )),
        "a line is cut off"
    );
    let lit = "[...document.querySelectorAll('.rp-map use')].filter(line => getComputedStyle(line).stroke !== 'none').length";
    assert_eq!(tab.text(&format!("String({lit})")), "0");
    tab.eval("document.querySelector('.rp-map-node a').focus()");
    let own = "document.querySelector('.rp-map-node').querySelectorAll('use').length";
    assert_eq!(tab.text(&format!("String({lit} === {own} && {own} > 0)")), "true");
    tab.press("Enter").wait_for("location.pathname.endsWith('/guide/blocks/')");
}
