//! Text, attributes and URLs inside HTML.

use super::Attributes;

/// Appends `text` so that a browser shows it as it is.
pub(super) fn escape(text: &str, html: &mut String) {
    escape_with(text, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Appends `text` as the inside of a quoted attribute.
pub(super) fn escape_attribute(text: &str, html: &mut String) {
    escape_with(text, html, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        _ => None,
    });
}

fn escape_with(text: &str, html: &mut String, entity: impl Fn(u8) -> Option<&'static str>) {
    let mut start = 0;
    for (index, byte) in text.bytes().enumerate() {
        let Some(entity) = entity(byte) else { continue };
        html.push_str(&text[start..index]);
        html.push_str(entity);
        start = index + 1;
    }
    html.push_str(&text[start..]);
}

/// Appends ` name="value"`.
pub(super) fn attribute(name: &str, value: &str, html: &mut String) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    escape_attribute(value, html);
    html.push('"');
}

/// The attributes of one element, gathered from the writer, the author and the site. Of two with one name the
/// first stays; classes add up.
#[derive(Debug, Default)]
pub(super) struct Tag {
    id: Option<String>,
    classes: Vec<String>,
    others: Vec<(String, String)>,
}

impl Tag {
    /// No attributes.
    pub(super) fn new() -> Tag {
        Tag::default()
    }

    /// Adds a class.
    pub(super) fn class(mut self, class: &str) -> Tag {
        self.classes.extend(class.split_ascii_whitespace().map(str::to_string));
        self
    }

    /// Sets the id, unless there is one.
    pub(super) fn id(mut self, id: &str) -> Tag {
        self.id.get_or_insert_with(|| id.to_string());
        self
    }

    /// Adds an attribute that the writer vouches for.
    pub(super) fn with(mut self, name: &str, value: &str) -> Tag {
        if !self.others.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            self.others.push((name.to_string(), value.to_string()));
        }
        self
    }

    /// Adds an attribute of any name; what could run a script is left out.
    pub(super) fn any(self, name: &str, value: &str) -> Tag {
        match name.to_ascii_lowercase().as_str() {
            "class" => self.class(value),
            "id" => self.id(value),
            lower if !is_harmless(lower, value) => self,
            _ => self.with(name, value),
        }
    }

    /// Adds an attribute list.
    pub(super) fn list(mut self, attributes: &Attributes) -> Tag {
        if let Some(id) = &attributes.id {
            self = self.id(id);
        }
        self.classes.extend(attributes.classes.iter().cloned());
        attributes.others.iter().fold(self, |tag, (name, value)| tag.any(name, value))
    }

    /// Takes the id away.
    pub(super) fn without_id(mut self) -> Tag {
        self.id = None;
        self
    }

    /// Appends `<name …>`.
    pub(super) fn open(&self, name: &str, html: &mut String) {
        html.push('<');
        html.push_str(name);
        if let Some(id) = &self.id {
            attribute("id", id, html);
        }
        if !self.classes.is_empty() {
            attribute("class", &self.classes.join(" "), html);
        }
        for (name, value) in &self.others {
            attribute(name, value, html);
        }
        html.push('>');
    }
}

/// An attribute list may not run a script: no handlers, no documents in attributes, no URL that is code.
fn is_harmless(name: &str, value: &str) -> bool {
    let name_is_plain =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
    name_is_plain && !name.starts_with("on") && name != "srcdoc" && !is_code(value)
}

/// The URL, or `#` when following it would run code.
pub(super) fn safe_url(url: &str) -> &str {
    if is_code(url) { "#" } else { url }
}

/// Is it a URL whose scheme makes a browser run it? Browsers skip blanks and control characters in front of
/// a scheme, and tabs and line ends inside.
fn is_code(url: &str) -> bool {
    let mut scheme = String::new();
    for c in url.chars().filter(|c| !c.is_ascii_control() && *c != ' ') {
        match c {
            ':' => break,
            c if c.is_ascii_alphanumeric() || "+-.".contains(c) => scheme.push(c.to_ascii_lowercase()),
            _ => return false,
        }
    }
    match scheme.as_str() {
        "javascript" | "vbscript" => url.contains(':'),
        "data" => url.contains(':') && !url.trim_start().to_ascii_lowercase().starts_with("data:image/"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(tag: &Tag) -> String {
        let mut html = String::new();
        tag.open("a", &mut html);
        html
    }

    #[test]
    fn text_and_attributes_are_escaped() {
        let mut html = String::new();
        escape("a < b & \"c\" é", &mut html);
        attribute("title", "<\"&>", &mut html);
        assert_eq!(html, "a &lt; b &amp; \"c\" é title=\"&lt;&quot;&amp;&gt;\"");
    }

    #[test]
    fn handlers_and_code_are_left_out_of_attribute_lists() {
        let others = [("onclick", "x()"), ("ONLOAD", "x()"), ("a b", "x"), ("formaction", " java\nscript:x")];
        let mut attributes =
            Attributes { id: Some("i".into()), classes: vec!["c".into()], ..Attributes::default() };
        attributes.others = others.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
        attributes.others.push(("target".into(), "_blank".into()));
        assert_eq!(opened(&Tag::new().list(&attributes)), r#"<a id="i" class="c" target="_blank">"#);
    }

    #[test]
    fn the_first_attribute_of_a_name_stays_and_classes_add_up() {
        let tag =
            Tag::new().class("a").with("width", "1").any("WIDTH", "2").any("class", "b c").id("x").id("y");
        assert_eq!(opened(&tag), r#"<a id="x" class="a b c" width="1">"#);
    }

    #[test]
    fn only_urls_that_are_code_are_replaced() {
        for url in
            ["javascript:alert(1)", " JavaScript:x", "java\tscript:x", "vbscript:x", "data:text/html,x"]
        {
            assert_eq!(safe_url(url), "#", "{url:?}");
        }
        for url in [
            "javascript/",
            "a.md#javascript:",
            "https://x/?javascript:1",
            "mailto:a@b",
            "data:image/png;base64,x",
        ] {
            assert_eq!(safe_url(url), url);
        }
    }
}
