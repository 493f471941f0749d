//! What a tab tells by itself: pages that have loaded, errors, requests.

use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// What happened in a tab since it was opened.
#[derive(Debug, Default)]
pub(super) struct Events {
    told: Mutex<Told>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct Told {
    /// Pages that have loaded.
    loads: usize,
    /// Errors of scripts, of the console, of the content security policy, and requests that failed.
    problems: Vec<String>,
    requests: HashMap<String, Request>,
    /// Those of which not all has come.
    under_way: HashSet<String>,
    /// The order of the requests.
    order: Vec<String>,
}

/// One request of a page.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What was asked for.
    pub url: String,
    /// The HTTP status; 0 while there is no answer.
    pub status: u64,
    /// Bytes that came, headers and all.
    pub bytes: u64,
}

impl Events {
    pub(super) fn note(&self, method: &str, event: &Value) {
        let mut told = self.told.lock().unwrap();
        match method {
            "Page.loadEventFired" => told.loads += 1,
            "Runtime.exceptionThrown" => {
                let details = &event["exceptionDetails"];
                let thrown = details["exception"]["description"].as_str().or(details["text"].as_str());
                told.problems.push(thrown.unwrap_or_default().to_string());
            }
            "Runtime.consoleAPICalled" if event["type"] == "error" => {
                told.problems.push(format!("console: {}", event["args"]));
            }
            "Log.entryAdded" if event["entry"]["level"] == "error" => {
                let entry = &event["entry"];
                let words = |key: &str| entry[key].as_str().unwrap_or_default().to_string();
                told.problems.push(format!("{} {}", words("text"), words("url")));
            }
            _ => told.note_request(method, event),
        }
        drop(told);
        self.news.notify_all();
    }

    /// How many pages have loaded so far.
    pub(super) fn loads(&self) -> usize {
        self.told.lock().unwrap().loads
    }

    /// Wait until more than `before` pages have loaded.
    pub(super) fn wait_for_load(&self, before: usize, patience: Duration) -> bool {
        let told = self.told.lock().unwrap();
        let (told, _) = self.news.wait_timeout_while(told, patience, |told| told.loads <= before).unwrap();
        told.loads > before
    }

    pub(super) fn problems(&self) -> Vec<String> {
        self.told.lock().unwrap().problems.clone()
    }

    /// Wait until all that was asked for has come: only then its size is known.
    pub(super) fn wait_for_answers(&self, patience: Duration) -> bool {
        let told = self.told.lock().unwrap();
        let waits = |told: &mut Told| !told.under_way.is_empty();
        self.news.wait_timeout_while(told, patience, waits).unwrap().0.under_way.is_empty()
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        let told = self.told.lock().unwrap();
        told.order.iter().filter_map(|id| told.requests.get(id).cloned()).collect()
    }
}

impl Told {
    fn note_request(&mut self, method: &str, event: &Value) {
        let Some(id) = event["requestId"].as_str() else { return };
        if method == "Network.requestWillBeSent" && !self.requests.contains_key(id) {
            self.order.push(id.to_string());
        }
        match method {
            "Network.requestWillBeSent" => _ = self.under_way.insert(id.to_string()),
            "Network.loadingFinished" | "Network.loadingFailed" => _ = self.under_way.remove(id),
            _ => {}
        }
        let request = self.requests.entry(id.to_string()).or_default();
        match method {
            "Network.requestWillBeSent" => {
                request.url = event["request"]["url"].as_str().unwrap_or_default().to_string();
            }
            "Network.responseReceived" => request.status = event["response"]["status"].as_u64().unwrap_or(0),
            "Network.loadingFinished" => {
                request.bytes = event["encodedDataLength"].as_f64().unwrap_or(0.0) as u64
            }
            "Network.loadingFailed" if event["canceled"] != true => {
                self.problems.push(format!("{} {}", request.url, event["errorText"]));
            }
            _ => {}
        }
    }
}
