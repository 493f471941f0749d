//! Headless Chromium, driven by tests: one browser for the test binary, a [`Tab`] with its own storage for a test.
//!
//! The browser speaks the DevTools protocol over a pipe, so nothing is needed beside the browser itself. Where it
//! is missing, [`tab`] says so and the test is skipped; in CI that is a failure.

mod events;
mod keys;
mod page;
mod pipe;
mod server;
pub mod sites;
mod tab;

use pipe::Pipe;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

pub use server::{STRICT, Server};
pub use tab::Tab;

/// What the browser is told at its start: no sandbox, since containers run tests as root without user namespaces;
/// nothing that reaches for the network by itself.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--hide-scrollbars",
    "--mute-audio",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
];

/// A running browser.
#[derive(Debug)]
struct Browser {
    pipe: Pipe,
}

/// A new tab that shares nothing with others; `None` when there is no browser on this machine.
pub fn tab() -> Option<Tab> {
    static BROWSER: OnceLock<Option<Browser>> = OnceLock::new();
    BROWSER.get_or_init(Browser::start).as_ref().map(Browser::tab)
}

impl Browser {
    fn start() -> Option<Browser> {
        let Some(program) = program() else {
            assert!(std::env::var_os("CI").is_none(), "Chromium is missing in CI");
            println!("skipped: Chromium is absent (set CHROMIUM, or install the package `chromium`)");
            return None;
        };
        Some(Browser { pipe: Pipe::start(&mut command(&program)) })
    }

    fn tab(&'static self) -> Tab {
        let made = self.pipe.call(None, "Target.createBrowserContext", json!({ "disposeOnDetach": true }));
        let context = text(&made, "browserContextId");
        let target =
            json!({ "url": "about:blank", "browserContextId": context, "width": 1400, "height": 900 });
        let target = text(&self.pipe.call(None, "Target.createTarget", target), "targetId");
        let attach = json!({ "targetId": target, "flatten": true });
        let session = text(&self.pipe.call(None, "Target.attachToTarget", attach), "sessionId");
        Tab::new(&self.pipe, session, context)
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no `{key}` in {value}")).to_string()
}

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}

/// The shell gives the browser its pipe as the file descriptors 3 and 4, where it looks for it, and clears away its
/// profile when it is gone. It goes when the tests end, since that closes the pipe.
fn command(program: &Path) -> Command {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{}", std::process::id()));
    let mut shell = Command::new("sh");
    let script = r#""$@" "--user-data-dir=$0" 3<&0 4>&1 0</dev/null 1>/dev/null 2>&1; rm -rf -- "$0""#;
    shell.args(["-c", script]).arg(profile).arg(program).args(FLAGS);
    shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    shell
}
