//! The tree of one page.

use crate::diag::Diagnostic;
use crate::source::yaml::Node;
use crate::source::{FileId, Hash, SitePath, Span};

/// One page as its author wrote it: a tree with places, and side tables that the tree refers to by index.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The page's file.
    pub source: FileId,
    /// What stands between the `---` lines.
    pub front_matter: FrontMatter,
    /// The content.
    pub blocks: Vec<Block>,
    /// Every heading in document order, also those in admonitions and tabs.
    pub headings: Vec<Heading>,
    /// Every link, image and URL attribute of raw HTML in document order.
    pub links: Vec<Link>,
    /// Every fence and indented code block in document order.
    pub fences: Vec<Fence>,
    /// Footnotes in the order of their first reference.
    pub footnotes: Vec<Footnote>,
    /// Abbreviations used on the page: the key and what it stands for.
    pub abbreviations: Vec<(String, String)>,
    /// Every id that a fragment can lead to, with its place: headings, attribute lists, raw HTML.
    pub ids: Vec<(String, Span)>,
    /// How many blocks stand before `<!-- more -->`, when it is there: the excerpt of a post.
    pub excerpt: Option<usize>,
    /// Where comments for this program stand, `<!-- runproof: … -->`, in document order.
    pub orders: Vec<Span>,
    /// Files that were included, with the hash of what was found (`None`: not found). With the file's own
    /// hash and the dialect they are all that this document depends on.
    pub includes: Vec<Included>,
    /// What is wrong with the page taken alone.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that an include named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// The file that was looked for.
    pub path: SitePath,
    /// The hash of its content; `None` when there was no such file.
    pub hash: Option<Hash>,
}

/// The YAML before the content. When it does not parse there is no `node`, and a diagnostic says why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrontMatter {
    /// The mapping; spans inside it count from `offset`.
    pub node: Option<Node>,
    /// Where the YAML text begins in the file, in bytes.
    pub offset: usize,
    /// The whole block with its `---` lines; `None` when the page has no front matter.
    pub span: Option<Span>,
}

/// A block of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes in the source.
    pub span: Span,
    /// Its attribute list.
    pub attributes: Attributes,
}

/// The kinds of block.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind {
    /// Text.
    Paragraph(Vec<Inline>),
    /// A heading: its index in [`Document::headings`] and its content.
    Heading(usize, Vec<Inline>),
    /// A block quote.
    Quote(Vec<Block>),
    /// A list.
    List(List),
    /// Code: its index in [`Document::fences`].
    Fence(usize),
    /// A table.
    Table(Table),
    /// A thematic break.
    Rule,
    /// Raw HTML.
    Html(Html),
    /// An HTML element whose content is Markdown (`<div markdown>`): its tag name and its content.
    Element(String, Vec<Block>),
    /// An admonition or a collapsible block.
    Admonition(Admonition),
    /// A set of content tabs: its number on the page from 1, and the tabs.
    Tabs(usize, Vec<Tab>),
    /// A definition list.
    Definitions(Vec<Definition>),
    /// `[TOC]`: the table of contents, here.
    Toc,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Inline {
    /// What it is.
    pub kind: InlineKind,
    /// Its bytes in the source.
    pub span: Span,
    /// Its attribute list.
    pub attributes: Attributes,
}

/// The kinds of inline.
#[derive(Debug, Clone, PartialEq)]
pub enum InlineKind {
    /// Characters.
    Text(String),
    /// Code, with the language when it began with `#!lang` or `:::lang`.
    Code(String, Option<String>),
    /// A newline in the source: a space.
    SoftBreak,
    /// A line break.
    HardBreak,
    /// `*emphasis*`
    Emphasis(Vec<Inline>),
    /// `**strong**`
    Strong(Vec<Inline>),
    /// `~~deleted~~`
    Deleted(Vec<Inline>),
    /// `^^inserted^^`
    Inserted(Vec<Inline>),
    /// `==marked==`
    Marked(Vec<Inline>),
    /// `x^2^`
    Superscript(Vec<Inline>),
    /// `H~2~O`
    Subscript(Vec<Inline>),
    /// A link: its index in [`Document::links`], and what is shown.
    Link(usize, Vec<Inline>),
    /// An image: its index in [`Document::links`]; the alternative text is the link's text.
    Image(usize),
    /// Raw HTML.
    Html(Html),
    /// A reference to a footnote: its index in [`Document::footnotes`], and which reference to it (from 1).
    FootnoteReference(usize, usize),
    /// An abbreviation: its index in [`Document::abbreviations`].
    Abbreviation(usize),
    /// `:set-name:`: an icon of a set, without the colons.
    Icon(String),
    /// `:name:`: an emoji, as its character.
    Emoji(String),
    /// `++ctrl+c++`: keys as written.
    Keys(Vec<String>),
}

