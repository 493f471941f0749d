//! The policies that the pages of a public site show: which of them Kyverno refuses.
#![expect(clippy::unwrap_used, reason = "a table test may fail loudly")]

mod support;

use runproof::kube::read;
use runproof::policy::{LintKind, Policy, check, lints};
use std::fs;
use support::shared;

/// The text of the fence around a line, without its indentation.
fn fence(page: &str, line: usize) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let is_mark = |text: &&str| text.trim_start().starts_with("```");
    let start = lines[..line].iter().rposition(is_mark).unwrap();
    let end = start + 1 + lines[start + 1..].iter().position(is_mark).unwrap();
    let indent = lines[start].len() - lines[start].trim_start().len();
    lines[start + 1..end]
        .iter()
        .map(|text| text.get(indent..).unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Why Kyverno would refuse the policy of this name, if it would.
fn refusal(text: &str, name: &str) -> Option<String> {
    let resource = read(text).0.into_iter().find(|one| one.name == name && Policy::is_policy(one))?;
    match Policy::load(&resource) {
        Ok(policy) => check(&policy, &resource).into_iter().next(),
        Err(refusal) => Some(refusal),
    }
    .map(|refusal| format!("{}: {}", refusal.path, refusal.reason))
}

#[test]
fn what_kyverno_refuses_on_pages_is_refused_and_nothing_else() {
    let (Some(root), Some(table)) = (shared("corpora/ael"), shared("reference/ael-claims/policies.tsv"))
    else {
        return;
    };
    let (mut agree, mut differ) = (0, Vec::new());
    for row in fs::read_to_string(table).unwrap().lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let page = fs::read_to_string(root.join("docs").join(cells[0])).unwrap();
        let ours = refusal(&fence(&page, cells[1].parse().unwrap()), cells[2]);
        match ours.is_some() == (cells[4] == "refused") {
            true => agree += 1,
            false => differ
                .push(format!("{}:{} {}: ours {ours:?}, theirs {}", cells[0], cells[1], cells[2], cells[5])),
        }
    }
    println!("policies on pages: {agree} agree");
    assert!(differ.is_empty(), "{differ:#?}");
}

/// The policies of the public library were tested by their authors: hardly one may seem doubtful.
#[test]
fn policies_that_work_are_not_doubted() {
    let Some(root) = shared("corpora/kyverno/policies") else { return };
    let mut files = vec![root];
    let (mut count, mut doubts) = (0, Vec::new());
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        for resource in read(&fs::read_to_string(&path).unwrap_or_default()).0 {
            let Some(policy) = Policy::is_policy(&resource).then(|| Policy::load(&resource).ok()).flatten()
            else {
                continue;
            };
            count += 1;
            let found = lints(&policy, &resource);
            let found = found.iter().filter(|one| one.kind != LintKind::Deprecated);
            doubts.extend(found.map(|one| format!("{}: {} {}", path.display(), one.path, one.message)));
        }
    }
    println!("{} doubts about {count} policies of the library", doubts.len());
    assert!(count > 200 && doubts.len() * 100 < count, "{doubts:#?}");
}
