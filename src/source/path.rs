//! Two kinds of path that must not be mixed: where a file lies, and what a browser asks for.

use std::fmt;
use std::path::{Path, PathBuf};

/// A file or folder below the site's root: relative, `/` between parts, no `.` or `..`, no trailing slash.
/// The root itself is the empty path. `..` may only stand at the front, for files that a configuration names
/// outside the root (`INHERIT: ../base.yml`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SitePath(String);

impl SitePath {
    /// `path` with `.` and inner `..` resolved; backslashes count as slashes, a leading slash is dropped.
    pub fn new(path: impl AsRef<str>) -> SitePath {
        SitePath::default().join(path.as_ref())
    }

    /// The path of `file` relative to `root`; `None` outside of it or where the name is not UTF-8.
    pub fn below(root: &Path, file: &Path) -> Option<SitePath> {
        Some(SitePath::new(file.strip_prefix(root).ok()?.to_str()?))
    }

    /// `relative`, as seen from this folder.
    pub fn join(&self, relative: impl AsRef<str>) -> SitePath {
        let mut parts: Vec<&str> = self.0.split('/').filter(|part| !part.is_empty()).collect();
        let relative = relative.as_ref().replace('\\', "/");
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." if parts.last().is_some_and(|last| *last != "..") => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        SitePath(parts.join("/"))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds this; the empty path for a file at the root.
    pub fn parent(&self) -> SitePath {
        SitePath(self.0.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_string()))
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The last part without its last extension.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
    }

    /// The last extension without its dot; empty when there is none.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(stem, ext)| if stem.is_empty() { "" } else { ext })
    }

    /// Is this `folder` or something below it?
    pub fn is_below(&self, folder: &SitePath) -> bool {
        self.strip(folder).is_some()
    }

    /// This path as seen from `folder`, when it lies below it.
    pub fn strip(&self, folder: &SitePath) -> Option<SitePath> {
        if folder.0.is_empty() {
            return Some(self.clone());
        }
        let rest = self.0.strip_prefix(folder.as_str())?;
        match rest.strip_prefix('/') {
            Some(rest) => Some(SitePath(rest.to_string())),
            None if rest.is_empty() => Some(SitePath::default()),
            None => None,
        }
    }

    /// Is this the root?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Does this path lead out of the root?
    pub fn is_outside(&self) -> bool {
        self.0 == ".." || self.0.starts_with("../")
    }

    /// The place on disk.
    pub fn on_disk(&self, root: &Path) -> PathBuf {
        root.join(&self.0)
    }
}

impl fmt::Display for SitePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

/// What a browser asks for, below the site's base: no leading slash, `/` at the end of a directory URL
/// (`enforce/index.md` is at `enforce/`, the home page at the empty path). Not percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UrlPath(String);

impl UrlPath {
    /// `path` without a leading slash.
    pub fn new(path: impl Into<String>) -> UrlPath {
        let path: String = path.into();
        UrlPath(path.trim_start_matches('/').to_string())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that a static host serves for it: `a/` is `a/index.html`.
    pub fn file(&self) -> SitePath {
        match self.0.is_empty() || self.0.ends_with('/') {
            true => SitePath::new(format!("{}index.html", self.0)),
            false => SitePath::new(&self.0),
        }
    }

    /// The shortest relative reference that leads from a page at this URL to `target`, percent-encoded.
    /// To itself it is `./` (or the file's name), so that it also works with a fragment appended.
    pub fn relative_to(&self, target: &UrlPath) -> String {
        let alike = self.0.bytes().zip(target.0.bytes()).take_while(|(left, right)| left == right);
        let shared = alike.enumerate().filter(|(_, (byte, _))| *byte == b'/').last();
        let shared = shared.map_or(0, |(slash, _)| slash + 1);
        let mut reference = "../".repeat(self.0[shared..].matches('/').count());
        reference.push_str(&target.0[shared..]);
        match reference.as_str() {
            "" => "./".to_string(),
            _ => percent_encode(&reference),
        }
    }

    /// The path, percent-encoded, as it stands behind a host name.
    pub fn encoded(&self) -> String {
        percent_encode(&self.0)
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.0)
    }
}

/// Percent-encode what may not stand in a URL path (RFC 3986, section 3.3).
fn percent_encode(path: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte);
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match keep(byte) {
            true => out.push(byte as char),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_path_is_normal() {
        assert_eq!(SitePath::new("./a//b/../c.md").as_str(), "a/c.md");
        assert_eq!(SitePath::new("a/b").join("../../x.md").as_str(), "x.md");
        assert!(SitePath::new("a").join("../../x.md").is_outside());
        assert_eq!(SitePath::new("a/b.tar.gz").stem(), "b.tar");
        assert_eq!(SitePath::new(".gitignore").extension(), "");
        assert_eq!(SitePath::new("docs/a.md").strip(&SitePath::new("docs")), Some(SitePath::new("a.md")));
        assert_eq!(SitePath::new("docs2/a.md").strip(&SitePath::new("docs")), None);
    }

    #[test]
    fn relative_references_lead_where_they_should() {
        let url = |path: &str| UrlPath::new(path);
        assert_eq!(url("a/b/").relative_to(&url("a/c/")), "../c/");
        assert_eq!(url("a/b/").relative_to(&url("a/b/")), "./");
        assert_eq!(url("").relative_to(&url("a/")), "a/");
        assert_eq!(url("a/b/").relative_to(&url("")), "../../");
        assert_eq!(url("404.html").relative_to(&url("assets/x y.css")), "assets/x%20y.css");
        assert_eq!(url("a/b.html").relative_to(&url("a/")), "./");
    }

    #[test]
    fn a_directory_url_is_served_from_its_index() {
        assert_eq!(UrlPath::new("/a/").file().as_str(), "a/index.html");
        assert_eq!(UrlPath::new("").file().as_str(), "index.html");
        assert_eq!(UrlPath::new("feed.xml").file().as_str(), "feed.xml");
    }
}
