//! A snapshot of the files of a site.

use super::git::History;
use super::{FileId, SitePath, SourceFile};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// What the user wrote: the files of one build, read once. Files are read when first asked for, so an include
/// or a configuration may name any file below the root; a file that was read never changes within a build.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    ids: Arc<RwLock<Ids>>,
    files: RwLock<BTreeMap<SitePath, Option<Arc<SourceFile>>>>,
    on_disk: bool,
    surroundings: Surroundings,
    history: Arc<History>,
}

/// What lies around the files, read once.
#[derive(Debug, Clone, Default)]
struct Surroundings {
    now: i64,
    env: BTreeMap<String, String>,
}

/// Which id a path has; the ids count up from 0.
#[derive(Debug, Default)]
struct Ids {
    by_path: BTreeMap<SitePath, FileId>,
    paths: Vec<SitePath>,
}

impl Sources {
    /// Sources below the directory `root`. Nothing is read yet.
    ///
    /// # Errors
    /// When `root` is not a directory that can be read.
    pub fn open(root: &Path) -> io::Result<Sources> {
        let root = root.canonicalize()?;
        if !root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a directory"));
        }
        let surroundings = Surroundings::read();
        let (ids, files, history) = (Arc::default(), RwLock::default(), Arc::default());
        Ok(Sources { root, ids, files, on_disk: true, surroundings, history })
    }

    /// Sources that exist only in memory, for tests and for documents without a site. They have no
    /// environment, and their clock stands at the beginning of 2026.
    pub fn in_memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Sources {
        let surroundings = Surroundings { now: 1_767_225_600, env: BTreeMap::new() };
        let sources = Sources {
            root: PathBuf::new(),
            ids: Arc::default(),
            files: RwLock::default(),
            on_disk: false,
            surroundings,
            history: Arc::default(),
        };
        for (path, text) in files {
            sources.insert(SitePath::new(path), Some(text.as_bytes().to_vec()));
        }
        sources
    }

    /// The same root read anew; the ids of files stay.
    pub fn reload(&self) -> Sources {
        Sources {
            root: self.root.clone(),
            ids: Arc::clone(&self.ids),
            files: RwLock::default(),
            on_disk: self.on_disk,
            history: Arc::clone(&self.history),
            surroundings: match self.on_disk {
                true => Surroundings::read(),
                false => self.surroundings.clone(),
            },
        }
    }

    /// The same sources with one more variable in their environment, for tests.
    #[must_use]
    pub fn with_env(mut self, name: &str, value: &str) -> Sources {
        self.surroundings.env.insert(name.to_string(), value.to_string());
        self
    }

    /// When these sources were opened, in seconds since 1970; `SOURCE_DATE_EPOCH` overrides the clock, so that
    /// a build can be repeated.
    pub fn now(&self) -> i64 {
        self.surroundings.now
    }

    /// The value of an environment variable when these sources were opened.
    pub fn env(&self, name: &str) -> Option<&str> {
        self.surroundings.env.get(name).map(String::as_str)
    }

    /// What git last said, shared with the sources that these were reloaded from.
    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Whether there is a disk behind these sources.
    pub fn on_disk(&self) -> bool {
        self.on_disk
    }

    /// The site's root directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file at `path`, if there is one that can be read.
    pub fn get(&self, path: &SitePath) -> Option<Arc<SourceFile>> {
        if let Some(known) = self.files.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return known.clone();
        }
        let bytes = self.on_disk.then(|| std::fs::read(path.on_disk(&self.root)).ok()).flatten();
        self.insert(path.clone(), bytes)
    }

    /// The file that a span lies in. `None` only for an id of other sources.
    pub fn file(&self, id: FileId) -> Option<Arc<SourceFile>> {
        let path = self.ids.read().unwrap_or_else(PoisonError::into_inner).paths.get(id.0 as usize).cloned();
        self.get(&path?)
    }

    /// Every file below the folder `dir`, sorted by path. Names that begin with a dot and the folders that
    /// `skip` names are left out. Links are followed only where they stay below the root.
    ///
    /// # Errors
    /// When a folder cannot be listed; a `dir` that does not exist is empty.
    pub fn list(&self, dir: &SitePath, skip: &dyn Fn(&SitePath) -> bool) -> io::Result<Vec<SitePath>> {
        let mut found = Vec::new();
        if self.on_disk {
            self.walk(dir, skip, &mut found)?;
        } else {
            let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
            let present = files.iter().filter(|(path, file)| file.is_some() && path.is_below(dir));
            found.extend(present.map(|(path, _)| path.clone()).filter(|path| !skip(path)));
        }
        found.sort();
        Ok(found)
    }

    fn walk(
        &self,
        dir: &SitePath,
        skip: &dyn Fn(&SitePath) -> bool,
        found: &mut Vec<SitePath>,
    ) -> io::Result<()> {
        let entries = match std::fs::read_dir(dir.on_disk(&self.root)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        for entry in entries {
            let entry = entry?;
            let Some(name) = entry.file_name().to_str().map(str::to_string) else { continue };
            let path = dir.join(&name);
            if name.starts_with('.') || skip(&path) || !self.stays_inside(&entry) {
                continue;
            }
            match entry.path().is_dir() {
                true => self.walk(&path, skip, found)?,
                false => found.push(path),
            }
        }
        Ok(())
    }

    /// A symbolic link is followed only to a file below the root; a link to a folder never, so that no cycle
    /// can arise.
    fn stays_inside(&self, entry: &std::fs::DirEntry) -> bool {
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        !is_link || entry.path().canonicalize().is_ok_and(|to| to.is_file() && to.starts_with(&self.root))
    }

    fn insert(&self, path: SitePath, bytes: Option<Vec<u8>>) -> Option<Arc<SourceFile>> {
        let file = bytes.map(|bytes| Arc::new(SourceFile::new(self.id(&path), path.clone(), bytes)));
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.entry(path).or_insert(file).clone()
    }

    fn id(&self, path: &SitePath) -> FileId {
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = ids.by_path.get(path) {
            return *id;
        }
        let id = FileId(u32::try_from(ids.paths.len()).unwrap_or(u32::MAX));
        ids.by_path.insert(path.clone(), id);
        ids.paths.push(path.clone());
        id
    }
}

