//! Anchors: keys of a pattern that say how their field is compared.

use crate::kube::wildcard;
use serde_json::{Map, Value};

/// What an anchor asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnchorKind {
    /// `(key)`: the rest counts only if this holds.
    Condition,
    /// `<(key)`: the whole rule counts only if this holds.
    Global,
    /// `^(key)`: some element of the list must match.
    Existence,
    /// `=(key)`: must match if present.
    Equality,
    /// `X(key)`: must be absent.
    Negation,
    /// `+(key)`: add if absent; for mutation only.
    AddIfAbsent,
}

/// An anchored key, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor<'a> {
    pub(crate) kind: AnchorKind,
    pub(crate) key: &'a str,
}

impl<'a> Anchor<'a> {
    /// The anchor that `text` writes; `None` for an ordinary key.
    pub(crate) fn parse(text: &'a str) -> Option<Anchor<'a>> {
        let text = text.trim();
        let (modifier, rest) = text.split_once('(')?;
        let key = rest.strip_suffix(')').filter(|key| !key.is_empty())?;
        let kind = match modifier {
            "" => AnchorKind::Condition,
            "<" => AnchorKind::Global,
            "^" => AnchorKind::Existence,
            "=" => AnchorKind::Equality,
            "X" => AnchorKind::Negation,
            "+" => AnchorKind::AddIfAbsent,
            _ => return None,
        };
        Some(Anchor { kind, key })
    }

    /// The anchored key around another name.
    pub(crate) fn around(self, name: &str) -> String {
        let modifier = match self.kind {
            AnchorKind::Condition => "",
            AnchorKind::Global => "<",
            AnchorKind::Existence => "^",
            AnchorKind::Equality => "=",
            AnchorKind::Negation => "X",
            AnchorKind::AddIfAbsent => "+",
        };
        format!("{modifier}({name})")
    }
}

/// The name that a key stands for, without its anchor.
pub(crate) fn bare(key: &str) -> &str {
    Anchor::parse(key).map_or(key, |anchor| anchor.key)
}

/// Is there an anchor somewhere in this part of a pattern?
pub(crate) fn is_anchored(pattern: &Value) -> bool {
    match pattern {
        Value::Object(map) => {
            map.iter().any(|(key, value)| Anchor::parse(key).is_some() || is_anchored(value))
        }
        Value::Array(items) => items.iter().any(is_anchored),
        _ => false,
    }
}

/// The pattern with the wildcard keys below `metadata.labels` and `metadata.annotations` replaced by the
/// matching keys of the resource. Where several keys fit, the first in alphabetical order is taken; Kyverno
/// takes one at random.
pub(crate) fn expand_metadata(
    pattern: &Map<String, Value>,
    resource: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    let (metadata_key, Value::Object(metadata)) = find(pattern, "metadata")? else { return None };
    let Some(Value::Object(actual)) = resource.get("metadata") else { return None };
    let mut expanded = metadata.clone();
    for field in ["labels", "annotations"] {
        if let (Some((key, Value::Object(wanted))), Some(Value::Object(present))) =
            (find(metadata, field), actual.get(field))
        {
            expanded.insert(key.clone(), Value::Object(expand_keys(wanted, present)));
        }
    }
    let mut pattern = pattern.clone();
    pattern.insert(metadata_key.clone(), Value::Object(expanded));
    Some(pattern)
}

fn find<'a>(map: &'a Map<String, Value>, name: &str) -> Option<(&'a String, &'a Value)> {
    map.iter().find(|(key, _)| bare(key) == name)
}

fn expand_keys(wanted: &Map<String, Value>, present: &Map<String, Value>) -> Map<String, Value> {
    let expand = |key: &String| {
        let name = bare(key);
        let found = fitting(name, present).into_iter().min().filter(|_| wildcard::contains_wildcard(key));
        match (found, Anchor::parse(key)) {
            (Some(found), Some(anchor)) => anchor.around(found),
            (Some(found), None) => found.to_string(),
            (None, _) => key.clone(),
        }
    };
    wanted.iter().map(|(key, value)| (expand(key), value.clone())).collect()
}

fn fitting<'a>(pattern: &str, present: &'a Map<String, Value>) -> Vec<&'a str> {
    present.keys().map(String::as_str).filter(|key| wildcard::matches(pattern, key)).collect()
}

/// Does a wildcard label or annotation key of `pattern` fit several keys of `resource`? Then Kyverno's
/// verdict changes from run to run.
pub(crate) fn has_wildcard_choice(pattern: &Value, resource: &Value) -> bool {
    let (Value::Object(pattern), Value::Object(resource)) = (pattern, resource) else { return false };
    let choice = |(key, wanted): (&String, &Value)| {
        let (name, Some(actual)) = (bare(key), resource.get(bare(key))) else { return false };
        match (name, wanted, actual) {
            ("labels" | "annotations", Value::Object(wanted), Value::Object(present)) => wanted
                .keys()
                .any(|key| wildcard::contains_wildcard(key) && fitting(bare(key), present).len() > 1),
            _ => has_wildcard_choice(wanted, actual),
        }
    };
    pattern.iter().any(choice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_taken_apart() {
        let parsed = |text| Anchor::parse(text).map(|anchor| (anchor.kind, anchor.key));
        assert_eq!(parsed("(image)"), Some((AnchorKind::Condition, "image")));
        assert_eq!(parsed("X(a.b/c)"), Some((AnchorKind::Negation, "a.b/c")));
        assert_eq!((parsed("image"), parsed("f(x)"), parsed("()")), (None, None, None));
    }

    #[test]
    fn wildcard_labels_take_the_names_of_the_resource() {
        let pattern = json!({"metadata": {"=(labels)": {"(app*)": "x", "tier": "y"}}});
        let resource = json!({"metadata": {"labels": {"app.kubernetes.io/name": "x"}}});
        let expanded = expand_metadata(pattern.as_object().unwrap(), resource.as_object().unwrap()).unwrap();
        assert_eq!(expanded["metadata"]["=(labels)"], json!({"(app.kubernetes.io/name)": "x", "tier": "y"}));
    }

    #[test]
    fn a_choice_of_keys_is_noticed() {
        let pattern = json!({"metadata": {"labels": {"a*": "x"}}});
        assert!(has_wildcard_choice(&pattern, &json!({"metadata": {"labels": {"aa": "1", "ab": "2"}}})));
        assert!(!has_wildcard_choice(&pattern, &json!({"metadata": {"labels": {"aa": "1", "b": "2"}}})));
    }
}
