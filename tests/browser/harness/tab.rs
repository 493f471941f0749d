//! A tab: what a test does as a reader, and what it asks of the page.

use super::events::{Events, Request};
use super::pipe::{PATIENCE, Pipe};
use serde_json::{Value, json};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// A tab with cookies, storage and permissions of its own. It is closed when dropped.
#[derive(Debug)]
pub struct Tab {
    pipe: &'static Pipe,
    session: String,
    context: String,
    events: Arc<Events>,
}

impl Tab {
    pub(super) fn new(pipe: &'static Pipe, session: String, context: String) -> Tab {
        let events = pipe.listen(&session);
        let tab = Tab { pipe, session, context, events };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        tab.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        tab.call(
            "Emulation.setEmulatedMedia",
            json!({ "media": "", "features": [
                { "name": "prefers-color-scheme", "value": "light" },
            ]}),
        );
        tab
    }

    /// Call a method of the DevTools protocol.
    pub fn call(&self, method: &str, params: Value) -> Value {
        self.pipe.call(Some(&self.session), method, params)
    }

    /// Grant the page what it would have to ask the reader for.
    pub fn grant(&self, permissions: &[&str]) {
        let params = json!({ "browserContextId": self.context, "permissions": permissions });
        self.pipe.call(None, "Browser.grantPermissions", params);
    }

    /// Open an address and wait until it has loaded. Two addresses that differ in their fragment alone are one page:
    /// use [`Tab::go`] there.
    pub fn open(&self, url: &str) -> &Tab {
        self.loading(|| {
            let went = self.call("Page.navigate", json!({ "url": url }));
            assert!(went["errorText"].is_null(), "{url}: {}", went["errorText"]);
        })
    }

    /// Load the page again.
    pub fn reload(&self) -> &Tab {
        self.loading(|| drop(self.call("Page.reload", json!({}))))
    }

    /// Do what makes a page load, and wait until it has.
    pub fn loading(&self, what: impl FnOnce()) -> &Tab {
        let before = self.events.loads();
        what();
        assert!(self.events.wait_for_load(before, PATIENCE), "no page has loaded");
        self
    }

    /// What a script returns; a promise is waited for.
    pub fn eval(&self, script: &str) -> Value {
        let params =
            json!({ "expression": script, "returnByValue": true, "awaitPromise": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", params);
        let thrown = &answer["exceptionDetails"];
        assert!(thrown.is_null(), "{script}\n{}", thrown["exception"]["description"]);
        answer["result"]["value"].clone()
    }

    /// What a script returns, as text.
    pub fn text(&self, script: &str) -> String {
        match self.eval(script) {
            Value::String(text) => text,
            value => value.to_string(),
        }
    }

    /// Does this hold on the page?
    pub fn holds(&self, script: &str) -> bool {
        self.eval(&format!("!!({script})")) == true
    }

    /// The same; a page that is just leaving holds nothing.
    fn holds_now(&self, script: &str) -> bool {
        let params = json!({ "expression": format!("!!({script})"), "returnByValue": true });
        let answer = self.pipe.ask(Some(&self.session), "Runtime.evaluate", params);
        answer.is_ok_and(|answer| answer["result"]["value"] == true)
    }

    /// Wait until this holds on the page, and fail when it does not come to hold.
    pub fn wait_for(&self, script: &str) -> &Tab {
        let start = Instant::now();
        while !self.holds_now(script) {
            assert!(start.elapsed() < PATIENCE, "it does not come to hold: {script}");
            thread::sleep(Duration::from_millis(20));
        }
        self
    }

    /// Run a script before any of the page's, on each page that is opened from now on.
    pub fn before_pages(&self, script: &str) {
        self.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// What went wrong since the tab was opened: errors of scripts, of the console, of the content security policy,
    /// and requests that failed.
    pub fn problems(&self) -> Vec<String> {
        // Events come in order: when this has been answered, all that came before it are there.
        self.eval("0");
        self.events.problems()
    }

    /// The requests of the tab so far.
    pub fn requests(&self) -> Vec<Request> {
        self.eval("0");
        self.events.requests()
    }

    /// The same once each has come whole. What frames of other sites ask for is not told here, and never ends.
    pub fn answered_requests(&self) -> Vec<Request> {
        assert!(self.events.wait_for_answers(PATIENCE), "not all has come");
        self.requests()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        if !thread::panicking() {
            let params = json!({ "browserContextId": self.context });
            self.pipe.call(None, "Target.disposeBrowserContext", params);
        }
    }
}
