//! A small reading of raw HTML: its tags, with their attributes in place.

use std::collections::BTreeSet;
use std::ops::Range;

/// One tag.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag {
    /// The name, lower case.
    pub(super) name: String,
    /// `</name>`
    pub(super) closing: bool,
    /// It has no content: a void element, or `<name/>`.
    pub(super) void: bool,
    /// `<name/>`
    pub(super) closed: bool,
    /// The bytes of the whole tag.
    pub(super) range: Range<usize>,
    /// Its attributes.
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute of a tag.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attribute {
    /// The name, lower case.
    pub(super) name: String,
    /// The value with entities as written; empty when there is none.
    pub(super) value: String,
    /// The bytes of the value, without quotes.
    pub(super) range: Range<usize>,
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Every tag of `text` in order; comments and the inside of scripts and styles are passed over.
pub(super) fn tags(text: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find('<').map(|next| at + next) {
        if text[next..].starts_with("<!--") {
            at = text[next..].find("-->").map_or(text.len(), |end| next + end + 3);
            continue;
        }
        let Some(tag) = tag(text, next) else {
            at = next + 1;
            continue;
        };
        at = tag.range.end;
        if !tag.closing && matches!(tag.name.as_str(), "script" | "style") {
            let end = format!("</{}", tag.name);
            at += find_ignoring_case(&text[at..], &end).unwrap_or(text.len() - at);
        }
        found.push(tag);
    }
    found
}

fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|part| part.eq_ignore_ascii_case(needle.as_bytes()))
}

/// The tag that begins at byte `start`.
pub(super) fn tag(text: &str, start: usize) -> Option<Tag> {
    let bytes = text.as_bytes();
    let closing = bytes.get(start + 1) == Some(&b'/');
    let name_start = start + 1 + usize::from(closing);
    if bytes.get(start) != Some(&b'<') || !bytes.get(name_start)?.is_ascii_alphabetic() {
        return None;
    }
    let is_name =
        |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-' || **byte == b':' || **byte == b'_';
    let mut at = name_start + bytes[name_start..].iter().take_while(is_name).count();
    let name = text[name_start..at].to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        let blanks = bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        at += blanks;
        match bytes.get(at)? {
            b'>' => break,
            b'/' if bytes.get(at + 1) == Some(&b'>') => break,
            _ if blanks == 0 => return None,
            _ => {
                let attribute = attribute(text, at)?;
                at = attribute.1;
                attributes.push(attribute.0);
            }
        }
    }
    let slash = bytes[at] == b'/';
    let void = slash || VOID.contains(&name.as_str());
    let range = start..at + 1 + usize::from(slash);
    Some(Tag { name, closing, void, closed: slash, range, attributes })
}

fn attribute(text: &str, start: usize) -> Option<(Attribute, usize)> {
    let bytes = text.as_bytes();
    let is_name = |byte: &&u8| !byte.is_ascii_whitespace() && !b"\"'<>/=`".contains(byte);
    let name_end = start + bytes[start..].iter().take_while(is_name).count();
    if name_end == start {
        return None;
    }
    let name = text.get(start..name_end)?.to_ascii_lowercase();
    let blanks = |at: usize| at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let equals = blanks(name_end);
    if bytes.get(equals) != Some(&b'=') {
        return Some((Attribute { name, value: String::new(), range: name_end..name_end }, name_end));
    }
    let at = blanks(equals + 1);
    let (range, end) = match bytes.get(at)? {
        quote @ (b'"' | b'\'') => {
            let length = bytes[at + 1..].iter().position(|byte| byte == quote)?;
            (at + 1..at + 1 + length, at + length + 2)
        }
        _ => {
            let is_value = |byte: &&u8| !byte.is_ascii_whitespace() && !b"\"'<>=`".contains(byte);
            let length = bytes[at..].iter().take_while(is_value).count();
            let slash = text[at..at + length].ends_with('/') && bytes.get(at + length) == Some(&b'>');
            let length = length - usize::from(slash);
            (at..at + length, at + length)
        }
    };
    let value = text.get(range.clone())?.to_string();
    Some((Attribute { name, value, range }, end))
}

/// The URLs that an attribute holds: their bytes in the text of the tag.
pub(super) fn urls(tag: &str, attribute: &Attribute) -> Vec<Range<usize>> {
    let holds = match attribute.name.as_str() {
        "href" => matches!(tag, "a" | "area" | "link"),
        "src" => matches!(
            tag,
            "img" | "source" | "video" | "audio" | "iframe" | "embed" | "track" | "script" | "input"
        ),
        "poster" => tag == "video",
        "data" => tag == "object",
        "srcset" => return candidates(attribute),
        _ => false,
    };
    let value = attribute.value.trim();
    let start = attribute.range.start + (attribute.value.len() - attribute.value.trim_start().len());
    let url = start..start + value.len();
    if holds && !value.is_empty() { vec![url] } else { Vec::new() }
}

