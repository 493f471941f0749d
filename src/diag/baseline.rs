//! What an old site already has: a file of known findings, so that only new ones count.

use super::text::one_line;
use super::{Diagnostic, codes};
use crate::source::{Hash, SitePath, Sources};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file that is written and read.
const VERSION: u32 = 1;

/// Known findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    known: BTreeMap<Key, usize>,
}

/// One known finding; in the file the words beside the fingerprint are there for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    path: String,
    code: String,
    message: String,
    fingerprint: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: Key,
    /// How often it occurs: a page may hold the same line twice.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    count: usize,
}

fn once() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_once(count: &usize) -> bool {
    *count == 1
}

/// Findings without the known ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filtered {
    /// What the baseline does not know.
    pub fresh: Vec<Diagnostic>,
    /// How many findings it knows.
    pub known: usize,
    /// Known findings that are gone, as `path: code: message`, sorted.
    pub stale: Vec<String>,
}

impl Baseline {
    /// The baseline that knows all of `diagnostics`.
    pub fn of(diagnostics: &[Diagnostic], sources: &Sources) -> Baseline {
        let mut known = BTreeMap::new();
        for found in diagnostics {
            *known.entry(key(found, sources)).or_insert(0) += 1;
        }
        Baseline { known }
    }

    /// The baseline in the text of its file.
    ///
    /// # Errors
    /// Why the text is none: not JSON, or written by a later version.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let stored: Stored = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if stored.version != VERSION {
            return Err(format!("its version is {}, this program reads {VERSION}", stored.version));
        }
        let mut known = BTreeMap::new();
        for entry in stored.findings {
            *known.entry(entry.key).or_insert(0) += entry.count;
        }
        Ok(Baseline { known })
    }

    /// The text of its file: JSON, sorted, one finding a block, so that it can be reviewed and merged.
    pub fn to_text(&self) -> String {
        let findings = self.known.iter().map(|(key, count)| Entry { key: key.clone(), count: *count });
        let stored = Stored { version: VERSION, findings: findings.collect() };
        serde_json::to_string_pretty(&stored).unwrap_or_default() + "\n"
    }

    /// How many findings it knows.
    pub fn len(&self) -> usize {
        self.known.values().sum()
    }

    /// Does it know nothing?
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Take out of `diagnostics` what is known.
    pub fn filter(&self, diagnostics: Vec<Diagnostic>, sources: &Sources) -> Filtered {
        // The message is for people: a release may word it better without making a finding new.
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for (key, count) in &self.known {
            *left.entry(&key.fingerprint).or_insert(0) += count;
        }
        let (mut fresh, mut known) = (Vec::new(), 0);
        for found in diagnostics {
            match left.get_mut(fingerprint(&found, sources).as_str()) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    known += 1;
                }
                _ => fresh.push(found),
            }
        }
        let gone = |key: &&Key| left.get(key.fingerprint.as_str()).is_some_and(|count| *count > 0);
        let stale = self.known.keys().filter(gone);
        let stale = stale.map(|key| format!("{}: {}: {}", key.path, key.code, key.message)).collect();
        Filtered { fresh, known, stale }
    }
}

/// The one finding that says which entries of a baseline are gone; `None` when there is none.
pub fn stale(entries: &[String], file: &str) -> Option<Diagnostic> {
    let first = entries.first()?;
    let message = match entries.len() {
        1 => format!("the baseline `{file}` holds a finding that is gone: {first}"),
        count => format!("the baseline `{file}` holds {count} findings that are gone, the first is {first}"),
    };
    let found = Diagnostic::of_site(&codes::STALE_BASELINE, message);
    Some(found.help("take them out with `runproof check --update-baseline`"))
}

fn key(found: &Diagnostic, sources: &Sources) -> Key {
    let path = path(found, sources).map_or(String::new(), |path| path.as_str().to_string());
    let (code, fingerprint) = (found.code.name.to_string(), fingerprint(found, sources));
    Key { path, code, message: one_line(&found.message), fingerprint }
}

/// What makes a finding the same finding in the next build: its code, its file, the words under it and what is
/// said about them, but not its line. 16 hexadecimal digits.
pub fn fingerprint(found: &Diagnostic, sources: &Sources) -> String {
    let path = path(found, sources).unwrap_or_default();
    let excerpt = found.span.and_then(|span| {
        let file = sources.file(span.file)?;
        let bytes = file.bytes().get(span.range())?;
        Some(String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" "))
    });
    let parts =
        [found.code.name, path.as_str(), excerpt.as_deref().unwrap_or_default(), found.message.as_str()];
    Hash::of_parts(parts.map(str::as_bytes)).short(16)
}

fn path(found: &Diagnostic, sources: &Sources) -> Option<SitePath> {
    Some(sources.file(found.span?.file)?.path().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> (Sources, Vec<Diagnostic>) {
        let sources = Sources::in_memory([("a.md", text)]);
        let file = sources.get(&SitePath::new("a.md")).unwrap();
        let found = text
            .match_indices("gone.md")
            .map(|(at, word)| {
                let span = file.span(at, at + word.len());
                Diagnostic::new(&codes::BROKEN_LINK, span, "`gone.md` does not exist")
            })
            .collect();
        (sources, found)
    }

    #[test]
    fn a_known_finding_stays_known_when_it_moves() {
        let (sources, found) = findings("see gone.md\n");
        let baseline = Baseline::parse(&Baseline::of(&found, &sources).to_text()).unwrap();
        let (sources, found) = findings("# Title\n\nsee gone.md\n\nand gone.md\n");
        let filtered = baseline.filter(found, &sources);
        assert_eq!((filtered.fresh.len(), filtered.known, filtered.stale.len()), (1, 1, 0));
    }

    #[test]
    fn what_is_gone_is_told() {
        let (sources, found) = findings("gone.md gone.md");
        let baseline = Baseline::of(&found, &sources);
        assert_eq!(baseline.len(), 2);
        let filtered = baseline.filter(Vec::new(), &sources);
        assert_eq!(filtered.stale, ["a.md: broken-link: `gone.md` does not exist"]);
        assert!(stale(&filtered.stale, "b.json").unwrap().message.contains("broken-link"));
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        assert!(Baseline::parse("{\"version\":2,\"findings\":[]}").unwrap_err().contains("version is 2"));
        assert!(Baseline::parse("[]").is_err());
    }
}