/// `{ #id .class key=value }`. The id is also in [`Document::ids`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Attributes {
    /// The id.
    pub id: Option<String>,
    /// Classes in their order.
    pub classes: Vec<String>,
    /// Other attributes in their order.
    pub others: Vec<(String, String)>,
}

/// A heading of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id, unique on the page.
    pub id: String,
    /// Its text without markup; code keeps its characters, icons are left out.
    pub text: String,
    /// What the table of contents shows: no links, images, icons or abbreviations.
    pub label: Vec<Inline>,
    /// The whole line.
    pub span: Span,
    /// Whether it stands at the top level, not inside an admonition, tab, quote or list.
    pub top_level: bool,
}

/// A reference to something else: a link, an image, or a URL attribute in raw HTML.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// What refers.
    pub kind: LinkKind,
    /// The destination as the author meant it: entities and escapes resolved, `%20` kept.
    pub destination: String,
    /// The title, when given.
    pub title: Option<String>,
    /// The text shown, or the alternative text of an image, without markup.
    pub text: String,
    /// The whole link.
    pub span: Span,
    /// The destination alone, as written.
    pub destination_span: Span,
    /// The nearest heading above it: its index in [`Document::headings`].
    pub heading: Option<usize>,
    /// It stands first in an item of a list below one of [`Dialect::related_headings`](super::Dialect).
    pub related: bool,
}

/// What refers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](destination)` in any of its forms.
    Link,
    /// `![text](destination)`
    Image,
    /// `<https://…>` or a bare address.
    Auto,
    /// An attribute of raw HTML: tag and attribute name.
    Html(String, String),
}

/// A code block.
#[derive(Debug, Clone, PartialEq)]
pub struct Fence {
    /// From the opening to the closing line.
    pub span: Span,
    /// What stands behind the opening marks; empty for an indented code block.
    pub info: Span,
    /// The language, lower case, as written (`yml` stays `yml`).
    pub language: Option<String>,
    /// `title="…"`
    pub title: Option<String>,
    /// `linenums="…"`
    pub line_numbers: Option<LineNumbers>,
    /// `hl_lines="…"`: numbers of lines, counted from 1.
    pub highlighted: Vec<usize>,
    /// Id, classes and other options, those above left out.
    pub attributes: Attributes,
    /// The code.
    pub code: Code,
    /// Made by indentation, not by marks.
    pub indented: bool,
    /// What an HTML comment `<!-- snippet: … -->` directly above says, with the place of its text.
    pub directive: Option<(String, Span)>,
    /// The nearest heading above it: its index in [`Document::headings`].
    pub heading: Option<usize>,
    /// The code drawn as an `<svg>` element, when it is a diagram that can be drawn.
    pub picture: Option<String>,
    /// Annotations of the code: item `n - 1` is what the mark `(n)` shows.
    pub annotations: Vec<Vec<Block>>,
}

/// `linenums="start step special"`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineNumbers {
    /// Number of the first line.
    pub start: usize,
    /// Only every so many lines show their number; 1 for all.
    pub step: usize,
}

/// Text of a code block, without the indentation of what contains it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Code {
    /// The text; every line ends with `\n`.
    pub text: String,
    /// Where line `n` of the text lies in the source, without its line end.
    pub lines: Vec<Span>,
}

impl Code {
    /// Take at most `columns` blanks from the start of each line.
    pub(super) fn outdent(&mut self, columns: usize) {
        let mut text = String::with_capacity(self.text.len());
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            let blanks = line.bytes().take(columns).take_while(|byte| *byte == b' ').count();
            text.push_str(&line[blanks..]);
            if let Some(span) = self.lines.get_mut(number) {
                span.start = span.end.min(span.start + blanks as u32);
            }
        }
        self.text = text;
    }
}