/// `srcset="a.png 1x, b.png 2x"`
fn candidates(attribute: &Attribute) -> Vec<Range<usize>> {
    let mut at = attribute.range.start;
    let mut found = Vec::new();
    for part in attribute.value.split_inclusive(", ") {
        let lead = part.len() - part.trim_start().len();
        let url = part.split_whitespace().next().unwrap_or_default().trim_end_matches(',');
        if !url.is_empty() {
            found.push(at + lead..at + lead + url.len());
        }
        at += part.len();
    }
    found
}

/// The value of an attribute with its common entities resolved.
pub(super) fn decoded(value: &str) -> String {
    let plain = value.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">");
    plain.replace("&amp;", "&")
}

/// Is this a tag that browsers do not know, that says nothing more and that has no partner? It would vanish
/// from the page. `custom` are the names of unknown elements that the page begins and ends.
pub(super) fn is_placeholder(tag: &Tag, custom: &BTreeSet<String>) -> bool {
    let says_nothing = tag.attributes.iter().all(|own| own.range.is_empty());
    says_nothing && !tag.closed && !ELEMENTS.contains(&tag.name.as_str()) && !custom.contains(&tag.name)
}

/// Names of unknown elements that `lines` both begin and end.
pub(super) fn custom<'a>(lines: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let (mut begun, mut ended) = (BTreeSet::new(), BTreeSet::new());
    for line in lines.filter(|line| line.contains('<')) {
        for tag in tags(line).into_iter().filter(|tag| !ELEMENTS.contains(&tag.name.as_str())) {
            if tag.closing {
                ended.insert(tag.name)
            } else {
                begun.insert(tag.name)
            };
        }
    }
    begun.intersection(&ended).cloned().collect()
}

/// Elements whose end may be left out.
pub(super) fn may_stay_open(name: &str) -> bool {
    let optional = [
        "body", "colgroup", "dd", "dt", "head", "html", "li", "optgroup", "option", "p", "rp", "rt", "tbody",
        "td", "tfoot", "th", "thead", "tr",
    ];
    optional.contains(&name)
}

/// The elements of HTML, with those of SVG and MathML that are written inline.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "animate",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "circle",
    "cite",
    "clippath",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "defs",
    "del",
    "desc",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "ellipse",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "filter",
    "font",
    "footer",
    "foreignobject",
    "form",
    "frame",
    "frameset",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "line",
    "lineargradient",
    "link",
    "main",
    "map",
    "mark",
    "marker",
    "marquee",
    "mask",
    "math",
    "menu",
    "meta",
    "meter",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mrow",
    "msqrt",
    "msub",
    "msup",
    "mtext",
    "nav",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "path",
    "pattern",
    "picture",
    "polygon",
    "polyline",
    "pre",
    "progress",
    "q",
    "radialgradient",
    "rect",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "stop",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "symbol",
    "table",
    "tbody",
    "td",
    "template",
    "text",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tspan",
    "tt",
    "u",
    "ul",
    "use",
    "var",
    "video",
    "wbr",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_with_their_attributes() {
        let text = "a <A HREF='x y' id=b>t</a> <br/> 1 < 2 <!-- <b> --> <script>a<b></script>";
        let found = tags(text);
        let names: Vec<(&str, bool, bool)> =
            found.iter().map(|tag| (tag.name.as_str(), tag.closing, tag.void)).collect();
        assert_eq!(
            names,
            [
                ("a", false, false),
                ("a", true, false),
                ("br", false, true),
                ("script", false, false),
                ("script", true, false)
            ]
        );
        assert_eq!(&text[found[0].attributes[0].range.clone()], "x y");
        assert_eq!(
            (found[0].attributes[1].name.as_str(), found[0].attributes[1].value.as_str()),
            ("id", "b")
        );
    }

    #[test]
    fn urls_of_a_source_set() {
        let text = "<img src=\"a.png\" srcset=\"b.png 1x, c.png 2x\">";
        let tag = tag(text, 0).unwrap();
        let found: Vec<&str> =
            tag.attributes.iter().flat_map(|own| urls(&tag.name, own)).map(|range| &text[range]).collect();
        assert_eq!(found, ["a.png", "b.png", "c.png"]);
    }
}
