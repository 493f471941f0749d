//! A server for one site, on a port of its own: two of them are two origins.

use crate::support::Built;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

/// What our pages promise to work under.
pub const STRICT: &str = "default-src 'self'";

/// A site, served for as long as the tests run, from memory.
#[derive(Debug, Clone)]
pub struct Server {
    /// Its address, with a slash at the end.
    pub url: String,
    files: Arc<BTreeMap<String, Vec<u8>>>,
}

impl Server {
    /// Serve under the strict content security policy.
    pub fn of(built: &Built) -> Server {
        Server::with_headers(built, &[("Content-Security-Policy", STRICT)])
    }

    /// Serve with these headers, below the path that the site is published at.
    pub fn with_headers(built: &Built, headers: &[(&str, &str)]) -> Server {
        let url = built.0.config.url.as_deref().unwrap_or_default();
        let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        Server::below(path.map_or("", |(_, path)| path), built.files(), headers)
    }

    /// Serve these files.
    pub fn of_files(files: BTreeMap<String, Vec<u8>>, headers: &[(&str, &str)]) -> Server {
        Server::below("", files, headers)
    }

    /// Serve these files below `folder`, which is empty or ends with a slash.
    fn below(folder: &str, files: BTreeMap<String, Vec<u8>>, headers: &[(&str, &str)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let files = Arc::new(files);
        let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let answers = Arc::new(Answers { files: Arc::clone(&files), folder: folder.to_string(), headers });
        // Browsers open connections before they need them, so each has a thread of its own.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answers = Arc::clone(&answers);
                thread::spawn(move || answers.answer(stream));
            }
        });
        Server { url: format!("http://127.0.0.1:{port}/{folder}"), files }
    }

    /// The address of a page.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The paths of the served files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> &[u8] {
        self.files.get(path).unwrap_or_else(|| panic!("no file {path}"))
    }

    /// Write the site to `dir`, and the address of that copy, with a slash at the end.
    pub fn on_disk(&self, dir: &Path) -> String {
        for (path, bytes) in self.files.iter() {
            let path: PathBuf = dir.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
            std::fs::write(path, bytes).expect("the file is written");
        }
        format!("file://{}/", dir.display())
    }
}

struct Answers {
    files: Arc<BTreeMap<String, Vec<u8>>>,
    folder: String,
    headers: String,
}

impl Answers {
    /// Answer one request; the connection is closed then.
    fn answer(&self, mut stream: TcpStream) -> Option<()> {
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let first = lines.next()?.ok()?;
        lines.map_while(Result::ok).find(String::is_empty)?;
        let path = first.split(' ').nth(1)?.split(['?', '#']).next()?.trim_start_matches('/');
        let whole = decoded(path);
        let path = whole.strip_prefix(&self.folder).unwrap_or("no such file").to_string();
        let index = [&path, "index.html"].concat();
        let (name, status) = match () {
            () if self.files.contains_key(&path) => (path, 200),
            () if (path.is_empty() || path.ends_with('/')) && self.files.contains_key(&index) => (index, 200),
            // Browsers ask for it by themselves.
            () if whole == "favicon.ico" => (whole, 204),
            () => ("404.html".to_string(), 404),
        };
        let bytes = self.files.get(&name).map_or(&[][..], Vec::as_slice);
        let (length, kind, headers) = (bytes.len(), kind(&name), &self.headers);
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
        );
        stream.write_all(&[head.as_bytes(), bytes].concat()).ok()
    }
}

fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = code.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "xml" => "application/xml",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        _ => "text/plain; charset=utf-8",
    }
}
