//! The preview over real sockets and real files.
#![expect(clippy::unwrap_used, reason = "tests")]

use runproof::render::Artifact;
use runproof::serve::{Control, Preview, Problem, Served, Watched};
use runproof::source::SitePath;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Long enough that only a preview that hangs is cut off.
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    port: u16,
    control: Control,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start(watched: Watched, rebuild: impl FnMut() -> Served + Send + 'static) -> Running {
        let preview = Preview::bind(0).unwrap();
        let (port, control) = (preview.port(), preview.control());
        let thread = std::thread::spawn(move || preview.run(&watched, rebuild, |_| {}).unwrap());
        let running = Running { port, control, thread: Some(thread) };
        running.wait_until(|| running.get("/").starts_with("HTTP/1.1 200"));
        running
    }

    /// A preview of some fixed files.
    fn of(files: &[(&str, &str)]) -> Running {
        let served = served(files);
        let dir = tempfile::tempdir().unwrap();
        Running::start(Watched { root: dir.path().to_path_buf(), ignore: Vec::new() }, move || {
            let _keep = &dir;
            served.clone()
        })
    }

    /// Send `bytes` and read what comes until the connection is closed.
    fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn ask(&self, method: &str, target: &str, headers: &str) -> String {
        self.raw(format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").as_bytes())
    }

    fn get(&self, target: &str) -> String {
        self.ask("GET", target, "")
    }

    fn status(&self, target: &str) -> String {
        self.get(target).split(' ').nth(1).unwrap_or_default().to_string()
    }

    fn listen(&self) -> impl Iterator<Item = String> + use<> {
        let mut stream = self.connect();
        stream.write_all(b"GET /__runproof/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        lines.filter_map(|line| line.strip_prefix("data: ").map(String::from))
    }

    #[track_caller]
    fn wait_until(&self, mut done: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < PATIENCE, "it never happened");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.control.stop();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn served(files: &[(&str, &str)]) -> Served {
    let artifact = |(path, text): &(&str, &str)| Artifact::new(SitePath::new(path), text.as_bytes());
    Served { artifacts: files.iter().map(artifact).collect(), problems: Vec::new() }
}

const SITE: [(&str, &str); 4] = [
    ("index.html", "<html><body>home</body></html>"),
    ("a/index.html", "page a"),
    ("style.css", "body {}"),
    ("404.html", "not here"),
];

#[test]
fn pages_are_served_as_a_static_host_would() {
    let preview = Running::of(&SITE);
    let home = preview.get("/");
    assert!(home.contains("Content-Type: text/html; charset=utf-8\r\n"), "{home}");
    assert!(home.contains("home<script src=\"/__runproof/preview.js\" defer></script></body>"), "{home}");
    assert!(preview.get("/style.css").contains("Content-Type: text/css; charset=utf-8\r\n"));
    assert!(preview.get("/style.css").ends_with("\r\n\r\nbody {}"));
    assert!(
        preview.get("/a?x=1").contains("301 Moved Permanently\r\nConnection: close\r\nLocation: /a/?x=1\r\n")
    );
    let missing = preview.get("/none");
    assert!(missing.starts_with("HTTP/1.1 404 ") && missing.contains("not here"), "{missing}");
    assert!(preview.get("/__runproof/preview.js").contains("text/javascript"));
}

#[test]
fn a_browser_gets_a_page_once() {
    let preview = Running::of(&SITE);
    let head = preview.ask("HEAD", "/style.css", "");
    assert!(head.contains("Content-Length: 7\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    let etag = head.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
    let again = preview.ask("GET", "/style.css", &format!("If-None-Match: \"x\", W/{etag}\r\n"));
    assert!(again.starts_with("HTTP/1.1 304 ") && again.ends_with("\r\n\r\n"), "{again}");
    assert!(preview.ask("GET", "/style.css", "If-None-Match: \"x\"\r\n").starts_with("HTTP/1.1 200 "));
    let post = preview.ask("POST", "/style.css", "Content-Length: 0\r\n");
    assert!(post.starts_with("HTTP/1.1 405 ") && post.contains("Allow: GET, HEAD"), "{post}");
}

#[test]
fn nothing_outside_of_the_site_is_served() {
    let preview = Running::of(&SITE);
    let targets = [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/a/..%5c..%5cx",
        "/%00",
        "/%ff",
        "/a%0d%0aX:%20y",
        "http://127.0.0.1/",
        "etc/passwd",
        "/%",
        "/a/../style.css",
    ];
    for target in targets {
        assert_eq!(preview.status(target), "400", "{target}");
    }
    for target in ["//etc/passwd", "/%252e%252e/Cargo.toml", "/etc/passwd", "/style.css/"] {
        assert_eq!(preview.status(target), "404", "{target}");
    }
    assert_eq!(preview.status(&format!("/{}", "a".repeat(100_000))), "414");
    let huge = format!("X: {}\r\n", "a".repeat(100_000));
    assert!(preview.ask("GET", "/", &huge).starts_with("HTTP/1.1 431 "));
    assert!(preview.ask("GET", "/", &"X: y\r\n".repeat(1000)).starts_with("HTTP/1.1 431 "));
    let foreign = preview.raw(b"GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n");
    assert!(foreign.starts_with("HTTP/1.1 403 "), "{foreign}");
}

#[test]
fn ten_thousand_garbage_requests_change_nothing() {
    let preview = Running::of(&SITE);
    let mut seed = 42_u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let starts: [&[u8]; 8] = [
        b"GET /",
        b"GET / HTTP/1.1\r\n",
        b"HEAD /%2e%2e",
        b"POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n",
        b"PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
        b"\x16\x03\x01\x02\x00",
        b"GET / HTTP/1.1\r\nContent-Length: 7\r\nConnection: upgrade\r\n\r\n",
    ];
    for round in 0..10_000 {
        let mut bytes = starts[next() % starts.len()].to_vec();
        bytes.extend((0..next() % 64).map(|_| next() as u8));
        if next() % 2 == 0 {
            bytes.extend_from_slice(b"\r\n\r\n");
        }
        preview.raw(&bytes);
        if round % 1000 == 0 {
            assert_eq!(preview.status("/style.css"), "200", "after {round}");
        }
    }
    for length in ["18446744073709551615", "9223372036854775807", "99999999999", "99999999999999999999999"] {
        let request = format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n");
        preview.connect().write_all(request.as_bytes()).unwrap();
    }
    assert_eq!(preview.status("/style.css"), "200");
}

#[test]
fn pages_hear_of_changes_and_hold_up_nobody() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let dir = tempfile::tempdir().unwrap();
    let watched = Watched { root: dir.path().to_path_buf(), ignore: Vec::new() };
    let preview = Running::start(watched, move || {
        let _keep = &dir;
        match counted.fetch_add(1, Ordering::SeqCst) {
            0 => served(&[("index.html", "one")]),
            1 => {
                let problem = Problem { title: "broken".into(), text: "error[x]: broken".into() };
                Served { problems: vec![problem], ..served(&[("index.html", "one")]) }
            }
            2 => panic!("a bug in the pipeline"),
            _ => served(&[("index.html", "two")]),
        }
    });
    let state = |text: Option<String>| serde_json::from_str::<serde_json::Value>(&text.unwrap()).unwrap();
    let idle: Vec<_> = (0..40).map(|_| preview.listen()).collect();
    let mut page = preview.listen();
    let first = state(page.next());
    assert_eq!(first["problems"].as_array().unwrap().len(), 0);
    preview.control.changed();
    let second = state(page.next());
    assert_eq!((&second["version"], &second["problems"][0]["title"]), (&first["version"], &"broken".into()));
    preview.control.changed();
    let third = state(page.next());
    assert_eq!(third["version"], first["version"], "the last site stands");
    assert!(third["problems"][0]["title"].as_str().unwrap().contains("runproof itself"));
    assert!(preview.get("/").contains("one"));
    preview.control.changed();
    let fourth = state(page.next());
    assert_ne!(fourth["version"], first["version"]);
    assert!(preview.get("/").contains("two"), "{} idle pages do not matter", idle.len());
}

#[test]
fn every_way_of_saving_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().to_path_buf();
    std::fs::create_dir(root.join("content")).unwrap();
    std::fs::write(root.join("content/a.md"), "1").unwrap();
    std::fs::create_dir(root.join("site")).unwrap();
    let (builds, at) = (Arc::new(AtomicUsize::new(0)), root.clone());
    let counted = Arc::clone(&builds);
    let watched = Watched { root: root.clone(), ignore: vec![root.join("site")] };
    let preview = Running::start(watched, move || {
        counted.fetch_add(1, Ordering::SeqCst);
        let mut text = String::new();
        for path in ["content/a.md", "content/new/deep/b.md", "policies/p.yaml", "site.toml"] {
            text.push_str(&std::fs::read_to_string(at.join(path)).unwrap_or_else(|_| "-".into()));
        }
        served(&[("index.html", &format!("[{text}]"))])
    });
    let shows = |text: &str| preview.wait_until(|| preview.get("/").contains(text));
    let write = |path: &str, text: &str| std::fs::write(root.join(path), text).unwrap();
    shows("[1---]");
    write("content/a.md", "2");
    shows("[2---]");
    write("content/.a.md.swp", "3");
    std::fs::rename(root.join("content/.a.md.swp"), root.join("content/a.md")).unwrap();
    shows("[3---]");
    std::fs::create_dir_all(root.join("content/new/deep")).unwrap();
    write("content/new/deep/b.md", "b");
    shows("[3b--]");
    std::fs::create_dir(root.join("policies")).unwrap();
    write("policies/p.yaml", "p");
    shows("[3bp-]");
    write("policies/p.yaml", "q");
    shows("[3bq-]");
    write("site.toml", "c");
    shows("[3bqc]");
    std::fs::remove_dir_all(root.join("content/new")).unwrap();
    shows("[3-qc]");
    std::fs::remove_dir_all(root.join("policies")).unwrap();
    shows("[3--c]");
    std::fs::create_dir(root.join("policies")).unwrap();
    write("policies/p.yaml", "r");
    shows("[3-rc]");
    settle(&builds);
    let before = builds.load(Ordering::SeqCst);
    write("site/index.html", "output");
    let _ = std::fs::read(root.join("content/a.md")).unwrap();
    write("content/a.md", "4");
    shows("[4-rc]");
    settle(&builds);
    assert!(builds.load(Ordering::SeqCst) > before);
}

/// Wait until nothing is built for a while.
fn settle(builds: &AtomicUsize) {
    let mut last = builds.load(Ordering::SeqCst);
    loop {
        std::thread::sleep(Duration::from_millis(200));
        match builds.load(Ordering::SeqCst) {
            now if now == last => return,
            now => last = now,
        }
    }
}

#[test]
fn the_output_and_reading_cause_no_build() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().to_path_buf();
    for folder in ["site", "content", "target"] {
        std::fs::create_dir(root.join(folder)).unwrap();
    }
    std::fs::write(root.join("content/a.md"), "1").unwrap();
    let builds = Arc::new(AtomicUsize::new(0));
    let (counted, read) = (Arc::clone(&builds), root.join("content/a.md"));
    let watched = Watched { root: root.clone(), ignore: vec![root.join("site")] };
    let _preview = Running::start(watched, move || {
        counted.fetch_add(1, Ordering::SeqCst);
        let _ = std::fs::read(&read);
        served(&SITE)
    });
    settle(&builds);
    let before = builds.load(Ordering::SeqCst);
    std::fs::write(root.join("site/index.html"), "output").unwrap();
    std::fs::write(root.join("target/x"), "output").unwrap();
    let _ = std::fs::read(root.join("content/a.md")).unwrap();
    settle(&builds);
    assert_eq!(builds.load(Ordering::SeqCst), before);
}

#[test]
fn a_port_that_is_taken_is_passed_over() {
    let first = Preview::bind(0).unwrap();
    let second = Preview::bind(first.port()).unwrap();
    assert!(second.port() > first.port());
    assert!(second.url().starts_with("http://127.0.0.1:"));
}
