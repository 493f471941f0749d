//! Raw HTML as blocks: where it begins and ends by the rules of CommonMark, and elements whose content is
//! Markdown.

use super::html::{self, Tag};
use crate::markdown::Attributes;
use std::collections::BTreeSet;
use std::ops::Range;

/// What ends a block of raw HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HtmlEnd {
    /// The line that holds one of these.
    Text(&'static [&'static str]),
    /// A blank line.
    Blank,
}

impl HtmlEnd {
    /// Does the block end with this line?
    pub(super) fn is_met(&self, line: &str) -> bool {
        match self {
            HtmlEnd::Text(ends) => {
                let line = line.to_ascii_lowercase();
                ends.iter().any(|end| line.contains(end))
            }
            HtmlEnd::Blank => false,
        }
    }

    /// Does a blank line end it?
    pub(super) fn ends_at_blank(&self) -> bool {
        *self == HtmlEnd::Blank
    }
}

const RAW: [&str; 4] = ["script", "pre", "style", "textarea"];
const RAW_ENDS: &[&str] = &["</script>", "</pre>", "</style>", "</textarea>"];

/// Does a block of raw HTML begin here, and what ends it? Some kinds may not interrupt a paragraph.
pub(super) fn opens(text: &str, in_paragraph: bool, custom: &BTreeSet<String>) -> Option<HtmlEnd> {
    let after = text.strip_prefix('<')?;
    let name = name_of(after.strip_prefix('/').unwrap_or(after));
    let behind = after.strip_prefix('/').unwrap_or(after).as_bytes().get(name.len());
    let name_ends = behind.is_none_or(|byte| b" \t>".contains(byte));
    let known = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if after.starts_with("!--") {
        return Some(HtmlEnd::Text(&["-->"]));
    }
    if after.starts_with("![CDATA[") {
        return Some(HtmlEnd::Text(&["]]>"]));
    }
    if after.starts_with('?') {
        return Some(HtmlEnd::Text(&["?>"]));
    }
    if after.starts_with('!') && after[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(HtmlEnd::Text(&[">"]));
    }
    if !after.starts_with('/') && known(&RAW) && name_ends {
        return Some(HtmlEnd::Text(RAW_ENDS));
    }
    if known(BLOCKS) && (name_ends || behind == Some(&b'/')) {
        return Some(HtmlEnd::Blank);
    }
    let tag = html::tag(text, 0).filter(|tag| !in_paragraph && text[tag.range.end..].trim().is_empty())?;
    (!html::is_placeholder(&tag, custom)).then_some(HtmlEnd::Blank)
}

fn name_of(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    &text[..end]
}

/// An opening tag with the attribute `markdown` at the beginning of `text`.
pub(super) fn markdown_element(text: &str) -> Option<Tag> {
    let tag = html::tag(text, 0)?;
    let block = BLOCKS.contains(&tag.name.as_str());
    (block && !tag.closing && tag.attributes.iter().any(|own| own.name == "markdown")).then_some(tag)
}

/// An element whose content is Markdown, without its attribute `markdown`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    /// The name.
    pub(super) name: String,
    /// Its other attributes.
    pub(super) attributes: Attributes,
}

/// What `tag` says of its element.
pub(super) fn element(tag: &Tag) -> Element {
    let mut attributes = Attributes::default();
    for own in &tag.attributes {
        match own.name.as_str() {
            "markdown" => {}
            "id" => attributes.id = Some(own.value.clone()),
            "class" => attributes.classes = own.value.split_whitespace().map(str::to_string).collect(),
            _ => attributes.others.push((own.name.clone(), html::decoded(&own.value))),
        }
    }
    Element { name: tag.name.clone(), attributes }
}

/// Does `text` begin with the end tag of `name`?
pub(super) fn is_end_tag(text: &str, name: &str) -> bool {
    html::tag(text, 0).is_some_and(|tag| tag.closing && tag.name == name)
}

/// The end tag of `name` in `text` that brings `depth` to zero.
pub(super) fn closing_tag(text: &str, name: &str, depth: &mut usize) -> Option<Range<usize>> {
    for tag in html::tags(text) {
        if tag.name != name || tag.void {
            continue;
        }
        match tag.closing {
            true => *depth -= 1,
            false => *depth += 1,
        }
        if *depth == 0 {
            return Some(tag.range);
        }
    }
    None
}

/// The elements that begin a block of raw HTML (CommonMark 0.31, section 4.6, condition 6).
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "base",
    "basefont",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "menuitem",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];
