//! From the tree to HTML, with the shapes and class names that Material's themes style.

mod blocks;
mod code;
mod containers;
mod inlines;
mod notes;
mod text;

use std::collections::BTreeMap;

use super::html::{Tag, escape};
use super::{Attributes, Block, Dialect, Document, Inline, Link};

pub use code::{highlight_block, highlight_parts, typed_parts};
pub use text::{plain_text, text_of};

/// Where a link leads on the built site, decided by the site floor: one for each of
/// [`Document::links`](super::Document), in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Href {
    /// What stands in `href` or `src`.
    pub url: String,
    /// Further attributes: `width` and `height` of an image, `rel`, `class`.
    pub attributes: Vec<(String, String)>,
}

/// What the writer needs beside the document; plain data, so that it can be part of a memo key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Writing {
    /// Where each link leads.
    pub hrefs: Vec<Href>,
    /// What other floors add to a fence, by the fence's index.
    pub fences: BTreeMap<usize, Extra>,
}

/// What is added to a fence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Extra {
    /// The id of its element, when the author gave it none.
    pub id: Option<String>,
    /// Attributes of its element whose names begin with `data-`: what scripts know of it.
    pub data: Vec<(&'static str, String)>,
    /// HTML at the top of its element: a warning.
    pub top: String,
    /// HTML directly behind it: the strips that tell what was checked.
    pub after: String,
}

/// The whole content of a page, its footnotes at the end.
pub fn write(document: &Document, dialect: &Dialect, writing: &Writing) -> String {
    let mut writer = Writer::new(document, dialect, writing);
    writer.blocks(&document.blocks);
    writer.footnotes();
    writer.out
}

/// Some blocks of a page, for showing them on another one: without ids, heading marks and footnotes, which would
/// meet those of other pages there.
pub fn write_blocks(document: &Document, blocks: &[Block], dialect: &Dialect, writing: &Writing) -> String {
    let mut writer = Writer { place: Place::Elsewhere, ..Writer::new(document, dialect, writing) };
    writer.blocks(blocks);
    writer.out
}

/// What a table of contents shows for a heading or a title: markup without links, images, icons, abbreviations
/// and footnotes.
pub fn write_label(document: &Document, label: &[Inline]) -> String {
    let (dialect, writing) = (Dialect::default(), Writing::default());
    let mut writer = Writer { place: Place::Label, ..Writer::new(document, &dialect, &writing) };
    writer.inlines(label);
    writer.out
}

/// Where the HTML will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On the document's own page.
    Own,
    /// On another page, beside the content of others.
    Elsewhere,
    /// In a label, which is itself a link.
    Label,
}

struct Writer<'d> {
    document: &'d Document,
    dialect: &'d Dialect,
    writing: &'d Writing,
    place: Place,
    out: String,
}

impl<'d> Writer<'d> {
    fn new(document: &'d Document, dialect: &'d Dialect, writing: &'d Writing) -> Writer<'d> {
        Writer { document, dialect, writing, place: Place::Own, out: String::new() }
    }

    fn push(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn text(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    /// A link of the document and where it leads: as the author wrote it, when the site did not say.
    fn target(&self, index: usize) -> Option<Target<'d>> {
        let link = self.document.links.get(index)?;
        let Some(href) = self.writing.hrefs.get(index) else {
            return Some(Target { link, url: &link.destination, attributes: &[] });
        };
        Some(Target { link, url: &href.url, attributes: &href.attributes })
    }
}

/// A link, and what the site said about it.
struct Target<'d> {
    link: &'d Link,
    url: &'d str,
    attributes: &'d [(String, String)],
}

impl Target<'_> {
    /// Adds the title, then the attributes of the author, then those of the site.
    fn tag(&self, tag: Tag, attributes: &Attributes) -> Tag {
        let tag = self.link.title.iter().fold(tag, |tag, title| tag.with("title", title)).list(attributes);
        self.attributes.iter().fold(tag, |tag, (name, value)| tag.any(name, value))
    }
}

#[cfg(test)]
mod tests;
