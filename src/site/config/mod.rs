//! What a site chooses: read from `site.toml`, or from a `mkdocs.yml` as it stands.
//!
//! Both files become one tree of positioned values ([`Tree`](tree::Tree)), and from it the one [`Config`].
//! Nothing in a configuration stops a build: what cannot be understood is a diagnostic, and the default holds.

mod extensions;
mod migrate;
mod mkdocs;
mod model;
mod named;
mod plugins;
mod reader;
mod site_toml;
#[cfg(test)]
mod tests;
mod theme;
mod tree;

use super::files::is_of_theme;
use crate::diag::codes::CONFIG;
use crate::diag::{Diagnostic, Severity};
use crate::markdown::Dialect;
use crate::source::{SitePath, Sources};

pub use migrate::{Migration, migrate};
pub use model::{
    Archive, BlockSetting, Blog, Categories, Checks, Config, Embeds, Feed, FeedFormat, Feeds, Ignored,
    NavEntry, NavTarget, RedirectRule, Repo, Scheme, Script, Slugs, SocialLink, TagPages, Theme,
};

/// Names under which a configuration is looked for at the root, in this order.
pub const FILES: [&str; 3] = ["site.toml", "mkdocs.yml", "mkdocs.yaml"];

impl Config {
    /// Read the file `explicit`, or the first of [`FILES`] that exists. A file that cannot be read is a
    /// diagnostic, and the defaults hold.
    pub fn load(sources: &Sources, explicit: Option<&SitePath>) -> (Config, Vec<Diagnostic>) {
        let found = match explicit {
            Some(path) => Some(path.clone()),
            None => FILES.iter().map(SitePath::new).find(|path| sources.get(path).is_some()),
        };
        let Some(path) = found else { return (without_file(sources), Vec::new()) };
        let read = match path.extension() {
            "yml" | "yaml" => tree::yaml(sources, &path),
            _ => tree::toml(sources, &path),
        };
        let tree = match read {
            Ok(tree) => tree,
            Err(problem) => return (Config { file: Some(path), ..Config::default() }, vec![*problem]),
        };
        let reader = reader::Reader::new(tree);
        let mut config = match path.extension() {
            "yml" | "yaml" => mkdocs::read(&reader, &path),
            _ => site_toml::read(&reader),
        };
        if matches!(path.extension(), "yml" | "yaml") {
            drop_mere_templates(&mut config, sources);
        }
        find_appended(&mut config.dialect, sources);
        named::check(&reader, &config, sources);
        (Config { file: Some(path), ..config }, reader.into_diagnostics())
    }

    /// Was it read from a `mkdocs.yml`?
    pub fn is_mkdocs(&self) -> bool {
        self.file.as_ref().is_some_and(|file| matches!(file.extension(), "yml" | "yaml"))
    }

    /// The severity that the site gives to a finding; `None` when it is switched off.
    pub fn severity(&self, diagnostic: &Diagnostic) -> Option<Severity> {
        self.checks.severities.get(diagnostic.code.name).copied().unwrap_or(Some(diagnostic.severity))
    }

    /// A file below the content folder, as a path below the root.
    pub(crate) fn content(&self, path: &str) -> SitePath {
        self.content_dir.join(path)
    }
}

/// The defaults; a site that has `docs/` and no `content/` is read from there.
fn without_file(sources: &Sources) -> Config {
    let mut config = Config::default();
    let is_empty = |dir: &SitePath| sources.list(dir, &|_| false).is_ok_and(|files| files.is_empty());
    let docs = SitePath::new("docs");
    if is_empty(&config.content_dir) && !is_empty(&docs) {
        config.content_dir = docs;
    }
    config
}

/// A `custom_dir` that holds nothing but templates has nothing to copy.
fn drop_mere_templates(config: &mut Config, sources: &Sources) {
    let copied = |folder: &SitePath| sources.list(folder, &is_of_theme).unwrap_or_default();
    config.static_dir = config.static_dir.take().filter(|folder| !copied(folder).is_empty());
}

/// Files to append are looked for as includes are; afterwards they are paths below the root.
fn find_appended(dialect: &mut Dialect, sources: &Sources) {
    let folders = dialect.include_paths.clone();
    for path in &mut dialect.auto_append {
        let mut places = folders.iter().map(|folder| folder.join(path.as_str()));
        if let Some(found) = places.find(|place| sources.get(place).is_some()) {
            *path = found;
        }
    }
}

/// A file that is not there or not text.
fn unreadable(path: &SitePath) -> Box<Diagnostic> {
    Box::new(Diagnostic::of_site(&CONFIG, format!("the configuration `{path}` cannot be read")))
}
