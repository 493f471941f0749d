//! From a source file to a [`Document`].
//!
//! 1. `front_matter`: what stands between the `---` lines;
//! 2. `include`: the page line by line, with what it includes;
//! 3. `containers`: the dialect's containers as quotes, which CommonMark nests;
//! 4. `raw`: CommonMark;
//! 5. `blocks`, `inlines`, `fences`: the tree, with what the dialect adds within text;
//! 6. `page`: what concerns the page as a whole: ids, footnotes, raw HTML.
//!
//! Every stage keeps places, so that each span is bytes of a file on disk.

mod abbreviations;
mod annotations;
mod attributes;
mod blocks;
mod boxes;
mod builder;
mod comments;
mod containers;
mod diagrams;
mod extras;
mod fence_info;
mod fences;
mod front_matter;
mod html;
mod html_block;
mod include;
mod inlines;
mod links;
mod lists;
mod marks;
mod page;
mod raw;
mod raw_html;
mod scan;
mod text;

pub use page::{included, parse};
