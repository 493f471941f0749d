//! What a path in a link can name: the pages and files of the site, by where they lie and by where they go.

use crate::site::entry::Entry;
use crate::site::{Config, PageId};
use crate::source::{SitePath, UrlPath};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a link can lead to.
pub(in crate::site) struct Targets<'a> {
    files: BTreeMap<&'a SitePath, Target>,
    lower: BTreeMap<String, &'a SitePath>,
    urls: BTreeMap<&'a str, Target>,
    /// URLs that a build writes beside pages and files: feeds, the sitemap.
    written: BTreeSet<String>,
    content_dir: &'a SitePath,
    /// The path of the site on its host, with slashes around it.
    base: String,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::site) enum Target {
    Page(PageId),
    /// A place in the list of assets.
    Asset(usize),
    /// Something that the build writes, at the URL that was asked for.
    Written,
}

/// How a link named its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::site) enum How {
    /// By its file.
    File,
    /// By its file, with other capitals.
    Case,
    /// By its URL, or by its folder.
    Url,
}

impl<'a> Targets<'a> {
    pub(in crate::site) fn new(
        config: &'a Config,
        list: &'a [Entry],
        assets: &'a [(SitePath, UrlPath)],
    ) -> Targets<'a> {
        let pages = list
            .iter()
            .enumerate()
            .filter_map(|(at, entry)| Some((entry.source.as_ref()?, Target::Page(PageId(at)))));
        let copied = assets.iter().enumerate().map(|(at, (path, _))| (path, Target::Asset(at)));
        let files: BTreeMap<&SitePath, Target> = copied.chain(pages).collect();
        let urls = assets.iter().enumerate().map(|(at, (_, url))| (url.as_str(), Target::Asset(at)));
        let page_urls =
            list.iter().enumerate().map(|(at, entry)| (entry.url.as_str(), Target::Page(PageId(at))));
        let feeds = config.feeds.feeds.iter().map(|feed| feed.url.as_str().to_string());
        Targets {
            lower: files.keys().map(|path| (path.as_str().to_lowercase(), *path)).collect(),
            files,
            urls: urls.chain(page_urls).collect(),
            written: feeds.chain(["sitemap.xml", "sitemap.xml.gz"].map(str::to_string)).collect(),
            content_dir: &config.content_dir,
            base: base_path(config),
        }
    }

    /// What `path`, decoded, names on a page whose file lies in `folder` and that is at `url`.
    pub(in crate::site) fn find(
        &self,
        folder: &SitePath,
        url: &UrlPath,
        path: &str,
    ) -> Option<(Target, How)> {
        if let Some(absolute) = path.strip_prefix('/') {
            return self.absolute(absolute);
        }
        let file = folder.join(path);
        if let Some(target) = self.files.get(&file).filter(|_| !path.ends_with('/')) {
            return Some((*target, How::File));
        }
        if let Some(target) = self.like_url(&file) {
            return Some((target, How::Url));
        }
        if let Some(target) = self.by_url(&joined(url, path)) {
            return Some((target, How::Url));
        }
        let known = self.lower.get(&file.as_str().to_lowercase())?;
        self.files.get(known).map(|target| (*target, How::Case))
    }

    /// A path from the root: a file of the content folder, or a URL below the site's base.
    fn absolute(&self, path: &str) -> Option<(Target, How)> {
        if let Some(target) = self.files.get(&self.content_dir.join(path)) {
            return Some((*target, How::File));
        }
        let below = format!("/{path}");
        let below = below.strip_prefix(&self.base).unwrap_or(path);
        let target = self.by_url(below).or_else(|| self.like_url(&self.content_dir.join(below)))?;
        Some((target, How::Url))
    }

    /// A file that is named as it will be on the host: by its folder, without its ending, or as `.html`.
    fn like_url(&self, file: &SitePath) -> Option<Target> {
        let get = |path: SitePath| self.files.get(&path).copied();
        let bare = match file.as_str().strip_suffix(".html") {
            Some(bare) => SitePath::new(bare),
            None => file.clone(),
        };
        if bare.is_outside() || !bare.is_below(self.content_dir) {
            return None;
        }
        let with = |ending: &str| get(SitePath::new(format!("{bare}{ending}")));
        let inside = |name: &str| get(bare.join(name));
        with(".md").or_else(|| inside("index.md")).or_else(|| inside("README.md"))
    }

    /// The page or file at a URL below the site's base; a slash or `index.html` at its end may be missing or
    /// too much.
    pub(in crate::site) fn by_url(&self, url: &str) -> Option<Target> {
        let get = |url: &str| self.urls.get(url).copied();
        let plain = url.strip_suffix("index.html").unwrap_or(url);
        get(plain)
            .or_else(|| get(&format!("{plain}/")))
            .or_else(|| get(&format!("{}.html", plain.trim_end_matches('/'))))
            .or_else(|| self.written.contains(url).then_some(Target::Written))
    }

    /// The page or file at a path below the root.
    pub(in crate::site) fn by_file(&self, path: &SitePath) -> Option<Target> {
        self.files.get(path).copied()
    }
}

/// The path of the site on its host, with slashes around it: `/` unless the site's URL has one.
pub(in crate::site) fn base_path(config: &Config) -> String {
    let after_host = config.url.as_deref().and_then(|url| url.split_once("//")).map(|(_, rest)| rest);
    let path = after_host.and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path);
    match path.trim_matches('/') {
        "" => "/".to_string(),
        path => format!("/{path}/"),
    }
}

/// The URL below the site that `path` is on a page at `url`.
fn joined(url: &UrlPath, path: &str) -> String {
    let folder = url.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    let full = SitePath::new(folder).join(path);
    let slash = if path.ends_with('/') && !full.is_empty() { "/" } else { "" };
    format!("{}{slash}", full.as_str())
}

/// The shortest path from the folder `from` to the file `to`.
pub(in crate::site) fn relative_path(from: &SitePath, to: &SitePath) -> String {
    let parts = |path: &SitePath| {
        path.as_str().split('/').filter(|part| !part.is_empty()).map(str::to_string).collect::<Vec<_>>()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(left, right)| left == right).count();
    format!("{}{}", "../".repeat(from.len() - shared), to[shared..].join("/"))
}
