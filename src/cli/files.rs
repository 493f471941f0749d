//! The files that the commands of a Kyverno user name, wherever they lie.

use super::Failure;
use crate::diag::visible;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file with the name by which a reader knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextFile {
    pub name: String,
    pub text: String,
}

impl TextFile {
    /// The file at `path`; `-` is the standard input.
    pub fn read(path: &Path) -> Result<TextFile, Failure> {
        let (name, text) = match path == Path::new("-") {
            true => ("standard input".to_string(), std::io::read_to_string(std::io::stdin())),
            false => (shown(path), std::fs::read_to_string(path)),
        };
        let text = text.map_err(|error| Failure::new(format!("`{name}`: {error}")))?;
        Ok(TextFile { name, text })
    }

    /// `file:line:column` of a place in the text.
    pub fn at(&self, place: &Range<usize>) -> String {
        let before = self.text.get(..place.start).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let (line, column) = (before.matches('\n').count() + 1, before[start..].chars().count() + 1);
        format!("{}:{line}:{column}", self.name)
    }

    /// `what` with its place and the line that stands there, indented by two.
    pub fn excerpt(&self, what: &str, place: &Range<usize>) -> String {
        let (what, at, line) = (visible(what, false), self.at(place), visible(self.line(place), false));
        format!("  {what} at {}\n      | {line}\n", visible(&at, false))
    }

    /// The line at a place, without the white space around it.
    fn line(&self, place: &Range<usize>) -> &str {
        let before = self.text.get(..place.start).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        self.text[start..].lines().next().unwrap_or_default().trim()
    }
}

/// The YAML and JSON files that `paths` name: files, and all below folders, sorted within each. Names below a
/// folder that begin with a dot are left out.
pub(super) fn manifests(paths: &[PathBuf]) -> Result<Vec<TextFile>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => found.extend(manifests_in(path)?),
            false => found.push(path.clone()),
        }
    }
    found.iter().map(|path| TextFile::read(path)).collect()
}

fn manifests_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_manifest = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| ["yaml", "yml", "json"].contains(&extension))
    };
    let is_hidden = |file: &Path| {
        let inner = file.strip_prefix(folder).unwrap_or(file);
        inner.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
    };
    Ok(below(folder)?.into_iter().filter(|file| is_manifest(file) && !is_hidden(file)).collect())
}

/// Every file below a folder, sorted. Links to folders are not followed.
pub(super) fn below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let wrong = |error: std::io::Error| Failure::of_file(folder, &error);
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        match entry.file_type().map_err(wrong)?.is_dir() {
            true => found.extend(below(&entry.path())?),
            false => found.push(entry.path()),
        }
    }
    found.sort();
    Ok(found)
}

/// The text of a file that a test names. Of a folder it is all its manifests, as documents of one text.
pub(super) fn beside(folder: &Path, name: &str) -> Option<String> {
    if !folder.join(name).is_dir() {
        return std::fs::read_to_string(folder.join(name)).ok();
    }
    let files = named(folder, name);
    let texts: Vec<String> = files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect();
    Some(texts.join("\n---\n"))
}

/// The files that a test means by a name: the file, or the manifests right in the folder.
pub(super) fn named(folder: &Path, name: &str) -> Vec<PathBuf> {
    let path = folder.join(name);
    if !path.is_dir() {
        return vec![path];
    }
    let mut files = manifests_in(&path).unwrap_or_default();
    files.retain(|file| file.parent() == Some(path.as_path()));
    files
}

/// A path as it is shown: with slashes, without a leading `./`.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.trim_start_matches("./").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_and_a_column() {
        let file = TextFile { name: "a.yaml".into(), text: "a: 1\nb:\n  ü: c\n".into() };
        assert_eq!(file.at(&(14..15)), "a.yaml:3:6");
        assert_eq!((file.line(&(14..15)), file.line(&(99..100))), ("ü: c", ""));
        assert_eq!(file.at(&(0..1)), "a.yaml:1:1");
    }

    #[test]
    fn a_folder_is_read_in_order() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        for (name, text) in [
            ("b.yaml", "b: 1"),
            ("a.yml", "a: 1"),
            ("notes.txt", "no"),
            (".x.yaml", "x"),
            ("sub/c.json", "{}"),
        ] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let found = manifests(&[dir.path().to_path_buf()]).unwrap();
        assert_eq!(found.iter().map(|file| file.text.as_str()).collect::<Vec<_>>(), ["a: 1", "b: 1", "{}"]);
        assert_eq!(
            beside(dir.path().parent().unwrap(), dir.path().to_str().unwrap()).unwrap(),
            "a: 1\n---\nb: 1"
        );
        assert!(manifests(&[dir.path().join("none")]).is_err());
    }
}