impl Surroundings {
    fn read() -> Surroundings {
        let text = |text: std::ffi::OsString| text.into_string().ok();
        let env: BTreeMap<String, String> =
            std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect();
        let stated = env.get("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.trim().parse().ok());
        let clock = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok();
        let now = stated.or_else(|| i64::try_from(clock()?.as_secs()).ok()).unwrap_or_default();
        Surroundings { now, env }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_a_reload() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("b.md"), "b").unwrap();
        std::fs::write(dir.path().join("a.md"), "a").unwrap();
        let first = Sources::open(dir.path()).unwrap();
        let b = first.get(&SitePath::new("b.md")).unwrap();
        std::fs::write(dir.path().join("b.md"), "changed").unwrap();
        assert_eq!(first.get(&SitePath::new("b.md")).unwrap().text(), Some("b"));
        let second = first.reload();
        assert_eq!(second.file(b.id()).unwrap().text(), Some("changed"));
        assert!(second.get(&SitePath::new("none.md")).is_none());
    }

    #[test]
    fn a_listing_is_sorted_and_leaves_out_what_is_hidden_or_skipped() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["b.md", "a/x.md", ".git/config", "target/x"] {
            let file = dir.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let sources = Sources::open(dir.path()).unwrap();
        let skip = |path: &SitePath| path.as_str() == "target";
        let found = sources.list(&SitePath::default(), &skip).unwrap();
        assert_eq!(found, [SitePath::new("a/x.md"), SitePath::new("b.md")]);
    }
}
