//! From YAML text to resources, by the rules of Kubernetes' own reader.

use super::Resource;
use crate::source::yaml::{self, Node, Scalar, Value as Yaml};
use serde_json::{Map, Number, Value};
use std::ops::Range;
use std::sync::Arc;

/// Why a document is no manifest, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// One phrase, lower case.
    pub message: String,
    /// The bytes that it is about.
    pub span: Range<usize>,
}

/// Every object of a multi-document YAML text, in order. `List`s are opened. A document that is no manifest
/// becomes an error and does not hide the others; a text that is not YAML has one error and no objects.
pub fn read(text: &str) -> (Vec<Resource>, Vec<ReadError>) {
    match yaml::parse(text) {
        Ok(documents) => read_documents(documents),
        Err(error) => (Vec::new(), vec![ReadError { message: error.message, span: error.span }]),
    }
}

/// The same for a text whose documents are at hand.
pub fn read_documents(documents: Vec<Node>) -> (Vec<Resource>, Vec<ReadError>) {
    let (mut resources, mut errors) = (Vec::new(), Vec::new());
    for document in documents {
        open(document, &mut resources, &mut errors);
    }
    (resources, errors)
}

fn open(node: Node, resources: &mut Vec<Resource>, errors: &mut Vec<ReadError>) {
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
    if kind.ends_with("List") && node.get("items").is_some_and(Node::is_sequence) {
        for item in node.get("items").map(Node::items).unwrap_or_default() {
            open(item.clone(), resources, errors);
        }
        return;
    }
    let span = node.span.clone();
    match Resource::from_node(Arc::new(node)) {
        Ok(resource) => resources.push(resource),
        Err(message) => errors.push(ReadError { message, span }),
    }
}

/// A YAML value as JSON, as Kubernetes reads it: the words of YAML 1.1 are booleans (`yes`, `on`, `y`, also
/// as keys), `0777` is octal, whole floats become whole numbers, merge keys are merged.
pub fn to_json(node: &Node) -> Value {
    match &node.value {
        Yaml::Scalar(scalar) => scalar_json(scalar, node.tag.as_deref()),
        Yaml::Sequence(items) => items.iter().map(to_json).collect(),
        Yaml::Mapping(_) => Value::Object(mapping_json(node)),
    }
}

fn mapping_json(node: &Node) -> Map<String, Value> {
    let mut map = Map::new();
    for entry in node.entries().iter().filter(|entry| is_merge(&entry.key)) {
        for source in entry.value.one_or_many() {
            for (key, value) in mapping_json(source) {
                map.entry(key).or_insert(value);
            }
        }
    }
    for entry in node.entries().iter().filter(|entry| !is_merge(&entry.key)) {
        map.insert(key_text(&entry.key), to_json(&entry.value));
    }
    map
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.value, Yaml::Scalar(Scalar { text, plain: true }) if text == "<<")
}

fn key_text(key: &Node) -> String {
    match to_json(key) {
        Value::String(text) => text,
        Value::Null => "null".to_string(),
        other => other.to_string(),
    }
}

fn scalar_json(scalar: &Scalar, tag: Option<&str>) -> Value {
    let text = scalar.text.as_str();
    if !scalar.plain || tag == Some("!!str") {
        return text.into();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => true.into(),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => false.into(),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let starts = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.');
    if !text.starts_with(starts) {
        return None;
    }
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| float(&plain))
}

fn integer(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let signed = i64::from_str_radix(&format!("{sign}{digits}"), radix).ok().map(Number::from);
    signed.or_else(|| u64::from_str_radix(digits, radix).ok().filter(|_| sign.is_empty()).map(Number::from))
}

fn float(text: &str) -> Option<Number> {
    let inner = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if !text.chars().all(inner)
        || !text.trim_start_matches(['+', '-']).starts_with(|c: char| c == '.' || c.is_ascii_digit())
    {
        return None;
    }
    whole(text.parse().ok()?)
}

/// A float as JSON carries it: one without a fraction is written as a whole number and read back as one.
fn whole(value: f64) -> Option<Number> {
    const EXACT: f64 = 9.0e18;
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 64 bits")]
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_and_lists_are_opened() {
        let text = "---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: ns}}\n---\nfoo: 1\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  generateName: c-\n";
        let (resources, errors) = read(text);
        let names: Vec<_> = resources.iter().map(Resource::display_name).collect();
        assert_eq!(names, ["a", "ns/b", "c-"]);
        assert_eq!(errors.len(), 1);
        assert_eq!(&text[errors[0].span.clone()], "foo: 1");
        assert_eq!(resources[2].gvk.to_string(), "apps/v1/Deployment");
    }

    #[test]
    fn scalars_are_those_of_kubernetes() {
        let text = "a: yes\nb: 0777\nc: 1.0\nd: 1e3\ne: 'on'\nf: 1.50\ng: 2025-01-02\ny: off\nh: 0o17\ni: 1.2.3\nj: 18446744073709551615\nk: 1_000\nl: -0x1F\n";
        let node = &yaml::parse(text).unwrap()[0];
        assert_eq!(
            to_json(node),
            json!({
                "a": true, "b": 511, "c": 1, "d": 1000, "e": "on", "f": 1.5, "g": "2025-01-02", "true": false,
                "h": 15, "i": "1.2.3", "j": 18_446_744_073_709_551_615_u64, "k": 1000, "l": -31,
            })
        );
    }

    #[test]
    fn merge_keys_are_merged() {
        let node = &yaml::parse("base: &b {x: 1, y1: 2}\nuse:\n  <<: *b\n  x: 3\n").unwrap()[0];
        assert_eq!(to_json(node)["use"], json!({"x": 3, "y1": 2}));
    }
}
