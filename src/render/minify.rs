//! Smaller pages that read exactly the same.
//!
//! The page's body comes out of our own writer, which wastes little, and its text must stay as it is; the
//! navigation is the largest part of a page and the same for many. So a template's own HTML is minified, and
//! what stands between [`OPEN`] and [`CLOSE`] is carried over byte for byte. That is several times faster
//! than minifying whole pages. Templates may use these marks too, as the default ones do for parts that have
//! nothing to gain.

use minify_html::Cfg;

/// Begins a part that is carried over unchanged.
pub(super) const OPEN: &str = "<!--verbatim-->";
/// Ends a part that is carried over unchanged.
pub(super) const CLOSE: &str = "<!--/verbatim-->";

/// What stands for a part while the rest is minified: an element that every parser keeps in place.
const STAND_IN: &str = "<rp-part></rp-part>";

/// `html` as a part that [`page`] carries over unchanged.
pub(super) fn verbatim(html: &str) -> String {
    [OPEN, html, CLOSE].concat()
}

/// The smaller form of a page.
pub(super) fn page(html: &str) -> Vec<u8> {
    let (frame, parts) = take_out(html);
    let small = minify_html::minify(frame.as_bytes(), &settings());
    match std::str::from_utf8(&small) {
        Ok(small) => put_back(small, &parts).into_bytes(),
        Err(_) => put_back(&frame, &parts).into_bytes(),
    }
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
        String::from_utf8(page(html)).unwrap()
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
}
