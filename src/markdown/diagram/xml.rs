//! Well-formed XML as a tree, and the other way round: as much of it as pictures need.

use crate::markdown::html::{attribute, escape};
use std::borrow::Cow;

/// Elements within elements: a picture that goes deeper is none that can be drawn.
const DEEPEST: usize = 128;

/// An element that shares what it can with the text it was read from.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Element<'t> {
    pub(super) name: &'t str,
    pub(super) attributes: Vec<(&'t str, Cow<'t, str>)>,
    pub(super) children: Vec<Node<'t>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'t> {
    Element(Element<'t>),
    Text(Cow<'t, str>),
}

impl<'t> Element<'t> {
    pub(super) fn new(name: &'t str) -> Element<'t> {
        Element { name, ..Element::default() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_ref())
    }

    /// Set an attribute that is not there yet.
    pub(super) fn with(mut self, name: &'t str, value: impl Into<Cow<'t, str>>) -> Element<'t> {
        if self.get(name).is_none() {
            self.attributes.push((name, value.into()));
        }
        self
    }

    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.get("class").unwrap_or_default().split_ascii_whitespace()
    }

    pub(super) fn is(&self, class: &str) -> bool {
        self.classes().any(|own| own == class)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element<'t>> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The element and all in it, in the order of the text.
    pub(super) fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e Element<'t>)) {
        visit(self);
        self.elements().for_each(|child| child.walk(visit));
    }

    /// Is there an element of this name in it?
    pub(super) fn has(&self, name: &str) -> bool {
        self.name == name || self.elements().any(|child| child.has(name))
    }

    /// The text in it. Lines of a label are parted by a space.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.collect(&mut text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn collect(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(own) => text.push_str(own),
                Node::Element(element) => {
                    let line = matches!(element.name, "text" | "g") || element.get("x").is_some();
                    text.push_str(if line { " " } else { "" });
                    element.collect(text);
                }
            }
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        self.attributes.iter().for_each(|(name, value)| attribute(name, value, out));
        out.push('>');
        for child in &self.children {
            match child {
                Node::Text(text) => escape(text, out),
                Node::Element(element) => element.write(out),
            }
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
    }
}

/// The one element that `text` is; `None` for what is not well formed, or nested too deeply.
pub(super) fn read(text: &str) -> Option<Element<'_>> {
    let mut open: Vec<Element<'_>> = vec![Element::default()];
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        push_text(open.last_mut()?, &rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = &after[after.find("-->")? + 3..];
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            rest = &rest[rest.find('>')? + 1..];
        } else if let Some(after) = rest.strip_prefix("</") {
            let (name, after) = after.split_at(after.find('>')?);
            let done = open.pop().filter(|done| done.name == name.trim_end())?;
            open.last_mut()?.children.push(Node::Element(done));
            rest = &after[1..];
        } else {
            let (element, closed, after) = start_tag(&rest[1..])?;
            match closed {
                true => open.last_mut()?.children.push(Node::Element(element)),
                false => open.push(element),
            }
            rest = after;
        }
        if open.len() > DEEPEST {
            return None;
        }
    }
    let root = open.pop().filter(|_| open.is_empty())?;
    root.children.into_iter().find_map(|child| match child {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    })
}

fn push_text<'t>(parent: &mut Element<'t>, text: &'t str) {
    if !text.is_empty() {
        parent.children.push(Node::Text(decoded(text)));
    }
}

/// `name a="b" …>` or `… />`: the element, whether it ends here, and what comes behind it.
fn start_tag(text: &str) -> Option<(Element<'_>, bool, &str)> {
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')?;
    let mut element = Element::new(&text[..end]);
    let mut rest = text[end..].trim_start();
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return Some((element, false, after));
        }
        if let Some(after) = rest.strip_prefix("/>") {
            return Some((element, true, after));
        }
        let (name, after) = rest.split_once('=')?;
        let quote = after.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after.trim_start()[1..].split_once(quote)?;
        element.attributes.push((name.trim(), decoded(value)));
        rest = after.trim_start();
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once(';').and_then(|(name, after)| Some((entity(name)?, after))) {
            Some((character, after)) => {
                out.push(character);
                out.push_str(after);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        name => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            value.ok().and_then(char::from_u32)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_written_again() {
        let text = "<svg a=\"1 &amp; &quot;2&quot;\"><g><text x=\"1\">a &lt; b</text><path d=\"M0\"></path></g></svg>";
        let mut out = String::new();
        read(text).unwrap().write(&mut out);
        assert_eq!(out, text);
        assert_eq!(read("<a><b x='1'/>&#65;&x;<!-- c --></a>").unwrap().text(), "A&x;");
    }

    #[test]
    fn what_is_not_well_formed_is_nothing() {
        for text in
            ["", "a", "<a>", "<a></b>", "<a b=c></a>", "</a>", "<a", &"<a>".repeat(200), "<a b=\"></a>"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
