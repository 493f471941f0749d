//! From the arguments to the site that they mean.

use super::Failure;
use super::args::SiteArgs;
use crate::build::Options;
use crate::diag::{Diagnostic, Findings};
use crate::site::config::FILES;
use crate::source::{SitePath, Sources};
use std::path::{Path, PathBuf};

/// The address below which each code has its page, when the package names its home.
const HOME: &str = env!("CARGO_PKG_HOMEPAGE");

/// A site on disk, as seen from where the command was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The site's root directory.
    pub root: PathBuf,
    /// Its configuration, when it was named.
    pub config: Option<SitePath>,
    /// Stands before paths below the root: empty, `docs/` or `../`.
    pub prefix: String,
}

impl Place {
    /// The site that `args` mean.
    pub fn find(args: &SiteArgs) -> Result<Place, Failure> {
        let config = args.config.as_deref().map(SitePath::new);
        let (root, prefix) = match &args.dir {
            Some(dir) => (existing(dir)?, prefix(dir)),
            None => nearest(config.as_ref())?,
        };
        match &config {
            Some(config) if !config.on_disk(&root).is_file() => {
                let message = format!("there is no configuration `{config}` in `{}`", root.display());
                Err(Failure::new(message).help("--config is a file as seen from the site's folder"))
            }
            None if configured(&root).is_none() => Err(no_config(&root)),
            _ => Ok(Place { root, config, prefix }),
        }
    }

    /// What the pipeline is asked for.
    pub fn options(&self, drafts: bool) -> Options {
        Options { config: self.config.clone(), drafts, ..Options::new(&self.root) }
    }

    /// `list` as it is shown from here.
    pub fn findings<'a>(&'a self, list: &'a [Diagnostic], sources: &'a Sources) -> Findings<'a> {
        Findings { list, claims: &[], sources, prefix: &self.prefix, pages: pages() }
    }

    /// A folder or file below the root as it is shown from here.
    pub fn shown(&self, path: &SitePath) -> String {
        format!("{}{path}", self.prefix)
    }
}

/// The address of the pages of checks.
fn pages() -> Option<&'static str> {
    const PAGES: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/reference/checks/");
    (!HOME.is_empty()).then_some(PAGES)
}

fn existing(dir: &Path) -> Result<PathBuf, Failure> {
    if dir.is_dir() {
        return Ok(dir.to_path_buf());
    }
    let failure = Failure::new(match dir.exists() {
        true => format!("`{}` is not a folder", dir.display()),
        false => format!("there is no folder `{}`", dir.display()),
    });
    Err(match dir.file_name().and_then(|name| name.to_str()) {
        Some(name) if FILES.contains(&name) => failure.help("name the folder that it is in"),
        _ => failure.help("name the folder that has the `site.toml` or the `mkdocs.yml`"),
    })
}

/// The nearest folder, from here upwards, that has a configuration; else this one.
fn nearest(config: Option<&SitePath>) -> Result<(PathBuf, String), Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::new(format!("the current folder cannot be read: {error}")))?;
    let is_site = |folder: &Path| match config {
        Some(config) => config.on_disk(folder).is_file(),
        None => configured(folder).is_some(),
    };
    let up = here.ancestors().position(is_site).unwrap_or(0);
    let root = here.ancestors().nth(up).unwrap_or(&here).to_path_buf();
    Ok((root, "../".repeat(up)))
}

fn configured(folder: &Path) -> Option<&'static str> {
    FILES.into_iter().find(|name| folder.join(name).is_file())
}

fn no_config(root: &Path) -> Failure {
    let message = format!("there is no `site.toml` and no `mkdocs.yml` in `{}`", root.display());
    let failure = Failure::new(message).help("make a site with `runproof init`, or name its folder");
    let below = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut sites: Vec<_> = below.filter(|path| path.is_dir() && configured(path).is_some()).collect();
    sites.sort();
    match sites.first().and_then(|path| path.file_name()) {
        Some(name) => failure.help(format!("there is one in `{}`", name.to_string_lossy())),
        None => failure,
    }
}

/// What stands before paths below `dir`.
fn prefix(dir: &Path) -> String {
    let text = dir.to_string_lossy().replace('\\', "/");
    let text = text.trim_start_matches("./").trim_end_matches('/');
    match text {
        "" | "." if dir.is_absolute() => String::from("/"),
        "" | "." => String::new(),
        text => format!("{text}/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(dir: &Path, config: Option<&str>) -> SiteArgs {
        SiteArgs { dir: Some(dir.to_path_buf()), config: config.map(String::from) }
    }

    #[test]
    fn a_folder_without_a_configuration_is_told_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("docs")).unwrap();
        std::fs::write(dir.path().join("docs/mkdocs.yml"), "").unwrap();
        let failure = Place::find(&args(dir.path(), None)).unwrap_err();
        assert!(failure.message.starts_with("there is no `site.toml`"), "{failure:?}");
        assert_eq!(failure.help[1], "there is one in `docs`");
        assert!(Place::find(&args(&dir.path().join("docs"), None)).is_ok());
        let failure = Place::find(&args(&dir.path().join("docs/mkdocs.yml"), None)).unwrap_err();
        assert_eq!(failure.help, ["name the folder that it is in"]);
        assert!(Place::find(&args(&dir.path().join("none"), None)).is_err());
        assert!(Place::find(&args(&dir.path().join("docs"), Some("other.toml"))).is_err());
    }

    #[test]
    fn paths_are_shown_from_where_the_reader_is() {
        assert_eq!(prefix(Path::new("./docs/")), "docs/");
        assert_eq!(prefix(Path::new(".")), "");
        assert_eq!(prefix(Path::new("/srv/docs")), "/srv/docs/");
        assert_eq!(prefix(Path::new("../a")), "../a/");
    }
}
