//! Task lists that readers tick.

use crate::harness::{sites, tab};

const PAGE: &str = "# Roll back

## Before

- [ ] Tell the **channel**
- [x] Note the time

## After

- [ ] Look at the graphs
";

const COUNT: &str = "document.querySelector('.rp-progress [role=status]').textContent";

#[test]
fn ticks_stay_are_counted_and_reset() {
    let Some(tab) = tab() else { return };
    let site = sites::page(PAGE);
    tab.open(&site.url);
    assert_eq!(tab.text(COUNT), "1 of 3 tasks done");
    tab.click(".task-list-item input");
    assert_eq!(tab.text(COUNT), "2 of 3 tasks done");
    tab.reload();
    assert_eq!(tab.text(COUNT), "2 of 3 tasks done");
    tab.eval(
        "[...document.querySelectorAll('.rp-progress button')].find(b => b.textContent === 'Reset').click()",
    );
    assert_eq!(tab.text(COUNT), "1 of 3 tasks done");
    tab.reload();
    assert_eq!(tab.text(COUNT), "1 of 3 tasks done");
}

#[test]
fn ticked_tasks_are_told_as_markdown_with_their_times() {
    let Some(tab) = tab() else { return };
    tab.open(&sites::page(PAGE).url);
    tab.click(".task-list-item input");
    let record = tab.text("runproof.tasks()");
    let lines: Vec<&str> = record.lines().collect();
    assert_eq!(lines[0], "# Roll back");
    assert!(lines.contains(&"- Done: 2 of 3") && lines.contains(&"## Before"), "{record}");
    let ticked = lines.iter().find(|line| line.contains("Tell the channel")).unwrap();
    assert!(ticked.starts_with("- [x] Tell the channel (2") && ticked.ends_with("Z)"), "{record}");
    assert!(
        lines.contains(&"- [x] Note the time") && lines.contains(&"- [ ] Look at the graphs"),
        "{record}"
    );
}

#[test]
fn tasks_are_read_without_scripts() {
    let Some(tab) = tab() else { return };
    tab.without_scripts().open(&sites::page(PAGE).url);
    assert!(tab.holds("document.querySelectorAll('.task-list-item input').length === 3"));
    assert!(tab.holds("[...document.querySelectorAll('.task-list-item input')].every(box => box.disabled)"));
}
