//! Attribute lists: `{ #id .class key="value" }`.

use crate::markdown::Attributes;
use std::ops::Range;

/// An attribute list at the beginning of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AttributeList {
    /// What it says.
    pub(super) attributes: Attributes,
    /// Its length.
    pub(super) length: usize,
    /// The bytes of the id.
    pub(super) id: Option<Range<usize>>,
    /// Words without a value, which only some places take.
    pub(super) words: Vec<String>,
}

/// The attribute list that `text` begins with. Braces that hold anything else (`{foo}`, `{{ .Values }}`) are
/// text: whoever writes about templates must see them.
pub(super) fn attribute_list(text: &str) -> Option<AttributeList> {
    let list = braces(text)?;
    let allowed = |word: &String| word.starts_with("data-") || word == "download";
    (list.words.iter().all(allowed) && !list.attributes.is_empty()).then_some(list)
}

/// The same with any words.
pub(super) fn braces(text: &str) -> Option<AttributeList> {
    let mut list =
        AttributeList { attributes: Attributes::default(), length: 0, id: None, words: Vec::new() };
    let mut at = text.strip_prefix('{').map(|inner| if inner.starts_with(':') { 2 } else { 1 })?;
    loop {
        let rest = &text[at..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        at += blanks;
        let rest = &text[at..];
        if let Some(after) = rest.strip_prefix('}') {
            list.length = at + 1;
            return (!after.starts_with('}')).then_some(list);
        }
        at += token(rest, at, &mut list)?;
    }
}

fn token(text: &str, at: usize, list: &mut AttributeList) -> Option<usize> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '@');
    let name = |text: &str| text.find(|c| !is_name(c)).unwrap_or(text.len());
    if let Some(id) = text.strip_prefix('#') {
        let length = id.find(|c: char| c.is_whitespace() || "{}\"'".contains(c)).unwrap_or(id.len());
        list.id = Some(at + 1..at + 1 + length);
        list.attributes.id = Some(id[..length].to_string());
        return (length > 0).then_some(length + 1);
    }
    if let Some(class) = text.strip_prefix('.') {
        let length = name(class);
        list.attributes.classes.push(class[..length].to_string());
        let ends = class[length..].starts_with([' ', '\t', '}']);
        return (length > 0 && ends).then_some(length + 1);
    }
    let length = name(text);
    if length == 0 {
        return None;
    }
    let key = &text[..length];
    let Some(value) = text[length..].strip_prefix('=') else {
        list.words.push(key.to_string());
        list.attributes.others.push((key.to_string(), String::new()));
        return text[length..].starts_with([' ', '\t', '}']).then_some(length);
    };
    let (value, used) = match value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
        Some(quote) => {
            let end = value[1..].find([quote, '\n']).filter(|end| value[1 + end..].starts_with(quote))?;
            (&value[1..1 + end], end + 2)
        }
        None => {
            let end = value.find(|c: char| c.is_whitespace() || c == '}')?;
            (&value[..end], end)
        }
    };
    match key {
        "id" => list.attributes.id = Some(value.to_string()),
        "class" => list.attributes.classes.extend(value.split_whitespace().map(str::to_string)),
        // What a browser would run is not for an attribute list.
        _ if key.to_ascii_lowercase().starts_with("on") => list.words.retain(|word| word != key),
        _ => list.attributes.others.push((key.to_string(), value.to_string())),
    }
    Some(length + 1 + used)
}

/// Add what `list` says to `attributes`.
pub(super) fn merge(attributes: &mut Attributes, list: Attributes) {
    if list.id.is_some() {
        attributes.id = list.id;
    }
    attributes.classes.extend(list.classes);
    attributes.others.extend(list.others);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_ids_classes_and_values() {
        let list =
            attribute_list("{: #a-b .c .d-e--f width=300 title=\"x } y\" onclick=\"z\" } rest").unwrap();
        assert_eq!(list.attributes.id.as_deref(), Some("a-b"));
        assert_eq!(list.attributes.classes, ["c", "d-e--f"]);
        let others =
            [("width", "300"), ("title", "x } y")].map(|(key, value)| (key.to_string(), value.to_string()));
        assert_eq!(list.attributes.others, others);
        assert_eq!(list.length, "{: #a-b .c .d-e--f width=300 title=\"x } y\" onclick=\"z\" }".len());
        assert!(attribute_list("{ data-preview }").is_some());
    }

    #[test]
    fn other_braces_are_text() {
        for text in [
            "{foo}",
            "{ bar }",
            "{}",
            "{{ .Values }}",
            "{ .Values.image }",
            "{ .a }}",
            "{% raw %}",
            "{ .a",
            "{ a=\"b }",
        ] {
            assert_eq!(attribute_list(text), None, "{text}");
        }
    }
}
