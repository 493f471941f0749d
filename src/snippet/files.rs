//! What commands do to files: those that they write with text of the page, and those of which nobody knows what is in
//! them afterwards.

use super::kubectl::without_wrappers;
use super::passage::Passage;
use super::shell::{Command, List, Redirect, Simple};

/// Programs that change, replace or remove the files that they are given.
const CHANGERS: &[&str] = &[
    "code", "curl", "ed", "emacs", "mv", "nano", "patch", "rm", "shred", "tee", "truncate", "unlink", "vi",
    "vim", "wget",
];
/// Programs that write the last of the files that they are given.
const COPIERS: &[&str] = &["cp", "install", "ln", "rsync"];
/// Programs that print, unless a flag tells them to change the file itself.
const FILTERS: &[&str] = &["dasel", "gsed", "perl", "prettier", "ruby", "sed", "yamlfmt", "yq"];

/// Files that a command makes with text of the page: `cat > FILE <<'EOF'`.
pub(super) fn written(list: &List, passage: &Passage) -> Vec<(String, Passage)> {
    let mut found = Vec::new();
    each(list, &mut |simple| {
        let known = simple.heredoc().filter(|heredoc| !heredoc.expands() && only_copies(simple));
        if let (Some(heredoc), Some(name)) = (known, target(simple)) {
            found.push((name, passage.part(heredoc.text.clone(), &heredoc.lines)));
        }
    });
    found
}

/// Files that a command writes, changes or removes, other than with text of the page.
pub(super) fn altered(list: &List) -> Vec<String> {
    let mut found = Vec::new();
    each(list, &mut |simple| {
        let known = simple.heredoc().is_some_and(|heredoc| !heredoc.expands() && only_copies(simple));
        let written = target(simple).filter(|_| known);
        let redirected = simple.redirects.iter().filter_map(|redirect| match redirect {
            Redirect::Output(word, _) => word.text.clone(),
            _ => None,
        });
        let named = named(&without_wrappers(simple));
        found.extend(redirected.chain(named).filter(|name| Some(name) != written.as_ref()));
    });
    found
}

fn each<'a>(list: &'a List, visit: &mut dyn FnMut(&'a Simple)) {
    list.each_pipeline(&mut |pipeline, _| {
        for command in &pipeline.commands {
            if let Command::Simple(simple) = command {
                visit(simple);
            }
        }
    });
}

/// Does what the command reads arrive as it is?
fn only_copies(simple: &Simple) -> bool {
    matches!(simple.program(), Some("cat" | "tee"))
}

/// The file that it writes anew.
fn target(simple: &Simple) -> Option<String> {
    let anew = simple.redirects.iter().find_map(|redirect| match redirect {
        Redirect::Output(word, false) => word.text.clone(),
        _ => None,
    });
    let teed =
        || simple.words.get(1).filter(|_| simple.program() == Some("tee")).and_then(|word| word.text.clone());
    anew.or_else(teed)
}

/// The files among its words that it changes.
fn named(simple: &Simple) -> Vec<String> {
    let words: Vec<&str> = simple.words.iter().skip(1).filter_map(|word| word.text.as_deref()).collect();
    let files = || words.iter().filter(|word| !word.starts_with('-')).map(ToString::to_string);
    let in_place = |word: &&str| {
        word.starts_with("--in-place")
            || *word == "--write"
            || (word.starts_with('-') && !word.starts_with("--") && word.contains(['i', 'w']))
    };
    match simple.program() {
        Some(program) if CHANGERS.contains(&program) => files().collect(),
        Some(program) if COPIERS.contains(&program) => files().next_back().into_iter().collect(),
        Some(program) if FILTERS.contains(&program) && words.iter().any(in_place) => files().collect(),
        _ => Vec::new(),
    }
}
