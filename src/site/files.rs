//! Which files make up the site, and the URL of each.

use super::Config;
use crate::diag::Diagnostic;
use crate::diag::codes::CONFIG;
use crate::source::{SitePath, Sources, UrlPath};

/// The files of a site.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Markdown files below the content folder, sorted; each is to be parsed.
    pub pages: Vec<SitePath>,
    /// All other files, and where they go, sorted.
    pub assets: Vec<(SitePath, UrlPath)>,
    /// Folders that cannot be listed.
    pub diagnostics: Vec<Diagnostic>,
}

/// Find the files of the site: those below the content folder, and those of the static folder.
pub fn files(config: &Config, sources: &Sources) -> Files {
    let mut found = Files::default();
    let content = &config.content_dir;
    let skip = |path: &SitePath| is_left_out(config, path);
    for path in list(sources, content, &skip, &mut found.diagnostics) {
        match path.strip(content) {
            Some(_) if is_page(&path) => found.pages.push(path),
            Some(local) => found.assets.push((path, UrlPath::new(local.as_str()))),
            None => {}
        }
    }
    if let Some(folder) = config.static_dir.as_ref().filter(|folder| *folder != content) {
        let skip = |path: &SitePath| config.is_mkdocs() && is_of_theme(path) || path == &config.out_dir;
        for path in list(sources, folder, &skip, &mut found.diagnostics) {
            let url = path.strip(folder).map(|local| UrlPath::new(local.as_str()));
            found.assets.extend(url.map(|url| (path, url)));
        }
    }
    found.assets.sort();
    found
}

fn list(
    sources: &Sources,
    folder: &SitePath,
    skip: &dyn Fn(&SitePath) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<SitePath> {
    sources.list(folder, skip).unwrap_or_else(|error| {
        diagnostics
            .push(Diagnostic::of_site(&CONFIG, format!("the folder `{folder}` cannot be listed: {error}")));
        Vec::new()
    })
}

/// Left out by the configuration; MkDocs also leaves out `templates/`.
pub(super) fn is_left_out(config: &Config, path: &SitePath) -> bool {
    if path == &config.out_dir {
        return true;
    }
    let local = path.strip(&config.content_dir).unwrap_or_default();
    config.exclude.is_match(&local) || config.is_mkdocs() && local.as_str() == "templates"
}

/// Is this one of the files of a theme of MkDocs that are not for readers: a template or a program?
pub(super) fn is_of_theme(path: &SitePath) -> bool {
    matches!(path.extension(), "html" | "py" | "pyc")
}

/// Is this a Markdown file?
pub(super) fn is_page(path: &SitePath) -> bool {
    matches!(path.extension(), "md" | "markdown" | "mdown" | "mkdn" | "mkd")
}

/// Is this the page of its folder?
pub(super) fn is_index(path: &SitePath) -> bool {
    matches!(path.stem(), "index" | "README")
}

/// The URL of the page at `local`, a path below the content folder.
pub(super) fn page_url(config: &Config, local: &SitePath) -> UrlPath {
    let folder = local.parent();
    let below = |name: &str| match folder.is_empty() {
        true => name.to_string(),
        false => format!("{folder}/{name}"),
    };
    UrlPath::new(match (is_index(local), config.directory_urls) {
        (true, true) => below(""),
        (true, false) => below("index.html"),
        (false, true) => below(&format!("{}/", local.stem())),
        (false, false) => below(&format!("{}.html", local.stem())),
    })
}

/// The URL of a page that has no file, from its path without an ending: `blog/archive/2025`.
pub(super) fn view_url(config: &Config, path: &str) -> UrlPath {
    let path = SitePath::new(path);
    UrlPath::new(match config.directory_urls {
        true => format!("{}/", path.as_str()),
        false => format!("{}.html", path.as_str()),
    })
}
