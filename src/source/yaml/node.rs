//! A YAML value that knows where it was written.

use std::ops::Range;

/// One value of a YAML document with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What was written.
    pub value: Value,
    /// Its tag as written, without the core schema's own (`!ENV`, `!!python/name:a.b`); `None` for most.
    pub tag: Option<String>,
    /// The bytes of the parsed text that it was written in. An alias has the place of the alias.
    pub span: Range<usize>,
}

/// The three shapes of YAML.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A single value, not yet read as a number or boolean.
    Scalar(Scalar),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping in its written order; a duplicate key is an error of [`parse`](super::parse).
    Mapping(Vec<Entry>),
}

/// A scalar as text. Whether `on` is a word or a boolean depends on who asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The text after unfolding and unescaping.
    pub text: String,
    /// Written without quotes and not as a block, so that it may be a number, a boolean or null.
    pub plain: bool,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key.as_str() == Some(key)).map(|entry| &entry.value)
    }

    /// The value under several keys, one below the other; a number selects from a sequence.
    pub fn at<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Node> {
        path.into_iter().try_fold(self, |node, key| match &node.value {
            Value::Sequence(items) => items.get(key.parse::<usize>().ok()?),
            _ => node.get(key),
        })
    }

    /// The entries of a mapping; empty for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence; empty for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// A sequence's items, or this one value as the only item: for keys that take one or many.
    pub fn one_or_many(&self) -> Vec<&Node> {
        match &self.value {
            Value::Sequence(items) => items.iter().collect(),
            Value::Scalar(_) if self.is_null() => Vec::new(),
            _ => vec![self],
        }
    }

    /// The text of a scalar as written, whatever it would be read as.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Is this an empty value, `~` or `null`?
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar)
            if scalar.plain && matches!(scalar.text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// Is this a mapping?
    pub fn is_mapping(&self) -> bool {
        matches!(self.value, Value::Mapping(_))
    }

    /// Is this a sequence?
    pub fn is_sequence(&self) -> bool {
        matches!(self.value, Value::Sequence(_))
    }

    /// The boolean that YAML 1.1 reads here, as MkDocs does: also `yes`, `no`, `on` and `off`.
    pub fn as_bool(&self) -> Option<bool> {
        let Value::Scalar(scalar) = &self.value else { return None };
        match scalar.text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" if scalar.plain => Some(true),
            "false" | "no" | "off" if scalar.plain => Some(false),
            _ => None,
        }
    }

    /// The whole number written here, in decimal, `0x…` or `0o…`.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.value {
            Value::Scalar(scalar) if scalar.plain => integer(&scalar.text),
            _ => None,
        }
    }

    /// The value as JSON, read by the core schema of YAML 1.2. Keys become text; tags are dropped.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Scalar(scalar) => scalar.to_json(self.tag.as_deref()),
            Value::Sequence(items) => items.iter().map(Node::to_json).collect(),
            Value::Mapping(entries) => {
                let pair = |entry: &Entry| (entry.key.key_text(), entry.value.to_json());
                serde_json::Value::Object(entries.iter().map(pair).collect())
            }
        }
    }

    fn key_text(&self) -> String {
        self.as_str().map_or_else(|| self.to_json().to_string(), str::to_string)
    }
}

impl Scalar {
    fn to_json(&self, tag: Option<&str>) -> serde_json::Value {
        let text = self.text.as_str();
        if !self.plain || tag == Some("!!str") {
            return text.into();
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => serde_json::Value::Null,
            "true" | "True" | "TRUE" => true.into(),
            "false" | "False" | "FALSE" => false.into(),
            _ => integer(text).map(Into::into).or_else(|| float(text)).unwrap_or_else(|| text.into()),
        }
    }
}

fn integer(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok();
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return i64::from_str_radix(digits, 8).ok();
    }
    text.parse().ok()
}

/// A float of the core schema that JSON can hold; infinities and NaN stay text.
fn float(text: &str) -> Option<serde_json::Value> {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    if !text.chars().all(numeric) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    serde_json::Number::from_f64(text.parse().ok()?).map(Into::into)
}
