//! The built site in memory, and what it answers.

use super::target::Target;
use super::{Problem, Served};
use crate::render::Artifact;
use crate::source::{Hash, UrlPath};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Below this folder lies what belongs to the preview and not to the site.
const OWN: &str = "__runproof/";
/// What every page gets, so that it reloads; a file, because a site's policy may forbid scripts in the page.
const SCRIPT: &[u8] = b"<script src=\"/__runproof/preview.js\" defer></script>";
const PREVIEW_JS: &str = include_str!("preview.js");
const NOT_FOUND: &str = "<!doctype html><meta charset=utf-8><title>Not found</title><h1>Not found</h1>\
    <p>The site has no such page. <a href=/>Home</a></p>";
const EMPTY: &str =
    "<!doctype html><meta charset=utf-8><title>runproof</title><p>The site is being built.</p>";

/// A site as it is served.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// Files by path; `None` before the first build.
    files: Option<BTreeMap<String, Artifact>>,
    problems: Vec<Problem>,
    /// Equal for equal files.
    version: String,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// A file.
    File { status: u16, content_type: &'static str, body: Arc<[u8]>, etag: String },
    /// It is elsewhere: 301.
    Moved(String),
    /// The stream of what happens to the site.
    Events,
}

impl Site {
    pub fn new(served: Served) -> Site {
        let parts = served.artifacts.iter();
        let parts = parts.flat_map(|file| [file.path.as_str().as_bytes(), file.hash.as_bytes()]);
        let version = Hash::of_parts(parts).short(16);
        let files = served.artifacts.into_iter().map(|file| (file.path.as_str().to_string(), file)).collect();
        Site { files: Some(files), problems: served.problems, version }
    }

    /// The same site, and over it the word that the program has failed.
    pub fn broken(&self) -> Site {
        let title = String::from(
            "runproof itself has failed on this change; the page is the last one that was built",
        );
        let text =
            String::from("The terminal shows where. It is worth a report, with the change that did it.");
        Site {
            files: self.files.clone(),
            problems: vec![Problem { title, text }],
            version: self.version.clone(),
        }
    }

    /// What a page needs to know, as JSON on one line.
    pub fn state(&self) -> String {
        serde_json::json!({ "version": self.version, "problems": self.problems }).to_string()
    }

    /// The answer to a request for `target`.
    pub fn answer(&self, target: &Target) -> Answer {
        if let Some(own) = target.path.strip_prefix(OWN) {
            return self.own(own);
        }
        let Some(files) = &self.files else {
            return page(503, EMPTY.as_bytes());
        };
        let path = UrlPath::new(target.path.as_str());
        let wanted = match target.path.is_empty() || target.path.ends_with('/') {
            true => format!("{}index.html", target.path),
            false => target.path.clone(),
        };
        match files.get(&wanted) {
            Some(file) => answer_file(200, file),
            None if files.contains_key(&format!("{}/index.html", target.path)) => {
                Answer::Moved(format!("/{}/{}", path.encoded(), target.query))
            }
            None => match files.get("404.html") {
                Some(file) => answer_file(404, file),
                None => page(404, NOT_FOUND.as_bytes()),
            },
        }
    }

    fn own(&self, name: &str) -> Answer {
        match name {
            "events" => Answer::Events,
            "preview.js" => {
                let (content_type, body) = ("text/javascript; charset=utf-8", PREVIEW_JS.as_bytes());
                Answer::File { status: 200, content_type, body: Arc::from(body), etag: etag(Hash::of(body)) }
            }
            _ => page(404, NOT_FOUND.as_bytes()),
        }
    }
}

fn answer_file(status: u16, file: &Artifact) -> Answer {
    let content_type = content_type(file.path.extension());
    if content_type.starts_with("text/html") {
        return page(status, &file.bytes);
    }
    Answer::File { status, content_type, body: Arc::clone(&file.bytes), etag: etag(file.hash) }
}

/// A page with the script of the preview in it.
fn page(status: u16, html: &[u8]) -> Answer {
    let body = with_script(html);
    let etag = etag(Hash::of(&body));
    Answer::File { status, content_type: content_type("html"), body: body.into(), etag }
}

/// The script goes before the last `</body>`; a page that leaves it out, as minified ones do, ends with it.
fn with_script(html: &[u8]) -> Vec<u8> {
    let end = b"</body>";
    let at = html.windows(end.len()).rposition(|part| part.eq_ignore_ascii_case(end)).unwrap_or(html.len());
    [&html[..at], SCRIPT, &html[at..]].concat()
}

fn etag(hash: Hash) -> String {
    format!("\"{}\"", hash.short(20))
}

fn content_type(extension: &str) -> &'static str {
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" | "sh" | "yaml" | "yml" | "toml" | "rego" | "csv" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "zip" => "application/zip",
        "gz" | "tgz" => "application/gzip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SitePath;

    fn site(files: &[(&str, &str)]) -> Site {
        let artifact = |(path, text): &(&str, &str)| Artifact::new(SitePath::new(path), text.as_bytes());
        Site::new(Served { artifacts: files.iter().map(artifact).collect(), problems: Vec::new() })
    }

    fn ask(site: &Site, target: &str) -> (u16, String) {
        match site.answer(&Target::parse(target).unwrap()) {
            Answer::File { status, body, .. } => (status, String::from_utf8_lossy(&body).into_owned()),
            Answer::Moved(to) => (301, to),
            Answer::Events => (200, "events".into()),
        }
    }

    #[test]
    fn a_folder_is_its_index_and_gets_its_slash() {
        let site = site(&[("index.html", "<body>home</body>"), ("a ä/index.html", "a"), ("x.css", "x")]);
        assert!(ask(&site, "/").1.starts_with("<body>home<script"));
        assert_eq!(ask(&site, "/a%20%C3%A4?q=1"), (301, "/a%20%C3%A4/?q=1".to_string()));
        assert!(ask(&site, "/a%20%C3%A4/").1.starts_with("a<script"));
        assert_eq!(ask(&site, "/x.css"), (200, "x".to_string()));
        assert_eq!(ask(&site, "/none").0, 404);
        assert_eq!(ask(&site, "//x.css").0, 404);
        assert_eq!(ask(&site, "/x.css/").0, 404);
        assert_eq!(ask(&site, "/__runproof/events").1, "events");
    }

    #[test]
    fn a_missing_page_is_the_sites_own() {
        let site = site(&[("404.html", "gone")]);
        assert_eq!(ask(&site, "/none/").0, 404);
        assert!(ask(&site, "/none/").1.starts_with("gone"));
        assert_eq!(ask(&Site::default(), "/").0, 503);
    }

    #[test]
    fn equal_sites_have_one_version() {
        let one = site(&[("a.html", "1")]);
        assert_eq!(one.version, site(&[("a.html", "1")]).version);
        assert_ne!(one.version, site(&[("a.html", "2")]).version);
        assert_eq!(one.broken().version, one.version);
    }
}
