//! The list of policies: complete without scripts, narrowed down with them, and what was chosen in the address.

use crate::harness::{Server, sites, tab};

const SHOWN: &str = "[...document.querySelectorAll('[data-filter-table] tbody tr')].filter(row => row.getClientRects().length) \
                     .map(row => row.querySelector('a').textContent).join()";

fn site() -> Server {
    let policy = |name: &str, severity: &str, action: &str| {
        format!(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: {name}\n  annotations:\n    \
             policies.kyverno.io/severity: {severity}\n    policies.kyverno.io/subject: Pod, {name}\nspec:\n  rules:\n    \
             - name: check\n      match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}\n      validate:\n        \
             failureAction: {action}\n        message: No.\n        pattern: {{metadata: {{labels: {{team: \"?*\"}}}}}}\n"
        )
    };
    let (one, two) = (policy("alpha", "high", "Enforce"), policy("beta", "low", "Audit"));
    sites::site(&[
        ("site.toml", "title = \"Policies\"\n"),
        ("content/index.md", "# Policies\n"),
        ("policies/alpha.yaml", &one),
        ("policies/beta.yaml", &two),
    ])
}

#[test]
fn the_list_is_complete_without_scripts() {
    let Some(tab) = tab() else { return };
    tab.without_scripts().open(&site().at("policies/"));
    assert_eq!(tab.text(SHOWN), "alpha,beta");
    assert!(tab.holds("!document.querySelector('[data-filter-box]').getClientRects().length"));
}

#[test]
fn what_narrows_the_list_stands_in_the_address() {
    let Some(tab) = tab() else { return };
    let site = site();
    tab.open(&site.at("policies/")).wait_for(&format!("{SHOWN} === 'alpha,beta'"));
    tab.click("button[data-choice=high]").wait_for(&format!("{SHOWN} === 'alpha'"));
    assert_eq!(tab.text("location.search"), "?severity=high");
    assert_eq!(tab.text("document.querySelector('select[name=mode]').options[1].textContent"), "Enforce (1)");
    assert_eq!(tab.text("document.querySelector('select[name=mode]').options[2].disabled"), "true");
    tab.reload().wait_for(&format!("{SHOWN} === 'alpha'"));
    tab.click("[data-filter-box] [type=reset]").wait_for(&format!("{SHOWN} === 'alpha,beta'"));
    tab.write("bet").wait_for(&format!("{SHOWN} === 'beta'"));
    assert_eq!(tab.text("location.search"), "?text=bet");
    tab.open(&site.at("policies/?subject=alpha")).wait_for(&format!("{SHOWN} === 'alpha'"));
    assert!(!tab.holds("document.querySelector('.rp-search').open"));
    assert_eq!(tab.problems(), Vec::<String>::new());
}
