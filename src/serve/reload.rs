//! The open pages, and how they are told that something happened: server-sent events.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How many pages may listen at once.
const MOST: usize = 64;
/// How often a silent line tells whether a page is still there.
const PULSE: Duration = Duration::from_secs(5);

/// The pages that listen.
#[derive(Debug, Default)]
pub(super) struct Hub {
    pages: Mutex<Vec<Sender<String>>>,
}

impl Hub {
    /// One page more; `None` when there are too many.
    pub fn join(&self) -> Option<Receiver<String>> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= MOST {
            return None;
        }
        let (sender, receiver) = channel();
        pages.push(sender);
        Some(receiver)
    }

    /// Tell every page the state of the site; those that left are forgotten.
    pub fn tell(&self, state: &str) {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.retain(|page| page.send(state.to_string()).is_ok());
    }

    /// Send every page away.
    pub fn close(&self) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Write the state as it is now and whatever comes, until the page or the preview leaves.
pub(super) fn stream(out: &mut dyn Write, now: &str, news: &Receiver<String>) -> io::Result<()> {
    // A page that lost the preview asks again every second.
    write!(out, "retry: 1000\n\nevent: state\ndata: {now}\n\n")?;
    out.flush()?;
    loop {
        match news.recv_timeout(PULSE) {
            Ok(state) => write!(out, "event: state\ndata: {state}\n\n")?,
            Err(RecvTimeoutError::Timeout) => out.write_all(b":\n\n")?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        out.flush()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_left_makes_room() {
        let hub = Hub::default();
        let pages: Vec<_> = std::iter::from_fn(|| hub.join()).collect();
        assert_eq!(pages.len(), MOST);
        drop(pages);
        hub.tell("{}");
        assert!(hub.join().is_some());
    }

    #[test]
    fn a_page_hears_the_state_and_the_news() {
        let hub = Hub::default();
        let news = hub.join().unwrap();
        hub.tell("2");
        hub.close();
        let mut out = Vec::new();
        stream(&mut out, "1", &news).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "retry: 1000\n\nevent: state\ndata: 1\n\nevent: state\ndata: 2\n\n");
    }
}
