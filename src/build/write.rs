//! The built site on disk: only what changed is written, and only what we made is ever removed.
//!
//! `.runproof/manifest.json` in the output directory lists the files that we made with their hashes; a directory
//! that is not empty and lacks it is refused. The order of a write keeps the site whole at every moment:
//!
//! 1. the manifest names what there is and what will be, so that whatever happens next, the files are known as ours;
//! 2. changed files are staged below `.runproof/`, which is the slow part; the old site stands untouched;
//! 3. staged files are renamed to their places, what pages refer to before the pages;
//! 4. stale files are removed, unless somebody changed them since;
//! 5. the manifest names what there is.

use super::manifest::{MARK, Manifest};
use crate::render::Artifact;
use crate::source::{Hash, SitePath};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Files that are new or have new content.
    pub written: usize,
    /// Files that were right already.
    pub unchanged: usize,
    /// Files of an earlier build that are gone.
    pub removed: usize,
    /// Files of an earlier build that stayed, because somebody changed them since.
    pub kept: usize,
}

/// Why the site could not be written. Nothing was changed, except for [`WriteError::Io`].
#[derive(Debug)]
pub enum WriteError {
    /// The directory holds something that runproof did not make.
    NotOurs(PathBuf),
    /// The manifest is there but cannot be read; second, why.
    Manifest(PathBuf, String),
    /// A path that would lie outside of the output directory or in its `.runproof/`.
    Outside(SitePath),
    /// Two files for one path, or a file where a folder has to be.
    Conflict(SitePath, SitePath),
    /// Something that runproof did not make stands where a file has to go.
    InTheWay(PathBuf, SitePath),
    /// The disk said no.
    Io(PathBuf, io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::NotOurs(dir) => {
                write!(f, "`{}` is not empty and was not made by runproof", dir.display())
            }
            WriteError::Manifest(path, why) => write!(f, "`{}` cannot be read: {why}", path.display()),
            WriteError::Outside(path) => write!(f, "`{path}` is no place in the output directory"),
            WriteError::Conflict(one, other) if one == other => write!(f, "two files want to be `{one}`"),
            WriteError::Conflict(file, below) => {
                write!(f, "`{file}` cannot be a file and the folder of `{below}`")
            }
            WriteError::InTheWay(path, wanted) => {
                write!(f, "`{}` is in the way of `{wanted}`: runproof did not make it", path.display())
            }
            WriteError::Io(path, error) => write!(f, "`{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

/// Make `out_dir` hold `artifacts` and nothing else that we once made.
///
/// # Errors
/// See [`WriteError`].
pub fn write(out_dir: &Path, artifacts: &[Artifact]) -> Result<Written, WriteError> {
    let wanted = agreed(artifacts)?;
    let old = open(out_dir)?;
    let output = Output { dir: out_dir, old: &old, wanted: &wanted };
    let blockers = output.blockers()?;
    let changed: Vec<&Artifact> =
        wanted.values().copied().filter(|artifact| output.differs(artifact)).collect();
    let goal = Manifest::of(wanted.values().copied());
    let mut written = Written { unchanged: wanted.len() - changed.len(), ..Written::default() };
    if changed.is_empty() && old == goal {
        return Ok(written);
    }
    old.union(&goal).write(out_dir)?;
    let staged = output.stage(&changed)?;
    for blocker in blockers {
        output.remove(&blocker, &mut written)?;
    }
    written.written = output.put(&staged)?;
    for stale in output.stale() {
        output.remove(stale, &mut written)?;
    }
    goal.write(out_dir)?;
    output.unstage();
    Ok(written)
}

/// The artifacts by path, when they can all be in one directory.
fn agreed(artifacts: &[Artifact]) -> Result<BTreeMap<&SitePath, &Artifact>, WriteError> {
    let mut wanted = BTreeMap::new();
    for artifact in artifacts {
        let path = &artifact.path;
        let ours = path.is_below(&SitePath::new(MARK));
        if path.is_empty()
            || path.is_outside()
            || ours
            || path.as_str().contains(['\0', ':']) && cfg!(windows)
        {
            return Err(WriteError::Outside(path.clone()));
        }
        if wanted.insert(path, artifact).is_some_and(|other| other.hash != artifact.hash) {
            return Err(WriteError::Conflict(path.clone(), path.clone()));
        }
    }
    for path in wanted.keys() {
        if let Some(file) = folders(path).find(|folder| wanted.contains_key(folder)) {
            return Err(WriteError::Conflict(file, (*path).clone()));
        }
    }
    Ok(wanted)
}

/// The folders that hold `path`, innermost first, the root left out.
fn folders(path: &SitePath) -> impl Iterator<Item = SitePath> + use<> {
    std::iter::successors(Some(path.parent()), |folder| Some(folder.parent()))
        .take_while(|folder| !folder.is_empty())
}

/// What an earlier build left in `dir`; nothing when the directory is new or empty.
fn open(dir: &Path) -> Result<Manifest, WriteError> {
    if let Some(manifest) = Manifest::read(dir)? {
        return Ok(manifest);
    }
    match fs::read_dir(dir) {
        Ok(entries) => {
            let names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
            // A checkout for the published branch holds nothing else; an interrupted first write only our folder.
            match names.into_iter().any(|name| name != ".git" && name != MARK) {
                true => Err(WriteError::NotOurs(dir.to_path_buf())),
                false => Ok(Manifest::default()),
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Manifest::default()),
        Err(error) => Err(WriteError::Io(dir.to_path_buf(), error)),
    }
}

/// One write in progress.
struct Output<'a> {
    dir: &'a Path,
    old: &'a Manifest,
    wanted: &'a BTreeMap<&'a SitePath, &'a Artifact>,
}

/// A file that was staged, and where it goes.
type Staged<'a> = (PathBuf, &'a Artifact);

impl Output<'_> {
    /// Files of ours that stand where a folder has to be or below what has to be a file. They go first.
    fn blockers(&self) -> Result<BTreeSet<SitePath>, WriteError> {
        let (mut blockers, mut clear) = (BTreeSet::new(), BTreeSet::new());
        for path in self.wanted.keys() {
            for folder in folders(path) {
                if !clear.insert(folder.clone()) {
                    break;
                }
                self.clear_folder(&folder, path, &mut blockers)?;
            }
            self.clear_file(path, &mut blockers)?;
        }
        Ok(blockers)
    }

    /// `folder` has to be a folder: a stale file of ours goes, anything else is in the way. So is a link, which
    /// could lead out of the output directory.
    fn clear_folder(
        &self,
        folder: &SitePath,
        wanted: &SitePath,
        blockers: &mut BTreeSet<SitePath>,
    ) -> Result<(), WriteError> {
        let on_disk = folder.on_disk(self.dir);
        match fs::symlink_metadata(&on_disk) {
            Ok(found) if found.is_dir() => Ok(()),
            Ok(_) if self.is_ours(folder) => {
                blockers.insert(folder.clone());
                Ok(())
            }
            Ok(_) => Err(WriteError::InTheWay(on_disk, wanted.clone())),
            Err(_) => Ok(()),
        }
    }

    /// `path` has to be a file: one of ours may be there, or a folder that holds nothing but our stale files.
    fn clear_file(&self, path: &SitePath, blockers: &mut BTreeSet<SitePath>) -> Result<(), WriteError> {
        let on_disk = path.on_disk(self.dir);
        match fs::symlink_metadata(&on_disk) {
            Ok(found) if found.is_dir() => {
                for below in files_below(&on_disk, self.dir) {
                    match below {
                        Some(below) if self.is_ours(&below) => blockers.insert(below),
                        _ => return Err(WriteError::InTheWay(on_disk, path.clone())),
                    };
                }
                Ok(())
            }
            Ok(found) if !found.is_file() || !self.old.knows(path) => {
                Err(WriteError::InTheWay(on_disk, path.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Did we make the file, and is it as we made it?
    fn is_ours(&self, path: &SitePath) -> bool {
        let made = |bytes: Vec<u8>| self.old.made(path, Hash::of(bytes));
        fs::read(path.on_disk(self.dir)).is_ok_and(made)
    }

    fn differs(&self, artifact: &Artifact) -> bool {
        let path = artifact.path.on_disk(self.dir);
        let same_size = fs::metadata(&path).is_ok_and(|found| found.len() == artifact.bytes.len() as u64);
        !same_size || fs::read(&path).map_or(true, |bytes| bytes != *artifact.bytes)
    }

    fn staging(&self) -> PathBuf {
        self.dir.join(MARK).join("staged")
    }

    /// Write `changed` beside the site, in the order in which they will be put in place.
    fn stage<'a>(&self, changed: &[&'a Artifact]) -> Result<Vec<Staged<'a>>, WriteError> {
        self.unstage();
        let staging = self.staging();
        fs::create_dir_all(&staging).map_err(|error| WriteError::Io(staging.clone(), error))?;
        let mut ordered = changed.to_vec();
        ordered.sort_by_key(|artifact| rank(&artifact.path));
        let one = |(at, artifact): (usize, &&'a Artifact)| {
            let path = staging.join(at.to_string());
            match fs::write(&path, &artifact.bytes) {
                Ok(()) => Ok((path, *artifact)),
                Err(error) => Err(WriteError::Io(path, error)),
            }
        };
        ordered.par_iter().enumerate().map(one).collect()
    }

    /// Forget what is staged. That this may fail is of no account: the folder is cleared before it is used.
    fn unstage(&self) {
        let _ = fs::remove_dir_all(self.staging());
    }

    fn put(&self, staged: &[Staged<'_>]) -> Result<usize, WriteError> {
        for (from, artifact) in staged {
            let to = artifact.path.on_disk(self.dir);
            let put = || {
                // What was a folder holds only empty folders by now.
                if to.is_dir() {
                    remove_empty_folders(&to);
                }
                fs::create_dir_all(to.parent().unwrap_or(self.dir))?;
                fs::rename(from, &to)
            };
            put().map_err(|error| WriteError::Io(to.clone(), error))?;
        }
        Ok(staged.len())
    }

    fn stale(&self) -> impl Iterator<Item = &SitePath> {
        self.old.paths().filter(|path| !self.wanted.contains_key(path))
    }

    /// Remove a file of ours and the folders that it leaves empty; what somebody changed stays.
    fn remove(&self, path: &SitePath, written: &mut Written) -> Result<(), WriteError> {
        let on_disk = path.on_disk(self.dir);
        // A folder on the way that became a link leads somewhere else.
        let linked = folders(path).any(|folder| folder.on_disk(self.dir).is_symlink());
        if linked || !fs::symlink_metadata(&on_disk).is_ok_and(|found| found.is_file()) {
            return Ok(());
        }
        if !self.is_ours(path) {
            written.kept += 1;
            return Ok(());
        }
        fs::remove_file(&on_disk).map_err(|error| WriteError::Io(on_disk, error))?;
        written.removed += 1;
        for folder in folders(path) {
            if fs::remove_dir(folder.on_disk(self.dir)).is_err() {
                break;
            }
        }
        Ok(())
    }
}

/// What pages refer to comes before the pages, and what lists pages comes last.
fn rank(path: &SitePath) -> u8 {
    match path.extension() {
        "html" => 1,
        "xml" | "json" => 2,
        _ => 0,
    }
}

/// Every file below `folder` as a path below `root`; `None` for what is neither file nor folder.
fn files_below(folder: &Path, root: &Path) -> Vec<Option<SitePath>> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![None] };
    let mut found = Vec::new();
    for entry in entries {
        match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
            Ok((path, kind)) if kind.is_dir() => found.extend(files_below(&path, root)),
            Ok((path, kind)) if kind.is_file() => found.push(SitePath::below(root, &path)),
            _ => found.push(None),
        }
    }
    found
}

fn remove_empty_folders(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        remove_empty_folders(&entry.path());
    }
    let _ = fs::remove_dir(folder);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifacts(files: &[(&str, &str)]) -> Vec<Artifact> {
        files.iter().map(|(path, text)| Artifact::new(SitePath::new(path), text.as_bytes())).collect()
    }

