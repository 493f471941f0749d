//! Inline content.

use super::{Place, Writer};
use crate::markdown::highlight;
use crate::markdown::html::{self, Tag, safe_url};
use crate::markdown::icons::icon;
use crate::markdown::keys::key;
use crate::markdown::{Attributes, Html, Inline, InlineKind, LinkKind};

impl Writer<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        let attributes = &inline.attributes;
        match &inline.kind {
            InlineKind::Text(text) => self.text(text),
            InlineKind::Code(code, language) => self.inline_code(code, language.as_deref(), attributes),
            InlineKind::SoftBreak if self.dialect.newline_breaks && self.place != Place::Label => {
                self.push("<br>\n")
            }
            InlineKind::SoftBreak => self.push("\n"),
            InlineKind::HardBreak => self.push(if self.place == Place::Label { " " } else { "<br>\n" }),
            InlineKind::Emphasis(inner) => self.span("em", inner, attributes),
            InlineKind::Strong(inner) => self.span("strong", inner, attributes),
            InlineKind::Deleted(inner) => self.span("del", inner, attributes),
            InlineKind::Inserted(inner) => self.span("ins", inner, attributes),
            InlineKind::Marked(inner) => self.span("mark", inner, attributes),
            InlineKind::Superscript(inner) => self.span("sup", inner, attributes),
            InlineKind::Subscript(inner) => self.span("sub", inner, attributes),
            InlineKind::Link(index, inner) => self.anchor(*index, inner, attributes),
            InlineKind::Image(index) => self.image(*index, attributes),
            InlineKind::Html(html) => self.inline_html(html),
            InlineKind::FootnoteReference(footnote, nth) => self.footnote_reference(*footnote, *nth),
            InlineKind::Abbreviation(index) => self.abbreviation(*index),
            InlineKind::Icon(name) => self.icon(name, attributes),
            InlineKind::Emoji(character) => self.emoji(character, attributes),
            InlineKind::Keys(keys) => self.keys(keys, attributes),
        }
    }

    /// Opens an element with the author's attributes. Ids stay on the document's own page.
    pub(super) fn open(&mut self, name: &str, tag: Tag, attributes: &Attributes) {
        let tag = tag.list(attributes);
        let tag = if self.place == Place::Own { tag } else { tag.without_id() };
        tag.open(name, &mut self.out);
    }

    pub(super) fn close(&mut self, name: &str) {
        self.push("</");
        self.push(name);
        self.push(">");
    }

    fn span(&mut self, name: &str, inner: &[Inline], attributes: &Attributes) {
        self.open(name, Tag::new(), attributes);
        self.inlines(inner);
        self.close(name);
    }

    fn inline_code(&mut self, code: &str, language: Option<&str>, attributes: &Attributes) {
        let Some(language) = language else {
            self.open("code", Tag::new(), attributes);
            self.text(code);
            return self.close("code");
        };
        let tag = Tag::new().class(&super::code::language_class(Some(language))).class("highlight");
        self.open("code", tag, attributes);
        for line in highlight::colour_or_plain(code, Some(language)) {
            highlight::write_line(&line, &mut self.out);
        }
        self.close("code");
    }

    fn anchor(&mut self, index: usize, inner: &[Inline], attributes: &Attributes) {
        let Some(target) = self.target(index).filter(|_| self.place != Place::Label) else {
            return self.inlines(inner);
        };
        // `[](){ #id }` is a place to link to, not a link.
        let is_place = target.url.is_empty() && inner.is_empty();
        let tag = if is_place { Tag::new() } else { Tag::new().with("href", safe_url(target.url)) };
        self.open("a", target.tag(tag, attributes), &Attributes::default());
        match target.link.kind {
            LinkKind::Auto if inner.is_empty() => self.text(&target.link.text),
            _ => self.inlines(inner),
        }
        self.close("a");
    }

    fn image(&mut self, index: usize, attributes: &Attributes) {
        let Some(target) = self.target(index).filter(|_| self.place != Place::Label) else { return };
        let tag = Tag::new().with("alt", &target.link.text).with("src", safe_url(target.url));
        self.open("img", target.tag(tag, attributes).with("loading", "lazy"), &Attributes::default());
    }

    fn inline_html(&mut self, html: &Html) {
        if self.place != Place::Label {
            self.raw_html(html);
        }
    }

    /// Raw HTML as the author wrote it, with its URLs as the site resolved them.
    pub(super) fn raw_html(&mut self, html: &Html) {
        let mut written = 0;
        for (range, index) in &html.links {
            let (Some(before), Some(href)) =
                (html.text.get(written..range.start), self.writing.hrefs.get(*index))
            else {
                continue;
            };
            self.push(before);
            // The attribute may stand without quotes, where a blank would end it.
            html::escape_attribute(&href.url.replace(' ', "%20").replace('\'', "%27"), &mut self.out);
            written = range.end;
        }
        self.push(html.text.get(written..).unwrap_or_default());
    }

    fn abbreviation(&mut self, index: usize) {
        let Some((key, meaning)) = self.document.abbreviations.get(index) else { return };
        if self.place == Place::Label {
            return self.text(key);
        }
        Tag::new().with("title", meaning).open("abbr", &mut self.out);
        self.text(key);
        self.close("abbr");
    }

    fn icon(&mut self, name: &str, attributes: &Attributes) {
        if self.place == Place::Label {
            return;
        }
        let Some(svg) = icon(name) else { return };
        self.open("span", Tag::new().class("twemoji"), attributes);
        self.push(&svg);
        self.close("span");
    }

    fn emoji(&mut self, character: &str, attributes: &Attributes) {
        if attributes.is_empty() {
            return self.text(character);
        }
        self.open("span", Tag::new().class("twemoji"), attributes);
        self.text(character);
        self.close("span");
    }

    fn keys(&mut self, keys: &[String], attributes: &Attributes) {
        self.open("span", Tag::new().class("keys"), attributes);
        for (index, written) in keys.iter().enumerate() {
            if index > 0 {
                self.push("<span>+</span>");
            }
            let (class, label) = key(written);
            Tag::new().class(class.as_deref().unwrap_or_default()).open("kbd", &mut self.out);
            self.text(&label);
            self.close("kbd");
        }
        self.close("span");
    }
}
