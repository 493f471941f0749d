//! Two texts as a unified diff.

use std::fmt::Write;

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// Lines of a difference that a finding shows.
const EXCERPT: usize = 16;
/// Lines of changed text on both sides, multiplied, beyond which no common lines are looked for.
const LIMIT: usize = 4_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Keep,
    Remove,
    Add,
}

/// The changes from `old` to `new`, in hunks with line numbers; empty when there are none.
pub fn unified(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let edits = edits(&old, &new);
    let changed: Vec<usize> = (0..edits.len()).filter(|at| edits[*at] != Edit::Keep).collect();
    let mut out = String::new();
    let mut rest = changed.as_slice();
    while let Some(first) = rest.first() {
        let gap = rest.windows(2).position(|pair| pair[1] - pair[0] > 2 * CONTEXT);
        let (own, others) = rest.split_at(gap.map_or(rest.len(), |at| at + 1));
        let last = own.last().unwrap_or(first);
        let range = first.saturating_sub(CONTEXT)..(last + CONTEXT + 1).min(edits.len());
        hunk(&mut out, &old, &new, &edits, range);
        rest = others;
    }
    out
}

/// The first lines of the changes from `old` to `new`, short enough for a finding.
pub fn excerpt(old: &str, new: &str) -> String {
    let changes = unified(old, new);
    let mut lines: Vec<&str> = changes.lines().take(EXCERPT).collect();
    if changes.lines().count() > EXCERPT {
        lines.push("...");
    }
    lines.join("\n")
}

fn hunk(out: &mut String, old: &[&str], new: &[&str], edits: &[Edit], range: std::ops::Range<usize>) {
    let count = |edits: &[Edit], other: Edit| edits.iter().filter(|edit| **edit != other).count();
    let mut left = count(&edits[..range.start], Edit::Add);
    let mut right = count(&edits[..range.start], Edit::Remove);
    let (removed, added) =
        (count(&edits[range.clone()], Edit::Add), count(&edits[range.clone()], Edit::Remove));
    // Writing into a String cannot fail.
    let _ = writeln!(out, "@@ -{},{removed} +{},{added} @@", left + 1, right + 1);
    for edit in &edits[range] {
        let (sign, line) = match edit {
            Edit::Keep => (' ', old.get(left)),
            Edit::Remove => ('-', old.get(left)),
            Edit::Add => ('+', new.get(right)),
        };
        left += usize::from(*edit != Edit::Add);
        right += usize::from(*edit != Edit::Remove);
        let _ = writeln!(out, "{sign}{}", line.unwrap_or(&""));
    }
}

/// What to do with each line, by the longest common subsequence of what lies between equal ends.
fn edits(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut edits = vec![Edit::Keep; head];
    edits.extend(between(old, new));
    edits.extend(vec![Edit::Keep; tail]);
    edits
}

fn between(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let replaced = || [vec![Edit::Remove; old.len()], vec![Edit::Add; new.len()]].concat();
    if old.len().saturating_mul(new.len()) > LIMIT {
        return replaced();
    }
    let width = new.len() + 1;
    let mut common = vec![0_usize; (old.len() + 1) * width];
    for (i, line) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            common[i * width + j] = match line == other {
                true => common[(i + 1) * width + j + 1] + 1,
                false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut edits) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let remove =
            j == new.len() || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]);
        if i < old.len() && j < new.len() && old[i] == new[j] {
            edits.push(Edit::Keep);
            (i, j) = (i + 1, j + 1);
        } else if remove {
            edits.push(Edit::Remove);
            i += 1;
        } else {
            edits.push(Edit::Add);
            j += 1;
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stands_in_its_context() {
        assert_eq!(unified("a\nb\nc\n", "a\nx\nc\ny\n"), "@@ -1,3 +1,4 @@\n a\n-b\n+x\n c\n+y\n");
        assert_eq!(unified("a\n", "a\n"), "");
        assert_eq!(unified("", "a\n"), "@@ -1,0 +1,1 @@\n+a\n");
    }

    #[test]
    fn changes_far_apart_are_hunks_of_their_own() {
        let old: String = (0..30).map(|line| format!("{line}\n")).collect();
        let new = old.replace("\n2\n", "\nx\n").replace("\n25\n", "\ny\n");
        let diff = unified(&old, &new);
        assert_eq!(diff.matches("@@ -").count(), 2);
        assert!(diff.contains("@@ -23,7 +23,7 @@\n 22\n 23\n 24\n-25\n+y\n 26\n"), "{diff}");
    }
}
