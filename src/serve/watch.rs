//! When files change. The only file that imports notify.
//!
//! Folders are watched, not files, because editors save by renaming a new file into place. The root itself is
//! watched without what is below it, and each of its folders with everything below, so that a big ignored folder
//! (`target`, `node_modules`) costs nothing.

use super::{Control, Watched};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names of folders that no site is written in.
const NAMES: [&str; 5] = [".git", "target", "node_modules", ".venv", "__pycache__"];
/// How often files are looked at where the system does not tell.
const POLL: Duration = Duration::from_secs(1);

/// A watch of a site.
pub(super) struct Watch {
    watcher: Option<Box<dyn Watcher>>,
    filter: Filter,
    control: Control,
    seen: BTreeSet<PathBuf>,
    polling: bool,
}

/// Which changes count.
#[derive(Debug, Clone)]
struct Filter {
    root: PathBuf,
    ignore: Vec<PathBuf>,
}

impl Watch {
    /// Watch `watched` and tell `control`.
    pub fn start(watched: &Watched, control: Control, warn: &mut dyn FnMut(&str)) -> Watch {
        let filter = Filter::new(watched);
        let mut watch = Watch { watcher: None, filter, control, seen: BTreeSet::new(), polling: false };
        watch.watcher = watch.recommended().map_or_else(|_| watch.poll(), |watcher| Some(Box::new(watcher)));
        watch.refresh(warn);
        watch
    }

    /// Watch folders that are new, and forget those that are gone. To be called before a build, so that what
    /// happens in a new folder is either built or told.
    pub fn refresh(&mut self, warn: &mut dyn FnMut(&str)) {
        if let Err(error) = self.try_refresh() {
            if self.polling {
                return warn(&format!("changes cannot be watched: {error}"));
            }
            warn(&format!("the system does not tell about changes ({error}); looking every second instead"));
            self.watcher = self.poll();
            self.seen.clear();
            if let Err(error) = self.try_refresh() {
                warn(&format!("changes cannot be watched: {error}"));
            }
        }
    }

    fn try_refresh(&mut self) -> notify::Result<()> {
        let folders = self.filter.folders();
        self.seen.retain(|folder| folders.contains(folder));
        let Some(watcher) = &mut self.watcher else { return Ok(()) };
        for folder in folders {
            if self.seen.contains(&folder) {
                continue;
            }
            let mode = match folder == self.filter.root {
                true => RecursiveMode::NonRecursive,
                false => RecursiveMode::Recursive,
            };
            match watcher.watch(&folder, mode) {
                Ok(()) => {
                    self.seen.insert(folder);
                }
                // It went away while we looked; its parent tells when it comes back.
                Err(_) if !folder.exists() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn recommended(&self) -> notify::Result<RecommendedWatcher> {
        notify::recommended_watcher(self.handler())
    }

    fn poll(&mut self) -> Option<Box<dyn Watcher>> {
        self.polling = true;
        let config = Config::default().with_poll_interval(POLL);
        let watcher = PollWatcher::new(self.handler(), config).ok()?;
        Some(Box::new(watcher))
    }

    fn handler(&self) -> impl Fn(notify::Result<Event>) + Send + 'static + use<> {
        let (filter, control) = (self.filter.clone(), self.control.clone());
        move |event| {
            // An error means that something may have been missed.
            if event.map_or(true, |event| filter.counts(&event)) {
                control.changed();
            }
        }
    }
}

impl Filter {
    fn new(watched: &Watched) -> Filter {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        Filter { root: real(&watched.root), ignore: watched.ignore.iter().map(|path| real(path)).collect() }
    }

    fn counts(&self, event: &Event) -> bool {
        let touched = !matches!(event.kind, EventKind::Access(_));
        touched && (event.need_rescan() || event.paths.iter().any(|path| !self.is_ignored(path)))
    }

    fn is_ignored(&self, path: &Path) -> bool {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let named = below.components().any(|part| NAMES.iter().any(|name| part.as_os_str() == *name));
        named || self.ignore.iter().any(|ignored| path.starts_with(ignored)) || self.is_output(path)
    }

    /// Is it in a folder that `build` has written? Such a folder carries our mark, wherever it lies.
    fn is_output(&self, path: &Path) -> bool {
        let folders = path.ancestors().take_while(|folder| *folder != self.root);
        folders
            .filter(|folder| folder.starts_with(&self.root))
            .any(|folder| folder.join(".runproof").is_dir())
    }

    /// The root and the folders in it that count.
    fn folders(&self) -> BTreeSet<PathBuf> {
        let below = std::fs::read_dir(&self.root).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut folders: BTreeSet<PathBuf> =
            below.filter(|path| path.is_dir() && !self.is_ignored(path)).collect();
        folders.insert(self.root.clone());
        folders
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, CreateKind, ModifyKind};

    #[test]
    fn reading_and_the_output_do_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let filter = Filter::new(&Watched { root: root.clone(), ignore: vec![root.join("site")] });
        let event = |kind, path: &str| Event::new(kind).add_path(root.join(path));
        let changed = EventKind::Modify(ModifyKind::Any);
        std::fs::create_dir_all(root.join("deep/public/.runproof")).unwrap();
        assert!(filter.counts(&event(changed, "content/a.md")));
        assert!(filter.counts(&event(EventKind::Create(CreateKind::Folder), "policies")));
        assert!(!filter.counts(&event(EventKind::Access(AccessKind::Any), "content/a.md")));
        for path in
            ["site/index.html", ".git/HEAD", "target/debug/x", "docs/node_modules/x/y", "deep/public/a.html"]
        {
            assert!(!filter.counts(&event(changed, path)), "{path}");
        }
    }
}