    fn build(dir: &Path, files: &[(&str, &str)]) -> (usize, usize, usize, usize) {
        let done = write(dir, &artifacts(files)).unwrap();
        (done.written, done.unchanged, done.removed, done.kept)
    }

    fn found(dir: &Path) -> Vec<String> {
        let mut found: Vec<_> = files_below(dir, dir).into_iter().flatten().collect();
        found.retain(|path| !path.is_below(&SitePath::new(MARK)));
        found.sort();
        found.iter().map(|path| path.as_str().to_string()).collect()
    }

    #[test]
    fn only_changes_are_written_and_only_ours_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        assert_eq!(build(&out, &[("index.html", "1"), ("a/index.html", "a"), ("b.css", "b")]), (3, 0, 0, 0));
        fs::write(out.join("CNAME"), "example.org").unwrap();
        assert_eq!(build(&out, &[("index.html", "2"), ("b.css", "b")]), (1, 1, 1, 0));
        assert_eq!(found(&out), ["CNAME", "b.css", "index.html"]);
        assert!(!out.join("a").exists(), "empty folders go too");
        assert_eq!(build(&out, &[("index.html", "2"), ("b.css", "b")]), (0, 2, 0, 0));
        assert_eq!(fs::read_dir(out.join(MARK)).unwrap().count(), 1, "nothing stays staged");
    }

    #[test]
    fn a_folder_that_we_did_not_make_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.tex"), "years of work").unwrap();
        let error = write(dir.path(), &artifacts(&[("index.html", "x")])).unwrap_err();
        assert!(matches!(error, WriteError::NotOurs(_)), "{error}");
        assert_eq!(found(dir.path()), ["thesis.tex"]);
    }

    #[test]
    fn a_file_that_we_did_not_make_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        build(dir.path(), &[("index.html", "x")]);
        fs::write(dir.path().join("a.txt"), "theirs").unwrap();
        let error = write(dir.path(), &artifacts(&[("index.html", "y"), ("a.txt", "ours")])).unwrap_err();
        assert!(matches!(error, WriteError::InTheWay(..)), "{error}");
        assert_eq!(fs::read_to_string(dir.path().join("index.html")).unwrap(), "x");
        assert_eq!(fs::read_to_string(dir.path().join("a.txt")).unwrap(), "theirs");
    }

    #[test]
    fn what_somebody_changed_is_overwritten_but_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        build(dir.path(), &[("a.html", "a"), ("b.html", "b")]);
        fs::write(dir.path().join("a.html"), "edited").unwrap();
        fs::write(dir.path().join("b.html"), "edited").unwrap();
        assert_eq!(build(dir.path(), &[("a.html", "a")]), (1, 0, 0, 1));
        assert_eq!(found(dir.path()), ["a.html", "b.html"]);
        assert_eq!(build(dir.path(), &[("a.html", "a")]), (0, 1, 0, 0));
    }

    #[test]
    fn a_page_may_become_a_folder_and_a_folder_a_page() {
        let dir = tempfile::tempdir().unwrap();
        build(dir.path(), &[("a", "file"), ("b/c/d", "deep")]);
        assert_eq!(build(dir.path(), &[("a/x", "1"), ("b", "2")]), (2, 0, 2, 0));
        assert_eq!(found(dir.path()), ["a/x", "b"]);
        build(dir.path(), &[("a/x/y", "1")]);
        fs::create_dir(dir.path().join("b")).unwrap();
        fs::write(dir.path().join("b/theirs"), "x").unwrap();
        let error = write(dir.path(), &artifacts(&[("b", "2")])).unwrap_err();
        assert!(matches!(error, WriteError::InTheWay(..)), "{error}");
        assert_eq!(found(dir.path()), ["a/x/y", "b/theirs"]);
    }

    #[test]
    fn paths_that_cannot_be_are_refused_before_anything_happens() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        for path in ["../x", "", ".runproof/manifest.json", "a/../../x"] {
            let error = write(&out, &artifacts(&[(path, "x")])).unwrap_err();
            assert!(matches!(error, WriteError::Outside(_)), "{path}: {error}");
        }
        let error = write(&out, &artifacts(&[("a", "1"), ("a/b", "2")])).unwrap_err();
        assert_eq!(error.to_string(), "`a` cannot be a file and the folder of `a/b`");
        assert!(write(&out, &artifacts(&[("a", "1"), ("a", "2")])).is_err());
        assert!(!out.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out_of_the_output() {
        let dir = tempfile::tempdir().unwrap();
        let (out, elsewhere) = (dir.path().join("site"), dir.path().join("elsewhere"));
        build(&out, &[("a/x.html", "1"), ("index.html", "1")]);
        fs::rename(out.join("a"), &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, out.join("a")).unwrap();
        assert!(write(&out, &artifacts(&[("a/x.html", "2")])).is_err());
        assert_eq!(fs::read_to_string(elsewhere.join("x.html")).unwrap(), "1");
        build(&out, &[("index.html", "1")]);
        assert!(elsewhere.join("x.html").exists(), "a stale file behind a link is not ours to remove");
    }

    #[test]
    fn what_an_interrupted_write_left_is_put_right() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        build(out, &[("a.html", "1"), ("gone.html", "1")]);
        // The manifest knows both states, one file is new, one is staged, nothing was removed.
        let old = Manifest::read(out).unwrap().unwrap();
        let next = artifacts(&[("a.html", "2"), ("b.html", "2")]);
        old.union(&Manifest::of(&next)).write(out).unwrap();
        fs::write(out.join("b.html"), "2").unwrap();
        fs::create_dir_all(out.join(MARK).join("staged")).unwrap();
        fs::write(out.join(MARK).join("staged/0"), "2").unwrap();
        assert_eq!(build(out, &[("c.html", "3")]), (1, 0, 3, 0));
        assert_eq!(found(out), ["c.html"]);
    }
}