/// Raw HTML as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Html {
    /// The text.
    pub text: String,
    /// URLs in it: bytes of `text` and the index in [`Document::links`], in order.
    pub links: Vec<(std::ops::Range<usize>, usize)>,
}

/// A list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The first number of an ordered list.
    pub start: Option<u64>,
    /// Items are written without paragraphs.
    pub tight: bool,
    /// The items.
    pub items: Vec<Item>,
    /// It names related pages (see [`Dialect::related_headings`](super::Dialect)).
    pub related: bool,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The content.
    pub blocks: Vec<Block>,
    /// The state of its box, when it is a task.
    pub task: Option<bool>,
    /// From its marker to the end of its content.
    pub span: Span,
    /// Its attribute list.
    pub attributes: Attributes,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// How each column is aligned.
    pub alignments: Vec<Alignment>,
    /// Header cells.
    pub head: Vec<Cell>,
    /// Rows, each with as many cells as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table: its content, and its attribute list.
pub type Cell = (Vec<Inline>, Attributes);

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// Not stated.
    None,
    /// `:--`
    Left,
    /// `:-:`
    Center,
    /// `--:`
    Right,
}

/// `!!! type "title"`, `??? type "title"` or `> [!TYPE]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Admonition {
    /// The type and further classes, lower case.
    pub classes: Vec<String>,
    /// The title to show; `None` when it was blanked out with `""`.
    pub title: Option<Vec<Inline>>,
    /// The content.
    pub blocks: Vec<Block>,
    /// Whether the reader can fold it.
    pub fold: Fold,
}

/// Whether a reader can fold an admonition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// `!!!`: no.
    Never,
    /// `???`: yes, and it begins closed.
    Closed,
    /// `???+`: yes, and it begins open.
    Open,
}

/// `=== "label"`
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// What the tab shows.
    pub label: Vec<Inline>,
    /// The label without markup; equal labels are linked across a page.
    pub text: String,
    /// Selected when the page opens.
    pub selected: bool,
    /// The content.
    pub blocks: Vec<Block>,
}

/// A term and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// One term, or several that share the definitions.
    pub terms: Vec<Vec<Inline>>,
    /// The definitions.
    pub definitions: Vec<Vec<Block>>,
}

/// A footnote. Its number is its place in [`Document::footnotes`], from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Footnote {
    /// The label between `[^` and `]`.
    pub label: String,
    /// The content.
    pub blocks: Vec<Block>,
    /// How many references lead to it.
    pub references: usize,
}

impl Attributes {
    /// Is there nothing in it?
    pub fn is_empty(&self) -> bool {
        *self == Attributes::default()
    }

    /// Does it have this class?
    pub fn has_class(&self, class: &str) -> bool {
        self.classes.iter().any(|own| own == class)
    }
}

impl FrontMatter {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.node.as_ref()?.get(key)
    }

    /// The value of `key` as text; `None` when it is absent, empty, or not a single value.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The values of `key` as texts, also when only one is given.
    pub fn texts(&self, key: &str) -> Vec<&str> {
        let nodes = self.get(key).map(Node::one_or_many).unwrap_or_default();
        nodes.into_iter().filter_map(Node::as_str).collect()
    }

    /// Where a value of it lies in `source`, the page's file.
    pub fn place(&self, source: FileId, node: &Node) -> Span {
        Span::new(source, self.offset + node.span.start, self.offset + node.span.end)
    }
}

impl Document {
    /// A page of `source` that says nothing.
    pub fn empty(source: FileId) -> Document {
        Document {
            source,
            front_matter: FrontMatter::default(),
            blocks: Vec::new(),
            headings: Vec::new(),
            links: Vec::new(),
            fences: Vec::new(),
            footnotes: Vec::new(),
            abbreviations: Vec::new(),
            ids: Vec::new(),
            excerpt: None,
            orders: Vec::new(),
            includes: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// The first heading of level 1 at the top level.
    pub fn first_h1(&self) -> Option<&Heading> {
        self.headings.iter().find(|heading| heading.level == 1 && heading.top_level)
    }

    /// Does `id` exist on the page?
    pub fn has_id(&self, id: &str) -> bool {
        self.ids.iter().any(|(own, _)| own == id)
    }
}
