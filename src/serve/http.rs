//! HTTP, through tiny_http. What it leaves to its user is settled here: every request has a thread of its own, so
//! that a slow one holds up none; every answer closes its connection, so that idle connections do not use up the
//! threads that read requests; and a request that would harm the process by being dropped is not.

use super::site::Answer;
use super::target::{Refused, Target};
use super::{Shared, detach, reload};
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tiny_http::{Method, Request};

/// How many requests are answered at once.
const MOST: usize = 256;
/// The most that the headers of a request may be, in bytes and in number.
const HEADERS: (usize, usize) = (32 * 1024, 100);
/// A body this long is waited for and thrown away; see [`serve`].
const BODY: usize = 64 * 1024 * 1024;

/// How long nothing may come before the server looks around.
const TICK: Duration = Duration::from_millis(100);
/// For so many ticks after a request it is likely that another one stands; see [`nudge`].
const SOON: usize = 30;
/// Later on every so many ticks will do.
const SELDOM: usize = 10;

/// The running server.
#[derive(Debug)]
pub(super) struct Server {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Answer on `listener` until [`Server::stop`].
    pub fn start(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Server> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().spawn(move || accept(&listener, &shared, &stopped))?;
        Ok(Server { stop, thread })
    }

    /// No more requests are taken; those under way are finished by their threads.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

/// A server that fails - because there are too many open files, say - is made anew on the same port.
fn accept(listener: &TcpListener, shared: &Arc<Shared>, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let server =
            listener.try_clone().ok().and_then(|own| tiny_http::Server::from_listener(own, None).ok());
        if let Some(server) = server {
            receive(&server, shared, stop);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn receive(server: &tiny_http::Server, shared: &Arc<Shared>, stop: &AtomicBool) {
    let busy = Arc::new(AtomicUsize::new(0));
    let mut idle = 0_usize;
    while !stop.load(Ordering::Relaxed) {
        match server.recv_timeout(TICK) {
            Ok(Some(request)) => {
                idle = 0;
                while busy.load(Ordering::Relaxed) >= MOST {
                    thread::sleep(Duration::from_millis(1));
                }
                let (shared, turn) = (Arc::clone(shared), Turn::new(&busy));
                detach(move || {
                    let _turn = turn;
                    serve(request, &shared);
                });
            }
            Ok(None) => {
                idle += 1;
                if idle < SOON || idle.is_multiple_of(SELDOM) {
                    nudge(server);
                }
            }
            Err(_) => return,
        }
    }
}

/// Connect and leave. tiny_http gives a new connection to a thread that waits, but of several that come at once it
/// may give two to the same thread; the second one then stands until the first connection is closed, which for a
/// page that listens to events is never. With no thread waiting, one more connection brings one more thread, and
/// that one takes what stands.
fn nudge(server: &tiny_http::Server) {
    if let Some(address) = server.server_addr().to_ip() {
        let _ = TcpStream::connect_timeout(&address, TICK);
    }
}

/// A request under way; it is counted until it is dropped, also by a panic.
struct Turn(Arc<AtomicUsize>);

impl Turn {
    fn new(busy: &Arc<AtomicUsize>) -> Turn {
        busy.fetch_add(1, Ordering::Relaxed);
        Turn(Arc::clone(busy))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Answer one request. That the browser went away meanwhile is no error.
fn serve(request: Request, shared: &Shared) {
    if request.body_length().is_some_and(|length| length > BODY) {
        // Dropping it would allocate as much memory as its header claims, and the process would be ended for it.
        // It is left alone instead, which costs a thread and a socket: the smaller harm, and nothing that a browser
        // does here.
        std::mem::forget(request);
        return;
    }
    let reply = reply(&request, shared);
    let head_only = *request.method() == Method::Head;
    let mut out = request.into_writer();
    let _ = match reply {
        Reply::Plain(status, extra) => plain(&mut *out, status, extra),
        Reply::File { status, content_type, body, etag } => file(
            &mut *out,
            status,
            content_type,
            &etag,
            if head_only { None } else { Some(&body) },
            body.len(),
        ),
        Reply::Unchanged(etag) => head(&mut *out, 304, &[("ETag", &etag)]),
        Reply::Moved(to) => head(&mut *out, 301, &[("Location", &to), ("Content-Length", "0")]),
        Reply::Events => events(&mut *out, shared, head_only),
    };
    let _ = out.flush();
}

enum Reply {
    Plain(u16, Option<(&'static str, &'static str)>),
    File { status: u16, content_type: &'static str, body: Arc<[u8]>, etag: String },
    Unchanged(String),
    Moved(String),
    Events,
}

fn reply(request: &Request, shared: &Shared) -> Reply {
    let (bytes, count) = HEADERS;
    let size = |header: &tiny_http::Header| header.field.as_str().as_str().len() + header.value.len();
    if request.headers().len() > count || request.headers().iter().map(size).sum::<usize>() > bytes {
        return Reply::Plain(431, None);
    }
    if !header(request, "Host").is_none_or(is_this_machine) {
        return Reply::Plain(403, None);
    }
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Reply::Plain(405, Some(("Allow", "GET, HEAD")));
    }
    let target = match Target::parse(request.url()) {
        Ok(target) => target,
        Err(Refused::Malformed) => return Reply::Plain(400, None),
        Err(Refused::TooLong) => return Reply::Plain(414, None),
    };
    match shared.site().answer(&target) {
        Answer::Moved(to) => Reply::Moved(to),
        Answer::Events => Reply::Events,
        Answer::File { status, etag, .. } if status == 200 && is_known(request, &etag) => {
            Reply::Unchanged(etag)
        }
        Answer::File { status, content_type, body, etag } => Reply::File { status, content_type, body, etag },
    }
}

fn header<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    let found = request.headers().iter().find(|header| header.field.equiv(name))?;
    Some(found.value.as_str())
}

/// Is the page asked for by a name of this machine? Another name that leads here is a trick by which a foreign
/// page would read the preview.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    name == "127.0.0.1" || name == "[::1]" || name == "localhost" || name.ends_with(".localhost")
}

/// Does the browser have this version already?
fn is_known(request: &Request, etag: &str) -> bool {
    let known = header(request, "If-None-Match").unwrap_or_default();
    known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == etag || one == "*")
}

fn plain(out: &mut dyn Write, status: u16, extra: Option<(&str, &str)>) -> io::Result<()> {
    let text = format!("{status} {}\n", reason(status));
    let length = text.len().to_string();
    let mut headers =
        vec![("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", length.as_str())];
    headers.extend(extra);
    head(out, status, &headers)?;
    out.write_all(text.as_bytes())
}

fn file(
    out: &mut dyn Write,
    status: u16,
    content_type: &str,
    etag: &str,
    body: Option<&[u8]>,
    length: usize,
) -> io::Result<()> {
    let length = length.to_string();
    let headers = [
        ("Content-Type", content_type),
        ("Content-Length", &length),
        ("Cache-Control", "no-cache"),
        ("ETag", etag),
        ("X-Content-Type-Options", "nosniff"),
    ];
    head(out, status, &headers)?;
    out.write_all(body.unwrap_or_default())
}

fn events(out: &mut dyn Write, shared: &Shared, head_only: bool) -> io::Result<()> {
    // Joining comes before looking, so that nothing is missed between the two.
    let Some(news) = shared.hub.join() else {
        return plain(out, 503, Some(("Retry-After", "1")));
    };
    head(out, 200, &[("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])?;
    if head_only {
        return Ok(());
    }
    let now = shared.site().state();
    reload::stream(out, &now, &news)
}

fn head(out: &mut dyn Write, status: u16, headers: &[(&str, &str)]) -> io::Result<()> {
    let mut text = format!("HTTP/1.1 {status} {}\r\nConnection: close\r\n", reason(status));
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    out.write_all(text.as_bytes())
}

fn reason(status: u16) -> &'static str {
    tiny_http::StatusCode(status).default_reason_phrase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "[::1]", "docs.localhost:80"]
        {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example:8000", "", "notlocalhost", "[::2]", "0.0.0.0"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
