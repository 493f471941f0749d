//! Raw HTML among and around text: its addresses, ids and placeholders.

use super::builder::Builder;
use super::html;
use super::inlines::Part;
use crate::diag::{Diagnostic, Edit, codes};
use crate::markdown::{Html, InlineKind, LinkKind};
use crate::source::Span;
use std::ops::Range;

impl<'a> Builder<'a> {
    pub(super) fn html_part(&mut self, text: &str, range: Range<usize>, parts: &mut Vec<Part>) {
        let placeholder = html::tag(text, 0).filter(|tag| self.is_placeholder(tag));
        if let Some(tag) = placeholder {
            let span = self.span(range.clone());
            self.found(placeholder_found(&text[tag.range], span));
            parts.push(Part::new(InlineKind::Text(text.to_string()), range));
            return;
        }
        if let Some(comment) = text.strip_prefix("<!--") {
            let comment = comment.trim_end_matches("-->").trim();
            if self.order(comment, range.clone()) {
                return;
            }
        }
        let html = self.html(text, range.clone());
        parts.push(Part::new(InlineKind::Html(html), range));
    }

    /// A tag that no browser knows, that has no value and that nothing closes.
    pub(super) fn is_placeholder(&self, tag: &html::Tag) -> bool {
        html::is_placeholder(tag, self.custom)
    }

    /// Raw HTML that was written at `range`, with its links, ids and tags.
    pub(super) fn html(&mut self, text: &str, range: Range<usize>) -> Html {
        let mut links = Vec::new();
        let faithful = self.text().get(range.clone()) == Some(text);
        let place = |inner: &Range<usize>| match faithful {
            true => range.start + inner.start..range.start + inner.end,
            false => range.clone(),
        };
        for tag in html::tags(text) {
            let whole = self.span(place(&tag.range));
            for own in &tag.attributes {
                for url in html::urls(&tag.name, own) {
                    let kind = LinkKind::Html(tag.name.clone(), own.name.clone());
                    let destination = self.span(place(&url));
                    let link = self.link(kind, html::decoded(&text[url.clone()]), whole, destination);
                    self.out.links[link].text = tag
                        .attributes
                        .iter()
                        .find(|own| own.name == "alt")
                        .map(|own| html::decoded(&own.value))
                        .unwrap_or_default();
                    links.push((url, link));
                }
                if own.name == "id" || (own.name == "name" && tag.name == "a") {
                    let span = self.span(place(&own.range));
                    let twice = own.name == "name"
                        && tag.attributes.iter().any(|other| other.name == "id" && other.value == own.value);
                    if !own.value.is_empty() && !twice {
                        self.explicit_id(&own.value, span);
                    }
                }
            }
            if !tag.void {
                self.tags.push((tag.name, tag.closing, whole));
            }
        }
        Html { text: text.to_string(), links }
    }
}

/// A placeholder that a browser takes for a tag.
pub(super) fn placeholder_found(tag: &str, span: Span) -> Diagnostic {
    let edit = Edit { span: Span { end: span.start, ..span }, text: "\\".to_string() };
    Diagnostic::new(
        &codes::PLACEHOLDER_TAG,
        span,
        format!("`{tag}` is a tag to a browser, and not one that it knows"),
    )
    .label("shown as text here; MkDocs shows nothing")
    .help("put it into code marks, or a backslash before it")
    .fix("put a backslash before it", vec![edit])
}
