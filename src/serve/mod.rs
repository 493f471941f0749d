//! **serve** - the preview: the same pipeline again and again, served from memory.
//!
//! In: a closure that builds the site. Out: pages on this machine, which show a change as soon as it is saved.
//! Noun: [`Preview`]. Verb: [`Preview::run`].
//!
//! [`watch`] tells when files change, [`site`] answers what a browser asks for, [`target`] refuses what no
//! browser would ask for, [`http`] talks with the browser through tiny_http, and [`reload`] tells its pages what
//! happened. Nothing is written, and nothing that a file or a request holds ends the preview.

mod http;
mod reload;
mod site;
mod target;
mod watch;

use crate::render::Artifact;
use reload::Hub;
use site::Site;
use std::net::{Ipv4Addr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use std::{io, thread};
use watch::Watch;

/// How many ports after the wanted one are tried.
const PORTS: u16 = 100;
/// Files that are saved together are built together: this long must nothing happen.
const QUIET: Duration = Duration::from_millis(20);
/// A stream of changes (a checkout) is built at the latest after this many quiet times.
const BUSY: usize = 25;

/// What one build gives to the preview.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Served {
    /// The files of the site.
    pub artifacts: Vec<Artifact>,
    /// What stands over the page until it is mended.
    pub problems: Vec<Problem>,
}

/// Something wrong, as it is shown over a page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// One phrase.
    pub title: String,
    /// The whole finding with its excerpt, as text for a fixed-width font.
    pub text: String,
}

/// What is watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched {
    /// The folder of the site.
    pub root: PathBuf,
    /// Files and folders whose changes are of no account, such as the output.
    pub ignore: Vec<PathBuf>,
}

/// Ends a preview, or makes it build, from another thread.
#[derive(Debug, Clone)]
pub struct Control(Sender<Signal>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    Changed,
    Stop,
}

impl Control {
    /// End the preview. More than once is once.
    pub fn stop(&self) {
        let _ = self.0.send(Signal::Stop);
    }

    /// Build again, as if a file had changed.
    pub fn changed(&self) {
        let _ = self.0.send(Signal::Changed);
    }
}

/// A preview that holds its port and does not answer yet.
#[derive(Debug)]
pub struct Preview {
    listener: TcpListener,
    port: u16,
    control: Control,
    signals: Receiver<Signal>,
}

impl Preview {
    /// Take `port` of this machine's loopback address, or the next free one; 0 is any.
    ///
    /// # Errors
    /// When none can be had.
    pub fn bind(port: u16) -> io::Result<Preview> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for port in port..=port.saturating_add(if port == 0 { 0 } else { PORTS }) {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(listener) => {
                    let port = listener.local_addr()?.port();
                    let (sender, signals) = channel();
                    return Ok(Preview { listener, port, control: Control(sender), signals });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The port that was had.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of the home page.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// What ends it.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Serve what `rebuild` gives, and again whenever a file changes, until [`Control::stop`]. `warn` is told what
    /// is wrong with the preview itself. A `rebuild` that panics leaves the last site standing.
    ///
    /// # Errors
    /// When the port cannot be used.
    pub fn run(
        self,
        watched: &Watched,
        mut rebuild: impl FnMut() -> Served,
        mut warn: impl FnMut(&str),
    ) -> io::Result<()> {
        // The watch comes before the first build, so that no change falls between the two.
        let mut watch = Watch::start(watched, self.control(), &mut warn);
        let shared = Arc::new(Shared::default());
        let server = http::Server::start(self.listener, Arc::clone(&shared))?;
        loop {
            watch.refresh(&mut warn);
            match catch_unwind(AssertUnwindSafe(&mut rebuild)) {
                Ok(served) => shared.publish(Site::new(served)),
                Err(_) => shared.publish(shared.site().broken()),
            }
            if wait(&self.signals) == Signal::Stop {
                break;
            }
        }
        shared.hub.close();
        server.stop();
        Ok(())
    }
}

/// Wait for a change and until nothing happens any more.
fn wait(signals: &Receiver<Signal>) -> Signal {
    if signals.recv() != Ok(Signal::Changed) {
        return Signal::Stop;
    }
    for _ in 0..BUSY {
        match signals.recv_timeout(QUIET) {
            Ok(Signal::Changed) => {}
            Err(RecvTimeoutError::Timeout) => break,
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return Signal::Stop,
        }
    }
    // What is still coming is part of the next build, but what has come already is not.
    while let Ok(signal) = signals.try_recv() {
        if signal == Signal::Stop {
            return Signal::Stop;
        }
    }
    Signal::Changed
}

/// What the threads share: the site as it is now, and the pages that want to know when it changes.
#[derive(Debug, Default)]
struct Shared {
    site: RwLock<Arc<Site>>,
    hub: Hub,
}

impl Shared {
    fn site(&self) -> Arc<Site> {
        Arc::clone(&self.site.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn publish(&self, site: Site) {
        let state = site.state();
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(site);
        self.hub.tell(&state);
    }
}

/// Run `work` in a thread of its own. Without a thread left there is nothing better than to drop it.
fn detach(work: impl FnOnce() + Send + 'static) {
    let _ = thread::Builder::new().spawn(work);
}
