//! Smaller pages that read exactly the same.
//!
//! The page's body comes out of our own writer, which wastes little, and its text must stay as it is; the
//! navigation is the largest part of a page and the same for many. So a template's own HTML is minified, and
//! what stands between [`OPEN`] and [`CLOSE`] is carried over byte for byte. That is several times faster
//! than minifying whole pages. Templates may use these marks too, as the default ones do for parts that have
//! nothing to gain.

use minify_html::Cfg;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Begins a part that is carried over unchanged.
pub(super) const OPEN: &str = "<!--verbatim-->";
/// Ends a part that is carried over unchanged.
pub(super) const CLOSE: &str = "<!--/verbatim-->";

/// Stands for the tag that begins a page. It says where the page lies; nothing else in most frames does.
const ROOT: &str = "<html>";

/// What stands for a part while the rest is minified: an element that every parser keeps in place.
const STAND_IN: &str = "<rp-part></rp-part>";

/// `html` as a part that [`Frames::page`] carries over unchanged.
pub(super) fn verbatim(html: &str) -> String {
    [OPEN, html, CLOSE].concat()
}

/// How many frames are remembered at most. Most pages of a site share a few; those of policies have their own.
const MOST_FRAMES: usize = 256;

/// The frames of a site's pages, what is left without the parts to carry over, with their smaller forms.
#[derive(Debug, Default)]
pub(super) struct Frames(Mutex<HashMap<String, Arc<str>>>);

impl Frames {
    /// The smaller form of a page.
    pub(super) fn page(&self, html: &str) -> Vec<u8> {
        let (frame, parts) = take_out(html);
        let page = match root(&frame) {
            Some(root) => {
                let tag = &frame[root.clone()];
                let shared = [&frame[..root.start], ROOT, &frame[root.end..]].concat();
                put_back(&self.small(shared).replacen(ROOT, &small_tag(tag), 1), &parts)
            }
            None => put_back(&self.small(frame), &parts),
        };
        page.into_bytes()
    }

    fn small(&self, frame: String) -> Arc<str> {
        let known = |frames: &HashMap<String, Arc<str>>| frames.get(&frame).cloned();
        let frames = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(small) = known(&frames()) {
            return small;
        }
        let small: Arc<str> = minified(&frame).into();
        let mut frames = frames();
        if frames.len() < MOST_FRAMES {
            frames.insert(frame, Arc::clone(&small));
        }
        small
    }
}

/// The smaller form of HTML, or the same when there is none.
fn minified(html: &str) -> String {
    let small = minify_html::minify(html.as_bytes(), &settings());
    String::from_utf8(small).unwrap_or_else(|_| html.to_string())
}

/// Where the tag that begins a page stands.
fn root(frame: &str) -> Option<Range<usize>> {
    let start = frame.find("<html ")?;
    let mut quote = None;
    let end = frame[start..].find(|c| {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            _ => {}
        }
        c == '>' && quote.is_none()
    })?;
    Some(start..start + end + 1)
}

fn small_tag(tag: &str) -> String {
    let small = minified(&format!("{tag}</html>"));
    small.strip_suffix("</html>").unwrap_or(tag).to_string()
}

/// The smaller form of a style sheet. One with mistakes stays as it is: browsers forgive more than we can.
pub(super) fn style(text: &[u8]) -> Vec<u8> {
    inside("style", text, &Cfg { minify_css: true, ..settings() })
}

/// The smaller form of a script; one with mistakes stays as it is.
pub(super) fn script(text: &[u8]) -> Vec<u8> {
    inside("script", text, &Cfg { minify_js: true, ..settings() })
}

/// Minify a text by way of the element that may hold it in a page.
fn inside(element: &str, text: &[u8], settings: &Cfg) -> Vec<u8> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let small = minify_html::minify(&[open.as_bytes(), text, close.as_bytes()].concat(), settings);
    let small = small.strip_prefix(open.as_bytes()).and_then(|rest| rest.strip_suffix(close.as_bytes()));
    small.map_or_else(|| text.to_vec(), <[u8]>::to_vec)
}

/// Closing tags stay, so that tools that read HTML line by line do; the doctype stays as browsers know it.
fn settings() -> Cfg {
    Cfg { keep_closing_tags: true, keep_html_and_head_opening_tags: true, ..Cfg::default() }
}

fn take_out(html: &str) -> (String, Vec<&str>) {
    let (mut frame, mut parts, mut rest) = (String::with_capacity(8192), Vec::new(), html);
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((part, after)) = after.split_once(CLOSE) else { break };
        frame.push_str(before);
        frame.push_str(STAND_IN);
        parts.push(part);
        rest = after;
    }
    frame.push_str(rest);
    (frame, parts)
}

fn put_back(small: &str, parts: &[&str]) -> String {
    let mut page = String::with_capacity(small.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    for (index, text) in small.split(STAND_IN).enumerate() {
        if let Some(part) = index.checked_sub(1).and_then(|index| parts.get(index)) {
            page.push_str(part);
        }
        page.push_str(text);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(html: &str) -> String {
        String::from_utf8(Frames::default().page(html)).unwrap()
    }

    #[test]
    fn the_frame_shrinks_and_the_body_stays_to_the_byte() {
        let body = "<p>a  <em> b </em>\n c</p>\n<pre><code>x\n  y\n</code></pre>";
        let page = format!(
            "<!doctype html>\n<html lang=\"en\">\n <body class=\"x\">\n  <main>\n {} </main>",
            verbatim(body)
        );
        let small = small(&page);
        assert!(small.contains(body), "{small}");
        assert!(small.starts_with("<!doctypehtml>") || small.starts_with("<!doctype html>"), "{small}");
        assert!(!small.contains("verbatim") && !small.contains("rp-part"), "{small}");
        assert!(small.len() < page.len());
    }

    #[test]
    fn spaces_between_words_of_a_template_stay() {
        assert_eq!(
            small("<p>one <a href=\"#\">two</a> <span>three</span></p>"),
            "<p>one <a href=#>two</a> <span>three</span></p>"
        );
    }

    #[test]
    fn a_part_that_is_never_closed_is_ordinary_html() {
        assert_eq!(small("<p>a</p><!--verbatim--><p>b  c</p>"), "<p>a</p><p>b c</p>");
    }

    #[test]
    fn pages_that_differ_in_their_place_share_a_frame() {
        let frames = Frames::default();
        let page = |place: &str, body: &str| {
            let html = format!(
                "<!doctype html>\n<html lang=\"en\" data-path=\"{place}\">\n<head></head><body>{}</body></html>",
                verbatim(body)
            );
            String::from_utf8(frames.page(&html)).unwrap()
        };
        assert_eq!(
            page("a/", "<html>"),
            "<!doctype html><html data-path=a/ lang=en><head></head><body><html></body></html>"
        );
        assert!(page("b > c", "x").contains("<html data-path=\"b > c\" lang=en>"), "{}", page("b > c", "x"));
        assert_eq!(frames.0.lock().unwrap().len(), 1);
    }
}
