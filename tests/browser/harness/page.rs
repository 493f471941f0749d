//! The reader's hands and the reader's screen.

use super::Tab;
use super::keys::Key;
use serde_json::{Value, json};
use std::path::Path;

impl Tab {
    /// The size of the window, in CSS pixels.
    pub fn size(&self, width: u32, height: u32) -> &Tab {
        let params =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", params);
        self
    }

    /// What the reader's system asks for: `prefers("color-scheme", "dark")`, `prefers("reduced-motion", "reduce")`.
    /// One wish holds at a time.
    pub fn prefers(&self, feature: &str, value: &str) -> &Tab {
        let feature = json!({ "name": format!("prefers-{feature}"), "value": value });
        self.call("Emulation.setEmulatedMedia", json!({ "media": "", "features": [feature] }));
        self
    }

    /// Show pages as they would be printed.
    pub fn on_paper(&self) -> &Tab {
        self.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        self
    }

    /// Run no scripts of pages from now on. Those of the test still run.
    pub fn without_scripts(&self) -> &Tab {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        self
    }

    /// Click into the middle of the element.
    pub fn click(&self, selector: &str) -> &Tab {
        let (x, y) = self.middle(selector);
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let params = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", params);
        }
        self
    }

    /// Point at the middle of the element.
    pub fn hover(&self, selector: &str) -> &Tab {
        let (x, y) = self.middle(selector);
        self.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y }));
        self
    }

    /// Where the element is on the screen, after it was scrolled into view.
    fn middle(&self, selector: &str) -> (f64, f64) {
        self.wait_for(&format!("document.querySelector({selector:?})?.getClientRects().length"));
        let place = self.eval(&format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        let number =
            |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{selector} has no place: {place}"));
        (number(&place[0]), number(&place[1]))
    }

    /// Press a key, with others held: `Tab`, `Shift+Tab`, `Control+k`, `/`.
    pub fn press(&self, keys: &str) -> &Tab {
        let key = Key::of(keys);
        self.call("Input.dispatchKeyEvent", key.event(true));
        self.call("Input.dispatchKeyEvent", key.event(false));
        self
    }

    /// Write a text, key by key.
    pub fn write(&self, text: &str) -> &Tab {
        for letter in text.chars() {
            self.press(&letter.to_string());
        }
        self
    }

    /// What the clipboard holds. The page may write to it and read from it from now on.
    pub fn clipboard(&self) -> String {
        self.grant(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
        self.text("navigator.clipboard.readText()")
    }

    /// A picture of the window, as PNG.
    pub fn picture(&self, to: &Path) {
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = base64(shot["data"].as_str().expect("a picture"));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(to, bytes).expect("the picture is written");
    }
}

fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').map(value).collect();
    let group = |four: &[u8]| {
        let bits = four.iter().fold(0_u32, |bits, six| bits << 6 | u32::from(*six)) << (6 * (4 - four.len()));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    letters.chunks(4).flat_map(group).collect()
}
