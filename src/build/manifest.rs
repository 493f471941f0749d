//! The list of what we made, kept in the output directory.

use super::write::WriteError;
use crate::render::Artifact;
use crate::source::{Hash, SitePath};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Our folder in the output directory.
pub(super) const MARK: &str = ".runproof";

/// Which files we made, and with which content. While a write is under way a file may have two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Manifest {
    files: BTreeMap<SitePath, BTreeSet<String>>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    files: BTreeMap<String, BTreeSet<String>>,
}

impl Manifest {
    /// The manifest of a directory that holds `artifacts`.
    pub fn of<'a>(artifacts: impl IntoIterator<Item = &'a Artifact>) -> Manifest {
        let entry =
            |artifact: &Artifact| (artifact.path.clone(), BTreeSet::from([artifact.hash.to_string()]));
        Manifest { files: artifacts.into_iter().map(entry).collect() }
    }

    /// The manifest in `dir`, if there is one.
    pub fn read(dir: &Path) -> Result<Option<Manifest>, WriteError> {
        let path = file(dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(WriteError::Io(path, error)),
        };
        let stored: Result<Stored, _> = serde_json::from_str(&text);
        match stored {
            Ok(stored) if stored.version == 1 => Ok(Some(Manifest::from(stored))),
            Ok(stored) => Err(WriteError::Manifest(path, format!("its version is {}", stored.version))),
            Err(error) => Err(WriteError::Manifest(path, error.to_string())),
        }
    }

    /// Write it as a whole or not at all.
    pub fn write(&self, dir: &Path) -> Result<(), WriteError> {
        let files = self.files.iter().map(|(path, hashes)| (path.as_str().to_string(), hashes.clone()));
        let stored = Stored { version: 1, files: files.collect() };
        let path = file(dir);
        let put = || {
            fs::create_dir_all(dir.join(MARK))?;
            let fresh = dir.join(MARK).join("manifest.json.new");
            fs::write(&fresh, serde_json::to_vec_pretty(&stored)?)?;
            fs::rename(&fresh, &path)
        };
        put().map_err(|error| WriteError::Io(path.clone(), error))
    }

    /// What either of them knows.
    pub fn union(&self, other: &Manifest) -> Manifest {
        let mut files = self.files.clone();
        for (path, hashes) in &other.files {
            files.entry(path.clone()).or_default().extend(hashes.iter().cloned());
        }
        Manifest { files }
    }

    /// Did we ever make a file here?
    pub fn knows(&self, path: &SitePath) -> bool {
        self.files.contains_key(path)
    }

    /// Did we make the file with this content?
    pub fn made(&self, path: &SitePath, hash: Hash) -> bool {
        self.files.get(path).is_some_and(|hashes| hashes.contains(&hash.to_string()))
    }

    /// The files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &SitePath> {
        self.files.keys()
    }
}

impl From<Stored> for Manifest {
    /// A path that a manifest of ours could not hold was put there by somebody else and is left out.
    fn from(stored: Stored) -> Manifest {
        let sound =
            |path: &SitePath| !path.is_empty() && !path.is_outside() && !path.is_below(&SitePath::new(MARK));
        let files = stored.files.into_iter().map(|(path, hashes)| (SitePath::new(path), hashes));
        Manifest { files: files.filter(|(path, _)| sound(path)).collect() }
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join(MARK).join("manifest.json")
}
