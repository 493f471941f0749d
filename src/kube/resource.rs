//! One object of a manifest.

use super::selector::Labels;
use super::{Gvk, to_json};
use crate::source::yaml::{Node, Value as Yaml};
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;

/// A Kubernetes object as it was written: nothing is defaulted or normalised.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Group, version and kind.
    pub gvk: Gvk,
    /// `metadata.namespace`, when written and not empty.
    pub namespace: Option<String>,
    /// `metadata.name`; empty when only a `generateName` is written.
    pub name: String,
    /// `metadata.generateName`.
    pub generate_name: Option<String>,
    /// `metadata.labels`; values that are no text are left out.
    pub labels: Labels,
    /// `metadata.annotations`; values that are no text are left out.
    pub annotations: Labels,
    /// The whole object, read as Kubernetes reads YAML.
    pub body: Value,
    node: Option<Arc<Node>>,
}

impl Resource {
    /// The object that a YAML value holds.
    ///
    /// # Errors
    /// One phrase when it is no mapping or lacks `apiVersion` or `kind`.
    pub fn from_node(node: Arc<Node>) -> Result<Resource, String> {
        let resource = Resource::from_json(to_json(&node))?;
        Ok(Resource { node: Some(node), ..resource })
    }

    /// The object that a JSON value holds. It has no places in a source.
    ///
    /// # Errors
    /// One phrase when it is no object or lacks `apiVersion` or `kind`.
    pub fn from_json(body: Value) -> Result<Resource, String> {
        if !body.is_object() {
            return Err("a manifest is a mapping with `apiVersion` and `kind`".to_string());
        }
        let field = |key: &str| match &body[key] {
            Value::String(text) if !text.is_empty() => Ok(text.clone()),
            Value::Null => Err(format!("the manifest has no `{key}`")),
            _ => Err(format!("`{key}` of the manifest is not a name")),
        };
        let gvk = Gvk::new(&field("apiVersion")?, &field("kind")?);
        let metadata = &body["metadata"];
        let text = |key: &str| metadata[key].as_str().filter(|text| !text.is_empty()).map(str::to_string);
        Ok(Resource {
            gvk,
            namespace: text("namespace"),
            name: text("name").unwrap_or_default(),
            generate_name: text("generateName"),
            labels: texts(&metadata["labels"]),
            annotations: texts(&metadata["annotations"]),
            body,
            node: None,
        })
    }

    /// The value that it was read from; `None` for an object made from JSON.
    pub fn node(&self) -> Option<&Node> {
        self.node.as_deref()
    }

    /// The bytes of the text given to [`read`](super::read) that hold this object.
    pub fn span(&self) -> Option<Range<usize>> {
        self.node().map(|node| node.span.clone())
    }

    /// The place of a field in the text given to [`read`](super::read). `path` is written as Kyverno writes
    /// it, `/spec/containers/0/image/`; a key may hold slashes. Where the field does not exist, the place of
    /// the key of its nearest parent that does.
    pub fn place(&self, path: &str) -> Option<Range<usize>> {
        self.node()
            .map(|node| find(node, path.trim_matches('/'), node.span.start..node.span.start, Part::Value))
    }

    /// The place of the key of a field, written as for [`place`](Resource::place). An item of a list has no key:
    /// its place is its own.
    pub fn key_place(&self, path: &str) -> Option<Range<usize>> {
        self.node()
            .map(|node| find(node, path.trim_matches('/'), node.span.start..node.span.start, Part::Key))
    }

    /// `namespace/name`, or the name alone.
    pub fn display_name(&self) -> String {
        let name =
            if self.name.is_empty() { self.generate_name.as_deref().unwrap_or("") } else { &self.name };
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{name}"),
            None => name.to_string(),
        }
    }
}

fn texts(value: &Value) -> Labels {
    let pairs = value.as_object().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_string()))).collect()
}

/// Which part of an entry is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Key,
    Value,
}

/// The place of `path` below `node`; `parent` is the place to fall back to.
fn find(node: &Node, path: &str, parent: Range<usize>, part: Part) -> Range<usize> {
    if path.is_empty() {
        return node.span.clone();
    }
    if let Yaml::Sequence(items) = &node.value {
        let (index, rest) = path.split_once('/').unwrap_or((path, ""));
        let item = index.parse().ok().and_then(|index: usize| items.get(index));
        return item.map_or(parent, |item| find(item, rest, item.span.start..item.span.start, part));
    }
    let below = |key: &str| match path.strip_prefix(key)? {
        "" => Some(""),
        rest => rest.strip_prefix('/'),
    };
    let fits = node.entries().iter().filter_map(|entry| {
        let key = entry.key.as_str()?;
        Some((key.len(), entry, below(key)?))
    });
    match fits.max_by_key(|(length, ..)| *length) {
        Some((_, entry, "")) if part == Part::Key => entry.key.span.clone(),
        Some((_, entry, rest)) => find(&entry.value, rest, entry.key.span.clone(), part),
        None => parent,
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    app.kubernetes.io/name: x\nspec:\n  containers:\n  - name: a\n    image: nginx:latest\n";

    #[test]
    fn a_path_leads_to_its_place() {
        let (resources, errors) = read(POD);
        assert!(errors.is_empty());
        let at = |path: &str| &POD[resources[0].place(path).unwrap()];
        assert_eq!(at("/spec/containers/0/image/"), "nginx:latest");
        assert_eq!(at("/metadata/labels/app.kubernetes.io/name/"), "x");
        assert_eq!(at("/spec/hostPID/"), "spec");
        assert_eq!(at("/spec/containers/7/image/"), "containers");
        let key = |path: &str| &POD[resources[0].key_place(path).unwrap()];
        assert_eq!(key("/metadata/labels/app.kubernetes.io/name/"), "app.kubernetes.io/name");
        assert_eq!((key("/spec/"), key("/spec/hostPID/")), ("spec", "spec"));
        assert_eq!(resources[0].display_name(), "web");
    }
}
