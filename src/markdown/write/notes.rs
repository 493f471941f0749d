//! Footnotes, and the table of contents in the page.

use super::{Place, Writer};
use crate::markdown::html::Tag;
use crate::markdown::{Block, BlockKind, Footnote, Heading};

impl Writer<'_> {
    pub(super) fn footnote_reference(&mut self, index: usize, nth: usize) {
        let Some(footnote) = self.document.footnotes.get(index).filter(|_| self.place == Place::Own) else {
            return;
        };
        Tag::new().id(&reference_id(footnote, nth)).open("sup", &mut self.out);
        let tag = Tag::new().class("footnote-ref").with("href", &format!("#fn:{}", footnote.label));
        tag.open("a", &mut self.out);
        self.push(&(index + 1).to_string());
        self.push("</a></sup>");
    }

    /// All footnotes; each ends with a way back to every place that refers to it.
    pub(super) fn footnotes(&mut self) {
        let document = self.document;
        if document.footnotes.is_empty() {
            return;
        }
        self.push("<div class=\"footnote\">\n<hr>\n<ol>\n");
        for (index, footnote) in document.footnotes.iter().enumerate() {
            Tag::new().id(&format!("fn:{}", footnote.label)).open("li", &mut self.out);
            self.push("\n");
            self.footnote(index + 1, footnote);
            self.push("</li>\n");
        }
        self.push("</ol>\n</div>\n");
    }

    fn footnote(&mut self, number: usize, footnote: &Footnote) {
        let last = footnote.blocks.split_last();
        let Some((Block { kind: BlockKind::Paragraph(inlines), attributes, .. }, before)) = last else {
            self.blocks(&footnote.blocks);
            self.push("<p>");
            self.ways_back(number, footnote);
            return self.push("</p>\n");
        };
        self.blocks(before);
        self.open("p", Tag::new(), attributes);
        self.inlines(inlines);
        self.push("\u{a0}");
        self.ways_back(number, footnote);
        self.push("</p>\n");
    }

    fn ways_back(&mut self, number: usize, footnote: &Footnote) {
        for nth in 1..=footnote.references.max(1) {
            let href = format!("#{}", reference_id(footnote, nth));
            let title = format!("Jump back to footnote {number} in the text");
            let tag = Tag::new().class("footnote-backref").with("href", &href).with("title", &title);
            tag.open("a", &mut self.out);
            self.push("↩</a>");
        }
    }

    /// `[TOC]`: nested lists of the headings down to the depth of the site's table of contents. A level that the
    /// page skips is not shown as an empty one.
    pub(super) fn contents(&mut self) {
        let document = self.document;
        if self.place != Place::Own {
            return;
        }
        let shown = document.headings.iter().filter(|heading| heading.level <= self.dialect.toc_depth);
        let mut open: Vec<u8> = Vec::new();
        self.push("<div class=\"toc\">\n");
        for heading in shown {
            self.enter(heading.level, &mut open);
            self.entry(heading);
        }
        open.iter().for_each(|_| self.push("</li>\n</ul>\n"));
        self.push("</div>\n");
    }

    /// Closes the lists of deeper levels, and opens the item of the next entry in a list of its own level.
    fn enter(&mut self, level: u8, open: &mut Vec<u8>) {
        while open.len() > 1 && open.last().is_some_and(|&last| last > level && open[open.len() - 2] >= level)
        {
            open.pop();
            self.push("</li>\n</ul>\n");
        }
        if open.last().is_none_or(|&last| last < level) {
            open.push(level);
            self.push("<ul>\n<li>");
        } else {
            if let Some(last) = open.last_mut() {
                *last = level;
            }
            self.push("</li>\n<li>");
        }
    }

    fn entry(&mut self, heading: &Heading) {
        Tag::new().with("href", &format!("#{}", heading.id)).open("a", &mut self.out);
        let label = super::write_label(self.document, &heading.label);
        self.push(&label);
        self.push("</a>");
    }
}

fn reference_id(footnote: &Footnote, nth: usize) -> String {
    match nth {
        0 | 1 => format!("fnref:{}", footnote.label),
        _ => format!("fnref{nth}:{}", footnote.label),
    }
}
