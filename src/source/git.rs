//! What git knows of the files.

use super::{SitePath, Sources};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// What git said the last time, kept while a site is served: asking again after every save would cost more than
/// the save. Commits made meanwhile count from the next start on.
#[derive(Debug, Default)]
pub(super) struct History(Mutex<Option<Answer>>);

#[derive(Debug)]
struct Answer {
    wanted: BTreeSet<SitePath>,
    changes: Arc<BTreeMap<SitePath, i64>>,
}

/// When each of the `wanted` files was last changed by a commit, in seconds since 1970. Empty outside of a
/// repository, without the `git` program, and in a shallow clone, whose history would give wrong dates. One run
/// of `git`, which ends as soon as every file is found.
pub fn last_changes(sources: &Sources, wanted: &BTreeSet<SitePath>) -> Arc<BTreeMap<SitePath, i64>> {
    if !sources.on_disk() || wanted.is_empty() {
        return Arc::default();
    }
    let mut last = sources.history().0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(answer) = last.as_ref().filter(|answer| wanted.is_subset(&answer.wanted)) {
        return Arc::clone(&answer.changes);
    }
    let changes = Arc::new(read_log(sources, wanted).unwrap_or_default());
    *last = Some(Answer { wanted: wanted.clone(), changes: Arc::clone(&changes) });
    changes
}

/// `None` where there is no history to be trusted.
fn read_log(sources: &Sources, wanted: &BTreeSet<SitePath>) -> Option<BTreeMap<SitePath, i64>> {
    let mut git = Command::new("git")
        .arg("-C")
        .arg(sources.root())
        .args(["-c", "core.quotePath=false", "log", "--format=%x01%ct %D", "--name-only", "--no-renames"])
        .args(["--diff-merges=off", "--decorate=short", "--no-show-signature", "--relative", "-z", "--", "."])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let reader = BufReader::new(git.stdout.take()?);
    let changes = changes(reader, wanted);
    // Ending it early is the common case; that it may have ended by itself is no failure.
    let _ = git.kill();
    let _ = git.wait();
    changes
}

/// Read the log: records end with NUL; those that begin with \x01 are commits, the others are files of the last
/// commit.
fn changes(mut log: impl BufRead, wanted: &BTreeSet<SitePath>) -> Option<BTreeMap<SitePath, i64>> {
    let (mut found, mut time, mut record) = (BTreeMap::new(), 0, Vec::new());
    while found.len() < wanted.len() {
        record.clear();
        if log.read_until(0, &mut record).ok()? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&record);
        let text = text.trim_matches(['\0', '\n']);
        if let Some(commit) = text.strip_prefix('\x01') {
            let (stamp, names) = commit.split_once(' ').unwrap_or((commit, ""));
            if names.split(", ").any(|name| name == "grafted") {
                return None;
            }
            time = stamp.parse().ok()?;
        } else if !text.is_empty() {
            let path = SitePath::new(text);
            if wanted.contains(&path) {
                found.entry(path).or_insert(time);
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn git(dir: &Path, date: &str, arguments: &[&str]) {
        let done = Command::new("git")
            .arg("-C")
            .arg(dir)
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .env("GIT_COMMITTER_DATE", date)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn changes_of(dir: &Path) -> Vec<(String, i64)> {
        let sources = Sources::open(dir).unwrap();
        let wanted = ["a.md", "b ö.md", "new.md"].map(SitePath::new).into_iter().collect();
        last_changes(&sources, &wanted).iter().map(|(path, time)| (path.to_string(), *time)).collect()
    }

    #[test]
    fn the_last_commit_of_each_file_below_the_root_counts() {
        let repo = tempfile::tempdir().unwrap();
        let site = repo.path().join("site");
        std::fs::create_dir(&site).unwrap();
        assert_eq!(changes_of(&site), []);
        git(repo.path(), "", &["init", "-q"]);
        for (file, text, date) in
            [("a.md", "1", "@1000 +0000"), ("b ö.md", "1", "@2000 +0000"), ("a.md", "2", "@3000 +0000")]
        {
            std::fs::write(site.join(file), text).unwrap();
            git(repo.path(), date, &["add", "."]);
            git(repo.path(), date, &["commit", "-qm", "x"]);
        }
        std::fs::write(site.join("new.md"), "").unwrap();
        assert_eq!(changes_of(&site), [("a.md".to_string(), 3000), ("b ö.md".to_string(), 2000)]);
        let shallow = tempfile::tempdir().unwrap();
        let url = format!("file://{}", repo.path().display());
        git(shallow.path(), "", &["clone", "-q", "--depth", "1", &url, "."]);
        assert_eq!(changes_of(&shallow.path().join("site")), []);
    }
}
