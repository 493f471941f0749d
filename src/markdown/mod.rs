//! **markdown** - what the pages say.
//!
//! In: one source file and the site's [`Dialect`]. Out: a [`Document`] - a tree in which every block, link and
//! fence knows its bytes in the source - and, from it, HTML.
//! Noun: [`Document`]. Verbs: `parse` and `write`.
//!
//! The dialect is that of Material for MkDocs, read as CommonMark: where the two part, the reader of the page
//! wins, and a diagnostic tells the author. Parsing never fails.

pub mod diagram;
mod dialect;
mod document;
mod emoji;
mod highlight;
mod html;
mod icons;
mod keys;
mod parse;
mod slug;
mod write;

pub use dialect::{Dialect, Lacking, Permalink, SlugCase, Slugger};
pub use document::{
    Admonition, Alignment, Attributes, Block, BlockKind, Cell, Code, Definition, Document, Fence, Fold,
    Footnote, FrontMatter, Heading, Html, Included, Inline, InlineKind, Item, LineNumbers, Link, LinkKind,
    List, Tab, Table,
};
pub use emoji::emoji;
pub use highlight::{calls_program, has_root_prompt, highlight, is_known_language, is_session};
pub use icons::{icon, unknown_icon};
pub use parse::{included, parse};
pub use slug::{Ids, slugify};
pub use write::{
    Extra, Href, Writing, highlight_block, highlight_parts, plain_text, text_of, typed_parts, write,
    write_blocks, write_label,
};
