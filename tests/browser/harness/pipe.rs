//! The DevTools protocol: JSON messages, each ended by a zero byte, to and from the browser.

use super::events::Events;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How long the browser may take for one answer. Machines of CI are slow at times.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Both ways to the browser; used by many tests at once.
#[derive(Debug)]
pub(super) struct Pipe {
    to: Mutex<ChildStdin>,
    last: AtomicU64,
    waiting: Arc<Waiting>,
}

/// Who waits for what.
#[derive(Debug, Default)]
struct Waiting {
    answers: Mutex<HashMap<u64, Sender<Value>>>,
    tabs: Mutex<HashMap<String, Arc<Events>>>,
}

impl Pipe {
    /// Start `command`, whose input and output are the pipe.
    pub(super) fn start(command: &mut Command) -> Pipe {
        let mut child = command.spawn().expect("the shell starts");
        let to = Mutex::new(child.stdin.take().expect("a piped input"));
        let from = child.stdout.take().expect("a piped output");
        let waiting = Arc::new(Waiting::default());
        let reader = Arc::clone(&waiting);
        thread::spawn(move || {
            reader.read(BufReader::new(from));
            let _ = child.wait();
        });
        Pipe { to, last: AtomicU64::new(0), waiting }
    }

    /// Hear what happens in the tab `session`.
    pub(super) fn listen(&self, session: &str) -> Arc<Events> {
        let events = Arc::new(Events::default());
        self.waiting.tabs.lock().unwrap().insert(session.to_string(), Arc::clone(&events));
        events
    }

    /// Call a method, of the tab `session` or of the browser, and wait for what it returns.
    pub(super) fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.ask(session, method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same, where it may fail, as on a page that is just leaving.
    pub(super) fn ask(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, Value> {
        let answer = self.send(session, method, params).recv_timeout(PATIENCE);
        let mut answer = answer.unwrap_or_else(|_| panic!("the browser did not answer to {method}"));
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["result"].take()),
        }
    }

    fn send(&self, session: Option<&str>, method: &str, params: Value) -> Receiver<Value> {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, receiver) = channel();
        self.waiting.answers.lock().unwrap().insert(id, sender);
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.lock().unwrap().write_all(&bytes).expect("the browser is there");
        receiver
    }
}

impl Waiting {
    fn read(&self, mut from: impl BufRead) {
        let mut bytes = Vec::new();
        while from.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
            bytes.pop();
            if let Ok(message) = serde_json::from_slice(&bytes) {
                self.deliver(message);
            }
            bytes.clear();
        }
    }

    fn deliver(&self, message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(sender) = self.answers.lock().unwrap().remove(&id) {
                let _ = sender.send(message);
            }
        } else if let Some(events) = message["sessionId"].as_str().and_then(|own| self.tab(own)) {
            events.note(message["method"].as_str().unwrap_or_default(), &message["params"]);
        }
    }

    fn tab(&self, session: &str) -> Option<Arc<Events>> {
        self.tabs.lock().unwrap().get(session).cloned()
    }
}
