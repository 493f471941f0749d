//! Pictures of ten kinds of pages, to be looked at: `cargo test --test browser screenshots -- --ignored`.

use crate::harness::{Tab, sites, tab};
use std::path::Path;

/// The name of the picture, the site, the page, and what is done before the picture is taken.
type Kind = (&'static str, &'static str, &'static str, fn(&Tab));

const PAGES: [Kind; 10] = [
    ("home", "root", "", nothing),
    ("guide", "root", "guide/writing/", nothing),
    ("reference", "root", "reference/configuration/", nothing),
    ("phase", "root", "roadmap/phase-3-runtime/", nothing),
    ("policies", "root", "policies/", nothing),
    ("policy", "root", "policies/require-run-as-nonroot/", nothing),
    ("printed", "root", "guide/print/", nothing),
    ("search", "root", "guide/", search),
    ("blog", "showcase", "blog/", nothing),
    ("everything", "showcase", "", nothing),
];

fn nothing(_: &Tab) {}

fn search(tab: &Tab) {
    tab.press("/").wait_for("document.querySelector('dialog.rp-search')?.open");
    tab.write("policy").wait_for("document.querySelectorAll('dialog.rp-search li').length > 3");
}

#[test]
#[ignore = "makes pictures in target/screenshots, for people"]
fn screenshots() {
    let Some(tab) = tab() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    for (name, site, page, then) in PAGES {
        let site = if site == "root" { sites::root() } else { sites::showcase() };
        for (width, height) in [(1400, 1000), (390, 844)] {
            for palette in ["light", "dark"] {
                tab.size(width, height).prefers("color-scheme", palette).open(&site.at(page));
                tab.wait_for(&format!("document.documentElement.dataset.theme === {palette:?}"));
                then(&tab);
                let to = folder.join(format!("{name}-{width}-{palette}.png"));
                tab.picture(&to);
                assert!(to.metadata().unwrap().len() > 5_000, "{name} is empty");
            }
        }
    }
    println!("wrote {}", folder.display());
}
