//! Overlay patterns: a tree of expectations with anchors, laid over a resource.

mod anchor;
mod leaf;
mod walk;

use crate::kube::wildcard;
use serde_json::Value;

pub(crate) use anchor::{Anchor, AnchorKind, has_wildcard_choice};
pub(crate) use leaf::{is_range, matches as leaf_matches};
pub(crate) use walk::{Outcome, check, check_noting};

/// The name that a key of a pattern stands for, without its anchor.
pub(crate) fn bare_key(key: &str) -> &str {
    anchor::bare(key)
}

/// The part of `pattern` that was laid over the field at `path`, as deep as it goes: `spec/=(containers)/0/image/`.
pub(crate) fn part_for(pattern: &Value, path: &str) -> String {
    let (mut value, mut rest, mut part) = (pattern, path.trim_matches('/'), String::new());
    while !rest.is_empty() {
        let (step, name) = match value {
            Value::Object(map) => {
                let fits = |key: &&String| {
                    let after = rest.strip_prefix(bare_key(key));
                    after.is_some_and(|after| after.is_empty() || after.starts_with('/'))
                };
                let segment = rest.split('/').next().unwrap_or_default();
                let wild = |key: &&String| wildcard::matches(bare_key(key), segment);
                let longest = map.keys().filter(fits).max_by_key(|key| bare_key(key).len());
                let Some(key) = longest.or_else(|| map.keys().find(wild)) else { break };
                let length = if fits(&key) { bare_key(key).len() } else { segment.len() };
                value = &map[key.as_str()];
                (length, key.clone())
            }
            Value::Array(items) if !items.is_empty() => {
                let segment = rest.split('/').next().unwrap_or_default();
                let index = if items[0].is_array() { segment.parse().unwrap_or(0) } else { 0 };
                let Some(item) = items.get(index) else { break };
                value = item;
                (segment.len(), index.to_string())
            }
            _ => break,
        };
        part.push_str(&name);
        part.push('/');
        rest = rest[step..].trim_start_matches('/');
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_part_of_the_pattern_that_decided_is_found() {
        let pattern =
            json!({"metadata": {"labels": {"a.b/*": "x"}}, "spec": {"=(containers)": [{"image": "*"}]}});
        assert_eq!(part_for(&pattern, "/spec/containers/3/image/"), "spec/=(containers)/0/image/");
        assert_eq!(part_for(&pattern, "/spec/volumes/0/"), "spec/");
        assert_eq!(part_for(&pattern, "/metadata/labels/"), "metadata/labels/");
    }
}
