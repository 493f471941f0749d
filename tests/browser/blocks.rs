//! Blocks that readers copy from, and values that they fill in.

use crate::harness::{Server, Tab, sites, tab};
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};

const PAGE: &str = "# Page

<!-- snippet: id=scale -->
```bash
# Look first
kubectl get pods -n <namespace>
kubectl delete namespace <namespace>
```

<!-- snippet: id=tabs -->
```bash
cat <<-'EOF' > note.txt
\tone
\t  two
EOF
```

<!-- snippet: id=session -->
```console
$ echo a
a
$ echo b
b
```
";

fn site() -> Server {
    sites::site(&[("site.toml", "title = \"Site\"\n"), ("content/index.md", PAGE)])
}

/// All tabs of a browser share one clipboard.
fn clipboard(tab: &Tab) -> MutexGuard<'static, ()> {
    static CLIPBOARD: Mutex<()> = Mutex::new(());
    let guard = CLIPBOARD.lock().unwrap_or_else(PoisonError::into_inner);
    tab.grant(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    guard
}

fn record(server: &Server, path: &str) -> Value {
    serde_json::from_slice(server.bytes(path)).expect("a record")
}

/// What a click on the button puts into the clipboard.
fn copied(tab: &Tab, button: &str) -> String {
    tab.eval("navigator.clipboard.writeText('nothing')");
    tab.eval(&format!("{button}.click()"));
    tab.wait_for("navigator.clipboard.readText().then(text => text !== 'nothing')");
    tab.clipboard()
}

/// The button of the block at `index`.
fn whole(index: usize) -> String {
    format!("[...document.querySelectorAll('.rp-copy[aria-label=Copy]')][{index}]")
}

#[test]
fn what_is_copied_equals_the_record_and_the_file_byte_for_byte() {
    let Some(tab) = tab() else { return };
    let site = site();
    let _alone = clipboard(&tab);
    tab.open(&site.url);
    for (index, id) in ["scale", "tabs", "session"].into_iter().enumerate() {
        let copied = copied(&tab, &whole(index));
        assert_eq!(record(&site, &format!("s/index/{id}.json"))["text"], copied, "{id}");
        let file = site.bytes(&format!("s/index/{id}.sh"));
        assert_eq!(String::from_utf8_lossy(file), copied + "\n", "{id}");
    }
}

#[test]
fn every_block_with_files_of_this_site_copies_its_record() {
    let Some(tab) = tab() else { return };
    let site = sites::root();
    let _alone = clipboard(&tab);
    let index = record(site, "s/index.json");
    let snippets = index["snippets"].as_array().unwrap();
    assert!(snippets.len() > 5, "{index}");
    for snippet in snippets {
        let local = |url: &Value| url.as_str().unwrap().split_once("/runproof/").unwrap().1.to_string();
        let (page, place) = (local(&snippet["page"]), local(&snippet["record"]));
        let text = &record(site, &place)["text"];
        tab.open(&site.at(page.split('#').next().unwrap()));
        let block = format!("runproof.blocks.find(block => runproof.copied(block) === {text})");
        let button = format!("{block}.box.querySelector('.rp-copy[aria-label=Copy]')");
        assert_eq!(*text, copied(&tab, &button), "{place}");
    }
}

#[test]
fn one_command_of_several_is_copied_alone() {
    let Some(tab) = tab() else { return };
    let site = site();
    let _alone = clipboard(&tab);
    tab.open(&site.url);
    let second = "document.querySelector('[aria-label=\"Copy command 2\"]')";
    assert_eq!(copied(&tab, second), "kubectl delete namespace <namespace>");
}

#[test]
fn a_value_that_is_filled_in_goes_into_every_command_and_stays_in_the_tab() {
    let Some(tab) = tab() else { return };
    let site = site();
    let _alone = clipboard(&tab);
    tab.open(&site.url);
    tab.eval("document.querySelector('.rp-fields').open = true");
    tab.click("#rp-field-0").write("shop");
    let expected = "# Look first\nkubectl get pods -n shop\nkubectl delete namespace shop";
    assert_eq!(copied(&tab, &whole(0)), expected);
    tab.reload();
    assert_eq!(copied(&tab, &whole(0)), expected);
    tab.eval("document.querySelector('.rp-fields .rp-link').click()");
    assert!(copied(&tab, &whole(0)).contains("<namespace>"));
}

#[test]
fn what_takes_something_away_says_so_in_words() {
    let Some(tab) = tab() else { return };
    tab.open(&site().url);
    let beside = "document.querySelector('.rp-beside [aria-label^=Destructive]').getAttribute('aria-label')";
    assert_eq!(tab.text(beside), "Destructive: deletes a namespace and all that is in it");
    tab.without_scripts().open(&site().url);
    let above = tab.text("document.querySelector('article').innerText");
    assert!(above.contains("deletes a namespace and all that is in it"), "{above}");
}

#[test]
fn blocks_read_the_same_without_scripts() {
    let Some(tab) = tab() else { return };
    tab.without_scripts().open(&site().url);
    let text = tab.text("document.querySelector('article pre code').textContent");
    assert!(text.starts_with("# Look first\nkubectl get pods -n <namespace>\n"), "{text}");
    assert!(tab.holds("!document.querySelector('.rp-copy, .rp-fields')"));
}
